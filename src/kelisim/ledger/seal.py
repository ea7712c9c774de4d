"""Seals stand outside feeds: the named proposer offers an edition, all others accept, the proposer's receipt concludes.

Judged as a set, on all evidence, and for ever with the card each names: nothing concluded is ever undone. A withdrawal
is final for its party and offer and undoes no receipt; the duties it puts on the honest are kept by the node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal, NamedTuple

from msgspec import UNSET, Meta, UnsetType

from kelisim.errors import Malformed, Unproven
from kelisim.ledger import profile
from kelisim.ledger.profile import Count, Digest, Item, Place, Tag, Time, Version, Written
from kelisim.ledger.record import LONGEST, Signed, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kelisim.ledger.card import Card
    from kelisim.ledger.charter import Charter

KIND: Final = "seal"


class EditionNumber(Written, frozen=True):
    """Which offer of a proposer: the epoch of its feed and a number that rises with every offer."""

    epoch: Count
    number: Place

    def __str__(self) -> str:
        return f"{self.epoch}.{self.number}"


class Offer(Written, frozen=True, kw_only=True):
    """The proposer's: this is what we agreed.

    Attributes:
        cut: every party's head; the words are found by walking back from these.
        previous: the last concluded offer of the scope; absent when there is none.
        root: the Merkle root of the edition.
        corrects: 1 where it counts from the start of the one before.
    """

    at: Time
    card: Digest
    circle: Digest
    corrects: Literal[1] | UnsetType = UNSET
    cut: dict[Digest, Digest]
    edition: EditionNumber
    languages: Annotated[list[Tag], Meta(min_length=1)]
    party: Digest
    previous: Digest | UnsetType = UNSET
    root: Digest
    schema: Place
    scope: Item
    step: Literal["offer"]
    v: Version


class Accept(Written, frozen=True):
    """Another party's: so it is."""

    at: Time
    card: Digest
    circle: Digest
    of: Digest
    party: Digest
    step: Literal["accept"]
    v: Version


class Withdraw(Written, frozen=True):
    """No longer, for this party and offer."""

    at: Time
    card: Digest
    circle: Digest
    of: Digest
    party: Digest
    step: Literal["withdraw"]
    v: Version


class Receipt(Written, frozen=True):
    """The proposer's: all have accepted; it is in force.

    Attributes:
        accepts: the ids of the acceptances, sorted.
    """

    accepts: list[Digest]
    at: Time
    card: Digest
    circle: Digest
    of: Digest
    party: Digest
    step: Literal["receipt"]
    v: Version


Seal = Offer | Accept | Withdraw | Receipt


class _Step(Written, frozen=True, forbid_unknown_fields=False):
    step: Literal["offer", "accept", "withdraw", "receipt"]


_STEPS: Final[dict[str, type[Seal]]] = {"offer": Offer, "accept": Accept, "withdraw": Withdraw, "receipt": Receipt}


def kind_of(json: bytes) -> type[Seal]:
    """What a seal's JSON must be: what keys it has depends on its step."""
    return _STEPS[profile.peek(json, _Step, KIND).step]


def read(line: bytes) -> Signed[Seal]:
    """Read a seal's line."""
    if len(line) > LONGEST:  # before anything of it is looked at
        raise Malformed("record-too-long", kind=KIND, limit=LONGEST)
    return parse(line, KIND, kind_of(line.partition(b"\t")[0]))


def check(seal: Signed[Seal], card: Signed[Card], charter: Charter) -> bool:
    """Judge a seal by the card it names.

    Returns:
        Whether enough of the keys that may seal have signed.

    Raises:
        Malformed, Unproven: what does not hold.
    """
    value = seal.value
    profile.check_time(value.at)
    if value.party not in charter.codes():
        raise Unproven("segment-not-a-party")
    if isinstance(value, Offer):
        if set(value.cut) != set(charter.codes()):
            raise Unproven("seal-cut")
        if value.languages != sorted(set(value.languages)) or not set(value.languages) <= set(charter.languages):
            raise Malformed("seal-languages")
    if isinstance(value, Receipt) and value.accepts != sorted(set(value.accepts)):
        raise Malformed("seal-accepts")
    if isinstance(value, Offer | Receipt) and value.party != charter.proposer:
        raise Unproven("seal-not-proposer")
    if isinstance(value, Accept) and value.party == charter.proposer:
        raise Unproven("seal-not-proposer")
    keys = card.value.may("seal")
    seal.check(keys)
    return seal.count(keys) >= card.value.seal_threshold


