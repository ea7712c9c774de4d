"""What Django and allauth say on our pages is said in Russian and in Kazakh, by their catalogues or by ours."""

from __future__ import annotations

import ast
import re
from functools import cache
from gettext import GNUTranslations
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message

ROOT = Path(__file__).parents[2]
OURS = ROOT / "src/kelisim_web/locale"
CATALOGUES = sorted(OURS.rglob("*.po"))
# What can speak on a page. Views and mails of theirs that we do not route, and the admin, are not among it.
SPEAKERS = {
    "allauth": ["account/*.py", "account/internal/**/*.py", "core/**/*.py", "mfa/**/*.py", "utils.py", "decorators.py"],
    "django": [
        "contrib/auth/base_user.py",
        "contrib/auth/forms.py",
        "contrib/auth/models.py",
        "contrib/auth/password_validation.py",
        "contrib/auth/validators.py",
        "core/paginator.py",
        "core/validators.py",
        "forms/**/*.py",
        "utils/dates.py",
        "utils/ipv6.py",
        "utils/text.py",
        "utils/timesince.py",
    ],
}
CALLS = {"gettext": 0, "gettext_lazy": 0, "gettext_noop": 0, "ngettext": 0, "ngettext_lazy": 0}
CALLS_IN_CONTEXT = {"pgettext": 1, "pgettext_lazy": 1, "npgettext": 1, "npgettext_lazy": 1}
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdr]|\{\w*\}")


class Spoken(NamedTuple):
    """A message where a library says it; `msgid` is empty where it is not written there but computed."""

    where: str
    context: str
    msgid: str


class Exempt(NamedTuple):
    """Messages that no page of ours can show, by pattern, and why."""

    why: str
    where: str
    msgid: str


EXEMPT = [
    Exempt("the admin is not installed", r"/admin\.py$", r""),
    Exempt("names of apps and columns are for the admin", r"allauth/(account|mfa)/apps\.py$", r""),
    Exempt("names of apps and columns are for the admin", r"allauth/account/models\.py$", r""),
    Exempt(
        "nobody signs in, or is reached, by mail or telephone", r"^allauth/account/|^allauth/mfa/", r"(?i)email|phone"
    ),
    Exempt(
        "rights go by seats, not by groups",
        r"auth/models\.py$",
        r"(?i)group|permission|superuser|codename|content type",
    ),
    Exempt("how a hash was made is shown by the admin", r"auth/forms\.py$", r"^$"),
]


def spoken_in(path: Path, where: str) -> Iterator[Spoken]:
    """Every message that a module hands to gettext, under whatever name it has imported gettext."""
    tree = ast.parse(path.read_text("utf-8"))
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
    }
    places = CALLS | CALLS_IN_CONTEXT
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and names.get(node.func.id) in places:
            called = names[node.func.id]
            texts = [one.value if isinstance(one, ast.Constant) else "" for one in node.args]
            yield Spoken(where, texts[0] if called in CALLS_IN_CONTEXT else "", texts[places[called]])


@cache
def spoken() -> list[Spoken]:
    """What all the speakers can say."""
    found = []
    for package, patterns in SPEAKERS.items():
        home = Path(find_spec(package).origin).parent
        for path in sorted({path for pattern in patterns for path in home.glob(pattern)}):
            found += spoken_in(path, path.relative_to(home.parent).as_posix())
    return found


def exempt(message: Spoken, exemption: Exempt) -> bool:
    return bool(re.search(exemption.where, message.where) and re.search(exemption.msgid, message.msgid))


def first(message: Message) -> tuple[str, str]:
    """The key of a message: its context, and the singular where it has a plural."""
    return message.context or "", message.id if isinstance(message.id, str) else message.id[0]


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


@cache
def translated(language: str) -> set[tuple[str, str]]:
    """The messages that have words in a language, in their catalogues and in ours."""
    django, allauth = (Path(find_spec(package).origin).parent for package in ("django", "allauth"))
    homes = [django / "conf/locale", django / "contrib/auth/locale", allauth / "locale", OURS]
    paths = [home / language / "LC_MESSAGES/django.po" for home in homes]
    found = [message for path in paths if path.exists() for message in messages(path)]
    return {first(message) for message in found if all(forms(message)) and not message.fuzzy}


def messages(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return [message for message in read_po(file, ignore_obsolete=True) if message.id]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.relative_to(OURS).parts[0])
def test_a_message_of_ours_has_words_and_keeps_its_placeholders(path):
    for message in messages(path):
        wanted = [message.id] if isinstance(message.id, str) else list(message.id)
        for form in forms(message):
            assert form, message.id
            assert not message.fuzzy, message.id
            assert sorted(PLACEHOLDER.findall(form)) == sorted(PLACEHOLDER.findall(wanted[-1])), message.id


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.relative_to(OURS).parts[0])
def test_what_a_page_reads_is_compiled_from_it(path):
    compiled = path.with_suffix(".mo")
    assert compiled.exists(), "make messages"
    with compiled.open("rb") as file:
        read = GNUTranslations(file)
    for message in messages(path):
        context, msgid = first(message)
        assert (read.pgettext(context, msgid) if context else read.gettext(msgid)) == forms(message)[0]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.relative_to(OURS).parts[0])
def test_no_word_is_tied_to_a_placeholder(path):
    """The ending of a Kazakh word changes with the number or the name that it follows."""
    tied = re.compile(rf"(?:{PLACEHOLDER.pattern})[-–’']?\w")
    assert [form for message in messages(path) for form in forms(message) if tied.search(form)] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.relative_to(OURS).parts[0])
def test_a_message_of_ours_is_one_that_a_library_says(path):
    said = {(message.context, message.msgid) for message in spoken()}
    assert [first(message) for message in messages(path) if first(message) not in said] == []


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_nothing_that_a_page_can_show_is_left_in_english(language):
    left = [
        message
        for message in spoken()
        if (message.context, message.msgid) not in translated(language)
        and not any(exempt(message, exemption) for exemption in EXEMPT)
    ]
    assert left == []


@pytest.mark.parametrize("exemption", EXEMPT, ids=lambda exemption: exemption.where)
def test_an_exemption_is_of_something_that_is_not_translated(exemption):
    known = translated("kk")
    assert [m for m in spoken() if exempt(m, exemption) and (m.context, m.msgid) not in known]
