"""The interface for programs: what a key opens, what it does not, and what its description says."""

from __future__ import annotations

import json
import re
from hashlib import sha256

import pytest
from django.test import Client

from kelisim_web.models.desk import Trail
from kelisim_web.models.drafts import Comment
from kelisim_web.models.people import Place as PlaceRow
from kelisim_web.models.people import Token

EVERY = {"plans", "standing", "items", "item", "editions", "drafts", "draft", "discard"}


class Program:
    """A program with a key of an officer of Kazakhstan's desk."""

    def __init__(self, web, login="desk", **may):
        self.web, self.secret, self.client = (
            web,
            f"a key of {login} {may}",
            Client(SERVER_NAME="localhost", enforce_csrf_checks=True),
        )
        with web.open("kaz"):
            digest = sha256(self.secret.encode()).hexdigest()
            Token.objects.create(officer_id=login, name="program", digest=digest, at="2012-11-05T09:30Z", **may)

    def ask(self, path, method="get", language="en", **sent):
        headers = {"Authorization": f"Bearer {self.secret}", "Accept-Language": language}
        with self.web.open("kaz"):
            return getattr(self.client, method)(f"/api{path}", headers=headers, **sent)

    def put(self, path, **said):
        return self.ask(path, "put", data=json.dumps(said), content_type="application/json")


@pytest.fixture
def course(web):
    """A course in April that Kazakhstan has proposed; the United States has answered with May, and another title."""
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


def test_a_program_reads_the_plan_as_its_officer_does(web, course):
    program, plan = Program(web), web.plan()
    (one,) = program.ask("/plans").json()
    assert (one["parties"], one["ours"], one["scopes"]) == (["KAZ", "USA"], "KAZ", ["Joint plan"])
    standing = program.ask(f"/plans/{plan}").json()
    assert standing["waits"]["KAZ"] == 1
    assert standing["scopes"][0]["items"] == {"agreed": 1, "open": 1}
    found = program.ask(f"/plans/{plan}/items?state=waiting-ours").json()
    assert [(item["item"], item["unsettled"]) for item in found["items"]] == [(course, ["period"])]
    assert program.ask(f"/plans/{plan}/items?words=missing").json()["found"] == 0
    assert program.ask(f"/plans/{plan}/editions").json() == []


def test_an_item_shows_each_party_s_word_its_brackets_and_its_history(web, course):
    item = Program(web).ask(f"/plans/{web.plan()}/items/1").json()
    (period,) = [one for one in item["registers"] if one["name"] == "period"]
    assert item["item"] == course
    assert period["status"] == "open"
    assert period["said"]["USA"] == {"value": "2013-05-06/2013-05-10", "firm": True}
    assert re.search("KAZ.*2013-04-01/2013-04-05.*USA.*2013-05-06", period["shown"])
    said = {(one["party"], one["value"]) for one in item["history"] if one["field"] == "period"}
    assert said == {("KAZ", "2013-04-01/2013-04-05"), ("USA", "2013-05-06/2013-05-10")}


def test_a_draft_is_made_shown_and_dropped(web, course):
    program, plan = Program(web, drafts=True), web.plan()
    answer = program.put(f"/plans/{plan}/drafts/{course}/period", value="2013-05-06/2013-05-10", note="as agreed")
    assert (answer.status_code, answer.json()["author"], answer.cookies) == (200, "desk", {})
    (draft,) = program.ask(f"/plans/{plan}/drafts").json()
    assert (draft["item"], draft["value"], draft["note"]) == (course, "2013-05-06/2013-05-10", "as agreed")
    assert web.desks.json("kaz", "drafts")[0]["value"] == "2013-05-06/2013-05-10"
    assert program.ask(f"/plans/{plan}/drafts/{course}/period", "delete").status_code == 204
    assert program.ask(f"/plans/{plan}/drafts").json() == []
    with web.open("kaz"):
        assert [row.act for row in Trail.objects.order_by("pk")] == ["api-draft", "api-discard"]


