"""The restricted JSON in which everything signed is written.

RFC 8785 (JSON Canonicalization Scheme), narrowed: keys ASCII and sorted; values strings without lone surrogates,
integers 0 to 2^53-1, arrays and objects; no floats, booleans, null or repeated keys; at most 8 deep. The bytes
received are what is hashed and kept: whatever does not encode again to the same bytes is refused, never repaired.

Types are msgspec structs whose fields stand in the order of their names, so that encoding needs no sorting.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeVar, cast

import msgspec

from kelisim.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

LARGEST: Final = 2**53 - 1
ITEM_LENGTH: Final = 16
ITEM_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"
ITEM: Final = re.compile(rf"[{ITEM_LETTERS}]{{{ITEM_LENGTH}}}")
FIELD: Final = re.compile(r"(?=.{1,128}\Z)[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*")

Version = Literal[1]
Count = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]
Place = Annotated[int, msgspec.Meta(ge=1, le=LARGEST)]
Digest = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Code = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z][A-Z0-9]{1,11}\Z")]
Tag = Annotated[str, msgspec.Meta(pattern=r"\A[a-z]{2,3}\Z")]
Item = Annotated[str, msgspec.Meta(pattern=rf"\A{ITEM.pattern}\Z")]
Field = Annotated[str, msgspec.Meta(pattern=rf"\A{FIELD.pattern}\Z")]
Time = Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z\Z")]
Salt = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{32}\Z")]
Base64 = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9+/]+={0,2}\Z")]

T = TypeVar("T")

_encoder = msgspec.json.Encoder(order="deterministic")


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The base of everything written in the profile. Subclasses declare their fields in the order of their names."""


def encode(value: Any) -> bytes:
    """The one way to write a value of the profile: a `Written`, or dicts, lists, strings and integers."""
    return _encoder.encode(value)


def encode_lines(values: Iterable[Any]) -> bytes:
    """One value a line, each ended by a line feed."""
    return _encoder.encode_lines(values)


@cache
def _decoder(kind: Hashable) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(cast("type[Any]", kind))


def peek(data: bytes, kind: type[T], name: str) -> T:
    """Read only what `kind` asks for, to find out what the rest must be; believe nothing of it.

    Raises:
        Malformed: not even that.
    """
    value: T = _read(_decoder(cast("Hashable", kind)).decode, data, name)
    return value


def decode(data: bytes, kind: type[T], name: str) -> T:
    """Read one value of the profile.

    Args:
        data: the bytes as they came.
        kind: what they must be.
        name: what to call it in a refusal.

    Raises:
        Malformed: not of this kind, or not written in its one form.
    """
    value = peek(data, kind, name)
    if encode(value) != data:
        raise Malformed("profile-not-canonical", kind=name)
    return value


def peek_lines(data: bytes, kind: type[T], name: str) -> list[T]:
    """Read values that stand one a line, each ended by a line feed, and that are known to be in their one form."""
    values: list[T] = _read(_decoder(cast("Hashable", kind)).decode_lines, data, name)
    return values


def decode_lines(data: bytes, kind: type[T], name: str) -> list[T]:
    """Read values that stand one a line, each ended by a line feed; as `decode` otherwise."""
    values = peek_lines(data, kind, name)
    if encode_lines(values) != data:
        raise Malformed("profile-not-canonical", kind=name)
    return values


def _read(decoder: Callable[[bytes], Any], data: bytes, name: str) -> Any:
    try:
        return decoder(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Malformed("profile-not-of-kind", kind=name, detail=str(error)[:200]) from error


def check_names(names: Iterable[str], form: re.Pattern[str], name: str) -> None:
    """Refuse names that are not of a form; for names that many values repeat, each is checked once.

    Raises:
        Malformed: one of them is not.
    """
    for one in names:
        if not form.fullmatch(one):
            raise Malformed("profile-not-of-kind", kind=name, detail=one[:200])


def check_items(names: Sequence[str], name: str) -> None:
    """Refuse ids of items that are not of their form; all of them at once, since a body has thousands.

    Raises:
        Malformed: one of them is not.
    """
    if {*map(len, names)} - {ITEM_LENGTH} or "".join(names).strip(ITEM_LETTERS):
        check_names(names, ITEM, name)


def check_time(at: str) -> None:
    """Refuse a time that the calendar does not have. Times are to the minute, in UTC, and a claim only."""
    if not _is_time(at):
        raise Malformed("profile-no-such-time", at=at)


@lru_cache(maxsize=1024)  # many records of one bundle are of one minute
def _is_time(at: str) -> bool:
    try:
        datetime.strptime(at, "%Y-%m-%dT%H:%MZ")  # noqa: DTZ007  (the Z is part of the form)
    except ValueError:
        return False
    return True
