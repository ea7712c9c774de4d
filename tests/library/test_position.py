"""Feeds in, standing out: a field is agreed when all parties say the same, and otherwise it is told how it stands."""

from __future__ import annotations

from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from kelisim.ledger.segment import AD_REFERENDUM, Statement
from kelisim.plan import Rule, schema
from kelisim.position import ORDER, Standing, Status, Voice, Word, speak, status_of
from tests.parties import item

SCHEMA = schema()
SURVEY, PLAN, YEAR, LINE = (item(name) for name in ("survey", "plan", "2014", "line"))
CODES = ("KAZ", "USA", "UZB")
NEVER, TAKEN_BACK = None, Word(None, True, 0)  # noqa: FBT003  (firm, as the word says)


def firm(value, segment=0):
    return Word(value, firm=True, segment=segment)


def held(value):
    return Word(value, firm=False, segment=0)


def told(*words, field="period", **voice):
    """The standing after each party has said one word on one field of one item."""
    return Standing(
        SCHEMA,
        {
            code: Voice({SURVEY: {field: word}} if word else {}, [{}], **voice)
            for code, word in zip(CODES, words, strict=False)
        },
    )


def says(**fields):
    """What a party says of items: `says(survey={"kind": "activity"})`; all firm, all in its first segment."""
    return Voice(
        {item(name): {field: firm(value) for field, value in all_.items()} for name, all_ in fields.items()}, [{}]
    )


# How a joint field stands

TABLE = [
    ((firm("2013"), firm("2013")), Status.AGREED),
    ((held("2013"), firm("2013")), Status.AD_REFERENDUM),
    ((held("2013"), held("2013")), Status.AD_REFERENDUM),
    ((firm("2013"), NEVER), Status.ONE_SIDED),
    ((held("2013"), NEVER), Status.ONE_SIDED),
    ((firm("2013"), TAKEN_BACK), Status.WITHDRAWN),
    ((held("2013"), TAKEN_BACK), Status.WITHDRAWN),
    ((firm("2013"), firm("2014")), Status.OPEN),
    ((held("2013"), firm("2014")), Status.OPEN),
    ((NEVER, NEVER), None),
    ((TAKEN_BACK, NEVER), None),
    ((TAKEN_BACK, TAKEN_BACK), None),
    ((firm("next year"), firm("next year")), Status.NOT_UNDERSTOOD),
    ((held("next year"), firm("next year")), Status.NOT_UNDERSTOOD),
    ((firm("2013"), firm("2013"), firm("2013")), Status.AGREED),
    ((firm("2013"), held("2013"), firm("2013")), Status.AD_REFERENDUM),
    ((firm("2013"), firm("2013"), NEVER), Status.ONE_SIDED),
    ((firm("2013"), TAKEN_BACK, NEVER), Status.WITHDRAWN),
    ((firm("2013"), firm("2013"), TAKEN_BACK), Status.WITHDRAWN),
    ((firm("2013"), firm("2014"), NEVER), Status.OPEN),
    ((firm("2013"), firm("2014"), TAKEN_BACK), Status.OPEN),
    ((firm("2013"), firm("2013"), held("2014")), Status.OPEN),
    ((NEVER, TAKEN_BACK, TAKEN_BACK), None),
]


@pytest.mark.parametrize(("words", "status"), TABLE)
def test_a_field_stands_as_the_words_of_all_parties_say_whoever_says_which(words, status):
    for order in permutations(words):
        found = told(*order).field(SURVEY, "period")
        assert (found.status if found else None) == status


@pytest.mark.parametrize(("words", "status"), TABLE)
def test_a_contested_word_goes_before_everything_else(words, status):
    del status
    for order in permutations(words):
        found = told(*order, disputed=frozenset({(SURVEY, "period")})).field(SURVEY, "period")
        assert found.status is Status.CONTESTED


def test_from_the_least_settled_to_the_most_there_is_one_order():
    assert list(ORDER) == [
        "contested",
        "open",
        "withdrawn",
        "one-sided",
        "not-understood",
        "ad-referendum",
        "agreed",
        "account",
    ]


