"""The schema is data: which fields there are, of which type, who decides them, and what people call them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.errors import BadValue
from kelisim.language import LANGUAGES
from kelisim.plan import Rule, schema
from kelisim.plan.values import TYPES
from tests.library import strategies

SCHEMA = schema()
FIELDS = {field.stem: field for field in SCHEMA.fields}
NAMED = {
    **{f"kind {kind}": names for kind, names in SCHEMA.kinds.items()},
    **{f"code {of}.{code}": names for of, codes in SCHEMA.codes.items() for code, names in codes.items()},
    **{f"field {field.stem}": field.names for field in SCHEMA.fields},
}
SUFFIXES = {"language": "ru", "party": "KAZ", "cost": "travel", "year": "2014"}


def sample(stem):
    """A field's name, with a suffix where it has one."""
    return stem.replace("*", SUFFIXES.get(FIELDS[stem].per, ""))


def refused(field, value, kind=None):
    with pytest.raises(BadValue) as refusal:
        SCHEMA.written(field, value, kind)
    return refusal.value


# What it says is whole


def test_the_schema_is_read_once():
    assert schema() is SCHEMA
    assert SCHEMA.number == 1


@pytest.mark.parametrize("what", NAMED)
def test_every_field_kind_and_code_has_a_name_in_every_language(what):
    names = NAMED[what]
    assert set(names) == set(LANGUAGES)
    assert all(name.strip() == name != "" for name in names.values())


@pytest.mark.parametrize("stem", FIELDS)
def test_every_field_says_in_every_language_what_it_is_for(stem):
    helps = FIELDS[stem].helps
    assert set(helps) == set(LANGUAGES)
    assert all(help_.endswith(".") and len(help_) > 20 for help_ in helps.values())


@pytest.mark.parametrize("stem", FIELDS)
def test_every_field_has_a_type_that_exists_and_kinds_that_exist(stem):
    assert FIELDS[stem].type in TYPES
    assert FIELDS[stem].kinds <= set(SCHEMA.kinds)


@pytest.mark.parametrize("stem", FIELDS)
def test_every_list_of_codes_that_a_field_names_exists(stem):
    field = FIELDS[stem]
    if field.codes:
        assert SCHEMA.codes_of(field)
    assert field.codes or field.type != "choice"
    assert not field.codes or field.type in ("choice", "codes", "quantity")
    assert field.codes or field.type != "quantity"


@pytest.mark.parametrize("stem", FIELDS)
def test_a_field_has_a_suffix_exactly_where_it_says_what_the_suffix_is(stem):
    assert ("*" in stem) == bool(FIELDS[stem].per)
    assert FIELDS[stem].per in {"", "language", "party", "year", *SCHEMA.codes}


def test_every_list_of_codes_is_used_by_some_field():
    assert set(SCHEMA.codes) == {name for f in SCHEMA.fields for name in (f.codes, f.per)} & set(SCHEMA.codes)


def test_a_name_that_a_person_reads_names_one_field_only():
    for language in LANGUAGES:
        names = [SCHEMA.name(sample(stem), language) for stem in FIELDS]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("stem", FIELDS)
def test_a_field_is_known_by_its_own_name_and_by_no_other_entry(stem):
    known = SCHEMA.type_of(sample(stem))
    assert known is FIELDS[stem]
    assert [f.stem for f in SCHEMA.fields if f.suffix(sample(stem)) is not None] == [stem]


# Suffixes


@pytest.mark.parametrize(
    ("field", "stem"),
    [
        ("title.ru", "title.*"),
        ("attend.KAZ", "attend.*"),
        ("available.USA", "available.*"),
        ("cost.travel.payer", "cost.*.payer"),
        ("cost.travel.amount", "cost.*.amount"),
        ("target", "target"),
        ("target.2014", "target.*"),
        ("pays.USA.fiscal_year", "pays.*.fiscal_year"),
        ("period", "period"),
    ],
)
def test_a_suffix_stands_where_the_star_is(field, stem):
    assert SCHEMA.type_of(field).stem == stem


@pytest.mark.parametrize(
    "field",
    [
        "title",
        "title.",
        ".ru",
        "title.ru.old",
        "titles.ru",
        "period.ru",
        "periods",
        "cost.travel",
        "cost.travel.colour",
        "cost..payer",
        "cost.payer",
        "cost.a.b.payer",
        "cost.bribes.payer",
        "target.14",
        "target.0000",
        "target.20145",
        "actual.KAZ",
        "actual.٢٠١٤",
        "",
    ],
)
def test_anything_else_is_not_known(field):
    assert SCHEMA.type_of(field) is None
    assert not SCHEMA.understands(field, "yes", None)
    assert SCHEMA.name(field, "en") == field


def test_a_suffix_from_a_list_must_be_on_it_and_any_other_is_free():
    assert SCHEMA.type_of("cost.travel.payer")
    assert SCHEMA.type_of("cost.bribes.payer") is None
    assert SCHEMA.type_of("title.tt")


# Who decides


