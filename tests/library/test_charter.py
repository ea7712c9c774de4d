"""A charter founds a circle once the root keys of every party have signed it."""

from __future__ import annotations

import pytest

from kelisim.errors import Malformed, Unproven
from kelisim.ledger import charter
from kelisim.ledger.charter import Member
from kelisim.ledger.record import countersign, parse, sign, unsigned
from tests.library import keysmith as k
from tests.library.keysmith import NORTH, SOUTH, WEST, Party

HELD = NORTH.held | SOUTH.held | WEST.held
WHOLE = k.circle(NORTH, SOUTH, WEST)


def signed(*signers, **changes):
    return sign(charter.KIND, k.charter_of(NORTH, SOUTH, WEST, **changes), *signers)


def refused(one, held=HELD):
    with pytest.raises((Malformed, Unproven)) as refusal:
        charter.check(one, held)
    return refusal.value.code


def test_a_charter_signed_by_every_party_is_whole():
    assert charter.check(WHOLE, HELD)
    assert charter.missing(WHOLE, HELD) == []
    assert parse(WHOLE.line, charter.KIND, charter.Charter) == WHOLE


def test_a_charter_that_lacks_signatures_travels_and_founds_nothing_yet():
    begun = signed(*SOUTH.root_signers())
    assert not charter.check(begun, HELD)
    assert charter.missing(begun, HELD) == ["NORTH", "WEST"]
    assert parse(begun.line, charter.KIND, charter.Charter).id == WHOLE.id


def test_copies_join_their_signatures_until_it_is_whole():
    begun = signed(*SOUTH.root_signers()).join(signed(*NORTH.root_signers()))
    assert not charter.check(begun, HELD)
    assert charter.check(begun.join(signed(*WEST.root_signers())), HELD)


def test_each_party_signs_with_its_own_threshold():
    many = Party("EAST", 1, roots=3, threshold=2).found()
    held = many.held | SOUTH.held
    content = k.charter_of(many, SOUTH)
    one = sign(charter.KIND, content, *SOUTH.root_signers(), many.root_signers()[0])
    assert not charter.check(one, held)
    assert charter.missing(one, held) == ["EAST"]
    assert charter.check(countersign(one, many.root_signers()[2]), held)


def test_a_party_signs_with_the_roots_of_the_card_that_is_named():
    moved = NORTH.rotate()
    held = moved.held | SOUTH.held
    assert charter.check(k.circle(moved, SOUTH), held)
    old = sign(charter.KIND, k.charter_of(moved, SOUTH), *NORTH.root_signers(), *SOUTH.root_signers())
    assert refused(old, held) == "signature-key-unknown"


def test_a_charter_knows_its_parties():
    value = WHOLE.value
    assert list(value.codes().items()) == [(NORTH.id, "NORTH"), (SOUTH.id, "SOUTH"), (WEST.id, "WEST")]
    assert value.others(SOUTH.id) == [NORTH.id, WEST.id]
    assert value.founding_card(WEST.id) == WEST.card.id


def test_those_who_stay_found_a_successor():
    successor = k.circle(NORTH, SOUTH, prev=WHOLE.id)
    assert charter.check(successor, HELD)
    assert successor.value.prev == WHOLE.id


def test_a_signature_of_somebody_else_refuses_it():
    assert refused(countersign(WHOLE, k.signer(1))) == "signature-key-unknown"
    assert refused(countersign(WHOLE, NORTH.officer("seal"))) == "signature-key-unknown"


MEMBERS = WHOLE.value.parties


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"parties": MEMBERS[::-1]}, id="parties out of order"),
        pytest.param({"parties": [MEMBERS[0], MEMBERS[0]]}, id="a party twice"),
        pytest.param(
            {"parties": [MEMBERS[0], Member(NORTH.card.id, "OTHER", NORTH.id)]}, id="a party under a second code"
        ),
        pytest.param(
            {"parties": [MEMBERS[0], Member(SOUTH.card.id, "NORTH", SOUTH.id)]}, id="two parties under one code"
        ),
        pytest.param({"languages": ["ru", "en"]}, id="languages out of order"),
        pytest.param({"languages": ["en", "en"]}, id="a language twice"),
    ],
)
def test_parties_and_languages_stand_in_order_and_once(changes):
    assert refused(signed(**changes)) == "charter-not-in-order"


def test_the_proposer_is_one_of_the_parties():
    assert refused(signed(proposer=k.NOWHERE)) == "charter-proposer"


def test_a_card_that_is_not_held_or_not_the_partys_refuses_it():
    assert refused(WHOLE, NORTH.held | SOUTH.held) == "charter-card-missing"
    swapped = [Member(SOUTH.card.id, "NORTH", NORTH.id), *MEMBERS[1:]]
    assert refused(signed(parties=swapped)) == "charter-card-missing"


def test_a_time_that_does_not_exist_is_refused():
    assert refused(signed(at="2013-02-30T00:00Z")) == "profile-no-such-time"


def test_a_charter_has_2_to_64_parties_and_1_to_20_languages():
    members = [Member(f"{n:064}", f"P{n:02}", f"{n:064}") for n in range(65)]
    tags = [f"a{letter}" for letter in "abcdefghijklmnopqrstu"]

    def read(**changes):
        one = sign(charter.KIND, k.charter_of(NORTH, SOUTH, **changes), k.signer(1))
        return parse(one.line, charter.KIND, charter.Charter, 1 << 20)

    for count in (2, 64):
        assert read(parties=members[:count])
    for count in (1, 20):
        assert read(languages=tags[:count])
    for changes in ({"parties": members[:1]}, {"parties": members}, {"languages": []}, {"languages": tags}):
        with pytest.raises(Malformed, match="profile-not-of-kind"):
            read(**changes)


def test_one_party_alone_founds_nothing():
    alone = unsigned(charter.KIND, k.charter_of(NORTH))
    with pytest.raises(Malformed, match="profile-not-of-kind"):
        parse(countersign(alone, *NORTH.root_signers()).line, charter.KIND, charter.Charter)
