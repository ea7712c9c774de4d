"""Of which line of cooperation items are, which decides who at our desk may draft and comment on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelisim_web.models.drafts import Draft

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kelisim.position import Standing


class Lines:
    """The lines of the items of a plan: as the parties say, else as we have drafted.

    What names no line, such as a file, is of the line of what it is shown under.
    """

    def __init__(self, standing: Standing, circle: str, told: Mapping[tuple[str, str], str | None] = {}) -> None:
        """Look through our drafts.

        Args:
            standing: all positions.
            circle: the plan.
            told: what is just being drafted, by item and field; it counts for items that nobody has spoken of.
        """
        rows = Draft.objects.filter(circle=circle).values_list("item", "field", "value")
        self._standing, self._drafted = standing, {(item, field): value for item, field, value in rows}
        known = {item for item, _ in self._drafted}
        self._told = {place: value for place, value in told.items() if place[0] not in known}

    def of(self, item: str) -> str:
        """The line; empty where there is none. A line of cooperation is of its own."""
        passed: set[str] = set()
        while item and item not in passed:
            passed.add(item)
            if self._said(item, "kind") == "line":
                return item
            if line := self._said(item, "line"):
                return line
            item = self._said(item, "parent")
        return ""

    def _said(self, item: str, field: str) -> str:
        said = self._standing.said(item, field) or self._drafted.get((item, field))
        return said or (self._told.get((item, field)) or "" if self._standing.kind(item) is None else "")
