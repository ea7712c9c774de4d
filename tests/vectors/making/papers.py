"""Edition files: what leaves the nodes, for anybody to check."""

from __future__ import annotations

import re
from typing import Any, Final

from msgspec import structs

from kelisim import edition
from kelisim.ledger import seal
from kelisim.ledger.record import Signed, sign
from kelisim.proof import Proof
from tests.library import keysmith as k
from tests.vectors.making.seals import HALVES, STRICT, STRICT_CIRCLE, STRICT_OFFER, STRICT_RECEIPT
from tests.vectors.making.workshop import COURSE, KAZ, PLAN, THREE, TWO, USA, UZB, Vector, case

DRILL, TALKS = "drillaaaaaaaaaaa", "talksaaaaaaaaaaa"
CONTENT: Final = {
    PLAN: {"kind": "plan", "number": "0", "present": "yes", "title.en": "Joint plan"},
    COURSE: {
        "host": "KAZ",
        "kind": "activity",
        "number": "1",
        "parent": PLAN,
        "present": "yes",
        "title.en": "Joint course",
    },
    DRILL: {"host": "USA", "kind": "activity", "number": "2", "parent": PLAN, "present": "yes", "title.en": "Exercise"},
    TALKS: {"kind": "activity", "number": "3", "parent": PLAN, "present": "yes"},
    "visitsaaaaaaaaaa": {"kind": "activity", "present": "yes"},
}
NUMBER: Final = seal.EditionNumber(0, 1)


def root(content: edition.Content = CONTENT, circle: Signed[Any] = TWO) -> str:
    """The root of an edition."""
    return edition.root_of(content, edition.Naming(circle.id, PLAN, NUMBER), k.SEED)


def concluded(offer: Signed[Any]) -> tuple[Signed[Any], ...]:
    """An offer, its acceptance and its receipt."""
    accept = k.accept_of(USA, TWO, offer.id)
    return offer, accept, k.receipt_of(KAZ, TWO, offer.id, [accept.id])


OFFER, ACCEPT, RECEIPT = concluded(k.offer_of(KAZ, TWO, scope=PLAN, root=root()))
CARDS: Final = (KAZ.card, USA.card)


def paper(*seals: Signed[Any], cards: tuple[Signed[Any], ...] = CARDS, circle: Signed[Any] = TWO) -> Proof:
    """The records of a file; the offer, the acceptance and the receipt unless told otherwise."""
    return Proof(cards, circle, seals or (OFFER, ACCEPT, RECEIPT))


FILE: Final = edition.write(paper(), CONTENT, k.SEED)
LINES: Final = FILE.splitlines(keepends=True)


def word(line: bytes) -> bytes:
    """What a line begins with."""
    return line.partition(b" ")[0]


def with_records(proof: Proof, lines: list[bytes]) -> bytes:
    """A file with these records in the place of its own."""
    rest = [line for line in lines[1:] if word(line) not in (b"card", b"charter", b"seal")]
    return lines[0] + b"".join(proof.lines) + b"".join(rest)


def rejected(name: str, attack: str, reason: str, says: str, data: bytes, ending: str = "edition") -> None:
    """A case in which a file is verified and refused."""

    @case(name, says, attack, reason)
    def _(v: Vector) -> None:
        v.verify(data, ending)


def verified(name: str, says: str, data: bytes, ending: str = "edition", **answer: Any) -> None:
    """A case in which a file is verified, and this is found."""

    @case(name, says)
    def _(v: Vector) -> None:
        v.verify(data, ending, **answer)


# Editions

WHOLE: Final = {"kind": "edition", "shown": CONTENT, "items": len(CONTENT), "root": OFFER.value.root, "offer": OFFER.id}
verified("edition-file", "An edition with everything that proves it.", FILE, **WHOLE)
verified(
    "edition-file-in-another-order",
    "The lines stand in another order; a reader asks for none.",
    LINES[0] + b"".join(sorted(LINES[1:], reverse=True)),
    **WHOLE,
)

