"""What a file proves is told to a person who has nothing else at hand."""

from __future__ import annotations

import pytest

from kelisim.errors import Malformed, Refusal
from kelisim.language import LANGUAGES
from kelisim.ledger.digest import digits_of
from kelisim.messages import say
from kelisim.verify import report
from tests.histories import Scenario
from tests.library.keysmith import NORTH

PARTIES = Scenario("""
    all propose plan as plan
    all say plan title.en Plan of cooperation
    all say plan title.ru План сотрудничества
    all say plan notice.en Illustration
    all meet
    KAZ freezes plan in en, ru
    KAZ offers plan
    all meet
    USA accepts
    USA sends to KAZ
    KAZ receipts
""")
FILE = PARTIES["KAZ"].edition_file("plan")


def told(data, language="en"):
    return {line.key: line.params for line in report(data, language)}


def refused(data):
    with pytest.raises(Refusal) as refusal:
        list(report(data, "en"))
    return refusal.value


def test_an_edition_is_told_by_its_title_its_size_and_its_parties():
    lines = list(report(FILE, "en"))
    assert lines[0].params == {"notice": "Illustration"}
    assert lines[1].params == {"number": "0.1", "title": "Plan of cooperation", "items": 1, "fields": 5}
    assert lines[2].params == {"at": "2012-11-05T09:30Z", "languages": "en, ru"}
    assert [line.params for line in lines[3:5]] == [
        {"code": code, "name": code.title(), "digits": digits_of(PARTIES[code].id)} for code in ("KAZ", "USA")
    ]
    assert lines[5].key == "verify.not"


def test_names_are_told_in_the_readers_language_or_else_in_one_that_there_is():
    assert told(FILE, "ru")["verify.edition"]["title"] == "План сотрудничества"
    assert told(FILE, "kk")["verify.edition"]["title"] == "Plan of cooperation"
    assert "verify.notice" not in told(FILE, "ru")


def test_an_edition_without_a_title_is_told_all_the_same():
    parties = Scenario(
        "all propose plan as plan\nall meet\nKAZ freezes plan\nKAZ offers plan\n"
        "KAZ sends to USA\nUSA accepts\nUSA sends to KAZ\nKAZ receipts"
    )
    assert told(parties["KAZ"].edition_file("plan"))["verify.edition"]["title"] == ""


def test_cards_are_told_by_number_name_and_the_digits_of_their_party():
    party = NORTH.renew(names={"ru": "Север"})
    lines = list(report(b"".join(one.line for one in party.cards), "en"))
    assert [line.params for line in lines] == [
        {"name": "North", "number": 0, "digits": digits_of(NORTH.id)},
        {"name": "Север", "number": 1, "digits": digits_of(NORTH.id)},
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_can_be_said_in_every_language(language):
    for data in (FILE, NORTH.card.line):
        for line in report(data, language):
            assert say(line.key, language, **line.params)


def test_a_file_that_does_not_hold_is_refused():
    assert refused(FILE.replace(b"Plan of", b"Plan on")).code == "edition-root"
    assert refused(NORTH.card.line.replace(b"North", b"Norse")).code == "signature-bad"


def test_a_bundle_can_be_read_by_its_recipient_only():
    assert refused(PARTIES["KAZ"].bundle_for("USA", encrypted=True)).code == "verify-encrypted"


@pytest.mark.parametrize("data", [b"", b"words", b"PK\x03\x04"])
def test_any_other_file_is_refused(data):
    assert refused(data).code == "verify-unknown"
    assert isinstance(refused(data), Malformed)
