"""A disclosure is cut from an edition file, proves itself, and is told to people in words."""

from __future__ import annotations

import pytest

from kelisim import disclosure, edition
from kelisim.disclosure import choose, cut, find, verify
from kelisim.errors import Refusal
from kelisim.language import LANGUAGES
from kelisim.messages import explain, say
from kelisim.verify import report
from tests.histories import Scenario
from tests.library import keysmith as k
from tests.parties import item

PARTIES = Scenario("""
    all propose plan as plan
    all propose 4.1 as activity of plan
    all propose 4.2 as activity of plan
    all say plan notice.en Illustration
    all say 4.1 number 4.1
    all say 4.1 title.en Joint course
    all say 4.1 title.ru Совместный курс
    all say 4.1 host KAZ
    all say 4.2 number 4.2
    all say 4.2 period 2013-05
    all meet
    KAZ freezes plan in en, ru
    KAZ offers plan
    all meet
    USA accepts
    USA sends to KAZ
    KAZ receipts
""")
FILE = PARTIES["KAZ"].edition_file("plan")
CONTENT = edition.verify(FILE).content
PLAN, COURSE, VISIT = item("plan"), item("4.1"), item("4.2")
PRESS = cut(FILE, ["4.2"], ["4.1:title.en"])


def refused(data, call=verify):
    with pytest.raises(Refusal) as refusal:
        call(data)
    return refusal.value.code


def with_lines(word, *others):
    """The disclosure with other lines of one word in place of its own."""
    kept = [line for line in PRESS.splitlines(keepends=True) if not line.startswith(word)]
    return b"".join([*kept, *others])


def told(data, language="en"):
    return [(line.key, line.params) for line in report(data, language)]


def test_a_disclosure_shows_what_was_chosen_and_who_concluded_it():
    found = verify(PRESS)
    assert found.content == {COURSE: {"title.en": "Joint course"}, VISIT: CONTENT[VISIT]}
    whole = edition.verify(FILE)
    assert (found.id, found.offer, found.charter, found.names) == (whole.id, whole.offer, whole.charter, whole.names)


def test_whoever_has_the_edition_cuts_the_same_disclosure():
    assert cut(FILE, ["4.2"], ["4.1:title.en"]) == PRESS
    assert cut(FILE, [VISIT, "4.2"], [f"{VISIT}:period", f"{COURSE[:5]}:title.en"]) == PRESS


def test_nothing_else_of_the_edition_and_no_seed_is_in_it():
    text = PRESS.decode()
    for secret in ("Совместный", "host", "Illustration", k.SEED.hex()):
        assert secret not in text
    assert k.SEED not in PRESS
    shown = {one.salt for part in verify(PRESS).part.items for one in (part, *part.fields)}
    salts = {salt.hex() for salt in edition.read(FILE).salts.values()}
    assert {salt for salt in salts if salt in text} == shown


def test_an_item_is_meant_by_its_number_its_id_or_the_beginning_of_it():
    assert find(CONTENT, "4.1") == find(CONTENT, COURSE) == find(CONTENT, COURSE[:6]) == COURSE
    two = {"aaaabbbbccccdddd": {"kind": "term"}, "aaaabbbbccccddde": {"number": "7"}, "zzzz": {"number": "7"}}
    with pytest.raises(Refusal) as refusal:
        find(two, "7")
    assert refusal.value.code == "item-several"
    with pytest.raises(Refusal) as refusal:
        find(two, "9")
    assert refusal.value.params["choices"] == "7, 7, aaaabbbbccccdddd"


@pytest.mark.parametrize(
    ("items", "fields", "code"),
    [
        ([], [], "disclose-nothing"),
        (["4.3"], [], "disclose-item-missing"),
        ([""], [], "disclose-item-missing"),
        ([], ["4.1:title"], "disclose-field-missing"),
        ([], ["4.1"], "disclose-field-form"),
        ([], [":title.en"], "disclose-item-missing"),
    ],
)
def test_what_the_edition_does_not_have_is_refused(items, fields, code):
    with pytest.raises(Refusal) as refusal:
        choose(CONTENT, items, fields)
    assert refusal.value.code == code
    for language in LANGUAGES:
        assert all(explain(refusal.value, language))


def test_nothing_is_cut_from_an_edition_that_does_not_hold():
    assert refused(FILE.replace(b"Joint", b"Joins"), lambda data: cut(data, ["4.1"], [])) == "edition-root"


def test_a_file_too_large_is_neither_written_nor_read(monkeypatch):
    monkeypatch.setattr(disclosure, "LONGEST", len(PRESS) - 1)
    assert refused(PRESS) == "disclosure-too-large"
    assert refused(FILE, lambda data: cut(data, ["4.2"], ["4.1:title.en"])) == "disclosure-too-large"


def test_a_file_that_lacks_a_kind_of_line_or_has_another_is_refused():
    (tree,) = (line for line in PRESS.splitlines(keepends=True) if line.startswith(b"tree "))
    assert verify(with_lines(b"tree ", tree))
    assert refused(with_lines(b"tree ", tree, tree)) == "disclosure-not-a-file"
    for word in (b"card ", b"charter ", b"seal ", b"tree ", b"item "):
        assert refused(with_lines(word)) == "disclosure-not-a-file"
    assert refused(PRESS + b"field {}\n") == "disclosure-not-a-file"
    assert refused(PRESS[:-1]) == "disclosure-not-a-file"
    assert refused(FILE) == "disclosure-not-a-file"


def test_items_of_another_edition_are_refused():
    """The visit of this edition stands well enough under its own root, and not under that of another."""
    parties = Scenario("""
        all propose plan as plan
        all propose 4.2 as activity of plan
        all say 4.2 number 4.2
        all say 4.2 period 2013-06
        all meet
        KAZ freezes plan in en, ru
        KAZ offers plan
        all meet
        USA accepts
        USA sends to KAZ
        KAZ receipts
    """)
    other = cut(parties["KAZ"].edition_file("plan"), ["4.2"], [])
    lines = [line for line in other.splitlines(keepends=True) if line.startswith((b"tree ", b"item "))]
    kept = [line for line in PRESS.splitlines(keepends=True) if not line.startswith((b"tree ", b"item "))]
    assert refused(b"".join(kept + lines)) == "edition-root"


# Told to people


def test_a_disclosure_is_told_item_by_item_with_what_is_not_proven():
    lines = told(PRESS)
    assert lines[0] == ("disclose.part", {"number": "0.1", "scope": PLAN, "items": 2, "of": 3})
    assert [key for key, _ in lines[1:4]] == ["verify.concluded", "verify.party", "verify.party"]
    shown = [params for key, params in lines if key == "disclose.field" and params["item"] == VISIT]
    assert {"item": VISIT, "field": "Period", "value": "2013-05"} in shown
    assert ("disclose.some", {"item": COURSE, "name": "Joint course", "fields": 1, "of": len(CONTENT[COURSE])}) in lines
    assert ("disclose.whole", {"item": VISIT, "name": "4.2", "fields": len(CONTENT[VISIT])}) in lines
    assert lines[-1][0] == "verify.not"


def test_an_item_whose_title_is_not_shown_is_called_by_its_id():
    assert told(cut(FILE, [], ["4.1:host"]))[4][1]["name"] == COURSE


def test_the_notice_of_a_plan_is_told_where_it_is_shown():
    assert told(cut(FILE, [], [f"{PLAN}:notice.en"]))[0] == ("verify.notice", {"notice": "Illustration"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_can_be_said_in_every_language(language):
    for key, params in told(PRESS, language):
        assert say(key, language, **params)
