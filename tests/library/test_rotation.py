"""Root keys that rotate while a thief has today's: whatever he signs and in whatever order it comes, rotation wins."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from msgspec import structs

from kelisim.errors import Unproven
from kelisim.ledger import card
from kelisim.ledger.judge import Held
from kelisim.ledger.record import sign
from tests.library import keysmith as k

GENERATIONS = 4
THIEF = 3  # the desk whose keys the thief puts on his cards
numbers = st.integers(0, 30)


class Rotation(RuleBasedStateMachine):
    """A party that renews its card and rotates its roots; a thief has every root but the next."""

    @initialize()
    def found(self):
        self.party = k.Party("KAZ", 1).found()
        self.forged: list = []
        self.readers = [Held([self.party.card], [self.party.id]) for _ in range(2)]

    @rule(desk=st.integers(0, 2))
    def renew(self, desk):
        if self.party.card.value.keys != self.party.officers(desk):
            self.party = self.party.renew(keys=self.party.officers(desk))

    @rule()
    def rotate(self):
        if self.party.generation < GENERATIONS:
            self.party = self.party.rotate()

    @rule(after=numbers, minute=st.integers(0, 59))
    def forge(self, after, minute):
        """A card of the thief's own after any card there is, signed by the roots of that card."""
        there = [*self.party.cards, *self.forged]
        before = there[after % len(there)]
        value = structs.replace(
            before.value,
            at=f"2013-01-01T00:{minute:02}Z",
            keys=self.party.officers(THIEF),
            number=before.value.number + 1,
            party=self.party.id,
            prev=before.id,
        )
        of = next(n for n in range(GENERATIONS + 1) if self.party.root_keys(n) == before.value.roots)
        self.forged.append(sign(card.KIND, value, *self.party.root_signers(of)))

    @rule(which=numbers, to=st.integers(0, 1))
    def deliver(self, which, to):
        there = [*self.party.cards, *self.forged]
        self.give(there[which % len(there)], self.readers[to])

    def give(self, one, reader):
        try:
            reader.add(one)
        except Unproven as refusal:  # the card before it has not come
            if refusal.code != "card-before-missing":
                raise

    def teardown(self):
        """The party rotates once more: to roots that nobody has stolen. Then all has come, in two orders."""
        if not hasattr(self, "party"):
            return
        self.party = self.party.rotate()
        there = sorted([*self.party.cards, *self.forged], key=lambda one: one.id)
        for reader, order in zip(self.readers, (there, there[::-1]), strict=True):
            for one in sorted(order, key=lambda one: one.value.number):
                self.give(one, reader)
            chain = reader.chain(self.party.id)
            assert (chain.ids, chain.contested) == (tuple(one.id for one in self.party.cards), False)
            assert reader.newest(self.party.id).value.keys != self.party.officers(THIEF)


class TestRotation(Rotation.TestCase):
    settings = settings(max_examples=60, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
