"""What is held of a circle: a set, in whatever order it came; what does not hold is refused, and nothing with it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from kelisim import bundle
from kelisim.bundle import Load, Opened
from kelisim.errors import NotNow, Refusal, Unknown, Unproven
from kelisim.evidence import Evidence
from kelisim.ledger import charter as charters
from kelisim.ledger import judge, seal, segment
from kelisim.ledger.judge import Held
from kelisim.ledger.record import sign
from kelisim.ledger.segment import Statement
from kelisim.position import Status
from tests.histories import Scenario
from tests.library import keysmith as k
from tests.parties import KEYS, SCHEMA, found, item

SURVEY = item("survey")


def words(value, field="number", name="survey"):
    """A body that says one thing."""
    return segment.write_body([Statement(field=field, item=item(name), value=value)])


def packed(sender, to, segments=(), cards=(), keys=None, **load):
    """A bundle that carries what it is told to, the cards that its sender holds, and some more cards.

    `keys` are those of the card under which it is carried, with the desk of its officers; else the party's own.
    """
    carrier, desk = keys or (sender.keys, 0)
    everything = {"charters": [sender.circle.line], "seed": k.SEED, **load}
    pieces = [(header.line, body) for header, body in segments]
    lines = [one.line for one in (*sender.evidence.held.cards.values(), *cards)]
    heads = sender.evidence.heads(sender.id)
    envelope = bundle.Envelope(k.AT, carrier.card.id, sender.circle.id, sender.id, to.id, heads)
    return bundle.pack(envelope, Load(cards=lines, segments=pieces, **everything), carrier.officer("carry", desk))


def picture(evidence):
    """All that can be told of what is held."""
    standing = evidence.standing(SCHEMA)
    fields = {(one, name): found for one in standing.items() for name, found in standing.fields(one)}
    lines = {party: evidence.line(party) for party in evidence.charter.codes()}
    return fields, lines, set(evidence.segments), set(evidence.epochs), evidence.seals(), evidence.held.cards


def refused(party, data):
    """The code with which a party refuses a bundle; it holds what it held."""
    before = picture(party.evidence)
    with pytest.raises(Refusal) as refusal:
        party.read(data)
    assert picture(party.evidence) == before
    return refusal.value.code


@pytest.fixture
def two():
    return found("KAZ", "USA").values()


@pytest.fixture
def three():
    return found("KAZ", "USA", "UZB").values()


# Telling each other


def test_what_a_party_says_stands_where_its_bundle_is_read(scenario):
    """
    KAZ says survey period 2013-08
    KAZ dispatches
    """
    kaz, usa = scenario.values()
    assert usa.field("survey", "period") is None
    usa.read(kaz.bundle_for("USA", encrypted=True))
    assert usa.field("survey", "period").status is Status.ONE_SIDED
    assert picture(usa.evidence) == picture(kaz.evidence)


def test_a_party_can_carry_what_another_said(scenario):
    """
    KAZ says survey period 2013-08
    KAZ sends to USA
    USA sends to UZB
    """
    assert scenario["UZB"].field("survey", "period").values == {"KAZ": "2013-08"}


def test_a_lost_bundle_is_healed_by_the_next(scenario):
    """
    KAZ says survey number 1
    KAZ dispatches
    KAZ says survey period 2013
    KAZ sends to USA
    """
    assert len(scenario["USA"].evidence.line(scenario["KAZ"].id).ids) == 2


def test_a_bundle_for_another_is_not_read(scenario):
    """
    KAZ says survey number 1
    KAZ dispatches
    """
    kaz, usa, uzb = found("KAZ", "USA", "UZB").values()
    assert refused(uzb, kaz.bundle_for("USA")) == "bundle-not-to-us"
    assert refused(usa, scenario["KAZ"].bundle_for("USA")) == "bundle-of-another-plan"


def test_whoever_holds_nothing_can_begin_with_a_bundle_and_the_digits(scenario):
    """
    KAZ says survey period 2013-08
    KAZ dispatches
    """
    kaz, usa = scenario.values()
    opened = Opened(kaz.bundle_for("USA"))
    assert picture(Evidence.of(opened, [kaz.id, usa.id])) == picture(kaz.evidence)
    with pytest.raises(Unproven) as refusal:
        Evidence.of(opened, [usa.id])
    assert (refusal.value.code, refusal.value.params["name"]) == ("party-not-confirmed", "Kaz")


def test_a_bundle_without_the_charter_begins_nothing(two):
    kaz, usa = two
    with pytest.raises(Unknown) as refusal:
        Evidence.of(Opened(packed(kaz, usa, charters=[])), [kaz.id, usa.id])
    assert refusal.value.code == "circle-missing"


# Founding


def test_a_charter_that_not_all_have_signed_gathers_signatures_and_founds_nothing_yet(two):
    kaz, usa = two
    whole = kaz.circle
    half = {
        party: sign(charters.KIND, whole.value, *keys.root_signers()) for party, keys in KEYS.items() if party != "UZB"
    }
    cards = [*kaz.evidence.held.cards.values()]
    evidence = Evidence(half["KAZ"], Held(cards, [kaz.id, usa.id]))
    kaz.say("survey", "number", "1")
    kaz.dispatch()
    spoken = [(header, words("1")) for header, _ in kaz.evidence.segments.values()]
    evidence.take(Opened(packed(kaz, usa, spoken, charters=[half["KAZ"].line])))
    assert not evidence.segments
    evidence.take(Opened(packed(kaz, usa, spoken, charters=[half["USA"].line])))
    assert evidence.circle == whole
    assert len(evidence.segments) == 1


def test_nothing_is_held_under_a_charter_that_does_not_hold(two):
    kaz, _ = two
    forged = sign(charters.KIND, kaz.circle.value, k.signer(1))
    with pytest.raises(Unproven):
        Evidence(forged, kaz.evidence.held)


# In any order, any number of times

HISTORY = """
    KAZ says survey period 2013-08
    all meet
    USA says survey period 2013-09
    UZB says survey period 2013-09
    all meet
    UZB is backed up
    UZB withdraws survey period
    all meet
    UZB is restored
    all propose plan as plan
    all meet
    KAZ freezes plan
    KAZ offers plan
    all meet
    USA and UZB accept
    all meet
    KAZ receipts
