"""What this node could seal of a scope now, who has consented to it, and what stands against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.errors import NotNow, Refusal
from kelisim.language import language_of
from kelisim.ledger import duty, seal
from kelisim.messages import explain
from kelisim_web import restored, store
from kelisim_web.models.desk import Frozen
from kelisim_web.queries.consents import Deed, consents_to
from kelisim_web.us import our_party

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kelisim.ledger.charter import Charter
    from kelisim.ledger.judge import Held
    from kelisim.messages import Message
    from kelisim_web.access import Seat
    from kelisim_web.queries.consents import Given

IDLE: Final = frozenset(("nothing-sealed", "already-accepted"))  # then the question does not arise


class Possible(NamedTuple):
    """A seal that is ours to give, sooner or later.

    Attributes:
        deed, subject: what, of which scope or offer.
        consents: who has consented so far.
        refused: what stands against it now, for the reader; None where nothing does.
    """

    deed: Deed
    subject: str
    consents: list[Given]
    refused: Message | None


class _Ground(NamedTuple):
    circle: str
    charter: Charter
    party: str
    seals: Mapping[str, seal.Seal]
    held: Held


def possible(seat: Seat, circle: str, scope: str, language: str) -> list[Possible]:
    """What we could seal of a scope. What an offer says is computed again only when somebody is about to accept it."""
    held = store.cards_held()
    seals = store.values(store.seals(circle, held))
    ground = _Ground(circle, store.charter(circle).value, our_party(), seals, held)
    found = []
    for deed, subject in _deeds(ground, scope):
        refused = _refusal(ground, deed, subject)
        if refused is None or refused.code not in IDLE:
            told = explain(refused, language_of(language)) if refused else None
            found.append(Possible(deed, subject, consents_to(seat, circle, deed, subject), told))
    return found


def _deeds(ground: _Ground, scope: str) -> Iterator[tuple[Deed, str]]:
    proposes = ground.charter.proposer == ground.party
    offers = duty.standing_offers(ground.seals, scope)
    if proposes and not offers:
        yield Deed.OFFER, scope
        if seal.conclusions(ground.seals, ground.charter, scope).concluded:
            yield Deed.CORRECT, scope
    for offer in offers:
        yield Deed.RECEIPT if proposes else Deed.ACCEPT, offer
        yield Deed.WITHDRAW, offer


def _refusal(ground: _Ground, deed: Deed, subject: str) -> Refusal | None:
    try:
        restored.check_sealing(ground.circle, receipt=deed is Deed.RECEIPT)
        _check_duty(ground, deed, subject)
    except Refusal as found:
        return found
    return None


def _check_duty(ground: _Ground, deed: Deed, subject: str) -> None:
    circle, charter, party, seals, held = ground
    if deed is Deed.ACCEPT:
        duty.may_accept(seals, charter, party, subject, held)
    elif deed is Deed.RECEIPT:
        duty.may_receipt(seals, charter, party, subject, held)
    elif deed is Deed.WITHDRAW:
        duty.may_withdraw(seals, party, subject)
    else:
        duty.may_offer(seals, charter, party, subject, corrects=deed is Deed.CORRECT)
        if not Frozen.objects.filter(circle=circle, scope=subject).exists():
            raise NotNow("not-frozen")
