"""An officer who is new to the site chooses a password, adds a passkey, and signs in with that alone."""

from __future__ import annotations

import subprocess
from urllib.parse import urlsplit

from tests.browser.acts import everybody_can_use
from tests.browser.desks import KELISIM, device

PASSWORD = "steppe-eagle-2013"


def test_a_new_officer_adds_a_passkey_and_signs_in_with_it_alone(officers):
    add = ["officer", "add", "orazova", "--name", "G. Orazova", "--seat", "desk-officer"]
    node = [
        "--node",
        str(officers.sites.desks.home / "kaz"),
    ]  # in a process of its own, where the site's secret is read
    told = subprocess.run([KELISIM, *node, *add], check=True, capture_output=True, text=True).stdout
    page = officers.browser("kaz")
    device(page)
    page.goto(urlsplit(next(word for word in told.split() if word.startswith("http"))).path)
    everybody_can_use(page)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password (again)").fill(PASSWORD)
    page.get_by_role("button", name="Choose your password").click()
    page.get_by_role("link", name="Sign in").click()
    everybody_can_use(page)
    page.get_by_label("User name").fill("orazova")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/account/second-factors/")
    everybody_can_use(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("desk computer")
    everybody_can_use(page)
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    everybody_can_use(page)
    page.goto("/account/sign-out/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{officers.sites.at('kaz')}/")
    page.goto("/account/second-factors/webauthn/")
    assert "desk computer" in page.locator("main").get_by_role("listitem").inner_text()
    everybody_can_use(page)
