"""What others have said since an officer last looked at a plan, item by item; found without reading what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelisim_web import derive
from kelisim_web.models.desk import Look
from kelisim_web.us import our_party

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kelisim_web.access import Seat
    from kelisim_web.queries.index import Entry


def new_items(seat: Seat, circle: str, parties: Mapping[str, str], entries: Iterable[Entry]) -> set[str]:
    """Those items on which others have spoken since this officer last looked; all, where it never has.

    Args:
        seat: whose.
        circle: the plan.
        parties: the code of each, by id.
        entries: the items.
    """
    row = Look.objects.filter(circle=circle, officer=seat.officer).first()
    us = our_party()
    codes = {party: code for party, code in parties.items() if party != us}
    seen = {code: row.counts.get(party, 0) if row else 0 for party, code in codes.items()}
    if all(seen[code] >= derive.count(circle, party) for party, code in codes.items()):
        return set()
    return {entry.item for entry in entries for code, first in seen.items() if entry.spoken.get(code, -1) >= first}
