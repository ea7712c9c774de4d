"""Who has agreed that this node seals: at the site no officer seals alone.

A seal needs the consent of two persons who may seal, or of as many as our card asks for keys where these are more. At a
terminal whoever holds the node's directory and a key seals without.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.errors import Forbidden
from kelisim_web import store
from kelisim_web.access import Act, sit
from kelisim_web.models.desk import Consent
from kelisim_web.models.people import Officer
from kelisim_web.us import our_party

if TYPE_CHECKING:
    from kelisim_web.access import Seat

PERSONS: Final = 2


class Deed(StrEnum):
    """What a party seals; a corrigendum is offered as an edition is, and is not the same to consent to."""

    OFFER = "offer"
    CORRECT = "correct"
    ACCEPT = "accept"
    RECEIPT = "receipt"
    WITHDRAW = "withdraw"


class Given(NamedTuple):
    """A consent: the login and the name of who gave it, and when."""

    officer: str
    name: str
    at: str


def persons_needed(seat: Seat) -> int:
    """How many officers must consent before this node seals."""
    del seat
    return max(PERSONS, store.cards_held().newest(our_party()).value.seal_threshold)


def consents_to(seat: Seat, circle: str, deed: Deed, subject: str) -> list[Given]:
    """Who has consented to a seal and may still seal, in that order.

    Args:
        seat: whose node.
        circle: the plan.
        deed: what.
        subject: the scope of an offer; of anything else the offer.
    """
    names = dict(Officer.objects.values_list("login", "name"))
    rows = Consent.objects.filter(circle=circle, act=deed, subject=subject).order_by("pk")
    return [Given(row.officer, names[row.officer], row.at) for row in rows if _may_still(seat, circle, row.officer)]


def _may_still(seat: Seat, circle: str, officer: str) -> bool:
    try:
        return sit(seat.node, officer).may(Act.SEAL, circle)
    except Forbidden:
        return False
