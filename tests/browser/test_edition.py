"""Both nodes sign an edition: two persons at each, each with a second factor, and bundles between."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from kelisim import verify_edition
from tests.browser.acts import carry, everybody_can_use, go, table, told
from tests.browser.desks import shown
from tests.browser.world import ARTICLE, COURSE, DAY, LINE, PLAN, VISIT, standing_on

SIGNATORIES = {"kaz": {"akhmetov": "S. Akhmetov", "zhaksybekov": "K. Zhaksybekov"}}
SIGNATORIES["usa"] = {"brooks": "C. Brooks", "whitman": "T. Whitman"}


@pytest.fixture
def agreed(officers):
    """Kazakhstan takes over what the United States say; nothing is open any more."""
    desks = officers.sites.desks
    with standing_on(DAY):
        desks.well("kaz", "draft --all --theirs USA")
        desks.well("kaz", "dispatch")
        desks.cross("kaz", "usa")
        desks.cross("usa", "kaz")
    return officers


def to_the_signature(page):
    table(page)
    go(page, "Editions")
    page.get_by_role("link", name="To the signature").click()


def seal(pages, act, consent, ahead=0):
    """Each signatory consents; a code serves once, and a device may be half a minute ahead."""
    for login, page in pages.items():
        to_the_signature(page)
        page.get_by_role("link", name=act, exact=True).click()
        everybody_can_use(page)
        page.get_by_label("Code of your second factor").fill(shown(login, ahead))
        page.get_by_role("button", name=consent).click()
        expect(told(page)).to_be_visible()
    expect(told(page)).to_contain_text("Now write the bundle.")


def test_an_edition_is_signed_on_both_nodes_by_two_persons_each(agreed, tmp_path):
    signing = {
        desk: {login: agreed.at(desk, name) for login, name in people.items()} for desk, people in SIGNATORIES.items()
    }
    kaz, usa = signing["kaz"]["zhaksybekov"], signing["usa"]["whitman"]
    to_the_signature(usa)
    usa.get_by_role("button", name="Close the plan for its edition").click()
    seal(signing["usa"], "Offer…", "I consent to the offer")
    carry(usa, kaz, tmp_path)
    seal(signing["kaz"], "Accept…", "I consent to the acceptance")
    carry(kaz, usa, tmp_path)
    seal(signing["usa"], "Put in force…", "I consent that it enters into force", ahead=1)
    carry(usa, kaz, tmp_path)
    files = []
    for page in (kaz, usa):
        to_the_signature(page)
        expect(page.locator("#editions")).to_contain_text("in force")
        with page.expect_download() as downloading:
            page.get_by_role("link", name="File to download").click()
        files.append(downloading.value.path().read_bytes())
    assert files[0] == files[1]
    assert set(verify_edition(files[0]).content) == {PLAN, LINE, ARTICLE, COURSE, VISIT}
