"""Signing an edition at the sites of both parties, by pages alone: two persons at each, each with a second factor."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache

from kelisim import verify_edition
from kelisim.errors import NotNow
from tests.site.conftest import agree
from tests.site.test_ceremonies import requests, sign
from tests.site.test_editions import conclude

if TYPE_CHECKING:
    from tests.site.web import Page, Web


@pytest.fixture
def agreed_web(web: Web):
    """A small plan on which all is agreed, at two sites: the sites, the plan item, the activity."""
    _, plan, course = agree(web.desks)
    return web, plan, course


def signature(web: Web, desk: str, login: str = "first") -> Page:
    """The page of the signature of the only scope."""
    return web.at(desk, login).get(f"/plan/{web.plan()}/editions/").link("To the signature")


def consent(web: Web, desk: str, login: str, act: str) -> Page:
    """An officer opens the page of a seal, gives a code and consents."""
    officer = web.at(desk, login)
    cache.clear()  # a test does not wait for the next code
    return signature(web, desk, login).link(act).press("I consent", code=officer.code())


def seal(web: Web, desk: str, act: str) -> Page:
    """Two persons consent, one after the other."""
    first = consent(web, desk, "first", act)
    assert "Your consent is noted: 1 of 2" in first.text
    return consent(web, desk, "second", act)


def carry(web: Web, sender: str, recipient: str) -> None:
    """A bundle goes over as a file: written on one page, downloaded, read on the other's."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    page = web.at(sender).get("/exchange/").press(f"Write a bundle for {recipient.upper()}")
    found = next(one for one in page.soup.select("table a") if one["href"].endswith("/file/"))
    with web.open(sender):
        data = web.at(sender).client.get(found["href"]).content
    file = SimpleUploadedFile("came.bundle", data)
    assert "read" in web.at(recipient).get("/exchange/").press("Read the bundle", bundle=file).text


def test_an_edition_is_signed_on_both_nodes_by_pages_alone(agreed_web):
    web, plan, course = agreed_web
    page = signature(web, "usa")
    assert "Nothing is in the way" in page.row("#way")
    assert "The plan is closed for its edition: 2 items" in page.press("Close the plan for its edition").text
    assert "The offer is sealed" in seal(web, "usa", "Offer…").text
    carry(web, "usa", "kaz")
    assert "accepted by KAZ" in signature(web, "kaz").row("#next")
    assert "The acceptance is sealed" in seal(web, "kaz", "Accept…").text
    carry(web, "kaz", "usa")
    assert "The edition is in force" in seal(web, "usa", "Put in force…").text
    carry(web, "usa", "kaz")
    editions = {}
    for desk in ("kaz", "usa"):
        listed = web.at(desk, "desk").get(f"/plan/{web.plan()}/editions/")
        assert "Edition 0.1 Offered on 5 November 2012 in force" in listed.text
        (link,) = [one["href"] for one in listed.soup.find_all("a") if one["href"].endswith("/file/")]
        with web.open(desk):
            editions[desk] = web.at(desk).client.get(link).content
    assert editions["kaz"] == editions["usa"]
    found = verify_edition(editions["kaz"])
    assert set(found.content) == {plan, course}


@pytest.fixture
def closed(agreed_web):
    """The proposer has closed the plan."""
    web, plan, course = agreed_web
    signature(web, "usa").press("Close the plan for its edition")
    return web, plan, course


def test_one_person_alone_does_not_seal_not_even_twice(closed):
    web, plan, _ = closed
    page = consent(web, "usa", "first", "Offer…")
    assert "Another person with the right to seal consents next" in page.row("#deed-offer")
    assert "No offer stands" in page.row("#seals")
    assert not page.soup.select("#deed-offer a")  # the button is gone
    officer = web.at("usa", "first")
    cache.clear()  # a test does not wait for the next code
    again = officer.post(f"/plan/{web.plan()}/seal/offer/{plan}/", {"code": officer.code()})
    assert again.status == 409
    assert "First has consented to this already" in again.text.replace("first has", "First has")
    assert "No offer stands" in signature(web, "usa").row("#seals")


def test_a_second_factor_given_a_moment_ago_does_not_serve_for_a_seal(closed):
    web, plan, _ = closed
    officer = web.at("usa", "first")
    with web.open("usa"):
        session = officer.client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": 9_999_999_999}]  # as fresh as can be
        session.save()
    address = f"/plan/{web.plan()}/seal/offer/{plan}/"
    assert officer.get(address).soup.find("input", attrs={"name": "code"})
    for code in ("", "000000"):
        assert officer.post(address, {"code": code}).status == 403
    assert "Consents: 0 of 2" in signature(web, "usa").row("#deed-offer")


def give_passkey(officer):
    """What allauth remembers of an officer who has just used a passkey."""
    session = officer.client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session.save()


