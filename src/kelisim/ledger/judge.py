"""The accept rule: what lets a record in. The same for whoever wrote it, whoever brought it, and in whatever order.

A record is judged by its bytes, its keys, its place and limits, never by what its values mean. A card is judged by the
card before it, everything else by the card that it names; a segment whose card is not held yet waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kelisim.errors import NotNow, Unproven
from kelisim.ledger import card as cards
from kelisim.ledger import charter as charters
from kelisim.ledger import epoch as epochs
from kelisim.ledger import seal as seals
from kelisim.ledger import segment as segments

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kelisim.ledger.card import Card, Chain
    from kelisim.ledger.charter import Charter
    from kelisim.ledger.epoch import Epoch
    from kelisim.ledger.record import Signed
    from kelisim.ledger.seal import Seal
    from kelisim.ledger.segment import Segment, Statement


MOST_PARKED: Final = 10_000
LARGEST_PARKED: Final = 100 * 1024**2


def may_park(count: int, size: int) -> None:
    """May one more segment of a feed wait for its card?

    Args:
        count: how many would wait then.
        size: how many bytes of bodies these would have.

    Raises:
        NotNow: too many, or too large.
    """
    if count > MOST_PARKED or size > LARGEST_PARKED:
        raise NotNow("parked-too-many", limit=MOST_PARKED)


class Held:
    """The cards that are held, and the parties whose thirty digits have been confirmed.

    Args:
        judged: cards that were judged before, each after the one before it.
        confirmed: ids of parties.
    """

    def __init__(self, judged: Iterable[Signed[Card]] = (), confirmed: Iterable[str] = ()) -> None:
        self.cards = {card.id: card for card in judged}
        self.confirmed = set(confirmed)
        self._chains: dict[str, Chain] = {}

    def add(self, card: Signed[Card]) -> None:
        """Judge a card and hold it, with the signatures of every copy.

        Raises:
            Malformed: it contradicts itself.
            Unproven: it does not hold, or its party's digits have not been confirmed.
        """
        if cards.party_of(card) not in self.confirmed:
            raise Unproven("party-not-confirmed", name=next(iter(card.value.names.values())))
        cards.check(card, self.cards.get(str(card.value.prev)))
        known = self.cards.get(card.id)
        self.cards[card.id] = known.join(card) if known else card
        self._chains.clear()

    def chain(self, party: str) -> Chain:
        """A party's cards that count."""
        if party not in self._chains:
            own = {name: one.value for name, one in self.cards.items() if cards.party_of(one) == party}
            self._chains[party] = cards.chain(own, party)
        return self._chains[party]

    def newest(self, party: str) -> Signed[Card]:
        """The newest card of a party that counts."""
        return self.cards[self.chain(party).ids[-1]]

    def named(self, card: str, party: str) -> Signed[Card] | None:
        """The card that a record of a party names; None while it is not held.

        Raises:
            Unproven: it is another party's.
        """
        found = self.cards.get(card)
        if found and cards.party_of(found) != party:
            raise Unproven("card-of-another", card=card)
        return found


def charter(record: Signed[Charter], held: Held) -> bool:
    """Judge a charter; say whether all have signed it. See `charter.check`."""
    return charters.check(record, held.cards)


def segment(header: Signed[Segment], body: bytes, circle: Signed[Charter], held: Held) -> list[Statement] | None:
    """Judge a segment.

    Returns:
        Its statements; None while the card that it names is not held.

    Raises:
        Malformed, Unproven: what does not hold.
    """
    if header.value.circle != circle.id:
        raise Unproven("segment-of-another-plan")
    if header.value.party not in circle.value.codes():
        raise Unproven("segment-not-a-party")  # before it is parked: the limits of what waits are those of a feed
    card = held.named(header.value.card, header.value.party)
    if card is None:
        return None
    segments.check_header(header, card, circle.value)
    return segments.read_body(header.value, body)


def epoch(record: Signed[Epoch], circle: Signed[Charter], held: Held) -> None:
    """Judge an epoch record.

    Raises:
        Malformed, Unproven: what does not hold.
    """
    card = held.named(record.value.card, record.value.party)
    if card is None or record.value.circle != circle.id:
        raise Unproven("epoch-card-missing", number=record.value.number)
    epochs.check(record, card, circle.value)


def seal(record: Signed[Seal], circle: Signed[Charter], held: Held) -> bool:
    """Judge a seal; say whether enough keys have signed it for it to count.

    Raises:
        Malformed, Unproven: what does not hold.
    """
    card = held.named(record.value.card, record.value.party)
    if card is None or record.value.circle != circle.id:
        raise Unproven("seal-card-missing")
    return seals.check(record, card, circle.value)


def complete_seals(records: Iterable[Signed[Seal]], circle: Signed[Charter], held: Held) -> dict[str, Signed[Seal]]:
    """The seals that enough keys have signed and that count, by id.

    An acceptor's withdrawal counts under its newest card alone, as its acceptance does: nobody acts on one under a card
    before, whose key may have been ended because it was stolen.
    """
    signed = {one.id: one for one in records if seal(one, circle, held)}
    numbers = {name: card.value.number for name, card in held.cards.items()}
    counted = seals.counted({name: one.value for name, one in signed.items()}, numbers)

    def is_acted_on(one: Seal) -> bool:
        by_acceptor = isinstance(one, seals.Withdraw) and one.party != circle.value.proposer
        return not by_acceptor or one.card == held.newest(one.party).id

    return {name: signed[name] for name, one in counted.items() if is_acted_on(one)}
