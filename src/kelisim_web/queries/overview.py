"""How far a plan is: per scope and line of cooperation, what waits for whom, what is new since we last looked.

A text in all its languages is one field to the people who read it, and is counted once, as its least settled language.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.bracket import show
from kelisim.plan import Rule
from kelisim.plan.values import by_number
from kelisim.position import ORDER, PRESENT, FieldStanding, Standing, Status
from kelisim_web import derive, store
from kelisim_web.models.desk import Look
from kelisim_web.queries.standing import standing_of
from kelisim_web.us import our_party

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from kelisim.ledger.charter import Charter
    from kelisim.ledger.record import Signed
    from kelisim.plan import Schema
    from kelisim_web.access import Seat


class Row(NamedTuple):
    """A field that is not settled, or that has moved.

    Attributes:
        scope, item, number: of the item.
        field: its name, without a language where the text is one field in all of them.
        status: how it stands.
        waits_for: the codes of the parties whose turn it is.
        told_by: makes its title and its words.
    """

    scope: str
    item: str
    number: str
    field: str
    status: Status
    waits_for: tuple[str, ...]
    told_by: _Rows

    @property
    def title(self) -> str:
        """Of the item: made when somebody looks at it."""
        return title_of(self.told_by.standing, self.item, self.told_by.language)

    @property
    def words(self) -> str:
        """Its brackets, in the reader's language where there is one: made when somebody looks at them."""
        return self.told_by.words(self.item, self.field)


@dataclass(frozen=True)
class LineCount:
    """How far a line of cooperation is.

    Attributes:
        number, title: of the line; the kind's name for what belongs to none.
        items: how many items stand at each status.
    """

    number: str
    title: str
    items: Counter[Status]


@dataclass(frozen=True)
class ScopeView:
    """How far a scope is.

    Attributes:
        scope, number, title, notice: of the plan item; the notice is shown wherever the plan is.
        lines: by line of cooperation, in order of number.
        unsettled: every field that is not agreed.
        editions: how many editions are concluded.
        offered: an offer stands over it.
        frozen: we have closed it.
        corrected: the last edition is a corrigendum.
    """

    scope: str
    number: str
    title: str
    notice: str
    lines: list[LineCount]
    unsettled: list[Row]
    editions: int
    offered: bool
    frozen: bool
    corrected: bool

    @property
    def items(self) -> Counter[Status]:
        """How many items stand at each status, over all lines."""
        return sum((line.items for line in self.lines), Counter())


@dataclass(frozen=True)
class Overview:
    """A plan as its officers look at it.

    Attributes:
        circle: the plan.
        ours: what we are called in it.
        parties: all codes, in the charter's order.
        scopes: by number.
        new: fields that others have spoken on since we last looked.
        troubled: the feeds that are contested or wait for a piece: a party's code, and which of the two.
    """

    circle: str
    ours: str
    parties: tuple[str, ...]
    scopes: list[ScopeView]
    new: list[Row]
    troubled: list[tuple[str, str]]

    def only(self, scope: str) -> Overview:
        """The same, of one scope."""
        new = [row for row in self.new if row.scope == scope]
        return replace(self, scopes=[view for view in self.scopes if view.scope == scope], new=new)

    def stuck(self) -> list[Row]:
        """The fields that are not settled and wait for nobody here: contested, or not understood."""
        return [row for scope in self.scopes for row in scope.unsettled if not row.waits_for]

    def waiting(self, code: str) -> list[Row]:
        """The fields that wait for a party."""
        return [row for scope in self.scopes for row in scope.unsettled if code in row.waits_for]


def title_of(standing: Standing, item: str, language: str) -> str:
    """An item's title: in this language, or else in any that somebody gave; a file's name; its id when nobody did."""
    for name in (f"title.{language}", "title.en", "title.ru", "title.kk", "name"):
        if said := standing.said(item, name):
            return said
    return item


def notice_of(standing: Standing, scope: str | None, language: str) -> str:
    """What is said wherever a plan is shown, such as that it is an illustration; empty where nothing is."""
    return (standing.said(scope, f"notice.{language}") or "") if scope else ""


def merged(standing: Standing, item: str) -> dict[str, dict[str, Status]]:
    """How the joint fields of an item stand, by name, a text in all its languages under one."""
    return _by_stem(standing, standing.statuses(item))


