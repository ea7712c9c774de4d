"""The one connection of a process, pointed at one database after another."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connections

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def pointed(settings: dict[str, Any]) -> Iterator[None]:
    """Point Django's connection at a database; at the end close it, and point it where it was pointed before."""
    connections[DEFAULT_DB_ALIAS].close()
    before = connections.settings[DEFAULT_DB_ALIAS]
    connections.settings.update(connections.configure_settings({DEFAULT_DB_ALIAS: settings}))
    del connections[DEFAULT_DB_ALIAS]  # another database may need another backend
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS].close()
        connections.settings[DEFAULT_DB_ALIAS] = before
        del connections[DEFAULT_DB_ALIAS]
