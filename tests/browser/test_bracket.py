"""An officer closes one bracket in the text of an article, and leaves the other open."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.acts import table, told
from tests.browser.world import ARTICLE


def test_one_bracket_of_an_article_is_closed_by_its_own_button_and_the_other_stays_open(officers):
    page = officers.at("kaz", "A. Nurlanova")
    table(page)
    page.locator(f"#item-{ARTICLE}").get_by_role("link", name="2", exact=True).click()
    text = page.locator(".field[data-field='text.*']")
    expect(text.locator("[lang=en] .bracket")).to_have_text(
        ["[twice KAZ once USA]", "[in writing. KAZ by letter. USA]"]
    )
    text.get_by_role("button", name="1: endorse USA").click()
    expect(told(page)).to_contain_text("1 position drafted")
    (draft,) = officers.sites.typed("kaz", "drafts")
    assert draft["value"] == "The working group meets once a year and reports to both Parties in writing."
