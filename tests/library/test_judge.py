"""The accept rule: a card is judged by the one before it, everything else by the card that it names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kelisim.errors import Malformed, NotNow, Unproven
from kelisim.ledger import card, charter, judge, segment
from kelisim.ledger.judge import Held
from kelisim.ledger.record import countersign, sign
from kelisim.ledger.segment import Statement
from tests.library import keysmith as k
from tests.library.keysmith import NORTH, SOUTH, SURVEY, WEST, Party

CIRCLE = k.circle(NORTH, SOUTH)
ELSEWHERE = k.circle(NORTH, SOUTH, WEST)
BODY = segment.write_body([Statement(field="number", item=SURVEY, value="3.2")])


def held_by(*parties):
    """The cards of some parties, all of them confirmed."""
    held = Held(confirmed=[party.id for party in (NORTH, SOUTH, WEST)])
    for party in parties:
        for one in party.cards:
            held.add(one)
    return held


BOTH = held_by(NORTH, SOUTH)


def refused(act, *given):
    with pytest.raises((Malformed, Unproven)) as refusal:
        act(*given)
    return refusal.value.code


# Cards


def test_cards_are_held_one_after_the_other():
    renewed = NORTH.renew()
    held = held_by(renewed)
    assert held.newest(NORTH.id) == renewed.card
    assert held.chain(NORTH.id).ids == tuple(one.id for one in renewed.cards)


def test_a_card_of_a_party_that_nobody_has_confirmed_is_not_held():
    held = Held(confirmed=[NORTH.id])
    assert refused(held.add, SOUTH.card) == "party-not-confirmed"
    assert SOUTH.id not in held.cards


def test_a_card_is_not_held_before_the_one_that_it_follows():
    assert refused(held_by().add, NORTH.renew().card) == "card-before-missing"
    assert refused(held_by(NORTH).add, NORTH.renew().renew().card) == "card-before-missing"


def test_a_card_that_comes_later_may_decide_which_one_is_newest():
    rivals = [NORTH.renew(at="2013-01-01T00:00Z"), NORTH.renew(at="2013-02-01T00:00Z")]
    held = held_by(NORTH)
    for one in rivals:
        held.add(one.card)
    assert held.newest(NORTH.id) == NORTH.card
    assert held.chain(NORTH.id).contested
    held.add(rivals[1].rotate().card)
    assert held.newest(NORTH.id) == rivals[1].rotate().card
    assert not held.chain(NORTH.id).contested


def test_copies_of_a_card_join_their_signatures():
    many = Party("EAST", 1, roots=3, threshold=2)
    first, second, third = many.root_signers()
    one, two = (sign(card.KIND, many.first_card(), *pair) for pair in ((first, second), (second, third)))
    held = Held(confirmed=[one.id])
    held.add(one)
    held.add(two)
    assert held.cards[one.id] == countersign(one, third)


def test_cards_that_were_judged_before_are_held_as_they_are():
    held = Held(NORTH.renew().cards)
    assert held.newest(NORTH.id) == NORTH.renew().card
    assert not held.confirmed


# Everything else


def test_a_charter_is_judged_by_the_cards_that_it_names():
    assert judge.charter(CIRCLE, BOTH)
    assert not judge.charter(sign(charter.KIND, CIRCLE.value, *NORTH.root_signers()), BOTH)
    assert refused(judge.charter, ELSEWHERE, BOTH) == "charter-card-missing"


def test_a_segment_is_judged_with_its_body():
    header = k.segment_of(NORTH, CIRCLE, BODY)
    assert judge.segment(header, BODY, CIRCLE, BOTH) == segment.read_body(header.value, BODY)
    assert refused(judge.segment, header, BODY + b"\n", CIRCLE, BOTH) == "segment-body"
    forged = sign(segment.KIND, header.value, k.signer(1))
    assert refused(judge.segment, forged, BODY, CIRCLE, BOTH) == "signature-key-unknown"


def test_a_segment_waits_for_the_card_that_it_names():
    header = k.segment_of(NORTH.renew(), CIRCLE, BODY)
    assert judge.segment(header, BODY, CIRCLE, BOTH) is None
    assert judge.segment(header, BODY, CIRCLE, held_by(NORTH.renew(), SOUTH)) is not None


def test_only_so_many_segments_wait_for_their_cards():
    most = (10_000, 104_857_600)
    judge.may_park(*most)
    for count, size in [(most[0] + 1, 0), (1, most[1] + 1)]:
        with pytest.raises(NotNow, match="parked-too-many"):
            judge.may_park(count, size)


def test_an_epoch_is_judged_by_the_card_that_it_names():
    judge.epoch(k.epoch_of(NORTH, CIRCLE), CIRCLE, BOTH)
    assert refused(judge.epoch, k.epoch_of(NORTH.rotate(), CIRCLE), CIRCLE, BOTH) == "epoch-card-missing"
    judge.epoch(k.epoch_of(NORTH.rotate(), CIRCLE), CIRCLE, held_by(NORTH.rotate(), SOUTH))


def test_a_seal_is_judged_for_ever_by_the_card_that_it_names():
    offer = k.offer_of(NORTH, CIRCLE)
    moved = NORTH.rotate(keys=NORTH.officers(desk=1))
    assert judge.seal(offer, CIRCLE, BOTH)
    assert judge.seal(offer, CIRCLE, held_by(moved, SOUTH))
    assert refused(judge.seal, k.offer_of(moved, CIRCLE), CIRCLE, BOTH) == "seal-card-missing"
    assert not judge.seal(replace(offer, signatures={}), CIRCLE, BOTH)


def test_what_was_signed_for_another_circle_is_refused():
    header = k.segment_of(NORTH, CIRCLE, BODY, circle=ELSEWHERE.id)
    assert refused(judge.segment, header, BODY, CIRCLE, BOTH) == "segment-of-another-plan"
    assert refused(judge.epoch, k.epoch_of(NORTH, CIRCLE, circle=ELSEWHERE.id), CIRCLE, BOTH) == "epoch-card-missing"
    assert refused(judge.seal, k.offer_of(NORTH, CIRCLE, circle=ELSEWHERE.id), CIRCLE, BOTH) == "seal-card-missing"


def test_nobody_speaks_with_the_card_of_another_party():
    theirs = {"card": SOUTH.card.id}
    header = sign(segment.KIND, k.segment_of(NORTH, CIRCLE, BODY, **theirs).value, SOUTH.officer("state"))
    assert refused(judge.segment, header, BODY, CIRCLE, BOTH) == "card-of-another"
    assert refused(judge.epoch, k.epoch_of(NORTH, CIRCLE, **theirs), CIRCLE, BOTH) == "card-of-another"
    assert refused(judge.seal, k.offer_of(NORTH, CIRCLE, **theirs), CIRCLE, BOTH) == "card-of-another"


# Which seals are acted on


def test_an_acceptors_withdrawal_counts_under_its_newest_card_alone():
    """Its key may have been ended since because it was stolen; an offer is the proposer's to withdraw."""
    offer = k.offer_of(NORTH, CIRCLE)
    renewed = {"north": NORTH.renew(), "south": SOUTH.renew()}
    held = held_by(*renewed.values())
    seals = {
        "offer": offer,
        "accept": k.accept_of(SOUTH, CIRCLE, offer.id),
        "withdrawn under the card before": k.withdraw_of(SOUTH, CIRCLE, offer.id),
        "withdrawn under the newest": k.withdraw_of(renewed["south"], CIRCLE, offer.id),
        "withdrawn by the proposer": k.withdraw_of(NORTH, CIRCLE, offer.id),
    }
    counted = judge.complete_seals(seals.values(), CIRCLE, held)
    assert {name for name, one in seals.items() if one.id in counted} == seals.keys() - {
        "withdrawn under the card before"
    }
