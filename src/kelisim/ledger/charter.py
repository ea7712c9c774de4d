"""A charter: what all parties' root keys signed to found a circle, a fixed set of readers. Its id is the circle's.

A charter with fewer signatures than it needs travels and is kept, founds nothing yet, and copies join their signatures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from msgspec import UNSET, Meta, UnsetType

from kelisim.errors import Malformed, Unproven
from kelisim.ledger import card as cards
from kelisim.ledger import profile
from kelisim.ledger.profile import Code, Digest, Place, Tag, Time, Version, Written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kelisim.ledger.record import Signed

KIND: Final = "charter"
FEWEST: Final = 2


class Member(Written, frozen=True):
    """A party of a circle: its code there, and the card it founds the circle with."""

    card: Digest
    code: Code
    party: Digest


class Charter(Written, frozen=True, kw_only=True):
    """The founding of a circle.

    Attributes:
        at: when its author says it was written.
        languages: the languages its texts are in, sorted; an edition is in some of them.
        parties: by code; texts of several parties are aligned to the first.
        prev: the charter that this one succeeds, when a party left.
        proposer: the party that offers editions and receipts them.
        salts: SHA-256 of the circle's seed, which itself travels in bundles only.
        schema: the number of the schema its items follow at first.
    """

    at: Time
    languages: Annotated[list[Tag], Meta(min_length=1, max_length=20)]
    parties: Annotated[list[Member], Meta(min_length=FEWEST, max_length=64)]
    prev: Digest | UnsetType = UNSET
    proposer: Digest
    salts: Digest
    schema: Place
    v: Version

    def codes(self) -> dict[str, str]:
        """The code of each party, by id, in the order of the charter."""
        return {member.party: member.code for member in self.parties}

    def others(self, party: str) -> list[str]:
        """The ids of all parties but one."""
        return [member.party for member in self.parties if member.party != party]

    def founding_card(self, party: str) -> str:
        """The card that a party founded the circle with."""
        return next(member.card for member in self.parties if member.party == party)


def check(charter: Signed[Charter], held: Mapping[str, Signed[cards.Card]]) -> bool:
    """Judge a charter.

    Args:
        charter: the record.
        held: judged cards by id; those that it names must be among them.

    Returns:
        Whether it is whole, that is, signed by the threshold of every party's roots.

    Raises:
        Malformed: it contradicts itself.
        Unproven: it names a card that is not the party's, or a signature does not hold.
    """
    value = charter.value
    profile.check_time(value.at)
    codes = [member.code for member in value.parties]
    parties = {member.party for member in value.parties}
    if codes != sorted(set(codes)) or len(parties) < len(codes) or value.languages != sorted(set(value.languages)):
        raise Malformed("charter-not-in-order")
    if value.proposer not in parties:
        raise Malformed("charter-proposer")
    named = {}
    for member in value.parties:
        card = held.get(member.card)
        if card is None or cards.party_of(card) != member.party:
            raise Unproven("charter-card-missing", code=member.code)
        named[member.card] = card.value
    charter.check({key: root for card in named.values() for key, root in card.root_keys().items()})
    return all(charter.count(card.root_keys()) >= card.threshold for card in named.values())


def missing(charter: Signed[Charter], held: Mapping[str, Signed[cards.Card]]) -> list[str]:
    """The codes of the parties whose root keys have not signed enough yet."""
    return [
        member.code
        for member in charter.value.parties
        if charter.count(held[member.card].value.root_keys()) < held[member.card].value.threshold
    ]
