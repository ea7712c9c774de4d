"""Charters and manifests: who founds a circle, who brings what for whom."""

from __future__ import annotations

from typing import Any, Final

from msgspec import structs

from kelisim import bundle
from kelisim.bundle import Part
from kelisim.ledger import charter
from kelisim.ledger.digest import digest
from kelisim.ledger.keys import Ed25519Signer
from kelisim.ledger.record import Signed, sign
from tests.library import keysmith as k
from tests.vectors.making.workshop import (
    KAZ,
    SAID,
    THREE,
    TWO,
    USA,
    UZB,
    Feed,
    Vector,
    body,
    case,
    founding,
    manifest,
    parts,
    plain,
    raw,
    said,
)

ROOTS: Final = (*KAZ.root_signers(), *USA.root_signers())
HALF: Final = sign(charter.KIND, TWO.value, ROOTS[0])
OTHER_HALF: Final = sign(charter.KIND, TWO.value, ROOTS[1])


def first(name: str, attack: str, reason: str, says: str, circle: Signed[Any], *, named: str = "", **more: Any) -> None:
    """A case in which the first bundle is refused for its charter."""

    @case(name, says, attack, reason)
    def _(v: Vector) -> None:
        v.begin(USA, KAZ, USA, UZB)
        held = {"cards": [KAZ.card, USA.card], "charters": [circle], "seeds": [k.SEED]} | more
        v.read(_naming(named or circle.id, held))


def _naming(circle: str, held: dict[str, Any]) -> bytes:
    """A plain bundle whose manifest names a circle by its id."""
    carried = parts(**held)
    said = structs.replace(manifest(KAZ, USA, TWO, carried), circle=circle, seen={USA.id: circle})
    return sign(bundle.KIND, said, KAZ.officer("carry")).line + b"".join(data for _, data in carried)


def charter_like(**changes: Any) -> Signed[Any]:
    """A charter of the two, signed by both, with changes."""
    return k.circle(KAZ, USA, **changes)


MEMBERS: Final = TWO.value.parties

first(
    "charter-whose-parties-are-out-of-order",
    "profile",
    "charter-not-in-order",
    "Parties are not sorted by code.",
    charter_like(parties=MEMBERS[::-1]),
)
first(
    "charter-with-a-party-twice",
    "forge",
    "charter-not-in-order",
    "One party stands in a charter under two codes.",
    charter_like(parties=[MEMBERS[0], structs.replace(MEMBERS[0], code="KGZ"), MEMBERS[1]]),
)
first(
    "charter-whose-languages-are-out-of-order",
    "profile",
    "charter-not-in-order",
    "Languages are not sorted.",
    charter_like(languages=["ru", "en"]),
)
first(
    "charter-whose-proposer-is-no-party",
    "forge",
    "charter-proposer",
    "A stranger to the circle is to propose editions.",
    charter_like(proposer=UZB.id),
)
first(
    "charter-that-names-a-card-which-is-not-held",
    "drop",
    "charter-card-missing",
    "The card that a charter names has not come.",
    charter_like(parties=[structs.replace(MEMBERS[0], card=k.NOWHERE), MEMBERS[1]]),
)
first(
    "charter-that-names-the-other-partys-card",
    "splice",
    "charter-card-missing",
    "A charter names the United States' card for Kazakhstan.",
    charter_like(parties=[structs.replace(MEMBERS[0], card=USA.id), MEMBERS[1]]),
)
first(
    "charter-of-one-party",
    "profile",
    "profile-not-of-kind",
    "A charter has one party.",
    charter_like(parties=MEMBERS[:1]),
)
first(
    "charter-with-a-code-in-small-letters",
    "profile",
    "profile-not-of-kind",
    "A party's code is in small letters.",
    charter_like(parties=[structs.replace(MEMBERS[0], code="Kaz"), MEMBERS[1]]),
)
first(
    "charter-signed-by-a-stranger-too",
    "forge",
    "signature-key-unknown",
    "A key that no card names has signed a charter.",
    sign(charter.KIND, TWO.value, *ROOTS, Ed25519Signer(b"?" * 32)),
)
first(
    "charter-signed-by-an-officer",
    "key",
    "signature-key-unknown",
    "An officer signs a charter beside the roots.",
    sign(charter.KIND, TWO.value, *ROOTS, KAZ.officer("state")),
)
first(
    "charter-with-a-signature-of-another",
    "splice",
    "signature-bad",
    "The signatures of another charter stand after this one.",
    Signed(charter.KIND, TWO.json, TWO.value, charter_like(schema=2).signatures),
)
first(
    "charter-at-no-such-time",
    "profile",
    "profile-no-such-time",
    "A charter was written on 31 April.",
    charter_like(at="2013-04-31T09:30Z"),
)
first(
    "first-bundle-without-the-charter",
    "drop",
    "circle-missing",
    "The first bundle of a circle does not bring its charter.",
    TWO,
    named=TWO.id,
    charters=[],
)
first(
    "first-bundle-with-the-charter-of-another-circle",
    "splice",
    "bundle-of-another-plan",
    "The manifest names one circle, the bundle brings the charter of another.",
    charter_like(schema=2),
    named=TWO.id,
)
first(
    "first-bundle-without-the-cards",
    "drop",
    "charter-card-missing",
    "The first bundle brings the charter and no cards.",
    TWO,
    named=TWO.id,
    cards=[],
)


