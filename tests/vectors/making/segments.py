"""Segments that do not hold: forged, altered, spliced, replayed, beyond a limit."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any, Final

from kelisim.ledger import segment
from kelisim.ledger.keys import Ed25519Signer, key_id, pae
from kelisim.ledger.record import Signed, sign
from tests.library import keysmith as k
from tests.vectors.making.workshop import (
    COURSE,
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
    parts,
    plain,
    raw,
    said,
)

if TYPE_CHECKING:
    from collections.abc import Callable

CLERK: Final = KAZ.officer("state")
BOTH: Final = (CLERK, KAZ.officer("carry"))
L: Final = 2**252 + 27742317777372353535851937790883648493  # the order of Ed25519's group


def header(said_there: bytes = SAID, **changes: Any) -> Signed[segment.Segment]:
    """The first segment of Kazakhstan, unless told otherwise."""
    return k.segment_of(KAZ, TWO, said_there, **changes)


def refused(name: str, attack: str, reason: str, says: str, line: bytes, said_there: bytes = SAID) -> None:
    """A case in which one segment comes after the founding."""

    @case(name, says, attack, reason)
    def _(v: Vector) -> None:
        v.founded()
        v.more(segments=[(line, said_there)])


def bent(old: bytes, new: bytes, *signers: Ed25519Signer) -> bytes:
    """The header's JSON with something replaced, signed so: it holds as far as signatures go."""
    assert old in header().json
    return raw(segment.KIND, header().json.replace(old, new, 1), *(signers or (CLERK,)))


def resigned(sign_it: Callable[[bytes], bytes]) -> bytes:
    """The header's line with another signature, made of the right one."""
    right = header()
    return Signed(
        right.kind, right.json, right.value, {key_id(CLERK.key): sign_it(next(iter(right.signatures.values())))}
    ).line


def neutral(_: bytes) -> bytes:
    """A signature over the neutral point, which the holder of the key alone can make, and some libraries take."""
    first, last = hashlib.sha512(bytes([64 + 32 + 2]) * 32).digest()[:32], bytes([1]) + bytes(31)
    secret = (int.from_bytes(first, "little") & ((1 << 254) - 8)) | (1 << 254)
    point = base64.b64decode(CLERK.key)[-32:]
    challenge = int.from_bytes(hashlib.sha512(last + point + pae(segment.KIND, header().json)).digest(), "little")
    return last + (challenge * secret % L).to_bytes(32, "little")


def wrong_body(name: str, reason: str, says: str, said_there: bytes, **changes: Any) -> None:
    """A case in which a body breaks a rule, and its header states it as it is."""
    refused(
        name,
        "profile" if reason.startswith("profile") else "alter",
        reason,
        says,
        header(said_there, **changes).line,
        said_there,
    )


LINE = header().line
TWICE = SAID + SAID
NEWER = KAZ.renew(keys=KAZ.officers(desk=1))

