"""Two desks that are served as `kelisim serve` serves them, and browsers of officers who sit at them."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from base64 import b32encode
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tests.browser.world import DAY, OFFICERS, standing_on
from tests.site.conftest import Desks

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

KELISIM: Final = str(Path(sys.executable).parent / "kelisim")
CODES: Final = ("kaz", "usa")
DEVICE: Final = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
REPORT_POLICY: Final = (
    'document.addEventListener("securitypolicyviolation",'
    ' (found) => console.error("policy:", found.violatedDirective, found.blockedURI));'
)


class Sites:
    """The desks in a home directory, each with its site.

    Attributes:
        desks: at whose terminals commands are typed.
        start: where the start page is.
    """

    def __init__(self, home: Path) -> None:
        self.desks = Desks(home)
        self._port = two_ports()
        self._running: list[subprocess.Popen[bytes]] = []
        self.start = f"http://localhost:{self._port}"

    def at(self, desk: str) -> str:
        """Where the site of a desk is."""
        return f"http://{desk}.localhost:{self._port + CODES.index(desk)}"

    def open(self) -> None:
        """Serve both, and wait until they answer."""
        for desk in CODES:
            at = self.at(desk)
            words = ["--node", str(self.desks.home / desk), "serve", "--bind", f"127.0.0.1:{urlsplit(at).port}"]
            words += ["--origin", at, *(["--start", str(OFFICERS)] if desk == CODES[0] else [])]
            told = {**os.environ, "KELISIM_NOW": DAY}
            started = subprocess.Popen([KELISIM, *words], stdout=subprocess.DEVNULL, env=told, start_new_session=True)
            self._running.append(started)
        for desk, running in zip(CODES, self._running, strict=True):
            wait_for(f"http://127.0.0.1:{urlsplit(self.at(desk)).port}/static/kelisim/icon.svg", running)

    def close(self) -> None:
        """Stop serving; nothing is left that would have to be put away."""
        for running in self._running:
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
            running.wait()

    def typed(self, desk: str, command: str) -> list[dict[str, Any]]:
        """What a command says at the desk's terminal."""
        with standing_on(DAY):
            return self.desks.json(desk, command)


def two_ports() -> int:
    """A port that is free, and so is the next: below those from which the machine takes ports for whoever asks."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000, 2)  # no other process draws the same
        with suppress(OSError), socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", port))
            second.bind(("127.0.0.1", port + 1))
            return port


def wait_for(address: str, running: subprocess.Popen[bytes]) -> None:
    """Until a site answers."""
    while running.poll() is None:
        try:
            with urlopen(address):  # noqa: S310  (an address of ours)
                return
        except URLError:
            time.sleep(0.1)
    raise AssertionError(address)


class Watch:
    """What no page may do: report an error, offend against the policy, miss a file, or ask another machine."""

    def __init__(self, sites: Sites) -> None:
        self._ours = {urlsplit(one).netloc for one in (sites.start, *(sites.at(desk) for desk in CODES))}
        self.found: list[str] = []

    def over(self, context: BrowserContext) -> None:
        """Watch everything that a browser does from now on."""
        context.add_init_script(REPORT_POLICY)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.found.append(str(error.error)))
        context.on("request", self._asked)
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        answered = message.text.startswith("Failed to load resource")  # `_answered` knows which, and whether it may
        if message.type in ("error", "warning") and not answered:
            self.found.append(message.text)

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).netloc not in self._ours:
            self.found.append(f"asked {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # so ends what a page still waited for when it was left
            self.found.append(f"{request.failure} {request.url}")

    def _answered(self, response: Response) -> None:
        worst = 500 if response.request.is_navigation_request() else 400  # a refusal is a page
        if response.status >= worst:
            self.found.append(f"{response.status} {response.url}")


class Officers:
    """Who sits at the desks, each in a browser of their own."""

    def __init__(self, sites: Sites, new_context: Callable[..., BrowserContext], watch: Watch) -> None:
        self.sites, self.watch, self._new_context = sites, watch, new_context

    def browser(self, desk: str, **wishes: Any) -> Page:
        """A browser in which a desk's site is meant by addresses."""
        context = self._new_context(base_url=self.sites.at(desk), **{"locale": "en-GB", **wishes})
        self.watch.over(context)
        return context.new_page()

    def at(self, desk: str, name: str, **wishes: Any) -> Page:
        """The browser of an officer who has sat down at a desk."""
        page = self.browser(desk, **wishes)
        page.goto("/example/")
        page.get_by_role("button", name=name).click()
        return page


def device(page: Page) -> None:
    """Give a browser a device that keeps passkeys, and whose owner says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def shown(login: str, ahead: int = 0) -> str:
    """The code that the device of an officer of the example shows now, or some half minutes later."""
    secret = sha256(login.encode()).digest()[:20]
    return format_hotp_value(hotp_value(b32encode(secret).decode(), int(time.time()) // 30 + ahead))
