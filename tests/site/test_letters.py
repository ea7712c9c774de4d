"""A party without a node, at the site: a plan on paper, and what its letters say."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile


@pytest.fixture
def paper(web):
    """A plan on paper with Uzbekistan: a course that we have drafted for April."""
    desks = web.desks
    circle = desks.json("kaz", "plan paper UZB --languages en,ru")[0]["plan"]
    begin = f"--plan {circle[:12]} item new"
    plan = desks.json("kaz", f"{begin} plan number=0 plan_type=framework 'title.en=Plan with Uzbekistan'")[0]["item"]
    course = f"{begin} activity parent={plan} number=1 'title.en=Joint course' period=2013-04"
    return circle[:12], desks.json("kaz", course)[0]["item"]


def test_what_a_letter_says_is_recorded_with_its_number_day_and_file(web, paper):
    plan, course = paper
    page = web.at("kaz").get(f"/plan/{plan}/letters/")
    said = {"party": "UZB", "number": "12-345", "date": "2013-03-01", "item": course, "field": "period"}
    page = page.press("Record", **said, value="2013-05", file=SimpleUploadedFile("letter.pdf", b"words of a letter"))
    assert "Letter 12-345 is recorded, with 1 position." in page.text
    assert "UZB letter 12-345, 1 Mar 2013" in page.text
    assert page.link("letter.pdf").soup.get_text() == "words of a letter"
    assert web.desks.json("kaz", f"--plan {plan} recorded list")[0]["value"] == "2013-05"


def test_the_table_of_a_plan_on_paper_shows_their_letters_beside_our_drafts_and_says_so(web, paper):
    plan, course = paper
    letter = "--by UZB --letter 12-345 --date 2013-03-01"
    web.desks.well("kaz", f"--plan {plan} recorded add {course} period 2013-05 {letter}")
    page = web.at("kaz").get(f"/plan/{plan}/table/")
    assert "This plan is on paper" in page.text
    assert page.row(f"#item-{course} [data-field=period] .value") == "[ April 2013 KAZ May 2013 UZB ]"
    page = web.at("kaz").get(f"/plan/{plan}/items/{course}/")
    assert "UZB, letter 12-345 of 1 Mar 2013" in page.text


def test_the_words_of_a_letter_are_endorsed_as_any_others(web, paper):
    plan, course = paper
    letter = "--by UZB --letter 12-345 --date 2013-03-01"
    web.desks.well("kaz", f"--plan {plan} recorded add {course} period 2013-05 {letter}")
    page = web.at("kaz").get(f"/plan/{plan}/table/").press("Endorse UZB ad referendum", where=[f"{course}:period"])
    assert "1 position drafted" in page.text
    drafts = web.desks.json("kaz", f"--plan {plan} drafts")
    assert [(one["value"], one["hold"]) for one in drafts if one["field"] == "period"] == [("2013-05", True)]


def test_a_value_that_is_none_is_refused_beside_what_was_written(web, paper):
    plan, course = paper
    said = {"party": "UZB", "number": "12-345", "date": "2013-03-01", "item": course, "field": "period"}
    page = web.at("kaz").get(f"/plan/{plan}/letters/").press("Record", **said, value="spring")
    assert page.status == 422
    assert "“spring” is not a date or period" in page.row(".refusal")
    assert page.soup.find("input", {"name": "number"})["value"] == "12-345"


def test_what_was_recorded_by_mistake_is_dropped(web, paper):
    plan, course = paper
    letter = "--by UZB --letter 12-345 --date 2013-03-01"
    web.desks.well("kaz", f"--plan {plan} recorded add {course} period 2013-05 {letter}")
    page = web.at("kaz").get(f"/plan/{plan}/letters/").press("Drop", "table")
    assert "1 position dropped." in page.text
    assert web.desks.json("kaz", f"--plan {plan} recorded list") == []


def test_a_plan_on_paper_is_begun_by_a_form(web):
    page = web.at("kaz").get("/").press("Begin on paper", parties="uzb", language=["en", "ru"])
    assert "The plan is begun on paper." in page.text
    page = page.press("Keep as a draft", **{"title.en": "Plan with Uzbekistan", "number": "0"})
    assert "Plan with Uzbekistan" in web.at("kaz").get("/").text
