"""The verbs of a node at a terminal: each is one action or query. Django loads when a verb runs, not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelisim_web.commands import accidents, editions, exchange, founding, keys, look, positions

if TYPE_CHECKING:
    from kelisim.cli import Verbs


def register(verbs: Verbs) -> None:
    """Add the verbs of a node to the command."""
    for module in (founding, keys, positions, exchange, look, editions, accidents):
        for verb in module.VERBS:
            verbs.add_command(verb)