refused(
    "segment-altered-after-it-was-signed",
    "alter",
    "signature-bad",
    "The time of a segment was changed after it was signed.",
    LINE.replace(b"09:30Z", b"09:31Z"),
)
refused(
    "segment-moved-to-another-place",
    "alter",
    "signature-bad",
    "The place of a segment was changed after it was signed.",
    LINE.replace(b'"seq":1', b'"seq":2'),
)
refused(
    "segment-body-altered",
    "alter",
    "segment-body",
    "One letter of a statement was changed.",
    LINE,
    SAID.replace(b"KAZ", b"USA"),
)
refused(
    "segment-body-cut-short",
    "truncate",
    "bundle-body-short",
    "The last body of a bundle lacks its end.",
    LINE,
    SAID[:-1],
)
refused(
    "segment-body-with-a-line-too-many",
    "alter",
    "record-not-a-line",
    "After a body stands one statement more, where a header should.",
    LINE,
    TWICE,
)
refused(
    "segment-size-states-less",
    "alter",
    "segment-body",
    "A header states a smaller body than it was made over.",
    header(size=len(SAID) - 1).line,
    SAID[:-1],
)
refused(
    "segment-count-lies",
    "alter",
    "segment-count",
    "A header states more statements than the body has.",
    header(count=2).line,
)
refused(
    "segment-signed-by-a-stranger",
    "forge",
    "signature-key-unknown",
    "A key that is on no card signs a segment.",
    sign(segment.KIND, header().value, Ed25519Signer(b"?" * 32)).line,
)
refused(
    "segment-signed-by-a-root-key",
    "key",
    "signature-key-unknown",
    "A root key signs a segment; only officers who may state can.",
    sign(segment.KIND, header().value, KAZ.root_signers()[0]).line,
)
refused(
    "segment-signed-by-the-other-party",
    "forge",
    "signature-key-unknown",
    "The United States' officer signs a segment in Kazakhstan's name.",
    sign(segment.KIND, header().value, USA.officer("state")).line,
)
refused(
    "segment-under-the-other-partys-card",
    "forge",
    "card-of-another",
    "A segment in Kazakhstan's name names the United States' card, and is signed by its officer.",
    sign(segment.KIND, header(card=USA.card.id).value, USA.officer("state")).line,
)
refused(
    "segment-with-two-signatures",
    "forge",
    "signature-one",
    "Two keys sign a segment, one of them a key that may.",
    sign(segment.KIND, header().value, CLERK, KAZ.officer("carry")).line,
)
refused(
    "segment-without-a-signature", "forge", "record-signatures", "A segment has no signature.", header().json + b"\t\n"
)
refused(
    "segment-signature-for-another-kind",
    "splice",
    "signature-bad",
    "The signature was made over the same JSON as a seal: the kind is part of what is signed.",
    Signed(segment.KIND, header().json, None, sign("seal", header().value, CLERK).signatures).line,
)
refused(
    "segment-signature-of-another-segment",
    "splice",
    "signature-bad",
    "The signature of another segment stands after this one.",
    Signed(segment.KIND, header().json, None, header(b"").signatures).line,
)
refused(
    "segment-signature-with-a-bit-flipped",
    "forge",
    "signature-bad",
    "One bit of a signature is wrong.",
    resigned(lambda one: bytes([one[0] ^ 1]) + one[1:]),
)
refused(
    "segment-signature-plus-the-order",
    "forge",
    "signature-bad",
    "The second half of an Ed25519 signature is raised by the order of the group: the same number, other bytes.",
    resigned(lambda one: one[:32] + (int.from_bytes(one[32:], "little") + L).to_bytes(32, "little")),
)
refused(
    "segment-signature-over-the-neutral-point",
    "key",
    "signature-bad",
    "The first half of the signature is the neutral point; some libraries take it.",
    resigned(neutral),
)
refused(
    "segment-signature-too-short", "forge", "signature-bad", "A signature has 63 bytes.", resigned(lambda one: one[:-1])
)
refused(
    "segment-signature-too-long",
    "forge",
    "signature-bad",
    "A signature has 65 bytes.",
    resigned(lambda one: one + b"\x00"),
)
refused(
    "segment-keyid-in-capitals",
    "profile",
    "record-signatures",
    "The keyid of a signature is in capitals.",
    header().json + b"\t" + LINE.partition(b"\t")[2][:32].upper() + LINE.partition(b"\t")[2][32:],
)
refused(
    "segment-signature-in-another-base64",
    "profile",
    "record-signatures",
    "The base64 of a signature has bits set that no byte needs.",
    LINE[:-4] + b"B==\n",
)
refused(
    "segment-signature-without-its-padding",
    "profile",
    "record-signatures",
    "The base64 of a signature lacks its padding.",
    LINE[:-3] + b"\n",
)
refused(
    "segment-signature-twice",
    "profile",
    "record-signatures",
    "The same signature stands twice.",
    LINE[:-1] + b" " + LINE.partition(b"\t")[2],
)
refused(
    "segment-signatures-out-of-order",
    "profile",
    "record-signatures",
    "Signatures are not sorted by keyid.",
    header().json
    + b"\t"
    + b" ".join(
        sorted(sign(segment.KIND, header().value, *BOTH).line[len(header().json) + 1 : -1].split(b" "), reverse=True)
    )
    + b"\n",
)
refused(
    "segment-ended-by-cr-lf", "profile", "record-signatures", "The line of a header ends in CR LF.", LINE[:-1] + b"\r\n"
)
refused(
    "segment-without-a-tab",
    "profile",
    "record-not-a-line",
    "A blank stands where the TAB of a record should.",
    LINE.replace(b"\t", b" "),
)
refused(
    "segment-too-long-a-line",
    "bomb",
    "record-too-long",
    "The line of a header has more than 65,536 bytes.",
    bent(b'"v":1', b'"v":1,"x":"' + b"x" * 65536 + b'"'),
)
refused(
    "segment-of-a-count-beyond-the-limit",
    "bomb",
    "segment-too-large",
    "A header states 100,001 statements.",
    header(count=100_001).line,
)
refused(
    "segment-of-a-size-beyond-the-limit",
    "bomb",
    "segment-too-large",
    "A header states a body of 16 MiB and a byte.",
    header(size=16 * 2**20 + 1).line,
)
refused(
    "segment-at-no-such-time",
    "profile",
    "profile-no-such-time",
    "A segment was written on 30 February.",
    header(at="2012-02-30T09:30Z").line,
)
refused("segment-at-place-0", "profile", "profile-not-of-kind", "Places are counted from 1.", header(seq=0).line)
refused(
    "segment-of-version-2",
    "profile",
    "profile-not-of-kind",
    "A header says that it is of version 2.",
    bent(b'"v":1', b'"v":2'),
)
refused(
    "segment-with-an-unknown-key",
    "profile",
    "profile-not-of-kind",
    "A header has a key that the format lacks.",
    bent(b'"v":1', b'"v":1,"w":1'),
)
refused("segment-without-a-key", "profile", "profile-not-of-kind", "A header lacks its `seq`.", bent(b'"seq":1,', b""))
refused(
    "segment-with-null",
    "profile",
    "profile-not-of-kind",
    "A header has null for a number.",
    bent(b'"epoch":0', b'"epoch":null'),
)
refused(
    "segment-with-a-fraction",
    "profile",
    "profile-not-of-kind",
    "A header has 1.0 where 1 is meant.",
    bent(b'"seq":1', b'"seq":1.0'),
)
refused(
    "segment-with-an-exponent",
    "profile",
    "profile-not-of-kind",
    "A header has 1e0 where 1 is meant.",
    bent(b'"seq":1', b'"seq":1e0'),
)
refused(
    "segment-with-a-number-beyond-the-profile",
    "profile",
    "profile-not-of-kind",
    "A place is 2 to the power of 53.",
    bent(b'"seq":1', b'"seq":9007199254740992'),
)
refused(
    "segment-with-blanks",
    "profile",
    "profile-not-canonical",
    "A blank stands in the JSON of a header.",
    bent(b'"seq":1', b'"seq": 1'),
)
refused(
    "segment-with-keys-out-of-order",
    "profile",
    "profile-not-canonical",
    "Two keys of a header are exchanged.",
    raw(segment.KIND, b'{"v":1,' + header().json[1:].replace(b',"v":1', b""), CLERK),
)
refused(
    "segment-with-a-key-twice",
    "profile",
    "profile-not-canonical",
    "A key stands twice in a header.",
    bent(b'"v":1', b'"v":1,"v":1'),
)
refused(
    "segment-with-a-key-twice-of-two-types",
    "profile",
    "profile-not-of-kind",
    "A key stands twice in a header, first with a value of another type.",
    bent(b'"v":1', b'"v":2,"v":1'),
)
refused(
    "segment-with-a-byte-order-mark",
    "profile",
    "profile-not-of-kind",
    "A byte order mark stands before a header.",
    raw(segment.KIND, b"\xef\xbb\xbf" + header().json, CLERK),
)
refused(
    "segment-digest-in-capitals",
    "profile",
    "profile-not-of-kind",
    "A digest is written in capitals.",
    bent(KAZ.id.encode(), KAZ.id.upper().encode()),
)
refused("segment-lacks-the-other-in-seen", "alter", "segment-seen", "`seen` names nobody.", header(seen={}).line)
refused(
    "segment-names-itself-in-seen",
    "alter",
    "segment-seen",
    "`seen` names the author too.",
    header(seen={KAZ.id: TWO.id, USA.id: TWO.id}).line,
)
refused(
    "segment-names-a-stranger-in-seen",
    "alter",
    "segment-seen",
    "`seen` names a party that is not in the charter.",
    header(seen={UZB.id: TWO.id}).line,
)