def test_saying_the_same_without_reserve_confirms_it():
    """The capital has answered: the word that waited is said again, now firm."""
    said = [
        [Statement(field="period", hold=AD_REFERENDUM, item=SURVEY, value="2013")],
        [Statement(field="period", item=SURVEY, value="2013")],
        [Statement(field="period", item=SURVEY, value=UNSET)],
    ]
    stands = [held("2013"), firm("2013", 1), Word(None, firm=True, segment=2)]
    for last, word in enumerate(stands):
        words = {}
        for place in reversed(range(last + 1)):
            speak(words, place, said[place])
        assert words == {SURVEY: {"period": word}}


def test_a_field_that_nobodys_word_stands_on_is_not_shown():
    standing = told(TAKEN_BACK, NEVER)
    assert standing.items() == [SURVEY]
    assert list(standing.fields(SURVEY)) == []


def test_the_value_is_that_which_all_say_and_there_is_none_otherwise():
    assert told(firm("2013"), held("2013")).field(SURVEY, "period").value == "2013"
    assert told(firm("2013"), firm("2014")).field(SURVEY, "period").value is None
    assert told(firm("2013"), NEVER).field(SURVEY, "period").value is None
    assert told(firm("2013"), TAKEN_BACK).field(SURVEY, "period").values == {"KAZ": "2013"}


def test_only_what_is_agreed_and_firm_counts_as_agreed():
    assert told(firm("2013"), firm("2013")).agreed(SURVEY, "period") == "2013"
    assert told(firm("2013"), held("2013")).agreed(SURVEY, "period") is None
    assert told(NEVER, NEVER).agreed(SURVEY, "period") is None


def test_words_differ_by_their_bytes_alone():
    assert told(firm("2013-Q1"), firm("2013-01/2013-03")).field(SURVEY, "period").status is Status.OPEN


# What is not understood here


def test_a_field_that_the_schema_does_not_know_never_counts_as_agreed():
    found = told(firm("green"), firm("green"), field="colour").field(SURVEY, "colour")
    assert (found.status, found.value, found.values) == (
        Status.NOT_UNDERSTOOD,
        None,
        {"KAZ": "green", "USA": "green"},
    )


def test_a_field_that_this_kind_of_item_has_not_never_counts_as_agreed():
    one = says(survey={"kind": "article", "period": "2013"})
    assert Standing(SCHEMA, {"KAZ": one, "USA": one}).field(SURVEY, "period").status is Status.NOT_UNDERSTOOD


def test_a_kind_that_is_not_known_is_not_understood_itself():
    one = says(survey={"kind": "treaty"})
    assert Standing(SCHEMA, {"KAZ": one, "USA": one}).field(SURVEY, "kind").status is Status.NOT_UNDERSTOOD


def test_while_it_is_not_agreed_how_it_stands_is_told_whether_it_is_understood_or_not():
    assert told(firm("soon"), firm("later")).field(SURVEY, "period").status is Status.OPEN
    assert told(firm("soon"), NEVER).field(SURVEY, "period").status is Status.ONE_SIDED


# Contested


def contested(disputed=(), **voice):
    """KAZ's line is contested after it spoke of `number`; USA has said the same of `number` and `period`."""
    kaz = Voice({SURVEY: {"number": firm("1")}}, [{}], contested=True, disputed=frozenset(disputed), **voice)
    usa = Voice({SURVEY: {"number": firm("1"), "period": firm("2013")}}, [{}])
    return Standing(SCHEMA, {"KAZ": kaz, "USA": usa})


def test_what_a_party_said_before_its_line_was_contested_still_counts():
    assert contested().field(SURVEY, "number").status is Status.AGREED


def test_where_a_party_whose_line_is_contested_has_no_earlier_word_it_is_contested():
    assert contested().field(SURVEY, "period").status is Status.CONTESTED


def test_a_word_in_the_contested_stretch_contests_its_field_and_no_other():
    standing = contested([(SURVEY, "number"), (LINE, "number")])
    assert standing.field(SURVEY, "number").status is Status.CONTESTED
    assert dict(standing.fields(LINE))["number"].status is Status.CONTESTED


def test_what_is_contested_on_one_item_is_not_shown_on_another():
    assert [name for name, _ in contested([(LINE, "title.en")]).fields(SURVEY)] == ["number", "period"]


def test_the_others_fields_of_their_own_are_not_contested_by_it():
    usa = Voice({SURVEY: {"contact.USA": firm("Desk"), "held": firm("yes")}}, [{}])
    standing = Standing(SCHEMA, {"KAZ": Voice(contested=True), "USA": usa})
    assert standing.field(SURVEY, "contact.USA").status is Status.ACCOUNT
    assert standing.field(SURVEY, "held").status is Status.ACCOUNT


