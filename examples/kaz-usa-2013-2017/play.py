"""Play the example: two nodes prepare, agree and sign the plan 2013-2017, by the commands that their officers type.

Everything happens in one directory (by default build/kaz-usa-2013-2017). Played again, it goes on from where it
stands. `--afresh` moves what is there aside and begins once more; nothing is ever deleted.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from playing import Play, Step, command, crossing, perform, run  # noqa: E402  (it lies beside the examples)

FRAMEWORK = "0"
NAMES = {
    "kaz": '--name "en=Republic of Kazakhstan" --name "ru=Республика Казахстан" --name "kk=Қазақстан Республикасы"',
    "usa": '--name "en=United States of America" --name "ru=Соединенные Штаты Америки" '
    '--name "kk=Америка Құрама Штаттары"',
}


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
    for words in (
        f"standing 2014 --node {node}/kaz",
        f"show 2014.3 --node {node}/usa --language ru",
        f"draft --all --theirs USA --under 2014 --node {node}/kaz",
        f"dispatch --node {node}/kaz",
        f"verify {node}/editions/framework-kaz.edition --language kk",
    ):
        print(f"  {command()} {words}")


def main() -> int:
    """Play the example, or go on with it."""
    return perform(Play("the example plan Kazakhstan - United States 2013-2017", HERE, steps, tell))


if __name__ == "__main__":
    sys.exit(main())