wrong_body(
    "statements-out-of-order",
    "statement-order",
    "Two statements are exchanged.",
    body(said(COURSE, "title.en", "Course")) + body(said(COURSE, "host", "KAZ")),
)
wrong_body(
    "statement-twice", "statement-order", "A body speaks twice of one field.", SAID + body(said(COURSE, "host", "USA"))
)
wrong_body(
    "statement-that-takes-back-ad-referendum",
    "statement-hold",
    "A word is taken back and held at once.",
    body(said(COURSE, "host", hold=True)),
)
wrong_body(
    "statement-with-another-hold",
    "profile-not-of-kind",
    "A statement is held for a reason that there is not.",
    SAID.replace(b'"item"', b'"hold":"maybe","item"'),
)
wrong_body(
    "statement-with-an-unknown-key",
    "profile-not-of-kind",
    "A statement has a key that the format lacks.",
    SAID.replace(b'"value"', b'"note":"secret","value"'),
)
wrong_body(
    "statement-whose-value-is-a-number",
    "profile-not-of-kind",
    "The value of a statement is no string.",
    SAID.replace(b'"KAZ"', b"1"),
)
wrong_body(
    "statement-whose-value-is-null",
    "profile-not-of-kind",
    "The value of a statement is null.",
    SAID.replace(b'"KAZ"', b"null"),
)
wrong_body(
    "statement-on-no-item",
    "profile-not-of-kind",
    "The id of an item has a digit that base32 lacks.",
    SAID.replace(b"course", b"c0urse"),
)
wrong_body(
    "statement-on-a-path",
    "profile-not-of-kind",
    "The name of a field is the way to a file.",
    SAID.replace(b'"host"', b'"../../etc/passwd"'),
)
wrong_body(
    "statement-on-a-field-with-too-long-a-name",
    "profile-not-of-kind",
    "The name of a field has 129 characters.",
    body(said(COURSE, "x" * 129, "KAZ")),
)
wrong_body(
    "statement-with-a-lone-surrogate",
    "profile-not-of-kind",
    "A value has half of a pair of UTF-16.",
    SAID.replace(b'"KAZ"', b'"\\ud800"'),
)
wrong_body(
    "statement-with-bytes-that-are-no-utf-8",
    "profile-not-of-kind",
    "A value is not UTF-8.",
    SAID.replace(b'"KAZ"', b'"\xc3\x28"'),
)
wrong_body(
    "statement-with-a-needless-escape",
    "profile-not-canonical",
    "A letter is written as an escape.",
    SAID.replace(b'"KAZ"', b'"\\u004bAZ"'),
)
wrong_body(
    "statement-with-an-escaped-slash", "profile-not-canonical", "A slash is escaped.", SAID.replace(b'"KAZ"', b'"\\/"')
)
wrong_body(
    "statement-with-an-escape-in-capitals",
    "profile-not-canonical",
    "An escape is written in capitals.",
    SAID.replace(b'"KAZ"', b'"\\u001F"'),
)
wrong_body(
    "statement-with-an-unescaped-tab",
    "profile-not-of-kind",
    "A TAB stands in a value as it is.",
    SAID.replace(b'"KAZ"', b'"\t"'),
)
wrong_body(
    "statement-nested-deep",
    "profile-not-of-kind",
    "Where a value should be, a thousand brackets open and close.",
    SAID.replace(b'"KAZ"', b"[" * 1000 + b"]" * 1000),
)
wrong_body(
    "statement-line-without-its-end", "profile-not-canonical", "The last line of a body has no LF.", SAID[:-1], count=1
)
wrong_body(
    "statement-lines-with-a-byte-order-mark-alone",
    "profile-not-of-kind",
    "After the last line of a body stands a byte order mark.",
    SAID + b"\xef\xbb\xbf",
    count=1,
)
wrong_body(
    "statement-lines-with-one-empty", "profile-not-canonical", "A body has an empty line.", SAID + b"\n", count=1
)
wrong_body(
    "statement-value-beyond-the-limit",
    "statement-too-long",
    "A value has 262,145 bytes.",
    body(said(COURSE, "notes", "a" * 262_145)),
)


