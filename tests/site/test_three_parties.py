"""Three parties through the whole negotiation: nothing is agreed by two, and every one of the other two must accept."""

from __future__ import annotations

from itertools import permutations

import pytest

from kelisim import verify_edition

NAMES = ("kaz", "usa", "gbr")


@pytest.fixture
def planned(three):
    """A plan of one exercise that Kazakhstan has proposed and nobody has answered; desks, plan, exercise."""
    plan = three.item("kaz", "plan", "number=0", "plan_type=framework", "period=2015", "title.en=Exercise plan")
    exercise = three.item(
        "kaz", "activity", f"parent={plan}", "number=1", "title.en=Joint exercise", "period=2015-04", "host=KAZ"
    )
    three.meet(*NAMES)
    return three, plan, exercise


@pytest.fixture
def settled(planned):
    """The same, endorsed by all."""
    desks, _, _ = planned
    for desk in ("usa", "gbr"):
        desks.well(desk, "draft --all --theirs KAZ")
    desks.meet(*NAMES)
    return planned


@pytest.fixture
def offered(settled):
    """The proposer has offered, and all hold the offer."""
    desks, _, _ = settled
    desks.well("usa", "freeze 0 --languages en")
    desks.well("usa", "offer 0")
    desks.cross("usa", "kaz")
    desks.cross("usa", "gbr")
    return settled


def seen(desks, item, field):
    """How a field stands, which must be the same at all three."""
    fields = [desks.field(desk, item, field) for desk in NAMES]
    assert fields[0] == fields[1] == fields[2]
    return fields[0]


def test_what_two_of_three_say_is_not_agreed(planned):
    desks, _, exercise = planned
    assert seen(desks, exercise, "period")["waits_for"] == ["GBR", "USA"]
    desks.well("usa", "draft --all --theirs KAZ")
    desks.meet(*NAMES)
    field = seen(desks, exercise, "period")
    assert (field["status"], field["waits_for"]) == ("one-sided", ["GBR"])
    desks.well("gbr", f"draft {exercise} period 2015-04-06/2015-04-17")
    desks.meet(*NAMES)
    field = seen(desks, exercise, "period")
    assert (field["status"], field["waits_for"]) == ("open", ["KAZ", "USA"])
    assert field["words"] == "[GBR: 2015-04-06/2015-04-17 | KAZ, USA: 2015-04]"
    for desk in ("kaz", "usa"):
        desks.well(desk, f"draft {exercise} period --theirs GBR")
    desks.meet(*NAMES)
    assert seen(desks, exercise, "period")["status"] == "agreed"


def test_one_of_three_that_waits_for_its_capital_keeps_it_from_being_agreed(settled):
    desks, _, exercise = settled
    desks.well("kaz", f"draft {exercise} place 'KAZ Ili' --ad-referendum")
    desks.meet(*NAMES)
    for desk in ("usa", "gbr"):
        desks.well(desk, "draft --all --theirs KAZ")
    desks.meet(*NAMES)
    assert (seen(desks, exercise, "place")["status"]) == "ad-referendum"
    assert seen(desks, exercise, "place")["waits_for"] == ["KAZ"]
    desks.well("kaz", "confirm --all")
    desks.meet(*NAMES)
    assert seen(desks, exercise, "place")["status"] == "agreed"


def test_an_item_is_struck_out_only_when_all_three_have(settled):
    desks, _, exercise = settled
    desks.well("gbr", "item strike 1")
    desks.meet(*NAMES)
    assert seen(desks, exercise, "present")["waits_for"] == ["KAZ", "USA"]
    desks.well("kaz", "draft --all --theirs GBR")
    desks.meet(*NAMES)
    assert seen(desks, exercise, "present")["waits_for"] == ["USA"]
    assert "Struck out" not in desks.well("usa", f"show {exercise}").out
    desks.well("usa", "draft --all --theirs KAZ")
    desks.meet(*NAMES)
    for desk in NAMES:
        assert "Struck out" in desks.well(desk, f"show {exercise}").out


