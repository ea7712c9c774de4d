"""The rules of a plan: which clearances its drafts need, and whether people may clear and dispatch their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect

from kelisim_web.access import Act
from kelisim_web.actions import clearances
from kelisim_web.pages import address, language, page, translated
from kelisim_web.queries.administration import rooms
from kelisim_web.queries.rules import Need, RulesView, as_set, rules
from kelisim_web.views.gate import SHORT, Asked, at, form

if TYPE_CHECKING:
    from django.http import HttpResponse


def show(request: Asked, circle: str) -> HttpResponse:
    """The rules as they are, and a form to set them."""
    found = rules(request.seat, circle, language())
    name = next(room.name for room in rooms(request.seat, language()) if room.plan.circle == circle)
    values: dict[str, Any] = {"plan": circle[:SHORT], "circle": circle, "rules": found, "name": name}
    return page(request, "administration/rules.html", **values)


def save(request: Asked, circle: str) -> HttpResponse:
    """Set the rules as the form says, or as a preset does."""
    found = _asked(request, rules(request.seat, circle, language()))
    clearances.set_rules(request.seat, circle, as_set(found))
    messages.success(request, translated("administration.rules-saved"))
    return HttpResponseRedirect(address("rules", circle=circle[:SHORT]), status=303)


def _asked(request: Asked, now: RulesView) -> RulesView:
    """What a form wants: a small ministry needs nothing, four eyes keep what is needed and let nobody do both."""
    sent = request.POST
    preset = sent.get("preset", "")
    if preset == "small":
        return replace(now, needs=[], clears_own=True, releases_own=True)
    if preset == "four-eyes":
        return replace(now, clears_own=False, releases_own=False)
    rows = zip(sent.getlist("clearance"), sent.getlist("kind"), sent.getlist("stem"), strict=False)
    needs = [Need(*row) for row in rows if row[0]]
    return replace(now, needs=needs, clears_own="clears_own" in sent, releases_own="releases_own" in sent)


PLACES = (
    at("plan/<str:circle>/rules/", show, "rules"),
    form("plan/<str:circle>/rules/save/", save, "rules-save", writes=Act.ADMINISTER),
)
