"""Play the example: two nodes prepare, agree and sign the plan 2013-2017, by the commands that their officers type.

Everything happens in one directory (by default build/kaz-usa-2013-2017). Played again, it goes on from where it
stands. `--afresh` moves what is there aside and begins once more; nothing is ever deleted.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import shlex
import sys
import time
from pathlib import Path
from typing import NamedTuple

from kelisim.cli import main as kelisim

HERE = Path(__file__).resolve().parent
TARGET = HERE.parents[1] / "build" / HERE.name
PROGRESS = "progress.json"
FRAMEWORK = "0"
WIDTH = 150
NAMES = {
    "kaz": '--name "en=Republic of Kazakhstan" --name "ru=Республика Казахстан" --name "kk=Қазақстан Республикасы"',
    "usa": '--name "en=United States of America" --name "ru=Соединенные Штаты Америки" '
    '--name "kk=Америка Құрама Штаттары"',
}
FINDINGS = 1


class Step(NamedTuple):
    """What happens on one stated day: a heading, and the commands that somebody types."""

    day: str
    heading: str
    commands: list[str]


def crossing(number: int, sender: str, recipient: str) -> list[str]:
    """A bundle goes over, as a file."""
    file = f"bundles/{number:02}-{sender}-to-{recipient}.bundle"
    return [
        f"--node {sender} bundle write {file} --to {recipient.upper()}",
        f"--node {recipient} bundle read {file}",
    ]


def steps() -> list[Step]:
    """The example from the first key to the yearly plan that stays in negotiation."""
    rounds = HERE
    founding = [
        Step(
            "2011-11-28",
            "Each party makes its root keys, its node and its card",
            [
                "root new roots/kaz",
                "root new roots/usa",
                f"init KAZ --node kaz --example --root roots/kaz {NAMES['kaz']}",
                f"init USA --node usa --example --root roots/usa {NAMES['usa']}",
                "root sign kaz/requests/card.request --roots roots/kaz",
                "root sign usa/requests/card.request --roots roots/usa",
                "--node kaz card write --to cards/kaz.card",
                "--node usa card write --to cards/usa.card",
            ],
        ),
        Step(
            "2011-11-29",
            "Two officers read thirty digits to each other; each adds the other's card",
            [
                "--node kaz party add cards/usa.card --as USA",
                "--node kaz party add cards/usa.card --as USA --digits {digits:usa}",
                "--node usa party add cards/kaz.card --as KAZ --digits {digits:kaz}",
            ],
        ),
        Step(
            "2011-11-30",
            "The charter of the plan is signed by the root keys of both",
            [
                "--node kaz plan new USA --proposer USA --languages en,kk,ru",
                "root sign kaz/requests/charter.request --roots roots/kaz",
                "--node kaz plan sign kaz/requests/charter.request.signed",
                *crossing(1, "kaz", "usa"),
                "--node usa plan sign",
                "root sign usa/requests/charter.request --roots roots/usa",
                "--node usa plan sign usa/requests/charter.request.signed",
                *crossing(2, "usa", "kaz"),
            ],
        ),
    ]
    return [
        *founding,
        Step(
            "2011-12-05",
            "Kazakhstan proposes the framework plan and the contacts of 2011-2012",
            [
                f"--node kaz draft --file {rounds}/round-1-kaz.toml",
                "--node kaz dispatch",
                *crossing(3, "kaz", "usa"),
            ],
        ),
        Step(
            "2012-03-12",
            "The United States takes most of it over, words some of it otherwise, adds two lines",
            [
                "--node usa draft --all --theirs KAZ",
                f"--node usa draft --file {rounds}/round-2-usa.toml",
                "--node usa dispatch",
                *crossing(4, "usa", "kaz"),
                "--node kaz standing 0",
            ],
        ),
        Step(
            "2012-06-18",
            "Kazakhstan takes their words over, and offers a middle way on money",
            [
                "--node kaz draft --all --theirs USA",
                f"--node kaz draft --file {rounds}/round-3-kaz.toml",
                "--node kaz dispatch",
                *crossing(5, "kaz", "usa"),
                "--node usa show 6",
            ],
        ),
        Step(
            "2012-10-22",
            "The United States agrees: the last brackets close",
            [
                "--node usa draft --all --theirs KAZ",
                f"--node usa draft --file {rounds}/round-4-usa.toml",
                "--node usa dispatch",
                *crossing(6, "usa", "kaz"),
            ],
        ),
        Step(
            "2012-11-05",
            "The framework plan is closed and offered, accepted, and put in force by the receipt",
            [
                f"--node usa freeze {FRAMEWORK}",
                f"--node usa offer {FRAMEWORK}",
                *crossing(7, "usa", "kaz"),
                "--node kaz accept",
                *crossing(8, "kaz", "usa"),
                "--node usa receipt",
                *crossing(9, "usa", "kaz"),
            ],
        ),
        Step(
            "2012-11-06",
            "Both write the edition as a file that anybody can check",
            [
                f"--node usa edition write {FRAMEWORK} editions/framework-usa.edition",
                f"--node kaz edition write {FRAMEWORK} editions/framework-kaz.edition",
                "verify editions/framework-usa.edition",
                "verify editions/framework-kaz.edition",
            ],
        ),
        Step(
            "2013-10-07",
            "Kazakhstan proposes the plan of contacts for 2014, and reports on 2013",
            [
                f"--node kaz draft --file {rounds}/round-5-kaz.toml",
                "--node kaz dispatch",
                *crossing(10, "kaz", "usa"),
            ],
        ),
        Step(
            "2013-10-28",
            "The United States answers: most of it agreed, some dates, a host and a cost otherwise",
            [
                "--node usa draft --all --theirs KAZ",
                f"--node usa draft --file {rounds}/round-6-usa.toml",
                "--node usa dispatch",
                *crossing(11, "usa", "kaz"),
            ],
        ),
        Step(
            "2013-11-14",
            "Kazakhstan answers one date; the plan for 2014 stays in negotiation",
            [
                f"--node kaz draft --file {rounds}/round-7-kaz.toml",
                "--node kaz dispatch",
                *crossing(12, "kaz", "usa"),
                "--node kaz freeze 2014",
            ],
        ),
    ]


def run(words: list[str]) -> tuple[int, str]:
    """Run one command here, and catch what it says."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = kelisim(words)
    return status, said.getvalue()


