"""Keys, cards, charters and segments for tests: made from small numbers, so every run has the same ids.

A party keeps its keys in a numbered drawer. Roots come in generations: the card of generation 0 commits to the roots
of generation 1, and so on. Officers have one key for each power. Nothing here is secret.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from kelisim.ledger import card, charter, epoch, seal, segment
from kelisim.ledger.digest import digest
from kelisim.ledger.keys import ED25519, Ed25519Signer
from kelisim.ledger.record import Signed, sign

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kelisim.ledger.segment import Statement

AT: Final = "2012-11-05T09:30Z"
SEED: Final = bytes(range(32))
SURVEY: Final = "surveyaaaaaaaaaa"
NOWHERE: Final = "0" * 64
POWERS: Final = ("carry", "seal", "state")

# Secret and public age keys, by drawer.
AGE: Final = {
    1: (
        "AGE-SECRET-KEY-1QYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZ9K4CN",
        "age15nsf9y4k28p83wth93tf7hafhvfajp45d2mge80ems45gz0c5gys3me64l",
    ),
    2: (
        "AGE-SECRET-KEY-1QGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQ0N3JDM",
        "age1e6xn45wvkce7c7msc9upffw8dmxs9959q5xng369hgzcwrjc04vszex59m",
    ),
    3: (
        "AGE-SECRET-KEY-1QVPSXQCRQVPSXQCRQVPSXQCRQVPSXQCRQVPSXQCRQVPSXQCRQVPS2PGGME",
        "age1thld6wmt63lklg5wu9wed82mkr49xa6dfz9a47wlr3hqzf9nau3qqx6458",
    ),
}


def signer(number: int) -> Ed25519Signer:
    """The key of that number, 0 to 255."""
    return Ed25519Signer(bytes([number]) * 32)


@dataclass(frozen=True)
class Party:
    """A party with its keys and the cards it has signed.

    Attributes:
        code: its code in a charter.
        drawer: 1, 2 or 3: which keys are its own.
        roots: how many root keys it has.
        threshold: how many of them must sign.
        generation: of the roots that it signs with now.
        cards: all its cards, oldest first.
    """

    code: str
    drawer: int
    roots: int = 1
    threshold: int = 1
    generation: int = 0
    cards: tuple[Signed[card.Card], ...] = ()

    def root_signers(self, generation: int | None = None) -> list[Ed25519Signer]:
        """The root keys of a generation, of the present one if none is named."""
        which = self.generation if generation is None else generation
        return [signer(64 * self.drawer + 4 * which + n) for n in range(self.roots)]

    def root_keys(self, generation: int | None = None) -> list[card.RootKey]:
        """The same as a card writes them."""
        return card.in_order(card.RootKey(ED25519, one.key) for one in self.root_signers(generation))

    def officer(self, power: str, desk: int = 0) -> Ed25519Signer:
        """The key of the officer with a power; another desk has other officers."""
        return signer(64 * self.drawer + 32 + 4 * desk + POWERS.index(power))

    def officers(self, desk: int = 0) -> list[card.OfficerKey]:
        """All officers of a desk as a card writes them."""
        return card.in_order(card.OfficerKey(ED25519, self.officer(power, desk).key, [power]) for power in POWERS)

    @property
    def card(self) -> Signed[card.Card]:
        """The newest card."""
        return self.cards[-1]

    @property
    def id(self) -> str:
        """The id of card 0."""
        return self.cards[0].id

    @property
    def held(self) -> dict[str, Signed[card.Card]]:
        """Its cards by id."""
        return {one.id: one for one in self.cards}

    def first_card(self, **changes: Any) -> card.Card:
        """What card 0 says."""
        plain = card.Card(
            at=AT,
            keys=self.officers(),
            names={"en": self.code.title()},
            next=card.commitment(self.root_keys(1), self.threshold),
            number=0,
            recipients=[AGE[self.drawer][1]],
            roots=self.root_keys(0),
            seal_threshold=1,
            threshold=self.threshold,
            v=1,
        )
        return structs.replace(plain, **changes)

    def next_card(self, **changes: Any) -> card.Card:
        """What a card after the newest says that keeps the roots."""
        after = {"number": self.card.value.number + 1, "party": self.id, "prev": self.card.id}
        return structs.replace(self.card.value, **(after | changes))

    def rotated_card(self, **changes: Any) -> card.Card:
        """What a card after the newest says that takes the next roots."""
        taken = {
            "roots": self.root_keys(self.generation + 1),
            "next": card.commitment(self.root_keys(self.generation + 2), self.threshold),
        }
        return self.next_card(**(taken | changes))

    def found(self, **changes: Any) -> Party:
        """The party with its card 0."""
        return self.take(sign(card.KIND, self.first_card(**changes), *self.root_signers()))

    def renew(self, **changes: Any) -> Party:
        """The party with one card more, under the same roots."""
        return self.take(sign(card.KIND, self.next_card(**changes), *self.root_signers()))

    def rotate(self, **changes: Any) -> Party:
        """The party with one card more, under the next roots."""
        now = replace(self, generation=self.generation + 1)
        return now.take(sign(card.KIND, self.rotated_card(**changes), *self.root_signers(), *now.root_signers()))

    def take(self, one: Signed[card.Card]) -> Party:
        """The party with this card as its newest."""
        return replace(self, cards=(*self.cards, one))


NORTH: Final = Party("NORTH", 1).found()
SOUTH: Final = Party("SOUTH", 2).found()
WEST: Final = Party("WEST", 3).found()


def charter_of(*parties: Party, **changes: Any) -> charter.Charter:
    """What a charter of these parties says; the first of them proposes."""
    members = [charter.Member(party.card.id, party.code, party.id) for party in parties]
    plain = charter.Charter(
        at=AT,
        languages=["en", "kk", "ru"],
        parties=sorted(members, key=lambda member: member.code),
        proposer=parties[0].id,
        salts=digest(SEED),
        schema=1,
        v=1,
    )
    return structs.replace(plain, **changes)


def circle(*parties: Party, **changes: Any) -> Signed[charter.Charter]:
    """A charter signed by all root keys of all parties."""
    roots = [root for party in parties for root in party.root_signers()]
    return sign(charter.KIND, charter_of(*parties, **changes), *roots)


def segment_of(
    party: Party, within: Signed[charter.Charter], body: bytes = b"", **changes: Any
) -> Signed[segment.Segment]:
    """A signed header over a body: at the first place, after the charter, unless told otherwise."""
    others = within.value.others(party.id)
    plain = segment.Segment(
        at=AT,
        body=digest(body),
        card=party.card.id,
        circle=within.id,
        count=body.count(b"\n"),
        epoch=0,
        party=party.id,
        prev=within.id,
        seen=dict.fromkeys(others, within.id),
        seq=1,
        size=len(body),
        v=1,
    )
    return sign(segment.KIND, structs.replace(plain, **changes), party.officer("state"))


def feed_of(
    party: Party, within: Signed[charter.Charter], *dispatches: Iterable[Statement]
) -> list[tuple[Signed[segment.Segment], bytes]]:
    """A feed of epoch 0, one segment and its body a dispatch."""
    made: list[tuple[Signed[segment.Segment], bytes]] = []
    prev = within.id
    for seq, statements in enumerate(dispatches, 1):
        body = segment.write_body(statements)
        made.append((segment_of(party, within, body, prev=prev, seq=seq), body))
        prev = made[-1][0].id
    return made


def epoch_of(party: Party, within: Signed[charter.Charter], **changes: Any) -> Signed[epoch.Epoch]:
    """An epoch signed by all root keys: number 1, from the charter on, unless told otherwise."""
    plain = epoch.Epoch(AT, within.id, party.card.id, within.id, 1, party.id, "restore", 1)
    return sign(epoch.KIND, structs.replace(plain, **changes), *party.root_signers())


def offer_of(
    party: Party, within: Signed[charter.Charter], cut: Mapping[str, str] | None = None, **changes: Any
) -> Signed[seal.Offer]:
    """A signed offer: of every party's empty feed unless told otherwise."""
    plain = seal.Offer(
        at=AT,
        card=party.card.id,
        circle=within.id,
        cut=dict.fromkeys(within.value.codes(), within.id) if cut is None else dict(cut),
        edition=seal.EditionNumber(0, 1),
        languages=["en"],
        party=party.id,
        root=NOWHERE,
        schema=1,
        scope=SURVEY,
        step="offer",
        v=1,
    )
    return sign(seal.KIND, structs.replace(plain, **changes), party.officer("seal"))


def accept_of(party: Party, within: Signed[charter.Charter], of: str) -> Signed[seal.Accept]:
    """A signed acceptance of an offer."""
    plain = seal.Accept(AT, party.card.id, within.id, of, party.id, "accept", 1)
    return sign(seal.KIND, plain, party.officer("seal"))


def withdraw_of(party: Party, within: Signed[charter.Charter], of: str) -> Signed[seal.Withdraw]:
    """A signed withdrawal from an offer."""
    plain = seal.Withdraw(AT, party.card.id, within.id, of, party.id, "withdraw", 1)
    return sign(seal.KIND, plain, party.officer("seal"))


def receipt_of(
    party: Party, within: Signed[charter.Charter], of: str, accepts: Iterable[str] = ()
) -> Signed[seal.Receipt]:
    """A signed receipt of an offer that all have accepted."""
    plain = seal.Receipt(sorted(accepts), AT, party.card.id, within.id, of, party.id, "receipt", 1)
    return sign(seal.KIND, plain, party.officer("seal"))
