"""Seals: the proposer offers, all others accept, the proposer's receipt concludes, and nothing undoes it."""

from __future__ import annotations

import pytest
from msgspec import structs

from kelisim.errors import Malformed, Unproven
from kelisim.ledger import seal
from kelisim.ledger.card import in_order
from kelisim.ledger.record import LONGEST, sign, unsigned
from kelisim.ledger.seal import Accept, Receipt, Withdraw
from tests.library import keysmith as k
from tests.library import reference
from tests.library.keysmith import NORTH, SOUTH, SURVEY, WEST

CIRCLE = k.circle(NORTH, SOUTH, WEST)
OFFER = k.offer_of(NORTH, CIRCLE)
STEPS = {
    "offer": lambda party: k.offer_of(party, CIRCLE),
    "accept": lambda party: k.accept_of(party, CIRCLE, OFFER.id),
    "withdraw": lambda party: k.withdraw_of(party, CIRCLE, OFFER.id),
    "receipt": lambda party: k.receipt_of(party, CIRCLE, OFFER.id),
}


def check(one, party=NORTH):
    return seal.check(one, party.card, CIRCLE.value)


def refused(one, party=NORTH):
    with pytest.raises((Malformed, Unproven)) as refusal:
        check(one, party)
    return refusal.value.code


# One seal


@pytest.mark.parametrize("step", STEPS)
def test_a_seal_is_read_by_its_step(step):
    one = STEPS[step](NORTH)
    assert seal.read(one.line) == one
    assert one.value.step == step


@pytest.mark.parametrize("line", [b'{"step":"agree"}', b'{"steps":"offer"}', b"{}", b"[]", b""])
def test_a_seal_of_no_known_step_is_refused(line):
    with pytest.raises(Malformed, match="profile-not-of-kind"):
        seal.read(line + b"\t\n")


def test_a_step_with_the_keys_of_another_is_refused():
    line = STEPS["accept"](SOUTH).line.replace(b'"step":"accept"', b'"step":"receipt"')
    with pytest.raises(Malformed, match="profile-not-of-kind"):
        seal.read(line)


@pytest.mark.parametrize("steps", [b'"step":"withdraw","step":"accept"', b'"step":"accept","step":"accept"'])
def test_a_step_that_is_told_twice_is_refused(steps):
    with pytest.raises(Malformed, match="profile-not-"):
        seal.read(STEPS["accept"](SOUTH).line.replace(b'"step":"accept"', steps))


