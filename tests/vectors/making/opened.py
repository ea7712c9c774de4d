"""Bundles as they travel: age around one zstd frame and its padding."""

from __future__ import annotations

from typing import Final

from tests.library import keysmith as k
from tests.vectors.making.packing import BLOCK, MAGIC, age, block, frame, padded
from tests.vectors.making.workshop import KAZ, TWO, USA, Vector, case, founding, parts, plain

PLAIN: Final = plain(parts(**founding(KAZ, USA, circle=TWO)))
PACKED: Final = padded(frame(PLAIN))
TRAVELS: Final = age(PACKED, [2])


def opened(name: str, says: str, data: bytes, attack: str = "none", reason: str = "", drawer: int = 0) -> None:
    """A case in which a file is opened, by the identity of a drawer or, where that is 0, as it was packed."""

    @case(name, says, attack, reason)
    def _(v: Vector) -> None:
        identity = k.AGE[drawer][0] if drawer else ""
        v.steps.append({"do": "open", "file": v.file(data, "bundle"), "identity": identity})


opened("age-file-for-us", "A bundle as it travels.", TRAVELS, drawer=2)
opened(
    "age-file-for-two-recipients", "A bundle for two keys of one card opens with either.", age(PACKED, [1, 2]), drawer=2
)
opened(
    "age-file-with-a-stanza-of-another-sort",
    "A stanza that nobody here understands stands before ours.",
    age(PACKED, [2], b"-> grease x\nZ3JlYXNl\n"),
    drawer=2,
)
opened(
    "age-header-for-somebody-else", "A bundle is encrypted to another node.", TRAVELS, "replay", "bundle-not-for-us", 1
)
opened(
    "age-header-altered",
    "A stanza was added to the header by somebody without the file's key.",
    TRAVELS.replace(b"-> X25519", b"-> grease x\nZ3JlYXNl\n-> X25519", 1),
    "alter",
    "bundle-not-for-us",
    2,
)
opened(
    "age-payload-with-a-bit-flipped",
    "One bit of the encrypted bytes is wrong.",
    TRAVELS[:-40] + bytes([TRAVELS[-40] ^ 1]) + TRAVELS[-39:],
    "alter",
    "bundle-not-for-us",
    2,
)
opened(
    "age-payload-cut-short",
    "The last byte of an age file is missing.",
    TRAVELS[:-1],
    "truncate",
    "bundle-not-for-us",
    2,
)
opened(
    "age-payload-with-a-byte-too-many",
    "A byte follows an age file.",
    TRAVELS + b"\x00",
    "alter",
    "bundle-not-for-us",
    2,
)
opened(
    "age-header-without-its-end",
    "An age file ends within its header.",
    TRAVELS[:60],
    "truncate",
    "bundle-not-for-us",
    2,
)
opened(
    "age-file-in-armour",
    "A mail program has made text of the file.",
    b"-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24ub3JnL3YxCg==\n-----END AGE ENCRYPTED FILE-----\n",
    "alter",
    "bundle-not-age",
    2,
)
opened(
    "letter-instead-of-a-bundle",
    "The file is a letter.",
    b"Dear colleagues, please find attached\n",
    "alter",
    "bundle-not-age",
    2,
)
opened(
    "age-around-what-is-no-frame",
    "Inside the age file is a letter.",
    age(padded(b"Dear colleagues"), [2]),
    "alter",
    "bundle-not-a-frame",
    2,
)

opened("packed-bundle", "One frame and its padding.", PACKED)
opened(
    "packed-without-padding",
    "A frame is not padded to a multiple of 4,096 bytes.",
    frame(PLAIN),
    "truncate",
    "bundle-padding",
)
opened("packed-with-padding-of-ones", "The padding is no zeros.", PACKED[:-1] + b"\x01", "alter", "bundle-padding")
opened("packed-with-a-page-too-much", "4,096 zeros too many follow.", PACKED + bytes(4096), "alter", "bundle-padding")
opened(
    "packed-with-something-in-the-padding",
    "A message is hidden in the padding.",
    PACKED[:-5] + b"hello",
    "splice",
    "bundle-padding",
)
opened(
    "packed-as-two-frames",
    "A second frame follows the first.",
    padded(frame(PLAIN) + frame(b"hidden")),
    "splice",
    "bundle-padding",
)
opened(
    "packed-with-a-frame-that-does-not-end",
    "A frame has no last block; the padding looks like empty ones.",
    padded(MAGIC + b"\x00\x58" + block(0, len(PLAIN), PLAIN, last=False)),
    "truncate",
    "bundle-not-a-frame",
)
opened("packed-cut-in-half", "Half of a packed bundle is left.", PACKED[:2048], "truncate", "bundle-part-missing")
opened(
    "packed-with-bytes-after-the-last-part",
    "In the frame, a byte follows the last part.",
    padded(frame(PLAIN + b"\x00")),
    "alter",
    "bundle-trailing",
)
opened(
    "packed-with-a-window-of-16-mib",
    "A frame asks its reader for a window of 16 MiB.",
    padded(MAGIC + b"\x00\x70" + block(0, len(PLAIN), PLAIN, last=True)),
    "bomb",
    "bundle-not-a-frame",
)
opened(
    "packed-with-a-line-that-does-not-end",
    "Out of 200 bytes come four million; none of them is LF.",
    padded(MAGIC + b"\x00\x58" + b"".join(block(1, BLOCK, b"x", last=n == 31) for n in range(32))),
    "bomb",
    "record-too-long",
)
opened("packed-with-nothing", "Nothing at all.", b"", "truncate", "record-not-a-line")
