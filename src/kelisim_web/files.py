"""The bytes of files, beside the database: `files/CIRCLE/SHA256`; in `drafted` those that we have not spoken of yet.

Each circle has a directory of its own. A party of one circle can name any digest there, and must not be answered with
bytes that another circle brought; nor with those of a draft, or else to name a digest would be to ask whether we have
it. Bytes are written beside their place and moved there whole; they can be read by their owner alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from typing import TYPE_CHECKING, BinaryIO, Final

from kelisim import disk
from kelisim.errors import NotNow

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from kelisim_web.node import Node

DRAFTED: Final = "drafted"
_CHUNK: Final = 1 << 16


def held(node: Node, circle: str, sha256: str) -> Path:
    """Where the bytes of a file of a circle lie, if they are here."""
    return node.directory / "files" / circle / sha256


def drafted(node: Node, circle: str, sha256: str) -> Path:
    """Where the bytes of a file lie that we have drafted and not spoken of."""
    return held(node, circle, DRAFTED) / sha256


def here(node: Node, circle: str, sha256: str) -> Path | None:
    """Where the bytes of a file are; None where they are not here."""
    places = (held(node, circle, sha256), drafted(node, circle, sha256))
    return next((path for path in places if path.is_file()), None)


def keep(source: BinaryIO, path: Path) -> None:
    """Keep the bytes of a file in their place; the last of them are on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with disk.writing(path, over=True, mode=disk.PRIVATE) as file:
        shutil.copyfileobj(source, file, _CHUNK)


def publish(node: Node, circle: str, said: Collection[str]) -> None:
    """Take drafted bytes over among those of the circle, once we have spoken of them for good.

    Not in the transaction that speaks: whoever is killed in it would have given bytes away that nobody spoke of. So it
    is done after it, and once more before any bundle is written; doing it again changes nothing.
    """
    for path in held(node, circle, DRAFTED).glob("*"):
        if path.name in said:
            with contextlib.suppress(FileNotFoundError):  # another process has just done the same
                path.replace(held(node, circle, path.name))


def forget(node: Node, circle: str, left: Collection[str]) -> None:
    """Delete drafted bytes whose drafts are gone; `left` are the digests that are still drafted."""
    for path in held(node, circle, DRAFTED).glob("*"):
        if path.name not in left:
            path.unlink(missing_ok=True)


def write(path: Path, target: Path) -> bool:
    """Write the bytes of a file to a new file of an officer's.

    Args:
        path: where they are kept.
        target: where they go.

    Returns:
        Whether they are what their digest says; if not, nothing is written.

    Raises:
        NotNow: there is a file at the target.
    """
    try:
        with disk.writing(target) as file:
            _copy(path, file)
    except FileExistsError as error:
        raise NotNow("file-exists", path=str(target)) from error
    except _DamagedError:
        return False
    return True


class _DamagedError(Exception):
    """The bytes are not what their digest says."""


def _copy(path: Path, file: BinaryIO) -> None:
    found = hashlib.sha256()
    with path.open("rb") as source:
        while data := source.read(_CHUNK):
            found.update(data)
            file.write(data)
    if found.hexdigest() != path.name:
        raise _DamagedError
