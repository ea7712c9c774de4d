"""The bombs of the tests, each set off in a process of its own: which takes longest to be refused, or read.

Measured: CPU seconds of the process, of all bombs that are bundles, age files, and other files from outside.
"""

from __future__ import annotations

import sys
from pathlib import Path

import measure
from measure import Row

SECONDS = 1


def rows() -> list[Row]:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from tests.hostile import test_bombs as bombs  # noqa: PLC0415  (the tests lie beside the benches)

    sorts = {
        "bundles": {name: (bombs.taken, make) for name, (make, _) in bombs.BUNDLES.items()},
        "age files": {name: (bombs.opened, make) for name, (make, _) in bombs.AGE.items()},
        "other files": {name: (act, make) for name, (act, make, _) in bombs.FILE_BOMBS.items()},
    }
    found = []
    for sort, those in sorts.items():
        taken = {name: bombs.set_off(act, make())[1] for name, (act, make) in those.items()}
        longest = max(taken, key=taken.__getitem__)
        found.append(Row(f"{len(taken)} bombs in {sort}: the longest", taken[longest], "s CPU", longest, None, SECONDS))
    return found


if __name__ == "__main__":
    measure.write("bombs", rows())
