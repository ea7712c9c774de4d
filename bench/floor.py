"""Importing 1,000,000 statements of two parties, 20,000 registers each, as one bundle, against the floor of plain.py.

Measured: CPU seconds of reading the bundle, least of the turns, and the most memory that a turn took; each turn is a
process of its own with a new node and a new database, real files with synchronous FULL, and ends when everything is
kept. In segments of 20 statements, as an officer dispatches, and of 1,000. The bundle is one that a party gets that has
lost its node: its own feed is in it. Beside it what such a bundle takes on the wire.
"""

from __future__ import annotations

import shutil
from multiprocessing import get_context
from typing import TYPE_CHECKING

import measure
import parties
import plain
from measure import Row

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

STATEMENTS = 1_000_000
TURNS = {20: 2, 1000: 3}  # by how many statements a segment has
WALL, CPU, MEMORY = 0, 1, 2
TARGET, MOST_MEMORY = 1.6, 100
MOST_BYTES = {20: 26, 1000: 16}  # of the encrypted bundle, a statement


def read_by_node(directory: Path, path: Path) -> list[float]:
    """Wall and CPU seconds of reading a bundle at a node, and megabytes of memory."""
    with parties.at(directory) as seat, path.open("rb") as source:
        from kelisim_web import store  # noqa: PLC0415  (rows load after Django is set up)
        from kelisim_web.actions.exchange import read_bundle  # noqa: PLC0415

        store.circles()
        with measure.watch() as taken:
            read_bundle(seat, source)
    return [*taken, measure.memory()]


def read_by_floor(database: Path, path: Path, keys: Mapping[str, bytes], identity: str) -> list[float]:
    """The same at the floor."""
    data = path.read_bytes()
    receiver = plain.Receiver(database, keys, identity)
    with measure.watch() as taken:
        receiver.read(data)
    return [*taken, measure.memory()]


def write_history(directory: Path, each: int) -> tuple[Path, dict[str, bytes], str]:
    """Write the bundle; return it, the authors' keys, and the identity that opens it."""
    circle = parties.found(directory)
    authors = [parties.Author.of(directory, circle, code) for code in parties.CODES]
    said = [author.speak(each) for author in authors for _ in range(STATEMENTS // each // len(authors))]
    path = directory / "history.bundle"
    path.write_bytes(authors[0].bundle(said))
    return path, {author.us: author.key for author in authors}, authors[0].identity


def importing(directory: Path, each: int) -> list[Row]:
    path, keys, identity = write_history(directory, each)
    size, node, floor = path.stat().st_size, [], []
    with get_context("spawn").Pool(1, maxtasksperchild=1) as alone:
        for turn in range(TURNS[each]):
            new = shutil.copytree(directory / parties.CODES[1], directory / f"node-{turn}")
            node.append(alone.apply(read_by_node, (new, path)))
            floor.append(alone.apply(read_by_floor, (directory / f"plain-{turn}.sqlite3", path, keys, identity)))
    cpu, bare = (min(taken[CPU] for taken in all_taken) for all_taken in (node, floor))
    wall, bare_wall = (measure.median([taken[WALL] for taken in all_taken]) for all_taken in (node, floor))
    memory, bare_memory = (max(taken[MEMORY] for taken in all_taken) for all_taken in (node, floor))
    what = f"import {STATEMENTS:,} in segments of {each:,}"
    return [
        Row(what, cpu / bare, "floors CPU", f"{cpu:.2f} s, floor: {bare:.2f} s", cpu / bare, TARGET),
        Row(f"{what}, by the clock", wall, "s", f"floor: {bare_wall:.2f} s", wall / bare_wall),
        Row(f"{what}, at most", memory, "MB", f"floor: {bare_memory:.0f} MB", memory / bare_memory, MOST_MEMORY),
        Row(f"{what}, on the wire", size / STATEMENTS, "B a statement", target=MOST_BYTES[each]),
    ]


def rows() -> list[Row]:
    found = []
    for each in TURNS:
        with measure.scratch() as directory:
            found += importing(directory, each)
    return found


if __name__ == "__main__":
    measure.write("floor", rows())
