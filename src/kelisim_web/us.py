"""Whose node this is."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from kelisim.errors import NotNow
from kelisim_web import store
from kelisim_web.models.desk import Us

if TYPE_CHECKING:
    from collections.abc import Mapping


def us() -> Us:
    """The party whose node this is."""
    return Us.objects.get()


def name(language: str) -> str:
    """What we are called in a language; our code where our card has not been signed, or names us in none."""
    row = us()
    if not row.party:
        return row.code
    names = _names(row.party, store.card_ids())
    return names.get(language) or names.get("en") or row.code


@lru_cache(maxsize=8)
def _names(party: str, held: tuple[str, ...]) -> Mapping[str, str]:
    """What a party's newest card calls it: which that is hangs on the cards that are held."""
    del held
    return store.cards_held().newest(party).value.names


def our_party() -> str:
    """The id of our own party.

    Raises:
        NotNow: our root keys have not signed our card yet.
    """
    row = us()
    if not row.party:
        raise NotNow("card-not-signed", code=row.code)
    return row.party


def our_code(circle: str) -> str:
    """What we are called in a plan."""
    return store.terms(circle).codes()[our_party()]
