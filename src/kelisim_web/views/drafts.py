"""Our drafts, their clearances, and the act of speaking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect

from kelisim_web import clearance
from kelisim_web.access import Act
from kelisim_web.actions import clearances, positions
from kelisim_web.pages import address, language, page, translated
from kelisim_web.queries.outbox import outbox
from kelisim_web.views import factor
from kelisim_web.views.gate import SHORT, Asked, at, form
from kelisim_web.views.table import came_from

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kelisim_web.queries.outbox import Drafted


def show(request: Asked, circle: str) -> HttpResponse:
    """All drafts of a plan."""
    rows = outbox(request.seat, circle, language())
    return page(request, "drafts.html", plan=circle[:SHORT], circle=circle, rows=rows, here=request.get_full_path())


def discard(request: Asked, circle: str) -> HttpResponse:
    """Drop drafts."""
    where = chosen(request)
    for item, field in where:
        positions.discard(request.seat, circle, item, field)
    messages.success(request, translated("drafts.discarded", count=len(where)))
    return HttpResponseRedirect(came_from(request, address("drafts", circle=circle[:SHORT])), status=303)


def clear(request: Asked, circle: str) -> HttpResponse:
    """Clear drafts."""
    count = clearances.clear(request.seat, circle, request.POST.get("kind", ""), chosen(request))
    messages.success(request, translated("drafts.cleared", count=count))
    return HttpResponseRedirect(address("drafts", circle=circle[:SHORT]), status=303)


def dispatch(request: Asked, circle: str) -> HttpResponse:
    """What they will see, and the act of saying it; who may clear what is not cleared yet does so in the same act."""
    rows = [row for row in outbox(request.seat, circle, language()) if not row.held or _may_clear(request, circle, row)]
    if request.method == "POST":
        factor.require(request)
        where = set(chosen(request))
        clearances.clear_missing(
            request.seat, circle, [row for row in rows if (row.draft.item, row.draft.field) in where]
        )
        done = positions.dispatch(request.seat, circle, only=where)
        messages.success(request, translated("drafts.dispatched", count=done.said))
        return HttpResponseRedirect(address("exchange"), status=303)
    return page(request, "dispatch.html", plan=circle[:SHORT], rows=rows, **factor.asked(request))


def _may_clear(request: Asked, circle: str, row: Drafted) -> bool:
    """Is a draft held back for want of clearances alone, and are these this officer's to give?"""
    lacking = [kind for kind, who in row.needs.items() if not who]
    rules = clearance.rules_of(circle)
    own = row.draft.author == request.seat.officer
    allowed = all(request.seat.may(Act(f"clear-{kind}"), circle) for kind in lacking)
    return row.held == "uncleared" and allowed and (not own or (rules.clears_own and rules.releases_own))


def chosen(request: Asked) -> list[tuple[str, str]]:
    """The drafts that a form names."""
    return [(item, field) for item, _, field in (one.partition(":") for one in request.POST.getlist("where"))]


PLACES = (
    at("plan/<str:circle>/drafts/", show, "drafts"),
    form("plan/<str:circle>/drafts/discard/", discard, "discard", writes=Act.TRANSLATE),
    form("plan/<str:circle>/drafts/clear/", clear, "clear", writes=Act.READ),
    at("plan/<str:circle>/dispatch/", dispatch, "dispatch", reads=Act.DISPATCH, writes=Act.DISPATCH),
)
