"""An item on a page of its own: its fields, its history, and what our own desk says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kelisim.errors import Unknown
from kelisim_web.models.drafts import Comment
from kelisim_web.queries.fields import field_name, said_as, sides_of
from kelisim_web.queries.item import Said, item_view
from kelisim_web.queries.standing import standing_of
from kelisim_web.queries.table import ItemRow, one_row
from kelisim_web.us import our_code

if TYPE_CHECKING:
    from kelisim.position import Standing
    from kelisim.progress import Progress
    from kelisim_web.access import Seat


class Account(NamedTuple):
    """A field on which parties speak each for itself: its label, and what each says, by code."""

    name: str
    label: str
    said: dict[str, str]


class Happened(NamedTuple):
    """A statement in an item's history, as people read it; `value` is None where a word was taken back."""

    at: str
    party: str
    field: str
    label: str
    value: str | None
    hold: bool


@dataclass(frozen=True)
class Sheet:
    """An item.

    Attributes:
        row: as on the table, with all joint fields.
        sides: which colour each party has.
        notice: of its plan.
        struck_out: nobody says any more that it is in the plan.
        progress: what has become of it.
        accounts: what each party says for itself.
        history: newest first.
        comments: internal, oldest first.
        addable: fields of its kind on which nobody speaks yet: stem and label.
    """

    row: ItemRow
    sides: dict[str, str]
    notice: str
    struck_out: bool
    progress: Progress | None
    accounts: list[Account]
    history: list[Happened]
    comments: list[Comment]
    addable: list[tuple[str, str]]


def sheet(seat: Seat, circle: str, item: str, language: str, languages: tuple[str, ...] = ()) -> Sheet:
    """An item.

    Raises:
        Unknown: nobody speaks of it.
    """
    row = one_row(seat, circle, language, item, languages)
    if row is None:
        raise Unknown("item-missing", name=item, choices="")
    standing, view = standing_of(seat, circle), item_view(seat, circle, item, language)
    there = {one.stem for one in row.fields} | {"title.*"}
    schema = standing.schema
    addable = [
        (stem, field_name(schema, stem, language))
        for stem in schema.fields_of(row.entry.kind)
        if stem not in there
        and ("*" not in stem or stem.startswith(("text.", "site.", "participants.", "topics.", "reason.")))
    ]
    return Sheet(
        row=row,
        sides=sides_of(standing.parties, our_code(circle)),
        notice=view.notice,
        struck_out=view.struck_out,
        progress=view.progress,
        accounts=[
            Account(
                name,
                schema.name(name, language),
                {code: said_as(standing, name, said, language) for code, said in field.values.items()},
            )
            for name, field, _ in view.fields
            if schema.rule(name) != "joint"
        ],
        history=[_happened(standing, one, language) for one in reversed(view.history)],
        comments=list(Comment.objects.filter(circle=circle, item=item).order_by("pk")),
        addable=addable,
    )


def _happened(standing: Standing, said: Said, language: str) -> Happened:
    value = None if said.value is None else said_as(standing, said.field, said.value, language)
    return Happened(said.at, said.party, said.field, standing.schema.name(said.field, language), value, said.hold)
