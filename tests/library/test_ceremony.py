"""The ceremony: a node asks, root signers read and sign elsewhere, the node takes the answer."""

from __future__ import annotations

import json

import pytest
from msgspec import structs

from kelisim import ceremony, keyfile
from kelisim.errors import Refusal
from kelisim.ledger import card, charter, epoch
from kelisim.ledger.card import in_order
from kelisim.ledger.digest import digits_of
from kelisim.ledger.keys import key_id
from kelisim.ledger.record import Signed, unsigned
from tests.library import keysmith as k
from tests.library.keysmith import NORTH, SOUTH

CIRCLE = k.circle(NORTH, SOUTH)


def refused(act, *given):
    with pytest.raises(Refusal) as refusal:
        act(*given)
    return refusal.value.code


def request(kind, value):
    """What a signer holds in its hands: a file that was written and read."""
    return ceremony.read_request(ceremony.write_request(unsigned(kind, value)))


@pytest.fixture
def signers(tmp_path):
    """Two root signers, each with a directory of its own."""
    found = [tmp_path / name for name in ("minister", "chief")]
    for one in found:
        keyfile.write_new_roots(one)
    return found


@pytest.fixture
def first_card(signers):
    """A party's first card, of which both signers must sign."""
    now, following = zip(*map(keyfile.read_public_roots, signers), strict=True)
    return NORTH.first_card(roots=in_order(now), next=card.commitment(following, 2), threshold=2)


@pytest.fixture
def later(first_card, signers):
    """An epoch of the party whose card that is."""
    signed = request(card.KIND, first_card)
    for one in signers:
        signed = ceremony.sign(signed, one)
    value = k.epoch_of(NORTH, CIRCLE).value
    return lambda number, circle=CIRCLE.id: request(
        epoch.KIND, structs.replace(value, card=signed.id, party=signed.id, number=number, circle=circle)
    )


# Requests and answers


@pytest.mark.parametrize("record", [NORTH.card, CIRCLE, k.epoch_of(NORTH, CIRCLE)], ids=lambda record: record.kind)
def test_a_request_and_an_answer_come_back_as_they_were(record):
    asked = Signed(record.kind, record.json, record.value, {})
    assert ceremony.read_request(ceremony.write_request(asked)) == asked
    assert ceremony.read_request(ceremony.write_request(record)) == record


def test_a_request_can_be_read_by_people():
    text = ceremony.write_request(unsigned(card.KIND, NORTH.card.value)).decode()
    assert text.startswith('kelisim ceremony 1 card\n{"at":"2012-11-05T09:30Z",')
    assert text.endswith("}\n")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"kelisim ceremony 1 ",
        b"kelisim ceremony 1 segment\n{}\n",
        b"kelisim ceremony 1 c\xc3\xa1rd\n{}\n",
        b"kelisim ceremony 2 card\n{}\n",
        b"kelisim edition 1\n",
        NORTH.card.line,
    ],
)
def test_what_is_no_request_is_refused(data):
    assert refused(ceremony.read_request, data) == "ceremony-not-a-request"


def test_a_request_that_is_not_in_its_one_form_is_refused():
    data = ceremony.write_request(unsigned(card.KIND, NORTH.card.value))
    assert refused(ceremony.read_request, data.replace(b'{"at"', b'{ "at"')) == "profile-not-canonical"
    assert refused(ceremony.read_request, data + b"\n") == "profile-not-canonical"
    assert refused(ceremony.read_request, data[:-40]) == "profile-not-of-kind"
    signed = ceremony.write_request(NORTH.card)
    assert refused(ceremony.read_request, signed + b"more\n") == "record-signatures"


def test_an_answer_is_of_the_kind_that_was_asked_and_signed(tmp_path):
    path = tmp_path / "answer"
    assert refused(ceremony.read_answer, path, card.KIND) == "file-missing"
    path.write_bytes(ceremony.write_request(NORTH.card))
    assert ceremony.read_answer(path, card.KIND) == NORTH.card
    assert refused(ceremony.read_answer, path, charter.KIND) == "ceremony-other-kind"
    path.write_bytes(ceremony.write_request(unsigned(card.KIND, NORTH.card.value)))
    assert refused(ceremony.read_answer, path, card.KIND) == "ceremony-not-signed"


# Signing


