"""What counts of a party's feed: a function of the set of evidence held, never of the order in which it came.

A segment's place is (epoch, seq), seq from 1 in every epoch; its `prev` is the id of the one before it, and for seq 1
that of its epoch's record (epoch 0: of the charter). The rules:

1. Epochs rank by (number of the card named, number). The root keys settle everything before the highest epoch: the way
   to its base is found backwards, by id, so nothing signed for an older epoch can change it. While a piece of that way
   is missing, the line is what it would be without the record, and waiting.
2. In the highest epoch the line goes on to the first gap or fork. Only segments count whose card is on the party's
   chain and not older than the card of the epoch's record (epoch 0: of the charter) or of the segment before.
3. A fork is proven by exactly: two headers of one place with different ids; a header whose `prev` is not the id at the
   place before it; two records of one rank with different ids (what both share counts). A gap proves nothing.
4. All held segments of the highest epoch from the first contested place on, on every branch, are disputed. What an
   epoch left behind is orphaned: kept, shown, not counted.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Place(NamedTuple):
    """A judged segment, as far as its place matters."""

    id: str
    epoch: int
    seq: int
    prev: str
    card: str


class Base(NamedTuple):
    """A judged epoch record, as far as its rank and base matter."""

    id: str
    number: int
    base: str
    card: str


class Start(NamedTuple):
    """Where a feed begins: the charter, and the number of the card that the party founded the circle with."""

    charter: str
    card: int


class Line(NamedTuple):
    """What counts of a feed.

    Attributes:
        ids: the segments that count, oldest first.
        head: the id that its next segment would have as `prev`.
        epoch, seq: the place of the last one; seq 0 right after a record.
        floor: the number of the oldest card that the next segment may name.
        contested: a fork is proven; what follows `ids` is disputed.
        disputed: the segments that lie in the contested stretch.
        waiting: something held refers to a piece that has not come yet.
    """

    ids: tuple[str, ...]
    head: str
    epoch: int
    seq: int
    floor: int
    contested: bool = False
    disputed: frozenset[str] = frozenset()
    waiting: bool = False


def line(places: Iterable[Place], bases: Iterable[Base], start: Start, numbers: Mapping[str, int]) -> Line:
    """Find what counts of a feed.

    Args:
        places: judged segments of one feed, in any order, repeats allowed.
        bases: judged epoch records of the feed, likewise.
        start: where it begins.
        numbers: the number of each card on the party's chain.
    """
    held = {place.id: place for place in places}
    records = {base.id: base for base in bases}

    def rank(base: Base) -> tuple[int, int]:
        return numbers[base.card], base.number

    ranked = sorted((base for base in records.values() if base.card in numbers), key=rank, reverse=True)
    waiting = False
    for (floor, number), group in itertools.groupby(ranked, rank):
        tops = [*group]
        ways = [way(top.base, held, records, start.charter) for top in tops]
        epoch = _Epoch(number, floor, tops[0].id, held, numbers)
        if len(tops) > 1:
            return epoch.contested_by_records(ways, start.charter, waiting=waiting)
        if ways[0] is not None:
            return epoch.follow(ways[0], waiting=waiting)
        waiting = True  # as if the record were not there
    return _Epoch(0, start.card, start.charter, held, numbers).follow((), waiting=waiting)


def grow(known: Line, new: Sequence[Place], numbers: Mapping[str, int]) -> Line | None:
    """The line with segments that follow its head one by one; None where only `line` can tell.

    This is the common case of a bundle. Its cost does not depend on the length of the feed: where only the new tail
    is wanted, `known.ids` may be handed in empty.
    """
    if known.contested or known.waiting:
        return None
    head, seq, floor = known.head, known.seq, known.floor
    for place in new:
        card = numbers.get(place.card, -1)
        if place.prev != head or (place.epoch, place.seq) != (known.epoch, seq + 1) or card < floor:
            return None
        head, seq, floor = place.id, place.seq, card
    return known._replace(ids=(*known.ids, *(place.id for place in new)), head=head, seq=seq, floor=floor)


def way(end: str, held: Mapping[str, Place], records: Mapping[str, Base], charter: str) -> tuple[str, ...] | None:
    """The segments that led to an id, oldest first, found backwards; None while a piece is missing."""
    ids = []
    while end != charter:
        if end in held:
            ids.append(end)
            end = held[end].prev
        elif end in records:
            end = records[end].base
        else:
            return None
    return tuple(reversed(ids))


class Fork(NamedTuple):
    """A proof that two things were signed in a party's name that cannot both stand.

    Attributes:
        one, other: their ids. Two segments of one place; or what stood at the place before, a segment, a record or the
            charter, and a segment that follows something else; or two records of one rank.
        contests: it contests the feed now. One in an epoch that was left, or beyond a gap, is only shown.
    """

    one: str
    other: str
    contests: bool


def forks(places: Iterable[Place], bases: Iterable[Base], start: Start, numbers: Mapping[str, int]) -> list[Fork]:
    """Every proof of a fork that is held of a feed, those too that contest nothing; arguments as for `line`."""
    held = sorted({place.id: place for place in places if place.card in numbers}.values())
    records = sorted({base.id: base for base in bases if base.card in numbers}.values())
    found = line(held, records, start, numbers)
    there: dict[tuple[int, int], list[str]] = {(0, 0): [start.charter]}
    ranks: dict[tuple[int, int], list[str]] = {}
    for record in records:
        there.setdefault((record.number, 0), []).append(record.id)
        ranks.setdefault((numbers[record.card], record.number), []).append(record.id)
    for place in held:
        there.setdefault((place.epoch, place.seq), []).append(place.id)
    proofs = []
    for (card, number), here in ranks.items():
        contests = found.contested and (found.floor, found.epoch, found.seq) == (card, number, 0)
        proofs += [Fork(here[0], other, contests) for other in here[1:]]
    for place in held:
        here, before = there[place.epoch, place.seq], there.get((place.epoch, place.seq - 1), [])
        if place.id != here[0]:
            proofs.append(Fork(here[0], place.id, {here[0], place.id} <= found.disputed))
        if before and place.prev not in before:
            proofs.append(Fork(before[0], place.id, place.id in found.disputed))
    return proofs


class _Epoch:
    """One epoch's segments, by their seq."""

    def __init__(
        self, number: int, floor: int, before: str, held: Mapping[str, Place], numbers: Mapping[str, int]
    ) -> None:
        self.number, self.floor, self.before, self.numbers = number, floor, before, numbers
        self.there: dict[int, list[Place]] = {}
        self.ahead = False  # segments of an epoch whose record has not come
        for place in held.values():
            if numbers.get(place.card, -1) >= floor:
                if place.epoch == number:
                    self.there.setdefault(place.seq, []).append(place)
                self.ahead |= place.epoch > number

    def follow(self, settled: tuple[str, ...], *, waiting: bool) -> Line:
        """Go on from what the root keys have settled to the first gap or fork."""
        heads, floors = [self.before], [self.floor]
        while True:
            seq = len(heads)
            here = [
                place
                for place in self.there.get(seq, ())
                if place.prev != heads[-1] or self.numbers[place.card] >= floors[-1]
            ]
            estranged = any(place.prev != heads[-1] for place in here)
            if not here or estranged or len(here) > 1:
                break
            heads.append(here[0].id)
            floors.append(self.numbers[here[0].card])
        if estranged and len(heads) > 1:  # another one stood, or stands, at the place before
            del heads[-1], floors[-1]
        contested = bool(here)
        gap = not contested and any(later > seq for later in self.there)
        return Line(
            ids=(*settled, *heads[1:]),
            head=heads[-1],
            epoch=self.number,
            seq=len(heads) - 1,
            floor=floors[-1],
            contested=contested,
            disputed=self.disputed(len(heads), settled) if contested else frozenset(),
            waiting=waiting or self.ahead or gap,
        )

    def contested_by_records(self, ways: Sequence[tuple[str, ...] | None], charter: str, *, waiting: bool) -> Line:
        """The root keys told two stories: what both share counts."""
        whole = [way for way in ways if way is not None]
        complete = len(whole) == len(ways)
        columns = itertools.takewhile(lambda column: len(set(column)) == 1, zip(*whole, strict=False))
        ids = tuple(column[0] for column in columns) if complete else ()
        return Line(
            ids=ids,
            head=ids[-1] if ids else charter,
            epoch=self.number,
            seq=0,
            floor=self.floor,
            contested=True,
            disputed=self.disputed(1, ids),
            waiting=waiting or self.ahead or not complete,
        )

    def disputed(self, first: int, settled: Iterable[str]) -> frozenset[str]:
        """All held segments from a place on, on every branch, but for those that the root keys have settled."""
        return frozenset(place.id for seq, here in self.there.items() if seq >= first for place in here) - {*settled}
