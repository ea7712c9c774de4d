"""The site, asked over HTTP as a browser asks it: CPU of the server's thread a request, on SQLite and on PostgreSQL.

The server is the one that `kelisim serve` starts, with a clock around the application (`served.py`). With SQLite the
database works in that thread; with PostgreSQL the CPU time of its processes is told apart, as a mean a request. Each
page is asked for 200 times after some times to warm up; the pages of the lines of cooperation take turns.

A: one plan of 1,500 activities of 25 fields, as `worlds` makes it; "all open" is a page on which no item is agreed, so
that all twelve fields of each are shown. B: 40 plans of 300 activities each. Then a plan of 200 activities after
histories of 10,000, 100,000 and 1,000,000 statements; nothing may grow with these.
"""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

import measure
import parties
import worlds
from measure import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.postgresql import PostgreSQL

HERE = Path(__file__).resolve().parent
PORT = 8180
TIMES, WARM = 200, 10
P95 = 0.95
TICK = 100  # clock ticks a second, as Linux tells CPU time
CSRF = "b" * 32
LANGUAGES = [("language", "en"), ("language", "ru")]
ITEMS, PLANS, ITEMS_EACH = 1500, 40, 300
GROWING, HISTORIES = 200, (10_000, 100_000, 1_000_000)
TARGETS = {"table": 60, "table, all open": 60, "list of 100": 40, "act": 40, "overview": 80}
GROWTH = 1.3


class Asked(NamedTuple):
    """A request: path, and a form to send, if any."""

    path: str
    form: dict[str, str] | None = None


@dataclass
class Site:
    """A site that is up.

    Attributes:
        cookie: of an officer who has signed in.
        database: its server, where it has one of its own.
    """

    cookie: str
    database: PostgreSQL | None

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("localhost", PORT)

    def ask(self, asked: Asked) -> float:
        """Ask; milliseconds that the answer took the server's thread.

        Raises:
            RuntimeError: it was refused, or leads elsewhere.
        """
        headers = {"Cookie": f"kelisim={self.cookie}; csrftoken={CSRF}; kelisim_language=en"}
        if asked.form is None:
            self.connection.request("GET", asked.path, headers=headers)
        else:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true", "X-CSRFToken": CSRF}
            self.connection.request("POST", asked.path, urlencode(asked.form), headers)
        answer = self.connection.getresponse()
        self.body = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{asked.path}: {answer.status} {answer.getheader('Location') or self.body[:2000]}")
        return float(answer.getheader("Server-Timing", "").partition("dur=")[2])


class Took(NamedTuple):
    """Milliseconds a request: the server's thread, and the database's processes."""

    middle: float
    high: float
    database: float


def took(site: Site, requests: Iterable[Asked]) -> Took:
    """What some requests took; the first of them warm up."""
    every = list(requests)
    for asked in every[:WARM]:
        site.ask(asked)
    before = cpu(site.database)
    taken = sorted(site.ask(asked) for asked in every[WARM:])
    used = (cpu(site.database) - before) * 1000 / len(taken)
    return Took(measure.median(taken), taken[int(len(taken) * P95)], used)


def cpu(server: PostgreSQL | None) -> float:
    """CPU seconds of all processes of a PostgreSQL server so far, those that have ended too."""
    if server is None:
        return 0
    first = server.process.pid
    children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    ticks = 0
    for pid, last in ((first, 17), *((child, 15) for child in children)):
        with suppress(FileNotFoundError):  # it has ended
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(int(field) for field in fields[11 : last - 2])
    return ticks / TICK


@contextmanager
def served(directory: Path, database: PostgreSQL | None, users: int = 1) -> Iterator[list[Site]]:
    """A node's site, as so many officers have it."""
    words = [sys.executable, str(HERE / "served.py"), str(directory), str(PORT), str(users)]
    running = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout  # noqa: S101
        cookies = [running.stdout.readline().strip() for _ in range(users)]
        sites = [Site(cookie, database) for cookie in cookies]
        wait(sites[0])
        yield sites
    finally:
        running.terminate()
        running.wait()


def wait(site: Site) -> None:
    """Wait until it answers."""
    for _ in range(300):
        try:
            site.ask(Asked("/"))
        except ConnectionError:
            site.connection.close()
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the site does not answer")


