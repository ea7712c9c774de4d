"""Concluded editions: which there are, which is in force, and what each says."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import UNSET

from kelisim import edition
from kelisim.errors import NotNow, Unknown, Unproven
from kelisim.ledger import duty, seal
from kelisim.plan.values import by_number
from kelisim_web import store
from kelisim_web.queries.overview import title_of
from kelisim_web.queries.standing import standing_at, standing_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kelisim_web.access import Seat


class EditionRow(NamedTuple):
    """A concluded edition.

    Attributes:
        scope: the plan item; `number` and `title` are how it is called now.
        edition: its number, such as `0.2`: the epoch of the proposer's feed and the number of its offer.
        offer: the id of the offer that was concluded.
        at: when it was offered.
        corrects: it is a corrigendum: it counts from the start of the edition before.
        in_force: no later one follows it, and none stands beside it.
        contested: another is concluded beside it.
    """

    scope: str
    number: str
    title: str
    edition: str
    offer: str
    at: str
    corrects: bool
    in_force: bool
    contested: bool


def editions_of(seat: Seat, circle: str, language: str, scope: str = "") -> list[EditionRow]:
    """All concluded editions, or those of one scope; of each scope in the order of their numbers."""
    standing = standing_of(seat, circle)
    charter = store.charter(circle).value
    seals = _seals(circle)
    rows = []
    for name in seal.concluded(seals, charter):
        offer = seal.offer(seals, name)
        found = seal.conclusions(seals, charter, offer.scope)
        row = EditionRow(
            scope=offer.scope,
            number=standing.said(offer.scope, "number") or "",
            title=title_of(standing, offer.scope, language),
            edition=str(offer.edition),
            offer=name,
            at=offer.at,
            corrects=offer.corrects is not UNSET,
            in_force=not found.contested and name in found.standing[-1:],
            contested=found.contested,
        )
        rows += [row] if scope in ("", offer.scope) else []
    return sorted(
        rows, key=lambda row: (by_number(row.number), row.scope, [int(part) for part in row.edition.split(".")])
    )


def the_edition(seat: Seat, circle: str, scope: str, number: str = "") -> str:
    """The offer that was concluded as an edition of a scope: of this number, or the one in force.

    Raises:
        NotNow: nothing is concluded of this scope, or two editions side by side.
        Unknown: there is no edition of this number, or there are several.
    """
    del seat
    charter = store.charter(circle).value
    seals = _seals(circle)
    if not number:
        name = duty.last(seals, charter, scope)
        if not name:
            raise NotNow("nothing-concluded")
        return name
    numbers = {name: str(seal.offer(seals, name).edition) for name in seal.conclusions(seals, charter, scope).concluded}
    found = [name for name, one in numbers.items() if one == number]
    if len(found) != 1:
        raise Unknown("edition-missing", number=number, choices=", ".join(sorted(set(numbers.values()))))
    return found[0]


def content_of(seat: Seat, circle: str, offer: seal.Offer) -> edition.Content:
    """What an offer says, computed again from its cut.

    Raises:
        Unknown: a piece of the cut is not held yet.
        NotNow: not all of it is agreed here.
        Unproven: the content is another than the offer names.
    """
    standing = standing_at(seat, circle, offer.cut)
    content = edition.require(edition.freeze(standing, offer.scope, offer.languages))
    naming = edition.Naming(circle, offer.scope, offer.edition)
    if edition.root_of(content, naming, store.seed(circle)) != offer.root:
        raise Unproven("edition-root")
    return content


def offer_of(seat: Seat, circle: str, name: str) -> seal.Offer:
    """An offer by its id."""
    del seat
    return seal.offer(_seals(circle), name)


def _seals(circle: str) -> Mapping[str, seal.Seal]:
    return store.values(store.seals(circle, store.cards_held()))
