"""What we have drafted and not yet said."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kelisim.plan.values import by_number
from kelisim_web.models.drafts import Draft
from kelisim_web.queries.overview import title_of
from kelisim_web.queries.standing import standing_of

if TYPE_CHECKING:
    from kelisim_web.access import Seat


class DraftRow(NamedTuple):
    """A draft, with the item it is on as people call it."""

    item: str
    number: str
    title: str
    field: str
    value: str | None
    hold: bool
    note: str
    author: str
    at: str


def drafts_of(seat: Seat, circle: str, language: str) -> list[DraftRow]:
    """All drafts of a plan, in the order of its items."""
    standing = standing_of(seat, circle)
    rows = list(Draft.objects.filter(circle=circle))
    drafted = {(row.item, row.field): row.value or "" for row in rows}

    def named(item: str, field: str) -> str:
        return drafted.get((item, field)) or standing.said(item, field) or ""

    found = [
        DraftRow(
            item=row.item,
            number=named(row.item, "number"),
            title=drafted.get((row.item, f"title.{language}")) or title_of(standing, row.item, language),
            field=row.field,
            value=row.value,
            hold=row.hold,
            note=row.note,
            author=row.author,
            at=row.at,
        )
        for row in rows
    ]
    return sorted(found, key=lambda row: (by_number(row.number), row.item, row.field))