@pytest.mark.parametrize("field", ["contact.KAZ", "held"])
@pytest.mark.parametrize("earlier", [{}, {"contact.KAZ": firm("Desk"), "held": firm("yes")}])
def test_a_partys_own_account_is_contested_where_its_word_is(field, earlier):
    kaz = Voice({SURVEY: earlier}, [{}], contested=True, disputed=frozenset({(SURVEY, field)}))
    standing = Standing(SCHEMA, {"KAZ": kaz, "USA": Voice()})
    assert dict(standing.fields(SURVEY))[field].status is Status.CONTESTED


def test_nobody_contests_a_field_that_belongs_to_another():
    kaz = Voice(contested=True, disputed=frozenset({(SURVEY, "contact.USA")}))
    usa = Voice({SURVEY: {"contact.USA": firm("Desk")}}, [{}])
    assert Standing(SCHEMA, {"KAZ": kaz, "USA": usa}).field(SURVEY, "contact.USA").status is Status.ACCOUNT


# Fields of one party, fields of each


def test_an_own_field_counts_from_the_party_it_belongs_to_alone():
    found = told(firm("2013-05"), firm("2013-06"), field="available.USA").field(SURVEY, "available.USA")
    assert (found.status, found.values, found.value) == (Status.ACCOUNT, {"USA": "2013-06"}, None)


def test_what_others_say_in_a_partys_own_field_is_not_shown():
    assert told(firm("2013-05"), NEVER, field="available.USA").field(SURVEY, "available.USA") is None
    assert told(firm("2013-05"), NEVER, field="available.FRA").field(SURVEY, "available.FRA") is None


def test_in_an_each_field_every_party_gives_its_own_account_side_by_side():
    found = told(firm("yes"), held("partly"), TAKEN_BACK, field="held").field(SURVEY, "held")
    assert (found.status, found.values, found.waits_for) == (Status.ACCOUNT, {"KAZ": "yes", "USA": "partly"}, ())


def test_an_account_that_is_taken_back_is_gone():
    assert told(TAKEN_BACK, NEVER, field="held").field(SURVEY, "held") is None


def test_a_joint_field_about_a_party_needs_all_of_them():
    assert told(firm("12"), NEVER, field="attend.KAZ").field(SURVEY, "attend.KAZ").status is Status.ONE_SIDED


# Whose turn it is


def waits(scenario, by="KAZ", field="period"):
    return scenario[by].field("survey", field).waits_for


def test_a_proposal_waits_for_those_who_have_not_spoken(scenario):
    """
    KAZ says survey period 2013-05
    USA says survey number 1
    all meet
    UZB dispatches
    """
    assert waits(scenario) == ("USA", "UZB")
    assert waits(scenario, field="number") == ("KAZ", "UZB")


def test_an_open_field_waits_for_whoever_has_not_answered_the_others_words(scenario):
    """
    KAZ says survey period 2013-05
    KAZ sends to USA
    USA says survey period 2013-06
    USA sends to KAZ
    """
    assert waits(scenario) == waits(scenario, "USA") == ("KAZ",)


def test_words_that_crossed_wait_for_both(scenario):
    """
    KAZ says survey period 2013-05
    USA says survey period 2013-06
    all meet
    """
    assert waits(scenario) == ("KAZ", "USA")


def test_who_insists_has_answered(scenario):
    """
    KAZ says survey period 2013-05
    KAZ sends to USA
    USA says survey period 2013-06
    USA sends to KAZ
    KAZ says survey period 2013-05
    KAZ sends to USA
    """
    assert waits(scenario) == waits(scenario, "USA") == ("USA",)


def test_of_three_those_who_differ_and_have_not_answered_and_those_who_are_silent_wait(scenario):
    """
    KAZ says survey period 2013-05
    all meet
    USA says survey period 2013-06
    all meet
    UZB says survey number 1
    all meet
    """
    assert waits(scenario, "UZB") == ("KAZ", "UZB")


def test_a_word_taken_back_waits_for_whoever_took_it_back(scenario):
    """
    all say survey period 2013-05
    all meet
    USA withdraws survey period
    all meet
    """
    assert scenario["KAZ"].field("survey", "period").status is Status.WITHDRAWN
    assert waits(scenario) == ("USA",)


