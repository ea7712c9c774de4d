"""Bars for long work: on a terminal, after a second, and nowhere else."""

from __future__ import annotations

import contextlib
import io

import pytest

from kelisim.cli import Shell
from kelisim_web.access import silent
from kelisim_web.commands import progress


class Terminal(io.StringIO):
    """A standard error that somebody looks at."""

    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    """Time that passes when it is told to."""
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


@contextlib.contextmanager
def watched(terminal, shell=None):
    """Long work before a terminal; what it tells how far it is."""
    with contextlib.redirect_stderr(terminal), progress.progress(shell or Shell()) as told:
        yield told


def test_a_bar_comes_after_a_second_and_ends_with_the_work(clock):
    terminal = Terminal()
    with watched(terminal) as told:
        told(1, 10)
        clock[0] = 0.9
        told(2, 10)
        assert terminal.getvalue() == ""
        clock[0] = 1.1
        told(5, 10)
        assert "50%" in terminal.getvalue()
        told(10, 10)
    assert "100%" in terminal.getvalue()
    assert terminal.getvalue().endswith("\n")


def test_each_piece_of_work_has_its_own_second(clock):
    terminal = Terminal()
    with watched(terminal) as told:
        told(1, 2)
        clock[0] = 0.8
        told(2, 2)
        clock[0] = 1.6
        told(1, 2)
    assert terminal.getvalue() == ""


def test_a_bar_ends_when_the_work_is_refused(clock):
    terminal = Terminal()

    def refused():
        with watched(terminal) as told:
            told(1, 10)
            clock[0] = 2.0
            told(2, 10)
            raise ValueError

    with pytest.raises(ValueError):
        refused()
    assert terminal.getvalue().endswith("\n")


def test_nobody_is_told_who_reads_json_or_does_not_look():
    for terminal, shell in ((Terminal(), Shell(as_json=True)), (io.StringIO(), Shell())):
        with watched(terminal, shell) as told:
            assert told is silent
            told(1, 2)
        assert terminal.getvalue() == ""


def test_long_verbs_tell_how_far_they_are(agreed, monkeypatch):
    """Reading a bundle, the doctor, rebuild: each ends at the whole of what it began."""
    desks, _, _ = agreed
    told = []
    monkeypatch.setattr(progress, "silent", lambda done, total: told.append((done, total)))
    name = desks.write("kaz", "usa", "--whole")
    for words in (f"bundle read {name}", "doctor", "rebuild"):
        told.clear()
        desks.at("usa", words)
        assert told, words
        assert told[-1][0] == told[-1][1]
        assert all(0 < done <= total for done, total in told)
