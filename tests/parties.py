"""Parties that negotiate a plan in memory: each with its own keys, its own evidence and its own duties.

What a node does with a database and a command line is done here by the library alone: speak, dispatch, write and read
bundles, restore a backup, freeze, offer, accept, receipt, withdraw. `histories` gives it a notation people can read.
"""

from __future__ import annotations

from base64 import b32encode
from copy import copy
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from kelisim import bundle, edition
from kelisim.errors import NotNow, Unproven
from kelisim.evidence import Evidence
from kelisim.ledger import duty, seal, segment
from kelisim.ledger.judge import Held
from kelisim.ledger.segment import AD_REFERENDUM, Statement
from kelisim.plan import schema
from kelisim.proof import Proof
from tests.library import keysmith as k

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kelisim.ledger.card import Card
    from kelisim.ledger.charter import Charter
    from kelisim.ledger.record import Signed
    from kelisim.ledger.segment import Segment
    from kelisim.position import FieldStanding, Standing

SCHEMA: Final = schema()
KEYS: Final = {code: k.Party(code, drawer).found() for drawer, code in enumerate(("KAZ", "USA", "UZB"), 1)}


def item(name: str) -> str:
    """The id of the item that people call by this name, such as `plan` or `4.1`."""
    return b32encode(sha256(name.encode()).digest()[:10]).decode().lower()


