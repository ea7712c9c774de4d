"""A segment is judged by its bytes, key, place and limits, and never by what its values mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, structs

from kelisim.errors import Malformed, Unproven
from kelisim.ledger import profile, segment
from kelisim.ledger.digest import digest
from kelisim.ledger.record import countersign, parse, sign, unsigned
from kelisim.ledger.segment import AD_REFERENDUM, Statement
from tests.library import keysmith as k
from tests.library.keysmith import NORTH, SOUTH, SURVEY, WEST
from tests.library.strategies import bodies

CIRCLE = k.circle(NORTH, SOUTH, WEST)
TITLE = Statement(field="title.en", item=SURVEY, value="Joint survey")
NUMBER = Statement(field="number", item=SURVEY, value="3.2")
BODY = segment.write_body([TITLE, NUMBER])


def refused(act, *given):
    with pytest.raises((Malformed, Unproven)) as refusal:
        act(*given)
    return refusal.value.code


def refused_header(header, card=NORTH.card):
    return refused(segment.check_header, header, card, CIRCLE.value)


def header_of(body, /, **changes):
    return structs.replace(k.segment_of(NORTH, CIRCLE, body).value, **changes)


def refused_body(body, /, **changes):
    return refused(segment.read_body, header_of(body, **changes), body)


# Headers


def test_a_header_signed_by_an_officer_who_may_state_holds():
    header = k.segment_of(NORTH, CIRCLE, BODY)
    segment.check_header(header, NORTH.card, CIRCLE.value)
    assert parse(header.line, segment.KIND, segment.Segment) == header
    assert segment.read_body(header.value, BODY) == [NUMBER, TITLE]


def test_a_feed_is_a_chain_from_the_charter_on():
    (one, body), (two, _) = k.feed_of(NORTH, CIRCLE, [TITLE], [NUMBER])
    assert (one.value.prev, two.value.prev) == (CIRCLE.id, one.id)
    assert (one.value.seq, two.value.seq) == (1, 2)
    assert segment.read_body(one.value, body) == [TITLE]


def test_an_acknowledgement_has_no_statements():
    header = k.segment_of(NORTH, CIRCLE)
    segment.check_header(header, NORTH.card, CIRCLE.value)
    assert header.value.count == header.value.size == 0
    assert segment.read_body(header.value, b"") == []


@pytest.mark.parametrize("power", ["carry", "seal"])
def test_an_officer_who_may_not_state_is_refused(power):
    header = sign(segment.KIND, header_of(BODY), NORTH.officer(power))
    assert refused_header(header) == "signature-key-unknown"


def test_roots_and_strangers_are_refused():
    for signer in (*NORTH.root_signers(), SOUTH.officer("state")):
        assert refused_header(sign(segment.KIND, header_of(BODY), signer)) == "signature-key-unknown"


def test_a_header_has_exactly_one_signature():
    header = k.segment_of(NORTH, CIRCLE, BODY)
    assert refused_header(countersign(header, NORTH.officer("seal"))) == "signature-one"
    assert refused_header(unsigned(segment.KIND, header.value)) == "signature-one"


def test_an_officer_who_is_no_longer_on_the_card_is_refused():
    renewed = NORTH.renew(keys=NORTH.officers(desk=1))
    assert refused_header(k.segment_of(NORTH, CIRCLE, BODY), renewed.card) == "signature-key-unknown"


def test_a_header_tells_the_head_of_every_other_party():
    heads = {SOUTH.id: CIRCLE.id, WEST.id: k.NOWHERE}
    segment.check_header(k.segment_of(NORTH, CIRCLE, seen=heads), NORTH.card, CIRCLE.value)
    for seen in ({}, {SOUTH.id: CIRCLE.id}, heads | {NORTH.id: CIRCLE.id}, heads | {k.NOWHERE: CIRCLE.id}):
        assert refused_header(k.segment_of(NORTH, CIRCLE, seen=seen)) == "segment-seen"


def test_a_party_outside_the_circle_is_refused():
    narrow = k.circle(NORTH, SOUTH)
    header = sign(segment.KIND, header_of(BODY, party=WEST.id), WEST.officer("state"))
    assert refused(segment.check_header, header, WEST.card, narrow.value) == "segment-not-a-party"


def test_a_time_that_does_not_exist_is_refused():
    assert refused_header(k.segment_of(NORTH, CIRCLE, at="2013-02-30T00:00Z")) == "profile-no-such-time"


def test_a_header_promises_no_more_than_the_limits():
    most = {"count": segment.MOST_STATEMENTS, "size": segment.LARGEST_BODY}
    segment.check_header(k.segment_of(NORTH, CIRCLE, **most), NORTH.card, CIRCLE.value)
    for name, limit in most.items():
        assert refused_header(k.segment_of(NORTH, CIRCLE, **{name: limit + 1})) == "segment-too-large"


@pytest.mark.parametrize(
    "changes", [{"seq": 0}, {"count": -1}, {"prev": "charter"}, {"seen": {"x": k.NOWHERE}}], ids=str
)
def test_a_header_that_is_not_of_its_form_is_not_even_read(changes):
    with pytest.raises(Malformed, match="profile-not-of-kind"):
        parse(k.segment_of(NORTH, CIRCLE, **changes).line, segment.KIND, segment.Segment)


# Bodies


def test_statements_are_written_by_item_and_field():
    other = Statement(field="kind", item="a" * 16, value="action")
    assert segment.write_body([TITLE, NUMBER, other]) == (
        b'{"field":"kind","item":"aaaaaaaaaaaaaaaa","value":"action"}\n'
        b'{"field":"number","item":"surveyaaaaaaaaaa","value":"3.2"}\n'
        b'{"field":"title.en","item":"surveyaaaaaaaaaa","value":"Joint survey"}\n'
    )


@given(bodies, st.randoms(use_true_random=False))
def test_a_body_is_the_same_whatever_the_order_of_writing_and_is_read_again(statements, dice):
    body = segment.write_body(statements)
    shuffled = [*statements]
    dice.shuffle(shuffled)
    assert segment.write_body(shuffled) == body
    assert segment.write_body(segment.read_body(header_of(body), body)) == body


def test_other_bytes_than_the_header_names_are_refused():
    for changes in ({"size": len(BODY) + 1}, {"body": digest(b"other")}, {"size": 0}):
        assert refused_body(BODY, **changes) == "segment-body"
    for place in range(len(BODY)):
        changed = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
        assert refused(segment.read_body, header_of(BODY), changed) == "segment-body"


@pytest.mark.parametrize("count", [0, 1, 3])
def test_another_count_than_the_header_tells_is_refused(count):
    assert refused_body(BODY, count=count) == "segment-count"


@pytest.mark.parametrize(
    "statements",
    [[TITLE, NUMBER], [TITLE, TITLE], [TITLE, structs.replace(TITLE, value="Other")], [NUMBER, TITLE, NUMBER]],
    ids=["out of order", "twice", "two values of one field", "back again"],
)
def test_statements_stand_in_order_and_once(statements):
    assert refused_body(profile.encode_lines(statements)) == "statement-order"


def test_statements_of_one_field_stand_in_the_order_of_their_items():
    first, last = structs.replace(TITLE, item="a" * 16), structs.replace(NUMBER, item="b" * 16)
    assert segment.read_body(header_of(profile.encode_lines([first, last])), profile.encode_lines([first, last]))
    assert refused_body(profile.encode_lines([last, first])) == "statement-order"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(BODY[:-1], id="the last line has no end"),
        pytest.param(BODY + b"\n", id="an empty line"),
        pytest.param(BODY.replace(b"\n", b"\r\n"), id="other line ends"),
        pytest.param(BODY.replace(b":", b": "), id="blanks"),
        pytest.param(BODY.replace(b'"field"', b'"fiend"'), id="an unknown key"),
        pytest.param(BODY.replace(b"Joint", b"\xff"), id="no UTF-8"),
        pytest.param(BODY.replace(b'"3.2"', b"3"), id="a number"),
    ],
)
def test_lines_that_are_not_in_their_one_form_are_refused(body):
    assert refused_body(body) in ("profile-not-canonical", "profile-not-of-kind")


def test_a_word_may_wait_for_the_capital_or_be_taken_back():
    waiting = structs.replace(TITLE, hold=AD_REFERENDUM)
    taken_back = Statement(field="number", item=SURVEY)
    body = segment.write_body([waiting, taken_back])
    assert segment.read_body(header_of(body), body) == [taken_back, waiting]


def test_what_is_taken_back_waits_for_nobody():
    body = profile.encode_lines([Statement(field="number", hold=AD_REFERENDUM, item=SURVEY)])
    assert refused_body(body) == "statement-hold"


def test_there_is_one_way_to_wait():
    body = BODY.replace(b'"item"', b'"hold":"perhaps","item"')
    assert refused_body(body) == "profile-not-of-kind"


def test_values_that_nobody_understands_are_kept():
    strange = Statement(field="colour_of_the.cover", item=SURVEY, value="\u0000 \U0001f642")
    empty = Statement(field="title.en", item=SURVEY, value="")
    body = segment.write_body([strange, empty])
    assert segment.read_body(header_of(body), body) == [strange, empty]


def test_the_limits_are_those_of_the_format():
    assert segment.MOST_STATEMENTS == 100_000
    assert segment.LARGEST_BODY == 16_777_216
    assert segment.LARGEST_VALUE == 262_144


@pytest.mark.parametrize("letter", ["x", "ж", "中", "\U0001f642", "\n"])
def test_a_value_is_at_most_256_kib_of_utf_8(letter):
    most = segment.LARGEST_VALUE // len(letter.encode())
    body = segment.write_body([structs.replace(TITLE, value=letter * most)])
    assert segment.read_body(header_of(body), body)
    assert refused_body(segment.write_body([structs.replace(TITLE, value=letter * (most + 1))])) == "statement-too-long"


def test_a_file_is_named_by_a_digest_in_its_field_and_by_nothing_else():
    def says(field, value):
        return segment.Statement(field=field, item=k.SURVEY, value=value)

    digest_of_file = "ab" * 32
    words = [
        says("sha256", digest_of_file),
        says("title.en", "cd" * 32),
        says("sha256", "AB" * 32),
        says("sha256", "../keys"),
        says("sha256", UNSET),
    ]
    assert segment.files_named(words) == {digest_of_file}


def test_a_segment_that_was_let_in_is_read_again_by_its_digest_alone():
    header = k.segment_of(NORTH, CIRCLE, BODY).value
    assert segment.read_kept(header, BODY) == segment.read_body(header, BODY)
    with pytest.raises(Unproven) as caught:
        segment.read_kept(header, BODY[:-1])
    assert caught.value.code == "segment-body"