def test_a_card_holds_once_all_who_must_have_signed(first_card, signers):
    asked = request(card.KIND, first_card)
    one = ceremony.sign(asked, signers[0])
    assert refused(card.check, one, None) == "card-too-few-roots"
    both = ceremony.sign(ceremony.read_request(ceremony.write_request(one)), signers[1])
    card.check(both, None)
    other = ceremony.sign(asked, signers[1])
    card.check(one.join(other), None)
    assert one.join(other) == both


def test_signing_twice_changes_nothing(first_card, signers):
    one = ceremony.sign(request(card.KIND, first_card), signers[0])
    assert ceremony.sign(one, signers[0]) == one


def test_a_card_is_signed_only_by_a_key_that_is_among_its_roots(signers):
    assert refused(ceremony.sign, request(card.KIND, NORTH.first_card()), signers[0]) == "ceremony-not-a-root"


def test_a_charter_is_signed_as_it_stands(signers):
    signed = ceremony.sign(request(charter.KIND, CIRCLE.value), signers[0])
    assert signed.id == CIRCLE.id
    assert list(signed.signatures) == [key_id(keyfile.read_key(signers[0] / keyfile.CURRENT).key)]


def test_without_a_key_nothing_is_signed(tmp_path):
    assert refused(ceremony.sign, request(charter.KIND, CIRCLE.value), tmp_path) == "file-missing"


# The ceremony's number


def test_a_signer_signs_epochs_whose_number_only_rises(later, signers):
    ceremony.sign(later(1), signers[0])
    ceremony.sign(later(3), signers[0])
    for number in (1, 2, 3):
        assert refused(ceremony.sign, later(number), signers[0]) == "ceremony-number"
    ceremony.sign(later(4), signers[0])


def test_a_refused_number_tells_the_highest_and_leaves_it_as_it_was(later, signers):
    ceremony.sign(later(3), signers[0])
    with pytest.raises(Refusal) as refusal:
        ceremony.sign(later(2), signers[0])
    assert refusal.value.params == {"number": 2, "highest": 3}
    assert json.loads((signers[0] / ceremony.HIGHEST).read_text("utf-8")) == {CIRCLE.id: 3}


def test_every_signer_and_every_circle_has_a_number_of_its_own(later, signers):
    ceremony.sign(later(3), signers[0])
    ceremony.sign(later(1), signers[1])
    ceremony.sign(later(1, k.NOWHERE), signers[0])
    assert refused(ceremony.sign, later(1, k.NOWHERE), signers[0]) == "ceremony-number"
    assert refused(ceremony.sign, later(3), signers[0]) == "ceremony-number"


def test_an_epoch_holds_once_all_who_must_have_signed(later, signers, first_card):
    party = unsigned(card.KIND, first_card)
    circle = structs.replace(
        CIRCLE.value,
        parties=[charter.Member(party.id, "NORTH", party.id), *CIRCLE.value.parties[1:]],
        proposer=party.id,
    )
    one = ceremony.sign(later(1), signers[0])
    assert refused(epoch.check, one, party, circle) == "epoch-too-few-roots"
    epoch.check(ceremony.sign(one, signers[1]), party, circle)


# What a signer reads first


def told(record):
    return {line.key: line.params for line in ceremony.describe(record)}


def test_before_signing_a_card_its_names_and_digits_are_read():
    first = told(unsigned(card.KIND, NORTH.first_card(names={"en": "North", "ru": "Север"})))
    assert first["ceremony.card"] == {"names": "North / Север", "number": 0, "keys": 3, "threshold": 1}
    assert first["ceremony.digits"] == {
        "digits": digits_of(unsigned(card.KIND, NORTH.first_card(names={"en": "North", "ru": "Север"})).id)
    }
    assert told(NORTH.renew().card)["ceremony.digits"] == {"digits": digits_of(NORTH.id)}


def test_before_signing_a_charter_the_digits_of_every_party_are_read():
    lines = ceremony.describe(CIRCLE)
    assert lines[0].params == {"languages": "en, kk, ru", "proposer": "NORTH"}
    assert [line.params for line in lines[1:]] == [
        {"code": "NORTH", "digits": digits_of(NORTH.id)},
        {"code": "SOUTH", "digits": digits_of(SOUTH.id)},
    ]


def test_before_signing_an_epoch_its_number_reason_and_base_are_read():
    params = told(k.epoch_of(NORTH, CIRCLE, number=4, reason="repair"))["ceremony.epoch"]
    assert (params["number"], params["reason"], params["base"]) == (4, "repair", CIRCLE.id[:12])
    assert (params["digits"], params["circle"]) == (digits_of(NORTH.id), CIRCLE.id[:12])
