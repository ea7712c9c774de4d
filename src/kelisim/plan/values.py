"""Values are strings in exactly one written form a type, so that two positions are equal when their bytes are.

`written` is the door for our own values: it brings a text into its form (NFC, no blanks at line ends) and refuses
everything else that is not in its form already, because guessing a date or a sum is worse than asking.

| type | written |
|---|---|
| text | NFC, line feeds, no blanks at the ends of lines or around the whole |
| period | `2013-04-07`, `2013-04`, `2013-Q2`, `2013-H2`, `2013`, `?`, or two of these as `from/to` |
| periods | periods, sorted, one blank between |
| choice | one code of its list |
| codes | codes of its list, or free tokens; sorted, unique, one blank between |
| duration | `P5D`, `P2W`, `P6M`, `P1Y` (ISO 8601, one unit): whole weeks in weeks, whole years in years |
| place | a country's three letters (ISO 3166-1 alpha-3), then perhaps a blank and a name |
| party | a party's code |
| money | `1200.00 USD`: two decimals, the currency's three letters (ISO 4217) |
| fiscal-year | `FY2014`, by the year in which it ends |
| number | a decimal without exponent, needless zeros or plus sign |
| percent | a number from 0 to 100 |
| quantity | a number that is not negative, a blank, a code of its list: `45 helicopter` |
| shares | `KE=50 SSM=1`: short names and percents above 0; sorted, each name once, together at most 100 |
| numbering | numbers with dots between: `4.1` |
| reference | the id of an item |
| references | ids of items, sorted, each once, one blank between |
| identifiers | `EDO:12-345 FMS:KZ-B-UAA`: a system, a colon, its number; sorted, unique, one blank between |
| digest | a SHA-256 in 64 lower-case hex digits |

All of them are NFC, without control characters.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import isleap, monthrange
from datetime import MAXYEAR, MINYEAR, date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kelisim.errors import BadValue

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

NUMBER_FORM: Final = re.compile(r"0|-?(0\.[0-9]*[1-9]|[1-9][0-9]*(\.[0-9]*[1-9])?)")
CODE_FORM: Final = re.compile(r"[A-Z][A-Z0-9]{1,11}")
FORMS: Final = {
    "place": re.compile(r"[A-Z]{3}( \S+)*"),
    "party": CODE_FORM,
    "fiscal-year": re.compile(r"FY(?!0000)[0-9]{4}"),
    "money": re.compile(r"(0|[1-9][0-9]*)\.[0-9]{2} [A-Z]{3}"),
    "number": NUMBER_FORM,
    "numbering": re.compile(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))*"),
    "reference": re.compile(r"[a-z2-7]{16}"),
    "digest": re.compile(r"[0-9a-f]{64}"),
}
TYPES: Final = (
    *("text", "period", "periods", "duration", "choice", "codes", "references", "identifiers"),
    *("percent", "quantity", "shares", *FORMS),
)
DAYS_A_WEEK, MONTHS_A_YEAR, WHOLE = 7, 12, 100

_DURATION = re.compile(r"P([1-9][0-9]{0,3})([DWMY])")
_IDENTIFIER = re.compile(rf"{CODE_FORM.pattern}:[^\s]+")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?|-Q([1-4])|-H([12]))?")
_TOKEN = re.compile(r"[^\s]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # all of Cc but the line feed, and Cs


def span(moment: str) -> tuple[date, date]:
    """The first and last day of a date of any precision, such as `2013-Q2`.

    Raises:
        ValueError: not such a date.
    """
    found = _DATE.fullmatch(moment)
    if not found:
        raise ValueError(moment)
    year, month, day, quarter, half = (int(part) if part else 0 for part in found.groups())
    if day or (month and found[3]):
        return date(year, month, day), date(year, month, day)
    first, last = (month, month) if found[2] else (1, 12)
    if quarter:
        first, last = 3 * quarter - 2, 3 * quarter
    elif half:
        first, last = 6 * half - 5, 6 * half
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def days(period: str) -> tuple[date, date]:
    """The first and last day that a period in its written form can have; the ends of time where it leaves them open."""
    first, slash, last = period.partition("/")
    last = last if slash else first
    return (date.min if first == "?" else span(first)[0]), (date.max if last == "?" else span(last)[1])


def shifted(period: str, years: int) -> str:
    """A period moved by whole years, as exact as it was; 29 February becomes the 28th in a year that has none.

    Raises:
        BadValue: the calendar does not reach that far.
    """
    first, slash, last = (part if part in "/?" else _shifted(part, years) for part in period.partition("/"))
    return first if first == last or not slash else f"{first}/{last}"


def _shifted(moment: str, years: int) -> str:
    year = int(moment[:4]) + years
    if not MINYEAR <= year <= MAXYEAR:
        raise BadValue("period-beyond", value=moment, years=years)
    rest = moment[4:]
    return f"{year:04}" + ("-02-28" if rest == "-02-29" and not isleap(year) else rest)


def by_number(number: str) -> tuple[int, ...]:
    """The key by which numbers such as `4.1` are ordered; what has none comes last."""
    return tuple([int(part) for part in number.split(".") if part.isdigit()]) or (10**9,)


def is_period(value: str) -> bool:
    """Is it a period in its written form, ending no earlier than it begins?"""
    if value == "?":
        return True
    first, slash, last = value.partition("/")
    try:
        begins = None if slash and first == "?" else span(first)
        ends = None if slash and last == "?" else span(last) if slash else begins
    except ValueError:
        return False
    if begins is None and ends is None:
        return False
    return not slash or begins is None or ends is None or (first != last and begins[0] <= ends[1])


def is_duration(value: str) -> bool:
    """Is it a length of time in its one written form? What is as long as whole weeks or years is written so."""
    found = _DURATION.fullmatch(value)
    if not found:
        return False
    count, unit = int(found[1]), found[2]
    return not (unit == "D" and count % DAYS_A_WEEK == 0) and not (unit == "M" and count % MONTHS_A_YEAR == 0)


def is_percent(value: str) -> bool:
    """Is it a number from 0 to 100?"""
    return bool(NUMBER_FORM.fullmatch(value)) and 0 <= Decimal(value) <= WHOLE


def is_quantity(value: str, codes: Collection[str]) -> bool:
    """Is it a number of something, in a unit of the list?"""
    number, _, unit = value.partition(" ")
    return bool(NUMBER_FORM.fullmatch(number)) and not number.startswith("-") and unit in codes


def is_shares(value: str) -> bool:
    """Does it say who holds what per cent, no name twice and no more than there is?"""
    shares = [part.partition("=") for part in value.split(" ")]
    if not all(CODE_FORM.fullmatch(name) and is_percent(share) and share != "0" for name, _, share in shares):
        return False
    names = [name for name, _, _ in shares]
    return names == sorted(set(names)) and sum(Decimal(share) for _, _, share in shares) <= WHOLE


def is_text(value: str) -> bool:
    """Is it a text in its written form?"""
    return bool(value) and _is_plain(value) and value == _tidy(value)


def _is_plain(value: str) -> bool:
    """Is it NFC, without control characters (but line feeds) and halves of characters?"""
    return not _CONTROL.search(value) and unicodedata.is_normalized("NFC", value)


def _tidy(value: str) -> str:
    lines = unicodedata.normalize("NFC", value).replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n ")


def _is_list(value: str, each: Callable[[str], bool]) -> bool:
    parts = value.split(" ")
    return parts == sorted(set(parts)) and all(each(part) for part in parts)


def is_written(kind: str, value: str, codes: Collection[str] | None = None) -> bool:
    """Is this value in the one written form of its type?

    Args:
        kind: the type.
        value: the value.
        codes: the codes that a choice or a list may hold; None where tokens are free.
    """
    if not _is_plain(value):
        return False
    if kind in FORMS:
        return bool(FORMS[kind].fullmatch(value))
    checks: dict[str, Callable[[str], bool]] = {
        "text": is_text,
        "period": is_period,
        "periods": lambda all_: _is_list(all_, is_period),
        "references": lambda all_: _is_list(all_, lambda one: bool(FORMS["reference"].fullmatch(one))),
        "identifiers": lambda all_: _is_list(all_, lambda one: bool(_IDENTIFIER.fullmatch(one))),
        "duration": is_duration,
        "percent": is_percent,
        "quantity": lambda one: is_quantity(one, codes or ()),
        "shares": is_shares,
        "choice": lambda one: one in (codes or ()),
        "codes": lambda all_: _is_list(
            all_, lambda one: one in codes if codes is not None else bool(_TOKEN.fullmatch(one))
        ),
    }
    return kind in checks and checks[kind](value)


def written(kind: str, value: str, codes: Collection[str] | None = None, field: str = "") -> str:
    """Bring one of our own values into its written form, or refuse it.

    Args:
        kind: the type.
        value: as a person gave it.
        codes: as for `is_written`.
        field: what to call the field in a refusal.

    Raises:
        BadValue: it is not in the form and nothing certain can be made of it.
    """
    if kind == "text":
        value = _tidy(value)
    if not is_written(kind, value, codes):
        choices = ", ".join(sorted(codes)) if codes else ""
        raise BadValue(f"value-{kind}", field=field, value=value[:200], choices=choices)
    return value
