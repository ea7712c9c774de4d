"""An officer who is new to the site chooses a password, adds a passkey, and signs in with that alone."""

from __future__ import annotations

import shlex
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import CDPSession, Page

PASSWORD = "steppe-eagle-2013"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": shutil.which("chromium"), "args": ["--no-sandbox", "--disable-gpu"]}


def kelisim(home: Path, command: str) -> list[str]:
    """A command, typed in the directory where the node is; here it runs in a process of its own."""
    return [str(Path(sys.executable).parent / "kelisim"), "--node", str(home / "kaz"), *shlex.split(command)]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Where a site is served, and the address at which its officer chooses a password."""
    home = tmp_path_factory.mktemp("served")
    for command in (
        "root new roots/kaz",
        "init KAZ --root roots/kaz --name en=Kazakhstan",
        "officer add nurlanova --name 'A. Nurlanova' --seat desk-officer",
    ):
        told = subprocess.run(kelisim(home, command), cwd=home, check=True, capture_output=True, text=True).stdout
    invitation = urlsplit(next(word for word in told.split() if word.startswith("http"))).path
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = f"http://localhost:{port}"
    serve = kelisim(home, f"serve --bind 127.0.0.1:{port} --origin {site}")
    with subprocess.Popen(serve, stdout=subprocess.DEVNULL) as running:
        wait_for(f"{site}/account/sign-in/", running)
        yield site, invitation
        running.terminate()


@pytest.fixture(scope="session")
def base_url(served: tuple[str, str]) -> str:
    return served[0]


def wait_for(address: str, running: subprocess.Popen[bytes]) -> None:
    while running.poll() is None:
        try:
            with urlopen(address):  # noqa: S310  (an address of ours)
                return
        except URLError:
            time.sleep(0.1)
    pytest.fail("the site has ended")


@pytest.fixture
def refused(page: Page) -> Iterator[list[str]]:
    """What the browser has refused or not understood: nothing, at the end."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if "Security Policy" in message.text else None)
    yield found
    assert found == []


@pytest.fixture
def keeper(page: Page) -> CDPSession:
    """A device that keeps passkeys, and whose owner says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    return session


def everybody_can_use(page: Page) -> None:
    """The page has no fault that axe knows."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.usefixtures("keeper", "refused")
def test_a_new_officer_adds_a_passkey_and_signs_in_with_it_alone(page, served):
    site, invitation = served
    page.goto(invitation)
    everybody_can_use(page)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password (again)").fill(PASSWORD)
    page.get_by_role("button", name="Choose your password").click()
    page.get_by_role("link", name="Sign in").click()
    everybody_can_use(page)
    page.get_by_label("User name").fill("nurlanova")
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
    page.wait_for_url(f"{site}/")
    page.goto("/account/second-factors/webauthn/")
    assert "desk computer" in page.locator("main").get_by_role("listitem").inner_text()
    everybody_can_use(page)
