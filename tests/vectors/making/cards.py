"""Cards: keys that nobody should take, roots that were stolen, chains that contest each other."""

from __future__ import annotations

import base64
from dataclasses import replace
from itertools import permutations
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from msgspec import structs
from nacl import bindings

from kelisim.ledger import card, segment
from kelisim.ledger.keys import ED25519, P256, Ed25519Signer, P256Signer, key_id, pae, write_key
from kelisim.ledger.record import Signed, sign
from tests.library import keysmith as k
from tests.vectors.making.workshop import KAZ, SAID, TWO, USA, UZB, Feed, Vector, case, founding, parts, plain, raw

ROOT: Final = KAZ.root_signers()[0]
STOLEN: Final = Ed25519Signer(b"s" * 32)
SMALL: Final = bytes([1]) + bytes(31)  # the neutral point
ORDER_8: Final = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
MIXED: Final = bindings.crypto_core_ed25519_add(base64.b64decode(ROOT.key)[-32:], ORDER_8)
NOT_REDUCED: Final = (2**255 - 19 + 1).to_bytes(32, "little")  # the neutral point once more, written otherwise
OFF_CURVE: Final = bytes([2]) + bytes(31)


def officer(alg: str, key: str) -> list[card.OfficerKey]:
    """A list of one officer."""
    return [card.OfficerKey(alg, key, ["state"])]


def refused(name: str, attack: str, reason: str, says: str, *lines: bytes) -> None:
    """A case in which these cards come after the founding."""

    @case(name, says, attack, reason)
    def _(v: Vector) -> None:
        v.founded()
        v.more(cards=list(lines))


def next_card(*signers: Any, **changes: Any) -> bytes:
    """The card after Kazakhstan's first, signed by its root unless told otherwise."""
    return sign(card.KIND, KAZ.next_card(**changes), *(signers or (ROOT,))).line


def enrolling(name: str, reason: str, says: str, alg: str, key: str) -> None:
    """A case in which a card enrols an officer's key."""
    refused(name, "key", reason, says, next_card(keys=officer(alg, key)))


NEXT = KAZ.root_signers(1)[0]
PAIR = k.Party("KAZ", 1, roots=2, threshold=2).found()

enrolling(
    "key-of-an-algorithm-that-is-not-known", "key-algorithm-unknown", "A card enrols an RSA key.", "RSA", ROOT.key
)
enrolling(
    "key-of-small-order",
    "key-not-a-point",
    "An officer's key is the neutral point: anything is signed by it.",
    ED25519,
    write_key(ED25519, SMALL),
)
enrolling(
    "key-of-order-8", "key-not-a-point", "An officer's key is a point of order 8.", ED25519, write_key(ED25519, ORDER_8)
)
enrolling(
    "key-outside-the-main-subgroup",
    "key-not-a-point",
    "An officer's key is a good point plus one of order 8: libraries disagree on what it signs.",
    ED25519,
    write_key(ED25519, MIXED),
)
enrolling(
    "key-that-is-not-reduced",
    "key-not-a-point",
    "The coordinate of a point is not below the prime.",
    ED25519,
    write_key(ED25519, NOT_REDUCED),
)
enrolling(
    "key-off-the-curve",
    "key-not-a-point",
    "No point of the curve has this coordinate.",
    ED25519,
    write_key(ED25519, OFF_CURVE),
)
enrolling(
    "key-off-the-curve-p256",
    "key-not-a-point",
    "A P-256 key has coordinates that are on no curve.",
    P256,
    write_key(P256, bytes([1]) * 64),
)
enrolling(
    "key-in-the-encoding-of-another-algorithm",
    "key-not-a-point",
    "A P-256 key is said to be Ed25519.",
    ED25519,
    P256Signer(7).key,
)
enrolling(
    "key-with-a-byte-too-many",
    "key-not-a-point",
    "A byte follows the DER of a key.",
    ED25519,
    base64.b64encode(base64.b64decode(ROOT.key) + b"\x00").decode(),
)