@case(
    "charter-of-a-circle-that-we-are-not-in",
    "A bundle for the United States brings the charter of a circle without them.",
    "forge",
    "bundle-of-another-plan",
)
def _(v: Vector) -> None:
    circle = k.circle(KAZ, UZB)
    v.begin(USA, KAZ, USA, UZB)
    v.read(plain(parts(cards=[KAZ.card, UZB.card], charters=[circle], seeds=[k.SEED]), KAZ, USA, circle))


@case("charter-not-whole-yet", "One of two parties has signed: the charter is kept, and nobody can speak.")
def _(v: Vector) -> None:
    v.begin()
    v.read(plain(parts(cards=[KAZ.card, USA.card], charters=[HALF], seeds=[k.SEED])))
    v.expect(whole=False)


@case(
    "charter-not-whole-passes-over-words",
    "Words in a circle that is not founded are passed over, be they what they may.",
    "forge",
)
def _(v: Vector) -> None:
    v.begin()
    v.read(
        plain(
            parts(
                cards=[KAZ.card, USA.card],
                charters=[HALF],
                seeds=[k.SEED],
                segments=[(Feed(KAZ).say("KAZ")[0], SAID[:-1])],
            )
        )
    )
    v.expect(whole=False, kaz_line=0)


for one_half, other_half, shown in ((HALF, OTHER_HALF, "kaz-first"), (OTHER_HALF, HALF, "usa-first")):

    @case(
        f"charter-completed-by-a-copy-{shown}",
        "Two copies of a charter, each signed by one party, make it whole; a bundle that came too early is read again.",
        "reorder",
    )
    def _(v: Vector, one_half: Signed[Any] = one_half, other_half: Signed[Any] = other_half) -> None:
        early = plain(parts(segments=[Feed(KAZ).say("KAZ")]))
        v.begin()
        v.read(plain(parts(cards=[KAZ.card, USA.card], charters=[one_half], seeds=[k.SEED])))
        v.read(early)
        v.read(plain(parts(charters=[other_half])))
        v.read(early)
        v.expect(whole=True, kaz_line=1)


@case("charter-in-two-copies", "A bundle brings a charter twice, each copy signed by one party.")
def _(v: Vector) -> None:
    v.begin()
    v.read(plain(parts(cards=[KAZ.card, USA.card], charters=[HALF, OTHER_HALF], seeds=[k.SEED])))
    v.expect(whole=True)


@case("seed-of-another-circle", "The seed is not the one whose digest the charter has.", "splice", "seed-changed")
def _(v: Vector) -> None:
    v.begin()
    v.read(plain(parts(cards=[KAZ.card, USA.card], charters=[TWO], seeds=[bytes(32)])))


@case(
    "founded-without-the-seed",
    "A bundle without the seed founds a circle; its editions cannot be checked until it comes.",
)
def _(v: Vector) -> None:
    v.begin()
    v.read(plain(parts(cards=[KAZ.card, USA.card], charters=[TWO])))
    v.expect(whole=True)


