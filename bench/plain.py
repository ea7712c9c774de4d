"""The floor: a receiver with nothing but the work that nobody can leave out, on plain sqlite3.

Decrypt, unpack, verify each segment's one signature, see that it follows the one before, read its statements and check
that they are written in their one form, merge them, and keep all of it in one transaction with synchronous FULL. It
knows no cards, plans, courier's log, forks, epochs or seals, and its rows are not those of a node.
"""

from __future__ import annotations

import base64
import hashlib
import io
import sqlite3
from typing import TYPE_CHECKING, Any

import msgspec
import pyrage
import zstandard
from nacl import bindings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TABLES = """
CREATE TABLE segment (id TEXT PRIMARY KEY, seq INTEGER, line BLOB, body BLOB);
CREATE TABLE register (
    item TEXT, field TEXT, party TEXT, value TEXT, seq INTEGER, PRIMARY KEY (item, field, party)
) WITHOUT ROWID;
"""
UPSERT = (
    "INSERT INTO register VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (item, field, party) DO UPDATE SET value = excluded.value, seq = excluded.seq"
)
TYPE = b"application/vnd.kelisim.segment.v1+json"
LINE = 1 << 20


class Statement(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """A statement."""

    field: str
    hold: str | None = None
    item: str
    value: str | None = None


class Receiver:
    """A receiver of some authors' feeds.

    Args:
        path: of its database.
        keys: the 32 bytes of each author's public key, by the id of its party.
        identity: the age identity that bundles are encrypted to.
    """

    def __init__(self, path: Path, keys: Mapping[str, bytes], identity: str) -> None:
        self.keys = keys
        self.heads: dict[str, tuple[int, str]] = {}
        self.identity = pyrage.x25519.Identity.from_str(identity)
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.execute("PRAGMA synchronous=FULL")
        self.database.executescript(TABLES)
        self.statements = msgspec.json.Decoder(Statement)
        self.header = msgspec.json.Decoder(dict[str, Any])
        self.encoder = msgspec.json.Encoder()
        self.packer = zstandard.ZstdCompressor()

    def read(self, data: bytes) -> int:
        """Read a bundle; return how many statements it brought."""
        packed = pyrage.decrypt(data, [self.identity])
        reader = io.BytesIO(zstandard.ZstdDecompressor().decompressobj().decompress(packed))
        parts = self.header.decode(reader.readline(LINE).partition(b"\t")[0])["parts"]
        for part in parts[: [part["kind"] for part in parts].index("segment")]:
            reader.read(part["size"])
        said: dict[str, dict[tuple[str, str], tuple[str | None, int]]] = {party: {} for party in self.keys}
        segments, count = [], 0
        while line := reader.readline(LINE):
            json, _, signature = line[:-1].partition(b"\t")
            header = self.header.decode(json)
            body = reader.read(header["size"])
            statements = self._checked(json, header, signature, body)
            count += len(statements)
            mine, seq = said[header["party"]], header["seq"]
            for one in statements:
                mine[one.item, one.field] = one.value, seq
            segments.append((self.heads[header["party"]][1], seq, line, self.packer.compress(body)))
        rows = [(*place, party, *word) for party, words in said.items() for place, word in words.items()]
        self.database.execute("BEGIN IMMEDIATE")
        self.database.executemany("INSERT INTO segment VALUES (?, ?, ?, ?)", segments)
        self.database.executemany(UPSERT, rows)
        self.database.execute("COMMIT")
        return count

    def _checked(self, json: bytes, header: dict[str, Any], signature: bytes, body: bytes) -> list[Statement]:
        message = b"DSSEv1 %d %b %d %b" % (len(TYPE), TYPE, len(json), json)
        bindings.crypto_sign_open(base64.b64decode(signature.partition(b":")[2]) + message, self.keys[header["party"]])
        seq, head = self.heads.get(header["party"], (0, header["circle"]))
        if (header["seq"], header["prev"]) != (seq + 1, head):
            raise ValueError(json)
        self.heads[header["party"]] = seq + 1, hashlib.sha256(json).hexdigest()
        statements = self.statements.decode_lines(body)
        if (
            hashlib.sha256(body).hexdigest() != header["body"]
            or self.encoder.encode(header) != json
            or self.encoder.encode_lines(statements) != body
        ):
            raise ValueError(json)
        return statements
