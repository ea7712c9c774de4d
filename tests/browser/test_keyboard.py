"""An officer who has no mouse finds what waits for us, endorses a date and dispatches it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.acts import digits, told
from tests.browser.world import ARTICLE, COURSE

SEEN = """() => {
  const here = document.activeElement;
  const box = here.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + Math.min(box.width / 2, 40), box.y + Math.min(box.height / 2, 20));
  const outline = getComputedStyle(here).outlineStyle !== "none";
  return here.matches(":focus-visible") && outline && (here.contains(top) || top?.contains(here) === true);
}"""
FARTHEST = 120


def focus_is_seen(page):
    """What has the focus is outlined, on the screen, and under nothing else."""
    assert page.evaluate(SEEN), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


def tab_to(page, thing):
    thing.wait_for()
    for _ in range(FARTHEST):
        if thing.evaluate("thing => thing === document.activeElement"):
            return
        page.keyboard.press("Tab")
        focus_is_seen(page)
    raise AssertionError(thing)


def enter(page):
    """Follow what has the focus to another page."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def item(page, wanted):
    return page.locator(f"#item-{wanted}")


def test_what_waits_for_us_is_found_endorsed_and_dispatched_by_keyboard_alone(officers):
    page = officers.at("kaz", "A. Nurlanova")
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the page")).to_be_focused()
    focus_is_seen(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("main :focus")).to_be_attached()
    tab_to(page, page.locator("#plans").get_by_role("link", name="Plan of Military Cooperation"))
    enter(page)
    tab_to(page, page.get_by_role("link", name="Table", exact=True))
    enter(page)
    tab_to(page, page.locator(".rail").get_by_role("link", name="For us 3"))
    enter(page)
    page.keyboard.press("j")
    expect(item(page, ARTICLE)).to_be_focused()
    focus_is_seen(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(item(page, COURSE)).to_be_focused()
    focus_is_seen(page)
    page.keyboard.press("e")
    expect(item(page, COURSE)).to_contain_text("we have a draft here")
    expect(item(page, COURSE)).to_be_focused()
    tab_to(page, page.get_by_role("link", name="Dispatch 1 position…"))
    enter(page)
    tab_to(page, page.get_by_label("Code of your second factor"))
    page.keyboard.type(digits(page))
    enter(page)
    expect(told(page)).to_contain_text("1 position dispatched and signed")
