"""Closing a scope: freeze, offer, accept, receipt, withdraw, and the edition as a file.

Whether a party may seal is for `kelisim.ledger.duty` to say; what it seals is computed again from the evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from msgspec import UNSET, structs

from kelisim import edition
from kelisim.errors import NotNow, Unknown, Unproven
from kelisim.ledger import card as cards
from kelisim.ledger import duty, judge, record, seal
from kelisim.plan import schema
from kelisim.proof import Proof
from kelisim_web import derive, officers, restored, store
from kelisim_web.models.desk import Frozen
from kelisim_web.queries.editions import content_of, offer_of, the_edition
from kelisim_web.queries.standing import standing_at, standing_of
from kelisim_web.us import our_party

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kelisim.ledger.charter import Charter
    from kelisim.ledger.judge import Held
    from kelisim.ledger.record import Signed
    from kelisim_web.access import Seat


def preview(seat: Seat, circle: str, scope: str, languages: Sequence[str]) -> edition.Freeze:
    """What freezing a scope now would give, and what keeps it from being frozen."""
    return edition.freeze(standing_of(seat, circle), scope, languages or store.charter(circle).value.languages)


def freeze(seat: Seat, circle: str, scope: str, languages: Sequence[str]) -> edition.Freeze:
    """Close a scope for its edition, at the heads held now. Nothing is closed when something keeps it open."""
    with transaction.atomic():
        charter = store.founded(circle, store.cards_held())
        found = preview(seat, circle, scope, languages)
        if not found.obstacles:
            row = {
                "cut": store.heads(charter),
                "languages": sorted(languages or charter.value.languages),
                "at": seat.node.now(),
            }
            Frozen.objects.update_or_create(circle=circle, scope=scope, defaults=row)
    return found


def lift(seat: Seat, circle: str, scope: str) -> None:
    """Open a scope again that we had frozen.

    Raises:
        NotNow: it is not frozen, or an offer over it stands.
    """
    del seat
    if duty.standing_offers(store.values(store.seals(circle, store.cards_held())), scope):
        raise NotNow("offer-stands")
    count, _ = Frozen.objects.filter(circle=circle, scope=scope).delete()
    if not count:
        raise NotNow("not-frozen")


def offer(seat: Seat, circle: str, scope: str, key: str = "", *, corrects: bool = False) -> Sealed:
    """Offer the edition of a scope that we have frozen.

    Args:
        seat: whose node.
        circle: the plan.
        scope: the plan item.
        key: the key that signs, where it is not any on the node.
        corrects: it is a corrigendum, which counts from the start of the edition in force.

    Raises:
        NotNow: we are not the proposer, the scope is not frozen, an offer over it stands already, or there is
            nothing in force to correct.
    """
    with transaction.atomic():
        held = store.cards_held()
        charter = store.founded(circle, held)
        party = our_party()
        seals = store.values(store.seals(circle, held))
        restored.check_sealing(circle)
        duty.may_offer(seals, charter.value, party, scope, corrects=corrects)
        frozen = Frozen.objects.filter(circle=circle, scope=scope).first()
        if frozen is None:
            raise NotNow("not-frozen")
        number = seal.EditionNumber(epoch=store.epoch_of(circle, frozen.cut[party]), number=_last_number(seals) + 1)
        content = edition.require(edition.freeze(standing_at(seat, circle, frozen.cut), scope, frozen.languages))
        value = seal.Offer(
            at=seat.node.now(),
            card=held.newest(party).id,
            circle=circle,
            corrects=1 if corrects else UNSET,
            cut=frozen.cut,
            edition=number,
            languages=frozen.languages,
            party=party,
            previous=duty.last(seals, charter.value, scope) or UNSET,
            root=edition.root_of(content, edition.Naming(circle, scope, number), store.seed(circle)),
            schema=int(content[scope].get("schema", charter.value.schema)),
            scope=scope,
            step="offer",
            v=1,
        )
        return _seal(seat, charter, held, value, key)


def _last_number(seals: Mapping[str, seal.Seal]) -> int:
    return max((one.edition.number for one in seals.values() if isinstance(one, seal.Offer)), default=0)


class Sealed(NamedTuple):
    """A seal that one of our officers has signed.

    Attributes:
        record: the seal, with the signatures so far.
        signed, needed: how many keys have signed it, and how many must before it counts.
    """

    record: Signed[Any]
    signed: int
    needed: int

    @property
    def counts(self) -> bool:
        """Have enough signed?"""
        return self.signed >= self.needed


def _seal(seat: Seat, charter: Signed[Charter], held: Held, value: seal.Seal, key: str) -> Sealed:
    """Sign a seal, or join our signature to the same seal that another of our officers began."""
    card = held.newest(value.party).value
    begun: Signed[Any] = next(
        (
            one
            for one in store.all_seals(charter.id)
            if one.value == structs.replace(value, at=one.value.at) and not judge.seal(one, charter, held)
        ),
        record.unsigned(seal.KIND, value),
    )
    signer = officers.signer(seat.node, card, "seal", key, but=begun.signatures)
    signed = record.countersign(begun, signer)
    store.append_seal(signed, charter, held)
    return Sealed(signed, len(signed.signatures), card.seal_threshold)


def the_offer(seat: Seat, circle: str, name: str = "") -> str:
    """The offer that is meant: of this id or its beginning, or the one that stands when none is named.

    Raises:
        Unknown: there is none, or several.
    """
    del seat
    seals = store.values(store.seals(circle, store.cards_held()))
    offers = [one for one, value in seals.items() if isinstance(value, seal.Offer)]
    found = (
        [one for one in offers if one.startswith(name)]
        if name
        else [one for one in offers if not seal.is_ended(seals, one)]
    )
    if len(found) != 1:
        raise Unknown("offer-unclear", count=len(found), choices=", ".join(one[:12] for one in found or offers))
    return found[0]


def check_offer(seat: Seat, circle: str, name: str) -> None:
    """Recompute what an offer says from its cut.

    Raises:
        Unknown: a piece of the cut is not held yet.
        NotNow: the cut lies off somebody's uncontested line, or is not agreed here.
        Unproven: the content is another than the offer names.
    """
    found = offer_of(seat, circle, name)
    if found.schema > schema().number:
        raise NotNow("offer-newer-schema", number=found.schema, ours=schema().number)
    for party, code in store.charter(circle).value.codes().items():
        way = store.way(circle, party, found.cut[party])
        if way is None:
            raise Unknown("cut-missing", code=code)
        if list(way) != derive.ids(circle, party)[: len(way)]:
            raise NotNow("cut-off-line", code=code)
    if found.edition.epoch != store.epoch_of(circle, found.cut[found.party]):
        raise Unproven("seal-epoch")
    content_of(seat, circle, found)


def accept(seat: Seat, circle: str, name: str, key: str = "") -> Sealed:
    """Accept an offer, after computing it again from what we hold.

    Raises:
        NotNow, Unknown, Unproven: a duty, or the offer itself, stands against it.
    """
    with transaction.atomic():
        held = store.cards_held()
        charter = store.founded(circle, held)
        party = our_party()
        seals = store.values(store.seals(circle, held))
        restored.check_sealing(circle)
        duty.may_accept(seals, charter.value, party, name, held)
        check_offer(seat, circle, name)
        value = seal.Accept(
            at=seat.node.now(), card=held.newest(party).id, circle=circle, of=name, party=party, step="accept", v=1
        )
        return _seal(seat, charter, held, value, key)


def receipt(seat: Seat, circle: str, name: str, key: str = "") -> Sealed:
    """Put an offer in force that all have accepted.

    Raises:
        NotNow: we are not the proposer, somebody has not accepted, or somebody has withdrawn.
    """
    with transaction.atomic():
        held = store.cards_held()
        charter = store.founded(circle, held)
        party = our_party()
        seals = store.values(store.seals(circle, held))
        restored.check_sealing(circle, receipt=True)
        accepts = duty.may_receipt(seals, charter.value, party, name, held)
        value = seal.Receipt(
            accepts=accepts,
            at=seat.node.now(),
            card=held.newest(party).id,
            circle=circle,
            of=name,
            party=party,
            step="receipt",
            v=1,
        )
        sealed = _seal(seat, charter, held, value, key)
        if sealed.counts:
            Frozen.objects.filter(circle=circle, scope=seal.offer(seals, name).scope).delete()
            restored.settle(circle, held)
    return sealed


def withdraw(seat: Seat, circle: str, name: str, key: str = "") -> Sealed:
    """Withdraw our offer, or our acceptance, for good.

    Raises:
        NotNow: we have neither offered nor accepted it, or it is in force.
    """
    with transaction.atomic():
        held = store.cards_held()
        charter = store.founded(circle, held)
        party = our_party()
        seals = store.values(store.seals(circle, held))
        restored.check_sealing(circle)
        duty.may_withdraw(seals, party, name)
        value = seal.Withdraw(
            at=seat.node.now(), card=held.newest(party).id, circle=circle, of=name, party=party, step="withdraw", v=1
        )
        sealed = _seal(seat, charter, held, value, key)
        if sealed.counts:
            Frozen.objects.filter(circle=circle, scope=seal.offer(seals, name).scope).delete()
    return sealed


def edition_file(seat: Seat, circle: str, scope: str, number: str = "") -> bytes:
    """A concluded edition of a scope as a file that anybody can check: of this number, or the one in force.

    Raises:
        NotNow: nothing is concluded of this scope.
        Unknown: there is no edition of this number.
    """
    name = the_edition(seat, circle, scope, number)
    charter = store.charter(circle)
    signed = store.seals(circle, store.cards_held())
    steps = dict(seal.steps_of(store.values(signed), name, seal.Accept, seal.Receipt))
    parties = charter.value.codes()
    proof = Proof(
        cards=tuple(card for card in store.all_cards() if cards.party_of(card) in parties),
        charter=charter,
        seals=(signed[name], *(signed[one] for one in steps)),
    )
    return edition.write(proof, content_of(seat, circle, proof.offer), store.seed(circle))