@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("period", Rule.JOINT),
        ("attend.KAZ", Rule.JOINT),
        ("available.KAZ", Rule.OWN),
        ("contact.USA", Rule.OWN),
        ("held", Rule.EACH),
        ("account.ru", Rule.EACH),
        ("package", Rule.EACH),
        ("target.2014", Rule.JOINT),
        ("actual.2014", Rule.EACH),
        ("stage", Rule.EACH),
        ("identifiers", Rule.EACH),
        ("pays.KAZ.amount", Rule.JOINT),
        ("spent.KAZ", Rule.OWN),
        ("approval.USA", Rule.OWN),
    ],
)
def test_the_rule_hangs_on_the_stem_not_on_the_suffix(field, rule):
    assert SCHEMA.rule(field) is rule


def test_a_field_that_is_not_known_is_joint_so_that_nobody_decides_it_alone():
    assert SCHEMA.rule("colour") is Rule.JOINT


def test_what_makes_an_item_part_of_a_plan_is_joint():
    assert {SCHEMA.rule(field) for field in ("kind", "parent", "number", "present", "schema")} == {Rule.JOINT}


# Our own values, and others'


def test_our_own_value_is_brought_into_its_form():
    assert SCHEMA.written("title.ru", "Съемка  \n", "activity") == "Съемка"
    assert SCHEMA.written("period", "2013-08", None) == "2013-08"


def test_our_own_value_is_refused_for_a_field_that_is_not_known():
    refusal = refused("colour", "green")
    assert (refusal.code, refusal.params["field"]) == ("field-unknown", "colour")
    assert "title.*" in refusal.params["choices"]


def test_our_own_value_is_refused_for_a_kind_of_item_that_has_no_such_field():
    refusal = refused("period", "2013", "article")
    assert (refusal.code, refusal.params["kind"]) == ("field-not-of-kind", "article")
    assert refusal.params["choices"].split(", ") == SCHEMA.fields_of("article")


def test_a_refused_choice_tells_the_codes_of_the_field():
    assert refused("type", "party", "activity").params["choices"] == ", ".join(sorted(SCHEMA.codes["activity_type"]))
    assert refused("kind", "thing").params["choices"] == ", ".join(sorted(SCHEMA.kinds))


def test_what_others_say_is_understood_by_field_kind_and_form():
    assert SCHEMA.understands("period", "2013-08", "activity")
    assert SCHEMA.understands("period", "2013-08", None)
    assert not SCHEMA.understands("period", "August", "activity")
    assert not SCHEMA.understands("period", "2013-08", "article")
    assert not SCHEMA.understands("colour", "green", "activity")
    assert not SCHEMA.understands("kind", "treaty", None)


def test_a_kind_has_the_fields_of_its_own_and_those_of_all():
    assert "text.*" in SCHEMA.fields_of("article")
    assert "title.*" in SCHEMA.fields_of("article")
    assert "period" not in SCHEMA.fields_of("article")


@pytest.mark.parametrize(
    ("kind", "some"),
    [
        ("objective", {"text.*", "line", "due"}),
        ("action", {"holder", "due", "done", "meeting", "account.*", "status"}),
        ("indicator", {"objective", "line", "measure", "unit.*", "baseline", "target.*", "actual.*"}),
        ("term", {"title.*", "text.*"}),
        ("project", {"stage", "shares", "target", "delivered", "held", "objective", "duration"}),
        ("meeting", {"held", "account.*", "working_languages", "interpreter"}),
    ],
)
def test_a_kind_has_what_its_officers_must_say(kind, some):
    assert some <= set(SCHEMA.fields_of(kind))


# What people read


def test_a_field_is_called_by_its_name_and_the_name_of_its_suffix():
    assert SCHEMA.name("period", "ru") == "Срок"
    assert SCHEMA.name("title.ru", "en") == "Title (ru)"
    assert SCHEMA.name("cost.travel.payer", "kk") == "Төлейтін тарап (жол жүру)"


def test_codes_are_shown_by_their_names_and_everything_else_as_written():
    assert SCHEMA.shown("kind", "activity", "ru") == "мероприятие"
    assert SCHEMA.shown("held", "partly", "en") == "partly"
    assert SCHEMA.shown("period", "2013-08", "ru") == "2013-08"
    assert SCHEMA.shown("colour", "green", "ru") == "green"
    assert SCHEMA.shown("target", "45 helicopter", "ru") == "45 (вертолеты)"
    assert SCHEMA.shown("delivered", "26 parsec", "ru") == "26 (parsec)"
    assert SCHEMA.shown("working_languages", "en kk", "en") == "English, Kazakh"
    assert SCHEMA.shown("type", "seance", "ru") == "seance"


# Properties

names = strategies.fields | st.sampled_from([sample(stem) for stem in FIELDS])
kinds = st.none() | st.sampled_from(sorted(SCHEMA.kinds)) | st.just("treaty")


@given(names, st.text(max_size=20) | st.sampled_from(["yes", "2013", "1", "KAZ", "a", "plan"]), kinds)
def test_whatever_we_may_say_others_understand(field, value, kind):
    try:
        said = SCHEMA.written(field, value, kind)
    except BadValue:
        assert not SCHEMA.understands(field, value, kind)
    else:
        assert SCHEMA.understands(field, said, kind)
        assert SCHEMA.written(field, said, kind) == said


@given(st.sampled_from(sorted(FIELDS)), st.text(max_size=12))
def test_a_suffix_is_what_was_put_in_for_the_star(stem, suffix):
    field = FIELDS[stem]
    expected = "" if "*" not in stem else suffix if suffix and "." not in suffix else None
    assert field.suffix(stem.replace("*", suffix)) == expected
