"""A bundle: the file that carries segments to a recipient, over any channel; whoever opens it can check it alone.

age(one zstd frame, then fewer than 4,096 zeros to a multiple of 4 KiB); one circle, one recipient party. Plain: the
manifest's line, then one part a kind in the order card, charter, seed, epoch, segment, seal, then one part a file.
Sizes and hashes of all parts are checked before anything of them is believed; trailing bytes refuse.

A statement belongs to one feed and a feed to one circle, so a bundle is "the feeds of that circle": nothing is
filtered, and nothing can leak by a filter's mistake. This module cannot import drafts; an import contract holds it
to that. The bytes of files are read and given on a little at a time; whoever has a file need not hold it in memory.
"""

from __future__ import annotations

import hashlib
import io
import shutil
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final, Literal, NamedTuple

import msgspec
import pyrage
import zstandard
from msgspec import Meta

from kelisim.errors import Malformed, Unproven
from kelisim.ledger import profile
from kelisim.ledger.digest import digest
from kelisim.ledger.profile import Count, Digest, Time, Version, Written
from kelisim.ledger.record import LONGEST, LONGEST_MANIFEST, Signed, parse, sign
from kelisim.ledger.segment import KIND as SEGMENT
from kelisim.ledger.segment import LARGEST_BODY, Segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kelisim.ledger.card import Card
    from kelisim.ledger.charter import Charter
    from kelisim.ledger.keys import Signer

KIND: Final = "manifest"
ORDER: Final = ("card", "charter", "seed", "epoch", "segment", "seal", "file")
PADDED: Final = 4096
LARGEST: Final = 1024**3
LARGEST_RECORDS: Final = 16 * 1024**2
LARGEST_FILE: Final = 100 * 1024**2
LARGEST_WINDOW: Final = 8 * 1024**2
MOST_PARTS: Final = 1000
LARGEST_HEADER: Final = 16 * 1024  # of an age file; 16 recipients need a tenth of it
SEED: Final = 32
_CHUNK: Final = 1 << 16
_STEP: Final = 512  # bytes of a frame a call: at most 16 MiB come out of them

Kind = Literal["card", "charter", "seed", "epoch", "segment", "seal", "file"]


class Part(Written, frozen=True):
    """One part of a bundle: its bytes' digest, what it is, how long it is."""

    id: Digest
    kind: Kind
    size: Count


class Manifest(Written, frozen=True, kw_only=True):
    """What a bundle says of itself.

    Attributes:
        sender: the party that wrote it (`from` in JSON).
        to: the party that it is encrypted to.
        seen: every other party's head, as the sender's node held it: proof of delivery.
    """

    at: Time
    card: Digest
    circle: Digest
    sender: Digest = msgspec.field(name="from")
    parts: Annotated[list[Part], Meta(max_length=MOST_PARTS)]
    seen: dict[Digest, Digest]
    to: Digest
    v: Version


class Envelope(NamedTuple):
    """What a manifest says besides its parts."""

    at: str
    card: str
    circle: str
    sender: str
    to: str
    seen: Mapping[str, str]


class Load(NamedTuple):
    """What a bundle carries: records as lines, segments as header line and body.

    Attributes:
        seed: the circle's 32 secret bytes; empty where the sender lacks them.
        files: where the bytes of files lie, each with what `file_part` says of it.
    """

    cards: Sequence[bytes] = ()
    charters: Sequence[bytes] = ()
    seed: bytes = b""
    epochs: Sequence[bytes] = ()
    segments: Sequence[tuple[bytes, bytes]] = ()
    seals: Sequence[bytes] = ()
    files: Sequence[tuple[Part, Path]] = ()

    def parts(self) -> Iterator[tuple[Kind, bytes]]:
        """The parts that are not empty, in order, without the files."""
        lines = b"".join(header + body for header, body in self.segments)
        joined: tuple[tuple[Kind, bytes], ...] = (
            ("card", b"".join(self.cards)),
            ("charter", b"".join(self.charters)),
            ("seed", self.seed),
            ("epoch", b"".join(self.epochs)),
            ("segment", lines),
            ("seal", b"".join(self.seals)),
        )
        return ((kind, data) for kind, data in joined if data)


