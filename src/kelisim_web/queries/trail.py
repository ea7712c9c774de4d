"""The audit trail as the auditor reads it: filtered, by pages, and as a file. Nobody can change it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import Q

from kelisim.errors import Forbidden
from kelisim_web import store
from kelisim_web.access import Act
from kelisim_web.models.desk import Trail

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from kelisim_web.access import Seat

ROWS: Final = 100
MOST: Final = 100_000  # rows of a file: what a spreadsheet still opens
COLUMNS: Final = ("at", "officer", "act", "plan", "on", "refused")
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Sought:
    """Which acts are looked for; empty means all.

    Attributes:
        officer, act: exactly.
        plan: the plan's id, or `-` for what belongs to no plan.
        since, until: days, both of them too; None for no bound.
        refused: only what was refused.
        page: which of the pages, from 1.
    """

    officer: str = ""
    act: str = ""
    plan: str = ""
    since: date | None = None
    until: date | None = None
    refused: bool = False
    page: int = 1


class Found(NamedTuple):
    """A page of the trail.

    Attributes:
        rows: newest first.
        total: how many there are on all pages.
        pages: how many pages there are, 1 at least.
        officers, acts: what can be looked for.
    """

    rows: list[Trail]
    total: int
    pages: int
    officers: list[str]
    acts: list[str]


def trail(seat: Seat, sought: Sought) -> Found:
    """A page of the acts that this seat may read of."""
    readable = _readable(seat)
    rows = _sought(readable, sought)
    total = rows.count()
    first = (sought.page - 1) * ROWS
    return Found(
        rows=list(rows[first : first + ROWS]),
        total=total,
        pages=max(1, -(-total // ROWS)),
        officers=_named(readable, "officer"),
        acts=_named(readable, "act"),
    )


def trail_file(seat: Seat, sought: Sought) -> str:
    """What is looked for as a table for a spreadsheet, which takes none of it for a formula."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(COLUMNS)
    for row in _sought(_readable(seat), sought)[:MOST]:
        told = json.dumps(row.told, ensure_ascii=False, sort_keys=True)
        table.writerow(map(_plain, (row.at.isoformat(), row.officer, row.act, row.circle, told, row.refused)))
    return written.getvalue()


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _readable(seat: Seat) -> QuerySet[Trail]:
    """The acts that this seat may read of: all of the node, or those of its plans.

    Raises:
        Forbidden: none.
    """
    if seat.may(Act.AUDIT):
        return Trail.objects.order_by("-pk")
    circles = [circle for circle in store.plans() if seat.may(Act.AUDIT, circle)]
    if not circles:
        raise Forbidden("trail-nothing-to-read", officer=seat.officer)
    return Trail.objects.filter(circle__in=circles).order_by("-pk")


def _sought(rows: QuerySet[Trail], sought: Sought) -> QuerySet[Trail]:
    wanted = Q()
    if sought.officer:
        wanted &= Q(officer=sought.officer)
    if sought.act:
        wanted &= Q(act=sought.act)
    if sought.plan:
        wanted &= Q(circle="" if sought.plan == "-" else sought.plan)
    if sought.since:
        wanted &= Q(at__gte=datetime.combine(sought.since, time(), UTC))
    if sought.until:
        wanted &= Q(at__lt=datetime.combine(sought.until + timedelta(days=1), time(), UTC))
    return rows.filter(wanted).exclude(refused="") if sought.refused else rows.filter(wanted)


def _named(rows: QuerySet[Trail], column: str) -> list[str]:
    found: Iterable[str] = rows.order_by(column).values_list(column, flat=True).distinct()
    return list(found)
