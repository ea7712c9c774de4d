"""The Merkle tree of an edition: salted leaves, so that any part can be published with a small proof.

Field leaf = SHA-256(0x00 ‖ salt ‖ {field, item, value}); an item's leaves, in byte order of fields, stand under an
RFC 9162 tree; item leaf = SHA-256(0x02 ‖ salt ‖ size ‖ top of that tree); these, sorted by their bytes so that a leaf's
position tells nothing, stand under another; root = SHA-256(0x03 ‖ size ‖ top). A size is the number of leaves: bound
like this, nobody can show a part of an edition as the whole. Salts of 16 bytes are one SHAKE-256 output over all that
names the edition.

Source: RFC 9162 section 2.1 (Merkle trees).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from kelisim.ledger import profile
from kelisim.ledger.profile import Digest, Field, Item, Written
from kelisim.ledger.seal import EditionNumber

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


SALT: Final = 16
_PURPOSE: Final = b"kelisim salts v1\x00"


class Naming(Written, frozen=True):
    """What names an edition, and therefore its salts: equal numbers elsewhere give other salts."""

    circle: Digest
    edition: EditionNumber
    scope: Item


class Leaf(Written, frozen=True):
    """One field of an edition, as its leaf hashes it."""

    field: Field
    item: Item
    value: str


def salts(seed: bytes, naming: Naming, content: Mapping[str, Mapping[str, str]]) -> dict[tuple[str, str], bytes]:
    """The salt of every item, at (item, ""), and of every field, at (item, field).

    Args:
        seed: the circle's 32 secret bytes.
        naming: circle, edition and scope.
        content: value by field by item.
    """
    names = list(_names(content))
    stream = hashlib.shake_256(_PURPOSE + seed + profile.encode(naming)).digest(SALT * len(names))
    return {name: stream[SALT * n : SALT * (n + 1)] for n, name in enumerate(names)}


def _names(content: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for item in sorted(content):
        yield item, ""
        for field in sorted(content[item]):
            yield item, field


def field_leaf(item: str, field: str, value: str, salt: bytes) -> bytes:
    """The leaf of one field."""
    return hashlib.sha256(b"\x00" + salt + profile.encode(Leaf(field=field, item=item, value=value))).digest()


def item_leaf(top: bytes, size: int, salt: bytes) -> bytes:
    """The leaf of one item, over the tree of its fields: what stands on top of it, and how many leaves it has."""
    return hashlib.sha256(b"\x02" + salt + _bound(size) + top).digest()


def root(top: bytes, size: int) -> str:
    """The root of an edition, in hex, over the tree of its items."""
    return hashlib.sha256(b"\x03" + _bound(size) + top).hexdigest()


def _bound(size: int) -> bytes:
    return size.to_bytes(8, "big")


def field_leaves(item: str, fields: Mapping[str, str], salt: Mapping[tuple[str, str], bytes]) -> list[bytes]:
    """The leaves of an item's fields, in their order.

    Args:
        item: its id.
        fields: value by field; at least one.
        salt: as `salts` gives them.
    """
    return [field_leaf(item, field, fields[field], salt[item, field]) for field in sorted(fields)]


def node(left: bytes, right: bytes) -> bytes:
    """What stands over two neighbours."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """All of a tree: its leaves in their order, at least one, then level over level up to the top alone."""
    found = [list(leaves)]
    while len(level := found[-1]) > 1:
        pairs = [node(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
        found.append(pairs + level[2 * len(pairs) :])
    return found


def top_of(leaves: Sequence[bytes]) -> bytes:
    """What stands over some leaves in their order; at least one."""
    return levels(leaves)[-1][0]


def edition_root(content: Mapping[str, Mapping[str, str]], salt: Mapping[tuple[str, str], bytes]) -> str:
    """The root of an edition, in hex: what a seal names.

    Args:
        content: value by field by item; no item is empty.
        salt: as `salts` gives them.
    """
    items = [
        item_leaf(top_of(field_leaves(item, fields, salt)), len(fields), salt[item, ""])
        for item, fields in content.items()
    ]
    return root(top_of(sorted(items)), len(items))
