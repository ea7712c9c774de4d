"""A thief of an officer's key, before and after it is ended: what he signs, for whatever place, comes to nothing.

Beside each party stands its twin, which holds the same but for the thief's papers. Whoever holds the card and the
epoch that ended the key must tell the same as its twin.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec import structs

from kelisim.errors import NotNow, Unknown
from kelisim.evidence import Evidence
from kelisim.ledger import record, seal, segment
from kelisim.ledger.card import in_order
from kelisim.ledger.judge import Held
from kelisim.ledger.segment import Statement, write_body
from tests.library import keysmith as k
from tests.parties import SCHEMA, Party, item

THIEF = 1  # the desk whose keys are stolen; the honest officers sit at desk 0
numbers = st.integers(0, 30)
parties = st.integers(0, 2)


def as_told(evidence):
    """What counts: every line, every field, what is concluded or ended under the proposer's newest card."""
    standing = evidence.standing(SCHEMA)
    fields = {
        (one, name): (field.status, dict(field.values))
        for one in standing.items()
        for name, field in standing.fields(one)
    }
    lines = {party: evidence.line(party) for party in evidence.charter.codes()}
    seals, newest = evidence.seals(), evidence.held.newest(evidence.charter.proposer).id
    offers = {name for name, one in seals.items() if isinstance(one, seal.Offer) and one.card == newest}
    ended = {name for name in offers if seal.is_ended(seals, name)}
    return fields, lines, offers & seal.concluded(seals, evidence.charter), ended


