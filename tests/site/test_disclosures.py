"""A part of a concluded edition is published: from a desk, or from an edition file by somebody without a node."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kelisim import disclosure, verify_edition
from tests.site.test_editions import conclude, offer
from tests.site.test_exchange import say


@pytest.fixture
def concluded(agreed):
    """An edition is in force at both desks."""
    desks, _, _ = agreed
    offer(desks)
    conclude(desks)
    return agreed


def shown(desks, name):
    return disclosure.verify((desks.home / name).read_bytes()).content


def test_chosen_fields_are_published_and_a_stranger_reads_them_and_no_others(concluded):
    desks, _, course = concluded
    said = desks.well("kaz", "disclose 0 press --field 1:title.en --field 1:period").out
    assert "a part of edition 0.1; items: 1, fields: 2" in said
    told = desks.run("verify", "press").out
    assert "Part of edition 0.1" in told
    assert "items in the edition: 2" in told
    assert "accepted by all, receipted: it is concluded" in told
    assert "– Period: 2013-04" in told
    assert shown(desks, "press") == {course: {"period": "2013-04", "title.en": "Joint course"}}
    hidden = {"kind", "number", "parent", "present"}
    assert not [name for name in hidden if f'"{name}"' in (desks.home / "press").read_text().partition("\ntree ")[2]]


def test_a_whole_item_is_shown_to_its_last_field_and_told_by_number_and_title(concluded):
    desks, plan, course = concluded
    desks.well("usa", f"disclose 0 public --item 1 --field {plan[:8]}:kind")
    desks.well("usa", "edition write 0 plan.edition")
    edition = verify_edition((desks.home / "plan.edition").read_bytes())
    assert shown(desks, "public") == {course: edition.content[course], plan: {"kind": "plan"}}
    told = desks.run("verify", "public").out
    assert f"1 Joint course: shown whole; fields: {len(edition.content[course])}" in told
    assert f"{plan}: fields shown: 1" in told


def test_who_has_only_the_edition_file_publishes_the_same_part(concluded):
    desks, _, _ = concluded
    desks.well("kaz", "edition write 0 plan.edition")
    desks.well("kaz", "disclose 0 ours --item 1")
    assert desks.run("disclose", "--edition", "plan.edition", "theirs", "--item", "1").status == 0
    assert (desks.home / "ours").read_bytes() == (desks.home / "theirs").read_bytes()


def test_neither_a_node_nor_django_is_needed_for_it(concluded):
    desks, _, _ = concluded
    desks.well("kaz", "edition write 0 plan.edition")
    program = (
        "import sys; sys.modules['django'] = None; from kelisim.cli import main; "
        "sys.exit(main(['disclose', '--edition', 'plan.edition', 'part', '--item', '1']) or main(['verify', 'part']))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=desks.home, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "shown whole" in done.stdout


def test_an_earlier_edition_is_published_by_its_number(concluded):
    desks, _, course = concluded
    say(desks, "usa", course, "period", "2013-09")
    desks.cross("usa", "kaz")
    desks.well("kaz", f"draft {course} period --theirs USA")
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    offer(desks)
    conclude(desks)
    desks.well("kaz", "disclose 0 last --field 1:period")
    desks.well("kaz", "disclose 0 first --field 1:period --number 0.1")
    assert shown(desks, "last") == {course: {"period": "2013-09"}}
    assert shown(desks, "first") == {course: {"period": "2013-04"}}
    answer = desks.at("kaz", "disclose 0 other --item 1 --number 7.1")
    assert "0.1, 0.2" in answer.err


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ("disclose 0 x", "disclose-nothing", "--item 4.1"),
        ("disclose 0 x --item 9.9", "disclose-item-missing", "0, 1"),
        ("disclose 0 x --item ''", "disclose-item-missing", "0, 1"),
        ("disclose 0 x --field 1:titel.en", "disclose-field-missing", "title.en"),
        ("disclose 0 x --field period", "disclose-field-form", "4.1:title.en"),
        ("disclose 0 --item 1", "disclose-from", "kelisim disclose SCOPE FILE"),
        ("disclose 0 x y --item 1", "disclose-from", "kelisim disclose SCOPE FILE"),
        ("disclose --edition e 0 x --item 1", "disclose-from", "kelisim disclose SCOPE FILE"),
        ("disclose --edition e x --number 0.1 --item 1", "disclose-from", "kelisim disclose SCOPE FILE"),
        ("disclose --edition absent x --item 1", "file-missing", "absent"),
    ],
)
def test_what_cannot_be_published_is_refused_with_what_there_is(concluded, words, code, says):
    desks, _, _ = concluded
    answer = desks.at("kaz", f"--json {words}")
    assert (answer.refused, says in answer.err) == (code, True)
    assert not (desks.home / "x").exists()


def test_nothing_is_published_before_it_is_in_force(agreed):
    desks, _, _ = agreed
    assert desks.at("kaz", "--json disclose 0 x --item 1").refused == "nothing-concluded"


def test_a_file_that_is_there_is_not_written_over(concluded):
    desks, _, _ = concluded
    (desks.home / "kept").write_text("kept")
    assert desks.at("kaz", "--json disclose 0 kept --item 1").refused == "file-exists"
    assert (desks.home / "kept").read_text() == "kept"


def test_a_changed_disclosure_is_refused(concluded):
    desks, _, _ = concluded
    desks.well("kaz", "disclose 0 press --field 1:period")
    data = (desks.home / "press").read_bytes()
    (desks.home / "changed").write_bytes(data.replace(b"2013-04", b"2013-05"))
    assert desks.run("--json", "verify", "changed").refused == "edition-root"


def test_what_is_published_is_told_as_objects_too(concluded):
    desks, _, course = concluded
    desks.well("kaz", "disclose 0 press --field 1:period")
    told = [one for one in desks.run("--json", "verify", "press").objects if one.get("item") == course]
    assert told == [
        {"said": "disclose.some", "item": course, "name": course, "fields": 1, "of": told[0]["of"]},
        {"said": "disclose.field", "item": course, "field": "Period", "value": "2013-04"},
    ]
