"""Drafting, dispatching, endorsing, countering: what the two desks see."""

from __future__ import annotations


def test_a_date_is_proposed_countered_and_agreed(agreed):
    desks, _, course = agreed
    desks.well("usa", f"draft {course} period 2013-05-13/2013-05-17")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    field = desks.field("kaz", course, "period")
    assert field["status"] == "open"
    assert field["waits_for"] == ["KAZ"]
    assert field["words"] == "[KAZ: 2013-04 | USA: 2013-05-13/2013-05-17]"
    desks.well("kaz", f"draft {course} period --theirs USA")
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    for desk in ("kaz", "usa"):
        assert desks.field(desk, course, "period")["status"] == "agreed"


def test_a_changed_wording_is_bracketed_word_by_word(agreed):
    desks, _, course = agreed
    desks.well("usa", f"draft {course} title.en 'Joint course for medics'")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    words = desks.field("kaz", course, "title.en")["words"]
    assert words == "Joint course [KAZ: – | USA: for medics]"


def test_ad_referendum_waits_for_the_capital_and_is_confirmed(agreed):
    desks, _, course = agreed
    desks.well("usa", f"draft {course} place 'KAZ Astana'")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    desks.well("kaz", f"draft {course} place --theirs USA --ad-referendum")
    desks.well("kaz", "dispatch")
    assert desks.field("kaz", course, "place")["status"] == "ad-referendum"
    assert desks.field("kaz", course, "place")["waits_for"] == ["KAZ"]
    desks.well("kaz", f"draft {course} place 'KAZ Astana'")
    desks.well("kaz", "dispatch")
    assert desks.field("kaz", course, "place")["status"] == "agreed"


def test_a_word_taken_back_leaves_the_other_standing(agreed):
    desks, _, course = agreed
    desks.well("kaz", f"draft {course} host --withdraw")
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    field = desks.field("usa", course, "host")
    assert (field["status"], field["values"], field["waits_for"]) == ("withdrawn", {"USA": "KAZ"}, ["KAZ"])


def test_a_draft_made_against_words_that_have_changed_is_held_back(agreed):
    desks, _, course = agreed
    desks.well("usa", f"draft {course} period 2013-05")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    desks.well("kaz", f"draft {course} period --theirs USA")
    desks.well("usa", f"draft {course} period 2013-06")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    refused = desks.at("kaz", "--json dispatch")
    assert (refused.status, refused.refused) == (3, "nothing-to-dispatch")
    desks.well("kaz", f"draft {course} number 2")
    answer = desks.at("kaz", "dispatch")
    assert answer.status == 1
    assert "The other side has changed its words" in answer.out
    assert [one["field"] for one in desks.json("kaz", "drafts")] == ["period"]


def test_a_draft_can_be_dropped(agreed):
    desks, _, course = agreed
    desks.well("kaz", f"draft {course} host USA --note 'the hall is closed in April'")
    assert "the hall is closed in April" in desks.well("kaz", "drafts").out
    desks.well("kaz", f"draft {course} host --discard")
    assert desks.json("kaz", "drafts") == []
    assert desks.at("kaz", f"--json draft {course} host --discard").refused == "draft-missing"


def test_an_acknowledgement_tells_what_we_have_received(agreed):
    desks, _, _ = agreed
    desks.well("kaz", "dispatch --acknowledge")
    answer = desks.cross("kaz", "usa")
    assert "KAZ has received 1 of our 1 segments" in answer.out


def test_new_since_we_last_looked(agreed):
    desks, _, course = agreed
    desks.well("kaz", "standing")
    assert "New since we last looked: 0" in desks.well("kaz", "standing").out
    desks.well("usa", f"draft {course} host USA")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    assert "New since we last looked: 1" in desks.well("kaz", "standing --peek").out
    assert "New since we last looked: 1" in desks.well("kaz", "standing").out
    assert "New since we last looked: 0" in desks.well("kaz", "standing").out


def test_accounts_stand_side_by_side(agreed):
    desks, _, course = agreed
    desks.well("kaz", f"draft {course} held yes")
    desks.well("kaz", "dispatch")
    desks.well("usa", f"draft {course} held partly")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    field = desks.field("kaz", course, "held")
    assert (field["status"], field["values"]) == ("account", {"KAZ": "yes", "USA": "partly"})


