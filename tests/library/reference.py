"""The rules of feeds, cards and seals once more: slow, short, in sets, to judge the product by.

Whoever doubts a rule reads it here. Nothing is shared with the product, and nothing is clever: every function asks
for all chains, or all rivals, and then looks which of them there are. A second part makes worlds so small that all
of them can be tried.

Ids stand for themselves here, and cards are their numbers. A party that founds its circle starts at `CHARTER`.
"""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from random import Random

CHARTER = "charter"


class Segment(NamedTuple):
    """What a dispatch signed: it claims a place and names what stood before."""

    id: str
    epoch: int
    seq: int
    prev: str
    card: int


class Record(NamedTuple):
    """What root keys signed: the party goes on after `base`, in an epoch of this number, under this card."""

    id: str
    number: int
    base: str
    card: int


Act = Segment | Record
World = frozenset[Act]


class Line(NamedTuple):
    """What counts, in the words that the product also uses."""

    ids: tuple[str, ...]
    head: str
    epoch: int
    seq: int
    floor: int
    contested: bool
    disputed: frozenset[str]
    waiting: bool


# Feeds


def rank(record: Record) -> tuple[int, int]:
    """Newer cards first decide; among records of one card the ceremony's number does."""
    return record.card, record.number


def way(world: World, end: str) -> tuple[str, ...] | None:
    """The segments by which one comes to an id, oldest first; None if a step is not held."""
    if end == CHARTER:
        return ()
    for act in world:
        if act.id == end:
            before = way(world, act.base if isinstance(act, Record) else act.prev)
            own = () if isinstance(act, Record) else (act.id,)
            return None if before is None else before + own
    return None


def line(world: World, founding: int = 0) -> Line:
    """What counts of a feed when exactly this is held. `founding`: the card that the charter names."""
    records = {act for act in world if isinstance(act, Record)}
    if not records:
        return last_epoch(world, CHARTER, 0, founding, ())
    highest = max(rank(record) for record in records)
    speaking = {record for record in records if rank(record) == highest}
    ways = {record: way(world, record.base) for record in speaking}
    if len(speaking) > 1:
        return two_stories(world, ways)
    ((record, settled),) = ways.items()
    if settled is None:
        return line(world - {record}, founding)._replace(waiting=True)
    return last_epoch(world, record.id, record.number, record.card, settled)


def in_force(world: World, number: int, floor: int) -> set[Segment]:
    """The segments of an epoch whose key has not been ended by the card that opened it."""
    return {act for act in world if isinstance(act, Segment) and act.epoch == number and act.card >= floor}


def beyond(world: World, number: int, floor: int) -> bool:
    """Does a segment belong to an epoch whose record has not come?"""
    return any(isinstance(act, Segment) and act.epoch > number and act.card >= floor for act in world)


def chains(segments: set[Segment], start: str, floor: int) -> set[tuple[Segment, ...]]:
    """All unbroken chains from the start of an epoch on, the empty one too. No card in them is older than the last."""
    found: set[tuple[Segment, ...]] = {()}
    while True:
        longer = {
            (*chain, segment)
            for chain, segment in product(found, segments)
            if segment.seq == len(chain) + 1
            and segment.prev == (chain[-1].id if chain else start)
            and segment.card >= (chain[-1].card if chain else floor)
        }
        if longer <= found:
            return found
        found |= longer


def last_epoch(world: World, start: str, number: int, floor: int, settled: tuple[str, ...]) -> Line:
    """Follow the one epoch that the root keys have left open."""
    segments = in_force(world, number, floor)
    found = chains(segments, start, floor)
    rivals = {len(one) for one, two in combinations(found, 2) if len(one) == len(two)}
    strangers = {
        max(1, segment.seq - 1)
        for chain, segment in product(found, segments)
        if segment.seq == len(chain) + 1 and segment.prev != (chain[-1].id if chain else start)
    }
    forks = rivals | strangers
    length = min(forks) - 1 if forks else max(len(chain) for chain in found)
    (counts,) = {chain for chain in found if len(chain) == length}
    gap = not forks and any(segment.seq > length + 1 for segment in segments)
    return Line(
        ids=settled + tuple(segment.id for segment in counts),
        head=counts[-1].id if counts else start,
        epoch=number,
        seq=length,
        floor=counts[-1].card if counts else floor,
        contested=bool(forks),
        disputed=frozenset(segment.id for segment in segments if forks and segment.seq > length) - {*settled},
        waiting=gap or beyond(world, number, floor),
    )


