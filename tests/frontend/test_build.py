"""What a browser is given is made from the sources, whole, and only when they are newer."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FRONTEND = Path(__file__).parents[2] / "frontend"


@pytest.fixture
def project(tmp_path):
    copy = shutil.copytree(FRONTEND, tmp_path / "frontend", ignore=shutil.ignore_patterns("node_modules"))
    (copy / "node_modules").symlink_to(FRONTEND / "node_modules")
    return tmp_path


def built(project):
    subprocess.run([sys.executable, project / "frontend/build.py"], check=True)
    out = project / "src/kelisim_web/static/kelisim"
    return {path.relative_to(out).as_posix(): path for path in out.rglob("*") if path.is_file()}


def test_the_style_sheet_names_only_files_that_are_there(project):
    made = built(project)
    assert {"desk.css", "desk.js", "timeline.js", "htmx.min.js", "LEGAL.txt"} <= set(made)
    named = set(re.findall(r"url\((?:\./)?([^)]+)\)", made["desk.css"].read_text("utf-8")))
    assert named == {name for name in made if name.startswith("fonts/")}


def test_nothing_is_fetched_from_anywhere_else(project):
    made = built(project)
    for name in ("desk.css", "desk.js", "timeline.js"):
        assert "//" not in made[name].read_text("utf-8"), name


def test_the_licence_of_everything_that_is_not_ours_goes_with_it(project):
    legal = built(project)["LEGAL.txt"].read_text("utf-8")
    assert legal.count("SIL OPEN FONT LICENSE") == 2
    assert "Zero-Clause BSD" in legal


def test_it_is_made_anew_when_a_source_is_newer_and_only_then(project):
    before = built(project)["desk.css"].stat().st_mtime_ns
    assert built(project)["desk.css"].stat().st_mtime_ns == before
    sheet = project / "frontend/css/dock.css"
    sheet.write_text(sheet.read_text("utf-8") + ".dock { order: 7 }\n", "utf-8")
    later = sheet.stat().st_mtime + 5
    os.utime(sheet, (later, later))
    assert "order:7" in built(project)["desk.css"].read_text("utf-8")
