"""A process that is really killed, at random moments of an act: the node is as before it, or as after it."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter

import pytest

from tests.crash.acts import ended, forked, state

MOST = 4  # so many tries at most for each kill that shall fall inside an act


def killed(stage, delay):
    """Kill the act after a delay; None if it was done before that, or else whether it has happened."""
    desks = stage.fresh()
    child = forked(desks, stage.act)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    if ended(child) is not None:
        return None
    found = state(desks, stage.act)
    assert found in (stage.before, stage.after), stage.act
    assert stage.findings(desks) == []
    stage.finish(desks)
    if stage.act.name == "dispatch":  # what left the house is what the house holds, and the bytes go with it
        assert "Files that came: 1." in desks.cross("kaz", "usa").out
    return found == stage.after


def lasting(stage):
    """How long the act takes in a process of its own."""
    desks, begun = stage.fresh(), time.monotonic()
    assert ended(forked(desks, stage.act)) == 0
    return time.monotonic() - begun


@pytest.mark.parametrize("kills", [30, pytest.param(1000, marks=pytest.mark.soak)])
def test_a_killed_act_has_happened_or_has_not(stages, kills, capsys):
    drawn, counts, tries = random.Random(kills), Counter(), 0
    longest = {name: lasting(stage) for name, stage in stages.items()}
    while counts["before"] + counts["after"] < kills and tries < MOST * kills:
        stage = stages[list(stages)[tries % len(stages)]]
        happened = killed(stage, drawn.uniform(0, longest[stage.act.name]))
        counts["late" if happened is None else "after" if happened else "before"] += 1
        tries += 1
    inside = counts["before"] + counts["after"]
    with capsys.disabled():
        sys.stdout.write(f"\n{inside} kills inside an act, of {tries}; how it was found: {dict(counts)}\n")
    assert inside == kills
    assert inside > tries / 2, "most kills fall inside the running act"
