"""The verbs of a node at a terminal: each is one action or query. Django loads when a verb runs, not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelisim_web.commands import (
    accidents,
    disclose,
    editions,
    exchange,
    files,
    follow,
    founding,
    items,
    keys,
    look,
    packages,
    planfile,
    positions,
    scopes,
)

if TYPE_CHECKING:
    from kelisim.cli import Verbs

MODULES = (
    founding,
    keys,
    items,
    positions,
    packages,
    files,
    exchange,
    look,
    follow,
    editions,
    disclose,
    scopes,
    planfile,
    accidents,
)


def register(verbs: Verbs) -> None:
    """Add the verbs of a node to the command."""
    for module in MODULES:
        for verb in module.VERBS:
            verbs.add_command(verb)