"""


def bundles_for_uzb():
    """The bundles that two parties could write for the third in the course of a history."""
    told = Scenario("UZB dispatches")
    for act in HISTORY.strip().splitlines():
        told.play(act)
        if "meet" in act or "receipts" in act:
            yield from (told[code].bundle_for("UZB") for code in ("KAZ", "USA"))
    kaz, renewed = told["KAZ"], KEYS["KAZ"].renew(keys=KEYS["KAZ"].officers(desk=1))
    yield packed(kaz, told["UZB"], cards=renewed.cards, keys=(renewed, 1))


BUNDLES = list(bundles_for_uzb())


def reader():
    return next(party for party in found("KAZ", "USA", "UZB").values() if party.code == "UZB").evidence


def after(places):
    """What a reader has that took these bundles one after the other."""
    evidence = reader()
    for place in places:
        evidence.take(Opened(BUNDLES[place]))
    return picture(evidence)


places = st.sampled_from(range(len(BUNDLES)))
few = settings(max_examples=30)


@few
@given(st.permutations(range(len(BUNDLES))), st.lists(places, max_size=4))
def test_bundles_in_any_order_any_number_of_times_come_to_the_same(order, again):
    assert after([*order, *again]) == after(range(len(BUNDLES)))


@few
@given(st.lists(places, min_size=1, max_size=5).flatmap(lambda came: st.tuples(st.just(came), st.permutations(came))))
def test_whatever_is_lost_the_order_of_what_comes_does_not_matter(orders):
    one, other = orders
    assert after(one) == after(other)


def test_whoever_has_read_everything_has_the_same_picture():
    told = Scenario(f"UZB dispatches\n{HISTORY}\nall meet\nall meet")
    pictures = [picture(party.evidence) for party in told.values()]
    assert pictures[0] == pictures[1] == pictures[2]
    assert all(party.concluded() for party in told.values())


# Single segments, of every sort


def feed(party, *values):
    """A feed's segments, one value each, that its party does not hold itself."""
    statements = [[Statement(field="number", item=SURVEY, value=value)] for value in values]
    return k.feed_of(party.keys, party.circle, *statements)


def test_segments_in_any_order_and_twice_make_one_line(two):
    kaz, usa = two
    one, two_, three = feed(kaz, "1", "2", "3")
    usa.read(packed(kaz, usa, [three, one, two_, one]))
    assert usa.evidence.line(kaz.id).ids == tuple(header.id for header, _ in (one, two_, three))
    assert usa.field("survey", "number").values == {"KAZ": "3"}


