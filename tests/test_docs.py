"""The documentation is true: it is generated from the program, or played, or counted against it."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

import kelisim

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


def load_generate():
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generate = load_generate()


def named(path):
    return str(path.relative_to(ROOT))


def pages():
    written = [path for path in DOCS.rglob("*.md") if "_build" not in path.parts]
    return sorted([*written, *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md"))])


def heading(path):
    return path.read_text("utf-8").splitlines()[0]


@pytest.mark.parametrize("path", generate.TRANSCRIPTS, ids=named)
def test_every_command_says_what_the_page_shows(path, tmp_path):
    shown, played = generate.same(*generate.transcript(path, tmp_path))
    assert played == shown


@pytest.mark.parametrize("path", generate.pages(), ids=named)
def test_generated_parts_are_those_of_the_program(path):
    text = path.read_text("utf-8")
    assert generate.filled(text) == text, "write it again: .venv/bin/python docs/generate.py"


def test_every_part_is_on_some_page():
    written = "".join(path.read_text("utf-8") for path in pages())
    assert [name for name in generate.PARTS if f"<!-- generated: {name} -->" not in written] == []


def test_a_page_that_names_the_ids_of_another_run_is_still_compared():
    shown = "```console\n$ echo aaaaaaaaaaaa bbbbbbbbbbbb; echo twice\naaaaaaaaaaaa bbbbbbbbbbbb\nonce\n```\n"
    page, played = generate.Player().play(shown)
    assert page != played
    assert "twice\n```" in played


def test_the_library_page_has_every_public_name_and_no_other():
    terms = re.findall(r"^`.*`$", (DOCS / "reference/library.md").read_text("utf-8"), re.MULTILINE)
    told = re.findall(r"`([A-Za-z_]+)", " ".join(terms))
    assert sorted(told) == sorted(kelisim.__all__)


def test_the_command_page_has_every_variable_of_the_environment():
    source = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    page = (DOCS / "reference/cli.md").read_text("utf-8")
    assert sorted(set(re.findall(r"KELISIM_[A-Z]+", source))) == sorted(set(re.findall(r"`(KELISIM_[A-Z]+)`", page)))


def test_the_format_names_only_refusals_that_exist():
    codes = set(kelisim.messages.refusals("en"))
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", (DOCS / "format.md").read_text("utf-8")))
    assert named - codes == set()


def test_decisions_are_numbered_and_named_alike():
    found = sorted((DOCS / "decisions").glob("*.md"))
    assert [path.name[:4] for path in found] == [f"{number:04}" for number in range(1, len(found) + 1)]
    for number, path in enumerate(found, 1):
        assert heading(path).startswith(f"# {number}. ")


@pytest.mark.parametrize("path", pages(), ids=named)
def test_links_between_pages_lead_somewhere(path):
    text = FENCE.sub("", path.read_text("utf-8"))
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (path.parent / target).exists(), target


def test_the_documentation_builds_without_a_warning(tmp_path):
    build = [sys.executable, "-m", "sphinx", "-n", "-W", "-q", str(DOCS), str(tmp_path)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
