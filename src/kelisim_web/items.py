"""What is said of an item: one derived row, with every party's latest word on each field and how the fields stand.

Whoever asks for one field of an item soon asks for the others, so they lie together, and an item is read when it is
first asked for. How a field stands hangs on the words on its own item alone (and on whose feed is contested), so that a
change is brought up to date by finding the touched items again with `position.Standing`; nothing else decides here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import msgspec
from django.db import connection

from kelisim.position import Status, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kelisim.position import Standing

    Fields = dict[str, Word]  # a party's words on an item, by field

_BATCH: Final = 500  # items a query
_READ: Final = "SELECT item, said FROM kelisim_web_item WHERE circle = %s"
_KEEP: Final = (
    "INSERT INTO kelisim_web_item (circle, item, said) VALUES (%s, %s, %s) "
    "ON CONFLICT (circle, item) DO UPDATE SET said = excluded.said"
)
_DROP: Final = "DELETE FROM kelisim_web_item WHERE circle = %s AND item = %s"
_encoder = msgspec.json.Encoder(order="deterministic")


class _Row(msgspec.Struct, frozen=True, array_like=True):
    """An item: the words of each party by its code, and how each field stands by these."""

    words: dict[str, dict[str, Word]]
    statuses: dict[str, Status]


_decoder = msgspec.json.Decoder(_Row)


class Items:
    """The items of a circle."""

    def __init__(self, circle: str) -> None:
        self._circle = circle
        self._rows: dict[str, _Row | None] = {}  # None: nobody speaks of it
        self._whole = False

    def words(self, code: str) -> Mapping[str, Fields]:
        """A party's words by item and field."""
        return _Words(self, code)

    def statuses(self, item: str) -> Mapping[str, Status]:
        """How the fields of an item stand, as it was kept."""
        row = self.row(item)
        return row.statuses if row else {}

    def row(self, item: str) -> _Row | None:
        """An item; None where nobody speaks of it."""
        if item not in self._rows:
            self.read([item])
        return self._rows[item]

    def read(self, items: Iterable[str]) -> None:
        """Read these items at once."""
        wanted = sorted({item for item in items if item not in self._rows})
        self._rows |= dict.fromkeys(wanted)
        if not self._whole:
            for start in range(0, len(wanted), _BATCH):
                batch = wanted[start : start + _BATCH]
                self._fetch(f"{_READ} AND item IN ({', '.join(['%s'] * len(batch))})", batch)

    def all(self) -> list[str]:
        """Every item that somebody speaks of, by id; all are read."""
        return [item for item, _ in self.rows()]

    def rows(self) -> list[tuple[str, _Row]]:
        """The same, each with what is said of it."""
        if not self._whole:
            self._fetch(_READ, [])
            self._whole = True
        return [(item, row) for item, row in sorted(self._rows.items()) if row]

    def _fetch(self, query: str, items: list[str]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(query, [self._circle, *items])
            for item, said in cursor.fetchall():
                self._rows[item] = _decoder.decode(said)

    def say(self, code: str, item: str, spoken: Fields) -> None:
        """Put a party's new words into an item, read before. What they may have changed no longer stands as it was.

        Whether a field is understood hangs on the kind of its item.
        """
        row = self._rows[item] or _Row({}, {})
        kept = {} if "kind" in spoken else {name: one for name, one in row.statuses.items() if name not in spoken}
        self._rows[item] = _Row({**row.words, code: {**row.words.get(code, {}), **spoken}}, kept)

    def unsay(self, code: str) -> None:
        """Take all words of a party out; nothing stands as it was, since its feed may be contested now."""
        for item, row in self.rows():
            self._rows[item] = _Row({other: own for other, own in row.words.items() if other != code}, {})

    def keep(self, items: Iterable[str], standing: Standing) -> None:
        """Write these items, with how their fields stand now, and let go of them."""
        kept, dropped = [], []
        for item in sorted(items):
            row = self._rows[item]
            if row and row.words:
                now = _Row(row.words, standing.found(item, row.statuses))
                kept.append((self._circle, item, _encoder.encode(now)))
            else:
                dropped.append((self._circle, item))
            del self._rows[item]
        with connection.cursor() as cursor:
            cursor.executemany(_DROP, dropped)
            cursor.executemany(_KEEP, kept)


class _Words(Mapping[str, "Fields"]):
    """A party's words, by item."""

    def __init__(self, items: Items, code: str) -> None:
        self._items, self._code = items, code

    def __getitem__(self, item: str) -> Fields:
        row = self._items.row(item)
        return (row.words if row else {})[self._code]

    def __iter__(self) -> Iterator[str]:
        return (item for item, row in self._items.rows() if self._code in row.words)

    def __len__(self) -> int:
        return sum(1 for _ in self)
