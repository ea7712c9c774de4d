"""A node that is handed a changed bundle has the rows that it had before, or those that the true one brings."""

from __future__ import annotations

import pytest

from tests.hostile.mutants import cut, flipped, grown

FEW, MANY = 24, 600


@pytest.mark.parametrize("number", [FEW, pytest.param(MANY, marks=pytest.mark.soak)])
def test_a_changed_bundle_leaves_the_rows_as_they_were(agreed, number):
    desks, _, course = agreed
    desks.well("kaz", f"draft {course} host USA")
    desks.well("kaz", "dispatch")
    name, before = desks.write("kaz", "usa"), desks.dump("usa")
    path = next(desks.home.rglob(name.rpartition("/")[2]))
    true = path.read_bytes()
    for one in range(number):
        path.write_bytes((flipped, cut, grown)[one % 3](true, one * 37))
        answer = desks.at("usa", f"--json bundle read {name}")
        assert answer.refused, one
        assert desks.dump("usa") == before
    path.write_bytes(true)
    desks.well("usa", f"bundle read {name}")
    assert desks.dump("usa") != before
