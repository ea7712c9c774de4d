"""A signed record: one line, `JSON TAB keyid:base64[ keyid:base64…] LF`.

Its id is the SHA-256 of the JSON alone, so signing again is legitimate and copies of one record join their signatures.
A signature by a key that does not count for the record, or one that does not hold, refuses the whole record.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from kelisim.errors import Malformed, Unproven
from kelisim.ledger import keys, profile
from kelisim.ledger.digest import digest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

LONGEST: Final = 64 * 1024
LONGEST_MANIFEST: Final = 1024 * 1024

T = TypeVar("T", bound=profile.Written)

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_SIGNATURE = re.compile(rb"([0-9a-f]{32}):([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True)
class Signed(Generic[T]):
    """A record with the signatures that are known of it.

    Attributes:
        kind: card, charter, segment, epoch, seal or manifest; part of what is signed.
        json: the bytes as they came; they, not `value`, are the evidence.
        value: what they say.
        signatures: raw signatures by key id.
    """

    kind: str
    json: bytes
    value: T
    signatures: Mapping[str, bytes]

    @cached_property
    def id(self) -> str:
        """SHA-256 of the JSON."""
        return digest(self.json)

    @cached_property
    def line(self) -> bytes:
        """The record as it travels."""
        return self.json + b"\t" + _tail(self.signatures)

    def check(self, allowed: Mapping[str, str]) -> None:
        """Refuse the record unless every signature is by a key that counts for it, and holds.

        Args:
            allowed: the keys that count, by id.
        """
        message = keys.pae(self.kind, self.json)
        for key, signature in self.signatures.items():
            if key not in allowed:
                raise Unproven("signature-key-unknown", kind=self.kind, key=key)
            keys.verify(allowed[key], signature, message)

    def count(self, among: Collection[str]) -> int:
        """How many of these keys have signed."""
        return sum(key in self.signatures for key in among)

    def join(self, other: Signed[T]) -> Signed[T]:
        """The same record with the signatures of both copies."""
        return replace(self, signatures={**other.signatures, **self.signatures})


def unsigned(kind: str, value: T) -> Signed[T]:
    """A record that nobody has signed yet: the content of a request to the root keys."""
    return Signed(kind, profile.encode(value), value, {})


def sign(kind: str, value: T, *signers: keys.Signer) -> Signed[T]:
    """Write and sign a record."""
    return countersign(unsigned(kind, value), *signers)


def countersign(record: Signed[T], *signers: keys.Signer) -> Signed[T]:
    """The record with these signatures too."""
    message = keys.pae(record.kind, record.json)
    made = {keys.key_id(signer.key): signer.sign(message) for signer in signers}
    return replace(record, signatures={**record.signatures, **made})


def lines(data: bytes) -> Iterator[bytes]:
    """The lines of a file, each with its LF, which the last may lack. Nothing but LF ends a line."""
    return (line[0] for line in _LINE.finditer(data))  # one at a time: the first bad one refuses all


def parse(line: bytes, kind: str, value: type[T], longest: int = LONGEST) -> Signed[T]:
    """Read a record's line. Nothing of it is believed yet: the signatures are checked by whoever knows the keys.

    Raises:
        Malformed: too long, or not a record of this kind in its one form.
    """
    if len(line) > longest:
        raise Malformed("record-too-long", kind=kind, limit=longest)
    json, tab, tail = line.partition(b"\t")
    if not tab or not tail.endswith(b"\n") or b"\n" in json:
        raise Malformed("record-not-a-line", kind=kind)
    found = [_SIGNATURE.fullmatch(part) for part in tail[:-1].split(b" ")]
    try:
        signatures = {match[1].decode(): base64.b64decode(match[2], validate=True) for match in found if match}
    except binascii.Error as error:
        raise Malformed("record-signatures", kind=kind) from error
    if not all(found) or _tail(signatures) != tail:  # out of order, twice, or not in their one form
        raise Malformed("record-signatures", kind=kind)
    record = Signed(kind, json, profile.decode(json, value, kind), signatures)
    vars(record)["line"] = line  # which it would else write again when it is asked for
    return record


def _tail(signatures: Mapping[str, bytes]) -> bytes:
    """What stands behind the TAB."""
    parts = (f"{key}:{base64.b64encode(signatures[key]).decode()}" for key in sorted(signatures))
    return " ".join(parts).encode() + b"\n"
