"""When something happens: the activities and meetings of all plans that a seat reads."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.position import Status
from kelisim_web.models.people import Officer
from kelisim_web.queries.index import index_of
from kelisim_web.queries.overview import title_of
from kelisim_web.queries.plans import plans
from kelisim_web.queries.standing import standing_of

if TYPE_CHECKING:
    from kelisim_web.access import Seat

KINDS: Final = ("activity", "meeting")


class Happening(NamedTuple):
    """An activity or meeting.

    Attributes:
        circle, item: which.
        number, title: as it is called.
        first, last: the days between which it lies, both of them among these.
        firm: the dates are agreed by all, and wait for no capital.
    """

    circle: str
    item: str
    number: str
    title: str
    first: date
    last: date
    firm: bool


def spoken_by(seat: Seat) -> str:
    """The language of the officer who has a seat."""
    return Officer.objects.values_list("language", flat=True).get(login=seat.officer)


def happenings(seat: Seat, language: str) -> list[Happening]:
    """What has dates, of all plans that this seat reads, in the order of its first days."""
    found = []
    for plan in plans(seat, language):
        if plan.on_paper or not seat.reads(plan.circle):
            continue
        standing = standing_of(seat, plan.circle)
        for entry in index_of(seat, plan.circle).entries.values():
            if entry.kind in KINDS and entry.first and entry.last and date.min < entry.first and entry.last < date.max:
                title = title_of(standing, entry.item, language)
                firm = standing.status(entry.item, "period") is Status.AGREED
                found.append(Happening(plan.circle, entry.item, entry.number, title, entry.first, entry.last, firm))
    return sorted(found, key=lambda one: (one.first, one.last, one.item))
