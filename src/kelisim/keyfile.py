"""Keys in files: PEM (PKCS #8), readable by their owner alone. Root keys live outside every node.

Where a key file would lie, a file of the same name that ends in `.pkcs11` may lie instead: it holds the URI of a key on
a token, and whoever asks for the key gets that one.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import ValidationError, convert, structs

from kelisim import disk
from kelisim.errors import Malformed, NotNow, Unknown
from kelisim.ledger.card import RootKey
from kelisim.ledger.keys import ED25519, P256, Ed25519Signer, P256Signer, alg_of, enrol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kelisim.ledger.keys import Signer

PUBLIC: Final = "public.json"
CURRENT: Final = "root.pem"
NEXT: Final = "next.pem"
ON_TOKEN: Final = ".pkcs11"  # noqa: S105  (an ending, not a password)


def write_secret(path: Path, data: bytes) -> None:
    """Write a new file that only its owner may read.

    Raises:
        NotNow: there is a file of that name; it is never overwritten.
    """
    try:
        disk.write(path, data, mode=disk.PRIVATE)
    except FileExistsError as error:
        raise NotNow("file-exists", path=str(path)) from error


def write_new_key(path: Path, alg: str = ED25519, uri: str = "") -> Signer:
    """Make a key and keep it in a new file; or keep there where on a token it is.

    Args:
        path: of the key file.
        alg: of a key that is made.
        uri: of a key that is on a token already; nothing is made then, and the file ends in `.pkcs11`.

    Raises:
        NotNow: there is such a file, or the token does not answer.
        BadValue, Malformed, Unknown: the URI leads to no key that can be used.
    """
    if uri:
        return _adopt(path, uri)
    key = ec.generate_private_key(ec.SECP256R1()) if alg == P256 else Ed25519PrivateKey.generate()
    write_secret(
        path,
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
    return _signer(key, path)


def _adopt(path: Path, uri: str) -> Signer:
    from kelisim import token  # noqa: PLC0415  (the library of tokens loads only where there is one)

    found = token.read_uri(uri)
    signer = token.TokenSigner(found)
    write_secret(path.with_suffix(ON_TOKEN), f"{found}\n".encode())
    return signer


def read_key(path: Path) -> Signer:
    """The key in a file, or on the token that a file in its place names.

    Args:
        path: of the key file, whether it is there or the one that ends in `.pkcs11`.

    Raises:
        Unknown: there is no such file, or the token or its key is not there.
        Malformed: it holds no key of an algorithm that format 1 knows.
        NotNow: there are both, or the token does not answer.
    """
    named = path.with_suffix(ON_TOKEN)
    if named.is_file():
        if path.exists():
            raise NotNow("key-twice", path=str(path), other=str(named))
        from kelisim import token  # noqa: PLC0415  (as above)

        return token.TokenSigner(token.read_uri(named.read_text("utf-8")))
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise Unknown("file-missing", path=str(path)) from error
    except (ValueError, TypeError) as error:
        raise Malformed("key-file", path=str(path)) from error
    return _signer(key, path)


def _signer(key: object, path: Path) -> Signer:
    if isinstance(key, Ed25519PrivateKey):
        return Ed25519Signer(key.private_bytes_raw())
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return P256Signer(key.private_numbers().private_value)
    raise Malformed("key-file", path=str(path))


def write_new_roots(directory: Path, alg: str = ED25519, uris: Mapping[str, str] | None = None) -> None:
    """Make a root signer's keys: today's, the next one, and the public file that a card is requested with.

    Args:
        directory: where.
        alg: of the keys that are made.
        uris: of keys that are on tokens already: `root`, `next`.

    Raises:
        NotNow: the directory has keys already.
    """
    tokens, new = uris or {}, not directory.exists()
    directory.mkdir(parents=True, exist_ok=True)
    try:
        now = write_new_key(directory / CURRENT, alg, tokens.get("root", ""))
        following = write_new_key(directory / NEXT, alg, tokens.get("next", ""))
    except BaseException:
        if new:
            shutil.rmtree(directory)  # nothing is left half-made
        raise
    public = {"alg": now.alg, "next": following.key, "root": now.key}
    disk.write(directory / PUBLIC, (json.dumps(public, indent=1) + "\n").encode(), over=True)


def read_public_roots(path: Path) -> tuple[RootKey, RootKey]:
    """Today's and the next public root key of a signer.

    Args:
        path: the public file, or the directory it lies in.

    Raises:
        Unknown, Malformed: no such file, or not one.
        Unproven: a card may not name such a key.
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
    following = structs.replace(following, alg=alg_of(following.key))  # a party may go on with another algorithm
    enrol(following.alg, following.key)
    return now, following


def place_of(path: Path) -> Path:
    """The file that a key lies in: this one, or another of its name, such as one that says where on a token it is."""
    return next(iter(sorted(path.parent.glob(f"{path.stem}.*"))), path)
