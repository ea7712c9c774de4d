"""Parties that negotiate at random: bundles are lost, repeated and reordered, nodes restored; the promises hold.

Beside the parties a plain book is kept of what each of them signed. Whatever a party is told to be agreed must stand
in the book; whatever was concluded stays so; and nobody here is dishonest, so nobody may ever be accused.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kelisim import edition
from kelisim.errors import NotNow, Unknown
from kelisim.evidence import Evidence
from kelisim.ledger import seal
from kelisim.ledger.judge import Held
from kelisim.ledger.segment import write_body
from kelisim.plan import Rule
from kelisim.position import Status
from tests.library import keysmith as k
from tests.parties import SCHEMA, Party, found, item

PLAN, SURVEY = item("plan"), item("survey")
MOST_BUNDLES = 20

codes = st.integers(0, 2)
fields = st.sampled_from(
    ["present", "kind", "parent", "period", "period", "title.en", "attend.KAZ", "held", "contact.USA"]
)
VALUES = {
    "present": ["yes"],
    "kind": ["activity", "project"],
    "parent": ["plan"],
    "period": ["2013", "2014", "soon"],
    "title.en": ["Survey", "Joint survey"],
    "attend.KAZ": ["12"],
    "held": ["yes", "no"],
    "contact.USA": ["Desk"],
}


class Page(NamedTuple):
    """What the book has of a signed segment or epoch record: what it follows, and what it says."""

    before: str
    words: dict[tuple[str, str], tuple[str | None, bool]]


class Bundle(NamedTuple):
    """What the courier carries, and when it was written."""

    sender: Party
    to: Party
    data: bytes
    written: int


def as_party(evidence):
    """All that can be told of what is held."""
    standing = evidence.standing(SCHEMA)
    told = {(one, name): field for one in standing.items() for name, field in standing.fields(one)}
    return told, {party: evidence.line(party) for party in evidence.charter.codes()}, evidence.seals()


class Negotiation(RuleBasedStateMachine):
    """Two or three honest parties, a careless courier, and machines that break."""

    @initialize(count=st.sampled_from([2, 2, 3]))
    def found(self, count):
        self.parties = list(found(*("KAZ", "USA", "UZB")[:count]).values())
        self.circle = self.parties[0].circle
        self.codes = self.circle.value.codes()
        self.book: dict[str, Page] = {}
        self.seals: dict[str, seal.Seal] = {}
        self.concluded: set[str] = set()
        self.known: dict[str, set[str]] = {one.code: set() for one in self.parties}
        self.bundles: list[Bundle] = []
        self.clock = 0
        self.restored = {one.code: 0 for one in self.parties}
        self.unheard: dict[str, set[str]] = {one.code: set() for one in self.parties}
        self.beyond_promise = False
        self.backups = [(one, one.back_up()) for one in self.parties]
        for party in self.parties:
            for name, kind in (("plan", "plan"), ("survey", "activity")):
                party.say(name, "kind", kind)
                party.say(name, "present", "yes")
            party.say("survey", "parent", "plan")
            self.dispatch(party)
        self.meet(None)
        self.write(0, 0, whole=True)

    def party(self, number):
        return self.parties[number % len(self.parties)]

    def other(self, party, number):
        others = [one for one in self.parties if one is not party]
        return others[number % len(others)]

    # What they do

    @rule(who=codes, field=fields, which=st.integers(0, 2), hold=st.sampled_from([False, False, True]))
    def say(self, who, field, which, hold):
        values = VALUES[field]
        self.party(who).say("survey", field, values[which % len(values)], hold=hold)

    @rule(who=codes, field=fields)
    def take_back(self, who, field):
        self.party(who).withdraw("survey", field)

    @rule(who=codes, whom=codes)
    def endorse(self, who, whom):
        """Take over every joint word of another party that differs from ours."""
        party = self.party(who)
        theirs, ours = (party.standing.voices[one.code].words for one in (self.other(party, whom), party))
        for name, words in theirs.items():
            for field, word in words.items():
                mine = ours.get(name, {}).get(field)
                settled = mine and mine.firm and mine.value == word.value
                if word.value is not None and not settled and SCHEMA.rule(field) is Rule.JOINT:
                    party.say({PLAN: "plan", SURVEY: "survey"}[name], field, {PLAN: "plan"}.get(word.value, word.value))

    @rule(who=codes)
    def speak(self, who):
        self.dispatch(self.party(who))

    @rule(who=codes, whom=codes, whole=st.booleans())
    def write(self, who, whom, whole):
        party = self.party(who)
        to = self.other(party, whom)
        self.bundles.append(self.bundle(party, to, whole=whole))
        del self.bundles[:-MOST_BUNDLES]

    @rule(which=st.integers(0, MOST_BUNDLES))
    def read(self, which):
        """Any bundle that was ever written may come, and may come again."""
        self.deliver(self.bundles[which % len(self.bundles)])

    @rule(lost=st.none() | codes)
    def meet(self, lost):
        """Everybody speaks and writes to everybody; the bundles of one party may be lost."""
        for party in self.parties:
            self.dispatch(party)
        for number, party in enumerate(self.parties):
            for to in self.parties:
                if to is not party and number != lost:
                    self.deliver(self.bundle(party, to))

    @rule(who=codes)
    def back_up(self, who):
        party = self.party(who)
        self.backups.append((party, party.back_up()))

    @rule(which=st.integers(0, 20), back=st.none() | codes)
    def restore(self, which, back):
        """Go back to an earlier copy, perhaps after taking back from a counterpart what was ours."""
        party, backup = self.backups[which % len(self.backups)]
        self.look_whether_it_is_too_much(party, backup)
        data = [] if back is None else [self.other(party, back).bundle_for(party.code, whole=True)]
        party.restore(backup, *data)
        head = party.evidence.line(party.id).head
        self.book[head] = Page(party.evidence.epochs[head].value.base, {})
        self.known[party.code] = set()
        self.restored[party.code] = self.clock
        self.unheard[party.code] = {one.code for one in self.parties if one is not party}
        self.note(party)

    @rule(who=codes)
    def freeze(self, who):
        self.party(who).freeze("plan", "en")

    @rule(act=st.sampled_from(["offer", "accept", "receipt", "back_out"]), who=codes)
    def seal(self, act, who):
        self.try_to(self.party(who), act)

    @rule(who=codes, losses=st.lists(st.none() | codes, min_size=3, max_size=3))
    def conclude(self, who, losses):
        """What leads to an edition, with whatever gets lost on the way."""
        for party in self.parties:
            self.endorse(self.parties.index(party), who)
        self.meet(losses[0])
        self.party(who).freeze("plan", "en")
        self.try_to(self.party(who), "offer")
        self.meet(losses[1])
        for party in self.parties:
            self.try_to(party, "accept")
        self.meet(losses[2])
        self.try_to(self.party(who), "receipt")

    # How things travel

    def bundle(self, party, to, *, whole=False):
        self.clock += 1
        return Bundle(party, to, party.bundle_for(to.code, whole=whole), self.clock)

    def deliver(self, one):
        one.to.read(one.data)
        if one.written > self.restored[one.to.code]:
            self.unheard[one.to.code].discard(one.sender.code)
        self.note(one.to)

    def look_whether_it_is_too_much(self, party, backup):
        """Two nodes down at once, or a copy of a branch that was left: then one scope may be concluded twice.

        Nobody may be left who remembers the first time. All else must hold even so.
        """
        others_down = any(self.unheard[one.code] for one in self.parties if one is not party)
        then, now = (one.evidence.line(party.id).ids for one in (backup, party))
        self.beyond_promise |= others_down or now[: len(then)] != then

    # What is written down

    def dispatch(self, party):
        try:
            signed = party.dispatch()
        except NotNow:
            return
        statements = party.evidence.segments[signed.id][1]
        words = {
            (one.item, one.field): (one.value if isinstance(one.value, str) else None, one.hold != "ad referendum")
            for one in statements
        }
        self.book[signed.id] = Page(signed.value.prev, words)

    def try_to(self, party, act):
        """Seal something, if a duty or what is held does not stand against it."""
        try:
            getattr(party, act)(*(["plan"] if act == "offer" else []))
        except (NotNow, Unknown):
            return
        self.note(party)

    def note(self, party):
        """Write down the seals that a party holds, and that none it saw concluded is undone."""
        self.seals |= party.evidence.seals()
        now = party.concluded()
        assert now >= self.known[party.code]
        self.known[party.code] = now

    def words_at(self, head):
        """What a party had said when its feed had this head, by the book."""
        pages = []
        while head != self.circle.id:
            pages.append(self.book[head])
            head = pages[-1].before
        return {where: word for page in reversed(pages) for where, word in page.words.items()}

    # What must hold

    @invariant()
    def nobody_honest_is_ever_accused(self):
        for observer in self.parties:
            for party in self.codes:
                line = observer.evidence.line(party)
                assert not line.contested
                assert not line.disputed

    @invariant()
    def what_is_agreed_is_what_each_party_has_said(self):
        for observer in self.parties:
            said = [self.words_at(observer.evidence.line(party).head) for party in self.codes]
            standing = observer.standing
            for name in standing.items():
                for field, found_ in standing.fields(name):
                    words = [words.get((name, field)) for words in said]
                    if found_.status is Status.AGREED:
                        assert set(words) == {(found_.value, True)}
                    elif found_.status is Status.AD_REFERENDUM:
                        assert {word and word[0] for word in words} == {found_.value}
                    elif found_.status is not Status.ACCOUNT:
                        understood = SCHEMA.understands(field, words[0][0] or "", None) if words[0] else False
                        assert len(set(words)) > 1 or not understood

    @invariant()
    def what_was_concluded_stays_and_no_edition_has_two_successors(self):
        done = seal.concluded(self.seals, self.circle.value)
        assert done >= self.concluded
        self.concluded = done
        contested = seal.conclusions(self.seals, self.circle.value, PLAN).contested
        assert self.beyond_promise or not contested

    @invariant()
    def an_edition_says_what_each_party_had_said_at_its_cut(self):
        for name in self.concluded:
            offer = seal.offer(self.seals, name)
            said = [self.words_at(offer.cut[party]) for party in self.codes]
            content: dict[str, dict[str, str]] = {}
            for one, field in sorted(set().union(*said)):
                words = {words.get((one, field)) for words in said}
                stands = any(word and word[0] is not None for word in words)
                wanted = all(words.get((one, "present")) == ("yes", True) for words in said)
                inside = one == PLAN or all(words.get((one, "parent")) == (PLAN, True) for words in said)
                if stands and wanted and inside and SCHEMA.rule(field) is Rule.JOINT:
                    ((value, firm),) = words
                    assert firm
                    content.setdefault(one, {})[field] = value
            naming = edition.Naming(self.circle.id, offer.scope, offer.edition)
            assert edition.root_of(content, naming, k.SEED) == offer.root

    @rule(who=codes, seed=st.integers(0, 1000))
    def the_order_in_which_evidence_came_does_not_matter(self, who, seed):
        held = self.party(who).evidence
        other = Evidence(self.circle, Held(held.held.cards.values(), held.held.confirmed))
        acts = [
            *((other.add_segment, (header, write_body(said))) for header, said in held.segments.values()),
            *((other.add_epoch, (one,)) for one in held.epochs.values()),
            *((other.add_seal, (one,)) for one in held.signed_seals.values()),
        ]
        Random(seed).shuffle(acts)
        for act, record in [*acts, *acts[: seed % 3]]:
            act(*record)
        assert as_party(other) == as_party(held)

    def teardown(self):
        """When at last nothing gets lost, all have one picture, and everybody's line is as it made it."""
        if not hasattr(self, "parties"):
            return
        for _ in range(3):
            self.meet(None)
        pictures = [as_party(party.evidence) for party in self.parties]
        assert all(one == pictures[0] for one in pictures)
        for party in self.parties:
            assert pictures[0][1][party.id].head == party.evidence.line(party.id).head
        self.nobody_honest_is_ever_accused()
        self.what_is_agreed_is_what_each_party_has_said()
        self.what_was_concluded_stays_and_no_edition_has_two_successors()
        self.an_edition_says_what_each_party_had_said_at_its_cut()


class TestNegotiation(Negotiation.TestCase):
    settings = settings(max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.soak
class TestLongNegotiation(Negotiation.TestCase):
    settings = settings(
        max_examples=400, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck)
    )
