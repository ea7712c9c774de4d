"""Every other file that comes from outside: changed, it is refused by name or proves what the true one proves.

What nobody signed proves nothing, so of a request, a file of recorded positions, and the like only this is asked: it
is refused by name or read, and nothing else happens. A prefix of a file of cards is a file of cards; a proof of a fork
may lose a card that it does not need.
"""

from __future__ import annotations

from collections import Counter

import pytest

from kelisim import ceremony, disclosure, edition, fork, planfile
from kelisim.errors import Refusal
from kelisim.ledger import card as cards
from tests.hostile.mutants import cut, flipped, grown, place
from tests.hostile.test_mutation import named
from tests.hostile.worlds import KAZ, PARTIES, USA
from tests.library import keysmith as k

FEW, MANY = 2_000, 40_000
EDITION = KAZ.edition_file("plan")
ITEM = next(iter(edition.verify(EDITION).content))
CARDS = b"".join(one.line for one in k.NORTH.renew().rotate().cards)
ANSWER = ceremony.write_request(k.NORTH.renew().card)
PLAN = planfile.write(PARTIES["USA"].standing, PARTIES["USA"].standing.items())


def a_fork():
    """Two segments of one place."""
    twins = [k.segment_of(KAZ.keys, KAZ.circle, at=f"2012-11-05T09:3{n}Z") for n in (1, 2)]
    return fork.write([*KAZ.keys.cards, USA.keys.card], KAZ.circle, twins)


def proven_edition(data):
    found = edition.verify(data)
    return found.id, found.names, found.content


def proven_disclosure(data):
    found = disclosure.verify(data)
    return found.id, found.names, found.content, found.part.tree.leaves, [one.leaves for one in found.part.items]


def proven_fork(data):
    found = fork.verify(data)
    return found.sort, found.party, {one.id for one in found.records}


def answered(data):
    """An answer is judged as what it is: here a card, after the one before."""
    found = ceremony.read_request(data)
    cards.check(found, k.NORTH.card)
    return found.id


def planned(data):
    planfile.read(data, "plan.toml", ["KAZ", "USA"])


FILES = {
    "edition": (EDITION, proven_edition),
    "disclosure": (disclosure.cut(EDITION, [], [f"{ITEM}:kind"]), proven_disclosure),
    "fork": (a_fork(), proven_fork),
    "cards": (CARDS, lambda data: [card.id for card in cards.read_cards(data)]),
    "answer": (ANSWER, answered),
    "plan": (PLAN, planned),
}


def shuffled(data, number):
    """Lines left out, twice, or in another place."""
    lines = data.splitlines(keepends=True)
    turn, act = divmod(number, 3)
    at, to = turn % len(lines), turn // len(lines) % len(lines)
    taken = [*lines[:at], *lines[at + 1 :]]
    return b"".join((taken, [*lines[:at], lines[at], *lines[at:]], [*taken[:to], lines[at], *taken[to:]])[act])


def spliced(data, number):
    """The beginning of one line and the end of another."""
    lines = data.splitlines(keepends=True)
    one, other = number % len(lines), number // len(lines) % len(lines)
    at = place(number, len(lines[one]))
    return b"".join([*lines[:one], lines[one][:at] + lines[other][at:], *lines[one + 1 :]])


CHANGES = {"flipped": flipped, "cut": cut, "grown": grown, "shuffled": shuffled, "spliced": spliced}


def is_sound(sort, found, true):
    """Whether a changed file may prove that."""
    if sort == "cards":
        return found == true[: len(found)]
    return found == true


@pytest.mark.parametrize("sort", FILES)
@pytest.mark.parametrize("number", [FEW, pytest.param(MANY, marks=pytest.mark.soak)])
def test_a_changed_file_is_refused_by_name_or_proves_the_same(sort, number):
    data, reader = FILES[sort]
    true, came = reader(data), Counter()
    for one in range(number // len(FILES)):
        turn, act = divmod(one, len(CHANGES))
        mutant = [*CHANGES.values()][act](data, turn)
        try:
            found = reader(mutant)
        except Refusal as refusal:
            came[named(refusal)] += 1
        else:
            assert is_sound(sort, found, true), (sort, one)
            came["taken"] += 1
    print(f"{sort}: {came.total()}; {dict(came.most_common())}")  # noqa: T201
    assert came.total() == number // len(FILES)
    assert set(came) - {"taken"}
