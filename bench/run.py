"""Run the benches and print what they found: `bench/run.py`, or `bench/run.py start bundle` for some of them.

Each bench is a program of its own, so that none warms another up, and leaves bench/out/NAME.json. The exit status is 1
when a claim is not kept, 2 when there is no bench of that name.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import measure

HERE = Path(__file__).resolve().parent
BENCHES = ("start", "bundle", "feed", "floor", "peers", "standing", "disclose", "bombs", "desk", "timeline", "load")


def main(names: list[str]) -> int:
    """Run the benches of these names, all where none is given."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"No bench is called {', '.join(unknown)}. There are: {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    told = []
    for name in names or BENCHES:
        print(f"bench: {name} ...", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, str(HERE / f"{name}.py")], check=True)
        told += measure.read(name)
    print(measure.table(told))
    missed = [row for row in told if not row["ok"]]
    print(f"\nClaims kept: {sum(row['target'] is not None for row in told) - len(missed)}. Missed: {len(missed)}.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