def test_a_key_that_only_reads_drafts_nothing(web, course):
    program = Program(web)
    for answer in (
        program.put(f"/plans/{web.plan()}/drafts/{course}/period", value="2013"),
        program.ask(f"/plans/{web.plan()}/drafts/{course}/period", "delete"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "token-reads-only")
    assert not web.desks.json("kaz", "drafts")


@pytest.mark.parametrize(("login", "field"), [("auditor", "title.en"), ("translator", "period"), ("lawyer", "period")])
def test_a_key_drafts_no_more_than_its_officer_may(web, course, login, field):
    answer = Program(web, login, drafts=True).put(f"/plans/{web.plan()}/drafts/{course}/{field}", value="2013")
    assert (answer.status_code, answer.json()["code"]) == (403, "seat-may-not")
    assert not web.desks.json("kaz", "drafts")


def test_an_officer_does_not_drop_what_they_may_not_draft(web, course):
    web.desks.well("kaz", f"draft {course} period 2013-06")
    answer = Program(web, "translator", drafts=True).ask(f"/plans/{web.plan()}/drafts/{course}/period", "delete")
    assert answer.status_code == 403
    assert len(web.desks.json("kaz", "drafts")) == 1


def test_a_plan_that_the_officer_does_not_read_is_not_there(web, course):
    del course
    program, plan = Program(web), web.plan()
    with web.open("kaz"):
        PlaceRow.objects.filter(officer="desk").update(circle="of another plan")
    assert program.ask("/plans").json() == []
    for path in ("", "/items", "/items/1", "/drafts", "/editions"):
        answer = program.ask(f"/plans/{plan}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "page-plan-unknown")
        assert "Joint" not in answer.content.decode()


def test_internal_comments_are_not_in_it(web, course):
    program, plan = Program(web), web.plan()
    circle = program.ask("/plans").json()[0]["id"]
    with web.open("kaz") as here:
        Comment.objects.create(circle=circle, item=course, text="our-fallback", author="desk", at=here.now())
    for path in ("", "/items", "/items/1", "/drafts"):
        assert "our-fallback" not in program.ask(f"/plans/{plan}{path}").content.decode()


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer nobody's"}, {"Authorization": "Basic ZGVzazpkZXNr"}])
def test_without_a_key_nothing_opens(web, header):
    with web.open("kaz"):
        answer = Client(SERVER_NAME="localhost").get("/api/plans", headers=header)
    assert (answer.status_code, answer.json()["code"]) == (401, "token-unknown")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_who_has_signed_in_at_the_site_has_no_key_by_that(web):
    with web.open("kaz"):
        assert web.at("kaz").client.get("/api/plans").status_code == 401


def test_the_key_of_the_calendar_does_not_open_the_interface(web):
    assert Program(web, feed=True).ask("/plans").status_code == 401


def test_a_key_opens_nothing_once_its_officer_has_left(web):
    program = Program(web)
    with web.open("kaz"):
        Token.objects.filter(officer="desk").delete()
    assert program.ask("/plans").status_code == 401


def test_refusals_are_told_in_the_language_of_the_request(web, course):
    program = Program(web, drafts=True)
    english = program.put(f"/plans/{web.plan()}/drafts/{course}/period", value="mid May")
    assert (english.status_code, english["Content-Type"]) == (422, "application/problem+json")
    assert english.json().keys() == {"code", "what", "why", "next", "params"}
    assert english.json()["params"]["value"] == "mid May"
    told = {english.json()["what"]}
    for language in ("ru", "kk"):
        told.add(program.ask("/plans/none", language=language).json()["what"])
    assert len(told) == 3
    assert "жоспары жоқ" in program.ask("/plans/none", language="kk").json()["what"]


def test_a_request_that_is_not_in_its_form_is_a_refusal_too(web, course):
    program, plan = Program(web, drafts=True), web.plan()
    for answer in (program.ask(f"/plans/{plan}/items?page=0"), program.put(f"/plans/{plan}/drafts/{course}/period")):
        assert (answer.status_code, answer.json()["code"]) == (422, "api-request")


def test_too_many_calls_of_one_officer_are_refused(web, monkeypatch):
    from django.core.cache import cache

    from kelisim_web.api.desk import EachOfficer

    cache.clear()
    monkeypatch.setattr(EachOfficer, "allow_request", limited(EachOfficer.allow_request))
    first, second = Program(web), Program(web, drafts=True)
    assert [one.ask("/plans").status_code for one in (first, second)] == [200, 200]
    answer = second.ask("/plans")
    assert (answer.status_code, answer.json()["code"]) == (429, "api-too-often")
    assert int(answer["Retry-After"]) > 0
    assert Program(web, "lawyer").ask("/plans").status_code == 200
    cache.clear()


def limited(allow):
    """The same, of two calls a minute."""

    def allow_request(self, request):
        was, self.num_requests = self.num_requests, 2
        try:
            return allow(self, request)
        finally:
            self.num_requests = was

    return allow_request


@pytest.fixture
def described(web):
    with web.open("kaz"):
        return Client(SERVER_NAME="localhost").get("/api/openapi.json").json()


def test_the_description_names_every_call_once(described):
    calls = [call for path in described["paths"].values() for call in path.values()]
    assert sorted(call["operationId"] for call in calls) == sorted(EVERY)
    assert not {"dispatch", "freeze", "offer", "accept", "seal"} & {
        word for path in described["paths"] for word in path.split("/")
    }
    for call in calls:
        assert call["summary"]
        assert call["description"].endswith(".")
        assert call["security"] == [{"Key": []}]
        assert {"401", "403", "404"} <= call["responses"].keys()


def test_the_description_is_of_openapi_3_1(described):
    assert re.fullmatch(r"3\.1\.\d", described["openapi"])
    assert described["info"].keys() >= {"title", "version"}
    assert described["components"]["securitySchemes"]["Key"] == {"type": "http", "scheme": "bearer"}
    for path, calls in described["paths"].items():
        assert path.startswith("/api/")
        for call in calls.values():
            declared = {one["name"] for one in call["parameters"] if one["in"] == "path" and one["required"]}
            assert declared == set(re.findall(r"\{(\w+)\}", path))
            assert all("schema" in one for one in call["parameters"])
            assert all(re.fullmatch(r"[1-5]\d\d", status) for status in call["responses"])
            assert all("description" in answer for answer in call["responses"].values())
    known = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    named = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(described)))
    assert named <= known
    assert "nullable" not in json.dumps(described)  # the word of 3.0