# Manifests


def brought(name: str, attack: str, reason: str, says: str, data: bytes) -> None:
    """A case in which this bundle comes after the founding."""

    @case(name, says, attack, reason)
    def _(v: Vector) -> None:
        v.founded()
        v.read(data)


ONE: Final = parts(segments=[Feed(KAZ).say("KAZ")])
NOTE: Final = parts(files=[b"annex"])
RIGHT: Final = plain(ONE)
LINE: Final = RIGHT[: RIGHT.index(b"\n") + 1]
SEEDED: Final = parts(seeds=[k.SEED])


def declared(*stated: Part, carried: bytes = b"", signer: Any = None) -> bytes:
    """A bundle whose manifest states these parts, whatever it carries."""
    said = manifest(KAZ, USA, TWO, [], parts=list(stated))
    return sign(bundle.KIND, said, signer or KAZ.officer("carry")).line + carried


def bent(old: bytes, new: bytes) -> bytes:
    """A manifest whose JSON has something replaced, properly signed, with its parts."""
    json = LINE.partition(b"\t")[0]
    assert old in json
    return raw(bundle.KIND, json.replace(old, new, 1), KAZ.officer("carry")) + ONE[0][1]


SEGMENT: Final = Part(id=digest(ONE[0][1]), kind="segment", size=len(ONE[0][1]))
SEED: Final = Part(id=digest(k.SEED), kind="seed", size=32)
HUGE: Final = [Part(id=digest(bytes([n])), kind="file", size=100 * 2**20) for n in range(11)]

for power, may in (("state", "who may state"), ("seal", "who may seal")):
    brought(
        f"manifest-by-key-that-may-only-{power}",
        "key",
        "signature-key-unknown",
        f"The officer {may} signs a manifest.",
        plain(ONE, signer=KAZ.officer(power)),
    )