def test_a_missing_segment_makes_the_rest_wait_and_accuses_nobody(two):
    kaz, usa = two
    one, two_, three = feed(kaz, "1", "2", "3")
    usa.read(packed(kaz, usa, [one, three]))
    line = usa.evidence.line(kaz.id)
    assert (len(line.ids), line.waiting, line.contested) == (1, True, False)
    assert usa.field("survey", "number").values == {"KAZ": "1"}
    usa.read(packed(kaz, usa, [two_]))
    assert usa.field("survey", "number").values == {"KAZ": "3"}


def test_what_a_party_had_seen_is_no_answer_while_it_is_not_held_here(three):
    kaz, usa, uzb = three
    one, other = feed(kaz, "1", "2")
    seen = {kaz.id: other[0].id, uzb.id: kaz.circle.id}
    answer = k.segment_of(usa.keys, kaz.circle, words("3"), seen=seen)
    uzb.read(packed(kaz, uzb, [one, (answer, words("3"))]))
    assert uzb.field("survey", "number").waits_for == ("KAZ", "USA", "UZB")
    uzb.read(packed(kaz, uzb, [other]))
    assert uzb.field("survey", "number").waits_for == ("KAZ", "UZB")


def test_a_segment_of_an_epoch_that_has_not_come_waits_for_its_record(two):
    kaz, usa = two
    record = k.epoch_of(kaz.keys, kaz.circle)
    later = k.segment_of(kaz.keys, kaz.circle, words("2"), epoch=1, prev=record.id)
    usa.read(packed(kaz, usa, [*feed(kaz, "1"), (later, words("2"))]))
    assert usa.evidence.line(kaz.id).waiting
    assert usa.field("survey", "number").values == {"KAZ": "1"}
    usa.read(packed(kaz, usa, epochs=[record.line]))
    assert usa.field("survey", "number").values == {"KAZ": "2"}


def test_a_segment_of_another_plan_is_refused(two, three):
    kaz, usa = two
    other = next(iter(three))
    assert refused(usa, packed(kaz, usa, [*feed(kaz, "1"), *feed(other, "2")])) == "segment-of-another-plan"


def test_a_segment_by_a_key_that_is_not_on_the_card_it_names_is_refused(two):
    kaz, usa = two
    body = words("1")
    header = k.segment_of(kaz.keys, kaz.circle, body).value
    for signer in (k.signer(9), kaz.keys.officer("seal"), usa.keys.officer("state"), kaz.keys.officer("state", desk=1)):
        forged = sign(segment.KIND, header, signer)
        assert refused(usa, packed(kaz, usa, [(forged, body)])) == "signature-key-unknown"


def test_a_segment_with_another_body_is_refused(two):
    kaz, usa = two
    (header, _), *_ = feed(kaz, "1")
    assert refused(usa, packed(kaz, usa, [(header, words("2"))])) == "segment-body"


def test_a_segment_under_the_card_of_another_party_is_refused(two):
    kaz, usa = two
    body = words("1")
    forged = k.segment_of(kaz.keys, kaz.circle, body, card=usa.keys.card.id)
    assert refused(usa, packed(kaz, usa, [(forged, body)])) == "card-of-another"


def test_what_is_signed_with_a_key_that_was_ended_changes_nothing(two):
    """A new card without the key, and an epoch that names the card: then its thief may sign what he likes."""
    kaz, usa = two
    (first, body), *_ = feed(kaz, "1")
    ended = kaz.keys
    kaz.keys = ended.renew(keys=ended.officers(desk=1))
    record = k.epoch_of(kaz.keys, kaz.circle, base=first.id, reason="compromise")
    usa.read(packed(kaz, usa, [(first, body)], kaz.keys.cards, (ended, 0), epochs=[record.line]))
    before = picture(usa.evidence)[:2]
    places = [
        {"seq": 1, "prev": kaz.circle.id},
        {"seq": 2, "prev": first.id},
        {"seq": 1, "prev": record.id, "epoch": 1},
        {"seq": 2, "prev": k.NOWHERE, "epoch": 1},
        {"seq": 1, "prev": k.NOWHERE, "epoch": 2},
    ]
    for place in places:
        forged = k.segment_of(ended, kaz.circle, words("9"), **place)
        usa.read(packed(kaz, usa, [(forged, words("9"))], kaz.keys.cards, (ended, 0)))
        assert picture(usa.evidence)[:2] == before
    assert len(usa.evidence.segments) == 1 + len(places)


# Two stories


