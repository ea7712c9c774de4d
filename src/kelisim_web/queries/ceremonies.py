"""Our keys and epochs, as an officer looks at them before asking the root keys for anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kelisim.ledger.keys import key_id
from kelisim_web import derive, store
from kelisim_web.officers import on_node
from kelisim_web.us import our_party

if TYPE_CHECKING:
    from kelisim.ledger.card import Card
    from kelisim.ledger.record import Signed
    from kelisim_web.access import Seat


class KeyRow(NamedTuple):
    """An officer's key.

    Attributes:
        id: its id.
        name: what it is called on this node; empty where it is not here.
        may: what our newest card lets it do; nothing where it is not on the card.
    """

    id: str
    name: str
    may: list[str]


def our_newest(seat: Seat) -> Signed[Card]:
    """Our newest card."""
    del seat
    return store.cards_held().newest(our_party())


def keys_of(seat: Seat) -> list[KeyRow]:
    """The keys on our newest card, then those on this node that it does not name."""
    here, card = on_node(seat.node), our_newest(seat).value
    rows = [KeyRow(key_id(one.key), here.get(key_id(one.key), ""), list(one.may)) for one in card.keys]
    named = {row.id for row in rows}
    return rows + [KeyRow(key, name, []) for key, name in sorted(here.items()) if key not in named]


def known_epochs(seat: Seat, circle: str) -> list[int]:
    """The numbers of the epochs of our feed in a plan that this node knows of."""
    del seat
    party = our_party()
    return [
        *(one.number for one in store.bases(circle, party)),
        *(one.epoch for one in store.places(circle, party)),
    ]


def left_behind(seat: Seat, circle: str, base: str) -> list[str]:
    """The segments of our line that an epoch after this base would leave behind."""
    del seat
    party = our_party()
    way = set(store.way(circle, party, base) or ())
    return [name for name in derive.ids(circle, party) if name not in way]
