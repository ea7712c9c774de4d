"""The verbs of a node at a terminal: each is one action or query. Django loads when a verb runs, not before."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kelisim.cli import COMPLETE
from kelisim_web.commands import completion, doctor, editions, exchange, founding, look, positions, recorded

if TYPE_CHECKING:
    from kelisim.cli import Verbs


def register(verbs: Verbs) -> None:
    """Add the verbs of a node to the command."""
    for module in (founding, positions, recorded, exchange, look, editions, doctor, completion):
        for verb in module.VERBS:
            verbs.add_command(verb)
    if COMPLETE in os.environ:
        completion.attach(verbs)