NEW: Final = KAZ.renew(keys=KAZ.officers(desk=1))
LATER: Final = sign(seal.KIND, structs.replace(RECEIPT.value, card=NEW.card.id), KAZ.officer("seal", desk=1))
verified(
    "edition-file-receipted-under-a-newer-card",
    "The proposer had renewed its card when it receipted.",
    with_records(paper(OFFER, ACCEPT, LATER, cards=(*NEW.cards, USA.card)), LINES),
    **WHOLE,
)

OFFER3: Final = k.offer_of(KAZ, THREE, scope=PLAN, root=root(circle=THREE))
SEALS3: Final = [k.accept_of(one, THREE, OFFER3.id) for one in (USA, UZB)]
PAPER3: Final = paper(
    OFFER3, *SEALS3, k.receipt_of(KAZ, THREE, OFFER3.id), cards=(KAZ.card, USA.card, UZB.card), circle=THREE
)
verified(
    "edition-file-of-three-parties",
    "Three parties have agreed.",
    edition.write(PAPER3, CONTENT, k.SEED),
    kind="edition",
    items=len(CONTENT),
    offer=OFFER3.id,
)

JOINT: Final = b'"value":"Joint course"'


def cut_out(*begin: bytes) -> bytes:
    """The edition file without the lines that have one of these in them."""
    return b"".join(line for line in LINES if not any(one in line for one in begin))


ITEM_LINES: Final = [line for line in LINES if word(line) == b"item"]
FIELD_LINES: Final = [line for line in LINES if word(line) == b"field"]

