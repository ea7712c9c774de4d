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


class Post:
    """The bundles of the play, numbered as they go over."""

    def __init__(self) -> None:
        self.number = 0

    def over(self, sender: str) -> list[str]:
        """A bundle of a desk goes to the other."""
        self.number += 1
        return crossing(self.number, sender, "usa" if sender == "kaz" else "kaz")

    def says(self, desk: str, *drafts: str) -> list[str]:
        """An officer drafts, dispatches and sends."""
        return [f"--node {desk} {words}" for words in (*drafts, "dispatch")] + self.over(desk)

    def concludes(self, scope: str, offer: str = "") -> list[str]:
        """A scope is closed by the United States and offered, accepted, put in force by the receipt."""
        return [
            f"--node usa freeze {scope}",
            f"--node usa offer {scope}{offer}",
            *self.over("usa"),
            "--node kaz accept",
            *self.over("kaz"),
            "--node usa receipt",
            *self.over("usa"),
        ]


def file(name: str, verb: str = "draft --file") -> str:
    """The words that take positions from a file of this folder."""
    return f"{verb} {HERE}/{name}.toml"


def theirs(code: str, under: str = "") -> str:
    """The words that take over what another party says."""
    return f"draft --all --theirs {code}{f' --under {under}' if under else ''}"


def steps() -> list[Step]:
    """The example from the first key to the yearly plan that stays in negotiation."""
    post = Post()
    years = (_framework, _contacts_of_2014, _amendment, _contacts_of_2015, _contacts_of_2016, _contacts_of_2017)
    return [*_founding(post), *(step for year in years for step in year(post))]


def _founding(post: Post) -> list[Step]:
    return [
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
                *post.over("kaz"),
                "--node usa plan sign",
                "root sign usa/requests/charter.request --roots roots/usa",
                "--node usa plan sign usa/requests/charter.request.signed",
                *post.over("usa"),
            ],
        ),
    ]


