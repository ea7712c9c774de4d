"""The file of a concluded edition proves itself to anybody: nothing in it can be changed, and nothing left away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from kelisim import edition
from kelisim.edition import verify
from kelisim.errors import Malformed, Refusal, Unproven
from kelisim.ledger import profile, seal
from kelisim.ledger.record import sign
from tests.histories import Scenario
from tests.library import keysmith as k
from tests.parties import item

HISTORY = """
    all propose plan as plan
    all meet
    KAZ freezes plan in en
    KAZ offers plan
    KAZ sends to USA
    USA accepts
    USA sends to KAZ
    KAZ receipts
"""
PARTIES = Scenario(HISTORY)
KAZ, USA = PARTIES["KAZ"], PARTIES["USA"]
FILE = KAZ.edition_file("plan")
LINES = FILE.splitlines(keepends=True)
FOUND = verify(FILE)
(NAME,) = KAZ.concluded()
PLAN = item("plan")


def of(kind):
    """The lines of one kind, each with its place."""
    return [(place, line) for place, line in enumerate(LINES) if line.startswith(kind)]


def proof(*seals, content=None, cards=None):
    """A file with other seals, content or cards in it."""
    signed = seals or list(KAZ.evidence.signed_seals.values())
    cards = KAZ.evidence.held.cards.values() if cards is None else cards
    made = edition.Proof(tuple(cards), KAZ.circle, tuple(signed))
    return edition.write(made, FOUND.content if content is None else content, k.SEED)


def seals(step):
    return [one for one in KAZ.evidence.signed_seals.values() if isinstance(one.value, step)]


def refused(data):
    with pytest.raises((Malformed, Unproven)) as refusal:
        verify(data)
    return refusal.value.code


def same_or_refused(data):
    """Whether a changed file is refused; if not, it must prove just what the file proved."""
    try:
        found = verify(data)
    except Refusal:
        return True
    assert found == FOUND
    return False


def concluded(content):
    """A file in which parties have sealed content that no honest party would."""
    naming = edition.Naming(KAZ.circle.id, PLAN, seal.EditionNumber(0, 9))
    root = edition.root_of(content, naming, k.SEED)
    offer = k.offer_of(KAZ.keys, KAZ.circle, edition=naming.number, root=root, scope=PLAN)
    accept = k.accept_of(USA.keys, KAZ.circle, offer.id)
    return proof(offer, accept, k.receipt_of(KAZ.keys, KAZ.circle, offer.id, [accept.id]), content=content)


def test_an_edition_file_proves_what_was_concluded_and_among_whom():
    assert (FOUND.id, FOUND.content) == (NAME, {PLAN: {"kind": "plan", "present": "yes"}})
    assert FOUND.offer == seals(seal.Offer)[0].value
    assert FOUND.charter == KAZ.circle.value
    assert FOUND.names == {KAZ.id: {"en": "Kaz"}, USA.id: {"en": "Usa"}}


def test_every_party_that_holds_the_conclusion_writes_the_same_file():
    parties = Scenario(HISTORY + "\nKAZ sends to USA")
    assert {party.edition_file("plan") for party in parties.values()} == {FILE}


def test_an_edition_file_can_be_read_by_people():
    text = FILE.decode()
    assert text.startswith("kelisim edition 1\n")
    assert '"field":"present"' in text
    assert k.SEED not in FILE
    assert k.SEED.hex() not in text


def test_an_amendment_proves_what_it_follows():
    """The offer names the one before; what stood then still stands in its own file."""
    parties = Scenario(HISTORY)
    parties.play("""
        KAZ sends to USA
        all say plan period 2013/2017
        all meet
        KAZ freezes plan in en, ru
        KAZ offers plan
        all meet
        USA accepts
        USA sends to KAZ
        KAZ receipts
    """)
    found = verify(parties["KAZ"].edition_file("plan"))
    assert found.offer.previous == NAME
    assert found.content[PLAN]["period"] == "2013/2017"
    assert found.offer.languages == ["en", "ru"]
    assert verify(FILE) == FOUND


# Changed bytes


@pytest.mark.parametrize("bits", [1, *(pytest.param(1 << n, marks=pytest.mark.soak) for n in range(1, 8))])
def test_a_file_with_any_byte_changed_is_refused(bits):
    for place in range(len(FILE)):
        changed = bytearray(FILE)
        changed[place] ^= bits
        assert same_or_refused(bytes(changed)), place


def test_a_file_cut_short_anywhere_is_refused():
    for end in range(len(FILE)):
        assert same_or_refused(FILE[:end]), end


@given(st.integers(0, len(FILE)), st.binary(min_size=1, max_size=3), st.integers(0, 5))
def test_bytes_put_in_or_taken_out_are_refused_or_change_nothing(place, put_in, taken):
    same_or_refused(FILE[:place] + put_in + FILE[place + taken :])


# Changed lines


@pytest.mark.parametrize("place", range(len(LINES)))
def test_a_file_that_lacks_a_line_is_refused(place):
    assert same_or_refused(b"".join(LINES[:place] + LINES[place + 1 :]))


@given(st.permutations(LINES[1:]))
def test_the_order_of_lines_never_changes_what_is_proven(lines):
    same_or_refused(LINES[0] + b"".join(lines))


@pytest.mark.parametrize("kind", [b"charter", b"item", b"field"])
def test_what_may_stand_once_is_refused_when_it_stands_twice(kind):
    place, line = of(kind)[0]
    assert refused(b"".join([*LINES[:place], line, *LINES[place:]])) == "edition-not-a-file"


@pytest.mark.parametrize("kind", [b"card", b"seal"])
def test_a_record_that_stands_twice_says_nothing_more(kind):
    place, line = of(kind)[0]
    assert verify(b"".join([*LINES[:place], line, *LINES[place:]])) == FOUND


def test_a_line_of_another_kind_is_refused():
    assert refused(FILE + b"epoch {}\n") == "edition-not-a-file"
    assert refused(FILE + b"\n") == "edition-not-a-file"
    assert refused(b"") == "edition-not-a-file"
    assert refused(edition.MAGIC) == "edition-not-a-file"


# What does not prove it


def test_without_a_receipt_or_an_acceptance_nothing_is_concluded():
    (offer,), (accept,), (receipt,) = seals(seal.Offer), seals(seal.Accept), seals(seal.Receipt)
    assert refused(proof(offer, accept)) == "edition-not-concluded"
    assert refused(proof(offer, receipt)) == "edition-not-concluded"
    assert verify(proof(offer, accept, receipt)) == FOUND


def test_a_file_holds_exactly_one_offer():
    (offer,), (accept,) = seals(seal.Offer), seals(seal.Accept)
    other = k.offer_of(KAZ.keys, KAZ.circle)
    with pytest.raises(Unproven) as refusal:
        proof(accept)
    assert refusal.value.code == "edition-offers"
    line = b"seal " + other.line
    assert refused(FILE + line) == "edition-offers"
    assert verify(proof(offer, accept, *seals(seal.Receipt))) == FOUND


def test_a_withdrawal_undoes_no_receipt():
    late = k.withdraw_of(USA.keys, KAZ.circle, NAME)
    assert verify(FILE + b"seal " + late.line) == FOUND


def test_content_that_was_not_sealed_is_refused():
    for content in (
        {PLAN: {"kind": "plan", "present": "no"}},
        {PLAN: {"kind": "plan"}},
        {PLAN: {"kind": "plan", "present": "yes", "number": "0"}},
        {PLAN: {"kind": "plan", "present": "yes"}, item("survey"): {"kind": "activity"}},
    ):
        assert refused(proof(content=content)) == "edition-root"


def test_the_scope_itself_must_be_in_the_content():
    assert refused(concluded({item("survey"): {"kind": "activity"}})) == "edition-not-a-file"
    assert verify(concluded({PLAN: {"title.en": "Plan"}})).content == {PLAN: {"title.en": "Plan"}}


def test_an_item_without_fields_and_a_field_without_its_item_are_refused():
    (item_place, _), (field_place, _), (last, _) = of(b"item")[0], of(b"field")[0], of(b"field")[1]
    assert refused(b"".join(LINES[:item_place] + LINES[item_place + 1 :])) == "edition-not-a-file"
    assert refused(b"".join(LINES[:field_place])) == "edition-not-a-file"
    other = b"item " + profile.encode(edition.ItemLine(item=item("survey"), salt="0" * 32)) + b"\n"
    assert refused(FILE + other) == "edition-not-a-file"
    assert last == len(LINES) - 1


def test_a_seal_of_somebody_who_is_not_in_the_circle_is_refused():
    stranger = k.Party("UZB", 3).found()
    accept = k.accept_of(stranger, KAZ.circle, NAME)
    cards = [*KAZ.evidence.held.cards.values(), stranger.card]
    assert refused(proof(*KAZ.evidence.signed_seals.values(), accept, cards=cards)) == "segment-not-a-party"
    assert refused(FILE + b"seal " + accept.line) == "seal-card-missing"


def test_a_seal_under_the_card_of_another_party_or_for_another_circle_is_refused():
    accept = k.accept_of(USA.keys, KAZ.circle, NAME).value
    for changes in ({"card": KAZ.keys.card.id}, {"circle": k.NOWHERE}, {"card": k.NOWHERE}):
        forged = sign(seal.KIND, structs.replace(accept, **changes), USA.keys.officer("seal"))
        assert refused(FILE + b"seal " + forged.line) == "seal-card-missing"


def test_a_seal_with_too_few_signatures_is_refused():
    keys = [USA.keys.officer("seal"), USA.keys.officer("seal", desk=1)]
    officers = k.card.in_order(k.card.OfficerKey(k.ED25519, key.key, ["seal"]) for key in keys)
    strict = USA.keys.renew(keys=officers, seal_threshold=2)
    accept = k.accept_of(strict, KAZ.circle, NAME)
    cards = [*KAZ.evidence.held.cards.values(), strict.card]
    assert refused(proof(*KAZ.evidence.signed_seals.values(), accept, cards=cards)) == "seal-too-few"


def test_a_charter_that_not_all_have_signed_proves_nothing():
    ((place, line),) = of(b"charter")
    json, tail = line.split(b"\t")
    one_signature = b"\t".join([json, tail.split(b" ")[0] + b"\n"])
    assert refused(b"".join([*LINES[:place], one_signature, *LINES[place + 1 :]])) == "charter-not-whole"


def test_a_card_whose_predecessor_is_missing_is_refused():
    renewed = USA.keys.renew()
    assert refused(FILE + b"card " + renewed.renew().card.line) == "card-before-missing"
    assert verify(FILE + b"card " + renewed.card.line) == FOUND


def test_what_was_sealed_under_a_card_that_has_ended_stays_proven():
    parties = Scenario(HISTORY)
    kaz = parties["KAZ"]
    kaz.keys = kaz.keys.renew(keys=kaz.keys.officers(desk=1))
    kaz.evidence.held.add(kaz.keys.card)
    assert verify(kaz.edition_file("plan")).content == FOUND.content
