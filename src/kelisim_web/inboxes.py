"""The inbox of another node: which addresses serve, and handing a bundle in there.

What encrypts the way is the server in front of that node; the bundle is encrypted to its party in any case.
"""

from __future__ import annotations

import ssl
from http import HTTPStatus
from http.client import HTTPConnection, HTTPSConnection
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from kelisim.errors import BadValue

if TYPE_CHECKING:
    from pathlib import Path

TYPE: Final = "application/octet-stream"
PATH: Final = "/inbox/"
PATIENCE: Final = 60  # seconds in which the other side must answer
LONGEST: Final = 500


def checked(address: str) -> str:
    """An address of an inbox, as it is kept.

    Raises:
        BadValue: it is none, or leads over an open network without encryption.
    """
    found = _parts(address)
    if found is None or len(address) > LONGEST or (found.scheme != "https" and not _is_here(found)):
        raise BadValue("inbox-address", address=address[:100])
    return found._replace(path=PATH if found.path in ("", "/") else found.path).geturl()


def hand_in(address: str, file: Path) -> bool:
    """Hand a bundle in, and say whether it was taken or refused. Nobody is sent on to another address.

    Raises:
        BadValue: see `checked`.
        OSError, HTTPException: there is no answer, or the other node cannot take anything now.
    """
    to = urlsplit(checked(address))
    connection = _connection(to)
    try:
        with file.open("rb") as bundle:
            said = {"Host": to.netloc, "Content-Type": TYPE, "Content-Length": str(file.stat().st_size)}
            connection.request("POST", to.path, bundle, said)
        status = connection.getresponse().status
    finally:
        connection.close()
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise ConnectionError(f"HTTP {status}")
    return status == HTTPStatus.NO_CONTENT


def _connection(to: SplitResult) -> HTTPConnection:
    if to.scheme == "https":
        return HTTPSConnection(to.hostname or "", to.port, timeout=PATIENCE, context=ssl.create_default_context())
    return HTTPConnection("127.0.0.1", to.port, timeout=PATIENCE)


def _parts(address: str) -> SplitResult | None:
    try:
        found = urlsplit(address.strip())
        known = found.hostname and (found.port or True)
    except ValueError:
        return None
    plain = address.isprintable() and " " not in address.strip()
    plain = plain and not (found.username or found.password or found.query or found.fragment)
    return found if known and plain and found.scheme in ("http", "https") else None


def _is_here(address: SplitResult) -> bool:
    """Is it on this machine? A name below `localhost` is, whatever a resolver says (RFC 6761)."""
    host = address.hostname or ""
    return host in ("localhost", "127.0.0.1") or host.endswith(".localhost")
