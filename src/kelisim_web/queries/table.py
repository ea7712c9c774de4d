"""The negotiating table: a page of a plan's items, filtered, with their open fields in brackets.

A page reads the rows of its own items alone; what filters and counts look at is kept for the heads held (`index`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from kelisim.language import fold
from kelisim.plan import schema
from kelisim.plan.values import by_number
from kelisim_web import store
from kelisim_web.models.drafts import Comment, Draft
from kelisim_web.queries.fields import TITLE, FieldRow, Fields, field_name
from kelisim_web.queries.index import SETTLED, Entry, entry_of, index_of
from kelisim_web.queries.looked import new_items
from kelisim_web.queries.recorded import supposed
from kelisim_web.queries.standing import standing_with_new
from kelisim_web.us import our_party

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from kelisim.position import Standing, Status
    from kelisim_web.access import Seat
    from kelisim_web.queries.index import Group

PAGE: Final = 100
SETTABLE: Final = ("period", "host", "place", "type", "line", "status")
OCTOBER: Final = 10  # the fiscal year of the United States begins in October of the year before
HEADS: Final = ("kind", "parent", "number", "present", TITLE)  # shown in an item's head unless open


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

    def has_draft(self, field: FieldRow) -> bool:
        """Have we drafted something on a field, in any of its languages?"""
        stem = field.stem.removesuffix("*")
        return any(name == stem or (stem != field.stem and name.startswith(stem)) for name in self.drafts)

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
    """A plan on the table, for a reader. What it shows of the items of a page is read by `lay`."""

    standing: Standing
    drafted: list[str]
    fields: Fields

    def __init__(self, seat: Seat, circle: str, language: str, wanted: Wanted) -> None:
        self.seat, self.circle, self.language, self.wanted = seat, circle, language, wanted
        charter = store.terms(circle)
        self.parties, self.spoken = charter.codes(), tuple(charter.languages)
        self.ours = self.parties[our_party()]
        self.on_paper = store.on_paper(circle)
        self.shown = tuple(one for one in wanted.languages if one in self.spoken) or _first(self.spoken, language)
        self.index = index_of(seat, circle)
        self.new = new_items(seat, circle, self.parties, self.index.entries.values())

    def lay(self, entries: Iterable[Entry]) -> list[Entry]:
        """Read what is shown of some items, all at once; give the items that only our drafts speak of."""
        open_here = [entry for entry in entries if entry.status not in SETTLED]
        first = {item for entry in open_here for item in (entry.item, entry.line) if item}
        if self.on_paper:
            self.standing, self.drafted = supposed(self.seat, self.circle), []
        else:
            self.standing, self.drafted = standing_with_new(self.seat, self.circle, first)
        self.fields = Fields(self.standing, self.ours, self.language, self.shown, self.spoken)
        return [entry_of(self.standing, item, self.spoken) for item in self.drafted]

    def states(self, group: Group) -> set[str]:
        """Under which states of the filter a group falls; what is new is no matter of groups."""
        waits = group.waits_for
        found = ["waiting-ours"] if self.ours in waits else []
        found += ["waiting-theirs"] if waits - {self.ours} else []
        found += ["open"] if group.status not in SETTLED else []
        found += ["untranslated"] if group.is_untranslated else []
        return {*found, str(group.status)}

    def has(self, group: Group) -> bool:
        """Do the filters that look at groups leave this one?"""
        wanted = self.wanted
        return (
            wanted.scope in ("", group.scope)
            and wanted.line in ("", group.line)
            and wanted.kind in ("", group.kind)
            and (wanted.state in ("", "new") or wanted.state in self.states(group))
        )

    def is_wanted(self, entry: Entry) -> bool:
        """Do the other filters leave an item?"""
        wanted = self.wanted
        return (
            (wanted.state != "new" or entry.item in self.new)
            and (not wanted.year or lies_in(entry, wanted.year, fiscal=wanted.fiscal))
            and holds(entry, wanted.words)
        )

    def left(self) -> list[Entry]:
        """The items that the filters leave, in their order."""
        groups = [entries for group, entries in self.index.groups.items() if self.has(group)]
        return [entry for _, entry in sorted(one for entries in groups for one in entries if self.is_wanted(one[1]))]

    def counts(self) -> Counter[str]:
        """How many items there are in the scope that is wanted: in all, and by state of the filter."""
        found: Counter[str] = Counter()
        for group, entries in self.index.groups.items():
            if self.wanted.scope in ("", group.scope):
                for state in ("all", *self.states(group)):
                    found[state] += len(entries)
        scopes = [self.index.entries[item].scope for item in self.new]
        found["new"] = sum(1 for scope in scopes if self.wanted.scope in ("", scope))
        return found

    def rows(self, entries: Sequence[Entry], *, whole: bool = False) -> list[ItemRow]:
        """Some items, as they are shown."""
        items = [entry.item for entry in entries]
        comments = Counter(Comment.objects.filter(circle=self.circle, item__in=items).values_list("item", flat=True))
        drafts: dict[str, dict[str, Draft]] = {item: {} for item in items}
        for draft in Draft.objects.filter(circle=self.circle, item__in=items):
            drafts[draft.item][draft.field] = draft
        return [self._row(entry, comments[entry.item], drafts[entry.item], whole=whole) for entry in entries]

    def _row(self, entry: Entry, comments: int, drafts: dict[str, Draft], *, whole: bool) -> ItemRow:
        schema, item = self.standing.schema, entry.item
        if whole or entry.status not in SETTLED:
            fields = self.fields.of(item)
            titles = next((row for row in fields if row.stem == TITLE), None)
        else:
            said = {f"title.{one}": title for one, title in entry.titles.items() if one}
            fields, titles = [], self.fields.agreed(item, TITLE, said) if said else None
        shown = tuple(row for row in fields if row.stem not in HEADS or (row.stem != TITLE and _is_open(row)))
        return ItemRow(
            entry=entry,
            kind=schema.kinds.get(entry.kind, {}).get(self.language, entry.kind),
            type=schema.shown("type", entry.type, self.language) if entry.type and entry.kind != "plan" else "",
            title=entry.title(self.language),
            titles=titles,
            fields=shown,
            drafts=drafts,
            comments=comments,
            drafted=item in self.drafted,
            new=item in self.new,
            endorsable=tuple(dict.fromkeys(code for row in fields for code in row.endorsable)),
        )

    def lines(self) -> list[LineRow]:
        """How far each line of cooperation is, in the scope that is wanted."""
        counts: dict[str, Counter[Status]] = {}
        for group, found in self.index.groups.items():
            if group.line and self.wanted.scope in ("", group.scope):
                counts.setdefault(group.line, Counter())[group.status] += len(found)
        entries = self.index.entries
        numbers = {line: by_number(entries[line].number if line in entries else "") for line in counts}
        ordered = sorted(counts, key=lambda line: (numbers[line], line))
        return [LineRow(line, self.index.title(line, self.language), counts[line]) for line in ordered]

    def kinds(self) -> list[tuple[str, str]]:
        """The kinds that there are."""
        names = schema().kinds
        there = {group.kind for group in self.index.groups}
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
    entries = found.left()
    first = (wanted.page - 1) * PAGE
    begun = found.lay(entries[first : first + PAGE])
    entries += [entry for entry in begun if found.has(entry.group) and found.is_wanted(entry)]
    scopes = [(one.item, one.number, one.title(language)) for one in found.index.of("plan")]
    shown = found.index.entries.get(wanted.scope or (scopes[0][0] if scopes else ""))
    return TableView(
        circle=circle,
        ours=found.ours,
        others=tuple(code for code in found.parties.values() if code != found.ours),
        sides=found.fields.sides,
        title=shown.title(language) if shown else wanted.scope,
        notice=shown.notices.get(language, "") if shown else "",
        scopes=scopes,
        lines=found.lines(),
        kinds=found.kinds(),
        years=list(found.index.years),
        counts=found.counts(),
        rows=found.rows(entries[first : first + PAGE]),
        found=len(entries),
        pages=max(1, -(-len(entries) // PAGE)),
        spoken=found.spoken,
        shown=found.shown,
        drafts=drafted(seat, circle),
        on_paper=found.on_paper,
        settable=[(stem, field_name(schema(), stem, language)) for stem in SETTABLE],
    )


def drafted(seat: Seat, circle: str) -> int:
    """How many drafts a plan has."""
    del seat
    return Draft.objects.filter(circle=circle).count()


def one_row(seat: Seat, circle: str, language: str, item: str, languages: tuple[str, ...] = ()) -> ItemRow | None:
    """One item as the table shows it, all its fields open; None where nobody speaks of it."""
    found = _Table(seat, circle, language, Wanted(languages=languages))
    said = found.index.entries.get(item)
    drafted = found.lay([said] if said else [])
    entry = said or next((one for one in drafted if one.item == item), None)
    return found.rows([entry], whole=True)[0] if entry else None
