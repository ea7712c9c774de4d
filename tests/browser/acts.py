"""What officers do at a desk again and again, on its pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

STANDARD: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def go(page: Page, name: str) -> None:
    """Go to one of the pages of the bar above."""
    follow(page, page.get_by_role("navigation", name="Pages").get_by_role("link", name=name, exact=True))


def follow(page: Page, link: Locator) -> None:
    """Follow a link, and wait for the page that it leads to, which may be the same once more."""
    with page.expect_navigation():
        link.click()


def table(page: Page) -> None:
    """Go to the table of the plan."""
    go(page, "My week")
    follow(page, page.locator("#plans").get_by_role("link", name="Plan of Military Cooperation"))
    go(page, "Table")


def told(page: Page) -> Locator:
    """What the desk says of the act just done."""
    return page.locator(".notice[role=status]")


def dispatch(page: Page) -> None:
    """Say what is drafted; the code is what the example says that the device shows."""
    go(page, "Drafts")
    page.get_by_role("link", name="To the dispatch…").click()
    code = page.get_by_label("Code of your second factor")
    if code.count():
        code.fill(digits(page))
    page.get_by_role("button", name=re.compile(r"^Dispatch \d+ position")).click()
    expect(told(page)).to_contain_text("dispatched and signed")


def digits(page: Page) -> str:
    """The six digits that the page says the device shows now."""
    found = re.search(r"\b\d{6}\b", page.locator(".factor .notice").inner_text())
    assert found
    return found[0]


def written(page: Page, code: str, folder: Path) -> Path:
    """A bundle for another party, written and downloaded; the file."""
    go(page, "Exchange")
    page.get_by_role("button", name=f"Write a bundle for {code}").click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download").first.click()
    file = folder / downloading.value.suggested_filename
    downloading.value.save_as(file)
    return file


def read(page: Page, file: Path) -> None:
    """Give a file to the desk as a bundle that came."""
    go(page, "Exchange")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Read the bundle").click()


def carry(sender: Page, recipient: Page, folder: Path) -> None:
    """A bundle goes over from one desk to the other as a file."""
    codes = {"kaz": "KAZ", "usa": "USA"}
    ours, theirs = (
        next(code for desk, code in codes.items() if f"//{desk}." in page.url) for page in (sender, recipient)
    )
    read(recipient, written(sender, theirs, folder))
    expect(told(recipient)).to_contain_text(f"Bundle of {ours} read")


def everybody_can_use(page: Page) -> None:
    """The page offends against nothing of WCAG 2.2 AA, nor against what is good practice, as far as axe can tell."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": STANDARD}})
    assert found.violations_count == 0, found.generate_report()
