"""The parties that this node knows: their keys, how to compare their fingerprints, where their inboxes are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from kelisim import ceremony
from kelisim.errors import Refusal
from kelisim.ledger import card as cards
from kelisim.ledger import charter as charters
from kelisim.ledger import epoch as epochs
from kelisim.ledger.digest import digits_of
from kelisim.ledger.keys import key_id
from kelisim_web import store
from kelisim_web.access import Act, check
from kelisim_web.models.desk import Confirmed
from kelisim_web.officers import on_node
from kelisim_web.queries.ceremonies import known_epochs
from kelisim_web.us import us

if TYPE_CHECKING:
    from pathlib import Path

    from kelisim.ledger.card import Card
    from kelisim.ledger.judge import Held
    from kelisim.ledger.record import Signed
    from kelisim_web.access import Seat


class KeyView(NamedTuple):
    """An officer's key of a party.

    Attributes:
        id: its id.
        may: what the newest card lets it do; nothing for a key that has ended.
        until: the number of the last card that names it.
        here: what it is called on this node; empty where it is not here.
    """

    id: str
    may: tuple[str, ...]
    until: int
    here: str


@dataclass(frozen=True)
class PartyView:
    """A party.

    Attributes:
        code: what we call it.
        name: in the reader's language.
        digits: its fingerprint, the thirty digits of its first card.
        number: of its newest card.
        keys: those on its newest card, then those that have ended.
        roots, threshold: how many root keys it has, and how many of them must sign.
        since: when its digits were compared; empty where they were not.
        address: of its inbox; empty where bundles go by another way.
        ours: this node is its.
    """

    code: str
    name: str
    digits: str
    number: int
    keys: list[KeyView]
    roots: int
    threshold: int
    since: str
    address: str
    ours: bool


class Request(NamedTuple):
    """What waits for the root keys to sign.

    Attributes:
        name: of the file, in the node's directory `requests`.
        kind: card, charter or epoch.
    """

    name: str
    kind: str


def parties(seat: Seat, language: str) -> list[PartyView]:
    """The parties whose cards are held, our own first."""
    check(seat, Act.AUDIT)
    held, ours = store.cards_held(), us()
    rows = {row.party: row for row in Confirmed.objects.all()}
    found = [
        _party(seat, held, party, row, language) if row.code != ours.code else _ours(seat, held, party, row, language)
        for party, row in rows.items()
    ]
    return sorted(found, key=lambda one: (not one.ours, one.code))


def _ours(seat: Seat, held: Held, party: str, row: Confirmed, language: str) -> PartyView:
    found = _party(seat, held, party, row, language)
    return PartyView(**{**found.__dict__, "ours": True})


def _party(seat: Seat, held: Held, party: str, row: Confirmed, language: str) -> PartyView:
    chain: list[Card] = [held.cards[name].value for name in held.chain(party).ids]
    newest = chain[-1]
    return PartyView(
        code=row.code,
        name=newest.names.get(language) or next(iter(newest.names.values()), row.code),
        digits=digits_of(party),
        number=newest.number,
        keys=_keys(seat, chain),
        roots=len(newest.roots),
        threshold=newest.threshold,
        since=row.at,
        address=row.address,
        ours=False,
    )


def _keys(seat: Seat, chain: list[Card]) -> list[KeyView]:
    here = on_node(seat.node)
    until = {key_id(one.key): card.number for card in chain for one in card.keys}
    may = {key_id(one.key): tuple(one.may) for one in chain[-1].keys}
    rows = [KeyView(key, may.get(key, ()), number, here.get(key, "")) for key, number in until.items()]
    return sorted(rows, key=lambda one: (not one.may, one.may, one.id))


def waiting(seat: Seat) -> list[Request]:
    """The requests in the node's directory that the root keys have not answered yet, as far as this node knows."""
    check(seat, Act.AUDIT)
    paths = sorted((seat.node.directory / "requests").glob("*.request"))
    return [Request(path.name, found.kind) for path in paths if (found := _read(path)) and _waits(seat, found)]


def _read(path: Path) -> Signed[Any] | None:
    """What a request asks for; None for a file that is none, which is no reason to show nothing."""
    try:
        return ceremony.read_request(path.read_bytes())
    except (Refusal, OSError):
        return None


def _waits(seat: Seat, asked: Signed[Any]) -> bool:
    party, held = us().party, store.cards_held()
    if asked.kind == cards.KIND:
        return not party or bool(asked.value.number > held.newest(party).value.number)
    if asked.kind == charters.KIND:
        return us().code in charters.missing(store.charter(asked.id), held.cards)
    return asked.kind == epochs.KIND and asked.value.number not in known_epochs(seat, asked.value.circle)
