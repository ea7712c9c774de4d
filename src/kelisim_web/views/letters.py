"""A party without a node: a plan on paper, and what its letters say, recorded by us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect

from kelisim.errors import BadValue
from kelisim_web.access import Act
from kelisim_web.actions import paper, recorded
from kelisim_web.actions.positions import Say
from kelisim_web.pages import address, language, page, refusal_of, translated
from kelisim_web.queries.letters import desk_of_letters, file_of
from kelisim_web.views.gate import SHORT, Asked, at, form

if TYPE_CHECKING:
    from kelisim.messages import Message

KEPT = ("party", "number", "date", "item", "field", "value")


def show(request: Asked, circle: str) -> HttpResponse:
    """What letters say, and a form to record what another says."""
    said = {name: request.POST.get(name) or request.GET.get(name, "") for name in KEPT}
    refused: Message | None = None
    if request.method == "POST":
        try:
            count = _record(request, circle, said)
        except BadValue as refusal:
            refused = refusal_of(refusal)
        else:
            messages.success(request, translated("letters.recorded", count=count, number=said["number"]))
            there = f"{address('letters', circle=circle[:SHORT])}?{_same_letter(request)}"
            return HttpResponseRedirect(there, status=303)
    found = desk_of_letters(request.seat, circle, language())
    status = 422 if refused else 200
    return page(
        request, "letters.html", status, plan=circle[:SHORT], circle=circle, found=found, said=said, refused=refused
    )


def _same_letter(request: Asked) -> str:
    """The address goes on with the same letter: it says more than one thing."""
    sent = request.POST.copy()
    for name in [name for name in sent if name not in ("party", "number", "date")]:
        del sent[name]
    return sent.urlencode()


def _record(request: Asked, circle: str, said: dict[str, str]) -> int:
    file = request.FILES.get("file")
    name, data = (file.name or "", file.read()) if file else ("", b"")
    letter = recorded.Paper(said["party"], said["number"], said["date"], name, data)
    value = None if request.POST.get("withdraw") else said["value"]
    return recorded.record(request.seat, circle, letter, [Say(said["item"], said["field"], value)])


def drop(request: Asked, circle: str) -> HttpResponse:
    """Drop what was recorded by mistake."""
    letter = (request.POST.get(name, "") for name in ("party", "number", "item", "field"))
    count = recorded.drop(request.seat, circle, *letter)
    messages.success(request, translated("letters.dropped", count=count))
    return HttpResponseRedirect(address("letters", circle=circle[:SHORT]), status=303)


def file(request: Asked, circle: str, digest: str) -> HttpResponse:
    """The copy of a letter."""
    name, data = file_of(request.seat, circle, digest)
    answer = HttpResponse(data, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def begin(request: Asked) -> HttpResponse:
    """Begin a plan on paper, with a party that has no node yet."""
    others = request.POST.get("parties", "").upper().split()
    circle = paper.begin_paper(request.seat, others, request.POST.getlist("language"))
    messages.success(request, translated("letters.begun"))
    return HttpResponseRedirect(f"{address('new', circle=circle[:SHORT])}?kind=plan", status=303)


PLACES = (
    at("plan/<str:circle>/letters/", show, "letters", writes=Act.RECORD),
    form("plan/<str:circle>/letters/drop/", drop, "drop-letter", writes=Act.RECORD),
    at("plan/<str:circle>/letters/<str:digest>/", file, "letter-file"),
    form("paper/", begin, "begin-paper", writes=Act.RECORD),
)
