"""A disk that is full, one that may not be written to, and a clock that was set back."""

from __future__ import annotations

import contextlib
import os
import resource

import pytest

from tests.crash.acts import ended, forked, state

REFUSED = 3


def limited(room):
    """No file of this process grows beyond so many bytes, as on a disk that is full."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))


@pytest.mark.parametrize("room", [0, 4096, 32768, 65536])
@pytest.mark.parametrize("name", ["read", "dispatch", "write", "edition", "file-add", "card", "rebuild"])
def test_on_a_full_disk_an_act_is_refused_whole(stages, name, room):
    stage = stages[name]
    desks = stage.fresh()
    if ended(forked(desks, stage.act, limited(room))) == REFUSED:
        assert state(desks, stage.act) == stage.before
    else:  # it needed no more than that
        assert state(desks, stage.act) == stage.after
    assert stage.findings(desks) == []
    stage.finish(desks)


def test_an_act_that_needs_more_room_than_there_is_is_refused(stages):
    for name in ("read", "dispatch", "write", "file-add"):
        assert ended(forked(stages[name].fresh(), stages[name].act, limited(0))) == REFUSED, name


@contextlib.contextmanager
def closed(directory):
    """Nobody may write there; the superuser neither, who is not asked for rights."""
    for path in (directory, *directory.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        yield
    finally:
        for path in (directory, *directory.rglob("*")):
            path.chmod(path.stat().st_mode | 0o200)


def as_stranger():
    """Give up the rights of the superuser."""
    if os.getuid() == 0:
        os.setgid(65534)
        os.setuid(65534)


def opened_to_all(desks):
    """Let the unprivileged process reach the home and read what is in it."""
    for path in (desks.home, *desks.home.rglob("*")):
        path.chmod(path.stat().st_mode | 0o055)
    for path in desks.home.parents:
        with contextlib.suppress(PermissionError):
            path.chmod(path.stat().st_mode | 0o011)


@pytest.mark.parametrize("name", ["read", "dispatch", "write", "card", "file-add"])
def test_where_nothing_may_be_written_an_act_is_refused(stages, name):
    stage = stages[name]
    desks = stage.fresh()
    opened_to_all(desks)
    with closed(desks.home):
        assert ended(forked(desks, stage.act, as_stranger)) == REFUSED
    for path in (desks.home / stage.act.desk).rglob("*"):
        path.chmod(path.stat().st_mode & ~0o077)
    assert state(desks, stage.act) == stage.before
    stage.finish(desks)


def test_with_a_clock_that_was_set_back_all_goes_on_and_the_officer_is_told(stages, monkeypatch):
    """Times are claims: what counts, and in which order, does not ask them."""
    desks = stages["receipt"].fresh()
    monkeypatch.setenv("KELISIM_NOW", "2009-01-01T00:00Z")
    for command in ("receipt", "draft 1 host USA", "dispatch"):
        desks.well("usa", command)
    desks.cross("usa", "kaz")
    assert desks.field("kaz", "1", "host")["values"] == {"USA": "USA", "KAZ": "USA"}
    assert "editions in force: 1" in desks.well("kaz", "standing").out
    answer = desks.at("usa", "--json doctor")
    assert [one["finding"] for one in answer.objects if "finding" in one] == ["clock-behind"]
