"""By when something has to be done for a plan."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim import deadline

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


def days(found):
    return {one.rule: str(one.day) for one in found}


def test_kazakhstan_files_its_proposal_fourteen_days_before_the_government_signs_and_thirty_before_the_republic_does():
    found = deadline.before_signature(date(2013, 12, 31), "KAZ")
    assert days(found) == {"proposal-republic": "2013-12-01", "proposal-government": "2013-12-17"}
    assert {(one.party, one.source) for one in found} == {("KAZ", "law")}


def test_no_law_names_days_for_the_united_states():
    assert deadline.before_signature(date(2013, 12, 31), "USA") == []


def test_a_plan_for_a_year_is_called_for_a_year_before_it_and_signed_before_it_begins():
    assert days(deadline.steps(date(2014, 1, 1))) == {
        "call": "2013-01-01",
        "working-group": "2013-03-01",
        "staff-talks": "2013-05-01",
        "money-and-law": "2013-07-01",
        "collation": "2013-09-01",
        "signed": "2013-12-31",
        "report": "2015-01-01",
    }


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2014, 6, 30), -4, date(2014, 2, 28)),
        (date(2016, 6, 30), -4, date(2016, 2, 29)),
        (date(2016, 2, 29), 12, date(2017, 2, 28)),
        (date(2013, 12, 15), 1, date(2014, 1, 15)),
        (date(2014, 1, 15), -1, date(2013, 12, 15)),
        (date(2014, 12, 31), -12, date(2013, 12, 31)),
    ],
)
def test_months_are_counted_in_the_calendar(day, months, found):
    assert deadline.months_after(day, months) == found


@given(DAYS, st.integers(-24, 24))
def test_a_month_that_is_long_enough_has_the_same_day_and_one_that_is_not_its_last(day, months):
    found = deadline.months_after(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == min(day.day, monthrange(found.year, found.month)[1])


@pytest.mark.parametrize(
    ("today", "year", "closes"),
    [
        (date(2013, 11, 14), 2015, date(2014, 4, 30)),
        (date(2014, 4, 30), 2015, date(2014, 4, 30)),
        (date(2014, 5, 1), 2016, date(2015, 4, 30)),
    ],
)
def test_talks_in_april_close_the_list_of_the_fiscal_year_that_begins_in_october(today, year, closes):
    found, due = deadline.list_closes(today)
    assert (found, due.day, due.party) == (year, closes, "USA")
    assert deadline.fiscal_year(date(closes.year, 10, 1)) == year


def test_the_fiscal_year_of_the_united_states_begins_in_october_of_the_year_before():
    assert [deadline.fiscal_year(date(2013, month, 1)) for month in (1, 9, 10, 12)] == [2013, 2013, 2014, 2014]


def test_a_commission_meets_at_least_once_a_year_and_co_chairs_are_named_in_thirty_days():
    assert deadline.next_commission(date(2012, 2, 29)).day == date(2013, 2, 28)
    assert deadline.co_chairs(date(2013, 1, 1)).day == date(2013, 1, 31)


def test_each_party_keeps_an_original_in_every_language():
    assert deadline.originals(2, 3) == 6