def file_part(path: Path) -> Part:
    """What a manifest says of a file."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, sha256).hexdigest()
        return Part(id=found, kind="file", size=file.tell())


def with_files(load: Load, files: Iterable[tuple[Part, Path]]) -> Load:
    """A load with as many files as there is room for, in their order; one that does not fit is left out."""
    sizes = [len(data) for _, data in load.parts()]
    room = LARGEST - LONGEST_MANIFEST - sum(sizes)
    taken: list[tuple[Part, Path]] = []
    for part, path in files:
        if 0 < part.size <= min(room, LARGEST_FILE) and len(sizes) + len(taken) < MOST_PARTS:
            taken.append((part, path))
            room -= part.size
    return load._replace(files=taken)


def pack(envelope: Envelope, load: Load, signer: Signer) -> bytes:
    """Write a bundle's plain bytes: framed and padded, not yet encrypted."""
    parts = list(load.parts())
    manifest = Manifest(
        at=envelope.at,
        card=envelope.card,
        circle=envelope.circle,
        sender=envelope.sender,
        parts=[
            *(Part(id=digest(data), kind=kind, size=len(data)) for kind, data in parts),
            *(part for part, _ in load.files),
        ],
        seen=dict(envelope.seen),
        to=envelope.to,
        v=1,
    )
    line = sign(KIND, manifest, signer).line
    size = len(line) + sum(part.size for part in manifest.parts)
    frame = io.BytesIO()
    packer = zstandard.ZstdCompressor(write_checksum=True)
    with packer.stream_writer(frame, size=size, closefd=False) as writer:
        for data in (line, *(data for _, data in parts)):
            writer.write(data)
        for _, path in load.files:
            with path.open("rb") as file:
                shutil.copyfileobj(file, writer, _CHUNK)
    frame.write(bytes(-frame.tell() % PADDED))
    return frame.getvalue()


def framed(plain: bytes) -> bytes:
    """A plain bundle as it is packed: one frame, and its padding."""
    frame = zstandard.ZstdCompressor(write_checksum=True).compress(plain)
    return frame + bytes(-len(frame) % PADDED)


def encrypt(packed: bytes, recipients: Sequence[str]) -> bytes:
    """Encrypt a packed bundle to a party's age keys.

    Raises:
        Unproven: one of them is not an age key.
    """
    try:
        keys = [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]
    except pyrage.RecipientError as error:
        raise Unproven("card-recipient", recipient=", ".join(recipients)[:200]) from error
    sealed: bytes = pyrage.encrypt(packed, keys)
    return sealed


def decrypt(source: bytes | BinaryIO, identities: Sequence[str]) -> bytes:
    """Decrypt a bundle with a node's age identities; one that lies in a file is never held encrypted as a whole.

    The end of the header is looked for first: libraries read a long one again from its beginning for every piece.

    Raises:
        Malformed: not an age file, changed on its way, or encrypted to somebody else.
    """
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    head = file.read(LARGEST_HEADER + 1)
    endless = len(head) > LARGEST_HEADER and head.find(b"\n--- ", 0, LARGEST_HEADER) < 0
    if endless or not head.startswith(b"age-encryption.org/v1\n"):
        raise Malformed("bundle-not-age")
    file.seek(0)
    opened = io.BytesIO()
    try:
        pyrage.decrypt_io(file, opened, [pyrage.x25519.Identity.from_str(identity) for identity in identities])
    except (pyrage.DecryptError, OSError) as error:  # of the header, of what follows it
        raise Malformed("bundle-not-for-us", detail=str(error)[:200]) from error
    return opened.getvalue()


class _Frame(io.RawIOBase):
    """The plain bytes of one zstd frame, a little at a time, so that no frame can grow beyond its limits unseen."""

    def __init__(self, packed: bytes) -> None:
        self._packed = packed
        self._at = 0
        self._out = memoryview(b"")
        self._given = 0
        self._frame = zstandard.ZstdDecompressor(max_window_size=LARGEST_WINDOW).decompressobj()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what BufferedReader hands in
        while not self._out:
            if self._frame.eof or self._at >= len(self._packed):
                return 0
            step = self._packed[self._at : self._at + _STEP]
            self._at += len(step)
            try:
                self._out = memoryview(self._frame.decompress(step))
            except zstandard.ZstdError as error:
                raise Malformed("bundle-not-a-frame") from error
        size = min(len(buffer), len(self._out))
        buffer[:size] = self._out[:size]
        self._out = self._out[size:]
        self._given += size
        if self._given > LARGEST:
            raise Malformed("bundle-too-large", limit=LARGEST)
        return size

    def check_end(self) -> None:
        """Refuse whatever follows the frame, except its padding. Its bytes have been read to their end."""
        if not self._frame.eof:
            raise Malformed("bundle-not-a-frame")
        rest = self._frame.unused_data + self._packed[self._at :]
        if len(self._packed) % PADDED or len(rest) >= PADDED or rest.strip(b"\x00"):
            raise Malformed("bundle-padding")


