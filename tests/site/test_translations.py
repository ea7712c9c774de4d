"""The translator's list: what waits for translation, and how it is written."""

from __future__ import annotations

import pytest

from tests.site.web import words

TITLE = "title.ru=Совместный курс офицеров"


@pytest.fixture
def course(web):
    """A course whose title is agreed in English and Russian and whose topics stand in Russian alone; nothing more."""
    desks = web.desks
    titles = ("title.en=Joint plan", "title.ru=Совместный план", "title.kk=Бірлескен жоспар")
    plan = desks.item("kaz", "plan", "number=1", "plan_type=yearly", "period=2013", *titles)
    fields = ("number=1.1", "title.en=Joint course of officers", TITLE, "topics.ru=Штабная работа")
    course = desks.item("kaz", "activity", f"parent={plan}", *fields)
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    desks.well("usa", "draft --all --theirs KAZ")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    return course


def listed(web, login="translator", **query):
    return web.at("kaz", login).get(f"/plan/{web.plan()}/translations/", query)


def test_a_text_is_listed_once_with_what_stands_in_the_other_languages(web, course):
    page = listed(web)
    assert "2 texts are waiting for translation." in page.text
    form = page.row(f"#item-{course}")
    assert "English KAZ, USA Joint course of officers" in form
    assert "русский KAZ, USA Совместный курс офицеров" in form
    boxes = [box["name"] for box in page.soup.select(f"#item-{course} textarea")]
    assert boxes == ["title.kk", "topics.en", "topics.kk"]


@pytest.mark.usefixtures("course")
def test_a_language_that_nobody_has_written_is_no_disagreement(web):
    page = web.at("kaz").get(f"/plan/{web.plan()}/")
    assert "Agreed: 2 of 2 items" in page.row(".lede")
    assert "Waiting for us: 0" in page.text
    assert "Texts waiting for translation: 2" in page.row("#languages")


def test_the_list_can_be_of_one_language(web, course):
    page = listed(web, to="en")
    assert "1 text is waiting for translation." in page.text
    assert [box["name"] for box in page.soup.select(f"#item-{course} textarea")] == ["topics.en"]
    assert "English 1" in page.text
    assert "қазақша 2" in page.text


def test_what_a_translator_writes_is_a_draft_that_stays_in_its_box(web, course):
    page = listed(web).press("Keep as a draft", f"#item-{course}", **{"title.kk": "Офицерлердің бірлескен курсы"})
    assert "1 position drafted. It stays on our node until it is dispatched." in page.text
    assert "we have a draft here" in page.row(f"#item-{course}")
    box = page.soup.select_one(f"#item-{course} [name='title.kk']")
    assert words(box) == "Офицерлердің бірлескен курсы"
    assert box["lang"] == "kk"
    drafts = web.desks.json("kaz", "drafts")
    assert [(one["item"], one["field"], one["value"]) for one in drafts] == [
        (course, "title.kk", "Офицерлердің бірлескен курсы")
    ]


def test_once_it_is_dispatched_the_others_are_asked_and_it_waits_for_translation_no_more(web, course):
    listed(web).press("Keep as a draft", f"#item-{course}", **{"title.kk": "Офицерлердің бірлескен курсы"})
    web.desks.well("kaz", "dispatch")
    assert "1 text is waiting for translation." in listed(web).text
    assert "Waiting for USA: 1" in web.at("kaz").get(f"/plan/{web.plan()}/").row("#for-them")


def test_a_form_writes_nothing_but_what_is_lacking(web, course):
    page = listed(web).press("Keep as a draft", f"#item-{course}", **{"title.en": "Another course", "period": "2014"})
    assert page.status == 200
    assert web.desks.json("kaz", "drafts") == []


def test_who_may_not_translate_reads_the_list_and_cannot_write(web, course):
    page = listed(web, "auditor")
    assert "Joint course of officers" in page.text
    assert all(box.has_attr("disabled") for box in page.soup.select("textarea"))
    assert not page.soup.select(f"#item-{course} button")
    sent = {"item": course, "title.kk": "Курс"}
    assert web.at("kaz", "auditor").post(f"/plan/{web.plan()}/translations/", sent).status == 403


def test_the_table_shows_what_waits_for_translation(web, course):
    page = web.at("kaz").get(f"/plan/{web.plan()}/table/")
    assert "Waiting for translation 1" in page.row(".rail")
    there = page.link("Waiting for translation")
    items = [one["data-item"] for one in there.soup.select("[data-item]")]
    assert items == [course]


def test_a_plan_whose_texts_are_whole_says_so(web):
    page = listed(web)
    assert "Every text stands in all languages of the plan." in page.text


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("ru", "Ожидают перевода 2 текста."), ("kk", "Аударманы күткен мәтіндер: 2.")],
)
@pytest.mark.usefixtures("course")
def test_the_list_is_told_in_the_language_of_the_reader(web, language, sentence):
    web.at("kaz", "translator").client.cookies["kelisim_language"] = language
    assert sentence in listed(web).text
