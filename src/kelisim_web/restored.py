"""A node that may be a restored copy: what it must not do, and until when.

A copy does not know what it has said since. It neither speaks nor seals until the root keys have signed an epoch. A
proposer seals again only when every other party has named that epoch in a bundle, and when it has receipted every
offer that all accepted and nobody withdrew: it may have done so before, and this is what keeps an edition from having
two successors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kelisim.errors import NotNow
from kelisim.ledger import duty, seal
from kelisim_web import derive, store
from kelisim_web.models.desk import Frozen, Restored
from kelisim_web.us import our_party

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kelisim.ledger.judge import Held


def begin(circle: str, at: str) -> None:
    """Remember that what is held of a plan is, or may be, a copy."""
    Restored.objects.update_or_create(circle=circle, defaults={"at": at, "epoch": 0, "owed": []})


def end(circle: str) -> bool:
    """Forget it again; say whether it was remembered."""
    count, _ = Restored.objects.filter(circle=circle).delete()
    return bool(count)


def check_speaking(circle: str) -> None:
    """May this node speak in a plan?

    Raises:
        NotNow: it may be a copy, and no epoch has been signed since.
    """
    row = Restored.objects.filter(circle=circle).first()
    if row and not row.epoch:
        raise NotNow("restored")


def check_sealing(circle: str, *, receipt: bool = False) -> None:
    """May this node seal in a plan?

    Args:
        circle: the plan.
        receipt: a receipt is all that it wants to sign.

    Raises:
        NotNow: it may be a copy; or somebody has not been heard, or an offer must be receipted first.
    """
    check_speaking(circle)
    row = Restored.objects.filter(circle=circle).first()
    if row and (row.owed or not receipt):
        codes = store.charter(circle).value.codes()
        raise NotNow("restored-owes", codes=", ".join(codes[party] for party in row.owed) or "–")


class Before(NamedTuple):
    """What a node held of its own feed before it read something, and whose that is."""

    us: str
    head: str
    contested: bool
    waiting: bool


def before(circle: str, us: str) -> Before:
    """What this node holds in a plan of its own feed, which is that of the party `us`."""
    line = derive.known(circle, us)
    if line is None:
        return Before(us, circle, contested=False, waiting=False)
    return Before(us, line.head, line.contested, line.waiting)


def notice(circle: str, was: Before, named: Iterable[str], at: str) -> bool:
    """Notice that others hold more of our feed than we do.

    Args:
        circle: the plan.
        was: what this node held before.
        named: heads of ours that others have named.
        at: the time.

    Returns:
        Whether this is new.
    """
    lacks = any(not store.is_held(circle, head) for head in named)
    row = Restored.objects.filter(circle=circle).first()
    if (before(circle, was.us) == was and not lacks) or (row and not row.epoch):
        return False
    begin(circle, at)
    return True


def go_on(circle: str, number: int, held: Held) -> None:
    """Go on in an epoch that the root keys have signed; what a copy had closed must be closed anew."""
    row = Restored.objects.filter(circle=circle).first()
    if row is None:
        return
    Frozen.objects.filter(circle=circle).delete()
    charter, us = store.charter(circle).value, our_party()
    row.epoch = number
    row.owed = charter.others(us) if charter.proposer == us else []
    row.save()
    settle(circle, held)


def hear(circle: str, party: str, head: str, held: Held) -> None:
    """Note that a party has named a head of ours: a bundle written since the restore names our epoch."""
    row = Restored.objects.filter(circle=circle).first()
    if row is None or party not in row.owed:
        return
    if store.is_held(circle, head) and store.epoch_of(circle, head) >= row.epoch:
        row.owed = [one for one in row.owed if one != party]
        row.save()
        settle(circle, held)


def to_receipt(circle: str, held: Held) -> list[str]:
    """The offers of ours that all accepted and nobody withdrew."""
    charter, us = store.charter(circle).value, our_party()
    seals = store.values(store.seals(circle, held))
    found = []
    for name, one in seals.items():
        if isinstance(one, seal.Offer):
            try:
                duty.may_receipt(seals, charter, us, name, held)
            except NotNow:
                continue
            found.append(name)
    return found


def settle(circle: str, held: Held) -> None:
    """Forget the restore once nothing is owed any more."""
    row = Restored.objects.filter(circle=circle).first()
    if row and row.epoch and not row.owed and not to_receipt(circle, held):
        row.delete()
