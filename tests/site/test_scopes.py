"""A plan year after year: beginning the next one, carrying over what was not held, comparing."""

from __future__ import annotations

import pytest

from kelisim import verify_edition

FRAMEWORK = ("number=0", "plan_type=framework", "period=2013/2017", "title.en=Framework plan")


def both_agree(desks):
    """Kazakhstan says what it has drafted, the United States takes all of it over."""
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    desks.well("usa", "draft --all --theirs KAZ")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")


def say(desks, desk, item, field, value):
    desks.well(desk, f"draft {item} {field} '{value}'")
    desks.well(desk, "dispatch")
    desks.cross(desk, "usa" if desk == "kaz" else "kaz")


def conclude(desks, scope, extra=""):
    """The United States closes and offers a scope, Kazakhstan accepts, the receipt crosses."""
    desks.well("usa", f"freeze {scope}")
    desks.well("usa", f"offer {scope} {extra}")
    desks.cross("usa", "kaz")
    desks.well("kaz", "accept")
    desks.cross("kaz", "usa")
    desks.well("usa", "receipt")
    desks.cross("usa", "kaz")


@pytest.fixture
def years(desks):
    """A framework plan and the plan of contacts for 2013 under it, on which all is agreed."""
    made = {"0": desks.item("kaz", "plan", *FRAMEWORK)}
    year = ("number=2013", "plan_type=yearly", "period=2013", f"parent={made['0']}", "title.en=Contacts for 2013")
    made["2013"] = desks.item("kaz", "plan", *year, "title.kk=2013 жылғы байланыстар")
    rows = {
        "2013.1": ("title.en=Joint course", "period=2013-04", "host=KAZ", "type=course"),
        "2013.2": ("title.en=Exercise Steppe 2013", "period=2013-09-02/2013-09-13", "contact.KAZ=Department"),
        "2013.3": ("title.en=Staff talks", "period=2013-Q4"),
    }
    for number, fields in rows.items():
        made[number] = desks.item("kaz", "activity", f"number={number}", f"parent={made['2013']}", *fields)
    both_agree(desks)
    return desks, made


def test_the_next_year_is_begun_from_this_one(years):
    desks, made = years
    (done,) = desks.json("kaz", "plan begin 2014 --from 2013 --items 2013.1,2013.2")
    assert (done["items"], done["carried"]) == (2, 0)
    desks.well("kaz", "dispatch")
    said = {one["field"]: one for one in desks.json("kaz", "show 2014") if "values" in one}
    assert said["title.en"]["values"] == {"KAZ": "Contacts for 2014"}
    assert said["title.kk"]["values"] == {"KAZ": "2014 жылғы байланыстар"}
    assert said["parent"]["values"] == {"KAZ": made["0"]}
    assert said["period"]["values"] == {"KAZ": "2014"}
    assert said["continues"]["values"] == {"KAZ": made["2013"]}
    said = {one["field"]: one["values"]["KAZ"] for one in desks.json("kaz", "show 2014.2") if "values" in one}
    assert said["title.en"] == "Exercise Steppe 2014"
    assert said["period"] == "2014-09-02/2014-09-13"
    assert said["continues"] == made["2013.2"]
    assert "contact.KAZ" not in said


def test_what_was_not_held_is_carried_over_with_a_reason(years):
    desks, made = years
    say(desks, "usa", made["2013.1"], "held", "yes")
    say(desks, "usa", made["2013.2"], "held", "no")
    say(desks, "usa", made["2013.3"], "status", "cancelled")
    say(desks, "kaz", made["2013.3"], "status", "cancelled")
    (done,) = desks.json("kaz", "plan begin 2014 --from 2013 --undone")
    assert (done["items"], done["carried"]) == (1, 1)
    drafted = {row["field"]: row["value"] for row in desks.json("kaz", "drafts") if row["number"] == "2014.1"}
    assert drafted["continues"] == made["2013.2"]
    assert drafted["reason.en"] == "Carried over from plan 2013, where it was not held."
    assert {"reason.ru", "reason.kk"} <= set(drafted)
    assert "held" not in drafted


def test_two_years_are_compared_item_by_item(years):
    desks, made = years
    desks.well("kaz", "plan begin 2014 --from 2013 --items 2013.1,2013.3")
    new = desks.item("kaz", "activity", "number=2014.3", "title.en=Visit", f"parent={_drafted(desks, '2014')}")
    desks.well("kaz", "draft 2014.1 title.en 'Joint seminar'")
    both_agree(desks)
    said = desks.well("usa", "compare 2013 2014").out
    assert "added: 2014.3 Visit  (activity)" in said
    assert "deleted: 2013.2 Exercise Steppe 2013  (activity)" in said
    assert "Title (en): Joint [course → seminar]" in said
    assert "moved, changed: 2014.2 Staff talks" in said
    assert "Items added: 1; deleted: 1; moved: 1; changed: 3." in said
    rows = {row["right"] or row["left"]: row for row in desks.json("usa", "compare 2013 2014") if "sorts" in row}
    assert rows[new]["sorts"] == ["added"]
    assert rows[made["2013.2"]]["sorts"] == ["deleted"]


