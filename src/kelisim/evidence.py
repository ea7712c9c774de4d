"""All that is held of one circle, in memory: a set of judged records, and answers that are functions of the set.

For whoever works without a node: open a decrypted bundle, take it, look at the standing. A node keeps the same in a
database and brings its rows up to date step by step; tests hold the two to be equal. What a bundle brings is judged in
the order of docs/format.md, "Then, as one act", so that both name the same reason.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from kelisim import bundle
from kelisim.errors import Malformed, Unknown, Unproven
from kelisim.ledger import card as cards
from kelisim.ledger import charter as charters
from kelisim.ledger import epoch as epochs
from kelisim.ledger import feed, judge
from kelisim.ledger import seal as seals
from kelisim.ledger.digest import digest
from kelisim.ledger.judge import Held
from kelisim.ledger.record import Signed, parse
from kelisim.position import Standing, Voice, speak

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kelisim.ledger.charter import Charter
    from kelisim.ledger.epoch import Epoch
    from kelisim.ledger.seal import Seal
    from kelisim.ledger.segment import Segment, Statement
    from kelisim.plan import Schema
    from kelisim.position import Word


class Evidence:
    """What is held of one circle.

    Args:
        circle: its charter, whole or not.
        held: the cards of its parties, judged.

    Raises:
        Malformed, Unproven: the charter does not hold.
    """

    def __init__(self, circle: Signed[Charter], held: Held) -> None:
        judge.charter(circle, held)
        self.circle = circle
        self.held = held
        self.epochs: dict[str, Signed[Epoch]] = {}
        self.segments: dict[str, tuple[Signed[Segment], list[Statement]]] = {}
        self.parked: dict[str, tuple[Signed[Segment], bytes]] = {}
        self.waiting: dict[str, tuple[int, int]] = {}  # how many segments of a feed are parked, and their bytes
        self.signed_seals: dict[str, Signed[Seal]] = {}

    @classmethod
    def of(cls, opened: bundle.Opened, confirmed: Iterable[str], us: str = "") -> Evidence:
        """What a bundle brings to somebody who holds nothing yet.

        Args:
            opened: the bundle.
            confirmed: the ids of the parties whose thirty digits have been compared.
            us: as for `take`.

        Raises:
            Malformed, Unproven: what does not hold.
            Unknown: the charter is not in it.
        """
        _check_addressee(opened, us)
        held = Held(confirmed=confirmed)
        _take_cards(opened, held)
        charter = next(_charters(opened, us), None)
        if charter is None:
            raise Unknown("circle-missing", circle=opened.manifest.value.circle)
        evidence = cls(charter, held)
        evidence.take(opened, us)
        return evidence

    @property
    def charter(self) -> Charter:
        """Who is in the circle, and how it is founded."""
        return self.circle.value

    def add_epoch(self, record: Signed[Epoch]) -> None:
        """Judge and hold an epoch record."""
        judge.epoch(record, self.circle, self.held)
        _join(self.epochs, record)

    def add_segment(self, header: Signed[Segment], body: bytes) -> None:
        """Judge and hold a segment; one whose card is not held yet is parked."""
        statements = judge.segment(header, body, self.circle, self.held)
        if statements is None:
            self._park(header, body)
        else:
            self.segments.setdefault(header.id, (header, statements))

    def _park(self, header: Signed[Segment], body: bytes) -> None:
        name = digest(header.line + body)  # copies differ, and none is believed yet
        if name not in self.parked:
            count, size = self.waiting.get(header.value.party, (0, 0))
            judge.may_park(count + 1, size + len(body))
            self.waiting[header.value.party] = count + 1, size + len(body)
            self.parked[name] = header, body

    def add_seal(self, record: Signed[Seal]) -> None:
        """Judge and hold a seal."""
        judge.seal(record, self.circle, self.held)
        _join(self.signed_seals, record)

    def take(self, opened: bundle.Opened, us: str = "") -> None:
        """Judge and hold everything that a bundle carries; nothing of it when anything does not hold.

        Args:
            opened: the bundle.
            us: the id of the party that reads; an auditor, who reads bundles for anybody, leaves it empty.

        Raises:
            Malformed, Unproven: what does not hold.
            Unknown: it is of another circle.
        """
        copy = self.copy()
        copy._take(opened, us)  # noqa: SLF001  (its own kind)
        self.__dict__ = copy.__dict__

    def copy(self) -> Evidence:
        """A set of its own with the same records."""
        twin = Evidence(self.circle, Held(self.held.cards.values(), self.held.confirmed))
        for name in ("epochs", "segments", "parked", "waiting", "signed_seals"):
            setattr(twin, name, dict(getattr(self, name)))
        return twin

    def _take(self, opened: bundle.Opened, us: str) -> None:
        _check_addressee(opened, us)
        _take_cards(opened, self.held)
        for charter in _charters(opened, us):
            self._join_charter(charter)
        if opened.manifest.value.circle != self.circle.id:
            raise Unknown("circle-missing", circle=opened.manifest.value.circle)
        self._check_manifest(opened)
        if charters.missing(self.circle, self.held.cards):
            return  # cards and signatures are kept; nobody has spoken yet
        self._unpark()
        for line in opened.lines("epoch"):
            self.add_epoch(parse(line, epochs.KIND, epochs.Epoch))
        for header, body in opened.segments():
            self.add_segment(header, body)
        for line in opened.lines("seal"):
            self.add_seal(seals.read(line))

    def _check_manifest(self, opened: bundle.Opened) -> None:
        manifest = opened.manifest.value
        card = self.held.named(manifest.card, manifest.sender)
        if card is None or card.id not in self.held.chain(manifest.sender).ids:
            raise Unproven("bundle-card-missing")
        bundle.check(opened.manifest, card, self.charter)
        seed = opened.seed()
        if seed and digest(seed) != self.charter.salts:
            raise Unproven("seed-changed")

    def _join_charter(self, record: Signed[Charter]) -> None:
        if record.id != self.circle.id:
            raise Unproven("bundle-of-another-plan")
        judge.charter(record, self.held)
        self.circle = self.circle.join(record)

    def _unpark(self) -> None:
        """Judge parked segments again, since a card may have come; what does not hold is dropped."""
        parked, self.parked, self.waiting = self.parked, {}, {}
        for header, body in parked.values():
            with contextlib.suppress(Malformed, Unproven):
                self.add_segment(header, body)

    def line(self, party: str) -> feed.Line:
        """What counts of a party's feed."""
        chain = self.held.chain(party)
        start = feed.Start(self.circle.id, chain.numbers.get(self.charter.founding_card(party), 0))
        line = feed.line(self._places(party).values(), self._bases(party).values(), start, chain.numbers)
        return line._replace(contested=True) if chain.contested else line

    def way(self, party: str, head: str) -> tuple[str, ...] | None:
        """The segments that led to a head, oldest first; None while a piece is missing."""
        return feed.way(head, self._places(party), self._bases(party), self.circle.id)

    def _places(self, party: str) -> dict[str, feed.Place]:
        return {
            name: feed.Place(name, header.value.epoch, header.value.seq, header.value.prev, header.value.card)
            for name, (header, _) in self.segments.items()
            if header.value.party == party
        }

    def _bases(self, party: str) -> dict[str, feed.Base]:
        return {
            name: feed.Base(name, one.value.number, one.value.base, one.value.card)
            for name, one in self.epochs.items()
            if one.value.party == party
        }

    def heads(self, but: str = "") -> dict[str, str]:
        """Every party's head, perhaps without one party's."""
        return {party: self.line(party).head for party in self.charter.codes() if party != but}

    def standing(self, schema: Schema, cut: Mapping[str, str] | None = None) -> Standing:
        """All positions, at the heads held or at those of a cut.

        Raises:
            Unknown: a piece of the way to a head of the cut is not held.
        """
        voices = {}
        lines = {party: self.line(party) for party in self.charter.codes()}
        for party, code in self.charter.codes().items():
            if cut is None:
                voices[code] = self._voice(lines[party], lines)
                continue
            ids = self.way(party, cut[party])
            if ids is None:
                raise Unknown("cut-missing", code=code)
            voices[code] = Voice(self._words(ids), [{} for _ in ids])
        return Standing(schema, voices)

    def _words(self, ids: Sequence[str]) -> dict[str, dict[str, Word]]:
        words: dict[str, dict[str, Word]] = {}
        for place in reversed(range(len(ids))):
            speak(words, place, self.segments[ids[place]][1])
        return words

    def _voice(self, line: feed.Line, lines: Mapping[str, feed.Line]) -> Voice:
        codes = self.charter.codes()
        counts = {party: {name: n for n, name in enumerate((self.circle.id, *one.ids))} for party, one in lines.items()}
        saw = [
            {codes[other]: self._count(other, head, counts[other]) for other, head in header.value.seen.items()}
            for header, _ in (self.segments[name] for name in line.ids)
        ]
        disputed = frozenset((one.item, one.field) for name in line.disputed for one in self.segments[name][1])
        return Voice(self._words(line.ids), saw, line.contested, disputed)

    def _count(self, party: str, head: str, counts: Mapping[str, int]) -> int:
        """How many of the segments that count a head stands for, be it one of them, a record, or left behind."""
        if head in counts:
            return counts[head]
        return next((counts[name] for name in reversed(self.way(party, head) or ()) if name in counts), 0)

    def seals(self) -> dict[str, Seal]:
        """The seals that enough keys have signed and that count, by id."""
        found = judge.complete_seals(self.signed_seals.values(), self.circle, self.held)
        return {name: one.value for name, one in found.items()}


def _check_addressee(opened: bundle.Opened, us: str) -> None:
    if us and opened.manifest.value.to != us:
        raise Unproven("bundle-not-to-us")


def _take_cards(opened: bundle.Opened, held: Held) -> None:
    for line in opened.lines("card"):
        held.add(parse(line, cards.KIND, cards.Card))


def _charters(opened: bundle.Opened, us: str) -> Iterator[Signed[Charter]]:
    """The charter that a bundle brings, in one copy or several, not yet judged."""
    for line in opened.lines("charter"):
        charter = parse(line, charters.KIND, charters.Charter)
        if charter.id != opened.manifest.value.circle or (us and us not in charter.value.codes()):
            raise Unproven("bundle-of-another-plan")
        yield charter


def _join(held: dict[str, Signed[Any]], record: Signed[Any]) -> None:
    held[record.id] = held[record.id].join(record) if record.id in held else record
