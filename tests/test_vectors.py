"""The vectors: made anew they are the same, and every implementation passes all of them."""

from __future__ import annotations

import shutil
import sys

import pytest

from tests.test_house_rules import ROOT
from tests.vectors.make import HERE, held, made
from tests.vectors.run import cases, run

PROTOCOL = str(HERE / "kelisim_protocol.py")
SECOND = ROOT / "verify/verify.mjs"
IMPLEMENTATIONS = {
    "library": [sys.executable, PROTOCOL],
    "node": [sys.executable, PROTOCOL, "--node"],
    "second": [shutil.which("node") or "node", str(SECOND), "--protocol"],
}


def test_the_vectors_are_those_that_are_made():
    """Byte for byte: a change of the format is a change of vectors that somebody reads."""
    there, now = held(), made()
    assert sorted(there) == sorted(now)
    assert [name for name in now if there[name] != now[name]] == []


@pytest.mark.parametrize("name", IMPLEMENTATIONS)
def test_an_implementation_passes_every_vector(name):
    if name == "second" and not SECOND.exists():
        pytest.skip("it is not here")
    done = run(IMPLEMENTATIONS[name])
    assert done.failed == {}
    assert done.unsupported == []
    assert done.passed == len(list(cases()))
