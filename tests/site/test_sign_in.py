"""Officers sign in without scripts: by password, by the digits of an app, by a recovery code; and others do not."""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from kelisim_web import node
from tests.site.conftest import Desks
from tests.site.rows import copied

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kelisim_web.site.settings")
PASSWORD = "steppe-eagle-2013"
SIGN_IN, OWN, APP = "/account/sign-in/", "/account/second-factors/", "/account/second-factors/totp/activate/"
FAST = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}
PAGES = (
    "",
    "reauthenticate/",
    "totp/deactivate/",
    "webauthn/",
    "webauthn/add/",
    "recovery-codes/",
    "recovery-codes/generate/",
)


class Page(HTMLParser):
    """What a reader sees of an answer, and what a strict policy would refuse of it."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.words: list[str] = []
        self.refused: list[str] = []
        self.language = ""
        self.feed(answer.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.language = given.get("lang", self.language) if tag == "html" else self.language
        inline = (tag == "script" and not given.get("src")) or tag == "style"
        self.refused += [tag] if inline else []
        self.refused += [name for name in given if name == "style" or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


class Visitor:
    """Somebody in front of a browser, in a language."""

    def __init__(self, language: str = "en", **options: Any) -> None:
        from django.test import Client

        self.browser: Client = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE=language, **options)

    def see(self, address: str) -> str:
        answer = self.browser.get(address, follow=True)
        assert answer.status_code == 200, (address, answer.status_code)
        return Page(answer).text

    def send(self, address: str, **fields: str) -> str:
        """Send a form, and read the page to which it leads."""
        return Page(self.browser.post(address, fields, follow=True)).text

    def sign_in(self, password: str = PASSWORD, login: str = "nurlanova") -> str:
        return self.send(SIGN_IN, login=login, password=password)

    def is_in(self) -> bool:
        return self.browser.get(OWN).status_code == 200

    def confirm(self) -> str:
        """Give the password once more, on the way to the page of the app; what the page says."""
        return self.send("/account/confirm/", password=PASSWORD, next=APP)

    def set_up_app(self) -> str:
        """Set up an authenticator app, as its page says; the secret that the page shows."""
        secret = next(word for word in re.findall(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", self.confirm()))
        self.send(APP, code=digits(secret))
        return secret

    def recovery_codes(self) -> list[str]:
        return re.findall(r"<code>(\d+)</code>", self.browser.get(f"{OWN}recovery-codes/").content.decode())

    def leave(self) -> None:
        self.send("/account/sign-out/")


def digits(secret: str) -> str:
    """What an authenticator app shows now; each time it is asked, it is another half minute."""
    from allauth.mfa.totp.internal import auth
    from django.core.cache import cache

    cache.clear()
    counter = list(auth.yield_hotp_counters_from_time())[auth.app_settings.TOTP_TOLERANCE]
    return auth.format_hotp_value(auth.hotp_value(secret.replace(" ", ""), counter))


def errors(answer: str) -> str:
    """What a sign-in page says between its first sentence and its fields."""
    return answer.partition("gave you.")[2].partition("User name")[0].strip()


@pytest.fixture(scope="session")
def staffed(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A node with an officer; and the address at which she chooses a password, as the administrator reads it."""
    home = copied(founded, tmp_path_factory.mktemp("staffed") / "home")
    added = Desks(home).well("kaz", "officer add nurlanova --name 'A. Nurlanova' --seat desk-officer")
    address = next(word for word in added.out.split() if word.startswith("http"))
    return home, urlsplit(address).path


@pytest.fixture
def invitation(staffed: tuple[Path, str], tmp_path: Path) -> Iterator[str]:
    """The node, open, and the address at which its officer chooses a password."""
    from django.core.cache import cache
    from django.test import override_settings

    home, address = staffed
    with override_settings(**FAST), node.opened(copied(home, tmp_path / "home") / "kaz"):
        cache.clear()
        yield address


@pytest.fixture
def site(invitation: str) -> str:
    """The node, where the officer has chosen a password."""
    from django.contrib.auth.models import User

    officer = User.objects.get(username="nurlanova")
    officer.set_password(PASSWORD)
    officer.save()
    return invitation