def test_our_bad_values_are_refused_at_the_door(agreed):
    desks, plan, course = agreed
    cases = {
        f"draft {course} period 2013-13": "value-period",
        f"draft {course} period 2013-05/2013-04": "value-period",
        f"draft {course} host Kazakhstan": "value-party",
        f"draft {course} type party": "value-choice",
        f"draft {course} attend.KAZ 1e3": "value-number",
        f"draft {course} cost.travel.amount '31,000 USD'": "value-money",
        f"draft {course} place Astana": "value-place",
        f"draft {course} number 4a": "value-numbering",
        f"draft {course} parent 4.1": "value-reference",
        f"draft {course} colour red": "field-unknown",
        f"draft {plan} host KAZ": "field-not-of-kind",
        f"draft {course} title.de Kurs": "field-no-such-language",
        f"draft {course} attend.UZB 4": "field-no-such-party",
        f"draft {course} available.USA 2013-05": "field-of-another",
        f"draft {course} place --withdraw": "nothing-to-withdraw",
        f"draft {course} place --theirs USA": "nothing-to-endorse",
        f"draft {course} host --theirs UZB": "party-unknown",
        "draft nosuchitem host KAZ": "item-missing",
    }
    for command, code in cases.items():
        answer = desks.at("kaz", f"--json {command}")
        assert (answer.status, answer.refused) == (3, code), command
    assert desks.json("kaz", "drafts") == []


def test_nothing_of_a_file_is_drafted_when_one_value_is_bad(agreed):
    desks, _, course = agreed
    (desks.home / "bad.toml").write_text(f'[{course}]\nhost = "USA"\nperiod = "spring"\n', "utf-8")
    assert desks.at("kaz", "--json draft --file bad.toml").refused == "value-period"
    (desks.home / "number.toml").write_text(f"[{course}]\nattend.KAZ = 4\n", "utf-8")
    assert desks.at("kaz", "--json draft --file number.toml").refused == "file-not-text"
    (desks.home / "no.toml").write_text("host = 'USA'\n", "utf-8")
    assert desks.at("kaz", "--json draft --file no.toml").refused == "file-not-toml"
    (desks.home / "broken.toml").write_text("[[[", "utf-8")
    assert desks.at("kaz", "--json draft --file broken.toml").refused == "file-not-toml"
    (desks.home / "name.toml").write_text('[1]\nhost = "USA"\n', "utf-8")
    assert desks.at("kaz", "--json draft --file name.toml").refused == "item-not-an-id"
    assert desks.json("kaz", "drafts") == []


def test_an_item_that_is_only_drafted_is_meant_by_its_number_too(agreed):
    desks, plan, _ = agreed
    line = desks.item("kaz", "line", "number=3.1", f"parent={plan}", "title.en=Peacekeeping")
    desks.well("kaz", "draft 3.1 line_code peacekeeping")
    drafted = {(one["item"], one["field"]) for one in desks.json("kaz", "drafts")}
    assert (line, "line_code") in drafted


def test_a_note_stays_with_words_that_are_taken_over(agreed):
    desks, _, course = agreed
    desks.well("usa", f"draft {course} period 2013-05")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    desks.well("kaz", f"draft {course} period --theirs USA --note 'the range is free then'")
    assert desks.json("kaz", "drafts")[0]["note"] == "the range is free then"


def test_what_waits_for_nobody_is_listed(agreed):
    """Both say a kind that this schema does not know: kept, shown, never agreed."""
    desks, plan, _ = agreed
    for desk in ("kaz", "usa"):
        desks.well(desk, "dispatch --acknowledge")
    answer = desks.well("kaz", "standing --peek")
    assert "Waiting for nobody" not in answer.out
    desks.copy("kaz", "twin")
    for desk, date in (("kaz", "2014"), ("twin", "2015")):
        desks.well(desk, f"draft {plan} period {date}")
        desks.well(desk, "dispatch")
        desks.cross(desk, "usa")
    told = desks.well("usa", "standing --peek")
    assert "Waiting for nobody" in told.out
    assert "The feed of KAZ is contested" in told.out
    assert {"party": "KAZ", "feed": "contested"} in desks.json("usa", "standing --peek")
