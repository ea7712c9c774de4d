"""What an officer is written of in the morning: how much waits, in numbers; of the plan's words there is none."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim_web import store
from kelisim_web.access import Act
from kelisim_web.models.drafts import Comment
from kelisim_web.queries.index import index_of
from kelisim_web.queries.outbox import outbox
from kelisim_web.queries.overview import moved
from kelisim_web.queries.plans import plans
from kelisim_web.queries.standing import standing_of
from kelisim_web.us import our_code

if TYPE_CHECKING:
    from kelisim_web.access import Seat

WEEK: Final = timedelta(days=7)
DAY: Final = timedelta(days=1)


class PlanNews(NamedTuple):
    """What waits in a plan.

    Attributes:
        circle, codes: the plan, and its parties.
        ours: items on which it is our turn.
        clearances: drafts that this officer may clear, and nobody has.
        mentions: comments since yesterday that name this officer.
        came: items on which others have spoken since this officer last looked.
        ending: items whose last day is among the next seven.
    """

    circle: str
    codes: tuple[str, ...]
    ours: int
    clearances: int
    mentions: int
    came: int
    ending: int

    @property
    def is_any(self) -> bool:
        """Is there anything to write of?"""
        return any(self[2:])


def news(seat: Seat, language: str) -> list[PlanNews]:
    """What waits for an officer, in each plan that they read."""
    found = [_news(seat, one.circle, language) for one in plans(seat, language) if not one.on_paper]
    return [one for one in found if one and one.is_any]


def _news(seat: Seat, circle: str, language: str) -> PlanNews | None:
    if not seat.reads(circle):
        return None
    standing, ours, entries = standing_of(seat, circle), our_code(circle), index_of(seat, circle).entries.values()
    today = seat.node.today()
    return PlanNews(
        circle=circle,
        codes=standing.parties,
        ours=sum(1 for one in entries if ours in one.waits_for),
        clearances=_clearances(seat, circle, language),
        mentions=_mentions(seat, circle, today - DAY),
        came=len(moved(seat, standing, store.charter(circle), ours)),
        ending=sum(1 for one in entries if one.last and today <= one.last < today + WEEK),
    )


def _clearances(seat: Seat, circle: str, language: str) -> int:
    def mine(needs: dict[str, str]) -> bool:
        return any(not giver and seat.may(Act(f"clear-{kind}"), circle) for kind, giver in needs.items())

    return sum(1 for one in outbox(seat, circle, language) if mine(one.needs))


def _mentions(seat: Seat, circle: str, since: date) -> int:
    lately = Comment.objects.filter(circle=circle, at__gte=since.isoformat()).values_list("mentions", flat=True)
    return sum(1 for mentions in lately if seat.officer in mentions)
