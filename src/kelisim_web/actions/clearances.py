"""Clearing drafts: an internal yes to exactly what is drafted, by who answers for law, money, secrets or press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kelisim.errors import BadValue, Forbidden
from kelisim.plan import schema
from kelisim_web import clearance
from kelisim_web.access import Act, check
from kelisim_web.models.desk import PlanRules
from kelisim_web.models.drafts import Clearance, Draft

if TYPE_CHECKING:
    from collections.abc import Collection

    from kelisim_web.access import Seat
    from kelisim_web.queries.outbox import Drafted


def clear(seat: Seat, circle: str, kind: str, where: Collection[tuple[str, str]]) -> int:
    """Clear drafts.

    Args:
        seat: whose.
        circle: the plan.
        kind: legal, finance, security or press.
        where: items and fields.

    Returns:
        How many.

    Raises:
        BadValue: there is no such clearance, or nothing is chosen.
        Forbidden: not from this seat, or it would be one's own draft where that is not allowed.
    """
    if kind not in clearance.KINDS:
        raise BadValue("clearance-unknown", kind=kind, choices=", ".join(clearance.KINDS))
    check(seat, Act(f"clear-{kind}"), circle)
    rows = [row for row in Draft.objects.filter(circle=circle) if (row.item, row.field) in set(where)]
    if not rows:
        raise BadValue("act-on-nothing")
    if not clearance.rules_of(circle).clears_own and any(row.author == seat.officer for row in rows):
        raise Forbidden("clearance-own", officer=seat.officer)
    Clearance.objects.bulk_create(
        [
            Clearance(
                circle=circle,
                item=row.item,
                field=row.field,
                kind=kind,
                content=clearance.content(row),
                officer=seat.officer,
                at=seat.node.now(),
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["circle", "item", "field", "kind"],
        update_fields=["content", "officer", "at"],
    )
    return len(rows)


def clear_missing(seat: Seat, circle: str, rows: Collection[Drafted]) -> int:
    """Clear all that some drafts still lack; how many clearances that were.

    Raises:
        Forbidden: one of them is not this seat's to give.
    """
    given = 0
    with transaction.atomic():
        for kind in clearance.KINDS:
            where = [(row.draft.item, row.draft.field) for row in rows if row.needs.get(kind) == ""]
            given += clear(seat, circle, kind, where) if where else 0
    return given


def set_rules(seat: Seat, circle: str, rules: clearance.Rules) -> None:
    """Say which clearances the drafts of a plan need, and whether people may clear and dispatch their own.

    Raises:
        BadValue: a clearance, a kind of item or a field is none.
        Forbidden: not from this seat.
    """
    check(seat, Act.ADMINISTER, circle)
    known = schema()
    stems = {field.stem for field in known.fields}
    for kind, kinds, fields in rules.needed:
        for name in sorted(({kind} - {*clearance.KINDS}) | (kinds - {*known.kinds}) | (fields - stems)):
            raise BadValue("rules-unknown", name=name)
    needed = [[kind, sorted(kinds), sorted(stems)] for kind, kinds, stems in rules.needed]
    own = {"clears_own": rules.clears_own, "releases_own": rules.releases_own}
    PlanRules.objects.update_or_create(circle=circle, defaults={"needed": needed, **own})
