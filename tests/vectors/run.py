"""Run an implementation through all vectors.

    python run.py [--verdicts] [--only WORD] COMMAND...

COMMAND answers the protocol of `README.md`. Says what failed, and how many passed; exit status 1 where
anything failed. `--verdicts` compares verdicts and states, and leaves reasons aside: another implementation may name
them otherwise.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HERE: Final = Path(__file__).parent
PATHS: Final = ("file", "to")


class Implementation:
    """A program that answers requests, one a line.

    Args:
        command: how it is started.
        room: a directory that it may write to.
    """

    def __init__(self, command: Sequence[str], room: Path) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._room = room

    def ask(self, case: Path, request: dict[str, Any]) -> dict[str, Any]:
        """Its answer to a step of a case. What a step writes goes to the room, and can be read from there."""
        asked = {**request}
        for key in PATHS:
            if key in asked:
                written = self._room / case.name / asked[key]
                if key == "to":
                    written.parent.mkdir(exist_ok=True)
                asked[key] = str(written if key == "to" or written.exists() else case / asked[key])
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{case.name}: the program ended without an answer")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        """Let it go."""
        assert self._process.stdin
        with self._process:
            self._process.stdin.close()


class Run(NamedTuple):
    """What came of all cases.

    Attributes:
        passed: how many.
        unsupported: the names of those that the implementation does not claim to support.
        failed: what was wrong, by the case's name.
    """

    passed: int
    unsupported: list[str]
    failed: dict[str, list[str]]


def cases(only: str = "") -> Iterator[tuple[Path, dict[str, Any]]]:
    """All cases, by name."""
    for file in sorted(HERE.glob("*/case.json")):
        if only in file.parent.name:
            yield file.parent, json.loads(file.read_text("utf-8"))


def run(command: Sequence[str], *, verdicts: bool = False, only: str = "") -> Run:
    """Run an implementation through the cases."""
    passed, unsupported, failed = 0, [], {}
    with tempfile.TemporaryDirectory() as room:
        program = Implementation(command, Path(room))
        try:
            for place, case in cases(only):
                wrong, known = _play(program, place, case, verdicts=verdicts)
                if not known:
                    unsupported.append(place.name)
                elif wrong:
                    failed[place.name] = wrong
                else:
                    passed += 1
        finally:
            program.end()
    return Run(passed, unsupported, failed)


def _play(program: Implementation, place: Path, case: dict[str, Any], *, verdicts: bool) -> tuple[list[str], bool]:
    """What was wrong with a case, and whether the implementation knows what it asks for."""
    wrong = []
    last = len(case["steps"]) - 1
    for number, step in enumerate(case["steps"]):
        request = {key: value for key, value in step.items() if key not in ("verdict", "reason", "answer")}
        ends = case if number == last else step
        expected = {"verdict": ends.get("verdict", "accepted"), **step.get("answer", {})}
        if ends.get("reason") and not verdicts:
            expected["reason"] = ends["reason"]
        answer = program.ask(place, request)
        if answer.get("verdict") == "unsupported":
            return [], False
        wrong += _differences(f"step {number + 1}", expected, {key: answer.get(key) for key in expected})
    if "state" in case:
        wrong += _differences("state", case["state"], program.ask(place, {"do": "state"}))
    return wrong, True


def _differences(where: str, expected: Any, found: Any) -> list[str]:
    """Where two values differ, down to the last key."""
    if isinstance(expected, dict) and isinstance(found, dict):
        keys = sorted({*expected, *found})
        return [one for key in keys for one in _differences(f"{where} {key[:16]}", expected.get(key), found.get(key))]
    return [] if expected == found else [f"{where}: expected {expected}, found {found}"]


def main(words: list[str]) -> int:
    """The program."""
    verdicts, only = False, ""
    while words and words[0].startswith("--"):
        option = words.pop(0)
        if option == "--verdicts":
            verdicts = True
        elif option == "--only":
            only = words.pop(0)
        else:
            words = []
    if not words:
        print(__doc__)
        return 2
    done = run(words, verdicts=verdicts, only=only)
    for name, wrong in done.failed.items():
        print(name, *wrong, sep=f"{os.linesep}    ")
    print(f"{done.passed} passed, {len(done.failed)} failed, {len(done.unsupported)} not supported")
    return 1 if done.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
