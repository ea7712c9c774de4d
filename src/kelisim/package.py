"""Packages: the items that a party agrees to only together.

`package` is a field of each: a party's word on it ties the items that carry the same name, or, on a plan, all items of
that scope ("nothing is agreed until everything is"). Groups that share an item are one package, whoever tied them. How
a field stands never depends on it; only a freeze does, and there struck-out items do not count.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from kelisim.position import Standing

FIELD = "package"


class Tie(NamedTuple):
    """One party's word that items belong together.

    Attributes:
        party: the code of the party that said so.
        name: what it calls them.
    """

    party: str
    name: str


class Package(NamedTuple):
    """Items that are agreed only together.

    Attributes:
        ties: by whom they are tied and under which names; several where groups overlap.
        items: those whose `present` stands in some way.
    """

    ties: frozenset[Tie]
    items: frozenset[str]


def packages(standing: Standing) -> list[Package]:
    """The packages of a plan; no item is in two of them."""
    groups: dict[Tie, set[str]] = defaultdict(set)
    present = [item for item in standing.items() if standing.presence(item)]
    for item in present:
        tied = standing.field(item, FIELD)
        for code, name in (tied.values if tied else {}).items():
            groups[Tie(code, name)] |= _of_scope(standing, present, item) if standing.kind(item) == "plan" else {item}
    joined: list[Package] = []
    for tie, items in groups.items():
        if items:  # a plan on whose kind the parties do not agree has nothing in it yet
            joined = _joined(joined, tie, items)
    return sorted(joined, key=lambda one: min(one.items))


def _of_scope(standing: Standing, present: list[str], scope: str) -> set[str]:
    return {item for item in present if standing.scope(item) == scope}


def _joined(packages: list[Package], tie: Tie, items: AbstractSet[str]) -> list[Package]:
    """Packages with one more group; those that it overlaps become one with it."""
    apart = [one for one in packages if not one.items & items]
    met = [one for one in packages if one.items & items]
    ties = frozenset({tie}).union(*(one.ties for one in met))
    return [*apart, Package(ties, frozenset(items).union(*(one.items for one in met)))]
