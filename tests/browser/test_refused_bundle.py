"""A bundle that was damaged on its way is refused in words; the same one, brought whole, is read."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.acts import read, told, written


def test_a_damaged_bundle_is_refused_with_why_and_the_right_one_is_read_after_it(officers, tmp_path):
    kaz, usa = officers.at("kaz", "A. Nurlanova"), officers.at("usa", "J. Miller")
    right = written(usa, "KAZ", tmp_path)
    damaged = tmp_path / "damaged.bundle"
    damaged.write_bytes(right.read_bytes()[:-100] + bytes(100))
    read(kaz, damaged)
    expect(kaz.get_by_role("heading", level=1)).to_have_text("This bundle cannot be opened here.")
    kaz.get_by_role("link", name="Back", exact=True).click()
    expect(kaz.get_by_role("row", name="refused")).to_be_visible()
    read(kaz, right)
    expect(told(kaz)).to_contain_text("Bundle of USA read")
