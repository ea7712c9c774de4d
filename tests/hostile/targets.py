"""What is fuzzed: each target takes any bytes, and either refuses them by name or reads them.

The corpus is made of true bundles and files, since a fuzzer sees nothing of what happens inside decoders written in C
and would never find its own way through them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kelisim import bundle, disclosure, edition, fork
from kelisim.bundle import Opened
from kelisim.errors import Refusal
from kelisim.ledger import card as cards
from kelisim.ledger import segment as segments
from kelisim.ledger.record import LONGEST_MANIFEST, parse
from tests.hostile.mutants import KINDS
from tests.hostile.test_other_files import CHANGES, FILES
from tests.hostile.worlds import BEFORE as READER
from tests.hostile.worlds import PACKED, PLAIN, TRUE, framed, read

if TYPE_CHECKING:
    from collections.abc import Callable

BODY: Final = TRUE.units["segment"][0].partition(b"\n")
HEADER: Final = parse(BODY[0] + BODY[1], segments.KIND, segments.Segment)
VERIFIERS: Final = {"edition": edition.verify, "disclosure": disclosure.verify, "fork": fork.verify}


def manifest(data: bytes) -> object:
    """The first line of a bundle."""
    return parse(data, bundle.KIND, bundle.Manifest, LONGEST_MANIFEST)


def header(data: bytes) -> object:
    """The header of a segment, as the part of a bundle whose hashes fit."""
    return read(READER, framed(TRUE.having("segment", data).plain()))


def body(data: bytes) -> object:
    """Statements, under a header whose hash and size fit."""
    from msgspec import structs

    fits = structs.replace(HEADER.value, body=bundle.digest(data), size=len(data), count=data.count(b"\n"))
    return segments.read_body(fits, data)


def framing(data: bytes) -> object:
    """A frame, its padding, what is in it."""
    return [Opened(data), read(READER, data)]


def proof(data: bytes) -> object:
    """A file that proves something."""
    sort = data.removeprefix(b"kelisim ").split(b" ")[0].decode("latin-1")
    return VERIFIERS.get(sort, edition.verify)(data)


def card(data: bytes) -> object:
    """A party's file of cards."""
    return cards.read_cards(data)


TARGETS: Final[dict[str, Callable[[bytes], object]]] = {
    one.__name__: one for one in (manifest, header, body, framing, proof, card)
}


def outcome(target: str, data: bytes) -> str:
    """The code of the refusal, or `taken`; anything else that a target raises is a fault."""
    try:
        TARGETS[target](data)
    except Refusal as refusal:
        return refusal.code
    return "taken"


def corpus(target: str) -> list[bytes]:
    """True inputs of a target and some changed ones, which have found their way to most refusals."""
    proofs = [FILES[sort][0] for sort in VERIFIERS]
    true = {
        "manifest": [PLAIN[: PLAIN.index(b"\n") + 1]],
        "header": [b"".join(TRUE.units["segment"]), *TRUE.units["segment"]],
        "body": [unit.partition(b"\n")[2] for unit in TRUE.units["segment"]],
        "framing": [PACKED, *(KINDS["framed otherwise"].make(n) for n in range(12))],
        "proof": proofs,
        "card": [b"".join(TRUE.units["card"]), FILES["cards"][0]],
    }[target]
    return true + [change(one, n) for one in true for change in CHANGES.values() for n in (1, 5, 23)]
