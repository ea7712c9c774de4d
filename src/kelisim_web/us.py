"""Whose node this is."""

from __future__ import annotations

from kelisim.errors import NotNow
from kelisim_web import store
from kelisim_web.models.desk import Us


def us() -> Us:
    """The party whose node this is."""
    return Us.objects.get()


def name(language: str) -> str:
    """What we are called in a language; our code where our card has not been signed, or names us in none."""
    row = us()
    if not row.party:
        return row.code
    names = store.cards_held().newest(row.party).value.names
    return names.get(language) or names.get("en") or row.code


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
    return store.charter(circle).value.codes()[our_party()]
