"""New cards, epochs, restored backups, waiting segments, as a node meets them in bundles."""

from __future__ import annotations

import pytest

from kelisim import Evidence, bundle, keyfile, open_bundle
from kelisim.errors import Refusal
from kelisim.ledger import card as cards
from kelisim.ledger import epoch, judge, record, seal, segment
from kelisim.ledger.digest import digest
from tests.site.test_exchange import say

AT = "2012-11-05T09:30Z"


class Workshop:
    """Kazakhstan's keys in hand: whatever its officers and root signers could sign, and the bundle to carry it."""

    def __init__(self, desks):
        self.desks = desks
        self.roots = keyfile.read_key(desks.home / "roots/kaz/root.pem")
        self.following = keyfile.read_key(desks.home / "roots/kaz/next.pem")
        self.state, self.carry = (keyfile.read_key(desks.home / f"kaz/keys/{name}.pem") for name in ("state", "carry"))
        identity = (desks.home / "usa/keys/carry.age").read_text().strip()
        opened = open_bundle((desks.home / desks.write("kaz", "usa", "--whole")).read_bytes(), [identity])
        confirmed = [party for (party,) in desks.query("usa", "SELECT party FROM kelisim_web_confirmed")]
        self.evidence = Evidence.of(opened, confirmed)
        self.codes = {code: party for party, code in self.evidence.charter.codes().items()}
        self.us, self.them = self.codes["KAZ"], self.codes["USA"]
        self.card = self.evidence.held.newest(self.us)
        self.sent = 0

    def new_card(self, *more, roots=None):
        """Our next card: the officers' keys of now, and some more."""
        old = self.card.value
        officers = [*old.keys, *(cards.OfficerKey(alg=key.alg, key=key.key, may=["state"]) for key in more)]
        value = cards.Card(
            at=AT,
            keys=cards.in_order(officers),
            names=old.names,
            next=old.next,
            number=old.number + 1,
            party=self.us,
            prev=self.card.id,
            recipients=old.recipients,
            roots=old.roots,
            seal_threshold=old.seal_threshold,
            threshold=old.threshold,
            v=1,
        )
        return record.sign(cards.KIND, value, roots or self.roots)

    def new_epoch(self, base, number=1, signer=None):
        """An epoch of ours after a base."""
        value = epoch.Epoch(
            at=AT,
            base=base,
            card=self.card.id,
            circle=self.evidence.circle.id,
            number=number,
            party=self.us,
            reason="restore",
            v=1,
        )
        return record.sign(epoch.KIND, value, signer or self.roots)

    def new_segment(self, statements, *, card=None, signer=None, prev=None, place=None):
        """A segment of ours after our head."""
        line = self.evidence.line(self.us)
        body = segment.write_body(statements)
        number, seq = place or (line.epoch, line.seq + 1)
        value = segment.Segment(
            at=AT,
            body=digest(body),
            card=(card or self.card).id,
            circle=self.evidence.circle.id,
            count=len(statements),
            epoch=number,
            party=self.us,
            prev=prev or line.head,
            seen={self.them: self.evidence.line(self.them).head},
            seq=seq,
            size=len(body),
            v=1,
        )
        return record.sign(segment.KIND, value, signer or self.state), body

    def send(self, **load):
        """Carry it to the United States; their answer."""
        envelope = bundle.Envelope(
            AT, self.card.id, self.evidence.circle.id, self.us, self.them, self.evidence.heads(self.us)
        )
        packed = bundle.pack(envelope, bundle.Load(**load), self.carry)
        recipients = self.evidence.held.newest(self.them).value.recipients
        self.sent += 1
        (self.desks.home / f"made-{self.sent}").write_bytes(bundle.encrypt(packed, recipients))
        return self.desks.at("usa", f"--json bundle read made-{self.sent}")


@pytest.fixture
def workshop(agreed):
    desks, _, _ = agreed
    return Workshop(desks)


def position(item, field, value):
    return segment.Statement(field=field, item=item, value=value)


def period(desks, item):
    return desks.field("usa", item, "period")["values"]["KAZ"]


def test_a_segment_whose_card_has_not_come_waits_and_counts_once_it_has(agreed, workshop):
    desks, _, course = agreed
    officer = keyfile.Ed25519Signer(b"n" * 32)
    card = workshop.new_card(officer)
    header, body = workshop.new_segment([position(course, "period", "2013-08")], card=card, signer=officer)
    assert workshop.send(segments=[(header.line, body)]).status == 0
    assert period(desks, course) == "2013-04"
    assert desks.query("usa", "SELECT count(*) FROM kelisim_web_parked") == [(1,)]
    assert workshop.send(cards=[card.line]).status == 0
    assert period(desks, course) == "2013-08"
    assert desks.query("usa", "SELECT count(*) FROM kelisim_web_parked") == [(0,)]


