"""A yearly list is understood: its columns, dates, sums and rows; and what is not certain is said, not guessed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.document.dates import between, period
from kelisim.document.finding import Reading, table
from kelisim.document.heading import ROLES, language_of_words, role_of
from kelisim.document.listing import read
from kelisim.document.money import money
from kelisim.errors import BadValue
from kelisim.plan.values import is_written
from tests.library.workbooks import workbook

HEADINGS = {role: entry for role, entry in table("headings").items() if "rank" in entry}
MONTHS = [f"{names[2].rstrip('*')}" for names in table("dates")["months"]]


def listed(text, year=None):
    (found,) = read(text.encode(), year)
    return found


def codes(activity):
    return [finding.code for finding in activity.findings]


# Dates


@pytest.mark.parametrize(("text", "value"), table("dates")["examples"].items())
def test_a_date_is_brought_into_its_written_form(text, value):
    assert period(text, 2014) == Reading(value)
    assert is_written("period", value)


@pytest.mark.parametrize(("text", "trouble"), table("dates")["unclear"].items())
def test_a_date_that_is_not_certain_is_not_guessed(text, trouble):
    assert period(text, 2014) == Reading(trouble=trouble)


def test_a_day_of_a_workbook_is_that_day():
    assert period(date(2014, 5, 12)) == Reading("2014-05-12")


@pytest.mark.parametrize("text", ["12-16 мая", "II квартал", "в течение года", "March"])
def test_a_date_without_a_year_needs_that_of_the_list(text):
    assert period(text).trouble == "date-no-year"


@pytest.mark.parametrize("names", table("dates")["months"])
def test_every_name_of_a_month_is_the_same_month(names):
    assert len({period(f"5 {name.rstrip('*')} 2014") for name in names}) == 1


@given(first=st.dates(date(1950, 1, 1), date(2099, 1, 1)), length=st.integers(1, 400))
def test_two_days_with_months_and_years_are_read_however_they_are_written(first, length):
    last = first + timedelta(days=length)
    wanted = Reading(f"{first}/{last}")
    assert period(f"{first:%d.%m.%Y}-{last:%d.%m.%Y}") == wanted
    assert period(f"с {first.day} {MONTHS[first.month - 1]} {first.year} г. по {last:%d.%m.%Y}") == wanted
    assert period(f"{last:%d.%m.%Y} – {first:%d.%m.%Y}") == Reading(trouble="date-reversed")


@given(st.text(st.sampled_from("0123456789 -–./,IVivqмаяайжылг?"), max_size=16))
def test_whatever_stands_in_a_cell_of_dates_gives_a_written_form_or_a_reason(text):
    value, trouble = period(text, 2014)
    assert bool(value) != bool(trouble)
    assert not value or is_written("period", value)


def test_a_beginning_and_an_end_in_two_columns_make_one_period():
    nothing = Reading(trouble="date-none")
    assert between(Reading("2014-05-12"), Reading("2014-05-16")) == Reading("2014-05-12/2014-05-16")
    assert between(Reading("2014-05-12"), nothing) == Reading("2014-05-12")
    assert between(nothing, Reading("2014-05-16")) == Reading("2014-05-16")
    assert between(nothing, nothing) == nothing
    assert between(Reading("2014-05-12"), Reading("2014-05-02")).trouble == "date-reversed"
    assert between(Reading("2014-05-12"), Reading(trouble="date-order")).trouble == "date-order"


# Sums


@pytest.mark.parametrize(("text", "value"), table("money")["examples"].items())
def test_a_sum_is_brought_into_its_written_form(text, value):
    assert money(text) == Reading(value)
    assert is_written("money", value)


@pytest.mark.parametrize(("text", "trouble"), table("money")["unclear"].items())
def test_a_sum_that_is_not_certain_is_not_guessed(text, trouble):
    assert money(text) == Reading(trouble=trouble)


def test_a_unit_over_the_column_holds_for_what_has_none():
    assert money("1 200", "Стоимость, тыс. тенге") == Reading("1200000.00 KZT")
    assert money("$31,000", "Стоимость, тыс. тенге") == Reading("31000.00 USD")


@given(cents=st.integers(0, 10**12), thousands=st.sampled_from([",", " ", "'"]))
def test_every_sum_is_read_with_any_sign_between_its_thousands(cents, thousands):
    text = f"{cents // 100:,}".replace(",", thousands) + f".{cents % 100:02}"
    assert money(f"{text} USD") == Reading(f"{cents // 100}.{cents % 100:02} USD")


@given(st.text(st.sampled_from("0123456789 .,-$€тыскKM"), max_size=14))
def test_whatever_stands_in_a_cell_of_sums_gives_a_written_form_or_a_reason(text):
    value, _ = money(text)
    assert not value or is_written("money", value)


# Columns


@pytest.mark.parametrize(
    ("role", "header"), [(role, header) for role, entry in HEADINGS.items() for header in entry["examples"]]
)
def test_a_column_is_known_by_its_header(role, header):
    assert role_of(header) == {"activity": "title"}.get(role, role)
    assert role_of(header.upper()) == role_of(header)


def test_every_column_has_headers_in_three_languages():
    assert {*ROLES, "activity"} == {*HEADINGS}
    for role, entry in HEADINGS.items():
        if role != "number":
            assert {language_of_words(header) for header in entry["examples"]} == {"en", "ru", "kk"}, role


def test_the_head_stands_below_titles_and_may_take_two_rows():
    data = workbook(
        [
            ["План на 2014 год", "", "", "", "", ""],
            ["№", "Наименование", "", "Сроки", "", "Место"],
            ["", "рус", "eng", "начало", "окончание", ""],
            [1, 2, 3, 4, 5, 6],
            [1, "Учение", "Exercise", date(2014, 5, 12), "16 мая", "Алматы"],
        ],
        ["A1:F1", "A2:A3", "B2:C2", "D2:E2", "F2:F3"],
    )
    (found,) = read(data)
    assert found.head.titles == ("План на 2014 год",)
    assert [(column.header, column.role, column.language) for column in found.head.columns] == [
        ("№", "number", ""),
        ("Наименование рус", "title", "ru"),
        ("Наименование eng", "title", "en"),
        ("Сроки начало", "begins", ""),
        ("Сроки окончание", "ends", ""),
        ("Место", "place", ""),
    ]
    (activity,) = found.activities
    assert (activity.row, activity.period) == (5, "2014-05-12/2014-05-16")
    assert activity.titles == {"ru": "Учение", "en": "Exercise"}
    assert activity.findings == ()


def test_two_rows_of_headers_are_read_without_merged_cells_too():
    found = listed("№;Атауы;Мерзімі;;Орны\n;;басталуы;аяқталуы;\n1;Курс;3 наурыз;7 наурыз;Астана\n", 2014)
    assert [column.role for column in found.head.columns] == ["number", "title", "begins", "ends", "place"]
    assert found.activities[0].period == "2014-03-03/2014-03-07"


def test_a_column_that_is_not_known_is_named_all_the_same():
    found = listed("No.;Title;Dates;Remarks\n1;Course;Mar 2014;none\n")
    assert [(column.header, column.role) for column in found.head.columns][-1] == ("Remarks", "")


def test_a_table_that_is_no_list_is_refused():
    with pytest.raises(BadValue) as caught:
        read("Фамилия;Имя\nИванов;Иван\n".encode())
    assert caught.value.code == "sheet-no-heading"


# Rows

PLAN = """;;УТВЕРЖДАЮ;;
План двустороннего сотрудничества на 2014 год;;;;
№ п/п;Наименование мероприятия;Сроки;Место проведения;Стоимость, тыс. тенге
I. Политический диалог;;;;
1.;Консультации по вопросам обороны;12-16 мая;Астана;1 200
2.;Визит делегации;;Вашингтон;$31,000
Раздел II. Учения;;;;
3.;Учение «Степной орёл»;16-12 октября;Илийский;TBD
4.;Подготовительные конференции;;;
4.1;Начальная конференция;март;Алматы;
№ п/п;Наименование мероприятия;Сроки;Место проведения;Стоимость, тыс. тенге
4.1;Основная конференция;когда-нибудь;Тампа;500
5;Курс языка;;;
Итого;;;;1 700
Начальник управления;;И. Иванов;;
Тел. 12-34-56;;;;
"""


def test_rows_are_activities_under_their_lines_and_numbers():
    found = listed(PLAN)
    assert found.year == 2014
    assert [(one.number, one.under, one.line) for one in found.activities] == [
        ("1", "", "Политический диалог"),
        ("2", "", "Политический диалог"),
        ("3", "", "Учения"),
        ("4.1", "4", "Подготовительные конференции"),
        ("4.1", "4", "Подготовительные конференции"),
        ("5", "", "Учения"),
    ]


def test_totals_signatures_and_sections_are_no_activities_and_are_shown_all_the_same():
    assert [(one.row, one.sort) for one in listed(PLAN).passed] == [
        (4, "section"),
        (7, "section"),
        (9, "section"),
        (14, "total"),
        (15, "note"),
        (16, "note"),
    ]


def test_what_was_noticed_names_its_row_and_what_stood_there():
    found = [finding for activity in listed(PLAN).activities for finding in activity.findings]
    assert [(one.code, one.row, one.params) for one in found] == [
        ("date-none", 6, {"value": ""}),
        ("date-reversed", 8, {"value": "16-12 октября"}),
        ("cost-open", 8, {"value": "TBD"}),
        ("number-twice", 12, {"value": "4.1", "other": 10}),
        ("date-not-understood", 12, {"value": "когда-нибудь"}),
        ("date-none", 13, {"value": ""}),
    ]


def test_numbers_may_begin_again_in_each_section():
    found = listed("№;Мероприятие;Сроки\nУчения;;\n1;Курс;2014\n2;Сбор;2014\nСвязь;;\n1;Встреча;2014\n1;Визит;2014\n")
    assert [codes(one) for one in found.activities] == [[], [], [], ["number-twice"]]


def test_a_list_without_numbers_is_read_to_its_end():
    found = listed("Title;Dates;Place\nCourse;Mar 2014;Almaty\nVisit;;Tampa\nTalks;TBD;Astana\nJ. Miller;;\n")
    assert [one.titles["en"] for one in found.activities] == ["Course", "Visit", "Talks"]
    assert [one.period for one in found.activities] == ["2014-03", "", "?"]
    assert [one.sort for one in found.passed] == ["note"]


def test_a_row_without_a_title_is_shown_as_such():
    found = listed("No.;Title;Dates;Place\n1;Course;2014;Almaty\n2;;2014;Tampa\n")
    assert [(one.row, one.sort) for one in found.passed] == [(3, "untitled")]


@given(st.lists(st.sampled_from(["", "1", "1.1", "Курс", "Итого", "12-16 мая", "IV.", "TBD", "№"]), max_size=40))
def test_every_row_that_says_anything_is_an_activity_or_is_passed_over_and_none_is_lost(cells):
    rows = [cells[at : at + 3] for at in range(0, len(cells), 3)]
    text = "№;Мероприятие;Сроки\n" + "\n".join(";".join(row) for row in rows)
    found = listed(text, 2014)
    told = {one.row for one in (*found.activities, *found.passed)}
    headers = {"№", "Мероприятие", "Сроки"}
    said = {at for at, row in enumerate(rows, found.head.first + 1) if set(row) - {""} - headers}
    assert said <= told
