"""Keys on tokens: whatever speaks PKCS#11, named by a URI such as `pkcs11:token=NORTH;object=state`.

The secret never leaves the token. Its PIN comes from the file that the URI names as `pin-source`, or from the
terminal; it stands in no argument, in no variable and in no file of ours. The public half is read without a PIN. Every
signature is checked before it is given away, since what a token calls a pair of keys need not be one.

Source: RFC 7512 (the URIs), PKCS #11 v2.40 (objects, CKM_ECDSA), v3.0 (CKM_EDDSA), RFC 8410 and RFC 5480 (the curves).
"""

from __future__ import annotations

import getpass
import os
import secrets
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote, unquote, unquote_to_bytes

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, TokenFlag
from pkcs11 import exceptions as errors

from kelisim.errors import BadValue, Malformed, NotNow, Unknown
from kelisim.ledger.keys import ED25519, P256, verify, write_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCHEME: Final = "pkcs11:"
MODULE: Final = "KELISIM_TOKENS"
KNOWN: Final = (
    "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so",
    "/usr/lib64/opensc-pkcs11.so",
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm.so",
)


@dataclass(frozen=True)
class KeyUri:
    """Where a key is; what is empty is not asked for.

    Attributes:
        token, serial: of the token.
        object, id: the label and the id of the key, in both its halves.
        module: the library that speaks to the token.
        pin_source: the file that holds the PIN.
    """

    token: str = ""
    serial: str = ""
    object: str = ""
    id: bytes = b""
    module: str = ""
    pin_source: str = ""

    def __str__(self) -> str:
        path = {"token": self.token, "serial": self.serial, "object": self.object}
        named = [f"{name}={quote(value, safe='')}" for name, value in path.items() if value]
        named += [f"id={quote(self.id, safe='')}"] if self.id else []
        where = {"module-path": self.module, "pin-source": self.pin_source}
        asked = "&".join(f"{name}={quote(value, safe=':/')}" for name, value in where.items() if value)
        return SCHEME + ";".join(named) + (f"?{asked}" if asked else "")


def read_uri(text: str) -> KeyUri:
    """The URI of a key.

    Raises:
        BadValue: it is none, or has an attribute that is not known here; a PIN in it is one of these.
    """
    path, _, query = text.strip().removeprefix(SCHEME).partition("?")
    given = [*path.split(";"), *(query.split("&") if query else ())]
    pairs = [(name, value) for name, equals, value in (one.partition("=") for one in given) if equals]
    values = dict(pairs)
    names = {"token", "serial", "object", "id", "type", "module-path", "pin-source"}
    if not text.strip().startswith(SCHEME) or len(pairs) < len(given) or len(values) < len(pairs):
        raise BadValue("token-uri", value=text[:200])
    if unknown := sorted(set(values) - names):
        raise BadValue("token-uri-attribute", name=unknown[0], choices=", ".join(sorted(names)))
    said = {name: unquote(value) for name, value in values.items()}
    return KeyUri(
        said.get("token", ""),
        said.get("serial", ""),
        said.get("object", ""),
        unquote_to_bytes(values.get("id", "")),
        said.get("module-path", ""),
        said.get("pin-source", "").removeprefix("file://").removeprefix("file:"),
    )


class _Kind(NamedTuple):
    """How a token has the keys of an algorithm.

    Attributes:
        type: the type of key.
        params: the curve, in DER.
        before: what stands before the point, in DER.
        generation: how a new pair is made.
        signing: how a signature is made.
        prepared: what is handed in to be signed, of a message.
    """

    type: KeyType
    params: bytes
    before: bytes
    generation: Mechanism
    signing: Mechanism
    prepared: Callable[[bytes], bytes]


_KINDS: Final = {
    P256: _Kind(
        KeyType.EC,
        bytes.fromhex("06082a8648ce3d030107"),
        bytes.fromhex("044104"),
        Mechanism.EC_KEY_PAIR_GEN,
        Mechanism.ECDSA,
        lambda message: sha256(message).digest(),
    ),
    ED25519: _Kind(
        KeyType.EC_EDWARDS,
        bytes.fromhex("06032b6570"),
        bytes.fromhex("0420"),
        Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
        Mechanism.EDDSA,
        bytes,
    ),
}


class TokenSigner:
    """A key on a token.

    Args:
        uri: where it is; the token is asked at once for its public half.

    Raises:
        Unknown: the module, the token or the key is not there.
        Malformed: the key is of a kind that format 1 does not know.
    """

    def __init__(self, uri: KeyUri) -> None:
        with _opened(uri) as session:
            public = _one(session, uri)
            self.alg, self.key = _read_public(public)
            self._uri = replace(uri, id=public.id)

    def sign(self, message: bytes) -> bytes:
        """The raw signature of 64 bytes; the token asks for its PIN.

        Raises:
            NotNow: the PIN is wrong, missing or locked.
            Unknown: the token has only the public half.
            Unproven: the private half under this name belongs to another key.
        """
        kind = _KINDS[self.alg]
        with _opened(self._uri, _pin(self._uri)) as session:
            private = _one(session, self._uri, ObjectClass.PRIVATE_KEY)
            signature: bytes = private.sign(kind.prepared(message), mechanism=kind.signing)
        verify(self.key, signature, message)
        return signature