brought(
    "manifest-signed-by-a-root-key",
    "key",
    "signature-key-unknown",
    "A root key signs a manifest.",
    plain(ONE, signer=KAZ.root_signers()[0]),
)
brought(
    "manifest-in-another-partys-name",
    "forge",
    "signature-key-unknown",
    "Kazakhstan's officer writes a bundle in the United States' name.",
    plain(ONE, sender=USA, to=USA, signer=KAZ.officer("carry")),
)
brought(
    "manifest-under-another-partys-card",
    "forge",
    "card-of-another",
    "A manifest names the card of another party.",
    plain(ONE, card=USA.card.id),
)
brought(
    "manifest-under-a-card-that-is-not-held",
    "drop",
    "bundle-card-missing",
    "A manifest names a card that has not come.",
    plain(ONE, card=k.NOWHERE),
)
brought(
    "manifest-altered-after-it-was-signed",
    "alter",
    "signature-bad",
    "The time of a manifest was changed.",
    RIGHT.replace(b"09:30Z", b"09:31Z", 1),
)
brought(
    "manifest-with-two-signatures",
    "forge",
    "signature-one",
    "Two officers sign a manifest, one of whom may.",
    sign(bundle.KIND, manifest(KAZ, USA, TWO, ONE), KAZ.officer("carry"), KAZ.officer("state")).line + ONE[0][1],
)
brought(
    "manifest-for-another-party",
    "replay",
    "bundle-not-to-us",
    "A bundle for Kazakhstan comes to the United States.",
    plain(ONE, sender=USA, to=KAZ),
)
brought(
    "manifest-of-another-circle",
    "replay",
    "circle-missing",
    "A bundle of a circle that is not known comes without its charter.",
    plain(parts(segments=[Feed(KAZ, k.circle(KAZ, USA, schema=2)).say("KAZ")]), circle=k.circle(KAZ, USA, schema=2)),
)
brought(
    "manifest-seen-names-nobody", "alter", "segment-seen", "`seen` of a manifest names nobody.", plain(ONE, seen={})
)
brought(
    "manifest-seen-names-the-sender",
    "alter",
    "segment-seen",
    "`seen` of a manifest names the sender too.",
    plain(ONE, seen={KAZ.id: TWO.id, USA.id: TWO.id}),
)
brought(
    "manifest-at-no-such-time",
    "profile",
    "profile-no-such-time",
    "A manifest was written in a thirteenth month.",
    plain(ONE, at="2012-13-05T09:30Z"),
)
brought(
    "manifest-with-blanks",
    "profile",
    "profile-not-canonical",
    "A blank stands in the JSON of a manifest.",
    bent(b'"v":1', b'"v": 1'),
)
brought(
    "manifest-with-a-part-of-no-kind",
    "profile",
    "profile-not-of-kind",
    "A part is of a kind that there is not.",
    bent(b'"kind":"segment"', b'"kind":"draft"'),
)
brought(
    "manifest-with-1001-parts",
    "bomb",
    "profile-not-of-kind",
    "A manifest states 1,001 files.",
    declared(*(Part(id=k.NOWHERE, kind="file", size=1) for _ in range(1001))),
)
brought("manifest-without-its-end", "truncate", "record-not-a-line", "A bundle ends within the manifest.", LINE[:-1])
brought("bundle-of-no-bytes", "truncate", "record-not-a-line", "There is nothing in a bundle.", b"")
brought(
    "parts-out-of-order",
    "reorder",
    "bundle-parts",
    "The seed stands after the segments.",
    declared(SEGMENT, SEED, carried=ONE[0][1] + k.SEED),
)
brought(
    "part-of-a-kind-twice",
    "alter",
    "bundle-parts",
    "Two parts hold segments.",
    declared(SEGMENT, SEGMENT, carried=ONE[0][1] * 2),
)
brought(
    "part-that-is-empty",
    "alter",
    "bundle-part-size",
    "A part has no bytes.",
    declared(Part(id=digest(b""), kind="seal", size=0)),
)
brought(
    "seed-of-31-bytes",
    "alter",
    "bundle-part-size",
    "The seed lacks a byte.",
    declared(Part(id=digest(k.SEED[:31]), kind="seed", size=31), carried=k.SEED[:31]),
)
brought(
    "part-of-cards-beyond-the-limit",
    "bomb",
    "bundle-part-size",
    "A manifest states cards of 16 MiB and a byte.",
    declared(Part(id=k.NOWHERE, kind="card", size=16 * 2**20 + 1)),
)
brought(
    "file-beyond-the-limit",
    "bomb",
    "bundle-part-size",
    "A manifest states a file of 100 MiB and a byte.",
    declared(Part(id=k.NOWHERE, kind="file", size=100 * 2**20 + 1)),
)
brought(
    "parts-beyond-the-limit-together",
    "bomb",
    "bundle-too-large",
    "Eleven files of 100 MiB are stated: more than 1 GiB.",
    declared(*HUGE),
)
brought("part-that-ends-early", "truncate", "bundle-part-missing", "The last byte of a bundle is missing.", RIGHT[:-1])
brought(
    "part-that-is-not-there", "drop", "bundle-part-missing", "A bundle has its manifest and none of its parts.", LINE
)
brought(
    "part-with-a-bit-flipped",
    "alter",
    "bundle-part-changed",
    "One bit of the last part is wrong.",
    RIGHT[:-9] + bytes([RIGHT[-9] ^ 1]) + RIGHT[-8:],
)
brought(
    "parts-of-another-bundle",
    "splice",
    "bundle-part-changed",
    "The manifest of one bundle stands before a part of another.",
    LINE + parts(segments=[Feed(KAZ).say("USA")])[0][1],
)
brought(
    "parts-exchanged",
    "reorder",
    "bundle-part-changed",
    "Two files of one size are exchanged.",
    plain(parts(files=[b"one", b"two"])).replace(b"onetwo", b"twoone"),
)
brought("byte-after-the-last-part", "alter", "bundle-trailing", "A byte follows the last part.", RIGHT + b"\n")
brought("bundle-twice-in-a-row", "replay", "bundle-trailing", "A whole bundle follows a whole bundle.", RIGHT * 2)
brought(
    "body-that-ends-with-the-part",
    "truncate",
    "bundle-body-short",
    "The part of segments ends within a body, as its manifest states.",
    plain([("segment", ONE[0][1][:-5])]),
)
brought(
    "part-of-segments-that-is-no-records",
    "alter",
    "record-not-a-line",
    "The part of segments is a letter.",
    plain([("segment", b"Dear colleagues,\nplease find attached\n")]),
)
brought(
    "records-of-one-kind-in-the-part-of-another",
    "splice",
    "profile-not-of-kind",
    "A card stands in the part of seals.",
    plain([("seal", KAZ.card.line)]),
)


