"""Worlds small enough to try them all: the product gives what the reference gives, and the promises hold.

The promises: an honest party is never accused; whoever tells two stories is found out once they meet; what the thief
of an ended key signs changes nothing; the order in which things arrive never matters; careful parties never conclude
twice. The sizes that `make test` tries are those that take seconds; `make soak` tries one act more.
"""

from __future__ import annotations

import random
from functools import cache
from itertools import combinations, permutations
from typing import TYPE_CHECKING

import pytest

from kelisim.errors import NotNow
from kelisim.ledger import duty, feed, seal
from kelisim.ledger.charter import Charter, Member
from kelisim.ledger.feed import Base, Place
from tests.library import reference
from tests.library.keysmith import AT, NOWHERE, SURVEY
from tests.library.reference import CHARTER, Negotiation, Record, Segment, Stamp, World, subsets

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from tests.library.reference import Act

START = feed.Start(CHARTER, 0)
NUMBERS = {"card 0": 0, "card 1": 1, "card 2": 2}


def soak(size):
    return pytest.param(size, marks=pytest.mark.soak)


@cache
def judged(act: Act) -> Place | Base:
    """An act as the product takes it."""
    named = act._replace(card=f"card {act.card}")
    return Place(*named) if isinstance(act, Segment) else Base(*named)


def line(acts: Iterable[Act]) -> feed.Line:
    """What the product finds in some acts, handed over in this order."""
    evidence = [judged(act) for act in acts]
    places = [one for one in evidence if isinstance(one, Place)]
    return feed.line(places, [one for one in evidence if isinstance(one, Base)], START, NUMBERS)


lined = cache(line)


def top(world: World) -> tuple[int, int]:
    """The rank of the highest record; of nothing, before any."""
    return max((reference.rank(act) for act in world if isinstance(act, Record)), default=(0, 0))


@cache
def dishonest(size: int) -> set[World]:
    return reference.dishonest(size)


@cache
def wild(size: int) -> set[World]:
    return reference.wild(size)


@cache
def honest(size: int) -> list[tuple[tuple[Act, ...], tuple[str, ...]]]:
    return list(reference.honest(size))


def views(worlds: Iterable[Collection[Act]]) -> set[World]:
    """Everything that somebody can hold in some world."""
    return {held for world in worlds for held in subsets(world)}


# The function equals the reference


@pytest.mark.parametrize("size", [4, soak(5)])
def test_the_line_is_the_references_in_every_dishonest_world(size):
    for held in views(dishonest(size)):
        assert lined(held) == reference.line(held)


@pytest.mark.parametrize("size", [3, soak(4)])
def test_the_line_is_the_references_where_places_and_predecessors_fit_nothing(size):
    for held in views(wild(size)):
        assert line(held) == reference.line(held)


@pytest.mark.parametrize("size", [4, soak(5)])
def test_the_line_is_the_references_in_every_honest_history(size):
    for held in views(acts for acts, _ in honest(size)):
        assert lined(held) == reference.line(held)


# An honest author


@pytest.mark.parametrize("size", [4, soak(6)])
def test_whoever_holds_everything_sees_exactly_the_authors_own_line(size):
    for acts, ids in honest(size):
        found = line(acts)
        assert (found.ids, found.contested, found.waiting) == (ids, False, False)


@pytest.mark.parametrize("size", [4, soak(5)])
def test_an_honest_author_is_never_accused(size):
    for held in views(acts for acts, _ in honest(size)):
        assert not lined(held).contested


@pytest.mark.parametrize("size", [3, soak(4)])
def test_what_the_thief_of_an_ended_key_signs_changes_nothing(size):
    for acts, _ in honest(size):
        number_of_card, newest = top(frozenset(acts))
        forged = list(reference.forgeries(acts, number_of_card, newest))
        assert line([*acts, *forged]) == lined(frozenset(acts))
        for few in combinations(forged, 1 if len(acts) > 2 else 2):
            assert line([*acts, *few]) == lined(frozenset(acts))


@pytest.mark.parametrize("size", [3, soak(4)])
def test_what_anybody_signs_for_an_epoch_that_is_over_changes_nothing(size):
    for acts, _ in honest(size):
        _, newest = top(frozenset(acts))
        backdated = list(reference.backdated(acts, newest, 2))
        assert line([*acts, *backdated]) == lined(frozenset(acts))
        for one in backdated:
            assert line([*acts, one]) == lined(frozenset(acts))