def two_stories(world: World, ways: Mapping[Record, tuple[str, ...] | None]) -> Line:
    """The root keys signed several records of one rank: what all of them share counts, and nothing more."""
    floor, number = rank(next(iter(ways)))
    known = [told for told in ways.values() if told is not None]
    shared: tuple[str, ...] = ()
    if len(known) == len(ways):
        shared = max((told[:n] for told in known for n in range(len(told) + 1) if all_start(known, told[:n])), key=len)
    return Line(
        ids=shared,
        head=shared[-1] if shared else CHARTER,
        epoch=number,
        seq=0,
        floor=floor,
        contested=True,
        disputed=frozenset(segment.id for segment in in_force(world, number, floor)) - {*shared},
        waiting=len(known) < len(ways) or beyond(world, number, floor),
    )


def all_start(ways: Iterable[tuple[str, ...]], shared: tuple[str, ...]) -> bool:
    """Do all ways begin like this?"""
    return all(told[: len(shared)] == shared for told in ways)


# Cards


class Plain(NamedTuple):
    """A card, as far as the succession goes: it takes the roots that `prev` committed to, or keeps the old ones."""

    id: str
    prev: str
    takes_next: bool


def chain(held: Collection[Plain], party: str) -> tuple[tuple[str, ...], bool]:
    """The cards that count, and whether two of one sort stand against each other after the last of them."""
    after = {card for card in held if card.prev == party}
    best = {card for card in after if card.takes_next} or after
    won = best if len(best) == 1 else {card for card in best if rotation_below(held, card)}
    if len(won) != 1:
        return (party,), bool(after)
    (winner,) = won
    ids, contested = chain(held, winner.id)
    return (party, *ids), contested


def rotation_below(held: Collection[Plain], card: Plain) -> bool:
    """Do the next roots stand anywhere after this card?"""
    return any(child.takes_next or rotation_below(held, child) for child in held if child.prev == card.id)


# Seals


class Stamp(NamedTuple):
    """A seal: an offer (of what comes after `previous`, "" for a first one) or a step over the offer `of`."""

    id: str
    step: str
    party: str
    of: str = ""
    previous: str = ""


def may_sign(step: str, party: str, proposer: str, others: Collection[str]) -> bool:
    """Offers and receipts are the proposer's, acceptances everyone else's, and anybody may withdraw."""
    return party in {
        "offer": {proposer},
        "receipt": {proposer},
        "accept": {*others},
        "withdraw": {proposer, *others},
    }.get(step, set())


def concluded(stamps: Collection[Stamp], proposer: str, others: Collection[str]) -> frozenset[str]:
    """The offers over which the receipt and every acceptance is held; a withdrawal undoes nothing."""
    said = {(s.step, s.party, s.of or s.id) for s in stamps if may_sign(s.step, s.party, proposer, others)}
    needed = [("offer", proposer), ("receipt", proposer), *(("accept", party) for party in others)]
    return frozenset(s.id for s in stamps if all((step, party, s.id) in said for step, party in needed))


def succession(stamps: Collection[Stamp], done: Collection[str]) -> tuple[str, ...]:
    """The concluded offers one after the other, the smallest id where two have one place."""
    previous = {s.id: s.previous for s in stamps if s.id in done}
    found: list[str] = []
    while following := [name for name, before in previous.items() if before == (found[-1] if found else "")]:
        found.append(min(following))
    return tuple(found)


def twice(stamps: Collection[Stamp], done: Collection[str]) -> bool:
    """Were two offers concluded after one and the same?"""
    before = [s.previous for s in stamps if s.id in done]
    return len(set(before)) < len(before)


# Worlds of feeds


class Desk(NamedTuple):
    """What the node of an author remembers at one time."""

    epoch: int
    seq: int
    head: str
    card: int
    ids: tuple[str, ...]


