"""A plan at a glance: how far it is, what waits for whom and since when, what came in, what is ahead, what is past.

Everything here comes from the index; no field is read.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.deadline import originals
from kelisim.plan import schema
from kelisim.plan.values import by_number
from kelisim.position import Status
from kelisim_web import derive, store
from kelisim_web.queries.ahead import Due, deadlines, meetings, untold
from kelisim_web.queries.fields import field_name
from kelisim_web.queries.index import SETTLED, Entry, index_of
from kelisim_web.queries.looked import new_items
from kelisim_web.queries.progress import today
from kelisim_web.us import our_party

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping

    from kelisim_web.access import Seat

SHOWN: Final = 10


class Far(NamedTuple):
    """How far some items are.

    Attributes:
        name, number, title: of what they belong to: the item of a scope or line, a kind, a year.
        counts: how many stand at each status.
    """

    name: str
    number: str
    title: str
    counts: Counter[Status]

    @property
    def total(self) -> int:
        """All of them."""
        return self.counts.total()

    @property
    def agreed(self) -> int:
        """Those on which nothing is open."""
        return sum(self.counts[one] for one in SETTLED)

    @property
    def held(self) -> int:
        """Those agreed ad referendum."""
        return self.counts[Status.AD_REFERENDUM]

    @property
    def one_sided(self) -> int:
        """Those that one party has named and another has not answered."""
        return self.counts[Status.ONE_SIDED]

    @property
    def open(self) -> int:
        """Those on which the parties differ, in whatever way."""
        return self.total - self.agreed - self.held - self.one_sided


@dataclass(frozen=True)
class ScopeFar:
    """How far a framework or yearly plan is.

    Attributes:
        far: over all its items.
        notice: that is shown wherever it is.
        lines: by line of cooperation; what belongs to none, by kind.
        editions: how many editions are concluded.
        offered, frozen: an offer stands over it; we have closed it.
    """

    far: Far
    notice: str
    lines: list[Far]
    editions: int
    offered: bool
    frozen: bool


class Listed(NamedTuple):
    """An item in a short list.

    Attributes:
        entry: the item.
        title, kind: what it and its kind are called.
        fields: what is open in it.
        since: since when, as its author claims; empty where that is not asked.
    """

    entry: Entry
    title: str
    kind: str
    fields: tuple[str, ...] = ()
    since: str = ""


class Short(NamedTuple):
    """The first few items of a list, and how many it has in all."""

    rows: list[Listed]
    whole: int


@dataclass(frozen=True)
class Outlook:
    """A plan at a glance.

    Attributes:
        circle: the plan.
        ours, others: our code; those of the other parties.
        title: of its first scope.
        far: over all items.
        scopes: by number.
        for_us, for_them: what waits; the longest first.
        new: on what others have spoken since this officer last looked.
        meetings: those ahead.
        deadlines: those ahead, and those that have passed lately.
        untold: what is past and has no account yet.
        untranslated: how many texts each language of the plan lacks, by language.
        lacking: how many texts lack some language.
        years: how far the items are that lie in each calendar year.
        originals: how many are signed.
        troubled: the feeds that are contested or wait for a piece: a party's code, and which of the two.
    """

    circle: str
    ours: str
    others: tuple[str, ...]
    title: str
    far: Far
    scopes: list[ScopeFar]
    for_us: Short
    for_them: Short
    new: Short
    meetings: list[Listed]
    deadlines: list[tuple[Due, str]]
    untold: Short
    untranslated: Counter[str]
    lacking: int
    years: list[Far]
    originals: int
    troubled: list[tuple[str, str]]


class Lists:
    """The items of a plan in short lists, for a reader; `said_only`: without what a plan on paper would be."""

    def __init__(self, seat: Seat, circle: str, language: str, *, said_only: bool = False) -> None:
        self.index, self.circle, self.language = index_of(seat, circle, said_only=said_only), circle, language
        self.charter, self.day = store.charter(circle), today(seat)
        self.parties = self.charter.value.codes()
        self.ours = self.parties[our_party()]
        self.schema = schema()
        self._labels: dict[str, str] = {}

    def row(self, entry: Entry, since: str = "") -> Listed:
        """An item."""
        fields = tuple(self.label(stem) for stem in entry.unsettled)
        return Listed(entry, entry.title(self.language), self.kind(entry.kind), fields, since)

    def label(self, stem: str) -> str:
        """What a field is called."""
        if stem not in self._labels:
            self._labels[stem] = field_name(self.schema, stem, self.language)
        return self._labels[stem]

    def notice(self, scope: str) -> str:
        """What is said wherever a plan is shown."""
        entry = self.index.entries.get(scope)
        return entry.notices.get(self.language, "") if entry else ""

    def kind(self, kind: str) -> str:
        """What a kind of item is called."""
        return self.schema.kinds.get(kind, {}).get(self.language, kind)

    def short(self, entries: Iterable[Entry], most: int = SHOWN) -> Short:
        """The first of some items."""
        found = [*entries]
        return Short([self.row(one) for one in found[:most]], len(found))

    def waiting(self, entries: Iterable[Entry], codes: Iterable[str], most: int = SHOWN) -> Short:
        """What has waited longest for an answer to what these parties say there."""
        asking = {*codes}
        times = self.times(found := [*entries], asking)
        since = {
            one.item: min(
                (times[code, place] for code, place in one.since.items() if (code, place) in times), default=""
            )
            for one in found
        }
        found.sort(key=lambda one: since[one.item] or "9")  # they come in the order of their numbers
        return Short([self.row(one, since[one.item]) for one in found[:most]], len(found))

    def times(self, entries: Iterable[Entry], codes: set[str]) -> Mapping[tuple[str, int], str]:
        """When what is unsettled in some items was first said, by party and place."""
        places: dict[str, set[int]] = {}
        for entry in entries:
            for code, place in entry.since.items():
                places.setdefault(code, set()).add(place)
        return {
            (code, place): at
            for party, code in self.parties.items()
            if code in codes and code in places
            for place, at in derive.times(self.circle, party, places[code]).items()
        }

    def due(self, concluded: Container[str]) -> list[tuple[Due, str]]:
        """The deadlines ahead, each with the title of its scope."""
        found = deadlines(self.index, self.parties.values(), concluded, self.day)
        return [(one, self.index.title(one.scope, self.language)) for one in found]

    def far(self, name: str, entries: Iterable[Entry]) -> Far:
        """How far some items are that belong to an item."""
        counts = Counter(one.status for one in entries)
        entry = self.index.entries.get(name)
        return Far(name, entry.number if entry else "", entry.title(self.language) if entry else "", counts)

    def lines(self, entries: Iterable[Entry]) -> list[Far]:
        """How far each line of cooperation is; what belongs to none, by kind."""
        grouped = _grouped(entries, lambda one: one.line or f"kind:{one.kind}")
        rows = []
        for name, of in grouped.items():
            kind = name.removeprefix("kind:")
            rows.append(self.far(name, of) if kind == name else self.far("", of)._replace(title=self.kind(kind)))
        return sorted(rows, key=lambda row: (not row.name, by_number(row.number), row.title))


def _grouped(entries: Iterable[Entry], by: Callable[[Entry], str]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(by(entry), []).append(entry)
    return found


def outlook(seat: Seat, circle: str, language: str) -> Outlook:
    """A plan at a glance."""
    lists = Lists(seat, circle, language)
    entries, ours, closed = lists.index.entries.values(), lists.ours, store.closed(lists.charter)
    others = tuple(code for code in lists.parties.values() if code != ours)
    new = new_items(seat, circle, lists.parties, entries)
    scopes = _scopes(lists, closed)
    return Outlook(
        circle=circle,
        ours=ours,
        others=others,
        title=scopes[0].far.title if scopes else "",
        far=lists.far("", entries),
        scopes=scopes,
        for_us=lists.waiting((one for one in entries if ours in one.waits_for), others),
        for_them=lists.waiting((one for one in entries if one.waits_for - {ours}), [ours]),
        new=lists.short(one for one in entries if one.item in new),
        meetings=[lists.row(one) for one in meetings(entries, lists.day)[:3]],
        deadlines=lists.due(closed.editions),
        untold=lists.short(untold(seat, lists.index, closed.editions, lists.day)),
        untranslated=Counter(tongue for one in entries for _, lacking in one.untranslated for tongue in lacking),
        lacking=sum(len(one.untranslated) for one in entries),
        years=years(lists),
        originals=originals(len(lists.parties), len(lists.charter.value.languages)),
        troubled=_troubled(lists),
    )


def _scopes(lists: Lists, closed: store.Closed) -> list[ScopeFar]:
    scopes = _grouped(lists.index.entries.values(), lambda one: one.scope)
    return [
        ScopeFar(
            far=lists.far(scope, of),
            notice=lists.notice(scope),
            lines=lists.lines(of),
            editions=closed.editions.get(scope, 0),
            offered=scope in closed.offered,
            frozen=scope in closed.frozen,
        )
        for scope, of in scopes.items()
    ]


def _troubled(lists: Lists) -> list[tuple[str, str]]:
    lines = {code: derive.known(lists.circle, party) for party, code in lists.parties.items()}
    return [
        (code, "contested" if line.contested else "waiting")
        for code, line in lines.items()
        if line and (line.contested or line.waiting)
    ]


def years(lists: Lists) -> list[Far]:
    """How far the items are that begin in each calendar year; lines, articles and plans lie in none."""
    grouped: dict[int, list[Entry]] = {}
    for entry in lists.index.entries.values():
        if entry.kind != "plan" and entry.first and entry.first > date.min:
            grouped.setdefault(entry.first.year, []).append(entry)
    return [lists.far("", grouped[year])._replace(name=str(year)) for year in sorted(grouped)]
