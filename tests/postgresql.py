"""A PostgreSQL server of the tests' own, in a directory of its own, reached by a socket there alone."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS: Final = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/bin", "/usr/bin")
USER: Final = "postgres"  # PostgreSQL refuses to work for root; Debian's package makes this user
ROOM: Final = Path("/dev/shm")  # noqa: S108  (in memory fsync, which the doctor asks for, costs nothing)
ENOUGH: Final = 4 * 1024**3
CONFIG: Final = """
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 20
shared_buffers = 32MB
max_wal_size = 4GB
checkpoint_timeout = 1h
autovacuum = off
"""


def _program(name: str) -> str:
    found = [path for place in PROGRAMS for path in sorted(Path("/").glob(f"{place[1:]}/{name}"))]
    assert found, f"{name} is not installed: these tests need PostgreSQL's server (make .venv/test)"
    return str(found[-1])


AS_SQLITE: Final = (  # words of SQLite with which tests change rows, understood in every new database
    "CREATE SCHEMA tests",
    "CREATE DOMAIN tests.blob AS bytea",
    (
        "CREATE FUNCTION tests.zeroblob(size integer) RETURNS bytea LANGUAGE sql AS $$"
        "SELECT decode(repeat('00', size), 'hex')$$"
    ),
    (
        "CREATE FUNCTION tests.replace(held bytea, old text, new text) RETURNS bytea LANGUAGE sql AS $$"
        "SELECT convert_to(replace(convert_from(held, 'UTF8'), old, new), 'UTF8')$$"
    ),
)


class PostgreSQL:
    """A server that is up, until it is killed or stopped.

    Attributes:
        process: the one that all others of it come from.
    """

    process: subprocess.Popen[bytes]

    def __init__(self) -> None:
        memory = ROOM if ROOM.is_dir() and shutil.disk_usage(ROOM).free > ENOUGH else None
        self.home = Path(tempfile.mkdtemp(prefix="kelisim-pg-", dir=memory))  # a socket's path must be short
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam(USER)
            self._as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(self.home, user.pw_uid, user.pw_gid)
        self._run("initdb", "-D", "data", "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        with (self.home / "data/postgresql.conf").open("a") as config:
            config.write(f"{CONFIG}unix_socket_directories = '{self.home}'\n")
        self._names = (f"node_{number}" for number in count(1))
        self.start()
        for statement in AS_SQLITE:
            self.do(statement, "template1")

    def _run(self, program: str, *words: str) -> None:
        subprocess.run([_program(program), *words], cwd=self.home, check=True, capture_output=True, **self._as)

    def start(self) -> None:
        """Have it up, after a crash too."""
        with (self.home / "log").open("ab") as log:
            words = [_program("postgres"), "-D", "data"]
            self.process = subprocess.Popen(words, cwd=self.home, stdout=log, stderr=log, **self._as)
        self.wait()

    def wait(self) -> None:
        """Wait until it can be reached."""
        for _ in range(1200):
            try:
                return psycopg.connect(self.address("postgres")).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise AssertionError((self.home / "log").read_text())

    def kill(self) -> None:
        """Kill the whole server as a power cut would stop it: nothing is written any more, nobody is told."""
        self.process.send_signal(signal.SIGSTOP)  # it must not notice that the first of its own is gone
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        for pid in map(int, children.split()):
            os.kill(pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()

    def kill_one(self, pid: int) -> None:
        """Kill the process that serves one connection, and wait until the server has recovered from that."""
        before = self._starts()
        os.kill(pid, signal.SIGKILL)
        while self._starts() == before:
            time.sleep(0.02)

    def _starts(self) -> int:
        return (self.home / "log").read_text().count("ready to accept connections")

    def set(self, setting: str, value: str) -> None:
        """Change a setting for all that connect from here on."""
        self.do(f"ALTER SYSTEM SET {setting} = {value}")
        self.do("SELECT pg_reload_conf()")
        with self.at(self.address("postgres")) as connection:
            while connection.execute(f"SHOW {setting}").fetchone() != (value,):
                time.sleep(0.02)

    def stop(self) -> None:
        """Stop it and take its directory away."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()
        shutil.rmtree(self.home)

    def address(self, name: str) -> str:
        """Where a database is."""
        return f"postgresql://{USER}@/{name}?host={self.home}"

    def new(self, template: str = "template1") -> str:
        """Make a database, empty or a copy; its address.

        The strategy ends with a checkpoint. With PostgreSQL's other one, numbers that a copy gives out before the next
        checkpoint are not in the log yet, and after a crash it would give them out again.
        """
        name = next(self._names)
        self.do(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return self.address(name)

    def names(self) -> set[str]:
        """The databases that were made."""
        with self.at(self.address("postgres")) as connection:
            found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'node%'").fetchall()
        return {name for (name,) in found}

    def do(self, statement: str, name: str = "postgres") -> None:
        """Do something in a database, outside a transaction."""
        with self.at(self.address(name)) as connection:
            connection.execute(statement)

    @contextmanager
    def at(self, address: str) -> Iterator[psycopg.Connection]:
        """A connection to a database, each statement for itself."""
        connection = psycopg.connect(address, autocommit=True, options="-c search_path=kelisim,tests")
        try:
            yield connection
        finally:
            connection.close()
