"""How a claim of speed is measured and told.

Machines are noisy, so nothing is compared with a number from another day: whatever a claim is held against runs in the
same bench, in turns with it. Wall time is told as the median of the turns, CPU time as the least of them.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

OUT = Path(__file__).resolve().parent / "out"
HEAD = ("work", "value", "unit", "against", "ratio", "target", "ok")


@dataclass(frozen=True)
class Row:
    """One thing measured.

    Attributes:
        work: what was done.
        value: how much it took.
        unit: of value and target.
        against: what ran beside it, and what that took.
        ratio: the value by that; None where nothing ran beside it.
        target: what the value may be at most; None where nothing is claimed.
    """

    work: str
    value: float
    unit: str
    against: str = ""
    ratio: float | None = None
    target: float | None = None

    @property
    def ok(self) -> bool:
        """Is the claim kept?"""
        return self.target is None or self.value <= self.target

    def told(self) -> dict[str, object]:
        """As an object of the file of results."""
        return {**asdict(self), "value": rounded(self.value), "ratio": rounded(self.ratio), "ok": self.ok}


def rounded(number: float | None) -> float | None:
    """A measured number to three digits that mean something."""
    return None if number is None else float(f"{number:.3g}")


def by(value: float, other: float) -> float:
    """A ratio."""
    return value / other


def in_turns(works: Mapping[str, Callable[[], float]], turns: int) -> dict[str, list[float]]:
    """What each work took, the works taking turns."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(turns):
        for name, work in works.items():
            taken[name].append(work())
    return taken


def median(taken: Sequence[float]) -> float:
    """The middle of some measurements."""
    return statistics.median(taken)


@contextmanager
def watch() -> Iterator[list[float]]:
    """Measure a block: the list then holds its wall seconds and its CPU seconds."""
    gc.collect()
    taken: list[float] = []
    wall, cpu = time.perf_counter(), time.process_time()
    yield taken
    taken += [time.perf_counter() - wall, time.process_time() - cpu]


def cpu_of(words: Sequence[str], env: Mapping[str, str]) -> float:
    """CPU seconds, user and system, that a program takes from its start to its end.

    Raises:
        RuntimeError: it did not end well.
    """
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    child = os.posix_spawn(words[0], words, env, file_actions=silent)
    _, status, used = os.wait4(child, 0)
    if status:
        raise RuntimeError(" ".join(words))
    return used.ru_utime + used.ru_stime


def memory() -> float:
    """The most memory that this process has had so far, in megabytes (Linux)."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


@contextmanager
def scratch() -> Iterator[Path]:
    """A directory of its own on the file system where temporary files lie."""
    with tempfile.TemporaryDirectory(prefix="kelisim-bench-") as directory:
        yield Path(directory)


def write(name: str, rows: Sequence[Row]) -> None:
    """Write a bench's results."""
    OUT.mkdir(exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps([row.told() for row in rows], indent=1, ensure_ascii=False) + "\n")


def read(name: str) -> list[dict[str, object]]:
    """A bench's results as they were written."""
    told: list[dict[str, object]] = json.loads((OUT / f"{name}.json").read_text())
    return told


def table(told: Sequence[Mapping[str, object]]) -> str:
    """Results as a table for people."""
    lines = [HEAD, *(tuple(_cell(row[name]) for name in HEAD) for row in told)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    numbers = {"value", "ratio", "target"}
    return "\n".join(
        "  ".join(
            cell.rjust(width) if name in numbers else cell.ljust(width)
            for name, cell, width in zip(HEAD, line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 1000 else f"{value:g}"  # noqa: PLR2004  (a number of four digits is whole)
    return "" if value is None else str(value)
