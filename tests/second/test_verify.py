"""The second implementation as somebody meets it who has a file and nothing else: at the command line, on the page."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect
from verify.build import page

from tests.test_house_rules import ROOT

VERIFY, VECTORS = ROOT / "verify", ROOT / "tests/vectors"
EDITION = VECTORS / "edition-file/1.edition"
PART = VECTORS / "disclosure-of-an-item/1.disclosure"
LANGUAGES = {"en": ("Proven", "Not proven"), "ru": ("Доказано", "Не доказано"), "kk": ("Дәлелденді", "Дәлелденбеді")}


def told(*words):
    done = subprocess.run(["node", VERIFY / "verify.mjs", *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def forged(tmp_path, path):
    """The same file, with a letter of a title changed."""
    copy = tmp_path / f"forged-{path.name}"
    copy.write_bytes(path.read_bytes().replace(b"Joint course", b"Joint coarse"))
    assert copy.read_bytes() != path.read_bytes()
    return copy


# At the command line


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stranger_is_told_what_a_file_proves_and_what_it_does_not(language, tmp_path):
    proven, refused = (word.upper() for word in LANGUAGES[language])
    status, out, err = told("--lang", language, PART)
    assert (status, err) == (0, "")
    assert out.startswith(proven)
    assert "63333 50259 76292 46341 45749 07268" in out
    assert "title.en: Joint course" in out
    status, out, _ = told("--lang", language, forged(tmp_path, PART))
    assert status == 1
    assert out.startswith(refused)
    assert "edition-root" in out


def test_a_bundle_is_told_with_what_each_party_says():
    status, out, _ = told(VECTORS / "values-with-every-sort-of-character/1.bundle")
    assert status == 0
    assert "A bundle of KAZ Kaz to USA Usa" in out
    assert "Whether this is all that was said." in out


def test_a_file_of_no_kind_is_not_proven_and_no_file_is_wrong_use(tmp_path):
    odd = tmp_path / "odd"
    odd.write_bytes(b"%PDF-1.4\n")
    assert told(odd)[0] == 1
    assert told()[0] == told(EDITION, EDITION)[0] == told("--lang", "de", EDITION)[0] == 2
    status, out, err = told(tmp_path / "nowhere")
    assert (status, out) == (2, "")
    assert "cannot be read" in err


def test_a_terminal_obeys_no_file():
    """What a file says is shown, and does nothing: control characters are replaced."""
    script = 'import { print } from "./command.mjs"; print(JSON.parse(process.argv[1]), {})'
    shown = {"heading": "x", "verified": ["a\x1b[2Jb\rc"], "open": [], "members": [], "content": []}
    shown["content"] = [["name", "", [["field", "", "\x07"]]]]
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script, json.dumps(shown)], cwd=VERIFY, capture_output=True, check=True
    )
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", done.stdout)


# Its form


def test_it_can_be_read_in_one_sitting_and_needs_nothing_else():
    for name in ("verify.mjs", "records.mjs"):
        text = (VERIFY / name).read_text("utf-8")
        assert text.count("\n") <= 500
        assert set(re.findall(r"from '([^']+)'", text)) <= {"./records.mjs"}


def test_the_page_is_made_of_the_modules():
    assert (VERIFY / "verify.html").read_text("utf-8") == page()


def test_every_sentence_is_said_in_all_three_languages():
    script = 'import { TEXTS } from "./texts.mjs"; console.log(JSON.stringify(TEXTS))'
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script], cwd=VERIFY, capture_output=True, text=True, check=True
    )
    texts = json.loads(done.stdout)

    def names(text):
        return (
            {key: names(value) for key, value in text.items()}
            if isinstance(text, dict)
            else sorted(re.findall(r"\{(\w+)\}", text))
        )

    assert list(texts) == ["en", "ru", "kk"]
    assert names(texts["en"]) == names(texts["ru"]) == names(texts["kk"])


# On the page


@pytest.fixture
def opened(page):
    """The page, just opened from disk, in English."""
    page.goto((VERIFY / "verify.html").as_uri())
    speak(page, "en")
    return page


def speak(page, language):
    page.locator("#languages button").nth(list(LANGUAGES).index(language)).click()


def give(page, path):
    """Give the page a file, and wait for its verdict."""
    page.locator("#file").set_input_files(path)
    expect(page.locator("#result .file")).to_have_text(Path(path).name)
    return page.locator(".verdict").inner_text()


def test_a_journalist_drops_a_file_and_reads_in_three_languages_what_was_verified(opened, tmp_path):
    assert give(opened, PART) == "Proven"
    for language, (proven, _) in LANGUAGES.items():
        speak(opened, language)
        assert opened.locator(".verdict").inner_text() == proven
        assert opened.locator("html").get_attribute("lang") == language
        assert "63333 50259 76292 46341 45749 07268" in opened.locator("#result").inner_text()
    speak(opened, "en")
    assert give(opened, forged(tmp_path, PART)) == "Not proven"
    assert "What is shown is not what the parties sealed." in opened.locator("#result").inner_text()
    assert give(opened, VECTORS / "values-with-every-sort-of-character/1.bundle") == "Proven"


def test_what_a_file_says_is_shown_and_never_obeyed(opened, tmp_path):
    """A value that looks like a page is text, and the page could not reach a network if it tried."""
    said = []
    opened.on("console", lambda message: said.append(message.text))
    odd = tmp_path / "<img src=x onerror=alert(1)>"
    odd.write_bytes(b"<script>alert(1)</script>\n")
    assert give(opened, odd) == "Not proven"
    assert opened.locator("img").count() == 0
    assert opened.evaluate("fetch('http://127.0.0.1:9/').then(() => 'reached', () => 'refused')") == "refused"
    assert any("Content Security Policy" in text for text in said)


def test_the_page_fits_a_phone(opened):
    opened.set_viewport_size({"width": 390, "height": 844})
    speak(opened, "kk")
    give(opened, EDITION)
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