refused(
    "card-of-a-party-that-was-not-confirmed",
    "forge",
    "party-not-confirmed",
    "A bundle brings the card of a party whose digits nobody has compared.",
    UZB.card.line,
)
refused(
    "card-whose-card-before-has-not-come",
    "drop",
    "card-before-missing",
    "The second card after the founding comes without the first.",
    KAZ.renew().renew(recipients=[k.AGE[3][1]]).card.line,
)
refused(
    "card-that-skips-a-number",
    "alter",
    "card-not-after",
    "A card's number is two more than that of the card before.",
    next_card(number=2),
)
refused(
    "card-of-another-party-than-the-card-before",
    "splice",
    "card-not-after",
    "A card follows Kazakhstan's card and says that it is the United States'.",
    next_card(party=USA.id),
)
refused(
    "card-by-which-a-stolen-root-rotates",
    "key",
    "card-roots",
    "Whoever stole today's root key takes roots of its own, to which no card has committed.",
    sign(card.KIND, KAZ.next_card(roots=[card.RootKey(ED25519, STOLEN.key)]), ROOT, STOLEN).line,
)
refused(
    "card-by-which-a-stolen-root-changes-the-commitment",
    "key",
    "card-roots",
    "Whoever stole today's root key keeps it, and commits to next roots of its own.",
    next_card(next=card.commitment([card.RootKey(ED25519, STOLEN.key)], 1)),
)
refused(
    "card-by-which-one-root-lowers-the-threshold",
    "key",
    "party-not-confirmed",
    "A card of another party, whose id nobody has compared, says that one root is enough.",
    sign(card.KIND, PAIR.next_card(threshold=1), *PAIR.root_signers()).line,
)
refused(
    "card-that-rotates-without-the-old-roots",
    "key",
    "card-too-few-roots",
    "Only the next roots sign the card that takes them.",
    sign(card.KIND, KAZ.rotated_card(), NEXT).line,
)
refused(
    "card-that-rotates-without-the-next-roots",
    "key",
    "card-too-few-roots",
    "Only the old roots sign a card that takes the next.",
    sign(card.KIND, KAZ.rotated_card(), ROOT).line,
)
refused(
    "card-signed-by-an-officer",
    "key",
    "signature-key-unknown",
    "An officer signs a card.",
    next_card(KAZ.officer("state")),
)
refused(
    "card-signed-by-a-stranger-too",
    "forge",
    "signature-key-unknown",
    "A stranger's signature stands beside that of the root.",
    next_card(ROOT, STOLEN),
)
refused(
    "card-altered-after-it-was-signed",
    "alter",
    "signature-bad",
    "Where bundles are encrypted to was changed after the root signed.",
    next_card().replace(k.AGE[1][1].encode(), k.AGE[3][1].encode()),
)
refused(
    "card-whose-keys-are-out-of-order",
    "profile",
    "card-not-in-order",
    "Officers' keys are not sorted by keyid.",
    next_card(keys=KAZ.officers()[::-1]),
)
refused(
    "card-whose-powers-are-out-of-order",
    "profile",
    "card-not-in-order",
    "What a key may is not sorted.",
    next_card(keys=[card.OfficerKey(ED25519, STOLEN.key, ["state", "carry"])]),
)
refused(
    "card-with-a-root-for-an-officer",
    "key",
    "card-key-twice",
    "A root key is an officer's key too.",
    next_card(keys=officer(ED25519, ROOT.key)),
)
refused(
    "card-with-a-recipient-twice",
    "profile",
    "card-key-twice",
    "A card names one age key twice.",
    next_card(recipients=[k.AGE[1][1]] * 2),
)
refused(
    "card-with-a-threshold-that-nobody-reaches",
    "key",
    "card-threshold",
    "A card asks for two keys to seal, and has one.",
    next_card(seal_threshold=2),
)
refused(
    "card-without-recipients",
    "profile",
    "profile-not-of-kind",
    "A card says of no key how to encrypt to it.",
    next_card(recipients=[]),
)
refused(
    "card-whose-recipient-is-no-age-key",
    "profile",
    "profile-not-of-kind",
    "A recipient is an SSH key.",
    next_card(recipients=["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKp"]),
)
refused(
    "card-with-a-power-that-there-is-not",
    "profile",
    "profile-not-of-kind",
    "A key may `rule`.",
    raw(card.KIND, sign(card.KIND, KAZ.next_card(), ROOT).json.replace(b'["carry"]', b'["rule"]'), ROOT),
)
refused(
    "card-with-65-officers",
    "bomb",
    "profile-not-of-kind",
    "A card has 65 officers' keys.",
    next_card(
        keys=card.in_order(
            card.OfficerKey(ED25519, Ed25519Signer(bytes([n]) * 32).key, ["state"]) for n in range(150, 215)
        )
    ),
)
refused(
    "card-at-no-such-time",
    "profile",
    "profile-no-such-time",
    "A card was written at 24:30.",
    next_card(at="2012-11-05T24:30Z"),
)


