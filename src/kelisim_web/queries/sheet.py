"""An item on a page of its own: its fields, its history, and what our own desk says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kelisim.bracket import Piece, bracketed
from kelisim.errors import Unknown
from kelisim_web.models.drafts import Comment
from kelisim_web.queries.fields import field_name, said_as, sides_of
from kelisim_web.queries.item import Said, item_view
from kelisim_web.queries.recorded import Beside, beside
from kelisim_web.queries.standing import standing_of, standing_with_new
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
        ours: our code; `sides`: which colour each party has.
        notice: of its plan.
        struck_out: nobody says any more that it is in the plan.
        progress: what has become of it.
        accounts: what each party says for itself.
        history: newest first.
        comments: internal, oldest first.
        recorded: what letters of other parties say here, as recorded by us.
        addable: fields of its kind on which nobody speaks yet: stem and label.
    """

    row: ItemRow
    ours: str
    sides: dict[str, str]
    notice: str
    struck_out: bool
    progress: Progress | None
    accounts: list[Account]
    history: list[Happened]
    comments: list[Comment]
    recorded: list[Beside]
    addable: list[tuple[str, str]]


def sheet(seat: Seat, circle: str, item: str, language: str, languages: tuple[str, ...] = ()) -> Sheet:
    """An item.

    Raises:
        Unknown: nobody speaks of it.
    """
    row = one_row(seat, circle, language, item, languages)
    if row is None:
        raise Unknown("item-missing", name=item, choices="")
    (standing, _), view = standing_with_new(seat, circle), item_view(seat, circle, item, language)
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
        ours=our_code(circle),
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
        recorded=beside(seat, circle, language, item=item),
        addable=addable,
    )


class FieldHistory(NamedTuple):
    """Everything said on one field of an item, and two of it side by side.

    Attributes:
        title: of the item.
        fields: those on which something was said: name and label.
        field: which is shown.
        said: oldest first.
        earlier, later: the places of those that are compared, from 0.
        pieces: the two, word by word: what fell away under `earlier`, what came under `later`.
    """

    title: str
    fields: list[tuple[str, str]]
    field: str
    said: list[Happened]
    earlier: int
    later: int
    pieces: list[Piece]


def field_history(seat: Seat, circle: str, item: str, language: str, wanted: tuple[str, int, int]) -> FieldHistory:
    """The history of one field of an item, any two of its wordings compared.

    Args:
        seat: whose node.
        circle: the plan.
        item: the item.
        language: the reader's.
        wanted: the field, and the places of two statements from 0; the last two where one of them is not there.
    """
    standing, view = standing_of(seat, circle), item_view(seat, circle, item, language)
    fields = {one.field: standing.schema.name(one.field, language) for one in view.history}
    field, earlier, later = wanted
    shown = field if field in fields else next(iter(fields), "")
    said = [_happened(standing, one, language) for one in view.history if one.field == shown]
    last = len(said) - 1
    if not 0 <= earlier < later <= last:
        earlier, later = max(last - 1, 0), max(last, 0)
    two = {"earlier": said[earlier].value or "", "later": said[later].value or ""} if said else {}
    called = f"{view.number} {view.title}".strip()
    return FieldHistory(called, [*fields.items()], shown, said, earlier, later, bracketed(two) if two else [])


def _happened(standing: Standing, said: Said, language: str) -> Happened:
    value = None if said.value is None else said_as(standing, said.field, said.value, language)
    return Happened(said.at, said.party, said.field, standing.schema.name(said.field, language), value, said.hold)
