"""Keys with which an officer's programs and calendar ask this node: shown once, and kept as their SHA-256."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from kelisim.errors import BadValue, Unknown
from kelisim_web.models.people import Token

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from kelisim_web.access import Seat

MARK: Final = "kelisim_"  # so that a key that lies about can be known for what it is
BYTES: Final = 32
LONGEST: Final = 100


def make(seat: Seat, name: str, *, drafts: bool = False, feed: bool = False) -> str:
    """Make a key for a program of the officer who sits there.

    Args:
        seat: whose.
        name: by which the officer knows it again.
        drafts: it may draft too; what the officer may not, it may not either.
        feed: it opens the calendar feed and nothing else.

    Returns:
        The key: nobody can be shown it again.

    Raises:
        BadValue: it has no name, or too long a one.
    """
    if not 0 < len(name.strip()) <= LONGEST:
        raise BadValue("program-key-name", longest=LONGEST)
    secret = MARK + secrets.token_urlsafe(BYTES)
    Token.objects.create(
        officer_id=seat.officer,
        name=name.strip(),
        digest=_digest(secret),
        drafts=drafts and not feed,
        feed=feed,
        at=seat.node.now(),
    )
    return secret


def end(seat: Seat, number: int) -> str:
    """End a key of one's own; what it was called.

    Raises:
        Unknown: the officer has no such key.
    """
    token = _tokens().filter(officer=seat.officer, pk=number).first()
    if token is None:
        raise Unknown("program-key-missing")
    token.delete()
    return token.name


def of_officer(seat: Seat) -> list[Token]:
    """The keys of the officer who sits there, newest first."""
    return list(_tokens().filter(officer=seat.officer).order_by("-pk"))


def _tokens() -> QuerySet[Token]:
    return Token.objects.select_related("officer")


def _digest(secret: str) -> str:
    """A key is drawn from 256 bits, so nobody finds it by trying; a slow digest would only slow down each request."""
    return sha256(secret.encode()).hexdigest()
