"""A file in the node's directory: nothing to set up, and copying the directory is a backup."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager, nullcontext
from typing import TYPE_CHECKING, Final

from django.db import connection

from kelisim_web.database.pointed import pointed
from kelisim_web.settings import DATABASES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

FILE: Final = "node.sqlite3"


class SQLite:
    """The file of one node."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / FILE

    @contextmanager
    def connected(self) -> Iterator[None]:
        """Point Django's connection at it, and close it again at the end."""
        with pointed({**DATABASES["default"], "NAME": str(self._file)}):
            yield

    def begun(self) -> AbstractContextManager[None]:
        """Nothing: the file is made when it is first opened, and goes with its directory."""
        return nullcontext()

    def is_begun(self) -> bool:
        """Always: who opens a node has seen the file."""
        return True

    def size(self) -> int:
        """How many bytes it takes up in the node's directory."""
        return self._file.stat().st_size

    def copy(self, target: Path) -> None:
        """Write the rows as they stand at one moment into a new file, by SQLite's own way of doing so."""
        connection.ensure_connection()
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)

    def damage(self) -> list[str]:
        """What SQLite's own check finds."""
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check(5)")
            told = [str(line) for (line,) in cursor.fetchall()]
        return [] if told == ["ok"] else told

    def not_durable(self) -> list[str]:
        """Nothing: it is this program that sets them, whenever it opens the file."""
        return []

    def guarded(self) -> set[str]:
        """The tables with both triggers."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT tbl_name, upper(sql) FROM sqlite_master WHERE type = 'trigger'")
            guards = [(table, sql) for table, sql in cursor.fetchall() if "RAISE(ABORT" in sql]
        update, delete = ({table for table, sql in guards if f"BEFORE {act}" in sql} for act in ("UPDATE", "DELETE"))
        return update & delete
