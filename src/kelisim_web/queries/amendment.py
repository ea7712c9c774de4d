"""The draft of an amendment: what is in force beside what is said since, and what of it could be frozen now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim import difference, edition
from kelisim.plan import schema
from kelisim.position import Status
from kelisim_web.queries.comparison import FieldRow, ItemRow, item_row, origins
from kelisim_web.queries.editions import content_of, offer_of, the_edition
from kelisim_web.queries.standing import standing_of

if TYPE_CHECKING:
    from kelisim.position import Standing
    from kelisim_web.access import Seat

ENTERS: Final = "enters"
LEFT_OUT: Final = "left-out"
BLOCKS: Final = "blocks"


class DraftField(NamedTuple):
    """A field of the draft beside that of the edition.

    Attributes:
        row: how either words it.
        status: how it stands now; None where nobody's word stands.
        fate: what a freeze would do with it now: it `enters`, is `left-out` with its item, or `blocks`.
        same: it says what is in force.
    """

    row: FieldRow
    status: Status | None
    fate: str
    same: bool


class Amendment(NamedTuple):
    """The edition in force of a scope, and the draft of what amends it.

    Attributes:
        edition, at: the number of the edition, and when it was offered.
        items: the items that differ, or all of them, each with its fields.
        obstacles: how many things keep the draft from being frozen.
    """

    edition: str
    at: str
    items: list[tuple[ItemRow, list[DraftField]]]
    obstacles: int


def amendment(seat: Seat, circle: str, scope: str, language: str, *, everything: bool = False) -> Amendment:
    """The edition in force of a scope and its draft, side by side.

    Args:
        seat: whose node.
        circle: the plan.
        scope: the plan item.
        language: of the reader.
        everything: what is the same too.

    Raises:
        NotNow: nothing is in force.
    """
    standing = standing_of(seat, circle)
    offer = offer_of(seat, circle, the_edition(seat, circle, scope))
    frozen = edition.freeze(standing, scope, offer.languages)
    in_force = difference.edition_side(content_of(seat, circle, offer), scope)
    draft = difference.standing_side(standing, scope).only(offer.languages, schema())
    pairs = difference.same_items(in_force, draft, origins(standing, in_force, draft))
    blocked = {(one.item, one.field) for one in frozen.obstacles}
    items = []
    for one in difference.compare(in_force, draft, pairs, schema(), everything=everything):
        row = item_row(standing, in_force, draft, one, language)
        fields = zip(row.fields, one.fields, strict=True)
        items.append((row, [_draft_field(standing, row, of, blocked, same=said.is_same) for of, said in fields]))
    return Amendment(str(offer.edition), offer.at, items, len(frozen.obstacles))


def _draft_field(
    standing: Standing, row: ItemRow, field: FieldRow, blocked: set[tuple[str, str]], *, same: bool
) -> DraftField:
    item = row.right or row.left
    found = standing.field(item, field.field)
    if blocked & {(item, field.field), (item, "")}:
        fate = BLOCKS
    elif row.right and standing.presence(item) is Status.AGREED:
        fate = ENTERS
    else:
        fate = LEFT_OUT
    return DraftField(field, found.status if found else None, fate, same)
