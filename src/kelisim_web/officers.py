"""The officers' keys: which are on this node, and which of them acts.

A node acts with a key that is on it and to which our newest card gives the power. A key of another officer, kept on a
medium of its own, acts where it is named.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kelisim import keyfile
from kelisim.errors import NotNow
from kelisim.ledger.keys import key_id

if TYPE_CHECKING:
    from collections.abc import Collection

    from kelisim.ledger.card import Card, Power
    from kelisim.ledger.keys import Signer
    from kelisim_web.node import Node


def key_of(node: Node, name: str) -> Signer:
    """The key of this name on the node, or in the file of this name.

    Raises:
        Unknown: there is none.
    """
    return node.signer(name) if name in node.key_names() else keyfile.read_key(Path(name))


def on_node(node: Node) -> dict[str, str]:
    """The names of the keys on the node, by key id."""
    return {key_id(node.signer(name).key): name for name in node.key_names()}


def signer(node: Node, card: Card, power: Power, name: str = "", but: Collection[str] = ()) -> Signer:
    """The key that acts.

    Args:
        node: where it is.
        card: our newest.
        power: what it is for.
        name: the key that is meant; any on the node when empty.
        but: ids of keys that have signed already.

    Raises:
        NotNow: no key here has the power.
        Unknown: no key of that name is here.
    """
    able = card.may(power).keys() - {*but}
    names = [name] if name else sorted(node.key_names(), key=lambda one: (one != power, one))
    for one in names:
        found = key_of(node, one)
        if key_id(found.key) in able:
            return found
    raise NotNow("key-none-here", power=power, keys=", ".join(sorted(key[:12] for key in able)) or "–")
