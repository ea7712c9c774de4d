"""A node in a directory: its database, its officers' keys, its requests. No server, no services."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import django
import pyrage
from django.db import DatabaseError, connection

from kelisim import disk, keyfile
from kelisim.errors import Malformed, NotNow, Unknown
from kelisim.ledger import profile
from kelisim.ledger.digest import digest
from kelisim.ledger.keys import ED25519
from kelisim_web import database

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kelisim.ledger.keys import Signer
    from kelisim_web.database import Database

KEYS: Final = "keys"
BEGUN: Final = ".begun"
LETTERS: Final = "letters"
IDENTITY: Final = "carry.age"
POWERS: Final = ("state", "seal", "carry")
MIGRATIONS: Final = files("kelisim_web.migrations")
KNOWN: Final = frozenset(entry.name.removesuffix(".py") for entry in MIGRATIONS.iterdir() if entry.name.startswith("0"))
LATEST: Final = max(KNOWN)
NOW: Final = "KELISIM_NOW"
MINUTE: Final = "%Y-%m-%dT%H:%MZ"
OWNER_ONLY: Final = 0o700
_opened: Final[list[Node]] = []


@dataclass(frozen=True)
class Node:
    """A node at hand."""

    directory: Path

    def rows(self) -> Database:
        """Where its rows lie.

        Raises:
            Unknown: there is no node here.
            BadValue, NotNow: the address that is kept here is none, or the driver for it is not installed.
        """
        found = database.of(self.directory)
        if found is None:
            raise Unknown("node-missing", path=str(self.directory.resolve()))
        return found

    def signer(self, power: str) -> Signer:
        """The key with which this node states positions, seals editions or carries bundles; it may be on a token."""
        return keyfile.read_key(self.directory / KEYS / f"{power}.pem")

    def key_names(self) -> list[str]:
        """The names of the officers' keys on this node."""
        return sorted(path.stem for path in (self.directory / KEYS).glob("*.p*"))  # in files, or where on a token

    def identity(self) -> str:
        """The age identity that this node was made with."""
        return (self.directory / KEYS / IDENTITY).read_text("ascii").strip()

    def identities(self) -> list[str]:
        """The age identities, one of which bundles to us are encrypted to; those of earlier cards open what is late."""
        return [path.read_text("ascii").strip() for path in sorted((self.directory / KEYS).glob("*.age"))]

    def new_identity(self, name: str) -> str:
        """Make an age identity, and give its public key; where one of that name was made, and asked for, give that."""
        path = self.directory / KEYS / f"{name}.age"
        if not path.exists():
            keyfile.write_secret(path, f"{pyrage.x25519.Identity.generate()}\n".encode())
        return recipient(path.read_text("ascii").strip())

    def request(self, name: str) -> Path:
        """Where a request to the root keys lies."""
        return self.directory / "requests" / name

    def letter(self, name: str) -> Path:
        """Where the file of a recorded letter lies, by its SHA-256."""
        return self.directory / LETTERS / name

    def keep_letter(self, name: str, data: bytes) -> None:
        """Keep the file of a letter, readable by its owner alone."""
        path = self.letter(name)
        path.parent.mkdir(mode=OWNER_ONLY, exist_ok=True)
        if not path.exists():
            keyfile.write_secret(path, data)

    def now(self) -> str:
        """The time, to the minute, as records claim it. Only an example node may be told it, or the day alone."""
        clock, told = datetime.now(UTC), os.environ.get(NOW)
        if not told or not self.is_example():
            return clock.strftime(MINUTE)
        moment = told if "T" in told else f"{told}{clock.strftime(MINUTE)[len(told) :]}"
        profile.check_time(moment)
        return moment

    def today(self) -> date:
        """The day at this desk."""
        return date.fromisoformat(self.now()[: len("2013-11-14")])

    def is_example(self) -> bool:
        """Is this an example, whose officers and second factors are known to everybody?"""
        from kelisim_web.models.desk import Us  # noqa: PLC0415  (models load after django.setup)

        return Us.objects.filter(example=True).exists()


