"""Histories of a circle by chance: two or three parties that speak, fork, leave gaps, restore, rotate and seal.

Cards, charters and keys are made once and drawn from; a history signs only its segments, epoch records and seals. Each
bundle of a history is honest: everything in it holds. What a bundle leaves out, another may bring later, or none.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kelisim import bundle
from kelisim.ledger import card as cards
from kelisim.ledger import charter, epoch, keys, seal, segment
from kelisim.ledger.digest import digest
from kelisim.ledger.record import Signed, sign
from tests.library import keysmith as k
from tests.vectors.making import workshop

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from random import Random

LATER: Final = "2013-01-07T08:00Z"
SIGNERS: Final[dict[str, keys.Signer]] = {
    keys.key_id(one.key): one for one in (*map(k.signer, range(64, 256)), *map(keys.P256Signer, range(1, 9)))
}
FIELDS: Final = ("kind", "present", "title.en", "period", "host")
VALUES: Final = ("yes", "2013-04", "2013-05", "KAZ", "Курс «Ә»", 'two\nlines \\ "quoted"\t\x01', "𐍈", "")
SCOPES: Final = ("planaaaaaaaaaaaa", "planbbbbbbbbbbbb")


def signers(named: Iterable[str]) -> list[keys.Signer]:
    """The keys of these ids."""
    return [SIGNERS[name] for name in named]


def p256(power: str, number: int) -> cards.OfficerKey:
    """An officer's key on a token."""
    return cards.OfficerKey(keys.P256, keys.P256Signer(number).key, [power])


def family(party: k.Party, **first: Any) -> list[Signed[cards.Card]]:
    """All cards that a party has in any history: renewed and rotated ones, and rivals; each after its own."""
    start = party.found(**first)
    renewed = start.renew(at=LATER, keys=start.officers(1), seal_threshold=1)
    rival = start.renew(names={"en": "Copy"})
    rotated, stolen = start.rotate(), start.rotate(at=LATER)
    ends = (
        renewed.renew(seal_threshold=1),
        renewed.rotate(),
        rival.rotate(keys=start.officers(1), seal_threshold=1),
        rotated.renew(at=LATER),
    )
    made = {one.id: one for end in (start, renewed, rival, rotated, stolen, *ends) for one in end.cards}
    return list(made.values())


def _families() -> dict[str, list[Signed[cards.Card]]]:
    kaz, usa, uzb = k.Party("KAZ", 1, roots=2, threshold=2), k.Party("USA", 2), k.Party("UZB", 3)
    two = cards.in_order([*usa.officers(), cards.OfficerKey(keys.ED25519, usa.officer("seal", 1).key, ["seal"])])
    token = cards.in_order([*(p256(power, n) for n, power in enumerate(k.POWERS, 1)), *uzb.officers()[:1]])
    roots = cards.in_order([*uzb.root_keys(0), cards.RootKey(keys.P256, keys.P256Signer(4).key)])
    made = (family(kaz), family(usa, keys=two, seal_threshold=2), family(uzb, keys=token, roots=roots))
    return {found[0].id: found for found in made}


FAMILIES: Final = _families()
KAZ, USA, UZB = FAMILIES
ALL_CARDS: Final = {one.id: one for found in FAMILIES.values() for one in found}


def way(card: str) -> list[str]:
    """The ids of the cards that led to one, card 0 first."""
    before = str(ALL_CARDS[card].value.prev)
    return [*(way(before) if before in ALL_CARDS else ()), card]


def _charter(*parties: str, by: str = KAZ, card: int = 0) -> Signed[charter.Charter]:
    codes = {KAZ: "KAZ", USA: "USA", UZB: "UZB"}
    members = [charter.Member(FAMILIES[one][card if one == KAZ else 0].id, codes[one], one) for one in parties]
    plain = charter.Charter(
        at=k.AT,
        languages=["en", "kk", "ru"],
        parties=sorted(members, key=lambda member: member.code),
        proposer=by,
        salts=digest(k.SEED),
        schema=1,
        v=1,
    )
    return sign(
        charter.KIND, plain, *(one for member in members for one in signers(ALL_CARDS[member.card].value.root_keys()))
    )


CIRCLES: Final = (
    _charter(KAZ, USA),
    _charter(KAZ, USA, UZB),
    _charter(KAZ, UZB, by=UZB),
    _charter(KAZ, USA, card=1),
)


def signed(kind: str, json: bytes, by: Iterable[keys.Signer]) -> Signed[Any]:
    """A record of these bytes, whatever they say."""
    message = keys.pae(kind, json)
    return Signed(kind, json, None, {keys.key_id(one.key): one.sign(message) for one in by})


class Node(NamedTuple):
    """Where a feed can go on: after the charter, an epoch record or a segment."""

    id: str
    epoch: int
    seq: int


