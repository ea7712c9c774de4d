"""A plan on a page for the minister: where it stands, what has moved, what is open and how each side words it.

What we recommend stands on our own copy alone; a copy to hand over is made without anything that is internal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim import deadline
from kelisim.position import PRESENT, Status
from kelisim_web import derive, store
from kelisim_web.models.drafts import Comment
from kelisim_web.queries.ahead import Due, last_talks, meetings
from kelisim_web.queries.fields import field_name, said_as, sides_of
from kelisim_web.queries.index import SETTLED, Entry
from kelisim_web.queries.kept import Kept
from kelisim_web.queries.outlook import Far, Listed, Lists, Short
from kelisim_web.queries.overview import item_status, merged
from kelisim_web.queries.recorded import standing_shown
from kelisim_web.queries.standing import standing_at, standing_of
from kelisim_web.queries.sums import Money, Sum, added

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kelisim.position import Standing
    from kelisim_web.access import Seat

POINTS, FIELDS, MOVED, AHEAD = 5, 2, 3, 3
MOMENTS: Final = 32
SOON: Final = timedelta(days=92)


class Said(NamedTuple):
    """How a party words a field: its code, its colour, the words; None where it says nothing."""

    code: str
    side: str
    text: str | None


class OpenField(NamedTuple):
    """A field that is open, and how each party words it."""

    label: str
    language: str
    said: list[Said]


class Point(NamedTuple):
    """An open point.

    Attributes:
        listed: the item, and since when it is open.
        fields: what is open, the first few.
        more: how many fields more.
        advice: what we recommend, on our own copy alone.
    """

    listed: Listed
    fields: list[OpenField]
    more: int
    advice: list[Comment]


@dataclass(frozen=True)
class Moved:
    """What has moved since a day.

    Attributes:
        since: the day.
        talks: the talks that ended on it; None where a day was chosen, or there were none.
        agreed, tabled, reopened: what has been agreed since; what has come to the table; what was agreed then.
        struck: how many items are in the plan no more.
    """

    since: date
    talks: Listed | None
    agreed: Short
    tabled: Short
    reopened: Short
    struck: int


@dataclass(frozen=True)
class MinisterView:
    """A plan on a page for the minister.

    Attributes:
        title, notice: of the scope; `scopes` all that there are: item and title.
        far: how far it is.
        moved: since the last talks, or a chosen day; None where there were none.
        points: three to five open points.
        open: how many there are in all.
        meetings, begins: the meetings ahead; what begins within a quarter.
        deadlines: those ahead.
        year: of which the money is told; `years` those that name some.
        calendar, fiscal: the money of the calendar year, and of the fiscal year of the United States of that number.
    """

    title: str
    notice: str
    scopes: list[tuple[str, str]]
    far: Far
    moved: Moved | None
    points: list[Point]
    open: int
    meetings: list[Listed]
    begins: list[Listed]
    deadlines: list[tuple[Due, str]]
    year: int
    years: list[int]
    calendar: list[Money]
    fiscal: list[Money]


class Wish(NamedTuple):
    """What somebody wants on the page: a scope, since which day, the money of which year, to be handed over or not."""

    scope: str = ""
    since: date | None = None
    year: int = 0
    handed: bool = False


def minister(seat: Seat, circle: str, language: str, wish: Wish) -> MinisterView:
    """A plan on a page for the minister."""
    lists = Lists(seat, circle, language, said_only=wish.handed)
    day = lists.day
    entries = [one for one in lists.index.entries.values() if wish.scope in ("", one.scope)]
    shown = wish.scope or next((one.item for one in lists.index.of("plan")), "")
    chosen = _chosen(lists, entries)
    years = sorted({*_years(entries)})
    year = wish.year or next((one for one in years if one >= day.year), day.year)
    ahead = [one for one in entries if one.kind != "plan" and one.first and day <= one.first <= day + SOON]
    dues = [one for one in lists.due(store.closed(lists.charter).editions) if wish.scope in ("", one[0].scope)]
    return MinisterView(
        title=lists.index.title(shown, language) if shown else "",
        notice=lists.notice(shown),
        scopes=[(one.item, one.title(language)) for one in lists.index.of("plan")],
        far=lists.far("", entries),
        moved=_moved(seat, lists, entries, wish),
        points=_points(seat, lists, chosen[:POINTS], handed=wish.handed),
        open=len(chosen),
        meetings=[lists.row(one) for one in meetings(entries, day)[:3]],
        begins=[lists.row(one) for one in sorted(ahead, key=lambda one: one.first or day)[:AHEAD]],
        deadlines=[one for one in dues if not (wish.handed and one[0].deadline.party)],
        year=year,
        years=years,
        calendar=added(_money(entries, year, fiscal=False)),
        fiscal=added(_money(entries, year, fiscal=True)),
    )


def _chosen(lists: Lists, entries: Iterable[Entry]) -> list[Entry]:
    """The open points: those of which we have said what we recommend, then the longest open, then the widest."""
    found = [one for one in entries if one.status not in SETTLED]
    advised = {*Comment.objects.filter(circle=lists.circle, sort="line").values_list("item", flat=True)}
    times = lists.times(found, {*lists.parties.values()})

    def rank(one: Entry) -> tuple[bool, str, int]:
        oldest = min((times[code, place] for code, place in one.since.items() if (code, place) in times), default="9")
        return one.item not in advised, oldest[:10], -len(one.unsettled)

    return sorted(found, key=rank)


def _points(seat: Seat, lists: Lists, entries: Sequence[Entry], *, handed: bool) -> list[Point]:
    items = [one.item for one in entries]
    standing = standing_of(seat, lists.circle, items) if handed else standing_shown(seat, lists.circle, items)
    times = lists.times(entries, {*lists.parties.values()})
    advice: dict[str, list[Comment]] = {}
    if not handed:
        for row in Comment.objects.filter(circle=lists.circle, sort="line", item__in=items).order_by("pk"):
            advice.setdefault(row.item, []).append(row)
    points = []
    for one in entries:
        since = min((times[code, place] for code, place in one.since.items() if (code, place) in times), default="")
        fields = [*_open_fields(standing, one, lists)]
        points.append(Point(lists.row(one, since), fields, len(one.unsettled) - len(fields), advice.get(one.item, [])))
    return points


def _open_fields(standing: Standing, entry: Entry, lists: Lists) -> Iterator[OpenField]:
    """What is open in an item, as each party words it: first what the parties word differently.

    Of an item that not all want at all, that is the question, and no single field.
    """
    sides, joint = sides_of(standing.parties, lists.ours), merged(standing, entry.item)
    stems = sorted(entry.unsettled, key=lambda stem: (Status.OPEN not in joint[stem].values(), _order(standing, stem)))
    for stem in [PRESENT] if PRESENT in stems else stems[:FIELDS]:
        name = _register(joint[stem], lists.language)
        field = standing.field(entry.item, name)
        values = field.values if field else {}
        said = {code: said_as(standing, name, value, lists.language) for code, value in values.items()}
        known = standing.schema.type_of(name)
        yield OpenField(
            label=field_name(standing.schema, stem, lists.language),
            language=(known.suffix(name) or "") if known and known.per == "language" else "",
            said=[Said(code, sides[code], said.get(code)) for code in standing.parties],
        )


def _order(standing: Standing, stem: str) -> tuple[int, str]:
    return standing.schema.order(stem.replace("*", "en"))


def _register(parts: Mapping[str, Status], language: str) -> str:
    """Of a text, one of its open languages: the reader's, where that is open."""
    open_here = [name for name, status in parts.items() if status not in SETTLED]
    return next((name for name in open_here if name.endswith(f".{language}")), open_here[0])


