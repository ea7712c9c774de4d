"""The duties of an honest party when it seals: one offer at a time, no second acceptance, no receipt after a no."""

from __future__ import annotations

import pytest
from msgspec import UNSET

from kelisim.errors import NotNow, Unknown, Unproven
from kelisim.ledger import duty, seal
from kelisim.ledger.judge import Held
from tests.library import keysmith as k
from tests.library.keysmith import NORTH, SOUTH, SURVEY, WEST
from tests.parties import item

CIRCLE = k.circle(NORTH, SOUTH, WEST)
CHARTER = CIRCLE.value
CARDS = [NORTH.card, SOUTH.card, WEST.card]
HELD = Held(CARDS)
OTHER_SCOPE = item("2014")


def offer(number=1, **changes):
    return k.offer_of(NORTH, CIRCLE, edition=seal.EditionNumber(0, number), **changes)


def table(*signed):
    """Seals by id, as `duty` takes them."""
    return {one.id: one.value for one in signed}


def concluded(one):
    """Everything that concludes an offer."""
    accepts = [k.accept_of(party, CIRCLE, one.id) for party in (SOUTH, WEST)]
    return [one, *accepts, k.receipt_of(NORTH, CIRCLE, one.id, [accept.id for accept in accepts])]


def refused(act, *given):
    with pytest.raises((NotNow, Unproven)) as refusal:
        act(*given)
    return refusal.value


FIRST, SECOND = offer(1), offer(2)


# The last one concluded


def test_before_anything_is_concluded_there_is_no_last_edition():
    assert duty.last({}, CHARTER, SURVEY) == ""
    assert duty.last(table(FIRST), CHARTER, SURVEY) == ""


def test_the_last_edition_is_the_one_that_follows_all_others():
    later = offer(2, previous=FIRST.id)
    assert duty.last(table(*concluded(FIRST)), CHARTER, SURVEY) == FIRST.id
    assert duty.last(table(*concluded(FIRST), *concluded(later)), CHARTER, SURVEY) == later.id
    assert duty.last(table(*concluded(FIRST)), CHARTER, OTHER_SCOPE) == ""


def test_nothing_is_built_on_two_editions_that_were_concluded_side_by_side():
    both = table(*concluded(FIRST), *concluded(SECOND))
    assert refused(duty.last, both, CHARTER, SURVEY).code == "conclusion-contested"
    assert duty.last(both, CHARTER, OTHER_SCOPE) == ""


# Offering


def test_only_the_proposer_offers():
    duty.may_offer({}, CHARTER, NORTH.id, SURVEY)
    refusal = refused(duty.may_offer, {}, CHARTER, SOUTH.id, SURVEY)
    assert (refusal.code, refusal.params) == ("not-the-proposer", {"code": "NORTH"})


def test_one_offer_of_a_scope_stands_at_a_time():
    assert duty.standing_offers(table(FIRST), SURVEY) == [FIRST.id]
    assert refused(duty.may_offer, table(FIRST), CHARTER, NORTH.id, SURVEY).code == "offer-stands"
    duty.may_offer(table(FIRST), CHARTER, NORTH.id, OTHER_SCOPE)


@pytest.mark.parametrize("party", [NORTH, SOUTH], ids=["the proposer", "a party that accepted"])
def test_after_a_withdrawal_another_offer_may_be_made(party):
    ended = table(FIRST, k.withdraw_of(party, CIRCLE, FIRST.id))
    assert duty.standing_offers(ended, SURVEY) == []
    duty.may_offer(ended, CHARTER, NORTH.id, SURVEY)


def test_after_a_receipt_another_offer_may_be_made():
    duty.may_offer(table(*concluded(FIRST)), CHARTER, NORTH.id, SURVEY)


def test_a_corrigendum_is_offered_only_where_there_is_something_to_correct():
    duty.may_offer(table(*concluded(FIRST)), CHARTER, NORTH.id, SURVEY, corrects=True)
    with pytest.raises(NotNow) as refusal:
        duty.may_offer({}, CHARTER, NORTH.id, SURVEY, corrects=True)
    assert refusal.value.code == "nothing-to-correct"


