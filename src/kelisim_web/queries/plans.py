"""The plans of a node: with whom each is, and what it is about, so that people can tell them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kelisim.plan.values import by_number
from kelisim_web import store
from kelisim_web.queries.overview import title_of
from kelisim_web.queries.standing import standing_of

if TYPE_CHECKING:
    from kelisim_web.access import Seat

SHORT = 12


class PlanView(NamedTuple):
    """A plan of this node.

    Attributes:
        circle: its id.
        codes: the parties.
        scopes: the titles of its framework and yearly plans, in the order of their numbers.
    """

    circle: str
    codes: tuple[str, ...]
    scopes: tuple[str, ...]

    @property
    def name(self) -> str:
        """As people tell it from others: the beginning of its id, its parties, its first scope."""
        about = f": {self.scopes[0]}" if self.scopes else ""
        return f"{self.circle[:SHORT]} ({', '.join(self.codes)}{about})"


def plans(seat: Seat, language: str) -> list[PlanView]:
    """The plans that this node has a charter of; those of the most parties first."""
    return sorted((_view(seat, circle, language) for circle in store.circles()), key=lambda plan: -len(plan.codes))


def _view(seat: Seat, circle: str, language: str) -> PlanView:
    standing = standing_of(seat, circle)
    scopes = [item for item in standing.items() if standing.kind(item) == "plan" and standing.presence(item)]
    scopes.sort(key=lambda item: (by_number(standing.said(item, "number") or ""), item))
    return PlanView(circle, standing.parties, tuple(title_of(standing, item, language) for item in scopes))
