"""The standing of a plan of 20,000 registers a party, and a bundle of 200 statements that changes it.

Two parties have spoken on 2,000 items of 10 fields; four items of five are agreed, and of 100 fields 85. Measured at a
node whose database is a real file with synchronous FULL, after a history of 40,000 statements and after one of
1,000,000, in turns: wall milliseconds, median, of what `kelisim standing` asks for when a bundle has come since the
last look, and of reading a bundle of 200 statements with everything derived from it. Neither may grow with the length
of the history.

Also the same standing from nothing: from the segments as they are kept, without a derived row, every status found.

For information: the same standing where nobody has looked yet, so that every field is new; writing a bundle that
carries 200 new statements; drafting one field.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import measure
import parties
from measure import Row

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHORT, LONG, EACH = 40_000, 1_000_000, 200
COUNT = 200
TURNS = 9
MILLI = 1000
TARGET_STANDING, TARGET_READING, TARGET_NOTHING, FLAT = 100, 30, 2, 2
LOOKS = 3


class Desk:
    """The second party's node after a history."""

    def __init__(self, directory: Path, statements: int) -> None:
        self.node, self.circle = directory / parties.CODES[1], parties.found(directory)
        authors = [parties.Author.of(directory, self.circle, code) for code in parties.CODES]
        self.author = authors[0]
        whole = self.author.bundle(parties.history(authors, statements, EACH))
        with parties.at(self.node) as seat:
            from kelisim_web import restored  # noqa: PLC0415  (rows load after Django is set up)
            from kelisim_web.actions import exchange, positions  # noqa: PLC0415
            from kelisim_web.queries import overview  # noqa: PLC0415

            self.exchange, self.overview, self.positions = exchange, overview, positions
            exchange.read_bundle(seat, whole)
            restored.end(self.circle)  # the history has our own feed, which makes a node think it is a copy
        self.taken: dict[str, list[float]] = {}

    def turn(self) -> None:
        """Look where nobody has; look as every day; speak and write a bundle. Each first a time to warm up."""
        bundles = [self.author.bundle([self.author.speak(COUNT)]) for _ in range(2)]
        with parties.at(self.node) as seat:
            look = partial(self.overview.overview, seat, self.circle, "en")
            look()
            if "first look" not in self.taken:
                self._time("first look", look)
            self.exchange.read_bundle(seat, bundles[0])
            self.overview.look(seat, self.circle)
            self._time("read", partial(self.exchange.read_bundle, seat, bundles[1]))
            self._time("look", look)
            self._speak(seat)

    def _speak(self, seat: parties.Seat) -> None:
        one, *others = [
            self.positions.Say(said.item, said.field, str(said.value)) for said in self.author.positions(COUNT)
        ]
        self._time("draft", partial(self.positions.draft, seat, self.circle, [one]))
        self.positions.draft(seat, self.circle, others)
        self.positions.dispatch(seat, self.circle)
        self._time("write", partial(self.exchange.write_bundle, seat, self.circle, parties.CODES[0]))

    def _time(self, name: str, work: Callable[[], object]) -> None:
        with measure.watch() as taken:
            work()
        self.taken.setdefault(name, []).append(taken[0] * MILLI)

    def from_nothing(self) -> float:
        """Seconds, the least of some, in which the standing is made of evidence alone."""
        from kelisim_web import store  # noqa: PLC0415  (rows load after Django is set up)
        from kelisim_web.queries.standing import standing_at  # noqa: PLC0415

        looks = []
        with parties.at(self.node) as seat:
            cut = store.heads(store.charter(self.circle))
            for _ in range(LOOKS):
                with measure.watch() as taken:
                    made = standing_at(seat, self.circle, cut)
                    for item in made.items():
                        made.statuses(item)
                looks.append(taken[0])
        return min(looks)

    def median(self, name: str) -> float:
        """Milliseconds."""
        return measure.median(self.taken[name])


def rows() -> list[Row]:
    with measure.scratch() as directory:
        desks = short, long = Desk(directory / "short", SHORT), Desk(directory / "long", LONG)
        for _ in range(TURNS):
            for desk in desks:
                desk.turn()
        nothing = long.from_nothing()

    def told(work: str, name: str, target: float | None = None) -> list[Row]:
        one, other = short.median(name), long.median(name)
        after = f"after {SHORT:,}: {one:.1f} ms"
        return [
            Row(work, one, "ms", target=target),
            Row(f"{work}, after {LONG:,}", other, "ms", after, other / one, target),
        ]

    flat = [long.median(name) / short.median(name) for name in ("read", "look")]
    return [
        *told("standing of 20,000 registers a party", "look", TARGET_STANDING),
        Row(f"the same from {LONG:,} statements alone", nothing, "s", target=TARGET_NOTHING),
        *told(f"read a bundle of {COUNT} statements into it", "read", TARGET_READING),
        Row("a long history to a short one, the worse of both", max(flat), "times", "", max(flat), FLAT),
        *told("the same standing, every field new", "first look"),
        *told("draft one field", "draft"),
        *told(f"write a bundle of {COUNT} new statements", "write"),
    ]


if __name__ == "__main__":
    measure.write("standing", rows())
