"""What proves a concluded edition in every file that leaves the nodes: cards, the charter, the seals over one offer.

Such a file is text. Its first line is `kelisim WHAT 1`; every other begins with a word and a blank. After `card`,
`charter` and `seal` stands a record as it travels; the other words are those of the sort of file.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING

from kelisim.errors import Malformed, Unproven
from kelisim.ledger import card as cards
from kelisim.ledger import charter as charters
from kelisim.ledger import seal
from kelisim.ledger.record import parse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from kelisim.ledger.card import Card
    from kelisim.ledger.charter import Charter
    from kelisim.ledger.record import Signed
    from kelisim.ledger.seal import Offer, Seal


@dataclass(frozen=True)
class Proof:
    """The records that prove an edition.

    Attributes:
        cards: every card that a record names, and those before them.
        charter: the founding of the circle.
        seals: the offer, the acceptances, the receipt.
    """

    cards: tuple[Signed[Card], ...]
    charter: Signed[Charter]
    seals: tuple[Signed[Seal], ...]

    @property
    def offer(self) -> Offer:
        """The offer that was concluded.

        Raises:
            Unproven: there is not exactly one.
        """
        offers = [one.value for one in self.seals if isinstance(one.value, seal.Offer)]
        if len(offers) != 1:
            raise Unproven("edition-offers")
        return offers[0]

    @property
    def lines(self) -> Iterator[bytes]:
        """As a file has them."""
        yield from (b"card " + one.line for one in self.cards)
        yield b"charter " + self.charter.line
        yield from (b"seal " + one.line for one in sorted(self.seals, key=lambda one: one.id))


@dataclass(frozen=True)
class Concluded:
    """What the records prove.

    Attributes:
        id: of the offer.
        offer: what was concluded.
        charter: among whom.
        names: each party's name by language, by party id.
    """

    id: str
    offer: Offer
    charter: Charter
    names: Mapping[str, Mapping[str, str]]


def heading(what: str) -> bytes:
    """The first line of a sort of file, `edition` or `disclosure`."""
    return b"kelisim %b 1\n" % what.encode()


def split(data: bytes, what: str, words: Collection[str]) -> Mapping[str, list[bytes]]:
    """The lines of a file, without LF, by the word that they begin with.

    Args:
        data: the file.
        what: the sort of file.
        words: what else than records it has lines of.

    Raises:
        Malformed: another sort of file, a line of another word, or none of one of them.
    """
    magic = heading(what)
    if not data.startswith(magic) or not data.endswith(b"\n"):
        raise Malformed(f"{what}-not-a-file")
    known = {word.encode(): word for word in ("card", "charter", "seal", *words)}
    lines: dict[str, list[bytes]] = {word: [] for word in known.values()}
    for line in islice(BytesIO(data), 1, None):
        word, _, rest = line[:-1].partition(b" ")
        if word not in known:
            raise Malformed(f"{what}-not-a-file")
        lines[known[word]].append(rest)
    if not all(lines.values()) or len(lines["charter"]) != 1:
        raise Malformed(f"{what}-not-a-file")
    return lines


def read(lines: Mapping[str, list[bytes]]) -> Proof:
    """Read and judge the records of a file.

    Args:
        lines: as `split` gives them.

    Raises:
        Malformed, Unproven: one of them does not hold, or not all parties have signed the charter.
    """
    held = _read_cards(lines["card"])
    charter = parse(lines["charter"][0] + b"\n", charters.KIND, charters.Charter)
    if not charters.check(charter, held):
        raise Unproven("charter-not-whole", missing=", ".join(charters.missing(charter, held)))
    return Proof(tuple(held.values()), charter, tuple(_read_seals(lines["seal"], held, charter).values()))


def conclude(proof: Proof) -> Concluded:
    """What judged records prove.

    Raises:
        Unproven: there is not exactly one offer, or it is not concluded.
    """
    offer, charter = proof.offer, proof.charter.value
    numbers = {card.id: card.value.number for card in proof.cards}
    seals = seal.counted({one.id: one.value for one in proof.seals}, numbers)
    name = next(one for one, found in seals.items() if found is offer)
    if name not in seal.concluded(seals, charter):
        raise Unproven("edition-not-concluded")
    held = {one.id: one.value for one in proof.cards}
    return Concluded(
        name, offer, charter, {party: held[charter.founding_card(party)].names for party in charter.codes()}
    )


def _read_cards(lines: Iterable[bytes]) -> dict[str, Signed[Card]]:
    held: dict[str, Signed[Card]] = {}
    for line in lines:
        card = parse(line + b"\n", cards.KIND, cards.Card)
        cards.check(card, held.get(str(card.value.prev)))
        held[card.id] = card
    return held


def _read_seals(
    lines: Iterable[bytes], held: Mapping[str, Signed[Card]], charter: Signed[Charter]
) -> dict[str, Signed[Seal]]:
    seals = {}
    for line in lines:
        one = seal.read(line + b"\n")
        card = held.get(one.value.card)
        if card is None or cards.party_of(card) != one.value.party or one.value.circle != charter.id:
            raise Unproven("seal-card-missing")
        if not seal.check(one, card, charter.value):
            raise Unproven("seal-too-few", threshold=card.value.seal_threshold)
        seals[one.id] = one
    return seals