def test_a_passkey_given_since_the_page_asked_serves_for_that_seal_once(closed):
    web, plan, _ = closed
    officer, address = web.at("usa", "first"), f"/plan/{web.plan()}/seal/offer/{plan}/"
    with web.open("usa"):
        session = officer.client.session
        session["account_authentication_methods_user"] = session["_auth_user_id"]
        session.save()
        give_passkey(officer)
    assert officer.get(address).soup.find("input", attrs={"name": "code"})  # given before the page asked
    with web.open("usa"):
        give_passkey(officer)
    page = officer.get(address)
    assert "Your second factor was given for this act; it serves once." in page.text
    officer.post(address, {})
    assert "Consents: 1 of 2" in signature(web, "usa").row("#deed-offer")
    other = f"/plan/{web.plan()}/seal/offer/{plan}/"
    assert officer.post(other, {}).status == 403


def test_who_may_not_seal_sees_the_page_and_no_button(closed):
    web, plan, _ = closed
    for login in ("desk", "lawyer", "auditor", "admin"):
        page = signature(web, "usa", login)
        assert "A signatory consents here" in page.row("#deed-offer")
        assert web.at("usa", login).get(f"/plan/{web.plan()}/seal/offer/{plan}/").status == 403
        assert web.at("usa", login).post(f"/plan/{web.plan()}/seal/offer/{plan}/", {"code": "1"}).status == 403
    assert not signature(web, "usa", "lawyer").soup.select("#freeze button")


def test_a_consent_is_taken_back_and_counts_no_more(closed):
    web, _, _ = closed
    page = consent(web, "usa", "first", "Offer…").press("Take my consent back")
    assert "Consents: 0 of 2" in page.row("#deed-offer")
    assert "Your consent is noted: 1 of 2" in consent(web, "usa", "second", "Offer…").text


def test_whoever_consented_is_asked_anew_when_the_plan_was_opened_in_between(closed):
    web, _, _ = closed
    consent(web, "usa", "first", "Offer…")
    page = signature(web, "usa").press("Open the plan again").press("Close the plan for its edition")
    assert "Consents: 0 of 2" in page.row("#deed-offer")


def test_the_consent_of_an_officer_who_may_no_longer_seal_does_not_count(closed):
    web, _, _ = closed
    consent(web, "usa", "first", "Offer…")
    with web.open("usa") as node:
        from kelisim_web.access import Kind, Place, Seat
        from kelisim_web.actions.people import set_places

        set_places(Seat(node, "admin"), "first", [Place(Kind.AUDITOR)])
    assert "Your consent is noted: 1 of 2" in consent(web, "usa", "second", "Offer…").text


def test_no_action_seals_from_a_seat_without_the_consents(closed):
    web, plan, _ = closed
    with web.open("usa") as node:
        from kelisim_web import store
        from kelisim_web.access import sit
        from kelisim_web.actions import editions

        with pytest.raises(NotNow, match="consent-missing"):
            editions.offer(sit(node, "first"), store.plans()[0], plan)


def test_at_a_terminal_whoever_holds_the_directory_seals_as_before(closed):
    web, _, _ = closed
    consent(web, "usa", "first", "Offer…")
    web.desks.well("usa", "offer 0")
    assert "offers the edition" in signature(web, "usa").row("#seals")


def test_what_is_in_the_way_is_listed_by_reason_and_leads_to_the_field(agreed_web):
    web, _, course = agreed_web
    desks = web.desks
    for desk, draft in (("usa", f"{course} period 2013-05"), ("kaz", f"{course} title.ru Курс")):
        desks.well(desk, f"draft {draft}")
        desks.well(desk, "dispatch")
    desks.cross("usa", "kaz")
    page = signature(web, "kaz", "desk")
    assert "open: the words of the parties differ 1 1 Joint course · Period" in page.row("#way")
    assert "Waiting for translation" in page.row("#way")
    assert "1 Joint course · Title ru" in page.row("#way")
    assert not page.soup.select("#freeze button")
    (link,) = [one for one in page.soup.select("#way a") if "field" in one["href"] and "period" in one["href"]]
    sheet = web.at("kaz").get(link["href"].partition("#")[0])
    assert sheet.soup.find(id=link["href"].partition("#")[2])
    kept = web.at("kaz").post(f"{page.path}freeze/", {})
    assert "The plan stays open: 2 things are in the way" in kept.text
    some = web.at("kaz").get(page.path, {"language": ["en", "kk"]})
    assert "Waiting for translation" not in some.row("#way")


def test_a_duty_that_stands_against_a_seal_is_told_in_words(closed):
    web, _, _ = closed
    web.desks.well("usa", "offer 0")
    page = signature(web, "usa")
    assert "Not all have accepted. Waiting for: KAZ." in page.row("#deed-receipt")
    assert not page.soup.select("#deed-receipt a")
    assert "the plan is opened again when the offer is withdrawn" in page.row("#freeze")
    assert not page.soup.select("#freeze button")
    assert web.at("usa", "first").get(f"/plan/{web.plan()}/seal/receipt/{offered(page)}/").status == 409
    assert web.at("usa", "first").get(f"/plan/{web.plan()}/seal/dance/{offered(page)}/").status == 404