def test_a_waiting_segment_that_does_not_hold_is_dropped_when_its_card_comes(agreed, workshop):
    desks, _, course = agreed
    card = workshop.new_card(keyfile.Ed25519Signer(b"n" * 32))
    stranger = keyfile.Ed25519Signer(b"s" * 32)
    header, body = workshop.new_segment([position(course, "period", "2013-08")], card=card, signer=stranger)
    spoilt = body.replace(b"2013-08", b"2013-8x")
    workshop.send(segments=[(header.line, spoilt)])
    assert workshop.send(cards=[card.line]).status == 0
    assert period(desks, course) == "2013-04"
    assert desks.query("usa", "SELECT count(*) FROM kelisim_web_parked") == [(0,)]


@pytest.mark.parametrize("first", ["spoilt", "right"])
def test_a_spoilt_copy_of_a_waiting_segment_does_not_keep_out_the_right_one(agreed, workshop, first):
    desks, _, course = agreed
    officer = keyfile.Ed25519Signer(b"n" * 32)
    card = workshop.new_card(officer)
    header, body = workshop.new_segment([position(course, "period", "2013-08")], card=card, signer=officer)
    copies = {"right": (header.line, body), "spoilt": (header.line, body.replace(b"2013-08", b"2013-8x"))}
    for name in (first, *(copies.keys() - {first})):
        assert workshop.send(segments=[copies[name]]).status == 0
    assert workshop.send(cards=[card.line]).status == 0
    assert period(desks, course) == "2013-08"


def test_a_copy_of_a_held_segment_that_does_not_hold_is_refused(agreed, workshop):
    desks, _, course = agreed
    header, body = workshop.new_segment([position(course, "period", "2013-08")])
    assert workshop.send(segments=[(header.line, body)]).status == 0
    assert workshop.send(segments=[(header.line, body)]).status == 0
    before = desks.dump("usa")
    spoilt = body.replace(b"2013-08", b"2013-8x")
    assert workshop.send(segments=[(header.line, spoilt)]).refused == "segment-body"
    other = header.line.replace(next(iter(header.signatures)).encode(), b"0" * 32)
    assert workshop.send(segments=[(other, body)]).refused == "signature-key-unknown"
    assert desks.dump("usa") == before


def test_too_many_waiting_segments_are_refused(workshop, agreed, monkeypatch):
    desks, _, course = agreed
    monkeypatch.setattr(judge, "MOST_PARKED", 0)
    card = workshop.new_card(keyfile.Ed25519Signer(b"n" * 32))
    header, body = workshop.new_segment([position(course, "period", "2013-08")], card=card)
    before = desks.dump("usa")
    assert workshop.send(segments=[(header.line, body)]).refused == "parked-too-many"
    assert desks.dump("usa") == before


def test_an_epoch_leaves_behind_what_came_after_its_base(agreed, workshop):
    """Kazakhstan's backup was restored to before the last dispatch: its root keys say where it goes on."""
    desks, _, course = agreed
    base = workshop.evidence.line(workshop.us).head
    say(desks, "kaz", course, "period", "2013-06")
    desks.cross("kaz", "usa")
    assert period(desks, course) == "2013-06"
    opening = workshop.new_epoch(base)
    assert workshop.send(epochs=[opening.line]).status == 0
    assert period(desks, course) == "2013-04"
    header, body = workshop.new_segment([position(course, "period", "2013-07")], prev=opening.id, place=(1, 1))
    assert workshop.send(segments=[(header.line, body)]).status == 0
    assert period(desks, course) == "2013-07"
    assert "contested" not in desks.well("usa", "standing --peek").out
    desks.well("usa", "rebuild")
    assert period(desks, course) == "2013-07"
    say(desks, "usa", course, "host", "USA")  # and the other side goes on, having seen it
    assert desks.field("usa", course, "period")["waits_for"] == ["USA"]


def test_whose_turn_it_is_survives_an_epoch(agreed, workshop):
    """A head that is an epoch's record, or was left behind, stands for the words that it still counts."""
    desks, _, course = agreed
    opening = workshop.new_epoch(workshop.evidence.line(workshop.us).head)
    workshop.send(epochs=[opening.line])
    say(desks, "usa", course, "period", "2013-09")  # said in knowledge of Kazakhstan's words, by the record's id
    assert desks.field("usa", course, "period")["waits_for"] == ["KAZ"]


def test_an_epoch_that_the_root_keys_did_not_sign_is_refused(workshop, agreed):
    desks, _, _ = agreed
    before = desks.dump("usa")
    opening = workshop.new_epoch(workshop.evidence.circle.id, signer=workshop.state)
    assert workshop.send(epochs=[opening.line]).refused == "signature-key-unknown"
    assert desks.dump("usa") == before


def test_a_card_that_the_root_keys_did_not_sign_is_refused(workshop, agreed):
    desks, _, _ = agreed
    before = desks.dump("usa")
    card = workshop.new_card(keyfile.Ed25519Signer(b"n" * 32), roots=workshop.following)
    assert workshop.send(cards=[card.line]).refused == "signature-key-unknown"
    assert desks.dump("usa") == before


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"circle": "c" * 64}, "segment-of-another-plan"),
        ({"seen": {}}, "segment-seen"),
        ({"count": 2}, "segment-count"),
        ({"body": "b" * 64}, "segment-body"),
        ({"at": "2012-02-30T09:30Z"}, "profile-no-such-time"),
    ],
)
def test_each_thing_wrong_with_a_segment_has_its_own_reason(workshop, agreed, change, reason):
    import msgspec

    desks, _, course = agreed
    header, body = workshop.new_segment([position(course, "period", "2013-08")])
    forged = record.sign(segment.KIND, msgspec.structs.replace(header.value, **change), workshop.state)
    before = desks.dump("usa")
    assert workshop.send(segments=[(forged.line, body)]).refused == reason
    assert desks.dump("usa") == before