rejected(
    "edition-with-a-value-changed",
    "alter",
    "edition-root",
    "One word of a sealed edition was changed.",
    FILE.replace(JOINT, b'"value":"Jolly course"'),
)
rejected(
    "edition-with-a-salt-changed",
    "alter",
    "edition-root",
    "One digit of a salt was changed.",
    FILE.replace(ITEM_LINES[0], re.sub(rb'"salt":"[0-9a-f]{32}', b'"salt":"' + b"0" * 32, ITEM_LINES[0])),
)
rejected(
    "edition-without-a-field", "drop", "edition-root", "A field was taken out of a sealed edition.", cut_out(JOINT)
)
rejected(
    "edition-without-an-item",
    "drop",
    "edition-root",
    "An item was taken out of a sealed edition, with its fields.",
    cut_out(b'"item":"drill'),
)
rejected(
    "edition-with-a-field-too-many",
    "splice",
    "edition-root",
    "A field was put into a sealed edition.",
    FILE + FIELD_LINES[0].replace(b'"field":"host"', b'"field":"cost"').replace(b'"field":"kind"', b'"field":"cost"'),
)
rejected(
    "edition-with-a-field-of-another-item",
    "splice",
    "edition-root",
    "A field was moved from one item to another.",
    FILE.replace(b'{"field":"host","item":"drill', b'{"field":"venue","item":"drill'),
)
rejected(
    "edition-with-an-item-without-fields",
    "alter",
    "edition-not-a-file",
    "An item has no fields.",
    cut_out(b'"field":"kind","item":"visits', b'"field":"present","item":"visits'),
)
rejected("edition-with-an-item-twice", "alter", "edition-not-a-file", "An item stands twice.", FILE + ITEM_LINES[0])
rejected("edition-with-a-field-twice", "alter", "edition-not-a-file", "A field stands twice.", FILE + FIELD_LINES[0])
rejected(
    "edition-with-a-field-of-no-item",
    "drop",
    "edition-not-a-file",
    "The line of an item is missing.",
    b"".join(line for line in LINES if line != ITEM_LINES[0]),
)
rejected(
    "edition-with-an-unknown-word",
    "alter",
    "edition-not-a-file",
    "A line begins with a word that the file does not have.",
    FILE + b"note {}\n",
)
rejected(
    "edition-without-its-last-line-feed",
    "truncate",
    "edition-not-a-file",
    "The last LF of a file is missing.",
    FILE[:-1],
)
rejected(
    "edition-with-two-charters",
    "alter",
    "edition-not-a-file",
    "A file has two charters.",
    FILE + b"charter " + TWO.line,
)
rejected(
    "edition-without-items",
    "drop",
    "edition-not-a-file",
    "A file has the proof and no content.",
    b"".join(line for line in LINES if word(line) not in (b"item", b"field")),
)
rejected(
    "edition-with-blanks",
    "profile",
    "profile-not-canonical",
    "A blank stands in the line of an item.",
    FILE.replace(b'item {"item":', b'item {"item": ', 1),
)
rejected(
    "edition-without-the-plan-itself",
    "seal",
    "edition-not-a-file",
    "The scope of the offer is none of the items.",
    edition.write(
        paper(*concluded(k.offer_of(KAZ, TWO, scope=PLAN, root=root({COURSE: CONTENT[COURSE]})))),
        {COURSE: CONTENT[COURSE]},
        k.SEED,
    ),
)
rejected(
    "edition-that-nobody-receipted",
    "drop",
    "edition-not-concluded",
    "The receipt is missing.",
    with_records(paper(OFFER, ACCEPT), LINES),
)
rejected(
    "edition-that-the-other-did-not-accept",
    "drop",
    "edition-not-concluded",
    "The acceptance is missing.",
    with_records(paper(OFFER, RECEIPT), LINES),
)
rejected(
    "edition-receipted-by-an-ended-key",
    "key",
    "edition-not-concluded",
    "The receipt is under an older card than the offer: its key may have been ended because it was stolen.",
    with_records(
        paper(
            *concluded(sign(seal.KIND, structs.replace(OFFER.value, card=NEW.card.id), KAZ.officer("seal", desk=1))),
            cards=(*NEW.cards, USA.card),
        ),
        LINES,
    ),
)
rejected(
    "edition-with-two-offers",
    "splice",
    "edition-offers",
    "A file has two offers.",
    with_records(paper(OFFER, ACCEPT, RECEIPT, k.offer_of(KAZ, TWO, scope=PLAN)), LINES),
)
rejected(
    "edition-with-no-offer",
    "drop",
    "edition-offers",
    "A file has an acceptance and a receipt, and no offer.",
    with_records(paper(ACCEPT, RECEIPT), LINES),
)
rejected(
    "edition-whose-charter-is-not-whole",
    "drop",
    "charter-not-whole",
    "One party has not signed the charter.",
    with_records(paper(circle=sign("charter", TWO.value, *KAZ.root_signers())), LINES),
)
rejected(
    "edition-without-a-card",
    "drop",
    "charter-card-missing",
    "A card that the charter names is missing.",
    with_records(paper(cards=(KAZ.card,)), LINES),
)
rejected(
    "edition-with-a-seal-of-another-circle",
    "replay",
    "seal-card-missing",
    "The acceptance is of another circle.",
    with_records(paper(OFFER, k.accept_of(USA, THREE, OFFER.id), RECEIPT), LINES),
)
rejected(
    "edition-with-a-seal-under-a-card-that-is-not-there",
    "drop",
    "seal-card-missing",
    "A seal names a card that the file lacks.",
    with_records(paper(OFFER, ACCEPT, LATER), LINES),
)
rejected(
    "edition-with-a-forged-acceptance",
    "forge",
    "signature-bad",
    "The acceptance was made for another offer.",
    FILE.replace(
        b'"of":"' + OFFER.id.encode() + b'","party":"' + USA.id.encode(),
        b'"of":"' + TWO.id.encode() + b'","party":"' + USA.id.encode(),
    ),
)
rejected(
    "edition-with-a-card-before-the-one-it-follows",
    "reorder",
    "card-before-missing",
    "Card 1 stands before card 0.",
    with_records(paper(cards=(NEW.card, KAZ.card, USA.card)), LINES),
)
rejected(
    "edition-whose-seal-has-too-few-signatures",
    "seal",
    "seal-too-few",
    "A party seals with two keys; one has signed.",
    with_records(
        paper(STRICT_OFFER, HALVES[0], STRICT_RECEIPT, cards=(KAZ.card, STRICT.card), circle=STRICT_CIRCLE), LINES
    ),
)
