"""The rules of agreement at the command line: confirming, striking out, packages, brackets, splitting and merging."""

from __future__ import annotations

import pytest

from kelisim import verify_edition
from tests.site.test_editions import conclude, offer


def say(desks, desk, command):
    """Draft, dispatch, and carry it to the other desk."""
    desks.well(desk, command)
    desks.well(desk, "dispatch")
    desks.cross(desk, "usa" if desk == "kaz" else "kaz")


def refused(desks, desk, command):
    """The code with which a command is refused; nothing is drafted by it."""
    before = desks.json(desk, "drafts")
    answer = desks.at(desk, f"--json {command}")
    assert answer.status in (2, 3), answer
    assert desks.json(desk, "drafts") == before
    return answer.refused


# Ad referendum


@pytest.fixture
def held(agreed):
    """Kazakhstan has said a place and two titles that wait for its capital."""
    desks, _, course = agreed
    for field, value in (("place", "KAZ Astana"), ("title.ru", "Совместный курс"), ("title.kk", "Бірлескен курс")):
        desks.well("kaz", f"draft {course} {field} '{value}' --ad-referendum")
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    say(desks, "usa", "draft --all --theirs KAZ")
    return agreed


def test_what_waits_for_the_capital_is_confirmed_with_the_same_words(held):
    desks, _, course = held
    assert desks.field("kaz", course, "place")["status"] == "ad-referendum"
    told = desks.json("kaz", "confirm --all --under 0")
    assert {one["value"] for one in told if "value" in one} == {"KAZ Astana", "Совместный курс", "Бірлескен курс"}
    say(desks, "kaz", "drafts")
    for desk in ("kaz", "usa"):
        assert desks.field(desk, course, "place")["status"] == "agreed"
        assert desks.field(desk, course, "title.kk")["status"] == "agreed"


def test_one_field_or_one_item_is_confirmed(held):
    desks, _, course = held
    assert "1 · Place: KAZ Astana" in desks.well("kaz", "confirm 1 place").out
    assert [one["field"] for one in desks.json("kaz", "drafts")] == ["place"]
    desks.well("kaz", f"draft {course} title.ru 'Курс'")
    desks.well("kaz", "confirm 1")
    drafted = {one["field"]: one["value"] for one in desks.json("kaz", "drafts")}
    assert drafted == {"place": "KAZ Astana", "title.ru": "Курс", "title.kk": "Бірлескен курс"}


def test_what_does_not_wait_for_our_capital_is_not_confirmed(held):
    desks, _, _ = held
    assert refused(desks, "usa", "confirm --all") == "nothing-to-confirm"
    assert refused(desks, "kaz", "confirm 1 period") == "nothing-to-confirm"
    assert refused(desks, "kaz", "confirm") == "usage-confirm"
    assert refused(desks, "kaz", "confirm 1 --under 0") == "usage-confirm"
    assert refused(desks, "kaz", "confirm 1 --all") == "usage-confirm"


def test_when_the_capital_says_no_the_word_is_taken_back(held):
    desks, _, course = held
    say(desks, "kaz", f"draft {course} place --withdraw")
    assert desks.field("usa", course, "place")["status"] == "withdrawn"
    assert desks.field("usa", course, "place")["waits_for"] == ["KAZ"]


# Striking out


def test_an_item_is_struck_out_when_both_have_taken_it_back(agreed):
    desks, plan, course = agreed
    say(desks, "kaz", "item strike 1")
    for desk in ("kaz", "usa"):
        field = desks.field(desk, course, "present")
        assert (field["status"], field["waits_for"]) == ("withdrawn", ["USA"])
        assert field["words"] == "[KAZ: – | USA: yes]"
    assert desks.at("usa", "freeze 0").status == 1
    say(desks, "usa", f"draft {course} present --theirs KAZ")
    for desk in ("kaz", "usa"):
        told = desks.well(desk, f"show {course}").out
        assert "Struck out" in told
        assert told.count("(taken back)") == 2
        assert [one["items"] for one in desks.json(desk, "standing --peek") if "items" in one] == [{"agreed": 1}]
    offer(desks)
    conclude(desks)
    desks.well("kaz", "edition write 0 struck.edition")
    assert set(verify_edition((desks.home / "struck.edition").read_bytes()).content) == {plan}


