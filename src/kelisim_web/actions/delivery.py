"""From node to node: a bundle is handed in at the inbox of the party that it is for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from kelisim.errors import NotNow, Refusal
from kelisim_web import inboxes, jobs, store
from kelisim_web.access import Act, check
from kelisim_web.actions import journal
from kelisim_web.models.desk import Confirmed, JournalEntry

if TYPE_CHECKING:
    from kelisim_web.access import Seat

WAITING, DELIVERED, REFUSED, GIVEN_UP = "waiting", "delivered", "refused", "given-up"
PATIENCE: Final = timedelta(days=7)


def deliver(seat: Seat, circle: str, to: str, number: str = "") -> JournalEntry:
    """Write a bundle for another party, enter it, and have it handed in at that party's inbox.

    Raises:
        NotNow: we know no inbox of that party.
        Forbidden: not from this seat.
    """
    check(seat, Act.EXCHANGE, circle)
    if not address_of(seat, circle, to):
        raise NotNow("inbox-unknown", code=to)
    with transaction.atomic():
        entry = journal.send(seat, circle, to, number)
        _note(entry, WAITING, seat.node.now())
        jobs.later("deliver", entry=entry.pk)
    return entry


def hand_in(seat: Seat, entry: int) -> None:
    """Hand in a bundle that was entered; a job, which is tried again as long as nobody answers.

    Raises:
        OSError, HTTPException: see `inboxes.hand_in`.
    """
    check(seat, Act.EXCHANGE)
    row = JournalEntry.objects.filter(pk=entry).first()
    if row is None or row.told.get("delivery") != WAITING:
        return
    now = seat.node.now()
    try:
        taken = inboxes.hand_in(address_of(seat, row.circle, row.party), journal.file_of(seat, row))
    except Refusal:  # the address was taken away since
        _note(row, GIVEN_UP, now)
        return
    except Exception:
        if datetime.fromisoformat(now) - datetime.fromisoformat(row.at) < PATIENCE:
            raise
        _note(row, GIVEN_UP, now)
        return
    _note(row, DELIVERED if taken else REFUSED, now)


def address_of(seat: Seat, circle: str, code: str) -> str:
    """The address of the inbox of a party of a plan; empty where we know none."""
    del seat
    party = {one: party for party, one in store.charter(circle).value.codes().items()}.get(code, "")
    return Confirmed.objects.filter(party=party).values_list("address", flat=True).first() or ""


def _note(entry: JournalEntry, state: str, now: str) -> None:
    entry.told |= {"delivery": state, "delivery_at": now}
    entry.save(update_fields=["told"])
