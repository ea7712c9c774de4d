"""The cover letter of a bundle that goes out."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from kelisim_web.models.people import Officer


@pytest.fixture
def letter(web):
    """Kazakhstan has written a bundle with a plan and two activities in it."""
    desks = web.desks
    plan = desks.item("kaz", "plan", "number=0", "plan_type=framework", "title.en=words-of-the-plan")
    for number in (1, 2):
        desks.item("kaz", "activity", f"parent={plan}", f"number={number}", "title.en=words-of-the-plan")
    desks.well("kaz", "dispatch")
    with web.open("kaz"):
        Officer.objects.filter(login="desk").update(name="A. Officer", post="Head of division")
    return web.at("kaz").get("/exchange/").press("Write a bundle for USA", number="17-4/52").link("Cover letter")


def test_a_letter_says_to_whom_under_which_number_how_much_and_which_file(web, letter):
    assert "State of KAZ No. 17-4/52 5 November 2012 To: State of USA" in letter.row(".cover")
    rows = [" ".join(row.get_text(" ").split()) for row in letter.soup.select(".cover tbody tr")]
    assert rows == ["plan 5", "activity 10"]
    (file,) = (web.desks.home / "kaz/journal").iterdir()
    assert file.name in letter.text
    assert sha256(file.read_bytes()).hexdigest() in letter.text
    assert f"{file.stat().st_size:,} bytes" in letter.text
    assert "Head of division A. Officer" in letter.text


def test_a_letter_has_no_words_of_the_plan(letter):
    assert "words-of-the-plan" not in letter.row(".cover")


def test_a_letter_can_be_had_in_each_language(letter):
    assert "Исх. № 17-4/52" in letter.link("русский").text
    kazakh = letter.link("қазақша")
    assert "Шығ. № 17-4/52 2012 ж. 5 қараша" in kazakh.text
    assert kazakh.soup.html["lang"] == "kk"


def test_who_does_not_read_the_plan_has_no_letter_of_it(web, letter):
    from kelisim_web.models.people import Place as PlaceRow

    with web.open("kaz"):
        PlaceRow.objects.filter(officer="desk").update(circle="of another plan")
    assert web.at("kaz").get(letter.path).status == 404
    assert web.at("kaz").get("/exchange/999/cover/").status == 404


def test_a_bundle_that_came_has_no_letter_of_ours(web, letter):
    del letter
    name = web.desks.write("kaz", "usa")
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("a.bundle", (web.desks.home / name).read_bytes())
    page = web.at("usa").get("/exchange/").press("Read the bundle", bundle=file)
    assert not page.soup.find_all("a", string="Cover letter")
    assert web.at("usa").get("/exchange/1/cover/").status == 404


def test_a_ministry_puts_its_own_form_in_the_place_of_ours(tmp_path):
    import subprocess
    import sys

    (tmp_path / "cover.html").write_text("Our form, No. {{ cover.number }}", "utf-8")
    found = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings as s; print(*s.TEMPLATES[0]['DIRS'], sep='\\n')"],
        env={"DJANGO_SETTINGS_MODULE": "kelisim_web.site.settings", "KELISIM_TEMPLATES": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    first, second = map(Path, found.stdout.split())
    assert first == tmp_path
    assert (second / "cover.html").is_file()
