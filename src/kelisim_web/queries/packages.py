"""Packages: which items are agreed only together, who tied them, and what in them is not agreed yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kelisim.edition import unagreed
from kelisim.package import packages
from kelisim.plan.values import by_number
from kelisim_web import store
from kelisim_web.queries.overview import title_of
from kelisim_web.queries.standing import standing_of

if TYPE_CHECKING:
    from kelisim.package import Tie
    from kelisim_web.access import Seat


class Tied(NamedTuple):
    """An item of a package.

    Attributes:
        item, number, title: what it is.
        agreed: all its joint fields are agreed and firm.
    """

    item: str
    number: str
    title: str
    agreed: bool


class PackageView(NamedTuple):
    """A package.

    Attributes:
        ties: by whom its items are tied, and under which names.
        items: in the order of their numbers.
    """

    ties: list[Tie]
    items: list[Tied]


def packages_of(seat: Seat, circle: str, language: str) -> list[PackageView]:
    """The packages of a plan."""
    standing, languages = standing_of(seat, circle), store.charter(circle).value.languages
    views = []
    for one in packages(standing):
        waiting = unagreed(standing, one, languages)
        items = [
            Tied(item, standing.said(item, "number") or "", title_of(standing, item, language), item not in waiting)
            for item in one.items
        ]
        views.append(PackageView(sorted(one.ties), sorted(items, key=lambda tied: (by_number(tied.number), tied.item))))
    return views
