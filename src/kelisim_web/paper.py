"""A plan on paper: one that nobody can sign yet, since a party has no keys.

What stands in its charter's place lets drafts and letters be looked at as in any plan. It must never pass for evidence,
and cannot: its bytes are not those of a charter, its kind is another, and the cards and other parties that it names are
digests of words, which no card can have.
"""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

from kelisim.ledger import charter as charters
from kelisim.ledger import profile
from kelisim.ledger.digest import digest
from kelisim.ledger.profile import Code, Digest, Place, Tag, Time, Version, Written
from kelisim.ledger.record import Signed

KIND: Final = "paper"


class Paper(Written, frozen=True, kw_only=True):
    """What a plan on paper consists of.

    Attributes:
        at: when it was begun.
        languages: of its texts, sorted.
        nonce: random, so that two plans between the same parties differ.
        paper: 1.
        parties: the codes of all parties, sorted.
        schema: the number of the schema.
        us: our own code, and the id of our party.
    """

    at: Time
    languages: Annotated[list[Tag], Meta(min_length=1)]
    nonce: Digest
    paper: Version
    parties: Annotated[list[Code], Meta(min_length=charters.FEWEST, max_length=64)]
    schema: Place
    us: tuple[Code, Digest]


def nobody(*words: str) -> str:
    """An id that no card, party or seed has."""
    return digest(" ".join(("nobody", *words)).encode())


def stand_in(text: bytes) -> Signed[charters.Charter]:
    """What stands in the place of a charter: its value for queries to read, and nothing that could be signed."""
    plan = profile.decode(text, Paper, KIND)
    code, us = plan.us
    ids = {name: us if name == code else nobody("party", name) for name in plan.parties}
    value = charters.Charter(
        at=plan.at,
        languages=plan.languages,
        parties=[charters.Member(card=nobody("card", name), code=name, party=ids[name]) for name in plan.parties],
        proposer=us,
        salts=nobody("seed"),
        schema=plan.schema,
        v=1,
    )
    return Signed(KIND, text, value, {})


def is_paper(charter: Signed[charters.Charter]) -> bool:
    """Does this stand in the place of a charter?"""
    return charter.kind == KIND
