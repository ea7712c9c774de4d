"""No changed bundle is taken for another: it is refused by name, or it brings nothing that the true one does not."""

from __future__ import annotations

from collections import Counter

import pytest

from kelisim import bundle
from kelisim.errors import Refusal
from kelisim.language import LANGUAGES
from kelisim.messages import explain
from tests.hostile.mutants import KINDS, LESS, NEVER, SAME
from tests.hostile.worlds import AFTER, BEFORE, HELD, OURS, atoms, read

FEW, MANY = 5_000, 200_000


def named(refusal):
    """The code of a refusal that people can read in every language."""
    assert all(explain(refusal, language).what for language in LANGUAGES)
    return refusal.code


def what_comes_of(mutant):
    """The code of the refusal, or what is held after it."""
    try:
        packed = bundle.decrypt(mutant, [OURS]) if mutant.startswith(b"age-") else mutant
        return atoms(read(BEFORE, packed))
    except Refusal as refusal:
        return named(refusal)


def is_sound(may, came):
    """Whether that may come of a kind of mutant."""
    if isinstance(came, str):
        return True
    return {SAME: came == AFTER, LESS: HELD <= came <= AFTER, NEVER: came in (HELD, AFTER)}[may]


def hold(name, number):
    """Make and read that many mutants of a kind; count what came of them."""
    kind = KINDS[name]
    came = Counter()
    for one in range(number):
        found = what_comes_of(kind.make(one))
        assert is_sound(kind.may, found), (name, one)
        came[found if isinstance(found, str) else "taken"] += 1
    return came


def share(number, name):
    """How many of a number of mutants are of this kind."""
    return number // len(KINDS) + (list(KINDS).index(name) < number % len(KINDS))


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("number", [FEW, pytest.param(MANY, marks=pytest.mark.soak)])
def test_a_changed_bundle_is_refused_by_name_or_brings_nothing_else(name, number):
    came = hold(name, share(number, name))
    print(f"{name}: {came.total()} of {number}; {dict(came.most_common())}")  # noqa: T201
    assert came.total() == share(number, name)
    assert KINDS[name].may != NEVER or "taken" not in came


@pytest.mark.parametrize("number", [FEW, MANY])
def test_the_kinds_together_are_as_many_as_claimed(number):
    assert sum(share(number, name) for name in KINDS) == number


def test_the_true_bundle_is_taken():
    assert HELD < AFTER