def _drafted(desks, number):
    return next(row["item"] for row in desks.json("kaz", "drafts") if row["number"] == number)


def test_what_stood_at_a_dispatch_is_compared_with_the_others_as_they_then_were(years):
    desks, made = years
    say(desks, "usa", made["2013.1"], "period", "2013-05")
    say(desks, "kaz", made["2013.1"], "period", "2013-05")
    assert "Period: 2013-04 → 2013-05" in desks.well("kaz", "compare 2013@USA:0.1 2013").out
    assert "Period: [KAZ: 2013-04 | USA: 2013-05] → 2013-05" in desks.well("kaz", "compare USA:0.2 now").out
    counts = desks.json("usa", "compare KAZ:0.0 KAZ:0.1")[-1]
    assert (counts["added"], counts["changed"]) == (5, 0)
    assert desks.json("usa", "compare KAZ:0.2,USA:0.1 now")[-1]["changed"] == 1


def test_what_an_item_goes_on_from_is_told_by_number_and_title(years):
    desks, made = years
    for desk in ("usa", "kaz"):
        say(desks, desk, made["2013.1"], "continues", made["2013.3"])
    assert "Continues: – → 2013.3 Staff talks" in desks.well("kaz", "compare KAZ:0.1,USA:0.1 now").out


def test_the_last_dispatch_of_two_authors_tells_what_a_third_party_then_said(years):
    desks, made = years
    say(desks, "kaz", made["2013.1"], "host", "USA")
    assert desks.json("kaz", "compare 2013@KAZ:0.2 2013@KAZ:0.2,USA:0.1")[-1]["fields"] == 0


def test_an_amendment_goes_through_and_the_edition_stays_meanwhile(years):
    desks, made = years
    conclude(desks, "2013")
    assert "says what the edition in force says" in desks.well("kaz", "amendment 2013").out
    say(desks, "usa", made["2013.1"], "period", "2013-05")
    said = desks.well("kaz", "amendment 2013").out
    assert "Period · open · keeps the scope open" in said
    assert "2013-04" in said
    assert "[KAZ: 2013-04 | USA: 2013-05]" in said
    assert "Obstacles: 1" in said
    desks.well("kaz", "edition write 2013 first.edition")
    say(desks, "kaz", made["2013.1"], "period", "2013-05")
    assert "the draft can be frozen now" in desks.well("kaz", "amendment 2013").out
    conclude(desks, "2013")
    desks.well("kaz", "edition write 2013 second.edition")
    assert "Period: 2013-04 → 2013-05" in desks.well("kaz", "compare 2013@0.1 2013@0.2").out
    desks.well("kaz", "edition write 2013 again.edition --number 0.1")
    assert (desks.home / "again.edition").read_bytes() == (desks.home / "first.edition").read_bytes()
    assert verify_edition((desks.home / "second.edition").read_bytes()).content[made["2013.1"]]["period"] == "2013-05"


def test_a_corrigendum_corrects_the_edition_in_force(years):
    desks, made = years
    desks.well("usa", "freeze 2013")
    assert desks.at("usa", "--json offer 2013 --corrects").refused == "nothing-to-correct"
    desks.well("usa", "freeze 2013 --lift")
    conclude(desks, "2013")
    say(desks, "usa", made["2013.1"], "title.en", "Joint courses")
    say(desks, "kaz", made["2013.1"], "title.en", "Joint courses")
    conclude(desks, "2013", "--corrects")
    first, second = desks.json("kaz", "edition list 2013")
    assert (first["edition"], first["corrects"], first["in_force"]) == ("0.1", False, False)
    assert (second["edition"], second["corrects"], second["in_force"]) == ("0.2", True, True)
    assert "a corrigendum" in desks.well("kaz", "standing").out
    desks.well("kaz", "edition write 2013 corrected.edition")
    assert "a corrigendum" in desks.run("verify", "corrected.edition").out
    desks.well("kaz", "edition write 2013 first.edition --number 0.1")
    assert "a corrigendum" not in desks.run("verify", "first.edition").out


