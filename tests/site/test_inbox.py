"""From node to node: bundles that are handed in, what a stranger learns of that, and delivery that is tried again."""

from __future__ import annotations

import http.server
import threading
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.test import Client

from kelisim_web import inboxes, jobs
from kelisim_web.actions import delivery, inbox
from kelisim_web.models.desk import JournalEntry, Trail
from kelisim_web.site.worker import work
from tests.site.conftest import Desks
from tests.site.rows import copied
from tests.site.test_jobs import at_once

OCTETS = "application/octet-stream"


@pytest.fixture(autouse=True)
def _fresh():
    """Nobody has knocked yet."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def bundle(web):
    """A bundle of Kazakhstan for the United States, with a plan in it."""
    web.desks.item("kaz", "plan", "number=0", "plan_type=framework", "title.en=Joint plan")
    web.desks.well("kaz", "dispatch")
    return (web.desks.home / web.desks.write("kaz", "usa")).read_bytes()


def hand_in(web, data, kind=OCTETS, desk="usa", **more):
    with web.open(desk):
        client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
        return client.post("/inbox/", data, content_type=kind, **more)


def journal(web, desk="usa"):
    with web.open(desk):
        return [(one.direction, one.number, one.party, one.officer) for one in JournalEntry.objects.order_by("pk")]


def test_a_bundle_that_is_handed_in_is_read_and_entered(web, bundle):
    answer = hand_in(web, bundle)
    assert (answer.status_code, answer.content, answer.cookies) == (204, b"", {})
    assert journal(web) == [("in", "1/2012", "KAZ", "inbox")]
    assert web.desks.json("usa", "show 0")[0]["number"] == "0"
    with web.open("usa"):
        assert Trail.objects.get().told == {"party": "KAZ"}


def test_the_same_bundle_again_is_taken_and_entered_once(web, bundle):
    assert [hand_in(web, bundle).status_code for _ in range(2)] == [204, 204]
    assert len(journal(web)) == 1


def test_a_stranger_learns_nothing_of_why_a_bundle_is_refused(web, bundle, founded_three, tmp_path):
    three = Desks(tmp_path / "elsewhere")
    copied(founded_three, three.home)
    three.item("gbr", "plan", "number=0", "title.en=Plan")
    three.well("gbr", "dispatch")
    stranger = (three.home / three.write("gbr", "usa")).read_bytes()
    not_for_us = (web.desks.home / web.desks.write("usa", "kaz")).read_bytes()
    damaged = bundle[:-40] + bytes(40)
    answers = {
        (answer.status_code, answer.content, str(answer.headers))
        for answer in (hand_in(web, one) for one in (damaged, b"no bundle", stranger, not_for_us))
    }
    assert {(status, content) for status, content, _ in answers} == {(422, b'{"code": "inbox-refused"}')}
    assert len(answers) == 1
    assert [direction for direction, *_ in journal(web)] == ["refused"] * 4


def test_only_bundles_are_taken(web, bundle):
    for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain"):
        answer = hand_in(web, bundle, kind)
        assert (answer.status_code, answer.json()) == (415, {"code": "inbox-type"})
    with web.open("usa"):
        assert Client(SERVER_NAME="localhost").get("/inbox/").status_code == 405
    assert journal(web) == []


def test_what_is_too_large_is_not_read(web, bundle, monkeypatch):
    from django.conf import settings

    monkeypatch.setattr(settings, "INBOX_LARGEST", len(bundle) - 1)
    assert hand_in(web, bundle).json() == {"code": "inbox-size"}
    assert journal(web) == []


def test_who_knocks_too_often_must_wait_and_others_need_not(web, bundle):
    statuses = [hand_in(web, b"x").status_code for _ in range(61)]
    assert statuses == [422] * 60 + [429]
    assert hand_in(web, bundle, REMOTE_ADDR="192.0.2.7").status_code == 204


def test_refusals_do_not_fill_the_journal(web, monkeypatch):
    monkeypatch.setattr(inbox, "KEPT", 3)
    for number in range(6):
        hand_in(web, b"junk" * (number + 1))
    with web.open("usa"):
        assert [one.told["size"] for one in JournalEntry.objects.order_by("pk")] == [16, 20, 24]


class Inbox(http.server.BaseHTTPRequestHandler):
    """The server of another node, which answers as it is told."""

    statuses: list[int]
    came: list[tuple[str, str, bytes]]

    def do_POST(self):
        data = self.rfile.read(int(self.headers["Content-Length"]))
        self.came.append((self.path, self.headers["Content-Type"], data))
        self.send_response(self.statuses.pop(0))
        self.send_header("Location", "/elsewhere/")
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def listening(*statuses):
    """An inbox on this machine: its address, and what comes in."""
    handler = type("Told", (Inbox,), {"statuses": [*statuses], "came": []})
    with http.server.HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://usa.localhost:{server.server_port}/", handler.came
        finally:
            server.shutdown()
            thread.join()


def send(web, address):
    """An officer sends a bundle to the inbox of the United States; the page that says so."""
    web.desks.well("kaz", f"party address USA {address}")
    web.desks.item("kaz", "plan", "number=0", "title.en=Joint plan")
    web.desks.well("kaz", "dispatch")
    return web.at("kaz").get("/exchange/").press("Send to USA’s inbox")


def told(web):
    with web.open("kaz"):
        return JournalEntry.objects.get().told["delivery"]


def test_an_officer_sends_a_bundle_to_the_other_node_and_reads_that_it_came(web):
    with listening(204) as (address, came):
        page = send(web, address)
        assert "Bundle 1/2012 is on its way to the inbox of USA" in page.text
        assert "on its way to their inbox" in page.row(".delivery")
        with web.open("kaz"):
            work(once=True)
    assert "delivered to their inbox" in web.at("kaz").get("/exchange/").row(".delivery")
    ((path, kind, data),) = came
    assert (path, kind) == ("/inbox/", OCTETS)
    assert hand_in(web, data).status_code == 204
    assert web.desks.json("usa", "show 0")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_node_that_cannot_take_anything_now_is_asked_again(web, status):
    with listening(status, 204) as (address, came):
        send(web, address)
        with web.open("kaz"):
            work(once=True)
        assert told(web) == "waiting"
        with web.open("kaz"):
            at_once()
            work(once=True)
    assert (told(web), len(came)) == ("delivered", 2)


def test_a_node_that_is_down_is_asked_again_until_a_week_has_passed(web, monkeypatch):
    send(web, "http://usa.localhost:1/")
    with web.open("kaz"):
        work(once=True)
    assert told(web) == "waiting"
    monkeypatch.setenv("KELISIM_NOW", "2012-11-13T09:30Z")
    with web.open("kaz"):
        at_once()
        work(once=True)
    assert told(web) == "given-up"
    assert "hand the file over" in web.at("kaz").get("/exchange/").row(".delivery")


def test_a_bundle_stays_here_when_the_address_is_taken_away(web):
    with listening() as (address, came):
        send(web, address)
        web.desks.well("kaz", "party address USA")
        with web.open("kaz"):
            work(once=True)
    assert (told(web), came) == ("given-up", [])


@pytest.mark.parametrize("status", [422, 413, 302])
def test_a_bundle_that_the_other_node_refuses_is_not_sent_again_and_nobody_is_sent_on(web, status):
    with listening(status) as (address, came):
        send(web, address)
        with web.open("kaz"):
            work(once=True)
            at_once()
            work(once=True)
    assert (told(web), len(came)) == ("refused", 1)


def test_without_an_address_there_is_no_such_button_and_no_such_act(web):
    page = web.at("kaz").get("/exchange/")
    assert "inbox" not in page.row(".partner")
    circle = page.soup.find("input", {"name": "circle"})["value"]
    refused = web.at("kaz").post("/exchange/deliver/", {"circle": circle, "party": "USA"})
    assert (refused.status, "We know no inbox of USA." in refused.text) == (409, True)


def test_who_may_not_exchange_sends_nothing(web):
    web.desks.well("kaz", "party address USA https://usa.example/inbox/")
    page = web.at("kaz", "lawyer").get("/exchange/")
    assert not page.soup.find_all("button", string="Send to USA’s inbox")
    answer = web.at("kaz", "lawyer").post("/exchange/deliver/", {"circle": "", "party": "USA"})
    assert answer.status == 403


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://plan.example.org", "https://plan.example.org/inbox/"),
        ("https://plan.example.org:8443/kelisim/inbox/", "https://plan.example.org:8443/kelisim/inbox/"),
        ("http://usa.localhost:8001/", "http://usa.localhost:8001/inbox/"),
    ],
)
def test_an_address_is_kept(web, given, kept):
    assert web.desks.json("kaz", f"party address USA {given}")[0]["address"] == kept


@pytest.mark.parametrize(
    "given",
    [
        "http://plan.example.org/",
        "plan.example.org",
        "ftp://plan.example.org/",
        "https://officer:word@plan.example.org/",
        "https:///inbox/",
        "https://plan.example.org:port/",
        "https://plan.example.org/?a=b",
        "http://localhost.example.org/",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_address_or_would_go_unencrypted_is_refused(web, given):
    assert web.desks.at("kaz", f"--json party address USA {given}").refused == "inbox-address"
    assert web.desks.at("kaz", "--json party address FRA https://a.example/").refused == "party-unknown"


def test_an_address_is_taken_away_again(web):
    web.desks.well("kaz", "party address USA https://plan.example.org/")
    web.desks.well("kaz", "party address USA")
    assert "inbox" not in web.at("kaz").get("/exchange/").row(".partner")


def test_what_was_delivered_is_not_sent_when_the_job_is_done_twice(web):
    with listening(204) as (address, came):
        send(web, address)
        with web.open("kaz") as here:
            work(once=True)
            from kelisim_web.access import Machine

            delivery.hand_in(Machine(here, jobs.OFFICER), JournalEntry.objects.get().pk)
            delivery.hand_in(Machine(here, jobs.OFFICER), 999)
    assert len(came) == 1


def test_a_certificate_that_does_not_hold_is_not_accepted():
    import ssl

    made = inboxes._connection(inboxes.urlsplit("https://plan.example.org/inbox/"))
    assert (made._context.verify_mode, made._context.check_hostname) == (ssl.CERT_REQUIRED, True)
