"""The office's journal: bundles out and in, each with its number and day, and those that were refused, with why."""

from __future__ import annotations

import io
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from kelisim import disk
from kelisim.errors import Refusal, Unknown
from kelisim_web.access import Act, check
from kelisim_web.actions import exchange
from kelisim_web.models.desk import JournalEntry

if TYPE_CHECKING:
    from pathlib import Path

    from kelisim_web.access import Seat

FOLDER: Final = "journal"


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
    told = {"segments": written.segments, "files": written.files, "size": len(written.data)}
    return JournalEntry.objects.create(
        direction="out",
        number=number or next_number(seat, "out", now),
        at=now,
        circle=circle,
        party=to,
        officer=seat.officer,
        told=told,
        file=name,
        digest=digest,
    )


def receive(seat: Seat, data: bytes, number: str = "") -> exchange.Received:
    """Read a bundle that came, and enter it with its number; one that is refused is entered with why.

    Raises:
        Refusal: as `exchange.read_bundle` says; nothing of it was taken.
    """
    check(seat, Act.EXCHANGE)
    now = seat.node.now()
    row = {"at": now, "officer": seat.officer, "digest": sha256(data).hexdigest()}
    try:
        came = exchange.read_bundle(seat, io.BytesIO(data))
    except Refusal as refusal:
        told = {"code": refusal.code, "params": refusal.params, "size": len(data)}
        JournalEntry.objects.create(direction="refused", number="", told=told, **row)
        raise
    told = {"segments": came.segments, "seals": came.seals, "files": came.files, "again": came.again, "size": len(data)}
    JournalEntry.objects.create(
        direction="in",
        number=number or next_number(seat, "in", now),
        circle=came.circle,
        party=came.sender,
        told=told,
        **row,
    )
    return came


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
    path = _folder(seat) / name
    if not JournalEntry.objects.filter(file=name).exists() or not path.is_file():
        raise Unknown("file-missing", path=name)
    return path.read_bytes()


def _folder(seat: Seat) -> Path:
    folder = seat.node.directory / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
