"""Play the example: three nodes agree the plan of the exercise Steppe Eagle 2015, two of them aside at first.

Everything happens in one directory (by default build/steppe-eagle-2015). Played again, it goes on from where it
stands. `--afresh` moves what is there aside and begins once more; nothing is ever deleted.
"""

from __future__ import annotations

import json
import os
import sys
from itertools import count
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from playing import Play, Step, command, crossing, perform, run  # noqa: E402  (it lies beside the examples)

CODES = ("kaz", "usa", "gbr")
ALL, TWO = "GBR, KAZ, USA", "GBR, USA"
NAMES = {
    "kaz": '--name "en=Republic of Kazakhstan" --name "ru=Республика Казахстан" --name "kk=Қазақстан Республикасы"',
    "usa": '--name "en=United States of America" --name "ru=Соединенные Штаты Америки" '
    '--name "kk=Америка Құрама Штаттары"',
    "gbr": '--name "en=United Kingdom" --name "ru=Соединенное Королевство" --name "kk=Құрама Корольдік"',
}
PHASES = {
    "5.2.1": ("2015-04-06/2015-04-17", "first phase", "первый этап", "бірінші кезең"),
    "5.2.2": ("2015-06-15/2015-06-26", "second phase", "второй этап", "екінші кезең"),
}
SOURCE = "http://kazworld.info/?p=40945"
EXERCISE = ("Exercise Steppe Eagle 2015", "Учение «Степной орел - 2015»", "«Дала қыраны - 2015» оқу-жаттығуы")


def the(plan: str, node: str) -> str:
    """The plan of all or that of two, as a desk knows it."""
    return f"{{plan:{node}:{plan}}}"


def at(node: str, words: str, plan: str = ALL) -> str:
    """A command at a desk, on the plan of all or on that of two."""
    return f"--node {node} {words} --plan {the(plan, node)}"


def steps() -> list[Step]:
    """The example from the first key to the edition that all three hold."""
    numbers = count(1)

    def carry(sender: str, *recipients: str, plan: str = ALL) -> list[str]:
        return [
            line for to in recipients for line in crossing(next(numbers), sender, to, f" --plan {the(plan, sender)}")
        ]

    def speak(node: str, *words: str) -> list[str]:
        """Draft, dispatch, and send it to the two others."""
        others = [code for code in CODES if code != node]
        return [*(at(node, one) for one in words), at(node, "dispatch"), *carry(node, *others)]

    def whisper(node: str, to: str, *words: str) -> list[str]:
        """The same in the plan of two."""
        return [*(at(node, one, TWO) for one in words), at(node, "dispatch", TWO), *carry(node, to, plan=TWO)]

    def sign(node: str, request: str) -> list[str]:
        return [
            f"root sign {node}/requests/{request} --roots roots/{node}",
            f"--node {node} plan sign {node}/requests/{request}.signed",
        ]

    tongues = [f"text.{language}" for language in ("en", "kk", "ru")]
    return [
        *_keys(),
        Step(
            "2014-11-18",
            "The charter of the plan of three is signed by the root keys of all",
            [
                "--node kaz plan new USA GBR --proposer KAZ --languages en,kk,ru",
                *sign("kaz", "charter.request"),
                *carry("kaz", "usa"),
                at("usa", "plan sign"),
                *sign("usa", "charter.request"),
                *carry("usa", "gbr"),
                at("gbr", "plan sign"),
                *sign("gbr", "charter.request"),
                *carry("gbr", "kaz", "usa"),
            ],
        ),
        Step(
            "2014-11-24",
            "Round 1: Kazakhstan proposes four articles and three activities",
            speak("kaz", f"draft --file {HERE}/round-1-kaz.toml"),
        ),
        Step(
            "2014-12-08",
            "Round 2: the United States takes over all but the article on costs, and names another month",
            speak(
                "usa",
                "draft --all --theirs KAZ",
                *(f"draft 3 {field} --discard" for field in tongues),
                f"draft --file {HERE}/round-2-usa.toml",
            ),
        ),
        Step(
            "2014-12-10",
            "Round 2: the United Kingdom does alike, words one article otherwise, and ties it to the exercise",
            [
                *speak(
                    "gbr",
                    "draft --all --theirs KAZ",
                    *(f"draft 3 {field} --discard" for field in tongues),
                    f"draft --file {HERE}/round-2-gbr.toml",
                    "package medical 4 5.2",
                ),
                at("kaz", "packages"),
                at("kaz", "standing"),
            ],
        ),
        Step(
            "2014-12-12",
            "Aside: the two sending parties found a plan of their own for the article on costs",
            [
                "--node usa plan new GBR --proposer USA --languages en,kk,ru",
                *sign("usa", f"charter-{the(TWO, 'usa')}.request"),
                *carry("usa", "gbr", plan=TWO),
                at("gbr", "plan sign", TWO),
                *sign("gbr", f"charter-{the(TWO, 'gbr')}.request"),
                *carry("gbr", "usa", plan=TWO),
                "--node usa plan list",
                *whisper("usa", "gbr", f"draft 3 --from-plan {the(ALL, 'usa')}", f"draft --file {HERE}/side-usa.toml"),
            ],
        ),
        Step(
            "2014-12-15",
            "Aside: the United Kingdom adds the meals, and the United States takes that over",
            [
                *whisper("gbr", "usa", "draft --all --theirs USA", f"draft --file {HERE}/side-gbr.toml"),
                *whisper("usa", "gbr", "draft --all --theirs GBR"),
            ],
        ),
        Step(
            "2014-12-17",
            "Both say in the plan of three what they have agreed aside; Kazakhstan sees that they say the same",
            [
                *speak("usa", *(f"draft 3 {field} --from-plan {the(TWO, 'usa')}" for field in tongues)),
                *speak("gbr", *(f"draft 3 {field} --from-plan {the(TWO, 'gbr')}" for field in tongues)),
                at("kaz", "show 3"),
            ],
        ),
        Step(
            "2015-01-19",
            "Round 3: Kazakhstan splits the exercise, strikes out the day of sport, and agrees on costs ad referendum",
            [
                *speak(
                    "kaz",
                    "draft 5.1 --theirs USA",
                    "draft 4 --theirs GBR",
                    "draft 3 --theirs USA --ad-referendum",
                    "item split 5.2 5.2.1 5.2.2",
                    *_phases(),
                    "item strike 5.3",
                ),
                at("usa", "show 5.3"),
            ],
        ),
        Step(
            "2015-02-09",
            "At the conference in Almaty the two others take all of it over; the package now ties the two phases",
            [
                *speak("usa", "draft --all --theirs KAZ"),
                *speak("gbr", "draft --all --theirs KAZ", "package medical 5.2.1 5.2.2"),
                at("kaz", "packages"),
                at("kaz", "freeze 0"),
            ],
        ),
        Step(
            "2015-02-16",
            "The capital has agreed: Kazakhstan confirms what it had said ad referendum",
            speak("kaz", "confirm --all"),
        ),
        Step(
            "2015-02-23",
            "The plan is closed and offered, accepted by both others, and put in force",
            [
                at("kaz", "freeze 0"),
                at("kaz", "offer 0"),
                *carry("kaz", "usa", "gbr"),
                at("usa", "accept"),
                *carry("usa", "kaz"),
                at("gbr", "accept"),
                *carry("gbr", "kaz"),
                at("kaz", "receipt"),
                *carry("kaz", "usa", "gbr"),
                *(at(node, f"edition write 0 editions/plan-{node}.edition") for node in CODES),
                "verify editions/plan-gbr.edition",
            ],
        ),
    ]