def test_an_ad_referendum_waits_for_the_parties_whose_capital_has_not_answered(scenario):
    """
    KAZ says survey period 2013-05
    USA says survey period 2013-05 ad referendum
    all meet
    """
    assert waits(scenario) == ("USA",)


def test_what_is_agreed_waits_for_nobody(scenario):
    """
    all say survey period 2013-05
    all meet
    """
    assert waits(scenario) == ()


def test_who_answered_before_the_other_was_restored_has_still_answered(scenario):
    """
    KAZ says survey period 2013-05
    KAZ sends to USA
    KAZ is backed up
    KAZ is restored
    KAZ sends to USA
    USA says survey period 2013-06
    USA sends to KAZ
    """
    assert waits(scenario) == waits(scenario, "USA") == ("KAZ",)


def test_whose_turn_it_is_on_several_fields_is_told_in_the_order_of_the_parties():
    voices = {code: Voice({SURVEY: {}}, [{}]) for code in CODES}
    voices["KAZ"] = Voice({SURVEY: {"period": firm("2013"), "number": held("1")}}, [{}])
    voices["USA"] = Voice({SURVEY: {"period": firm("2013"), "number": firm("1")}}, [{}])
    voices["UZB"] = Voice({SURVEY: {"number": firm("1"), "venue": firm("Tashkent")}}, [{}])
    standing = Standing(SCHEMA, voices)
    assert standing.waits(SURVEY, ["period"]) == ("UZB",)
    assert standing.waits(SURVEY, ["period", "number"]) == ("KAZ", "UZB")
    assert standing.waits(SURVEY, ["venue", "period"]) == CODES
    assert standing.waits(SURVEY, ["title.en", "language"]) == ()
    assert standing.waits(SURVEY, []) == ()


def test_what_an_item_is_called_is_told_whoever_says_it():
    voices = {"KAZ": says(survey={"available.KAZ": "2013-05"}), "USA": says(survey={"number": "4.1"})}
    standing = Standing(SCHEMA, voices)
    assert standing.said(SURVEY, "number") == "4.1"
    assert standing.said(SURVEY, "period") is None
    assert standing.said(SURVEY, "available.KAZ") == "2013-05"
    assert standing.said(SURVEY, "available.USA") is None
    assert standing.said(PLAN, "number") is None


# Where an item belongs

FRAME = {"plan": {"kind": "plan", "present": "yes"}}


def both(**fields):
    return Standing(SCHEMA, dict.fromkeys(("KAZ", "USA"), says(**fields)))


def test_a_plan_is_its_own_scope_and_what_hangs_on_it_is_in_it():
    survey = {"survey": {"kind": "activity", "parent": LINE}, "line": {"kind": "line", "parent": PLAN}}
    standing = both(**FRAME, **survey)
    assert [standing.scope(one) for one in (PLAN, LINE, SURVEY)] == [PLAN] * 3
    assert [standing.home(one) for one in (PLAN, LINE, SURVEY, SURVEY)] == [PLAN] * 4


def test_a_plan_under_a_plan_is_a_scope_of_its_own():
    year = {"2014": {"kind": "plan", "parent": PLAN}, "survey": {"kind": "activity", "parent": YEAR}}
    standing = both(**FRAME, **year)
    assert [standing.scope(one) for one in (PLAN, YEAR, SURVEY)] == [PLAN, YEAR, YEAR]


@pytest.mark.parametrize(
    "fields", [{"line": {"parent": SURVEY}, "survey": {"parent": LINE}}, {"line": {"parent": LINE}}]
)
def test_a_cycle_is_in_no_scope(fields):
    standing = both(**fields)
    assert standing.scope(LINE) is None
    assert standing.home(LINE) is None


def test_an_item_whose_parent_is_not_agreed_is_in_no_scope_but_is_shown_under_its_home():
    usa = says(**FRAME)
    kaz = says(**FRAME, survey={"kind": "activity", "parent": PLAN})
    standing = Standing(SCHEMA, {"KAZ": kaz, "USA": usa})
    assert standing.scope(SURVEY) is None
    assert standing.home(SURVEY) == PLAN
    assert standing.parents(SURVEY) == {PLAN}


