"""A plan at a glance and over its years: what officers read there."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.site.web import words

TITLES = ("title.en=Joint plan", "title.ru=Совместный план", "title.kk=Бірлескен жоспар")


@pytest.fixture
def plan(web):
    """A yearly plan of one line: a course is agreed, on a seminar the days differ, a visit is proposed by one side."""
    desks = web.desks
    scope = desks.item("kaz", "plan", "number=1", "plan_type=yearly", "period=2013", *TITLES)
    line = desks.item("kaz", "line", f"parent={scope}", "number=1.1", "title.en=Peacekeeping")
    under = (f"parent={scope}", f"line={line}")
    items = {
        "course": desks.item(
            "kaz", "activity", *under, "number=1.2", "title.en=Joint course", "period=2013-04-01/2013-04-05"
        ),
        "seminar": desks.item("kaz", "activity", *under, "number=1.3", "title.en=Seminar", "period=2013-05"),
    }
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    desks.well("usa", "draft --all --theirs KAZ")
    desks.well("usa", f"draft {items['seminar']} period 2013-06")
    items["visit"] = desks.item("usa", "meeting", *under, "number=1.4", "title.en=Visit", "period=2013-09-10")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    return {"scope": scope, "line": line, **items}


def overview(web, desk="kaz", login="desk"):
    return web.at(desk, login).get(f"/plan/{web.plan()}/")


def in_language(officer, language):
    officer.client.cookies["kelisim_language"] = language
    return officer


def queries(web, desk, path):
    """How many questions a page asks of the database, once it has been shown."""
    officer = web.at(desk)
    officer.get(path)
    with web.open(desk), CaptureQueriesContext(connection) as asked:
        assert officer.client.get(path).status_code == 200
    return len(asked)


@pytest.mark.usefixtures("plan")
def test_it_tells_in_a_sentence_how_far_the_plan_is(web):
    assert "Agreed: 3 of 5 items · ad referendum: 0 · open: 1 · one-sided: 1" in overview(web).row(".lede")


def test_each_line_has_its_figures_and_leads_to_its_items(web, plan):
    page = overview(web)
    rows = [words(row) for row in page.soup.select("#scopes tbody tr")]
    assert rows == ["Peacekeeping 2 0 1 1 4", "plan 1 0 0 0 1"]
    table = page.link("Peacekeeping")
    assert f"line={plan['line']}" in table.path
    assert "Joint course" in table.text


@pytest.mark.usefixtures("plan")
def test_what_waits_is_listed_for_each_side_with_its_fields_and_since_when(web):
    page = overview(web)
    ours = page.row("#for-us")
    assert "Waiting for us: 2" in ours
    assert "1.3 Seminar activity · May 2013 · Period · waiting since 5 Nov 2012" in ours
    assert "Waiting for USA: 0" in page.row("#for-them")
    assert "Nothing waits for the word of others." in page.row("#for-them")
    there = page.link("All 2 items on the table")
    assert "Seminar" in there.text
    assert "Joint course" not in there.row("#selection")


@pytest.mark.usefixtures("plan")
def test_the_other_desk_reads_the_same_plan_from_its_own_side(web):
    page = overview(web, "usa")
    assert "Agreed: 3 of 5" in page.row(".lede")
    assert "Waiting for us: 0" in page.row("#for-us")
    assert "Waiting for KAZ: 2" in page.row("#for-them")


def test_what_came_in_is_new_until_the_officer_says_that_it_has_looked(web, plan):
    page = overview(web)
    assert "Came in since I last looked: 5" in page.row("#new")
    page = page.press("I have looked")
    assert "Came in since I last looked: 0" in page.row("#new")
    assert "Others have said nothing new." in page.row("#new")
    web.desks.well("usa", f"draft {plan['seminar']} host USA")
    web.desks.well("usa", "dispatch")
    web.desks.cross("usa", "kaz")
    new = overview(web).row("#new")
    assert "Came in since I last looked: 1" in new
    assert "Seminar" in new
    assert "Came in since I last looked: 5" in overview(web, login="lawyer").row("#new")


@pytest.mark.usefixtures("plan")
def test_deadlines_name_their_day_whose_they_are_and_their_source(web):
    found = [words(one) for one in overview(web).soup.select("#deadlines li")]
    law = "Law of Kazakhstan on international treaties of 30 May 2005, article 5"
    assert any(one.startswith("1 December 2012 KAZ proposal to sign filed") and law in one for one in found)
    assert any(one.startswith("17 December 2012 KAZ proposal to sign filed") and law in one for one in found)
    assert any(one.startswith("31 December 2012 signature, before the plan begins · Joint plan") for one in found)
    assert any("April talks close the list for the fiscal year 2014 of the United States" in one for one in found)


@pytest.mark.usefixtures("plan")
def test_a_deadline_that_has_passed_says_so(web, monkeypatch):
    monkeypatch.setenv("KELISIM_NOW", "2012-12-20T09:30Z")
    found = [words(one) for one in overview(web).soup.select("#deadlines li")]
    assert any(one.startswith("17 December 2012 passed: KAZ") for one in found)
    assert any(one.startswith("31 December 2012 signature") for one in found)


@pytest.mark.usefixtures("plan")
def test_the_next_meeting_stands_beside_until_it_is_over(web, monkeypatch):
    assert "10 September 2013 Visit one-sided" in overview(web).row("#meetings")
    monkeypatch.setenv("KELISIM_NOW", "2013-09-11T09:30Z")
    assert "No meeting with a day ahead is in the plan." in overview(web).row("#meetings")


def test_what_is_past_and_agreed_waits_for_an_account(web, plan, monkeypatch):
    assert "Past and not reported: 0" in overview(web).row("#untold")
    monkeypatch.setenv("KELISIM_NOW", "2013-05-02T09:30Z")
    told = overview(web).row("#untold")
    assert "Past and not reported: 1" in told
    assert "Joint course" in told
    web.desks.well("kaz", f"draft {plan['course']} held yes")
    web.desks.well("kaz", "dispatch")
    assert "Past and not reported: 0" in overview(web).row("#untold")


@pytest.mark.usefixtures("plan")
def test_a_text_that_lacks_two_languages_is_counted_once(web):
    told = overview(web).row("#languages")
    assert "Texts waiting for translation: 4" in told
    assert "русский 4 texts lacking" in told
    assert "қазақша 4 texts lacking" in told
    assert "English" not in told


@pytest.mark.usefixtures("plan")
def test_each_year_has_its_figures(web):
    assert words(overview(web).soup.select_one("#years tbody tr")) == "2013 1 0 1 1 3"


@pytest.mark.parametrize(
    ("language", "state", "title"),
    [
        ("ru", "Согласовано пунктов: 3 из 5", "Совместный план"),
        ("kk", "Келісілген тармақтар: 3 / 5", "Бірлескен жоспар"),
    ],
)
@pytest.mark.usefixtures("plan")
def test_it_is_told_in_the_language_of_the_reader(web, language, state, title):
    page = in_language(web.at("kaz"), language).get(f"/plan/{web.plan()}/")
    assert state in page.row(".lede")
    assert page.row("h1") == title


def test_a_plan_in_which_nothing_has_been_said_yet_is_shown_too(web):
    page = overview(web)
    assert page.status == 200
    assert "Nothing waits for our word." in page.text


@pytest.mark.usefixtures("plan")
def test_the_bars_of_a_plan_hold_no_style_and_stand_beside_words(web):
    page = overview(web)
    assert not page.soup.select("[style]")
    assert all(bar["aria-hidden"] == "true" for bar in page.soup.select("svg.bar"))


@pytest.mark.usefixtures("plan")
def test_the_years_are_a_table_by_day_that_filters_by_line_and_year(web):
    path = f"/plan/{web.plan()}/timeline/"
    page = web.at("kaz").get(path)
    rows = [words(row) for row in page.soup.select("tbody tr")]
    assert rows == [
        "1–5 Apr 2013 1.2 Joint course activity Peacekeeping agreed",
        "May 2013 1.3 Seminar activity Peacekeeping open",
        "10 September 2013 1.4 Visit meeting Peacekeeping one-sided",
    ]
    assert "3 activities, projects, meetings and actions" in page.row(".lede")
    assert "Nothing takes place by these filters." in page.press("Find", year="2013", line="x").text
    fiscal = web.at("kaz").get(path, {"year": "2014", "sense": "fiscal"})
    assert "Nothing takes place" in fiscal.text


def test_the_picture_beside_it_is_made_of_the_same(web, plan):
    officer = in_language(web.at("kaz"), "ru")
    page = officer.get(f"/plan/{web.plan()}/timeline/")
    source = page.soup.select_one("kelisim-timeline")["src"]
    with web.open("kaz"):
        drawn = json.loads(officer.client.get(source).content)
    assert (drawn["from"], drawn["to"], drawn["today"]) == ("2013-04-01", "2013-09-10", "2012-11-05")
    assert drawn["lines"][0] == {"name": "Peacekeeping"}
    first = drawn["bars"][0]
    assert (first["number"], first["start"], first["end"], first["line"]) == ("1.2", "2013-04-01", "2013-04-05", 0)
    assert first["url"] == f"/plan/{web.plan()}/items/{plan['course']}/"
    assert officer.get(first["url"]).status == 200
    assert drawn["words"]["states"] == {"agreed": "согласовано", "one-sided": "одностороннее", "open": "открыто"}
    assert len(drawn["words"]["months"]) == 12


@pytest.mark.parametrize("path", ["", "timeline/", "timeline/timeline.json", "minister/", "translations/"])
@pytest.mark.usefixtures("plan")
def test_nobody_who_has_not_signed_in_sees_any_of_it(web, path):
    from django.test import Client
    from django.urls import reverse

    with web.open("kaz"):
        answer = Client(SERVER_NAME="localhost").get(f"/plan/{web.plan()}/{path}")
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_no_page_asks_more_of_the_database_when_the_plan_grows(web, plan):
    base = f"/plan/{web.plan()}/"
    paths = [base, f"{base}timeline/", f"{base}timeline/timeline.json", f"{base}translations/", f"{base}minister/", "/"]
    before = [queries(web, "kaz", path) for path in paths]
    for number in range(20):
        fields = (f"number=2.{number}", f"title.en=Course {number}", "period=2013-04")
        web.desks.item("kaz", "activity", f"parent={plan['scope']}", *fields)
    web.desks.well("kaz", "dispatch")
    after = [queries(web, "kaz", path) for path in paths]
    assert [new - old for old, new in zip(before, after, strict=True) if new > old + 1] == []
    assert max(after) <= 45