def _keys() -> list[Step]:
    """Root keys, nodes, cards, and everybody's digits read to everybody."""
    pairs = [(node, other) for node in CODES for other in CODES if node != other]
    return [
        Step(
            "2014-11-10",
            "Each party makes its root keys, its node and its card",
            [
                line
                for code in CODES
                for line in (
                    f"root new roots/{code}",
                    f"init {code.upper()} --node {code} --example --root roots/{code} {NAMES[code]}",
                    f"root sign {code}/requests/card.request --roots roots/{code}",
                    f"--node {code} card write --to cards/{code}.card",
                )
            ],
        ),
        Step(
            "2014-11-11",
            "Officers read thirty digits to each other; each adds the others' cards",
            [
                f"--node {node} party add cards/{other}.card --as {other.upper()} --digits {{digits:{other}}}"
                for node, other in pairs
            ],
        ),
    ]


def _phases() -> list[str]:
    """What Kazakhstan says of each phase of the exercise: its days, where they are public, its titles."""
    words = []
    for number, (period, *names) in PHASES.items():
        words += [f"draft {number} period {period}", f"draft {number} source {SOURCE}"]
        for language, title, name in zip(("en", "ru", "kk"), EXERCISE, names, strict=True):
            words.append(f'draft {number} title.{language} "{title}: {name}"')
    return words


def tell(target: Path) -> None:
    """Say in plain words what was agreed, what the two had aside, and what to try next."""
    node = os.path.relpath(target, Path.cwd())
    _, said = run(["--json", "--language", "en", "--node", str(target / "kaz"), "standing", "--peek"])
    (scope,) = [one for one in map(json.loads, said.splitlines()) if "items" in one]
    counts = ", ".join(f"{number} {status}" for status, number in sorted(scope["items"].items()))
    force = "in force, accepted by the two others" if scope["editions"] else "not concluded"
    print(f"\nWhat was agreed\n  {scope['title']}: items {counts}; {force}")
    print("  Struck out: the day of sport, and the exercise as one activity, which two phases continue.")
    print("\nWhat the United States and the United Kingdom prepared aside reached Kazakhstan only when they said it.")
    print("Kazakhstan holds one plan; they hold two.")
    print(
        "\nThe wording, the days on which the parties speak and their differing positions are an illustration; the"
        "\ndates and places of items that cite sources are from these."
        f"\n\nThe three nodes are {node}/kaz, {node}/usa and {node}/gbr. Try next:\n"
    )
    for words in (
        f"plan list --node {node}/gbr",
        f"standing --node {node}/kaz",
        f"show 5.2.1 --node {node}/kaz --language kk",
        f"packages --node {node}/kaz",
        f"verify {node}/editions/plan-usa.edition --language ru",
    ):
        print(f"  {command()} {words}")


def main() -> int:
    """Play the example, or go on with it."""
    return perform(Play("the example plan of the exercise Steppe Eagle 2015", HERE, steps, tell))


if __name__ == "__main__":
    sys.exit(main())
