"""What every verb of a node begins with: the node, the seat, the plan, the item that are meant."""

from __future__ import annotations

import getpass
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kelisim.cli import Usage
from kelisim.errors import NotNow, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kelisim.cli import Shell
    from kelisim_web.access import Seat


@contextmanager
def at_desk(shell: Shell) -> Iterator[Seat]:
    """Sit down at the node that is meant.

    Raises:
        Unknown: there is none.
        NotNow: its database cannot be read or written now.
    """
    from django.db import DatabaseError

    from kelisim_web import node
    from kelisim_web.access import Seat
    from kelisim_web.commands.progress import progress

    try:
        with node.opened(shell.node) as opened, progress(shell) as told:
            yield Seat(opened, officer(), told)
    except DatabaseError as error:
        raise NotNow("database", path=str(shell.node), detail=str(error)[:200]) from error


def officer() -> str:
    """Who sits there."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "desk"


def names_by_language(names: Iterable[str]) -> dict[str, str]:
    """A party's names, given as `en=NAME`.

    Raises:
        Usage: one is not.
    """
    found = {}
    for name in names:
        language, equals, text = name.partition("=")
        if not equals:
            raise Usage("usage-name", value=name)
        found[language] = text
    return found


def the_plan(shell: Shell, name: str | None = None) -> str:
    """The plan that is meant: the only one, or the one that `--plan` or another option names.

    Raises:
        Unknown: there is none, or several.
    """
    from kelisim_web import store

    circles = store.plans()
    found = [circle for circle in circles if circle.startswith(shell.plan if name is None else name)]
    if not circles:
        raise Unknown("plan-none")
    if len(found) != 1:
        raise Unknown("plan-several", choices=_choices(shell))
    return found[0]


def _choices(shell: Shell) -> str:
    """The plans of a node as people tell them apart."""
    from kelisim_web.access import Seat
    from kelisim_web.node import Node
    from kelisim_web.queries.plans import plans

    return "; ".join(plan.name for plan in plans(Seat(Node(shell.node), officer()), shell.language))


def the_item(seat: Seat, circle: str, name: str) -> str:
    """The item that is meant by its id, the beginning of its id, or its number; drafted and recorded items too.

    Raises:
        Unknown: none is, or several are.
    """
    from kelisim_web.queries.item import find
    from kelisim_web.queries.recorded import supposed
    from kelisim_web.queries.standing import standing_of

    try:
        return find(standing_of(seat, circle), name)
    except Unknown:
        return find(supposed(seat, circle), name)