class Theft(RuleBasedStateMachine):
    """Three parties; the keys of one of them, which does not propose, are in other hands too."""

    proposes = False  # does the robbed party?

    @initialize()
    def found(self):
        plain = k.Party("KAZ", 1)
        robbed = plain.found(keys=in_order([*plain.officers(), *plain.officers(THIEF)]))
        others = [k.Party("USA", 2).found(), k.Party("UZB", 3).found()]
        self.circle = k.circle(*((robbed, *others) if self.proposes else (others[0], robbed, others[1])))
        cards = [card for one in (robbed, *others) for card in one.cards]
        self.robbed, *_ = self.parties = [Party(one, self.circle, cards) for one in (robbed, *others)]
        self.stolen = robbed  # its card names the stolen keys
        self.forged: dict[str, tuple] = {}
        self.base, self.ended = "", ""
        for party in self.parties:
            for field, value in (("kind", "plan"), ("present", "yes"), ("title.en", "Plan")):
                party.say("plan", field, value)
        self.meet()

    # What the honest do

    @rule(who=parties, value=st.sampled_from(["2013", "2014"]))
    def say(self, who, value):
        self.parties[who].say("plan", "period", value)
        self.speak(self.parties[who])

    @rule(who=parties, whom=parties)
    def send(self, who, whom):
        if who != whom:
            self.parties[whom].read(self.parties[who].bundle_for(self.parties[whom].code))

    @rule()
    def meet(self):
        for party in self.parties:
            self.speak(party)
        for party in self.parties:
            for other in self.parties:
                if other is not party:
                    other.read(party.bundle_for(other.code))

    @rule(act=st.sampled_from(["freeze", "offer", "accept", "receipt"]), who=parties)
    def conclude(self, act, who):
        try:
            getattr(self.parties[who], act)(*(["plan"] if act in ("freeze", "offer") else []))
        except (NotNow, Unknown):
            return

    @rule()
    def propose_an_edition(self):
        proposer = next(one for one in self.parties if one.id == self.circle.value.proposer)
        self.meet()
        try:
            proposer.freeze("plan")
            proposer.offer("plan")
        except NotNow:
            return
        self.meet()

    @rule()
    def end_the_key(self):
        """A card without it, and an epoch that goes on before the first thing that the thief signed."""
        if self.ended:
            return
        party = self.robbed
        self.ended = party.keys.renew(keys=party.keys.officers()).card.id
        party.keys = party.keys.renew(keys=party.keys.officers())
        party.evidence.held.add(party.keys.card)
        base = self.base or party.evidence.line(party.id).head
        party.evidence.add_epoch(k.epoch_of(party.keys, self.circle, base=base, number=1, reason="compromise"))

    def speak(self, party):
        try:
            party.dispatch()
        except NotNow:
            return

    # What the thief does

    @rule(epoch=st.integers(0, 2), seq=st.integers(1, 6), prev=numbers, value=numbers, to=parties)
    def forge_a_segment(self, epoch, seq, prev, value, to):
        """For any place, after anything that anybody holds."""
        held = sorted([self.circle.id, *self.robbed.evidence.segments, *self.robbed.evidence.epochs, *self.forged])
        body = write_body([Statement(field="title.en", item=item("plan"), value=f"Forged {value}")])
        place = {"epoch": epoch, "seq": seq, "prev": held[prev % len(held)]}
        self.give(self.signed(body, **place), body, to)

    @rule(value=numbers, to=parties)
    def go_on_where_the_victim_stands(self, value, to):
        line = self.parties[to].evidence.line(self.robbed.id)
        body = write_body([Statement(field="title.en", item=item("plan"), value=f"Forged {value}")])
        self.give(self.signed(body, epoch=line.epoch, seq=line.seq + 1, prev=line.head), body, to)

    @rule(to=parties, accepts=st.booleans(), withdraws=st.booleans())
    def seal_in_the_victims_name(self, to, accepts, withdraws):
        """Accept what is offered and withdraw from it; the proposer's keys can receipt it instead."""
        steps = [k.withdraw_of] if withdraws else []
        if accepts:
            steps = [k.receipt_of if self.proposes else k.accept_of, *steps]
        for name, one in self.parties[to].evidence.seals().items():
            if isinstance(one, seal.Offer):
                for step in steps:
                    value = step(self.stolen, self.circle, name).value
                    self.give(record.sign(seal.KIND, value, self.stolen.officer("seal", THIEF)), b"", to)

    def signed(self, body, **place):
        plain = k.segment_of(self.stolen, self.circle, body, **place).value
        return record.sign(segment.KIND, structs.replace(plain), self.stolen.officer("state", THIEF))

    def give(self, forged, body, to):
        """Remember what the victim had said before the first theft, and hand the paper over."""
        if not self.forged:
            self.base = self.robbed.evidence.line(self.robbed.id).head
        self.forged[forged.id] = forged, body
        self.hand_over(forged, body, self.parties[to])

    @rule(which=numbers, to=parties)
    def send_it_again(self, which, to):
        if self.forged:
            self.hand_over(*list(self.forged.values())[which % len(self.forged)], self.parties[to])

    def hand_over(self, forged, body, party):
        if forged.kind == seal.KIND:
            party.evidence.add_seal(forged)
        else:
            party.evidence.add_segment(forged, body)

    # What must hold

    def twin(self, evidence):
        """The same without the thief's papers."""
        other = Evidence(self.circle, Held(evidence.held.cards.values(), evidence.held.confirmed))
        for name in ("epochs", "segments", "signed_seals"):
            kept = {one: found for one, found in getattr(evidence, name).items() if one not in self.forged}
            setattr(other, name, kept)
        return other

    @invariant()
    def whoever_knows_of_the_end_tells_what_it_would_without_the_thief(self):
        for party in getattr(self, "parties", []):
            if self.ended in party.evidence.held.cards and party.evidence.epochs:
                assert as_told(party.evidence) == as_told(self.twin(party.evidence))

    def teardown(self):
        """When all have met, all know, and nobody's feed is contested."""
        if not hasattr(self, "parties"):
            return
        self.end_the_key()
        for _ in range(2):
            self.meet()
        self.whoever_knows_of_the_end_tells_what_it_would_without_the_thief()
        assert not any(line.contested for party in self.parties for line in as_told(party.evidence)[1].values())
        assert len({self.parties[0].evidence.line(party.id).head for party in self.parties}) == len(self.parties)


class TheftFromTheProposer(Theft):
    """The same, and it proposes."""

    proposes = True


class TestTheft(Theft.TestCase):
    settings = settings(max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))


class TestTheftFromTheProposer(TheftFromTheProposer.TestCase):
    settings = TestTheft.settings


@pytest.mark.parametrize("theft", [Theft, TheftFromTheProposer])
@pytest.mark.parametrize(("accepts", "withdraws"), [(True, False), (False, True), (True, True)])
def test_an_ended_key_neither_concludes_nor_ends_what_was_offered_since(theft, accepts, withdraws):
    machine = theft()
    machine.found()
    machine.end_the_key()
    machine.propose_an_edition()
    for party in machine.parties[1:] if machine.proposes else [machine.parties[0], machine.parties[2]]:
        if party.id != machine.circle.value.proposer:
            party.accept()
    machine.meet()
    for to in range(3):
        machine.seal_in_the_victims_name(to, accepts, withdraws)
    machine.whoever_knows_of_the_end_tells_what_it_would_without_the_thief()
    for party in machine.parties:
        _, _, concluded, ended = as_told(party.evidence)
        assert (concluded, ended) == (set(), set())
    assert machine.forged
