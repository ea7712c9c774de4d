"""Packages of ours: the items that we agree to only together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kelisim.errors import BadValue, Unknown
from kelisim.package import FIELD
from kelisim_web.actions.positions import Say, check_items, draft
from kelisim_web.models.drafts import Draft
from kelisim_web.queries.standing import standing_of
from kelisim_web.us import our_code

if TYPE_CHECKING:
    from collections.abc import Collection

    from kelisim.position import Standing
    from kelisim_web.access import Seat


def tie(seat: Seat, circle: str, name: str, items: Collection[str], *, whole: bool = False) -> int:
    """Draft that we agree to some items only together.

    Args:
        seat: whose node.
        circle: the plan.
        name: what we call them.
        items: which; or, where the whole of a scope is meant, the plan item.
        whole: nothing in the scope is agreed until everything is.

    Returns:
        How many fields now have a draft.

    Raises:
        BadValue: a plan is tied as one item, or another item as a whole; or an item is in another package of ours.
    """
    standing = standing_of(seat, circle)
    names = _names(standing, circle)
    for item in items:
        if (standing.kind(item) == "plan") != whole:
            raise BadValue("package-not-a-plan" if whole else "package-of-a-plan", item=item)
        if names.get(item, name) != name:
            raise BadValue("package-another", item=item, name=names[item])
    return draft(seat, circle, [Say(item, FIELD, name) for item in items], standing)


def untie(seat: Seat, circle: str, name: str) -> int:
    """Draft that we no longer agree to the items of a package only together; drop the drafts that tie items to it.

    Returns:
        How many items it had.

    Raises:
        Unknown: we have no such package.
    """
    standing = standing_of(seat, circle)
    names = _names(standing, circle)
    items = [item for item, one in names.items() if one == name]
    if not items:
        raise Unknown("package-missing", name=name, choices=", ".join(sorted(set(names.values()))) or "–")
    check_items(seat, circle, items)
    said = _said(standing, circle)
    with transaction.atomic():
        Draft.objects.filter(circle=circle, field=FIELD, item__in=items).delete()
        draft(seat, circle, [Say(item, FIELD, None) for item in items if item in said], standing)
    return len(items)


def _said(standing: Standing, circle: str) -> dict[str, str]:
    """The package of each item by our word."""
    words = {item: said.get(FIELD) for item, said in standing.voices[our_code(circle)].words.items()}
    return {item: word.value for item, word in words.items() if word and word.value is not None}


def _names(standing: Standing, circle: str) -> dict[str, str]:
    """The package of each item, as we have said or drafted."""
    drafted = dict(Draft.objects.filter(circle=circle, field=FIELD).values_list("item", "value"))
    return {item: name for item, name in (_said(standing, circle) | drafted).items() if name is not None}
