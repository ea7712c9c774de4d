"""A PostgreSQL database of the node's own, in which the rows lie in a schema named `kelisim`.

Its address stands in a file of the node's directory, which its owner alone reads: it may hold a password. What makes a
commit last is asked for on each connection where a connection may ask for it; the rest is the server's, and
`not_durable` says what is amiss there.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from django.db import DatabaseError, InterfaceError, connection

from kelisim import keyfile
from kelisim.errors import BadValue, NotNow
from kelisim_web.database.pointed import pointed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE: Final = "database"
SCHEMA: Final = "kelisim"
SCHEMES: Final = ("postgresql://", "postgres://")
GUARD: Final = "BEGIN RAISE EXCEPTION 'evidence is append-only' USING ERRCODE = 'integrity_constraint_violation'; END"
OPTIONS: Final = f"-c search_path={SCHEMA} -c synchronous_commit=on -c lock_timeout=20000"
DURABLE: Final = ("fsync", "full_page_writes", "synchronous_commit")
_GUARDED: Final = """
    SELECT relname FROM pg_trigger
    JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE relnamespace = current_schema()::regnamespace AND prosrc = %s AND tgqual IS NULL AND tgattr = ''
    AND tgenabled IN ('O', 'A') AND tgtype & 59 = 58
"""  # of pg_trigger.h: for each statement (not 1), before (2), on delete (8), update (16), truncate (32)


class PostgreSQL:
    """The database of one node."""

    def __init__(self, address: str) -> None:
        """Take an address.

        Raises:
            BadValue: it is none, or names no database.
            NotNow: the driver is not installed.
        """
        if find_spec("psycopg") is None:
            raise NotNow("postgresql-driver")
        self._settings = _settings(address)

    @classmethod
    def named_in(cls, directory: Path) -> PostgreSQL:
        """The database whose address is kept in a node's directory."""
        return cls((directory / FILE).read_text("utf-8").strip())

    @classmethod
    def named(cls, directory: Path, address: str) -> PostgreSQL:
        """Keep an address in a node's directory, once it is one."""
        made = cls(address)
        keyfile.write_secret(directory / FILE, f"{address}\n".encode())
        return made

    @contextmanager
    def connected(self) -> Iterator[None]:
        """Point Django's connection at it, and close it again at the end."""
        with pointed(self._settings):
            yield

    @contextmanager
    def begun(self) -> Iterator[None]:
        """Make the schema; where the block fails, drop it.

        Raises:
            NotNow: there is one: a node has its rows in this database.
        """
        with self.connected():
            if self.is_begun():
                raise NotNow("database-in-use", name=str(self._settings["NAME"]))
            _do(f"CREATE SCHEMA {SCHEMA}")
        try:
            yield
        except BaseException:
            with suppress(DatabaseError, InterfaceError), self.connected():
                _do(f"DROP SCHEMA {SCHEMA} CASCADE")
            raise

    def is_begun(self) -> bool:
        """Is there the schema?"""
        return bool(_do("SELECT 1 FROM pg_namespace WHERE nspname = %s", SCHEMA))

    def size(self) -> int:
        """Nothing: its files are the server's."""
        return 0

    def copy(self, target: Path) -> None:
        """Refuse: PostgreSQL has tools of its own for this, and they need its administrator's powers."""
        raise NotNow("backup-postgresql", path=str(target))

    def damage(self) -> list[str]:
        """What no node can keep its rows in: another encoding. Pages are the server's to check, by pg_amcheck."""
        encoding = _do("SHOW server_encoding")[0][0]
        return [] if encoding == "UTF8" else [f"server_encoding = {encoding}"]

    def not_durable(self) -> list[str]:
        """The settings of the server that are off."""
        told = {name: _do(f"SHOW {name}")[0][0] for name in DURABLE}
        return [f"{name} = {value}" for name, value in told.items() if value == "off"]

    def guarded(self) -> set[str]:
        """The tables with the trigger, whose function still says what it was made to say."""
        return {table for (table,) in _do(_GUARDED, GUARD)}


def _settings(address: str) -> dict[str, Any]:
    from psycopg import ProgrammingError  # noqa: PLC0415  (the driver is an extra; nodes with a file do without)
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    try:
        parts = conninfo_to_dict(address) if address.startswith(SCHEMES) else {}
    except ProgrammingError:
        parts = {}
    name = parts.pop("dbname", "")
    if not name:
        raise BadValue("database-address")
    options = {"connect_timeout": 10, **parts, "options": f"{parts.get('options') or ''} {OPTIONS}".strip()}
    return {"ENGINE": "kelisim_web.database.backend", "NAME": name, "OPTIONS": options}


def _do(sql: str, *values: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []
