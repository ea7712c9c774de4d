"""Finding items, and following what becomes of them, as officers type it."""

from __future__ import annotations

import pytest

from kelisim.errors import Unknown

NOW = "KELISIM_NOW"


@pytest.fixture
def running(agreed):
    """A plan with a course in April 2013, a visit in 2014 and an action, on which all is agreed."""
    desks, plan, course = agreed
    desks.item("kaz", "activity", f"parent={plan}", "number=2", "title.en=Joint visit", "period=2014-H1")
    desks.item("kaz", "action", f"parent={plan}", "number=3", "title.en=Name the dates", "holder=USA", "due=2013-01")
    desks.item("kaz", "article", f"parent={plan}", "number=9", "title.en=Duration", "text.en=Five years.")
    settle(desks)
    return desks, plan, course


def settle(desks):
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    desks.well("usa", "draft --all --theirs KAZ")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")


def report(desks, desk, item, *fields):
    """A party reports, and the other reads it."""
    for name, _, value in (field.partition("=") for field in fields):
        desks.well(desk, f"draft {item} {name} '{value}'")
    desks.well(desk, "dispatch")
    desks.cross(desk, "usa" if desk == "kaz" else "kaz")


def states(desks, desk="kaz", options=""):
    return {one["number"]: one["state"] for one in desks.at(desk, f"--json progress {options}").objects}


def conclude(desks, plan):
    desks.well("kaz", f"freeze {plan}")
    desks.well("usa", f"freeze {plan}")
    offer = desks.json("usa", f"offer {plan}")[0]["offer"]
    desks.cross("usa", "kaz")
    desks.well("kaz", f"accept {offer}")
    desks.cross("kaz", "usa")
    desks.well("usa", f"receipt {offer}")
    desks.cross("usa", "kaz")


# What becomes of items


def test_what_becomes_of_an_item_follows_without_anybody_keeping_it_up_to_date(running, monkeypatch):
    desks, plan, course = running
    assert states(desks) == {"1": "agreed", "2": "agreed", "3": "under-way"}
    conclude(desks, plan)
    assert states(desks) == {"1": "in-preparation", "2": "in-preparation", "3": "under-way"}
    monkeypatch.setenv(NOW, "2013-04-30T09:30Z")
    assert states(desks) == {"1": "under-way", "2": "in-preparation", "3": "unreported"}
    monkeypatch.setenv(NOW, "2013-05-03T09:30Z")
    assert states(desks)["1"] == "unreported"
    report(desks, "kaz", course, "held=yes", "account.en=Twelve officers took part.")
    assert states(desks, "usa")["1"] == "held"
    report(desks, "usa", course, "held=yes", "account.en=Good work.")
    assert states(desks)["1"] == "closed"


def test_a_date_that_is_being_renegotiated_stays_as_it_was_sealed(running, monkeypatch):
    desks, plan, course = running
    conclude(desks, plan)
    report(desks, "usa", course, "period=2013-06")
    monkeypatch.setenv(NOW, "2013-05-03T09:30Z")
    row = next(one for one in desks.at("kaz", "--json progress").objects if one["item"] == course)
    assert (row["state"], row["ends"], row["days"]) == ("unreported", "2013-04-30", 3)
    assert row["when"] == "KAZ: 2013-04; USA: 2013-06"


def test_accounts_that_differ_stand_side_by_side(running, monkeypatch):
    desks, _, course = running
    monkeypatch.setenv(NOW, "2013-05-03T09:30Z")
    report(desks, "kaz", course, "held=yes")
    report(desks, "usa", course, "held=no")
    row = desks.json("kaz", "progress")[0]
    assert (row["state"], row["accounts"], row["iati"]) == ("differing", {"KAZ": "yes", "USA": "no"}, "3")
    assert "accounts differ · KAZ: yes · USA: no" in desks.well("kaz", "progress").out


def test_what_is_overdue_is_a_finding_with_its_age_and_who_is_to_report(running, monkeypatch):
    desks, _, _ = running
    monkeypatch.setenv(NOW, "2013-05-03T09:30Z")
    answer = desks.at("kaz", "progress --overdue")
    assert answer.status == 1
    assert "past its last day, not reported · days since: 3 · still to report: KAZ, USA" in answer.out
    assert "days since: 92 · still to report: USA" in answer.out
    assert "Past the last day and not reported: 2" in answer.out
    assert "Joint visit" not in answer.out
    assert desks.at("kaz", "progress").status == 0


def test_nothing_overdue_is_well(running):
    desks, _, _ = running
    answer = desks.well("kaz", "progress --overdue")
    assert answer.out == "Nothing is past its last day without a report.\n"
    assert desks.well("kaz", "--json progress --overdue").out == ""


def test_one_scope_can_be_looked_at_alone(running):
    desks, plan, _ = running
    year = desks.item("kaz", "plan", f"parent={plan}", "number=2014", "title.en=Contacts", "notice.en=An example.")
    desks.item("kaz", "meeting", f"parent={year}", "number=2014.1", "title.en=Talks")
    desks.item("kaz", "meeting", "number=7", "title.en=Of no plan yet")
    desks.well("kaz", "dispatch")
    assert states(desks, options="2014") == {"2014.1": "proposed"}
    assert states(desks)["7"] == "proposed"
    said = desks.well("kaz", "progress").out
    assert "2014 Contacts\n  An example.\n" in said
    assert "Items that belong to no plan yet" in said


def test_a_project_tells_its_stage_and_what_was_delivered(agreed):
    desks, plan, _ = agreed
    project = desks.item(
        "kaz", "project", f"parent={plan}", "number=5", "title.en=Venture", "shares=AA=50 KE=50", "target=45 helicopter"
    )
    settle(desks)
    report(desks, "kaz", project, "stage=halted", "delivered=26 helicopter")
    said = desks.well("usa", "progress").out
    assert "suspended · KAZ: halted, 26 (helicopters) · still to report: USA" in said
    report(desks, "usa", project, "delivered=20 helicopter")
    assert "suspended · KAZ: halted, 26 (helicopters)" in desks.well("usa", "progress").out


def test_an_item_is_shown_with_what_has_become_of_it(running):
    desks, _, course = running
    assert desks.json("kaz", f"show {course}")[0]["state"] == "agreed"
    assert "\n  agreed\n" in desks.well("kaz", f"show {course}").out
    assert "\n  согласовано\n" in desks.well("kaz", f"--language ru show {course}").out
    assert "state" not in desks.json("kaz", "show 9")[0]


def test_an_edition_whose_segments_have_not_come_is_not_in_force_here_yet(running, monkeypatch):
    desks, plan, _ = running
    conclude(desks, plan)

    def missing(*_):
        raise Unknown("cut-missing", code="USA")

    monkeypatch.setattr("kelisim_web.queries.progress.standing_at", missing)
    assert states(desks)["1"] == "agreed"


# Finding


@pytest.fixture
def library(desks):
    """Items in three languages, of which one is a draft."""
    desks.item("kaz", "activity", "number=4.1", "title.en=Steppe Eagle", "title.ru=Учение «Степной орёл»")
    desks.item("kaz", "line", "number=4", "title.kk=Өзара түсіністік", "identifiers=EDO:12-345 FMS:KZ-B-UAA")
    desks.item("kaz", "activity", "number=14", "title.en=Planning conference")
    desks.well("kaz", "dispatch")
    desks.item("kaz", "term", "number=20", "title.en=Interoperability")
    return desks


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("eagle", ["4.1"]),
        ("ОРЕЛ степной", ["4.1"]),
        ("steppe учение", ["4.1"]),
        ("өЗАРА", ["4"]),
        ("озара тусинистик", ["4"]),
        ("4", ["4", "4.1"]),
        ("14", ["14"]),
        ("kz-b-uaa", ["4"]),
        ("EDO:12-345", ["4"]),
        ("interop", ["20"]),
        ("eagle conference", []),
    ],
)
def test_items_are_found_by_what_people_remember_of_them(library, words, numbers):
    assert [one["number"] for one in library.json("kaz", f"find {words}")] == numbers


def test_it_is_said_when_nothing_is_found(library):
    assert library.well("kaz", "find eagle conference").out == "Nothing is found: eagle conference\n"


def test_an_item_is_found_by_the_beginning_of_its_id(library):
    found = library.json("kaz", "find interop")[0]["item"]
    assert [one["item"] for one in library.json("kaz", f"find {found[:6]}")] == [found]


def test_what_was_found_says_where(library):
    said = library.well("kaz", "find орел").out
    assert "4.1     Steppe Eagle  (activity, " in said
    assert "Title (ru): Учение «Степной орёл»" in said
    assert library.json("kaz", "find fms")[0]["where"] == {"identifiers": ["EDO:12-345 FMS:KZ-B-UAA"]}


def test_the_words_of_every_party_are_searched(agreed):
    desks, _, course = agreed
    report(desks, "usa", course, "title.en=Combined training")
    for words in ("combined", "joint course"):
        assert [one["item"] for one in desks.json("kaz", f"find {words}")] == [course]


def test_something_must_be_looked_for(library):
    assert library.at("kaz", "find").status == 2


def test_the_items_that_one_goes_on_from_are_shown_by_number_and_title(running):
    desks, plan, course = running
    desks.item("kaz", "activity", f"parent={plan}", "number=8", "title.en=Course again", f"continues={course}")
    settle(desks)
    assert desks.field("kaz", "8", "continues")["words"] == "1 Joint course"
    assert states(desks)["1"] == "agreed"
