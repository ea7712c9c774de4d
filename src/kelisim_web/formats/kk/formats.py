"""Dates and numbers as they are written in Kazakhstan, from CLDR: the year first, with its "ж.", then day and month.

The patterns are Django's and not CLDR's; a test holds the two side by side.
"""

from __future__ import annotations

# Between a year and its "ж." stands a narrow space at which a line does not break.
DATE_FORMAT = "Y\u202fж. j E"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "Y\u202fж. j E, H:i"
YEAR_MONTH_FORMAT = "Y\u202fж. E"
MONTH_DAY_FORMAT = "j E"
SHORT_DATE_FORMAT = "d.m.Y"
SHORT_DATETIME_FORMAT = "d.m.Y, H:i"
FIRST_DAY_OF_WEEK = 1
DATE_INPUT_FORMATS = ["%d.%m.%Y", "%Y-%m-%d"]
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S"]
DATETIME_INPUT_FORMATS = ["%d.%m.%Y, %H:%M", "%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M"]
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\u00a0"
NUMBER_GROUPING = 3
