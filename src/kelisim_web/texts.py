"""Words of the pages, and values as people read them, in the reader's language.

Words lie in `words/AREA.LANGUAGE.toml`; a key is `area.key`. Where a number decides the form, the entry is a table by
plural category: `one`, `few`, `many`, `other`. Dates, numbers and money are written as CLDR has them for the language.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from babel import Locale
from babel.dates import format_date, format_interval
from babel.numbers import format_currency, format_decimal

from kelisim.messages import words as library_words
from kelisim.plan.values import span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

FULL: Final = {"en": "en_GB"}  # a day before its month, as in papers of ministries
KEPT: Final = 20_000  # of what takes long to write, and is written on every page
YEAR, MONTH, DAY = len("2013"), len("2013-05"), len("2013-05-06")


@cache
def catalogue(language: str) -> Mapping[str, str | Mapping[str, str]]:
    """All words of the pages in a language, by area and key, after those of the library."""
    found: dict[str, str | Mapping[str, str]] = dict(library_words(language))
    for entry in sorted(files("kelisim_web").joinpath("words").iterdir(), key=lambda one: one.name):
        area, _, rest = entry.name.partition(".")
        if rest == f"{language}.toml":
            table = tomllib.loads(entry.read_text("utf-8"))
            found |= {f"{area}.{key}": text for key, text in table.items()}
    return found


@cache
def locale(language: str) -> Locale:
    """What CLDR knows of a language."""
    return Locale.parse(FULL.get(language, language))


def word(key: str, language: str, /, **params: str | int) -> str:
    """A word or sentence; `count` decides the form where it has several."""
    entry = catalogue(language)[key]
    if not isinstance(entry, str):
        form = locale(language).plural_form(int(params["count"]))
        entry = entry.get(form) or entry["other"]
    if not params:
        return entry
    told = {name: number(value, language) if isinstance(value, int) else value for name, value in params.items()}
    return entry.format_map(told)


@lru_cache(maxsize=KEPT)
def number(value: float | Decimal, language: str) -> str:
    """A number, with the signs between thousands and before decimals that the language has."""
    return format_decimal(value, locale=locale(language))


def money(value: str, language: str) -> str:
    """A sum in its written form, such as `4800.00 USD`."""
    amount, _, currency = value.partition(" ")
    return format_currency(Decimal(amount), currency, locale=locale(language))


@lru_cache(maxsize=KEPT)
def day(moment: date, language: str) -> str:
    """A day, the month in words."""
    return format_date(moment, "long", locale=locale(language))


def short_day(value: str, language: str) -> str:
    """The day of a time in its written form, the month abbreviated."""
    return format_date(span(value[:DAY])[0], "medium", locale=locale(language))


def moment(value: str, language: str) -> str:
    """A date of any precision in its written form: `2013`, `2013-05`, `2013-05-06`, `2013-Q2`, `2013-H2`."""
    first, _ = span(value)
    if len(value) == YEAR:
        return format_date(first, "y", locale=locale(language))
    if "Q" in value or "H" in value:
        return word("dates.quarter" if "Q" in value else "dates.half", language, part=value[-1], year=value[:4])
    return day(first, language) if len(value) == DAY else format_date(first, "LLLL y", locale=locale(language))


@lru_cache(maxsize=KEPT)
def period(value: str, language: str) -> str:
    """A period in its written form: a moment, or two with a slash, either of which may still be open (`?`)."""
    if value == "?":
        return word("dates.open", language)
    first, slash, last = value.partition("/")
    if not slash:
        return moment(first, language)
    if len(first) == len(last) == DAY:
        return format_interval(span(first)[0], span(last)[0], "yMMMMd", locale=locale(language))
    ends = [word("dates.open", language) if end == "?" else moment(end, language) for end in (first, last)]
    return " – ".join(ends)
