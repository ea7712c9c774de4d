"""The negotiating table: a page of a plan's items, filtered, with their open fields in brackets.

A page reads the rows of its own items alone; what filters and counts look at is kept for the heads held (`index`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from kelisim.language import fold
from kelisim.plan.values import by_number
from kelisim_web import store
from kelisim_web.models.drafts import Comment, Draft
from kelisim_web.paper import is_paper
from kelisim_web.queries.fields import FieldRow, Fields, field_name, said_as
from kelisim_web.queries.index import SETTLED, Entry, Index, entry_of, index_of
from kelisim_web.queries.looked import new_items
from kelisim_web.queries.overview import notice_of, title_of
from kelisim_web.queries.recorded import supposed
from kelisim_web.queries.standing import standing_with_new
from kelisim_web.us import our_code

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from kelisim.position import Standing, Status
    from kelisim_web.access import Seat

PAGE: Final = 100
SETTABLE: Final = ("period", "host", "place", "type", "line", "status")
OCTOBER: Final = 10  # the fiscal year of the United States begins in October of the year before
HEADS: Final = ("kind", "parent", "number", "present", "title.*")  # shown in an item's head unless open


@dataclass(frozen=True)
class Wanted:
    """Which items of a plan somebody wants to see.

    Attributes:
        scope, line, kind: only of these; empty for all.
        state: `waiting-ours`, `waiting-theirs`, `open`, `new`, `untranslated`, or a status; empty for all.
        year: only what lies in this year; 0 for all. `fiscal`: in the United States' fiscal year of that number.
        words: what must be found in an item; each word is the beginning of one there.
        languages: in which texts are shown; empty for the reader's and English.
        page: from 1.
    """

    scope: str = ""
    line: str = ""
    kind: str = ""
    state: str = ""
    year: int = 0
    fiscal: bool = False
    words: str = ""
    languages: tuple[str, ...] = ()
    page: int = 1


@dataclass(frozen=True)
class ItemRow:
    """An item on the table.

    Attributes:
        entry: the item.
        kind: what its kind is called.
        type: the type of an activity or meeting, as people call it; empty where nobody says.
        title: its title, in the reader's language where there is one.
        titles: the title as a field, in the languages shown.
        fields: its other joint fields; where nothing is open, only when it is looked at by itself.
        drafts: what we have drafted: value by field.
        comments: how many internal comments it has.
        drafted: nobody has spoken of it; it is in our drafts alone.
        new: others have spoken on it since this officer last looked.
        endorsable: the parties of whose words on it some can be taken over.
    """

    entry: Entry
    kind: str
    type: str
    title: str
    titles: FieldRow | None
    fields: tuple[FieldRow, ...]
    drafts: dict[str, Draft]
    comments: int
    drafted: bool
    new: bool
    endorsable: tuple[str, ...]

    @property
    def settled(self) -> bool:
        """Is nothing open here?"""
        return self.entry.status in SETTLED


@dataclass(frozen=True)
class LineRow:
    """A line of cooperation in the rail: how many of its items stand where."""

    line: str
    title: str
    counts: Counter[Status]

    @property
    def total(self) -> int:
        """All its items."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class TableView:
    """A page of the negotiating table.

    Attributes:
        circle: the plan.
        ours: our code; `others` those of the other parties; `sides` which colour each has.
        title, notice: of the scope that is shown, or of the plan's first.
        scopes: item, number and title of each scope.
        lines: by line of cooperation.
        kinds: the kinds that there are, with their names.
        years: in which something lies.
        counts: how many items there are in all, per state of the filter.
        rows: the page.
        found: how many items the filters leave; `pages` how many pages these are.
        spoken: the languages of the plan; `shown` those on the page.
        drafts: how many drafts the plan has.
        on_paper: nobody can sign the plan yet: what stands here are our drafts and letters recorded.
        settable: the fields that can be set for several items at once: stem and label.
    """

    circle: str
    ours: str
    others: tuple[str, ...]
    sides: dict[str, str]
    title: str
    notice: str
    scopes: list[tuple[str, str, str]]
    lines: list[LineRow]
    kinds: list[tuple[str, str]]
    years: list[int]
    counts: Counter[str]
    rows: list[ItemRow]
    found: int
    pages: int
    spoken: tuple[str, ...]
    shown: tuple[str, ...]
    drafts: int
    on_paper: bool
    settable: list[tuple[str, str]]


