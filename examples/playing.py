"""How an example is played: commands that officers type, day by day, in one directory; a stopped run goes on.

Played again, an example goes on from where it stands. `--afresh` moves what is there aside and begins once more;
nothing is ever deleted.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kelisim.cli import main as kelisim

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRESS = "progress.json"
WIDTH = 150
FINDINGS = 1
FOR_EVER = "9999"


class Step(NamedTuple):
    """What happens on one stated day: a heading, and the commands that somebody types."""

    day: str
    heading: str
    commands: list[str]


class Play(NamedTuple):
    """An example.

    Attributes:
        title: what it is, for `--help`.
        home: the folder with its texts.
        steps: what happens, made when it begins.
        tell: says in plain words what it came to; takes the directory it was played in.
    """

    title: str
    home: Path
    steps: Callable[[], list[Step]]
    tell: Callable[[Path], None]


def crossing(number: int, sender: str, recipient: str, extra: str = "") -> list[str]:
    """A bundle goes over, as a file."""
    file = f"bundles/{number:02}-{sender}-to-{recipient}.bundle"
    return [
        f"--node {sender} bundle write {file} --to {recipient.upper()}{extra}",
        f"--node {recipient} bundle read {file}",
    ]


def run(words: list[str]) -> tuple[int, str]:
    """Run one command here, and catch what it says."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = kelisim(words)
    return status, said.getvalue()


def filled(typed: str) -> str:
    """A command with what an officer has heard or looked up in the place of a mark.

    `{digits:usa}` stands for the digits of a card, read over the telephone; `{plan:kaz:KAZ, USA}` for the plan of
    these parties, as `plan list` names it at the first desk.
    """
    for code in re.findall(r"\{digits:(\w+)\}", typed):
        _, said = run(["--json", "verify", f"cards/{code}.card"])
        typed = typed.replace(f"{{digits:{code}}}", f'"{json.loads(said)["digits"]}"')
    for node, codes in re.findall(r"\{plan:(\w+):([^}]+)\}", typed):
        _, said = run(["--json", "--node", node, "plan", "list"])
        plan = next(one["plan"] for one in map(json.loads, said.splitlines()) if one["codes"] == codes)
        typed = typed.replace(f"{{plan:{node}:{codes}}}", plan)
    return typed


def command() -> str:
    """How the command is called from here."""
    on_path = any((Path(part) / "kelisim").exists() for part in os.get_exec_path())
    return "kelisim" if on_path else os.path.relpath(Path(sys.executable).parent / "kelisim", Path.cwd())


def perform(example: Play) -> int:
    """Play an example, or go on with it; the exit status."""
    target = Path(__file__).resolve().parents[1] / "build" / example.home.name
    parser = argparse.ArgumentParser(description=f"Play {example.title}.")
    parser.add_argument("--to", type=Path, default=target, help="the directory to play in")
    parser.add_argument("--afresh", action="store_true", help="begin once more; what is there is moved aside")
    parser.add_argument("--until", default=FOR_EVER, metavar="DAY", help="stop after what happened on this day")
    parser.add_argument("--lines", type=int, default=6, help="how many lines of each command's answer to show")
    wanted = parser.parse_args()
    target = wanted.to.resolve()
    began, before = time.monotonic(), Path.cwd()
    if wanted.afresh and target.exists():
        _set_aside(target)
    for name in ("bundles", "cards", "editions", "roots"):
        (target / name).mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("KELISIM_LANGUAGE", "en")
    os.chdir(target)
    well = _play(example, wanted.lines, wanted.until)
    os.chdir(before)
    if not well:
        return 1
    if wanted.until == FOR_EVER:
        example.tell(target)
    print(f"\n({time.monotonic() - began:.0f} s)")
    return 0


def _play(example: Play, most_lines: int, until: str) -> bool:
    """Play the commands that have not been played yet, up to a day; say whether all went well."""
    progress = Path(PROGRESS)
    done = json.loads(progress.read_text("utf-8"))["done"] if progress.exists() else 0
    number, all_steps = 0, [step for step in example.steps() if step.day <= until]
    for place, step in enumerate(all_steps, 1):
        os.environ["KELISIM_NOW"] = f"{step.day}T09:30Z"
        if number + len(step.commands) > done:
            print(f"\n[{place}/{len(all_steps)}] {step.day}  {step.heading}", flush=True)
        for one in step.commands:
            number += 1
            if number <= done:
                continue
            typed = filled(one)
            print(f"  $ kelisim {typed.replace(f'{example.home}/', '')}", flush=True)
            status, said = run(shlex.split(typed))
            _quote(said, most_lines)
            if status > FINDINGS and number != done + 1:  # what a stopped run had just done may be refused once
                print(f"\nThis command did not go well (exit status {status}). Nothing after it was done.")
                return False
            progress.write_text(json.dumps({"done": number}), "utf-8")
    return True


def _quote(said: str, most_lines: int) -> None:
    lines = [line for line in said.splitlines() if line.strip()]
    for line in lines[:most_lines]:
        print(f"      {line[:WIDTH]}{'…' if len(line) > WIDTH else ''}")
    if len(lines) > most_lines:
        print(f"      … {len(lines) - most_lines} more lines")


def _set_aside(target: Path) -> None:
    """Move what is there to a name beside it."""
    number = 1
    while (aside := target.with_name(f"{target.name}.before-{number}")).exists():
        number += 1
    target.rename(aside)
    print(f"What was there is kept in {aside}.")
