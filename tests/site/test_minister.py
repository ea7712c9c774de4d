"""A page for the minister, on the example's day: 14 November 2013."""

from __future__ import annotations

import pytest

from tests.site.web import words

ADVICE = "Accept Tampa if the talks of 2015 are held in Astana."


def page_of(web, desk="kaz", **query):
    return web.at(desk).get(f"/plan/{web.plan(desk)}/minister/", query)


def advised(web, number="2014.4", text=ADVICE):
    """Our desk writes what it recommends on an item."""
    table = web.at("kaz").get(f"/plan/{web.plan()}/table/", {"words": number})
    item = table.link(number)
    item.press("Put", "#comments", sort="line", text=text)


def points(page):
    return [words(one) for one in page.soup.select("#points article")]


def test_the_state_is_one_sentence_with_its_day(example):
    told = "On 14 November 2013, 47 of 57 items are agreed; ad referendum: 0, open: 5, named by one side alone: 5."
    assert page_of(example).row(".lede") == told


def test_three_to_five_points_stand_with_the_words_of_both_sides_the_longest_open_first(example):
    found = points(page_of(example))
    assert 3 <= len(found) <= 5
    talks = next(one for one in found if one.startswith("2014.4"))
    assert "Staff talks on the plans of contacts for 2014 and 2015" in talks
    assert "open since 7 Oct 2013" in talks
    assert "Place KAZ KAZ Astana USA USA Tampa" in talks
    assert "Host party KAZ KAZ USA USA" in talks
    assert "and 5 more" in page_of(example).row("#points")


def test_of_an_item_that_one_side_alone_wants_that_is_the_question(example):
    found = page_of(example, scope="").soup.select("#points article")
    proposed = next(words(one) for one in found if "small vessels" in words(one))
    assert "In the plan KAZ says nothing here USA yes" in proposed


def test_it_tells_what_has_moved_since_the_last_talks(example):
    moved = page_of(example).row("#moved")
    assert "What has moved since 30 June 2013" in moved
    assert "Ambassador of the United States of America" in moved
    assert "Agreed since then: 13 · new on the table: 10 · opened again: 0 · taken off: 0" in moved


def test_it_tells_what_has_moved_since_a_day_that_somebody_chooses(example):
    page = page_of(example).press("Find", since="2013-11-01")
    assert "What has moved since 1 November 2013" in page.row("#moved")
    assert "new on the table: 0" in page.row("#moved")


def test_what_was_agreed_and_is_open_again_is_named(example):
    desks = example.desks
    table = example.at("kaz").get(f"/plan/{example.plan()}/table/", {"words": "2014.12"})
    item = table.soup.select_one("[data-item]")["data-item"]
    desks.well("kaz", f"draft {item} period 2014-12-11")
    desks.well("kaz", "dispatch")
    moved = page_of(example, since="2013-11-10").row("#moved")
    assert "opened again: 1" in moved
    assert "2014.12 Third Strategic Partnership Dialogue" in moved


def test_our_own_copy_has_the_line_we_recommend_and_puts_that_point_first(example):
    advised(example)
    first = points(page_of(example))[0]
    assert first.startswith("2014.4")
    assert f"We recommend (internal: on our copy alone) {ADVICE}" in first
    internal = page_of(example).soup.select_one("#points .internal.printed")
    assert ADVICE in words(internal)


def test_a_copy_to_hand_over_has_nothing_internal(example):
    advised(example)
    page = page_of(example).link("Copy to hand over")
    assert "copy=hand-over" in page.path
    assert ADVICE not in str(page.soup)
    assert not page.soup.select(".internal")
    assert "We recommend" not in page.text
    assert "proposal to sign" not in page.text
    assert page.soup.title.string.startswith("State of the plan")
    assert "KAZ Astana" in page.text
    again = page.press("Find", year="2014")
    assert "copy=hand-over" in str(again.soup.select_one("[aria-current='true']")["href"])
    assert ADVICE not in str(again.soup)


def test_what_we_recommend_is_on_no_page_of_the_other_side(example):
    advised(example)
    example.desks.cross("kaz", "usa")
    assert ADVICE not in str(page_of(example, "usa").soup)


def test_money_is_told_by_payer_and_currency_and_never_added_across(example):
    page = page_of(example, year="2014")
    calendar, fiscal = ([words(row) for row in one.select("tbody tr")] for one in page.soup.select("#money table"))
    assert calendar == [
        "not settled USD – – 1",
        "KAZ KZT KZT1,500,000.00 – –",
        "KAZ USD US$53,000.00 US$3,000.00 –",
        "USA USD US$32,400.00 US$13,000.00 –",
    ]
    assert "KAZ USD US$40,000.00 US$3,000.00 –" in fiscal
    assert "Fiscal year 2014 of the United States, from October" in page.row("#money")


def test_dates_ahead_are_meetings_what_begins_and_deadlines(example):
    ahead = page_of(example).row("#ahead")
    assert "14 November 2013 Talks between the Minister of Defence" in ahead
    assert "December 2013 Laying of the foundation of the armoured vehicle plant in Astana" in ahead
    assert "17 December 2013 KAZ proposal to sign filed" in ahead


def test_a_scope_has_a_page_of_its_own(example):
    scope = next(
        one["value"] for one in page_of(example).soup.select("[name=scope] option") if "for 2014" in words(one)
    )
    page = page_of(example, scope=scope)
    assert page.row("h1") == "Plan of Military Contacts for 2014"
    assert "5 of 15 items are agreed" in page.row(".lede")


@pytest.mark.parametrize(
    ("language", "state", "label"),
    [
        ("ru", "По состоянию на 14 ноября 2013", "Открытые вопросы"),
        ("kk", "Келісілген тармақтар: 47 / 57", "Ашық мәселелер"),
    ],
)
def test_it_is_told_in_the_language_of_the_reader(example, language, state, label):
    example.at("kaz").client.cookies["kelisim_language"] = language
    page = page_of(example)
    assert state in page.row(".lede").replace("\xa0", " ")
    assert label in page.text


def test_a_plan_without_talks_behind_it_asks_for_a_day(web):
    page = page_of(web)
    assert "No agreed talks lie behind us in the plan. Choose a day above." in page.text
    assert "Nothing is open." in page.text
    assert "No amount is named." in page.text


@pytest.fixture
def on_paper(web):
    """A plan with Uzbekistan, which has no node: our drafts are all that there is of it."""
    page = web.at("kaz").get("/")
    page.press("Begin", "#plans", parties="UZB", language=["en", "ru"])
    circle = next(one["plan"] for one in web.desks.json("kaz", "plan list") if "UZB" in one["codes"])[:12]
    scope = web.desks.json(
        "kaz", f"--plan {circle} item new plan number=7 plan_type=yearly period=2013 'title.en=Plan on paper'"
    )
    return circle, scope[0]["item"]


def test_a_plan_on_paper_is_told_as_it_would_be_and_nothing_of_it_is_handed_over(web, on_paper):
    circle, _ = on_paper
    for path in ("", "timeline/", "translations/", "minister/"):
        page = web.at("kaz").get(f"/plan/{circle}/{path}")
        assert page.status == 200
        assert "Plan on paper" in page.text
    handed = web.at("kaz").get(f"/plan/{circle}/minister/", {"copy": "hand-over"})
    assert "Plan on paper" not in str(handed.soup)
    assert "Plan on paper" in web.at("kaz").get("/").row("#plans")