def _framework(post: Post) -> list[Step]:
    return [
        Step(
            "2011-12-05",
            "Kazakhstan proposes the framework plan and the contacts of 2011-2012",
            post.says("kaz", file("round-1-kaz")),
        ),
        Step(
            "2012-03-12",
            "The United States takes most of it over, words some of it otherwise, adds two lines",
            [*post.says("usa", theirs("KAZ"), file("round-2-usa")), "--node kaz standing 0"],
        ),
        Step(
            "2012-06-18",
            "Kazakhstan takes their words over, and offers a middle way on money",
            [*post.says("kaz", theirs("USA"), file("round-3-kaz")), "--node usa show 6"],
        ),
        Step(
            "2012-10-22",
            "The United States agrees: the last brackets close",
            post.says("usa", theirs("KAZ"), file("round-4-usa")),
        ),
        Step(
            "2012-11-05",
            "The framework plan is closed and offered, accepted, and put in force by the receipt",
            post.concludes(FRAMEWORK),
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
    ]


def _contacts_of_2014(post: Post) -> list[Step]:
    waits = "--ad-referendum --note 'waits for the ministry of finance'"
    return [
        Step(
            "2013-10-07",
            "Kazakhstan proposes the plan of contacts for 2014, and reports on 2013",
            post.says("kaz", file("round-5-kaz")),
        ),
        Step(
            "2013-10-28",
            "The United States answers: most of it agreed, some dates, a host and a cost otherwise",
            post.says("usa", theirs("KAZ"), file("round-6-usa")),
        ),
        Step(
            "2013-11-14",
            "Kazakhstan answers one date; the plan for 2014 stays open",
            [*post.says("kaz", file("round-7-kaz")), "--node kaz freeze 2014"],
        ),
        Step(
            "2013-12-09",
            "The United States takes that date over",
            post.says("usa", "draft 2014.3 period --theirs KAZ"),
        ),
        Step(
            "2014-01-13",
            "Kazakhstan agrees to the rest; one cost waits for its capital",
            [
                *post.says(
                    "kaz",
                    theirs("USA"),
                    f"draft 2014.5 cost.interpretation.payer KAZ {waits}",
                    f'draft 2014.5 cost.interpretation.amount "4800.00 USD" {waits}',
                    file("round-8-kaz"),
                ),
                *post.says("usa", theirs("KAZ")),
                "--node usa freeze 2014",
            ],
        ),
        Step("2014-01-20", "The capital agrees, and Kazakhstan confirms", post.says("kaz", "confirm 2014.5")),
        Step(
            "2014-01-22",
            "The plan of contacts for 2014 is concluded, three weeks late, as happens",
            post.concludes("2014"),
        ),
    ]


def _amendment(post: Post) -> list[Step]:
    mended = "Тараптар 4-бапқа сәйкес бір күнтізбелік жылға келісетін іс-шаралар, жобалар мен кездесулер тізбесі."
    return [
        Step(
            "2014-03-03",
            "Kazakhstan proposes to amend the framework plan: terms and objectives",
            [*post.says("kaz", file("round-9-kaz")), "--node usa amendment 0"],
        ),
        Step(
            "2014-04-07",
            "The United States words one term otherwise and adds an indicator for each objective",
            post.says("usa", theirs("KAZ"), file("round-10-usa")),
        ),
        Step("2014-05-12", "Kazakhstan takes that over", [*post.says("kaz", theirs("USA")), "--node kaz amendment 0"]),
        Step("2014-06-02", "The amendment is concluded; the first edition stays", post.concludes(FRAMEWORK)),
        Step(
            "2014-09-01",
            "A slip in the Kazakh text of one term is found, and mended by a corrigendum",
            [
                *post.says("kaz", f'draft 13.3 text.kk "{mended}"'),
                *post.says("usa", "draft 13.3 --theirs KAZ"),
                *post.concludes(FRAMEWORK, " --corrects"),
                "--node kaz edition list 0",
            ],
        ),
    ]


def _contacts_of_2015(post: Post) -> list[Step]:
    reasons = {
        "en": "Not held in full in 2014.",
        "ru": "В 2014 году проведено не полностью.",
        "kk": "2014 жылы толық өткізілген жоқ.",
    }
    reason = " ".join(f'--reason.{language} "{text}"' for language, text in reasons.items())
    return [
        Step(
            "2014-12-15",
            "Kazakhstan reports on 2014, and begins the plan of contacts for 2015 from it",
            [
                "--node kaz " + file("round-11-kaz"),
                "--node kaz dispatch",
                f"--node kaz plan begin 2015 --from 2014 --items 2014.1 --undone {reason}",
                *post.says("kaz", file("contacts-2015-kaz", "import")),
            ],
        ),
        Step(
            "2015-01-12",
            "The United States agrees, but for the number of a military unit",
            post.says("usa", theirs("KAZ"), file("round-12-usa")),
        ),
        Step(
            "2015-01-26",
            "It takes the number over, which the papers in Russian have too",
            [*post.says("usa", "draft 2015.11 site.en --theirs KAZ"), "--node kaz compare 2014 2015"],
        ),
        Step("2015-01-28", "The plan of contacts for 2015 is concluded", post.concludes("2015")),
    ]


def _contacts_of_2016(post: Post) -> list[Step]:
    return [
        Step(
            "2015-12-07",
            "Kazakhstan reports on 2015 and proposes the plan of contacts for 2016",
            post.says("kaz", file("round-13-kaz")),
        ),
        Step(
            "2016-01-18",
            "The United States agrees; one number waits for its capital",
            post.says("usa", theirs("KAZ"), "draft 2016.4 attend.KAZ 250 --ad-referendum", file("round-14-usa")),
        ),
        Step("2016-02-01", "It confirms", post.says("usa", "confirm --all")),
        Step("2016-02-03", "The plan of contacts for 2016 is concluded", post.concludes("2016")),
    ]


def _contacts_of_2017(post: Post) -> list[Step]:
    return [
        Step(
            "2016-12-05",
            "Kazakhstan reports on 2016 and proposes the plan of contacts for 2017",
            post.says("kaz", file("round-15-kaz")),
        ),
        Step(
            "2017-01-23",
            "The United States answers: most of it agreed, a title, two dates and a payer otherwise",
            post.says("usa", theirs("KAZ"), file("round-16-usa")),
        ),
        Step(
            "2017-08-21",
            "Kazakhstan reports on 2017 and answers one date; the plan for 2017 stays in negotiation",
            [*post.says("kaz", file("round-17-kaz")), "--node kaz freeze 2017", "--node kaz progress --overdue"],
        ),
        Step(
            "2017-08-22",
            "Kazakhstan publishes one line of the framework plan, with its proof",
            [
                "--node kaz disclose 0 editions/line-3.6.disclosure --item 3.6",
                "verify editions/line-3.6.disclosure",
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
        f"standing 2017 --node {node}/kaz",
        f"show 2017.10 --node {node}/usa --language ru",
        f"progress 2014 --node {node}/kaz",
        f"draft --all --theirs USA --under 2017 --node {node}/kaz",
        f"dispatch --node {node}/kaz",
        f"compare 2014 2015 --node {node}/usa --language kk",
        f"verify {node}/editions/line-3.6.disclosure --language kk",
    ):
        print(f"  {command()} {words}")


def main() -> int:
    """Play the example, or go on with it."""
    return perform(Play("the example plan Kazakhstan - United States 2013-2017", HERE, steps, tell))


if __name__ == "__main__":
    sys.exit(main())
