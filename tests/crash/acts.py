"""The acts that are killed and failed: each with a home of two desks in which it can be done next."""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import signal
from typing import TYPE_CHECKING, NamedTuple

from tests.site.conftest import Desks, found

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHEET = random.Random(2013).randbytes(100_000)
OTHER = random.Random(2014).randbytes(100_000)


class Act(NamedTuple):
    """An act, and what stays of it beside the node.

    Attributes:
        name: of the act, and of the home in which it can be done next.
        desk, command: who types what.
        written: the file that it leaves in the home directory, if any.
    """

    name: str
    desk: str
    command: str
    written: str = ""


ACTS = [
    Act("card", "kaz", "card take kaz/requests/card-1.request.signed"),
    Act("draft", "kaz", "draft 1 host USA"),
    Act("file-add", "kaz", "file add 0.1 other.xlsx"),
    Act("dispatch", "kaz", "dispatch"),
    Act("write", "kaz", "bundle write out.bundle --to USA", "out.bundle"),
    Act("read", "usa", "bundle read one.bundle"),
    Act("rebuild", "usa", "rebuild"),
    Act("freeze", "usa", "freeze 0"),
    Act("offer", "usa", "offer 0"),
    Act("accept", "kaz", "accept"),
    Act("receipt", "usa", "receipt"),
    Act("edition", "usa", "edition write 0 out.edition", "out.edition"),
    Act("file-write", "usa", "file write 0.1 out.xlsx", "out.xlsx"),
    Act("file-drop", "usa", "file drop 0.1"),
    Act("epoch", "kaz", "epoch take kaz/requests/epoch.signed"),
]


def play(homes: Path) -> None:
    """Play a plan from the founding to an edition, and keep the home directory as it is before each act."""
    desks, acts = Desks(homes / "now"), iter(ACTS)
    desks.home.mkdir()
    found(desks, "KAZ", "USA")

    def do(name: str) -> None:
        act = next(acts)
        assert act.name == name
        shutil.copytree(desks.home, homes / name)
        desks.well(act.desk, act.command)

    prepare(desks, do)
    negotiate(desks, do)
    conclude(desks, do)
    assert next(acts, None) is None


def prepare(desks: Desks, do: Callable[[str], None]) -> None:
    """Kazakhstan has a card with another officer, and drafts a plan with a file."""
    (desks.home / "sheet.xlsx").write_bytes(SHEET)
    (desks.home / "other.xlsx").write_bytes(OTHER)
    plan = desks.item("kaz", "plan", "number=0", "plan_type=framework", "period=2013/2017", "title.en=Joint plan")
    desks.well("kaz", "key new deputy --may state")
    desks.well("kaz", "card request --add deputy")
    assert desks.run("root", "sign", "kaz/requests/card-1.request", "--roots", "roots/kaz").status == 0
    do("card")
    for number in range(1, 7):
        desks.item("kaz", "activity", f"parent={plan}", f"number={number}", f"title.en=Course {number}")
    desks.well("kaz", "file add 0 sheet.xlsx number=0.1")
    do("draft")
    do("file-add")


def negotiate(desks: Desks, do: Callable[[str], None]) -> None:
    """It says what it has drafted, and the United States says the same."""
    do("dispatch")
    do("write")
    os.rename(desks.home / "out.bundle", desks.home / "one.bundle")  # noqa: PTH104  (the name that is read)
    do("read")
    do("rebuild")
    desks.well("usa", "draft --all --theirs KAZ")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")


def conclude(desks: Desks, do: Callable[[str], None]) -> None:
    """The plan becomes an edition; afterwards Kazakhstan goes on in an epoch."""
    do("freeze")
    do("offer")
    desks.cross("usa", "kaz")
    do("accept")
    desks.cross("kaz", "usa")
    do("receipt")
    do("edition")
    do("file-write")
    do("file-drop")
    desks.well("kaz", "epoch request --reason rotation")
    request = next((desks.home / "kaz/requests").glob("epoch-*.request")).relative_to(desks.home)
    signed = ("--roots", "roots/kaz", "--to", "kaz/requests/epoch.signed")
    assert desks.run("root", "sign", str(request), *signed).status == 0
    do("epoch")


def state(desks: Desks, act: Act) -> dict[str, object]:
    """All that a node holds and says, and the file that the act leaves.

    A bundle is encrypted with fresh randomness: of it we ask only whether it is there.
    """
    says = [desks.at(act.desk, f"--json {verb}") for verb in ("standing --peek", "file list", "drafts", "forks")]
    node = desks.home / act.desk
    files = {
        str(path.relative_to(node)): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("keys", "requests", "letters")
        for path in sorted((node / folder).glob("[!.]*"))
    }
    for path in (node / "files").rglob("*"):  # whatever bytes have their name are whole
        if path.is_file() and not path.name.startswith(".writing-"):
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
    return {"rows": rows(desks, act.desk), "says": says, "files": files, "written": written(desks, act)}


def glance(desks: Desks, act: Act) -> tuple[object, ...]:
    """As `state`, in short: it is compared after each of many faults."""
    return rows(desks, act.desk), desks.at(act.desk, "--json file list"), (desks.home / act.written).is_file()


def rows(desks: Desks, desk: str) -> list[str]:
    """Every row of a node, without the numbers that the database gives: they say only what was written before what."""
    numbered = re.compile(r"(INSERT INTO \"kelisim_web_\w+\" VALUES\()\d+,")
    lines = [line for line in desks.dump(desk) if not line.startswith('INSERT INTO "sqlite_sequence"')]
    feed = re.compile(r"(INSERT INTO \"kelisim_web_(?:counted|trace|disputedregister)\" .*),\d+\);$", re.DOTALL)
    return sorted(feed.sub(r"\1);", numbered.sub(r"\1", line)) for line in lines)


def written(desks: Desks, act: Act) -> str:
    """What is in the file that an act leaves; empty where it is not there. Nothing but a whole file has its name."""
    path = desks.home / act.written
    if not act.written or not path.exists():
        return ""
    if act.name != "write":
        return hashlib.sha256(path.read_bytes()).hexdigest()
    copy = Desks(desks.home.with_name("reader"))
    shutil.copytree(desks.home, copy.home)
    assert "Files that came: 1." in copy.well("usa", f"bundle read {act.written}").out, "a bundle is whole"
    shutil.rmtree(copy.home)
    return "a whole bundle"


def forked(desks: Desks, act: Act, before: object = None) -> int:
    """Begin an act in a process of its own; its process id. `before` is called there first, if given."""
    child = os.fork()
    if child:
        return child
    status = 99
    try:
        if callable(before):
            before()
        status = desks.at(act.desk, act.command).status
    finally:
        os._exit(status)


def ended(child: int) -> int | None:
    """How a process ended: its exit status, or None where it was killed."""
    _, status = os.waitpid(child, 0)
    return (
        None if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL else os.waitstatus_to_exitcode(status)
    )
