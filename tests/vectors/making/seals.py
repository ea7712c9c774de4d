"""Seals: offers, acceptances, receipts, withdrawals; what concludes, what contests, and whose key no longer counts."""

from __future__ import annotations

from itertools import permutations
from typing import Any, Final

from msgspec import structs

from kelisim.ledger import card, seal
from kelisim.ledger.keys import ED25519, Ed25519Signer
from kelisim.ledger.record import Signed, sign
from tests.library import keysmith as k
from tests.vectors.making.workshop import KAZ, THREE, TWO, USA, UZB, Vector, case, founding, parts, plain, raw

SEALER: Final = KAZ.officer("seal")
OFFER: Final = k.offer_of(KAZ, TWO)
ACCEPT: Final = k.accept_of(USA, TWO, OFFER.id)
RECEIPT: Final = k.receipt_of(KAZ, TWO, OFFER.id, [ACCEPT.id])


def refused(name: str, attack: str, reason: str, says: str, line: bytes) -> None:
    """A case in which a seal comes after the founding."""

    @case(name, says, attack, reason)
    def _(v: Vector) -> None:
        v.founded()
        v.more(seals=[line])


def again(one: Signed[Any], *signers: Any, **changes: Any) -> bytes:
    """A seal with changes, signed by these."""
    return sign(seal.KIND, structs.replace(one.value, **changes), *signers).line


def bent(one: Signed[Any], old: bytes, new: bytes, signer: Any = SEALER) -> bytes:
    """A seal whose JSON has something replaced, properly signed."""
    assert old in one.json
    return raw(seal.KIND, one.json.replace(old, new, 1), signer)


for power, may in (("state", "who may state"), ("carry", "who may carry bundles")):
    refused(
        f"offer-by-key-that-may-only-{power}",
        "key",
        "signature-key-unknown",
        f"The officer {may} signs an offer.",
        again(OFFER, KAZ.officer(power)),
    )
