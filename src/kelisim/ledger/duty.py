"""The duties of an honest party when it seals. The rule of the seals does not ask for them; concluding once does.

- One offer of a scope at a time; the proposer offers on the last concluded edition it holds.
- A corrigendum corrects an edition: where nothing is concluded none is offered, accepted or receipted.
- A party acts only on seals whose card is the newest it holds of their author.
- It accepts no second offer of one scope and `previous` until it holds the proposer's withdrawal of the first.
- The proposer receipts no offer that anyone withdrew, and none beside another: what it receipts follows the last
  concluded edition that it holds. A withdrawal undoes no receipt.

Without these, two plans can be concluded when bundles cross or a proposer is restored; with them, never.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from kelisim.errors import NotNow
from kelisim.ledger.seal import Accept, Offer, Receipt, Withdraw, conclusions, is_ended, steps_of
from kelisim.ledger.seal import offer as the_offer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kelisim.ledger.charter import Charter
    from kelisim.ledger.judge import Held
    from kelisim.ledger.seal import Seal


def last(seals: Mapping[str, Seal], charter: Charter, scope: str) -> str:
    """The last concluded offer of a scope; "" where there is none.

    Raises:
        NotNow: two are concluded side by side, and neither can be built upon.
    """
    found = conclusions(seals, charter, scope)
    if found.contested:
        raise NotNow("conclusion-contested")
    return found.standing[-1] if found.standing else ""


def _check_previous(found: Offer, seals: Mapping[str, Seal], charter: Charter) -> None:
    """Does an offer follow what is in force?"""
    previous = "" if found.previous is UNSET else found.previous
    if previous != last(seals, charter, found.scope):
        raise NotNow("offer-other-previous")
    if found.corrects is not UNSET and not previous:
        raise NotNow("nothing-to-correct")


def standing_offers(seals: Mapping[str, Seal], scope: str) -> list[str]:
    """The offers over a scope that are neither withdrawn by anyone nor receipted."""
    return [
        name
        for name, one in seals.items()
        if isinstance(one, Offer) and one.scope == scope and not is_ended(seals, name)
    ]


def may_offer(seals: Mapping[str, Seal], charter: Charter, party: str, scope: str, *, corrects: bool = False) -> None:
    """May this party offer an edition of a scope now, or a corrigendum to the one in force?

    Raises:
        NotNow: it is not the proposer, an offer over the scope stands, or there is nothing to correct.
    """
    if charter.proposer != party:
        raise NotNow("not-the-proposer", code=charter.codes()[charter.proposer])
    if standing_offers(seals, scope):
        raise NotNow("offer-stands")
    if corrects and not last(seals, charter, scope):
        raise NotNow("nothing-to-correct")


def may_accept(seals: Mapping[str, Seal], charter: Charter, party: str, name: str, held: Held) -> None:
    """May this party accept an offer now? What the offer says is for `edition` to compute again.

    Raises:
        NotNow: a duty stands against it.
        Unproven: there is no such offer.
    """
    found = the_offer(seals, name)
    if charter.proposer == party:
        raise NotNow("own-offer")
    if found.card != held.newest(found.party).id:
        raise NotNow("offer-old-card")
    mine = [one.of for one in seals.values() if isinstance(one, Accept) and one.party == party]
    if name in mine:
        raise NotNow("already-accepted")
    if is_ended(seals, name):
        raise NotNow("offer-ended")
    _check_previous(found, seals, charter)
    for other in mine:
        rival = the_offer(seals, other)
        taken_back = any(one.party == charter.proposer for _, one in steps_of(seals, other, Withdraw))
        if (rival.scope, rival.previous) == (found.scope, found.previous) and not taken_back:
            raise NotNow("accepted-another", offer=other[:12])


def may_receipt(seals: Mapping[str, Seal], charter: Charter, party: str, name: str, held: Held) -> list[str]:
    """May this party receipt an offer now?

    Returns:
        The acceptances that the receipt names.

    Raises:
        NotNow: a duty stands against it.
        Unproven: there is no such offer.
    """
    found = the_offer(seals, name)
    if charter.proposer != party:
        raise NotNow("not-the-proposer", code=charter.codes()[charter.proposer])
    if is_ended(seals, name):
        raise NotNow("offer-ended")
    _check_previous(found, seals, charter)
    accepts = {one.party: seal for seal, one in steps_of(seals, name, Accept) if one.card == held.newest(one.party).id}
    waiting = [charter.codes()[other] for other in charter.others(party) if other not in accepts]
    if waiting:
        raise NotNow("not-all-accepted", codes=", ".join(waiting))
    return sorted(accepts.values())


def may_withdraw(seals: Mapping[str, Seal], party: str, name: str) -> None:
    """May this party withdraw its offer, or its acceptance, now?

    The proposer may after another party has: whoever else accepted waits for its word before it accepts a second.

    Raises:
        NotNow: it has sealed nothing over it, has withdrawn already, or the offer is receipted.
        Unproven: there is no such offer.
    """
    found = the_offer(seals, name)
    accepted = any(one.party == party for _, one in steps_of(seals, name, Accept))
    if found.party != party and not accepted:
        raise NotNow("nothing-sealed")
    receipted = any(True for _ in steps_of(seals, name, Receipt))
    if receipted or any(one.party == party for _, one in steps_of(seals, name, Withdraw)):
        raise NotNow("offer-ended")
