"""Canaries: words that are found nowhere else, and how they are looked for.

A canary is sought in every form in which a program might let it out: as text in UTF-8 and UTF-16, escaped as JSON
does, in hex and in base64; and in bytes as they are and as they come out of any frame of zstd within them.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Final

import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MAGIC: Final = b"\x28\xb5\x2f\xfd"
LEAST: Final = 8  # shorter bytes are found everywhere


def forms(canary: str | bytes) -> set[bytes]:
    """All the forms in which a canary could stand in bytes."""
    raw = canary.encode() if isinstance(canary, str) else canary
    assert len(raw) >= LEAST, canary
    found = {raw, raw.hex().encode(), raw.hex().upper().encode()}
    if isinstance(canary, str):
        found |= {canary.encode("utf-16-le"), canary.encode("utf-16-be"), json.dumps(canary)[1:-1].encode()}
    for shift in range(3):  # where it begins within three bytes
        for encode in (base64.standard_b64encode, base64.urlsafe_b64encode):
            coded = encode(bytes(shift) + raw)
            begin, end = (0, 2, 3)[shift], len(coded) - (0 if (shift + len(raw)) % 3 == 0 else 4)
            found.add(coded[begin:end])
    return {form for form in found if len(form) >= LEAST}


def layers(data: bytes) -> Iterator[bytes]:
    """Bytes as they are, and all that any frame within them unpacks to."""
    yield data
    at = data.find(MAGIC)
    while at >= 0:
        try:
            inner = zstandard.ZstdDecompressor().decompressobj().decompress(data[at:])
        except zstandard.ZstdError:
            inner = b""
        if inner:
            yield from layers(inner)
        at = data.find(MAGIC, at + 1)


class Flock:
    """The canaries of a test, by what they stand for."""

    def __init__(self, canaries: Mapping[str, str | bytes]) -> None:
        self.canaries = dict(canaries)
        self._forms = [(name, form) for name, canary in self.canaries.items() for form in forms(canary)]

    def found(self, data: bytes, but: Iterable[str] = ()) -> list[str]:
        """What of them is in some bytes, save for those that are meant to be there."""
        spared = set(but)
        seen = [*layers(data)]
        return sorted({name for name, form in self._forms if name not in spared and any(form in one for one in seen)})
