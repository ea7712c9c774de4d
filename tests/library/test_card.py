"""Cards: who speaks for a party, and how that passes on without a thief being able to take it."""

from __future__ import annotations

import base64
from dataclasses import replace
from itertools import permutations, product

import pytest
from msgspec import structs

from kelisim.errors import Malformed, Unproven
from kelisim.ledger import card
from kelisim.ledger.card import OfficerKey, RootKey
from kelisim.ledger.keys import ED25519, Ed25519Signer
from kelisim.ledger.record import countersign, parse, sign, unsigned
from tests.library import keysmith as k
from tests.library import reference
from tests.library.keysmith import NORTH, SOUTH, Party

THREE = Party("THREE", 3, roots=3, threshold=2).found()


def refused(one, before=None):
    with pytest.raises((Malformed, Unproven)) as refusal:
        card.check(one, before)
    return refusal.value.code


def first(**changes):
    """North's card 0, with changes, signed as it should be."""
    return sign(card.KIND, NORTH.first_card(**changes), *NORTH.root_signers())


# Card 0


def test_card_0_is_the_partys_own_and_its_id_the_partys():
    card.check(NORTH.card, None)
    assert card.party_of(NORTH.card) == NORTH.card.id == NORTH.id


def test_a_card_is_read_as_it_was_written():
    assert parse(NORTH.card.line, card.KIND, card.Card) == NORTH.card


def test_officers_have_the_powers_that_the_card_gives_them():
    assert list(NORTH.card.value.may("seal").values()) == [NORTH.officer("seal").key]
    one = first(keys=[OfficerKey(ED25519, k.signer(1).key, ["carry", "seal", "state"])])
    assert all(one.value.may(power) == one.value.may("state") for power in k.POWERS)


def test_a_card_needs_its_threshold_of_roots():
    content = THREE.first_card()
    for signers in permutations(THREE.root_signers(), 2):
        card.check(sign(card.KIND, content, *signers), None)
    card.check(THREE.card, None)
    for signer in THREE.root_signers():
        assert refused(sign(card.KIND, content, signer)) == "card-too-few-roots"
    assert refused(unsigned(card.KIND, content)) == "card-too-few-roots"


def test_an_officer_does_not_sign_cards():
    assert refused(countersign(NORTH.card, NORTH.officer("state"))) == "signature-key-unknown"


def test_a_signature_over_another_card_does_not_hold():
    other = first(at="2013-01-01T00:00Z")
    assert refused(replace(NORTH.card, signatures=other.signatures)) == "signature-bad"


@pytest.mark.parametrize("changes", [{"number": 1}, {"party": NORTH.id}, {"prev": NORTH.id}])
def test_a_card_that_comes_after_another_is_not_judged_without_it(changes):
    assert refused(first(**changes)) == "card-before-missing"


def test_a_time_that_does_not_exist_is_refused():
    assert refused(first(at="2013-02-30T00:00Z")) == "profile-no-such-time"


# What a card may not say


def test_keys_stand_in_the_order_of_their_ids():
    assert refused(first(keys=NORTH.officers()[::-1])) == "card-not-in-order"
    backwards = THREE.first_card(roots=THREE.root_keys()[::-1])
    assert refused(sign(card.KIND, backwards, *THREE.root_signers())) == "card-not-in-order"


@pytest.mark.parametrize("may", [["state", "seal"], ["seal", "seal"]])
def test_powers_stand_in_order_and_once(may):
    assert refused(first(keys=[OfficerKey(ED25519, k.signer(1).key, may)])) == "card-not-in-order"


def test_no_key_stands_twice_whatever_it_is_for():
    officer = OfficerKey(ED25519, k.signer(1).key, ["state"])
    assert refused(first(keys=[officer, officer])) == "card-key-twice"
    assert refused(first(roots=NORTH.root_keys() * 2)) == "card-key-twice"
    root = NORTH.root_keys()[0]
    assert refused(first(keys=[OfficerKey(root.alg, root.key, ["state"])])) == "card-key-twice"
    assert refused(first(recipients=[k.AGE[1][1]] * 2)) == "card-key-twice"


def test_a_threshold_is_never_more_than_there_are_keys():
    assert refused(first(threshold=2)) == "card-threshold"
    assert refused(first(seal_threshold=2)) == "card-threshold"


def test_a_card_may_be_without_officers():
    card.check(first(keys=[]), None)
    assert refused(first(keys=[], seal_threshold=2)) == "card-threshold"


@pytest.mark.parametrize("which", ["keys", "roots"])
def test_a_key_that_is_no_sound_point_is_refused(which):
    odd = base64.b64encode(bytes.fromhex("302a300506032b6570032100") + b"\x01" + bytes(31)).decode()
    named = {"keys": [OfficerKey(ED25519, odd, ["state"])], "roots": [RootKey(ED25519, odd)]}[which]
    assert refused(first(**{which: named})) == "key-not-a-point"