def test_a_package_of_one_of_three_is_seen_by_all_and_blocks_all(settled):
    desks, _, _ = settled
    desks.well("gbr", "package --whole 0 everything")
    desks.meet(*NAMES)
    desks.well("usa", "draft 1 host USA")
    desks.meet(*NAMES)
    views = [desks.json(desk, "packages") for desk in NAMES]
    assert views[0] == views[1] == views[2]
    assert views[0][0]["ties"] == [{"party": "GBR", "name": "everything"}]
    for desk in NAMES:
        assert "part of a package" in desks.at(desk, "freeze 0 --languages en").out


def test_the_bracket_of_one_is_taken_over_from_either_of_the_others(settled):
    desks, _, exercise = settled
    for desk, text in (("usa", "Joint field exercise for staffs"), ("gbr", "Combined exercise for staffs")):
        desks.well(desk, f"draft {exercise} title.en '{text}'")
    desks.well("kaz", f"draft {exercise} title.en 'Joint exercise for staffs'")
    desks.meet(*NAMES)
    field = seen(desks, exercise, "title.en")
    assert field["words"] == "[GBR: Combined | KAZ: Joint | USA: Joint field] exercise for staffs"
    desks.well("kaz", f"draft {exercise} title.en --theirs GBR --bracket 1")
    assert desks.json("kaz", "drafts")[0]["value"] == "Combined exercise for staffs"


def test_an_edition_needs_the_acceptance_of_both_others(offered):
    desks, plan, exercise = offered
    desks.well("kaz", "accept")
    desks.cross("kaz", "usa")
    assert desks.at("usa", "--json receipt").refused == "not-all-accepted"
    desks.well("gbr", "accept")
    desks.cross("gbr", "kaz")
    desks.cross("kaz", "usa")  # what the third has signed comes through the second
    desks.well("usa", "receipt")
    desks.cross("usa", "gbr")
    desks.cross("gbr", "kaz")
    for desk in NAMES:
        desks.well(desk, f"edition write 0 {desk}.edition")
    files = {(desks.home / f"{desk}.edition").read_bytes() for desk in NAMES}
    assert len(files) == 1
    found = verify_edition(files.pop())
    assert set(found.content) == {plan, exercise}
    assert sorted(found.charter.codes().values()) == ["GBR", "KAZ", "USA"]


def test_one_acceptor_that_withdraws_ends_the_offer_for_all(offered):
    desks, _, _ = offered
    first = desks.json("kaz", "accept")[0]["offer"]
    desks.well("gbr", "accept")
    desks.well("gbr", "withdraw")
    desks.cross("kaz", "usa")
    desks.cross("gbr", "usa")
    assert desks.at("usa", "--json receipt").refused == "offer-unclear"
    assert desks.at("usa", f"--json receipt {first}").status == 3
    desks.cross("usa", "kaz")
    assert "editions in force" not in desks.well("kaz", "standing").out
    desks.well("usa", f"withdraw {first}")  # so that Kazakhstan may accept another
    desks.well("usa", "freeze 0 --languages en")
    desks.well("usa", "offer 0")
    for desk in ("kaz", "gbr"):
        desks.cross("usa", desk)
        desks.well(desk, "accept")
        desks.cross(desk, "usa")
    desks.well("usa", "receipt")
    assert "editions in force: 1" in desks.well("usa", "standing").out


def test_in_whatever_order_bundles_come_the_plan_stands_alike(settled):
    """Each says something else; one node then reads the same bundles in every order."""
    desks, _, exercise = settled
    for desk, period in zip(NAMES, ("2015-05", "2015-06", "2015-07"), strict=True):
        desks.well(desk, f"draft {exercise} period {period}")
        desks.well(desk, "dispatch")
    names = [desks.write("usa", "kaz"), desks.write("gbr", "kaz"), desks.write("usa", "kaz")]
    desks.cross("kaz", "gbr")
    names.append(desks.write("gbr", "kaz"))
    views = []
    for number, order in enumerate(permutations(names)):
        desk = f"kaz-{number}"
        desks.copy("kaz", desk)
        desks.well(desk, f"bundle read {' '.join(order)}")
        views.append((desks.json(desk, f"show {exercise}"), desks.well(desk, "standing --peek").out))
    assert all(view == views[0] for view in views)
    assert "[GBR: 2015-07 | KAZ: 2015-05 | USA: 2015-06]" in views[0][1]