def _by_stem(standing: Standing, statuses: Mapping[str, Status]) -> dict[str, dict[str, Status]]:
    found: dict[str, dict[str, Status]] = {}
    for name, status in statuses.items():
        stem = _stem(standing.schema, name)
        if stem:
            found.setdefault(stem, {})[name] = status
    return found


_SETTLED: Final = frozenset((Status.AGREED, Status.ACCOUNT))


def _unsettled(standing: Standing, item: str) -> dict[str, Status]:
    """How the fields stand that are neither agreed nor an account, by name."""
    statuses = standing.statuses(item)
    if _SETTLED.issuperset(statuses.values()):
        return {}
    return {name: status for name, status in statuses.items() if status not in _SETTLED}


@cache
def _stem(schema: Schema, name: str) -> str:
    """What a joint field is called without its language; empty for one that is not joint."""
    if schema.rule(name) is not Rule.JOINT:
        return ""
    known = schema.type_of(name)
    return known.stem if known and known.per == "language" else name


def item_status(standing: Standing, item: str) -> Status:
    """How an item stands as a whole: as its least settled joint field."""
    return _worst(standing, item, _by_stem(standing, _unsettled(standing, item)))


def _worst(standing: Standing, item: str, unsettled: Mapping[str, Mapping[str, Status]]) -> Status:
    if unsettled:
        return min([status for parts in unsettled.values() for status in parts.values()], key=ORDER.__getitem__)
    return Status.AGREED if Status.AGREED in standing.statuses(item).values() else Status.ACCOUNT


def brackets(standing: Standing, name: str, field: FieldStanding, language: str, *, numbered: bool = False) -> str:
    """A field in one line: agreed words plain, differing ones in brackets, counted where they can be named."""
    known = standing.schema.type_of(name)
    values = {code: shown(standing, name, value, language) for code, value in field.values.items()}
    if len(set(values.values())) == 1 and field.status in (Status.AGREED, Status.AD_REFERENDUM):
        return next(iter(values.values()))
    if field.status is Status.WITHDRAWN:  # whoever took its word back has none there
        values = {code: values.get(code, "") for code in field.words}
    return show(values, text=bool(known and known.type == "text"), numbered=numbered)


def shown(standing: Standing, name: str, value: str, language: str) -> str:
    """A value as people read it: codes by their names, items by number and title."""
    known = standing.schema.type_of(name)
    if known and known.type in ("reference", "references"):
        called = ((standing.said(one, "number") or "", title_of(standing, one, language)) for one in value.split(" "))
        return "; ".join(f"{number} {title}".strip() for number, title in called)
    return standing.schema.shown(name, value, language)


class _Rows:
    """The rows of a plan's fields, for a reader of one language; each is made once."""

    def __init__(self, standing: Standing, language: str) -> None:
        self.standing, self.language = standing, language
        self._unsettled: dict[str, dict[str, dict[str, Status]]] = {}
        self._made: dict[str, dict[str, Row]] = {}

    def words(self, item: str, stem: str) -> str:
        """The brackets of one of the least settled fields of a name: in the reader's language, where there is one."""
        _, names = _least(merged(self.standing, item)[stem])
        name = next((name for name in names if name.endswith(f".{self.language}")), names[0])
        found = self.standing.field(item, name)
        return brackets(self.standing, name, found, self.language) if found else ""

    def status(self, item: str) -> Status:
        """How an item stands as a whole."""
        return _worst(self.standing, item, self._open(item))

    def _open(self, item: str) -> dict[str, dict[str, Status]]:
        if item not in self._unsettled:
            self._unsettled[item] = _by_stem(self.standing, _unsettled(self.standing, item))
        return self._unsettled[item]

    def unsettled(self, items: Iterable[str]) -> list[Row]:
        """Every field of some items that is not agreed, by number of the item."""
        return self._of({item: found for item in items if (found := self._open(item))})

    def moved(self, fields: Mapping[str, Collection[str]]) -> list[Row]:
        """The rows of some fields, named by item, by number of the item."""
        wanted = {}
        for item, names in fields.items():
            found = merged(self.standing, item).items()
            wanted[item] = {stem: parts for stem, parts in found if not parts.keys().isdisjoint(names)}
        return self._of(wanted)

    def _of(self, wanted: Mapping[str, Mapping[str, Mapping[str, Status]]]) -> list[Row]:
        numbers = {item: self.standing.said(item, "number") or "" for item in wanted}
        ordered = sorted(wanted, key=lambda item: (by_number(numbers[item]), item))
        return [row for item in ordered for row in self._rows(item, numbers[item], wanted[item])]

    def _rows(self, item: str, number: str, stems: Mapping[str, Mapping[str, Status]]) -> list[Row]:
        made = self._made.setdefault(item, {})
        scope = self.standing.home(item) or ""
        for stem in stems.keys() - made.keys():
            status, names = _least(stems[stem])
            made[stem] = Row(scope, item, number, stem, status, self.standing.waits(item, names), self)
        return [made[stem] for stem in sorted(stems)]


