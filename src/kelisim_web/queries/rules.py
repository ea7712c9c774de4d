"""The rules of a plan as the administrator sets them: which clearances its drafts need, and what may be one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kelisim.plan import schema
from kelisim_web import clearance
from kelisim_web.access import Act, check

if TYPE_CHECKING:
    from kelisim_web.access import Seat


class Need(NamedTuple):
    """A clearance that is needed: for a kind of item or all (empty), on a field by its stem or on all (empty)."""

    clearance: str
    kind: str
    stem: str


@dataclass(frozen=True)
class RulesView:
    """The rules of a plan, and what can be chosen in them.

    Attributes:
        needs: each a row.
        clears_own, releases_own: may people clear and dispatch what they drafted?
        clearances: what there is.
        kinds, fields: kinds of item and stems of fields, with their names.
    """

    needs: list[Need]
    clears_own: bool
    releases_own: bool
    clearances: tuple[str, ...]
    kinds: dict[str, str]
    fields: dict[str, str]


def rules(seat: Seat, circle: str, language: str) -> RulesView:
    """The rules of a plan."""
    check(seat, Act.READ, circle)
    found, known = clearance.rules_of(circle), schema()
    needs = [
        Need(one, kind, stem)
        for one, kinds, stems in found.needed
        for kind in sorted(kinds) or [""]
        for stem in sorted(stems) or [""]
    ]
    return RulesView(
        needs=needs,
        clears_own=found.clears_own,
        releases_own=found.releases_own,
        clearances=clearance.KINDS,
        kinds={kind: names[language] for kind, names in known.kinds.items()},
        fields={field.stem: field.names[language] for field in known.fields},
    )


def as_set(view: RulesView) -> clearance.Rules:
    """The rules that such rows say."""
    needed = tuple(
        (one.clearance, frozenset(filter(None, [one.kind])), frozenset(filter(None, [one.stem])))
        for one in dict.fromkeys(view.needs)
    )
    return clearance.Rules(needed, view.clears_own, view.releases_own)
