"""Finding what counts of a long feed, and adding to it.

Measured: CPU milliseconds, least of the turns. `feed.line` over 10,000 segments runs beside a plain walk over the same
list, from each place to the one that names it, which finds no forks, gaps, epochs or cards. `feed.grow` adds one
segment to a line of 10,000 and to one of none, without their ids: it must not grow with the length of the feed. All
for information.
"""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING

import measure
from kelisim.ledger import feed
from kelisim.ledger.digest import digest
from measure import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LENGTH = 10_000
TURNS = 9
REPEATS = 1000
MILLI, MICRO = 1e3, 1e6
CHARTER, CARD = digest(b"charter"), digest(b"card")
NUMBERS = {CARD: 0}


def places(length: int) -> list[feed.Place]:
    """A feed of one epoch without a fork, shuffled."""
    ids = [CHARTER, *(digest(b"segment %d" % seq) for seq in range(1, length + 1))]
    made = [feed.Place(ids[seq], 0, seq, ids[seq - 1], CARD) for seq in range(1, length + 1)]
    random.Random(1).shuffle(made)  # noqa: S311  (an order, not a secret)
    return made


def walk(held: Sequence[feed.Place]) -> tuple[str, ...]:
    """The plain walk."""
    after = {place.prev: place.id for place in held}
    head, ids = CHARTER, []
    while head in after:
        head = after[head]
        ids.append(head)
    return tuple(ids)


def _cpu(work: Callable[[], object], repeats: int = 1) -> float:
    with measure.watch() as taken:
        for _ in range(repeats):
            work()
    return taken[1] / repeats


def rows() -> list[Row]:
    held = places(LENGTH)
    whole = feed.line(held, [], feed.Start(CHARTER, 0), NUMBERS)
    if whole.ids != walk(held):
        raise ValueError(whole.head)
    long, none = whole._replace(ids=()), feed.Line((), CHARTER, 0, 0, 0)
    after_long = [feed.Place(digest(b"new"), 0, LENGTH + 1, long.head, CARD)]
    after_none = [feed.Place(digest(b"new"), 0, 1, CHARTER, CARD)]
    works = {
        "line": partial(_cpu, lambda: feed.line(held, [], feed.Start(CHARTER, 0), NUMBERS)),
        "walk": partial(_cpu, lambda: walk(held)),
        "long": partial(_cpu, lambda: feed.grow(long, after_long, NUMBERS), REPEATS),
        "none": partial(_cpu, lambda: feed.grow(none, after_none, NUMBERS), REPEATS),
    }
    least = {name: min(taken) for name, taken in measure.in_turns(works, TURNS).items()}
    line, plain = least["line"] * MILLI, least["walk"] * MILLI
    grown, first = least["long"] * MICRO, least["none"] * MICRO
    return [
        Row(f"feed.line over {LENGTH:,} segments", line, "ms CPU", f"a plain walk: {plain:.1f} ms", line / plain),
        Row(f"feed.grow by 1 after {LENGTH:,}", grown, "µs CPU", f"after none: {first:.2f} µs", grown / first),
    ]


if __name__ == "__main__":
    measure.write("feed", rows())
