"""What would hold our drafts back if they were dispatched now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from kelisim.plan import Rule
from kelisim_web import clearance
from kelisim_web.models.desk import Frozen
from kelisim_web.models.drafts import Draft
from kelisim_web.queries.standing import standing_of
from kelisim_web.us import our_code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kelisim.position import Standing
    from kelisim_web.access import Seat


class Position(Protocol):
    """What is about to be drafted, as far as it matters here."""

    @property
    def item(self) -> str:
        """On what."""

    @property
    def field(self) -> str:
        """On which field."""

    @property
    def value(self) -> str | None:
        """What; None takes a word back."""


def kinds_drafted(seat: Seat, circle: str, says: Iterable[Position]) -> dict[str, str | None]:
    """The kind of each item of which we have drafted it, or are about to."""
    del seat
    drafted = dict(Draft.objects.filter(circle=circle, field="kind").values_list("item", "value"))
    return drafted | {say.item: say.value for say in says if say.field == "kind"}


def said_by_others(standing: Standing, ours: str, item: str, field: str) -> dict[str, list[str | bool | None]]:
    """What the other parties say on a field: what a draft on it answers."""
    words = {code: voice.word(item, field) for code, voice in standing.voices.items() if code != ours}
    return {code: [word.value, word.firm] for code, word in words.items() if word}


def sorted_out(seat: Seat, circle: str) -> list[tuple[Draft, str]]:
    """Our drafts in a plan, each with what would hold it back if this seat dispatched it now; empty for nothing."""
    rows = [*Draft.objects.filter(circle=circle).order_by("item", "field")]
    standing, ours = standing_of(seat, circle, {row.item for row in rows}), our_code(circle)
    frozen = set(Frozen.objects.filter(circle=circle).values_list("scope", flat=True))
    rules, given = clearance.rules_of(circle), clearance.cleared(circle)
    kinds = kinds_drafted(seat, circle, ())

    def why(row: Draft) -> str:
        if standing.home(row.item) in frozen and standing.schema.rule(row.field) is Rule.JOINT:
            return "frozen"
        if row.base != said_by_others(standing, ours, row.item, row.field):
            return "stale"
        kind = kinds.get(row.item) or standing.kind(row.item) or ""
        needs = rules.needs(kind, row.field)
        if clearance.missing(row, needs, given.get((row.item, row.field), {})):
            return "uncleared"
        return "own" if not rules.releases_own and row.author == seat.officer else ""

    return [(row, why(row)) for row in rows]