def told_two_stories(three):
    """KAZ has said one thing to USA and another to UZB, at one place; then USA and UZB meet."""
    kaz, usa, uzb = three
    shared, one = feed(kaz, "1", "2")
    other = k.segment_of(kaz.keys, kaz.circle, words("3"), seq=2, prev=shared[0].id), words("3")
    usa.read(packed(kaz, usa, [shared, one]))
    uzb.read(packed(kaz, uzb, [shared, other]))
    assert not usa.evidence.line(kaz.id).contested
    uzb.read(usa.bundle_for("UZB", whole=True))
    usa.read(uzb.bundle_for("USA", whole=True))
    return kaz, usa, uzb, shared[0].id, {one[0].id, other[0].id}


def test_a_party_that_tells_two_stories_is_found_out_when_the_others_meet(three):
    kaz, usa, uzb, shared, stories = told_two_stories(three)
    for reader_ in (usa, uzb):
        line = reader_.evidence.line(kaz.id)
        assert (line.contested, line.ids, line.disputed) == (True, (shared,), stories)
        assert reader_.field("survey", "number").status is Status.CONTESTED
    assert picture(usa.evidence) == picture(uzb.evidence)


def test_a_repair_by_the_root_keys_ends_the_dispute_and_the_proof_stays(three):
    kaz, usa, _, shared, stories = told_two_stories(three)
    record = k.epoch_of(kaz.keys, kaz.circle, base=shared, reason="repair")
    usa.read(packed(kaz, usa, epochs=[record.line]))
    assert not usa.evidence.line(kaz.id).contested
    assert usa.field("survey", "number").values == {"KAZ": "1"}
    assert stories < set(usa.evidence.segments)


def test_a_party_whose_line_is_contested_does_not_go_on_speaking(three):
    kaz, usa, _, _, _ = told_two_stories(three)
    kaz.read(usa.bundle_for("KAZ", whole=True))
    with pytest.raises(NotNow):
        kaz.dispatch()


def test_two_cards_after_one_card_contest_the_whole_party(two):
    kaz, usa = two
    usa.read(packed(kaz, usa, feed(kaz, "1")))
    keys = [kaz.keys.renew(names={"en": name}) for name in ("One", "Two")]
    rivals = [one.card for one in keys]
    usa.read(packed(kaz, usa, cards=rivals))
    assert refused(usa, packed(kaz, usa, cards=rivals, keys=(keys[0], 0))) == "bundle-card-missing"
    assert usa.evidence.line(kaz.id).contested
    assert usa.field("survey", "number").status is Status.ONE_SIDED
    assert usa.field("survey", "period").status is Status.CONTESTED


# Waiting for a card


def parked(two, signer_desk=1):
    """USA is brought a dispatch of KAZ's whose card has not come."""
    kaz, usa = two
    renewed = kaz.keys.renew(keys=kaz.keys.officers(desk=1))
    header = k.segment_of(renewed, kaz.circle, words("1")).value
    signed = sign(segment.KIND, header, kaz.keys.officer("state", desk=signer_desk))
    usa.read(packed(kaz, usa, [(signed, words("1"))]))
    return kaz, usa, renewed.card, signed.id


def waiting(party):
    return [header.id for header, _ in party.evidence.parked.values()]


def test_a_dispatch_whose_card_has_not_come_is_parked_until_it_comes(two):
    kaz, usa, card, name = parked(two)
    assert (waiting(usa), usa.evidence.segments) == ([name], {})
    assert usa.field("survey", "number") is None
    usa.read(packed(kaz, usa))
    assert waiting(usa) == [name]
    usa.read(packed(kaz, usa, cards=[card]))
    assert (usa.evidence.parked, list(usa.evidence.segments)) == ({}, [name])
    assert usa.field("survey", "number").values == {"KAZ": "1"}


def test_a_parked_dispatch_that_does_not_hold_under_its_card_is_dropped(two):
    kaz, usa, card, _ = parked(two, signer_desk=2)
    usa.read(packed(kaz, usa, cards=[card]))
    assert (usa.evidence.parked, usa.evidence.segments) == ({}, {})


def test_a_spoilt_copy_of_a_parked_dispatch_does_not_keep_out_the_right_one(two):
    kaz, usa, card, name = parked(two)
    header = next(iter(usa.evidence.parked.values()))[0]
    usa.read(packed(kaz, usa, [(header, words("2"))]))
    assert waiting(usa) == [name, name]
    usa.read(packed(kaz, usa, cards=[card]))
    assert usa.field("survey", "number").values == {"KAZ": "1"}


