"""What the hostile start from: a true bundle, taken apart into pieces that can be changed, signed and framed again.

`KAZ` sends it to `USA`, who has met it before and holds the beginning. It has everything that a bundle can have: two
cards of one party, the charter, the seed, an epoch, segments of both, seals, the bytes of a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import zstandard
from msgspec import structs

from kelisim import bundle
from kelisim.bundle import ORDER, PADDED, Manifest, Opened
from kelisim.errors import Unproven
from kelisim.ledger.digest import digest
from kelisim.ledger.record import sign
from tests.histories import Scenario
from tests.library import keysmith as k

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kelisim.evidence import Evidence
    from kelisim.ledger.keys import Signer

HISTORY = """
    all propose plan as plan
    all say plan title.en Plan
    all meet
    KAZ is backed up
"""
LATER = """
    KAZ freezes plan in en
    KAZ offers plan
    KAZ sends to USA
    USA accepts
    USA sends to KAZ
    KAZ receipts
    KAZ is backed up
    KAZ is restored
    KAZ says plan notice.en Noted
    KAZ dispatches
    KAZ proposes 1 as activity of plan
    KAZ says 1 period 2013-04
    KAZ withdraws plan notice.en
    KAZ dispatches
"""
FILE: Final = b"The letter of the ministry.\n"


@dataclass(frozen=True)
class Pieces:
    """A bundle taken apart.

    Attributes:
        manifest: as it was.
        units: records, headers with their bodies, the seed, files; by kind of part.
    """

    manifest: Manifest
    units: Mapping[str, tuple[bytes, ...]]

    def having(self, kind: str, *units: bytes) -> Pieces:
        """The same with other units of a kind."""
        return Pieces(self.manifest, {**self.units, kind: units})

    def parts(self) -> list[tuple[str, bytes]]:
        """Kind and bytes of each part, as a writer orders them."""
        joined = [(kind, b"".join(self.units[kind])) for kind in ORDER]
        return [(kind, data) for kind, data in joined if data]

    def plain(self, signer: Signer | None = None, **changes: Any) -> bytes:
        """The line of the manifest, hashed and signed again, and the parts."""
        parts = self.parts()
        listed = [bundle.Part(id=digest(data), kind=kind, size=len(data)) for kind, data in parts]
        manifest = structs.replace(self.manifest, **{"parts": listed, **changes})
        line = sign(bundle.KIND, manifest, signer or KAZ.keys.officer("carry")).line
        return line + b"".join(data for _, data in parts)


def framed(plain: bytes) -> bytes:
    """Plain bytes in a frame with its padding."""
    frame = zstandard.ZstdCompressor(level=1, write_checksum=True).compress(plain)
    return frame + bytes(-len(frame) % PADDED)


def unframed(packed: bytes) -> bytes:
    """The plain bytes of a bundle."""
    return zstandard.ZstdDecompressor().decompressobj().decompress(packed)


def apart(packed: bytes) -> Pieces:
    """Take a bundle apart."""
    opened = Opened(packed)
    records: dict[str, tuple[bytes, ...]] = {
        kind: tuple(opened.lines(kind)) for kind in ("card", "charter", "epoch", "seal")
    }
    segments = tuple(header.line + body for header, body in opened.segments())
    return Pieces(opened.manifest.value, {**records, "seed": (opened.seed(),), "segment": segments, "file": (FILE,)})


def read(evidence: Evidence, packed: bytes) -> Evidence:
    """What a reader holds after a bundle, who held this before.

    Raises:
        Refusal: it is refused.
    """
    opened = Opened(packed)
    if opened.manifest.value.to != USA.id:
        raise Unproven("bundle-not-to-us")
    after = evidence.copy()
    after.take(opened)
    for _, file in opened.files():
        while file.read(1 << 16):
            pass
    return after


def atoms(evidence: Evidence) -> frozenset[tuple[str, str, str]]:
    """Everything that counts of what is held: each record with each key that signed it, each statement of a segment.

    A body is held to its header by digest. A segment that waits for its card is not judged and counts for nothing.
    """
    records = [evidence.circle, *evidence.held.cards.values(), *evidence.epochs.values()]
    records += [*evidence.signed_seals.values(), *(header for header, _ in evidence.segments.values())]
    signed = {(one.kind, one.id, key) for one in records for key in one.signatures}
    said = {("said", name, repr(one)) for name, (_, body) in evidence.segments.items() for one in body}
    return frozenset(signed | said)


def _played() -> tuple[Scenario, Evidence]:
    """The history, and what USA held in the middle of it."""
    parties = Scenario(HISTORY)
    kaz, before = parties["KAZ"], parties["USA"].evidence.copy()
    parties.play(LATER)
    kaz.keys = kaz.keys.renew(at="2012-12-01T09:00Z")
    kaz.evidence.held.add(kaz.keys.card)
    kaz.say("plan", "summary.en", "Under the new card")
    kaz.dispatch()
    return parties, before


PARTIES, BEFORE = _played()
KAZ, USA = PARTIES["KAZ"], PARTIES["USA"]
CIRCLE = KAZ.circle
TRUE = apart(KAZ.bundle_for("USA"))
PLAIN = TRUE.plain()
PACKED = framed(PLAIN)
SEALED = bundle.encrypt(PACKED, [k.AGE[USA.keys.drawer][1]])
OURS = k.AGE[USA.keys.drawer][0]
HELD = atoms(BEFORE)
AFTER = atoms(read(BEFORE, PACKED))
