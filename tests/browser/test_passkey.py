"""A releaser dispatches with a passkey as the second factor."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.acts import table, told
from tests.browser.desks import device, shown
from tests.browser.world import COURSE


def add_passkey(page):
    page.goto("/account/second-factors/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Code").fill(shown("nurlanova"))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("desk computer")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def test_a_position_is_dispatched_with_a_passkey(officers):
    page = officers.at("kaz", "A. Nurlanova")
    device(page)
    add_passkey(page)
    page.get_by_role("button", name="Sign out").click()
    page.goto("/example/")
    page.get_by_role("button", name="A. Nurlanova").click()
    table(page)
    page.locator(f"#item-{COURSE}").get_by_role("button", name="Endorse USA").click()
    page.get_by_role("link", name="Dispatch 1 position…").click()
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("Your second factor was given less than five minutes ago")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Dispatch 1 position")).click()
    expect(told(page)).to_contain_text("1 position dispatched and signed")