# A dishonest author


@pytest.mark.parametrize("size", [4, soak(5)])
def test_what_counts_is_one_chain_and_never_mixes_two_branches(size):
    for held in views(dishonest(size)):
        ids = lined(held).ids
        assert not ids or reference.way(held, ids[-1]) == ids


@pytest.mark.parametrize("size", [4, soak(5)])
def test_two_stories_told_to_two_readers_are_proven_once_they_exchange_what_they_hold(size):
    proven = 0
    for world in dishonest(size):
        settled = [held for held in subsets(world) if not lined(held).contested and not lined(held).waiting]
        for one, two in combinations(settled, 2):
            told, other = lined(one).ids, lined(two).ids
            shared = min(len(told), len(other))
            if top(one) == top(two) and told[:shared] != other[:shared]:
                assert lined(one | two).contested
                proven += 1
    assert proven


@pytest.mark.parametrize("size", [4, soak(5)])
def test_what_is_disputed_never_counts(size):
    for held in views(dishonest(size)):
        found = lined(held)
        assert not found.disputed & set(found.ids)
        assert found.contested or not found.disputed


# One step at a time


def dispatches(held: Iterable[Act]) -> list[Segment]:
    return sorted((act for act in held if isinstance(act, Segment)), key=lambda act: (act.epoch, act.seq, act.id))


def check_growth(world: Collection[Act]) -> int:
    """Try every split into what is known and what is new, in every order of the new; how often it could tell."""
    told = 0
    for held in subsets(world):
        for known in subsets(held):
            new = held - known
            if all(isinstance(act, Segment) for act in new):
                for order in permutations(dispatches(new)):
                    grown = feed.grow(lined(known), [judged(act) for act in order], NUMBERS)
                    assert grown is None or grown == lined(held)
                    told += grown is not None and bool(new)
    return told


@pytest.mark.parametrize("size", [4, soak(5)])
def test_a_line_grown_by_new_segments_is_the_line_of_everything_in_dishonest_worlds(size):
    assert sum(check_growth(world) for world in dishonest(size))


@pytest.mark.parametrize("size", [3, soak(4)])
def test_a_line_grown_by_new_segments_is_the_line_of_everything_in_wild_worlds(size):
    assert sum(check_growth(world) for world in wild(size))


@pytest.mark.parametrize("size", [4, soak(5)])
def test_a_line_grown_by_new_segments_is_the_line_of_everything_in_honest_histories(size):
    assert sum(check_growth(acts) for acts, _ in honest(size))


def test_growing_tells_whenever_an_honest_author_just_goes_on():
    for acts, _ in honest(4):
        for count in range(len(acts)):
            known, new = acts[:count], acts[count:]
            if all(isinstance(act, Segment) for act in new):
                assert feed.grow(lined(frozenset(known)), [judged(act) for act in new], NUMBERS) is not None


def arrive(acts: Sequence[Act]) -> feed.Line:
    """What a reader knows that takes one thing after the other and judges everything anew only where it must."""
    known = line([])
    for count, act in enumerate(acts, 1):
        grown = feed.grow(known, [judged(act)], NUMBERS) if isinstance(act, Segment) else None
        known = grown or line(acts[:count])
    return known


@pytest.mark.parametrize("size", [3, soak(4)])
def test_in_whatever_order_things_arrive_a_reader_ends_with_the_same_line(size):
    for world in [*dishonest(size), *(acts for acts, _ in honest(size))]:
        for order in permutations(world):
            assert line(order) == arrive(order) == lined(frozenset(world))


def test_what_arrives_twice_changes_nothing():
    for world in dishonest(3):
        assert line([*world, *world]) == lined(world)


# Seals


def stamped(stamps: Iterable[Stamp]) -> dict[str, seal.Seal]:
    """Seals as the product takes them, by id."""
    return {stamp.id: sealed(stamp) for stamp in stamps}


@cache
def sealed(stamp: Stamp) -> seal.Seal:
    common = {"at": AT, "card": NOWHERE, "circle": NOWHERE, "party": stamp.party, "step": stamp.step, "v": 1}
    if stamp.step == "offer":
        content = {"cut": {}, "edition": seal.EditionNumber(0, 1), "languages": ["en"], "root": NOWHERE, "schema": 1}
        previous = {"previous": stamp.previous} if stamp.previous else {}
        return seal.Offer(scope=SURVEY, **content, **previous, **common)
    if stamp.step == "receipt":
        return seal.Receipt(accepts=[], of=stamp.of, **common)
    return {"accept": seal.Accept, "withdraw": seal.Withdraw}[stamp.step](of=stamp.of, **common)


