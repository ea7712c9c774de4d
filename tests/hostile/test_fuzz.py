"""Any bytes are read or refused by name; what a fuzzer has ever crashed with is read again in every run."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.hostile.targets import TARGETS, corpus, outcome

ROOT = Path(__file__).parents[2]
REGRESSIONS = Path(__file__).parent / "regressions"
RUNS = 100_000


@pytest.mark.parametrize("target", TARGETS)
def test_the_corpus_is_read_or_refused_by_name(target):
    came = Counter(outcome(target, data) for data in corpus(target))
    print(f"{target}: {dict(came)}")  # noqa: T201
    assert came["taken"], "the corpus has nothing true"
    assert len(came) > 2, "the corpus reaches few refusals"


@pytest.mark.parametrize("target", TARGETS)
def test_what_a_fuzzer_has_crashed_with_is_refused_by_name(target):
    for path in (REGRESSIONS / target).glob("*"):
        assert outcome(target, path.read_bytes()) != "taken", path


@pytest.mark.soak
@pytest.mark.parametrize("target", TARGETS)
def test_a_fuzzer_finds_nothing(target):
    command = [sys.executable, "-m", "tests.hostile.fuzz", target, f"-runs={RUNS}", "-rss_limit_mb=4096"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-3000:]
    done = re.search(r"Done (\d+) (?:runs )?in", ran.stderr)
    assert done, ran.stderr[-3000:]
    assert int(done[1]) >= RUNS
