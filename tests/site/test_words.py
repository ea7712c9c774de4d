"""The words of the pages: whole in every language, used somewhere, and well made."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

from kelisim.language import LANGUAGES
from kelisim_web import texts

HERE = Path(texts.__file__).parent
WORDS = HERE / "words"
AREAS = sorted({path.name.partition(".")[0] for path in WORDS.iterdir()})
FORMS = {"en": {"one", "other"}, "ru": {"one", "few", "many", "other"}, "kk": {"one", "other"}}
TEMPLATES = [path.read_text("utf-8") for path in sorted((HERE / "templates").rglob("*.*"))]
CALLS = re.compile(r"""\bt\(\s*(["'])([\w.-]+)\1\s*([,)~])""")
LATIN = re.compile(r"[A-Za-z]{4,}")
KAZAKH = re.compile("[әғқңөұүһі]", re.IGNORECASE)
KNOWN = {"Kelisim", "kelisim", "referendum", "SHA", "FY2014", "YYYY"}


def table(area, language):
    return tomllib.loads((WORDS / f"{area}.{language}.toml").read_text("utf-8"))


def holes(entry):
    several = entry.values() if isinstance(entry, dict) else [entry]
    return [{name for _, name, _, _ in Formatter().parse(text) if name is not None} for text in several]


@pytest.mark.parametrize("area", AREAS)
def test_every_language_has_the_same_words(area):
    english = table(area, "en")
    for language in LANGUAGES:
        assert table(area, language).keys() == english.keys(), language


@pytest.mark.parametrize("area", AREAS)
def test_no_word_is_empty_and_all_name_the_same_parameters(area):
    for language in LANGUAGES:
        for key, entry in table(area, language).items():
            several = entry.values() if isinstance(entry, dict) else [entry]
            assert all(text.strip() == text and text for text in several), (area, key, language)
            wanted = holes(table(area, "en")[key])
            assert all(one == wanted[0] for one in [*holes(entry), *wanted]), (area, key, language)


@pytest.mark.parametrize("area", AREAS)
def test_what_depends_on_a_number_has_every_form_that_its_language_has(area):
    for language in LANGUAGES:
        for key, entry in table(area, language).items():
            if isinstance(entry, dict):
                assert entry.keys() == FORMS[language], (area, key, language)


@pytest.mark.parametrize("area", AREAS)
def test_no_ending_follows_a_placeholder(area):
    """The ending of a Kazakh word changes with the number or name before it; nobody can know it beforehand."""
    for language in LANGUAGES:
        for key, entry in table(area, language).items():
            for text in entry.values() if isinstance(entry, dict) else [entry]:
                ending = re.search(r"\}-?[а-яәғқңөұүһі]", text, re.IGNORECASE)
                assert not ending or key in ("quarter", "half"), (area, key, text)


@pytest.mark.parametrize("area", AREAS)
def test_russian_and_kazakh_are_not_left_in_english(area):
    for language in ("ru", "kk"):
        for key, entry in table(area, language).items():
            for text in entry.values() if isinstance(entry, dict) else [entry]:
                bare = re.sub(r"\{\w+\}|https?://\S+|--?\w+", "", text)
                foreign = [word for word in LATIN.findall(bare) if word not in KNOWN]
                assert not foreign or re.search("[а-яё]", bare, re.IGNORECASE) or key.startswith("form-"), (key, text)


def test_every_word_that_a_template_names_exists():
    for text in TEMPLATES:
        for _, key, after in CALLS.findall(text):
            if after != "~":
                assert key in texts.catalogue("en"), key


def test_every_word_is_used_somewhere():
    spoken = "\n".join(TEMPLATES)
    strings = {
        node.value
        for path in HERE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    made = {key for _, key, after in CALLS.findall(spoken) if after == "~"}
    made |= {text for text in strings if re.fullmatch(r"[\w-]+\.([\w-]+-)?", text)}
    for area in AREAS:
        for key in table(area, "en"):
            name = f"{area}.{key}"
            used = f'"{name}"' in spoken or f"'{name}'" in spoken or name in strings
            assert used or any(name.startswith(one) for one in made), name


def test_a_number_is_written_with_the_form_that_it_takes():
    assert texts.word("table.drafts", "ru", count=1) == "1 проект позиции"
    assert texts.word("table.drafts", "ru", count=3) == "3 проекта позиций"
    assert texts.word("table.drafts", "ru", count=11) == "11 проектов позиций"
    assert texts.word("table.drafts", "en", count=1) == "1 draft"
    assert texts.word("table.drafts", "kk", count=5) == "ұстаным жобасы: 5"


@pytest.mark.parametrize(
    ("value", "language", "words"),
    [
        ("2014-05-12/2014-05-16", "en", "12–16 May 2014"),
        ("2014-05-12/2014-05-16", "ru", "12–16 мая 2014 г."),
        ("2014-05-12/2014-05-16", "kk", "2014 ж. 12–16 мам."),
        ("2014-05-12", "kk", "2014 ж. 12 мамыр"),
        ("2014-Q2", "en", "Q2 2014"),
        ("2014-H2", "ru", "2-е полугодие 2014 года"),
        ("2014-Q3", "kk", "2014 жыл, 3-тоқсан"),
        ("2014-05", "en", "May 2014"),
        ("2013/2017", "en", "2013 – 2017"),
        ("?/2014-05", "en", "to be fixed – May 2014"),
        ("?", "ru", "будет определено"),
    ],
)
def test_a_period_is_written_as_people_of_the_language_write_it(value, language, words):
    assert re.sub(r"\s", " ", texts.period(value, language)) == words
