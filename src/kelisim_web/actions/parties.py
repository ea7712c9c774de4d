"""Other parties, as far as our own desk keeps something of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from kelisim.errors import BadValue, Unknown
from kelisim_web.access import Act, check
from kelisim_web.models.desk import Confirmed

if TYPE_CHECKING:
    from kelisim_web.access import Seat

LONGEST: Final = 500


def set_address(seat: Seat, code: str, address: str) -> None:
    """Say where a party's inbox is; empty where bundles go to it by another way.

    Raises:
        BadValue: it is no address of the web.
        Unknown: there is no such party here.
        Forbidden: not from this seat.
    """
    check(seat, Act.ADMINISTER)
    if address and not _is_of_the_web(address):
        raise BadValue("inbox-address", address=address[:LONGEST])
    if not Confirmed.objects.filter(code=code).update(address=address):
        choices = Confirmed.objects.order_by("code").values_list("code", flat=True)
        raise Unknown("party-unknown", code=code, choices=", ".join(choices))


def _is_of_the_web(address: str) -> bool:
    """Is this an address that bundles can be handed in at? A password has no place in it."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    plain = len(address) <= LONGEST and address.isprintable() and " " not in address
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
