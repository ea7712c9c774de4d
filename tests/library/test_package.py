"""Packages: items that a party agrees to only together; they change how nothing stands."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.edition import Naming, freeze, root_of, unagreed
from kelisim.ledger.seal import EditionNumber
from kelisim.package import Package, Tie, packages
from kelisim.plan import schema
from kelisim.position import Standing, Status, Voice, Word
from tests.parties import item

SCHEMA = schema()
CODES = ("GBR", "KAZ", "USA")
NAMES = ("plan", "2014", "survey", "course", "talks")
PLAN, YEAR, SURVEY, COURSE, TALKS = map(item, NAMES)
NAMING = Naming("0" * 64, PLAN, EditionNumber(epoch=0, number=1))
KINDS = {"plan": {"kind": "plan"}, "2014": {"kind": "plan", "parent": PLAN}}


def voice(ties=(), **fields):
    """What a party says: all five items are in the plan, and some words beside; `ties` gives packages by item."""
    words = {}
    for name in NAMES:
        said = {"kind": "activity", "parent": PLAN, "present": "yes", **KINDS.get(name, {}), **fields.get(name, {})}
        said |= {"package": tied} if (tied := dict(ties).get(name)) else {}
        words[item(name)] = {field: Word(value, True, 0) for field, value in said.items()}  # noqa: FBT003  (firm)
    return Voice(words, [{}])


def of(*voices):
    return Standing(SCHEMA, dict(zip(CODES, voices, strict=True)))


def package(items, *ties):
    return Package(frozenset(Tie(*tie) for tie in ties), frozenset(items))


def test_items_that_one_of_three_parties_ties_are_a_package():
    standing = of(voice({"survey": "a", "course": "a"}), voice(), voice())
    assert packages(standing) == [package({SURVEY, COURSE}, ("GBR", "a"))]


def test_two_parties_that_use_one_name_have_two_packages():
    standing = of(voice({"survey": "a"}), voice({"course": "a"}), voice())
    assert {one.items for one in packages(standing)} == {frozenset({SURVEY}), frozenset({COURSE})}


def test_packages_that_share_an_item_are_one_and_so_on():
    standing = of(
        voice({"survey": "a", "course": "a"}), voice({"course": "b", "talks": "b"}), voice({"talks": "c", "2014": "d"})
    )
    chained = package({SURVEY, COURSE, TALKS}, ("GBR", "a"), ("KAZ", "b"), ("USA", "c"))
    assert sorted(packages(standing)) == sorted([chained, package({YEAR}, ("USA", "d"))])


def test_the_word_on_a_plan_ties_the_whole_of_its_scope():
    standing = of(voice(), voice({"plan": "all"}), voice())
    assert packages(standing) == [package({PLAN, SURVEY, COURSE, TALKS}, ("KAZ", "all"))]


def test_a_plan_on_whose_kind_the_parties_do_not_agree_ties_nothing():
    standing = of(voice({"plan": "all"}), voice(plan={"kind": "project"}), voice())
    assert packages(standing) == []


def test_struck_out_items_do_not_count():
    gone = {"course": {"present": None}}
    standing = of(voice({"survey": "a", "course": "a"}, **gone), voice(**gone), voice(**gone))
    assert packages(standing) == [package({SURVEY}, ("GBR", "a"))]
    assert standing.is_struck_out(COURSE)
    half = of(voice({"survey": "a", "course": "a"}, **gone), voice(**gone), voice())
    assert packages(half)[0].items == {SURVEY, COURSE}
    assert not half.is_struck_out(COURSE)


def test_what_is_not_agreed_in_a_package_is_told_for_the_languages_of_an_edition():
    standing = of(
        voice({"survey": "a", "course": "a"}, survey={"period": "2013"}, course={"title.ru": "Курс"}),
        voice(survey={"period": "2014"}),
        voice(survey={"period": "2014"}),
    )
    (one,) = packages(standing)
    assert unagreed(standing, one, ["en"]) == [SURVEY]
    assert unagreed(standing, one, ["en", "ru"]) == sorted([SURVEY, COURSE])


@pytest.mark.parametrize("ties", [{"survey": "a", "course": "a"}, {"plan": "all"}])
def test_a_package_of_one_of_three_blocks_the_freeze_and_changes_no_standing(ties):
    others = voice(survey={"period": "2013"}), voice(survey={"period": "2014"})
    tied, free = of(voice(ties), *others), of(voice(), *others)
    for name in map(item, NAMES):
        told = {field: found for field, found in tied.fields(name) if field != "package"}
        assert told == dict(free.fields(name))
    assert {one.reason for one in freeze(free, PLAN, ["en"]).obstacles} == {"open"}
    blocked = {(one.item, one.reason) for one in freeze(tied, PLAN, ["en"]).obstacles}
    assert blocked == {(SURVEY, "open"), (SURVEY, "package")}


# Properties: three parties, any words, any packages

values = st.sampled_from([None, None, "2013", "2014"])
presence = st.sampled_from(["yes", "yes", "yes", None])
ties = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["a", "b", "c"]), max_size=4)
voices = st.builds(
    lambda tied, said: voice(tied, **said),
    ties,
    st.dictionaries(
        st.sampled_from(NAMES[2:]), st.fixed_dictionaries({"present": presence, "period": values}), max_size=3
    ),
)


@given(st.tuples(voices, voices, voices))
def test_the_order_of_parties_never_matters(all_):
    named = dict(zip(CODES, all_, strict=True))
    results = []
    for order in permutations(CODES):
        standing = Standing(SCHEMA, {code: named[code] for code in order})
        told = {
            (name, field): (found.status, found.value, found.words, frozenset(found.waits_for))
            for name in standing.items()
            for field, found in standing.fields(name)
        }
        scopes = {name: (standing.scope(name), standing.is_struck_out(name)) for name in standing.items()}
        frozen = freeze(standing, PLAN, ["en"])
        root = root_of(frozen.content, NAMING, bytes(32)) if frozen.content else ""
        results.append((told, scopes, packages(standing), frozen, root, freeze(standing, YEAR, ["en"])))
    assert all(result == results[0] for result in results)


@given(st.tuples(voices, voices, voices))
def test_no_item_is_in_two_packages_and_every_tied_item_is_in_one(all_):
    standing = of(*all_)
    found = packages(standing)
    items = [one for group in found for one in group.items]
    assert len(items) == len(set(items))
    for code, said in standing.voices.items():
        for name, words in said.words.items():
            tied = words.get("package")
            if tied and tied.value and standing.presence(name):
                (home,) = [group for group in found if name in group.items]
                assert Tie(code, tied.value) in home.ties


@given(st.tuples(voices, voices, voices))
def test_whatever_is_tied_stands_as_it_would_alone(all_):
    bare = [
        Voice({name: {f: w for f, w in words.items() if f != "package"} for name, words in one.words.items()}, [{}])
        for one in all_
    ]
    tied, free = of(*all_), of(*bare)
    for name in tied.items():
        assert {f: found for f, found in tied.fields(name) if f != "package"} == dict(free.fields(name))


# Whose turn it is when an item is to be struck out


def spoken(*words):
    """Three parties' words on `present`, and what each had seen of the others when it spoke: (value, seen)."""
    return Standing(
        SCHEMA,
        {
            code: Voice({SURVEY: {"present": Word(value, True, 0)}} if seen is not None else {}, [seen])  # noqa: FBT003
            for code, (value, seen) in zip(CODES, words, strict=True)
        },
    ).field(SURVEY, "present")


def test_a_strike_out_is_for_those_to_answer_who_have_not_seen_it():
    found = spoken((None, {"KAZ": 1, "USA": 1}), ("yes", {}), ("yes", {}))
    assert (found.status, found.waits_for) == (Status.WITHDRAWN, ("KAZ", "USA"))


def test_whoever_takes_it_back_too_has_answered_and_who_insists_has_too():
    assert spoken((None, {"USA": 1}), (None, {"USA": 1}), ("yes", {})).waits_for == ("USA",)
    assert spoken((None, {}), (None, {}), ("yes", {"GBR": 1, "KAZ": 1})).waits_for == ("GBR", "KAZ")


def test_who_never_wanted_it_is_not_asked():
    assert spoken((None, {"USA": 1}), (None, None), ("yes", {})).waits_for == ("USA",)
