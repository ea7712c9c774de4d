"""Bundles out and in, by file and from node to node; the other parties and their fingerprints."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect

from kelisim.errors import BadValue
from kelisim_web.access import Act
from kelisim_web.actions import journal
from kelisim_web.pages import address, language, page, translated
from kelisim_web.queries.mail import mail
from kelisim_web.views.gate import Asked, at, form, plan_named


def show(request: Asked) -> HttpResponse:
    """What went out, what came in, what was refused."""
    return page(request, "exchange.html", mail=mail(request.seat, language()))


def send(request: Asked) -> HttpResponse:
    """Write a bundle for another party."""
    circle = plan_named(request.POST.get("circle", ""))
    entry = journal.send(request.seat, circle, request.POST.get("party", ""), request.POST.get("number", "").strip())
    messages.success(request, translated("exchange.written", number=entry.number, party=entry.party))
    return HttpResponseRedirect(address("exchange"), status=303)


def receive(request: Asked) -> HttpResponse:
    """Read a bundle that came as a file."""
    file = request.FILES.get("bundle")
    if file is None:
        raise BadValue("bundle-no-file")
    came = journal.receive(request.seat, file.read(), request.POST.get("number", "").strip())
    messages.success(request, translated("exchange.read", party=came.sender, count=came.segments))
    return HttpResponseRedirect(address("exchange"), status=303)


def download(request: Asked, name: str) -> HttpResponse:
    """The file of a bundle that went out."""
    data = journal.bundle_file(request.seat, name)
    answer = HttpResponse(data, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


PLACES = (
    at("exchange/", show, "exchange", reads=None),
    form("exchange/send/", send, "send", writes=Act.EXCHANGE),
    form("exchange/receive/", receive, "receive", writes=Act.EXCHANGE),
    at("exchange/<str:name>/file/", download, "bundle", reads=Act.EXCHANGE),
)
