"""What a file proves, told to a person who has nothing else at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from kelisim import disclosure, edition, fork
from kelisim.errors import Malformed
from kelisim.ledger import card as cards
from kelisim.ledger.digest import digits_of
from kelisim.messages import Told
from kelisim.plan import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kelisim.language import Language
    from kelisim.ledger.disclose import ItemPart
    from kelisim.proof import Concluded


def report(data: bytes, language: Language) -> Iterator[Told]:
    """Check a file and tell what it proves.

    Args:
        data: an edition file, a disclosure, a proof of a fork, or a party's public cards.
        language: for the names that the file itself gives in several.

    Raises:
        Malformed: none of these; a bundle can be read by its recipient only.
        Unproven: something in it does not hold.
    """
    if data.startswith(edition.MAGIC):
        yield from _edition(edition.verify(data), language)
    elif data.startswith(disclosure.MAGIC):
        yield from _disclosure(disclosure.verify(data), language)
    elif data.startswith(fork.MAGIC):
        yield from _fork(fork.verify(data), language)
    elif data.startswith(b"{"):
        yield from _cards(data, language)
    elif data.startswith(b"age-encryption.org/"):
        raise Malformed("verify-encrypted")
    else:
        raise Malformed("verify-unknown")


def _edition(found: edition.Verified, language: Language) -> Iterator[Told]:
    plan = found.content[found.offer.scope]
    yield from _notice(plan, language)
    fields = sum(map(len, found.content.values()))
    told: dict[str, str | int] = {"number": str(found.offer.edition), "title": _title(plan, language)}
    yield Told("verify.edition", {**told, "items": len(found.content), "fields": fields})
    yield from _conclusion(found, language)
    yield Told("verify.not", {})


def _disclosure(found: disclosure.Disclosed, language: Language) -> Iterator[Told]:
    yield from _notice(found.content.get(found.offer.scope, {}), language)
    shown, leaves = len(found.part.items), found.part.tree.leaves
    yield Told(
        "disclose.part", {"number": str(found.offer.edition), "scope": found.offer.scope, "items": shown, "of": leaves}
    )
    yield from _conclusion(found, language)
    for one in found.part.items:
        yield from _shown(one, found.content[one.item], language)
    yield Told("verify.not", {})


def _shown(one: ItemPart, fields: Mapping[str, str], language: Language) -> Iterator[Told]:
    """What a disclosure shows of an item."""
    name = " ".join(filter(None, (fields.get("number"), _title(fields, language)))) or one.item
    told: dict[str, str | int] = {"item": one.item, "name": name, "fields": len(fields)}
    if one.whole:
        yield Told("disclose.whole", told)
    else:
        yield Told("disclose.some", {**told, "of": one.leaves})
    known = schema()
    for field, value in fields.items():
        said = {"field": known.name(field, language), "value": known.shown(field, value, language)}
        yield Told("disclose.field", {"item": one.item, **said})


def _notice(plan: Mapping[str, str], language: Language) -> Iterator[Told]:
    if notice := plan.get(f"notice.{language}"):
        yield Told("verify.notice", {"notice": notice})


def _title(fields: Mapping[str, str], language: Language) -> str:
    """In the reader's language, or else in one that there is."""
    return fields.get(f"title.{language}") or next((fields[key] for key in fields if key.startswith("title.")), "")


def _conclusion(found: Concluded, language: Language) -> Iterator[Told]:
    """When it was concluded and by whom."""
    yield Told("verify.concluded", {"at": found.offer.at, "languages": ", ".join(found.offer.languages)})
    if found.offer.corrects is not UNSET:
        yield Told("edition.corrects", {})
    for party, code in found.charter.codes().items():
        names = found.names[party]
        own = names.get(language) or next(iter(names.values()))
        yield Told("verify.party", {"code": code, "name": own, "digits": digits_of(party)})


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