refused(
    "offer-signed-by-a-root-key",
    "key",
    "signature-key-unknown",
    "A root key signs an offer.",
    again(OFFER, KAZ.root_signers()[0]),
)
refused(
    "offer-in-the-proposers-name",
    "forge",
    "signature-key-unknown",
    "The United States' officer offers in Kazakhstan's name.",
    again(OFFER, USA.officer("seal")),
)
refused(
    "offer-by-a-party-that-does-not-propose",
    "forge",
    "seal-not-proposer",
    "The United States offer an edition.",
    k.offer_of(USA, TWO).line,
)
refused(
    "receipt-by-a-party-that-does-not-propose",
    "forge",
    "seal-not-proposer",
    "The United States receipt their own acceptance.",
    k.receipt_of(USA, TWO, OFFER.id).line,
)
refused(
    "acceptance-by-the-proposer",
    "forge",
    "seal-not-proposer",
    "The proposer accepts its own offer.",
    k.accept_of(KAZ, TWO, OFFER.id).line,
)
refused(
    "acceptance-turned-into-a-withdrawal",
    "alter",
    "signature-bad",
    "The step of an acceptance was changed.",
    ACCEPT.line.replace(b'"step":"accept"', b'"step":"withdraw"'),
)
refused(
    "acceptance-moved-to-another-offer",
    "splice",
    "signature-bad",
    "An acceptance was made to name another offer.",
    ACCEPT.line.replace(OFFER.id.encode(), k.NOWHERE.encode()),
)
refused(
    "offer-of-another-root",
    "alter",
    "signature-bad",
    "The root of an offer was changed after it was signed.",
    OFFER.line.replace(k.NOWHERE.encode(), TWO.id.encode()),
)
refused(
    "seal-of-another-circle",
    "replay",
    "seal-card-missing",
    "A seal of another circle of the same parties is put into this one.",
    k.accept_of(USA, k.circle(KAZ, USA, schema=2), OFFER.id).line,
)
refused(
    "seal-under-a-card-that-is-not-held",
    "drop",
    "seal-card-missing",
    "A seal names a card that has not come.",
    again(ACCEPT, USA.officer("seal"), card=k.NOWHERE),
)
refused(
    "seal-under-another-partys-card",
    "forge",
    "card-of-another",
    "A seal of the United States names Kazakhstan's card.",
    again(ACCEPT, SEALER, card=KAZ.id),
)
refused(
    "offer-whose-cut-lacks-a-party",
    "alter",
    "seal-cut",
    "The cut of an offer names the proposer alone.",
    again(OFFER, SEALER, cut={KAZ.id: TWO.id}),
)
refused(
    "offer-whose-cut-names-a-stranger",
    "alter",
    "seal-cut",
    "The cut of an offer names a party that is not in the charter.",
    again(OFFER, SEALER, cut=dict.fromkeys((KAZ.id, USA.id, UZB.id), TWO.id)),
)
refused(
    "offer-in-a-language-that-the-charter-lacks",
    "alter",
    "seal-languages",
    "An edition is offered in Uzbek.",
    again(OFFER, SEALER, languages=["en", "uz"]),
)
refused(
    "offer-whose-languages-are-out-of-order",
    "profile",
    "seal-languages",
    "The languages of an offer are not sorted.",
    again(OFFER, SEALER, languages=["ru", "en"]),
)
refused(
    "offer-in-no-language",
    "profile",
    "profile-not-of-kind",
    "An offer is in no language.",
    again(OFFER, SEALER, languages=[]),
)
refused(
    "offer-that-corrects-twice",
    "profile",
    "profile-not-of-kind",
    "`corrects` is 2.",
    bent(OFFER, b'"cut"', b'"corrects":2,"cut"'),
)
refused(
    "receipt-whose-acceptances-are-out-of-order",
    "profile",
    "seal-accepts",
    "The acceptances of a receipt are not sorted.",
    again(RECEIPT, SEALER, accepts=[TWO.id, OFFER.id] if TWO.id > OFFER.id else [OFFER.id, TWO.id]),
)
refused(
    "receipt-that-names-an-acceptance-twice",
    "profile",
    "seal-accepts",
    "A receipt names one acceptance twice.",
    again(RECEIPT, SEALER, accepts=[ACCEPT.id] * 2),
)
refused(
    "seal-of-a-step-that-there-is-not",
    "profile",
    "profile-not-of-kind",
    "A seal is a `veto`.",
    bent(ACCEPT, b'"step":"accept"', b'"step":"veto"', USA.officer("seal")),
)
refused(
    "acceptance-with-the-keys-of-a-receipt",
    "profile",
    "profile-not-of-kind",
    "An acceptance has `accepts`, as receipts have.",
    bent(ACCEPT, b'{"at"', b'{"accepts":[],"at"', USA.officer("seal")),
)
refused(
    "seal-at-no-such-time",
    "profile",
    "profile-no-such-time",
    "An acceptance was signed on 29 February 2013.",
    again(ACCEPT, USA.officer("seal"), at="2013-02-29T09:30Z"),
)
refused(
    "seal-signed-as-a-manifest",
    "splice",
    "signature-bad",
    "The signature was made over the same JSON as another kind of record.",
    Signed(seal.KIND, ACCEPT.json, None, sign("manifest", ACCEPT.value, USA.officer("seal")).signatures).line,
)


@case(
    "seal-of-a-party-that-is-not-in-the-charter",
    "Uzbekistan accepts in a circle of two.",
    "forge",
    "segment-not-a-party",
)
def _(v: Vector) -> None:
    v.begin(USA, KAZ, USA, UZB)
    v.read(plain(parts(**founding(KAZ, USA, circle=TWO))))
    v.more(cards=[UZB.card], seals=[k.accept_of(UZB, TWO, OFFER.id)])


RENEWED: Final = KAZ.renew(keys=KAZ.officers(desk=1))
NEW_SEALER: Final = KAZ.officer("seal", desk=1)


def under_new(one: Signed[Any], signer: Any = NEW_SEALER) -> Signed[Any]:
    """A seal of the proposer under its newer card."""
    return sign(seal.KIND, structs.replace(one.value, card=RENEWED.card.id), signer)


@case(
    "offer-under-ended-key",
    "A stolen key, which the newest card has ended, signs an offer that names this card.",
    "key",
    "signature-key-unknown",
)
def _(v: Vector) -> None:
    v.founded()
    v.more(cards=[RENEWED.card], seals=[under_new(OFFER, SEALER)])


@case(
    "one-bad-seal-refuses-the-whole-bundle",
    "The offer holds, the acceptance does not: nothing of the bundle is kept.",
    "forge",
    "signature-bad",
)
def _(v: Vector) -> None:
    v.founded()
    v.more(seals=[OFFER, ACCEPT.line.replace(b"09:30Z", b"09:31Z")])
    v.expect(seals=0)