class Conclusions(NamedTuple):
    """What the seals of one scope say.

    Attributes:
        concluded: ids of all concluded offers.
        standing: the concluded offers that follow one another, oldest first; the last is in force.
        contested: two concluded offers name one `previous`.
    """

    concluded: frozenset[str]
    standing: tuple[str, ...]
    contested: bool


def counted(seals: Mapping[str, Seal], numbers: Mapping[str, int]) -> dict[str, Seal]:
    """The seals without the proposer's receipts and withdrawals under an older card than that of the offer they end.

    Whoever has stolen a key that has been ended since can so end nothing that was offered after.

    Args:
        seals: complete seals, by id.
        numbers: the number of each card that they name.
    """

    def counts(one: Seal) -> bool:
        over = seals.get(one.of) if isinstance(one, Receipt | Withdraw) else None
        return over is None or over.party != one.party or numbers[one.card] >= numbers[over.card]

    return {name: one for name, one in seals.items() if counts(one)}


def concluded(seals: Mapping[str, Seal], charter: Charter) -> set[str]:
    """The offers that a receipt of the proposer and an acceptance by every other party name."""
    accepted = {(str(seal.of), seal.party) for seal in seals.values() if isinstance(seal, Accept)}
    receipts = {seal.of for seal in seals.values() if isinstance(seal, Receipt) and seal.party == charter.proposer}
    return {
        name
        for name, seal in seals.items()
        if isinstance(seal, Offer)
        and seal.party == charter.proposer
        and name in receipts
        and all((name, party) in accepted for party in charter.others(charter.proposer))
    }


def conclusions(seals: Mapping[str, Seal], charter: Charter, scope: str) -> Conclusions:
    """What is concluded of one scope: a function of the set of complete seals held."""
    done = {name for name in concluded(seals, charter) if offer(seals, name).scope == scope}
    standing: list[str] = []
    while following := sorted(name for name in done if _previous(seals, name) == (standing[-1] if standing else "")):
        standing.append(following[0])
    contested = len({_previous(seals, name) for name in done}) < len(done)
    return Conclusions(frozenset(done), tuple(standing), contested)


def rivals(seals: Mapping[str, Seal], charter: Charter) -> list[tuple[str, str]]:
    """The ids of every two concluded offers of one scope that name one `previous`."""
    after: dict[tuple[str, str], list[str]] = {}
    for name in sorted(concluded(seals, charter)):
        after.setdefault((offer(seals, name).scope, _previous(seals, name)), []).append(name)
    return [(here[0], other) for here in after.values() for other in here[1:]]


def offer(seals: Mapping[str, Seal], name: str) -> Offer:
    """An offer by its id.

    Raises:
        Unproven: there is none of that id.
    """
    found = seals.get(name)
    if not isinstance(found, Offer):
        raise Unproven("seal-no-such-offer", offer=name)
    return found


def _previous(seals: Mapping[str, Seal], name: str) -> str:
    previous = offer(seals, name).previous
    return "" if previous is UNSET else str(previous)


def steps_of(seals: Mapping[str, Seal], of: str, *steps: type[Seal]) -> Iterable[tuple[str, Seal]]:
    """The seals over one offer, of these steps."""
    return ((name, seal) for name, seal in seals.items() if isinstance(seal, steps) and getattr(seal, "of", "") == of)


def is_ended(seals: Mapping[str, Seal], of: str) -> bool:
    """Is an offer receipted, or withdrawn by anyone?"""
    return any(True for _ in steps_of(seals, of, Withdraw, Receipt))
