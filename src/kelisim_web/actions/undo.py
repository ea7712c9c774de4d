"""Undoing the last act at the table: the drafts it made go, and those that it replaced come back as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.forms.models import model_to_dict

from kelisim.errors import NotNow
from kelisim_web.access import Act, check
from kelisim_web.models.drafts import Draft

if TYPE_CHECKING:
    from collections.abc import Collection

    from kelisim_web.access import Seat

    Drafts = dict[str, dict[str, Any]]  # by item and field, a blank between them

KEPT: Final = ("item", "field", "value", "hold", "base", "note", "author", "at")


def drafts_on(seat: Seat, circle: str, items: Collection[str]) -> Drafts:
    """The drafts on some items, so that an act on these can be undone."""
    del seat
    rows = Draft.objects.filter(circle=circle, item__in=items)
    return {f"{row.item} {row.field}": model_to_dict(row, KEPT) for row in rows}


def changed(before: Drafts, after: Drafts) -> Drafts:
    """What an act changed: for each field the draft that was there before; empty where there was none."""
    return {
        place: before.get(place, {}) for place in before.keys() | after.keys() if before.get(place) != after.get(place)
    }


def undo(seat: Seat, circle: str, was: Drafts) -> int:
    """Put drafts back to what they were; how many fields.

    Raises:
        NotNow: there is nothing to undo.
        Forbidden: not from this seat.
    """
    check(seat, Act.TRANSLATE, circle)
    if not was:
        raise NotNow("nothing-to-undo")
    with transaction.atomic():
        for place in was:
            item, _, field = place.partition(" ")
            Draft.objects.filter(circle=circle, item=item, field=field).delete()
        Draft.objects.bulk_create(Draft(circle=circle, **row) for row in was.values() if row)
    return len(was)
