"""The negotiating table, and what is done there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from kelisim.errors import BadValue
from kelisim_web.access import Act
from kelisim_web.actions import desk, positions, undo
from kelisim_web.pages import address, language, page, translated
from kelisim_web.queries.table import Wanted, drafted, one_row, table
from kelisim_web.views.gate import SHORT, Asked, at, form

if TYPE_CHECKING:
    from django.http import HttpResponse


def wanted(query: QueryDict) -> Wanted:
    """What the address of a page asks for."""

    def whole(name: str, least: int) -> int:
        text = query.get(name, "")
        return max(int(text), least) if text.isascii() and text.isdigit() and len(text) < len("100000") else least

    named = {name: query.get(name, "") for name in ("scope", "line", "kind", "state")}
    return Wanted(
        **named,
        year=whole("year", 0),
        fiscal=query.get("sense") == "fiscal",
        words=query.get("words", ""),
        languages=tuple(query.getlist("language")),
        page=whole("page", 1),
    )


def show(request: Asked, circle: str) -> HttpResponse:
    """A page of the table."""
    asked = wanted(request.GET)
    found = table(request.seat, circle, language(), asked)
    here = request.get_full_path()
    return page(request, "table.html", plan=circle[:SHORT], circle=circle, found=found, wanted=asked, here=here)


def act(request: Asked, circle: str) -> HttpResponse:
    """Do what a button says: to the field or item it stands at, or to what is selected."""
    done = _done(request, circle)
    item = _item(request.POST.get("act", ""))
    if item and request.headers.get("HX-Request"):
        row = one_row(request.seat, circle, language(), item, tuple(request.POST.getlist("language")))
        here, drafts = request.POST.get("next", ""), drafted(request.seat, circle)
        around: dict[str, Any] = {"plan": circle[:SHORT], "circle": circle, "here": here, "drafts": drafts}
        return page(request, "_item_and_dock.html", row=row, **around)
    messages.success(request, translated("table.drafted", count=done))
    return HttpResponseRedirect(came_from(request, address("table", circle=circle[:SHORT])), status=303)


def _item(act: str) -> str:
    """The item that a button stands at; empty where it acts on what is selected."""
    _, _, target = act.partition(":")[2].partition(":")
    return target.partition(":")[0]


def _done(request: Asked, circle: str) -> int:
    verb, _, rest = request.POST.get("act", "").partition(":")
    code, _, target = rest.partition(":")
    where = _places([target] if target else request.POST.getlist("where"))
    items = list(dict.fromkeys(item for item, _ in where))
    before = undo.drafts_on(request.seat, circle, items)
    done = _do(request, circle, desk.Deed(verb, code, tuple(where), request.POST.get("note", "")), items)
    was = undo.changed(before, undo.drafts_on(request.seat, circle, items))
    request.session["undo"] = {"circle": circle, "was": was}
    return done


def _do(request: Asked, circle: str, deed: desk.Deed, items: list[str]) -> int:
    note = deed.note
    if deed.verb == "put":
        return desk.put(request.seat, circle, items, request.POST.get("field", ""), request.POST.get("value", ""), note)
    if deed.verb == "bracket":
        return positions.endorse_brackets(request.seat, circle, *_bracket(deed))
    if deed.verb == "shift":
        return desk.shift(request.seat, circle, items, _days(request.POST.get("days", "")), note)
    return desk.act(request.seat, circle, deed)


def take_back(request: Asked, circle: str) -> HttpResponse:
    """Undo the last act at the table."""
    last = request.session.pop("undo", {})
    count = undo.undo(request.seat, circle, last.get("was", {}) if last.get("circle") == circle else {})
    messages.success(request, translated("table.undone", count=count))
    return HttpResponseRedirect(came_from(request, address("table", circle=circle[:SHORT])), status=303)


def _places(named: list[str]) -> list[tuple[str, str]]:
    return [(item, stem) for item, _, stem in (one.partition(":") for one in named)]


def _bracket(deed: desk.Deed) -> tuple[positions.Say, str, list[int], str]:
    """Which bracket of which text is meant, and how its words were marked."""
    item, rest = deed.where[0]
    name, number, mark = (*rest.split(":"), "", "")[:3]
    return positions.Say(item, name, None, note=deed.note), deed.code, [int(number)] if number.isdigit() else [], mark


def _days(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise BadValue("days-not-a-number", value=text[:40]) from error


def came_from(request: Asked, otherwise: str) -> str:
    """The page that a form stood on, where it says so and it is ours."""
    there = request.POST.get("next", "")
    return there if there and url_has_allowed_host_and_scheme(there, allowed_hosts=None) else otherwise


PLACES = (
    at("plan/<str:circle>/table/", show, "table"),
    form("plan/<str:circle>/act/", act, "act", writes=Act.TRANSLATE),
    form("plan/<str:circle>/undo/", take_back, "undo", writes=Act.TRANSLATE),
)