def test_the_way_up_ends_where_it_is_not_agreed_what_an_item_is():
    below = {"kind": "activity", "parent": LINE}
    kaz = says(plan={"kind": "plan"}, line={"kind": "line", "parent": PLAN}, survey=below)
    usa = says(plan={"kind": "plan"}, line={"kind": "article", "parent": PLAN}, survey=below)
    standing = Standing(SCHEMA, {"KAZ": kaz, "USA": usa})
    assert standing.scope(LINE) is None
    assert standing.scope(SURVEY) is None
    assert standing.home(SURVEY) == PLAN


def test_an_item_that_nobody_gave_a_place_has_none():
    standing = both(survey={"kind": "activity"})
    assert (standing.scope(SURVEY), standing.home(SURVEY), standing.parents(SURVEY)) == (None, None, set())
    assert standing.said(SURVEY, "number") is None


def test_a_plan_is_a_scope_only_once_all_call_it_a_plan():
    standing = Standing(SCHEMA, {"KAZ": says(**FRAME), "USA": Voice()})
    assert standing.scope(PLAN) is None
    assert standing.home(PLAN) == PLAN


def test_presence_is_how_it_stands_with_being_in_the_plan():
    standing = Standing(SCHEMA, {"KAZ": says(**FRAME), "USA": Voice()})
    assert standing.presence(PLAN) is Status.ONE_SIDED
    assert standing.presence(SURVEY) is None


def test_items_are_those_that_anybody_spoke_of():
    assert both(survey={"number": "1"}, plan={"number": "0"}).items() == sorted([SURVEY, PLAN])


# Properties

fields = ["kind", "parent", "number", "present", "period", "attend.KAZ", "available.USA", "held", "package", "colour"]
things = ["plan", "activity", "yes", "1", "2013", PLAN, SURVEY]
words = st.builds(Word, st.none() | st.sampled_from(things), st.booleans(), st.integers(0, 2))
voices = st.builds(
    Voice,
    st.dictionaries(st.sampled_from([PLAN, SURVEY, LINE]), st.dictionaries(st.sampled_from(fields), words)),
    st.just([dict(zip(CODES, seen, strict=True)) for seen in ([0, 0, 0], [1, 1, 1], [3, 2, 1])]),
    st.booleans(),
    st.frozensets(st.tuples(st.sampled_from([PLAN, SURVEY]), st.sampled_from(fields)), max_size=3),
)
circles = st.lists(voices, min_size=2, max_size=3).map(lambda all_: dict(zip(CODES, all_, strict=False)))


def picture(standing):
    """Everything that a standing tells, with the parties in no order."""
    return {
        (one, name): (found.status, dict(found.words), found.value, set(found.waits_for))
        for one in standing.items()
        for name, found in standing.fields(one)
    } | {one: (standing.scope(one), standing.kind(one), standing.presence(one)) for one in standing.items()}


@given(circles)
def test_the_order_of_the_parties_never_matters(by_code):
    pictures = [picture(Standing(SCHEMA, dict(order))) for order in permutations(by_code.items())]
    assert all(one == pictures[0] for one in pictures)


@given(circles)
def test_a_party_speaks_only_for_itself(by_code):
    standing = Standing(SCHEMA, by_code)
    for one in standing.items():
        for _, found in standing.fields(one):
            for code, word in found.words.items():
                assert word in by_code[code].words[one].values()


@given(circles)
def test_what_is_agreed_is_what_every_party_says_firmly_and_is_understood(by_code):
    standing = Standing(SCHEMA, by_code)
    for one, name in product(standing.items(), fields):
        value = standing.agreed(one, name)
        said = [voice.word(one, name) for voice in by_code.values()]
        if value is not None:
            assert all(word and word.firm and word.value == value for word in said)
            assert SCHEMA.understands(name, value, None)
            assert SCHEMA.rule(name) is Rule.JOINT


@given(st.lists(st.none() | words, min_size=2, max_size=4), st.booleans())
def test_the_status_hangs_on_the_words_and_not_on_who_says_them(said, contested):
    assert len({status_of(list(order), contested=contested) for order in permutations(said)}) == 1


@given(st.lists(st.none() | words, min_size=2, max_size=4))
def test_what_is_agreed_is_open_again_when_one_word_changes(said):
    if status_of(said, contested=False) is Status.AGREED:
        for place in range(len(said)):
            for other in (firm("another"), TAKEN_BACK, NEVER, held(said[place].value)):
                assert status_of([*said[:place], other, *said[place + 1 :]], contested=False) is not Status.AGREED
