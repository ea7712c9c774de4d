"""Our drafts as the desk looks at them before they are spoken: what they will see, what is cleared, what holds back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kelisim.plan.values import by_number
from kelisim_web import clearance
from kelisim_web.queries.fields import said_as
from kelisim_web.queries.held import sorted_out
from kelisim_web.queries.overview import title_of
from kelisim_web.queries.recorded import supposed
from kelisim_web.us import our_code

if TYPE_CHECKING:
    from kelisim.position import Standing
    from kelisim_web.access import Seat
    from kelisim_web.models.drafts import Clearance, Draft


@dataclass(frozen=True)
class Drafted:
    """A draft.

    Attributes:
        draft: the row: item, field, hold, note, author, at.
        number, title: of the item, as it would be.
        label: of the field.
        text: what it says, as people read it; None where it takes our word back.
        others: what the others say there, by code.
        needs: the clearances that it needs, each with who gave it, empty for nobody yet.
        held: why it would not be dispatched now; empty for nothing.
    """

    draft: Draft
    number: str
    title: str
    label: str
    text: str | None
    others: dict[str, str]
    needs: dict[str, str]
    held: str


def outbox(seat: Seat, circle: str, language: str) -> list[Drafted]:
    """All drafts of a plan, in the order of its items."""
    standing, ours, rules = supposed(seat, circle), our_code(circle), clearance.rules_of(circle)
    given = clearance.cleared(circle)
    found = [
        _drafted(
            standing, ours, language, row, _needs(standing, rules, row, given.get((row.item, row.field), {})), held
        )
        for row, held in sorted_out(seat, circle)
    ]
    schema = standing.schema
    return sorted(found, key=lambda one: (by_number(one.number), one.draft.item, schema.order(one.draft.field)))


def _needs(standing: Standing, rules: clearance.Rules, row: Draft, given: dict[str, Clearance]) -> dict[str, str]:
    needs = rules.needs(standing.kind(row.item) or "", row.field)
    lacking = clearance.missing(row, needs, given)
    return {kind: "" if kind in lacking else given[kind].officer for kind in needs}


def _drafted(standing: Standing, ours: str, language: str, row: Draft, needs: dict[str, str], held: str) -> Drafted:
    values = {code: word.value for code, voice in standing.voices.items() if (word := voice.word(row.item, row.field))}
    shown = {code: said_as(standing, row.field, value, language) for code, value in values.items() if value is not None}
    return Drafted(
        draft=row,
        number=standing.said(row.item, "number") or "",
        title=title_of(standing, row.item, language),
        label=standing.schema.name(row.field, language),
        text=None if row.value is None else said_as(standing, row.field, row.value, language),
        others={code: text for code, text in shown.items() if code != ours},
        needs=needs,
        held=held,
    )
