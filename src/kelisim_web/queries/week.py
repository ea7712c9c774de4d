"""My week: over all plans that a seat reads, how far each is and what waits for us."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kelisim_web.queries.index import SETTLED, index_of
from kelisim_web.queries.plans import PlanView, plans
from kelisim_web.us import our_code

if TYPE_CHECKING:
    from kelisim_web.access import Seat


class PlanWeek(NamedTuple):
    """A plan in a week: how many items it has, how many of them are settled, wait for us, wait for others."""

    plan: PlanView
    items: int
    settled: int
    ours: int
    theirs: int


def week(seat: Seat, language: str) -> list[PlanWeek]:
    """The plans that this seat reads."""
    found = []
    for plan in plans(seat, language):
        if not seat.reads(plan.circle):
            continue
        entries = index_of(seat, plan.circle).entries.values()
        us = our_code(plan.circle)
        found.append(
            PlanWeek(
                plan=plan,
                items=len(entries),
                settled=sum(1 for one in entries if one.status in SETTLED),
                ours=sum(1 for one in entries if us in one.waits_for),
                theirs=sum(1 for one in entries if one.waits_for - {us}),
            )
        )
    return found