# Accepting


def may_accept(seals, name=FIRST.id, party=SOUTH, held=HELD):
    return duty.may_accept(seals, CHARTER, party.id, name, held)


def test_an_offer_may_be_accepted_by_every_other_party_once():
    may_accept(table(FIRST))
    may_accept(table(FIRST), party=WEST)
    may_accept(table(FIRST, k.accept_of(WEST, CIRCLE, FIRST.id)))
    assert refused(may_accept, table(FIRST, k.accept_of(SOUTH, CIRCLE, FIRST.id))).code == "already-accepted"
    assert refused(may_accept, table(FIRST), FIRST.id, NORTH).code == "own-offer"


def test_a_corrigendum_to_nothing_is_neither_accepted_nor_receipted():
    empty = offer(1, corrects=1)
    assert refused(may_accept, table(empty), empty.id).code == "nothing-to-correct"
    accepts = [k.accept_of(party, CIRCLE, empty.id) for party in (SOUTH, WEST)]
    assert (
        refused(duty.may_receipt, table(empty, *accepts), CHARTER, NORTH.id, empty.id, HELD).code
        == "nothing-to-correct"
    )
    right = offer(2, corrects=1, previous=FIRST.id)
    may_accept(table(*concluded(FIRST), right), right.id)


def test_what_is_not_offered_cannot_be_accepted():
    assert refused(may_accept, {}).code == "seal-no-such-offer"
    accept = k.accept_of(WEST, CIRCLE, FIRST.id)
    assert refused(may_accept, table(FIRST, accept), accept.id).code == "seal-no-such-offer"


def test_an_offer_under_a_card_that_is_not_the_newest_is_not_acted_on():
    held = Held([*CARDS, NORTH.renew().card])
    assert refused(may_accept, table(FIRST), FIRST.id, SOUTH, held).code == "offer-old-card"


@pytest.mark.parametrize("party", [NORTH, WEST])
def test_an_offer_that_anyone_withdrew_is_not_accepted(party):
    assert refused(may_accept, table(FIRST, k.withdraw_of(party, CIRCLE, FIRST.id))).code == "offer-ended"


def test_an_offer_on_another_edition_than_the_last_is_not_accepted():
    done = concluded(FIRST)
    assert refused(may_accept, table(*done, SECOND), SECOND.id).code == "offer-other-previous"
    unknown = offer(2, previous=FIRST.id)
    assert refused(may_accept, table(unknown), unknown.id).code == "offer-other-previous"
    may_accept(table(*done, unknown), unknown.id)


def test_a_second_offer_is_accepted_only_once_the_proposer_has_withdrawn_the_first():
    mine = [FIRST, SECOND, k.accept_of(SOUTH, CIRCLE, FIRST.id)]
    refusal = refused(may_accept, table(*mine), SECOND.id)
    assert (refusal.code, refusal.params) == ("accepted-another", {"offer": FIRST.id[:12]})
    own = k.withdraw_of(SOUTH, CIRCLE, FIRST.id)
    assert refused(may_accept, table(*mine, own), SECOND.id).code == "accepted-another"
    may_accept(table(*mine, own, k.withdraw_of(NORTH, CIRCLE, FIRST.id)), SECOND.id)


def test_an_acceptance_in_another_scope_or_on_another_edition_is_no_obstacle():
    accepted = k.accept_of(SOUTH, CIRCLE, FIRST.id)
    elsewhere = offer(2, scope=OTHER_SCOPE)
    may_accept(table(FIRST, accepted, elsewhere), elsewhere.id)
    later = offer(2, previous=FIRST.id)
    may_accept(table(*concluded(FIRST), later), later.id)


def test_another_partys_acceptance_is_no_obstacle():
    may_accept(table(FIRST, SECOND, k.accept_of(WEST, CIRCLE, FIRST.id)), SECOND.id)


# Receipts

ACCEPTS = [k.accept_of(party, CIRCLE, FIRST.id) for party in (SOUTH, WEST)]


def may_receipt(seals, party=NORTH, held=HELD):
    return duty.may_receipt(seals, CHARTER, party.id, FIRST.id, held)