def make_key(uri: KeyUri, alg: str) -> TokenSigner:
    """Make a new key on a token, which never gives its secret away.

    Raises:
        BadValue: the URI does not say what the key is to be called.
        NotNow: there is such a key already, or the token cannot make one.
        Unknown: the module or the token is not there.
    """
    if not uri.object:
        raise BadValue("token-uri", value=str(uri))
    kind, name = _KINDS[alg], uri.id or secrets.token_bytes(8)
    with _opened(uri, _pin(uri), rw=True) as session:
        if list(session.get_objects({Attribute.LABEL: uri.object})):
            raise NotNow("token-key-exists", object=uri.object, token=_called(uri))
        curve = session.create_domain_parameters(kind.type, {Attribute.EC_PARAMS: kind.params}, local=True)
        curve.generate_keypair(mechanism=kind.generation, store=True, label=uri.object, id=name)
    return TokenSigner(replace(uri, id=name))


class OnToken(NamedTuple):
    """A key that a module offers.

    Attributes:
        uri: how to name it.
        alg: its algorithm; empty where format 1 does not know it.
        key: as a card writes it; empty likewise.
    """

    uri: KeyUri
    alg: str
    key: str


def list_keys(module: str) -> Iterator[tuple[KeyUri, list[OnToken]]]:
    """The tokens that a module offers, and the keys on each.

    Args:
        module: the library's path; empty for the one that is found.

    Raises:
        Unknown: there is no such module.
    """
    asked = KeyUri(module=module)
    with _worded(asked):
        for token in _tokens(asked):
            where = KeyUri(token=token.label, serial=token.serial.decode(), module=module)
            with token.open() as session:
                yield where, [_on_token(where, one) for one in _keys(session, KeyUri(), ObjectClass.PUBLIC_KEY)]


def _on_token(where: KeyUri, public: pkcs11.PublicKey) -> OnToken:
    uri = replace(where, object=public.label or "", id=b"" if public.label else public.id)
    try:
        return OnToken(uri, *_read_public(public))
    except Malformed:
        return OnToken(uri, "", "")


def _read_public(public: pkcs11.PublicKey) -> tuple[str, str]:
    """The algorithm of a key, and the key as a card writes it."""
    for alg, kind in _KINDS.items():
        if public.key_type is kind.type and bytes(public[Attribute.EC_PARAMS]) == kind.params:
            return alg, write_key(alg, bytes(public[Attribute.EC_POINT]).removeprefix(kind.before))
    raise Malformed("token-key-kind", object=public.label or "", choices=", ".join(_KINDS))


@contextmanager
def _opened(uri: KeyUri, pin: str | None = None, *, rw: bool = False) -> Iterator[pkcs11.Session]:
    with _worded(uri):
        found = list(_tokens(uri))
        if not found:
            choices = ", ".join(one.label for one in _tokens(KeyUri(module=uri.module)))
            raise Unknown("token-missing", token=_called(uri), choices=choices)
        if len(found) > 1:
            raise Unknown("token-several", name=_called(uri), choices=", ".join(one.serial.decode() for one in found))
        with found[0].open(rw=rw, user_pin=pin) as session:
            yield session


def _tokens(uri: KeyUri) -> Iterator[pkcs11.Token]:
    for slot in _module(uri.module).get_slots(token_present=True):
        token = slot.get_token()
        wanted = uri.token in ("", token.label) and uri.serial in ("", token.serial.decode())
        if wanted and TokenFlag.TOKEN_INITIALIZED in token.flags:
            yield token


def _module(path: str) -> Any:
    known = (one for one in KNOWN if Path(one).exists())
    found = path or os.environ.get(MODULE) or next(known, "")
    try:
        return pkcs11.lib(found)
    except errors.PKCS11Error as error:
        raise Unknown("token-module-missing", path=found, variable=MODULE) from error


def _keys(session: pkcs11.Session, uri: KeyUri, half: ObjectClass) -> list[Any]:
    wanted: dict[Attribute, object] = {Attribute.CLASS: half}
    wanted |= {Attribute.LABEL: uri.object} if uri.object else {}
    wanted |= {Attribute.ID: uri.id} if uri.id else {}
    return list(session.get_objects(wanted))


def _one(session: pkcs11.Session, uri: KeyUri, half: ObjectClass = ObjectClass.PUBLIC_KEY) -> Any:
    found = _keys(session, uri, half)
    name = uri.object or uri.id.hex()
    if not found:
        choices = ", ".join(one.label or one.id.hex() for one in _keys(session, KeyUri(), half))
        raise Unknown("token-key-missing", object=name, token=_called(uri), choices=choices)
    if len(found) > 1:
        raise Unknown("token-several", name=name, choices=", ".join(one.id.hex() for one in found))
    return found[0]


def _pin(uri: KeyUri) -> str:
    """The PIN of a token, from its file or from whoever sits at the terminal."""
    if uri.pin_source:
        try:
            return Path(uri.pin_source).read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            raise Unknown("file-missing", path=uri.pin_source) from error
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)  # no terminal: what is typed would be seen
        try:
            return getpass.getpass(f"PIN ({_called(uri)}): ")
        except (getpass.GetPassWarning, EOFError) as error:
            raise NotNow("token-pin-missing", token=_called(uri)) from error


def _called(uri: KeyUri) -> str:
    return uri.token or uri.serial or str(uri)


@contextmanager
def _worded(uri: KeyUri) -> Iterator[None]:
    """Word what a token answers."""
    try:
        yield
    except (errors.PinIncorrect, errors.PinInvalid, errors.PinLenRange) as error:
        raise NotNow("token-pin-wrong", token=_called(uri)) from error
    except errors.PinLocked as error:
        raise NotNow("token-pin-locked", token=_called(uri)) from error
    except errors.PKCS11Error as error:
        detail = f"{type(error).__name__} {error}".strip()[:200]
        raise NotNow("token-failed", token=_called(uri), detail=detail) from error
