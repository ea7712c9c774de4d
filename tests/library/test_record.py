"""A record is one line; its id is of the JSON, its signatures are all good or it is nothing."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.errors import Malformed, Unproven
from kelisim.ledger import keys, record
from kelisim.ledger.digest import digest
from kelisim.ledger.profile import Written
from tests.library import keysmith as k
from tests.library.strategies import texts

KIND = "note"
SIGNERS = [k.signer(n) for n in range(1, 5)]
ALL = keys.by_id([signer.key for signer in SIGNERS])


class Note(Written):
    """The plainest record."""

    text: str


NOTE = record.sign(KIND, Note("word"), SIGNERS[0])


def read(line, **limits):
    return record.parse(line, KIND, Note, **limits)


def refused(line, **limits):
    with pytest.raises(Malformed) as refusal:
        read(line, **limits)
    return refusal.value.code


def refused_by(signed, allowed):
    with pytest.raises(Unproven) as refusal:
        signed.check(allowed)
    return refusal.value.code


def test_a_record_is_json_then_signatures_on_one_line():
    name, signature = keys.key_id(SIGNERS[0].key), SIGNERS[0].sign(keys.pae(KIND, b'{"text":"word"}'))
    assert NOTE.line == b'{"text":"word"}\t' + f"{name}:{base64.b64encode(signature).decode()}\n".encode()


def test_the_id_is_that_of_the_json_whoever_signs():
    assert NOTE.id == digest(b'{"text":"word"}')
    assert record.unsigned(KIND, Note("word")).id == NOTE.id
    assert record.countersign(NOTE, SIGNERS[1]).id == NOTE.id


@given(texts, st.permutations(SIGNERS), st.integers(1, 4))
def test_a_line_is_read_as_it_was_written_whatever_the_order_of_signing(text, order, count):
    signed = record.sign(KIND, Note(text), *order[:count])
    again = read(signed.line)
    assert again == signed
    assert again.line == signed.line == record.sign(KIND, Note(text), *reversed(order[:count])).line
    again.check(ALL)
    assert again.count(ALL) == count


def test_copies_of_one_record_join_their_signatures():
    one, two = (record.sign(KIND, Note("word"), signer) for signer in SIGNERS[:2])
    assert one.join(two) == two.join(one) == record.sign(KIND, Note("word"), *SIGNERS[:2])
    assert one.join(one) == one


def test_a_record_counts_only_the_keys_it_is_asked_about():
    signed = record.sign(KIND, Note("word"), *SIGNERS)
    assert signed.count([keys.key_id(SIGNERS[0].key), "0" * 32]) == 1


def test_one_signature_by_an_unknown_key_refuses_the_record():
    signed = record.sign(KIND, Note("word"), *SIGNERS[:2])
    allowed = keys.by_id([SIGNERS[0].key])
    assert refused_by(signed, allowed) == "signature-key-unknown"


def test_one_signature_that_does_not_hold_refuses_the_record():
    other = record.sign(KIND, Note("other"), SIGNERS[1])
    signed = NOTE.join(record.Signed(KIND, NOTE.json, NOTE.value, other.signatures))
    assert refused_by(signed, ALL) == "signature-bad"


def test_a_signature_holds_for_one_kind_of_record_only():
    assert refused_by(record.Signed("memo", NOTE.json, NOTE.value, NOTE.signatures), ALL) == "signature-bad"


def test_the_limits_are_those_of_the_format():
    assert record.LONGEST == 65_536
    assert record.LONGEST_MANIFEST == 1_048_576


def test_a_record_up_to_the_limit_is_read_and_a_longer_one_is_not():
    room = record.LONGEST - len(record.sign(KIND, Note(""), SIGNERS[0]).line)
    longest = record.sign(KIND, Note("x" * room), SIGNERS[0])
    assert read(longest.line).id == longest.id
    longer = record.sign(KIND, Note("x" * (room + 1)), SIGNERS[0])
    assert refused(longer.line) == "record-too-long"
    assert read(longer.line, longest=record.LONGEST_MANIFEST).id == longer.id


def test_a_record_that_nobody_has_signed_does_not_travel():
    assert refused(record.unsigned(KIND, Note("word")).line) == "record-signatures"


HEAD, SIGNATURE = NOTE.line[:-1].split(b"\t")
NAME, RAW = SIGNATURE.split(b":")
SECOND = record.sign(KIND, Note("word"), SIGNERS[1]).line[:-1].split(b"\t")[1]
FIRST, LAST = sorted([SIGNATURE, SECOND])


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(NOTE.line[:-1], id="no line feed"),
        pytest.param(HEAD + b"\n", id="no tab"),
        pytest.param(HEAD + b" " + SIGNATURE + b"\n", id="a blank for the tab"),
        pytest.param(NOTE.line[:5] + b"\n" + NOTE.line[5:], id="a line feed in the JSON"),
    ],
)
def test_what_is_not_one_line_of_two_parts_is_refused(line):
    assert refused(line) == "record-not-a-line"


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(b"", id="none"),
        pytest.param(SIGNATURE + b" ", id="a blank at the end"),
        pytest.param(b" " + SIGNATURE, id="a blank at the start"),
        pytest.param(SIGNATURE + b"\r", id="a carriage return"),
        pytest.param(SIGNATURE + b"\n", id="a second line feed"),
        pytest.param(SIGNATURE + b" " + SIGNATURE, id="a key twice"),
        pytest.param(LAST + b" " + FIRST, id="keys out of order"),
        pytest.param(FIRST + b"  " + LAST, id="two blanks"),
        pytest.param(FIRST + b"\t" + LAST, id="a tab between"),
        pytest.param(NAME.upper() + b":" + RAW, id="a key in upper case"),
        pytest.param(NAME[:-1] + b":" + RAW, id="a short key"),
        pytest.param(NAME + b":", id="an empty signature"),
        pytest.param(NAME + b":" + RAW[:-1], id="no padding"),
        pytest.param(NAME + b":" + RAW.rstrip(b"=")[:-1] + b"B==", id="bits left over"),
        pytest.param(NAME + b":" + RAW.replace(b"=", b"") + b"===", id="too much padding"),
        pytest.param(NAME + b":-" + RAW[1:], id="the other base64"),
        pytest.param(NAME + b":A", id="a quarter of a signature"),
    ],
)
def test_signatures_that_are_not_in_their_one_form_are_refused(tail):
    assert refused(HEAD + b"\t" + tail + b"\n") == "record-signatures"


def test_a_record_whose_json_is_not_of_its_kind_is_refused():
    assert refused(NOTE.line.replace(b"text", b"next")) == "profile-not-of-kind"
    assert refused(NOTE.line.replace(b":", b": ", 1)) == "profile-not-canonical"


def accepted(line):
    """The record, if somebody who knows the key takes it."""
    try:
        signed = read(line)
        signed.check(keys.by_id([SIGNERS[0].key]))
    except (Malformed, Unproven):
        return None
    return signed


def test_any_changed_byte_of_a_line_is_refused():
    assert accepted(NOTE.line) == NOTE
    for place, byte in enumerate(NOTE.line):
        for other in {byte ^ 1, byte ^ 32, byte ^ 128, 0, ord("\t"), ord("\n"), ord('"')} - {byte}:
            assert accepted(NOTE.line[:place] + bytes([other]) + NOTE.line[place + 1 :]) is None


@given(st.integers(0, len(NOTE.line)), st.binary(max_size=3), st.integers(0, 3))
def test_any_cut_or_insertion_is_refused(place, put_in, left_out):
    changed = NOTE.line[:place] + put_in + NOTE.line[place + left_out :]
    assert changed == NOTE.line or accepted(changed) is None


@given(st.binary(max_size=200))
def test_bytes_from_anywhere_are_refused_with_a_reason(data):
    for line in (data, data + b"\n", HEAD + b"\t" + data + b"\n", data + b"\t" + SIGNATURE + b"\n"):
        assert line == NOTE.line or accepted(line) is None
