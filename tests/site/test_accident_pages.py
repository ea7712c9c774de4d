"""Accidents as officers meet them on pages: a refused bundle, a fork, a node put back from a backup."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kelisim.fork import verify
from tests.site.test_accidents import back_up, restore
from tests.site.test_signature import agreed_web, carry  # noqa: F401  (a fixture)
from tests.site.web import Web


def in_language(officer, path, language):
    """A page in a language that the officer has chosen."""
    officer.post("/language/", {"language": language, "next": path})
    return officer.get(path)


def test_a_refused_bundle_shows_its_reason_in_three_languages(agreed_web):  # noqa: F811
    web, _, _ = agreed_web
    officer = web.at("kaz")
    for_another = web.desks.write("kaz", "usa")
    file = SimpleUploadedFile("wrong.bundle", (web.desks.home / for_another).read_bytes())
    at_once = officer.get("/exchange/").press("Read the bundle", bundle=file)
    assert at_once.status == 422
    page = officer.get("/exchange/").link("why?")
    told = at_once.row("h1")
    assert told in page.text
    assert "Nothing of it was taken." in page.text
    said = {language: in_language(officer, page.path, language) for language in ("en", "ru", "kk")}
    assert told in said["en"].row(".refusal")
    assert len({page.row(".refusal") for page in said.values()}) == len(said)
    assert all(len(page.soup.select(".refusal > *")) == 3 for page in said.values())  # what, why, next
    assert officer.get("/exchange/refused/999/").status == 404


@pytest.fixture
def forked_web(agreed_web):  # noqa: F811
    """A twin of Kazakhstan's node has spoken beside it; the United States holds both."""
    web, _, course = agreed_web
    desks = web.desks
    desks.copy("kaz", "twin")
    for desk, value in (("kaz", "2013-05"), ("twin", "2013-09")):
        desks.well(desk, f"draft {course} period {value}")
        desks.well(desk, "dispatch")
        desks.cross(desk, "usa")
    return web


def test_a_fork_shows_both_signed_pieces_and_gives_a_proof(forked_web):
    officer = forked_web.at("usa", "auditor")
    page = officer.get(f"/plan/{forked_web.plan()}/table/")
    assert "The feed of KAZ is contested" in page.row(".alarm-line")
    page = page.link("What to do")
    assert "two segments of one place" in page.row("#forks")
    pieces = [piece.get_text(" ", strip=True) for piece in page.soup.select("#forks .quote")]
    assert len(pieces) == 2
    assert {("May 2013" in one, "September 2013" in one) for one in pieces} == {(True, False), (False, True)}
    link = page.soup.select_one("#forks .line a")["href"]
    with forked_web.open("usa"):
        data = officer.client.get(link).content
    assert verify(data).sort == "place"


def test_a_fork_of_our_own_names_what_the_root_keys_do(forked_web):
    forked_web.desks.cross("usa", "kaz")
    page = forked_web.at("kaz", "desk").get(f"/plan/{forked_web.plan()}/accidents/")
    assert "kelisim epoch request --reason repair" in page.row("#forks")


def test_no_banner_stands_where_nothing_is_wrong(agreed_web):  # noqa: F811
    web, _, _ = agreed_web
    assert not web.at("kaz").get(f"/plan/{web.plan()}/table/").soup.select(".alarm-line")


def test_a_restore_is_led_step_by_step_to_its_end(agreed_web, monkeypatch):  # noqa: F811
    """The United States' node is put back from a backup: it proposes, and so must hear from all before it seals."""
    web, _, course = agreed_web
    desks, plan = web.desks, web.plan()
    monkeypatch.setenv("KELISIM_NOW", "2030-11-05T09:30Z")
    back_up(desks, "usa")
    desks.well("usa", f"draft {course} period 2013-06")
    desks.well("usa", "dispatch")
    carry(web, "usa", "kaz")
    restore(desks, "usa")
    web = Web(desks)  # whoever signed in since signs in again
    admin, path = web.at("usa", "admin"), f"/plan/{plan}/accidents/"
    assert web.at("usa", "lawyer").post(f"{path}begin/", {}).status == 403
    page = admin.get(path).press("This node is a restored copy")
    assert "says nothing and seals nothing" in page.row(".alarm-line")
    assert "Take our feed back" in page.row("li[aria-current=step]")
    assert "no bundle written since then was read yet" in page.row("#step-take-back")
    monkeypatch.setenv("KELISIM_NOW", "2030-11-06T09:30Z")
    carry(web, "kaz", "usa")
    assert "has named words of ours that are not held here" in admin.get(path).row("#step-take-back")
    desks.well("usa", f"bundle read {desks.write('kaz', 'usa', '--whole')}")
    page = admin.get(path)
    assert "kelisim epoch request --reason restore" in page.row("li[aria-current=step]")
    desks.well("usa", "epoch request --reason restore")
    (request,) = (desks.home / "usa/requests").glob("epoch*.request")
    desks.run("root", "sign", str(request), "--roots", "roots/usa")
    desks.well("usa", f"epoch take {request}.signed")
    page = admin.get(path)
    assert "does not seal yet" in page.row(".alarm-line")
    assert "KAZ" in page.row("li[aria-current=step]")
    carry(web, "usa", "kaz")
    carry(web, "kaz", "usa")
    assert "not taken for a restored copy" in admin.get(path).row("#restore")


def test_a_node_taken_for_a_copy_by_mistake_is_none_again(agreed_web):  # noqa: F811
    web, _, _ = agreed_web
    page = web.at("kaz", "admin").get(f"/plan/{web.plan()}/accidents/").press("This node is a restored copy")
    page = page.press("It is no copy")
    assert "not taken for a restored copy" in page.row("#restore")
    assert not page.soup.select(".alarm-line")


def test_what_an_epoch_left_behind_is_drafted_anew_by_a_button(forked_web):
    desks = forked_web.desks
    desks.cross("usa", "kaz")
    desks.well("kaz", "epoch request --reason repair")
    (request,) = (desks.home / "kaz/requests").glob("epoch*.request")
    desks.run("root", "sign", str(request), "--roots", "roots/kaz")
    desks.well("kaz", f"epoch take {request}.signed")
    page = forked_web.at("kaz").get(f"/plan/{forked_web.plan()}/accidents/").press("Draft it anew")
    assert "1 field drafted anew" in page.text
    assert "period" in page.text.lower()