def test_a_strike_out_is_endorsed_with_everything_else_in_one_act(agreed):
    desks, _, course = agreed
    desks.well("kaz", "item strike 1")
    desks.well("kaz", "draft 1 host --withdraw")
    say(desks, "kaz", "draft 0 title.kk 'Бірлескен жоспар'")
    desks.well("usa", "draft --all --theirs KAZ")
    drafted = {(one["field"], one["value"]) for one in desks.json("usa", "drafts")}
    assert drafted == {("present", None), ("title.kk", "Бірлескен жоспар")}  # a host taken back is no proposal
    desks.well("usa", f"draft {course} present --discard")
    desks.well("usa", f"draft {course} --theirs KAZ")
    assert {one["field"] for one in desks.json("usa", "drafts")} == {"present", "title.kk"}


def test_any_word_is_taken_back_after_theirs_when_it_is_named(agreed):
    desks, _, course = agreed
    say(desks, "kaz", f"draft {course} host --withdraw")
    say(desks, "usa", f"draft {course} host --theirs KAZ")
    assert all(one.get("field") != "host" or "status" not in one for one in desks.json("kaz", f"show {course}"))
    assert refused(desks, "usa", f"draft {course} host --theirs KAZ") == "nothing-to-endorse"


def test_whoever_wants_to_keep_it_says_so_and_then_it_is_for_the_other(agreed):
    desks, _, course = agreed
    say(desks, "kaz", "item strike 1")
    say(desks, "usa", f"draft {course} present yes")
    assert desks.field("kaz", course, "present")["waits_for"] == ["KAZ"]
    say(desks, "kaz", "item restore 1")
    assert desks.field("usa", course, "present")["status"] == "agreed"


def test_a_struck_out_item_can_be_restored_by_both(agreed):
    desks, _, course = agreed
    say(desks, "kaz", "item strike 1")
    say(desks, "usa", "draft --all --theirs KAZ")
    say(desks, "usa", "item restore 1")
    assert desks.field("kaz", course, "present")["status"] == "withdrawn"
    assert desks.field("kaz", course, "present")["waits_for"] == ["KAZ"]
    say(desks, "kaz", f"draft {course} present --theirs USA")
    assert desks.field("usa", course, "present")["status"] == "agreed"


def test_a_draft_that_strikes_out_is_dropped_by_restoring(agreed):
    desks, _, _ = agreed
    desks.well("kaz", "item strike 1")
    desks.well("kaz", "item restore 1")
    assert desks.json("kaz", "drafts") == []
    assert refused(desks, "kaz", "item restore 1") == "not-struck-out"


def test_an_item_that_nobody_has_spoken_of_is_dropped(agreed):
    desks, plan, _ = agreed
    desks.item("kaz", "activity", f"parent={plan}", "number=7", "title.en=Mistake")
    assert "drafts dropped: 5" in desks.well("kaz", "item strike 7").out
    assert desks.json("kaz", "drafts") == []


def test_an_item_that_we_do_not_want_is_not_struck_out(agreed):
    desks, plan, _ = agreed
    desks.item("usa", "activity", f"parent={plan}", "number=7", "title.en=Visit")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    assert refused(desks, "kaz", "item strike 7") == "present-not-said"
    assert refused(desks, "kaz", "item split 7 8 9") == "present-not-said"


# Packages


@pytest.fixture
def tied(agreed):
    """A plan of three activities on which all is agreed but the host of the third."""
    desks, plan, course = agreed
    visit = desks.item("kaz", "activity", f"parent={plan}", "number=2", "title.en=Visit")
    talks = desks.item("kaz", "activity", f"parent={plan}", "number=3", "title.en=Talks", "host=KAZ")
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    desks.well("usa", "draft --all --theirs KAZ")
    say(desks, "usa", "draft 3 host USA")
    return desks, plan, course, visit, talks


def test_a_package_of_one_party_waits_for_all_its_items_and_changes_no_standing(tied):
    desks, _, _, _, talks = tied
    before = [one for one in desks.json("usa", "standing --peek") if one.get("item") == talks]
    say(desks, "kaz", "package exchange 2 3")
    for desk in ("kaz", "usa"):
        assert desks.well(desk, "packages").out.splitlines() == [
            "KAZ: exchange",
            "  2       Visit",
            "  3       Talks · not wholly agreed",
        ]
    assert [one for one in desks.json("usa", "standing --peek") if one.get("item") == talks] == before
    told = desks.at("usa", "freeze 0").out
    assert "3 Talks · –: part of a package" in told
    assert "2 Visit" not in told


