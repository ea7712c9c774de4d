"""Proofs of a fork: two things that cannot both stand; and accusations that prove nothing."""

from __future__ import annotations

from typing import Any, Final

from kelisim import fork
from kelisim.ledger import seal
from kelisim.ledger.record import Signed, sign
from tests.library import keysmith as k
from tests.vectors.making.papers import CARDS, NEW, OFFER, concluded, rejected, verified
from tests.vectors.making.seals import HALVES, STRICT, STRICT_CIRCLE, STRICT_OFFER, STRICT_RECEIPT
from tests.vectors.making.workshop import KAZ, PLAN, SAID, THREE, TWO, USA

RIVALS: Final = [k.segment_of(KAZ, TWO, body_there) for body_there in (SAID, b"")]
SECOND: Final = k.segment_of(KAZ, TWO, SAID, seq=2, prev=RIVALS[0].id)
STRAY: Final = k.segment_of(KAZ, TWO, SAID, seq=2, prev=k.NOWHERE)
RECORDS: Final = [k.epoch_of(KAZ, TWO, base=one) for one in (TWO.id, RIVALS[0].id)]
IN_EPOCH: Final = k.segment_of(KAZ, TWO, SAID, epoch=1, seq=1, prev=RECORDS[1].id)
ASTRAY: Final = k.segment_of(KAZ, TWO, SAID, seq=1, prev=k.NOWHERE)
CARD_A, CARD_B = (KAZ.renew(recipients=[k.AGE[n][1]]).card for n in (2, 3))
OTHER: Final = k.offer_of(KAZ, TWO, scope=PLAN, edition=seal.EditionNumber(0, 2))
FIRST: Final = concluded(OFFER)
BOTH: Final = [*FIRST, *concluded(OTHER)]


def proven(
    name: str,
    says: str,
    ground: str,
    *found: Signed[Any],
    cards: tuple[Signed[Any], ...] = CARDS,
    circle: Signed[Any] | None = TWO,
) -> None:
    """A case in which a fork is proven."""
    verified(
        f"fork-file-{name}", says, fork.write(cards, circle, found), "fork", kind="fork", ground=ground, party=KAZ.id
    )


def unproven(
    name: str,
    says: str,
    *found: Signed[Any],
    reason: str = "fork-not-proven",
    attack: str = "forge",
    cards: tuple[Signed[Any], ...] = CARDS,
    circle: Signed[Any] | None = TWO,
) -> None:
    """A case in which a party is accused, and the file proves nothing."""
    rejected(f"fork-file-{name}", attack, reason, says, fork.write(cards, circle, found), "fork")


proven("of-one-place", "Two segments of one place.", "place", *RIVALS)
proven("of-what-stood-before", "A segment does not follow the one of the place before.", "before", RIVALS[0], STRAY)
proven(
    "of-the-record-before",
    "The first segment of an epoch follows another record than this.",
    "before",
    RECORDS[0],
    IN_EPOCH,
)
proven("of-the-charter-before", "The first segment of a feed does not follow the charter.", "before", ASTRAY)
proven("of-two-records", "Two records of one epoch.", "records", *RECORDS)
proven("of-two-cards", "Two cards follow one card.", "cards", cards=(KAZ.card, CARD_A, CARD_B), circle=None)
proven("of-two-conclusions", "Two offers with one `previous` are concluded.", "conclusions", *BOTH)
unproven("of-one-segment-twice", "The same segment stands twice.", RIVALS[0], RIVALS[0])
unproven("of-segments-that-follow-one-another", "The second segment follows the first.", RIVALS[0], SECOND)
unproven(
    "of-segments-of-two-parties",
    "Each of two parties has a segment at its first place.",
    RIVALS[0],
    k.segment_of(USA, TWO, SAID),
)
unproven(
    "of-segments-far-apart",
    "Two segments have a place between them, which is not shown.",
    RIVALS[0],
    k.segment_of(KAZ, TWO, SAID, seq=3, prev=k.NOWHERE),
)
unproven(
    "of-segments-of-two-epochs",
    "The restored node spoke again at the first place of its next epoch.",
    RIVALS[0],
    IN_EPOCH,
)
unproven("of-a-segment-that-follows-the-charter", "One segment, and it follows the charter.", RIVALS[0])
unproven("of-records-of-two-numbers", "Two records of two epochs.", RECORDS[0], k.epoch_of(KAZ, TWO, number=2))
unproven("of-three-segments", "Three segments, of which two would do.", *RIVALS, ASTRAY)
unproven("of-one-card", "One card, and no other that follows the same.", cards=(KAZ.card, CARD_A), circle=None)
unproven(
    "of-conclusions-that-follow",
    "The second conclusion names the first as `previous`.",
    *FIRST,
    *concluded(k.offer_of(KAZ, TWO, scope=PLAN, edition=seal.EditionNumber(0, 2), previous=OFFER.id)),
)
unproven("of-an-offer-that-was-not-accepted", "The second offer was not accepted.", *BOTH[:4])
unproven(
    "with-a-forged-segment",
    "One of two segments was changed after it was signed.",
    RIVALS[0],
    Signed("segment", RIVALS[1].json.replace(b"09:30Z", b"09:31Z"), RIVALS[1].value, RIVALS[1].signatures),
    reason="signature-bad",
)
unproven(
    "of-a-segment-of-another-circle",
    "One of two segments is of another circle.",
    RIVALS[0],
    k.segment_of(KAZ, THREE, SAID),
    attack="replay",
)
unproven(
    "whose-charter-is-not-whole",
    "The accused has not signed the charter.",
    *RIVALS,
    reason="charter-not-whole",
    circle=sign("charter", TWO.value, *USA.root_signers()),
)
unproven(
    "without-a-charter",
    "Two segments, and not the charter of their circle.",
    *RIVALS,
    reason="fork-not-a-file",
    circle=None,
)
unproven(
    "without-the-card-that-was-named",
    "The card that one of the segments names is not in the file.",
    RIVALS[0],
    k.segment_of(NEW, TWO, b"", card=NEW.card.id),
    attack="drop",
)
PLACE: Final = fork.write(CARDS, TWO, RIVALS)
rejected(
    "fork-file-with-a-body",
    "alter",
    "fork-not-a-file",
    "A statement stands in a proof of a fork.",
    PLACE + b"body " + SAID,
    "fork",
)
rejected(
    "fork-file-without-its-last-line-feed", "truncate", "fork-not-a-file", "The last LF is missing.", PLACE[:-1], "fork"
)
rejected(
    "fork-file-with-a-carriage-return-in-a-line",
    "alter",
    "record-signatures",
    "A CR stands within a line of a proof, which ends with its LF and not before.",
    PLACE[:-40] + b"\r" + PLACE[-40:],
    "fork",
)
rejected(
    "fork-file-with-two-charters",
    "alter",
    "fork-not-a-file",
    "A proof has two charters.",
    PLACE + b"charter " + TWO.line,
    "fork",
)
rejected(
    "fork-file-with-a-card-before-the-one-it-follows",
    "reorder",
    "card-before-missing",
    "A card stands before the one it follows.",
    fork.write((CARD_A, KAZ.card, CARD_B), None, ()),
    "fork",
)
unproven(
    "with-a-seal-of-too-few-signatures",
    "An acceptance in a proof has one signature of the two that its party asks for.",
    STRICT_OFFER,
    HALVES[0],
    STRICT_RECEIPT,
    reason="seal-too-few",
    attack="seal",
    cards=(KAZ.card, STRICT.card),
    circle=STRICT_CIRCLE,
)