def test_a_bundle_for_another_party_is_refused_but_an_auditor_reads_it(two):
    kaz, usa = two
    opened = Opened(packed(kaz, usa))
    with pytest.raises(Unproven, match="bundle-not-to-us"):
        Evidence.of(opened, [kaz.id, usa.id], kaz.id)
    assert Evidence.of(opened, [kaz.id, usa.id], usa.id).circle.id == kaz.circle.id
    assert Evidence.of(opened, [kaz.id, usa.id]).circle.id == kaz.circle.id


def test_too_many_parked_dispatches_are_refused(two, monkeypatch):
    monkeypatch.setattr(judge, "MOST_PARKED", 1)
    kaz, usa, card, _ = parked(two)
    other = k.segment_of(kaz.keys, kaz.circle, words("2"), card=card.id, seq=2)
    assert refused(usa, packed(kaz, usa, [(other, words("2"))])) == "parked-too-many"


def test_an_epoch_or_a_seal_whose_card_has_not_come_is_refused(two):
    kaz, usa = two
    renewed = kaz.keys.renew()
    record = k.epoch_of(renewed, kaz.circle)
    assert refused(usa, packed(kaz, usa, epochs=[record.line])) == "epoch-card-missing"
    offer = k.offer_of(renewed, kaz.circle)
    assert refused(usa, packed(kaz, usa, seals=[offer.line])) == "seal-card-missing"


# All or nothing


@pytest.mark.parametrize("spoil", ["card", "epoch", "segment", "seal"])
def test_when_anything_in_a_bundle_does_not_hold_nothing_of_it_is_taken(two, spoil):
    kaz, usa = two
    renewed = kaz.keys.renew()
    bad_card = sign(k.card.KIND, structs.replace(renewed.card.value, names={"en": "Other"}), k.signer(9))
    bad_epoch = sign(k.epoch.KIND, k.epoch_of(kaz.keys, kaz.circle, number=2).value, k.signer(9))
    bad_segment = sign(segment.KIND, k.segment_of(kaz.keys, kaz.circle).value, k.signer(9))
    bad_seal = sign(seal.KIND, k.offer_of(kaz.keys, kaz.circle).value, k.signer(9))
    cards, segments = [renewed.card], feed(kaz, "1")
    load = {
        "epochs": [k.epoch_of(kaz.keys, kaz.circle).line],
        "seals": [k.offer_of(kaz.keys, kaz.circle).line],
    }
    spoiled = {
        "card": packed(kaz, usa, segments, [*cards, bad_card], **load),
        "epoch": packed(kaz, usa, segments, cards, **{**load, "epochs": [*load["epochs"], bad_epoch.line]}),
        "segment": packed(kaz, usa, [*segments, (bad_segment, b"")], cards, **load),
        "seal": packed(kaz, usa, segments, cards, **{**load, "seals": [*load["seals"], bad_seal.line]}),
    }
    assert refused(usa, spoiled[spoil])
    usa.read(packed(kaz, usa, segments, cards, **load))
    assert (len(usa.evidence.segments), len(usa.evidence.epochs), len(usa.evidence.seals())) == (1, 1, 1)


def test_a_copy_lives_its_own_life(two):
    kaz, usa = two
    copy = usa.evidence.copy()
    usa.read(packed(kaz, usa, feed(kaz, "1"), epochs=[k.epoch_of(kaz.keys, kaz.circle).line]))
    assert (copy.segments, copy.epochs) == ({}, {})
    assert usa.evidence.segments


# Who brought it


def test_a_bundle_of_another_plan_is_refused(two, three):
    kaz, usa = two
    other, *_ = three
    usa.evidence.held.confirmed.add(KEYS["UZB"].id)
    assert refused(usa, packed(other, usa, charters=[])) == "circle-missing"
    assert refused(usa, packed(kaz, usa, charters=[other.circle.line])) == "bundle-of-another-plan"


def test_a_bundle_whose_senders_card_is_not_held_or_is_anothers_is_refused(two):
    kaz, usa = two
    assert refused(usa, packed(kaz, usa, keys=(kaz.keys.renew(), 0))) == "bundle-card-missing"
    assert refused(usa, packed(kaz, usa, keys=(usa.keys, 0))) == "card-of-another"


def test_a_bundle_by_a_key_that_may_not_carry_is_refused(two):
    kaz, usa = two
    opened = Opened(packed(kaz, usa))
    envelope = bundle.Envelope(k.AT, kaz.keys.card.id, kaz.circle.id, kaz.id, usa.id, opened.manifest.value.seen)
    data = bundle.pack(envelope, Load(charters=[kaz.circle.line]), kaz.keys.officer("state"))
    assert refused(usa, data) == "signature-key-unknown"


