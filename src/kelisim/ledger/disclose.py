"""Part of an edition with its proof: chosen fields, and the hashes that lead from them to the root that was sealed.

A part has a line for the tree of items and one for each item that anything is shown of. Each tells how many leaves its
tree has, which of them are shown, and the *siblings*: the roots of the largest subtrees in which nothing is shown, from
the left. Where they stand follows from the places of the shown leaves, so a part has one form and no room for more. The
sizes are in the hashes: that so many fields or items are not shown is proven too. The salt of an item is told when
anything of it is, that of a field only with its value; what is hidden stays behind 128 bits that are nowhere in the
part.

Source: RFC 9162 section 2.1.3 (inclusion proofs), here for several leaves at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from msgspec import Meta

from kelisim.errors import Malformed, Unproven
from kelisim.ledger import tree
from kelisim.ledger.profile import Count, Digest, Field, Item, Place, Salt, Written

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence


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
        items = {
            item: tree.item_leaf(tree.top_of(leaves), len(leaves), salt[item, ""])
            for item, leaves in self._fields.items()
        }
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
            siblings=_siblings(tree.levels(leaves), [field.leaf for field in fields])
            if len(fields) < len(leaves)
            else [],
        )


def _siblings(levels: Sequence[Sequence[bytes]], shown: Iterable[int]) -> list[str]:
    """What leads from some leaves to the root and cannot be computed from them."""
    found: list[str] = []

    def look(places: Sequence[int], start: int, size: int) -> None:
        if not places:
            height = (size - 1).bit_length()
            found.append(levels[height][start >> height].hex())
        elif size > 1:
            half = _half(size)
            look([place for place in places if place < start + half], start, half)
            look([place for place in places if place >= start + half], start + half, size - half)

    look(sorted(shown), 0, len(levels[0]))
    return found


def _half(size: int) -> int:
    """How many leaves of a tree stand on the left: the largest power of two below their number."""
    return 1 << (size - 1).bit_length() - 1


def root_of(part: Part) -> str:
    """The root to which a part leads, in hex: to be compared with the one that was sealed.

    Raises:
        Malformed: places or names are out of order, twice, or beyond the tree.
        Unproven: the siblings are not just those that lead to the root.
    """
    _check_order([one.item for one in part.items])
    leaves: dict[int, bytes] = {}
    for one in part.items:
        leaf = tree.item_leaf(_item_top(one), one.leaves, bytes.fromhex(one.salt))
        if leaves.setdefault(one.leaf, leaf) is not leaf:
            raise Malformed("disclosure-order")
    _check_order([leaves[place] for place in sorted(leaves)])
    return tree.root(_climb(leaves, part.tree), part.tree.leaves)


def _item_top(one: ItemPart) -> bytes:
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
    """What stands on top of a tree, from some leaves and the siblings on the way."""
    if max(known) >= within.leaves:
        raise Malformed("disclosure-order")
    rest = map(bytes.fromhex, within.siblings)
    try:
        top = _over(sorted(known.items()), within.leaves, rest)
    except StopIteration:
        raise Unproven("disclosure-siblings") from None
    if next(rest, None) is not None:
        raise Unproven("disclosure-siblings")
    return top


def _over(known: Sequence[tuple[int, bytes]], size: int, rest: Iterator[bytes]) -> bytes:
    """What stands over some leaves, with their places, taking from the rest where none is known."""
    if not known:
        return next(rest)
    if len(known) == size:
        return tree.top_of([leaf for _, leaf in known])
    half = _half(size)
    left = [one for one in known if one[0] < half]
    right = [(place - half, leaf) for place, leaf in known if place >= half]
    return tree.node(_over(left, half, rest), _over(right, size - half, rest))
