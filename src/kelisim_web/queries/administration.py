"""Who works at this desk and with which powers, as the administrator and the auditor look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kelisim.errors import Unknown
from kelisim_web.access import MAY, Act, Kind, check
from kelisim_web.models.people import Officer
from kelisim_web.queries.overview import title_of
from kelisim_web.queries.plans import PlanView, plans
from kelisim_web.queries.recorded import supposed

if TYPE_CHECKING:
    from kelisim_web.access import Reach, Seat
    from kelisim_web.models.people import Place


class Room(NamedTuple):
    """Where a seat can be: in a plan, and in it on one line of cooperation or on all of them.

    Attributes:
        plan: the plan.
        lines: the ids and names of its lines.
    """

    plan: PlanView
    lines: dict[str, str]

    @property
    def name(self) -> str:
        """The plan as people call it."""
        return self.plan.scopes[0] if self.plan.scopes else self.plan.name


class Sitting(NamedTuple):
    """A seat that somebody has.

    Attributes:
        kind: of seat.
        where: the plan and line as a form names them: empty, `CIRCLE`, or `CIRCLE:LINE`.
        plan, line: their names; empty for all.
    """

    kind: Kind
    where: str
    plan: str
    line: str


class Person(NamedTuple):
    """An officer, and the seats that they have; none once they have left."""

    officer: Officer
    seats: list[Sitting]


def rooms(seat: Seat, language: str) -> list[Room]:
    """The plans of this node that a seat can be in, and their lines."""
    return [_room(seat, plan, language) for plan in plans(seat, language) if seat.reads(plan.circle)]


def _room(seat: Seat, plan: PlanView, language: str) -> Room:
    standing = supposed(seat, plan.circle)
    lines = [item for item in standing.items() if standing.kind(item) == "line" and standing.presence(item)]
    named = {item: f"{standing.said(item, 'number') or ''} {title_of(standing, item, language)}" for item in lines}
    return Room(plan, dict(sorted(named.items(), key=lambda one: one[1])))


def people(seat: Seat, language: str) -> list[Person]:
    """All officers, those who have left after the others."""
    check(seat, Act.AUDIT)
    known = {room.plan.circle: room for room in rooms(seat, language)}
    rows = Officer.objects.prefetch_related("places").order_by("login")
    found = [Person(row, [_sitting(known, place) for place in row.places.all()]) for row in rows]
    return sorted(found, key=lambda one: not one.seats)


def person(seat: Seat, language: str, login: str) -> Person:
    """One officer.

    Raises:
        Unknown: nobody of that name works here.
    """
    found = next((one for one in people(seat, language) if one.officer.login == login), None)
    if found is None:
        raise Unknown("officer-missing", login=login)
    return found


def _sitting(known: dict[str, Room], place: Place) -> Sitting:
    room = known.get(place.circle)
    plan = room.name if room else place.circle
    line = room.lines.get(place.line, place.line) if room else place.line
    where = f"{place.circle}:{place.line}" if place.line else place.circle
    return Sitting(Kind(place.seat), where, plan, line)


def powers() -> dict[Act, dict[Kind, Reach | None]]:
    """The table of who may do what: by act and kind of seat, how far; None for not at all."""
    return {act: {kind: MAY[kind].get(act) for kind in Kind} for act in Act}
