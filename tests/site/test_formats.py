"""Django writes dates and numbers in Kazakh as CLDR has them, and reads what it has written."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal
from django.utils import formats
from django.utils.translation import override

DAY = date(2013, 9, 2)
MOMENT = datetime(2013, 9, 2, 8, 5)  # noqa: DTZ001  (a wall clock, as it is written)


@pytest.fixture(autouse=True)
def _kazakh():
    with override("kk"):
        yield


def test_a_day_is_written_in_full_and_in_short():
    assert formats.date_format(DAY) == format_date(DAY, "long", locale="kk") == "2013\u202fж. 2 қыркүйек"
    assert formats.date_format(DAY, "SHORT_DATE_FORMAT") == format_skeleton("yMd", DAY, locale="kk")
    assert formats.date_format(DAY, "YEAR_MONTH_FORMAT") == format_skeleton("yMMMM", DAY, locale="kk")
    assert formats.date_format(DAY, "MONTH_DAY_FORMAT") == format_skeleton("MMMMd", DAY, locale="kk")


def test_a_time_is_written_by_the_clock_of_a_day():
    assert formats.time_format(MOMENT.time()) == format_time(MOMENT, "short", locale="kk") == "08:05"
    assert formats.date_format(MOMENT, "DATETIME_FORMAT") == f"{formats.date_format(DAY)}, 08:05"


def test_a_number_is_written_with_the_signs_of_the_language():
    assert formats.number_format("1234567.5", force_grouping=True) == format_decimal(1234567.5, locale="kk")


def test_a_form_reads_what_it_has_written():
    from django import forms

    assert forms.DateField().clean(formats.date_format(DAY, "SHORT_DATE_FORMAT")) == DAY
    assert forms.DateTimeField().clean("02.09.2013, 08:05").replace(tzinfo=None) == MOMENT
