"""Every call to the database and every call on a file fails once: the act is refused, and nothing is changed."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from tests.crash.acts import ACTS, glance, state

DATABASE = ("disk I/O error", "database or disk is full", "database is locked")
DISK = (errno.ENOSPC, errno.EACCES, errno.EIO)
ONE = [pytest.param(range(1), id="one-error"), pytest.param(range(3), id="all-errors", marks=pytest.mark.soak)]


class Faults:
    """Lets the n-th of the calls that are watched fail.

    Attributes:
        count: how many calls there have been.
    """

    def __init__(self, patch, fails_at):
        self._patch, self._fails_at, self.count = patch, fails_at, 0

    def watch(self, owner, name, error, watched=lambda *_: True):
        """Let a function fail with an error when it is its turn."""
        real = getattr(owner, name)

        def call(*given, **named):
            if watched(*given):
                self.count += 1
                if self.count == self._fails_at:
                    raise error
            return real(*given, **named)

        self._patch.setattr(owner, name, call)


@contextmanager
def database_fails(at, kind):
    with pytest.MonkeyPatch.context() as patch:
        faults = Faults(patch, at)
        for owner, name in (
            (CursorWrapper, "execute"),
            (CursorWrapper, "executemany"),
            (BaseDatabaseWrapper, "commit"),
        ):
            faults.watch(owner, name, OperationalError(DATABASE[kind]))
        yield faults


@contextmanager
def disk_fails(at, kind):
    with pytest.MonkeyPatch.context() as patch:
        faults = Faults(patch, at)
        code = DISK[kind]
        error = OSError(code, os.strerror(code), "a file")
        for name in ("fsync", "link", "rename", "replace", "unlink", "mkdir"):
            faults.watch(os, name, error)
        faults.watch(os, "open", error, lambda _, flags=0, *__: bool(flags & os.O_CREAT))
        yield faults


def fail_at_every_call(stage, fails, kind):
    """Fail the first call of an act, then the second, and so on; how many there were, and how many did not matter."""
    desks, at, happened = stage.fresh(), 1, 0
    while True:
        with fails(at, kind) as faults:
            answer = desks.at(stage.act.desk, f"--json {stage.act.command}")
        if faults.count < at:
            break
        at += 1
        if answer.status == 0:  # what failed only tidied up
            assert state(desks, stage.act) == stage.after, at
            desks, happened = stage.fresh(), happened + 1
        else:
            assert answer.refused in ("database", "file-not-written"), (at, answer)
            assert glance(desks, stage.act) == stage.before_it, (at, answer)
    assert answer.status == 0
    assert state(desks, stage.act) == stage.after
    assert stage.findings(desks) == []
    return at - 1, happened


@pytest.mark.parametrize("kinds", ONE)
@pytest.mark.parametrize("act", [act.name for act in ACTS])
def test_whatever_call_to_the_database_fails_the_act_is_refused_whole(stages, act, kinds, capsys):
    for kind in kinds:
        calls, happened = fail_at_every_call(stages[act], database_fails, kind)
        with capsys.disabled():
            sys.stdout.write(f"\n{act}: {calls} faults of the database, {happened} that did not matter\n")
        assert calls > 5
        assert happened == 0


@pytest.mark.parametrize("kinds", ONE)
@pytest.mark.parametrize("act", ["file-add", "dispatch", "write", "read", "edition", "file-write", "file-drop"])
def test_whatever_call_on_a_file_fails_the_act_is_refused_whole(stages, act, kinds, capsys):
    for kind in kinds:
        calls, happened = fail_at_every_call(stages[act], disk_fails, kind)
        with capsys.disabled():
            sys.stdout.write(f"\n{act}: {calls} faults of the disk, {happened} that did not matter\n")
        assert calls > 0


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_an_officer_is_told_in_his_language_what_to_do(stages, language, monkeypatch):
    monkeypatch.setenv("KELISIM_LANGUAGE", language)
    stage = stages["dispatch"]
    desks = stage.fresh()
    with database_fails(9, 1):
        answer = desks.at("kaz", "dispatch")
    what, why, step = answer.err.splitlines()
    assert "kaz" in what
    assert "database or disk is full" in why
    assert step.startswith("  → ")
    assert "Traceback" not in answer.err