class _Table:
    """A plan on the table, for a reader."""

    def __init__(self, seat: Seat, circle: str, language: str, wanted: Wanted) -> None:
        self.circle, self.language, self.wanted = circle, language, wanted
        charter = store.charter(circle)
        self.index, self.spoken = index_of(seat, circle), tuple(charter.value.languages)
        self.on_paper = is_paper(charter)
        if self.on_paper:
            self.standing, self.drafted = supposed(seat, circle), list[str]()
        else:
            self.standing, self.drafted = standing_with_new(seat, circle)
        drafted = [entry_of(self.standing, item, self.spoken) for item in self.drafted]
        self.entries = [*self.index.entries.values(), *drafted]
        self.ours = our_code(circle)
        self.shown = tuple(one for one in wanted.languages if one in self.spoken) or _first(self.spoken, language)
        self.fields = Fields(self.standing, self.ours, language, self.shown, self.spoken)
        self.new = new_items(seat, circle, charter.value.codes(), self.index.entries.values())
        self.drafts: dict[str, dict[str, Draft]] = {}
        for draft in Draft.objects.filter(circle=circle):
            self.drafts.setdefault(draft.item, {})[draft.field] = draft

    def states(self, entry: Entry) -> set[str]:
        """Under which states of the filter an item falls."""
        waits = entry.waits_for
        found = ["waiting-ours"] if self.ours in waits else []
        found += ["waiting-theirs"] if waits - {self.ours} else []
        found += ["open"] if entry.status not in SETTLED else []
        found += ["new"] if entry.item in self.new else []
        found += ["untranslated"] if entry.untranslated else []
        return {*found, str(entry.status)}

    def is_wanted(self, entry: Entry) -> bool:
        """Do the filters leave it?"""
        wanted = self.wanted
        return (
            wanted.scope in ("", entry.scope)
            and wanted.line in ("", entry.line)
            and wanted.kind in ("", entry.kind)
            and (not wanted.state or wanted.state in self.states(entry))
            and (not wanted.year or lies_in(entry, wanted.year, fiscal=wanted.fiscal))
            and holds(entry, wanted.words)
        )

    def rows(self, entries: Sequence[Entry], *, whole: bool = False) -> list[ItemRow]:
        """Some items, as they are shown."""
        counted = Comment.objects.filter(circle=self.circle, item__in=[one.item for one in entries])
        comments = Counter(counted.values_list("item", flat=True))
        return [self._row(entry, comments[entry.item], whole=whole) for entry in entries]

    def _row(self, entry: Entry, comments: int, *, whole: bool) -> ItemRow:
        standing, item = self.standing, entry.item
        open_here = whole or entry.status not in SETTLED
        fields = self.fields.of(item) if open_here else [row for row in [self.fields.one(item, "title.*")] if row]
        shown = tuple(row for row in fields if row.stem not in HEADS or (row.stem != "title.*" and _is_open(row)))
        type_ = standing.said(item, "type")
        return ItemRow(
            entry=entry,
            kind=standing.schema.kinds.get(entry.kind, {}).get(self.language, entry.kind),
            type=said_as(standing, "type", type_, self.language) if type_ else "",
            title=title_of(standing, item, self.language),
            titles=next((row for row in fields if row.stem == "title.*"), None),
            fields=shown,
            drafts=self.drafts.get(item, {}),
            comments=comments,
            drafted=item in self.drafted,
            new=item in self.new,
            endorsable=tuple(dict.fromkeys(code for row in fields for code in row.endorsable)),
        )

    def lines(self) -> list[LineRow]:
        """How far each line of cooperation is, in the scope that is wanted."""
        counts: dict[str, Counter[Status]] = {}
        for entry in self.index.entries.values():
            if entry.line and self.wanted.scope in ("", entry.scope):
                counts.setdefault(entry.line, Counter())[entry.status] += 1
        ordered = sorted(counts, key=lambda line: (by_number(self.standing.said(line, "number") or ""), line))
        return [LineRow(line, title_of(self.standing, line, self.language), counts[line]) for line in ordered]

    def kinds(self) -> list[tuple[str, str]]:
        """The kinds that there are."""
        names = self.standing.schema.kinds
        there = {entry.kind for entry in self.index.entries.values()}
        return [(kind, names[kind].get(self.language, kind)) for kind in names if kind in there]