def page(plan: worlds.Plan, *queries: dict[str, str]) -> list[Asked]:
    """Pages of the table, in turns."""
    asked = [urlencode([*query.items(), *LANGUAGES]) for query in queries]
    turns = (asked * -(-(WARM + TIMES) // len(asked)))[: WARM + TIMES]
    return [Asked(f"/plan/{plan.circle[:12]}/table/?{query}") for query in turns]


def acts(plan: worlds.Plan) -> list[Asked]:
    """Take over the words of the other party, each time on another field."""
    where = (plan.open * -(-(WARM + TIMES) // len(plan.open)))[: WARM + TIMES]
    path = f"/plan/{plan.circle[:12]}/act/"
    return [
        Asked(path, {"act": f"endorse:{parties.CODES[0]}:{item}:{stem}", "language": "en", "next": path})
        for item, stem in where
    ]


def pages(plan: worlds.Plan) -> dict[str, list[Asked]]:
    """What is measured of a plan, by name; the act last, since it leaves drafts."""
    lines = [{"line": worlds.line(place)} for place in range(1, len(plan.items) // worlds.A_LINE)]
    return {
        "table": page(plan, *lines),
        "table, all open": page(plan, {"line": worlds.line(0)}),
        "list of 100": page(plan, {"state": "agreed", "kind": "activity"}),
        "overview": [Asked(f"/plan/{plan.circle[:12]}/")] * (WARM + TIMES),
        "act": acts(plan),
    }


def one_plan(directory: Path, database: PostgreSQL | None, where: str) -> list[Row]:
    """World A."""
    plan = worlds.made(directory, ITEMS)
    with served(directory / parties.CODES[1], database) as (site, *_):
        return [told(f"{name}, {where}", took(site, asked), TARGETS[name]) for name, asked in pages(plan).items()]


def many_plans(directory: Path, database: PostgreSQL | None, where: str) -> list[Row]:
    """World B: the week over all plans, and the table of each in turns."""
    plans = [worlds.made(directory, ITEMS_EACH) for _ in range(PLANS)]
    tables = [page(plan, {"line": worlds.line(1)})[0] for plan in plans] * (1 + (WARM + TIMES) // PLANS)
    with served(directory / parties.CODES[1], database) as (site, *_):
        for plan in tables[:PLANS]:
            site.ask(plan)
        week = took(site, [Asked("/")] * (WARM + TIMES))
        table = took(site, tables[: WARM + TIMES])
    return [
        told(f"my week over {PLANS} plans, {where}", week, None),
        told(f"table of one of {PLANS} plans, {where}", table, TARGETS["table"]),
    ]


def growing(directory: Path, database: PostgreSQL | None, where: str) -> list[Row]:
    """A plan after histories of several lengths, each page beside that after the shortest."""
    plans = [worlds.made(directory, GROWING, length) for length in HISTORIES]
    with served(directory / parties.CODES[1], database) as (site, *_):
        taken = [{name: took(site, asked).middle for name, asked in pages(plan).items()} for plan in plans]
    short = taken[0]
    return [
        Row(f"{name} after {length:,} statements, {where}", ratio, "times", beside, ratio, GROWTH)
        for length, long in zip(HISTORIES[1:], taken[1:], strict=True)
        for name, after in long.items()
        for ratio, beside in [(after / short[name], f"{after:.1f} to {short[name]:.1f} ms after {HISTORIES[0]:,}")]
    ]


def told(work: str, found: Took, target: float | None) -> Row:
    """A row of results."""
    return Row(work, found.middle, "ms", f"p95 {found.high:.0f}, database {found.database:.1f}", target=target)


def server_of_tests() -> PostgreSQL:
    """A PostgreSQL server, which the tests know how to start."""
    sys.path.append(str(HERE.parent))
    from tests.postgresql import PostgreSQL  # noqa: PLC0415  (found only now)

    return PostgreSQL()


def rows() -> list[Row]:
    found = []
    server = server_of_tests()
    try:
        for database, where in ((None, "SQLite"), (server, "PostgreSQL")):
            for world in (one_plan, many_plans, growing):
                with measure.scratch() as directory:
                    parties.settle(directory, database.new() if database else "")
                    found += world(directory, database, where)
    finally:
        server.stop()
    return found


if __name__ == "__main__":
    measure.write("desk", rows())
