"""A card: a party's keys and officers at one time, signed by its root keys. The id of card 0 is the party's id.

Root keys are never on a node. A card either keeps `roots`, `threshold` and `next` of the one before it, or takes the
roots and threshold that its `next` names; it carries the threshold of its own roots and that of the card before. Of
two cards after one card, the one that takes the `next` roots wins and the other is shown; two of the same sort contest
everything of the party until a card after either takes the `next` roots.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Final, Literal, NamedTuple, TypeVar

from msgspec import UNSET, Meta, UnsetType

from kelisim.errors import Malformed, Unproven
from kelisim.ledger import keys, profile
from kelisim.ledger.digest import digest
from kelisim.ledger.profile import Base64, Count, Digest, Place, Tag, Time, Version, Written
from kelisim.ledger.record import Signed, lines, parse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence


KIND: Final = "card"
Power = Literal["carry", "seal", "state"]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
AgeKey = Annotated[str, Meta(pattern=r"\Aage1[02-9ac-hj-np-z]{58}\Z")]


class RootKey(Written, frozen=True):
    """One of the keys that speak for the party itself."""

    alg: Annotated[str, Meta(max_length=20)]
    key: Base64


class OfficerKey(Written, frozen=True):
    """A key at the node: it may state positions, seal editions, carry bundles."""

    alg: Annotated[str, Meta(max_length=20)]
    key: Base64
    may: Annotated[list[Power], Meta(min_length=1)]


class Card(Written, frozen=True, kw_only=True):
    """A party's keys and officers.

    Attributes:
        at: when its author says it was written; a claim only.
        keys: the officers' keys, by key id.
        names: the party's name, by language.
        next: SHA-256 of the next roots and threshold, so that a thief of today's roots cannot rotate them.
        number: 0 for the first, one more for each after it.
        party: the id of card 0; absent on card 0 itself.
        prev: the card before; absent on card 0.
        recipients: age keys that bundles to this party are encrypted to.
        roots: the root keys, by key id.
        seal_threshold: how many keys that may seal must sign a seal.
        threshold: how many roots must sign for the party.
    """

    at: Time
    keys: Annotated[list[OfficerKey], Meta(max_length=64)]
    names: Annotated[dict[Tag, Name], Meta(min_length=1, max_length=20)]
    next: Digest
    number: Count
    party: Digest | UnsetType = UNSET
    prev: Digest | UnsetType = UNSET
    recipients: Annotated[list[AgeKey], Meta(min_length=1, max_length=16)]
    roots: Annotated[list[RootKey], Meta(min_length=1, max_length=16)]
    seal_threshold: Place
    threshold: Place
    v: Version

    def may(self, power: Power) -> dict[str, str]:
        """The officers' keys that have a power, by id."""
        return keys.by_id([key.key for key in self.keys if power in key.may])

    def root_keys(self) -> dict[str, str]:
        """The root keys, by id."""
        return keys.by_id([root.key for root in self.roots])

    def rotates(self, before: Card) -> bool:
        """Does it take the roots that the card before committed to?"""
        return commitment(self.roots, self.threshold) == before.next

    def keeps(self, before: Card) -> bool:
        """Does it keep the roots, the threshold and the commitment of the card before?"""
        mine, theirs = (self.roots, self.threshold, self.next), (before.roots, before.threshold, before.next)
        return mine == theirs


class RootSet(Written, frozen=True):
    """What `next` is the digest of."""

    roots: list[RootKey]
    threshold: int


def commitment(roots: Iterable[RootKey], threshold: int) -> str:
    """The digest by which a card commits to the next roots."""
    return digest(profile.encode(RootSet(roots=in_order(roots), threshold=threshold)))


Named = TypeVar("Named", RootKey, OfficerKey)


def in_order(named: Iterable[Named]) -> list[Named]:
    """Keys in the order in which a card writes them."""
    return sorted(named, key=lambda key: keys.key_id(key.key))


def party_of(card: Signed[Card]) -> str:
    """The id of the party whose card this is."""
    return card.id if card.value.party is UNSET else str(card.value.party)


