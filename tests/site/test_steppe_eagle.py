"""The example of three parties: the exercise Steppe Eagle 2015, one text of it prepared by two aside."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import sys
from pathlib import Path

import pytest

from kelisim import verify_edition
from tests.site.conftest import Desks
from tests.site.rows import copied

EXAMPLE = Path(__file__).parents[2] / "examples" / "steppe-eagle-2015"
NAMES = ("kaz", "usa", "gbr")
ASIDE = "Each sending Party will bear the costs of travel of its personnel."


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The example, played in a directory of its own; and what it said."""
    spec = importlib.util.spec_from_file_location("play_steppe_eagle", EXAMPLE / "play.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    home, said = tmp_path_factory.mktemp("steppe-eagle"), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(said):
        patch.setattr(sys, "argv", ["play.py", "--to", str(home / "play"), "--lines", "100"])
        patch.setenv("KELISIM_LANGUAGE", "en")
        patch.setenv("KELISIM_NOW", "2014-11-10T09:30Z")
        assert module.main() == 0
    return Desks(home / "play"), said.getvalue()


def plan_of_all(desks, desk):
    return next(one["plan"] for one in desks.json(desk, "plan list") if one["codes"] == "GBR, KAZ, USA")


def test_all_three_hold_one_edition_that_the_two_others_accepted(played):
    desks, _ = played
    files = {(desks.home / f"editions/plan-{desk}.edition").read_bytes() for desk in NAMES}
    assert len(files) == 1
    found = verify_edition(files.pop())
    assert sorted(found.charter.codes().values()) == ["GBR", "KAZ", "USA"]
    numbers = {fields["number"]: fields for fields in found.content.values()}
    assert set(numbers) == {"0", "1", "2", "3", "4", "5.1", "5.2.1", "5.2.2", "9"}
    assert numbers["5.2.1"]["period"] == "2015-04-06/2015-04-17"
    assert numbers["5.2.2"]["period"] == "2015-06-15/2015-06-26"
    assert numbers["5.1"]["period"] == "2015-02"
    assert numbers["5.2.1"]["continues"] == numbers["5.2.2"]["continues"]
    assert "travel and meals" in numbers["3"]["text.en"]
    for fields in numbers.values():
        assert {"title.en", "title.ru", "title.kk"} <= fields.keys()
    for language, word in (("en", "Illustration"), ("ru", "Иллюстрация"), ("kk", "Көрнекі мысал")):
        assert word in numbers["0"][f"notice.{language}"]


def test_each_thing_that_it_is_to_show_happens(played):
    _, said = played
    assert "GBR: medical" in said
    assert "4       Medical support · not wholly agreed" in said
    assert "[GBR, USA: 2015-02 | KAZ: 2015-01]" in said
    assert "In the plan · withdrawn · waits for GBR, USA" in said
    assert "Costs · Text (en): ad referendum" in said
    assert "3 · Text (kk): Әрбір жіберуші" in said
    assert "left out, since not all want it: 5.3 Day of sport" in said
    assert said.count("is accepted: computed again") == 2
    assert "illustration" in said


def test_what_two_prepared_aside_reached_the_third_only_as_they_said_it(played):
    desks, _ = played
    assert len(desks.json("kaz", "plan list")) == 1
    assert len(desks.json("usa", "plan list")) == len(desks.json("gbr", "plan list")) == 2
    for desk, held in (("kaz", False), ("usa", True), ("gbr", True)):
        (side,) = {one["plan"] for one in desks.json("usa", "plan list")} - {plan_of_all(desks, "usa")}
        told = desks.at(desk, f"show 3 --plan {side}").out
        assert (ASIDE in told) == held
        assert (side in "".join(desks.dump(desk))) == held


def test_every_activity_with_a_public_date_keeps_its_source(played):
    desks, _ = played
    for number, place in (("5.1", "kstnews.kz"), ("5.2.1", "kazworld.info"), ("5.2.2", "kazworld.info")):
        assert place in desks.field("kaz", number, "source")["values"]["KAZ"]


def test_every_command_it_says_to_try_works(played):
    desks, said = played
    commands = [line.split()[1:] for line in said.split("Try next:")[1].splitlines() if "kelisim" in line]
    assert len(commands) == 5
    copy = desks.home.parent / "tried"
    copied(desks.home, copy)
    for words in commands:
        moved = [str(copy / word.split("play/")[1]) if "play/" in word else word for word in words]
        assert Desks(copy).run(*moved).status == 0, words


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_all_three_see_the_same_plan(played, language):
    desks, _ = played
    views = []
    for desk in NAMES:
        told = desks.json(desk, f"standing --peek --language {language} --plan {plan_of_all(desks, desk)}")
        views.append(
            [{name: one[name] for name in one if name not in ("frozen", "new")} for one in told if "items" in one]
        )
    assert views[0] == views[1] == views[2]
    assert views[0][0]["items"] == {"agreed": 9}
