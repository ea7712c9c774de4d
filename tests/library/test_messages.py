"""What users read: every refusal and every word, in every language, with the parameters it is given and no others."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from string import Formatter
from typing import NamedTuple, get_args, get_type_hints

import pytest

from kelisim import errors
from kelisim.bundle import ORDER
from kelisim.errors import BadValue, Malformed, NotNow, Refusal
from kelisim.language import DEFAULT, LANGUAGES, NAMES, fold, language_of
from kelisim.ledger.epoch import Epoch
from kelisim.messages import Message, explain, refusals, say, words
from kelisim.plan import schema
from kelisim.plan.values import TYPES

SOURCE = Path(__file__).parents[2] / "src"
REFUSALS = {"Refusal", *(name for name in vars(errors) if name[0].isupper()), "Usage", "Fault"} - {"TYPE_CHECKING"}
SPEAKERS = {"say", "word", "tell", "talk"}
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


@cache
def nodes():
    """Everything in the program, by the file it stands in."""
    return [
        (path, node) for path in sorted(SOURCE.rglob("*.py")) for node in ast.walk(ast.parse(path.read_text("utf-8")))
    ]


@cache
def strings():
    """Every string that stands in the program, or in a page of it."""
    pages = "".join(path.read_text("utf-8") for path in SOURCE.rglob("templates/**/*.html"))
    quoted = {one for pair in re.findall(r'"([^"\n]+)"|\'([^\'\n]+)\'', pages) for one in pair if one}
    return quoted | {
        node.value for _, node in nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def form(node):
    """A string with holes, as an expression that finds what may stand in them."""
    parts = [re.escape(part.value) if isinstance(part, ast.Constant) else "(.+)" for part in node.values]
    return re.compile("".join(parts))


@cache
def forms():
    """Every string with holes in the program that has a word of its own."""
    made = [form(node) for _, node in nodes() if isinstance(node, ast.JoinedStr)]
    return [one for one in made if re.search("[a-z]", one.pattern)]


def is_used(name):
    """Does a name stand in the program, or is it made there of pieces that do?"""
    if name in strings():
        return True
    found = (one.fullmatch(name) for one in forms())
    return any(match and set(match.groups()) <= strings() for match in found)


def holes(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


class Site(NamedTuple):
    """A place in the program where something is refused or said."""

    where: str
    names: tuple[str, ...]
    params: frozenset[str]


def called(node):
    func = node.func
    return func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""


def names_in(node, known):
    """The names that the first argument of a call can be."""
    if isinstance(node, ast.JoinedStr):
        return tuple(name for name in known if form(node).fullmatch(name))
    if isinstance(node, ast.IfExp):
        return names_in(node.body, known) + names_in(node.orelse, known)
    return (node.value,) if isinstance(node, ast.Constant) else ()


def calls(functions):
    for path, node in nodes():
        if path.name == "texts.py":  # the words of pages have a catalogue of their own
            continue
        if isinstance(node, ast.Call) and called(node) in functions and node.args:
            yield f"{path.name}:{node.lineno}", node


def refused():
    """Every place where something is refused."""
    for where, node in calls(REFUSALS):
        assert all(one.arg for one in node.keywords), f"{where}: parameters must be named"
        names = names_in(node.args[0], refusals(DEFAULT))
        yield Site(where, names, frozenset(one.arg for one in node.keywords))


def said():
    """Every place where a word is named as it stands."""
    for where, node in calls(SPEAKERS):
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str) and all(one.arg for one in node.keywords):
            yield Site(where, (first.value,), frozenset(one.arg for one in node.keywords))
    for where, node in calls({"Told"}):
        first, params = node.args
        assert isinstance(first, ast.Constant), where
        if isinstance(params, ast.Dict) and all(params.keys):
            yield Site(where, (first.value,), frozenset(key.value for key in params.keys))


PAGES = tuple(f"{path.name}:" for path in (SOURCE / "kelisim_web/queries").glob("*.py"))
REFUSED, SAID = list(refused()), list(said())


# Whole in every language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_its_three_sentences_and_nothing_else(language):
    for code, parts in refusals(language).items():
        assert set(parts) == set(Message._fields), code
        assert all(text and text == text.strip() for text in parts.values()), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_refusals_with_the_same_parameters(language):
    assert list(refusals(language)) == list(refusals(DEFAULT))
    for code, parts in refusals(language).items():
        original = refusals(DEFAULT)[code]
        assert set().union(*map(holes, parts.values())) == set().union(*map(holes, original.values())), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_words_with_the_same_parameters(language):
    assert list(words(language)) == list(words(DEFAULT))
    for key, text in words(language).items():
        assert text, key
        assert text == text.strip(), key
        assert holes(text) == holes(words(DEFAULT)[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_parameters_are_named_and_never_by_place(language):
    texts = [*words(language).values(), *(text for parts in refusals(language).values() for text in parts.values())]
    for text in texts:
        assert all(name.isidentifier() for name in holes(text)), text


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_russian_and_kazakh_are_not_english(language):
    for code, parts in refusals(language).items():
        spoken = [text for text in parts.values() if not re.fullmatch(r"\{\w+\}\.?", text)]
        assert all(CYRILLIC.search(text) for text in spoken), code
        assert parts != refusals("en")[code]


def test_kazakh_is_not_russian():
    same = [code for code, parts in refusals("kk").items() if parts["what"] == refusals("ru")[code]["what"]]
    assert same == []


# Held to the program


def test_every_place_that_refuses_names_a_refusal_that_exists():
    assert len(REFUSED) > 100
    unknown = [(site.where, name) for site in REFUSED for name in site.names or ("?",) if name not in refusals(DEFAULT)]
    assert unknown == []


def test_every_refusal_is_refused_somewhere():
    named = {name for site in REFUSED for name in site.names}
    assert [code for code in refusals(DEFAULT) if code not in named] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_can_be_explained_with_what_it_is_given_wherever_it_happens(language):
    for site in REFUSED:
        for code in site.names:
            message = explain(Refusal(code, **dict.fromkeys(site.params, "x")), language)
            assert all(message), site


def test_every_type_of_value_has_a_refusal_of_its_own():
    assert {f"value-{kind}" for kind in TYPES} == {code for code in refusals(DEFAULT) if code.startswith("value-")}


def test_every_word_that_the_program_says_exists_and_gets_its_parameters():
    assert len(SAID) > 40
    for site in SAID:
        for key in site.names:
            if site.where.startswith(PAGES):
                continue  # the words of pages have a catalogue, and tests, of their own
            assert key in words(DEFAULT), site
            assert holes(words(DEFAULT)[key]) <= site.params, site


def test_every_word_is_said_somewhere():
    groups = ("kind.", "reason.")  # looked up by what a parameter holds
    assert [key for key in words(DEFAULT) if not key.startswith(groups) and not is_used(key)] == []


def test_every_kind_and_reason_that_a_parameter_can_hold_has_a_word():
    kinds = {*ORDER, "manifest", "statement", "item", "field", "tree", *schema().kinds}
    reasons = set(get_args(get_type_hints(Epoch)["reason"]))
    assert {key for key in words(DEFAULT) if key.startswith(("kind.", "reason."))} == {
        *(f"kind.{kind}" for kind in kinds),
        *(f"reason.{reason}" for reason in reasons),
    }


# Wording


def test_a_refusal_is_worded_with_what_it_is_about():
    refusal = BadValue("value-period", field="period", value="soon", choices="")
    assert explain(refusal, "en").what == "“soon” is not a date or period for period."
    assert "soon" in explain(refusal, "ru").what
    assert "soon" in explain(refusal, "kk").what


def test_a_kind_of_record_is_worded_too():
    refusal = Malformed("ceremony-other-kind", kind="segment", expected="card")
    for language in LANGUAGES:
        text = " ".join(explain(refusal, language))
        assert words(language)["kind.segment"] in text or words(language)["kind.card"] in text
        assert words(language)["kind.card"] in text
    assert "segment" not in " ".join(explain(refusal, "en"))


def test_what_is_no_kind_of_record_stands_as_it_is():
    assert "article" in " ".join(explain(BadValue("field-not-of-kind", field="f", kind="article", choices=""), "en"))


def test_a_word_is_said_in_the_readers_language():
    assert say("status.open", "en") == "open"
    assert say("status.open", "ru") == words("ru")["status.open"]
    assert say("standing.waits", "en", codes="KAZ, USA") == "waits for KAZ, USA"


# Refusals and languages themselves


def test_a_refusal_carries_its_code_and_its_parameters():
    refusal = NotNow("not-all-accepted", codes="USA")
    assert (refusal.code, refusal.params) == ("not-all-accepted", {"codes": "USA"})
    assert str(refusal) == "not-all-accepted: codes=USA"
    assert str(NotNow("stopped")) == "stopped"


def test_every_sort_of_refusal_is_a_refusal():
    for name in ("BadValue", "Malformed", "Unproven", "Unknown", "NotNow"):
        assert issubclass(getattr(errors, name), Refusal)


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("ru_RU.UTF-8", "ru"),
        ("kk-KZ", "kk"),
        ("en", "en"),
        ("RU", "ru"),
        ("de_DE.UTF-8", "en"),
        ("C.UTF-8", "en"),
        ("", "en"),
    ],
)
def test_a_locale_is_read_for_its_language(tag, language):
    assert language_of(tag) == language


def test_every_language_has_a_name_in_itself():
    assert set(NAMES) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ОРЁЛ", "орел"),
        ("Өзара түсіністік", "озара тусинистик"),
        ("ҚАЗАҚ ӘҢГІМЕҺ ҒҰ", "казак ангимех гу"),
        ("Ó", "o\u0301"),
    ],
)
def test_letters_are_the_same_in_a_search_whatever_the_keyboard(one, other):
    assert fold(one) == fold(other)
