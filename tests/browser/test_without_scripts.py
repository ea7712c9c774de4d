"""The acts of the table, in a browser that runs no scripts."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.acts import dispatch, table, told
from tests.browser.world import ARTICLE, COURSE, VISIT


def test_all_acts_of_the_table_work_with_scripts_off(officers):
    page = officers.at("kaz", "A. Nurlanova", java_script_enabled=False)
    table(page)
    expect(page.locator(".lede")).to_have_text("Agreed: 2 of 5 items · ad referendum: 0 · open: 3")
    course = page.locator(f"#item-{COURSE}")
    course.get_by_role("button", name="Endorse USA").click()
    expect(told(page)).to_contain_text("1 position drafted")
    told(page).get_by_role("button", name="Undo").click()
    expect(told(page)).to_contain_text("Undone")
    course.get_by_role("link", name="Counter").click()
    page.get_by_label("Our words").fill("2014-06-02/2014-06-06")
    page.get_by_label("Why").fill("May is taken")
    page.get_by_role("button", name="Keep as a draft").click()
    expect(told(page)).to_contain_text("1 position drafted")
    page.locator(f"#item-{VISIT}").get_by_role("checkbox").check()
    page.get_by_role("button", name="Endorse USA ad referendum").click()
    expect(told(page)).to_contain_text("8 positions drafted")
    page.locator(f"#item-{ARTICLE}").get_by_role("checkbox").check()
    page.get_by_role("button", name="Restate ours").click()
    dispatch(page)
    table(page)
    expect(course.locator("[data-field=period] .value")).to_contain_text("2–6 Jun 2014 KAZ")
    expect(page.locator(f"#item-{VISIT}")).to_contain_text("ad referendum")
