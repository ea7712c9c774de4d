"""100 officers at one site on PostgreSQL, for ten minutes: `load.py`, or `load.py 120` for so many seconds.

Each is signed in, thinks for 30 seconds on average (exponentially), and then reads a page in four of five times, or
else takes over the words of the other party on a field. Plan and fields are world A of `desk`. No answer may be an
error, and of a hundred answers 99 come within a second. The CPU that this program itself takes, which runs on the same
machine, is told apart.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import desk
import measure
import parties
import worlds
from desk import Asked, Site
from measure import Row

if TYPE_CHECKING:
    from collections.abc import Callable

USERS, SECONDS, THINKING = 100, 600, 30
READS = 0.8
P99, TARGET = 0.99, 1000
MILLI = 1000


@dataclass
class Day:
    """What the officers find.

    Attributes:
        plan: what they work on.
        ends: when.
        waited: milliseconds that each answer took, as its reader saw it.
        errors: what was no answer.
    """

    plan: worlds.Plan
    ends: float
    waited: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def work(self, site: Site, lots: random.Random) -> None:
        """The day of one officer; a thread."""
        asking = self.asking(lots)
        while (pause := lots.expovariate(1 / THINKING)) < self.ends - time.monotonic():
            time.sleep(pause)
            began = time.perf_counter()
            try:
                site.connection.close()  # who thinks for half a minute comes by a new connection
                site.ask(asking())
            except (RuntimeError, OSError) as error:
                self.errors.append(repr(error)[:300])
            self.waited.append((time.perf_counter() - began) * MILLI)

    def asking(self, lots: random.Random) -> Callable[[], Asked]:
        """What an officer asks for next."""
        at = f"/plan/{self.plan.circle[:12]}/"
        lines = [worlds.line(place) for place in range(len(self.plan.items) // worlds.A_LINE)]
        reads: list[Callable[[], str]] = [
            lambda: "/",
            lambda: at,
            lambda: f"{at}table/?line={lots.choice(lines)}",
            lambda: f"{at}table/?state=open&page={lots.randrange(1, 4)}",
            lambda: f"{at}items/{lots.choice(self.plan.items)}/",
            lambda: f"{at}drafts/",
        ]
        writes = desk.acts(self.plan)
        return lambda: Asked(lots.choice(reads)()) if lots.random() < READS else lots.choice(writes)


def rows(seconds: float = SECONDS) -> list[Row]:
    server = desk.server_of_tests()
    try:
        with measure.scratch() as directory:
            parties.settle(directory, server.new())
            plan = worlds.made(directory, desk.ITEMS)
            with desk.served(directory / parties.CODES[1], server, USERS) as sites:
                return told(Day(plan, time.monotonic() + seconds), sites, seconds)
    finally:
        server.stop()


def told(day: Day, sites: list[Site], seconds: float) -> list[Row]:
    """Have all officers work at once; what they found."""
    works = [
        threading.Thread(target=day.work, args=(site, random.Random(number)))  # noqa: S311  (who asks for what)
        for number, site in enumerate(sites)
    ]
    with measure.watch() as taken:
        for one in works:
            one.start()
        for one in works:
            one.join()
    for error in sorted(set(day.errors)):
        print(error, file=sys.stderr)
    waited = sorted(day.waited)
    high = waited[int(len(waited) * P99)]
    beside = f"{len(waited):,} answers in {seconds:.0f} s, half of them in {measure.median(waited):.0f} ms"
    return [
        Row(f"{USERS} officers: 99 answers of 100 within", high, "ms", beside, target=TARGET),
        Row(f"{USERS} officers: errors", len(day.errors), "errors", target=0),
        Row("the load itself, of one processor", taken[1] / taken[0] * 100, "%"),
    ]


if __name__ == "__main__":
    measure.write("load", rows(*map(float, sys.argv[1:])))
