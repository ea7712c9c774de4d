"""Officers sign in without scripts: by password, by the digits of an app, by a recovery code; and others do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from tests.site.conftest import Desks
from tests.site.rows import copied
from tests.site.web import HOST, Officer, Page, Web, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = "steppe-eagle-2013"
SIGN_IN, OWN, AGAIN = "/account/sign-in/", "/account/second-factors/", "/account/confirm/"
FACTOR, CODES, APP = f"{OWN}authenticate/", f"{OWN}recovery-codes/", f"{OWN}totp/activate/"
WRONG, WAIT = "The user name or the password is not right.", "Too many failed login attempts. Try again later."
FAST = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}


class Visitor(Officer):
    """Somebody who has not signed in, in front of a browser that goes wherever it is led."""

    def __init__(self, web: Web, language: str = "en", **options: Any) -> None:
        super().__init__(web, "kaz", "nurlanova")
        self.client = Client(SERVER_NAME=HOST, HTTP_ACCEPT_LANGUAGE=language, **options)

    def get(self, path: str, query: dict[str, Any] | None = None) -> Page:
        with self.web.open(self.desk):
            answer = self.client.get(path, query or {}, follow=True)
            return Page(self, answer.request["PATH_INFO"], answer)

    def post(self, path: str, fields: dict[str, Any]) -> Page:
        with self.web.open(self.desk):
            answer = self.client.post(path, fields, follow=True)
            return Page(self, answer.request["PATH_INFO"], answer)

    def sign_in(self, password: str = PASSWORD, login: str = "nurlanova") -> Page:
        return self.post(SIGN_IN, {"login": login, "password": password})

    def sign_out(self) -> Page:
        return self.post("/account/sign-out/", {})

    def is_in(self) -> bool:
        return self.get(OWN).path == OWN

    def confirm(self, then: str) -> Page:
        """Give the password once more, on the way to a page that asks for it."""
        return self.post(AGAIN, {"password": PASSWORD, "next": then})

    def set_up_app(self) -> str:
        """Set up an authenticator app; the key that its page shows."""
        key = self.confirm(APP).row(".fingerprint")
        self.post(APP, {"code": digits(key)})
        return key

    def give(self, code: str) -> Page:
        """Give a second factor."""
        return self.post(FACTOR, {"code": code})


def digits(key: str) -> str:
    """What an app shows now; nobody remembers that it was used, as after half a minute."""
    from allauth.mfa.totp.internal import auth

    cache.clear()
    counter = list(auth.yield_hotp_counters_from_time())[auth.app_settings.TOTP_TOLERANCE]
    return auth.format_hotp_value(auth.hotp_value(key.replace(" ", ""), counter))


def refusals(page: Page) -> list[str]:
    """What a page says of a form that it did not take."""
    return [words(one) for one in page.soup.select("main .refusal:not([hidden]), main .errorlist li")]


def inline(page: Page) -> list[str]:
    """What of a page a strict policy would not run or draw."""
    found = [one.name for one in page.soup.find_all(["script", "style"]) if not one.get("src")]
    return found + [name for one in page.soup.find_all() for name in one.attrs if name == "style" or name[:2] == "on"]


@pytest.fixture(scope="session")
def staffed(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A desk with an officer; and the address at which she chooses a password, as the administrator reads it."""
    home = copied(founded, tmp_path_factory.mktemp("staffed") / "home")
    added = Desks(home).well("kaz", "officer add nurlanova --name 'A. Nurlanova' --seat desk-officer")
    address = next(word for word in added.out.split() if word.startswith("http"))
    return home, urlsplit(address).path


@pytest.fixture
def site(staffed: tuple[Path, str], tmp_path: Path) -> Iterator[Web]:
    """The site of the desk, where the officer has chosen a password."""
    from django.contrib.auth.models import User

    found = Web(Desks(copied(staffed[0], tmp_path / "home")))
    cache.clear()
    with override_settings(**FAST):
        with found.open("kaz"):
            officer = User.objects.get(username="nurlanova")
            officer.set_password(PASSWORD)
            officer.save()
        yield found


