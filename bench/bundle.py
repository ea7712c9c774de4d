"""Reading a bundle of 200 statements: what an officer waits for when a file has come.

Measured: wall milliseconds of the action that reads a bundle, median, at a node already open whose database is a real
file with synchronous FULL; the statements are on registers drawn by lot from 20,000, so that nearly each is of another
item. Beside it, in turns and on the same file system: the floor of plain.py, and the same at a node whose history has
20,000 statements in 200 segments already, since reading must not grow slower with the length of a history.

Also the size of such a bundle, encrypted, before it is padded.

For information: drafting and dispatching 200 statements, and the overview of the example's plans.
"""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import measure
import parties
import plain
from kelisim import bundle
from measure import Row

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = 200
SEGMENTS, EACH = 200, 100
ROUNDS, TIMED = 8, 4
TIMES = 7
MILLI = 1000
TARGET, FLAT = 25, 2
KILO, MOST_KILOBYTES = 1000, 8
PLAY = Path(__file__).resolve().parents[1] / "examples" / "kaz-usa-2013-2017" / "play.py"


class Reader:
    """A node that reads bundles, and the author of what comes."""

    def __init__(self, directory: Path) -> None:
        self.node = directory / parties.CODES[1]
        self.circle = parties.found(directory)
        self.author = parties.Author.of(directory, self.circle)
        self.taken: list[float] = []

    def live(self, segments: int, each: int) -> None:
        """Read a history."""
        from kelisim_web.actions.exchange import read_bundle  # noqa: PLC0415

        said = [self.author.speak(each) for _ in range(segments)]
        with parties.at(self.node) as seat:
            read_bundle(seat, self.author.bundle(said))

    def read(self) -> None:
        """Read some bundles, one segment each; the first after the node was opened only warms it up."""
        from kelisim_web.actions.exchange import read_bundle  # noqa: PLC0415

        coming = [self.author.bundle([self.author.speak(COUNT)]) for _ in range(TIMED + 1)]
        with parties.at(self.node) as seat:
            read_bundle(seat, coming[0])
            self.taken += [_milliseconds(partial(read_bundle, seat, data)) for data in coming[1:]]


def _milliseconds(work: Callable[[], object]) -> float:
    with measure.watch() as taken:
        work()
    return taken[0] * MILLI


def _kilobytes(author: parties.Author) -> float:
    padded = bundle.decrypt(author.bundle([author.speak(COUNT)]), [author.identity])
    return len(bundle.encrypt(padded.rstrip(b"\x00"), author.recipients)) / KILO


def reading(directory: Path) -> list[Row]:
    new, old = Reader(directory / "new"), Reader(directory / "old")
    old.live(SEGMENTS, EACH)
    author = parties.Author.of(directory / "new", new.circle)  # who has said nothing to the floor yet
    floor = plain.Receiver(directory / "plain.sqlite3", {author.us: author.key}, author.identity)
    least: list[float] = []
    for _ in range(ROUNDS):
        new.read()
        coming = [author.bundle([author.speak(COUNT)]) for _ in range(TIMED)]
        least += [_milliseconds(partial(floor.read, data)) for data in coming]
        old.read()
    took, bare, long = (measure.median(taken) for taken in (new.taken, least, old.taken))
    floor_told, new_told = f"floor: {bare:.1f} ms", f"a new node: {took:.1f} ms"
    return [
        Row(f"read a bundle of {COUNT} statements", took, "ms", floor_told, took / bare, TARGET),
        Row(f"the same after {SEGMENTS * EACH:,} statements", long, "ms", floor_told, long / bare),
        Row(f"a bundle of {COUNT} statements, not padded", _kilobytes(author), "kB", target=MOST_KILOBYTES),
        Row("reading after a long history, to a new node", long / took, "times", new_told, long / took, FLAT),
    ]


def speaking(directory: Path) -> list[Row]:
    circle = parties.found(directory)
    from kelisim_web.actions import positions  # noqa: PLC0415

    author = parties.Author.of(directory, circle)
    drafted, said = [], []
    with parties.at(directory / parties.CODES[1]) as seat:
        for _ in range(TIMES):
            says = [positions.Say(one.item, one.field, str(one.value)) for one in author.positions(COUNT)]
            drafted.append(_milliseconds(partial(positions.draft, seat, circle, says)))
            said.append(_milliseconds(partial(positions.dispatch, seat, circle)))
    return [
        Row(f"draft {COUNT} positions", measure.median(drafted), "ms"),
        Row(f"dispatch {COUNT} drafts", measure.median(said), "ms"),
    ]


def looking(directory: Path) -> list[Row]:
    subprocess.run([sys.executable, str(PLAY), "--to", str(directory)], check=True, stdout=subprocess.DEVNULL)
    from kelisim_web import store  # noqa: PLC0415
    from kelisim_web.queries.overview import overview  # noqa: PLC0415
    from kelisim_web.queries.standing import standing_of  # noqa: PLC0415

    with parties.at(directory / "kaz") as seat:
        circle = store.circles()[0]
        voices = standing_of(seat, circle).voices.values()
        words = sum(len(fields) for voice in voices for fields in voice.words.values())
        taken = [_milliseconds(partial(overview, seat, circle, "en")) for _ in range(TIMES)]
    return [Row(f"standing of the example ({words:,} words)", measure.median(taken), "ms")]


def rows() -> list[Row]:
    with measure.scratch() as directory:
        return [*reading(directory), *speaking(directory / "speaking"), *looking(directory / "example")]


if __name__ == "__main__":
    measure.write("bundle", rows())