def test_a_seal_up_to_the_limit_is_read_and_a_longer_one_is_not_looked_at():
    room = LONGEST - len(k.offer_of(NORTH, CIRCLE).line)
    longest = k.offer_of(NORTH, CIRCLE, languages=["en"] + ["kk"] * (room // 5 - room % 5) + ["kaz"] * (room % 5))
    assert len(longest.line) == LONGEST
    assert seal.read(longest.line) == longest
    with pytest.raises(Malformed, match="record-too-long"):
        seal.read(b"x" * (LONGEST + 1))


@pytest.mark.parametrize("party", [NORTH, SOUTH, WEST], ids=lambda party: party.code)
@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_signed_by_whom_the_rules_say(step, party):
    if reference.may_sign(step, party.id, NORTH.id, [SOUTH.id, WEST.id]):
        assert check(STEPS[step](party), party)
    else:
        assert refused(STEPS[step](party), party) == "seal-not-proposer"


def test_a_party_outside_the_circle_seals_nothing():
    narrow = k.circle(NORTH, SOUTH)
    with pytest.raises(Unproven, match="segment-not-a-party"):
        seal.check(k.accept_of(WEST, narrow, OFFER.id), WEST.card, narrow.value)


def test_only_officers_who_may_seal_sign_seals():
    for signer in (NORTH.officer("state"), NORTH.officer("carry"), *NORTH.root_signers(), SOUTH.officer("seal")):
        assert refused(sign(seal.KIND, OFFER.value, signer)) == "signature-key-unknown"


def test_a_seal_is_complete_once_enough_officers_have_signed():
    sealing = [key for desk in (0, 1) for key in NORTH.officers(desk) if key.may == ["seal"]]
    two_needed = NORTH.renew(keys=in_order(sealing), seal_threshold=2)
    one, two = (sign(seal.KIND, OFFER.value, NORTH.officer("seal", desk)) for desk in (0, 1))
    assert not check(one, two_needed)
    assert check(one.join(two), two_needed)
    assert not check(unsigned(seal.KIND, OFFER.value), NORTH)


def test_an_offer_names_the_head_of_every_party():
    heads = OFFER.value.cut
    for cut in ({}, {NORTH.id: CIRCLE.id, SOUTH.id: CIRCLE.id}, heads | {k.NOWHERE: CIRCLE.id}):
        assert refused(k.offer_of(NORTH, CIRCLE, cut)) == "seal-cut"


def test_an_offer_is_in_languages_of_the_charter_in_their_order():
    assert check(k.offer_of(NORTH, CIRCLE, languages=["en", "kk", "ru"]))
    for languages in (["ru", "en"], ["en", "en"], ["en", "fr"]):
        assert refused(k.offer_of(NORTH, CIRCLE, languages=languages)) == "seal-languages"


def test_a_receipt_names_the_acceptances_in_order_and_once():
    first, last = "0" * 64, "1" * 64
    receipt = k.receipt_of(NORTH, CIRCLE, OFFER.id, [last, first])
    assert check(receipt)
    for accepts in ([last, first], [first, first]):
        content = structs.replace(receipt.value, accepts=accepts)
        assert refused(sign(seal.KIND, content, NORTH.officer("seal"))) == "seal-accepts"


def test_a_time_that_does_not_exist_is_refused():
    assert refused(k.offer_of(NORTH, CIRCLE, at="2013-02-30T00:00Z")) == "profile-no-such-time"


@pytest.mark.parametrize(
    "changes", [{"corrects": 2}, {"languages": []}, {"scope": "plan"}, {"schema": 0}, {"previous": ""}], ids=str
)
def test_an_offer_that_is_not_of_its_form_is_not_even_read(changes):
    with pytest.raises(Malformed, match="profile-not-of-kind"):
        seal.read(k.offer_of(NORTH, CIRCLE, **changes).line)


# All seals


def conclude(offer, *parties):
    """Everything that concludes an offer."""
    return [offer, *(k.accept_of(party, CIRCLE, offer.id) for party in parties), k.receipt_of(NORTH, CIRCLE, offer.id)]


def by_id(*seals):
    return {one.id: one.value for one in seals}


def conclusions(*seals, scope=SURVEY):
    return seal.conclusions(by_id(*seals), CIRCLE.value, scope)


def test_an_offer_is_concluded_once_all_have_accepted_and_the_proposer_has_receipted():
    whole = conclude(OFFER, SOUTH, WEST)
    assert conclusions(*whole) == ({OFFER.id}, (OFFER.id,), False)
    for left_out in whole:
        assert conclusions(*(one for one in whole if one is not left_out)) == (set(), (), False)


def test_a_withdrawal_undoes_no_receipt():
    withdrawn = [k.withdraw_of(party, CIRCLE, OFFER.id) for party in (NORTH, SOUTH, WEST)]
    assert conclusions(*conclude(OFFER, SOUTH, WEST), *withdrawn).standing == (OFFER.id,)


def test_what_is_offered_or_receipted_by_another_than_the_proposer_concludes_nothing():
    stranger = k.offer_of(SOUTH, CIRCLE)
    assert not conclusions(*conclude(stranger, SOUTH, WEST)).concluded
    accepted = conclude(OFFER, SOUTH, WEST)[:-1]
    assert not conclusions(*accepted, k.receipt_of(SOUTH, CIRCLE, OFFER.id)).concluded


def test_the_last_of_the_offers_that_follow_one_another_is_in_force():
    correction = k.offer_of(NORTH, CIRCLE, previous=OFFER.id, corrects=1)
    both = [*conclude(correction, SOUTH, WEST), *conclude(OFFER, SOUTH, WEST)]
    assert conclusions(*both).standing == (OFFER.id, correction.id)
    assert not conclusions(*both).contested


def test_a_conclusion_whose_previous_one_is_not_held_is_not_in_force_yet():
    correction = k.offer_of(NORTH, CIRCLE, previous=OFFER.id)
    found = conclusions(*conclude(correction, SOUTH, WEST))
    assert found == ({correction.id}, (), False)


@pytest.mark.parametrize("previous", [{}, {"previous": k.NOWHERE}], ids=["the first", "after one that is not held"])
def test_two_conclusions_after_one_and_the_same_are_both_kept_and_contested(previous):
    one, two = k.offer_of(NORTH, CIRCLE, **previous), k.offer_of(NORTH, CIRCLE, root="1" * 64, **previous)
    found = conclusions(*conclude(one, SOUTH, WEST), *conclude(two, SOUTH, WEST))
    assert found.concluded == {one.id, two.id}
    assert found.contested
    assert found.standing == (() if previous else (min(one.id, two.id),))


def test_scopes_are_concluded_apart():
    other = k.offer_of(NORTH, CIRCLE, scope="meetingaaaaaaaaa")
    seals = [*conclude(OFFER, SOUTH, WEST), *conclude(other, SOUTH, WEST)]
    assert conclusions(*seals).standing == (OFFER.id,)
    assert conclusions(*seals, scope="meetingaaaaaaaaa").standing == (other.id,)
    assert not conclusions(*seals).contested


def test_only_conclusions_of_one_scope_after_one_and_the_same_are_rivals():
    later = k.offer_of(NORTH, CIRCLE, previous=OFFER.id)
    other = k.offer_of(NORTH, CIRCLE, scope="meetingaaaaaaaaa")
    apart = [one for offer in (OFFER, later, other) for one in conclude(offer, SOUTH, WEST)]
    assert seal.rivals(by_id(*apart), CIRCLE.value) == []
    twins = [k.offer_of(NORTH, CIRCLE, root=digit * 64) for digit in "123"]
    first, *rest = sorted(one.id for one in twins)
    seals = [*apart[4:], *(one for offer in twins for one in conclude(offer, SOUTH, WEST))]
    assert seal.rivals(by_id(*seals), CIRCLE.value) == [(first, one) for one in rest]


def test_an_offer_is_found_by_its_id_and_nothing_else_is():
    accept = k.accept_of(SOUTH, CIRCLE, OFFER.id)
    seals = by_id(OFFER, accept)
    assert seal.offer(seals, OFFER.id) == OFFER.value
    for name in (accept.id, k.NOWHERE):
        with pytest.raises(Unproven, match="seal-no-such-offer"):
            seal.offer(seals, name)


def test_the_steps_over_one_offer_are_found():
    accept, receipt = k.accept_of(SOUTH, CIRCLE, OFFER.id), k.receipt_of(NORTH, CIRCLE, OFFER.id)
    elsewhere = k.accept_of(WEST, CIRCLE, k.NOWHERE)
    seals = by_id(OFFER, accept, receipt, elsewhere)
    assert dict(seal.steps_of(seals, OFFER.id, Accept, Receipt)) == by_id(accept, receipt)
    assert dict(seal.steps_of(seals, OFFER.id, Withdraw)) == {}


def test_an_offer_is_ended_by_its_receipt_or_by_anybodys_withdrawal():
    accept, elsewhere = k.accept_of(SOUTH, CIRCLE, OFFER.id), k.withdraw_of(NORTH, CIRCLE, k.NOWHERE)
    assert not seal.is_ended(by_id(OFFER, accept, elsewhere), OFFER.id)
    for end in (k.withdraw_of(NORTH, CIRCLE, OFFER.id), k.withdraw_of(WEST, CIRCLE, OFFER.id), STEPS["receipt"](NORTH)):
        assert seal.is_ended(by_id(OFFER, accept, end), OFFER.id)
