"""What a shell is offered, asked in the shell's own way: in a process of its own, by the environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("kelisim")


def offered(home, words, *, by="bash"):
    """What is offered for the last of these words, which may be empty; and what was said beside it."""
    environment = {
        **os.environ,
        "_KELISIM_COMPLETE": f"{by}_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": words.split(" ")[-1] if by == "fish" else str(len(words.split(" ")) - 1),
    }
    done = subprocess.run([PROGRAM], cwd=home, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1]


def plain(home, words):
    return [one.removeprefix("plain,") for one in offered(home, words)]


def test_verbs_and_options_are_offered(tmp_path):
    assert plain(tmp_path, "kelisim st") == ["standing"]
    assert {"add", "confirm", "drop", "list", "new", "write"} == set(plain(tmp_path, "kelisim recorded "))
    assert plain(tmp_path, "kelisim draft --th") == ["--theirs"]
    assert plain(tmp_path, "kelisim --language ") == ["en", "ru", "kk"]
    assert plain(tmp_path, "kelisim completion z") == ["zsh"]
    assert offered(tmp_path, "kelisim verify x") == ["file,x"]
    assert offered(tmp_path, "kelisim --node x") == ["dir,x"]


def test_at_a_node_items_scopes_parties_plans_and_fields_are_offered(agreed):
    desks, _, _ = agreed
    desks.item("kaz", "line", "number=3.1", "title.en=Peacekeeping")
    named = desks.item("kaz", "line", "title.en=Without a number")
    desks.well("kaz", "recorded new activity number=9 --by USA --letter 1 --date 2013-03-01")
    plan = desks.json("kaz", "plan list")[0]["plan"]
    home = desks.home
    assert plain(home, "kelisim --node kaz show ") == ["0", "1", "3.1", "9", named]
    assert plain(home, "kelisim show --node kaz 3.") == ["3.1"]
    assert plain(home, "kelisim --node kaz freeze ") == ["0"]
    assert plain(home, "kelisim --node kaz item new line --parent 3.") == ["3.1"]
    assert plain(home, "kelisim --node kaz bundle write x --to ") == ["KAZ", "USA"]
    assert plain(home, "kelisim --node kaz --plan ") == [plan]
    assert plain(home, "kelisim --node kaz draft 1 title.") == ["title.en", "title.kk", "title.ru"]
    assert plain(home, "kelisim --node kaz draft 1 attend.") == ["attend.KAZ", "attend.USA"]
    assert "activity" in plain(home, "kelisim --node kaz item new ")
    assert offered(home, "kelisim --node kaz show 1", by="fish")[0] == "plain,1\tJoint course"


@pytest.mark.parametrize(
    "words",
    [
        "kelisim --node nowhere show ",
        "kelisim --plan ffff --node kaz show ",
        "kelisim nosuch ",
        "kelisim recorded nosuch ",
        "kelisim --language tlh show ",
        "kelisim --node broken show ",
    ],
)
def test_what_cannot_be_completed_is_passed_over_in_silence(desks, words):
    (desks.home / "broken").mkdir()
    (desks.home / "broken/node.sqlite3").write_bytes(b"not a database at all" * 300)
    assert [one for one in offered(desks.home, words) if one] == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_asks_this_command(shell):
    done = subprocess.run([PROGRAM, "completion", shell], capture_output=True, text=True, check=True)
    assert f"_KELISIM_COMPLETE={shell}_complete" in done.stdout
    assert done.stderr == ""


def test_bash_takes_the_script_and_completes(agreed):
    desks, _, _ = agreed
    asked = (
        'eval "$(kelisim completion bash)"; COMP_WORDS=(kelisim --node kaz show ""); COMP_CWORD=4; '
        '_kelisim_completion kelisim; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    environment = {**os.environ, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "--norc", "-c", asked], cwd=desks.home, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["0", "1"]


def test_another_shell_is_refused(desks):
    answer = desks.at("kaz", "--json completion csh")
    assert (answer.status, answer.refused) == (2, "usage-shell")