def test_two_years_and_their_framework_are_concluded_each_alone(years):
    desks, made = years
    desks.well("kaz", "plan begin 2014 --from 2013 --all")
    both_agree(desks)
    say(desks, "usa", made["0"], "title.en", "Framework plan, as amended")
    for scope in ("2013", "2014"):
        conclude(desks, scope)
    assert desks.at("usa", "freeze 0").status == 1
    say(desks, "kaz", made["0"], "title.en", "Framework plan, as amended")
    conclude(desks, "0")
    rows = desks.json("kaz", "edition list")
    assert [(row["number"], row["edition"], row["in_force"]) for row in rows] == [
        ("0", "0.3", True),
        ("2013", "0.1", True),
        ("2014", "0.2", True),
    ]
    contents = {}
    for scope in ("0", "2013", "2014"):
        desks.well("usa", f"edition write {scope} {scope}.edition")
        contents[scope] = verify_edition((desks.home / f"{scope}.edition").read_bytes()).content
    assert [len(content) for content in contents.values()] == [1, 4, 4]
    assert set(contents["2013"]).isdisjoint(contents["2014"])
    assert desks.json("kaz", "compare 2013.edition 2014.edition")[-1]["changed"] == 4


def test_a_scope_that_is_closed_holds_no_other_back(years):
    desks, made = years
    desks.well("kaz", "plan begin 2014 --from 2013 --all")
    both_agree(desks)
    desks.well("kaz", "freeze 2013")
    desks.well("kaz", "draft 2014.1 host USA")
    desks.well("kaz", "draft 0 title.en 'Framework plan 2013-2017'")
    desks.well("kaz", f"draft {made['2013.1']} host USA")
    answer = desks.at("kaz", "--json dispatch")
    assert answer.objects[0]["count"] == 2
    assert [(one["said"], one["item"]) for one in answer.objects[1:]] == [("did.held-back-frozen", made["2013.1"])]


def test_another_year_that_is_only_proposed_keeps_no_year_open(years):
    desks, _ = years
    desks.well("kaz", "plan begin 2014 --from 2013 --all")
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    conclude(desks, "2013")
    assert desks.json("usa", "edition list")[0]["number"] == "2013"


def test_what_is_struck_out_or_only_wanted_by_one_stands_so_in_the_amendment(years):
    desks, made = years
    conclude(desks, "2013")
    visit = desks.item("kaz", "activity", "number=2013.4", f"parent={made['2013']}", "title.en=Visit")
    desks.well("kaz", f"draft {made['2013.3']} present --withdraw")
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    fates = {(one["item"], one["field"]): one for one in desks.json("usa", "amendment 2013") if "fate" in one}
    assert fates[made["2013.3"], "present"]["fate"] == "blocks"
    assert fates[made["2013.3"], "present"]["status"] == "withdrawn"
    assert fates[visit, "title.en"]["fate"] == "blocks"  # where it belongs is not agreed
    desks.well("usa", f"draft {made['2013.3']} present --withdraw")
    desks.well("usa", "dispatch")
    say(desks, "usa", visit, "kind", "activity")
    say(desks, "usa", visit, "parent", made["2013"])
    said = desks.well("usa", "amendment 2013").out
    assert "2013.3 Staff talks · deleted" in said
    assert "would be left out" in said
    assert "the draft can be frozen now" in said
    assert "2013.1 Joint course · unchanged" in desks.well("usa", "amendment 2013 --all").out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("plan begin 2014 --from 0", "begin-not-from-a-year"),
        ("plan begin 2014 --from 2013.1", "begin-not-from-a-year"),
        ("plan begin 2013.1 --from 2013", "begin-number-taken"),
        ("plan begin 2014 --from 2013 --items 0", "begin-item-elsewhere"),
        ("plan begin 2014 --from 2013 --shift 6m", "begin-shift"),
        ("plan begin 2014 --from 2013 --shift 999y --all", ""),
        ("plan begin 20140 --from 2013 --shift -999y --all", ""),
        ("plan begin MMXIV --from 2013", "value-numbering"),
        ("plan begin 9999 --from 2013 --shift 998y", ""),
        ("compare 2013 2099", "item-missing"),
        ("compare 2013.1 2013", "scope-not-a-plan"),
        ("compare 2013@0.9 2013", "edition-missing"),
        ("compare 2013@soon 2013", "compare-side"),
        ("compare KAZ:0.99 now", "head-missing"),
        ("compare FRA:0.1 now", "party-unknown"),
        ("compare KAZ:0.1,USA now", "compare-side"),
        ("amendment 2013", "nothing-concluded"),
        ("edition write 2013 x --number 0.7", "edition-missing"),
    ],
)
def test_what_cannot_be_begun_or_compared_is_refused_and_nothing_is_drafted(years, words, code):
    desks, _ = years
    assert desks.at("kaz", f"--json {words}").refused == code
    assert code == "" or desks.json("kaz", "drafts") == []


def test_a_year_that_is_drafted_is_not_begun_again(years):
    desks, _ = years
    desks.well("kaz", "plan begin 2014 --from 2013 --shift 0y --reason.en Repeated --all")
    drafted = [row for row in desks.json("kaz", "drafts") if row["field"] == "reason.en"]
    assert len(drafted) == 3
    assert {row["value"] for row in drafted} == {"Repeated"}
    assert desks.at("kaz", "--json plan begin 2014 --from 2013").refused == "begin-number-taken"
