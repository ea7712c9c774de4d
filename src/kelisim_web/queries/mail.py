"""What goes between the nodes: papers out and in, and for each plan and party what it has still to receive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kelisim.errors import Unknown
from kelisim.ledger.digest import digits_of
from kelisim_web import derive, store
from kelisim_web.models.desk import Confirmed, Exchange, JournalEntry
from kelisim_web.queries.plans import plans
from kelisim_web.us import our_party

if TYPE_CHECKING:
    from kelisim_web.access import Seat
    from kelisim_web.queries.plans import PlanView

SHOWN = 100


@dataclass(frozen=True)
class Partner:
    """Another party of a plan, as far as exchange goes.

    Attributes:
        plan: the plan.
        code: the party.
        digits: its fingerprint.
        ours, delivered: how many of our segments there are, and how many it has said it holds.
        theirs: how many of its segments we hold.
        last: when its last bundle was written; empty where none came.
        address: of its inbox; empty where we know none.
    """

    plan: PlanView
    code: str
    digits: str
    ours: int
    delivered: int
    theirs: int
    last: str
    address: str


@dataclass(frozen=True)
class Mail:
    """The exchange of a node.

    Attributes:
        digits: our own fingerprint.
        partners: by plan and party.
        journal: newest first.
    """

    digits: str
    partners: list[Partner]
    journal: list[JournalEntry]


def mail(seat: Seat, language: str) -> Mail:
    """The exchange of a node, as far as this seat reads its plans."""
    us = our_party()
    partners = []
    for plan in plans(seat, language):
        if plan.on_paper or not seat.reads(plan.circle):
            continue
        for party, code in store.charter(plan.circle).value.codes().items():
            if party != us:
                partners.append(_partner(plan, us, party, code))
    entries = JournalEntry.objects.order_by("-pk")[:SHOWN]
    return Mail(digits_of(us), partners, [one for one in entries if not one.circle or seat.reads(one.circle)])


def _partner(plan: PlanView, us: str, party: str, code: str) -> Partner:
    circle = plan.circle
    came = Exchange.objects.filter(circle=circle, party=party).order_by("-at", "-pk").first()
    return Partner(
        plan=plan,
        code=code,
        digits=digits_of(party),
        ours=derive.count(circle, us),
        delivered=store.length(circle, us, came.seen[us]) if came else 0,
        theirs=derive.count(circle, party),
        last=came.at if came else "",
        address=Confirmed.objects.filter(party=party).values_list("address", flat=True).first() or "",
    )


def entry_of(seat: Seat, number: int) -> JournalEntry:
    """An entry of the journal.

    Raises:
        Unknown: there is none that this seat may read.
    """
    found = JournalEntry.objects.filter(pk=number).first()
    if found is None or (found.circle and not seat.reads(found.circle)):
        raise Unknown("entry-missing", entry=number)
    return found
