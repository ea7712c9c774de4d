"""An epoch: the root keys' answer to a restored backup, a repair, a stolen key, a rotation.

Its `base` is the id after which the party goes on: of a segment, of an earlier record of the party, or of the charter.
Its number comes from the ceremony: every root signer keeps the highest it signed for a circle and refuses an equal one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from kelisim.errors import Unproven
from kelisim.ledger import profile
from kelisim.ledger.profile import Digest, Place, Time, Version, Written

if TYPE_CHECKING:
    from kelisim.ledger.card import Card
    from kelisim.ledger.charter import Charter
    from kelisim.ledger.record import Signed

KIND: Final = "epoch"


class Epoch(Written, frozen=True):
    """Where a party's feed goes on, and under which card."""

    at: Time
    base: Digest
    card: Digest
    circle: Digest
    number: Place
    party: Digest
    reason: Literal["compromise", "repair", "restore", "rotation"]
    v: Version


def check(record: Signed[Epoch], card: Signed[Card], charter: Charter) -> None:
    """Judge an epoch by the card it names.

    Raises:
        Unproven: not a party of the circle, or too few roots have signed.
    """
    profile.check_time(record.value.at)
    if record.value.party not in charter.codes():
        raise Unproven("segment-not-a-party")
    roots = card.value.root_keys()
    record.check(roots)
    if record.count(roots) < card.value.threshold:
        raise Unproven("epoch-too-few-roots", threshold=card.value.threshold)
