"""Dates as people write them in lists, brought into the written form of a period; what is not certain is not guessed.

A text becomes marks (day, month, year, quarter, half), a dash divides them into two sides, and each side takes from
the other what it does not say itself: in `12-16 мая` the first lacks its month.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final

from kelisim.document.finding import Reading, any_of, table
from kelisim.language import fold
from kelisim.plan.values import is_period, span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Mark = tuple[str, int]
Side = dict[str, int]

_UNTIL: Final = 1  # a dash that is a word
_HUNDRED, _CENTURY, _MONTHS, _SIDES = 100, 2000, 12, 2
_DASHES: Final = re.compile(r"[‐-―−]")
_ORDINAL: Final = re.compile(r"(\d)-?(?:st|nd|rd|th|го|е|ое|й|ый|я|ая|ши|шы|нши|ншы)(?!\w)")
_BEFORE_UNIT: Final = re.compile(r"(?<=\d)-(?=[^\W\d])(?=токсан|жарты|кв|полуг|half|quarter)")
_KAZAKH_ONE: Final = re.compile(r"(?<!\w)и(?= (?:токсан|жарты))")
_LENGTH: Final = re.compile(r"\d+\s*-?\s*(?:дн\w*|день|сут\w*|days?|кун\w*)(?!\w)")
_MARK: Final = re.compile(
    r"(?P<iso>(?<!\d)\d{4}-\d\d(?:-\d\d)?(?!\d))"
    r"|(?P<figures>(?<!\d)\d{1,2}[./]\d{1,2}(?:[./](?:\d{4}|\d\d))?(?!\d))"
    r"|(?P<month>(?<!\d)\d{1,2}[./]\d{4}(?!\d))"
    r"|(?P<number>\d+)|(?P<word>[^\W\d_]+)|(?P<dash>[-/])|(?P<comma>[,;])"
)


def period(cell: str | date, year: int | None = None) -> Reading:
    """The period that a cell of a list tells.

    Args:
        cell: a text, or a day of a workbook.
        year: of the list, where a date has none.
    """
    if isinstance(cell, date):
        return Reading(cell.isoformat())
    text = _plain(cell)
    if not re.search(r"\w|\?", text):
        return Reading(trouble="date-none")
    is_open = bool(_words()["open"].search(text)) or text.strip() == "?"
    try:
        marks = _without_commas([*_marks(_words()["open"].sub(" ", text))])
    except ValueError:
        return _undated(text, is_open=is_open)
    if not marks:
        return Reading("?") if is_open else Reading(trouble="date-not-understood")
    return _read(marks, year)


def between(begins: Reading, ends: Reading) -> Reading:
    """The period from the beginning of one to the end of another."""
    for one in (begins, ends):
        if one.trouble not in ("", "date-none"):
            return one
    if not begins.value or not ends.value:
        return begins if begins.value else ends
    first, last = begins.value.partition("/")[0], ends.value.rpartition("/")[2]
    return _spanned(first, last)


def years(text: str) -> list[int]:
    """Every year of our time that a text names."""
    return [int(found) for found in re.findall(r"(?<!\d)(?:19[5-9]|20[0-9])\d(?!\d)", text)]


@cache
def _words() -> Mapping[str, re.Pattern[str]]:
    known = table("dates")
    names = ("quarter", "half", "year", "open", "until", "several", "skipped", "first", "second", "third", "fourth")
    months = {f"month-{at}": any_of(words) for at, words in enumerate(known["months"], 1)}
    return {name: any_of(known[name]) for name in names} | months


def _plain(text: str) -> str:
    text = _DASHES.sub(" - ", " ".join(fold(text).split()))
    text = _BEFORE_UNIT.sub(" ", _ORDINAL.sub(r"\1 ", text))
    return _LENGTH.sub(" ", _words()["year"].sub(" весь ", _KAZAKH_ONE.sub("i", text)))


def _undated(text: str, *, is_open: bool) -> Reading:
    """What is said of words that are no date: still to be fixed, in several parts, or not understood."""
    if is_open and not re.search(r"\d", text):
        return Reading("?")
    order = re.search(r"(?<!\d)(\d{1,2})/(\d{1,2})/", text)
    if order and int(order[1]) <= _MONTHS and int(order[2]) <= _MONTHS:
        return Reading(trouble="date-order")
    return Reading(trouble="date-not-understood")


def _marks(text: str) -> Iterator[Mark]:
    """The marks of a text, in their order.

    Raises:
        ValueError: a word or number that belongs to no date.
    """
    for found in _MARK.finditer(text):
        kind, said = str(found.lastgroup), found[0]
        if kind in ("dash", "comma"):
            yield kind, 0
        elif kind == "word":
            yield from _of_word(said)
        elif kind == "number":
            yield ("year", int(said)) if len(said) == len("2014") else ("day", _within(int(said), 31))
        else:
            yield from _of_figures(kind, [int(part) for part in re.split(r"[-./]", said)], slashed="/" in said)


def _of_word(word: str) -> Iterator[Mark]:
    if word == "весь":
        yield "whole", 0
        return
    name = next((name for name, pattern in _words().items() if pattern.fullmatch(word)), "")
    if not name:
        raise ValueError(word)
    if name.startswith("month-"):
        yield "month", int(name.removeprefix("month-"))
    elif name in (ordinals := ("first", "second", "third", "fourth")):
        yield "day", ordinals.index(name) + 1
    elif name != "skipped":
        yield {"until": ("dash", _UNTIL), "several": ("comma", 0)}.get(name, (name, 0))


def _of_figures(kind: str, parts: list[int], *, slashed: bool) -> Iterator[Mark]:
    if kind == "iso":
        yield from zip(("year", "month", "day"), parts, strict=False)
        return
    if kind == "month":
        yield from zip(("month", "year"), parts, strict=True)
        return
    day, month, *year = parts
    if slashed and day <= _MONTHS and month <= _MONTHS and day != month:
        raise ValueError(parts)
    if slashed and month > _MONTHS:
        day, month = month, day
    yield from (("day", day), ("month", month))
    yield from (("year", one if one >= _HUNDRED else _CENTURY + one) for one in year)


def _within(number: int, most: int) -> int:
    if not 0 < number <= most:
        raise ValueError(number)
    return number


def _without_commas(marks: list[Mark]) -> list[Mark]:
    """Leave out commas that only set a year apart, as in `March 3-7, 2014`."""
    after = [*marks[1:], ("", 0)]
    return [mark for mark, follows in zip(marks, after, strict=True) if mark[0] != "comma" or follows[0] != "year"]


def _read(marks: list[Mark], year: int | None) -> Reading:
    if any(kind == "comma" for kind, _ in marks):
        return Reading(trouble="date-several")
    if marks[0] == ("dash", _UNTIL):  # `до 1 июля`
        last = _read(marks[1:], year) if marks[1:] else Reading(trouble="date-not-understood")
        return last if last.trouble or "/" in last.value else Reading(f"?/{last.value}")
    sides: list[Side] = [{}]
    for kind, value in marks:
        if kind == "dash":
            sides.append({})
        elif sides[-1].setdefault(kind, value) != value:
            return Reading(trouble="date-several")
    if len(sides) > _SIDES:
        return Reading(trouble="date-several")
    return _of_sides(sides[0], sides[-1], year)


def _of_sides(first: Side, last: Side, year: int | None) -> Reading:
    if not first or not last:
        return Reading(trouble="date-not-understood")
    try:
        moments = [_moment(side, year) for side in _completed(first, last)]
    except KeyError:
        return Reading(trouble="date-no-year")
    except ValueError:
        return Reading(trouble="date-not-understood")
    return _spanned(*moments)


def _completed(first: Side, last: Side) -> tuple[Side, Side]:
    """Both sides, each with what only the other says."""
    for one, other in ((first, last), (last, first)):
        if "day" in one and "month" not in one and "month" in other and "day" not in other:
            raise ValueError(one)  # `Mar-14` may be a day or a year
    whole = first.keys() | last.keys()
    shared = {"year"} | ({"month"} if "day" in first and "day" in last else set()) | (whole & {"quarter", "half"})
    taken = [
        {**{name: value for name, value in other.items() if name in shared}, **one}
        for one, other in ((first, last), (last, first))
    ]
    return taken[0], taken[1]


def _moment(side: Side, year: int | None) -> str:
    """A date in its written form.

    Raises:
        KeyError: nobody says of which year.
        ValueError: the parts make no date.
    """
    parts = side.keys() - {"year", "whole"}
    number = side.get("year") or year
    if number is None:
        raise KeyError(parts)
    units = {"quarter": ("Q", 4), "half": ("H", 2)}
    for unit, (letter, most) in units.items():
        if parts == {unit, "day"}:
            return f"{number}-{letter}{_within(side['day'], most)}"
    forms = {
        frozenset(): f"{number}",
        frozenset({"month"}): f"{number}-{side.get('month', 0):02}",
        frozenset({"month", "day"}): f"{number}-{side.get('month', 0):02}-{side.get('day', 0):02}",
    }
    if frozenset(parts) not in forms:
        raise ValueError(parts)
    return forms[frozenset(parts)]


def _spanned(first: str, last: str) -> Reading:
    value = first if first == last else f"{first}/{last}"
    if is_period(value):
        return Reading(value)
    try:
        reversed_ = "?" not in value and span(first)[0] > span(last)[1]
    except ValueError:  # such as 30 February
        reversed_ = False
    return Reading(trouble="date-reversed" if reversed_ else "date-not-understood")