# What concludes

for order in permutations((("offer", OFFER), ("acceptance", ACCEPT), ("receipt", RECEIPT))):

    @case(
        f"concluded-as-{'-'.join(name for name, _ in order)}",
        "An offer, its acceptance and its receipt come in some order: in each the edition is concluded at the end.",
        "reorder",
    )
    def _(v: Vector, order: tuple[tuple[str, Signed[Any]], ...] = order) -> None:
        v.founded()
        for _, one in order:
            v.more(seals=[one])
        v.expect(seals=3, concluded=1)


@case("accepted-and-not-receipted", "The receipt has not come: nothing is concluded.", "drop")
def _(v: Vector) -> None:
    v.founded(seals=[OFFER, ACCEPT])
    v.expect(seals=2, concluded=0)


@case("receipted-and-not-accepted", "A proposer receipts what nobody has accepted: nothing is concluded.", "seal")
def _(v: Vector) -> None:
    v.founded(seals=[OFFER, k.receipt_of(KAZ, TWO, OFFER.id, [k.NOWHERE])])
    v.expect(seals=2, concluded=0)


@case("accepted-by-one-of-two", "Of two others one has accepted.", "drop")
def _(v: Vector) -> None:
    offer = k.offer_of(KAZ, THREE)
    v.three(seals=[offer, k.accept_of(USA, THREE, offer.id), k.receipt_of(KAZ, THREE, offer.id)])
    v.expect(seals=3, concluded=0)


@case(
    "accepted-by-both-of-two",
    "Both others have accepted, and the receipt names one of them: what it lists is for display.",
)
def _(v: Vector) -> None:
    offer = k.offer_of(KAZ, THREE)
    accepts = [k.accept_of(party, THREE, offer.id) for party in (USA, UZB)]
    v.three(seals=[offer, *accepts, k.receipt_of(KAZ, THREE, offer.id, [accepts[0].id])])
    v.expect(seals=4, concluded=1)


@case(
    "withdrawn-after-the-receipt", "A party withdraws its acceptance of what is concluded: that undoes nothing.", "seal"
)
def _(v: Vector) -> None:
    v.founded(seals=[OFFER, ACCEPT, RECEIPT, k.withdraw_of(USA, TWO, OFFER.id)])
    v.expect(seals=4, concluded=1)


@case(
    "withdrawn-and-receipted-all-the-same",
    "The proposer withdraws and receipts one offer: dishonest, and concluded.",
    "seal",
)
def _(v: Vector) -> None:
    v.founded(seals=[OFFER, ACCEPT, k.withdraw_of(KAZ, TWO, OFFER.id), RECEIPT])
    v.expect(seals=4, concluded=1)


@case(
    "two-conclusions-of-one-previous",
    "Two offers of one scope, neither with a `previous`, are concluded: both are kept.",
    "seal",
)
def _(v: Vector) -> None:
    other = k.offer_of(KAZ, TWO, edition=seal.EditionNumber(0, 2))
    v.founded(seals=[OFFER, ACCEPT, RECEIPT])
    v.more(seals=[other, k.accept_of(USA, TWO, other.id), k.receipt_of(KAZ, TWO, other.id)])
    v.expect(seals=6, concluded=2)


@case("edition-after-an-edition", "A second edition, a corrigendum, names the first as `previous`.")
def _(v: Vector) -> None:
    other = k.offer_of(KAZ, TWO, edition=seal.EditionNumber(0, 2), previous=OFFER.id, corrects=1)
    v.founded(seals=[OFFER, ACCEPT, RECEIPT])
    v.more(seals=[other, k.accept_of(USA, TWO, other.id), k.receipt_of(KAZ, TWO, other.id)])
    v.expect(concluded=2)


@case("acceptance-of-an-offer-that-has-not-come", "It is kept, and counts once the offer comes.", "drop")
def _(v: Vector) -> None:
    v.founded(seals=[k.accept_of(USA, TWO, k.NOWHERE)])
    v.expect(seals=1, concluded=0)


