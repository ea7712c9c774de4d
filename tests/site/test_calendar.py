"""The calendar feed: what an officer's own calendar reads of it."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import pytest
from django.test import Client
from icalendar import Calendar

from kelisim_web.models.people import Officer, Token
from kelisim_web.models.people import Place as PlaceRow

ADDRESS = "/calendar/a-secret.ics"


@pytest.fixture
def plan(web):
    """A plan with an agreed course, talks of which the date is open, a visit without days, and a term."""
    desks = web.desks
    plan = desks.item("kaz", "plan", "number=0", "plan_type=framework", "period=2013/2017", "title.en=Joint plan")
    under = f"parent={plan}"
    course = desks.item(
        *("kaz", "activity", under, "number=1", "period=2013-04-01/2013-04-05"),
        *(
            "title.en=Joint course",
            "title.ru=Совместный курс",
            "topics.en=words-of-the-plan",
            "site.en=place-of-the-plan",
        ),
    )
    talks = desks.item("kaz", "meeting", under, "number=2", "title.en=Talks", "period=2013-06")
    desks.item("kaz", "activity", under, "number=3", "title.en=Visit", "period=?")
    desks.item("kaz", "action", under, "number=4", "title.en=Letter", "due=2013-05-01")
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    desks.well("usa", "draft --all --theirs KAZ")
    desks.well("usa", f"draft {talks} period 2013-07")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    with web.open("kaz"):
        Token.objects.create(officer_id="desk", name="phone", digest=sha256(b"a-secret").hexdigest(), feed=True, at="x")
    return course, talks


def read(web):
    with web.open("kaz"):
        answer = Client(SERVER_NAME="localhost").get(ADDRESS)
    assert answer["Content-Type"].startswith("text/calendar")
    return answer.content.decode(), {str(one["summary"]): one for one in Calendar.from_ical(answer.content).events}


def test_activities_and_meetings_are_whole_days_that_end_on_the_day_after(web, plan):
    _, events = read(web)
    assert {*events} == {"1 Joint course", "2 Talks"}
    course = events["1 Joint course"]
    assert (course["dtstart"].dt, course["dtend"].dt) == (date(2013, 4, 1), date(2013, 4, 6))
    talks = events["2 Talks"]
    assert (talks["dtstart"].dt, talks["dtend"].dt) == (date(2013, 6, 1), date(2013, 7, 1))
    del plan


def test_what_is_not_agreed_is_tentative_and_says_so(web, plan):
    del plan
    _, events = read(web)
    assert (events["1 Joint course"]["status"], events["2 Talks"]["status"]) == ("CONFIRMED", "TENTATIVE")
    assert events["2 Talks"]["description"] == "The dates are not agreed yet."


def test_dates_that_wait_for_a_capital_are_tentative(web, plan):
    _, talks = plan
    web.desks.well("kaz", f"draft {talks} period --theirs USA --ad-referendum")
    web.desks.well("kaz", "dispatch")
    _, events = read(web)
    assert (events["2 Talks"]["status"], events["2 Talks"]["dtstart"].dt) == ("TENTATIVE", date(2013, 7, 1))


def test_an_event_stays_the_same_one_when_its_date_moves(web, plan):
    course, talks = plan
    before = {one["uid"] for one in read(web)[1].values()}
    web.desks.well("kaz", f"draft {talks} period --theirs USA")
    web.desks.well("kaz", "dispatch")
    text, events = read(web)
    assert {one["uid"] for one in events.values()} == before
    assert events["2 Talks"]["status"] == "CONFIRMED"
    assert f"/items/{course}/" in text.replace("\r\n ", "")


def test_the_feed_speaks_the_officer_s_language_and_has_no_words_of_the_plan_but_titles(web, plan):
    del plan
    with web.open("kaz"):
        Officer.objects.filter(login="desk").update(language="ru")
    text, events = read(web)
    assert "1 Совместный курс" in events
    assert "Сроки ещё не согласованы." in text
    assert "of-the-plan" not in text.replace("\r\n ", "")


def test_plans_that_the_officer_does_not_read_are_not_in_it(web, plan):
    del plan
    with web.open("kaz"):
        PlaceRow.objects.filter(officer="desk").update(circle="of another plan")
    assert read(web)[1] == {}


@pytest.mark.parametrize("kind", [{"feed": False}, {"feed": False, "drafts": True}])
def test_only_a_key_of_the_feed_opens_it(web, kind):
    with web.open("kaz"):
        Token.objects.create(officer_id="desk", name="x", digest=sha256(b"another").hexdigest(), at="x", **kind)
        client = Client(SERVER_NAME="localhost")
        assert [client.get(f"/calendar/{one}.ics").status_code for one in ("another", "nobody's")] == [404, 404]
