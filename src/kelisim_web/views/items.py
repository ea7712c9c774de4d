"""One item: all that is said of it, by whom and when; our own words on a field; internal comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect

from kelisim.errors import BadValue
from kelisim_web.access import Act
from kelisim_web.actions import comments, items, positions
from kelisim_web.pages import address, language, page, refusal_of, translated
from kelisim_web.queries.entry import form_of, new_item_form
from kelisim_web.queries.sheet import field_history, sheet
from kelisim_web.views.gate import SHORT, Asked, at, form
from kelisim_web.views.table import came_from

if TYPE_CHECKING:
    from django.http import HttpResponse


def show(request: Asked, circle: str, item: str) -> HttpResponse:
    """An item."""
    found = sheet(request.seat, circle, item, language(), tuple(request.GET.getlist("language")))
    return page(request, "item.html", plan=circle[:SHORT], circle=circle, sheet=found, here=request.get_full_path())


def history(request: Asked, circle: str, item: str) -> HttpResponse:
    """All that was said on a field, and two of it compared."""
    wanted = request.GET.get("field", ""), _place(request, "earlier"), _place(request, "later")
    found = field_history(request.seat, circle, item, language(), wanted)
    return page(request, "history.html", plan=circle[:SHORT], item=item, found=found)


def _place(request: Asked, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else -1


def propose(request: Asked, circle: str) -> HttpResponse:
    """A new item: which kind, then what we say of it."""
    kind = request.GET.get("kind", "activity")
    form = new_item_form(request.seat, circle, kind, language())
    refused, said = None, {}
    if request.method == "POST":
        said = {box.name: request.POST.get(box.name, "") for box in form.boxes}
        try:
            item = items.propose(request.seat, circle, kind, said)
        except BadValue as refusal:
            refused, form = refusal_of(refusal), form.with_values(said)
        else:
            messages.success(request, translated("item.proposed"))
            return HttpResponseRedirect(address("item", circle=circle[:SHORT], item=item), status=303)
    status = 422 if refused else 200
    return page(request, "new.html", status, plan=circle[:SHORT], form=form, kind=kind, refused=refused)


def edit(request: Asked, circle: str, item: str, stem: str) -> HttpResponse:
    """Our words on a field, in all its languages."""
    form = form_of(request.seat, circle, item, stem, language())
    refused = None
    if request.method == "POST":
        said = {box.name: request.POST.get(box.name, "") for box in form.boxes}
        try:
            count = _draft(request, circle, item, said)
        except BadValue as refusal:
            refused, form = refusal_of(refusal), form.with_values(said)
        else:
            messages.success(request, translated("table.drafted", count=count))
            there = came_from(request, address("item", circle=circle[:SHORT], item=item))
            return HttpResponseRedirect(there, status=303)
    here = came_from(request, request.GET.get("next", ""))
    status = 422 if refused else 200
    return page(request, "edit.html", status, plan=circle[:SHORT], form=form, refused=refused, back=here)


def _draft(request: Asked, circle: str, item: str, said: dict[str, str]) -> int:
    hold, note = bool(request.POST.get("hold")), request.POST.get("note", "")
    says = [positions.Say(item, name, value, hold, note) for name, value in said.items() if value.strip()]
    return positions.draft_changes(request.seat, circle, says)


def comment(request: Asked, circle: str, item: str) -> HttpResponse:
    """Put an internal comment to an item."""
    comments.write(request.seat, circle, item, request.POST.get("sort", "comment"), request.POST.get("text", ""))
    there = came_from(request, address("item", circle=circle[:SHORT], item=item))
    return HttpResponseRedirect(there, status=303)


PLACES = (
    at("plan/<str:circle>/new/", propose, "new", writes=Act.DRAFT),
    at("plan/<str:circle>/items/<str:item>/", show, "item"),
    at("plan/<str:circle>/items/<str:item>/history/", history, "history"),
    form("plan/<str:circle>/items/<str:item>/comment/", comment, "comment", writes=Act.COMMENT),
    at("plan/<str:circle>/items/<str:item>/<str:stem>/", edit, "edit", writes=Act.TRANSLATE),
)
