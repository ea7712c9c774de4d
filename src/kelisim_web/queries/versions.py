"""Two texts of a scope side by side: editions, and the text as it stands now, with what a freeze would make of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kelisim.errors import NotNow, Unknown
from kelisim.plan import schema
from kelisim_web.queries.amendment import amendment
from kelisim_web.queries.comparison import compared
from kelisim_web.queries.editions import the_edition
from kelisim_web.queries.fields import said_as

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence

    from kelisim_web.access import Seat
    from kelisim_web.queries.comparison import ItemRow
    from kelisim_web.queries.editions import EditionRow

NOW: Final = "now"
SHOWN: Final = 100


@dataclass(frozen=True)
class Versions:
    """Two texts of a scope.

    Attributes:
        left, right: the numbers of the editions, or `now`.
        items: those of this page that differ, each with its fields.
        counts: how many were added, deleted, moved, changed.
        pages: how many pages there are.
        labels: what each field is called.
        fates: of a field of the text as it stands now, what a freeze would do with it, by item and field.
    """

    left: str
    right: str
    items: list[ItemRow]
    counts: Counter[str]
    pages: int
    labels: Mapping[str, str]
    fates: Mapping[tuple[str, str], str]


def versions(
    seat: Seat, circle: str, editions: Sequence[EditionRow], sides: tuple[str, str], language: str, page: int = 1
) -> Versions:
    """Compare two texts of a scope.

    Args:
        seat: whose node.
        circle: the plan.
        editions: those of the scope, newest first.
        sides: the numbers of two editions, or `now`; where empty, the last edition and what is said since.
        language: of the reader.
        page: which hundred of the items that differ.

    Raises:
        NotNow: there is no edition yet.
        Unknown: there is no edition of such a number.
    """
    if not editions:
        raise NotNow("nothing-concluded")
    scope = editions[0].scope
    left, right = sides[0] or editions[0].edition, sides[1] or NOW
    numbers = {one.edition for one in editions}
    for side in (left, right):
        if side not in {NOW, *numbers}:
            raise Unknown("edition-missing", number=side, choices=", ".join(sorted(numbers)))
    found = compared(seat, circle, _side(scope, left), _side(scope, right), language, said_as)
    shown = found.items[(page - 1) * SHOWN : page * SHOWN]
    return Versions(
        left=left,
        right=right,
        items=shown,
        counts=found.counts,
        pages=-(-len(found.items) // SHOWN),
        labels={field.field: schema().name(field.field, language) for item in shown for field in item.fields},
        fates=_fates(seat, circle, scope, left, right, language),
    )


def _side(scope: str, name: str) -> str:
    return scope if name == NOW else f"{scope}@{name}"


def _fates(seat: Seat, circle: str, scope: str, left: str, right: str, language: str) -> dict[tuple[str, str], str]:
    """What a freeze would do with each field that differs from the edition in force."""
    if right != NOW or not _is_in_force(seat, circle, scope, left):
        return {}
    found = amendment(seat, circle, scope, language)
    return {(row.right or row.left, field.row.field): field.fate for row, fields in found.items for field in fields}


def _is_in_force(seat: Seat, circle: str, scope: str, number: str) -> bool:
    try:
        return number != NOW and the_edition(seat, circle, scope, number) == the_edition(seat, circle, scope)
    except NotNow:
        return False
