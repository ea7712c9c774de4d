"""My week: over all plans that a seat reads, what waits for this officer, what came in, what is on and ahead.

It is made of the indexes of the plans and of rows of our own desk; no plan is read for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.progress import KINDS
from kelisim_web import clearance, store
from kelisim_web.access import Act
from kelisim_web.models.desk import Consent, Frozen, JournalEntry
from kelisim_web.models.drafts import Comment, Draft
from kelisim_web.queries.ahead import meetings, soonest
from kelisim_web.queries.held import sorted_out
from kelisim_web.queries.index import SETTLED, Entry, Index, index_of
from kelisim_web.queries.looked import new_items
from kelisim_web.queries.progress import today
from kelisim_web.us import our_party

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kelisim.ledger.charter import Charter
    from kelisim.ledger.record import Signed
    from kelisim_web.access import Seat

SHOWN: Final = 10
LATELY: Final = timedelta(days=7)
DATED: Final = len("2013-05-06")
WEEKS: Final = timedelta(days=14)


class PlanWeek(NamedTuple):
    """A plan in a week.

    Attributes:
        circle, title, codes: of the plan.
        items, settled, ours, theirs: how many items it has, are settled, wait for us, wait for others.
        new: how many others have spoken on since this officer last looked.
        clear, release: how many drafts wait for a clearance that this seat gives; are ready for it to dispatch.
    """

    circle: str
    title: str
    codes: tuple[str, ...]
    items: int
    settled: int
    ours: int
    theirs: int
    new: int
    clear: int
    release: int


class InPlan(NamedTuple):
    """An item in one of several plans; `plan` names its parties, `how` is `begins`, `ends`, or empty."""

    circle: str
    plan: str
    entry: Entry
    title: str
    how: str = ""


class Mention(NamedTuple):
    """An internal comment that names this officer."""

    comment: Comment
    number: str
    title: str


class Awaited(NamedTuple):
    """A sealing act that another officer has agreed to, and that waits for a second."""

    circle: str
    plan: str
    consent: Consent


@dataclass(frozen=True)
class Week:
    """A week.

    Attributes:
        first, last: its first day, and the last of the week after it.
        plans: those that this seat reads.
        mine: what waits for us on this officer's lines, and how many there are.
        mentions: comments that name this officer, the newest first.
        awaited: sealing acts that wait for a second officer.
        dated: what begins or ends in the two weeks.
        meetings: those ahead.
        came: bundles that came lately.
    """

    first: date
    last: date
    plans: list[PlanWeek]
    mine: list[InPlan]
    mine_whole: int
    mentions: list[Mention]
    awaited: list[Awaited]
    dated: list[InPlan]
    meetings: list[InPlan]
    came: list[JournalEntry]


class _Plan:
    """A plan that a seat reads."""

    def __init__(self, seat: Seat, charter: Signed[Charter], language: str) -> None:
        self.seat, self.circle, self.language = seat, charter.id, language
        self.parties = charter.value.codes()
        self.ours = self.parties[our_party()]
        self.index: Index = index_of(seat, charter.id)
        self.title = next((one.title(language) for one in self.index.of("plan")), charter.id[:12])

    def within(self, entry: Entry, how: str = "") -> InPlan:
        """An item of it."""
        return InPlan(self.circle, " · ".join(self.parties.values()), entry, entry.title(self.language), how)

    def week(self, drafts: list[Draft]) -> PlanWeek:
        """The plan in a week."""
        entries = self.index.entries.values()
        return PlanWeek(
            circle=self.circle,
            title=self.title,
            codes=tuple(self.parties.values()),
            items=len(entries),
            settled=sum(1 for one in entries if one.status in SETTLED),
            ours=sum(1 for one in entries if self.ours in one.waits_for),
            theirs=sum(1 for one in entries if one.waits_for - {self.ours}),
            new=len(new_items(self.seat, self.circle, self.parties, entries)),
            clear=self.to_clear(drafts) if drafts else 0,
            release=self.to_release() if drafts else 0,
        )

    def to_clear(self, drafts: Iterable[Draft]) -> int:
        """How many drafts lack a clearance that this seat gives."""
        mine = {kind for kind in clearance.KINDS if self.seat.may(Act(f"clear-{kind}"), self.circle)}
        if not mine:
            return 0
        rules, given = clearance.rules_of(self.circle), clearance.cleared(self.circle)
        return sum(
            1
            for row in drafts
            if (rules.clears_own or row.author != self.seat.officer)
            and mine.intersection(clearance.missing(row, self._needs(rules, row), given.get((row.item, row.field), {})))
        )

    def _needs(self, rules: clearance.Rules, row: Draft) -> tuple[str, ...]:
        entry = self.index.entries.get(row.item)
        return rules.needs(entry.kind if entry else "", row.field)

    def to_release(self) -> int:
        """How many drafts this seat could dispatch now."""
        if not self.seat.may(Act.DISPATCH, self.circle):
            return 0
        return sum(1 for _, held in sorted_out(self.seat, self.circle) if not held)

    def mine(self) -> Iterator[InPlan]:
        """What waits for us on the lines of this officer."""
        places = self.seat.places
        lines = {place.line for place in places or () if place.circle in ("", self.circle)}
        for one in self.index.entries.values():
            if self.ours in one.waits_for and (not lines or "" in lines or one.line in lines):
                yield self.within(one)

    def dated(self, first: date, last: date) -> Iterator[InPlan]:
        """What begins or ends between two days, where its dates name days."""
        for one in self.index.entries.values():
            if one.kind in KINDS and all(len(end) == DATED for end in one.when.split("/")):
                if one.first and first <= one.first <= last:
                    yield self.within(one, "begins")
                elif one.last and first <= one.last <= last:
                    yield self.within(one, "ends")


def week(seat: Seat, language: str) -> Week:
    """The week of an officer."""
    plans = {one.circle: one for one in _plans(seat, language)}
    day = today(seat)
    first = day - timedelta(days=day.weekday())
    last = first + WEEKS - timedelta(days=1)
    drafts: dict[str, list[Draft]] = {}
    for row in Draft.objects.all():
        drafts.setdefault(row.circle, []).append(row)
    mine = [one for plan in plans.values() for one in plan.mine()]
    dated = [one for plan in plans.values() for one in plan.dated(first, last)]
    return Week(
        first=first,
        last=last,
        plans=[plan.week(drafts.get(plan.circle, [])) for plan in plans.values()],
        mine=sorted(mine, key=lambda one: one.entry.first or date.max)[:SHOWN],
        mine_whole=len(mine),
        mentions=_mentions(seat, plans),
        awaited=_awaited(seat, plans),
        dated=sorted(dated, key=lambda one: one.entry.first or day),
        meetings=_meetings(plans.values(), day),
        came=_came(plans, day),
    )


def _plans(seat: Seat, language: str) -> Iterator[_Plan]:
    for circle in store.plans():
        if seat.reads(circle):
            yield _Plan(seat, store.charter(circle), language)


def _mentions(seat: Seat, plans: Mapping[str, _Plan]) -> list[Mention]:
    found = []
    for row in Comment.objects.filter(text__contains=f"@{seat.officer}").order_by("-pk")[: 5 * SHOWN]:
        plan = plans.get(row.circle)
        if plan and seat.officer in row.mentions:
            entry = plan.index.entries.get(row.item)
            found.append(Mention(row, entry.number if entry else "", plan.index.title(row.item, plan.language)))
    return found[:SHOWN]


def _awaited(seat: Seat, plans: Mapping[str, _Plan]) -> list[Awaited]:
    """What others have agreed to seal and this officer has not; a scope that is frozen is frozen already."""
    given: dict[tuple[str, str, str], list[Consent]] = {}
    for row in Consent.objects.all():
        given.setdefault((row.circle, row.act, row.subject), []).append(row)
    frozen = {*Frozen.objects.values_list("circle", "scope")}
    return [
        Awaited(circle, plans[circle].title, rows[0])
        for (circle, act, subject), rows in given.items()
        if circle in plans
        and seat.may(Act.SEAL, circle)
        and seat.officer not in {row.officer for row in rows}
        and len(rows) == 1
        and not (act == "freeze" and (circle, subject) in frozen)
    ]


def _meetings(plans: Iterable[_Plan], day: date) -> list[InPlan]:
    found = [plan.within(one) for plan in plans for one in meetings(plan.index.entries.values(), day)[:SHOWN]]
    return sorted(found, key=lambda one: soonest(one.entry, day))[:SHOWN]


def _came(plans: Mapping[str, _Plan], day: date) -> list[JournalEntry]:
    rows = JournalEntry.objects.filter(direction="in", at__gte=str(day - LATELY)).order_by("-pk")
    return [row for row in rows if row.circle in plans][:SHOWN]
