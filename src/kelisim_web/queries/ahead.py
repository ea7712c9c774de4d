"""What is ahead of a plan: meetings, deadlines, what begins and ends; and what is past and has no account yet."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim import deadline
from kelisim.position import Status
from kelisim.progress import KINDS, Review, State
from kelisim_web.queries.kept import Kept
from kelisim_web.queries.progress import in_force
from kelisim_web.queries.standing import standing_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from kelisim.deadline import Deadline
    from kelisim_web.access import Seat
    from kelisim_web.queries.index import Entry, Index

TALKS: Final = frozenset({"staff_talks", "consultations", "working_group", "planning_conference", "signing"})
BACK, ON = timedelta(days=45), timedelta(days=366)
PLANS: Final = 64


class Due(NamedTuple):
    """A deadline of a plan or of one of its scopes.

    Attributes:
        deadline: the rule and the day.
        scope: the plan item; empty where it is of none.
        year: the fiscal year that it is about; 0 for none.
        passed: the day has passed.
    """

    deadline: Deadline
    scope: str
    year: int
    passed: bool


def is_meeting(entry: Entry) -> bool:
    """Do the parties sit together there?"""
    return entry.kind == "meeting" or (entry.kind == "activity" and entry.type in TALKS)


def meetings(entries: Iterable[Entry], day: date) -> list[Entry]:
    """The meetings that are not over on a day, the next first; those without a day come last."""
    found = [one for one in entries if is_meeting(one) and one.last is not None and one.last >= day]
    return sorted(found, key=lambda one: soonest(one, day))


def soonest(entry: Entry, day: date) -> tuple[date, date]:
    """The key by which what is ahead of a day is in order: by its first day, or today; then by its last."""
    return max(entry.first or date.max, day), entry.last or date.max


def last_talks(entries: Iterable[Entry], day: date) -> Entry | None:
    """The last agreed meeting before a day."""
    held_ = [one for one in entries if is_meeting(one) and one.status is Status.AGREED and one.last and one.last < day]
    return max(held_, key=lambda one: one.last or day, default=None)


def deadlines(index: Index, codes: Iterable[str], concluded: Container[str], day: date) -> list[Due]:
    """What has to be done by when, from a little before a day to a year after it; the first of them first.

    Args:
        index: the items of a plan.
        codes: its parties.
        concluded: the scopes of which an edition is concluded.
        day: today.
    """
    parties = (*codes,)
    found = [
        (one, scope.item, 0)
        for scope in index.of("plan")
        for one in _of_scope(scope, parties, signed=scope.item in concluded)
    ]
    found += _of_all(index, parties, day)
    dated = [Due(one, scope, year, one.day < day) for one, scope, year in found if day - BACK <= one.day <= day + ON]
    return sorted(dated, key=lambda due: (due.deadline.day, due.scope, due.deadline.rule))


def _of_scope(scope: Entry, codes: Iterable[str], *, signed: bool) -> Iterable[Deadline]:
    """Of a framework or yearly plan, which is signed before it begins; what leads to a signature ends with it."""
    begins = scope.first
    if begins is None or begins.year <= 1:
        return
    if signed and scope.type == "framework":
        yield deadline.co_chairs(begins)
    if not signed:
        for code in codes:
            yield from deadline.before_signature(begins - timedelta(days=1), code)
    for one in deadline.steps(begins):
        yearly = scope.type == "yearly" or one.rule == "signed"
        if yearly and (not signed or one.day >= begins):
            yield one


def _of_all(index: Index, codes: Iterable[str], day: date) -> Iterable[tuple[Deadline, str, int]]:
    if "USA" in codes:
        year, closes = deadline.list_closes(day)
        yield closes, "", year
    last = last_talks(index.entries.values(), day)
    if last and last.last and not meetings(index.entries.values(), day):
        yield deadline.next_commission(last.last), last.scope, 0


_states: Kept[Mapping[str, State]] = Kept(PLANS)


def states_of(seat: Seat, index: Index, editions: Mapping[str, int], day: date) -> Mapping[str, State]:
    """What has become of the items to which something happens; kept for the heads, the editions and the day.

    Args:
        seat: whose node.
        index: the items of a plan.
        editions: how many are concluded, by scope.
        day: today.
    """
    past = [one.item for one in index.entries.values() if one.kind in KINDS]
    circle = index.key[1]

    def made() -> dict[str, State]:
        looked = Review(standing_of(seat, circle, past), in_force(seat, circle), day)
        found = {item: looked.of(item) for item in past}
        return {item: progress.state for item, progress in found.items() if progress}

    return _states.of((*index.key, str(day), *(f"{scope} {count}" for scope, count in sorted(editions.items()))), made)


def untold(seat: Seat, index: Index, editions: Mapping[str, int], day: date) -> list[Entry]:
    """What is past its last day and has no account of any party yet; the longest first."""
    states = states_of(seat, index, editions, day)
    found = [index.entries[one] for one, state in states.items() if state is State.UNREPORTED]
    return sorted(found, key=lambda one: one.last or date.max)