@case(
    "replayed-segment-of-another-circle",
    "A segment of another circle of the same parties is put into this one.",
    "replay",
    "segment-of-another-plan",
)
def _(v: Vector) -> None:
    v.founded()
    v.more(segments=[Feed(KAZ, k.circle(KAZ, USA, schema=2)).say("KAZ")])


@case(
    "replayed-segment-of-a-side-circle",
    "A segment of the circle of three is put into that of two, by one who is in both.",
    "replay",
    "segment-of-another-plan",
)
def _(v: Vector) -> None:
    v.begin(USA, KAZ, USA, UZB)
    v.read(_side())
    v.more(segments=[Feed(KAZ, THREE).say("KAZ")])


def _side() -> bytes:
    return plain(parts(**founding(KAZ, USA, circle=TWO)))


@case(
    "header-with-the-body-of-another",
    "The headers of two segments stand before the bodies of each other.",
    "splice",
    "segment-body",
)
def _(v: Vector) -> None:
    feed = Feed(KAZ)
    one, other = feed.say("KAZ"), feed.say("USA")
    v.founded()
    v.more(segments=[(one[0], other[1]), (other[0], one[1])])


for power, may in (("carry", "who may carry bundles"), ("seal", "who may seal editions")):

    @case(
        f"segment-by-key-that-may-only-{power}", f"The officer {may} signs a segment.", "key", "signature-key-unknown"
    )
    def _(v: Vector, power: str = power) -> None:
        v.founded()
        v.more(segments=[(sign(segment.KIND, header().value, KAZ.officer(power)).line, SAID)])


