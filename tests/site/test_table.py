"""The negotiating table, with scripts off: what officers see there and do."""

from __future__ import annotations

import pytest


@pytest.fixture
def course(web):
    """Kazakhstan has proposed a course in April; the United States has answered with May."""
    desks = web.desks
    plan = desks.item("kaz", "plan", "number=0", "plan_type=framework", "period=2013/2017", "title.en=Joint plan")
    fields = ("number=1", "title.en=Joint course", "title.ru=Совместный курс", "period=2013-04-01/2013-04-05")
    course = desks.item("kaz", "activity", f"parent={plan}", "host=KAZ", *fields)
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    desks.well("usa", "draft --all --theirs KAZ")
    desks.well("usa", f"draft {course} period 2013-05-06/2013-05-10")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    return course


def test_an_open_date_stands_in_brackets_with_the_words_and_the_code_of_each_party(web, course):
    page = web.at("kaz").get(f"/plan/{web.plan()}/table/")
    row = page.row(f"#item-{course} [data-field=period] .value")
    assert row == "[ 1–5 Apr 2013 KAZ 6–10 May 2013 USA ]"


def test_endorsing_a_date_makes_a_draft_and_tells_so(web, course):
    page = web.at("kaz").get(f"/plan/{web.plan()}/table/").press("Endorse USA", within=f"#item-{course}")
    assert "1 position drafted. It stays on our node until it is dispatched." in page.text
    assert "we have a draft here" in page.row(f"#item-{course} [data-field=period]")
    assert web.desks.json("kaz", "drafts")[0]["value"] == "2013-05-06/2013-05-10"


def test_a_date_is_agreed_from_one_desk_to_the_other_by_pages_alone(web, course):
    officer, plan = web.at("kaz"), web.plan()
    officer.get(f"/plan/{plan}/table/").press("Endorse USA", within=f"#item-{course}")
    page = officer.get(f"/plan/{plan}/dispatch/").press("Dispatch 1 position", code=officer.code())
    assert "1 position dispatched and signed" in page.text
    page = page.press("Write a bundle for USA")
    data = officer.client
    with web.open("kaz"):
        bundle = data.get(page.soup.find("a", string="Download")["href"])
    from django.core.files.uploadedfile import SimpleUploadedFile

    other = web.at("usa")
    file = SimpleUploadedFile("a.bundle", bundle.content)
    page = other.get("/exchange/").press("Read the bundle", bundle=file)
    assert "Bundle of KAZ read: 1 new dispatch." in page.text
    page = other.get(f"/plan/{plan}/table/")
    assert "agreed" in page.row(f"#item-{course} header")
    assert "6–10 May 2013" in other.get(f"/plan/{plan}/items/{course}/").text


def test_a_wrong_value_is_refused_beside_what_was_written(web, course):
    page = web.at("kaz").get(f"/plan/{web.plan()}/items/{course}/period/")
    page = page.press("Keep as a draft", period="mid May")
    assert page.status == 422
    assert "“mid May” is not a date or period" in page.row(".refusal")
    assert page.soup.find("input", {"name": "period"})["value"] == "mid May"
    assert web.desks.json("kaz", "drafts") == []


def test_without_a_second_factor_nothing_is_dispatched(web, course):
    officer, plan = web.at("kaz"), web.plan()
    officer.get(f"/plan/{plan}/table/").press("Endorse USA", within=f"#item-{course}")
    page = officer.get(f"/plan/{plan}/dispatch/").press("Dispatch 1 position", code="000000")
    assert page.status == 403
    assert "This is not the code of your second factor." in page.text
    assert len(web.desks.json("kaz", "drafts")) == 1


@pytest.mark.usefixtures("course")
def test_a_lawyer_reads_the_table_and_is_offered_no_position(web):
    page = web.at("kaz", "lawyer").get(f"/plan/{web.plan()}/table/")
    assert "Joint course" in page.text
    assert not [one for one in page.soup.find_all("button") if "Endorse" in one.get_text()]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=waiting-ours", True),
        ("state=waiting-theirs", False),
        ("words=совмест", True),
        ("words=КУРС", True),
        ("words=урс", False),
        ("year=2013", True),
        ("year=2014", False),
        ("year=2013&sense=fiscal", True),
        ("year=2014&sense=fiscal", False),
        ("kind=meeting", False),
    ],
)
def test_the_table_shows_what_its_filters_leave(web, course, query, found):
    page = web.at("kaz").get(f"/plan/{web.plan()}/table/?{query}")
    assert bool(page.soup.select(f"#item-{course}")) == found


@pytest.mark.parametrize(
    ("language", "words"), [("ru", "Принять: USA"), ("kk", "Қабылдау: USA"), ("en", "Endorse USA")]
)
@pytest.mark.usefixtures("course")
def test_the_table_speaks_the_language_of_its_reader(web, language, words):
    officer = web.at("kaz")
    officer.client.cookies["kelisim_language"] = language
    page = officer.get(f"/plan/{web.plan()}/table/")
    assert page.soup.html["lang"] == language
    assert words in page.text
