"""PostgreSQL killed in the middle of an act: the node is as before, says so, and does it when asked again.

Each act is done once on a copy of the node, to count what it asks of the database. Then, on a copy each, PostgreSQL is
killed at one of these questions: the process that serves the node, upon which the server recovers by itself; or the
whole server, which is started again. In the long runs it is killed at each of them.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from tests.site.test_exchange import say

pytestmark = pytest.mark.on("postgresql")
ACTS = {"bundle read": "bundle read {}", "dispatch": "dispatch", "accept": "accept"}


@pytest.fixture(autouse=True)
def _by_the_clock(monkeypatch):
    monkeypatch.delenv("KELISIM_NOW")


class Watched:
    """Counts what is asked of the database inside transactions, commits too, and does something at one."""

    def __init__(self, monkeypatch, at, do):
        self.count, self.at, self.do = 0, at, do
        execute, many, commit = CursorWrapper.execute, CursorWrapper.executemany, BaseDatabaseWrapper._commit
        monkeypatch.setattr(CursorWrapper, "execute", lambda *words: self.ask(execute, *words))
        monkeypatch.setattr(CursorWrapper, "executemany", lambda *words: self.ask(many, *words))
        monkeypatch.setattr(BaseDatabaseWrapper, "_commit", lambda *words: self.ask(commit, *words))

    def ask(self, then, *words):
        if connection.in_atomic_block:
            self.count += 1
            if self.count == self.at:
                self.do()
        return then(*words)


@pytest.fixture
def ready(agreed):
    """The desks of a plan on which an offer stands, with a draft, and a bundle that waits; its name."""
    desks, plan, course = agreed
    for desk in ("kaz", "usa"):
        desks.well(desk, f"freeze {plan}")
    desks.well("usa", f"offer {plan}")
    desks.cross("usa", "kaz")
    other = desks.item("kaz", "activity", f"parent={plan}", "number=2", "title.en=Another", "period=2013-05")
    say(desks, "usa", course, "held", "yes")
    name = desks.write("usa", "kaz")
    assert other
    return desks, name


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["the process that serves the node", "the whole server"])
@pytest.mark.parametrize("kills", [3, pytest.param(10_000, marks=pytest.mark.soak)])
def test_the_node_is_as_before_and_does_it_when_asked_again(ready, postgresql, monkeypatch, act, who, kills):
    desks, name = ready
    command = ACTS[act].format(name)
    desks.copy("kaz", "kaz-once")
    with monkeypatch.context() as patch:
        watched = Watched(patch, 0, None)
        desks.well("kaz-once", command)
    before, kills = desks.dump("kaz"), min(watched.count, kills)
    points = {1 + number * (watched.count - 1) // (kills - 1) for number in range(kills)}  # the commit is the last
    assert len(points) == kills >= 3
    for at in points:
        desk = f"kaz-{at}"
        desks.copy("kaz", desk)
        with monkeypatch.context() as patch:
            kill = (
                postgresql.kill
                if who == "the whole server"
                else lambda: postgresql.kill_one(connection.connection.info.backend_pid)
            )
            Watched(patch, at, kill)
            answer = desks.at(desk, f"--json {command}")
        assert (answer.status, answer.refused) == (3, "database"), answer
        if who == "the whole server":
            assert desks.at(desk, "--json standing").refused == "database"
            postgresql.start()
        assert desks.dump(desk) == before, at
        desks.well(desk, command)
        desks.well(desk, "doctor")


@pytest.mark.parametrize("act", ACTS)
def test_what_was_kept_stays_when_the_server_is_killed_right_after(ready, postgresql, monkeypatch, act):
    desks, name = ready
    command = ACTS[act].format(name)
    with monkeypatch.context() as patch:
        commit = BaseDatabaseWrapper._commit

        def and_kill(wrapper):
            commit(wrapper)
            postgresql.kill()

        patch.setattr(BaseDatabaseWrapper, "_commit", and_kill)
        before = desks.dump("kaz")
        desks.at("kaz", command)
    postgresql.start()
    kept = desks.dump("kaz")
    assert kept != before
    desks.well("kaz", "doctor")
    assert desks.at("kaz", f"--json {command}").refused != "database"
