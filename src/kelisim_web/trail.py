"""The audit trail: what was done at this desk, and what was refused, by the clock of the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils import timezone

from kelisim_web.models.desk import Trail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kelisim_web.access import Seat

BACKUP_WRITTEN: Final = "backup-write"
BACKUP_TRIED: Final = "backup-try"


def leave(seat: Seat, act: str, circle: str = "", told: Mapping[str, str] = {}, *, refused: str = "") -> None:
    """Write down an act."""
    Trail.objects.create(
        at=timezone.now(), officer=seat.officer, act=act, circle=circle, told=dict(told), refused=refused
    )