def filled(command: str) -> str:
    """A command with the digits that an officer has heard on the telephone."""
    for code in ("kaz", "usa"):
        mark = f"{{digits:{code}}}"
        if mark in command:
            _, said = run(["--json", "verify", f"cards/{code}.card"])
            command = command.replace(mark, f'"{json.loads(said)["digits"]}"')
    return command


def play(most_lines: int) -> bool:
    """Play the commands that have not been played yet; say whether all went well."""
    progress = Path(PROGRESS)
    done = json.loads(progress.read_text("utf-8"))["done"] if progress.exists() else 0
    number, all_steps = 0, steps()
    for place, step in enumerate(all_steps, 1):
        os.environ["KELISIM_NOW"] = f"{step.day}T09:30Z"
        if number + len(step.commands) > done:
            print(f"\n[{place}/{len(all_steps)}] {step.day}  {step.heading}", flush=True)
        for command in step.commands:
            number += 1
            if number <= done:
                continue
            typed = filled(command)
            print(f"  $ kelisim {typed.replace(f'{HERE}/', '')}", flush=True)
            status, said = run(shlex.split(typed))
            lines = [line for line in said.splitlines() if line.strip()]
            for line in lines[:most_lines]:
                print(f"      {line[:WIDTH]}{'…' if len(line) > WIDTH else ''}")
            if len(lines) > most_lines:
                print(f"      … {len(lines) - most_lines} more lines")
            if status > FINDINGS and number != done + 1:  # what a stopped run had just done may be refused once
                print(f"\nThis command did not go well (exit status {status}). Nothing after it was done.")
                return False
            progress.write_text(json.dumps({"done": number}), "utf-8")
    return True


def tell(target: Path) -> None:
    """Say in plain words what was agreed, what stayed open and why, and what to try next."""
    _, said = run(["--json", "--language", "en", "--node", str(target / "kaz"), "standing", "--peek"])
    told = [json.loads(line) for line in said.splitlines()]
    print("\nWhat was agreed")
    for scope in (one for one in told if "items" in one):
        counts = ", ".join(f"{count} {status}" for status, count in sorted(scope["items"].items()))
        force = "; in force, verified on both nodes" if scope["editions"] else "; not concluded"
        print(f"  {scope['title']}: items {counts}{force}")
    unsettled = [one for one in told if one.get("status", "agreed") != "agreed"]
    print(f"\nWhat stayed open, and why ({len(unsettled)} fields)")
    shown = [one for one in unsettled if one["status"] == "open"]
    for one in shown:
        waits = " and ".join(one["waits_for"])
        print(f"  {one['number']} {one['title']}, {one['name']}: {one['words']}  it is for {waits} to answer")
    rest = len(unsettled) - len(shown)
    print(f"  and {rest} fields on which only one party has spoken")
    node = os.path.relpath(target, Path.cwd())
    print(
        "\nThe wording and the differing positions are an illustration; dates, places and names of items that cite"
        "\nsources are from these."
        f"\n\nThe two nodes are {node}/kaz and {node}/usa. Try next:\n"
    )
    command = "kelisim" if _on_path() else os.path.relpath(Path(sys.executable).parent / "kelisim", Path.cwd())
    for words in (
        f"standing 2014 --node {node}/kaz",
        f"show 2014.3 --node {node}/usa --language ru",
        f"draft --all --theirs USA --under 2014 --node {node}/kaz",
        f"dispatch --node {node}/kaz",
        f"verify {node}/editions/framework-kaz.edition --language kk",
    ):
        print(f"  {command} {words}")


def _on_path() -> bool:
    return any((Path(part) / "kelisim").exists() for part in os.get_exec_path())


def set_aside(target: Path) -> None:
    """Move what is there to a name beside it."""
    number = 1
    while (aside := target.with_name(f"{target.name}.before-{number}")).exists():
        number += 1
    target.rename(aside)
    print(f"What was there is kept in {aside}.")


def main() -> int:
    """Play the example, or go on with it."""
    parser = argparse.ArgumentParser(description="Play the example plan Kazakhstan - United States 2013-2017.")
    parser.add_argument("--to", type=Path, default=TARGET, help="the directory to play in")
    parser.add_argument("--afresh", action="store_true", help="begin once more; what is there is moved aside")
    parser.add_argument("--lines", type=int, default=6, help="how many lines of each command's answer to show")
    wanted = parser.parse_args()
    target = wanted.to.resolve()
    began, home = time.monotonic(), Path.cwd()
    if wanted.afresh and target.exists():
        set_aside(target)
    for name in ("bundles", "cards", "editions", "roots"):
        (target / name).mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("KELISIM_LANGUAGE", "en")
    os.chdir(target)
    well = play(wanted.lines)
    os.chdir(home)
    if not well:
        return 1
    tell(target)
    print(f"\n({time.monotonic() - began:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