def check(card: Signed[Card], before: Signed[Card] | None) -> None:
    """Judge a card by its content and signatures.

    Args:
        card: the card.
        before: the card that it names as `prev`; None for card 0.

    Raises:
        Malformed: it contradicts itself.
        Unproven: keys or signatures do not hold.
    """
    _check_content(card.value)
    own = card.value.root_keys()
    if before is None:
        if card.value.number or card.value.party is not UNSET or card.value.prev is not UNSET:
            raise Unproven("card-before-missing", number=card.value.number)
        allowed = own
    else:
        _check_succession(card.value, before)
        allowed = own | before.value.root_keys()
    card.check(allowed)
    if card.count(own) < card.value.threshold:
        raise Unproven("card-too-few-roots", number=card.value.number, threshold=card.value.threshold)
    if before and card.count(before.value.root_keys()) < before.value.threshold:
        raise Unproven("card-too-few-roots", number=card.value.number, threshold=before.value.threshold)


def _check_content(card: Card) -> None:
    profile.check_time(card.at)
    for named in (card.keys, card.roots):
        for key in named:
            keys.enrol(key.alg, key.key)
        order = [keys.key_id(key.key) for key in named]
        if order != sorted(order):
            raise Malformed("card-not-in-order")
    times = Counter(key.key for named in (card.keys, card.roots) for key in named)
    if max(times.values()) > 1 or len(set(card.recipients)) < len(card.recipients):
        raise Malformed("card-key-twice")
    if any(key.may != sorted(set(key.may)) for key in card.keys):
        raise Malformed("card-not-in-order")
    if card.threshold > len(card.roots) or card.seal_threshold > max(1, len(card.may("seal"))):
        raise Malformed("card-threshold")


def _check_succession(card: Card, before: Signed[Card]) -> None:
    named = (card.number, card.party, card.prev)
    if named != (before.value.number + 1, party_of(before), before.id):
        raise Unproven("card-not-after", number=card.number)
    if not card.rotates(before.value) and not card.keeps(before.value):
        raise Unproven("card-roots", number=card.number)


def read_cards(data: bytes) -> list[Signed[Card]]:
    """The cards of a party's public file, oldest first, each judged by the one before it.

    Raises:
        Malformed, Unproven: one of them does not hold, or there is none.
    """
    found: list[Signed[Card]] = []
    for line in lines(data):
        card = parse(line, KIND, Card)
        check(card, found[-1] if found else None)
        found.append(card)
    if not found:
        raise Malformed("card-file-empty")
    return found


class Chain(NamedTuple):
    """A party's cards that count, oldest first.

    Attributes:
        ids: card ids; the place of a card is its number.
        contested: two cards after one card, neither of which has won.
    """

    ids: Sequence[str]
    contested: bool

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each card."""
        return {card: number for number, card in enumerate(self.ids)}


def chain(cards: Mapping[str, Card], party: str) -> Chain:
    """The cards of a party that count: a function of the set held.

    Args:
        cards: judged cards of the party, by id; at least card 0.
        party: the party's id.
    """
    after: dict[str, list[str]] = {}
    for name, card in cards.items():
        if card.prev is not UNSET and card.prev in cards:
            after.setdefault(str(card.prev), []).append(name)
    rivalled = any(len(following) > 1 for following in after.values())
    ids, leading = [party], _leading_to_rotation(cards) if rivalled else set()
    while following := after.get(ids[-1], []):
        winner = _winner(cards, leading, ids[-1], following)
        if winner is None:
            return Chain(tuple(ids), contested=True)
        ids.append(winner)
    return Chain(tuple(ids), contested=False)


def rivals(cards: Mapping[str, Card]) -> list[tuple[str, str]]:
    """The ids of every two cards that follow one card, whichever of them counts."""
    after: dict[str, list[str]] = {}
    for name in sorted(cards):
        after.setdefault(str(cards[name].prev), []).append(name)
    return [(here[0], other) for prev, here in after.items() if prev in cards for other in here[1:]]


def _winner(cards: Mapping[str, Card], leading: Collection[str], before: str, rivals: list[str]) -> str | None:
    """Which of the cards after one card counts; None if two of the same sort stand against each other."""
    if len(rivals) == 1:
        return rivals[0]
    rotating = [name for name in rivals if cards[name].rotates(cards[before])]
    if rotating:
        rivals = rotating
    if len(rivals) > 1:
        rivals = [name for name in rivals if name in leading]
    return rivals[0] if len(rivals) == 1 else None


def _leading_to_rotation(cards: Mapping[str, Card]) -> set[str]:
    """The cards that have, at whatever distance after them, one that rotates: found in one pass from the last back."""
    leading: set[str] = set()
    for name in sorted(cards, key=lambda one: cards[one].number, reverse=True):
        before = str(cards[name].prev)
        if before in cards and before not in leading and (name in leading or cards[name].rotates(cards[before])):
            leading.add(before)
    return leading
