"""The vectors: made anew they are the same, and every implementation passes all of them."""

from __future__ import annotations

import re
import shutil
import sys
import tomllib

import pytest

from tests.test_house_rules import ROOT
from tests.vectors.make import HERE, held, made
from tests.vectors.run import cases, main, run

NOT_BY_BYTES = {
    "what a party does not sign": """
        accepted-another conclusion-contested cut-missing cut-off-line feed-not-whole freeze-blocked not-all-accepted
        not-frozen not-the-proposer nothing-sealed nothing-to-correct offer-ended offer-newer-schema offer-old-card
        offer-other-previous offer-stands seal-epoch
    """,
    "files that go to root signers and back": "card-file-empty ceremony-not-a-request ceremony-number",
    "a file of no evidence, which only drafts come of": "recorded-file recorded-of-another recorded-other-plan",
    "too large for a file here; tested where the limits are": "disclosure-too-large parked-too-many",
}
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
    done = run(IMPLEMENTATIONS[name])
    assert done.failed == {}
    assert done.passed + len(done.unsupported) == len(list(cases()))
    assert name == "second" or not done.unsupported
    assert set(done.unsupported) <= {place.name for place, case in cases() if case["steps"][0]["do"] == "open"}


def codes_of_the_format():
    """The codes of refusals that the page on the format names."""
    known = tomllib.loads((ROOT / "src/kelisim/messages/refusals.en.toml").read_text("utf-8"))
    return set(re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", (ROOT / "docs/format.md").read_text("utf-8"))) & set(known)


def test_every_refusal_of_the_format_has_a_vector_or_a_reason_why_not():
    given = {case.get("reason", "") for _, case in cases()} - {""}
    excused = set(" ".join(NOT_BY_BYTES.values()).split())
    assert given & excused == set()
    assert given | excused == codes_of_the_format()


def test_two_thirds_are_refused_and_each_is_named_after_what_it_does():
    found = list(cases())
    refused = [place.name for place, case in found if case["verdict"] == "refused"]
    assert len(found) >= 400
    assert len(refused) * 3 >= len(found) * 2
    assert all(case["says"].endswith(".") and case["attack"] for _, case in found)
    assert len({case["says"] for _, case in found}) > len(found) * 0.9


def test_a_runner_says_what_failed(tmp_path, capsys):
    """An implementation that takes everything fails every attack, and one that can do nothing is counted apart."""
    for answer, said in (("accepted", "0 not supported"), ("unsupported", "0 passed, 0 failed")):
        program = tmp_path / "program.py"
        program.write_text(f"""import sys\nfor _ in sys.stdin: print('{{"verdict":"{answer}"}}', flush=True)\n""")
        status = main(["--verdicts", "--only", "segment-by-", sys.executable, str(program)])
        told = capsys.readouterr().out
        assert status == (answer == "accepted")
        assert said in told
    assert main([]) == 2