@pytest.fixture
def officer(site: Web) -> Visitor:
    """The officer, signed in by her password alone."""
    visitor = Visitor(site)
    visitor.sign_in()
    assert visitor.is_in()
    return visitor


def test_an_officer_chooses_a_password_at_the_address_that_the_administrator_hands_out(staffed, tmp_path):
    home, address = staffed
    visitor = Visitor(Web(Desks(copied(home, tmp_path / "home"))))
    with override_settings(**FAST):
        page = visitor.get(address)
        page = page.press("Choose your password", password1="ala", password2="ala")
        assert "This password is too short. It must contain at least 12 characters." in refusals(page)
        page = page.press("Choose your password", password1=PASSWORD, password2=PASSWORD)
        page.link("Sign in").press("Sign in", login="nurlanova", password=PASSWORD)
    assert visitor.is_in()
    assert "This address no longer serves." in visitor.get(address).text


def test_a_wrong_password_an_unknown_officer_and_one_without_a_seat_are_told_the_same(site):
    from django.contrib.auth.models import User

    with site.open("kaz"):
        User.objects.create_user("seatless", password=PASSWORD)
    for login, password in (("nurlanova", "wrong"), ("nobody", PASSWORD), ("seatless", PASSWORD)):
        page = Visitor(site).get(SIGN_IN).press("Sign in", login=login, password=password)
        assert refusals(page) == [WRONG]


def test_an_app_is_set_up_and_asked_for_from_then_on(officer):
    page = officer.get(OWN).link("Set up the app").press("Confirm", password=PASSWORD)
    key = page.row(".fingerprint")
    assert refusals(page.press("Set up the app", code="000000")) == ["Incorrect code."]
    page = officer.post(APP, {"code": digits(key)})
    assert "The authenticator app is set up." in page.text
    page.press("Sign out")
    page = officer.get(SIGN_IN).press("Sign in", login="nurlanova", password=PASSWORD)
    assert not officer.is_in()
    assert refusals(page.press("Sign in", code="000000")) == ["Incorrect code."]
    page.press("Sign in", code=digits(key))
    assert officer.is_in()


def test_a_recovery_code_stands_in_once(officer):
    officer.set_up_app()
    code = words(officer.get(CODES).soup.select(".codes li")[0])
    for serves in (True, False):
        officer.sign_out()
        officer.sign_in()
        officer.give(code)
        assert officer.is_in() is serves


def test_the_file_of_recovery_codes_carries_those_of_the_page(officer):
    officer.set_up_app()
    page = officer.get(CODES)
    first, *codes = page.link("Save as a file").text.split(" Each can be used once. ")
    assert first == "Recovery codes for Kelisim, user nurlanova."
    assert codes[0].split() == [words(one) for one in page.soup.select(".codes li")]


def test_new_recovery_codes_take_the_place_of_the_old(officer):
    officer.set_up_app()
    before = officer.get(CODES)
    after = before.link("Make new ones").press("Make new codes")
    shown = [{words(one) for one in page.soup.select(".codes li")} for page in (before, after)]
    assert len(shown[1]) == 10
    assert not shown[0] & shown[1]


@pytest.mark.parametrize(("language", "told"), [("en", WAIT), ("kk", "Сәтсіз кіру әрекеттері тым көп.")])
def test_who_guesses_passwords_must_wait(site, language, told):
    visitor = Visitor(site, language)
    for _ in range(5):
        assert told not in visitor.sign_in("wrong").text
    assert told in visitor.sign_in().text
    assert not visitor.is_in()


def test_who_guesses_codes_must_wait(officer):
    key = officer.set_up_app()
    officer.sign_out()
    right = digits(key)
    officer.sign_in()
    for _ in range(5):
        officer.give("000000")
    assert refusals(officer.give(right)) == [WAIT]


