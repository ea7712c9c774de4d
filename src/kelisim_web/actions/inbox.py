"""The inbox: bundles that other nodes hand in. The signed manifest inside is all that speaks for who sends."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from kelisim.errors import Refusal
from kelisim_web import trail
from kelisim_web.actions import journal
from kelisim_web.models.desk import JournalEntry

if TYPE_CHECKING:
    from kelisim_web.access import Seat

KEPT: Final = 500  # refused bundles in the journal: a stranger can send many


def take(seat: Seat, data: bytes) -> bool:
    """Read a bundle that was handed in; False where it is refused. Why is for our own journal alone.

    A bundle that came before is not entered again: its sender has not heard our answer.
    """
    came = JournalEntry.objects.filter(direction="in", digest=sha256(data).hexdigest()).exists()
    if came:
        return True
    try:
        received = journal.receive(seat, data)
    except Refusal:
        _forget(seat)
        return False
    trail.leave(seat, "inbox", received.circle, {"party": received.sender})
    return True


def _forget(seat: Seat) -> None:
    """Keep the last refusals of the inbox alone."""
    refused = JournalEntry.objects.filter(direction="refused", officer=seat.officer).order_by("-pk")
    JournalEntry.objects.filter(pk__in=[one.pk for one in refused[KEPT:]]).delete()
