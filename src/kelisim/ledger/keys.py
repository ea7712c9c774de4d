"""Keys and signatures.

The algorithm belongs to the key: a card names it beside the key, and the first bytes of the key say it again. A key
is written as the base64 of its SubjectPublicKeyInfo (DER), in the one encoding that its algorithm has here; its id is
the first 32 hex digits of the SHA-256 of that DER. Its point is checked once, when a card enrols it. What is signed is
the DSSE pre-authentication encoding of a type and the bytes; every signature has 64 bytes.

Ed25519 follows one fixed rule, libsodium's: with the check of the point, two libraries that differ on edge cases then
accept the same signatures. P-256 is for tokens, many of which have nothing else: ECDSA with SHA-256, written as r and
s, big-endian, 32 bytes each, from 1 to below the order. Where s holds, the order less s holds too, and both are taken:
tokens give either, and ids are of the JSON alone, so nothing hangs on which of the two is held.

Source: RFC 8032 (Ed25519), RFC 8410 (its keys in DER), FIPS 186-5 (ECDSA), RFC 5480 (its keys in DER), RFC 6979
(ECDSA without lots), DSSE v1 protocol (PAE).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from nacl import bindings
from nacl.exceptions import BadSignatureError

from kelisim.errors import Unproven

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ED25519: Final = "Ed25519"
P256: Final = "P-256"
SIGNATURE: Final = 64
_HALF: Final = 32
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # FIPS 186-5: n of P-256


class Signer(Protocol):
    """Whatever can sign: a key in a file, or on a token."""

    @property
    def alg(self) -> str:
        """The algorithm's name, as a card writes it."""

    @property
    def key(self) -> str:
        """The public key as a card writes it: base64 of its SubjectPublicKeyInfo."""

    def sign(self, message: bytes) -> bytes:
        """The raw signature."""


class Ed25519Signer:
    """An Ed25519 key whose secret lies in memory.

    Args:
        secret: the 32 bytes of RFC 8032's private key. Making them is the caller's task: the ledger draws no lots.
    """

    alg = ED25519

    def __init__(self, secret: bytes) -> None:
        point, self._secret = bindings.crypto_sign_seed_keypair(secret)
        self.key = write_key(ED25519, point)

    def sign(self, message: bytes) -> bytes:
        """The raw signature of 64 bytes."""
        return bindings.crypto_sign(message, self._secret)[:SIGNATURE]


class P256Signer:
    """A P-256 key whose secret lies in memory.

    Args:
        secret: the number of the private key, from 1 to below the order; drawing it is the caller's task.
    """

    alg = P256

    def __init__(self, secret: int) -> None:
        self._secret = ec.derive_private_key(secret, ec.SECP256R1())
        point = self._secret.public_key().public_numbers()
        self.key = write_key(P256, _in_halves(point.x, point.y))

    def sign(self, message: bytes) -> bytes:
        """The raw signature of 64 bytes, the same each time."""
        der = self._secret.sign(message, ec.ECDSA(SHA256(), deterministic_signing=True))
        return _in_halves(*utils.decode_dss_signature(der))


def _in_halves(first: int, second: int) -> bytes:
    return first.to_bytes(_HALF, "big") + second.to_bytes(_HALF, "big")


def _is_ed25519_point(point: bytes) -> bool:
    return bool(bindings.crypto_core_ed25519_is_valid_point(point))


def _ed25519_holds(point: bytes, signature: bytes, message: bytes) -> bool:
    try:
        bindings.crypto_sign_open(signature + message, point)
    except BadSignatureError:
        return False
    return True


@cache
def _p256(point: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + point)


def _is_p256_point(point: bytes) -> bool:
    try:
        _p256(point)
    except ValueError:  # off the curve, or not reduced; infinity cannot be written in this form
        return False
    return True


def _p256_holds(point: bytes, signature: bytes, message: bytes) -> bool:
    r, s = (int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:]))
    if not (0 < r < _ORDER and 0 < s < _ORDER):
        return False
    try:
        _p256(point).verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


class _Algorithm(NamedTuple):
    """What a card may name as `alg`.

    Attributes:
        before: what the DER of every key of it begins with, up to the point.
        size: of the point, in bytes.
        is_point: may a point be enrolled?
        holds: of a point, a signature of 64 bytes and a message: does it hold?
    """

    before: bytes
    size: int
    is_point: Callable[[bytes], bool]
    holds: Callable[[bytes, bytes, bytes], bool]


_ALGORITHMS: Final = {
    ED25519: _Algorithm(bytes.fromhex("302a300506032b6570032100"), 32, _is_ed25519_point, _ed25519_holds),
    P256: _Algorithm(
        bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004"), 64, _is_p256_point, _p256_holds
    ),
}
ALGORITHMS: Final = tuple(_ALGORITHMS)


def write_key(alg: str, point: bytes) -> str:
    """A key as a card writes it.

    Args:
        alg: its algorithm.
        point: 32 bytes of Ed25519; of P-256 the two coordinates, 32 bytes each.
    """
    return base64.b64encode(_ALGORITHMS[alg].before + point).decode()


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


def alg_of(key: str) -> str:
    """The algorithm that a key belongs to, by what it begins with.

    Raises:
        Unproven: it is in the one encoding of none.
    """
    key_id(key)
    der = base64.b64decode(key)
    for alg, known in _ALGORITHMS.items():
        if der.startswith(known.before) and len(der) == len(known.before) + known.size:
            return alg
    raise Unproven("key-not-a-point", key=key[:80])


@cache
def _read_key(key: str) -> tuple[_Algorithm, bytes]:
    known = _ALGORITHMS[alg_of(key)]
    return known, base64.b64decode(key)[len(known.before) :]


def enrol(alg: str, key: str) -> None:
    """Check a key once, when a card names it: a known algorithm, the one encoding, a point that libraries agree on.

    Raises:
        Unproven: the key may not be enrolled.
    """
    if alg not in _ALGORITHMS:
        raise Unproven("key-algorithm-unknown", alg=alg[:80])
    known, point = _read_key(key)
    if write_key(alg, point) != key or not known.is_point(point):
        raise Unproven("key-not-a-point", key=key[:80])


def pae(kind: str, data: bytes) -> bytes:
    """What a signature covers: the type and the bytes, each with its length (DSSE v1)."""
    name = b"application/vnd.kelisim.%b.v1+json" % kind.encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(data), data)


def verify(key: str, signature: bytes, message: bytes) -> None:
    """Refuse a signature that does not hold under an enrolled key, by the rule of its algorithm.

    Raises:
        Unproven: it does not hold.
    """
    known, point = _read_key(key)
    if len(signature) != SIGNATURE or not known.holds(point, signature, message):
        raise Unproven("signature-bad", key=key_id(key))


def by_id(keys: Mapping[str, str] | list[str]) -> dict[str, str]:
    """Keys by their ids."""
    return {key_id(key): key for key in keys}
