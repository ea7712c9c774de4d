"""The second implementation and the library say the same of every bundle, and hold the same after it.

Histories by chance (`chance.py`), half of whose bundles were changed at some level (`damage.py`): verdict, reason and
state are compared after every bundle. Which bundles these are follows from the number of the history alone.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections import Counter, deque
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from tests.test_house_rules import ROOT
from tests.test_vectors import NOT_BY_BYTES, codes_of_the_format
from tests.vectors.chance import History
from tests.vectors.damage import damaged
from tests.vectors.kelisim_protocol import Program

COMMAND = [shutil.which("node") or "node", ROOT / "verify/verify.mjs", "--protocol"]
SHARE = 0.5  # of the bundles that are damaged
OF_OTHER_FILES = {"charter-not-whole", "seal-too-few"} | {
    f"bundle-{what}" for what in ("not-a-frame", "not-age", "not-for-us", "padding")
}


def codes_of_bundles():
    """The codes of the format with which a plain bundle can be refused."""
    excused = set(" ".join(NOT_BY_BYTES.values()).split()) | OF_OTHER_FILES
    of_files = {code for code in codes_of_the_format() if code.startswith(("disclosure-", "edition-", "fork-"))}
    return codes_of_the_format() - excused - of_files


@contextmanager
def second():
    """The second implementation: a function that asks it, and one that waits for its next answer."""
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:

        def ask(request):
            program.stdin.write(f"{json.dumps(request)}\n")
            program.stdin.flush()

        yield ask, lambda: json.loads(program.stdout.readline() or '{"verdict":"fell over"}')
        program.stdin.close()


@contextmanager
def library():
    """The library, in this process."""
    program = Program(with_node=False)
    yield program.answer
    program.close()


def play(number, place, answer):
    """The requests of a history with the library's answers, one after another; bundles are written to a place."""
    chance = random.Random(number)
    history = History(chance)
    begun = {"do": "begin", "us": history.us, "confirmed": history.confirmed}
    yield begun, answer(begun)
    for step in range(chance.randint(1, 8)):
        for _ in range(chance.randint(0, 6)):
            history.live()
        draft = history.draft()
        data = damaged(chance, draft) if chance.random() < SHARE else draft.plain()
        file = place / f"{number}-{step}.bundle"
        file.write_bytes(data)
        read, state = {"do": "import", "file": str(file)}, {"do": "state"}
        found = answer(read)
        yield read, found
        yield state, answer(state)
        if found["verdict"] == "accepted":
            history.took(draft)


TRAITS = ("contested", "waiting", "cards_contested", "disputed", "parked", "line", "words")


def traits(state):
    """What there is to see in a state."""
    if state.get("circle"):
        yield "whole" if state["whole"] else "not whole"
        yield from (name for name in ("seals", "concluded") if state[name])
        yield from {name for party in state["parties"].values() for name in TRAITS if party[name]}
        yield from {"cards" for party in state["parties"].values() if len(party["cards"]) > 1}


def tell(answers):
    """A tally as it is printed: reasons with how often each was given."""
    return "\n".join(f"{count:7,} {reason}" for reason, count in sorted(answers.items()))


@pytest.mark.parametrize(("bundles", "rare"), [(1_000, 5), pytest.param(100_000, 0, marks=pytest.mark.soak)])
def test_both_say_the_same_of_every_bundle(bundles, rare, tmp_path):
    """One reads a history while the other reads the next. At most so many reasons are too rare to have been given."""
    told, seen, waiting = Counter(), Counter(), deque()
    with second() as (ask, reply), library() as answer:

        def compare(number, asked):
            for request, ours in asked:
                assert ours == reply(), f"history {number}: {request}"
                if request["do"] == "import":
                    Path(request["file"]).unlink()
                told.update([ours.get("reason", "accepted")] if request["do"] == "import" else [])
                seen.update(traits(ours))

        for number in count():
            waiting.append((number, []))
            for request, ours in play(number, tmp_path, answer):
                ask(request)
                waiting[-1][1].append((request, ours))
            if number:
                compare(*waiting.popleft())
            if told.total() >= bundles:
                break
        compare(*waiting.popleft())
    print(f"\n{told.total():,} bundles of {number + 1:,} histories\n{tell(told)}\nstates\n{tell(seen)}")
    assert told.total() >= bundles
    assert 0.4 < told["accepted"] / told.total() < 0.6
    assert set(told) <= codes_of_bundles() | {"accepted"}
    assert len(codes_of_bundles() - set(told)) <= rare
    assert set(seen) == {*TRAITS, "cards", "seals", "concluded", "whole", "not whole"}
