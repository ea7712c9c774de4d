"""The items of a plan as lists need them: where each belongs, how it stands, whose turn it is, when it is.

It is a function of the feeds alone, and is kept in memory for the heads held: it is made anew when feeds change, not
when somebody reads.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.language import fold
from kelisim.plan.values import by_number, days
from kelisim.position import PRESENT, Status
from kelisim_web import derive, store
from kelisim_web.queries.overview import item_status, merged
from kelisim_web.queries.standing import standing_of

if TYPE_CHECKING:
    from datetime import date

    from kelisim.position import Standing
    from kelisim_web.access import Seat

PLANS: Final = 64  # that are kept at once
SEARCHED: Final = ("title.", "text.", "number", "identifiers")
SETTLED: Final = frozenset((Status.AGREED, Status.ACCOUNT))


class Entry(NamedTuple):
    """An item in lists.

    Attributes:
        item, kind, number, scope, line: of the item, as somebody calls it; the line's item, or empty.
        status: as its least settled joint field.
        proposed_by: the parties that want it in the plan, where the others have not spoken to that; else nobody.
        unsettled: its fields that are not agreed, a text in all its languages as one.
        waits_for: the parties whose turn it is on any of them.
        first, last: the days between which it can lie; None where nobody says.
        words: what a search looks at, folded.
    """

    item: str
    kind: str
    number: str
    scope: str
    line: str
    status: Status
    proposed_by: tuple[str, ...]
    unsettled: tuple[str, ...]
    waits_for: frozenset[str]
    first: date | None
    last: date | None
    words: tuple[str, ...]


class Index(NamedTuple):
    """All items of a plan that are not struck out: by item, in the order of their scopes and numbers."""

    entries: dict[str, Entry]

    def of(self, kind: str) -> list[Entry]:
        """The items of a kind."""
        return [entry for entry in self.entries.values() if entry.kind == kind]


_kept: OrderedDict[tuple[str, ...], Index] = OrderedDict()
_lock = Lock()


def index_of(seat: Seat, circle: str) -> Index:
    """The items of a plan, at the heads held."""
    heads = [derive.known(circle, party) for party in store.charter(circle).value.codes()]
    key = (str(seat.node.directory), circle, *(f"{one.head} {one.contested} {one.waiting}" for one in heads if one))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = made_of(standing_of(seat, circle))
    with _lock:
        _kept[key] = made
        while len(_kept) > PLANS:
            _kept.popitem(last=False)
    return made


def made_of(standing: Standing) -> Index:
    """The items of a standing that are not struck out."""
    entries = []
    for item in standing.items():
        statuses = standing.statuses(item)
        if statuses and (PRESENT in statuses or not standing.is_struck_out(item)):
            entries.append(entry_of(standing, item))
    numbers = {entry.scope: by_number(standing.said(entry.scope, "number") or "") for entry in entries}
    entries.sort(key=lambda one: (numbers[one.scope], one.scope, by_number(one.number), one.item))
    return Index({entry.item: entry for entry in entries})


def entry_of(standing: Standing, item: str) -> Entry:
    """An item as lists need it."""
    kind = standing.kind(item) or ""
    unsettled = {
        stem: parts for stem, parts in merged(standing, item).items() if not SETTLED.issuperset(parts.values())
    }
    waits = standing.waits(item, [name for parts in unsettled.values() for name in parts]) if unsettled else ()
    when = standing.said(item, "due" if kind in ("action", "objective") else "period")
    first, last = days(when) if when and when != "?" else (None, None)
    said = [
        fold(word.value)
        for voice in standing.voices.values()
        for name, word in voice.words.get(item, {}).items()
        if word.value and name.startswith(SEARCHED)
    ]
    return Entry(
        item=item,
        kind=kind,
        number=standing.said(item, "number") or "",
        scope=standing.home(item) or "",
        line=item if kind == "line" else standing.said(item, "line") or "",
        status=item_status(standing, item),
        proposed_by=_proposers(standing, item),
        unsettled=tuple(unsettled),
        waits_for=frozenset(waits),
        first=first,
        last=last,
        words=tuple(dict.fromkeys(said)),
    )


def _proposers(standing: Standing, item: str) -> tuple[str, ...]:
    if standing.presence(item) is not Status.ONE_SIDED:
        return ()
    field = standing.field(item, PRESENT)
    return tuple(field.values) if field else ()
