"""Two persons before a seal: each consents, with a second factor of their own; with the last consent the node signs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from kelisim.errors import NotNow
from kelisim_web.access import Act, check
from kelisim_web.actions import editions
from kelisim_web.models.desk import Consent
from kelisim_web.queries.consents import consents_to, persons_needed

if TYPE_CHECKING:
    from kelisim_web.access import Seat
    from kelisim_web.actions.editions import Sealed
    from kelisim_web.queries.consents import Deed


class Consented(NamedTuple):
    """What a consent led to.

    Attributes:
        given, needed: how many persons have consented, and how many must.
        sealed: what the node then signed; None while somebody's consent is missing.
    """

    given: int
    needed: int
    sealed: Sealed | None


def consent(seat: Seat, circle: str, deed: Deed, subject: str) -> Consented:
    """Agree that this node seals; it does as soon as enough persons have.

    Args:
        seat: whose; a second factor has been asked for.
        circle: the plan.
        deed: what is sealed.
        subject: the scope of an offer; of anything else the offer.

    Raises:
        NotNow: a duty stands against it; this officer has consented before, and nobody else has yet.
        Forbidden: not from this seat.
    """
    with transaction.atomic():
        editions.prepared(seat, circle, deed, subject)
        _, new = Consent.objects.get_or_create(
            circle=circle, act=deed, subject=subject, officer=seat.officer, defaults={"at": seat.node.now()}
        )
        given, needed = len(consents_to(seat, circle, deed, subject)), persons_needed(seat)
        if given < needed and not new:
            raise NotNow("consent-given", officer=seat.officer, needed=needed)
        sealed = editions.perform(seat, circle, deed, subject) if given >= needed else None
    return Consented(given, needed, sealed)


def take_back(seat: Seat, circle: str, deed: Deed, subject: str) -> None:
    """Take one's consent back, as long as the node has not sealed.

    Raises:
        NotNow: there is none.
        Forbidden: not from this seat.
    """
    check(seat, Act.SEAL, circle)
    mine = Consent.objects.filter(circle=circle, act=deed, subject=subject, officer=seat.officer)
    count, _ = mine.delete()
    if not count:
        raise NotNow("consent-none", officer=seat.officer)
