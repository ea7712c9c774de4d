"""Fuzz one target: `python -m tests.hostile.fuzz TARGET [arguments of libFuzzer]`, such as `-max_total_time=600`.

The corpus is written to `build/fuzz/TARGET` first, and what the fuzzer finds is kept there for its next run. What it
has crashed with belongs into `tests/hostile/regressions/TARGET/`, where every run of the tests reads it again.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["kelisim"]):
    from tests.hostile.targets import TARGETS, corpus, outcome

from kelisim.ledger.digest import digest


def main(arguments: list[str]) -> None:
    """Write the corpus and begin."""
    if len(arguments) < 2 or arguments[1] not in TARGETS:
        sys.exit(f"{__doc__}\nTARGET is one of {', '.join(TARGETS)}.")
    target = arguments.pop(1)
    found = Path("build/fuzz") / target
    found.mkdir(parents=True, exist_ok=True)
    for data in corpus(target):
        (found / digest(data)[:40]).write_bytes(data)
    atheris.Setup([*arguments, str(found), "-max_len=65536"], lambda data: outcome(target, data) and None)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv)
