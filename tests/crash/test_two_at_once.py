"""Two officers do the same at the same moment: one waits for the other or is refused, and nothing is done twice."""

from __future__ import annotations

import pytest

from tests.crash.acts import ended, forked, state


@pytest.mark.parametrize("name", ["read", "dispatch", "offer", "receipt", "card", "rebuild", "file-add"])
def test_what_two_do_at_once_is_done_once(stages, name):
    stage = stages[name]
    desks = stage.fresh()
    first, second = (forked(desks, stage.act) for _ in range(2))
    ends = {ended(first), ended(second)}
    assert 0 in ends
    assert ends <= {0, 3}, "well, or refused"
    assert state(desks, stage.act) == stage.after
    assert stage.findings(desks) == []


def test_two_dispatches_at_once_claim_one_place_only_once(stages):
    desks = stages["dispatch"].fresh()
    act = stages["dispatch"].act._replace(command="dispatch --acknowledge")
    assert {ended(child) for child in [forked(desks, act) for _ in range(3)]} == {0}
    assert desks.query("kaz", "SELECT seq FROM kelisim_web_segment ORDER BY seq") == [(1,), (2,), (3,)]
    assert "contested" not in desks.well("kaz", "standing --peek").out
