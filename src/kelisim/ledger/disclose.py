"""Part of an edition with its proof: chosen fields, and the hashes that lead from them to the root that was sealed.

A part has a line for the tree of items and one for each item that anything is shown of. Each tells how many leaves its
tree has, which of them are shown, and the *siblings*: the hashes on the way up that cannot be computed from what is
shown, level by level from the leaves, on each level from the left. They follow from the places of the shown leaves,
so a part has one form and no room for anything else. The salt of an item is told when anything of it is, that of a
field only with its value; what is hidden stays behind 128 bits that are nowhere in the part.

How many leaves there are is bound by the root only where all of them are shown. Otherwise it is the writer's word:
the way up from a leaf can be the same in trees of different sizes. No word on sizes makes anything else shown.

Source: RFC 9162 section 2.1.3 (inclusion proofs), here for several leaves at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from msgspec import Meta

from kelisim.errors import Malformed, Unproven
from kelisim.ledger import tree
from kelisim.ledger.profile import Count, Digest, Field, Item, Place, Salt, Written

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence


class FieldPart(Written, frozen=True):
    """A field that is shown: a leaf in the tree of its item, counted from 0."""

    field: Field
    leaf: Count
    salt: Salt
    value: str


class ItemPart(Written, frozen=True):
    """An item of which something is shown: a leaf in the tree of items, and over a tree of its own."""

    fields: Annotated[list[FieldPart], Meta(min_length=1)]
    item: Item
    leaf: Count
    leaves: Place
    salt: Salt
    siblings: list[Digest]

    @property
    def whole(self) -> bool:
        """Is it shown to its last field?"""
        return len(self.fields) == self.leaves


class TreePart(Written, frozen=True):
    """The tree of items."""

    leaves: Place
    siblings: list[Digest]


class Part(NamedTuple):
    """What is shown of an edition.

    Attributes:
        tree: of all items.
        items: those of which something is shown, by id.
    """

    tree: TreePart
    items: Sequence[ItemPart]

    def content(self) -> dict[str, dict[str, str]]:
        """Value by field by item, as far as shown."""
        return {one.item: {field.field: field.value for field in one.fields} for one in self.items}


class Trees:
    """All leaves of an edition, from which any number of parts can be cut.

    Args:
        content: value by field by item; no item is empty.
        salt: as `tree.salts` gives them, or as an edition file tells them.
    """

    def __init__(self, content: Mapping[str, Mapping[str, str]], salt: Mapping[tuple[str, str], bytes]) -> None:
        self._content, self._salt = content, salt
        self._fields = {item: tree.field_leaves(item, fields, salt) for item, fields in content.items()}
        items = {item: tree.item_leaf(tree.root_of(self._fields[item]), salt[item, ""]) for item in content}
        order = sorted(items, key=items.__getitem__)
        self._place = {item: place for place, item in enumerate(order)}
        self._levels = tree.levels([items[item] for item in order])

    def part(self, chosen: Mapping[str, Collection[str]]) -> Part:
        """Cut a part.

        Args:
            chosen: fields by item, each in the content; at least one item, and one field of each.
        """
        items = [self._item(item, chosen[item]) for item in sorted(chosen)]
        siblings = _siblings(self._levels, [one.leaf for one in items])
        return Part(TreePart(leaves=len(self._place), siblings=siblings), items)

    def _item(self, item: str, chosen: Collection[str]) -> ItemPart:
        said, leaves = self._content[item], self._fields[item]
        fields = [
            FieldPart(field=field, leaf=leaf, salt=self._salt[item, field].hex(), value=said[field])
            for leaf, field in enumerate(sorted(said))
            if field in chosen
        ]
        return ItemPart(
            fields=fields,
            item=item,
            leaf=self._place[item],
            leaves=len(leaves),
            salt=self._salt[item, ""].hex(),
            siblings=_siblings(tree.levels(leaves), [field.leaf for field in fields]),
        )


def _siblings(levels: Sequence[Sequence[bytes]], shown: Iterable[int]) -> list[str]:
    """What leads from some leaves to the root and cannot be computed from them."""
    found: list[str] = []
    places = sorted(shown)
    for level in levels[:-1]:
        held = set(places)
        beside = (place ^ 1 for place in places if place ^ 1 not in held)
        found += [level[place].hex() for place in beside if place < len(level)]
        places = sorted({place // 2 for place in places})
    return found


def root_of(part: Part) -> str:
    """The root to which a part leads, in hex: to be compared with the one that was sealed.

    Raises:
        Malformed: places or names are out of order, twice, or beyond the tree.
        Unproven: the siblings are not just those that lead to the root.
    """
    _check_order([one.item for one in part.items])
    leaves: dict[int, bytes] = {}
    for one in part.items:
        leaf = tree.item_leaf(_item_root(one), bytes.fromhex(one.salt))
        if leaves.setdefault(one.leaf, leaf) is not leaf:
            raise Malformed("disclosure-order")
    _check_order([leaves[place] for place in sorted(leaves)])
    return _climb(leaves, part.tree).hex()


def _item_root(one: ItemPart) -> bytes:
    _check_order([field.field for field in one.fields])
    _check_order([field.leaf for field in one.fields])
    leaves = {
        field.leaf: tree.field_leaf(one.item, field.field, field.value, bytes.fromhex(field.salt))
        for field in one.fields
    }
    return _climb(leaves, one)


def _check_order(names: Sequence[Any]) -> None:
    if list(names) != sorted(set(names)):
        raise Malformed("disclosure-order")


def _climb(known: Mapping[int, bytes], within: ItemPart | TreePart) -> bytes:
    """Compute a root from some leaves and the siblings on the way."""
    size, rest = within.leaves, [bytes.fromhex(one) for one in reversed(within.siblings)]
    if max(known) >= size:
        raise Malformed("disclosure-order")
    while size > 1:
        known, size = _level_above(known, size, rest), (size + 1) // 2
    if rest:
        raise Unproven("disclosure-siblings")
    return known[0]


def _level_above(known: Mapping[int, bytes], size: int, rest: list[bytes]) -> dict[int, bytes]:
    """What stands over some hashes of a level, taking from the rest what is not among them."""
    above: dict[int, bytes] = {}
    for place in sorted(known):
        beside, over = place ^ 1, place // 2
        if beside >= size:
            above[over] = known[place]
        elif over not in above:
            if beside not in known and not rest:
                raise Unproven("disclosure-siblings")
            other = known[beside] if beside in known else rest.pop()
            above[over] = tree.node(other, known[place]) if place % 2 else tree.node(known[place], other)
    return above
