"""Officers at the site of a desk, with scripts off: they read pages, fill in boxes and press buttons by their words."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.test import Client

from kelisim_web import node
from kelisim_web.access import Place
from tests.site.conftest import Desks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bs4 import Tag
    from django.http import HttpResponse

HOST = "localhost"
DAY = "2013-11-14"
EXAMPLE = Path(__file__).parents[2] / "examples" / "kaz-usa-2013-2017"
OFFICERS = {
    "desk": ("desk-officer", "releaser"),
    "line": ("line-owner",),
    "translator": ("translator",),
    "lawyer": ("legal",),
    "first": ("signatory",),
    "second": ("signatory",),
    "auditor": ("auditor",),
    "admin": ("administrator",),
}


class Page:
    """A page as a person reads it."""

    def __init__(self, officer: Officer, path: str, answer: HttpResponse) -> None:
        self.officer, self.path, self.status = officer, path, answer.status_code
        self.soup = BeautifulSoup(answer.content, "html.parser")

    @property
    def text(self) -> str:
        """Its words, each run of blanks as one."""
        return words(self.soup)

    def row(self, selector: str) -> str:
        """The words of the one part that a CSS selector finds."""
        (found,) = self.soup.select(selector)
        return words(found)

    def link(self, text: str) -> Page:
        """Follow the first link that says this."""
        found = next(one for one in self.soup.find_all("a") if text in words(one))
        return self.officer.get(urljoin(self.path, str(found["href"])))

    def press(self, text: str, within: str = "", /, **fields: Any) -> Page:
        """Press the first button that says this, its form filled in.

        Args:
            text: on the button.
            within: a CSS selector of the part of the page in which it stands.
            fields: boxes by name; a list where several are ticked.
        """
        place = self.soup.select_one(within) if within else self.soup
        assert place is not None, within
        button = next((one for one in place.find_all("button") if text in words(one)), None)
        assert button is not None, (text, [words(one) for one in place.find_all("button")])
        form = button.find_parent("form")
        assert form is not None
        sent = filled(form)
        sent |= fields
        if button.get("name"):
            sent[str(button["name"])] = str(button.get("value", ""))
        action = urljoin(self.path, str(button.get("formaction") or form.get("action") or self.path))
        if str(form.get("method", "get")).lower() == "post":
            return self.officer.post(action, sent)
        return self.officer.get(action, sent)


def words(part: Tag) -> str:
    """The words of a part of a page."""
    return re.sub(r"\s+", " ", part.get_text(" ")).strip()


def filled(form: Tag) -> dict[str, Any]:
    """What a form would send as it stands."""
    sent: dict[str, Any] = {}
    for box in form.find_all("input"):
        kind = box.get("type", "text")
        if not box.get("name") or kind == "file" or (kind in ("checkbox", "radio") and not box.has_attr("checked")):
            continue
        empty = "on" if kind in ("checkbox", "radio") else ""
        sent.setdefault(box["name"], []).append(box.get("value", empty))
    for box in form.find_all("textarea"):
        sent[box["name"]] = [box.get_text().removeprefix("\n")]
    for box in form.find_all("select"):
        chosen = box.find("option", selected=True) or box.find("option")
        sent[box["name"]] = [chosen.get("value", words(chosen))] if chosen else []
    return sent


class Officer:
    """An officer who has signed in at a desk."""

    def __init__(self, web: Web, desk: str, login: str) -> None:
        self.web, self.desk, self.login = web, desk, login
        self.client = Client(SERVER_NAME=HOST, enforce_csrf_checks=False)

    def sign_in(self) -> None:
        """Have a session; how people get one is for other tests."""
        from django.contrib.auth.models import User

        with self.web.open(self.desk):
            self.client.force_login(User.objects.get(username=self.login))

    def get(self, path: str, query: dict[str, Any] | None = None) -> Page:
        """Open a page."""
        with self.web.open(self.desk):
            return Page(self, path, self.client.get(path, query or {}))

    def post(self, path: str, fields: dict[str, Any]) -> Page:
        """Send a form, and go where it leads."""
        with self.web.open(self.desk):
            answer = self.client.post(path, fields)
            if answer.status_code == 303:
                path = urljoin(path, answer["Location"])
                return Page(self, path, self.client.get(path))
            return Page(self, path, answer)

    def code(self) -> str:
        """What the device with the second factor shows now."""
        from kelisim_web.views.factor import code_of

        with self.web.open(self.desk):
            return code_of(self.login)


class Web:
    """The sites of the desks in a home directory."""

    def __init__(self, desks: Desks) -> None:
        self.desks = desks
        self._officers: dict[tuple[str, str], Officer] = {}

    @contextmanager
    def open(self, desk: str) -> Iterator[node.Node]:
        """Work on the node of a desk; one at a time, as Django has one connection."""
        with node.opened(self.desks.home / desk) as opened:
            yield opened

    def at(self, desk: str, login: str = "desk") -> Officer:
        """An officer of a desk, signed in."""
        if (desk, login) not in self._officers:
            officer = Officer(self, desk, login)
            officer.sign_in()
            self._officers[desk, login] = officer
        return self._officers[desk, login]

    def plan(self, desk: str = "kaz") -> str:
        """The beginning of the id of the desk's plan, as addresses have it."""
        return str(self.desks.json(desk, "plan list")[0]["plan"])[:12]


def seat_all(desks: Desks, desk: str) -> None:
    """Give a desk its tables of accounts, and one officer of each kind."""
    from allauth.mfa.totp.internal.auth import TOTP

    from kelisim_web.access import Seat
    from kelisim_web.actions.people import add_officer, kind_of
    from kelisim_web.models.people import Officer as Row
    from kelisim_web.site.people import account
    from kelisim_web.site.server import make_tables

    with node.opened(desks.home / desk) as opened:
        make_tables()
        for login, seats in OFFICERS.items():
            places = [Place(kind_of(one)) for one in seats]
            add_officer(Seat(opened, "setting up"), Row(login=login, name=login.title()), places)
            TOTP.activate(account(login), "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U")


@pytest.fixture(scope="session")
def seated(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The home of two nodes that have founded a plan, with officers at both desks; copied for each test."""
    from tests.site.rows import copied

    home = tmp_path_factory.mktemp("seated") / "home"
    copied(founded, home)
    for desk in ("kaz", "usa"):
        seat_all(Desks(home), desk)
    return home


@pytest.fixture
def web(seated: Any, tmp_path: Any) -> Web:
    """The sites of two desks, of a plan just founded."""
    from tests.site.rows import copied

    cache.clear()  # which codes have been used, and how many were wrong
    home = tmp_path / "home"
    copied(seated, home)
    return Web(Desks(home))


@pytest.fixture(scope="session")
def example_played(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The example as it stands on its day, with officers at both desks; copied for each test."""
    home = tmp_path_factory.mktemp("day") / "home"
    play = [sys.executable, str(EXAMPLE / "play.py"), "--to", str(home), "--until", DAY]
    subprocess.run(play, check=True, stdout=subprocess.DEVNULL)
    for desk in ("kaz", "usa"):
        seat_all(Desks(home), desk)
    return home


@pytest.fixture
def example(example_played: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Web:
    """The sites of the two desks of the example, on its day."""
    from tests.site.rows import copied

    cache.clear()
    monkeypatch.setenv("KELISIM_NOW", f"{DAY}T09:30Z")
    home = tmp_path / "example"
    copied(example_played, home)
    return Web(Desks(home))