@case(
    "receipt-under-an-older-card-than-the-offer",
    "A key that has been ended since receipts an offer under the newer card: for nothing.",
    "key",
)
def _(v: Vector) -> None:
    offer = under_new(OFFER)
    v.founded()
    v.more(cards=[RENEWED.card], seals=[offer, k.accept_of(USA, TWO, offer.id), k.receipt_of(KAZ, TWO, offer.id)])
    v.expect(seals=3, concluded=0)


@case(
    "receipt-under-a-newer-card-than-the-offer",
    "The proposer renews its card between offer and receipt: concluded.",
    "key",
)
def _(v: Vector) -> None:
    v.founded(seals=[OFFER, ACCEPT])
    v.more(cards=[RENEWED.card], seals=[under_new(RECEIPT)])
    v.expect(seals=3, concluded=1)


@case(
    "concluded-before-the-key-was-ended",
    "An edition that was concluded stays so after a card ends the keys that sealed it.",
    "key",
)
def _(v: Vector) -> None:
    v.founded(seals=[OFFER, ACCEPT, RECEIPT])
    v.more(cards=[RENEWED.card, USA.renew(keys=USA.officers(desk=1)).card])
    v.expect(seals=3, concluded=1)


# Two keys to seal


def two_sealers() -> tuple[k.Party, Signed[Any], tuple[Ed25519Signer, Ed25519Signer]]:
    """The United States with a card that asks for two keys to seal, the circle with them, and these keys."""
    signers = USA.officer("seal"), Ed25519Signer(b"2" * 32)
    keys = card.in_order([*USA.officers(), card.OfficerKey(ED25519, signers[1].key, ["seal"])])
    party = k.Party("USA", 2).found(keys=keys, seal_threshold=2)
    return party, k.circle(KAZ, party), signers


STRICT, STRICT_CIRCLE, STRICT_KEYS = two_sealers()
STRICT_OFFER: Final = k.offer_of(KAZ, STRICT_CIRCLE)
STRICT_ACCEPT: Final = k.accept_of(STRICT, STRICT_CIRCLE, STRICT_OFFER.id).value
HALVES: Final = [sign(seal.KIND, STRICT_ACCEPT, signer) for signer in STRICT_KEYS]


def strict(v: Vector, *seals: Signed[Any]) -> None:
    """The circle of a party that seals with two keys, and these seals, each in a bundle of its own."""
    v.begin(STRICT, KAZ, STRICT)
    v.read(plain(parts(**founding(KAZ, STRICT, circle=STRICT_CIRCLE)), KAZ, STRICT, STRICT_CIRCLE))
    for one in seals:
        v.read(plain(parts(seals=[one]), KAZ, STRICT, STRICT_CIRCLE))


STRICT_RECEIPT: Final = k.receipt_of(KAZ, STRICT_CIRCLE, STRICT_OFFER.id)


@case("acceptance-signed-by-one-of-two", "A seal with too few signatures is kept and counts for nothing.", "seal")
def _(v: Vector) -> None:
    strict(v, STRICT_OFFER, HALVES[0], STRICT_RECEIPT)
    v.expect(seals=2, concluded=0)


for first, shown in ((0, "one-first"), (1, "other-first")):

    @case(
        f"acceptance-completed-by-a-copy-{shown}",
        "Two copies of an acceptance, each signed by one of two keys, make it whole.",
        "reorder",
    )
    def _(v: Vector, first: int = first) -> None:
        strict(v, STRICT_OFFER, HALVES[first], STRICT_RECEIPT, HALVES[1 - first])
        v.expect(seals=3, concluded=1)


@case("acceptance-signed-by-one-key-twice", "Copies by one key do not add up.", "seal")
def _(v: Vector) -> None:
    strict(v, STRICT_OFFER, HALVES[0], HALVES[0], STRICT_RECEIPT)
    v.expect(seals=2, concluded=0)


@case(
    "seals-under-a-card-off-the-chain",
    "The proposer sealed under a card that later lost against a rotation: the card that a seal names judges it.",
    "key",
)
def _(v: Vector) -> None:
    lost = KAZ.renew(recipients=[k.AGE[3][1]])
    offer = k.offer_of(lost, TWO)
    v.founded()
    v.more(cards=[lost.card], seals=[offer, k.accept_of(USA, TWO, offer.id), k.receipt_of(lost, TWO, offer.id)])
    v.more(cards=[KAZ.rotate().card])
    v.expect(seals=3, concluded=1, kaz_cards=2)
