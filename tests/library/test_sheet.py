"""Tables as they come: read with all they hold, and refused before they cost more than they say."""

from __future__ import annotations

import csv
import io
import zlib
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.document.sheet import COLUMNS, ROWS, read, tidy
from kelisim.errors import BadValue
from tests.library.workbooks import packed, parts, sheet_part, workbook

SMALL = sheet_part([["№", "Мероприятие"], [1, "Курс"]])


def rows(data):
    (sheet,) = read(data)
    return [list(row) for row in sheet.rows]


def refused(data):
    with pytest.raises(BadValue) as caught:
        read(data)
    return caught.value.code


# Workbooks


def test_a_workbook_gives_texts_numbers_as_they_are_seen_and_days():
    data = workbook([["Курс ", 4.1, 31000, 0.1 + 0.2, date(2014, 5, 12)]])
    assert rows(data) == [["Курс", "4.1", "31000", "0.3", date(2014, 5, 12)]]


def test_rows_keep_the_numbers_that_the_spreadsheet_shows():
    assert rows(workbook([[], [], ["", "№"]])) == [["", ""], ["", ""], ["", "№"]]


def test_a_merged_cell_stands_in_all_that_it_covers():
    data = workbook([["План", "", ""], ["Сроки", "", "Место"], ["с", "по", ""]], ["A1:C1", "A2:B2", "C2:C3"])
    assert rows(data) == [["План"] * 3, ["Сроки", "Сроки", "Место"], ["с", "по", "Место"]]


def test_hidden_sheets_and_empty_sheets_are_left_out():
    data = packed(parts(("A", SMALL), ("B", SMALL), ("C", sheet_part([])), hidden=["A"]))
    assert [sheet.name for sheet in read(data)] == ["B"]


def test_a_merge_beyond_the_table_costs_nothing():
    assert rows(workbook([["План", "x"]], ["A1:XFD1048576"])) == [["План", "План"]]


def test_cells_that_are_formatted_and_empty_are_not_counted():
    part = SMALL.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>')
    assert len(rows(packed(parts(("A", part))))) == 2


@pytest.mark.parametrize(
    "cell",
    [
        '<row r="20001"><c r="A20001"><v>1</v></c></row>',
        '<row r="3"><c r="CW3"><v>1</v></c></row>',
        '<row r="1048576"><c><v>1</v></c></row>',
        '<row r="3"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>',
        '<row r="3">' + "<c><v>1</v></c>" * (COLUMNS + 1) + "</row>",
    ],
)
def test_a_cell_far_away_is_refused_before_the_cells_between_are_made(cell):
    assert refused(packed(parts(("A", SMALL.replace("</sheetData>", f"{cell}</sheetData>"))))) == "sheet-too-many-cells"


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(monkeypatch):
    bomb = packed({**parts(("A", SMALL)), "xl/media/image.xml": b"0" * 100_000_001})
    assert len(bomb) < 1_000_000
    monkeypatch.setattr("zipfile.ZipFile.read", None)
    assert refused(bomb) == "sheet-unpacks-to-too-much"


def test_a_part_that_is_larger_than_it_says_is_never_read_further():
    data = packed({**parts(("A", SMALL)), "xl/sharedStrings.xml": b"<sst>" + b" " * 1_000_000 + b"</sst>"})
    said = (1_000_011).to_bytes(4, "little")
    assert data.count(said) == 2
    assert refused(data.replace(said, (100).to_bytes(4, "little"))) == "sheet-no-table"


def test_a_workbook_of_very_many_parts_is_refused():
    assert refused(packed({f"{at}.xml": "" for at in range(1001)})) == "sheet-unpacks-to-too-much"


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/macrosheets/1.xml"])
def test_macros_and_links_to_other_files_are_refused(part):
    assert refused(packed({**parts(("A", SMALL)), part: "x"})) == "sheet-macros"


def test_what_is_no_workbook_is_refused():
    assert refused(packed({"word/document.xml": "<x/>"})) == "sheet-no-table"
    assert refused(packed(parts(("A", "<worksheet><sheetData>")))) == "sheet-no-table"
    assert refused(packed({"content.xml": "<x/>", "mimetype": "application/vnd.oasis.opendocument.spreadsheet"}))
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") == "sheet-old"


@given(at=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(at, byte):
    data = bytearray(workbook([["№", "Мероприятие"], [1, "Курс"]], ["A1:A2"]))
    data[at % len(data)] = byte
    with suppress(BadValue):
        read(bytes(data))


@given(at=st.integers(0, 10_000), rubbish=st.sampled_from(['"', "<", "&x;", 'r="0"', "<c/>", "<!DOCTYPE a>", "-1"]))
def test_a_damaged_sheet_in_a_sound_archive_is_read_or_refused_and_nothing_else(at, rubbish):
    at %= len(SMALL)
    with suppress(BadValue):
        read(packed(parts(("A", SMALL[:at] + rubbish + SMALL[at:]))))


# Texts


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "kz1048"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_text_is_read_in_its_encoding_with_its_delimiter(encoding, delimiter):
    table = [["№", "Мероприятие"], ["1", "Курс, сбор; и «приём» ё"]]
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows(table)
    assert rows(written.getvalue().encode(encoding)) == table


def test_kazakh_letters_are_read_in_the_encoding_of_kazakhstan():
    assert rows("р/с №;Іс-шара\n1;Оқу-жаттығу, әңгіме".encode("kz1048")) == [
        ["р/с №", "Іс-шара"],
        ["1", "Оқу-жаттығу, әңгіме"],
    ]


@given(
    table=st.lists(
        st.lists(st.text("абвқ \"',;\t1.\n", max_size=5).map(tidy), min_size=3, max_size=3), min_size=1, max_size=6
    ),
    delimiter=st.sampled_from(";\t,"),
)
def test_cells_that_are_all_quoted_come_back_whatever_they_hold(table, delimiter):
    table = [["№", "Курс", "Срок"], *table]
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(table)
    assert rows(written.getvalue().encode()) == table


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    with suppress(BadValue):
        read(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a,b\n" * (ROWS + 1), "sheet-too-many-cells"),
        (b"a," * COLUMNS + b"b\n", "sheet-too-many-cells"),
        (b"x" * 10_000_001, "sheet-too-large"),
        (b"a,\0b", "sheet-no-table"),
        (b"\x98\x98,\x98", "sheet-no-table"),
        (b'a,"' + b"b" * 140_000 + b'"', "sheet-no-table"),
    ],
)
def test_texts_have_limits_too(data, code):
    assert refused(data) == code


def test_a_checksum_that_does_not_hold_refuses_the_workbook():
    data = workbook([["Курс"]])
    sum_of = zlib.crc32(sheet_part([["Курс"]]).encode()).to_bytes(4, "little")
    assert refused(data.replace(sum_of, b"\0\0\0\0")) == "sheet-no-table"
