"""The negotiating table, with scripts off: what officers see there and do."""

from __future__ import annotations

import pytest

from tests.site.web import words


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
    page = web.at("kaz").get(f"/plan/{web.plan()}/table/").press("Endorse USA", f"#item-{course}")
    assert "1 position drafted. It stays on our node until it is dispatched." in page.text
    assert "we have a draft here" in page.row(f"#item-{course} [data-field=period]")
    assert web.desks.json("kaz", "drafts")[0]["value"] == "2013-05-06/2013-05-10"


def test_a_date_is_agreed_from_one_desk_to_the_other_by_pages_alone(web, course):
    officer, plan = web.at("kaz"), web.plan()
    officer.get(f"/plan/{plan}/table/").press("Endorse USA", f"#item-{course}")
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
    officer.get(f"/plan/{plan}/table/").press("Endorse USA", f"#item-{course}")
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
    ("language", "words"), [("ru", "Поддержать: USA"), ("kk", "Қолдау: USA"), ("en", "Endorse USA")]
)
@pytest.mark.usefixtures("course")
def test_the_table_speaks_the_language_of_its_reader(web, language, words):
    officer = web.at("kaz")
    officer.client.cookies["kelisim_language"] = language
    page = officer.get(f"/plan/{web.plan()}/table/")
    assert page.soup.html["lang"] == language
    assert words in page.text


def test_a_new_activity_is_proposed_on_a_page_and_stands_on_the_table_as_a_draft(web):
    officer, plan = web.at("kaz"), web.plan()
    fields = {"number": "4", "title.en": "Joint seminar", "title.kk": "Бірлескен семинар", "period": "2013-Q3"}
    page = officer.get(f"/plan/{plan}/new/?kind=activity").press("Keep as a draft", **fields)
    assert "The item is drafted." in page.text
    assert "Q3 2013" in page.row("[data-field=period] .value")
    row = officer.get(f"/plan/{plan}/table/").row(".item header")
    assert "in our drafts alone" in row
    assert officer.get(f"/plan/{plan}/dispatch/").press("Dispatch 6 positions", code=officer.code()).status == 200
    assert "one-sided: proposed by KAZ" in officer.get(f"/plan/{plan}/table/").row(".item header")


def test_a_bad_period_of_a_new_item_loses_nothing_that_was_written(web):
    page = web.at("kaz").get(f"/plan/{web.plan()}/new/?kind=activity")
    page = page.press("Keep as a draft", **{"title.en": "Joint seminar", "period": "autumn"})
    assert page.status == 422
    assert "Joint seminar" in page.text
    assert web.desks.json("kaz", "drafts") == []


def test_the_last_act_can_be_undone_and_what_it_replaced_comes_back(web, course):
    officer, plan = web.at("kaz"), web.plan()
    officer.get(f"/plan/{plan}/items/{course}/period/").press("Keep as a draft", period="2013-06", note="better")
    page = officer.get(f"/plan/{plan}/table/").press("Endorse USA ad referendum", where=[f"{course}:"])
    (draft,) = web.desks.json("kaz", "drafts")
    assert (draft["value"], draft["hold"]) == ("2013-05-06/2013-05-10", True)
    page = page.press("Undo")
    assert "Undone: 1 draft is as it was." in page.text
    (draft,) = web.desks.json("kaz", "drafts")
    assert (draft["value"], draft["note"]) == ("2013-06", "better")


def test_one_bracket_of_a_text_is_taken_over_and_the_other_stays_open(web, course):
    desks = web.desks
    desks.well("usa", f"draft {course} title.en 'Common course for officers and sergeants'")
    desks.well("kaz", f"draft {course} title.en 'Joint course for officers and cadets'")
    desks.meet("kaz", "usa")
    page = web.at("kaz").get(f"/plan/{web.plan()}/items/{course}/").press("2: endorse USA")
    assert "1 position drafted" in page.text
    assert desks.json("kaz", "drafts")[0]["value"] == "Joint course for officers and sergeants"


def test_any_two_wordings_in_the_history_of_a_field_are_compared(web, course):
    page = web.at("kaz").get(f"/plan/{web.plan()}/items/{course}/history/?field=period&earlier=0&later=1")
    assert {words(one) for one in page.soup.select("del, ins")} == {"1–5 Apr", "6–10 May"}


def test_several_items_are_shifted_and_set_at_once(web, course):
    officer, plan = web.at("kaz"), web.plan()
    officer.get(f"/plan/{plan}/table/").press("Shift", ".selection", where=[f"{course}:"], days="7")
    assert web.desks.json("kaz", "drafts")[0]["value"] == "2013-04-08/2013-04-12"
    page = officer.get(f"/plan/{plan}/table/")
    page = page.press("Set for all", ".selection", where=[f"{course}:"], field="host", value="USA")
    assert {one["field"]: one["value"] for one in web.desks.json("kaz", "drafts")}["host"] == "USA"


def rules(web, desk, **said):
    from kelisim_web import store
    from kelisim_web.access import Seat
    from kelisim_web.actions.clearances import set_rules
    from kelisim_web.clearance import Rules

    with web.open(desk) as node:
        set_rules(Seat(node, "admin"), store.plans()[0], Rules(**said))


LEGAL = (("legal", frozenset(), frozenset()),)


def test_a_draft_waits_for_its_clearance_which_falls_when_the_words_change(web, course):
    rules(web, "kaz", needed=LEGAL)
    officer, lawyer, plan = web.at("kaz"), web.at("kaz", "lawyer"), web.plan()
    officer.get(f"/plan/{plan}/table/").press("Endorse USA", f"#item-{course}")
    assert "held back: a clearance is missing" in officer.get(f"/plan/{plan}/drafts/").text
    assert "No draft can be dispatched now." in officer.get(f"/plan/{plan}/dispatch/").text
    page = lawyer.get(f"/plan/{plan}/drafts/").press("Clear: legal")
    assert "1 draft cleared." in page.text
    assert "legal: lawyer" in page.text
    officer.get(f"/plan/{plan}/items/{course}/period/").press("Keep as a draft", period="2013-06")
    assert "legal: waiting" in officer.get(f"/plan/{plan}/drafts/").text


def test_a_small_ministry_clears_and_dispatches_in_one_act(web, course):
    from kelisim_web.models.people import Place

    rules(web, "kaz", needed=LEGAL)
    with web.open("kaz"):
        Place.objects.create(officer_id="desk", seat="legal")
    officer, plan = web.at("kaz"), web.plan()
    officer.get(f"/plan/{plan}/table/").press("Endorse USA", f"#item-{course}")
    page = officer.get(f"/plan/{plan}/dispatch/")
    assert "You also clear 1 of them in this act." in page.text
    assert "1 position dispatched" in page.press("Dispatch 1 position", code=officer.code()).text


def test_where_four_eyes_are_wanted_nobody_releases_what_they_wrote(web, course):
    rules(web, "kaz", releases_own=False)
    officer, plan = web.at("kaz"), web.plan()
    officer.get(f"/plan/{plan}/table/").press("Endorse USA", f"#item-{course}")
    assert "whoever wrote it may not release it" in officer.get(f"/plan/{plan}/drafts/").text
    assert "No draft can be dispatched now." in officer.get(f"/plan/{plan}/dispatch/").text


def test_a_comment_stays_inside_and_names_whom_it_is_for(web, course):
    page = web.at("kaz").get(f"/plan/{web.plan()}/items/{course}/")
    page = page.press("Put", sort="fallback", text="We could live with June, @lawyer.")
    assert "Fallback position. We could live with June, @lawyer." in page.row("#comments")
    assert "1 comment" in page.row(".item .internal")
