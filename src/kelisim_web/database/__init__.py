"""Where a node's rows lie: in a file of its directory (SQLite), or in the PostgreSQL database that a file there names.

The store is one. What the two databases differ in is `sqlite`, `postgresql` with its Django backend `backend`, and the
triggers of the migration 0002; nothing else asks which of them it has.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, Protocol

from kelisim_web.database import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Collection
    from contextlib import AbstractContextManager
    from pathlib import Path

SETTING: Final = "KELISIM_DATABASE"


class Database(Protocol):
    """The database of a node."""

    def connected(self) -> AbstractContextManager[None]:
        """Point Django's connection at it, and close it again at the end."""

    def begun(self) -> AbstractContextManager[None]:
        """Make room for the rows of a new node; where the block fails there is none again."""

    def is_begun(self) -> bool:
        """Is there room for rows? Asked before any are looked for, so that nobody takes an empty place for a node."""

    def size(self) -> int:
        """How many bytes it takes up in the node's directory."""

    def copy(self, target: Path) -> None:
        """Write the rows as they stand at one moment into a new file, while others may write.

        Raises:
            NotNow: they do not lie in a file; its own tools copy this database.
        """

    def damage(self) -> list[str]:
        """What is broken in it, as far as it can tell itself."""

    def not_durable(self) -> list[str]:
        """The settings under which a power cut could take back what it said it had kept."""

    def guarded(self) -> Collection[str]:
        """The tables in which it refuses every change of a row, and every deletion."""


def of(directory: Path) -> Database | None:
    """The database of the node in a directory; None where there is no node."""
    if (directory / postgresql.FILE).is_file():
        return postgresql.PostgreSQL.named_in(directory)
    return sqlite.SQLite(directory) if (directory / sqlite.FILE).is_file() else None


def wanted() -> str:
    """The address of the database in which a new node is to keep its rows; empty for a file of its own."""
    return os.environ.get(SETTING, "")


def new(directory: Path, address: str) -> Database:
    """The database of a node that is made in a directory, in which an address is kept.

    Raises:
        BadValue: the address is none.
        NotNow: the driver is not installed.
    """
    return postgresql.PostgreSQL.named(directory, address) if address else sqlite.SQLite(directory)