def test_the_proposer_receipts_what_all_others_have_accepted():
    assert may_receipt(table(FIRST, *ACCEPTS)) == sorted(accept.id for accept in ACCEPTS)
    assert refused(may_receipt, table(FIRST, *ACCEPTS), SOUTH).code == "not-the-proposer"
    assert refused(may_receipt, table(*ACCEPTS)).code == "seal-no-such-offer"


@pytest.mark.parametrize(("accepts", "missing"), [([], "SOUTH, WEST"), (ACCEPTS[:1], "WEST"), (ACCEPTS[1:], "SOUTH")])
def test_while_somebody_has_not_accepted_there_is_no_receipt(accepts, missing):
    refusal = refused(may_receipt, table(FIRST, *accepts))
    assert (refusal.code, refusal.params) == ("not-all-accepted", {"codes": missing})


def test_an_acceptance_under_a_card_that_is_not_the_newest_is_not_acted_on():
    renewed = SOUTH.renew()
    held = Held([*CARDS, renewed.card])
    assert refused(may_receipt, table(FIRST, *ACCEPTS), NORTH, held).params == {"codes": "SOUTH"}
    again = k.accept_of(renewed, CIRCLE, FIRST.id)
    assert may_receipt(table(FIRST, *ACCEPTS, again), NORTH, held) == sorted([again.id, ACCEPTS[1].id])


@pytest.mark.parametrize("party", [NORTH, SOUTH, WEST])
def test_the_proposer_receipts_no_offer_that_anyone_withdrew(party):
    withdrawn = table(FIRST, *ACCEPTS, k.withdraw_of(party, CIRCLE, FIRST.id))
    assert refused(may_receipt, withdrawn).code == "offer-ended"


def test_an_offer_is_receipted_once():
    assert refused(may_receipt, table(*concluded(FIRST))).code == "offer-ended"


# Withdrawals


def test_the_proposer_may_withdraw_its_offer_and_a_party_its_acceptance():
    duty.may_withdraw(table(FIRST), NORTH.id, FIRST.id)
    duty.may_withdraw(table(FIRST, *ACCEPTS), WEST.id, FIRST.id)


def test_who_has_sealed_nothing_has_nothing_to_withdraw():
    assert refused(duty.may_withdraw, table(FIRST, ACCEPTS[0]), WEST.id, FIRST.id).code == "nothing-sealed"
    assert refused(duty.may_withdraw, {}, WEST.id, FIRST.id).code == "seal-no-such-offer"


def test_nothing_is_withdrawn_twice_or_after_a_receipt():
    for party in (NORTH, SOUTH, WEST):
        withdrawn = table(FIRST, *ACCEPTS, k.withdraw_of(party, CIRCLE, FIRST.id))
        assert refused(duty.may_withdraw, withdrawn, party.id, FIRST.id).code == "offer-ended"
        assert refused(duty.may_withdraw, table(*concluded(FIRST)), party.id, FIRST.id).code == "offer-ended"


def test_after_one_acceptor_has_withdrawn_the_proposer_frees_the_others_by_withdrawing_too():
    left = table(FIRST, *ACCEPTS, k.withdraw_of(SOUTH, CIRCLE, FIRST.id), SECOND)
    assert refused(may_accept, left, SECOND.id, WEST).code == "accepted-another"
    duty.may_withdraw(left, NORTH.id, FIRST.id)
    may_accept(left | table(k.withdraw_of(NORTH, CIRCLE, FIRST.id)), SECOND.id, WEST)


# All of it, between parties


def test_crossing_bundles_do_not_conclude_what_was_withdrawn(scenario):
    """
    all propose plan as plan
    all meet
    KAZ freezes plan
    KAZ offers plan
    KAZ sends to USA
    USA accepts
    KAZ backs out
    USA sends to KAZ
    """
    kaz, usa = scenario.values()
    (name,) = (one for one, value in kaz.evidence.seals().items() if isinstance(value, seal.Offer))
    assert refused(kaz.receipt, name).code == "offer-ended"
    scenario.play("KAZ offers plan\nall meet")
    usa.accept()
    scenario.play("all meet\nKAZ receipts\nall meet")
    assert kaz.concluded() == usa.concluded() != {name}


