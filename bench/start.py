"""Starting: what `kelisim --help` and `import kelisim` take before any work is done.

Measured: CPU seconds of the whole process, user and system, least of the turns. Beside them run Python doing nothing,
a program of one click command, and the import of the libraries that Kelisim cannot do without. All of them find their
bytecode on the disk, as an installed program does: it is written before the first turn, in a directory of its own.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

import measure
from measure import Row

TURNS = 15
HELP, IMPORT = 0.3, 0.15
CLICK = """
import click
@click.command()
def hello():
    "Say hello."
hello(["--help"])
"""
LIBRARIES = "import msgspec, nacl.bindings, zstandard, pyrage"


def rows() -> list[Row]:
    python = sys.executable
    programs = {
        "help": [str(Path(python).parent / "kelisim"), "--help"],
        "import": [python, "-c", "import kelisim"],
        "pass": [python, "-c", "pass"],
        "click": [python, "-c", CLICK],
        "libraries": [python, "-c", LIBRARIES],
    }
    with measure.scratch() as bytecode:
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env |= {"PYTHONPYCACHEPREFIX": str(bytecode)}
        works = {name: partial(measure.cpu_of, words, env) for name, words in programs.items()}
        measure.in_turns(works, 1)
        least = {name: min(taken) for name, taken in measure.in_turns(works, TURNS).items()}

    def told(work: str, name: str, against: str, beside: str, target: float | None = None) -> Row:
        ratio = measure.by(least[name], least[beside])
        return Row(work, least[name], "s CPU", f"{against}: {least[beside]:.3f}", ratio, target)

    return [
        told("kelisim --help", "help", "a click program", "click", HELP),
        told("import kelisim", "import", "its libraries alone", "libraries", IMPORT),
        told("a click program's --help", "click", "python -c pass", "pass"),
        told("import of the libraries alone", "libraries", "python -c pass", "pass"),
    ]


if __name__ == "__main__":
    measure.write("start", rows())
