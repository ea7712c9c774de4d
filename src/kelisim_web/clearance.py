"""What has to happen to a draft before it is spoken: which clearances it needs, and which it has.

A clearance belongs to the exact content, and counts for no other. Which are needed is set per plan; it may be none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kelisim.ledger.digest import digest
from kelisim.plan import schema
from kelisim_web.models.desk import PlanRules
from kelisim_web.models.drafts import Clearance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kelisim_web.models.drafts import Draft

KINDS: Final = ("legal", "finance", "security", "press")


def content(draft: Draft) -> str:
    """What a clearance of a draft is for."""
    return digest(json.dumps([draft.value, draft.hold]).encode())


@dataclass(frozen=True)
class Rules:
    """The rules of a plan.

    Attributes:
        needed: clearance, the kinds of item and the stems of fields that need it; no kinds or no stems means all.
        clears_own: who drafted may clear.
        releases_own: who drafted may dispatch.
    """

    needed: tuple[tuple[str, frozenset[str], frozenset[str]], ...] = ()
    clears_own: bool = True
    releases_own: bool = True

    def needs(self, kind: str, field: str) -> tuple[str, ...]:
        """Which clearances a field of a kind of item needs."""
        known = schema().type_of(field)
        stem = known.stem if known else field
        found = {one for one, kinds, stems in self.needed if kind in (kinds or {kind}) and stem in (stems or {stem})}
        return tuple(one for one in KINDS if one in found)


def rules_of(circle: str) -> Rules:
    """The rules of a plan; none where nobody has set any."""
    row = PlanRules.objects.filter(circle=circle).first()
    if row is None:
        return Rules()
    needed = tuple((one, frozenset(kinds), frozenset(stems)) for one, kinds, stems in row.needed)
    return Rules(needed, row.clears_own, row.releases_own)


def cleared(circle: str) -> Mapping[tuple[str, str], dict[str, Clearance]]:
    """What has been cleared in a plan: by item and field, then kind; see `content` for whether it still counts."""
    found: dict[tuple[str, str], dict[str, Clearance]] = {}
    for row in Clearance.objects.filter(circle=circle):
        found.setdefault((row.item, row.field), {})[row.kind] = row
    return found


def missing(draft: Draft, needs: tuple[str, ...], given: Mapping[str, Clearance]) -> tuple[str, ...]:
    """Which of the clearances that a draft needs it has not, for what it says now."""
    now = content(draft)
    return tuple(kind for kind in needs if kind not in given or given[kind].content != now)
