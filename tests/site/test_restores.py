"""Nodes that are copied and restored at random, as their officers lead them back: nobody honest is ever accused.

A smaller machine than tests/library/test_negotiation.py, with directories, databases and the commands themselves.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.site.conftest import Desks, found
from tests.site.rows import copied
from tests.site.test_accidents import new_epoch

NAMES = ("kaz", "usa", "uzb")
who = st.integers(0, 2)


@pytest.fixture(scope="module")
def homes(tmp_path_factory):
    """A home of two nodes and one of three, each with a small plan that is agreed."""
    made = {}
    for count in (2, 3):
        desks = Desks(tmp_path_factory.mktemp(f"of{count}"))
        found(desks, *(name.upper() for name in NAMES[:count]), languages="en")
        plan = desks.item("kaz", "plan", "number=0", "plan_type=framework", "period=2013", "title.en=Joint plan")
        desks.well("kaz", "dispatch")
        for name in NAMES[1:count]:
            desks.cross("kaz", name)
            desks.well(name, "draft --all --theirs KAZ")
            desks.well(name, "dispatch")
            desks.cross(name, "kaz")
        made[count] = desks.home, plan
    return made


class Restores(RuleBasedStateMachine):
    """Two or three nodes whose machines break."""

    homes: dict[int, tuple[Path, str]]

    @initialize(count=st.sampled_from([2, 2, 3]))
    def sit_down(self, count):
        home, self.plan = self.homes[count]
        self.names = NAMES[:count]
        self.directory = tempfile.TemporaryDirectory()
        copied(home, Path(self.directory.name) / "home")
        self.desks = Desks(Path(self.directory.name) / "home")
        self.copies: list[tuple[str, str]] = []
        self.said = 0
        for one in range(count):
            self.back_up(one)

    def name(self, number):
        return self.names[number % len(self.names)]

    def others(self, name):
        return [one for one in self.names if one != name]

    @rule(one=who, month=st.integers(1, 12))
    def say(self, one, month):
        name = self.name(one)
        self.desks.well(name, f"draft {self.plan} period 2013-{month:02}")
        self.desks.at(name, "dispatch")

    @rule(one=who, to=who, whole=st.booleans())
    def send(self, one, to, whole):
        name = self.name(one)
        other = self.others(name)[to % (len(self.names) - 1)]
        self.desks.well(other, f"bundle read {self.desks.write(name, other, '--whole' if whole else '')}")

    @rule(act=st.sampled_from(["freeze", "offer", "accept", "receipt", "withdraw"]), one=who)
    def seal(self, act, one):
        self.desks.at(self.name(one), f"{act} {self.plan if act in ('freeze', 'offer') else ''}")

    @rule()
    def conclude(self):
        """Take over what the first says, and offer it, as far as that goes."""
        for name in self.names[1:]:
            self.desks.cross(self.names[0], name)
            self.desks.at(name, "draft --all --theirs KAZ")
            self.desks.at(name, "dispatch")
        self.meet()
        for act, names in (("freeze", ["usa"]), ("offer", ["usa"]), ("accept", self.names), ("receipt", ["usa"])):
            for name in names:
                self.desks.at(name, f"{act} {self.plan if act in ('freeze', 'offer') else ''}")
            self.meet()

    @rule(one=who)
    def back_up(self, one):
        name = self.name(one)
        copy = f"copy-{len(self.copies)}"
        self.desks.copy(name, copy)
        self.copies.append((name, copy))

    @rule(which=st.integers(0, 30), heard=st.lists(who, max_size=2))
    def restore(self, which, heard):
        """A copy takes the node's place; it asks some of the others for what it had said, and goes on."""
        name, copy = self.copies[which % len(self.copies)]
        shutil.rmtree(self.desks.home / name)
        self.desks.copy(copy, name)
        self.desks.well(name, "restore begin")
        assert self.desks.at(name, "--json dispatch --acknowledge").refused == "restored"
        for number in heard:
            other = self.others(name)[number % (len(self.names) - 1)]
            self.desks.well(name, f"bundle read {self.desks.write(other, name, '--whole')}")
        new_epoch(self.desks, name)

    def meet(self):
        for name in self.names:
            for other in self.others(name):
                self.desks.cross(name, other)

    @invariant()
    def nobody_is_accused(self):
        for name in self.names if hasattr(self, "names") else ():
            assert self.desks.at(name, "--json forks").objects == []
            standing = self.desks.json(name, "standing --peek --all")
            assert [one for one in standing if one.get("feed") == "contested"] == []

    def teardown(self):
        """When at last nothing gets lost, all nodes speak again and have one picture."""
        if not hasattr(self, "names"):
            return
        for _ in range(2):
            self.meet()
        for name in self.names:
            for view in self.desks.at(name, "--json restore status").objects:
                for offer in view["receipts"]:
                    self.desks.well(name, f"receipt {offer}")
            assert self.desks.at(name, "restore status").status == 0
        self.meet()
        views = [self.desks.json(name, "standing --peek --all")[0] for name in self.names]
        assert all(view | {"frozen": ""} == views[0] | {"frozen": ""} for view in views)
        self.directory.cleanup()


def test_nodes_are_copied_and_restored_at_random(homes):
    Restores.homes = homes
    case = Restores.TestCase
    case.settings = settings(
        max_examples=4, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
    )
    case().runTest()
