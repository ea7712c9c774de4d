"""How far a plan is: per scope and line of cooperation, what waits for whom, what is new since we last looked.

A text in all its languages is one field to the people who read it, and is counted once, as its least settled language.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kelisim.bracket import show
from kelisim.plan import Rule
from kelisim.position import ORDER, FieldStanding, Standing, Status
from kelisim_web import derive, store
from kelisim_web.models.derived import Register
from kelisim_web.models.desk import Looked
from kelisim_web.queries.standing import standing_of
from kelisim_web.us import our_code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kelisim_web.access import Seat


@dataclass(frozen=True)
class Row:
    """A field that is not settled, or that has moved.

    Attributes:
        scope, item, number, title: of the item.
        field: its name, without a language where the text is one field in all of them.
        status: how it stands.
        waits_for: the codes of the parties whose turn it is.
        words: its brackets, in the reader's language where there is one.
    """

    scope: str
    item: str
    number: str
    title: str
    field: str
    status: Status
    waits_for: tuple[str, ...]
    words: str


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


def by_number(number: str) -> tuple[int, ...]:
    """The key by which numbers such as `4.1` are ordered; items without one come last."""
    return tuple(int(part) for part in number.split(".") if part.isdigit()) or (10**9,)


def title_of(standing: Standing, item: str, language: str) -> str:
    """An item's title: in this language, or else in any that somebody gave; a file's name; its id when nobody did."""
    names = [f"title.{language}", *(f"title.{tongue}" for tongue in ("en", "ru", "kk")), "name"]
    return next((said for name in names if (said := standing.said(item, name))), item)


def notice_of(standing: Standing, scope: str | None, language: str) -> str:
    """What is said wherever a plan is shown, such as that it is an illustration; empty where nothing is."""
    return (standing.said(scope, f"notice.{language}") or "") if scope else ""


def merged(standing: Standing, item: str) -> dict[str, list[tuple[str, FieldStanding]]]:
    """The joint fields of an item, a text in all its languages under one name."""
    found: dict[str, list[tuple[str, FieldStanding]]] = defaultdict(list)
    for name, field in standing.fields(item):
        if standing.schema.rule(name) is Rule.JOINT:
            known = standing.schema.type_of(name)
            found[known.stem if known and known.per == "language" else name].append((name, field))
    return found


def item_status(standing: Standing, item: str) -> Status:
    """How an item stands as a whole: as its least settled joint field."""
    fields = (field.status for parts in merged(standing, item).values() for _, field in parts)
    return min(fields, key=ORDER.__getitem__, default=Status.ACCOUNT)


def brackets(standing: Standing, name: str, field: FieldStanding, language: str) -> str:
    """A field in one line: agreed words plain, differing ones in brackets."""
    known = standing.schema.type_of(name)
    values = {code: shown(standing, name, value, language) for code, value in field.values.items()}
    if len(set(values.values())) == 1 and field.status in (Status.AGREED, Status.AD_REFERENDUM):
        return next(iter(values.values()))
    return show(values, text=bool(known and known.type == "text"))


def shown(standing: Standing, name: str, value: str, language: str) -> str:
    """A value as people read it: codes by their names, items by number and title."""
    known = standing.schema.type_of(name)
    if known and known.type == "reference":
        return f"{standing.said(value, 'number') or ''} {title_of(standing, value, language)}".strip()
    return standing.schema.shown(name, value, language)


def _row(standing: Standing, item: str, stem: str, parts: list[tuple[str, FieldStanding]], language: str) -> Row:
    worst = min((field.status for _, field in parts), key=ORDER.__getitem__)
    unsettled = [(name, field) for name, field in parts if field.status is worst]
    name, field = next((part for part in unsettled if part[0].endswith(f".{language}")), unsettled[0])
    return Row(
        scope=standing.home(item) or "",
        item=item,
        number=standing.said(item, "number") or "",
        title=title_of(standing, item, language),
        field=stem,
        status=worst,
        waits_for=tuple(code for code in standing.parties if any(code in part.waits_for for _, part in unsettled)),
        words=brackets(standing, name, field, language),
    )


def _unsettled(standing: Standing, items: Iterable[str], language: str) -> list[Row]:
    rows = [
        _row(standing, item, stem, parts, language)
        for item in items
        for stem, parts in merged(standing, item).items()
        if any(field.status is not Status.AGREED for _, field in parts)
    ]
    return sorted(rows, key=lambda row: (by_number(row.number), row.item, row.field))


def _lines(standing: Standing, items: Iterable[str], language: str) -> list[LineCount]:
    counts: dict[str, Counter[Status]] = defaultdict(Counter)
    for item in items:
        kind = standing.kind(item) or ""
        line = item if kind == "line" else standing.said(item, "line") or f"kind:{kind}"
        counts[line][item_status(standing, item)] += 1
    lines = []
    for line, items_of in counts.items():
        if line.startswith("kind:"):
            names = standing.schema.kinds.get(line.removeprefix("kind:"), {})
            lines.append(LineCount("", names.get(language, line.removeprefix("kind:")), items_of))
        else:
            lines.append(LineCount(standing.said(line, "number") or "", title_of(standing, line, language), items_of))
    return sorted(lines, key=lambda line: (by_number(line.number), line.title))


def _new(standing: Standing, circle: str, ours: str, language: str) -> list[Row]:
    looked = Looked.objects.filter(circle=circle).first()
    counts = looked.counts if looked else {}
    moved = {
        (item, name)
        for party, code in store.charter(circle).value.codes().items()
        if code != ours
        for item, name in Register.objects.filter(
            feed__circle=circle, feed__party=party, place__gte=counts.get(party, 0)
        ).values_list("item", "field")
    }
    rows = []
    for item in sorted({item for item, _ in moved}):
        for stem, parts in merged(standing, item).items():
            if any((item, name) in moved for name, _ in parts):
                rows.append(_row(standing, item, stem, parts, language))
    return sorted(rows, key=lambda row: (by_number(row.number), row.item, row.field))


def overview(seat: Seat, circle: str, language: str) -> Overview:
    """A plan as its officers look at it."""
    standing = standing_of(seat, circle)
    ours = our_code(circle)
    homes: dict[str, list[str]] = defaultdict(list)
    for item in standing.items():
        if next(standing.fields(item), None):
            homes[standing.home(item) or ""].append(item)
    closed = store.closed(circle)
    scopes = [
        ScopeView(
            scope=scope,
            number=standing.said(scope, "number") or "",
            title=title_of(standing, scope, language) if scope else "",
            notice=notice_of(standing, scope, language),
            lines=_lines(standing, items, language),
            unsettled=_unsettled(standing, items, language),
            editions=closed.editions.get(scope, 0),
            offered=scope in closed.offered,
            frozen=scope in closed.frozen,
        )
        for scope, items in homes.items()
    ]
    scopes.sort(key=lambda view: (by_number(view.number), view.scope))
    troubled = [
        (code, "contested" if line.contested else "waiting")
        for party, code in store.charter(circle).value.codes().items()
        if (line := derive.known(circle, party)) and (line.contested or line.waiting)
    ]
    return Overview(circle, ours, standing.parties, scopes, _new(standing, circle, ours, language), troubled)


def look(seat: Seat, circle: str) -> None:
    """Remember that somebody at this desk has looked at a plan as it is now."""
    del seat
    counts = {party: derive.count(circle, party) for party in store.charter(circle).value.codes()}
    Looked.objects.update_or_create(circle=circle, defaults={"counts": counts})
