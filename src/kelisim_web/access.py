"""The one gate: every action and query is behind a seat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kelisim_web.node import Node


@dataclass(frozen=True)
class Seat:
    """An officer's place at a party's desk.

    Attributes:
        node: the party's node.
        officer: who sits there, as drafts name their author. At a terminal whoever holds the node's directory holds
            all its powers; the site will give them out one by one.
    """

    node: Node
    officer: str