def _first(spoken: Collection[str], language: str) -> tuple[str, ...]:
    """The languages that are shown where nobody has chosen: the reader's, and another."""
    preferred = [language, "en", *spoken]
    return tuple(dict.fromkeys(one for one in preferred if one in spoken))[:2]


def _is_open(row: FieldRow) -> bool:
    return row.status not in SETTLED


def lies_in(entry: Entry, year: int, *, fiscal: bool = False) -> bool:
    """Can an item lie in this calendar year, or in the fiscal year of the United States that bears its number?"""
    if entry.first is None or entry.last is None:
        return False
    first, last = date(year, 1, 1), date(year, 12, 31)
    if fiscal:
        first, last = date(year - 1, OCTOBER, 1), date(year, OCTOBER - 1, 30)
    return entry.first <= last and entry.last >= first


def holds(entry: Entry, words: str) -> bool:
    """Is every word the beginning of one in an item's texts, number or id?"""
    sought = [fold(word) for word in words.split()]
    return all(_begins(entry, word) for word in sought)


def _begins(entry: Entry, word: str) -> bool:
    return entry.item.startswith(word) or any(text.startswith(word) or f" {word}" in text for text in entry.words)


def table(seat: Seat, circle: str, language: str, wanted: Wanted) -> TableView:
    """A page of the negotiating table."""
    found = _Table(seat, circle, language, wanted)
    entries = [entry for entry in found.entries if found.is_wanted(entry)]
    first = (wanted.page - 1) * PAGE
    counts: Counter[str] = Counter()
    for entry in found.index.entries.values():
        if wanted.scope in ("", entry.scope):
            counts.update(["all", *found.states(entry)])
    scopes = _scopes(found.standing, found.index, language)
    shown = wanted.scope or (scopes[0][0] if scopes else "")
    return TableView(
        circle=circle,
        ours=found.ours,
        others=tuple(code for code in found.standing.parties if code != found.ours),
        sides=found.fields.sides,
        title=title_of(found.standing, shown, language) if shown else "",
        notice=notice_of(found.standing, shown, language),
        scopes=scopes,
        lines=found.lines(),
        kinds=found.kinds(),
        years=years_of(found.index),
        counts=counts,
        rows=found.rows(entries[first : first + PAGE]),
        found=len(entries),
        pages=max(1, -(-len(entries) // PAGE)),
        spoken=found.spoken,
        shown=found.shown,
        drafts=sum(len(drafts) for drafts in found.drafts.values()),
        on_paper=found.on_paper,
        settable=[(stem, field_name(found.standing.schema, stem, language)) for stem in SETTABLE],
    )


def _scopes(standing: Standing, index: Index, language: str) -> list[tuple[str, str, str]]:
    return [(one.item, one.number, title_of(standing, one.item, language)) for one in index.of("plan")]


def years_of(index: Index) -> list[int]:
    """The years in which something of a plan lies."""
    years: set[int] = set()
    for entry in index.entries.values():
        if entry.first and entry.last and entry.first > date.min and entry.last < date.max:
            years.update(range(entry.first.year, entry.last.year + 1))
    return sorted(years)


def drafted(seat: Seat, circle: str) -> int:
    """How many drafts a plan has."""
    del seat
    return Draft.objects.filter(circle=circle).count()


def one_row(seat: Seat, circle: str, language: str, item: str, languages: tuple[str, ...] = ()) -> ItemRow | None:
    """One item as the table shows it, all its fields open; None where nobody speaks of it."""
    found = _Table(seat, circle, language, Wanted(languages=languages))
    entry = next((one for one in found.entries if one.item == item), None)
    return found.rows([entry], whole=True)[0] if entry else None
