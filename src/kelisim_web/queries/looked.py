"""What others have said since an officer last looked at a plan, item by item; found without reading what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelisim_web import derive, store
from kelisim_web.models.desk import Look
from kelisim_web.us import our_code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kelisim_web.access import Seat
    from kelisim_web.queries.index import Entry


def new_items(seat: Seat, circle: str, entries: Iterable[Entry]) -> set[str]:
    """Those items on which others have spoken since this officer last looked; all, where it never has."""
    row = Look.objects.filter(circle=circle, officer=seat.officer).first()
    ours = our_code(circle)
    codes = {party: code for party, code in store.charter(circle).value.codes().items() if code != ours}
    seen = {code: row.counts.get(party, 0) if row else 0 for party, code in codes.items()}
    if all(seen[code] >= derive.count(circle, party) for party, code in codes.items()):
        return set()
    return {entry.item for entry in entries if any(entry.spoken.get(code, -1) >= first for code, first in seen.items())}