def test_a_segment_of_an_officer_without_the_power_is_refused(workshop, agreed):
    _, _, course = agreed
    header, body = workshop.new_segment([position(course, "period", "2013-08")], signer=workshop.carry)
    assert workshop.send(segments=[(header.line, body)]).refused == "signature-key-unknown"


def test_a_gap_waits_and_proves_nothing(workshop, agreed):
    desks, _, course = agreed
    header, body = workshop.new_segment([position(course, "period", "2013-08")], prev="a" * 64, place=(0, 3))
    assert workshop.send(segments=[(header.line, body)]).status == 0
    assert period(desks, course) == "2013-04"
    assert {"party": "KAZ", "feed": "waiting"} in desks.json("usa", "standing --peek")


def test_a_seed_that_is_not_the_plans_is_refused(workshop):
    assert workshop.send(seed=b"x" * 32).refused == "seed-changed"


def test_another_plans_charter_in_a_bundle_is_refused(workshop):
    made = workshop.evidence.circle
    import msgspec

    other = record.sign("charter", msgspec.structs.replace(made.value, at="2012-11-06T09:30Z"), workshop.roots)
    assert workshop.send(charters=[other.line]).refused == "bundle-of-another-plan"
    with pytest.raises(Refusal):
        open_bundle(b"age-encryption.org/v1\n", [])


def forks(desks, words=""):
    return desks.at("usa", f"--json forks {words}").objects


def test_two_cards_after_one_are_shown_and_contest_everything_of_the_party(agreed, workshop):
    desks, _, _ = agreed
    rivals = [workshop.new_card(keyfile.Ed25519Signer(letter * 32)) for letter in (b"n", b"m")]
    assert workshop.send(cards=[card.line for card in rivals]).status == 0
    (view,) = forks(desks, "KAZ")
    assert (view["fork"], view["contests"]) == ("cards", True)
    assert {piece["id"] for piece in view["pieces"]} == {card.id for card in rivals}
    desks.well("usa", "forks --write proof.txt")
    assert "two cards after one card" in desks.run("verify", "proof.txt").out


def test_two_epochs_of_one_rank_are_shown(agreed, workshop):
    desks, _, _ = agreed
    heads = (workshop.evidence.circle.id, workshop.evidence.line(workshop.us).head)
    assert workshop.send(epochs=[workshop.new_epoch(base).line for base in heads]).status == 0
    (view,) = forks(desks)
    assert (view["fork"], view["contests"]) == ("records", True)
    assert "two epochs of one rank" in desks.at("usa", "forks").out


def test_a_segment_that_does_not_follow_the_charter_is_shown_with_what_it_says(agreed, workshop):
    desks, _, course = agreed
    header, body = workshop.new_segment([position(course, "period", "2013-08")], prev="a" * 64, place=(0, 1))
    workshop.send(segments=[(header.line, body)])
    views = forks(desks)
    assert {view["fork"] for view in views} == {"place", "before"}
    alone = next(view for view in views if view["fork"] == "before")
    assert [piece["id"] for piece in alone["pieces"]] == [header.id]
    assert alone["pieces"][0]["says"] == [[course, "period", "2013-08"]]


def test_two_editions_concluded_side_by_side_are_shown_and_proven(agreed, workshop):
    desks, plan, _ = agreed
    sealers = {code: keyfile.read_key(desks.home / f"{code.lower()}/keys/seal.pem") for code in ("KAZ", "USA")}
    cards_of = {code: workshop.evidence.held.newest(party).id for code, party in workshop.codes.items()}
    circle = workshop.evidence.circle.id

    def by(code, kind, **what):
        common = {"at": AT, "card": cards_of[code], "circle": circle, "party": workshop.codes[code], "v": 1}
        return record.sign(seal.KIND, kind(**common, **what), sealers[code])

    made = []
    for number in (1, 2):
        offer = by(
            "USA",
            seal.Offer,
            cut=dict.fromkeys(workshop.codes.values(), circle),
            edition=seal.EditionNumber(0, number),
            languages=["en"],
            root="0" * 64,
            schema=1,
            scope=plan,
            step="offer",
        )
        accept = by("KAZ", seal.Accept, of=offer.id, step="accept")
        made += [offer, accept, by("USA", seal.Receipt, accepts=[accept.id], of=offer.id, step="receipt")]
    assert workshop.send(seals=[one.line for one in made]).status == 0
    (view,) = forks(desks, "USA")
    assert view["fork"] == "conclusions"
    assert forks(desks, "KAZ") == []
    desks.well("usa", "forks --write proof.txt")
    assert "two editions concluded side by side" in desks.run("verify", "proof.txt").out
