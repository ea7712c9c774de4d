"""An epoch is the root keys' word on where a feed goes on."""

from __future__ import annotations

import pytest

from kelisim.errors import Malformed, Unproven
from kelisim.ledger import epoch
from kelisim.ledger.record import countersign, parse, sign
from tests.library import keysmith as k
from tests.library.keysmith import NORTH, SOUTH, WEST, Party

CIRCLE = k.circle(NORTH, SOUTH)
RECORD = k.epoch_of(NORTH, CIRCLE)


def refused(record, by=NORTH):
    with pytest.raises((Malformed, Unproven)) as refusal:
        epoch.check(record, by.card, CIRCLE.value)
    return refusal.value.code


def test_an_epoch_signed_by_the_roots_holds():
    epoch.check(RECORD, NORTH.card, CIRCLE.value)
    assert parse(RECORD.line, epoch.KIND, epoch.Epoch) == RECORD


def test_an_epoch_needs_the_threshold_of_the_card_it_names():
    many = Party("NORTH", 1, roots=3, threshold=2).found()
    circle = k.circle(many, SOUTH)
    content = k.epoch_of(many, circle).value
    epoch.check(sign(epoch.KIND, content, *many.root_signers()[:2]), many.card, circle.value)
    with pytest.raises(Unproven, match="epoch-too-few-roots"):
        epoch.check(sign(epoch.KIND, content, many.root_signers()[0]), many.card, circle.value)


def test_after_a_rotation_the_old_roots_open_no_epoch():
    assert refused(RECORD, NORTH.rotate()) == "signature-key-unknown"
    epoch.check(k.epoch_of(NORTH.rotate(), CIRCLE), NORTH.rotate().card, CIRCLE.value)


def test_an_officer_opens_no_epoch():
    assert refused(countersign(RECORD, NORTH.officer("state"))) == "signature-key-unknown"


def test_a_party_outside_the_circle_opens_no_epoch():
    assert refused(k.epoch_of(WEST, CIRCLE), WEST) == "segment-not-a-party"


def test_a_time_that_does_not_exist_is_refused():
    assert refused(k.epoch_of(NORTH, CIRCLE, at="2013-02-30T00:00Z")) == "profile-no-such-time"


@pytest.mark.parametrize("changes", [{"number": 0}, {"reason": "because"}, {"base": "charter"}], ids=str)
def test_an_epoch_that_is_not_of_its_form_is_not_even_read(changes):
    with pytest.raises(Malformed, match="profile-not-of-kind"):
        parse(k.epoch_of(NORTH, CIRCLE, **changes).line, epoch.KIND, epoch.Epoch)