@case(
    "segment-by-an-ended-key-under-the-new-card",
    "A stolen key that the newest card has ended signs a segment that names this card.",
    "key",
    "signature-key-unknown",
)
def _(v: Vector) -> None:
    v.founded()
    v.more(cards=[NEWER.card])
    v.more(segments=[(sign(segment.KIND, header(card=NEWER.card.id).value, CLERK).line, SAID)])


@case(
    "segment-of-a-party-that-is-not-in-the-charter",
    "Uzbekistan, confirmed and with a card, speaks in a circle of two.",
    "forge",
    "segment-not-a-party",
)
def _(v: Vector) -> None:
    v.begin(USA, KAZ, USA, UZB)
    v.read(_side())
    others = {KAZ.id: TWO.id, USA.id: TWO.id}
    v.more(cards=[UZB.card], segments=[(k.segment_of(UZB, TWO, SAID, seen=others).line, SAID)])


@case(
    "segment-lacks-the-third-in-seen",
    "In a circle of three, `seen` names one of the two others.",
    "alter",
    "segment-seen",
)
def _(v: Vector) -> None:
    v.three()
    v.more(KAZ, USA, THREE, segments=[(k.segment_of(KAZ, THREE, SAID, seen={USA.id: THREE.id}).line, SAID)])


