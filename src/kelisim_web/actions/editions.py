"""Closing a scope: freeze, offer, accept, receipt, withdraw, and the edition as a file.

Whether a party may seal is for `kelisim.ledger.duty` to say; what it seals is computed again from the evidence. Who
consents before the node seals at the site is in `consents`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import transaction
from msgspec import UNSET, structs

from kelisim import edition
from kelisim.errors import BadValue, NotNow, Unknown, Unproven
from kelisim.ledger import card as cards
from kelisim.ledger import duty, judge, record, seal
from kelisim.plan import schema
from kelisim.proof import Proof
from kelisim_web import derive, officers, restored, store
from kelisim_web.access import Act, check
from kelisim_web.models.desk import Consent, Frozen
from kelisim_web.queries.consents import Deed, consents_to, persons_needed
from kelisim_web.queries.editions import content_of, offer_of, the_edition
from kelisim_web.queries.standing import standing_at, standing_of
from kelisim_web.us import our_party

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kelisim.ledger.card import Card
    from kelisim.ledger.charter import Charter
    from kelisim.ledger.judge import Held
    from kelisim.ledger.record import Signed
    from kelisim_web.access import Seat


def preview(seat: Seat, circle: str, scope: str, languages: Sequence[str]) -> edition.Freeze:
    """What freezing a scope now would give, and what keeps it from being frozen."""
    return edition.freeze(standing_of(seat, circle), scope, languages or store.charter(circle).value.languages)


def freeze(seat: Seat, circle: str, scope: str, languages: Sequence[str]) -> edition.Freeze:
    """Close a scope for its edition, at the heads held now. Nothing is closed when something keeps it open.

    Who had consented to an offer over it had consented to other words: they are asked again.

    Raises:
        BadValue: the plan is not in one of the languages.
        Forbidden: not from this seat.
    """
    check(seat, Act.FREEZE, circle)
    with transaction.atomic():
        charter = store.founded(circle, store.cards_held())
        _check_languages(languages, charter.value.languages)
        found = preview(seat, circle, scope, languages)
        if not found.obstacles:
            row = {
                "cut": store.heads(charter),
                "languages": sorted(languages or charter.value.languages),
                "at": seat.node.now(),
            }
            Frozen.objects.update_or_create(circle=circle, scope=scope, defaults=row)
            _forget_consents(circle, scope, Deed.OFFER, Deed.CORRECT)
    return found


def _check_languages(languages: Sequence[str], spoken: Sequence[str]) -> None:
    for one in languages:
        if one not in spoken:
            raise BadValue("edition-language", language=one, choices=", ".join(spoken))


def lift(seat: Seat, circle: str, scope: str) -> None:
    """Open a scope again that we had frozen.

    Raises:
        NotNow: it is not frozen, or an offer over it stands.
        Forbidden: not from this seat.
    """
    check(seat, Act.FREEZE, circle)
    if duty.standing_offers(store.values(store.seals(circle, store.cards_held())), scope):
        raise NotNow("offer-stands")
    with transaction.atomic():
        count, _ = Frozen.objects.filter(circle=circle, scope=scope).delete()
        _forget_consents(circle, scope, Deed.OFFER, Deed.CORRECT)
    if not count:
        raise NotNow("not-frozen")


def _forget_consents(circle: str, subject: str, *deeds: Deed) -> None:
    Consent.objects.filter(circle=circle, subject=subject, act__in=deeds).delete()


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


class _Ground(NamedTuple):
    """What a seal stands on: cards, the charter, whose node this is, and the seals that count."""

    held: Held
    charter: Signed[Charter]
    party: str
    seals: Mapping[str, seal.Seal]

    @property
    def card(self) -> Signed[Card]:
        return self.held.newest(self.party)


def _ground(circle: str) -> _Ground:
    held = store.cards_held()
    charter = store.founded(circle, held)
    return _Ground(held, charter, our_party(), store.values(store.seals(circle, held)))


def prepared(seat: Seat, circle: str, deed: Deed, subject: str) -> seal.Seal:
    """What would be sealed now; nothing is signed.

    Args:
        seat: whose node.
        circle: the plan.
        deed: what.
        subject: the scope of an offer; of anything else the offer.

    Raises:
        NotNow, Unknown, Unproven: a duty, or the offer itself, stands against it.
        Forbidden: not from this seat.
    """
    return _prepared(seat, _ground(circle), circle, deed, subject)


def _prepared(seat: Seat, ground: _Ground, circle: str, deed: Deed, subject: str) -> seal.Seal:
    check(seat, Act.SEAL, circle)
    restored.check_sealing(circle, receipt=deed is Deed.RECEIPT)
    return _MAKE[deed](seat, ground, circle, subject)


def perform(seat: Seat, circle: str, deed: Deed, subject: str, key: str = "") -> Sealed:
    """Seal. At a terminal one key signs; at the site the node signs with as many of its keys as the card asks for.

    Raises:
        NotNow, Unknown, Unproven: as `prepared`; or not enough officers have consented at the site.
        Forbidden: not from this seat.
    """
    with transaction.atomic():
        ground = _ground(circle)
        value = _prepared(seat, ground, circle, deed, subject)
        if seat.places is not None:
            _check_consents(seat, circle, deed, subject)
        sealed = _sign(seat, ground, value, key)
        while seat.places is not None and not sealed.counts and _has_another(seat, ground, sealed):
            sealed = _sign(seat, ground, value, key)
        _forget_consents(circle, subject, deed)
        if sealed.counts and deed in (Deed.RECEIPT, Deed.WITHDRAW):
            Frozen.objects.filter(circle=circle, scope=seal.offer(ground.seals, subject).scope).delete()
        if sealed.counts and deed is Deed.RECEIPT:
            restored.settle(circle, ground.held)
    return sealed


def _check_consents(seat: Seat, circle: str, deed: Deed, subject: str) -> None:
    given, needed = len(consents_to(seat, circle, deed, subject)), persons_needed(seat)
    if given < needed:
        raise NotNow("consent-missing", given=given, needed=needed)


def _has_another(seat: Seat, ground: _Ground, sealed: Sealed) -> bool:
    """Is there a key on this node that may seal and has not signed this?"""
    here = officers.on_node(seat.node).keys() & ground.card.value.may("seal").keys()
    return bool(here - sealed.record.signatures.keys())


def _sign(seat: Seat, ground: _Ground, value: seal.Seal, key: str) -> Sealed:
    """Sign a seal, or join our signature to the same seal that another of our officers began."""
    charter, held, card = ground.charter, ground.held, ground.card.value
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
    return perform(seat, circle, Deed.CORRECT if corrects else Deed.OFFER, scope, key)


def accept(seat: Seat, circle: str, name: str, key: str = "") -> Sealed:
    """Accept an offer, after computing it again from what we hold.

    Raises:
        NotNow, Unknown, Unproven: a duty, or the offer itself, stands against it.
    """
    return perform(seat, circle, Deed.ACCEPT, name, key)


def receipt(seat: Seat, circle: str, name: str, key: str = "") -> Sealed:
    """Put an offer in force that all have accepted.

    Raises:
        NotNow: we are not the proposer, somebody has not accepted, or somebody has withdrawn.
    """
    return perform(seat, circle, Deed.RECEIPT, name, key)


def withdraw(seat: Seat, circle: str, name: str, key: str = "") -> Sealed:
    """Withdraw our offer, or our acceptance, for good.

    Raises:
        NotNow: we have neither offered nor accepted it, or it is in force.
    """
    return perform(seat, circle, Deed.WITHDRAW, name, key)


def _an_offer(seat: Seat, ground: _Ground, circle: str, scope: str, *, corrects: bool = False) -> seal.Seal:
    held, charter, party, seals = ground
    duty.may_offer(seals, charter.value, party, scope, corrects=corrects)
    frozen = Frozen.objects.filter(circle=circle, scope=scope).first()
    if frozen is None:
        raise NotNow("not-frozen")
    number = seal.EditionNumber(epoch=store.epoch_of(circle, frozen.cut[party]), number=_last_number(seals) + 1)
    content = edition.require(edition.freeze(standing_at(seat, circle, frozen.cut), scope, frozen.languages))
    return seal.Offer(
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


def _last_number(seals: Mapping[str, seal.Seal]) -> int:
    return max((one.edition.number for one in seals.values() if isinstance(one, seal.Offer)), default=0)


def _an_accept(seat: Seat, ground: _Ground, circle: str, name: str) -> seal.Seal:
    duty.may_accept(ground.seals, ground.charter.value, ground.party, name, ground.held)
    check_offer(seat, circle, name)
    return seal.Accept(
        at=seat.node.now(), card=ground.card.id, circle=circle, of=name, party=ground.party, step="accept", v=1
    )


def _a_receipt(seat: Seat, ground: _Ground, circle: str, name: str) -> seal.Seal:
    accepts = duty.may_receipt(ground.seals, ground.charter.value, ground.party, name, ground.held)
    return seal.Receipt(
        accepts=accepts,
        at=seat.node.now(),
        card=ground.card.id,
        circle=circle,
        of=name,
        party=ground.party,
        step="receipt",
        v=1,
    )


def _a_withdrawal(seat: Seat, ground: _Ground, circle: str, name: str) -> seal.Seal:
    duty.may_withdraw(ground.seals, ground.party, name)
    return seal.Withdraw(
        at=seat.node.now(), card=ground.card.id, circle=circle, of=name, party=ground.party, step="withdraw", v=1
    )


_MAKE: Final[dict[Deed, Callable[[Seat, _Ground, str, str], seal.Seal]]] = {
    Deed.OFFER: _an_offer,
    Deed.CORRECT: partial(_an_offer, corrects=True),
    Deed.ACCEPT: _an_accept,
    Deed.RECEIPT: _a_receipt,
    Deed.WITHDRAW: _a_withdrawal,
}


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
