"""Homes in which an act can be done next, and how each act leaves them when nothing goes wrong."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.crash.acts import ACTS, Act, glance, play, state
from tests.site.conftest import Desks

if TYPE_CHECKING:
    from pathlib import Path

NOW = {"KELISIM_LANGUAGE": "en", "KELISIM_NOW": "2012-11-05T09:30Z", "KELISIM_DEBUG": ""}


@pytest.fixture(autouse=True)
def _told(monkeypatch):
    for name, value in NOW.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("KELISIM_NODE", raising=False)


@pytest.fixture(scope="session")
def homes(tmp_path_factory) -> Path:
    """A home for each act, as it is before it."""
    homes = tmp_path_factory.mktemp("homes")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in NOW.items():
            patch.setenv(name, value)
        play(homes)
    return homes


class Stage:
    """An act, the states before and after it, and fresh homes to do it in."""

    def __init__(self, homes: Path, place: Path, act: Act) -> None:
        self.act, self._home, self._place = act, homes / act.name, place
        desks = self.fresh()
        assert self.findings(desks) == []
        self.before, self.before_it = state(desks, act), glance(desks, act)
        desks.well(act.desk, act.command)
        self.after = state(desks, act)

    def fresh(self) -> Desks:
        """The home before the act, at one and the same path."""
        shutil.rmtree(self._place, ignore_errors=True)
        shutil.copytree(self._home, self._place)
        return Desks(self._place)

    def findings(self, desks: Desks) -> list[str]:
        """What the doctor finds."""
        answer = desks.at(self.act.desk, "--json doctor")
        return [str(one) for one in answer.objects if "finding" in one] + [answer.err] * bool(answer.err)

    def finish(self, desks: Desks) -> None:
        """Do the act once more, as whoever was interrupted does; the state is that of an undisturbed act."""
        desks.at(self.act.desk, self.act.command)
        assert state(desks, self.act) == self.after


@pytest.fixture(scope="session")
def stages(homes, tmp_path_factory) -> dict[str, Stage]:
    """Every act with its states, by name."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in NOW.items():
            patch.setenv(name, value)
        return {act.name: Stage(homes, tmp_path_factory.mktemp(act.name) / "home", act) for act in ACTS}
