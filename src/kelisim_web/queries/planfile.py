"""A whole plan, or one scope, as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelisim import planfile
from kelisim.errors import NotNow
from kelisim_web.queries.standing import standing_of

if TYPE_CHECKING:
    from kelisim_web.access import Seat


def plan_file(seat: Seat, circle: str, scope: str = "") -> bytes:
    """All positions of a plan, or of the items shown under one scope, as a file.

    Raises:
        NotNow: the scope is no plan.
    """
    standing = standing_of(seat, circle)
    if scope and standing.kind(scope) != "plan":
        raise NotNow("scope-not-a-plan", name=standing.said(scope, "number") or scope)
    return planfile.write(standing, [item for item in standing.items() if scope in ("", standing.home(item))])
