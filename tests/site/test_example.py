"""The main job on real input: the plan Kazakhstan - United States 2013-2017."""

from __future__ import annotations

import importlib.util
import json
import sys
import tomllib
from pathlib import Path

import pytest

from kelisim import verify_edition
from tests.site.conftest import Desks
from tests.site.rows import copied

EXAMPLE = Path(__file__).parents[2] / "examples" / "kaz-usa-2013-2017"
FRAMEWORK, CONTACTS_2014, CONTACTS_2017 = "yucdswg4zgqfnjlk", "z7sjcw23tf42xxuy", "m2nushi6oeacjwqd"
HELICOPTERS, GRADUATES = "eftynqsexlh2bkkj", "zfjxs2pslmvyfe2y"
FACTS = """
    trend.az/world/usa/1963534.html zonakz.net/2012/07/10 usarcent.army.mil/News/Article/1595996
    kedung-mundu.blogspot.com/2012/05 eurasianet.org/us-military-practices-disaster-relief
    astanatimes.com/2013/11 astanatimes.com/2013/12 mgorod.kz/news/ministr-oborony mgorod.kz/news/inostrannye
    hurriyetdailynews.com vpk.name/news/102557 flightglobal.com thebulletin.news en.tengrinews.kz/military/kazakhstani
    kz.usembassy.gov/opening-of wikisum.wiki zakon.kz/amp kstnews.kz/19948-2
    en.tengrinews.kz/military/Kazakhstan-armed-forces-to-conduct kazworld.info/?p=40945
    centcom.mil/MEDIA/NEWS-ARTICLES/News-Article-View/Article/885056 orinfo.ru/kz/93816
    usarcent.army.mil/News/Article/1595970 annk.kz/post ratel.kz/kaz/26480 unipath-magazine.com/?p=31908
    Article/904581 vestikavkaza.ru ru.baribar.kz/3940 Article/1096918 ky.ng.mil/News/Article/2691044
    kz.usembassy.gov/u-s-government sputniknews.com/world/201707051055236594 stanradar.com/news/full/25783
    en.inform.kz/news/kazakhstan-us-ink Article/1263365 dvidshub.net/news/242225
"""


