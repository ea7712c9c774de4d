"""Small workbooks, written by hand as the format has them."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from xml.sax.saxutils import escape

_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
)
_FIRST_DAY = date(1899, 12, 30)


def letters(column):
    """The letters of a column, counted from 0."""
    return ("" if column < 26 else letters(column // 26 - 1)) + chr(ord("A") + column % 26)


def cell(row, column, value):
    place = f'r="{letters(column)}{row + 1}"'
    if isinstance(value, date):
        return f'<c {place} s="1"><v>{(value - _FIRST_DAY).days}</v></c>'
    if isinstance(value, int | float):
        return f"<c {place}><v>{value}</v></c>"
    return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>' if value else ""


def sheet_part(rows, merged=()):
    lines = "".join(
        f'<row r="{at + 1}">{"".join(cell(at, column, value) for column, value in enumerate(row))}</row>'
        for at, row in enumerate(rows)
    )
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData>'
        + (f"<mergeCells>{ranges}</mergeCells>" if ranges else "")
        + "</worksheet>"
    )


def parts(*sheets, hidden=()):
    """The parts of a workbook of sheets, each `(name, part)`."""
    named = [*enumerate(sheets, 1)]
    state = dict.fromkeys(hidden, ' state="hidden"')
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_DOC}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOC}"><sheets>'
        + "".join(
            f'<sheet name="{name}" sheetId="{at}"{state.get(name, "")} r:id="rId{at}"/>' for at, (name, _) in named
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELS}">'
        + "".join(
            f'<Relationship Id="rId{at}" Type="{_DOC}/worksheet" Target="worksheets/sheet{at}.xml"/>' for at, _ in named
        )
        + f'<Relationship Id="rId0" Type="{_DOC}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
    } | {f"xl/worksheets/sheet{at}.xml": part for at, (_, part) in named}


def packed(contents):
    """Parts as a file."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return written.getvalue()


def workbook(rows, merged=(), name="План"):
    """A workbook of one sheet, as a file."""
    return packed(parts((name, sheet_part(rows, merged))))