class Party:
    """One side of a plan: its keys, what it holds of the circle, what it means to say.

    Args:
        keys: its cards and signers.
        circle: the charter.
        cards: of all parties.

    Attributes:
        evidence: what it holds.
        pending: positions not dispatched yet, by item and field.
        named: the heads that each other party last said it had, by that party's id.
        frozen: the heads and languages at which it closed a scope.
        ceremony: the highest epoch number that its root keys have signed; they forget nothing in a restore.
        owed: the parties from which a restored proposer must hear before it seals again.
    """

    def __init__(self, keys: k.Party, circle: Signed[Charter], cards: Sequence[Signed[Card]]) -> None:
        self.keys, self.code, self.id = keys, keys.code, keys.id
        self.evidence = Evidence(circle, Held(cards, circle.value.codes()))
        self.pending: dict[tuple[str, str], Statement] = {}
        self.named: dict[str, dict[str, str]] = {}
        self.frozen: dict[str, tuple[dict[str, str], list[str]]] = {}
        self.ceremony = 0
        self.owed: set[str] = set()

    @property
    def circle(self) -> Signed[Charter]:
        return self.evidence.circle

    @property
    def others(self) -> list[str]:
        """The codes of the other parties."""
        return [code for code in self.evidence.charter.codes().values() if code != self.code]

    @property
    def standing(self) -> Standing:
        return self.evidence.standing(SCHEMA)

    def field(self, name: str, field: str) -> FieldStanding | None:
        """How a field of an item stands, as this party has it."""
        return self.standing.field(item(name), field)

    # Speaking

    def say(self, name: str, field: str, value: str, *, hold: bool = False) -> None:
        """Mean to state a position; a reference names its item as people do."""
        known = SCHEMA.type_of(field)
        said = item(value) if known and known.type == "reference" else value
        self._mean(Statement(field=field, item=item(name), value=said, hold=AD_REFERENDUM if hold else UNSET))

    def hold(self, name: str, field: str, value: str) -> None:
        """Mean to state a position that waits for the capital."""
        self.say(name, field, value, hold=True)

    def withdraw(self, name: str, field: str) -> None:
        """Mean to take a word back."""
        self._mean(Statement(field=field, item=item(name)))

    def _mean(self, one: Statement) -> None:
        self.pending[one.item, one.field] = one

    def dispatch(self) -> Signed[Segment]:
        """Sign what is pending as one segment; with nothing pending it is an acknowledgement."""
        line = self.evidence.line(self.id)
        if line.contested or line.waiting:
            raise NotNow("feed-not-whole")
        body = segment.write_body(self.pending.values())
        place = {"epoch": line.epoch, "prev": line.head, "seq": line.seq + 1}
        signed = k.segment_of(self.keys, self.circle, body, seen=self.evidence.heads(self.id), **place)
        self.evidence.add_segment(signed, body)
        self.pending = {}
        return signed

    # Bundles

    def bundle_for(self, code: str, *, whole: bool = False, encrypted: bool = False) -> bytes:
        """A bundle for another party: all records, and of every feed what lies after the head it last named.

        Args:
            code: whom it is for.
            whole: everything, whatever the recipient has named; for one that was restored.
            encrypted: as it travels; packed but plain otherwise.
        """
        codes, held = self.evidence.charter.codes(), self.evidence.held
        to = next(party for party, one in codes.items() if one == code)
        named = {} if whole else {to: self.evidence.line(to).head, **self.named.get(to, {})}
        load = bundle.Load(
            cards=[card.line for card in sorted(held.cards.values(), key=lambda card: card.value.number)],
            charters=[self.circle.line],
            seed=k.SEED,
            epochs=[one.line for one in self.evidence.epochs.values()],
            segments=[one for party in codes for one in self._after(party, named.get(party))],
            seals=[one.line for one in self.evidence.signed_seals.values()],
        )
        heads = self.evidence.heads(self.id)
        envelope = bundle.Envelope(k.AT, self.keys.card.id, self.circle.id, self.id, to, heads)
        packed = bundle.pack(envelope, load, self.keys.officer("carry"))
        return bundle.encrypt(packed, held.newest(to).value.recipients) if encrypted else packed

    def _after(self, party: str, head: str | None) -> Iterator[tuple[bytes, bytes]]:
        """The segments held of a feed that do not lead to a head, on every branch."""
        known = (self.evidence.way(party, head) if head else ()) or ()
        for header, statements in self.evidence.segments.values():
            if header.value.party == party and header.id not in known:
                yield header.line, segment.write_body(statements)

    def read(self, data: bytes) -> None:
        """Read a bundle, plain or as it travels."""
        plain = bundle.decrypt(data, [k.AGE[self.keys.drawer][0]]) if data.startswith(b"age-") else data
        opened = bundle.Opened(plain)
        manifest = opened.manifest.value
        if manifest.to != self.id:
            raise Unproven("bundle-not-to-us")
        self.evidence.take(opened)
        self.named[manifest.sender] = dict(manifest.seen)
        if manifest.sender in self.owed and self._is_since_restore(manifest.seen[self.id]):
            self.owed.remove(manifest.sender)
            if not self.owed:
                self._settle()

    # Restores

    def back_up(self) -> Party:
        """A copy of what the node holds."""
        twin = copy(self)
        twin.evidence = self.evidence.copy()
        twin.named, twin.frozen, twin.owed = dict(self.named), dict(self.frozen), set(self.owed)
        return twin

    def restore(self, backup: Party, *bundles: bytes) -> None:
        """Go back to a copy, read some bundles, then have the root keys sign an epoch; what was pending is lost."""
        self.evidence, self.named, self.frozen = backup.evidence.copy(), dict(backup.named), dict(backup.frozen)
        self.pending, self.owed = {}, set()
        for data in bundles:
            self.read(data)
        self.ceremony += 1
        base = self.evidence.line(self.id).head
        self.evidence.add_epoch(k.epoch_of(self.keys, self.circle, base=base, number=self.ceremony))
        if self.id == self.evidence.charter.proposer:
            self.owed = set(self.evidence.charter.others(self.id))

    def _is_since_restore(self, head: str) -> bool:
        record, found = self.evidence.epochs.get(head), self.evidence.segments.get(head)
        epoch = record.value.number if record else found[0].value.epoch if found else 0
        return epoch == self.ceremony

    def _settle(self) -> None:
        """What a restored proposer owes: it receipts every offer that all accepted and nobody withdrew."""
        for name, one in self.evidence.seals().items():
            if isinstance(one, seal.Offer):
                try:
                    self.receipt(name)
                except NotNow:
                    continue

    # Sealing

    def freeze(self, name: str, *languages: str) -> edition.Freeze:
        """Close a scope at the heads held now, unless something keeps it open."""
        scope, tongues = item(name), sorted(languages or self.evidence.charter.languages)
        found = edition.freeze(self.standing, scope, tongues)
        if not found.obstacles:
            self.frozen[scope] = self.evidence.heads(), tongues
        return found

    def offer(self, name: str) -> str:
        """Offer the edition of a scope that is frozen."""
        scope, seals = item(name), self.evidence.seals()
        self._check_owed()
        duty.may_offer(seals, self.evidence.charter, self.id, scope)
        if scope not in self.frozen:
            raise NotNow("not-frozen")
        cut, languages = self.frozen[scope]
        numbers = [one.edition.number for one in seals.values() if isinstance(one, seal.Offer)]
        number = seal.EditionNumber(self.evidence.line(self.id).epoch, max(numbers, default=0) + 1)
        content = edition.require(edition.freeze(self.evidence.standing(SCHEMA, cut), scope, languages))
        what = {
            "edition": number,
            "languages": languages,
            "previous": duty.last(seals, self.evidence.charter, scope) or UNSET,
            "root": edition.root_of(content, edition.Naming(self.circle.id, scope, number), k.SEED),
            "scope": scope,
        }
        return self._seal(k.offer_of(self.keys, self.circle, cut, **what))

    def the_offer(self) -> str:
        """The offer that stands."""
        seals = self.evidence.seals()
        found = [name for name, one in seals.items() if isinstance(one, seal.Offer) and not seal.is_ended(seals, name)]
        if len(found) != 1:
            raise NotNow("offer-unclear", count=len(found), choices=", ".join(found))
        return found[0]

    def content_of(self, name: str) -> edition.Content:
        """What an offer says, computed again from its cut, which must lie on everybody's line."""
        found = seal.offer(self.evidence.seals(), name)
        standing = self.evidence.standing(SCHEMA, found.cut)
        for party, head in found.cut.items():
            way = self.evidence.way(party, head)
            if way is None or self.evidence.line(party).ids[: len(way)] != way:
                raise NotNow("cut-off-line", code=self.evidence.charter.codes()[party])
        content = edition.require(edition.freeze(standing, found.scope, found.languages))
        if edition.root_of(content, edition.Naming(self.circle.id, found.scope, found.edition), k.SEED) != found.root:
            raise Unproven("edition-root")
        return content

    def accept(self, name: str = "") -> str:
        """Accept an offer after computing it again."""
        name = name or self.the_offer()
        duty.may_accept(self.evidence.seals(), self.evidence.charter, self.id, name, self.evidence.held)
        self.content_of(name)
        return self._seal(k.accept_of(self.keys, self.circle, name))

    def receipt(self, name: str = "") -> str:
        """Put an offer in force that all have accepted."""
        name = name or self.the_offer()
        self._check_owed()
        held = self.evidence.held
        accepts = duty.may_receipt(self.evidence.seals(), self.evidence.charter, self.id, name, held)
        return self._seal(k.receipt_of(self.keys, self.circle, name, accepts))

    def back_out(self, name: str = "") -> str:
        """Withdraw an offer, or its acceptance."""
        name = name or self.the_offer()
        duty.may_withdraw(self.evidence.seals(), self.id, name)
        return self._seal(k.withdraw_of(self.keys, self.circle, name))

    def _seal(self, one: Signed[seal.Seal]) -> str:
        self.evidence.add_seal(one)
        return one.id

    def _check_owed(self) -> None:
        if self.owed:
            raise NotNow("restored")

    def concluded(self) -> set[str]:
        """The offers that are concluded, as this party has it."""
        return seal.concluded(self.evidence.seals(), self.evidence.charter)

    def edition_file(self, name: str) -> bytes:
        """The edition in force of a scope as a file that anybody can check."""
        seals, charter = self.evidence.seals(), self.evidence.charter
        offer = duty.last(seals, charter, item(name))
        steps = (one for one, _ in seal.steps_of(seals, offer, seal.Accept, seal.Receipt))
        signed = [self.evidence.signed_seals[one] for one in (offer, *steps)]
        proof = Proof(tuple(self.evidence.held.cards.values()), self.circle, tuple(signed))
        return edition.write(proof, self.content_of(offer), k.SEED)


def found(*codes: str) -> dict[str, Party]:
    """Parties that have founded a plan; the first of them proposes editions."""
    keys = [KEYS[code] for code in codes]
    circle, cards = k.circle(*keys), [card for one in keys for card in one.cards]
    return {one.code: Party(one, circle, cards) for one in keys}