def test_packages_that_overlap_are_one(tied):
    desks, *_ = tied
    say(desks, "kaz", "package exchange 1 2")
    say(desks, "usa", "package north 2 3")
    (one,) = desks.json("kaz", "packages")
    assert [(tie["party"], tie["name"]) for tie in one["ties"]] == [("KAZ", "exchange"), ("USA", "north")]
    assert [(tied["number"], tied["agreed"]) for tied in one["items"]] == [("1", True), ("2", True), ("3", False)]


def test_nothing_is_agreed_until_everything_is(tied):
    desks, *_ = tied
    say(desks, "usa", "package --whole 0 everything")
    (one,) = desks.json("kaz", "packages")
    assert [tied["number"] for tied in one["items"]] == ["0", "1", "2", "3"]
    assert [tied["agreed"] for tied in one["items"]] == [True, True, True, False]


def test_a_package_ends(tied):
    desks, *_ = tied
    say(desks, "kaz", "package exchange 2 3")
    desks.well("kaz", "package exchange 1")
    assert "items: 3" in desks.well("kaz", "package exchange --end").out
    assert [one["value"] for one in desks.json("kaz", "drafts")] == [None, None]
    say(desks, "kaz", "drafts")
    assert desks.json("usa", "packages") == []
    assert refused(desks, "kaz", "package exchange --end") == "package-missing"


def test_a_package_that_makes_no_sense_is_refused(tied):
    desks, *_ = tied
    desks.well("kaz", "package exchange 2")
    assert refused(desks, "kaz", "package other 1 2") == "package-another"
    assert refused(desks, "kaz", "package other 0") == "package-of-a-plan"
    assert refused(desks, "kaz", "package other --whole 1") == "package-not-a-plan"
    assert refused(desks, "kaz", "package other") == "usage-package"
    assert refused(desks, "kaz", "package other 1 --end") == "usage-package"


# Brackets


@pytest.fixture
def bracketed(agreed):
    """Two brackets in one title."""
    desks, _, course = agreed
    say(desks, "usa", f"draft {course} title.en 'Combined course for field medics'")
    say(desks, "kaz", f"draft {course} title.en 'Joint course for medics'")
    return agreed


def shown(desks, desk, course):
    field = desks.field(desk, course, "title.en")
    return field["words"], field["at"]


def test_one_bracket_of_several_is_taken_over(bracketed):
    desks, _, course = bracketed
    words, at = shown(desks, "kaz", course)
    assert words == "[1 KAZ: Joint | USA: Combined] course for [2 KAZ: – | USA: field] medics"
    assert f"--bracket N --at {at}" in desks.well("kaz", f"show {course}").out
    say(desks, "kaz", f"draft {course} title.en --theirs USA --bracket 2 --at {at} --note 'the first one later'")
    assert shown(desks, "usa", course)[0] == "[KAZ: Joint | USA: Combined] course for field medics"
    say(desks, "usa", f"draft {course} title.en --theirs KAZ --bracket 1")
    assert desks.field("kaz", course, "title.en")["words"] == "Joint course for field medics"
    assert desks.field("kaz", course, "title.en")["status"] == "agreed"


def test_all_brackets_in_one_act_give_their_words(bracketed):
    desks, _, course = bracketed
    say(desks, "kaz", f"draft {course} title.en --theirs USA --bracket 2 --bracket 1")
    assert desks.field("usa", course, "title.en")["status"] == "agreed"


def test_a_bracket_whose_words_have_moved_is_refused(bracketed):
    desks, _, course = bracketed
    _, at = shown(desks, "kaz", course)
    say(desks, "usa", f"draft {course} title.en 'Combined course for medics of the field'")
    take = f"draft {course} title.en --theirs USA --bracket 1"
    assert refused(desks, "kaz", f"{take} --at {at}") == "bracket-stale"
    _, now = shown(desks, "kaz", course)
    assert now != at
    desks.well("kaz", f"{take} --at {now}")


