"""The command as people type it: words in any order, three languages, wrong words, never a traceback."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site.conftest import Desks, found

VERBS = """
    accept amendment backup bundle card clear compare completion confirm disclose dispatch doctor draft drafts
    edition epoch export file find forks freeze import init item key offer officer package packages party plan
    progress rebuild receipt recorded restate restore root serve show standing token verify withdraw work
"""


def test_help_names_every_verb(tmp_path):
    answer = Desks(tmp_path).run("--help")
    listed = re.findall(r"^  (\w+)  ", answer.out.split("Commands:")[1], re.MULTILINE)
    assert listed == VERBS.split()
    assert Desks(tmp_path).run().out == answer.out
    for verb in listed:
        assert "--language" in Desks(tmp_path).run(verb, "--help").out


def test_the_shared_options_stand_before_or_after_the_verb(agreed):
    desks, _, _ = agreed
    before = desks.run("--node", "kaz", "--json", "--language", "ru", "standing", "--peek")
    after = desks.run("standing", "--peek", "--language", "ru", "--json", "--node", "kaz")
    assert before == after
    assert before.status == 0
    group = desks.run("plan", "--node", "kaz", "list", "--json")
    assert group.objects[0]["codes"] == "KAZ, USA"


def test_the_node_may_be_named_by_the_environment(agreed, monkeypatch):
    desks, _, _ = agreed
    monkeypatch.setenv("KELISIM_NODE", "kaz")
    assert desks.run("drafts").status == 0


@pytest.mark.parametrize(
    ("language", "what"),
    [
        ("en", "There is no item nothing."),
        ("ru", "nothing"),
        ("kk", "жоқ"),
    ],
)
def test_a_refusal_says_what_why_and_what_next_in_the_readers_language(agreed, language, what):
    desks, _, _ = agreed
    answer = desks.at("kaz", f"show nothing --language {language}")
    first, why, following = answer.err.splitlines()
    assert answer.status == 3
    assert answer.out == ""
    assert what in first
    assert why.startswith("  ")
    assert following.startswith("  → ")
    assert "kelisim standing" in following


WRONG = {
    "": 0,
    "nosuchverb": 2,
    "standing --nosuch": 2,
    "show": 2,
    "draft": 2,
    "draft x": 2,
    "draft x y": 2,
    "draft x y z extra": 2,
    "draft x y z --withdraw": 2,
    "draft --all": 2,
    "draft --theirs USA": 2,
    "--language tlh standing": 2,
    "--language": 2,
    "root": 2,
    "root nosuch": 2,
    "root sign": 2,
    "root sign nothing --roots nowhere": 3,
    "root sign kaz/requests/charter.request --roots nowhere": 3,
    "root new roots/kaz": 3,
    "init": 2,
    "init UZB --root roots/kaz --name Uzbekistan --node new": 2,
    "init UZB --root roots/kaz --name en=Uzbekistan --node kaz": 3,
    "init UZB --root roots/kaz --name English=Uzbekistan --node new": 3,
    "plan new USA --proposer USA --languages English": 3,
    "party add usa.card --as usa --digits {usa}": 3,
    "party add usa.card --as KAZ --digits {usa}": 3,
    "init UZB --root nowhere --name en=Uzbekistan --node new": 3,
    "init Uzbekistan --root roots/kaz --name en=Uzbekistan --node new": 3,
    "init UZB --root roots/kaz --name en=Uzbekistan --threshold 2 --node new": 3,
    "init UZB --root roots/kaz --name en=Uzbekistan --threshold two --node new": 2,
    "item new": 2,
    "item new nosuchkind": 3,
    "item new line title": 2,
    "item strike 77": 3,
    "item restore 77": 3,
    "item split 77": 2,
    "item split 77 1": 2,
    "item merge 77 78": 2,
    "confirm": 2,
    "confirm --all": 3,
    "package": 2,
    "package x": 2,
    "package x --end": 3,
    "package x 77": 3,
    "draft x y --bracket 1": 2,
    "draft x y --theirs USA --bracket one": 2,
    "draft --from-plan ffff": 2,
    "draft x --from-plan ffff": 3,
    "plan new": 2,
    "plan new FRA --proposer FRA": 3,
    "plan new USA --proposer FRA": 3,
    "plan new KAZ --proposer KAZ": 3,
    "plan sign nothing": 3,
    "plan sign kaz.card": 3,
    "plan sign kaz/requests/card.request.signed": 3,
    "card write kaz/requests/charter.request.signed --to x.card": 3,
    "card write usa/requests/card.request.signed --to x.card": 3,
    "card write --to kaz.card": 3,
    "party add nothing --as USA": 3,
    "party add kaz/requests/charter.request --as UZB": 3,
    "party add usa.card --as USA --digits 123": 3,
    "bundle read": 2,
    "bundle read kaz.card": 3,
    "bundle open": 2,
    "bundle open x": 2,
    "bundle open missing --to x": 3,
    "bundle open kaz.card --to x": 3,
    "bundle write x --to FRA": 3,
    "bundle write kaz.card --to USA": 3,
    "bundle write no/such/directory --to USA": 3,
    "freeze 77": 3,
    "offer 77": 3,
    "accept 77": 3,
    "receipt": 3,
    "withdraw": 3,
    "edition write 77 x": 3,
    "show 77": 3,
    "dispatch": 3,
    "verify nothing": 3,
    "verify kaz/requests/card.request": 3,
    "--plan ffff standing": 3,
    "--node nowhere standing": 3,
}


@pytest.mark.parametrize("words", WRONG)
def test_wrong_words_have_their_answer_and_change_nothing(desks, words, monkeypatch):
    monkeypatch.delenv("KELISIM_DEBUG")  # as a person runs it: a fault would show as exit status 4
    digits = json.loads(desks.run("--json", "verify", "usa.card").out)["digits"].replace(" ", "")
    before = desks.dump("kaz")
    for language in ("en", "ru", "kk"):
        typed = words.replace("{usa}", digits)
        answer = desks.run("--node", "kaz", "--language", language, *typed.split())
        assert answer.status == WRONG[words], answer
        assert "Traceback" not in answer.err
        if answer.status:
            assert len(answer.err.strip().splitlines()) >= 3
    assert desks.dump("kaz") == before
    assert not (desks.home / "new").exists()


def test_a_json_refusal_is_one_object_with_its_code(desks):
    answer = desks.run("--json", "--node", "kaz", "show", "nothing")
    told = json.loads(answer.err)
    assert told["refused"] == "item-missing"
    assert told["params"]["name"] == "nothing"
    assert {"what", "why", "next"} <= told.keys()


def test_a_fault_is_told_without_a_traceback_and_shown_with_one_on_request(desks, monkeypatch):
    from kelisim_web import store

    def fail():
        raise ZeroDivisionError("by hand")

    monkeypatch.setattr(store, "circles", fail)
    with pytest.raises(ZeroDivisionError):
        desks.at("kaz", "standing")
    monkeypatch.delenv("KELISIM_DEBUG")
    answer = desks.at("kaz", "standing")
    assert answer.status == 4
    assert "ZeroDivisionError: by hand" in answer.err


def test_an_item_is_meant_by_its_number_its_id_or_the_beginning_of_it(agreed):
    desks, _, course = agreed
    views = {desks.well("kaz", f"show {name}").out for name in ("1", course, course[:6])}
    assert len(views) == 1
    for _ in range(2):
        desks.item("kaz", "article", "number=7")
    desks.well("kaz", "dispatch")
    assert desks.at("kaz", "--json show 7").refused == "item-several"


def test_a_node_with_several_plans_asks_which(desks):
    desks.well("kaz", "plan new USA --proposer KAZ --languages en")
    assert desks.at("kaz", "--json standing").refused == "plan-several"
    plans = [one["plan"] for one in desks.json("kaz", "plan list")]
    assert len(plans) == 2
    answers = [desks.at("kaz", f"--json --plan {plan} dispatch --acknowledge") for plan in plans]
    assert sorted(answer.refused for answer in answers) == ["", "charter-not-whole"]


def test_a_new_node_says_what_is_missing(tmp_path):
    desks = Desks(tmp_path)
    desks.run("root", "new", "roots")
    desks.run("init", "KAZ", "--node", "kaz", "--root", "roots", "--name", "en=Kazakhstan")
    assert desks.at("kaz", "--json standing").refused == "plan-none"
    assert desks.at("kaz", "--json card write --to x").refused == "card-not-signed"
    assert desks.at("kaz", "--json plan new USA --proposer USA").refused == "card-not-signed"


def test_two_root_signers_must_both_sign(tmp_path):
    desks = Desks(tmp_path)
    for name in ("one", "two"):
        desks.run("root", "new", name)
    words = ["init", "KAZ", "--node", "kaz", "--root", "one", "--root", "two", "--threshold", "2", "--name", "en=K"]
    assert desks.run(*words).status == 0
    request = "kaz/requests/card.request"
    desks.run("root", "sign", request, "--roots", "one")
    assert desks.at("kaz", f"--json card write {request}.signed --to kaz.card").refused == "card-too-few-roots"
    desks.run("root", "sign", f"{request}.signed", "--roots", "two", "--to", "both")
    desks.well("kaz", "card write both --to kaz.card")
    assert "To sign: card 0 of K" in desks.run("root", "sign", request, "--roots", "one", "--to", "again").out


def test_only_an_example_node_may_be_told_the_time(tmp_path):
    desks = Desks(tmp_path)
    found(desks, "KAZ", "USA")
    times = {at for (at,) in desks.query("kaz", "SELECT at FROM kelisim_web_confirmed")}
    assert times == {"2012-11-05T09:30Z"}
    desks.run("root", "new", "roots/uzb")
    desks.run("init", "UZB", "--node", "uzb", "--root", "roots/uzb", "--name", "en=Uzbekistan")
    desks.run("root", "sign", "uzb/requests/card.request", "--roots", "roots/uzb")
    desks.well("uzb", "card write --to uzb.card")
    assert desks.query("uzb", "SELECT at FROM kelisim_web_confirmed") != [("2012-11-05T09:30Z",)]


def test_what_we_have_drafted_is_shown_beside_the_item(agreed):
    desks, _, course = agreed
    desks.well("kaz", f"draft {course} period 2013-08")
    desks.well("kaz", f"draft {course} host --withdraw")
    told = desks.well("kaz", "show 1").out
    assert "Our drafts (on our node alone)\n  Host party: (taken back)\n  Period: 2013-08" in told
    assert "(taken back)" in desks.well("kaz", "drafts").out
    assert "Our drafts" not in desks.well("usa", "show 1").out


def test_a_node_that_could_not_be_made_leaves_nothing_behind(tmp_path, monkeypatch):
    from kelisim_web import node

    desks = Desks(tmp_path)
    desks.run("root", "new", "roots")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(node, "recipient", full)
    monkeypatch.delenv("KELISIM_DEBUG")
    answer = desks.run("--json", "init", "KAZ", "--node", "kaz", "--root", "roots", "--name", "en=Kazakhstan")
    assert (answer.status, answer.refused) == (3, "file-not-written")
    assert "No space left on device" in answer.err
    assert not (tmp_path / "kaz").exists()


def test_a_command_that_is_interrupted_says_so(desks, monkeypatch):
    import click

    from kelisim_web import store

    def stop():
        raise click.Abort

    monkeypatch.setattr(store, "circles", stop)
    assert desks.at("kaz", "--json standing").refused == "stopped"


def test_a_reader_that_has_gone_away_is_no_fault(desks):
    """As in `kelisim --help | head -1`, in a process of its own."""
    program = Path(sys.executable).with_name("kelisim")
    words = [program, "--node", desks.home / "kaz", "standing"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.close()
        said = running.stderr.read()
    assert running.returncode == 0
    assert b"Traceback" not in said


def test_the_database_goes_back_and_forth_between_versions(tmp_path):
    from kelisim_web.node import created

    with created(tmp_path / "node") as made:
        from django.core.management import call_command

        assert len(made.rows().guarded()) == 5
        call_command("migrate", "kelisim_web", "0001", verbosity=0)
        assert not made.rows().guarded()
        call_command("migrate", "kelisim_web", verbosity=0)
        assert len(made.rows().guarded()) == 5
