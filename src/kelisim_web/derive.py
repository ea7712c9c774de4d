"""Derived rows: what counts of each feed, its words, where an item is spoken of. Functions of the evidence alone.

`grown` is the common case, segments that follow a head; `replaced` makes a feed's rows anew. Both give the same rows.
The words themselves, and how the fields stand by them, lie in the rows of `items`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
from django.db import connection
from msgspec import UNSET, UnsetType

from kelisim.ledger import feed, profile
from kelisim.ledger.segment import files_named
from kelisim.plan import schema
from kelisim.position import Standing, Voice, Word
from kelisim_web import node
from kelisim_web.items import Items
from kelisim_web.models.derived import DERIVED, Counted, DisputedRegister, Feed, Made, NamedFile, Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from kelisim.ledger.charter import Charter
    from kelisim.ledger.record import Signed
    from kelisim.ledger.segment import Segment, Statement

    Length = Callable[[str, str, str], int]
    _Latest = dict[str, tuple[str | UnsetType, str | UnsetType, int]]  # value, hold and place by field

_STRETCH: Final = 4096  # places a row of a trace
_PAGE: Final = 500  # segments a query
_ITEMS: Final = 500  # that are in memory at once while words are put into them
_COUNT: Final = "INSERT INTO kelisim_web_counted (feed_id, place, segment, at, seen) VALUES (%s, %s, %s, %s, %s)"
_TRACE: Final = (
    "INSERT INTO kelisim_web_trace (feed_id, item, stretch, places) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (feed_id, item, stretch) DO UPDATE SET places = kelisim_web_trace.places || excluded.places"
)
_KNOWN: Final = (
    "SELECT head, epoch, seq, floor, contested, waiting, length FROM kelisim_web_feed WHERE circle = %s AND party = %s"
)
_GROW: Final = (
    "UPDATE kelisim_web_feed SET head = %s, epoch = %s, seq = %s, floor = %s, waiting = %s, length = length + %s "
    "WHERE circle = %s AND party = %s RETURNING id"
)
_LENGTH: Final = (
    "SELECT place + 1 FROM kelisim_web_counted JOIN kelisim_web_feed ON kelisim_web_feed.id = feed_id "
    "WHERE circle = %s AND party = %s AND segment = %s"
)
_LAST: Final = (
    "SELECT seen FROM kelisim_web_counted JOIN kelisim_web_feed ON kelisim_web_feed.id = feed_id "
    "WHERE circle = %s AND party = %s ORDER BY place DESC LIMIT 1"
)
_heads = msgspec.json.Decoder(dict[str, str])
_SEEN: Final = "SELECT place, seen FROM kelisim_web_counted WHERE feed_id = %s AND place >= %s AND place < %s"


class New(NamedTuple):
    """A judged segment."""

    header: Signed[Segment]
    statements: list[Statement]

    @property
    def place(self) -> feed.Place:
        """As far as its place matters."""
        value = self.header.value
        return feed.Place(self.header.id, value.epoch, value.seq, value.prev, value.card)


class Heard:
    """What segments tell that follow each other in a line; all that the rows need of them, and no more.

    Args:
        first: the place of the first of them in the line.
    """

    def __init__(self, first: int = 0) -> None:
        self.first = first
        self.counted: list[tuple[int, str, str, str]] = []
        self.items: dict[str, tuple[_Latest, list[int]]] = defaultdict(lambda: ({}, []))

    def add(self, segment: New) -> None:
        """Add the next."""
        place, value = self.first + len(self.counted), segment.header.value
        self.counted.append((place, segment.header.id, value.at, profile.encode(value.seen).decode()))
        item = ""
        for one in segment.statements:  # in the order of their items
            if one.item != item:
                item = one.item
                words, places = self.items[item]
                places.append(place)
            words[one.field] = one.value, one.hold, place

    def is_long(self) -> bool:
        """Is it time to write down which segments count, and where items are spoken of?"""
        return len(self.counted) >= _STRETCH

    def counted_down(self) -> None:
        """Forget what has been written down; the words are still to be said."""
        self.first += len(self.counted)
        self.counted.clear()
        for _, places in self.items.values():
            places.clear()

    def words(self) -> dict[str, dict[str, Word]]:
        """The latest word on each field, by item."""
        return {item: {field: _word(*word) for field, word in words.items()} for item, (words, _) in self.items.items()}

    def traces(self) -> Iterator[tuple[str, int, str]]:
        """As rows have it: the item, the stretch, the places in it that speak of the item."""
        for item in sorted(self.items):
            for stretch, places in groupby(self.items[item][1], lambda place: place // _STRETCH):
                yield item, stretch, " ".join([*map(str, places), ""])


def known(circle: str, party: str) -> feed.Line | None:
    """What counts of a feed, without its ids; None while nothing is derived of it."""
    row = _one(_KNOWN, circle, party)
    if row is None:
        return None
    head, epoch, seq, floor, contested, waiting, _ = row
    return feed.Line((), head, epoch, seq, floor, bool(contested), waiting=bool(waiting))


def _one(query: str, *values: str | int) -> tuple[Any, ...] | None:
    """A row of the few that every bundle asks for several times: the ORM takes longer to ask than SQLite to answer."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def ids(circle: str, party: str) -> list[str]:
    """The segments of a feed that count, oldest first."""
    rows = Counted.objects.filter(feed__circle=circle, feed__party=party).order_by("place")
    return list(rows.values_list("segment", flat=True))


