"""The one gate: every action and query is behind a seat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from kelisim_web.node import Node

    Progress = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """Tell nobody how far long work is."""


@dataclass(frozen=True)
class Seat:
    """An officer's place at a party's desk.

    Attributes:
        node: the party's node.
        officer: who sits there, as drafts name their author. At a terminal whoever holds the node's directory holds
            all its powers; the site will give them out one by one.
        progress: told now and then how far long work is: how much is done, of how much.
    """

    node: Node
    officer: str
    progress: Progress = silent