def load_play():
    spec = importlib.util.spec_from_file_location("play", EXAMPLE / "play.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The example, played in a directory of its own; and what it said."""
    import contextlib
    import io

    home, said = tmp_path_factory.mktemp("example"), io.StringIO()
    words, sys.argv = sys.argv, ["play.py", "--to", str(home / "play")]
    try:
        with contextlib.redirect_stdout(said):
            assert load_play().main() == 0
    finally:
        sys.argv = words
    return Desks(home / "play"), said.getvalue()


def play_again(desks, monkeypatch, capsys, *words):
    monkeypatch.setattr(sys, "argv", ["play.py", "--to", str(desks.home), *words])
    status = load_play().main()
    return status, capsys.readouterr().out


def test_it_tells_what_was_agreed_what_stayed_open_and_what_to_try(played):
    _, said = played
    assert "items 36 agreed; in force, verified on both nodes" in said
    assert "What stayed open, and why" in said
    assert "[KAZ: 2017-11-29/2017-11-30 | USA: 2017-11-28/2017-11-29]  it is for USA to answer" in said
    assert "illustration" in said
    assert "Try next:" in said


def test_every_command_it_says_to_try_works(played):
    desks, said = played
    tail = said.split("Try next:")[1]
    commands = [line.split()[1:] for line in tail.splitlines() if "kelisim" in line]
    assert len(commands) == 7
    copy = desks.home.parent / "tried"
    copied(desks.home, copy)
    for words in commands:
        moved = [str(copy / word.split("play/")[1]) if "play/" in word else word for word in words]
        assert Desks(copy).run(*moved).status in (0, 1), words


def test_the_framework_is_one_edition_that_both_can_prove(played):
    desks, _ = played
    files = [desks.home / "editions" / f"framework-{desk}.edition" for desk in ("kaz", "usa")]
    assert files[0].read_bytes() == files[1].read_bytes()
    found = verify_edition(files[0].read_bytes())
    kinds = [fields["kind"] for fields in found.content.values()]
    assert kinds.count("article") == 12
    assert kinds.count("line") >= 8
    assert set(kinds) == {"plan", "article", "line"}
    for fields in found.content.values():
        assert {"title.en", "title.ru", "title.kk"} <= fields.keys()
    assert "Illustration" in found.content[FRAMEWORK]["notice.en"]


def test_both_nodes_see_the_same_plan_in_three_languages(played):
    desks, _ = played
    for language in ("en", "ru", "kk"):
        views = [desks.json(desk, f"standing --peek --language {language}") for desk in ("kaz", "usa")]
        told = [
            [
                {k: v for k, v in one.items() if k not in ("frozen", "new")}
                for one in view
                if one.get("status") != "agreed"
            ]
            for view in views
        ]
        assert told[0] == told[1]


def test_the_plan_of_2017_stays_in_negotiation(played):
    desks, _ = played
    scopes = {one["scope"]: one for one in desks.json("usa", "standing --peek") if "items" in one}
    assert scopes[FRAMEWORK]["items"] == {"agreed": 36}
    assert scopes[FRAMEWORK]["editions"] == 3
    assert scopes[CONTACTS_2014]["items"] == {"agreed": 15}
    assert scopes[CONTACTS_2014]["editions"] == 1
    assert scopes[CONTACTS_2017]["items"] == {"agreed": 9, "open": 3}
    assert scopes[CONTACTS_2017]["editions"] == 0
    assert desks.at("usa", "freeze 2017").status == 1


def test_the_framework_is_amended_and_a_slip_in_one_language_is_mended_from_the_start(played):
    desks, _ = played
    editions = desks.json("kaz", "edition list 0")
    assert [(one["edition"], one["corrects"], one["in_force"]) for one in editions] == [
        ("0.1", False, False),
        ("0.3", False, False),
        ("0.4", True, True),
    ]
    told = desks.at("kaz", "--json compare 0@0.3 0@0.4").objects
    changed = [one for one in told if one.get("field") == "text.kk"]
    assert len(changed) == 1
    assert "5-бап" in str(changed[0])
    assert "4-бап" in str(changed[0])


def test_a_year_goes_on_from_the_one_before_and_says_why(played):
    desks, _ = played
    view = desks.json("usa", "show 2015.2")
    assert any(one.get("field") == "continues" for one in view)
    assert "2014 жылы" in next(one["values"]["USA"] for one in view if one.get("field") == "reason.kk")


def test_accounts_stand_side_by_side_where_the_parties_count_otherwise(played):
    desks, _ = played
    assert desks.field("usa", GRADUATES, "actual.2014")["values"] == {"KAZ": "19", "USA": "20"}
    assert desks.field("usa", HELICOPTERS, "target")["values"] == {"KAZ": "45 helicopter", "USA": "45 helicopter"}
    assert desks.field("usa", HELICOPTERS, "delivered")["values"] == {"KAZ": "26 helicopter"}
    assert desks.field("usa", HELICOPTERS, "stage")["values"] == {"KAZ": "halted"}


def test_one_line_is_published_and_nothing_else(played):
    desks, _ = played
    shown = (desks.home / "editions/line-3.6.disclosure").read_text("utf-8")
    assert "Defence industry and joint production" in shown
    assert "Military medicine" not in shown
    assert desks.run("verify", "editions/line-3.6.disclosure").status == 0


def test_every_dated_fact_of_2011_to_2017_between_the_two_is_in_the_plan(played):
    """The addresses of the facts compiled for this example; those on other pairs and on no activity are left out."""
    desks, _ = played
    shown = desks.well("kaz", "--json export all.toml").out and (desks.home / "all.toml").read_text("utf-8")
    for address in FACTS.split():
        assert address in shown, address


def test_played_again_it_goes_on_and_repeats_nothing(played, monkeypatch, capsys):
    desks, _ = played
    before = desks.dump("kaz")
    status, said = play_again(desks, monkeypatch, capsys)
    assert status == 0
    assert "What was agreed" in said
    assert "kelisim root new" not in said
    assert desks.dump("kaz") == before


def test_a_run_that_was_stopped_goes_on_from_where_it_stands(tmp_path, monkeypatch, capsys):
    target = tmp_path / "play"
    (target / "roots").mkdir(parents=True)
    play = load_play()
    monkeypatch.setattr(play, "steps", lambda steps=play.steps: steps()[:3])
    monkeypatch.setattr(sys, "argv", ["play.py", "--to", str(target)])
    play.main()
    done = json.loads((target / "progress.json").read_text())["done"]
    assert done > 10
    assert play_again(Desks(target), monkeypatch, capsys)[0] == 0
    assert "editions in force: 1" in Desks(target).well("kaz", "standing").out


def test_afresh_keeps_a_persons_work_aside(played, tmp_path, monkeypatch, capsys):
    desks, _ = played
    target = tmp_path / "play"
    copied(desks.home, target)
    Desks(target).well("kaz", "draft 2017.3 host USA --note mine")
    status, said = play_again(Desks(target), monkeypatch, capsys, "--afresh")
    assert status == 0
    assert "is kept in" in said
    kept = Desks(tmp_path / "play.before-1")
    assert "mine" in kept.well("kaz", "drafts").out


def test_every_item_with_a_fact_keeps_its_source(played):
    desks, _ = played
    seed = (EXAMPLE / "seed_article_ru.txt").read_text("utf-8")
    assert "2013-2017" in seed
    items = {}
    for path in EXAMPLE.glob("*.toml"):
        for item, fields in tomllib.loads(path.read_text("utf-8")).items():
            items.setdefault(item, {}).update(fields)
    sourced = [item for item, fields in items.items() if "source" in fields]
    assert len(sourced) >= 20
    talks = next(item for item in sourced if "trend.az/world/usa/1963534" in items[item]["source"])
    view = desks.json("usa", f"show {talks}")
    assert any(one.get("field") == "source" and "trend.az" in str(one.get("values")) for one in view)