def honest(size: int, newest: int = 1) -> Iterator[tuple[tuple[Act, ...], tuple[str, ...]]]:
    """Every history of up to so many acts of an honest author, with the line that it knows to be its own.

    It writes, now and then with a newer card; or it finds itself at a state of earlier days, or stays where it is,
    and its root keys open an epoch there, with their newest card and the number that the ceremony has kept.
    """
    histories: list[tuple[tuple[Act, ...], tuple[Desk, ...], int]] = [((), (Desk(0, 0, CHARTER, 0, ()),), 0)]
    while histories:
        acts, desks, ceremony = histories.pop()
        now, name = desks[-1], f"a{len(acts)}"
        yield acts, now.ids
        if len(acts) == size:
            continue
        for card in range(now.card, newest + 1):
            desk = Desk(now.epoch, now.seq + 1, name, card, (*now.ids, name))
            segment = Segment(name, now.epoch, now.seq + 1, now.head, card)
            histories.append(((*acts, segment), (*desks, desk), ceremony))
        for old, card in product(desks, range(max(desk.card for desk in desks), newest + 1)):
            desk = Desk(ceremony + 1, 0, name, card, old.ids)
            record = Record(name, ceremony + 1, old.head, card)
            histories.append(((*acts, record), (*desks, desk), ceremony + 1))


def dishonest(size: int) -> set[World]:
    """Every set of so many things that a dishonest author and dishonest root keys may sign after each other.

    Any thing signed may be the one before; numbers and places are used twice, cards go back and forth.
    """
    worlds: set[World] = {frozenset()}
    for _ in range(size):
        worlds = {world | {act} for world in worlds for act in after_any(world)}
    return worlds


def after_any(world: World) -> Iterator[Act]:
    """What can be signed after one of the things held, or after the charter; a second copy is another thing."""
    spots = {(0, 0, CHARTER)}
    spots |= {(act.epoch, act.seq, act.id) for act in world if isinstance(act, Segment)}
    spots |= {(act.number, 0, act.id) for act in world if isinstance(act, Record)}
    for (epoch, seq, before), card in product(spots, (0, 1)):
        yield fresh(world, Segment(f"({before} {epoch}.{seq + 1} {card})", epoch, seq + 1, before, card))
        for number in (1, 2):
            yield fresh(world, Record(f"({before} #{number} {card})", number, before, card))


def wild(size: int) -> set[World]:
    """Every set of so many things with places and predecessors that need not fit at all."""
    worlds: set[World] = {frozenset()}
    for _ in range(size):
        worlds = {world | {act} for world in worlds for act in anything(world)}
    return worlds


def anything(world: World) -> Iterator[Act]:
    """What can be signed by whoever cares about no rule."""
    for before, card in product([CHARTER, "lost", *(act.id for act in world)], (0, 1)):
        for epoch, seq in product((0, 1), (1, 2)):
            yield fresh(world, Segment(f"({before} {epoch}.{seq} {card})", epoch, seq, before, card))
        yield fresh(world, Record(f"({before} #1 {card})", 1, before, card))


def fresh(world: World, act: Act) -> Act:
    """The act, or its twin with another id if it has been signed already."""
    return act._replace(id=f"{act.id}'") if act in world else act


def forgeries(acts: Collection[Act], below: int, newest: int) -> Iterator[Segment]:
    """What the thief of an ended key can sign: a card older than `below`, any place, after anything or nothing."""
    parents = [CHARTER, "lost", *(act.id for act in acts)]
    for card, epoch, seq, prev in product(range(below), range(newest + 2), (1, 2, 3), parents):
        yield Segment(f"forged {card} {epoch}.{seq} {prev}", epoch, seq, prev, card)


def backdated(acts: Collection[Act], before: int, cards: int) -> Iterator[Segment]:
    """What anybody can sign for epochs that are over, even with a key that still counts."""
    parents = [CHARTER, "lost", *(act.id for act in acts)]
    for card, epoch, seq, prev in product(range(cards), range(before), (1, 2, 3), parents):
        yield Segment(f"backdated {card} {epoch}.{seq} {prev}", epoch, seq, prev, card)


def subsets(things: Collection[Act]) -> Iterator[World]:
    """Every part of a world that somebody may hold."""
    for count in range(len(things) + 1):
        yield from map(frozenset, combinations(things, count))


def successions(size: int) -> Iterator[tuple[Plain, ...]]:
    """Every tree of so many cards after card 0, whose id is "0"."""
    trees: list[tuple[Plain, ...]] = [()]
    for number in range(1, size + 1):
        trees = [
            (*tree, Plain(str(number), prev, takes_next))
            for tree in trees
            for prev in ["0", *(card.id for card in tree)]
            for takes_next in (False, True)
        ]
    yield from trees


