"""A proof that a party's keys signed two things that cannot both stand, as a file that anybody can check.

It holds the cards, the charter and the records themselves, and no statement: that two papers contradict each other
can be shown to people who may not read them. Two segments of one place, or one that does not follow what stood before;
two epochs of one rank; two cards after one card; two concluded offers of one scope with one `previous`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kelisim.errors import Malformed, Unproven
from kelisim.ledger import card as cards
from kelisim.ledger import charter as charters
from kelisim.ledger import epoch as epochs
from kelisim.ledger import judge, seal
from kelisim.ledger import segment as segments
from kelisim.ledger.judge import Held
from kelisim.ledger.record import Signed, lines, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kelisim.ledger.charter import Charter

MAGIC: Final = b"kelisim fork 1\n"
TWO: Final = 2  # what contradicts each other
_KINDS: Final[dict[str, type[Any]]] = {
    cards.KIND: cards.Card,
    charters.KIND: charters.Charter,
    segments.KIND: segments.Segment,
    epochs.KIND: epochs.Epoch,
}


class Proof(NamedTuple):
    """What a file proves.

    Attributes:
        sort: cards, records, place, before or conclusions.
        party: whose keys signed both.
        charter: of the circle; None where the proof is of cards.
        records: those that contradict each other: two, or one that contradicts the charter.
        held: the cards.
    """

    sort: str
    party: str
    charter: Signed[Charter] | None
    records: tuple[Signed[Any], ...]
    held: Held


def write(held: Iterable[Signed[cards.Card]], charter: Signed[Charter] | None, found: Iterable[Signed[Any]]) -> bytes:
    """Write a proof.

    Args:
        held: the cards of all that sign anything in it, each after the one before.
        charter: of the circle; None where two cards contradict each other.
        found: the records that do, but for cards and the charter; of two conclusions, all seals over the two offers.
    """
    told = [*held, *([charter] if charter else ()), *sorted(found, key=lambda one: (one.kind, one.id))]
    return MAGIC + b"".join(one.kind.encode() + b" " + one.line for one in told)


def verify(data: bytes) -> Proof:
    """Check a proof with nothing else at hand.

    Raises:
        Malformed: not such a file.
        Unproven: something in it does not hold, or nothing contradicts anything.
    """
    if not data.startswith(MAGIC) or not data.endswith(b"\n"):
        raise Malformed("fork-not-a-file")
    found = [_read(line) for line in lines(data[len(MAGIC) :])]
    own = [one for one in found if one.kind == cards.KIND]
    held = Held(confirmed=[cards.party_of(card) for card in own])
    for card in own:
        held.add(card)
    circles = [one for one in found if one.kind == charters.KIND]
    rest = [one for one in found if one.kind not in (cards.KIND, charters.KIND)]
    if len(circles) > 1 or (rest and not circles):
        raise Malformed("fork-not-a-file")
    if not circles:
        return _cards(held)
    if not judge.charter(circles[0], held):
        raise Unproven("charter-not-whole", missing=", ".join(charters.missing(circles[0], held.cards)))
    for one in rest:
        _judge(one, circles[0], held)
    seals = [one for one in rest if one.kind == seal.KIND]
    return _conclusions(seals, circles[0], held) if seals else _feed(rest, circles[0], held)


def _read(line: bytes) -> Signed[Any]:
    word, _, rest = line.partition(b" ")
    kind = word.decode("ascii", "replace")
    if kind == seal.KIND:
        return seal.read(rest)
    if kind not in _KINDS:
        raise Malformed("fork-not-a-file")
    return parse(rest, kind, _KINDS[kind])


def _judge(one: Signed[Any], circle: Signed[Charter], held: Held) -> None:
    """Judge a record of a feed by the card that it names, or a seal."""
    if one.kind == seal.KIND:
        if not judge.seal(one, circle, held):
            raise Unproven("seal-too-few", threshold=held.cards[one.value.card].value.seal_threshold)
    elif one.kind == epochs.KIND:
        judge.epoch(one, circle, held)
    else:
        card = held.named(one.value.card, one.value.party)
        if card is None or one.value.circle != circle.id:
            raise Unproven("fork-not-proven")
        segments.check_header(one, card, circle.value)


def _cards(held: Held) -> Proof:
    found = cards.rivals({name: card.value for name, card in held.cards.items()})
    if not found:
        raise Unproven("fork-not-proven")
    one, other = (held.cards[name] for name in found[0])
    return Proof("cards", cards.party_of(one), None, (one, other), held)


def _conclusions(rest: Sequence[Signed[Any]], circle: Signed[Charter], held: Held) -> Proof:
    signed = judge.complete_seals(rest, circle, held)
    found = seal.rivals({name: one.value for name, one in signed.items()}, circle.value)
    if not found:
        raise Unproven("fork-not-proven")
    return Proof("conclusions", circle.value.proposer, circle, tuple(signed[name] for name in found[0]), held)


def _feed(rest: Sequence[Signed[Any]], circle: Signed[Charter], held: Held) -> Proof:
    """Two segments, two records, a record and a segment, or a segment that does not follow the charter."""
    if len({one.value.party for one in rest}) != 1 or len({one.id for one in rest}) != len(rest):
        raise Unproven("fork-not-proven")
    both = sorted(rest, key=_place)
    sort = _contradiction(both, circle.id)
    if not sort:
        raise Unproven("fork-not-proven")
    return Proof(sort, both[0].value.party, circle, tuple(both), held)


def _place(one: Signed[Any]) -> tuple[int, int]:
    return (one.value.number, 0) if one.kind == epochs.KIND else (one.value.epoch, one.value.seq)


def _contradiction(both: Sequence[Signed[Any]], charter: str) -> str:
    """How records contradict each other; empty where they do not."""
    last = both[-1].value
    if len(both) == 1:
        first = both[0].kind == segments.KIND and _place(both[0]) == (0, 1)
        return "before" if first and last.prev != charter else ""
    if len(both) > TWO:
        return ""
    one, other = both
    if other.kind == epochs.KIND:
        return "records" if (one.kind, one.value.card, _place(one)) == (other.kind, last.card, _place(other)) else ""
    if one.kind == segments.KIND and _place(one) == _place(other):
        return "place"
    epoch, seq = _place(other)
    return "before" if _place(one) == (epoch, seq - 1) and last.prev != one.id else ""