@case(
    "one-bad-segment-refuses-the-whole-bundle",
    "Before and after it stand segments that hold; nothing of them is kept.",
    "forge",
    "signature-bad",
)
def _(v: Vector) -> None:
    feed = Feed(KAZ)
    one, two, three = feed.say("KAZ"), feed.say("USA"), feed.say("KAZ")
    v.founded()
    v.more(segments=[one, (two[0].replace(b"09:30Z", b"09:31Z"), two[1]), three])
    v.expect(kaz_line=0)


@case(
    "copy-of-a-held-segment-with-a-spoilt-body",
    "A segment comes again, with a letter of its body changed.",
    "alter",
    "segment-body",
)
def _(v: Vector) -> None:
    v.founded(segments=[(LINE, SAID)])
    v.more(segments=[(LINE, SAID.replace(b"KAZ", b"USA"))])
    v.expect(kaz_line=1)


@case(
    "copy-of-a-held-segment-with-a-spoilt-signature",
    "A segment comes again, and its signature no longer holds.",
    "forge",
    "signature-bad",
)
def _(v: Vector) -> None:
    v.founded(segments=[(LINE, SAID)])
    v.more(segments=[(resigned(lambda one: bytes([one[0] ^ 1]) + one[1:]), SAID)])
    v.expect(kaz_line=1)


@case("largest-value", "A value has 262,144 bytes, as many as there may be; the next segment takes it back.")
def _(v: Vector) -> None:
    feed = Feed(KAZ)
    v.founded(segments=[feed.say(body(said(COURSE, "notes", "a" * 262_144)))])
    v.more(segments=[feed.say(body(said(COURSE, "notes")))])
    v.expect(kaz_line=2, kaz_words={COURSE: {"notes": {}}})


@case("longest-name-of-a-field", "The name of a field has 128 characters; nobody knows the field, and it is kept.")
def _(v: Vector) -> None:
    v.founded(segments=[Feed(KAZ).say(body(said(COURSE, "x" * 128, "KAZ")))])
    v.expect(kaz_words={COURSE: {"x" * 128: {"value": "KAZ"}}})


@case(
    "unknown-fields-and-values-are-kept",
    "Fields that no schema has, and values that are not of their type: a party may be a version ahead.",
)
def _(v: Vector) -> None:
    words = body(
        said(COURSE, "host", "?"),
        said(COURSE, "kind", "quintessence"),
        said(COURSE, "period", "next year"),
        said(COURSE, "zeppelin.mass", "12"),
    )
    v.founded(segments=[Feed(KAZ).say(words)])
    v.expect(kaz_line=1)


@case(
    "values-with-every-sort-of-character", "Escapes, three scripts, characters beyond the first plane, not normalized."
)
def _(v: Vector) -> None:
    value = '"\\\b\f\n\r\t\x00\x1f\x7f/ \u2028 Қазақстан Өзбекстан Россия \U0001f54a e\u0301 \u00e9'
    v.founded(segments=[Feed(KAZ).say(body(said(COURSE, "notes", value)))])
    v.expect(kaz_words={COURSE: {"notes": {"value": value}}})


@case("words-held-ad-referendum-and-taken-back", "A word waits for the capital, becomes firm, and is taken back.")
def _(v: Vector) -> None:
    feed = Feed(KAZ)
    v.founded(
        segments=[feed.say(body(said(COURSE, "host", "KAZ", hold=True), said(COURSE, "period", "2013-04", hold=True)))]
    )
    v.more(segments=[feed.say("KAZ"), feed.say(body(said(COURSE, "period")))])
    v.expect(kaz_line=3, kaz_words={COURSE: {"host": {"value": "KAZ"}, "period": {}}})


@case("an-empty-segment-acknowledges", "A segment without statements, of a body of no bytes.")
def _(v: Vector) -> None:
    v.founded(segments=[Feed(KAZ).say(b"")])
    v.expect(kaz_line=1, kaz_words={})