def _least(parts: Mapping[str, Status]) -> tuple[Status, list[str]]:
    """How the least settled of some fields stand, and which these are."""
    (*statuses,) = parts.values()
    if len(statuses) == 1:  # as nearly always
        return statuses[0], [*parts]
    least = min(statuses, key=ORDER.__getitem__)
    return least, [name for name, status in parts.items() if status is least]


def _lines(standing: Standing, items: Iterable[str], rows: _Rows, language: str) -> list[LineCount]:
    counts: dict[str, Counter[Status]] = defaultdict(Counter)
    for item in items:
        kind = standing.kind(item) or ""
        line = item if kind == "line" else standing.said(item, "line") or f"kind:{kind}"
        counts[line][rows.status(item)] += 1
    lines = []
    for line, items_of in counts.items():
        if line.startswith("kind:"):
            names = standing.schema.kinds.get(line.removeprefix("kind:"), {})
            lines.append(LineCount("", names.get(language, line.removeprefix("kind:")), items_of))
        else:
            lines.append(LineCount(standing.said(line, "number") or "", title_of(standing, line, language), items_of))
    return sorted(lines, key=lambda line: (by_number(line.number), line.title))


def moved(seat: Seat, standing: Standing, charter: Signed[Charter], ours: str) -> dict[str, list[str]]:
    """The fields that others have spoken on since this officer last looked, by item."""
    looked = Look.objects.filter(circle=charter.id, officer=seat.officer).first()
    found: dict[str, list[str]] = defaultdict(list)
    for party, code in charter.value.codes().items():
        first = looked.counts.get(party, 0) if looked else 0
        if code == ours or first == derive.count(charter.id, party):
            continue
        for item, words in standing.voices[code].words.items():
            if names := [name for name, word in words.items() if word.segment >= first]:
                found[item] += names
    return found


def overview(seat: Seat, circle: str, language: str) -> Overview:
    """A plan as its officers look at it."""
    standing, charter = standing_of(seat, circle), store.charter(circle)
    codes = charter.value.codes()
    ours = codes[our_party()]
    homes: dict[str, list[str]] = defaultdict(list)
    for item in standing.items():
        statuses = standing.statuses(item)
        if statuses and (PRESENT in statuses or not standing.is_struck_out(item)):
            homes[standing.home(item) or ""].append(item)
    closed, rows = store.closed(charter), _Rows(standing, language)
    scopes = [
        ScopeView(
            scope=scope,
            number=standing.said(scope, "number") or "",
            title=title_of(standing, scope, language) if scope else "",
            notice=notice_of(standing, scope, language),
            lines=_lines(standing, items, rows, language),
            unsettled=rows.unsettled(items),
            editions=closed.editions.get(scope, 0),
            offered=scope in closed.offered,
            frozen=scope in closed.frozen,
            corrected=scope in closed.corrected,
        )
        for scope, items in homes.items()
    ]
    scopes.sort(key=lambda view: (by_number(view.number), view.scope))
    troubled = [
        (code, "contested" if line.contested else "waiting")
        for party, code in codes.items()
        if (line := derive.known(circle, party)) and (line.contested or line.waiting)
    ]
    return Overview(circle, ours, standing.parties, scopes, rows.moved(moved(seat, standing, charter, ours)), troubled)


def look(seat: Seat, circle: str) -> None:
    """Remember that this officer has looked at a plan as it is now."""
    counts = {party: derive.count(circle, party) for party in store.charter(circle).value.codes()}
    Look.objects.update_or_create(circle=circle, officer=seat.officer, defaults={"counts": counts})
