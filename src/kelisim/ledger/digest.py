"""Names made from bytes: SHA-256 in 64 lower-case hex digits, and the digits two people read to each other."""

from __future__ import annotations

import hashlib
from typing import Final

GROUPS: Final = 6


def digest(data: bytes) -> str:
    """SHA-256 of some bytes, as ids are written."""
    return hashlib.sha256(data).hexdigest()


def digits_of(party: str) -> str:
    """Thirty digits of a party's id, six groups of five, to be read over the telephone.

    Each group is five bytes of the id, as one number, modulo 100,000: about 99 bits in all, far more than anyone can
    search for a second card with the same digits.
    """
    raw = bytes.fromhex(party)
    return " ".join(f"{int.from_bytes(raw[5 * n : 5 * n + 5], 'big') % 100_000:05}" for n in range(GROUPS))