@case(
    "card-0-signed-by-too-few-roots",
    "The party's own first card lacks the signature of one of its two roots.",
    "drop",
    "card-too-few-roots",
)
def _(v: Vector) -> None:
    circle = k.circle(PAIR, USA)
    v.begin(USA, PAIR, USA)
    half = Signed(card.KIND, PAIR.card.json, PAIR.card.value, dict(list(PAIR.card.signatures.items())[:1]))
    carried = parts(cards=[half, *USA.cards], charters=[circle], seeds=[k.SEED])
    v.read(plain(carried, PAIR, USA, circle))


for shown, odd in (("number-1", {"number": 1}), ("a-card-before-it", {"prev": k.NOWHERE})):

    @case(
        f"first-card-with-{shown}",
        "A party's first card, whose digits were compared, is not as a first card must be.",
        "alter",
        "card-before-missing",
    )
    def _(v: Vector, odd: dict[str, Any] = odd) -> None:
        party = k.Party("KAZ", 1).found(**odd)
        circle = k.circle(party, USA)
        v.begin(USA, party, USA)
        v.read(plain(parts(**founding(party, USA, circle=circle)), party, USA, circle))


refused(
    "first-card-that-says-whose-it-is",
    "alter",
    "card-before-missing",
    "A card of number 0 names its party.",
    sign(card.KIND, KAZ.first_card(party=KAZ.id), ROOT).line,
)


@case(
    "card-signed-again-joins-its-signatures",
    "Two of three roots are enough; copies with other signatures are one card.",
)
def _(v: Vector) -> None:
    three = k.Party("KAZ", 1, roots=3, threshold=2)
    three = three.take(sign(card.KIND, three.first_card(), *three.root_signers()[:2]))
    copy = sign(card.KIND, three.card.value, *three.root_signers()[1:])
    circle = k.circle(three, USA)
    v.begin(USA, three, USA)
    v.read(plain(parts(**founding(three, USA, circle=circle)), three, USA, circle))
    v.read(plain(parts(cards=[copy]), three, USA, circle))


@case("officer-key-of-the-next-card", "A card ends an officer's key and enrols another, who speaks under it.", "key")
def _(v: Vector) -> None:
    feed, newer = Feed(KAZ), KAZ.renew(keys=KAZ.officers(desk=1))
    v.founded(segments=[feed.say("KAZ")])
    header = k.segment_of(newer, TWO, SAID, prev=feed.prev, seq=2).value
    line = sign(segment.KIND, header, KAZ.officer("state", desk=1)).line
    v.more(cards=[newer.card], segments=[(line, SAID)])
    v.expect(kaz_line=2, kaz_cards=2)


@case(
    "ended-key-goes-on-under-the-old-card",
    "After the new card's first segment, a stolen key that it ended signs for the next place: left aside.",
    "key",
)
def _(v: Vector) -> None:
    feed, newer = Feed(KAZ), KAZ.renew(keys=KAZ.officers(desk=1))
    header = k.segment_of(newer, TWO, SAID).value
    first = sign(segment.KIND, header, KAZ.officer("state", desk=1))
    v.founded()
    v.more(cards=[newer.card], segments=[(first.line, SAID)])
    feed.seq, feed.prev = 1, first.id
    v.more(segments=[feed.say("USA")])
    v.expect(kaz_line=1, kaz_contested=False, kaz_waiting=False)


KEEP_A, KEEP_B = KAZ.renew(recipients=[k.AGE[2][1]]), KAZ.renew(recipients=[k.AGE[3][1]])
ROTATED = KAZ.rotate()
AFTER_A = KEEP_A.rotate()


def _cards_in_order(name: str, says: str, pieces: list[k.Party], **points: Any) -> None:
    """One case for every order in which cards of a contested chain can come."""
    for order in permutations(range(len(pieces))):

        @case(f"{name}-as-{'-'.join(str(one + 1) for one in order)}", says, "key")
        def _(v: Vector, order: tuple[int, ...] = order) -> None:
            v.founded(segments=[Feed(KAZ).say("KAZ")])
            for number in order:
                v.more(cards=[pieces[number].card])
            v.expect(**points)


