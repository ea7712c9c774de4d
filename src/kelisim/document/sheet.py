"""A table as it came, XLSX or CSV, as rows of cells; limits first, so that no file costs more than it says.

A cell is a text, blanks tidied, or a day where the workbook says that it is one. Numbers are texts too: `4.1` is as
often a place in a list as it is a number.
"""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from datetime import date
from itertools import islice
from typing import Final, NamedTuple

from kelisim.errors import BadValue

Cell = str | date

LARGEST, ROWS, COLUMNS = 10_000_000, 20_000, 100
_LOOKED_AT: Final = 50  # rows that show how a table is divided
_DELIMITERS: Final = (";", "\t", ",")
_MARKS: Final = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_ENCODINGS: Final = ("utf-8", "kz1048")  # Windows-1251 as Kazakhstan has it; Russian letters are the same in both


class Sheet(NamedTuple):
    """A sheet: its name, and its rows as they are numbered in the spreadsheet, from the first."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]


def read(data: bytes) -> tuple[Sheet, ...]:
    """The sheets of a file that hold anything and are not hidden.

    Raises:
        BadValue: it is too large, or not a table that can be read.
    """
    if len(data) > LARGEST:
        raise BadValue("sheet-too-large", most=LARGEST // 1_000_000)
    if data.startswith(b"PK\x03\x04"):
        from kelisim.document import workbook  # noqa: PLC0415  (its reader comes with the site)

        return workbook.read(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadValue("sheet-old")
    return (Sheet("", _separated(_text(data))),)


def tidy(text: str) -> str:
    """A cell's text on one line, with single blanks."""
    return " ".join(text.split())


def bounded(rows: int, columns: int) -> None:
    """Refuse what has more cells than a list of activities can need.

    Raises:
        BadValue: too many rows or columns.
    """
    if rows > ROWS or columns > COLUMNS:
        raise BadValue("sheet-too-many-cells", rows=rows, columns=columns, most_rows=ROWS, most_columns=COLUMNS)


def _text(data: bytes) -> str:
    marked = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "")
    for encoding in (marked,) if marked else _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadValue("sheet-no-table")


def _separated(text: str) -> tuple[tuple[Cell, ...], ...]:
    """The rows of a text whose cells are separated by what separates them most evenly."""
    lines = text.splitlines(keepends=True)

    def evenness(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in islice(csv.reader(lines, delimiter=delimiter), _LOOKED_AT) if len(row) > 1)
        width, count = max(widths.items(), key=lambda one: (one[1], one[0]), default=(0, 0))
        return count, width

    try:
        delimiter = max(_DELIMITERS, key=evenness)
        rows = [*islice(csv.reader(lines, delimiter=delimiter), ROWS + 1)]
    except csv.Error as error:
        raise BadValue("sheet-no-table") from error
    bounded(len(rows), max(map(len, rows), default=0))
    return tuple(tuple(tidy(cell) for cell in row) for row in rows)