class Opened:
    """A bundle's plain bytes, all sizes and hashes checked. Who signed it is for `check` to say.

    Args:
        packed: what `decrypt` gave.

    Raises:
        Malformed: not framed as format 1 says, or over a limit.
        Unproven: a part is not what the manifest says.
    """

    def __init__(self, packed: bytes) -> None:
        self._packed = packed
        frame = _Frame(packed)
        reader = io.BufferedReader(frame, _CHUNK)
        line = reader.readline(LONGEST_MANIFEST + 1)
        self.manifest = parse(line, KIND, Manifest, LONGEST_MANIFEST)
        self._start = len(line)
        _check_manifest(self.manifest)
        self._records = {part.kind: _checked(reader, part) for part in self.manifest.value.parts}
        if reader.read(1):
            raise Malformed("bundle-trailing")
        frame.check_end()

    def lines(self, kind: Kind) -> list[bytes]:
        """The records of one kind, each with its line feed."""
        return io.BytesIO(self._records.get(kind, b"")).readlines()

    def write_plain(self, to: BinaryIO) -> None:
        """Write all that was packed: the manifest's line and the parts, for whoever checks bundles by other means."""
        shutil.copyfileobj(io.BufferedReader(_Frame(self._packed), _CHUNK), to, _CHUNK)

    def seed(self) -> bytes:
        """The circle's seed; empty where the bundle carries none."""
        return self._records.get("seed", b"")

    def segments(self) -> Iterator[tuple[Signed[Segment], bytes]]:
        """Headers, not yet judged, and their bodies.

        Raises:
            Malformed: a header is not one, or its body ends too early.
        """
        reader = self._segments()
        while line := reader.readline(LONGEST + 1):
            header = parse(line, SEGMENT, Segment)
            if header.value.size > LARGEST_BODY:
                raise Malformed("segment-too-large", limit=LARGEST_BODY)
            body = reader.read(header.value.size)
            if len(body) < header.value.size:
                raise Malformed("bundle-body-short")
            yield header, body

    def files(self) -> Iterator[tuple[str, io.BufferedReader]]:
        """The bytes of each file, by their digest; to be read before the next is asked for."""
        reader, left = io.BufferedReader(_Frame(self._packed), _CHUNK), self._start
        for part in self.manifest.value.parts:
            if part.kind == "file":
                _skip(reader, left)
                window = _Window(reader, part.size)
                yield part.id, io.BufferedReader(window, _CHUNK)
                left = window.left
            else:
                left += part.size

    def _segments(self) -> io.BufferedReader:
        """A reader of the part of segments; empty where the bundle has none."""
        start = self._start
        for part in self.manifest.value.parts:
            if part.kind == SEGMENT:
                reader = io.BufferedReader(_Frame(self._packed), _CHUNK)
                _skip(reader, start)
                return io.BufferedReader(_Window(reader, part.size), _CHUNK)
            start += part.size
        return io.BufferedReader(_Window(io.BytesIO(), 0))


def open_bundle(source: bytes | BinaryIO, identities: Sequence[str]) -> Opened:
    """Decrypt a bundle and check its sizes and hashes; who signed it is for `check` to say.

    Raises:
        Malformed, Unproven: as `decrypt` and `Opened`.
    """
    return Opened(decrypt(source, identities))


class _Window(io.RawIOBase):
    """The next `size` bytes of a reader, and no more."""

    def __init__(self, reader: io.BufferedIOBase, size: int) -> None:
        self._reader, self.left = reader, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what BufferedReader hands in
        data = self._reader.read(min(len(buffer), self.left))
        buffer[: len(data)] = data
        self.left -= len(data)
        return len(data)


def _skip(reader: io.BufferedIOBase, size: int) -> None:
    while size:
        size -= len(reader.read(min(size, _CHUNK)))


def _check_manifest(manifest: Signed[Manifest]) -> None:
    profile.check_time(manifest.value.at)
    places = [ORDER.index(part.kind) for part in manifest.value.parts]
    kinds = [part.kind for part in manifest.value.parts if part.kind != "file"]
    if places != sorted(places) or len(set(kinds)) < len(kinds):
        raise Malformed("bundle-parts")
    for part in manifest.value.parts:
        limit = {"segment": LARGEST, "file": LARGEST_FILE, "seed": SEED}.get(part.kind, LARGEST_RECORDS)
        if not 0 < part.size <= limit or (part.kind == "seed" and part.size != SEED):
            raise Malformed("bundle-part-size", kind=part.kind, limit=limit)
    if sum(part.size for part in manifest.value.parts) > LARGEST:
        raise Malformed("bundle-too-large", limit=LARGEST)


def _checked(reader: io.BufferedIOBase, part: Part) -> bytes:
    """A part, once it is found to be what the manifest says; of segments and files, which may be large, nothing."""
    found, left, kept = sha256(), part.size, io.BytesIO()
    while left:
        data = reader.read(min(left, _CHUNK))
        if not data:
            raise Unproven("bundle-part-missing", kind=part.kind)
        found.update(data)
        left -= len(data)
        if part.kind not in (SEGMENT, "file"):
            kept.write(data)
    if found.hexdigest() != part.id:
        raise Unproven("bundle-part-changed", kind=part.kind)
    return kept.getvalue()


def check(manifest: Signed[Manifest], card: Signed[Card], charter: Charter) -> None:
    """Judge who signed a bundle.

    Args:
        manifest: the bundle's.
        card: the card that it names, on the sender's chain.
        charter: of its circle; it need not be whole yet.

    Raises:
        Unproven: the sender is no party of the circle, or the signature does not hold.
    """
    value = manifest.value
    if value.sender not in charter.codes() or value.to not in charter.codes():
        raise Unproven("bundle-not-a-party")
    if set(value.seen) != set(charter.others(value.sender)):
        raise Unproven("segment-seen")
    if len(manifest.signatures) != 1:
        raise Unproven("signature-one", kind=KIND)
    manifest.check(card.value.may("carry"))