Part = list[bytes]


@dataclass(frozen=True)
class Draft:
    """A bundle that nobody has signed yet.

    Attributes:
        parts: the lines of each part by its kind; a segment is a header, then its body; a file is one line.
        manifest: what its manifest says, but for the parts.
        signers: who signs the manifest.
    """

    parts: dict[str, Part]
    manifest: dict[str, Any]
    signers: Sequence[keys.Signer]

    def plain(self, **changes: Any) -> bytes:
        """The bytes of the plain bundle, perhaps with another manifest."""
        joined = [(kind, b"".join(self.parts[kind])) for kind in bundle.ORDER if any(self.parts.get(kind, ()))]
        parts = [bundle.Part(id=digest(data), kind=kind, size=len(data)) for kind, data in joined]  # type: ignore[arg-type]
        manifest = bundle.Manifest(**({"parts": parts, "v": 1} | self.manifest | changes))
        return sign(bundle.KIND, manifest, *self.signers).line + b"".join(data for _, data in joined)


@dataclass
class History:
    """What the parties of a circle have signed so far, and what the reader has been brought.

    Attributes:
        chance: what decides everything.
        brought: the cards that a bundle brought which was accepted.
        founded: has one been accepted?
    """

    chance: Random
    brought: set[str] = field(default_factory=set)
    founded: bool = False

    def __post_init__(self) -> None:
        self.circle = self.chance.choice(CIRCLES)
        self.members = [one.party for one in self.circle.value.parties]
        self.us = self.chance.choice(self.members)
        self.confirmed = list(FAMILIES) if self.chance.random() < 0.98 else self.members[1:]
        self.cards = {party: self._family(party) for party in self.members}
        self.nodes = {party: [Node(self.circle.id, 0, 0)] for party in self.members}
        self.epochs: list[Signed[epoch.Epoch]] = []
        self.segments: list[tuple[Signed[segment.Segment], bytes]] = []
        self.seals: list[Signed[Any]] = []

    def _family(self, party: str) -> list[Signed[cards.Card]]:
        own = FAMILIES[party]
        ends = [party, self.circle.value.founding_card(party), self.chance.choice(own).id]
        if self.chance.random() < 0.25:
            ends.append(self.chance.choice(own).id)  # a rival, where it is not on the way
        kept = {name for end in ends for name in way(end)}
        return [one for one in own if one.id in kept]

    def live(self) -> None:
        """One act of one party."""
        self.chance.choices((self.speak, self.enter, self.seal), (6, 1, 3))[0]()

    def _card(self, party: str) -> Signed[cards.Card]:
        own = self.cards[party]
        return own[-1] if self.chance.random() < 0.5 else self.chance.choice(own)

    def _node(self, party: str, last: float = 0.85) -> Node:
        own = self.nodes[party]
        return own[-1] if self.chance.random() < last else self.chance.choice(own)

    def _heads(self, but: str = "") -> dict[str, str]:
        return {party: self._node(party).id for party in self.members if party != but}

    def speak(self) -> None:
        """A segment: mostly after the last one of its feed, sometimes after another or in a senseless place."""
        party = self.chance.choice(self.members)
        card, node = self._card(party), self._node(party)
        number, seq, prev = node.epoch, node.seq + 1, node.id
        if self.chance.random() < 0.06:
            number, seq, prev = self.chance.choice(
                (
                    (number + 1, seq, prev),
                    (number, seq + 1, prev),
                    (number, seq, self._node(party, 0).id),
                    (number, 1, prev),
                )
            )
        body = segment.write_body(self._statements())
        header = segment.Segment(
            at=k.AT,
            body=digest(body),
            card=card.id,
            circle=self.circle.id,
            count=body.count(b"\n"),
            epoch=number,
            party=party,
            prev=prev,
            seen=self._heads(party),
            seq=seq,
            size=len(body),
            v=1,
        )
        by = self.chance.choice(signers(card.value.may("state")))
        self.segments.append((sign(segment.KIND, header, by), body))
        self.nodes[party].append(Node(self.segments[-1][0].id, number, seq))

    def _statements(self) -> list[segment.Statement]:
        chance, found = self.chance, {}
        for _ in range(chance.choice((0, 1, 1, 2, 3))):
            place = chance.choice((*SCOPES, k.SURVEY)), chance.choice(FIELDS)
            value = chance.choice((*VALUES, None))
            found[place] = workshop.said(*place, value, hold=value is not None and chance.random() < 0.2)
        return list(found.values())

    def enter(self) -> None:
        """An epoch record: mostly of the next number, after the last node; sometimes a rival, or after nothing."""
        party = self.chance.choice(self.members)
        card, node = self._card(party), self._node(party, 0.5)
        last = max(one.epoch for one in self.nodes[party])
        number = self.chance.choice((last + 1, last + 1, max(1, last)))
        base = node.id if self.chance.random() < 0.9 else k.NOWHERE
        reason = self.chance.choice(("compromise", "repair", "restore", "rotation"))
        plain = epoch.Epoch(k.AT, base, card.id, self.circle.id, number, party, reason, 1)
        self.epochs.append(sign(epoch.KIND, plain, *signers(card.value.root_keys())))
        self.nodes[party].append(Node(self.epochs[-1].id, number, 0))

    def seal(self) -> None:
        """A seal of any step, over any offer, by as many keys as may or by one alone."""
        proposer, step = (
            self.circle.value.proposer,
            self.chance.choice(("offer", "accept", "accept", "receipt", "withdraw")),
        )
        offers = [one.id for one in self.seals if one.value.step == "offer"]
        if not offers and self.chance.random() < 0.95:
            step = "offer"
        others = [party for party in self.members if party != proposer]
        by = {"accept": others, "withdraw": self.members}.get(step, [proposer])
        party = self.chance.choice(by)
        card, of = self._card(party), self.chance.choice(offers or [k.NOWHERE])
        named: dict[str, Any] = {
            "at": k.AT,
            "card": card.id,
            "circle": self.circle.id,
            "party": party,
            "step": step,
            "v": 1,
        }
        said: seal.Seal
        if step == "offer":
            said = self._offer(named, offers)
        elif step == "receipt":
            accepts = sorted({one.id for one in self.seals if one.value.step == "accept" and one.value.of == of})
            said = seal.Receipt(accepts=accepts, of=of, **named)
        else:
            said = (seal.Accept if step == "accept" else seal.Withdraw)(of=of, **named)
        able = signers(card.value.may("seal"))
        self.seals.append(sign(seal.KIND, said, *(able if self.chance.random() < 0.8 else able[:1])))

    def _offer(self, named: dict[str, Any], offers: list[str]) -> seal.Offer:
        chance = self.chance
        more: dict[str, Any] = {"previous": chance.choice(offers)} if offers and chance.random() < 0.5 else {}
        return seal.Offer(
            cut=self._heads(),
            edition=seal.EditionNumber(chance.randrange(3), chance.randrange(1, 4)),
            languages=chance.choice((["en"], ["en", "kk", "ru"])),
            root=k.NOWHERE,
            schema=1,
            scope=chance.choice(SCOPES),
            **more,
            **named,
        )

    def draft(self) -> Draft:
        """A bundle for the reader in which everything holds; it has some of what there is, in some order."""
        chance = self.chance
        share = chance.choice((0.5, 0.9, 1.0))
        told = self._some_cards(share)
        held = self.brought | {one.id for one in told}
        charters = [self.circle] if not self.founded or chance.random() < 0.3 else []
        if charters and chance.random() < 0.15:
            names = sorted(self.circle.signatures)
            cut = {names[0]: self.circle.signatures[names[0]]}
            charters = [replace(self.circle, signatures=cut), *charters[: chance.randrange(2)]]

        def some(records: list[Any]) -> list[Any]:
            found = [one for one in records if one.value.card in held and chance.random() < share]
            return found if chance.random() < 0.5 else chance.sample(found, len(found))

        segments = [two for two in self.segments if chance.random() < share]
        if chance.random() < 0.3:
            chance.shuffle(segments)
        sender = chance.choice(self.members)
        card = ALL_CARDS[sender]
        if chance.random() < 0.08:
            card = chance.choice([one for one in self.cards[sender] if one.id in held])
        parts = {
            "card": [one.line for one in told],
            "charter": [one.line for one in charters],
            "seed": [k.SEED] if chance.random() < 0.3 else [],
            "epoch": [one.line for one in some(self.epochs)],
            "segment": [piece for header, body in segments for piece in (header.line, body)],
            "seal": [one.line for one in some(self.seals)],
            "file": [b"a file"] if chance.random() < 0.1 else [],
        }
        named = {"at": k.AT, "card": card.id, "circle": self.circle.id, "sender": sender, "to": self.us}
        return Draft(parts, named | {"seen": self._heads(sender)}, signers(card.value.may("carry"))[:1])

    def _some_cards(self, share: float) -> list[Signed[cards.Card]]:
        told: list[Signed[cards.Card]] = []
        for party in self.members:
            first = {party, self.circle.value.founding_card(party)} - self.brought
            for one in self.cards[party]:
                follows = {str(one.value.prev)} & (self.brought | {card.id for card in told})
                if one.id in first or (follows and self.chance.random() < share):
                    told.append(one)
        return told

    def took(self, draft: Draft) -> None:
        """The reader has accepted what came of a draft."""
        self.founded = True
        self.brought |= {name for name, one in ALL_CARDS.items() if one.line in draft.parts["card"]}