def test_a_seed_that_is_not_the_circles_is_refused(two):
    kaz, usa = two
    assert refused(usa, packed(kaz, usa, feed(kaz, "1"), seed=bytes(32))) == "seed-changed"
    usa.read(packed(kaz, usa, feed(kaz, "1"), seed=b""))


def test_a_card_of_a_party_whose_digits_were_not_compared_is_refused(two):
    kaz, usa = two
    stranger = KEYS["UZB"]
    assert refused(usa, packed(kaz, usa, cards=[stranger.card])) == "party-not-confirmed"


# At the heads of a cut


def test_the_standing_at_a_cut_is_what_all_had_said_by_then(scenario):
    """
    KAZ says survey number 1
    all meet
    """
    kaz = scenario["KAZ"]
    cut = kaz.evidence.heads()
    scenario.play("KAZ says survey number 2\nall meet")
    assert kaz.evidence.standing(SCHEMA, cut).field(SURVEY, "number").values == {"KAZ": "1"}
    assert kaz.field("survey", "number").values == {"KAZ": "2"}


def test_the_standing_at_a_cut_is_not_known_while_a_piece_is_missing(two):
    kaz, usa = two
    one, other = feed(kaz, "1", "2")
    usa.read(packed(kaz, usa, [other]))
    with pytest.raises(Unknown) as refusal:
        usa.evidence.standing(SCHEMA, {kaz.id: other[0].id, usa.id: usa.circle.id})
    assert (refusal.value.code, refusal.value.params["code"]) == ("cut-missing", "KAZ")
    usa.read(packed(kaz, usa, [one]))
    cut = {kaz.id: other[0].id, usa.id: usa.circle.id}
    assert usa.evidence.standing(SCHEMA, cut).field(SURVEY, "number").values == {"KAZ": "2"}


def test_the_standing_at_a_cut_on_a_branch_that_was_left_is_still_known(scenario):
    """
    KAZ is backed up
    KAZ says survey number 1
    KAZ sends to USA
    """
    usa = scenario["USA"]
    cut = usa.evidence.heads()
    scenario.play("KAZ is restored\nKAZ says survey number 2\nKAZ sends to USA")
    assert usa.evidence.standing(SCHEMA, cut).field(SURVEY, "number").values == {"KAZ": "1"}
    assert usa.field("survey", "number").values == {"KAZ": "2"}


# Restores


def test_a_restored_party_takes_its_own_words_back_from_a_counterpart(scenario):
    """
    KAZ is backed up
    KAZ says survey number 1
    KAZ sends to USA
    """
    kaz, usa = scenario.values()
    kaz.restore(scenario.backups["KAZ"], usa.bundle_for("KAZ", whole=True))
    assert kaz.field("survey", "number").values == {"KAZ": "1"}
    scenario.play("KAZ says survey number 2\nall meet")
    for party in scenario.values():
        assert party.field("survey", "number").values == {"KAZ": "2"}
        assert not party.evidence.line(kaz.id).contested


def test_without_an_epoch_an_honest_restore_would_look_like_two_stories(scenario):
    """
    KAZ is backed up
    KAZ says survey number 1
    KAZ sends to USA
    """
    kaz, usa = scenario.values()
    kaz.evidence = scenario.backups["KAZ"].evidence.copy()
    scenario.play("KAZ says survey number 2\nKAZ sends to USA")
    assert usa.evidence.line(kaz.id).contested


# Seals


def test_a_seal_with_too_few_signatures_is_kept_and_counts_once_copies_have_joined(two):
    kaz, usa = two
    desks = [kaz.keys.officer("seal", desk) for desk in (0, 1)]
    officers = [
        *(key for key in kaz.keys.officers() if key.may != ["seal"]),
        *(k.card.OfficerKey(k.ED25519, one.key, ["seal"]) for one in desks),
    ]
    kaz.keys = kaz.keys.renew(keys=k.card.in_order(officers), seal_threshold=2)
    kaz.evidence.held.add(kaz.keys.card)
    value = k.offer_of(kaz.keys, kaz.circle).value
    one, other = (sign(seal.KIND, value, desk) for desk in desks)
    usa.read(packed(kaz, usa, seals=[one.line]))
    assert usa.evidence.seals() == {}
    usa.read(packed(kaz, usa, seals=[other.line]))
    assert usa.evidence.seals() == {one.id: value}
