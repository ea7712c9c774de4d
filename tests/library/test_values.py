"""Values have one written form a type: what is in it is taken, what surely means it is tidied, the rest refused."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kelisim.errors import BadValue
from kelisim.plan import values
from kelisim.plan.values import TYPES, is_written, span, written

COLOURS = {"green": {}, "red": {}, "white": {}}
WRITTEN = {
    "text": [
        "Joint survey",
        "Совместная съемка",
        "Бірлескен түсірілім",
        "a  b",
        "two\nlines",
        "a\n\nb",
        "é",
        "\u2028a",
    ],
    "period": [
        *("2013-04-07", "2012-02-29", "2013-04", "2013-Q1", "2013-Q4", "2013-H2", "2013", "?", "0001", "9999-12-31"),
        *("2013-09-02/2013-09-13", "2013-09/2013-10", "2013-Q2/2014", "?/2013", "2013-04/?", "2013/2013-01"),
        *("2013-04-07/2013-04", "2013-04/2013-04-01", "2012-12-31/2013-01-01"),
    ],
    "periods": ["2013-08-19/2013-08-30 2013-09-02", "2013", "2013-Q1 2013-Q3 ?"],
    "choice": ["green", "red"],
    "codes": ["green", "green red white"],
    "place": ["KAZ", "KAZ Almaty region", "USA Fort Carson, CO", "KAZ Алматы"],
    "party": ["KAZ", "US", "A1", "ABCDEFGHIJKL"],
    "money": ["0.00 USD", "0.05 USD", "31000.00 KZT", "1200.00 USD"],
    "number": ["0", "12", "-3", "0.5", "-0.25", "10.05", "100"],
    "numbering": ["0", "4", "4.1", "10.0.12"],
    "reference": ["surveyaaaaaaaaaa", "a2b3c4d5e6f7abcd"],
    "references": ["surveyaaaaaaaaaa", "a2b3c4d5e6f7abcd surveyaaaaaaaaaa"],
    "digest": ["0" * 64, "0123456789abcdef" * 4],
    "duration": ["P1D", "P5D", "P8D", "P1W", "P52W", "P6M", "P18M", "P1Y", "P9999Y"],
    "fiscal-year": ["FY2014", "FY0001"],
    "percent": ["0", "0.5", "40", "99.99", "100"],
    "quantity": ["0 red", "45 green", "2.5 white"],
    "shares": ["KE=100", "ASELSAN=49 KE=50 SSM=1", "KE=49.9", "A1=5 AB=95", "AB=0.1 AB2=0.1"],
    "identifiers": ["EDO:12-345", "EDO:12/345 FMS:KZ-B-UAA", "EDO:a:b", "EDO:исх-12"],
}
NOT_WRITTEN = {
    "text": ["", " ", "\n", "a\tb", "a\x00b", "a\x1bb", "a\x85b", "\ud800", "a\rb", "\x7f"],
    "period": [
        *("", "2013-13", "2013-00", "2013-02-30", "2013-02-00", "2013-00-00", "2013-4", "13", "2013-Q0", "2013-Q5"),
        *("2013-H3", "2013-H0", "0000", "2013-04-07 ", " 2013", "7.4.2013", "2013-Q1-01", "٢٠١٣", "2013\n", "??"),
        *(
            "/",
            "2013/",
            "/2013",
            "?/?",
            "2013/2012",
            "2013-05/2013-04",
            "2013-04/2013-04",
            "2013/2014/2015",
            "2013-04-07/?/",
        ),
    ],
    "periods": ["", "2013 2013", "2014 2013", "2013  2014", "2013,2014", " 2013", "2013 soon"],
    "choice": ["", "blue", "Green", "green ", "green red"],
    "codes": ["", "red green", "green green", "green  red", "green,red", "blue", "green blue"],
    "place": [
        "",
        "KA",
        "KAZA",
        "kaz",
        "KAZ ",
        "KAZ  Almaty",
        "KAZ\tAlmaty",
        "Almaty",
        "KAZ a\x00b",
        "KAZ \ud800",
        "KAZ e\u0301",
    ],
    "party": ["", "K", "kaz", "1AZ", "KAZ ", "ABCDEFGHIJKLM", "KA-Z", "ҚАЗ"],
    "money": [
        "",
        "1200 USD",
        "1200.0 USD",
        "1200.000 USD",
        "01.00 USD",
        "1,200.00 USD",
        "-1.00 USD",
        "1200.00",
        "1200.00USD",
    ],
    "number": ["", "-0", "+1", "01", "1.0", "0.50", "1e3", ".5", "1.", "-", "1,5", "٣", "1_000", "NaN"],
    "numbering": ["", "4.", ".1", "04", "4.01", "4..1", "4.1a", "IV"],
    "references": ["", "survey", "surveyaaaaaaaaaa surveyaaaaaaaaaa", "surveyaaaaaaaaaa a2b3c4d5e6f7abcd"],
    "digest": ["", "0" * 63, "0" * 65, "A" * 64, "g" * 64],
    "duration": [
        *("", "P", "P0D", "P05D", "5D", "P5", "p5d", "P-5D", "P5D ", "P1Y6M", "PT5H", "P1.5D", "P10000D", "P٣D"),
        *("P7D", "P14D", "P12M", "P24M"),  # as long as whole weeks and years, which have a form of their own
    ],
    "fiscal-year": ["", "2014", "FY14", "FY 2014", "fy2014", "FY0000", "FY2014/2015", "FY٢٠١٣"],
    "percent": ["", "-1", "100.1", "101", "40%", "040", "40.0", "1e1", "half"],
    "quantity": ["", "45", "green", "45 blue", "45  green", "-1 green", "045 green", "45 green red", "45 Green", "45 "],
    "shares": [
        *("", "KE", "KE=", "=50", "KE=0", "KE=-1", "KE=101", "KE=050", "ke=50", "K=50", "KE=50%", "KE=50 ", "KE:50"),
        *("SSM=1 KE=50", "KE=50 KE=50", "KE=50  SSM=1", "KE=60 SSM=40.1", "KE=50=50", "КЕ=50"),
    ],
    "identifiers": [
        *("", "EDO", "EDO:", ":12", "edo:12", "E:12", "EDO:12 EDO:12", "FMS:1 EDO:2", "EDO:1  FMS:2", "EDO:\u00a0"),
    ],
    "reference": ["", "survey", "surveyaaaaaaaaaaa", "SURVEYAAAAAAAAAA", "surveyaaaaaaaaa1", "surveyaaaaaaaaa "],
}
TIDIED = {
    "a  \nb\t\n": "a\nb",
    "\n\n  a \r\n b \n\n": "a\n b",
    "e\u0301te\u0301": "\u00e9t\u00e9",
    "a\u00a0": "a",
    "К и\u0306": "К й",
}

lists = ("choice", "codes", "quantity")


def codes_for(kind):
    return COLOURS if kind in lists else None


def table(values_by_type):
    return [
        pytest.param(kind, value, id=f"{kind} {value!a}") for kind, all_ in values_by_type.items() for value in all_
    ]


def test_every_type_is_tried_here():
    assert set(WRITTEN) == set(NOT_WRITTEN) == set(TYPES)


@pytest.mark.parametrize(("kind", "value"), table(WRITTEN))
def test_a_value_in_its_written_form_is_taken_as_it_is(kind, value):
    assert is_written(kind, value, codes_for(kind))
    assert written(kind, value, codes_for(kind)) == value


@pytest.mark.parametrize(("kind", "value"), table(NOT_WRITTEN))
def test_what_is_not_in_its_form_is_refused_with_the_field_and_the_value(kind, value):
    assert not is_written(kind, value, codes_for(kind))
    with pytest.raises(BadValue) as refusal:
        written(kind, value, codes_for(kind), "the_field")
    assert refusal.value.code == f"value-{kind}"
    assert refusal.value.params["field"] == "the_field"


@pytest.mark.parametrize(("given", "tidy"), TIDIED.items(), ids=ascii)
def test_a_text_is_brought_into_its_form(given, tidy):
    assert not is_written("text", given)
    assert written("text", given) == tidy


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind != "text"])
def test_nothing_but_a_text_is_tidied_since_guessing_is_worse_than_asking(kind):
    for value in WRITTEN[kind]:
        with pytest.raises(BadValue):
            written(kind, f"{value} ", codes_for(kind))


def test_a_refused_choice_tells_what_it_could_be():
    with pytest.raises(BadValue) as refusal:
        written("choice", "blue", COLOURS, "flag")
    assert refusal.value.params == {"field": "flag", "value": "blue", "choices": "green, red, white"}


def test_a_refusal_quotes_no_more_of_a_value_than_can_be_read():
    with pytest.raises(BadValue) as refusal:
        written("period", "2013" * 1000)
    assert len(refusal.value.params["value"]) == 200


def test_tokens_of_a_list_are_free_where_it_has_no_codes():
    assert is_written("codes", "https://a.example/1 https://b.example/2", None)
    assert not is_written("codes", "https://b.example/2 https://a.example/1", None)


@pytest.mark.parametrize("token", ["a\nb", "a\tb", "a\u00a0b", "a\x00", "\ud800", "e\u0301"])
def test_a_free_token_has_no_blanks_inside_and_is_in_its_normal_form(token):
    assert not is_written("codes", token, None)


def test_a_choice_without_codes_has_no_values():
    assert not is_written("choice", "yes", None)


def test_a_type_that_is_not_known_has_no_written_form():
    assert not is_written("colour", "green")


@pytest.mark.parametrize(
    ("moment", "first", "last"),
    [
        ("2013-04-07", date(2013, 4, 7), date(2013, 4, 7)),
        ("2012-02", date(2012, 2, 1), date(2012, 2, 29)),
        ("2013-Q1", date(2013, 1, 1), date(2013, 3, 31)),
        ("2013-Q4", date(2013, 10, 1), date(2013, 12, 31)),
        ("2013-H1", date(2013, 1, 1), date(2013, 6, 30)),
        ("2013-H2", date(2013, 7, 1), date(2013, 12, 31)),
        ("2013", date(2013, 1, 1), date(2013, 12, 31)),
    ],
)
def test_a_date_of_any_precision_has_a_first_and_a_last_day(moment, first, last):
    assert span(moment) == (first, last)


# Properties

anything = (
    st.text()
    | st.text("ab \n\r\t\u00a0\u0301\x00eé ")
    | st.sampled_from([v for all_ in WRITTEN.values() for v in all_])
)
days = st.dates(date(1, 1, 1), date(9999, 12, 31))


@given(st.sampled_from(TYPES), anything)
@example("text", "\r\r\n")
@example("text", " \n \u0301")
def test_what_has_been_written_is_written_and_stays_as_it_is(kind, value):
    codes = codes_for(kind)
    try:
        tidy = written(kind, value, codes)
    except BadValue:
        assert not is_written(kind, value, codes)
    else:
        assert is_written(kind, tidy, codes)
        assert written(kind, tidy, codes) == tidy
        assert is_written(kind, value, codes) == (tidy == value)


@given(st.sampled_from(TYPES), anything)
def test_two_written_values_that_look_the_same_after_normalisation_are_the_same_bytes(kind, value):
    other = unicodedata.normalize("NFD", value)
    if is_written(kind, value, codes_for(kind)) and is_written(kind, other, codes_for(kind)):
        assert value == other


@given(days, st.integers(0, 4000))
def test_a_period_is_written_exactly_when_it_ends_no_earlier_than_it_begins(first, length):
    last = first + timedelta(min(length, (date.max - first).days))
    assert is_written("period", f"{first}/{last}") == (first < last)
    assert is_written("period", f"{last}/{first}") is False


@given(days)
def test_every_day_lies_in_its_month_quarter_half_and_year(day):
    year, quarter, half = day.year, (day.month + 2) // 3, 1 + (day.month > 6)
    for moment in (f"{day}", f"{day:%Y-%m}".zfill(7), f"{year:04}-Q{quarter}", f"{year:04}-H{half}", f"{year:04}"):
        first, last = span(moment)
        assert first <= day <= last


@given(st.lists(days.map(str), min_size=1, max_size=5))
def test_a_list_is_written_when_it_is_sorted_and_has_nothing_twice(moments):
    assert is_written("periods", " ".join(moments)) == (moments == sorted(set(moments)))
    assert is_written("periods", " ".join(sorted(set(moments))))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_every_number_has_exactly_one_written_form(number):
    plain = f"{number:f}".rstrip("0").removesuffix(".")
    form = "0" if plain in ("-0", "-", "") else plain
    assert is_written("number", form)
    assert is_written("number", f"{number:f}") == (f"{number:f}" == form)


@given(st.integers(1, 9999), st.sampled_from("DWMY"))
def test_a_length_of_time_has_exactly_one_written_form(count, unit):
    in_days, in_months = {"D": 1, "W": 7}, {"M": 1, "Y": 12}
    smallest = in_days if unit in in_days else in_months
    length = count * smallest[unit]
    forms = {f"P{length // size}{name}" for name, size in smallest.items() if length % size == 0}
    assert len([form for form in forms if is_written("duration", form)]) == 1 or length > 9999


@given(st.dictionaries(st.from_regex(values.CODE_FORM, fullmatch=True), st.integers(1, 60), min_size=1, max_size=4))
def test_shares_are_written_when_sorted_and_no_more_than_the_whole(holdings):
    parts = sorted(f"{name}={share}" for name, share in holdings.items())
    named = sorted(parts, key=lambda part: part.partition("=")[0])
    assert is_written("shares", " ".join(named)) == (sum(holdings.values()) <= 100)
    assert not is_written("shares", " ".join([*named, named[0]]))


@given(st.decimals(0, 1000, places=2))
def test_a_percent_is_a_number_up_to_a_hundred_and_a_quantity_any_number_with_its_unit(number):
    form = f"{number:f}".rstrip("0").removesuffix(".") or "0"
    assert is_written("percent", form) == (number <= 100)
    assert is_written("quantity", f"{form} red", COLOURS)


def test_a_form_is_anchored_at_both_ends():
    for kind, form in values.FORMS.items():
        for value in WRITTEN[kind]:
            assert form.fullmatch(value)
            assert not form.fullmatch(f"{value}\n")
            assert not form.fullmatch(f" {value}")


# Moving a period


@pytest.mark.parametrize(
    ("period", "years", "moved"),
    [
        ("2013-04-07", 1, "2014-04-07"),
        ("2012-02-29", 1, "2013-02-28"),
        ("2012-02-29", 4, "2016-02-29"),
        ("2013-Q4", -1, "2012-Q4"),
        ("2013-H2", 2, "2015-H2"),
        ("2013", 0, "2013"),
        ("?", 1, "?"),
        ("?/2013-04", 1, "?/2014-04"),
        ("2012-02-28/2012-02-29", 1, "2013-02-28"),
        ("2012-12-28/2013-02", 1, "2013-12-28/2014-02"),
    ],
)
def test_a_period_moves_by_whole_years_as_exact_as_it_was(period, years, moved):
    assert values.shifted(period, years) == moved


@pytest.mark.parametrize(("period", "years"), [("2013", 8000), ("2013-Q1/2014", -2013)])
def test_a_period_does_not_leave_the_calendar(period, years):
    with pytest.raises(BadValue) as refused:
        values.shifted(period, years)
    assert refused.value.code == "period-beyond"


moments = st.dates(date(1900, 1, 1), date(2100, 12, 31)).flatmap(
    lambda day: st.sampled_from([f"{day}", f"{day:%Y-%m}", f"{day:%Y}", f"{day:%Y}-Q2", f"{day:%Y}-H2", "?"])
)
periods = st.lists(moments, min_size=1, max_size=2).map("/".join).filter(values.is_period)


@given(periods, st.integers(-50, 50))
def test_a_period_that_moved_is_in_its_written_form(period, years):
    assert values.is_period(values.shifted(period, years))


def test_a_period_has_a_first_and_a_last_day():
    assert values.days("2013-Q2") == (date(2013, 4, 1), date(2013, 6, 30))
    assert values.days("2013/?") == (date(2013, 1, 1), date.max)
    assert values.days("?/2013-04-07") == (date.min, date(2013, 4, 7))
    assert values.days("?") == (date.min, date.max)