def parties(*others: str) -> Charter:
    members = [Member(card=NOWHERE, code=party, party=party) for party in (*others, "P")]
    return Charter(at=AT, languages=["en"], parties=members, proposer="P", salts=NOWHERE, schema=1, v=1)


def check_conclusions(stamps: Collection[Stamp], others: Sequence[str]) -> None:
    done = reference.concluded(stamps, "P", others)
    standing = reference.succession(stamps, done)
    charter = parties(*others)
    for seals in (stamped(stamps), stamped(reversed([*stamps]))):
        assert seal.concluded(seals, charter) == done
        assert seal.conclusions(seals, charter, SURVEY) == (done, standing, reference.twice(stamps, done))


def test_conclusions_are_the_references_for_every_part_of_a_crowded_table():
    first, rival, next_one = Stamp("a", "offer", "P"), Stamp("b", "offer", "P"), Stamp("c", "offer", "P", previous="a")
    steps = [Stamp(f"{step} {of}", step, by, of) for of in "abcw" for step, by in (("accept", "B"), ("receipt", "P"))]
    idle = [Stamp("w", "withdraw", "P", "a"), Stamp("x", "offer", "B"), Stamp("y", "receipt", "B", "a")]
    for stamps in subsets([first, rival, next_one, *steps, *idle]):
        check_conclusions(stamps, ["B"])


class Dutiful(Negotiation):
    """The same parties; but now it is the product that tells each of them what it may do."""

    def allowed(self, act, party, *given):
        try:
            act(stamped(self.held[party]), *given)
        except NotNow:
            return False
        return True

    def known_offers(self, party):
        return [stamp for stamp in self.held[party] if stamp.step == "offer"]

    def offer(self):
        charter = parties(*self.others)
        if self.allowed(duty.may_offer, "P", charter, "P", SURVEY):
            self.sign("offer", "P", previous=duty.last(stamped(self.held["P"]), charter, SURVEY))

    def withdraw(self):
        for stamp in self.known_offers("P"):
            if self.allowed(duty.may_withdraw, "P", "P", stamp.id):
                self.sign("withdraw", "P", stamp.id)

    def accept(self):
        party = self.dice.choice(self.others)
        for stamp in self.known_offers(party):
            if self.allowed(duty.may_accept, party, parties(*self.others), party, stamp.id, OneCard()):
                self.sign("accept", party, stamp.id)

    def receipt(self):
        for stamp in self.known_offers("P"):
            if self.allowed(duty.may_receipt, "P", parties(*self.others), "P", stamp.id, OneCard()):
                self.sign("receipt", "P", stamp.id)


class OneCard:
    """What is held of parties that have one card for ever."""

    id = NOWHERE

    def newest(self, _party):
        return self


def negotiations(runs, *, careful, kind=Negotiation):
    dice = random.Random(2013)
    for _ in range(runs):
        negotiation = kind(dice, dice.choice([["B"], ["B", "C"]]), careful=careful)
        negotiation.play(dice.randint(10, 60))
        yield negotiation


def test_conclusions_are_the_references_at_every_desk_of_a_negotiation():
    for played in negotiations(300, careful=False):
        for stamps in [played.signed, *played.held.values()]:
            check_conclusions(stamps, played.others)


def outcome(negotiations):
    """How many came to a conclusion, and how many to two after one and the same."""
    done = twice = 0
    for played in negotiations:
        ids = reference.concluded(played.signed, "P", played.others)
        done += bool(ids)
        twice += reference.twice(played.signed, ids)
    return done, twice


@pytest.mark.parametrize("runs", [8_000, soak(200_000)])
def test_careless_parties_sometimes_conclude_twice_and_careful_ones_never(runs):
    for careful in (False, True):
        done, twice = outcome(negotiations(runs, careful=careful))
        assert done > runs / 20
        assert bool(twice) != careful


@pytest.mark.parametrize("runs", [4_000, soak(100_000)])
def test_parties_that_do_what_the_product_allows_never_conclude_twice(runs):
    done, twice = outcome(negotiations(runs, careful=True, kind=Dutiful))
    assert done > runs / 20
    assert not twice
