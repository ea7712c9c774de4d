"""When this node was last backed up, and when a backup was last tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kelisim_web.access import Act, check
from kelisim_web.models.desk import Trail
from kelisim_web.trail import BACKUP_TRIED, BACKUP_WRITTEN

if TYPE_CHECKING:
    from kelisim_web.access import Seat

SHOWN = 20


class Backups(NamedTuple):
    """The backups of a node.

    Attributes:
        written, tried: the last one; None where there was none.
        acts: the last acts of both sorts, newest first.
    """

    written: Trail | None
    tried: Trail | None
    acts: list[Trail]


def backups(seat: Seat) -> Backups:
    """What the trail says of backups."""
    check(seat, Act.AUDIT)
    rows = Trail.objects.filter(act__in=(BACKUP_WRITTEN, BACKUP_TRIED), refused="").order_by("-pk")
    return Backups(
        rows.filter(act=BACKUP_WRITTEN).first(),
        rows.filter(act=BACKUP_TRIED).first(),
        list(rows[:SHOWN]),
    )