def test_an_amendment_follows_what_was_concluded_and_undoes_nothing(scenario):
    """
    all propose plan as plan
    all meet
    KAZ freezes plan
    KAZ offers plan
    all meet
    USA accepts
    all meet
    KAZ receipts
    all meet
    """
    kaz, usa = scenario.values()
    (first,) = kaz.concluded()
    assert seal.offer(kaz.evidence.seals(), first).previous is UNSET
    scenario.play("""
        all say plan period 2013
        all meet
        KAZ freezes plan
        KAZ offers plan
        all meet
        USA accepts
        USA sends to KAZ
        KAZ receipts
    """)
    assert kaz.concluded() == {first, duty.last(kaz.evidence.seals(), kaz.evidence.charter, item("plan"))}
    assert usa.concluded() == {first}


def test_an_acceptor_recomputes_the_edition_and_waits_for_what_it_lacks(scenario):
    """
    all propose plan as plan
    all meet
    USA says plan number 0
    USA sends to KAZ
    KAZ says plan number 0
    KAZ dispatches
    KAZ freezes plan
    KAZ offers plan
    """
    kaz, usa = scenario.values()
    name = kaz.the_offer()
    usa.evidence.add_seal(kaz.evidence.signed_seals[name])
    with pytest.raises(Unknown) as refusal:
        usa.accept(name)
    assert refusal.value.code == "cut-missing"
    scenario.play("KAZ sends to USA\nUSA accepts")
    assert usa.content_of(name)[item("plan")]["number"] == "0"


def test_an_offer_whose_content_is_not_what_the_parties_said_is_not_accepted(scenario):
    """
    all propose plan as plan
    all meet
    KAZ freezes plan
    """
    kaz, usa = scenario.values()
    cut, languages = kaz.frozen[item("plan")]
    forged = k.offer_of(kaz.keys, kaz.circle, cut, languages=languages, scope=item("plan"))
    usa.evidence.add_seal(forged)
    assert refused(usa.accept).code == "edition-root"


def test_a_cut_that_a_party_has_left_behind_is_not_accepted(scenario):
    """
    KAZ is backed up
    all propose plan as plan
    all meet
    KAZ freezes plan
    KAZ offers plan
    all meet
    KAZ is restored
    KAZ sends to USA
    """
    assert refused(scenario["USA"].accept).code == "cut-off-line"


def test_a_restored_proposer_seals_nothing_until_it_has_heard_from_all_and_then_receipts_what_it_owes(scenario):
    """
    all propose plan as plan
    all meet
    KAZ is backed up
    KAZ freezes plan
    KAZ offers plan
    all meet
    USA accepts
    UZB accepts
    KAZ is restored
    KAZ freezes plan
    """
    kaz = scenario["KAZ"]
    assert refused(kaz.offer, "plan").code == "restored"
    scenario.play("USA sends to KAZ")  # written before USA had heard of the restore
    scenario.play("KAZ sends to USA\nKAZ sends to UZB\nUSA sends to KAZ")
    assert refused(kaz.receipt).code == "restored"
    scenario.play("UZB sends to KAZ")
    assert len(kaz.concluded()) == 1


def test_an_offer_that_comes_back_after_two_restores_is_not_receipted_beside_another(scenario):
    """
    all propose plan as plan
    all meet
    KAZ and USA are backed up
    KAZ freezes plan
    KAZ offers plan
    KAZ sends to USA
    USA accepts
    """
    kaz, usa = scenario.values()
    late = usa.bundle_for("KAZ", whole=True)
    scenario.play("""
        USA is restored
        KAZ is restored
        all meet
        all meet
        KAZ freezes plan
        KAZ offers plan
        all meet
        USA accepts
        USA sends to KAZ
        KAZ receipts
    """)
    kaz.read(late)
    assert refused(kaz.receipt).code == "offer-other-previous"
    assert not seal.conclusions(kaz.evidence.seals(), kaz.evidence.charter, item("plan")).contested
