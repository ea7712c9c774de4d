"""An edition is what all parties agree on of the items present in a scope; anybody can check its file alone."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim import edition
from kelisim.edition import Naming, Obstacle, freeze, root_of
from kelisim.errors import NotNow
from kelisim.ledger import seal
from kelisim.plan import schema
from kelisim.position import Standing, Voice, Word
from tests.library import keysmith as k
from tests.parties import item

SCHEMA = schema()
PLAN, YEAR, SURVEY, COURSE, TALKS = (item(name) for name in ("plan", "2014", "survey", "course", "talks"))
FRAME = {"kind": "plan", "present": "yes"}
IN_PLAN = {"kind": "activity", "parent": PLAN, "present": "yes"}
EN = ("en",)


def voice(*, contested=(), held=(), **fields):
    """What a party says of items; fields in `held` wait for the capital, a None is taken back."""
    words = {
        item(name): {one: Word(value, one not in held, 0) for one, value in all_.items()}
        for name, all_ in fields.items()
    }
    return Voice(words, [{}], disputed=frozenset((item(name), field) for name, field in contested))


def of(*voices):
    return Standing(SCHEMA, dict(zip(("KAZ", "USA", "UZB"), voices, strict=False)))


def agreed(**fields):
    one = voice(plan=FRAME, **fields)
    return of(one, one)


def differing(kaz, usa, **both):
    """A standing in which the parties differ on the survey alone."""
    survey = {**IN_PLAN, **both}
    return of(voice(plan=FRAME, survey={**survey, **kaz}), voice(plan=FRAME, survey={**survey, **usa}))


def obstacles(standing, languages=EN, scope=PLAN):
    return freeze(standing, scope, languages).obstacles


# What enters


def test_the_joint_fields_that_are_agreed_and_firm_enter():
    found = freeze(agreed(survey={**IN_PLAN, "period": "2013-08", "title.en": "Survey"}), PLAN, EN)
    assert found.content == {PLAN: FRAME, SURVEY: {**IN_PLAN, "period": "2013-08", "title.en": "Survey"}}
    assert (found.left_out, found.obstacles) == ((), ())
    assert edition.require(found) == found.content


@pytest.mark.parametrize("field", ["available.KAZ", "contact.USA", "held", "account.en", "source"])
def test_fields_of_one_party_or_of_each_never_enter_and_never_block(field):
    for standing in (
        differing({field: "2013"}, {}),
        differing({field: "2013"}, {field: "2014"}),
        agreed(survey={**IN_PLAN, field: "no"}),
    ):
        found = freeze(standing, PLAN, EN)
        assert found.content[SURVEY] == IN_PLAN
        assert found.obstacles == ()


def test_a_text_in_a_language_that_the_edition_is_not_in_neither_enters_nor_blocks():
    standing = differing(
        {"title.ru": "Съемка"}, {"title.ru": "Обследование"}, **{"title.kk": "Түсірілім", "title.en": "Survey"}
    )
    found = freeze(standing, PLAN, EN)
    assert (found.content[SURVEY], found.obstacles) == ({**IN_PLAN, "title.en": "Survey"}, ())
    assert obstacles(standing, ["en", "ru"]) == (Obstacle(SURVEY, "title.ru", "open"),)


def test_a_scope_ends_where_another_plan_begins():
    year = {"kind": "plan", "parent": PLAN, "present": "yes"}
    standing = agreed(**{"2014": year, "survey": IN_PLAN, "course": {**IN_PLAN, "parent": YEAR}})
    assert set(freeze(standing, PLAN, EN).content) == {PLAN, SURVEY}
    assert set(freeze(standing, YEAR, EN).content) == {YEAR, COURSE}


# What is left out


def test_an_item_that_not_all_want_is_left_out_and_listed():
    usa = {"kind": "activity", "parent": PLAN}
    found = freeze(of(voice(plan=FRAME, survey=IN_PLAN), voice(plan=FRAME, survey=usa)), PLAN, EN)
    assert (set(found.content), found.left_out, found.obstacles) == ({PLAN}, (SURVEY,), ())


@pytest.mark.parametrize("presence", [{}, {"present": None}])
def test_an_item_that_nobody_wants_is_left_out_and_listed_whatever_else_is_open_on_it(presence):
    kaz, usa = ({"kind": "activity", "parent": PLAN, "period": period, **presence} for period in ("2013", "2014"))
    found = freeze(of(voice(plan=FRAME, survey=kaz), voice(plan=FRAME, survey=usa)), PLAN, EN)
    assert (set(found.content), found.left_out, found.obstacles) == ({PLAN}, (SURVEY,), ())


# What blocks


@pytest.mark.parametrize(
    ("kaz", "usa", "reason"),
    [
        ({"period": "2013"}, {"period": "2014"}, "open"),
        ({"period": "2013"}, {"period": None}, "withdrawn"),
        ({"period": "2013"}, {}, "one-sided"),
        ({"period": "soon"}, {"period": "soon"}, "not-understood"),
    ],
)
def test_a_joint_field_of_a_present_item_that_is_not_agreed_blocks(kaz, usa, reason):
    assert obstacles(differing(kaz, usa)) == (Obstacle(SURVEY, "period", reason),)


def test_a_joint_field_that_waits_for_a_capital_blocks():
    survey = {**IN_PLAN, "period": "2013"}
    usa = voice(plan=FRAME, survey=survey, held=["period"])
    assert obstacles(of(voice(plan=FRAME, survey=survey), usa)) == (Obstacle(SURVEY, "period", "ad-referendum"),)


def test_a_contested_field_blocks():
    survey = {**IN_PLAN, "period": "2013"}
    usa = voice(plan=FRAME, survey=survey, contested=[("survey", "period")])
    assert obstacles(of(voice(plan=FRAME, survey=survey), usa)) == (Obstacle(SURVEY, "period", "contested"),)


@pytest.mark.parametrize(("usa", "reason"), [({"present": "no"}, "open"), ({"present": None}, "withdrawn")])
def test_an_item_on_whose_presence_the_parties_differ_blocks(usa, reason):
    assert obstacles(differing({}, usa)) == (Obstacle(SURVEY, "present", reason),)


def test_an_item_whose_presence_waits_for_a_capital_or_is_contested_blocks():
    kaz = voice(plan=FRAME, survey=IN_PLAN)
    held = voice(plan=FRAME, survey={**IN_PLAN})
    held.words[SURVEY]["present"] = Word("yes", firm=False, segment=0)
    assert obstacles(of(kaz, held)) == (Obstacle(SURVEY, "present", "ad-referendum"),)
    disputed = voice(plan=FRAME, survey=IN_PLAN, contested=[("survey", "present")])
    assert obstacles(of(kaz, disputed)) == (Obstacle(SURVEY, "present", "contested"),)


@pytest.mark.parametrize("usa", [{}, {"colour": "green"}, {"colour": "red"}])
def test_a_field_that_the_schema_does_not_know_blocks(usa):
    assert [(one.item, one.field) for one in obstacles(differing({"colour": "green"}, usa))] == [(SURVEY, "colour")]


def test_a_field_that_this_kind_of_item_has_not_blocks():
    assert obstacles(agreed(survey={**IN_PLAN, "text.en": "Text"})) == (Obstacle(SURVEY, "text.en", "not-understood"),)


@pytest.mark.parametrize("usa", [{}, {"kind": "activity", "parent": YEAR, "present": "yes"}, {"kind": "activity"}])
def test_an_item_that_one_party_puts_in_the_scope_blocks_while_its_place_is_not_agreed(usa):
    standing = of(voice(plan=FRAME, survey=IN_PLAN), voice(plan=FRAME, survey=usa))
    assert obstacles(standing) == (Obstacle(SURVEY, "", "elsewhere"),)


def test_an_item_under_an_item_of_the_scope_blocks_likewise():
    survey = {"kind": "activity", "parent": COURSE, "present": "yes"}
    standing = of(voice(plan=FRAME, course=IN_PLAN, survey=survey), voice(plan=FRAME, course=IN_PLAN))
    assert obstacles(standing) == (Obstacle(SURVEY, "", "elsewhere"),)


def test_an_item_that_belongs_elsewhere_by_agreement_does_not_block():
    year = {"kind": "plan", "parent": PLAN, "present": "yes"}
    survey = {**IN_PLAN, "parent": YEAR, "period": "2014"}
    kaz, usa = (voice(plan=FRAME, survey={**survey, "period": period}, **{"2014": year}) for period in ("2013", "2014"))
    assert obstacles(of(kaz, usa)) == ()
    assert obstacles(of(kaz, usa), scope=YEAR) == (Obstacle(SURVEY, "period", "open"),)


def test_an_item_that_nobody_wants_present_does_not_block_wherever_it_is_put():
    standing = of(voice(plan=FRAME, survey={**IN_PLAN, "present": None}), voice(plan=FRAME))
    assert obstacles(standing) == ()


@pytest.mark.parametrize(
    "kaz", [{}, {"plan": {"kind": "plan"}}, {"plan": {"kind": "line", "present": "yes"}}, {"survey": IN_PLAN}]
)
def test_what_is_not_a_plan_that_all_want_cannot_be_frozen(kaz):
    standing = of(voice(**kaz), voice(**kaz))
    assert Obstacle(PLAN, "present", "elsewhere") in obstacles(standing)
    with pytest.raises(NotNow) as refusal:
        edition.require(freeze(standing, PLAN, EN))
    assert refusal.value.code == "freeze-blocked"


def test_with_three_parties_all_must_agree():
    full, silent = voice(plan=FRAME, survey=IN_PLAN), voice(plan=FRAME)
    assert obstacles(of(full, full, full)) == ()
    assert obstacles(of(full, full, silent)) == (Obstacle(SURVEY, "", "elsewhere"),)


# Packages


def packaged(ours, open_on=(), **more):
    """Items that KAZ tied under names, with a period that is open on some of them."""
    items = {name: {**IN_PLAN, "period": "2013", **more.get(name, {})} for name in ("survey", "course", "talks")}
    usa = {name: {**all_, "period": "2014" if name in open_on else "2013"} for name, all_ in items.items()}
    kaz = {name: {**all_, **({"package": ours[name]} if name in ours else {})} for name, all_ in items.items()}
    return of(voice(**{"plan": FRAME, **kaz}), voice(**{"plan": FRAME, **usa}))


def blocked(standing, scope=PLAN):
    return {one.item for one in obstacles(standing, scope=scope) if one.reason == "package"}


def test_a_package_that_is_wholly_agreed_blocks_nothing():
    assert obstacles(packaged({"survey": "a", "course": "a"})) == ()


def test_a_package_blocks_while_one_of_its_items_is_not_agreed():
    assert blocked(packaged({"survey": "a", "course": "a"}, ["survey"])) == {SURVEY}


def test_an_item_outside_the_package_does_not_count_for_it():
    assert blocked(packaged({"survey": "a", "course": "a"}, ["talks"])) == set()


def test_a_package_blocks_every_scope_that_it_touches():
    year = {"kind": "plan", "parent": PLAN, "present": "yes"}
    course = {**IN_PLAN, "parent": YEAR, "period": "2014", "package": "a"}
    survey = {**IN_PLAN, "package": "a"}
    kaz, usa = (
        voice(plan=FRAME, survey=survey, course={**course, "period": period}, **{"2014": year})
        for period in ("2013", "2014")
    )
    assert blocked(of(kaz, usa)) == {COURSE}
    assert obstacles(of(kaz, usa)) == (Obstacle(COURSE, "", "package"),)


def test_packages_that_overlap_are_one():
    course, talks = {"package": "b"}, {"package": "b"}
    standing = packaged({"survey": "a", "course": "a"}, ["talks"], course=course, talks=talks)
    assert blocked(standing) == {TALKS}
    year = {"2014": {"kind": "plan", "parent": PLAN, "present": "yes"}}
    kaz = voice(
        plan=FRAME, survey={**IN_PLAN, "package": "a"}, course={**IN_PLAN, "parent": YEAR, "package": "a"}, **year
    )
    usa = voice(
        plan=FRAME,
        survey=IN_PLAN,
        course={**IN_PLAN, "parent": YEAR, "package": "b"},
        talks={**IN_PLAN, "parent": YEAR, "package": "b"},
        **year,
    )
    assert blocked(of(kaz, usa)) == {TALKS}


def test_packages_that_do_not_overlap_block_each_for_itself():
    both = ["survey", "talks"]
    assert blocked(packaged({"survey": "a", "talks": "b"}, both)) == {SURVEY, TALKS}
    assert blocked(packaged({"survey": "a", "course": "a", "talks": "b"}, both)) == {SURVEY, TALKS}


def test_the_same_name_of_two_parties_ties_nothing_together():
    year = {"2014": {"kind": "plan", "parent": PLAN, "present": "yes"}}
    kaz = voice(
        plan=FRAME, survey={**IN_PLAN, "package": "a"}, course={**IN_PLAN, "parent": YEAR, "period": "2013"}, **year
    )
    usa = voice(plan=FRAME, survey=IN_PLAN, course={**IN_PLAN, "parent": YEAR, "package": "a"}, **year)
    assert obstacles(of(kaz, usa)) == ()


def test_a_package_on_the_plan_itself_ties_everything_in_it():
    year = {"kind": "plan", "parent": PLAN, "present": "yes"}
    kaz = voice(
        plan={**FRAME, "package": "all"},
        survey={**IN_PLAN, "parent": YEAR, "package": "b"},
        course={**IN_PLAN, "package": "b"},
        talks={**IN_PLAN, "period": "2013"},
        **{"2014": year},
    )
    usa = voice(plan=FRAME, survey={**IN_PLAN, "parent": YEAR}, course=IN_PLAN, talks=IN_PLAN, **{"2014": year})
    assert blocked(of(kaz, usa), YEAR) == {TALKS}


def test_a_package_on_the_plan_itself_ties_nothing_outside_of_it():
    year = {"kind": "plan", "parent": PLAN, "present": "yes"}
    survey = {**IN_PLAN, "parent": YEAR}
    kaz = voice(plan={**FRAME, "package": "all"}, survey={**survey, "period": "2013"}, **{"2014": year})
    usa = voice(plan=FRAME, survey={**survey, "period": "2014"}, **{"2014": year})
    assert obstacles(of(kaz, usa)) == ()


def test_items_struck_out_do_not_count_for_their_package():
    standing = packaged({"survey": "a", "course": "a"}, ["survey"], survey={"present": None})
    assert obstacles(standing) == ()
    assert freeze(standing, PLAN, EN).left_out == (SURVEY,)


def test_a_package_changes_the_standing_of_no_field():
    tied, loose = packaged({"survey": "a", "course": "a"}, ["survey"]), packaged({}, ["survey"])
    for one in (SURVEY, COURSE, TALKS):
        fields = {name: found.status for name, found in tied.fields(one) if name != "package"}
        assert fields == {name: found.status for name, found in loose.fields(one)}


# Properties of a freeze

names = st.sampled_from(["plan", "2014", "survey", "course"])
said = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["plan", "activity", None]),
        "parent": st.sampled_from([PLAN, YEAR, SURVEY]),
        "present": st.sampled_from(["yes", "yes", "no", None]),
        "period": st.sampled_from(["2013", "2014", "soon", None]),
        "package": st.sampled_from(["a", "b"]),
        "title.en": st.just("Title"),
        "title.ru": st.sampled_from(["Имя", "Название"]),
    },
)
spoken = st.builds(
    lambda fields, held: voice(held=held, **fields),
    st.dictionaries(names, said),
    st.sampled_from([(), (), ("period",)]),
)


@given(st.lists(spoken, min_size=2, max_size=3))
def test_the_order_of_the_parties_does_not_matter_to_a_freeze(voices):
    def picture(order):
        found = freeze(of(*order), PLAN, EN)
        return found.content, set(found.left_out), set(found.obstacles)

    assert len({str(sorted(map(str, picture(order)))) for order in permutations(voices[:2])}) == 1
    assert all(picture(order) == picture(voices) for order in permutations(voices))


@given(st.lists(spoken, min_size=2, max_size=3), st.sampled_from([EN, ("ru",), ("en", "ru")]))
def test_only_what_every_party_says_firmly_is_in_an_edition(voices, languages):
    found = freeze(of(*voices), PLAN, languages)
    for one, fields in found.content.items():
        for name, value in fields.items():
            assert all(voice.words[one][name] == Word(value, firm=True, segment=0) for voice in voices)
            assert not name.startswith("title.") or name.removeprefix("title.") in languages


# The root

NAMING = Naming("c" * 64, PLAN, seal.EditionNumber(0, 1))
contents = st.dictionaries(
    st.sampled_from([PLAN, SURVEY, COURSE]),
    st.dictionaries(st.sampled_from(["kind", "present", "title.en"]), st.text(max_size=5), min_size=1),
    min_size=1,
)


@given(contents, contents)
def test_two_editions_have_one_root_only_if_they_say_the_same(one, other):
    assert (root_of(one, NAMING, k.SEED) == root_of(other, NAMING, k.SEED)) == (one == other)


@pytest.mark.parametrize(
    "naming",
    [
        NAMING._replace(circle="d" * 64),
        NAMING._replace(scope=YEAR),
        NAMING._replace(number=seal.EditionNumber(1, 1)),
        NAMING._replace(number=seal.EditionNumber(0, 2)),
    ],
)
def test_the_same_content_under_another_name_has_another_root(naming):
    content = {PLAN: FRAME}
    assert root_of(content, naming, k.SEED) != root_of(content, NAMING, k.SEED)
    assert root_of(content, NAMING, bytes(32)) != root_of(content, NAMING, k.SEED)
