"""Other parties, as far as our own desk keeps something of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelisim.errors import Unknown
from kelisim_web import inboxes
from kelisim_web.access import Act, check
from kelisim_web.models.desk import Confirmed

if TYPE_CHECKING:
    from kelisim_web.access import Seat


def set_address(seat: Seat, code: str, address: str) -> str:
    """Say where a party's inbox is; empty where it has none. The address as it is kept.

    Raises:
        Unknown: we have confirmed no party that we call so.
        BadValue: the address does not serve.
        Forbidden: not from this seat.
    """
    check(seat, Act.ADMINISTER)
    kept = inboxes.checked(address) if address else ""
    if not Confirmed.objects.filter(code=code).update(address=kept):
        choices = ", ".join(Confirmed.objects.order_by("code").values_list("code", flat=True))
        raise Unknown("party-unknown", code=code, choices=choices)
    return kept