@pytest.mark.parametrize("which", ["keys", "roots"])
def test_a_key_of_an_unknown_algorithm_is_refused(which):
    key = k.signer(1).key
    named = {"keys": [OfficerKey("P-521", key, ["state"])], "roots": [RootKey("P-521", key)]}[which]
    assert refused(first(**{which: named})) == "key-algorithm-unknown"


@pytest.mark.parametrize(
    "changes",
    [
        {"names": {}},
        {"names": {"en": ""}},
        {"names": {"EN": "North"}},
        {"names": {"en": "x" * 201}},
        {"recipients": []},
        {"recipients": ["age1north"]},
        {"recipients": [k.AGE[1][0]]},
        {"roots": []},
        {"roots": [RootKey("x" * 21, k.signer(1).key)]},
        {"keys": [OfficerKey("x" * 21, k.signer(1).key, ["state"])]},
        {"threshold": 0},
        {"seal_threshold": 0},
        {"keys": [OfficerKey(ED25519, k.signer(1).key, [])]},
        {"keys": [OfficerKey(ED25519, k.signer(1).key, ["rule"])]},
        {"next": "none"},
    ],
    ids=str,
)
def test_a_card_that_is_not_of_its_form_is_not_even_read(changes):
    with pytest.raises(Malformed, match="profile-not-of-kind"):
        parse(first(**changes).line, card.KIND, card.Card)


@pytest.mark.parametrize(
    ("field", "most", "made"),
    [
        ("keys", 64, lambda n: [OfficerKey(ED25519, k.signer(one).key, ["state"]) for one in range(n)]),
        ("roots", 16, lambda n: [RootKey(ED25519, k.signer(one).key) for one in range(n)]),
        ("recipients", 16, lambda n: [k.AGE[1][1]] * n),
        ("names", 20, lambda n: {f"a{chr(97 + one)}": "North" for one in range(n)}),
    ],
)
def test_a_card_names_so_many_and_no_more(field, most, made):
    assert parse(first(**{field: made(most)}).line, card.KIND, card.Card)
    with pytest.raises(Malformed, match="profile-not-of-kind"):
        parse(first(**{field: made(most + 1)}).line, card.KIND, card.Card)


def test_a_name_has_up_to_200_characters():
    for length in (1, 200):
        assert parse(first(names={"en": "x" * length}).line, card.KIND, card.Card)


# One card after another


def test_a_card_under_the_same_roots_follows():
    renewed = NORTH.renew(keys=NORTH.officers(desk=1))
    card.check(renewed.card, NORTH.card)
    assert card.party_of(renewed.card) == NORTH.id
    assert renewed.card.value.keeps(NORTH.card.value)
    assert not renewed.card.value.rotates(NORTH.card.value)


def test_a_card_that_takes_the_next_roots_follows():
    rotated = NORTH.rotate()
    card.check(rotated.card, NORTH.card)
    assert rotated.card.value.rotates(NORTH.card.value)
    assert not rotated.card.value.keeps(NORTH.card.value)
    card.check(rotated.rotate().card, rotated.card)


def test_the_commitment_does_not_depend_on_the_order_of_the_roots():
    roots = THREE.root_keys(1)
    assert {card.commitment(order, 2) for order in permutations(roots)} == {THREE.card.value.next}
    assert card.commitment(roots, 1) != THREE.card.value.next


def test_a_card_says_which_it_follows():
    renewed = NORTH.renew()
    assert refused(renewed.card, SOUTH.card) == "card-not-after"
    for changes in ({"number": 2}, {"party": SOUTH.id}, {"prev": SOUTH.id}):
        assert refused(NORTH.renew(**changes).card, NORTH.card) == "card-not-after"
    assert refused(renewed.renew().card, NORTH.card) == "card-not-after"


@pytest.mark.parametrize(
    "changes",
    [{"roots": NORTH.root_keys(2)}, {"next": k.NOWHERE}, {"roots": NORTH.root_keys(1), "next": k.NOWHERE}],
    ids=["roots that were not committed to", "another commitment", "both at once"],
)
def test_roots_pass_on_only_as_the_card_before_says(changes):
    content = NORTH.next_card(**changes)
    one = sign(card.KIND, content, *NORTH.root_signers(0), *NORTH.root_signers(1), *NORTH.root_signers(2))
    if content.roots == NORTH.root_keys(1):
        assert refused(one, NORTH.card) == "signature-key-unknown"
    else:
        assert refused(one, NORTH.card) == "card-roots"


def test_the_threshold_changes_only_with_the_roots():
    content = THREE.next_card(threshold=1)
    assert refused(sign(card.KIND, content, *THREE.root_signers()), THREE.card) == "card-roots"
    assert refused(sign(card.KIND, THREE.rotated_card(threshold=1)), THREE.card) == "card-roots"


def test_a_rotation_carries_the_threshold_of_the_old_roots_and_of_the_new():
    content = THREE.rotated_card()
    old, new = THREE.root_signers(0), THREE.root_signers(1)
    card.check(sign(card.KIND, content, *old[:2], *new[1:]), THREE.card)
    for signers in ([*old], [*new], [*old, new[0]], [old[0], *new]):
        assert refused(sign(card.KIND, content, *signers), THREE.card) == "card-too-few-roots"


