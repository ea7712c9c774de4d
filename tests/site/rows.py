"""The rows of nodes, read and changed past Django, and copied with their directories; on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import psycopg

from kelisim_web import database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgresql import PostgreSQL

BROKEN = (sqlite3.IntegrityError, psycopg.errors.IntegrityError)
_TRIGGERS = "SELECT tgname, tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal"
by_setting = database.wanted
_server: list[PostgreSQL] = []


class InFile:
    """The rows of a node in a file of its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()

    def change(self, statement: str) -> int:
        done = self._connection.execute(statement).rowcount
        self._connection.commit()
        return done

    def dump(self) -> list[str]:
        return list(self._connection.iterdump())

    def weaken(self, table: str, act: str) -> None:
        """Put a trigger that does nothing in the place of the one against an act."""
        self.change(f"DROP TRIGGER {table}_no_{act}")
        self.change(f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON kelisim_web_{table} BEGIN SELECT 1; END")

    @contextmanager
    def unguarded(self) -> Iterator[None]:
        triggers = self.query("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        for name, _ in triggers:
            self.change(f"DROP TRIGGER {name}")
        yield
        for _, sql in triggers:
            self.change(sql)


class OnServer:
    """The rows of a node on a PostgreSQL server."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql.replace("?", "%s"), values or None).fetchall()

    def change(self, statement: str) -> int:
        return self._connection.execute(statement).rowcount

    def dump(self) -> list[str]:
        tables = self.query("SELECT tablename FROM pg_tables WHERE schemaname = 'kelisim' ORDER BY 1")
        return [f"{table}: {row}" for (table,) in tables for row in sorted(self.query(f"SELECT * FROM {table}"))]

    def weaken(self, table: str, act: str) -> None:
        """Put a trigger against less in the place of the one against every change."""
        rest = " OR ".join({"UPDATE", "DELETE", "TRUNCATE"} - {act.upper()})
        self.change(f"DROP TRIGGER {table}_no_change ON kelisim_web_{table}")
        self.change(
            f"CREATE TRIGGER {table}_no_change BEFORE {rest} ON kelisim_web_{table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_evidence()"
        )

    @contextmanager
    def unguarded(self) -> Iterator[None]:
        triggers = self.query(_TRIGGERS)
        for name, table in triggers:
            self.change(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        yield
        for name, table in triggers:
            self.change(f"ALTER TABLE {table} ENABLE TRIGGER {name}")


def address_of(directory: Path) -> str:
    """Where on a server the rows of a node lie; empty where they lie in a file."""
    file = directory / database.postgresql.FILE
    return file.read_text("utf-8").strip() if file.exists() else ""


@contextmanager
def rows_of(directory: Path) -> Iterator[InFile | OnServer]:
    """The rows of the node in a directory."""
    if address := address_of(directory):
        with _server[0].at(address) as connection:
            yield OnServer(connection)
    else:
        with closing(sqlite3.connect(directory / database.sqlite.FILE)) as connection:
            yield InFile(connection)


def copied(source: Path, target: Path) -> Path:
    """Copy a directory with the nodes in it."""
    shutil.copytree(source, target)
    for file in target.rglob(database.postgresql.FILE):
        name = psycopg.conninfo.conninfo_to_dict(file.read_text("utf-8").strip())["dbname"]
        file.write_text(f"{_server[0].new(name)}\n", "utf-8")
    return target


def on_postgresql(server: PostgreSQL) -> None:
    """Have every node that is made from here on keep its rows on a server."""
    _server.append(server)
    database.wanted = server.new


@contextmanager
def no_more_than_now() -> Iterator[None]:
    """Drop the databases that are made meanwhile."""
    before = {server: server.names() for server in _server}
    yield
    for server, names in before.items():
        for name in server.names() - names:
            server.do(f"DROP DATABASE {name} WITH (FORCE)")