# Worlds of seals


class Negotiation:
    """A proposer and others that sign and exchange seals; the courier loses some, and the proposer is restored.

    Args:
        dice: what happens.
        others: who must accept.
        careful: whether they keep two duties: nobody accepts a second offer after one conclusion before the first is
            withdrawn, and a restored proposer takes back what the others hold, and receipts what is ripe, before
            anything else.

    Attributes:
        held: what each has, oldest first.
        signed: everything ever signed, lost or not.
    """

    ACTS = (
        *("offer", "offer", "withdraw", "accept", "accept", "accept", "receipt", "receipt"),
        *("send", "send", "fetch", "fetch", "fetch", "restore"),
    )

    def __init__(self, dice: Random, others: Sequence[str], *, careful: bool) -> None:
        self.dice, self.others, self.careful = dice, others, careful
        self.held: dict[str, list[Stamp]] = {party: [] for party in ("P", *others)}
        self.signed: list[Stamp] = []
        self.backups: list[list[Stamp]] = [[]]

    def play(self, turns: int) -> None:
        """Let so many things happen."""
        for _ in range(turns):
            getattr(self, self.dice.choice(self.ACTS))()
            self.backups.append([*self.held["P"]])

    def sign(self, step: str, party: str, of: str = "", previous: str = "") -> None:
        """Sign one seal."""
        stamp = Stamp(f"{len(self.signed):04}", step, party, of, previous)
        self.signed.append(stamp)
        self.held[party].append(stamp)

    def standing(self, party: str) -> str:
        """The last conclusion that a party knows of."""
        held = self.held[party]
        return (succession(held, concluded(held, "P", self.others)) or ("",))[-1]

    def offers(self, party: str) -> list[Stamp]:
        """The offers that a party holds and that follow the last conclusion it knows of."""
        return [s for s in self.held[party] if s.step == "offer" and s.previous == self.standing(party)]

    def told(self, party: str, step: str, of: str, by: str) -> bool:
        """Does a party hold this step over an offer?"""
        return any((s.step, s.of, s.party) == (step, of, by) for s in self.held[party])

    def unsettled(self) -> list[Stamp]:
        """The proposer's own offers, as far as it remembers, that are neither withdrawn nor receipted."""
        ended = {s.of for s in self.held["P"] if s.step in ("withdraw", "receipt")}
        return [s for s in self.held["P"] if s.step == "offer" and s.id not in ended]

    def offer(self) -> None:
        """The proposer makes an offer, one at a time."""
        if not self.unsettled():
            self.sign("offer", "P", previous=self.standing("P"))

    def withdraw(self) -> None:
        """The proposer takes its offer back."""
        for stamp in self.unsettled()[-1:]:
            self.sign("withdraw", "P", stamp.id)

    def accept(self) -> None:
        """One of the others accepts."""
        party = self.dice.choice(self.others)
        free = [s for s in self.offers(party) if not self.told(party, "withdraw", s.id, "P")]
        if self.careful and any(self.told(party, "accept", s.id, party) for s in free):
            return
        for stamp in [s for s in free if not self.told(party, "accept", s.id, party)][:1]:
            self.sign("accept", party, stamp.id)

    def receipt(self) -> None:
        """The proposer concludes what all have accepted."""
        for stamp in self.unsettled():
            accepted = all(self.told("P", "accept", stamp.id, party) for party in self.others)
            if accepted and stamp.previous == self.standing("P"):
                self.sign("receipt", "P", stamp.id)

    def hand_over(self, source: str, target: str) -> None:
        """Everything one has reaches another."""
        self.held[target] += [s for s in self.held[source] if s not in self.held[target]]

    def send(self) -> None:
        """The proposer sends to one of the others; it may be lost."""
        if self.dice.random() < 0.6:
            self.hand_over("P", self.dice.choice(self.others))

    def fetch(self) -> None:
        """One of the others sends to the proposer; it may be lost."""
        if self.dice.random() < 0.6:
            self.hand_over(self.dice.choice(self.others), "P")

    def restore(self) -> None:
        """The proposer wakes up as it once was. Backups of a time that never was are destroyed."""
        del self.backups[self.dice.randrange(len(self.backups)) + 1 :]
        self.held["P"] = [*self.backups[-1]]
        if self.careful:
            for party in self.others:
                self.hand_over(party, "P")
            self.receipt()
