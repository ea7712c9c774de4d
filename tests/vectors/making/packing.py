"""How a bundle is packed and encrypted, written from the specifications so that the same bytes come each time.

Source: age-encryption.org/v1; RFC 8878 (zstd), with blocks that are not compressed.
"""

from __future__ import annotations

import base64
import hmac
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from collections.abc import Sequence

PADDED: Final = 4096
BLOCK: Final = 128 * 1024
CHUNK: Final = 64 * 1024
MAGIC: Final = bytes.fromhex("28b52ffd")


def block(kind: int, size: int, data: bytes, *, last: bool) -> bytes:
    """A block of a frame: kind 0 as it is, kind 1 one byte that is repeated."""
    return (int(last) | kind << 1 | size << 3).to_bytes(3, "little") + data


def frame(plain: bytes) -> bytes:
    """A zstd frame of blocks as they are; its window is its size."""
    pieces = [plain[at : at + BLOCK] for at in range(0, len(plain), BLOCK)] or [b""]
    blocks = [block(0, len(one), one, last=at == len(pieces) - 1) for at, one in enumerate(pieces)]
    return MAGIC + b"\xa0" + len(plain).to_bytes(4, "little") + b"".join(blocks)


def padded(packed: bytes) -> bytes:
    """With zeros to a multiple of 4,096 bytes."""
    return packed + bytes(-len(packed) % PADDED)


def age_key(drawer: int) -> X25519PrivateKey:
    """The secret key of the age identity in a drawer."""
    return X25519PrivateKey.from_private_bytes(bytes([drawer]) * 32)


def age(data: bytes, drawers: Sequence[int], before: bytes = b"") -> bytes:
    """An age file for the identities of some drawers; other stanzas may stand before theirs."""
    file_key = bytes(range(16))
    header = b"age-encryption.org/v1\n" + before + b"".join(_stanza(file_key, drawer) for drawer in drawers) + b"---"
    mac = hmac.digest(_derived(file_key, b"", b"header"), header, "sha256")
    return header + b" " + _base64(mac) + b"\n" + _payload(file_key, data)


def _stanza(file_key: bytes, drawer: int) -> bytes:
    own, theirs = X25519PrivateKey.from_private_bytes(bytes([100 + drawer]) * 32), age_key(drawer).public_key()
    share = own.public_key().public_bytes_raw()
    key = _derived(own.exchange(theirs), share + theirs.public_bytes_raw(), b"age-encryption.org/v1/X25519")
    wrapped = ChaCha20Poly1305(key).encrypt(bytes(12), file_key, None)
    return b"-> X25519 " + _base64(share) + b"\n" + _base64(wrapped) + b"\n"


def _payload(file_key: bytes, data: bytes) -> bytes:
    nonce = bytes([7]) * 16
    cipher = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
    pieces = [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)] or [b""]
    return nonce + b"".join(
        cipher.encrypt(at.to_bytes(11, "big") + bytes([at == len(pieces) - 1]), one, None)
        for at, one in enumerate(pieces)
    )


def _derived(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt or None, info).derive(secret)


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")
