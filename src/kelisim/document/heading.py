"""Which columns a list has: the row of headers below the titles, and what each header speaks of."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.document.finding import any_of, table
from kelisim.document.sheet import Cell, tidy
from kelisim.language import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kelisim.document.sheet import Sheet

ROLES: Final = ("number", "title", "period", "begins", "ends", "place", "host", "participants", "cost", "line")

_LOOKED_AT, _LONGEST, _SAMPLE = 60, 120, 200
_KAZAKH: Final = re.compile("[әғқңөұүһі]", re.IGNORECASE)
_CYRILLIC: Final = re.compile("[а-яё]", re.IGNORECASE)
_LATIN: Final = re.compile("[a-z]", re.IGNORECASE)


class Column(NamedTuple):
    """A column: where it stands, its header as it was written, what it holds if known, and in which language."""

    at: int
    header: str
    role: str
    language: str = ""


class Heading(NamedTuple):
    """The head of a list: its titles, its columns, and the place of its first row below."""

    titles: tuple[str, ...]
    columns: tuple[Column, ...]
    first: int


def role_of(header: str) -> str:
    """What a header speaks of; nothing where no word of it is known."""
    text = fold(header)
    found = [
        (rank, match.start(), role) for role, (rank, pattern) in _roles().items() if (match := pattern.search(text))
    ]
    role = min(found)[2] if found else ""
    return "title" if role == "activity" else role


def heading(sheet: Sheet) -> Heading | None:
    """The head of a sheet: the row, or two, whose headers speak of the most; None where no row is a head."""
    found: tuple[int, int, list[str]] = (0, 0, [])
    most = 1
    for at in range(min(len(sheet.rows), _LOOKED_AT)):
        one, two = _headers(sheet, at, 1), _headers(sheet, at, 2)
        if len(_named(one)) > most:
            found = (at, 2, two) if len(_named(two)) >= len(_named(one)) else (at, 1, one)
            most = len(_named(found[2]))
    at, height, headers = found
    if not height:
        return None
    titles = tuple(dict.fromkeys(str(cell) for row in sheet.rows[:at] for cell in row if cell))
    first = at + height + _is_numbered(sheet, at + height)
    return Heading(titles, tuple(_columns(headers, sheet.rows[first : first + _SAMPLE])), first)


def _named(headers: Sequence[str]) -> set[str]:
    """What headers speak of; nothing where neither a title nor a date is among it."""
    roles = {role_of(text) for text in headers if len(text) <= _LONGEST} - {""}
    return roles if roles & {"title", "period", "begins"} else set()


def language_of_words(text: str) -> str:
    """The language that letters show: Kazakh by its own, Russian by Cyrillic, English by Latin."""
    if _KAZAKH.search(text):
        return "kk"
    if len(_CYRILLIC.findall(text)) >= len(_LATIN.findall(text)):
        return "ru" if _CYRILLIC.search(text) else ""
    return "en"


@cache
def _roles() -> Mapping[str, tuple[int, re.Pattern[str]]]:
    known = table("headings")
    return {
        role: (entry["rank"], any_of(map(fold, entry["words"]))) for role, entry in known.items() if "rank" in entry
    }


@cache
def _languages() -> Mapping[str, re.Pattern[str]]:
    return {code: any_of(map(fold, words)) for code, words in table("headings")["language"].items()}


def _headers(sheet: Sheet, at: int, height: int) -> list[str]:
    """The headers of one row, or of two of which the second divides what stands in the first."""
    rows = [[str(cell) for cell in row] for row in sheet.rows[at : at + height]]
    if len(rows) < height or (height > 1 and not _divides(rows[0], rows[1])):
        return []
    width = max(map(len, rows))
    padded = [row + [""] * (width - len(row)) for row in rows]
    if height > 1:
        padded[0] = _carried(padded[0], padded[1])
    return [tidy(" ".join(dict.fromkeys(cells))) for cells in zip(*padded, strict=True)]


def _divides(above: Sequence[str], below: Sequence[str]) -> bool:
    """Is the second row a part of the head? It names what the first leaves blank or repeats, and holds no figures."""
    new = [at for at, text in enumerate(below) if text and (at >= len(above) or text != above[at])]
    divided = [at for at in new if at >= len(above) or not above[at] or above.count(above[at]) > 1]
    named = [at for at in divided if role_of(below[at]) or _language_named(below[at])]
    return bool(named) and not any(re.search(r"\d", below[at]) or len(below[at]) > _LONGEST for at in new)


def _carried(above: list[str], below: list[str]) -> list[str]:
    """The first row with its headers carried on over the columns that the second divides, as if they were merged."""
    carried = list(above)
    for at in range(1, len(above)):
        if not above[at] and below[at]:
            carried[at] = carried[at - 1]
    return carried


def _is_numbered(sheet: Sheet, at: int) -> bool:
    """Does a row only number the columns, as in many Russian tables?"""
    cells = [str(cell) for cell in sheet.rows[at] if cell] if at < len(sheet.rows) else []
    return len(cells) > 1 and cells == [str(number) for number in range(1, len(cells) + 1)]


def _columns(headers: Sequence[str], below: Sequence[Sequence[Cell]]) -> list[Column]:
    columns = []
    for at, header in enumerate(headers):
        role = role_of(header)
        words = " ".join(str(row[at]) for row in below if at < len(row)) if role == "title" else ""
        language = (_language_named(header) or language_of_words(words)) if role == "title" else ""
        if header:
            columns.append(Column(at, header, role, language))
    return columns


def _language_named(header: str) -> str:
    text = fold(header)
    return next((code for code, pattern in _languages().items() if pattern.search(text)), "")
