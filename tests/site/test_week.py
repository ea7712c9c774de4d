"""My week: what waits for an officer over all plans."""

from __future__ import annotations

import pytest

from tests.site.web import words


@pytest.fixture
def plan(web):
    """Two lines; on each a course that the United States has answered otherwise. The first begins on 12 November."""
    desks = web.desks
    scope = desks.item("kaz", "plan", "number=1", "plan_type=yearly", "period=2012", "title.en=Joint plan")
    lines = [desks.item("kaz", "line", f"parent={scope}", f"number=1.{one}", f"title.en=Line {one}") for one in (1, 2)]
    courses = [
        desks.item("kaz", "activity", f"parent={scope}", f"line={line}", f"number=2.{place}", *fields)
        for place, (line, fields) in enumerate(
            zip(lines, [("title.en=First", "period=2012-11-12/2012-11-30"), ("title.en=Second",)], strict=True), 1
        )
    ]
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    desks.well("usa", "draft --all --theirs KAZ")
    for course in courses:
        desks.well("usa", f"draft {course} host USA")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    for course in courses:
        desks.well("kaz", f"draft {course} host KAZ")
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    for course in courses:
        desks.well("usa", f"draft {course} host USA")
        desks.well("usa", f"draft {course} place 'KAZ Astana'")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    return {"lines": lines, "courses": courses}


def week(web, login="desk", desk="kaz"):
    return web.at(desk, login).get("/")


@pytest.mark.usefixtures("plan")
def test_every_plan_stands_in_a_row_with_what_waits(web):
    page = week(web)
    assert words(page.soup.select_one("#plans tbody tr")) == "Joint plan KAZ · USA 2 0 5 3 of 5"
    assert "Overview" in page.link("Joint plan").text


@pytest.mark.usefixtures("plan")
def test_the_week_names_its_days(web):
    assert week(web).row(".lede") == "5–18 Nov 2012"


@pytest.mark.usefixtures("plan")
def test_what_begins_and_ends_this_week_and_next_is_listed_and_what_is_later_is_not(web, monkeypatch):
    dated = week(web).row("#dated")
    assert "2.1 First begins" in dated
    assert "Second" not in dated
    monkeypatch.setenv("KELISIM_NOW", "2012-11-20T09:30Z")
    assert "2.1 First ends" in week(web).row("#dated")
    monkeypatch.setenv("KELISIM_NOW", "2012-12-04T09:30Z")
    assert "Nothing begins or ends in these two weeks." in week(web).row("#dated")


def seated_on(web, login, kind, line):
    from kelisim_web import store
    from kelisim_web.access import Place, Seat
    from kelisim_web.actions.people import add_officer, kind_of
    from kelisim_web.models.people import Officer
    from kelisim_web.site.people import account

    with web.open("kaz") as node:
        places = [Place(kind_of(kind), store.plans()[0], line)]
        add_officer(Seat(node, "setting up"), Officer(login=login, name=login.title()), places)
        account(login)


def test_who_owns_a_line_sees_what_waits_there_alone(web, plan):
    seated_on(web, "owner", "line-owner", plan["lines"][1])
    mine = week(web, "owner").row("#mine")
    assert "Waits for us on my lines: 1" in mine
    assert "2.2 Second" in mine
    assert "2.1 First" not in mine
    assert "Waits for us on my lines: 2" in week(web).row("#mine")


def test_a_draft_asks_the_seat_that_clears_it_and_then_the_one_that_dispatches_it(web, plan):
    from kelisim_web.access import Seat
    from kelisim_web.actions.clearances import set_rules
    from kelisim_web.clearance import Rules

    with web.open("kaz") as node:
        from kelisim_web import store

        rules = Rules((("legal", frozenset(), frozenset({"host"})),))
        set_rules(Seat(node, "setting up"), store.plans()[0], rules)
    web.desks.well("kaz", f"draft {plan['courses'][0]} host USA")
    assert "1 draft needs my clearance" in week(web, "lawyer").row("#seat")
    assert not week(web).soup.select("#seat")
    assert not week(web, "auditor").soup.select("#seat")
    page = web.at("kaz", "lawyer").get(f"/plan/{web.plan()}/drafts/")
    page.press("legal")
    assert not week(web, "lawyer").soup.select("#seat")
    assert "1 draft is ready for me to dispatch" in week(web).row("#seat")


def test_a_comment_that_names_an_officer_finds_its_way_to_its_week_and_to_no_other(web, plan):
    page = web.at("kaz").get(f"/plan/{web.plan()}/items/{plan['courses'][0]}/")
    page.press("Put", "#comments", text="May we accept this, @lawyer?")
    seat = week(web, "lawyer").row("#seat")
    assert "2.1 First" in seat
    assert "May we accept this, @lawyer?" in seat
    assert "accept this" not in week(web).text
    assert "accept this" not in week(web, "desk", "usa").text


@pytest.mark.usefixtures("plan")
def test_a_seal_that_one_signatory_has_agreed_to_waits_for_a_second(web):
    with web.open("kaz"):
        from kelisim_web import store
        from kelisim_web.models.desk import Consent

        row = {"act": "offer", "subject": "x", "at": "2012-11-05T09:30Z"}
        Consent.objects.create(circle=store.plans()[0], officer="first", **row)
    told = "first has agreed to offer an edition; a second officer is needed"
    assert told in week(web, "second").row("#seat")
    assert told not in week(web, "first").text
    assert told not in week(web).text


@pytest.mark.usefixtures("plan")
def test_a_bundle_that_came_by_the_site_is_named_for_seven_days(web, monkeypatch):
    from django.core.files.uploadedfile import SimpleUploadedFile

    web.desks.item("usa", "activity", "title.en=Third")
    web.desks.well("usa", "dispatch")
    name = web.desks.write("usa", "kaz")
    file = SimpleUploadedFile("a.bundle", (web.desks.home / name).read_bytes())
    assert "No bundle came." in week(web).row("#came")
    web.at("kaz").get("/exchange/").press("Read the bundle", bundle=file, number="")
    assert "5 Nov 2012 1/2012 USA 1 piece of news" in week(web).row("#came")
    monkeypatch.setenv("KELISIM_NOW", "2012-11-13T09:30Z")
    assert "No bundle came." in week(web).row("#came")


@pytest.mark.parametrize(
    ("language", "words_"),
    [("ru", "Ожидается наша позиция по моим направлениям: 2"), ("kk", "Осы және келесі аптада")],
)
@pytest.mark.usefixtures("plan")
def test_it_is_told_in_the_language_of_the_reader(web, language, words_):
    web.at("kaz").client.cookies["kelisim_language"] = language
    assert words_ in week(web).text


def test_an_officer_without_a_plan_is_told_whom_to_ask(web):
    seated_on(web, "stranger", "line-owner", "")
    with web.open("kaz"):
        from kelisim_web.models.people import Place

        Place.objects.filter(officer_id="stranger").update(circle="of another plan")
    assert "No plan is open to your seat. Your administrator can give you one." in week(web, "stranger").text
