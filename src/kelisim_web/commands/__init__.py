"""The verbs of a node at a terminal: each is one action or query. Django loads when a verb runs, not before."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kelisim.cli import COMPLETE
from kelisim_web.commands import (
    accidents,
    backup,
    clearances,
    completion,
    disclose,
    doctor,
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
    recorded,
    scopes,
    site,
)

if TYPE_CHECKING:
    from kelisim.cli import Verbs

MODULES = (
    founding,
    keys,
    items,
    positions,
    clearances,
    packages,
    recorded,
    files,
    exchange,
    look,
    follow,
    editions,
    disclose,
    scopes,
    planfile,
    accidents,
    doctor,
    completion,
    site,
    backup,
)


def register(verbs: Verbs) -> None:
    """Add the verbs of a node to the command."""
    for module in MODULES:
        for verb in module.VERBS:
            verbs.add_command(verb)
    if COMPLETE in os.environ:
        completion.attach(verbs)
