"""Files on a disk: whole in their place, or not there at all."""

from __future__ import annotations

import errno
import os

import pytest

from kelisim import cli, disk, keyfile
from kelisim.errors import Refusal

CALLS = ("open", "fsync", "link", "rename", "replace")


class Faults:
    """Lets one call to the system fail, of those that name or sync a file; the n-th."""

    def __init__(self, monkeypatch, fails_at, code=errno.ENOSPC):
        self.count, self.fails_at, self.code = 0, fails_at, code
        for name in CALLS:
            monkeypatch.setattr(os, name, self._faulty(getattr(os, name)))

    def _faulty(self, real):
        def call(*given, **named):
            self.count += 1
            if self.count == self.fails_at:
                raise OSError(self.code, os.strerror(self.code), given[0])
            return real(*given, **named)

        return call


def write_late(path):
    """Write a file while somebody else writes one of that name, and is done first."""
    with disk.writing(path) as file:
        file.write(b"second")
        path.write_bytes(b"first")


def names(directory):
    return sorted(path.name for path in directory.iterdir())


def test_a_file_is_whole_and_nothing_is_left_beside_it(tmp_path):
    disk.write(tmp_path / "one", b"whole", mode=disk.PRIVATE)
    assert (tmp_path / "one").read_bytes() == b"whole"
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == ["one"]


def test_no_file_takes_the_place_of_another_unless_it_may(tmp_path):
    disk.write(tmp_path / "one", b"first")
    with pytest.raises(FileExistsError):
        disk.write(tmp_path / "one", b"second")
    assert (tmp_path / "one").read_bytes() == b"first"
    disk.write(tmp_path / "one", b"second", over=True)
    assert (tmp_path / "one").read_bytes() == b"second"
    assert names(tmp_path) == ["one"]


def test_a_file_that_came_meanwhile_is_not_overwritten(tmp_path):
    with pytest.raises(FileExistsError):
        write_late(tmp_path / "one")
    assert (tmp_path / "one").read_bytes() == b"first"
    assert names(tmp_path) == ["one"]


@pytest.mark.parametrize("over", [False, True])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_whatever_call_fails_there_is_the_old_file_or_the_new_one(tmp_path, over, code):
    failed = 0
    while True:
        directory = tmp_path / str(failed)
        directory.mkdir()
        path = directory / "one"
        if over:
            path.write_bytes(b"first")
        with pytest.MonkeyPatch.context() as patch:
            faults = Faults(patch, failed + 1, code)
            try:
                disk.write(path, b"second", over=over)
                break
            except OSError:
                assert faults.count >= faults.fails_at
        failed += 1
        assert path.read_bytes() in (b"first", b"second") if over else not path.exists()
        assert set(names(directory)) <= {"one"}
    assert failed == 5
    assert path.read_bytes() == b"second"


def test_media_without_links_take_files_too(tmp_path, monkeypatch):
    def none(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", none)
    disk.write(tmp_path / "one", b"whole")
    assert names(tmp_path) == ["one"]
    with pytest.raises(FileExistsError):
        write_late(tmp_path / "two")
    assert (tmp_path / "two").read_bytes() == b"first"


def test_media_that_cannot_sync_a_directory_take_files_too(tmp_path, monkeypatch):
    real = os.fsync

    def sync(number):
        if os.path.isdir(f"/proc/self/fd/{number}"):  # noqa: PTH112  (a number, not a path of ours)
            raise OSError(errno.EINVAL, "Invalid argument")
        real(number)

    monkeypatch.setattr(os, "fsync", sync)
    disk.write(tmp_path / "one", b"whole")
    assert names(tmp_path) == ["one"]


def test_a_person_is_told_of_the_file_that_was_asked_for(tmp_path):
    with pytest.raises(Refusal) as refusal:
        cli.write_file(tmp_path / "none" / "one", b"data")
    assert refusal.value.code == "file-not-written"
    with pytest.raises(FileNotFoundError) as error:
        keyfile.write_secret(tmp_path / "none" / "one", b"data")
    assert error.value.filename == str(tmp_path / "none" / "one")
