"""Derived rows: what counts of each feed, its words, where an item is spoken of. Functions of the evidence alone.

`grown` is the common case, segments that follow a head; `replaced` makes a feed's rows anew. Both give the same rows.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from msgspec import UNSET

from kelisim.ledger import feed
from kelisim.position import Voice, Word
from kelisim_web.models.derived import DERIVED, Counted, DisputedRegister, Feed, Register, Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from kelisim.ledger.record import Signed
    from kelisim.ledger.segment import Segment, Statement

    Length = Callable[[str, str, str], int]

_SAY = (
    "INSERT INTO kelisim_web_register (feed_id, item, field, value, firm, place) VALUES (%s, %s, %s, %s, %s, %s) "
    "ON CONFLICT (feed_id, item, field) "
    "DO UPDATE SET value = excluded.value, firm = excluded.firm, place = excluded.place"
)
_TRACE = "INSERT INTO kelisim_web_trace (feed_id, item, place) VALUES (%s, %s, %s)"


class New(NamedTuple):
    """A judged segment."""

    header: Signed[Segment]
    statements: list[Statement]

    @property
    def place(self) -> feed.Place:
        """As far as its place matters."""
        value = self.header.value
        return feed.Place(self.header.id, value.epoch, value.seq, value.prev, value.card)


def known(circle: str, party: str) -> feed.Line | None:
    """What counts of a feed, without its ids; None while nothing is derived of it."""
    row = Feed.objects.filter(circle=circle, party=party).first()
    if row is None:
        return None
    return feed.Line((), row.head, row.epoch, row.seq, row.floor, row.contested, waiting=row.waiting)


def ids(circle: str, party: str) -> list[str]:
    """The segments of a feed that count, oldest first."""
    rows = Counted.objects.filter(feed__circle=circle, feed__party=party).order_by("place")
    return list(rows.values_list("segment", flat=True))


def grown(circle: str, party: str, line: feed.Line, segments: Sequence[New]) -> None:
    """Add segments that follow a feed's head.

    Args:
        circle: the circle.
        party: whose feed.
        line: what counts with them.
        segments: those that are new, in the order of the line.
    """
    row = Feed.objects.get(circle=circle, party=party)
    _count(row, segments, row.length)
    row.head, row.epoch, row.seq, row.floor = line.head, line.epoch, line.seq, line.floor
    row.length += len(segments)
    row.save()


def replaced(circle: str, party: str, line: feed.Line, segments: Iterable[New], disputed: Iterable[New]) -> None:
    """Make a feed's rows anew.

    Args:
        circle: the circle.
        party: whose feed.
        line: what counts.
        segments: the segments of the line, in its order.
        disputed: the segments that lie in the contested stretch.
    """
    Feed.objects.filter(circle=circle, party=party).delete()
    row = Feed.objects.create(
        circle=circle,
        party=party,
        head=line.head,
        epoch=line.epoch,
        seq=line.seq,
        floor=line.floor,
        length=len(line.ids),
        contested=line.contested,
        waiting=line.waiting,
    )
    _count(row, segments, 0)
    registers = {(one.item, one.field) for segment in disputed for one in segment.statements}
    DisputedRegister.objects.bulk_create(
        DisputedRegister(feed=row, item=item, field=field) for item, field in sorted(registers)
    )


def _count(row: Feed, segments: Iterable[New], first: int) -> None:
    feed_id, counted, traces = row.pk, [], []
    last: dict[tuple[str, str], tuple[Statement, int]] = {}
    for place, (header, statements) in enumerate(segments, first):
        value = header.value
        counted.append(Counted(feed=row, place=place, segment=header.id, at=value.at, seen=value.seen))
        traces += [(feed_id, item, place) for item in {one.item: None for one in statements}]
        for one in statements:
            last[one.item, one.field] = one, place
    words = [
        (feed_id, item, field, None if one.value is UNSET else one.value, one.hold is UNSET, place)
        for (item, field), (one, place) in sorted(last.items(), key=itemgetter(0))  # in the order of the index
    ]
    Counted.objects.bulk_create(counted, batch_size=500)
    with connection.cursor() as cursor:  # a row of the ORM costs several times the insertion itself
        cursor.executemany(_TRACE, sorted(traces))
        cursor.executemany(_SAY, words)


def clear() -> None:
    """Drop all derived rows."""
    for model in DERIVED:
        model.objects.all().delete()


class _Saw:
    """For each segment of a feed, how many segments of each other party its author's node then held; asked late."""

    def __init__(self, row: Feed, codes: Mapping[str, str], length: Length) -> None:
        self._row, self._codes, self._length = row, codes, length
        self._known: dict[int, dict[str, int]] = {}

    def __getitem__(self, place: int) -> Mapping[str, int]:
        if place not in self._known:
            seen = Counted.objects.get(feed=self._row, place=place).seen
            self._known[place] = {
                code: self._length(self._row.circle, party, seen[party])
                for party, code in self._codes.items()
                if party in seen
            }
        return self._known[place]


def length(circle: str, party: str, head: str) -> int | None:
    """How many segments of a feed's line a head stands for; None where it is not itself one that counts."""
    if head == circle:
        return 0
    row = Counted.objects.filter(feed__circle=circle, feed__party=party, segment=head).first()
    return row.place + 1 if row else None


def last_seen(circle: str, party: str) -> Mapping[str, str] | None:
    """The heads that a party named in the last of its segments that counts; None where it has none."""
    row = Counted.objects.filter(feed__circle=circle, feed__party=party).order_by("-place").first()
    return dict(row.seen) if row else None


def count(circle: str, party: str) -> int:
    """How many segments of a feed count."""
    row = Feed.objects.filter(circle=circle, party=party).first()
    return row.length if row else 0


def voices(circle: str, codes: Mapping[str, str], length: Length) -> dict[str, Voice]:
    """What each party's feed says.

    Args:
        circle: the circle.
        codes: the code of each party, by id, in the charter's order.
        length: how many segments of a party's line a head stands for.
    """
    return {code: _voice(circle, party, codes, length) for party, code in codes.items()}


def _voice(circle: str, party: str, codes: Mapping[str, str], length: Length) -> Voice:
    row = Feed.objects.filter(circle=circle, party=party).first()
    if row is None:
        return Voice()
    words: dict[str, dict[str, Word]] = {}
    for item, field, value, firm, place in Register.objects.filter(feed=row).values_list(
        "item", "field", "value", "firm", "place"
    ):
        words.setdefault(item, {})[field] = Word(value, firm, place)
    disputed = frozenset(DisputedRegister.objects.filter(feed=row).values_list("item", "field"))
    return Voice(words, _Saw(row, codes, length), row.contested, disputed)


def traces(circle: str, item: str) -> Iterator[tuple[str, str, str]]:
    """The segments that speak of an item and count: party, segment, the time it claims; each feed in its order."""
    rows = Trace.objects.filter(feed__circle=circle, item=item).order_by("feed__party", "place")
    for party, feed_id, place in rows.values_list("feed__party", "feed_id", "place"):
        counted = Counted.objects.get(feed_id=feed_id, place=place)
        yield party, counted.segment, counted.at