def grown(circle: Signed[Charter], party: str, line: feed.Line, heard: Heard) -> None:
    """Add segments that follow a feed's head, where nothing is contested; `say` what they tell after it.

    Args:
        circle: the circle.
        party: whose feed.
        line: what counts with them.
        heard: what they tell; which of them count is then written down.
    """
    now = (line.head, line.epoch, line.seq, line.floor, line.waiting, len(heard.counted), circle.id, party)
    row = _one(_GROW, *now)
    if row:
        _count(row[0], heard)
        heard.counted_down()


def replaced(
    circle: Signed[Charter], party: str, line: feed.Line, segments: Iterable[New], disputed: Iterable[New]
) -> None:
    """Make a feed's rows anew.

    Args:
        circle: the circle.
        party: whose feed.
        line: what counts.
        segments: the segments of the line, in its order.
        disputed: the segments that lie in the contested stretch.
    """
    Feed.objects.filter(circle=circle.id, party=party).delete()
    row = Feed.objects.create(
        circle=circle.id,
        party=party,
        head=line.head,
        epoch=line.epoch,
        seq=line.seq,
        floor=line.floor,
        length=len(line.ids),
        contested=line.contested,
        waiting=line.waiting,
    )
    heard = Heard()
    for segment in segments:
        heard.add(segment)
    _count(row.pk, heard)
    registers = {(one.item, one.field) for segment in disputed for one in segment.statements}
    DisputedRegister.objects.bulk_create(
        DisputedRegister(feed=row, item=item, field=field) for item, field in sorted(registers)
    )
    say(circle, {party: heard}, anew=True)


def _count(row: int, heard: Heard) -> None:
    """The rows of a feed's segments, and the way to them from their items."""
    with connection.cursor() as cursor:  # a row of the ORM costs several times the insertion itself
        cursor.executemany(_COUNT, [(row, *one) for one in heard.counted])
        cursor.executemany(_TRACE, [(row, *one) for one in heard.traces()])


def _word(value: str | UnsetType, hold: str | UnsetType, place: int) -> Word:
    return Word(None if value is UNSET else str(value), hold is UNSET, place)


def say(circle: Signed[Charter], told: Mapping[str, Heard], *, anew: bool = False) -> None:
    """Put what parties say into the rows of the items, and find again how the fields of these stand.

    Anew, all their earlier words are taken out first, and all items found again: a feed may be contested now.

    Args:
        circle: the circle.
        told: what each party says, by its id.
        anew: instead of all that they said before.
    """
    codes, items = circle.value.codes(), Items(circle.id)
    words = {codes[party]: heard.words() for party, heard in told.items()}
    touched = sorted({item for said in words.values() for item in said})
    batches = [touched[start : start + _ITEMS] for start in range(0, len(touched), _ITEMS)]
    if anew:
        for code in words:
            items.unsay(code)
        batches = [sorted({*items.all(), *touched})]
    for batch in batches:
        items.read(batch)
        for code, said in words.items():
            for item in batch:
                if item in said:
                    items.say(code, item, said[item])
        items.keep(batch, Standing(schema(), _voices(items, circle.id, codes)))


def name_files(segments: Iterable[New]) -> None:
    """Note which files segments name, whether they count or not."""
    NamedFile.objects.bulk_create(
        NamedFile(circle=value.circle, party=value.party, segment=header.id, sha256=name)
        for header, statements in segments
        for value in (header.value,)
        for name in sorted(files_named(statements))
    )


def files_in(circle: str, segments: Collection[str]) -> set[str]:
    """The digests of the files that some segments of a circle name."""
    rows = NamedFile.objects.filter(circle=circle).values_list("segment", "sha256")
    return {name for segment, name in rows if segment in segments}


def files_of(circle: str, party: str) -> set[str]:
    """The digests of the files that a party has named in a circle."""
    return set(NamedFile.objects.filter(circle=circle, party=party).values_list("sha256", flat=True))


def is_file(circle: str, name: str) -> bool:
    """Has anybody in a circle named the file of this digest?"""
    return NamedFile.objects.filter(circle=circle, sha256=name).exists()


def clear() -> None:
    """Drop all derived rows; those that come are made by the rules of today."""
    for model in DERIVED:
        model.objects.all().delete()
    Made.objects.create(rules=node.rules())


