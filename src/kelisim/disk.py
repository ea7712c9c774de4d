"""Files on a disk: whole in their place, or not there at all.

What is written is written beside its place, under a name that nothing looks for, and moved there once its last byte is
on the disk. Whoever is killed meanwhile leaves such a file behind (`.writing-…`); it can be deleted at any time.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PART: Final = ".writing-"
PRIVATE: Final = 0o600
_SHARED: Final = 0o666  # less what the process masks, as for any file
_NO_LINKS: Final = (errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EMLINK)


@contextmanager
def writing(path: Path, *, over: bool = False, mode: int = _SHARED) -> Iterator[BinaryIO]:
    """Write a file that takes its place when the block ends, and not at all if the block fails.

    Args:
        path: its place.
        over: it may take the place of another.
        mode: who may read it.

    Raises:
        FileExistsError: there is a file, and this one may not take its place.
        OSError: it cannot be written; there is then no new file.
    """
    if not over and os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    part = path.with_name(f"{PART}{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if over:
            part.replace(path)
            sync(path.parent)
        else:
            _place(part, path)
            _keep(path)
    except OSError as error:
        if error.filename == str(part):
            error.filename = str(path)  # what was asked for is what a person is told of
        raise
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def write(path: Path, data: bytes, *, over: bool = False, mode: int = _SHARED) -> None:
    """Write a file whole; see `writing`."""
    with writing(path, over=over, mode=mode) as file:
        file.write(data)


def _place(part: Path, path: Path) -> None:
    """Give a file its name, unless another has it. Media without links, such as a stick, cannot do both in one step."""
    try:
        os.link(part, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from error
        part.rename(path)


def _keep(path: Path) -> None:
    """Have the name of a new file on the disk, or take it away again: who is told that it failed will do it again."""
    try:
        sync(path.parent)
    except OSError:
        path.unlink()
        raise


def sync(directory: Path) -> None:
    """Have the names in a directory on the disk, where its medium knows of such a thing."""
    number = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
            raise
    finally:
        os.close(number)
