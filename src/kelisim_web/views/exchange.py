"""Bundles out and in, by file and from node to node; the other parties and their fingerprints."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import translation

from kelisim.errors import BadValue
from kelisim.language import LANGUAGES
from kelisim_web.access import Act
from kelisim_web.actions import delivery, journal
from kelisim_web.pages import address, language, page, translated
from kelisim_web.queries.cover import cover_of
from kelisim_web.queries.mail import entry_of, mail
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


def deliver(request: Asked) -> HttpResponse:
    """Write a bundle for another party, and have it handed in at its inbox."""
    circle = plan_named(request.POST.get("circle", ""))
    told = (request.POST.get("party", ""), request.POST.get("number", "").strip())
    entry = delivery.deliver(request.seat, circle, *told)
    messages.success(request, translated("exchange.leaves", number=entry.number, party=entry.party))
    return HttpResponseRedirect(address("exchange"), status=303)


def delivered(request: Asked, entry: int) -> HttpResponse:
    """What has become of a bundle on its way to an inbox."""
    return page(request, "_delivery.html", one=entry_of(request.seat, entry))


def cover(request: Asked, entry: int) -> HttpResponse:
    """The cover letter of a bundle that went out, to be printed; in the reader's language, or in another."""
    wanted = request.GET.get("language", "")
    chosen = wanted if wanted in LANGUAGES else language()
    with translation.override(chosen):
        return page(request, "cover.html", cover=cover_of(request.seat, entry, chosen))


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
    form("exchange/deliver/", deliver, "deliver", writes=Act.EXCHANGE),
    at("exchange/<int:entry>/delivery/", delivered, "delivery", reads=None),
    at("exchange/<int:entry>/cover/", cover, "cover", reads=None),
    form("exchange/receive/", receive, "receive", writes=Act.EXCHANGE),
    at("exchange/<str:name>/file/", download, "bundle", reads=Act.EXCHANGE),
)
