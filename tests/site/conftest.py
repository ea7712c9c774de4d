"""Two nodes that have founded a plan, and the officers who type at them."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from kelisim.cli import main
from tests.site.rows import copied, no_more_than_now, on_postgresql, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAN = "planplanplanplan"


class Answer(NamedTuple):
    """What a command said: exit status, standard output, standard error."""

    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The objects of a `--json` answer."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def refused(self) -> str:
        """The code of the refusal of a `--json` answer; empty where it went well."""
        return json.loads(self.err)["refused"] if self.err.startswith("{") else ""


class Desks:
    """The desks of the parties, each a node in a directory below `home`."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def run(self, *words: str) -> Answer:
        """Type a command in the home directory."""
        out, err = io.StringIO(), io.StringIO()
        before = Path.cwd()
        os.chdir(self.home)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                status = main(list(words))
        finally:
            os.chdir(before)
        return Answer(status, out.getvalue(), err.getvalue())

    def at(self, desk: str, command: str) -> Answer:
        """Type a command at a desk, words split as a shell does."""
        return self.run("--node", desk, *shlex.split(command))

    def well(self, desk: str, command: str) -> Answer:
        """Type a command that must go well."""
        answer = self.at(desk, command)
        assert answer.status == 0, (command, answer)
        return answer

    def json(self, desk: str, command: str) -> list[dict[str, Any]]:
        """Type a command and read its objects."""
        return self.well(desk, f"--json {command}").objects

    def item(self, desk: str, kind: str, *fields: str) -> str:
        """Draft a new item; its id."""
        quoted = " ".join(shlex.quote(field) for field in fields)
        return self.json(desk, f"item new {kind} {quoted}")[0]["item"]

    def write(self, sender: str, recipient: str, extra: str = "") -> str:
        """Write a bundle; its name."""
        name = f"{len(list(self.home.glob('*.bundle'))) + 1:03}-{sender}-{recipient}.bundle"
        self.well(sender, f"bundle write {name} --to {recipient.upper()} {extra}")
        return name

    def cross(self, sender: str, recipient: str) -> Answer:
        """A bundle goes over."""
        return self.well(recipient, f"bundle read {self.write(sender, recipient)}")

    def meet(self, *desks: str) -> None:
        """Everybody says what it has drafted, and bundles go from everybody to everybody."""
        for desk in desks:
            self.well(desk, "dispatch --acknowledge")
        for sender in desks:
            for recipient in desks:
                if sender != recipient:
                    self.cross(sender, recipient)

    def field(self, desk: str, item: str, field: str) -> dict[str, Any]:
        """How a field stands at a desk."""
        return next(one for one in self.json(desk, f"show {item}") if one.get("field") == field and "status" in one)

    def copy(self, desk: str, name: str) -> Path:
        """Copy a node, as a backup or a thief does: its directory, and its rows where these lie elsewhere."""
        return copied(self.home / desk, self.home / name)

    def dump(self, desk: str) -> list[str]:
        """Everything a node holds, as text."""
        with rows_of(self.home / desk) as rows:
            return rows.dump()

    def query(self, desk: str, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of a node, read past Django."""
        with rows_of(self.home / desk) as rows:
            return rows.query(sql, *values)

    def change(self, desk: str, *statements: str) -> None:
        """Change rows of a node past Django; each statement must change some."""
        with rows_of(self.home / desk) as rows:
            for statement in statements:
                assert rows.change(statement), statement

    def spoil(self, desk: str, *statements: str) -> None:
        """Change rows past every trigger, which stand again afterwards."""
        with rows_of(self.home / desk) as rows, rows.unguarded():
            for statement in statements:
                assert rows.change(statement), statement


def found(desks: Desks, *codes: str, languages: str = "en,kk,ru") -> None:
    """Root keys, nodes, cards, digits, charter: everything before the first position."""
    for code in codes:
        name = code.lower()
        assert desks.run("root", "new", f"roots/{name}").status == 0
        desks.run("init", code, "--node", name, "--example", "--root", f"roots/{name}", "--name", f"en=State of {code}")
        desks.run("root", "sign", f"{name}/requests/card.request", "--roots", f"roots/{name}")
        desks.well(name, f"card write --to {name}.card")
    for desk in codes:
        for other in codes:
            if desk != other:
                file = f"{other.lower()}.card"
                digits = json.loads(desks.run("--json", "verify", file).out)["digits"]
                desks.well(desk.lower(), f"party add {file} --as {other} --digits '{digits}'")
    first, *others = codes
    desks.well(first.lower(), f"plan new {' '.join(others)} --proposer {others[0]} --languages {languages}")
    for place, code in enumerate(codes):
        name = code.lower()
        desks.well(name, "plan sign")
        request = f"{name}/requests/charter.request"
        desks.run("root", "sign", request, "--roots", f"roots/{name}")
        desks.well(name, f"plan sign {request}.signed")
        if place + 1 < len(codes):
            desks.cross(name, codes[place + 1].lower())
    for other in codes[:-1]:
        desks.cross(codes[-1].lower(), other.lower())


@pytest.fixture(scope="session", autouse=True)
def _database(request: pytest.FixtureRequest) -> None:
    """Have each node that is made keep its rows in a database of its own, where the run is told to use PostgreSQL."""
    if request.config.getoption("database") == "postgresql":
        on_postgresql(request.getfixturevalue("postgresql"))


@pytest.fixture(autouse=True)
def _room() -> Iterator[None]:
    """Drop the databases that one test has made."""
    with no_more_than_now():
        yield


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two nodes that have founded a plan; copied for each test."""
    home = tmp_path_factory.mktemp("founded")
    found(Desks(home), "KAZ", "USA")
    return home


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KELISIM_LANGUAGE", "en")
    monkeypatch.setenv("KELISIM_NOW", "2012-11-05T09:30Z")
    monkeypatch.delenv("KELISIM_NODE", raising=False)
    monkeypatch.delenv("KELISIM_DATABASE", raising=False)
    monkeypatch.setenv("KELISIM_DEBUG", "1")


@pytest.fixture
def desks(founded: Path, tmp_path: Path) -> Desks:
    """The two desks, of a plan just founded."""
    home = tmp_path / "home"
    copied(founded, home)
    return Desks(home)


def agree(desks: Desks) -> tuple[Desks, str, str]:
    """Propose a small plan of one activity at one desk, and take it over at the other."""
    plan = desks.item("kaz", "plan", "number=0", "plan_type=framework", "period=2013/2017", "title.en=Joint plan")
    course = desks.item(
        "kaz", "activity", f"parent={plan}", "number=1", "title.en=Joint course", "period=2013-04", "host=KAZ"
    )
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    desks.well("usa", "draft --all --theirs KAZ")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    return desks, plan, course


@pytest.fixture
def agreed(desks: Desks) -> tuple[Desks, str, str]:
    """A small plan of one activity on which all is agreed: the desks, the plan item, the activity."""
    return agree(desks)


@pytest.fixture(scope="session")
def founded_three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three nodes that have founded a plan; copied for each test."""
    home = tmp_path_factory.mktemp("founded-three")
    found(Desks(home), "KAZ", "USA", "GBR")
    return home


@pytest.fixture
def three(founded_three: Path, tmp_path: Path) -> Desks:
    """The three desks, of a plan just founded."""
    home = tmp_path / "home"
    copied(founded_three, home)
    return Desks(home)


from tests.site.web import example, example_played, seated, web  # noqa: E402, F401  (fixtures that stand on those above)