class _Saw(dict[int, Mapping[str, int]]):
    """For each segment of a feed, how many segments of each other party its author's node then held; asked late."""

    def __init__(self, row: Feed, codes: Mapping[str, str], length: Length) -> None:
        super().__init__()
        self._row, self._codes, self._length = row, codes, length
        self._lengths: dict[tuple[str, str], int] = {}

    def __missing__(self, place: int) -> Mapping[str, int]:
        self._read(place - place % _PAGE)
        return self[place]

    def _read(self, first: int) -> None:
        """Read a page of places at once, and the lengths of the heads that are named there."""
        with connection.cursor() as cursor:
            cursor.execute(_SEEN, [self._row.pk, first, first + _PAGE])
            seen = {place: _heads.decode(text) for place, text in cursor.fetchall()}
        named = {entry for heads in seen.values() for entry in heads.items()} - self._lengths.keys()
        rows = Counted.objects.filter(feed__circle=self._row.circle, segment__in={head for _, head in named})
        counted = {(one.feed.party, one.segment): one.place + 1 for one in rows.select_related("feed")}
        for party, head in named:
            self._lengths[party, head] = counted.get((party, head)) or self._length(self._row.circle, party, head)
        for place, heads in seen.items():
            self[place] = {
                code: self._lengths[party, heads[party]] for party, code in self._codes.items() if party in heads
            }


def length(circle: str, party: str, head: str) -> int | None:
    """How many segments of a feed's line a head stands for; None where it is not itself one that counts."""
    if head == circle:
        return 0
    row = _one(_LENGTH, circle, party, head)
    return row[0] if row else None


def last_seen(circle: str, party: str) -> Mapping[str, str] | None:
    """The heads that a party named in the last of its segments that counts; None where it has none."""
    row = _one(_LAST, circle, party)
    return _heads.decode(row[0]) if row else None


def count(circle: str, party: str) -> int:
    """How many segments of a feed count."""
    row = _one(_KNOWN, circle, party)
    return row[-1] if row else 0


def standing(circle: str, codes: Mapping[str, str], length: Length, first: Iterable[str] = ()) -> Standing:
    """All positions, read when they are asked for, with how each field stands as it was kept.

    Args:
        circle: the circle.
        codes: the code of each party, by id, in the charter's order.
        length: how many segments of a party's line a head stands for.
        first: items that are read at once, since they will be asked for.
    """
    items = Items(circle)
    items.read(first)
    return Standing(schema(), _voices(items, circle, codes, length), items.statuses)


def _voices(items: Items, circle: str, codes: Mapping[str, str], length: Length = lambda *_: 0) -> dict[str, Voice]:
    rows = {row.party: row for row in Feed.objects.filter(circle=circle)}
    disputed: dict[int, set[tuple[str, str]]] = defaultdict(set)
    registers = DisputedRegister.objects.filter(feed__circle=circle).values_list("feed_id", "item", "field")
    for feed_id, item, field in registers:
        disputed[feed_id].add((item, field))
    found = {}
    for party, code in codes.items():
        row = rows.get(party)
        if row:
            own = frozenset(disputed[row.pk])
            found[code] = Voice(items.words(code), _Saw(row, codes, length), row.contested, own)
        else:
            found[code] = Voice()
    return found


def times(circle: str, party: str, places: Iterable[int]) -> dict[int, str]:
    """The times that some segments of a feed claim, by their place in its line."""
    rows = Counted.objects.filter(feed__circle=circle, feed__party=party, place__in=[*places])
    return dict(rows.values_list("place", "at"))


def head_before(circle: str, party: str, moment: str) -> str:
    """The last segment of a feed's line that claims a time before this; the circle's id where there is none."""
    rows = Counted.objects.filter(feed__circle=circle, feed__party=party, at__lt=moment)
    return rows.order_by("-place").values_list("segment", flat=True).first() or circle


def spoken_since(circle: str, party: str, first: int) -> set[str]:
    """The items that a feed speaks of from a place of its line on."""
    rows = Trace.objects.filter(feed__circle=circle, feed__party=party, stretch__gte=first // _STRETCH)
    return {item for item, places in rows.values_list("item", "places") if int(places.split()[-1]) >= first}


def traces(circle: str, item: str) -> Iterator[tuple[str, str, str]]:
    """The segments that speak of an item and count: party, segment, the time it claims; each feed in its order."""
    rows = Trace.objects.filter(feed__circle=circle, item=item).order_by("feed__party", "stretch")
    for party, feed_id, places in rows.values_list("feed__party", "feed_id", "places"):
        counted = Counted.objects.filter(feed_id=feed_id, place__in=[int(place) for place in places.split()])
        for segment, at in counted.order_by("place").values_list("segment", "at"):
            yield party, segment, at
