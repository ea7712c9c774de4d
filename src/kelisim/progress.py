"""What becomes of an item: derived from positions, editions, dates and accounts, and stored nowhere.

Only this is ever said: `status` (postponed, cancelled), by all parties together, and whether it took place (`held`,
`done`, a project's `stage`), by each for itself. The rest follows. The first of these that holds is an item's state:

1. The accounts of two parties do not say the same: *accounts differ*. Nobody decides which is right.
2. It took place, wholly or in part, by all accounts given: *held*; *reported* once all who must report have; *closed*
   once each of them has told of it in words too, and whoever pays has said what it spent.
3. Other items go on from it: *split* (two or more do), *merged* (one does, and goes on from others too), *carried over*
   (one does, in another plan or in its place).
4. All say `status`: *postponed*, *cancelled*.
5. By all accounts it did not take place: *not held*; stands still: *suspended*; is going on: *under way*.
6. It is in force (in an edition) or wholly agreed: *unreported* after its last day; *under way* once it must have
   begun; before that *in preparation* if it is in force.
7. *Agreed*; *agreed in principle* (ad referendum); *tabled* (all want it, something is not agreed); *declined* (a party
   took its yes back); *proposed*.

Where the parties differ on a date, the edition in force says it; without one, the latest day that anybody names counts.
A course in `2013-Q2` has surely begun on 30 June and not before. All parties must report; on an action, its holder.

Source: the steps of such activities as ministries report them; IATI ActivityStatus for the map.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.plan import Rule, values
from kelisim.position import ORDER, Standing, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

KINDS: Final = frozenset({"activity", "project", "meeting", "action"})


class State(StrEnum):
    """What has become of an item; as a rule later ones come later."""

    PROPOSED = "proposed"
    DECLINED = "declined"
    TABLED = "tabled"
    IN_PRINCIPLE = "in-principle"
    AGREED = "agreed"
    IN_PREPARATION = "in-preparation"
    UNDER_WAY = "under-way"
    SUSPENDED = "suspended"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    SPLIT = "split"
    MERGED = "merged"
    CARRIED_OVER = "carried-over"
    UNREPORTED = "unreported"
    DIFFERING = "differing"
    NOT_HELD = "not-held"
    HELD = "held"
    REPORTED = "reported"
    CLOSED = "closed"


IATI: Final[Mapping[State, str]] = {
    **dict.fromkeys((State.PROPOSED, State.TABLED, State.IN_PRINCIPLE, State.AGREED), "1"),
    **dict.fromkeys((State.IN_PREPARATION, State.UNDER_WAY, State.UNREPORTED), "2"),
    **dict.fromkeys((State.DIFFERING, State.HELD, State.REPORTED), "3"),
    State.CLOSED: "4",
    **dict.fromkeys((State.DECLINED, State.CANCELLED, State.NOT_HELD), "5"),
    **dict.fromkeys((State.SPLIT, State.MERGED, State.CARRIED_OVER), "5"),
    **dict.fromkeys((State.SUSPENDED, State.POSTPONED), "6"),
}
"""IATI ActivityStatus: 1 pipeline, 2 implementation, 3 finalisation, 4 closed, 5 cancelled, 6 suspended."""

TOOK_PLACE: Final = frozenset({"yes", "partly"})
STAGES: Final = {
    **dict.fromkeys(("memorandum", "venture", "construction", "production"), "going on"),
    **dict.fromkeys(("standby", "halted"), "stopped"),
    "completed": "yes",
}
"""What a stage says of a project; an idea says nothing yet."""
MEANS: Final = {"no": State.NOT_HELD, "going on": State.UNDER_WAY, "stopped": State.SUSPENDED}


class Dates(NamedTuple):
    """When an item takes place; None where nobody knows.

    Attributes:
        begins: its first day, at the earliest.
        begun: the day on which it has begun, as planned, however coarse the date.
        ends: its last day, at the latest.
    """

    begins: date | None = None
    begun: date | None = None
    ends: date | None = None


@dataclass(frozen=True)
class Progress:
    """What has become of an item.

    Attributes:
        state: as the module says.
        dates: when it takes place.
        accounts: what each party that reports says: yes, partly, no, or a stage.
        missing: the parties whose account is still to come, once it is due or another has reported.
        after: the items that go on from it.
    """

    state: State
    dates: Dates
    accounts: Mapping[str, str]
    missing: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def overdue(self) -> bool:
        """Is it past its last day without any account?"""
        return self.state is State.UNREPORTED


class Review:
    """A plan looked at on a day.

    Args:
        standing: all positions.
        in_force: what the editions in force say: value by field by item, over all scopes.
        today: the day.
    """

    def __init__(self, standing: Standing, in_force: Mapping[str, Mapping[str, str]], today: date) -> None:
        self.standing = standing
        self.in_force = in_force
        self.today = today

    def of(self, item: str) -> Progress | None:
        """What has become of an item; None for a kind to which nothing happens, such as an article."""
        if self.standing.kind(item) not in KINDS:
            return None
        dates, accounts = self._dates(item), self._accounts(item)
        told = {says for account in accounts.values() if (says := STAGES.get(account, account)) != "idea"}
        missing = tuple(code for code in self._reporters(item) if code not in accounts)
        state = self._state(item, told, missing, dates)
        due = bool(accounts) or state is State.UNREPORTED
        return Progress(state, dates, accounts, missing if due else (), self._after.get(item, ()))

    def _state(self, item: str, told: set[str], missing: tuple[str, ...], dates: Dates) -> State:
        if len(told) > 1:
            return State.DIFFERING
        if told & TOOK_PLACE:
            return State.HELD if missing else State.CLOSED if self._is_closed(item) else State.REPORTED
        left = self._left(item)
        if left:
            return left
        return MEANS[told.pop()] if told else self._planned(item, dates)

    def _settled(self, item: str, name: str) -> str | None:
        """What all say of a field, or else what the edition in force says."""
        return self.standing.agreed(item, name) or self.in_force.get(item, {}).get(name)

    def _dates(self, item: str) -> Dates:
        name = "due" if self.standing.kind(item) == "action" else "period"
        settled = self._settled(item, name)
        field = self.standing.field(item, name)
        named = [settled] if settled else list(field.values.values()) if field else []
        found = [_bounds(period) for period in named if period != "?" and values.is_period(period)]
        if not found:
            return Dates()
        begins, begun, ends = ([day for day in days if day] for days in zip(*found, strict=True))
        whole = [days if len(days) == len(found) else [] for days in (begins, begun, ends)]
        return Dates(min(whole[0], default=None), max(whole[1], default=None), max(whole[2], default=None))

    def _each(self, item: str, name: str) -> Mapping[str, str]:
        """What each party says of a field that is every party's own account; nothing while that is contested."""
        field = self.standing.field(item, name)
        return field.values if field and field.status is Status.ACCOUNT else {}

    def _accounts(self, item: str) -> Mapping[str, str]:
        return {code: said for name in ("stage", "done", "held") for code, said in self._each(item, name).items()}

    def _reporters(self, item: str) -> tuple[str, ...]:
        """The parties whose account an item needs."""
        holder = self._settled(item, "holder") if self.standing.kind(item) == "action" else None
        return (holder,) if holder in self.standing.parties else self.standing.parties

    def _is_closed(self, item: str) -> bool:
        """Have those who must report told of it in words, and have those who pay said what they spent?"""
        told: set[str] = set()
        payers: set[str] = set()
        for name, value in self._said(item):
            stem, suffix = self._parts(name)
            if stem == "account.*":
                told |= set(self._each(item, name))
            elif stem == "cost.*.payer":
                payers.add(value)
            elif stem == "pays.*.amount":
                payers.add(suffix)
        spent = {code for code in self.standing.parties if self._each(item, f"spent.{code}")}
        return told >= set(self._reporters(item)) and spent >= payers & set(self.standing.parties)

    def _said(self, item: str) -> Iterator[tuple[str, str]]:
        """Every field of an item with some party's word on it."""
        for name, field in self.standing.fields(item):
            yield from ((name, value) for value in set(field.values.values()))

    def _parts(self, name: str) -> tuple[str, str]:
        known = self.standing.schema.type_of(name)
        return (known.stem, known.suffix(name) or "") if known else ("", "")

    @cached_property
    def _after(self) -> Mapping[str, tuple[str, ...]]:
        """By item, those that all parties want and that go on from it."""
        after: defaultdict[str, list[str]] = defaultdict(list)
        for item in self.standing.items():
            if self.standing.presence(item) is Status.AGREED:
                for before in self._before(item):
                    after[before].append(item)
        return {before: tuple(items) for before, items in after.items()}

    def _before(self, item: str) -> Sequence[str]:
        return (self.standing.agreed(item, "continues") or "").split()

    def _left(self, item: str) -> State | None:
        """How an item has left its place, if it has."""
        after = self._after.get(item, ())
        status = self._settled(item, "status")
        if len(after) > 1:
            return State.SPLIT
        if after and len(self._before(after[0])) > 1:
            return State.MERGED
        gone = status or self.standing.presence(item) in (None, Status.WITHDRAWN)
        if after and (gone or self.standing.scope(after[0]) != self.standing.scope(item)):
            return State.CARRIED_OVER
        return State(status) if status in (State.POSTPONED, State.CANCELLED) else None

    def _planned(self, item: str, dates: Dates) -> State:
        said = State.IN_PREPARATION if item in self.in_force else self._negotiated(item)
        if said not in (State.IN_PREPARATION, State.AGREED):
            return said
        if dates.ends and self.today > dates.ends:
            return State.UNREPORTED
        is_action = self.standing.kind(item) == "action"  # to be done from the day it is given
        return State.UNDER_WAY if is_action or (dates.begun and self.today >= dates.begun) else said

    def _negotiated(self, item: str) -> State:
        presence = self.standing.presence(item)
        if presence is Status.WITHDRAWN:
            return State.DECLINED
        if presence is None:
            spoken = any(voice.word(item, "present") for voice in self.standing.voices.values())
            return State.DECLINED if spoken else State.PROPOSED
        if presence is Status.ONE_SIDED:
            return State.PROPOSED
        joint = (field.status for name, field in self.standing.fields(item) if self._is_joint(name))
        worst = min(joint, key=ORDER.__getitem__)
        return {Status.AGREED: State.AGREED, Status.AD_REFERENDUM: State.IN_PRINCIPLE}.get(worst, State.TABLED)

    def _is_joint(self, name: str) -> bool:
        return self.standing.schema.rule(name) is Rule.JOINT


def _bounds(period: str) -> Dates:
    """The days that a period names; None for an end still to be fixed."""
    first, slash, last = period.partition("/")
    start = None if first == "?" else values.span(first)
    end = (None if last == "?" else values.span(last)) if slash else start
    return Dates(start and start[0], start and start[1], end and end[1])