def test_an_officer_chooses_a_password_at_the_address_that_the_administrator_hands_out(invitation):
    visitor = Visitor()
    form = visitor.browser.get(invitation, follow=True)
    assert "this address serves once" in Page(form).text
    chosen = form.redirect_chain[-1][0]
    assert "must contain at least 12 characters" in visitor.send(chosen, password1="ala", password2="ala")
    assert "Your password is chosen" in visitor.send(chosen, password1=PASSWORD, password2=PASSWORD)
    visitor.sign_in()
    assert visitor.is_in()
    assert "This address no longer serves" in Visitor().see(invitation)


@pytest.mark.usefixtures("site")
def test_a_wrong_password_and_an_unknown_officer_are_told_the_same():
    wrong, unknown = Visitor().sign_in("wrong"), Visitor().sign_in("wrong", login="nobody")
    assert errors(wrong) == errors(unknown) == "The user name or the password is not right."


@pytest.mark.usefixtures("site")
def test_who_has_an_account_but_no_seat_is_told_the_same_too():
    from django.contrib.auth.models import User

    User.objects.create_user("seatless", password=PASSWORD)
    assert errors(Visitor().sign_in(login="seatless")) == errors(Visitor().sign_in("wrong"))


@pytest.mark.usefixtures("site")
def test_an_app_is_set_up_and_asked_for_from_then_on():
    visitor = Visitor()
    visitor.sign_in()
    secret = visitor.set_up_app()
    assert "In use" in visitor.see(OWN)
    visitor.leave()
    assert "Enter the six digits" in visitor.sign_in()
    assert not visitor.is_in()
    assert "Incorrect code." in visitor.send("/account/second-factors/authenticate/", code="000000")
    assert not visitor.is_in()
    visitor.send("/account/second-factors/authenticate/", code=digits(secret))
    assert visitor.is_in()


@pytest.mark.usefixtures("site")
def test_a_recovery_code_stands_in_once():
    visitor = Visitor()
    visitor.sign_in()
    visitor.set_up_app()
    code = visitor.recovery_codes()[0]
    for serves in (True, False):
        visitor.leave()
        visitor.sign_in()
        visitor.send("/account/second-factors/authenticate/", code=code)
        assert visitor.is_in() is serves


@pytest.mark.usefixtures("site")
def test_the_file_of_recovery_codes_carries_those_of_the_page():
    visitor = Visitor("ru")
    visitor.sign_in()
    visitor.set_up_app()
    file = visitor.browser.get(f"{OWN}recovery-codes/download/")
    assert file["Content-Type"].startswith("text/plain")
    first, *rest = file.content.decode().split("\n", 1)
    assert "nurlanova" in first
    assert rest[0].split() == visitor.recovery_codes()


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("language", "told"), [("en", "Too many failed login attempts"), ("kk", "Сәтсіз кіру әрекеттері тым көп")]
)
def test_who_guesses_passwords_must_wait(language, told):
    visitor = Visitor(language)
    for _ in range(5):
        assert told not in visitor.sign_in("wrong")
    assert told in visitor.sign_in()
    assert not visitor.is_in()


@pytest.mark.usefixtures("site")
def test_who_guesses_codes_must_wait():
    visitor = Visitor()
    visitor.sign_in()
    secret = visitor.set_up_app()
    visitor.leave()
    right = digits(secret)
    visitor.sign_in()
    for _ in range(5):
        visitor.send("/account/second-factors/authenticate/", code="000000")
    assert "Too many failed login attempts" in visitor.send("/account/second-factors/authenticate/", code=right)


@pytest.mark.usefixtures("site")
def test_an_address_that_asks_too_often_is_told_to_wait():
    from django.test import override_settings

    with override_settings(ACCOUNT_RATE_LIMITS={"login": "1/m/ip"}):
        Visitor("kk").sign_in()
        answer = Visitor("kk").browser.post(SIGN_IN, {"login": "nurlanova", "password": PASSWORD})
    assert answer.status_code == 429
    assert "Әрекеттер тым көп" in Page(answer).text


