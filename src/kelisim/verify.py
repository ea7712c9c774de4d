"""What a file proves, told to a person who has nothing else at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelisim import edition, fork
from kelisim.errors import Malformed
from kelisim.ledger import card as cards
from kelisim.ledger.digest import digits_of
from kelisim.messages import Told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelisim.language import Language


def report(data: bytes, language: Language) -> Iterator[Told]:
    """Check a file and tell what it proves.

    Args:
        data: an edition file, a proof of a fork, or a party's public cards.
        language: for the names that the file itself gives in several.

    Raises:
        Malformed: neither of these; a bundle can be read by its recipient only.
        Unproven: something in it does not hold.
    """
    if data.startswith(edition.MAGIC):
        yield from _edition(edition.verify(data), language)
    elif data.startswith(fork.MAGIC):
        yield from _fork(fork.verify(data), language)
    elif data.startswith(b"{"):
        yield from _cards(data, language)
    elif data.startswith(b"age-encryption.org/"):
        raise Malformed("verify-encrypted")
    else:
        raise Malformed("verify-unknown")


def _edition(found: edition.Verified, language: Language) -> Iterator[Told]:
    title = found.content[found.offer.scope]
    name = title.get(f"title.{language}") or next((title[key] for key in title if key.startswith("title.")), "")
    if notice := title.get(f"notice.{language}"):
        yield Told("verify.notice", {"notice": notice})
    number = f"{found.offer.edition.epoch}.{found.offer.edition.number}"
    fields = sum(map(len, found.content.values()))
    yield Told("verify.edition", {"number": number, "title": name, "items": len(found.content), "fields": fields})
    yield Told("verify.concluded", {"at": found.offer.at, "languages": ", ".join(found.offer.languages)})
    for party, code in found.charter.codes().items():
        names = found.names[party]
        own = names.get(language) or next(iter(names.values()))
        yield Told("verify.party", {"code": code, "name": own, "digits": digits_of(party)})
    yield Told("verify.not", {})


def _fork(found: fork.Proof, language: Language) -> Iterator[Told]:
    names = found.held.cards[found.party].value.names
    name = names.get(language) or next(iter(names.values()))
    yield Told("verify.fork", {"name": name, "digits": digits_of(found.party), "sort": found.sort})
    for one in found.records:
        keys = ", ".join(key[:12] for key in sorted(one.signatures))
        yield Told("verify.fork-piece", {"kind": one.kind, "id": one.id[:12], "at": one.value.at, "keys": keys})


def _cards(data: bytes, language: Language) -> Iterator[Told]:
    for card in cards.read_cards(data):
        names = card.value.names
        name = names.get(language) or next(iter(names.values()))
        digits = digits_of(cards.party_of(card))
        yield Told("verify.card", {"name": name, "number": card.value.number, "digits": digits})
