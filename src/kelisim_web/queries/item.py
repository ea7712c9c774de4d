"""One item: how each of its fields stands, who said what and when, and what we have drafted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import UNSET

from kelisim import bracket
from kelisim.errors import Unknown
from kelisim.position import Status
from kelisim_web import derive, store
from kelisim_web.models.drafts import Draft
from kelisim_web.queries.overview import brackets, notice_of, title_of
from kelisim_web.queries.progress import review
from kelisim_web.queries.standing import standing_of

if TYPE_CHECKING:
    from kelisim.position import FieldStanding, Standing
    from kelisim.progress import Progress
    from kelisim_web.access import Seat


@dataclass(frozen=True)
class Said:
    """A statement in an item's history.

    Attributes:
        at: when its author says it was said.
        party: the code of who said it.
        field: on what.
        value: what; None where it took its word back.
        hold: it waited for the capital.
    """

    at: str
    party: str
    field: str
    value: str | None
    hold: bool


@dataclass(frozen=True)
class ItemView:
    """An item.

    Attributes:
        item, kind, number, title: what it is.
        notice: of its plan, shown wherever the plan is.
        struck_out: nobody says any more that it is in the plan.
        fields: name, standing and words of each field, in the schema's order.
        progress: what has become of it; None for a kind to which nothing happens.
        history: everything said of it that counts, oldest first.
        drafts: what we mean to say; on our node alone.
        marks: what names the words of an open text that has several brackets, by field.
    """

    item: str
    kind: str
    number: str
    title: str
    notice: str
    struck_out: bool
    fields: list[tuple[str, FieldStanding, str]]
    progress: Progress | None
    history: list[Said]
    drafts: list[Draft]
    marks: dict[str, str]


def find(standing: Standing, name: str) -> str:
    """The item that a person means by its id, the beginning of its id, or its number.

    The number of an item that is struck out is free for another, which is meant then.

    Raises:
        Unknown: none is, or several are.
    """
    if any(name in voice.words for voice in standing.voices.values()):
        return name
    items = standing.items()
    numbered = [item for item in items if name in _numbers(standing, item)]
    standing_ones = [item for item in numbered if not standing.is_struck_out(item)]
    found = standing_ones or numbered or [item for item in items if item.startswith(name)]
    if len(found) != 1:
        choices = ", ".join(found[:8])
        raise Unknown("item-several" if found else "item-missing", name=name, choices=choices)
    return found[0]


def _numbers(standing: Standing, item: str) -> set[str]:
    field = standing.field(item, "number")
    return set(field.values.values()) if field else set()


def item_view(seat: Seat, circle: str, item: str, language: str) -> ItemView:
    """One item, with its history."""
    standing = standing_of(seat, circle)
    order = {known.stem: place for place, known in enumerate(standing.schema.fields)}

    def place(name: str) -> tuple[int, str]:
        known = standing.schema.type_of(name)
        return (order[known.stem] if known else len(order)), name

    fields = [
        (name, field, brackets(standing, name, field, language, numbered=True)) for name, field in standing.fields(item)
    ]
    return ItemView(
        item=item,
        kind=standing.kind(item) or "",
        number=standing.said(item, "number") or "",
        title=title_of(standing, item, language),
        notice=notice_of(standing, standing.home(item), language),
        struck_out=standing.is_struck_out(item),
        fields=sorted(fields, key=lambda entry: place(entry[0])),
        progress=review(seat, circle, standing).of(item),
        history=_history(circle, item),
        drafts=list(Draft.objects.filter(circle=circle, item=item).order_by("field")),
        marks={name: bracket.mark(field.values) for name, field, _ in fields if _has_several(standing, name, field)},
    )


def _has_several(standing: Standing, name: str, field: FieldStanding) -> bool:
    """Is this an open text whose brackets are counted?"""
    known = standing.schema.type_of(name)
    if field.status is not Status.OPEN or known is None or known.type != "text":
        return False
    return sum(1 for piece in bracket.bracketed(field.values) if piece.words) > 1


def _history(circle: str, item: str) -> list[Said]:
    codes = store.charter(circle).value.codes()
    said = []
    for party, segment, at in derive.traces(circle, item):
        for new in store.judged([segment]):
            said += [
                Said(
                    at=at,
                    party=codes[party],
                    field=one.field,
                    value=None if one.value is UNSET else str(one.value),
                    hold=one.hold is not UNSET,
                )
                for one in new.statements
                if one.item == item
            ]
    return sorted(said, key=lambda one: one.at)
