"""Every page, as an officer's browser shows it: usable by everybody, still, and no wider than a telephone.

A run sees each page in one language; which one changes from page to page. The long runs see all, in light and dark.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import pytest

from kelisim.language import LANGUAGES
from kelisim_web.site.urls import MODULES
from tests.browser.acts import everybody_can_use, read, written
from tests.browser.desks import Sites, Watch
from tests.browser.world import ARTICLE, COURSE, DAY, OFFICERS, PLAN, VISIT, standing_on
from tests.site.rows import copied

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

NURLANOVA, SEITKALI, AKHMETOV, ZHAKSYBEKOV, TULEGENOV = "nurlanova", "seitkali", "akhmetov", "zhaksybekov", "tulegenov"
NOBODY = ""
DESK, TELEPHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
WHOLE = {"width": 1440, "height": 6000}  # nothing lies below the bar at the bottom, as it does until one scrolls

# Each page of ours by its name: who looks at it, and where it is; `{}` is the plan.
PAGES = {
    "week": (NURLANOVA, "/"),
    "table": (NURLANOVA, "/plan/{}/table/?language=en&language=ru"),
    "new": (NURLANOVA, "/plan/{}/new/?kind=article"),
    "item": (NURLANOVA, f"/plan/{{}}/items/{ARTICLE}/"),
    "history": (NURLANOVA, f"/plan/{{}}/items/{COURSE}/history/?field=period&earlier=0&later=1"),
    "edit": (NURLANOVA, f"/plan/{{}}/items/{ARTICLE}/text.*/"),
    "drafts": (SEITKALI, "/plan/{}/drafts/"),
    "dispatch": (NURLANOVA, "/plan/{}/dispatch/"),
    "exchange": (NURLANOVA, "/exchange/"),
    "letters": (NURLANOVA, "/plan/{}/letters/"),
    "editions": (TULEGENOV, "/plan/{}/editions/"),
    "signature": (AKHMETOV, f"/plan/{{}}/editions/{PLAN}/"),
    "copy": (NURLANOVA, f"/plan/{{}}/editions/{PLAN}/copy/"),
    "compare": (NURLANOVA, f"/plan/{{}}/editions/{PLAN}/compare/"),
    "refused": (NURLANOVA, "/exchange/refused/1/"),
    "cover": (NURLANOVA, "/exchange/2/cover/"),
    "languages": (NURLANOVA, "/administration/languages/"),
    "overview": (NURLANOVA, "/plan/{}/"),
    "timeline": (NURLANOVA, "/plan/{}/timeline/"),
    "minister": (NURLANOVA, "/plan/{}/minister/"),
    "translations": (NURLANOVA, "/plan/{}/translations/"),
    "rules": (ZHAKSYBEKOV, "/plan/{}/rules/"),
    "tokens": (NURLANOVA, "/my/keys/"),
    "administration": (ZHAKSYBEKOV, "/administration/"),
    "officers": (ZHAKSYBEKOV, "/administration/officers/"),
    "officer": (ZHAKSYBEKOV, "/administration/officer/nurlanova/"),
    "seats": (TULEGENOV, "/administration/seats/"),
    "parties": (ZHAKSYBEKOV, "/administration/parties/"),
    "backup": (ZHAKSYBEKOV, "/administration/backup/"),
    "trail": (TULEGENOV, "/administration/trail/"),
    "accidents": (NURLANOVA, "/plan/{}/accidents/"),
    "example": (NOBODY, "/example/"),
    "account_login": (NOBODY, "/account/sign-in/"),
    "account_logout": (NURLANOVA, "/account/sign-out/"),
    "mfa_index": (NURLANOVA, "/account/second-factors/"),
    "mfa_list_webauthn": (NURLANOVA, "/account/second-factors/webauthn/"),
    "mfa_reauthenticate": (NURLANOVA, "/account/second-factors/reauthenticate/"),
    "page of no plan": (NURLANOVA, "/plan/none/table/"),
    "page of another's seat": (SEITKALI, "/plan/{}/dispatch/"),
}
# What can be opened and is no page of this small plan: files, a fragment of a page; and the seal, of an edition alone.
OTHERS = {"bundle", "edition-file", "fork-proof", "letter-file", "timeline-drawn", "trail-file", "delivery", "seal"}


class Look(NamedTuple):
    """How a page is looked at."""

    language: str
    scheme: str

    def __str__(self):
        return f"{self.language}-{self.scheme}"


ROTATING = [
    pytest.param(name, Look(LANGUAGES[place % len(LANGUAGES)], ("light", "dark")[place % 2]), id=name)
    for place, name in enumerate(PAGES)
]
ALL = [
    pytest.param(name, Look(*look), id=f"{name}-{Look(*look)}")
    for name, look in product(PAGES, product(LANGUAGES, ("light", "dark")))
]


def test_no_page_of_ours_is_left_out():
    places = [place for module in MODULES for place in module.PLACES]
    ours = {place.name for place in places if not hasattr(place.callback, "gate") or place.callback.gate.shows}
    assert ours - OTHERS - set(PAGES) == set()
    assert OTHERS - ours == set()


class Reader:
    """A browser in which any officer looks at pages; who sits down and in which language changes."""

    def __init__(self, browser: Browser, sites: Sites) -> None:
        self.sites, self.watch, self._states = sites, Watch(sites), {}
        self.plan = sites.typed("kaz", "plan list")[0]["plan"][:12]
        self._browser = browser

    def opens(self, name: str, look: Look) -> Page:
        """A page as a desk shows it."""
        login, path = PAGES[name]
        self.watch.found.clear()
        context = self._browser.new_context(
            base_url=self.sites.at("kaz"), color_scheme=look.scheme, viewport=DESK, storage_state=self._state(login)
        )
        context.add_cookies([{"name": "kelisim_language", "value": look.language, "url": self.sites.at("kaz")}])
        context.add_init_script(MOVED)
        self.watch.over(context)
        page = context.new_page()
        page.goto(path.format(self.plan))
        return page

    def _state(self, login: str):
        if login and login not in self._states:
            context = self._browser.new_context(base_url=self.sites.at("kaz"))
            page = context.new_page()
            page.goto("/example/")
            page.locator(f"button[value={login}]").click()
            self._states[login] = context.storage_state()
            context.close()
        return self._states.get(login)


MOVED = """
window.moved = [];
new PerformanceObserver((list) => {
  for (const { sources } of list.getEntries()) moved.push(...sources.map(({ node }) => node?.outerHTML?.slice(0, 120)));
}).observe({ type: "layout-shift", buffered: true });
"""
WIDER = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="session")
def reader(prepared, browser, tmp_path_factory) -> Iterator[Reader]:
    """Somebody who reads the desk of Kazakhstan: two drafts lie there, and a bundle went out, another was refused."""
    home = tmp_path_factory.mktemp("read") / "home"
    copied(prepared, home)
    sites = Sites(home)
    try:
        with standing_on(DAY):
            sites.desks.well("kaz", f"draft {COURSE} --theirs USA")
            sites.desks.well("kaz", f"draft {VISIT} period 2014-08 --ad-referendum --note 'after the exercise'")
        sites.open()
        reader = Reader(browser, sites)
        page = reader.opens("exchange", Look("en", "light"))
        read(page, OFFICERS)
        written(page, "USA", home)
        page.context.close()
        yield reader
    finally:
        sites.close()


def looks_right(reader, name, look):
    page = reader.opens(name, look)
    page.evaluate("document.fonts.ready")
    assert page.locator("html").get_attribute("lang") == look.language
    assert page.locator("h1").count() == 1
    assert page.evaluate("moved") == []
    page.set_viewport_size(WHOLE)
    everybody_can_use(page)
    page.set_viewport_size(TELEPHONE)
    assert page.evaluate(WIDER) == []
    page.context.close()
    assert reader.watch.found == []


@pytest.mark.parametrize(("name", "look"), ROTATING)
def test_every_page_is_usable_by_everybody_stands_still_and_fits_a_telephone(reader, name, look):
    looks_right(reader, name, look)


@pytest.mark.soak
@pytest.mark.parametrize(("name", "look"), ALL)
def test_every_page_is_so_in_every_language_in_light_and_dark(reader, name, look):
    looks_right(reader, name, look)
