"""The index of a plan, which is kept in memory: brought up to date it is as if it were made anew."""

from __future__ import annotations

import random

import pytest

from kelisim_web import node
from kelisim_web.access import Seat

FIELDS = ("title.en", "title.ru", "period", "place", "number", "line", "present", "parent", "type")


@pytest.fixture
def plan(desks):
    """A plan of two lines and six activities, all agreed."""
    plan = desks.item("kaz", "plan", "number=0", "plan_type=framework", "period=2013/2017", "title.en=Joint plan")
    lines = [desks.item("kaz", "line", f"parent={plan}", f"number={n}", f"title.en=Line {n}") for n in (1, 2)]
    activities = [
        desks.item("kaz", "activity", f"parent={plan}", f"line={lines[n % 2]}", f"number=1.{n}", f"title.en=Course {n}")
        for n in range(6)
    ]
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    desks.well("usa", "draft --all --theirs KAZ")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    return plan, lines, activities


def value(field, lots, plan, lines):
    day = f"2013-{lots.randrange(1, 13):02}-{lots.randrange(1, 28):02}"
    return {
        "period": day,
        "place": lots.choice(["KAZ Almaty", "USA Tampa"]),
        "number": f"1.{lots.randrange(20)}",
        "line": lots.choice(lines),
        "present": "yes",
        "parent": lots.choice([plan, *lines]),
        "type": lots.choice(["course", "visit"]),
    }.get(field, f"Course {lots.randrange(100)}")


def speak(desks, desk, lots, plan, lines, activities):
    """Say something on some activities; now and then take one back, or propose another."""
    for item in lots.sample(activities, 2):
        field = lots.choice(FIELDS)
        desks.well(desk, f"draft {item} {field} '{value(field, lots, plan, lines)}'")
    if not lots.randrange(3):
        desks.at(desk, f"draft {lots.choice(activities)} present --withdraw")
    if not lots.randrange(3):
        activities.append(desks.item(desk, "activity", f"parent={plan}", "title.en=Another"))
    desks.at(desk, "dispatch")


@pytest.mark.parametrize("seed", range(3))
def test_brought_up_to_date_it_is_as_if_made_anew(desks, plan, seed, monkeypatch):
    from kelisim_web.queries import index

    lots, renewed = random.Random(seed), []
    monkeypatch.setattr(
        index, "_renewed", lambda *place, real=index._renewed: renewed.append(real(*place)) or renewed[-1]
    )
    for _ in range(6):
        with node.opened(desks.home / "kaz") as opened:
            seat = Seat(opened, "desk")
            (circle,) = index.store.plans()
            found = index.index_of(seat, circle)
            languages = index.store.terms(circle).languages
            anew = index._made(found.key, index.standing_of(seat, circle), languages)
            assert found == anew
            assert [*found.entries] == [*anew.entries]
        speaks, hears = lots.sample(["kaz", "usa"], 2)
        speak(desks, speaks, lots, *plan)
        desks.cross(speaks, hears)
    assert any(renewed), "nothing was ever brought up to date"


def asked(web, path):
    """How often a page asks the database, once what it shows is kept."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    officer = web.at("kaz")
    officer.get(path)
    with web.open("kaz"), CaptureQueriesContext(connection) as queries:
        assert officer.client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("page", ["table/", "table/?state=open", ""])
def test_a_page_asks_the_database_as_often_for_many_items_and_statements_as_for_few(web, page):
    desks, path = web.desks, f"/plan/{web.plan()}/{page}"

    def propose(count):
        items = [
            desks.item("kaz", "activity", f"parent={whole}", f"number={number}", "host=KAZ", "title.en=A course")
            for number in range(count)
        ]
        desks.well("kaz", "dispatch")
        desks.cross("kaz", "usa")
        desks.well("usa", "draft --all --theirs KAZ")
        for item in items:
            desks.well("usa", f"draft {item} host USA")
        desks.well("usa", "dispatch")
        desks.cross("usa", "kaz")

    whole = desks.item("kaz", "plan", "number=0", "title.en=Joint plan")
    propose(1)
    few = asked(web, path)
    propose(6)
    assert asked(web, path) == few
