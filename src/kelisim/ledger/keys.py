"""Keys and signatures.

Ed25519 under one fixed rule, libsodium's, with a check of the point when a key is enrolled: two libraries that differ
on edge cases then accept the same signatures. A key is written as the base64 of its SubjectPublicKeyInfo (DER,
RFC 8410); its id is the first 32 hex digits of the SHA-256 of that DER. What is signed is the DSSE pre-authentication
encoding of a type and the bytes.

Source: RFC 8032 (Ed25519), RFC 8410 (its keys in DER), DSSE v1 protocol (PAE).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol

from nacl import bindings
from nacl.exceptions import BadSignatureError

from kelisim.errors import Unproven

if TYPE_CHECKING:
    from collections.abc import Mapping

ED25519: Final = "Ed25519"
_ED25519_SPKI: Final = bytes.fromhex("302a300506032b6570032100")  # RFC 8410: AlgorithmIdentifier, then 32 bytes
_POINT: Final = 32
_SIGNATURE: Final = 64


class Signer(Protocol):
    """Whatever can sign: a key in a file today, a token tomorrow."""

    @property
    def alg(self) -> str:
        """The algorithm's name, as a card writes it."""

    @property
    def key(self) -> str:
        """The public key as a card writes it: base64 of its SubjectPublicKeyInfo."""

    def sign(self, message: bytes) -> bytes:
        """The raw signature."""


class Ed25519Signer:
    """A key whose secret lies in memory.

    Args:
        secret: the 32 bytes of RFC 8032's private key. Making them is the caller's task: the ledger draws no lots.
    """

    alg = ED25519

    def __init__(self, secret: bytes) -> None:
        point, self._secret = bindings.crypto_sign_seed_keypair(secret)
        self.key = base64.b64encode(_ED25519_SPKI + point).decode()

    def sign(self, message: bytes) -> bytes:
        """The raw signature of 64 bytes."""
        return bindings.crypto_sign(message, self._secret)[:_SIGNATURE]


@cache
def key_id(key: str) -> str:
    """The name of a key in a record: 32 hex digits.

    Raises:
        Unproven: the key is not base64.
    """
    try:
        return hashlib.sha256(base64.b64decode(key, validate=True)).hexdigest()[:32]
    except binascii.Error as error:
        raise Unproven("key-not-a-point", key=key[:80]) from error


def enrol(alg: str, key: str) -> None:
    """Check a key once, when a card names it: a known algorithm, the one encoding, a point that libraries agree on.

    Raises:
        Unproven: the key may not be enrolled.
    """
    if alg != ED25519:
        raise Unproven("key-algorithm-unknown", alg=alg[:80])
    key_id(key)
    der = base64.b64decode(key)
    point = der[len(_ED25519_SPKI) :]
    whole = base64.b64encode(der).decode() == key and der.startswith(_ED25519_SPKI) and len(point) == _POINT
    if not whole or not bindings.crypto_core_ed25519_is_valid_point(point):
        raise Unproven("key-not-a-point", key=key[:80])


def pae(kind: str, data: bytes) -> bytes:
    """What a signature covers: the type and the bytes, each with its length (DSSE v1)."""
    name = b"application/vnd.kelisim.%b.v1+json" % kind.encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(data), data)


def verify(key: str, signature: bytes, message: bytes) -> None:
    """Refuse a signature that does not hold under an enrolled Ed25519 key.

    Raises:
        Unproven: it does not hold.
    """
    point = base64.b64decode(key)[len(_ED25519_SPKI) :]
    if len(signature) != _SIGNATURE:
        raise Unproven("signature-bad", key=key_id(key))
    try:
        bindings.crypto_sign_open(signature + message, point)
    except BadSignatureError as error:
        raise Unproven("signature-bad", key=key_id(key)) from error


def by_id(keys: Mapping[str, str] | list[str]) -> dict[str, str]:
    """Keys by their ids."""
    return {key_id(key): key for key in keys}
