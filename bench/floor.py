"""Importing 100,000 statements, in segments of 1,000, as one bundle, against the floor of plain.py.

Measured: CPU seconds of reading the bundle, least of the turns; each turn begins with a new node and a new database,
both real files with synchronous FULL, and ends when everything is kept. The ratio is for information: it says what a
node does besides the work that nobody can leave out. Nothing is claimed of it yet.
"""

from __future__ import annotations

import shutil
from base64 import b64decode
from typing import TYPE_CHECKING

import measure
import parties
import plain
from measure import Row

if TYPE_CHECKING:
    from pathlib import Path

SEGMENTS, EACH = 100, 1000
TURNS = 3
WALL, CPU = 0, 1


def read_by_node(directory: Path, data: bytes) -> list[float]:
    """Wall and CPU seconds of reading a bundle at a node."""
    from kelisim_web import store  # noqa: PLC0415
    from kelisim_web.actions.exchange import read_bundle  # noqa: PLC0415

    with parties.at(directory) as seat:
        store.circles()
        with measure.watch() as taken:
            read_bundle(seat, data)
    return taken


def read_by_floor(path: Path, author: parties.Author, data: bytes) -> list[float]:
    """Wall and CPU seconds of reading it at the floor."""
    receiver = plain.Receiver(path, b64decode(author.state.key)[-32:], author.identity)
    with measure.watch() as taken:
        receiver.read(data)
    return taken


def rows() -> list[Row]:
    node, floor = [], []
    with measure.scratch() as directory:
        author = parties.Author.of(directory, parties.found(directory))
        data = author.bundle([author.speak(EACH) for _ in range(SEGMENTS)])
        for turn in range(TURNS):
            new = shutil.copytree(directory / parties.CODES[1], directory / f"node-{turn}")
            node.append(read_by_node(new, data))
            floor.append(read_by_floor(directory / f"plain-{turn}.sqlite3", author, data))
    cpu, bare = (min(taken[CPU] for taken in all_taken) for all_taken in (node, floor))
    wall, bare_wall = (measure.median([taken[WALL] for taken in all_taken]) for all_taken in (node, floor))
    count = f"{SEGMENTS * EACH:,} statements"
    return [
        Row(f"import {count}", cpu, "s CPU", f"floor: {bare:.2f} s", cpu / bare),
        Row(f"import {count}, by the clock", wall, "s", f"floor: {bare_wall:.2f} s", wall / bare_wall),
    ]


if __name__ == "__main__":
    measure.write("floor", rows())
