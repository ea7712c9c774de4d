"""A yearly list understood: its rows as activities, each with what was noticed, and the rows that are none."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.document.dates import between, period, years
from kelisim.document.finding import Finding, Reading, any_of, table
from kelisim.document.heading import Column, Heading, heading
from kelisim.document.money import money
from kelisim.document.sheet import read as read_sheets
from kelisim.errors import BadValue
from kelisim.language import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kelisim.document.sheet import Cell, Sheet

_NUMBER: Final = re.compile(r"(\d+(?:\.\d+)*)[.)]?")
_ROMAN: Final = re.compile(r"[IVXІХ]+[.)]?")
_SECTION: Final = re.compile(
    r"(?:(?:part|section|раздел|часть|бөлім)\s+)?(?:\d+(?:\.\d+)*[.)]?|[IVXІХ]+[.)])\s+(?=\D)", re.IGNORECASE
)
_SECTION_NUMBER: Final = re.compile(r"\s*(\d+(?:\.\d+)*)[.)]?\s+(?=\D)")


class Activity(NamedTuple):
    """A row that is an activity; values are in their written form, or empty where a finding says why."""

    row: int
    number: str
    under: str
    line: str
    titles: Mapping[str, str]
    period: str
    place: str
    host: str
    participants: str
    costs: tuple[str, ...]
    findings: tuple[Finding, ...]


class Passed(NamedTuple):
    """A row that is no activity: a section, a total, a signature or another note, or one without a title."""

    row: int
    sort: str
    text: str


class Listing(NamedTuple):
    """A list as it was understood."""

    name: str
    head: Heading
    year: int | None
    activities: tuple[Activity, ...]
    passed: tuple[Passed, ...]


class _Row(NamedTuple):
    """A row under the head: its number in the spreadsheet, its texts by column, and what it looks like."""

    row: int
    cells: Sequence[Cell]
    texts: Mapping[str, str]
    sort: str

    @property
    def number(self) -> str:
        found = _NUMBER.fullmatch(self.texts.get("number", ""))
        return found[1] if found else ""

    @property
    def words(self) -> str:
        """All that it says, each thing once."""
        return " · ".join(dict.fromkeys(str(cell) for cell in self.cells if cell))


def read(data: bytes, year: int | None = None) -> tuple[Listing, ...]:
    """The lists that a file holds, one a sheet.

    Args:
        data: the file, XLSX or CSV.
        year: of dates that name none, where a list itself does not say.

    Raises:
        BadValue: it cannot be read, or no sheet of it has the head of a list.
    """
    found = tuple(one for sheet in read_sheets(data) if (one := understood(sheet, year)))
    if not found:
        raise BadValue("sheet-no-heading")
    return found


def understood(sheet: Sheet, year: int | None = None) -> Listing | None:
    """What a sheet says; None where no row of it is the head of a list.

    Args:
        sheet: as it came.
        year: of dates that name none, where the list itself does not say.
    """
    head = heading(sheet)
    if head is None:
        return None
    year = _year(sheet, head) or year
    rows = _sorted([*_rows(sheet, head)])
    activities = [*_activities(rows, head.columns, year)]
    passed = tuple(Passed(row.row, row.sort, row.words) for row in rows if row.sort != "activity")
    return Listing(sheet.name, head, year, tuple(activities), passed)


# Rows, and what they are


def _rows(sheet: Sheet, head: Heading) -> Iterator[_Row]:
    """The rows under the head that say anything; a head that is repeated on the next page says nothing."""
    headers = {column.header for column in head.columns}
    for number, cells in enumerate(sheet.rows[head.first :], head.first + 1):
        said = {str(cell) for cell in cells if cell}
        if said and not (len(said) > 1 and said <= headers):
            texts = _texts(cells, head.columns)
            yield _Row(number, cells, texts, _sort(said, texts))


def _texts(cells: Sequence[Cell], columns: Sequence[Column]) -> dict[str, str]:
    found: dict[str, dict[str, None]] = {}
    for column in columns:
        if column.at < len(cells) and cells[column.at]:
            found.setdefault(column.role, {})[str(cells[column.at])] = None
    return {role: "; ".join(texts) for role, texts in found.items()}


def _sort(said: set[str], texts: Mapping[str, str]) -> str:
    """What a row looks like by itself."""
    number, title = texts.get("number", ""), texts.get("title", "")
    numbered, first = bool(_NUMBER.fullmatch(number)), fold(title or number or min(said))
    dated = any(texts.get(role) for role in ("period", "begins", "ends"))
    if len(said - {number}) <= 1 and not (numbered and len(said) == 1):
        return _sort_alone(first, numbered=numbered, roman=bool(_ROMAN.fullmatch(number)))
    if not numbered and _rows_called("total").match(first):
        return "total"
    if not title:
        return "untitled"
    if not numbered and _rows_called("signature").match(first):
        return "note"
    return "activity" if numbered or dated else "doubtful"


def _sort_alone(first: str, *, numbered: bool, roman: bool) -> str:
    """What a row with one text looks like: a section, an activity of which nothing else is known, or a note."""
    if roman:
        return "section"
    if numbered:
        return "titled"
    return next((sort for word, sort in _NAMED if _rows_called(word).match(first)), "section")


_NAMED: Final = (("total", "total"), ("signature", "note"))


@cache
def _rows_called(sort: str) -> re.Pattern[str]:
    return any_of(map(fold, table("headings")["rows"][sort]))


def _sorted(rows: list[_Row]) -> list[_Row]:
    """What each row is, seen among the others: what stands below the last activity is a note."""
    numbers = {row.number for row in rows}
    parents = {number.rpartition(".")[0] for number in numbers}
    last = max((at for at, row in enumerate(rows) if row.sort in ("activity", "titled")), default=-1)
    settled = []
    for at, row in enumerate(rows):
        sort = row.sort
        if sort == "titled":
            sort = "section" if row.number in parents else "activity"
        elif sort == "doubtful":
            sort = "activity" if at < last or last < 0 else "note"
        elif sort == "section" and at > last:
            sort = "note"
        settled.append(row._replace(sort=sort))
    return settled


# Activities


def _activities(rows: Sequence[_Row], columns: Sequence[Column], year: int | None) -> Iterator[Activity]:
    numbers, lines = _Numbers(rows), {"": ""}
    for row in rows:
        if row.sort == "section":
            number = row.number or _numbered(row)
            lines = {**(lines if number else {}), number: _section(row)}
        elif row.sort == "activity":
            yield _activity(row, columns, _period(row, columns, year), numbers.findings(row))._replace(
                under=numbers.under(row.number),
                line=row.texts.get("line") or _line(row.number, lines),
            )


def _line(number: str, lines: Mapping[str, str]) -> str:
    """The section that a row stands in: the one whose number it stands under, or else the last without a number."""
    above = number.rpartition(".")[0]
    while above and above not in lines:
        above = above.rpartition(".")[0]
    return lines.get(above, "")


def _activity(row: _Row, columns: Sequence[Column], when: Reading, findings: list[Finding]) -> Activity:
    if when.trouble:
        findings.append(Finding(when.trouble, row.row, {"value": _said_of(row, ("period", "begins", "ends"))}))
    costs = []
    for column in columns:
        text = _cell(row, column)
        read = money(str(text), column.header) if column.role == "cost" else Reading()
        if read.trouble:
            findings.append(Finding(read.trouble, row.row, {"value": str(text)}))
        costs += [read.value] if read.value else []
    told = {role: row.texts.get(role, "") for role in ("place", "host", "participants")}
    titles = _titles(row, columns)
    return Activity(
        row.row, row.number, "", "", titles, when.value, **told, costs=tuple(costs), findings=tuple(findings)
    )


class _Numbers:
    """The numbers of a list: which are used twice, and what stands under what."""

    def __init__(self, rows: Sequence[_Row]) -> None:
        self._known = {row.number for row in rows if row.number} | {_numbered(row) for row in rows}
        self._first: dict[tuple[int, str], int] = {}
        self._section: dict[int, int] = {}
        section = 0
        for row in rows:
            section += row.sort == "section"
            self._section[row.row] = section
        ones = Counter(row.number for row in rows if row.sort == "activity")["1"]
        self._afresh = 1 < ones <= section + 1  # each section begins with 1 again

    def findings(self, row: _Row) -> list[Finding]:
        """A finding where the number was used before."""
        key = (self._section[row.row] if self._afresh else 0, row.number)
        before = self._first.setdefault(key, row.row) if row.number else row.row
        return [Finding("number-twice", row.row, {"value": row.number, "other": before})] if before != row.row else []

    def under(self, number: str) -> str:
        """The number that a number such as `4.1` stands under, if the list has it."""
        above = number.rpartition(".")[0]
        return above if above in self._known else ""


def _numbered(row: _Row) -> str:
    found = _SECTION_NUMBER.match(row.words) if row.sort == "section" else None
    return found[1] if found else ""


def _section(row: _Row) -> str:
    """The words of a section without its number."""
    text = row.texts.get("title") or row.words
    number = _SECTION.match(text)
    return text[number.end() :] if number else text


def _titles(row: _Row, columns: Sequence[Column]) -> dict[str, str]:
    titles: dict[str, str] = {}
    for column in columns:
        text = str(_cell(row, column))
        if column.role == "title" and text and text not in titles.values():
            before = titles.get(column.language)
            titles[column.language] = f"{before}; {text}" if before else text
    return titles


def _period(row: _Row, columns: Sequence[Column], year: int | None) -> Reading:
    found = {
        role: period(cell, year)
        for role in ("ends", "begins", "period")
        for column in columns
        if column.role == role and (cell := _cell(row, column))
    }
    if "period" in found or not found:
        return found.get("period", Reading(trouble="date-none"))
    nothing = Reading(trouble="date-none")
    return between(found.get("begins", nothing), found.get("ends", nothing))


def _cell(row: _Row, column: Column) -> Cell:
    return row.cells[column.at] if column.at < len(row.cells) else ""


def _said_of(row: _Row, roles: Sequence[str]) -> str:
    return " – ".join(row.texts[role] for role in roles if role in row.texts)


def _year(sheet: Sheet, head: Heading) -> int | None:
    """The one year that the titles name, or the headers, or the name of the sheet."""
    for text in (" ".join(head.titles), " ".join(column.header for column in head.columns), sheet.name):
        if len(set(named := years(text))) == 1:
            return named[0]
    return None
