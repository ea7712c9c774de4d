"""Proofs of forks: what is found in a feed, and the file by which anybody can check it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim import fork, verify
from kelisim.errors import Refusal
from kelisim.ledger import card as cards
from kelisim.ledger import record, seal
from kelisim.ledger.feed import Base, Fork, Place, Start, forks, line
from tests.library import keysmith as k
from tests.library.keysmith import NORTH, SOUTH

CIRCLE = k.circle(NORTH, SOUTH)
CARDS = [NORTH.card, SOUTH.card]
START = Start("charter", 0)
CARD = {"card": 0, "later": 1}


def refused(data):
    with pytest.raises(Refusal) as refusal:
        fork.verify(data)
    return refusal.value.code


def place(name, seq, prev, epoch=0, card="card"):
    return Place(name, epoch, seq, prev, card)


# What is found


def test_two_segments_of_one_place_are_a_fork():
    places = [place("a", 1, "charter"), place("b", 2, "a"), place("c", 2, "a")]
    assert forks(places, [], START, CARD) == [Fork("b", "c", contests=True)]


def test_a_segment_that_does_not_follow_what_stood_before_is_a_fork():
    places = [place("a", 1, "charter"), place("x", 2, "elsewhere")]
    assert forks(places, [], START, CARD) == [Fork("a", "x", contests=True)]
    assert forks([place("x", 1, "elsewhere")], [], START, CARD) == [Fork("charter", "x", contests=True)]


def test_a_segment_that_does_not_follow_the_record_of_its_epoch_is_a_fork():
    bases = [Base("r", 1, "charter", "card")]
    assert forks([place("x", 1, "elsewhere", epoch=1)], bases, START, CARD) == [Fork("r", "x", contests=True)]


def test_records_of_an_older_card_contest_nothing_while_a_later_fork_does():
    bases = [Base(name, 1, "charter", "card") for name in "rs"] + [Base("t", 2, "charter", "later")]
    places = [place(name, 1, "t", epoch=2, card="later") for name in "bc"]
    assert forks(places, bases, START, CARD) == [Fork("r", "s", contests=False), Fork("b", "c", contests=True)]


def test_two_records_of_one_rank_are_a_fork():
    bases = [Base("r", 1, "charter", "card"), Base("s", 1, "charter", "card"), Base("t", 1, "charter", "later")]
    assert forks([], bases[:2], START, CARD) == [Fork("r", "s", contests=True)]
    assert forks([], bases, START, CARD) == [Fork("r", "s", contests=False)]  # a newer card has settled it


def test_a_fork_in_an_epoch_that_was_left_is_shown_and_contests_nothing():
    places = [place("a", 1, "charter"), place("b", 2, "a"), place("c", 2, "a")]
    assert forks(places, [Base("r", 1, "a", "card")], START, CARD) == [Fork("b", "c", contests=False)]


def test_a_fork_beyond_a_gap_contests_once_the_gap_closes():
    places = [place("c", 3, "b"), place("d", 3, "b")]
    assert forks(places, [], START, CARD) == [Fork("c", "d", contests=False)]
    whole = [*places, place("a", 1, "charter"), place("b", 2, "a")]
    assert forks(whole, [], START, CARD) == [Fork("c", "d", contests=True)]


def test_a_gap_and_a_card_off_the_chain_prove_nothing():
    assert forks([place("c", 3, "b")], [], START, CARD) == []
    strangers = [place("a", 1, "charter"), place("b", 1, "charter", card="stranger")]
    assert forks(strangers, [Base("r", 1, "charter", "stranger")], START, CARD) == []


@given(
    st.lists(
        st.builds(
            place,
            st.sampled_from("abcdef"),
            st.integers(1, 3),
            st.sampled_from(["charter", "r", *"abcdef"]),
            st.integers(0, 1),
            st.sampled_from(["card", "later"]),
        ),
        max_size=6,
        unique_by=lambda one: one.id,
    ),
    st.booleans(),
)
def test_a_feed_is_contested_exactly_where_a_fork_contests_it(places, restored):
    bases = [Base("r", 1, "charter", "card")] if restored else []
    found = forks(places, bases, START, CARD)
    assert line(places, bases, START, CARD).contested == any(one.contests for one in found)


def test_two_cards_after_one_are_rivals():
    one, other = NORTH.renew(names={"en": "One"}), NORTH.renew(names={"en": "Other"})
    held = {card.id: card.value for card in (NORTH.card, one.card, other.card)}
    assert cards.rivals(held) == [tuple(sorted((one.card.id, other.card.id)))]
    assert cards.rivals({NORTH.card.id: NORTH.card.value, one.card.id: one.card.value}) == []


# The file


def two_segments():
    return [k.segment_of(NORTH, CIRCLE, seen={SOUTH.id: head}) for head in (CIRCLE.id, k.NOWHERE)]


def concluded(number):
    offer = k.offer_of(NORTH, CIRCLE, edition=seal.EditionNumber(0, number))
    accept = k.accept_of(SOUTH, CIRCLE, offer.id)
    return [offer, accept, k.receipt_of(NORTH, CIRCLE, offer.id, [accept.id])]


SEGMENT = k.segment_of(NORTH, CIRCLE)
EPOCH = k.epoch_of(NORTH, CIRCLE)
PROOFS = {
    "place": two_segments(),
    "before": [SEGMENT, k.segment_of(NORTH, CIRCLE, seq=2, prev=k.NOWHERE)],
    "before-record": [EPOCH, k.segment_of(NORTH, CIRCLE, epoch=1, prev=k.NOWHERE)],
    "before-charter": [k.segment_of(NORTH, CIRCLE, prev=k.NOWHERE)],
    "records": [EPOCH, k.epoch_of(NORTH, CIRCLE, base=SEGMENT.id)],
    "conclusions": [*concluded(1), *concluded(2)],
}


@pytest.mark.parametrize("name", PROOFS)
def test_a_proof_is_read_as_it_was_written(name):
    proof = fork.verify(fork.write(CARDS, CIRCLE, PROOFS[name]))
    assert proof.sort == name.partition("-")[0]
    assert proof.party == NORTH.id
    assert {one.id for one in proof.records} <= {one.id for one in PROOFS[name]}


@pytest.mark.parametrize("name", PROOFS)
def test_a_changed_byte_proves_nothing(name):
    data = fork.write(CARDS, CIRCLE, PROOFS[name])
    for at in range(0, len(data), 97):
        with pytest.raises(Refusal):
            fork.verify(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])


def test_two_cards_after_one_are_proven_without_a_charter():
    rivals = [NORTH.renew(names={"en": name}).card for name in ("One", "Other")]
    data = fork.write([NORTH.card, *rivals], None, ())
    assert fork.verify(data).sort == "cards"
    told = [line.key for line in verify.report(data, "en")]
    assert told == ["verify.fork", "verify.fork-piece", "verify.fork-piece"]
    assert refused(fork.write([NORTH.card, rivals[0]], None, ())) == "fork-not-proven"


@pytest.mark.parametrize(
    "found",
    [
        [],
        [SEGMENT],
        [EPOCH],
        [SEGMENT, k.segment_of(NORTH, CIRCLE, seq=2, prev=SEGMENT.id)],
        [SEGMENT, k.segment_of(SOUTH, CIRCLE)],
        [SEGMENT, SEGMENT],
        [SEGMENT, k.segment_of(NORTH, CIRCLE, seq=3, prev=k.NOWHERE)],
        [EPOCH, k.epoch_of(NORTH, CIRCLE, number=2)],
        [EPOCH, k.segment_of(NORTH, CIRCLE, epoch=1, prev=EPOCH.id)],
        [*PROOFS["place"], k.segment_of(NORTH, CIRCLE, seq=2, prev=SEGMENT.id)],
        concluded(1),
        [SEGMENT, *concluded(1)],
    ],
)
def test_what_does_not_contradict_itself_proves_nothing(found):
    assert refused(fork.write(CARDS, CIRCLE, found)) == "fork-not-proven"


def test_what_is_no_proof_is_refused():
    whole = fork.write(CARDS, CIRCLE, PROOFS["place"])
    assert refused(b"kelisim edition 1\n") == "fork-not-a-file"
    assert refused(whole[:-1]) == "fork-not-a-file"
    assert refused(whole + b"note hello\n") == "fork-not-a-file"
    assert refused(fork.write(CARDS, None, PROOFS["place"])) == "fork-not-a-file"
    assert refused(whole + b"charter " + CIRCLE.line) == "fork-not-a-file"
    assert refused(fork.write(CARDS[:1], CIRCLE, PROOFS["place"])) == "charter-card-missing"
    half = record.sign("charter", CIRCLE.value, *NORTH.root_signers())
    assert refused(fork.write(CARDS, half, PROOFS["place"])) == "charter-not-whole"


def test_a_record_under_a_card_that_is_not_there_proves_nothing():
    later = NORTH.renew(names={"en": "Later"})
    assert refused(fork.write(CARDS, CIRCLE, [k.segment_of(later, CIRCLE, prev=k.NOWHERE)])) == "fork-not-proven"


def test_seals_that_too_few_have_signed_prove_nothing():
    plain = k.Party("NORTH", 1)
    two = plain.found(seal_threshold=2, keys=cards.in_order([*plain.officers(), *plain.officers(1)]))
    circle = k.circle(two, SOUTH)
    assert refused(fork.write([two.card, SOUTH.card], circle, [k.offer_of(two, circle)])) == "seal-too-few"
