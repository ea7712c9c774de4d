"""Beginning: a party's card, the other parties' cards, the charter of a plan."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from msgspec import UNSET

from kelisim import ceremony, disk
from kelisim.errors import BadValue, Unknown, Unproven
from kelisim.ledger import card as cards
from kelisim.ledger import charter as charters
from kelisim.ledger.digest import digest, digits_of
from kelisim.ledger.keys import enrol, key_id
from kelisim.ledger.record import Signed, unsigned
from kelisim.plan import schema, written
from kelisim_web import node as nodes
from kelisim_web import store
from kelisim_web.access import Act, check
from kelisim_web.models.desk import Confirmed, Us
from kelisim_web.us import our_party, us

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from kelisim_web.access import Seat

LANGUAGE_TAG: Final = re.compile(r"[a-z]{2,3}")
CARD_REQUEST: Final = "card.request"
CHARTER_REQUEST: Final = "charter.request"
SHORT: Final = 12


def begin(
    seat: Seat,
    code: str,
    names: Mapping[str, str],
    roots: Sequence[tuple[cards.RootKey, cards.RootKey]],
    threshold: int,
    *,
    example: bool = False,
) -> Path:
    """Begin a node: write the request for the party's first card.

    Args:
        seat: at a node just made.
        code: the party's code.
        names: the party's name by language.
        roots: today's and the next public key of each root signer.
        threshold: how many of them must sign for the party.
        example: a node that may be told the time.

    Returns:
        The request, to be signed by the root keys.
    """
    check(seat, Act.ADMINISTER)
    check_languages(names)
    following = [after for _, after in roots]
    officers = []
    for power in ("carry", "seal", "state"):
        signer = seat.node.signer(power)
        enrol(signer.alg, signer.key)
        officers.append(cards.OfficerKey(alg=signer.alg, key=signer.key, may=[power]))
    with transaction.atomic():
        Us.objects.create(code=code, example=example)
        card = cards.Card(
            at=seat.node.now(),
            keys=cards.in_order(officers),
            names=dict(names),
            next=cards.commitment(following, threshold),
            number=0,
            recipients=[nodes.recipient(seat.node.identity())],
            roots=cards.in_order([now for now, _ in roots]),
            seal_threshold=1,
            threshold=threshold,
            v=1,
        )
        path = seat.node.request(CARD_REQUEST)
        disk.write(path, ceremony.write_request(unsigned(cards.KIND, card)), over=True)
    return path


def check_languages(tags: Iterable[str]) -> None:
    """Refuse what is not the code of a language."""
    for tag in tags:
        if not LANGUAGE_TAG.fullmatch(tag):
            raise BadValue("language-tag", value=tag)


def take_card(seat: Seat, answer: Path) -> Signed[cards.Card]:
    """Take our card back from the ceremony, signed by our root keys."""
    check(seat, Act.ADMINISTER)
    card = ceremony.read_answer(answer, cards.KIND)
    party = cards.party_of(card)
    if not card.value.number and key_id(seat.node.signer("state").key) not in card.value.may("state"):
        raise Unproven("card-not-ours")
    with transaction.atomic():
        row = us()
        if row.party not in ("", party):
            raise Unproven("card-not-ours")
        Confirmed.objects.get_or_create(party=party, defaults={"at": seat.node.now(), "code": row.code})
        store.append_card(card, store.cards_held())
        row.party = party
        row.save()
    return card


def our_cards(seat: Seat) -> bytes:
    """Our cards as a public file, for the other parties."""
    del seat
    party = our_party()
    return b"".join(card.line for card in store.all_cards() if cards.party_of(card) == party)


def add_party(seat: Seat, found: Sequence[Signed[cards.Card]], digits: str, code: str) -> None:
    """Keep another party's cards, once two people have read its digits to each other.

    Args:
        seat: whose node.
        found: its cards, judged, oldest first.
        digits: the thirty digits as the other party's officer read them.
        code: what to call it here.

    Raises:
        Unproven: they are not this card's.
        BadValue: another party is called so here.
    """
    check(seat, Act.ADMINISTER)
    party = cards.party_of(found[0])
    if "".join(digits.split()) != "".join(digits_of(party).split()):
        raise Unproven("digits-differ", digits=digits_of(party))
    written("party", code, field="--as")
    with transaction.atomic():
        if Confirmed.objects.filter(code=code).exclude(party=party).exists():
            raise BadValue("code-in-use", code=code)
        Confirmed.objects.get_or_create(party=party, defaults={"at": seat.node.now(), "code": code})
        held = store.cards_held()
        for card in found:
            store.append_card(card, held)


def new_plan(
    seat: Seat, others: Sequence[str], proposer: str, languages: Sequence[str], succeeds: str = ""
) -> Signed[Any]:
    """Write a charter: the founding of a plan between us and other parties whose cards are held.

    Args:
        seat: whose node.
        others: the codes of the other parties, as they were added.
        proposer: the code of the party that offers editions.
        languages: the languages of the plan's texts.
        succeeds: the plan that this one goes on from, where a party has left it.

    Raises:
        Unknown: a party has not been added here.
        BadValue: the proposer is not among the parties.
    """
    check(seat, Act.ADMINISTER)
    known = dict(Confirmed.objects.values_list("code", "party"))
    members = {us().code: our_party()}
    for code in others:
        if code not in known:
            raise Unknown("party-unknown", code=code, choices=", ".join(sorted(known)))
        members[code] = known[code]
    if len(members) < charters.FEWEST:
        raise BadValue("plan-needs-parties", choices=", ".join(sorted(known)))
    if proposer not in members:
        raise BadValue("proposer-not-a-party", proposer=proposer, choices=", ".join(sorted(members)))
    check_languages(languages)
    held = store.cards_held()
    secret = secrets.token_bytes(32)
    charter = charters.Charter(
        at=seat.node.now(),
        languages=sorted(set(languages)),
        parties=[
            charters.Member(card=held.newest(party).id, code=code, party=party)
            for code, party in sorted(members.items())
        ],
        prev=succeeds or UNSET,
        proposer=members[proposer],
        salts=digest(secret),
        schema=schema().number,
        v=1,
    )
    record = unsigned(charters.KIND, charter)
    with transaction.atomic():
        store.append_charter(record, held)
        store.append_seed(record, secret)
    disk.write(charter_request(seat, record), ceremony.write_request(record), over=True)
    return record


def charter_request(seat: Seat, charter: Signed[Any]) -> Path:
    """Where the request for a charter lies: the first plan's has a plain name, another's bears the plan's id."""
    plain = seat.node.request(CHARTER_REQUEST)
    if not plain.exists() or charter.json in plain.read_bytes():
        return plain
    return seat.node.request(f"charter-{charter.id[:SHORT]}.request")


def request_charter(seat: Seat, circle: str) -> Path:
    """Write the request that our root keys sign a plan's charter, with the signatures it has so far."""
    check(seat, Act.ADMINISTER, circle)
    charter = store.signable(circle)
    path = charter_request(seat, charter)
    disk.write(path, ceremony.write_request(charter), over=True)
    return path


def take_charter(seat: Seat, answer: Path) -> tuple[Signed[charters.Charter], list[str]]:
    """Take a charter back from the ceremony.

    Returns:
        The charter, and the codes of the parties whose root keys have not signed yet.
    """
    check(seat, Act.ADMINISTER)
    charter = ceremony.read_answer(answer, charters.KIND)
    store.signable(charter.id)  # a charter we never saw is not taken from a signer's hands
    with transaction.atomic():
        held = store.cards_held()
        store.append_charter(charter, held)
    return charter, charters.missing(store.charter(charter.id), held.cards)
