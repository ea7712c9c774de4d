"""A progress bar for long work: on standard error, where that is a terminal, once the work has lasted a second."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

from kelisim_web.access import silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click._termui_impl import ProgressBar

    from kelisim.cli import Shell
    from kelisim_web.access import Progress

SOON: Final = 1.0
STEPS: Final = 100


class Bar:
    """Shows how far one piece of work after another is."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._bar: ProgressBar[int] | None = None

    def __call__(self, done: int, total: int) -> None:
        """So much is done, of so much."""
        now = time.monotonic()
        self._began = now if self._began is None else self._began
        if self._bar is None and now - self._began >= SOON:
            self._bar = click.progressbar(length=STEPS, file=sys.stderr).__enter__()
        if self._bar and (further := STEPS * done // max(total, 1) - self._bar.pos) > 0:
            self._bar.update(further)
        if done >= total:
            self.end()

    def end(self) -> None:
        """The work is over, done or not."""
        if self._bar:
            self._bar.render_finish()
        self._began = self._bar = None


@contextmanager
def progress(shell: Shell) -> Iterator[Progress]:
    """What long work is to tell how far it is; shown only where somebody looks."""
    if shell.as_json or not sys.stderr.isatty():
        yield silent
        return
    bar = Bar()
    try:
        yield bar
    finally:
        bar.end()