@cache
def rules() -> str:
    """What derived rows depend on besides the evidence: the form of the database, and the schema.

    Who changes what counts, or how it stands, adds a migration, be it an empty one.
    """
    return f"{LATEST} {digest(files('kelisim.plan').joinpath('schema.toml').read_bytes())}"


def set_up() -> None:
    """Start Django, once."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kelisim_web.settings")
    django.setup()


@contextmanager
def opened(directory: Path) -> Iterator[Node]:
    """Work on the node in a directory.

    Raises:
        Unknown: there is none, or its rows are nowhere.
        BadValue, NotNow: see `Node.rows`.
    """
    node = Node(directory)
    if (directory / BEGUN).exists():
        raise Unknown("node-missing", path=str(directory.resolve()))
    with _connected(node.rows()), _at_hand(node):
        yield node


@contextmanager
def _at_hand(node: Node) -> Iterator[None]:
    """Remember which node Django's connection is pointed at."""
    _opened.append(node)
    try:
        yield
    finally:
        _opened.pop()


def at_hand() -> Node:
    """The node that is open in this process: what the site works on."""
    return _opened[-1]


@contextmanager
def created(directory: Path, alg: str = ED25519, uris: Mapping[str, str] | None = None) -> Iterator[Node]:
    """Make a node in a new directory, with new officers' keys, and work on it.

    Args:
        directory: where.
        alg: of the keys that are made.
        uris: of keys that are on tokens already, by power.

    Raises:
        NotNow: the directory or the database is in use, or a token or the database does not answer.
        BadValue, Malformed, Unknown: a URI leads to no key that can be used, or the address to no database.
    """
    begun = directory / BEGUN
    if directory.exists() and any(directory.iterdir()) and not begun.exists():
        raise NotNow("node-exists", path=str(directory))
    try:
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(OWNER_ONLY)
        _empty(directory)
        disk.write(begun, b"", over=True)
        (directory / KEYS).mkdir()
        (directory / "requests").mkdir()
        for power in POWERS:
            keyfile.write_new_key(directory / KEYS / f"{power}.pem", alg, (uris or {}).get(power, ""))
        keyfile.write_secret(directory / KEYS / IDENTITY, f"{pyrage.x25519.Identity.generate()}\n".encode())
        set_up()
        rows = database.new(directory, database.wanted())
        with rows.begun(), _connected(rows):
            yield Node(directory)
        begun.unlink()
    except DatabaseError as error:
        shutil.rmtree(directory, ignore_errors=True)
        raise NotNow("database", path=str(directory), detail=str(error)[:200]) from error
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)  # it was empty: nothing is left half-made
        raise


def _empty(directory: Path) -> None:
    """Clear away a node that was being made when the power went: its request was never given to anybody."""
    for path in sorted(directory.iterdir(), key=lambda one: one.name == BEGUN):  # the mark of it last
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def recipient(identity: str) -> str:
    """The public age key of an identity."""
    try:
        return str(pyrage.x25519.Identity.from_str(identity).to_public())
    except pyrage.IdentityError as error:
        raise Malformed("key-file", path=IDENTITY) from error


@contextmanager
def _connected(rows: Database) -> Iterator[None]:
    set_up()
    with rows.connected():
        if not _is_current():
            if not rows.is_begun():
                raise Unknown("database-empty")
            from django.core.management import call_command  # noqa: PLC0415  (slow to load, needed once)

            call_command("migrate", "kelisim_web", verbosity=0)
        yield


def _is_current() -> bool:
    with connection.cursor() as cursor:
        if "kelisim_web_made" not in connection.introspection.table_names(cursor):
            return False
        cursor.execute("SELECT 1 FROM kelisim_web_made WHERE rules = %s", [rules()])
        return cursor.fetchone() is not None
