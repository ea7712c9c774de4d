"""A whole plan goes out as a file and comes in again, at the desks of officers."""

from __future__ import annotations

import shutil
import tomllib
from random import Random

import pytest

from tests.site.conftest import Desks, found
from tests.site.rows import copied


def told(desks, desk):
    """How every field of every item stands at a desk."""
    file = f"{desk}-{len(list(desks.home.glob('*.toml')))}.toml"
    desks.well(desk, f"export {file}")
    items = tomllib.loads((desks.home / file).read_text("utf-8"))
    return {
        (item, one["field"]): (one["status"], one["values"])
        for item in items
        for one in desks.json(desk, f"show {item}")
        if "status" in one
    }


def exchange(desks, *names):
    """Everybody says what they have drafted, if anything; all bundles cross."""
    for name in names:
        desks.well(name, "dispatch --acknowledge")
    for one in names:
        for other in names:
            if one != other:
                desks.cross(one, other)


VALUES = {
    "title.en": ["Course", "Joint course for medics", "Two\nlines"],
    "period": ["2013-04", "2013-09-02/2013-09-13", "?"],
    "host": ["KAZ", "USA"],
    "attend.USA": ["12", "14"],
    "cost.travel.amount": ["31000.00 USD"],
    "held": ["yes", "partly"],
    "package": ["north"],
}


def negotiate(desks, random, *names):
    """A small plan on which each party says something else at random, and takes some of it back."""
    first = names[0]
    plan = desks.item(first, "plan", "number=0", "title.en=Plan")
    items = [desks.item(first, "activity", f"parent={plan}", f"number={n}") for n in (1, 2, 10)]
    exchange(desks, *names)
    for _ in range(2):
        for name in names:
            if random.random() < 0.7:
                desks.well(name, f"draft --all --theirs {random.choice([one for one in names if one != name]).upper()}")
            for item in items:
                for field in random.sample(sorted(VALUES), 2):
                    hold = "--ad-referendum" if random.random() < 0.3 else ""
                    desks.well(name, f"draft {item} {field} '{random.choice(VALUES[field])}' {hold}")
            desks.well(name, f"draft {random.choice(items)} contact.{name.upper()} Desk")
        exchange(desks, *names)
    for name in names:
        desks.at(name, f"draft {items[0]} {random.choice(sorted(VALUES))} --withdraw")
    exchange(desks, *names)


@pytest.fixture(scope="session")
def three(tmp_path_factory):
    """A home with three nodes that have founded a plan; copied for each test."""
    home = tmp_path_factory.mktemp("three")
    found(Desks(home), "KAZ", "USA", "UZB")
    return home


@pytest.mark.parametrize(
    ("seed", "names"), [(1, ("kaz", "usa")), (2, ("kaz", "usa", "uzb")), (3, ("kaz", "usa", "uzb"))]
)
def test_a_plan_that_all_take_from_a_file_stands_as_it_stood(tmp_path, founded, three, names, seed):
    empty = founded if len(names) == 2 else three
    copied(empty, tmp_path / "old")
    copied(empty, tmp_path / "new")
    old, new = Desks(tmp_path / "old"), Desks(tmp_path / "new")
    negotiate(old, Random(seed), *names)
    old.well("usa", "export plan.toml")
    shutil.copy(old.home / "plan.toml", new.home / "plan.toml")
    for name in names:
        new.well(name, "import plan.toml")
    exchange(new, *names)
    assert told(new, "kaz") == told(old, "usa")
    for name in names:
        assert new.json(name, "import plan.toml")[0]["count"] == 0


def test_a_file_drafts_only_what_is_news(agreed):
    desks, _, course = agreed
    desks.well("kaz", "export plan.toml")
    path = desks.home / "plan.toml"
    path.write_text(path.read_text("utf-8").replace('period = "2013-04"', 'period = "2013-05"'), "utf-8")
    assert desks.json("kaz", "import plan.toml")[0]["count"] == 1
    (draft,) = desks.json("kaz", "drafts")
    assert (draft["item"], draft["field"], draft["value"]) == (course, "period", "2013-05")


def test_one_scope_is_exported_by_itself(agreed):
    desks, plan, course = agreed
    year = desks.item("kaz", "plan", "number=2014", f"parent={plan}")
    visit = desks.item("kaz", "activity", "number=2014.1", f"parent={year}")
    desks.well("kaz", "dispatch")
    desks.well("kaz", "export year.toml --scope 2014")
    assert list(tomllib.loads((desks.home / "year.toml").read_text())) == [year, visit]
    assert desks.at("kaz", f"--json export no.toml --scope {course}").refused == "scope-not-a-plan"
    assert desks.at("kaz", "--json export year.toml").refused == "file-exists"


def test_every_bad_value_is_told_and_nothing_is_drafted(agreed):
    desks, _, course = agreed
    text = f'[{course}]\nperiod = "April"\nhost = "Almaty"\nplace = "KAZ"\ncontact.USA = "Desk"\ntitle.de = "Kurs"\n'
    (desks.home / "bad.toml").write_text(text, "utf-8")
    answer = desks.at("kaz", "--json import bad.toml")
    assert (answer.status, answer.refused) == (3, "file-refused")
    assert {(one["item"], one["field"], one["refused"]) for one in answer.objects} == {
        (course, "period", "value-period"),
        (course, "host", "value-party"),
        (course, "contact.USA", "field-of-another"),
        (course, "title.de", "field-no-such-language"),
    }
    said = desks.at("kaz", "import bad.toml")
    assert f"{course} · period: “April” is not a date" in said.out
    assert "Values that cannot be taken, each told above: 4" in said.err
    assert desks.json("kaz", "drafts") == []


def test_new_items_hang_where_they_say_and_likely_twins_are_told(agreed):
    desks, plan, course = agreed
    rows = """
        [[item]]
        kind = "activity"
        parent = "0"
        number = "2"
        title.en = "Joint courses"
        period = "2013-04-15"
        [[item]]
        kind = "activity"
        parent = "2"
        title.en = "Planning conference"
    """
    (desks.home / "new.toml").write_text(rows, "utf-8")
    answer = desks.at("kaz", "--json import new.toml")
    assert answer.status == 1
    told, twin = answer.objects
    assert (told["items"], told["new"], twin["label"], twin["item"]) == (2, 2, "2", course)
    drafted = {(row["item"], row["field"]): row["value"] for row in desks.json("kaz", "drafts") if "field" in row}
    parents = [value for (_, field), value in drafted.items() if field == "parent"]
    two = next(item for (item, field), value in drafted.items() if (field, value) == ("number", "2"))
    assert sorted(parents) == sorted([plan, two])
    assert drafted[two, "present"] == "yes"
