"""The rules of the house that no other tool holds."""

from __future__ import annotations

import ast
import io
import re
import statistics
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for path in (ROOT / "src").rglob("*.py") if "migrations" not in path.parts)
LONGEST_FILE, LONGEST_TEST, LONGEST_FUNCTION, LONGEST_PAGE = 600, 800, 60, 60


def lines(path):
    return path.read_text("utf-8").splitlines()


def tracked():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def functions(path):
    return [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)]


def test_files_are_short():
    sizes = {path.relative_to(ROOT): len(lines(path)) for path in SOURCES}
    real = [size for size in sizes.values() if size > 5]
    assert max(sizes.values()) <= LONGEST_FILE, max(sizes, key=sizes.get)
    assert statistics.median(real) <= 150
    assert statistics.quantiles(real, n=10)[-1] <= 400
    for path in (ROOT / "tests").rglob("*.py"):
        assert len(lines(path)) <= LONGEST_TEST, path


def test_functions_are_short():
    long = [
        (path.name, node.name)
        for path in SOURCES
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno > LONGEST_FUNCTION
    ]
    assert long == []


def test_the_library_has_no_clock_and_the_ledger_no_chance_and_no_files():
    clock = re.compile(r"\b(datetime\.now|date\.today|utcnow|time\.time|monotonic)\(")
    for path in (ROOT / "src/kelisim").rglob("*.py"):
        assert not clock.search(path.read_text("utf-8")), path
    outside = re.compile(r"^\s*(import|from) (os|io|pathlib|random|secrets|socket|time|uuid)\b|\bopen\(", re.MULTILINE)
    for path in (ROOT / "src/kelisim/ledger").rglob("*.py"):
        assert not outside.search(path.read_text("utf-8")), path


@pytest.mark.parametrize("folder", ["actions", "queries"])
def test_every_action_and_query_is_behind_a_seat(folder):
    """A public function takes a seat first, or works on values that are handed in and touches no rows."""
    rows = re.compile(r"\b(store|derive)\.|\.objects\b|\b(us|our_party|our_code)\(")
    for path in (ROOT / "src/kelisim_web" / folder).glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                first = node.args.args[0].arg if node.args.args else ""
                touches = rows.search(ast.unparse(node))
                assert first == "seat" or not touches, f"{path.name}: {node.name}"


def test_every_public_thing_says_what_it_is_for():
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        if path.read_text("utf-8").strip():
            assert ast.get_docstring(tree), path
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{path.name}: {node.name}"


def test_nothing_is_left_for_later():
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|Not" + r"ImplementedError|pragma: no " + r"cover")
    for path in [*SOURCES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]:
        assert not marks.search(path.read_text("utf-8")), path


def test_the_project_names_no_registry_and_no_machine():
    hosts = ("py" + "pi.org", "python" + "hosted", "npm" + "js.org", "npm" + "js.com", "deb." + "debian", "/wo" + "rk/")
    for path in tracked():
        if path.suffix not in {".png", ".pdf"}:
            text = path.read_text("utf-8", "replace")
            assert not [host for host in hosts if host in text], path


def test_every_decision_fits_a_page_and_says_its_cost():
    pages = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert pages
    for page in pages:
        assert len(lines(page)) <= LONGEST_PAGE, page
        for heading in ("## Question", "## Decision", "## Why", "## Cost"):
            assert heading in lines(page), f"{page.name}: {heading}"


def test_the_readme_fits_a_screen_or_two():
    assert len(lines(ROOT / "README.md")) <= 100


def test_the_licence_is_whole():
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert "Appendix" in text


def test_no_migration_is_missing(tmp_path):
    from kelisim_web.node import created

    said = io.StringIO()
    with created(tmp_path / "node"):
        from django.core.management import call_command

        call_command("makemigrations", "--check", "--dry-run", stdout=said)
    assert "No changes detected" in said.getvalue()
