"""Four parties, three in the open; and the same four where three have a circle of their own beside it."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.site.conftest import Desks, found

if TYPE_CHECKING:
    from pathlib import Path


class Founded(NamedTuple):
    """Homes to copy, and the circles in them.

    Attributes:
        bare: KAZ, USA and GBR have founded a plan; UZB has a node.
        hidden: the same, and KAZ, USA and UZB have founded one of theirs, of which GBR is not told.
        open, side: the two circles.
    """

    bare: Path
    hidden: Path
    open: str
    side: str


def charters(desks: Desks, desk: str) -> set[str]:
    """The ids of the circles that a desk holds."""
    return {name for (name,) in desks.query(desk, "SELECT id FROM kelisim_web_record WHERE kind = 'charter'")}


def join(desks: Desks, *codes: str) -> str:
    """These parties, of which the first know each other, found a circle of their own; its id."""
    first = codes[0].lower()
    before = charters(desks, first)
    desks.well(first, f"plan new {' '.join(codes[1:])} --proposer {codes[0]} --languages en,ru")
    (side,) = charters(desks, first) - before
    for code in codes:
        desk = code.lower()
        request = desks.json(desk, f"--plan {side} plan sign")[0]["request"]
        assert desks.run("root", "sign", request, "--roots", f"roots/{desk}").status == 0
        desks.well(desk, f"plan sign {request}.signed")
        for other in codes:
            if other != code:
                desks.well(other.lower(), f"bundle read {desks.write(desk, other.lower(), f'--plan {side}')}")
    return side


def meet_newcomer(desks: Desks, code: str, *others: str) -> None:
    """A party with a node of its own is confirmed by others, and confirms them."""
    name = code.lower()
    assert desks.run("root", "new", f"roots/{name}").status == 0
    desks.run("init", code, "--node", name, "--example", "--root", f"roots/{name}", "--name", f"en=State of {code}")
    desks.run("root", "sign", f"{name}/requests/card.request", "--roots", f"roots/{name}")
    desks.well(name, f"card write --to {name}.card")
    for other in others:
        for desk, known in ((name, other), (other.lower(), code)):
            file = f"{known.lower()}.card"
            digits = json.loads(desks.run("--json", "verify", file).out)["digits"]
            desks.well(desk, f"party add {file} --as {known} --digits '{digits}'")


@pytest.fixture(scope="session")
def circles(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    """The two homes."""
    bare = tmp_path_factory.mktemp("bare") / "home"
    hidden = tmp_path_factory.mktemp("hidden") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KELISIM_LANGUAGE", "en")
        patch.setenv("KELISIM_NOW", "2012-11-05T09:30Z")
        bare.mkdir()
        desks = Desks(bare)
        found(desks, "KAZ", "USA", "GBR")
        (wide,) = charters(desks, "kaz")
        shutil.copytree(bare, hidden)
        beside = Desks(hidden)
        meet_newcomer(beside, "UZB", "KAZ", "USA")
        side = join(beside, "KAZ", "USA", "UZB")
    return Founded(bare, hidden, wide, side)


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KELISIM_LANGUAGE", "en")
    monkeypatch.setenv("KELISIM_NOW", "2012-11-05T09:30Z")
    monkeypatch.delenv("KELISIM_NODE", raising=False)
