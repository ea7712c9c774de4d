"""A plan over its years: what takes place when, as a table and as the picture beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from kelisim.progress import KINDS
from kelisim_web import texts
from kelisim_web.pages import address
from kelisim_web.queries.index import Entry, Index, index_of
from kelisim_web.queries.outlook import Listed, Lists
from kelisim_web.queries.progress import today
from kelisim_web.queries.table import PAGE, lies_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kelisim_web.access import Seat
    from kelisim_web.queries.table import Wanted


class TimelineRow(NamedTuple):
    """Something that takes place: the item, and what its line of cooperation is called."""

    listed: Listed
    line: str


@dataclass(frozen=True)
class TimelineView:
    """A page of what takes place, the earliest first; what has no day comes last.

    Attributes:
        title: of the plan.
        lines: the lines of cooperation that have something: item and title.
        years: in which something lies.
        rows: the page.
        found: how many the filters leave; `pages` how many pages these are.
        undated: how many of them have no day, and are in no picture.
    """

    title: str
    lines: list[tuple[str, str]]
    years: list[int]
    rows: list[TimelineRow]
    found: int
    pages: int
    undated: int


def timeline(seat: Seat, circle: str, language: str, wanted: Wanted) -> TimelineView:
    """A page of what takes place."""
    lists = Lists(seat, circle, language)
    index, found = lists.index, _wanted(lists.index, wanted)
    first = (wanted.page - 1) * PAGE
    return TimelineView(
        title=next((one.title(language) for one in index.of("plan")), ""),
        lines=_lines(index, language),
        years=list(index.years),
        rows=[
            TimelineRow(lists.row(one), index.title(one.line, language) if one.line else "")
            for one in found[first : first + PAGE]
        ],
        found=len(found),
        pages=max(1, -(-len(found) // PAGE)),
        undated=sum(1 for one in found if not _is_dated(one)),
    )


def picture(seat: Seat, circle: str, language: str, wanted: Wanted) -> dict[str, Any]:
    """The same as bars by line of cooperation, with the words that stand around them."""
    index = index_of(seat, circle)
    dated = [one for one in _wanted(index, wanted) if _is_dated(one)]
    lines = [*_lines(index, language), ("", texts.word("timeline.no-line", language))]
    places = {line: place for place, (line, _) in enumerate(lines)}
    day, around = today(seat), address("item", circle=circle[:12], item="-").removesuffix("-/")
    return {
        "from": str(min((one.first or day for one in dated), default=date(day.year, 1, 1))),
        "to": str(max((one.last or day for one in dated), default=date(day.year, 12, 31))),
        "today": str(day),
        "lines": [{"name": title} for _, title in lines],
        "bars": [
            {
                "number": one.number,
                "title": one.title(language),
                "line": places.get(one.line, places[""]),
                "start": str(one.first),
                "end": str(one.last),
                "when": texts.period(one.when, language),
                "state": one.status,
                "url": f"{around}{one.item}/",
            }
            for one in dated
        ],
        "words": _words({one.status for one in dated}, language),
    }


def _wanted(index: Index, wanted: Wanted) -> list[Entry]:
    found = [
        one
        for one in index.entries.values()
        if one.kind in KINDS
        and wanted.scope in ("", one.scope)
        and wanted.line in ("", one.line)
        and (not wanted.year or lies_in(one, wanted.year, fiscal=wanted.fiscal))
    ]
    return sorted(found, key=lambda one: (one.first or date.max, one.last or date.max))


def _is_dated(entry: Entry) -> bool:
    return bool(entry.first and entry.last and entry.first > date.min and entry.last < date.max)


def _lines(index: Index, language: str) -> list[tuple[str, str]]:
    there = {one.line for one in index.entries.values() if one.kind in KINDS}
    return [(one.item, one.title(language)) for one in index.of("line") if one.item in there]


def _words(statuses: Iterable[str], language: str) -> dict[str, Any]:
    known = texts.locale(language)
    months, quarters = known.months["stand-alone"]["abbreviated"], known.quarters["stand-alone"]["abbreviated"]
    return {
        **{name: texts.word(f"timeline.{name}", language) for name in ("whole", "year", "quarter", "month", "today")},
        "months": [months[one] for one in range(1, 13)],
        "quarters": [quarters[one] for one in range(1, 5)],
        "states": {one: texts.word(f"status.{one}", language) for one in sorted(statuses)},
    }
