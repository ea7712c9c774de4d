"""The start page of the example: it shows what was understood of a spreadsheet that somebody brings."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from tests.library.workbooks import workbook
from tests.site.test_example import EXAMPLE
from tests.site.web import words

LIST = """План контактов на 2014 год;;;;
№;Мероприятие;Сроки;Место;Стоимость, тыс. тенге
I. Политический диалог;;;;
1;Консультации;12-16 мая;Астана;1 200
2;Совместное учение;II квартал;Алматы;TBD
2;Обмен опытом;16-12 мая;;
Итого;;;;1 200
""".encode("cp1251")


@pytest.fixture
def start(web):
    """Somebody who has come to the start page and has no seat."""
    client = Client(SERVER_NAME="localhost")

    def asked(language="en", data=None, name="list.csv", **fields):
        client.cookies["kelisim_language"] = language
        with web.open("kaz"), override_settings(START=str(EXAMPLE / "officers.toml")):
            if data is None:
                answer = client.get("/")
            else:
                answer = client.post("/", {"sheet": SimpleUploadedFile(name, data), **fields})
        return answer.status_code, BeautifulSoup(answer.content, "html.parser")

    return asked


def rows_of(soup):
    return [[words(cell) for cell in row.find_all("td")] for row in soup.select("table tbody tr")]


def test_the_start_page_asks_for_a_spreadsheet_without_scripts(start):
    status, soup = start()
    form = soup.select_one("form:has(input[type=file])")
    assert status == 200
    assert form["method"] == "post"
    assert form["enctype"] == "multipart/form-data"


def test_what_was_understood_stands_in_the_words_of_the_reader_with_its_findings_beside_it(start):
    status, soup = start("en", LIST)
    assert status == 200
    first, second, third = [row for row in rows_of(soup) if row]
    assert words(soup.select_one("th[scope=rowgroup]")) == "Политический диалог"
    assert first == ["4", "1", "Консультации", "12–16 May 2014", "Астана", "KZT1,200,000.00", ""]
    assert second[3:] == ["Q2 2014", "Алматы", "", "“TBD”: the cost is still open."]
    assert third[3] == ""
    assert "“16-12 мая” ends before it begins." in third[6]
    assert "The number 2 stands in row 5 too." in third[6]
    assert "Row 7 · total Итого · 1 200" in words(soup)


@pytest.mark.parametrize(
    ("language", "title", "finding"),
    [
        ("en", "What was understood", "ends before it begins"),
        ("ru", "Что понято", "окончание раньше начала"),
        ("kk", "Не түсінілді", "аяқталуы басталуынан бұрын"),
    ],
)
def test_the_page_speaks_the_language_of_its_reader(start, language, title, finding):
    _, soup = start(language, LIST)
    assert title in words(soup.h1)
    assert finding in words(soup)


def test_a_workbook_is_read_too_and_a_year_can_be_told(start):
    data = workbook([["No.", "Title", "Dates"], [1, "Course", "3-7 March"]])
    _, soup = start("en", data, "list.xlsx")
    assert "of which year?" in rows_of(soup)[0][6]
    _, soup = start("en", data, "list.xlsx", year="2015")
    assert rows_of(soup)[0][3] == "3–7 Mar 2015"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04 and no more", "neither a whole XLSX workbook nor a text"),
        (b"\xd0\xcf\x11\xe0 long ago", "an old format"),
        (b"dear colleague, see you soon", "No list was found"),
        (b"x" * 10_000_001, "10 MB"),
    ],
)
def test_a_file_that_is_no_list_is_refused_beside_the_form_with_a_reason(start, data, why):
    status, soup = start("en", data)
    assert status == 422
    assert why in words(soup.select_one(".refusal"))
    assert soup.select_one("input[type=file]")


def test_what_stands_in_a_cell_is_text_and_nothing_else(start):
    _, soup = start("en", b"No.;Title;Dates\n1;<b>Course</b>;<script>x</script>\n")
    assert not soup.select("td b, td script")
    assert rows_of(soup)[0][2] == "<b>Course</b>"