def test_a_bracket_that_is_not_there_is_refused(bracketed):
    desks, _, course = bracketed
    assert refused(desks, "kaz", f"draft {course} title.en --theirs USA --bracket 3") == "bracket-missing"
    assert refused(desks, "kaz", f"draft {course} title.en --theirs USA --bracket 0") == "bracket-missing"
    assert refused(desks, "kaz", f"draft {course} period --theirs USA --bracket 1") == "bracket-not-a-text"
    assert refused(desks, "kaz", f"draft {course} title.ru --theirs USA --bracket 1") == "nothing-to-endorse"
    assert refused(desks, "kaz", f"draft {course} title.en --theirs FRA --bracket 1") == "party-unknown"
    assert refused(desks, "kaz", f"draft {course} title.en --bracket 1") == "usage-bracket"
    assert refused(desks, "kaz", f"draft {course} title.en --theirs USA --at 12345678") == "usage-bracket"
    say(desks, "usa", f"draft {course} title.ru 'Курс'")
    assert refused(desks, "kaz", f"draft {course} title.ru --theirs USA --bracket 1") == "bracket-not-ours"
    desks.well("kaz", f"draft {course} title.en --theirs USA --bracket 1")
    assert refused(desks, "kaz", f"draft {course} title.en --theirs USA --bracket 2") == "draft-in-the-way"


# Splitting and merging


def test_an_activity_is_split_and_the_other_side_endorses_it_in_one_act(agreed):
    desks, _, course = agreed
    desks.well("kaz", f"draft {course} held yes")
    desks.well("kaz", "dispatch")
    told = desks.json("kaz", "item split 1 1.1 1.2")
    first, second = (one["item"] for one in told if one["said"] == "agreement.made")
    say(desks, "kaz", "draft 1.2 period 2013-06")
    say(desks, "usa", "draft --all --theirs KAZ")
    for desk in ("kaz", "usa"):
        fields = {one["field"]: one for one in desks.json(desk, f"show {first}") if "status" in one}
        assert {one["status"] for one in fields.values()} == {"agreed"}
        assert fields["continues"]["values"]["KAZ"] == course
        assert fields["number"]["values"]["KAZ"] == "1.1"
        assert fields["title.en"]["values"]["KAZ"] == "Joint course"
        assert "held" not in fields
        assert desks.field(desk, second, "period")["values"] == {"KAZ": "2013-06", "USA": "2013-06"}
        assert "Struck out" in desks.well(desk, f"show {course}").out
        assert "Continues · agreed\n    1 Joint course\n" in desks.well(desk, "show 1.1").out


def test_two_activities_are_merged_into_one(tied):
    desks, _, course, visit, _ = tied
    desks.well("kaz", "draft 2 place 'KAZ Astana' --ad-referendum")
    desks.well("kaz", "dispatch")
    made = desks.json("kaz", "item merge 1 2 --number 4")[0]["item"]
    say(desks, "kaz", "drafts")
    values = {one["field"]: one["values"]["KAZ"] for one in desks.json("usa", f"show {made}") if "status" in one}
    assert values["title.en"] == "Joint course"
    assert values["place"] == "KAZ Astana"
    assert values["continues"] == " ".join(sorted((course, visit)))
    assert desks.well("kaz", "confirm 4").out.startswith("4 · Place")
    say(desks, "usa", "draft --all --theirs KAZ")
    assert "Struck out" in desks.well("kaz", f"show {visit}").out


def test_the_number_of_a_struck_out_item_is_free(agreed):
    desks, _, course = agreed
    assert refused(desks, "kaz", "item split 1 1 2") == "number-in-use"
    say(desks, "kaz", "item split 1 2 3")
    assert refused(desks, "kaz", "item split 2 1 4") == "number-in-use"  # the other side has not struck it out yet
    say(desks, "usa", "draft --all --theirs KAZ")
    desks.well("kaz", "item merge 2 3 --number 1")
    desks.well("kaz", "dispatch")
    assert desks.json("kaz", "show 1")[0]["item"] != course


def test_what_cannot_be_split_or_merged_is_refused(tied):
    desks, *_ = tied
    assert refused(desks, "kaz", "item split 1 5") == "usage-several"
    assert refused(desks, "kaz", "item split 1 5 5") == "usage-several"
    assert refused(desks, "kaz", "item split 1 5 2") == "number-in-use"
    assert refused(desks, "kaz", "item split 1 5 x") == "value-numbering"
    assert refused(desks, "kaz", "item merge 1 --number 5") == "usage-several"
    assert refused(desks, "kaz", "item merge 1 1 --number 5") == "usage-several"
    assert refused(desks, "kaz", "item merge 0 1 --number 5") == "merge-kinds"
    assert refused(desks, "kaz", "item merge 1 2 --number 3") == "number-in-use"