_cards_in_order(
    "card-by-a-stolen-root-beside-the-rotation",
    "A thief of today's root writes a card that keeps it, the party rotates: the rotation counts in either order.",
    [KEEP_A, ROTATED],
    kaz_cards=2,
    kaz_cards_contested=False,
    kaz_line=1,
)


def _contested(order: tuple[k.Party, ...], name: str) -> None:
    @case(
        f"contested-cards-{name}",
        "Two cards keep the roots after one card: the party is contested, and what it said before stands.",
        "fork",
    )
    def _(v: Vector) -> None:
        v.founded(segments=[Feed(KAZ).say("KAZ")])
        v.more(cards=[order[0].card])
        v.more(cards=[order[1].card])
        v.expect(kaz_cards=1, kaz_cards_contested=True, kaz_contested=True, kaz_line=1, kaz_disputed=0)


_contested((KEEP_A, KEEP_B), "one-first")
_contested((KEEP_B, KEEP_A), "other-first")


@case(
    "contested-cards-are-settled-by-a-rotation",
    "After one of two contested cards comes a card that takes the next roots: its branch counts.",
    "fork",
)
def _(v: Vector) -> None:
    v.founded(segments=[Feed(KAZ).say("KAZ")])
    v.more(cards=[KEEP_A.card, KEEP_B.card])
    v.more(cards=[AFTER_A.card])
    v.expect(kaz_cards=3, kaz_cards_contested=False, kaz_contested=False)


@case(
    "both-branches-of-contested-cards-rotate",
    "On both branches a card takes the next roots: the root keys told two stories.",
    "fork",
)
def _(v: Vector) -> None:
    v.founded(segments=[Feed(KAZ).say("KAZ")])
    v.more(cards=[KEEP_A.card, KEEP_B.card, AFTER_A.card, KEEP_B.rotate().card])
    v.expect(kaz_cards=1, kaz_cards_contested=True, kaz_contested=True)


@case(
    "bundle-under-a-card-off-the-chain",
    "The manifest names the card that lost against a rotation.",
    "key",
    "bundle-card-missing",
)
def _(v: Vector) -> None:
    v.founded()
    v.more(
        cards=[KEEP_A.card, ROTATED.card],
    )
    v.then(card=KEEP_A.card.id)


@case(
    "segments-under-a-card-off-the-chain-do-not-count",
    "A segment names the card that lost against a rotation: held, and left aside.",
    "key",
)
def _(v: Vector) -> None:
    v.founded()
    v.more(cards=[KEEP_A.card], segments=[Feed(KEEP_A).say("USA")])
    v.more(cards=[ROTATED.card])
    v.expect(kaz_line=0, kaz_contested=False)


# Waiting for a card

NEW_CLERK: Final = KAZ.officer("state", desk=1)
RENEWED: Final = KAZ.renew(keys=KAZ.officers(desk=1))


def waiting(signer: Ed25519Signer = NEW_CLERK, **changes: Any) -> bytes:
    """A segment's header under a card that has not come."""
    return sign(segment.KIND, k.segment_of(RENEWED, TWO, SAID, **changes).value, signer).line


@case(
    "parked-until-its-card-comes",
    "A segment names a card that is not held: it waits, and counts for nothing.",
    "reorder",
)
def _(v: Vector) -> None:
    v.founded()
    v.more(segments=[(waiting(), SAID)])
    v.expect(kaz_line=0, kaz_parked=1)


@case("parked-comes-alive-with-its-card", "The card comes in a bundle of its own, after the segment.", "reorder")
def _(v: Vector) -> None:
    v.founded()
    v.more(segments=[(waiting(), SAID)])
    v.more(cards=[RENEWED.card])
    v.expect(kaz_line=1, kaz_parked=0)


@case(
    "parked-and-forged-is-dropped-with-its-card",
    "It was signed by a key that its card does not have: dropped when the card comes.",
    "forge",
)
def _(v: Vector) -> None:
    v.founded()
    v.more(segments=[(waiting(STOLEN), SAID)])
    v.more(cards=[RENEWED.card])
    v.expect(kaz_line=0, kaz_parked=0)


@case(
    "parked-spoilt-copy-does-not-keep-out-the-right-one",
    "A spoilt copy of a parked segment comes before the right one; then the card comes.",
    "splice",
)
def _(v: Vector) -> None:
    v.founded()
    v.more(segments=[(waiting(), SAID.replace(b"KAZ", b"USA"))])
    v.more(segments=[(waiting(), SAID)])
    v.more(cards=[RENEWED.card])
    v.expect(kaz_line=1, kaz_parked=0)


