"""Everything signed has exactly one written form; whatever else comes is refused, never repaired."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from kelisim.errors import Malformed
from kelisim.ledger import card, charter, epoch, profile, seal, segment, tree
from kelisim.ledger.profile import Count, Version, Written
from kelisim.ledger.segment import Statement
from tests.library import keysmith as k
from tests.library.strategies import counts, statements, texts, values


class Notice(Written):
    """A record of nothing but values: one of each kind that the profile knows."""

    count: Count
    names: dict[str, str]
    numbers: list[Count]
    text: str
    v: Version


notices = st.builds(
    Notice,
    count=counts,
    names=st.dictionaries(st.text("abcdefgh", max_size=3), texts, max_size=4),
    numbers=st.lists(counts, max_size=4),
    text=texts,
    v=st.just(1),
)

WRITTEN = b'{"count":1,"names":{"en":"North","ru":"N"},"numbers":[0,1],"text":"x","v":1}'


def refused(data, kind=Notice):
    with pytest.raises(Malformed) as refusal:
        profile.decode(data, kind, "notice")
    return refusal.value.code


def test_what_is_in_its_one_form_is_read():
    assert profile.decode(WRITTEN, Notice, "notice") == Notice(1, {"en": "North", "ru": "N"}, [0, 1], "x", 1)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(WRITTEN.replace(b'{"count":1', b'{"count":1,"count":1'), id="a key twice"),
        pytest.param(WRITTEN.replace(b'"en":"North"', b'"en":"North","en":"North"'), id="a language twice"),
        pytest.param(WRITTEN.replace(b'"ru":"N"', b'"aa":"N"'), id="languages out of order"),
        pytest.param(b'{"v":1,' + WRITTEN[1:].replace(b',"v":1', b""), id="keys out of order"),
        pytest.param(WRITTEN.replace(b":1,", b": 1,", 1), id="a blank"),
        pytest.param(WRITTEN + b" ", id="a blank at the end"),
        pytest.param(WRITTEN + b"\n", id="a line feed at the end"),
        pytest.param(WRITTEN.replace(b'"count":1', b'"count":-0'), id="minus nought"),
        pytest.param(WRITTEN.replace(b'"x"', rb'"\u0078"'), id="an escape that is not needed"),
        pytest.param(WRITTEN.replace(b'"x"', rb'"\/"'), id="an escaped slash"),
        pytest.param(WRITTEN.replace(b'"x"', rb'"\u000A"'), id="a line feed by its number"),
        pytest.param(WRITTEN.replace(b'"x"', rb'"\u001F"'), id="hex digits in upper case"),
        pytest.param(WRITTEN.replace(b'"x"', rb'"\ud83d\ude00"'), id="an escaped pair"),
    ],
)
def test_a_second_way_to_write_the_same_is_refused(data):
    assert json.loads(data)
    assert refused(data) == "profile-not-canonical"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(WRITTEN.replace(b'"count":1', b'"count":1e0'), id="an exponent"),
        pytest.param(WRITTEN.replace(b'"count":1', b'"count":1.0'), id="a float"),
        pytest.param(WRITTEN.replace(b'"count":1', b'"count":true'), id="a boolean"),
        pytest.param(WRITTEN.replace(b'"count":1', b'"count":null'), id="null"),
        pytest.param(WRITTEN.replace(b'"count":1', b'"count":"1"'), id="a number in quotes"),
        pytest.param(WRITTEN.replace(b'"count":1', b'"count":01'), id="a leading nought"),
        pytest.param(WRITTEN.replace(b'"count":1', b'"count":-1'), id="a negative number"),
        pytest.param(WRITTEN.replace(b'"count":1', b'"count":9007199254740992'), id="2 to the 53rd"),
        pytest.param(WRITTEN.replace(b'"count":1', b'"count":99999999999999999999'), id="far too large a number"),
        pytest.param(WRITTEN.replace(b'"x"', b'"x'), id="a string without its end"),
        pytest.param(WRITTEN.replace(b'"x"', b'"\x01"'), id="a naked control character"),
        pytest.param(WRITTEN.replace(b'"x"', rb'"\ud800"'), id="half a pair, escaped"),
        pytest.param(WRITTEN.replace(b'"x"', b'"\xed\xa0\x80"'), id="half a pair"),
        pytest.param(WRITTEN.replace(b'"x"', b'"\xff"'), id="no UTF-8"),
        pytest.param(WRITTEN.replace(b'"x"', b'"\xc0\x80"'), id="an overlong nought"),
        pytest.param(b"\xef\xbb\xbf" + WRITTEN, id="a byte order mark"),
        pytest.param(WRITTEN.replace(b',"v":1', b',"v":2'), id="another version"),
        pytest.param(WRITTEN.replace(b',"v":1', b""), id="no version"),
        pytest.param(WRITTEN.replace(b',"v":1', b',"v":1,"w":1'), id="an unknown key"),
        pytest.param(WRITTEN.replace(b'"text":"x",', b""), id="a missing key"),
        pytest.param(WRITTEN[:-1], id="cut off"),
        pytest.param(WRITTEN + WRITTEN, id="twice"),
        pytest.param(b"[1]", id="a list"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_is_no_record_of_the_profile_is_refused(data):
    assert refused(data) == "profile-not-of-kind"


def test_the_largest_number_is_one_less_than_2_to_the_53rd():
    assert profile.decode(WRITTEN.replace(b":1,", b":9007199254740991,", 1), Notice, "notice").count == 2**53 - 1


def test_depth_without_end_is_refused_wherever_it_stands():
    depth = 100_000
    deep = b"[" * depth + b"]" * depth
    assert refused(WRITTEN.replace(b"[0,1]", deep)) == "profile-not-of-kind"
    with pytest.raises(Malformed, match="profile-not-of-kind"):
        seal.read(b'{"step":"offer","x":' + b"[" * 30_000 + b"]" * 30_000 + b"}\t\n")


def test_a_look_ahead_at_bytes_that_are_not_json_is_refused():
    with pytest.raises(Malformed, match="profile-not-of-kind"):
        profile.peek(b"{", Notice, "notice")


@given(values)
@example({"b": 1, "a": '\x00\x1f\x7f\u2028\ud7ff\ue000\U0010ffff/\\"\b\t\n\f\r', "A": [], "": {}})
def test_values_are_written_as_rfc_8785_writes_them(value):
    assert profile.encode(value) == rfc8785.dumps(value)


@given(notices)
def test_bytes_to_value_to_bytes_is_the_identity(notice):
    data = profile.encode(notice)
    assert profile.decode(data, Notice, "notice") == notice
    assert profile.encode(profile.decode(data, Notice, "notice")) == data


@given(notices, st.data())
def test_what_is_read_is_always_what_was_written(notice, data):
    """Whatever is changed in some bytes, they are refused or are themselves the one form of another value."""
    written = bytearray(profile.encode(notice))
    written[data.draw(st.integers(0, len(written) - 1))] = data.draw(st.integers(0, 255))
    try:
        value = profile.decode(bytes(written), Notice, "notice")
    except Malformed:
        return
    assert rfc8785.dumps(json.loads(bytes(written))) == bytes(written)
    assert profile.encode(value) == bytes(written)


@given(st.lists(statements(), max_size=6))
def test_lines_are_read_as_they_were_written(some):
    data = profile.encode_lines(some)
    assert data.count(b"\n") == len(some)
    assert profile.decode_lines(data, Statement, "statement") == some


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"field":"a","item":"surveyaaaaaaaaaa"}', "profile-not-canonical"),
        (b'{"field":"a","item":"surveyaaaaaaaaaa"}\r\n', "profile-not-canonical"),
        (b'\n{"field":"a","item":"surveyaaaaaaaaaa"}\n', "profile-not-canonical"),
        (b"\n", "profile-not-canonical"),
        (b'{"field":"a","item":"surveyaaaaaaaaaa"}{}\n', "profile-not-of-kind"),
        (b'{"field":"a"}\n', "profile-not-of-kind"),
        (b'{"field":"a","item":"surveyaaaaaaaaaa","value":"\xff"}\n', "profile-not-of-kind"),
    ],
)
def test_lines_that_are_not_one_value_each_are_refused(data, code):
    with pytest.raises(Malformed, match=code):
        profile.decode_lines(data, Statement, "statement")


@pytest.mark.parametrize("at", ["2012-11-05T09:30Z", "2012-02-29T00:00Z", "0001-01-01T23:59Z"])
def test_a_time_of_the_calendar_is_taken(at):
    profile.check_time(at)


@pytest.mark.parametrize(
    "at", ["2013-02-29T00:00Z", "2012-13-01T00:00Z", "2012-04-31T00:00Z", "2012-01-01T24:00Z", "0000-01-01T00:00Z"]
)
def test_a_time_that_does_not_exist_is_refused(at):
    with pytest.raises(Malformed, match="profile-no-such-time"):
        profile.check_time(at)


KINDS = [
    *(card.Card, card.RootKey, card.OfficerKey, card.RootSet, charter.Charter, charter.Member, epoch.Epoch),
    *(seal.Offer, seal.Accept, seal.Withdraw, seal.Receipt, seal.EditionNumber),
    *(segment.Segment, segment.Statement, tree.Leaf, tree.Naming),
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_declares_its_keys_in_their_order(kind):
    assert all(one < two for one, two in pairwise(kind.__struct_encode_fields__))


@pytest.mark.parametrize(
    "record",
    [
        k.NORTH.card,
        k.NORTH.rotate().card,
        k.circle(k.NORTH, k.SOUTH),
        k.segment_of(k.NORTH, k.circle(k.NORTH, k.SOUTH)),
        k.epoch_of(k.NORTH, k.circle(k.NORTH, k.SOUTH)),
        k.offer_of(k.NORTH, k.circle(k.NORTH, k.SOUTH), corrects=1, previous=k.NOWHERE),
        k.accept_of(k.SOUTH, k.circle(k.NORTH, k.SOUTH), k.NOWHERE),
        k.receipt_of(k.NORTH, k.circle(k.NORTH, k.SOUTH), k.NOWHERE),
    ],
    ids=lambda record: type(record.value).__name__,
)
def test_every_record_is_written_as_rfc_8785_writes_it(record):
    assert record.json == rfc8785.dumps(json.loads(record.json))
    assert profile.decode(record.json, type(record.value), record.kind) == record.value


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        (b'"at":"2012-11-05T09:30Z"', b'"at":"2012-11-05 09:30Z"'),
        (b'"at":"2012-11-05T09:30Z"', b'"at":"2012-11-05T09:30:00Z"'),
        (b'"code":"NORTH"', b'"code":"north"'),
        (b'"code":"NORTH"', b'"code":"N"'),
        (b'"en"', b'"EN"'),
        (b'"en"', b'"engl"'),
        (b'"schema":1', b'"schema":0'),
        (k.NORTH.id.encode(), k.NORTH.id.upper().encode()),
        (k.NORTH.id.encode(), k.NORTH.id.encode()[:-1]),
        (k.NORTH.id.encode(), k.NORTH.id.encode() + rb"\n"),
    ],
)
def test_a_string_that_is_not_of_its_form_is_refused(part, instead):
    written = k.circle(k.NORTH, k.SOUTH).json
    assert part in written
    assert refused(written.replace(part, instead, 1), charter.Charter) == "profile-not-of-kind"


def refused_body(statement):
    """The refusal of a segment that says one thing; its form is that of an edition's leaf."""
    body = profile.encode_lines([statement])
    header = k.segment_of(k.NORTH, k.circle(k.NORTH, k.SOUTH), body).value
    with pytest.raises(Malformed, match="profile-not-of-kind") as refusal:
        segment.read_body(header, body)
    return refusal.value.code


@pytest.mark.parametrize("item", ["surveyaaaaaaaaa", "surveyaaaaaaaaaaa", "surveyaaaaaaaaa1", "Surveyaaaaaaaaaa"])
def test_an_item_is_sixteen_characters_of_base32(item):
    leaf = tree.Leaf("title", item, "")
    assert refused(profile.encode(leaf), tree.Leaf) == refused_body(Statement(field="title", item=item))


@pytest.mark.parametrize("field", ["", ".", "title.", ".ru", "title..ru", "title-ru", "título", "a" * 129])
def test_a_field_is_words_joined_by_points(field):
    leaf = tree.Leaf(field, k.SURVEY, "")
    assert refused(profile.encode(leaf), tree.Leaf) == refused_body(Statement(field=field, item=k.SURVEY))
