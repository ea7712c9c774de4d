"""Keys in files: PEM (PKCS #8), readable by their owner alone. Root keys live outside every node."""

from __future__ import annotations

import json
import os
import secrets
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import ValidationError, convert

from kelisim.errors import Malformed, NotNow, Unknown
from kelisim.ledger.card import RootKey
from kelisim.ledger.keys import Ed25519Signer, enrol

if TYPE_CHECKING:
    from pathlib import Path

PUBLIC: Final = "public.json"
CURRENT: Final = "root.pem"
NEXT: Final = "next.pem"
_PRIVATE: Final = 0o600


def write_secret(path: Path, data: bytes) -> None:
    """Write a new file that only its owner may read.

    Raises:
        NotNow: there is a file of that name; it is never overwritten.
    """
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    except FileExistsError as error:
        raise NotNow("file-exists", path=str(path)) from error
    with os.fdopen(number, "wb") as file:
        file.write(data)


def write_new_key(path: Path) -> Ed25519Signer:
    """Make a key, keep it in a new file."""
    secret = secrets.token_bytes(32)
    pem = Ed25519PrivateKey.from_private_bytes(secret).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_secret(path, pem)
    return Ed25519Signer(secret)


def read_key(path: Path) -> Ed25519Signer:
    """The key in a file.

    Raises:
        Unknown: there is no such file.
        Malformed: it holds no Ed25519 key.
    """
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise Unknown("file-missing", path=str(path)) from error
    except (ValueError, TypeError) as error:
        raise Malformed("key-file", path=str(path)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Malformed("key-file", path=str(path))
    return Ed25519Signer(key.private_bytes_raw())


def write_new_roots(directory: Path) -> None:
    """Make a root signer's keys: today's, the next one, and the public file that a card is requested with.

    Raises:
        NotNow: the directory has keys already.
    """
    directory.mkdir(parents=True, exist_ok=True)
    now, following = write_new_key(directory / CURRENT), write_new_key(directory / NEXT)
    public = {"alg": now.alg, "next": following.key, "root": now.key}
    (directory / PUBLIC).write_text(json.dumps(public, indent=1) + "\n", "utf-8")


def read_public_roots(path: Path) -> tuple[RootKey, RootKey]:
    """Today's and the next public root key of a signer.

    Args:
        path: the public file, or the directory it lies in.

    Raises:
        Unknown, Malformed: no such file, or not one.
    """
    file = path / PUBLIC if path.is_dir() else path
    try:
        public = json.loads(file.read_text("utf-8"))
        now, following = (convert({"alg": public["alg"], "key": public[name]}, RootKey) for name in ("root", "next"))
    except OSError as error:
        raise Unknown("file-missing", path=str(file)) from error
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        raise Malformed("key-file", path=str(file)) from error
    enrol(now.alg, now.key)
    enrol(following.alg, following.key)
    return now, following


def place_of(path: Path) -> Path:
    """The file that a key lies in: this one, or another of its name, such as one that says where on a token it is."""
    return next(iter(sorted(path.parent.glob(f"{path.stem}.*"))), path)