def offered(page: Page) -> str:
    """The id of the offer that stands, from the address of the button beneath it."""
    return str(page.soup.select_one("#deed-withdraw a")["href"]).split("/")[-2]


def test_an_offer_is_withdrawn_by_two_persons(closed):
    web, _, _ = closed
    web.desks.well("usa", "offer 0")
    assert "The withdrawal is sealed" in seal(web, "usa", "Withdraw…").text
    page = signature(web, "usa")
    assert "No offer stands" in page.row("#seals")
    assert "Nothing is in the way" in page.row("#next")


def two_keys(desks, where=""):
    """The card of the United States asks for the keys of two officers under a seal."""
    desks.well("usa", f"key new deputy --may seal {where}")
    added = "stick/deputy.json" if where else "deputy"
    desks.well("usa", f"card request --add {added} --seal-threshold 2")
    (answer,) = sign(desks, "usa/requests/card-1.request", roots="roots/usa")
    desks.well("usa", f"card take {answer}")
    desks.well("usa", "epoch request --reason rotation")
    (answer,) = sign(desks, *requests(desks, "usa", "epoch-"), roots="roots/usa")
    desks.well("usa", f"epoch take {answer}")


def test_a_node_that_keeps_both_keys_signs_with_both_once_two_persons_have_consented(closed):
    web, _, _ = closed
    two_keys(web.desks)
    assert "The offer is sealed" in seal(web, "usa", "Offer…").text
    assert "Signed with key" in signature(web, "usa").row("li[data-step=done]")


def test_a_key_that_is_kept_elsewhere_signs_at_a_terminal(closed):
    web, _, _ = closed
    two_keys(web.desks, "--to stick")
    assert "The seal has 1 of 2 signatures" in seal(web, "usa", "Offer…").text
    page = signature(web, "usa")
    assert "1 signature is missing" in page.row("#seals ol")
    assert "another officer signs in a terminal" in page.row("#next")
    web.desks.well("usa", "offer 0 --key stick/deputy.pem")
    assert "accepted by KAZ" in signature(web, "usa").row("#next")


def test_the_reading_copy_says_what_it_is_and_names_our_party_first(closed):
    web, plan, _ = closed
    desks = web.desks
    address = f"/plan/{web.plan()}/editions/{plan}/copy/"
    draft = web.at("kaz").get(address)
    assert "Reading copy, not signed. What is agreed so far" in draft.text
    assert draft.row(".parties p:first-child").startswith("State of KAZ")
    frozen = web.at("usa").get(address)
    assert "The text as we have closed it on 5 November 2012" in frozen.text
    assert frozen.row(".parties p:first-child").startswith("State of USA")
    assert "Joint course" in frozen.text
    assert len(frozen.soup.select(".parties p")) == 3
    assert len(web.at("usa").get(address, {"language": ["en", "kk"]}).soup.select(".parties p")) == 2
    desks.well("usa", "offer 0")
    offer = offered(signature(web, "usa"))
    assert "The text of edition 0.1, offered on" in web.at("usa").get(address, {"offer": offer}).text
    assert web.at("usa").get(address, {"edition": "0.7"}).status == 404


def test_two_texts_are_compared_word_by_word_in_two_columns(closed):
    web, _, course = closed
    desks = web.desks
    desks.well("usa", "offer 0")
    desks.cross("usa", "kaz")
    conclude(desks)
    for draft in (f"{course} period 2013-05", f"{course} title.en 'Joint staff course'"):
        desks.well("usa", f"draft {draft}")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    page = web.at("kaz").get(f"/plan/{web.plan()}/editions/").link("Compare")
    assert "changed: 1" in page.text
    assert "April 2013" in page.row(".compared tr:has(th:-soup-contains('Period'))")
    assert "is in the way of the edition" in page.row(".compared tr:has(th:-soup-contains('Period'))")
    same = web.at("kaz").get(page.path, {"left": "0.1", "right": "0.1"})
    assert "These two say the same" in same.text
    assert web.at("kaz").get(page.path, {"left": "0.9"}).status == 404
    desks.well("kaz", "draft --all --theirs USA")
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    for command in ("freeze 0", "offer 0"):
        desks.well("usa", command)
    desks.cross("usa", "kaz")
    conclude(desks)
    two = web.at("kaz").get(page.path, {"left": "0.1", "right": "0.2"})
    assert [one.get_text() for one in two.soup.select("del")] == ["April 2013"]
    assert [one.get_text().strip() for one in two.soup.select("ins")] == ["staff", "May 2013"]
