"""What went wrong, as an officer looks at it: segments left behind, forks with both signed pieces, a restore's way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import UNSET

from kelisim import fork
from kelisim.errors import Unknown
from kelisim.ledger import card as cards
from kelisim.ledger import charter as charters
from kelisim.ledger import epoch as epochs
from kelisim.ledger import feed, seal
from kelisim_web import derive, restored, store
from kelisim_web.models.desk import Exchange, Restored
from kelisim_web.us import our_party

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kelisim.ledger.judge import Held
    from kelisim.ledger.record import Signed
    from kelisim_web.access import Seat


class SegmentRow(NamedTuple):
    """A segment in a line of text."""

    id: str
    at: str
    place: str
    key: str
    positions: int


def segment_of(seat: Seat, name: str) -> SegmentRow:
    """A segment that is held."""
    del seat
    header, _ = store.segment_of(name)
    value = header.value
    return SegmentRow(name[:12], value.at, f"{value.epoch}/{value.seq}", _keys(header), value.count)


def _keys(record: Signed[Any]) -> str:
    return ", ".join(key[:12] for key in sorted(record.signatures))


class Piece(NamedTuple):
    """One of the records that contradict each other.

    Attributes:
        kind, id, at, keys: what it is, when it claims to be signed, and with which keys.
        place: epoch and seq of a segment, number of an epoch or a card; empty for others.
        says: its statements that the other piece does not make: item, field, value; None takes a word back.
    """

    kind: str
    id: str
    at: str
    keys: str
    place: str
    says: list[tuple[str, str, str | None]]


class ForkView(NamedTuple):
    """A proof of a fork.

    Attributes:
        code: the party.
        sort: as in `kelisim.fork.Proof`.
        contests: it contests something now.
        pieces: what contradicts each other.
        proof: the file by which anybody can check it.
    """

    code: str
    sort: str
    contests: bool
    pieces: list[Piece]
    proof: bytes


def forks_of(seat: Seat, circle: str, code: str = "") -> list[ForkView]:
    """Every proof of a fork that is held of a plan, or of one party of it.

    Raises:
        Unknown: no such party.
    """
    charter, held = store.charter(circle), store.cards_held()
    codes = charter.value.codes()
    if code and code not in codes.values():
        raise Unknown("party-unknown", code=code, choices=", ".join(codes.values()))
    found = []
    for party, name in codes.items():
        if code in ("", name):
            found += [*_of_cards(held, party, name), *_of_feed(charter, held, party, name)]
    if code in ("", codes[charter.value.proposer]):
        found += _of_conclusions(seat, charter, held)
    return found


def _of_cards(held: Held, party: str, code: str) -> Iterator[ForkView]:
    own = {name: card for name, card in held.cards.items() if cards.party_of(card) == party}
    for pair in cards.rivals({name: card.value for name, card in own.items()}):
        pieces = [_piece(own[name], str(own[name].value.number), {}) for name in pair]
        yield ForkView(code, "cards", held.chain(party).contested, pieces, fork.write(own.values(), None, ()))


def _of_feed(charter: Signed[charters.Charter], held: Held, party: str, code: str) -> Iterator[ForkView]:
    chain = held.chain(party)
    start = feed.Start(charter.id, chain.numbers.get(charter.value.founding_card(party), 0))
    records = {one.id: one for one in store.records(epochs.KIND, epochs.Epoch, charter.id)}
    needed = [card for card in held.cards.values() if cards.party_of(card) in charter.value.codes()]
    for proof in feed.forks(store.places(charter.id, party), store.bases(charter.id, party), start, chain.numbers):
        both = [_record(name, records) for name in (proof.one, proof.other) if name != charter.id]
        said = [_said(one) for one in both]
        others = [said[1 - n] if len(both) > 1 else {} for n in range(len(both))]
        pieces = [
            _piece(one, _place(one), dict(mine.items() - theirs.items()))
            for one, mine, theirs in zip(both, said, others, strict=True)
        ]
        file = fork.write(needed, charter, both)
        yield ForkView(code, fork.verify(file).sort, proof.contests, pieces, file)


def _record(name: str, records: dict[str, Signed[epochs.Epoch]]) -> Signed[Any]:
    return records[name] if name in records else store.segment_of(name)[0]


def _said(one: Signed[Any]) -> dict[tuple[str, str], str | None]:
    if one.kind == epochs.KIND:
        return {}
    (found,) = store.judged([one.id])
    return {(word.item, word.field): None if word.value is UNSET else word.value for word in found.statements}


def _place(one: Signed[Any]) -> str:
    return str(one.value.number) if one.kind == epochs.KIND else f"{one.value.epoch}/{one.value.seq}"


def _piece(one: Signed[Any], place: str, says: dict[tuple[str, str], str | None]) -> Piece:
    told = [(item, field, value) for (item, field), value in sorted(says.items())]
    return Piece(one.kind, one.id, one.value.at, _keys(one), place, told)


def _of_conclusions(seat: Seat, charter: Signed[charters.Charter], held: Held) -> Iterator[ForkView]:
    del seat
    signed = store.seals(charter.id, held)
    seals = store.values(signed)
    needed = [card for card in held.cards.values() if cards.party_of(card) in charter.value.codes()]
    for pair in seal.rivals(seals, charter.value):
        steps = [name for of in pair for name, _ in seal.steps_of(seals, of, seal.Accept, seal.Receipt)]
        pieces = [_piece(signed[name], "", {}) for name in pair]
        file = fork.write(needed, charter, [signed[name] for name in (*pair, *steps)])
        yield ForkView(
            charter.value.codes()[charter.value.proposer], "conclusions", contests=True, pieces=pieces, proof=file
        )


def the_fork(found: Sequence[ForkView], beginning: str) -> ForkView:
    """The proof that is meant: the only one, or the one of which a piece's id begins so.

    Raises:
        Unknown: there is none, or several.
    """
    meant = [one for one in found if any(piece.id.startswith(beginning) for piece in one.pieces)]
    if len(meant) != 1:
        raise Unknown("fork-unclear", choices=", ".join(one.pieces[-1].id[:12] for one in found) or "–")
    return meant[0]


def _named(circle: str, party: str, us: str) -> list[str]:
    """The heads of ours that a party named last, in a bundle and in its feed."""
    came = Exchange.objects.filter(circle=circle, party=party).order_by("-pk").first()
    last = derive.last_seen(circle, party)
    return [seen[us] for seen in (came.seen if came else None, last) if seen]


class RestoreView(NamedTuple):
    """How far a restore is, in one plan.

    Attributes:
        circle: the plan.
        at: since when this node is known to be a copy.
        epoch: the epoch that was signed since; 0 where none is.
        held: how many segments of ours count here.
        lacking: the codes of the parties that have named a head of ours which is not held here.
        owed: the codes of the parties that must name our epoch before we seal.
        receipts: the offers that must be receipted.
    """

    circle: str
    at: str
    epoch: int
    held: int
    lacking: list[str]
    owed: list[str]
    receipts: list[str]


def restores(seat: Seat) -> list[RestoreView]:
    """How far a restore is, in every plan in which this node is a copy."""
    del seat
    return [_restore(row) for row in Restored.objects.order_by("circle")]


def _restore(row: Restored) -> RestoreView:
    circle, us = row.circle, our_party()
    codes = store.charter(circle).value.codes()
    named = {party: _named(circle, party, us) for party in codes if party != us}
    return RestoreView(
        circle=circle,
        at=row.at,
        epoch=row.epoch,
        held=derive.count(circle, us),
        lacking=[
            codes[party] for party, heads in named.items() if not all(store.is_held(circle, one) for one in heads)
        ],
        owed=[codes[party] for party in row.owed],
        receipts=restored.to_receipt(circle, store.cards_held()) if row.epoch and not row.owed else [],
    )
