"""The other half of 1,000,000 statements, merged by its receiver: a node beside loro, pycrdt and git.

Two parties have each spoken 500,000 times on their own 20,000 registers, 1,000 statements a commit, the same words for
every peer. The receiver holds its own half; what arrives is the half of the other, as bytes that are compressed where
that makes them fewer. Measured, each turn in a process of its own: wall and CPU seconds of taking these bytes in, the
bytes, and the most memory that the process had, its own half and the program included.

A node verifies, judges and keeps them with synchronous FULL. loro and pycrdt merge in memory and know no signatures;
pycrdt forgets what was overwritten. git fetches a bundle and merges, a file a party and item, into a working tree; it
checks no signatures either.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import loro
import pycrdt
import zstandard

import floor
import measure
import parties
from measure import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from kelisim.ledger.segment import Statement

    Half = list[list[Statement]]  # what a party says, by commit

HALF, EACH = 500_000, 1000
TURNS = 2
WALL, CPU, MEMORY = 0, 1, 2
KILO, MEGA = 1024, 1e6
TIMES_LORO = 5
BEGINNING = 1_767_225_600  # of the commits of git, in seconds


def half(author: parties.Author) -> Half:
    """What a party says."""
    return [author.positions(EACH) for _ in range(HALF // EACH)]


def fewest(data: bytes) -> bytes:
    """Bytes as they travel: compressed, where that makes them fewer."""
    return min(data, zstandard.compress(data), key=len)


def opened(path: Path) -> bytes:
    """What `fewest` was given."""
    data = path.read_bytes()
    return zstandard.decompress(data) if data.startswith(zstandard.FRAME_HEADER) else data


def write_node(directory: Path, circle: str, halves: Sequence[Half]) -> None:
    """Leave the second party's node with its own half, and the bundle that brings it the first one's."""
    first, second = (parties.Author.of(directory, circle, code) for code in parties.CODES)
    own = directory / "own.bundle"
    own.write_bytes(first.bundle([second.say(said) for said in halves[1]]))
    floor.read_by_node(directory / parties.CODES[1], own)
    (directory / "node.wire").write_bytes(first.bundle([first.say(said) for said in halves[0]]))


def merge_node(directory: Path) -> list[float]:
    """Read the bundle at the node."""
    again = shutil.copytree(directory / parties.CODES[1], directory / f"node-{os.getpid()}")
    return floor.read_by_node(again, directory / "node.wire")


def write_loro(directory: Path, halves: Sequence[Half]) -> None:
    """Leave a document with the second half, and the first as updates."""
    docs = []
    for number, said in enumerate(halves):
        doc = loro.LoroDoc()
        doc.peer_id = number + 1
        for commit in said:
            for one in commit:
                doc.get_map(parties.CODES[number]).insert(f"{one.item}/{one.field}", one.value)
            doc.commit()
        docs.append(doc)
    (directory / "loro.wire").write_bytes(fewest(docs[0].export(loro.ExportMode.Updates(loro.VersionVector()))))
    (directory / "loro.own").write_bytes(docs[1].export(loro.ExportMode.Snapshot()))


def merge_loro(directory: Path) -> list[float]:
    """Import the updates."""
    doc = loro.LoroDoc()
    doc.import_((directory / "loro.own").read_bytes())
    with measure.watch() as taken:
        doc.import_(opened(directory / "loro.wire"))
    return [*taken, measure.memory()]


def write_pycrdt(directory: Path, halves: Sequence[Half]) -> None:
    """The same with pycrdt."""
    docs: list[pycrdt.Doc[Any]] = []
    for number, said in enumerate(halves):
        doc: pycrdt.Doc[Any] = pycrdt.Doc(client_id=number + 1)
        registers = doc.get(parties.CODES[number], type=pycrdt.Map)
        for commit in said:
            with doc.transaction():
                for one in commit:
                    registers[f"{one.item}/{one.field}"] = one.value
        docs.append(doc)
    (directory / "pycrdt.wire").write_bytes(fewest(docs[0].get_update()))
    (directory / "pycrdt.own").write_bytes(docs[1].get_update())


def merge_pycrdt(directory: Path) -> list[float]:
    """Apply the updates."""
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    doc.apply_update((directory / "pycrdt.own").read_bytes())
    with measure.watch() as taken:
        doc.apply_update(opened(directory / "pycrdt.wire"))
    return [*taken, measure.memory()]


def git(repository: Path, *words: str, told: bytes = b"") -> list[float]:
    """Run git; wall and CPU seconds, and megabytes of the largest of its processes."""
    identity = ("-c", "user.name=bench", "-c", "user.email=bench@example.org")
    with measure.watch() as taken:
        running = subprocess.Popen(["git", "-C", repository, *identity, *words], stdin=subprocess.PIPE)  # noqa: S607
        if running.stdin:
            running.stdin.write(told)
            running.stdin.close()
        _, status, used = os.wait4(running.pid, 0)
    running.returncode = status  # it has been waited for
    if status:
        raise RuntimeError(" ".join(words))
    return [taken[WALL], used.ru_utime + used.ru_stime, used.ru_maxrss / KILO]


def history(code: str, said: Half) -> Iterator[bytes]:
    """A half as `git fast-import` takes it."""
    files: dict[str, dict[str, str]] = {}
    for number, commit in enumerate(said):
        yield b"commit refs/heads/main\ncommitter bench <bench@example.org> %d +0000\ndata 0\n" % (BEGINNING + number)
        for one in commit:
            files.setdefault(one.item, {})[one.field] = str(one.value)
        for item in sorted({one.item for one in commit}):
            text = "".join(f"{field}: {value}\n" for field, value in sorted(files[item].items())).encode()
            yield b"M 100644 inline %s/%s\ndata %d\n%s\n" % (code.encode(), item.encode(), len(text), text)


def write_git(directory: Path, halves: Sequence[Half]) -> None:
    """Leave the second party's repository, and a bundle of the first one's."""
    for code, said in zip(parties.CODES, halves, strict=True):
        repository = directory / f"git-{code}"
        repository.mkdir()
        git(repository, "init", "-q", "-b", "main")
        git(repository, "fast-import", "--quiet", told=b"".join(history(code, said)))
        git(repository, "repack", "-adq")
        git(repository, "checkout", "-q", "-f", "main")
    git(directory / f"git-{parties.CODES[0]}", "bundle", "create", "-q", str(directory / "git.wire"), "main")


def merge_git(directory: Path) -> list[float]:
    """Fetch the bundle and merge it."""
    again = shutil.copytree(directory / f"git-{parties.CODES[1]}", directory / f"git-{os.getpid()}")
    fetched = git(again, "fetch", "-q", str(directory / "git.wire"), "main:theirs")
    merged = git(again, "merge", "-q", "--allow-unrelated-histories", "-m", "Merge", "theirs")
    shutil.rmtree(again)
    return [fetched[WALL] + merged[WALL], fetched[CPU] + merged[CPU], max(fetched[MEMORY], merged[MEMORY])]


MERGE: dict[str, Callable[[Path], list[float]]] = {
    "node": merge_node,
    "loro": merge_loro,
    "pycrdt": merge_pycrdt,
    "git": merge_git,
}


def write_all(directory: Path) -> None:
    """Write both halves for every peer."""
    circle = parties.found(directory)
    halves = [half(parties.Author.of(directory, circle, code)) for code in parties.CODES]
    write_node(directory, circle, halves)
    write_loro(directory, halves)
    write_pycrdt(directory, halves)
    write_git(directory, halves)


def rows() -> list[Row]:
    with measure.scratch() as directory:
        with get_context("spawn").Pool(1, maxtasksperchild=1) as alone:
            alone.apply(write_all, (directory,))
            works = {name: lambda merge=merge: alone.apply(merge, (directory,)) for name, merge in MERGE.items()}
            turns = {name: [work() for _ in range(TURNS)] for name, work in works.items()}
        size = {name: (directory / f"{name}.wire").stat().st_size / MEGA for name in MERGE}
    wall, cpu, memory = ({name: min(one[of] for one in turns[name]) for name in MERGE} for of in (WALL, CPU, MEMORY))
    smallest = min(memory[name] for name in MERGE if name != "node")
    what = f"merge {HALF:,} of another's 1,000 a commit"

    def told(of: dict[str, float], unit: str) -> str:
        return ", ".join(f"{name}: {of[name]:.1f}{unit}" for name in MERGE)

    return [
        Row(f"{what}, by the clock", wall["node"] / wall["git"], "times git", told(wall, " s"), None, 1),
        Row(f"{what}, CPU", cpu["node"] / cpu["loro"], "times loro", told(cpu, " s"), None, TIMES_LORO),
        Row(f"{what}, on the wire", size["node"] / size["git"], "times git", told(size, " MB"), None, 1),
        Row(f"{what}, memory", memory["node"] / smallest, "times the least", told(memory, " MB"), None, 1),
    ]


if __name__ == "__main__":
    measure.write("peers", rows())
