"""Backups of a node: one encrypted file with its directory and rows, and the trial that says whether it can be used.

A backup holds the officers' keys and all that is internal. So it is encrypted to keys that are not on the node, and the
only plain copy of it is in the node's own directory, for as long as it is made or tried.
"""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pyrage

from kelisim import disk, keyfile
from kelisim.errors import BadValue, Malformed, NotNow, Unknown
from kelisim_web import node, trail
from kelisim_web.access import Act, Seat, check
from kelisim_web.database.sqlite import FILE
from kelisim_web.queries.doctor import examine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kelisim_web.queries.doctor import Finding

PLACE: Final = ".backup-"
OPENS: Final = "AGE-SECRET-KEY-"


def new_key(path: Path) -> str:
    """Make a key that opens backups, in a new file that belongs somewhere else than on the node.

    Returns:
        The public key, to which backups are encrypted.

    Raises:
        NotNow: there is a file of that name.
    """
    identity = pyrage.x25519.Identity.generate()
    keyfile.write_secret(path, f"# public key: {identity.to_public()}\n{identity}\n".encode())
    return str(identity.to_public())


def write(seat: Seat, target: Path, to: Sequence[str]) -> int:
    """Write a backup to a new file. The node may go on working meanwhile.

    Args:
        seat: whose node.
        target: the file.
        to: the public age keys of those who can open it.

    Returns:
        How many bytes it has.

    Raises:
        BadValue: a key is none, or none is named.
        NotNow: the rows lie in PostgreSQL, the file would lie in the node itself, or there is one of that name.
        Forbidden: not from this seat.
    """
    check(seat, Act.ADMINISTER)
    recipients = [_recipient(one) for one in to]
    if not recipients:
        raise BadValue("backup-recipient", recipient="")
    if target.resolve().is_relative_to(seat.node.directory.resolve()):
        raise NotNow("backup-inside", path=str(target))
    with _room(seat) as room:
        seat.node.rows().copy(room / FILE)  # first: what rows name is on the disk before they do
        _pack(seat.node.directory, room)
        try:
            with (room / "tar").open("rb") as plain, disk.writing(target, mode=disk.PRIVATE) as file:
                pyrage.encrypt_io(plain, file, recipients)
        except FileExistsError as error:
            raise NotNow("file-exists", path=str(target)) from error
    size = target.stat().st_size
    trail.leave(seat, trail.BACKUP_WRITTEN, told={"file": target.name, "size": str(size), "to": " ".join(to)})
    return size


def _recipient(name: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(name)
    except pyrage.RecipientError as error:
        raise BadValue("backup-recipient", recipient=name) from error


@contextmanager
def _room(seat: Seat) -> Iterator[Path]:
    """A directory in the node's own, which only its owner can read, for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix=PLACE, dir=seat.node.directory) as room:
        yield Path(room)


def _pack(directory: Path, room: Path) -> None:
    """Put the copy of the rows, and all files of the node but the rows themselves, into one."""
    with tarfile.open(room / "tar", "w") as packed:
        packed.add(room / FILE, FILE)
        for path in sorted(directory.iterdir()):
            if not path.name.startswith((FILE, PLACE, disk.PART)):
                packed.add(path, path.name)


@contextmanager
def unpacked(seat: Seat, source: Path, key: Path) -> Iterator[Path]:
    """A backup as a directory, for as long as it is looked at.

    Raises:
        Unknown: there is no such file.
        Malformed: the file with the key holds none, or the backup is none, is damaged, or is not for this key.
    """
    with _room(seat) as room:
        unpack(source, key, room / "node")
        yield room / "node"


def unpack(source: Path, key: Path, directory: Path) -> None:
    """Make the directory of a node of a backup; a node there is a restored copy, and nobody has told it so yet.

    Args:
        source: the backup.
        key: the file with the key that opens it.
        directory: where; there must be nothing.

    Raises:
        NotNow: there is something.
        Unknown, Malformed: see `unpacked`.
    """
    try:
        directory.mkdir(mode=node.OWNER_ONLY)
    except FileExistsError as error:
        raise NotNow("node-exists", path=str(directory)) from error
    try:
        _extract(source, key, directory)
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)  # nothing is left half-made
        raise


def _extract(source: Path, key: Path, directory: Path) -> None:
    plain = directory / f"{PLACE}plain"
    try:
        with source.open("rb") as file, plain.open("xb") as opened:
            pyrage.decrypt_io(file, opened, _identities(key))
        with tarfile.open(plain, "r:") as packed:
            packed.extractall(directory, filter="data")
    except FileNotFoundError as error:
        raise Unknown("file-missing", path=str(error.filename)) from error
    except (pyrage.DecryptError, tarfile.TarError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:  # the disk's; age has none for a file cut short
            raise
        raise Malformed("backup-file", path=str(source), detail=str(error)[:200]) from error
    plain.unlink()


def _identities(key: Path) -> list[pyrage.x25519.Identity]:
    """The keys in a file, one a line, as other programs for age write them too."""
    lines = [line.strip() for line in key.read_text("utf-8", "replace").splitlines()]
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith(OPENS)]
    except pyrage.IdentityError as error:
        raise Malformed("key-file", path=str(key)) from error
    if not found:
        raise Malformed("key-file", path=str(key))
    return found


class Tried(NamedTuple):
    """What came of trying a backup.

    Attributes:
        findings: what the doctor found in it, by check.
        checks: how many checks were made.
    """

    findings: list[tuple[str, Finding]]
    checks: int


def attempt(seat: Seat, source: Path, key: Path) -> Tried:
    """Restore a backup into a directory of its own, let the doctor look at it, and take it away again.

    Raises:
        Unknown, Malformed: see `unpacked`.
        Forbidden: not from this seat.
    """
    check(seat, Act.ADMINISTER)
    with unpacked(seat, source, key) as directory, node.opened(directory) as copy:
        checks = list(examine(Seat(copy, seat.officer, seat.progress)))
    findings = [(check.name, found) for check in checks for found in check.findings]
    trail.leave(seat, trail.BACKUP_TRIED, told={"file": source.name, "findings": str(len(findings))})
    return Tried(findings, len(checks))
