"""Two plans side by side: which items came, went and moved, and what is worded otherwise.

Each side is values: what is said on the joint fields of the items that it holds. It may be a scope as it stands or
stood (`standing_side`), or an edition (`edition_side`). An item of the one is the same as one of the other when it has
the same id, or else when it goes on from it (`continues`, at whatever distance). Items that are the same on both sides
are not a difference where one names them; neither is a number within its plan when only the plan's has changed. What a
party says for itself alone is no part of the plan and is not compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.bracket import Piece, bracketed, show
from kelisim.plan import Rule, Schema
from kelisim.plan.values import by_number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from kelisim.position import FieldStanding, Standing

    Wording = Mapping[str, str]
    """Words by the code of who says so; under "" what all say."""

MOVES: Final = ("parent", "number")


@dataclass(frozen=True)
class Side:
    """One side of a comparison.

    Attributes:
        words: the wording of each joint field that is said, by item.
        root: the plan item where the side is a single scope; "" otherwise.
    """

    words: Mapping[str, Mapping[str, Wording]]
    root: str = ""

    def said(self, item: str, field: str) -> str:
        """Somebody's word on a field; "" where there is none."""
        return next(iter(self.words.get(item, {}).get(field, {}).values()), "")

    def number(self, item: str) -> str:
        """An item's number within its plan, where the side is a single one."""
        number, root = self.said(item, "number"), self.said(self.root, "number")
        return number.removeprefix(f"{root}.") if root else number

    def only(self, languages: Collection[str], schema: Schema) -> Side:
        """The same without texts in other languages."""

        def is_wanted(field: str) -> bool:
            known = schema.type_of(field)
            return known is None or known.per != "language" or known.suffix(field) in languages

        kept = {item: {name: said for name, said in of.items() if is_wanted(name)} for item, of in self.words.items()}
        return Side(kept, self.root)


class Change(NamedTuple):
    """A field, and its wording on either side; no words where it is not said."""

    field: str
    old: Wording
    new: Wording

    @property
    def is_same(self) -> bool:
        """Is it no change at all?"""
        return self.old == self.new

    @property
    def is_move(self) -> bool:
        """Does it put the item elsewhere in the plan? Another party's agreement to where it stands does not."""
        return self.field in MOVES and set(self.old.values()) != set(self.new.values())


class Compared(NamedTuple):
    """An item and what has become of it.

    Attributes:
        left, right: its id on either side; "" where it is not there.
        fields: its fields that differ, in the schema's order; all fields where everything is asked for.
    """

    left: str
    right: str
    fields: tuple[Change, ...]

    @property
    def sorts(self) -> tuple[str, ...]:
        """What has become of it, as words of `messages`, group `compare`; nothing where it is the same."""
        if not self.left or not self.right:
            return ("added",) if self.right else ("deleted",)
        moves = [one.is_move for one in self.fields if not one.is_same]
        return ("moved",) * any(moves) + ("changed",) * (not all(moves))


def standing_side(standing: Standing, scope: str = "") -> Side:
    """All that stands of a scope, or of the whole circle: the items that somebody wants in the plan."""
    words = {
        item: {
            name: _wording(standing, field)
            for name, field in standing.fields(item)
            if standing.schema.rule(name) is Rule.JOINT and field.values
        }
        for item in standing.items()
        if (not scope or standing.home(item) == scope) and standing.presence(item)
    }
    return Side(words, scope)


def _wording(standing: Standing, field: FieldStanding) -> Wording:
    values = field.values
    one = len(values) == len(standing.parties) and len(set(values.values())) == 1
    return {"": next(iter(values.values()))} if one else values


def edition_side(content: Mapping[str, Mapping[str, str]], scope: str) -> Side:
    """What an edition says."""
    return Side({item: {name: {"": said} for name, said in of.items()} for item, of in content.items()}, scope)