@pytest.mark.usefixtures("site")
def test_who_was_idle_for_too_long_is_asked_again():
    visitor = Visitor()
    visitor.sign_in()
    session = visitor.browser.session
    session["active"] -= 1801
    session.save()
    assert not visitor.is_in()


@pytest.mark.usefixtures("site")
def test_a_password_that_is_too_weak_is_refused_in_kazakh():
    visitor = Visitor("kk")
    visitor.sign_in()
    told = visitor.send("/account/password/", oldpassword=PASSWORD, password1="1234", password2="1234")
    for sentence in (
        "Құпиясөз тым қысқа. Онда кемінде 12 таңба болуы тиіс.",
        "Бұл құпиясөз тым кең таралған.",
        "Құпиясөз тек цифрлардан тұрады.",
    ):
        assert sentence in told
    alike = visitor.send("/account/password/", oldpassword="x", password1="nurlanova2013", password2="nurlanova")
    assert "Құпиясөз мына деректерге тым ұқсас: пайдаланушы аты." in alike
    assert "Қазіргі құпиясөзді енгізіңіз." in alike


@pytest.mark.usefixtures("site")
def test_a_password_is_changed_and_the_old_one_opens_nothing():
    visitor = Visitor()
    visitor.sign_in()
    new = "another-steppe-eagle"
    told = visitor.send("/account/password/", oldpassword=PASSWORD, password1=new, password2=new)
    assert "Your password is changed." in told
    visitor.leave()
    visitor.sign_in()
    assert not visitor.is_in()
    visitor.sign_in(new)
    assert visitor.is_in()


@pytest.mark.usefixtures("site")
def test_the_app_is_removed_and_the_codes_go_with_it():
    visitor = Visitor()
    visitor.sign_in()
    visitor.set_up_app()
    assert "The authenticator app is removed." in visitor.send(f"{OWN}totp/deactivate/")
    assert "You will get them when you set up a second factor." in visitor.see(OWN)
    visitor.leave()
    visitor.sign_in()
    assert visitor.is_in()


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_every_page_of_sign_in_is_shown_without_anything_inline(language):
    visitor = Visitor(language)
    answers = [visitor.browser.get(SIGN_IN)]
    visitor.sign_in()
    answers += [visitor.browser.get(f"/account/{one}/") for one in ("confirm", "password", "sign-out", "closed")]
    visitor.confirm()
    answers += [visitor.browser.get(f"{OWN}{one}") for one in ("", "totp/activate/")]
    visitor.set_up_app()
    answers += [visitor.browser.get(f"{OWN}{one}") for one in PAGES]
    visitor.leave()
    visitor.sign_in()
    answers += [visitor.browser.get(f"{OWN}authenticate/")]
    for answer in answers:
        page = Page(answer)
        assert answer.status_code == 200, answer.request["PATH_INFO"]
        assert page.language == language
        assert page.refused == [], answer.request["PATH_INFO"]


@pytest.mark.usefixtures("site")
def test_without_scripts_the_page_of_a_passkey_says_what_else_there_is():
    visitor = Visitor()
    visitor.sign_in()
    visitor.confirm()
    page = visitor.browser.get(f"{OWN}webauthn/add/").content.decode()
    assert re.search(r"<form[^>]* data-passkey=[^>]* hidden>", page)
    assert "An authenticator app and recovery codes work without." in page


@pytest.mark.usefixtures("site")
def test_a_form_that_was_open_for_too_long_changes_nothing_and_says_so():
    answer = Visitor("ru", enforce_csrf_checks=True).browser.post(SIGN_IN, {"login": "nurlanova", "password": PASSWORD})
    assert answer.status_code == 403
    assert "Форма была открыта слишком долго" in Page(answer).text


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("address", ["signup", "email", "password/reset", "confirm-email"])
def test_nobody_signs_up_or_is_reached_by_mail(address):
    assert Visitor().browser.get(f"/account/{address}/").status_code == 404