def test_an_address_that_asks_too_often_is_told_to_wait(site):
    with override_settings(ACCOUNT_RATE_LIMITS={"login": "1/m/ip"}):
        Visitor(site, "kk").sign_in()
        page = Visitor(site, "kk").sign_in()
    assert page.status == 429
    assert "Әрекеттер тым көп" in page.text


def test_who_was_idle_for_too_long_is_asked_again(site, officer):
    with site.open("kaz"):
        session = officer.client.session
        session["active"] -= 1801
        session.save()
    assert officer.get(OWN).path == SIGN_IN


def test_a_password_that_is_too_weak_is_refused_in_kazakh(site):
    visitor = Visitor(site, "kk")
    visitor.sign_in()
    page = visitor.get("/account/password/")
    told = refusals(page.press("Құпиясөзді ауыстыру", oldpassword=PASSWORD, password1="1234", password2="1234"))
    assert told == [
        "Бұл құпиясөз тым кең таралған.",
        "Құпиясөз тек цифрлардан тұрады.",
        "Құпиясөз тым қысқа. Онда кемінде 12 таңба болуы тиіс.",
    ]
    told = refusals(page.press("Құпиясөзді ауыстыру", oldpassword="x", password1="nurlanova2013", password2=""))
    assert told == [
        "Қазіргі құпиясөзді енгізіңіз.",
        "Құпиясөз мына деректерге тым ұқсас: пайдаланушы аты.",
        "Бұл өрісті толтыру міндетті.",
    ]


def test_a_password_is_changed_and_the_old_one_opens_nothing(officer):
    new = "another-steppe-eagle"
    page = officer.get(OWN).link("Change the password")
    page = page.press("Change the password", oldpassword=PASSWORD, password1=new, password2=new)
    assert "Your password is changed." in page.text
    officer.sign_out()
    assert refusals(officer.sign_in()) == [WRONG]
    officer.sign_in(new)
    assert officer.is_in()


def test_the_app_is_removed_and_the_recovery_codes_go_with_it(officer):
    officer.set_up_app()
    page = officer.get(OWN).link("Remove the app").press("Remove the app")
    assert "The authenticator app is removed." in page.text
    assert "You will get them when you set up a second factor." in page.text
    officer.sign_out()
    officer.sign_in()
    assert officer.is_in()


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_every_page_of_sign_in_is_whole_in_each_language_and_has_nothing_inline(site, language):
    visitor = Visitor(site, language)
    pages = [visitor.get(SIGN_IN), visitor.get("/account/closed/")]
    visitor.sign_in()
    pages += [visitor.get(one) for one in (OWN, AGAIN, "/account/password/", "/account/sign-out/")]
    pages += [visitor.confirm(APP), visitor.get(f"{OWN}webauthn/"), visitor.get(f"{OWN}webauthn/add/")]
    visitor.set_up_app()
    pages += [visitor.get(f"{OWN}{one}") for one in ("", "reauthenticate/", "totp/deactivate/")]
    pages += [visitor.get(CODES), visitor.get(f"{CODES}generate/")]
    visitor.sign_out()
    pages += [visitor.sign_in()]
    for page in pages:
        assert page.status == 200, page.path
        assert page.soup.html["lang"] == language
        assert inline(page) == [], page.path
    assert len({page.path for page in pages}) == 14


def test_without_scripts_the_page_of_a_passkey_says_what_else_there_is(officer):
    page = officer.confirm(f"{OWN}webauthn/add/")
    assert page.soup.select_one("form[data-passkey]").has_attr("hidden")
    assert "An authenticator app and recovery codes work without." in page.row("[data-passkey-absent]")


def test_a_form_that_was_open_for_too_long_changes_nothing_and_says_so(site):
    page = Visitor(site, "ru", enforce_csrf_checks=True).sign_in()
    assert page.status == 403
    assert "Форма была открыта слишком долго" in page.text


@pytest.mark.parametrize("address", ["signup", "email", "password/reset", "confirm-email"])
def test_nobody_signs_up_or_is_reached_by_mail(site, address):
    assert Visitor(site).get(f"/account/{address}/").status == 404