@case(
    "parked-under-a-card-of-another-party",
    "A segment in Kazakhstan's name names a card that turns out to be the United States': dropped.",
    "forge",
)
def _(v: Vector) -> None:
    other = USA.renew(recipients=[k.AGE[3][1]])
    line = sign(segment.KIND, k.segment_of(KAZ, TWO, SAID, card=other.card.id).value, USA.officer("state")).line
    v.founded()
    v.more(segments=[(line, SAID)])
    v.more(cards=[other.card])
    v.expect(kaz_line=0, kaz_parked=0)


@case(
    "parked-of-a-party-that-is-not-in-the-charter",
    "A segment of a party that the charter lacks is refused before it can wait for its card.",
    "forge",
    "segment-not-a-party",
)
def _(v: Vector) -> None:
    v.begin(USA, KAZ, USA, UZB)
    v.read(plain(parts(**founding(KAZ, USA, circle=TWO))))
    line = k.segment_of(UZB, TWO, SAID, seen={KAZ.id: TWO.id, USA.id: TWO.id}).line
    v.more(segments=[(line, SAID)])


# P-256


def on_tokens(**changes: Any) -> k.Party:
    """Kazakhstan with P-256 keys: the root and all officers."""
    root, following = P256Signer(101), P256Signer(102)
    officers = card.in_order(
        card.OfficerKey(P256, P256Signer(110 + n).key, [power]) for n, power in enumerate(k.POWERS)
    )
    said = KAZ.first_card(
        keys=officers,
        roots=[card.RootKey(P256, root.key)],
        next=card.commitment([card.RootKey(P256, following.key)], 1),
    )
    return replace(KAZ, cards=(sign(card.KIND, structs.replace(said, **changes), root),))


TOKENS: Final = on_tokens()
TOKEN_CIRCLE: Final = sign("charter", k.charter_of(TOKENS, USA), P256Signer(101), *USA.root_signers())
STATE: Final = P256Signer(110 + k.POWERS.index("state"))
N: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def token_case(name: str, says: str, spoil: Any, attack: str = "none", reason: str = "") -> None:
    """A case in which a token signs a segment, perhaps otherwise than it should."""

    @case(name, says, attack, reason)
    def _(v: Vector) -> None:
        header = k.segment_of(TOKENS, TOKEN_CIRCLE, SAID)
        right = STATE.sign(pae(header.kind, header.json))
        line = Signed(header.kind, header.json, None, {key_id(STATE.key): spoil(right)}).line
        carrier = P256Signer(110 + k.POWERS.index("carry"))
        v.begin(USA, TOKENS, USA)
        v.read(plain(parts(**founding(TOKENS, USA, circle=TOKEN_CIRCLE)), TOKENS, USA, TOKEN_CIRCLE, carrier))
        v.read(plain(parts(segments=[(line, SAID)]), TOKENS, USA, TOKEN_CIRCLE, carrier))


def _halves(signature: bytes) -> tuple[int, int]:
    return int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")


def _with_s(signature: bytes, *, high: bool) -> bytes:
    r, s = _halves(signature)
    low = min(s, N - s)
    return r.to_bytes(32, "big") + (N - low if high else low).to_bytes(32, "big")


token_case(
    "p256-with-a-low-s",
    "A token signs, and gives the smaller of the two numbers.",
    lambda one: _with_s(one, high=False),
)
token_case(
    "p256-with-a-high-s",
    "A token signs, and gives the larger of the two numbers: it holds as well.",
    lambda one: _with_s(one, high=True),
)
token_case("p256-with-r-0", "r is 0.", lambda one: bytes(32) + one[32:], "forge", "signature-bad")
token_case(
    "p256-with-s-of-the-order",
    "s is the order of the group.",
    lambda one: one[:32] + N.to_bytes(32, "big"),
    "forge",
    "signature-bad",
)
token_case(
    "p256-in-der",
    "The signature is written in DER, as many libraries give it.",
    lambda one: encode_dss_signature(*_halves(one)),
    "profile",
    "signature-bad",
)
token_case(
    "p256-with-halves-exchanged", "s stands before r.", lambda one: one[32:] + one[:32], "forge", "signature-bad"
)
