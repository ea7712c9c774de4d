"""An XLSX workbook, opened with care: what it unpacks to and how far its cells reach is known before it is read."""

from __future__ import annotations

import zipfile
import zlib
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from kelisim.document.sheet import COLUMNS, ROWS, Cell, Sheet, bounded, tidy
from kelisim.errors import BadValue

UNPACKED, PARTS = 100_000_000, 1_000
_READ: Final = ("xl/", "_rels/", "[content_types].xml")  # nothing by which it could be read as of another format
_REFUSED: Final = ("xl/vbaproject", "xl/externallinks/", "xl/macrosheets/")
_BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, expat.ExpatError, CalamineError),
    *(RuntimeError, EOFError, OSError, ValueError, KeyError),
)


def read(data: bytes) -> tuple[Sheet, ...]:
    """The sheets of a workbook that hold anything and are not hidden; a merged cell's value stands in all it covers.

    Raises:
        BadValue: it is no such workbook, unpacks to too much, or brings macros or links to other files.
    """
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(_unpacked(data)))
        return tuple(
            sheet
            for told in book.sheets_metadata
            if told.visible == SheetVisibleEnum.Visible and told.typ == SheetTypeEnum.WorkSheet
            if (sheet := _sheet(book, told.name)).rows
        )
    except _BROKEN as error:
        raise BadValue("sheet-no-table") from error


def _unpacked(data: bytes) -> bytes:
    """The same parts without compression: what was measured here is what is read."""
    packed = zipfile.ZipFile(BytesIO(data))
    parts = packed.infolist()
    names = [part.filename.lower() for part in parts]
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise BadValue("sheet-unpacks-to-too-much", most=UNPACKED // 1_000_000)
    if any(name.startswith(_REFUSED) for name in names):
        raise BadValue("sheet-macros")
    if "xl/workbook.xml" not in names or len(set(names)) < len(names):
        raise BadValue("sheet-no-table")
    plain = BytesIO()
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_STORED) as written:
        for part in parts:
            if part.filename.lower().startswith(_READ) and part.filename.lower().endswith((".xml", ".rels")):
                content = packed.read(part)
                if b"sheetData" in content:
                    bounded(*_reach(content))
                written.writestr(zipfile.ZipInfo(part.filename), content)
    return plain.getvalue()


def _reach(part: bytes) -> tuple[int, int]:
    """How many rows and columns lie before the last cell that holds anything."""
    row = column = rows = columns = depth = 0

    def begins(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, rows, columns, depth
        name = name.rpartition(":")[2]
        told = attributes.get("r", "")
        if name == "row":
            row, column = int(told) if told else row + 1, 0
        elif name == "c":
            row, column = _place(told) if told else (row, column + 1)
        elif depth:
            rows, columns = max(rows, row), max(columns, column)
        depth += name == "c" or depth > 0

    def ends(_: str) -> None:
        nonlocal depth
        depth -= depth > 0

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begins, ends
    parser.Parse(part, True)  # noqa: FBT003  (its own signature)
    return rows, columns


def _place(told: str) -> tuple[int, int]:
    letters = told.rstrip("0123456789")
    column = 0
    for letter in letters.upper():
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(told[len(letters) :]), column


def _sheet(book: CalamineWorkbook, name: str) -> Sheet:
    read = book.get_sheet_by_name(name)
    rows = [[_cell(value) for value in row] for row in read.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in read.merged_cell_ranges or ():
        for row in rows[top : min(bottom, ROWS) + 1]:
            last = min(right + 1, len(row), COLUMNS)
            row[left:last] = [rows[top][left]] * (last - left)
    return Sheet(name, tuple(map(tuple, rows)))


def _cell(value: Any) -> Cell:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    return value if isinstance(value, date) else tidy(str(value))