@case(
    "sender-that-is-not-in-the-charter",
    "Uzbekistan, confirmed and with a card, writes a bundle of a circle of two.",
    "forge",
    "bundle-not-a-party",
)
def _(v: Vector) -> None:
    v.begin(USA, KAZ, USA, UZB)
    v.read(plain(parts(**founding(KAZ, USA, circle=TWO))))
    v.read(plain(parts(cards=[UZB.card]), UZB, USA, TWO))


@case(
    "bundle-readdressed-by-the-courier",
    "A bundle for Uzbekistan is given the address of the United States.",
    "alter",
    "signature-bad",
)
def _(v: Vector) -> None:
    v.three()
    data = plain(parts(segments=[Feed(KAZ, THREE).say("KAZ")]), KAZ, UZB, THREE)
    v.read(data.replace(b'"to":"' + UZB.id.encode(), b'"to":"' + USA.id.encode()))


@case(
    "sender-whose-digits-were-not-compared",
    "The United States have confirmed nobody but themselves.",
    "forge",
    "party-not-confirmed",
)
def _(v: Vector) -> None:
    v.begin(USA, USA)
    v.read(plain(parts(**founding(KAZ, USA, circle=TWO))))


@case("bundle-read-twice", "The same bundle is read again: nothing changes.", "replay")
def _(v: Vector) -> None:
    data = plain(parts(**founding(KAZ, USA, circle=TWO), segments=[Feed(KAZ).say("KAZ")]))
    v.begin()
    v.read(data)
    v.read(data)
    v.expect(kaz_line=1)


@case("bundle-of-nothing", "A bundle without parts: it says what its sender has seen.")
def _(v: Vector) -> None:
    v.founded()
    v.read(plain([]))


@case("bundle-with-files", "Files travel beside the segments that name them; one that nobody names is let pass.")
def _(v: Vector) -> None:
    annex = b"annex"
    named = Feed(KAZ).say(body(said("annexaaaaaaaaaaa", "sha256", digest(annex))))
    v.founded()
    v.more(segments=[named], files=[annex, b"nobody asked for this"])
    v.expect(kaz_line=1)


@case(
    "side-circle-of-the-same-parties",
    "A reader of the circle of two holds nothing of that of three, and the other way round.",
)
def _(v: Vector) -> None:
    v.founded(segments=[Feed(KAZ).say("KAZ")])
    v.three(segments=[Feed(KAZ, THREE).say("USA")])
    v.expect(circle=THREE.id, kaz_line=1, uzb_line=0)


@case("first-bundle-refused-then-a-right-one", "After a refusal nothing is held; the next bundle founds the circle.")
def _(v: Vector) -> None:
    right = plain(parts(**founding(KAZ, USA, circle=TWO)))
    v.begin()
    v.read(right[:-1], verdict="refused", reason="bundle-part-missing")
    v.read(right)
    v.expect(whole=True)


@case("manifest-names-heads-that-are-not-held", "A sender has seen more of the others than the reader holds.")
def _(v: Vector) -> None:
    v.founded()
    v.read(plain(ONE, seen={USA.id: k.NOWHERE}))
    v.expect(kaz_line=1)


@case(
    "cards-in-the-wrong-order", "A bundle has a card before the one that it follows.", "reorder", "card-before-missing"
)
def _(v: Vector) -> None:
    one = KAZ.renew()
    v.founded()
    v.more(cards=[one.renew(recipients=[k.AGE[3][1]]).card, one.card])


@case("charter-that-succeeds-another", "A charter names the one before it, which is not held; it is not judged.")
def _(v: Vector) -> None:
    circle = charter_like(prev=k.NOWHERE)
    v.begin()
    v.read(_naming(circle.id, {"cards": [KAZ.card, USA.card], "charters": [circle], "seeds": [k.SEED]}))
    v.expect(whole=True, circle=circle.id)