def test_a_thief_of_the_roots_cannot_rotate_them():
    thief = Ed25519Signer(b"thief" * 6 + b"!!")
    taken = {"roots": [RootKey(ED25519, thief.key)]}
    assert refused(sign(card.KIND, NORTH.next_card(**taken), *NORTH.root_signers(), thief), NORTH.card) == "card-roots"


def test_a_public_file_has_the_cards_one_after_the_other():
    third = NORTH.renew().rotate()
    data = b"".join(one.line for one in third.cards)
    assert card.read_cards(data) == list(third.cards)


def test_only_a_line_feed_ends_a_line_of_a_public_file():
    with pytest.raises(Malformed) as refusal:
        card.read_cards(NORTH.card.line[:-40] + b"\r" + NORTH.card.line[-40:])
    assert refusal.value.code == "record-signatures"


@pytest.mark.parametrize(
    ("kept", "code"),
    [([], "card-file-empty"), ([1, 2], "card-before-missing"), ([0, 2], "card-not-after"), ([0, 0], "card-not-after")],
    ids=["nothing", "no card 0", "a gap", "card 0 twice"],
)
def test_a_public_file_that_is_not_a_whole_chain_is_refused(kept, code):
    lines = [one.line for one in NORTH.renew().rotate().cards]
    with pytest.raises((Malformed, Unproven)) as refusal:
        card.read_cards(b"".join(lines[n] for n in kept))
    assert refusal.value.code == code


# Which cards count


def chain(*parties):
    held = {one.id: one.value for party in parties for one in party.cards}
    return card.chain(held, parties[0].id)


def test_cards_count_one_after_the_other():
    third = NORTH.renew().rotate()
    found = chain(third)
    assert found == (tuple(one.id for one in third.cards), False)
    assert found.numbers == {one.id: one.value.number for one in third.cards}


def test_a_card_beyond_a_missing_one_does_not_count_yet():
    third = NORTH.renew().renew()
    assert chain(replace(third, cards=(third.cards[0], third.cards[2]))) == ((NORTH.id,), False)


def test_of_two_cards_the_one_that_takes_the_next_roots_wins():
    kept, rotated = NORTH.renew(), NORTH.rotate()
    assert chain(kept, rotated) == chain(rotated)


@pytest.mark.parametrize("pass_on", [Party.renew, Party.rotate])
def test_two_cards_of_one_sort_contest_until_the_next_roots_decide(pass_on):
    one, two = pass_on(NORTH, at="2013-01-01T00:00Z"), pass_on(NORTH, at="2013-02-01T00:00Z")
    assert chain(one, two) == ((NORTH.id,), True)
    assert chain(one, two.renew()) == ((NORTH.id,), True)
    assert chain(one, two.rotate()) == chain(two.rotate())
    assert chain(one, two.renew().rotate()) == chain(two.renew().rotate())
    assert chain(one.rotate(), two.rotate()) == ((NORTH.id,), True)


def cards_of(tree):
    """A succession of the reference as cards whose roots are only names."""

    def roots(name):
        return [RootKey(ED25519, base64.b64encode(name.encode()).decode())]

    plain = structs.replace(NORTH.first_card(), roots=roots("roots of 0"), next=card.commitment(roots("after 0"), 1))
    made, following = {"0": plain}, {"0": roots("after 0")}
    for one in tree:
        before = made[one.prev]
        following[one.id] = roots(f"after {one.id}") if one.takes_next else following[one.prev]
        taken = {"roots": following[one.prev], "next": card.commitment(following[one.id], 1)} if one.takes_next else {}
        made[one.id] = structs.replace(before, number=before.number + 1, prev=one.prev, **taken)
    return made


@pytest.mark.parametrize("size", [4, pytest.param(5, marks=pytest.mark.soak)])
def test_which_cards_count_is_what_the_reference_says_of_every_part_of_every_tree(size):
    for tree in reference.successions(size):
        made = cards_of(tree)
        for held in reference.subsets(tree):
            names = ["0", *(one.id for one in held)]
            found = card.chain({name: made[name] for name in names}, "0")
            assert found == reference.chain(held, "0")
            assert found == card.chain({name: made[name] for name in reversed(names)}, "0")


@pytest.mark.parametrize("size", [3, pytest.param(4, marks=pytest.mark.soak)])
def test_whatever_a_thief_of_former_roots_signs_a_rotation_ends_it(size):
    for sorts in product((False, True), repeat=size - 1):
        ours = [
            reference.Plain(f"our {n + 1}", f"our {n}" if n else "0", takes) for n, takes in enumerate((*sorts, True))
        ]
        former = ["0", *(one.id for one in ours[:-1])]
        for parents in product(former, [*former, "stolen 0"]):
            stolen = [reference.Plain(f"stolen {n}", prev, takes_next=False) for n, prev in enumerate(parents)]
            made = cards_of([*ours, *stolen])
            assert card.chain(made, "0") == (("0", *(one.id for one in ours)), False)