def same_items(left: Side, right: Side, origins: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Which item of the right side is which of the left.

    Args:
        left: the one side.
        right: the other.
        origins: the items that an item continues, by its id.

    Returns:
        The id on the left by the id on the right, each once.
    """
    pairs: dict[str, str] = {right.root: left.root} if left.root and right.root else {}
    taken = set(pairs.values())
    rest = sorted(right.words.keys() - pairs.keys(), key=lambda item: (by_number(right.said(item, "number")), item))
    for ways in (lambda item: [item], lambda item: _ancestors(item, origins)):
        for item in rest:
            found = next((old for old in ways(item) if old in left.words and old not in taken), None)
            if found and item not in pairs:
                pairs[item] = found
                taken.add(found)
    return pairs


def _ancestors(item: str, origins: Mapping[str, Iterable[str]]) -> list[str]:
    """All that an item continues, the nearest first."""
    found = {item: None}
    for one in (queue := [item]):
        fresh = [old for old in sorted(origins.get(one, ())) if old not in found]
        found |= dict.fromkeys(fresh)
        queue += fresh
    return list(found)[1:]


def compare(
    left: Side, right: Side, pairs: Mapping[str, str], schema: Schema, *, everything: bool = False
) -> list[Compared]:
    """What differs between two sides.

    Args:
        left: the one side.
        right: the other.
        pairs: as `same_items` gives them.
        schema: what fields mean.
        everything: what is the same too.

    Returns:
        By number within the plan, what went before what came.
    """
    sides = _Sides(left, right, pairs, schema)
    gone = left.words.keys() - set(pairs.values())
    items = [(pairs.get(item, ""), item) for item in right.words] + [(item, "") for item in gone]
    found = [Compared(old, new, tuple(sides.changes(old, new, everything=everything))) for old, new in items]
    kept = [one for one in found if everything or one.sorts]
    return sorted(kept, key=lambda one: (sides.place(one), one.right != "", one.right or one.left))


class _Sides(NamedTuple):
    left: Side
    right: Side
    pairs: Mapping[str, str]
    schema: Schema

    def place(self, one: Compared) -> tuple[bool, tuple[int, ...]]:
        """Where an item stands in the list: the plan itself first."""
        side, item = (self.right, one.right) if one.right else (self.left, one.left)
        return item != side.root, by_number(side.number(item))

    def changes(self, old: str, new: str, *, everything: bool) -> list[Change]:
        """The fields of an item that differ, or all of them."""
        was, now = self.left.words.get(old, {}), self.right.words.get(new, {})
        names = (was.keys() | now.keys()) - ({"continues"} if old and old != new else set())
        found = [Change(one, was.get(one, {}), now.get(one, {})) for one in sorted(names, key=self.schema.order)]
        return [one for one in found if (everything if one.is_same else not self._is_alike(old, new, one))]

    def _is_alike(self, old: str, new: str, one: Change) -> bool:
        """Do both sides say the same, each in the terms of its own items and its own plan?"""
        if not old or not new or len(one.old) != 1 or one.old.keys() != one.new.keys():
            return False
        if one.field == "number" and self.left.root != self.right.root:
            return old == self.left.root or self.left.number(old) == self.right.number(new)
        known = self.schema.type_of(one.field)
        if known is None or known.type != "reference":
            return False
        was, now = next(iter(one.old.values())), next(iter(one.new.values()))
        return self.pairs.get(now, now) == was


def aligned(change: Change, schema: Schema) -> list[Piece]:
    """A change word by word where it is a text that all say on both sides, and else whole; under `old` and `new`."""
    known = schema.type_of(change.field)
    text = known is not None and known.type == "text"
    if text and "" in change.old and "" in change.new:
        return bracketed({"old": change.old[""], "new": change.new[""]})
    return [Piece("", {"old": as_text(change.old, text=text), "new": as_text(change.new, text=text)})]


def as_text(wording: Wording, *, text: bool) -> str:
    """A wording in one line: plain where all say it, in brackets where not; "" where nothing is said."""
    if "" in wording:
        return wording[""]
    return show(wording, text=text) if wording else ""