_then: Kept[Mapping[str, Status]] = Kept(MOMENTS)


def statuses_before(seat: Seat, circle: str, moment: str) -> Mapping[str, Status]:
    """How each item stood by what had been said before a moment; kept, since that does not change."""
    cut = {party: derive.head_before(circle, party, moment) for party in store.charter(circle).value.codes()}

    def made() -> dict[str, Status]:
        standing = standing_at(seat, circle, cut)
        there = [item for item in standing.items() if standing.statuses(item) and not standing.is_struck_out(item)]
        return {item: item_status(standing, item) for item in there}

    return _then.of((str(seat.node.directory), circle, *sorted(cut.values())), made)


def _moved(seat: Seat, lists: Lists, entries: Sequence[Entry], wish: Wish) -> Moved | None:
    talks = None if wish.since else last_talks(entries, lists.day)
    since = wish.since or (talks.last if talks else None)
    if since is None:
        return None
    then = statuses_before(seat, lists.circle, str(since + timedelta(days=1)))
    changed = {entry.item: (then.get(entry.item), entry.status) for entry in entries}
    settled = [one for one in entries if one.status in SETTLED and changed[one.item][0] not in SETTLED]
    open_now = [one for one in entries if one.status not in SETTLED]
    return Moved(
        since=since,
        talks=lists.row(talks) if talks else None,
        agreed=lists.short(settled, MOVED),
        tabled=lists.short((one for one in open_now if changed[one.item][0] is None), MOVED),
        reopened=lists.short((one for one in open_now if changed[one.item][0] in SETTLED), MOVED),
        struck=0 if wish.scope else len(then.keys() - lists.index.entries.keys()),
    )


def _years(entries: Iterable[Entry]) -> Iterator[int]:
    for one in entries:
        if one.sums and one.first and one.first > date.min:
            yield one.first.year
        yield from (named.year for named in one.sums if named.year)


def _money(entries: Iterable[Entry], year: int, *, fiscal: bool) -> Iterator[Sum]:
    """The money of what begins in a year; in the fiscal sense, what is said to be charged to it comes first."""
    for one in entries:
        begins = one.first if one.first and one.first > date.min else None
        for named in one.sums:
            if fiscal:
                lies = named.year or (deadline.fiscal_year(begins) if begins else 0)
            else:
                lies = begins.year if begins else 0
            if lies == year:
                yield named
