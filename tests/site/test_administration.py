"""The administrator's pages: who works here and from where, the rules of a plan, the parties, the trail."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from django.test import Client

from kelisim_web.access import enter
from kelisim_web.models.people import Token
from tests.site.rows import BROKEN
from tests.site.web import HOST, words

OFFICERS = "/administration/officers/"


def officer(login):
    return f"/administration/officer/{login}/"


@pytest.fixture
def line(web):
    """A line of cooperation of the plan, agreed on both sides."""
    return web.desks.item("kaz", "line", "number=1", "title.en=Military medicine")


@pytest.fixture
def circle(web):
    with web.open("kaz"):
        from kelisim_web import store

        return store.circles()[0]


@pytest.fixture
def admin(web):
    return web.at("kaz", "admin")


def test_the_administrator_adds_an_officer_and_gets_an_address_to_hand_over(admin, web, circle, line):
    fields = {"login": "berik", "name": "B. Berik", "language": "kk"}
    seats = {"seat": ["line-owner", ""], "where": [f"{circle}:{line}", ""]}
    page = admin.get(OFFICERS).press("Add an officer", within="section", **fields, **seats)
    (invitation,) = re.findall(r"http://localhost\S+?(/account/password/choose/\S+)", page.text)
    assert "owner of a line" in page.row(".facts")
    assert "Military medicine" in page.row(".facts")
    assert invitation not in admin.get(officer("berik")).text
    berik, secret = Client(SERVER_NAME=HOST), "seven-horses-in-Astana"
    with web.open("kaz"):
        there = berik.get(invitation)["Location"]
        assert berik.post(there, {"password1": secret, "password2": secret}).status_code == 302
        berik.post("/account/sign-in/", {"login": "berik", "password": secret})
        assert berik.get("/").status_code == 200
        assert "Location" not in berik.get(invitation)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"login": "two words", "name": "X", "seat": "legal"}, "cannot be a login"),
        ({"login": "desk", "name": "X", "seat": "legal"}, "already an officer called desk"),
        ({"login": "new", "name": " ", "seat": "legal"}, "has no name yet"),
        ({"login": "new", "name": "X", "seat": ""}, "would have no seat"),
        ({"login": "new", "name": "X", "seat": "general"}, "no seat called “general”"),
        ({"login": "new", "name": "X", "seat": "legal", "language": "de"}, "does not speak “de”"),
    ],
)
def test_an_officer_who_cannot_be_added_is_refused_with_what_to_do(admin, fields, why):
    page = admin.post(f"{OFFICERS}add/", {"where": "", "language": "en"} | fields)
    assert page.status == 422
    assert why in page.text
    assert "new" not in admin.get(OFFICERS).row("tbody")


def test_a_seat_is_changed_in_place_and_counts_from_the_next_page_on(admin, web):
    assert web.at("kaz", "lawyer").get("/administration/").status == 403
    page = admin.get(officer("lawyer")).press("Save the seats", seat=["auditor"], where=[""])
    assert "The seats of lawyer are saved" in page.text
    assert web.at("kaz", "lawyer").get("/administration/").status == 200


def test_who_leaves_is_a_stranger_at_once_and_keeps_their_name_on_what_they_wrote(admin, web):
    lawyer = web.at("kaz", "lawyer")
    lawyer.post("/my/keys/make/", {"name": "calendar", "sort": "feed"})
    page = admin.get(officer("lawyer")).press("Take all seats away")
    assert "no seat any more" in page.text
    assert lawyer.get("/").status == 302
    lawyer.sign_in()
    assert lawyer.get("/").status == 403
    assert web.desks.query("kaz", "SELECT count(*) FROM kelisim_web_token") == [(0,)]
    again = admin.post(
        f"{OFFICERS}add/", {"login": "lawyer", "name": "Y", "language": "en", "seat": "legal", "where": ""}
    )
    assert "already an officer called lawyer" in again.text


def test_the_last_administrator_stays(admin):
    refused = admin.get(officer("admin")).press("Take all seats away")
    assert refused.status == 409
    assert "Nobody would be left who administers this node" in refused.text
    assert admin.get(OFFICERS).status == 200


def test_a_seat_in_a_plan_or_on_a_line_that_is_not_here_is_refused(admin, circle, line):
    for where in ("0" * 64, f"{circle}:aaaaaaaaaaaaaaaa"):
        assert admin.post(f"{officer('line')}seats/", {"seat": "line-owner", "where": where}).status == 404
    assert admin.post(f"{officer('line')}seats/", {"seat": "line-owner", "where": f"{circle}:{line}"}).status == 200


def test_the_table_of_seats_says_in_words_who_may_what(admin):
    page = admin.get("/administration/seats/")
    (dispatch,) = [row for row in page.soup.select("tbody tr") if "dispatch to the other parties" in words(row)]
    assert words(dispatch).count("yes") == 1
    (draft,) = [row for row in page.soup.select("tbody tr") if "draft positions" in words(row)]
    assert "own line" in words(draft)


def test_the_auditor_reads_everything_and_finds_no_form(web):
    auditor = web.at("kaz", "auditor")
    places = ["", "officers/", "officer/desk/", "seats/", "parties/", "languages/", "backup/", "trail/"]
    for path in [*(f"/administration/{place}" for place in places), f"/plan/{web.plan()}/rules/"]:
        page = auditor.get(path)
        assert page.status == 200, path
        forms = [form for form in page.soup.select("main form") if form.get("method") == "post"]
        assert forms == [], path


# The rules of a plan


def test_four_eyes_keep_who_drafted_from_dispatching(admin, web):
    rules = f"/plan/{web.plan()}/rules/"
    web.desks.item("kaz", "activity", "number=1", "title.en=Course")
    assert "who drafted may also dispatch" in admin.get(rules).row(".bulleted")
    page = admin.get(rules).press("Four eyes")
    assert "who drafted does not dispatch" in page.row(".bulleted")
    told = web.desks.at("kaz", "--json dispatch")
    assert told.refused == "nothing-to-dispatch"
    assert admin.get(rules).press("Small ministry").row(".bulleted").count("may also") == 2
    web.desks.well("kaz", "dispatch")


def test_a_rule_asks_for_a_clearance_on_a_field_of_a_kind_and_a_terminal_gives_it(admin, web):
    rules = f"/plan/{web.plan()}/rules/"
    course = web.desks.item("kaz", "activity", "number=1", "title.en=Course", "period=2013-04")
    asked = {"clearance": ["legal", ""], "kind": ["activity", ""], "stem": ["title.*", ""]}
    page = admin.get(rules).press("Save the rules", **asked)
    assert "legal clearance: activity, Title" in page.row(".bulleted")
    held = web.desks.at("kaz", "--json dispatch").objects
    assert [one["field"] for one in held if "field" in one] == ["title.en"]
    web.desks.well("kaz", f"clear legal {course} title.en")
    web.desks.well("kaz", "dispatch")
    assert web.desks.json("kaz", "drafts") == []


def test_a_rule_for_what_no_plan_has_is_refused(admin, web):
    for row in (("moral", "", ""), ("legal", "song", ""), ("legal", "", "melody")):
        sent = dict(zip(("clearance", "kind", "stem"), row, strict=True))
        assert admin.post(f"/plan/{web.plan()}/rules/save/", sent).status == 422


# Parties


def test_the_parties_page_shows_both_fingerprints_and_our_keys(admin, web):
    page = admin.get("/administration/parties/")
    digits = [re.sub(r"\s", "", words(one)) for one in page.soup.select(".fingerprint")]
    assert [len(one) for one in digits] == [30, 30]
    assert (
        digits
        == [re.sub(r"\s", "", words(one)) for one in web.at("usa", "admin").get(page.path).soup.select(".fingerprint")][
            ::-1
        ]
    )
    ours, theirs = page.soup.select("main section")[:2]
    assert "state positions" in words(ours)
    assert "On this node" in words(ours)
    assert "On this node" not in words(theirs)
    assert "Nothing waits" in page.text


def test_a_request_waits_until_its_answer_is_taken(admin, web):
    web.desks.well("kaz", "card request --name en=Kazakhstan")
    assert "requests/card-1.request" in admin.get("/administration/parties/").text


def test_an_address_of_an_inbox_is_kept_and_nonsense_is_not(admin):
    page = admin.get("/administration/parties/").press("Save the address", address="https://node.usa.example/inbox/")
    assert "https://node.usa.example/inbox/" in page.text
    for bad in ("ftp://x/", "https://", "https://a:b@c/", "https://a b/", "https://x/" + "a" * 500, "https://[x"):
        refused = admin.post("/administration/parties/address/", {"party": "USA", "address": bad})
        assert refused.status == 422, bad
    assert admin.post("/administration/parties/address/", {"party": "GBR", "address": ""}).status == 404


def test_code_lists_stand_in_three_languages_side_by_side(admin):
    page = admin.get("/administration/languages/")
    (row,) = [one for one in page.soup.select("tbody tr") if words(one).startswith("activity ")]
    assert words(row) == "activity activity мероприятие іс-шара"


# The trail


def test_the_trail_has_what_was_done_and_what_was_refused_and_a_form_finds_it(admin, web):
    web.at("kaz", "auditor").post("/my/keys/make/", {"name": "=1+1", "sort": "reads"})
    web.at("kaz", "auditor").post(f"{OFFICERS}add/", {"login": "x"})
    admin.post(f"{officer('line')}seats/", {"seat": "translator", "where": ""})
    page = admin.get("/administration/trail/")
    rows = [words(row) for row in page.soup.select("tbody tr")]
    assert len(rows) == 3
    assert "admin changed seats" in rows[0]
    assert "translator" in rows[0]
    assert "seat-may-not" in rows[1]
    only = admin.get("/administration/trail/", {"refused": "on"})
    assert len(only.soup.select("tbody tr")) == 1
    assert admin.get("/administration/trail/", {"officer": "desk"}).soup.select("tbody tr") == []
    assert admin.get("/administration/trail/", {"until": "2012-01-01"}).soup.select("tbody tr") == []
    assert len(admin.get("/administration/trail/", {"since": "2012-01-01", "plan": "-"}).soup.select("tbody tr")) == 3


def test_the_file_of_the_trail_starts_no_formula(admin, web):
    web.at("kaz", "auditor").post(f"{officer('=cmd()')}leave/", {})
    admin.post(f"{officer('=cmd()')}leave/", {})
    with web.open("kaz"):
        answer = admin.client.get("/administration/trail.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert rows[0] == ["at", "officer", "act", "plan", "on", "refused"]
    assert json.loads(rows[1][4]) == {"login": "=cmd()"}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_nobody_changes_the_trail_not_even_past_the_program(admin, web):
    admin.post(f"{officer('line')}seats/", {"seat": "translator", "where": ""})
    for statement in ("UPDATE kelisim_web_trail SET officer = 'x'", "DELETE FROM kelisim_web_trail"):
        with pytest.raises(BROKEN):
            web.desks.change("kaz", statement)
    assert "well: database" in web.desks.at("kaz", "doctor").out


def test_an_auditor_of_one_plan_reads_of_that_plan_alone(admin, web, circle):
    admin.post(f"{officer('auditor')}seats/", {"seat": "auditor", "where": circle})
    admin.get(f"/plan/{web.plan()}/rules/").press("Four eyes")
    rows = web.at("kaz", "auditor").get("/administration/trail/").soup.select("tbody tr")
    assert [words(row.select("td")[2]) for row in rows] == ["set the rules of a plan"]
    assert web.at("kaz", "desk").get("/administration/trail/").status == 403


# Keys of programs


def test_a_key_is_shown_once_kept_as_a_digest_and_ended(web):
    desk = web.at("kaz", "desk")
    page = desk.get("/my/keys/").press("Make the key", name="calendar", sort="feed")
    (secret,) = re.findall(r"kelisim_[\w-]{43}", page.text)
    assert secret not in desk.get("/my/keys/").text
    assert not [line for line in web.desks.dump("kaz") if secret in line]
    with web.open("kaz") as here:
        found = enter(here, secret, feed=True)
        assert found is not None
        assert (found.seat.officer, found.drafts) == ("desk", False)
        assert enter(here, secret) is None  # it opens the calendar, and nothing else
        assert enter(here, secret + "x", feed=True) is None
        token = Token.objects.get()
    assert "You have no keys" in web.at("kaz", "admin").get("/my/keys/").text
    assert web.at("kaz", "admin").post(f"/my/keys/{token.pk}/end/", {}).status == 404
    assert "no longer opens anything" in desk.get("/my/keys/").press("End the key").text
    with web.open("kaz") as here:
        assert enter(here, secret, feed=True) is None


def test_a_key_without_a_name_is_refused(web):
    assert web.at("kaz", "desk").post("/my/keys/make/", {"name": " "}).status == 422


def test_every_act_that_the_trail_can_have_has_a_name_in_words():
    from kelisim_web.site import urls
    from kelisim_web.texts import catalogue

    known = catalogue("en")
    sent = [place.name for module in urls.MODULES for place in module.PLACES if place.name != "example"]
    acts = [name for name in sent if writes(name)]
    assert [act for act in acts if f"trail.{act}" not in known] == []


def writes(name):
    from kelisim_web.site import urls

    (place,) = [one for module in urls.MODULES for one in module.PLACES if one.name == name]
    return place.callback.gate.writes
