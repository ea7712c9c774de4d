"""The office's journal: bundles out and in, each with its number and day, and those that were refused, with why."""

from __future__ import annotations

import io
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from kelisim import disk
from kelisim.errors import Refusal, Unknown
from kelisim_web.access import Act, check
from kelisim_web.actions import exchange
from kelisim_web.models.desk import JournalEntry, Us
from kelisim_web.queries.cover import positions_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kelisim_web.access import Seat

FOLDER: Final = "journal"
TOLD: Final = 200  # characters of a refusal's parameter that are kept


def send(seat: Seat, circle: str, to: str, number: str = "") -> JournalEntry:
    """Write a bundle for another party, and enter it with its number.

    Args:
        seat: whose.
        circle: the plan.
        to: the code of the party it is for.
        number: under which it goes out; the next of the year where empty.

    Raises:
        Forbidden: not from this seat.
    """
    check(seat, Act.EXCHANGE, circle)
    written = exchange.write_bundle(seat, circle, to)
    now = seat.node.now()
    digest = sha256(written.data).hexdigest()
    name = f"{now[:10]}-{to}-{digest[:8]}.bundle"
    disk.write(_folder(seat) / name, written.data, over=True)
    told = {
        "segments": written.segments,
        "files": written.files,
        "size": len(written.data),
        "positions": positions_in(seat, circle, written.names),
    }
    row = {"circle": circle, "party": to, "officer": seat.officer, "told": told, "file": name, "digest": digest}
    return _enter(seat, "out", number, now, row)


def receive(seat: Seat, data: bytes, number: str = "") -> exchange.Received:
    """Read a bundle that came, and enter it with its number; one that is refused is entered with why.

    Raises:
        Refusal: as `exchange.read_bundle` says; nothing of it was taken.
    """
    check(seat, Act.EXCHANGE)
    now = seat.node.now()
    row: dict[str, Any] = {"officer": seat.officer, "digest": sha256(data).hexdigest()}
    try:
        came = exchange.read_bundle(seat, io.BytesIO(data))
    except Refusal as refusal:
        told = {"code": refusal.code, "params": _short(refusal.params), "size": len(data)}
        JournalEntry.objects.create(direction="refused", number="", at=now, told=told, **row)
        raise
    told = {"segments": came.segments, "seals": came.seals, "files": came.files, "again": came.again, "size": len(data)}
    _enter(seat, "in", number, now, {"circle": came.circle, "party": came.sender, "told": told, **row})
    return came


def _enter(seat: Seat, direction: str, number: str, now: str, row: dict[str, Any]) -> JournalEntry:
    """Enter a paper; numbers are given one after another, whoever else enters one at this moment."""
    with transaction.atomic():
        Us.objects.select_for_update().get()
        number = number or next_number(seat, direction, now)
        return JournalEntry.objects.create(direction=direction, number=number, at=now, **row)


def next_number(seat: Seat, direction: str, now: str) -> str:
    """The next number of the year, such as `14/2013`."""
    del seat
    year = now[:4]
    taken = JournalEntry.objects.filter(direction=direction, at__startswith=year).count()
    return f"{taken + 1}/{year}"


def bundle_file(seat: Seat, name: str) -> bytes:
    """The bytes of a bundle that went out.

    Raises:
        Unknown: none of that name did, or its file is gone.
        Forbidden: not from this seat.
    """
    check(seat, Act.EXCHANGE)
    entry = JournalEntry.objects.filter(file=name).first()
    if entry is None or not file_of(seat, entry).is_file():
        raise Unknown("file-missing", path=name)
    return file_of(seat, entry).read_bytes()


def file_of(seat: Seat, entry: JournalEntry) -> Path:
    """Where the file of a bundle that went out lies."""
    return _folder(seat) / entry.file


def _short(params: Mapping[str, str | int]) -> dict[str, str | int]:
    """What a refusal names, as far as there is room for it: it may quote what came."""
    return {name: value[:TOLD] if isinstance(value, str) else value for name, value in params.items()}


def _folder(seat: Seat) -> Path:
    folder = seat.node.directory / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
