"""Two desks agree an activity in two languages, each on its own node, by bundles that are handed over as files."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.acts import carry, dispatch, table, told


def propose(page):
    table(page)
    page.get_by_role("link", name="New item").click()
    page.get_by_label("Number").fill("5")
    page.get_by_label("Part of").select_option(label="0 Plan of Military Cooperation for 2013-2017")
    page.get_by_label("Title (en)").fill("Seminar on peacekeeping")
    page.get_by_label("Title (ru)").fill("Семинар по миротворчеству")
    page.get_by_label("Period").fill("2014-06-02/2014-06-06")
    page.get_by_role("button", name="Keep as a draft").click()
    expect(told(page)).to_contain_text("The item is drafted.")


def test_an_activity_is_agreed_from_both_sides_in_two_languages(officers, tmp_path):
    kaz, usa = officers.at("kaz", "A. Nurlanova"), officers.at("usa", "J. Miller")
    propose(kaz)
    dispatch(kaz)
    carry(kaz, usa, tmp_path)
    table(usa)
    item = usa.locator(".item", has_text="Seminar on peacekeeping")
    expect(item).to_contain_text("one-sided: proposed by KAZ")
    item.get_by_role("link", name="5", exact=True).click()
    usa.get_by_role("button", name="Endorse all of KAZ here").click()
    dispatch(usa)
    carry(usa, kaz, tmp_path)
    for page in (kaz, usa):
        table(page)
        item = page.locator(".item", has_text="Seminar on peacekeeping")
        expect(item.locator("[lang=en]")).to_contain_text("Seminar on peacekeeping")
        expect(item.locator("[lang=ru]")).to_contain_text("Семинар по миротворчеству")
        expect(item.locator(".state").first).to_have_text("agreed")
