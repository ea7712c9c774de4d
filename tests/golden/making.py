"""What the golden files of format 1 hold: one history of two parties, made from small numbers.

NORTH proposes, SOUTH answers; NORTH has renewed its card and then taken its next roots; SOUTH has gone through a
restore. Nothing here is secret. `written` can be made again to the byte. `drawn` cannot: a signature by P-256 and an
encrypted file hold chance, and a frame depends on the version of zstd; such files are read and never compared.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

import tomli_w
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import to_builtins

from kelisim import bundle, ceremony, disclosure, edition, fork, planfile, proof
from kelisim.evidence import Evidence
from kelisim.ledger import card, profile, seal, segment, tree
from kelisim.ledger.digest import digest
from kelisim.ledger.judge import Held
from kelisim.ledger.keys import ED25519, P256, P256Signer
from kelisim.ledger.record import Signed, sign
from kelisim.ledger.segment import AD_REFERENDUM, Statement
from kelisim.plan import schema
from kelisim_web.actions import recorded
from tests.library import keysmith as k

SCALAR: Final = 0x1F2E3D4C5B6A79887766554433221100
NORTH: Final = k.Party("NORTH", 1).found(names={"en": "North", "kk": "Солтүстік", "ru": "Север"}).renew().rotate()
WIDE: Final = card.OfficerKey(P256, P256Signer(SCALAR).key, ["state"])
SOUTH: Final = k.Party("SOUTH", 2).found(
    names={"en": "South", "ru": "Юг"}, keys=card.in_order([*k.Party("SOUTH", 2).officers(), WIDE])
)
CIRCLE: Final = k.circle(NORTH, SOUTH)
PLAN, COURSE, FILE, TALKS = "planplanplanplan", "courseaaaaaaaaaa", "fileaaaaaaaaaaaa", "talksaaaaaaaaaaa"
BYTES: Final = "Programme of the course\nПрограмма курса\n".encode()
TEXT: Final = 'Joint course: "mountain rescue"\nҚұтқару, \\ — 30 %'
NAMING_NUMBER: Final = seal.EditionNumber(0, 1)


def say(item: str, fields: dict[str, str | None], **hold: Any) -> list[Statement]:
    """Statements on the fields of an item; no value takes a word back."""
    return [
        Statement(field=field, item=item, value=value, **hold)
        if value is not None
        else Statement(field=field, item=item)
        for field, value in fields.items()
    ]


JOINT: Final = [
    *say(PLAN, {"kind": "plan", "present": "yes", "number": "0", "title.en": "Joint plan", "plan_type": "framework"}),
    *say(COURSE, {"kind": "activity", "present": "yes", "parent": PLAN, "number": "1", "title.en": TEXT}),
    *say(COURSE, {"period": "2013-04/2013-05", "host": "NORTH"}),
    *say(FILE, {"kind": "file", "present": "yes", "parent": COURSE, "sha256": digest(BYTES)}),
]
OURS: Final = [
    *say(COURSE, {"place": "Almaty"}, hold=AD_REFERENDUM),
    *say(TALKS, {"kind": "activity", "present": "yes", "title.en": "Talks", "title.ru": "Переговоры"}),
]
FEED: Final = k.feed_of(NORTH, CIRCLE, [*JOINT, *OURS], say(COURSE, {"place": None}), [])
FIRST: Final = k.feed_of(
    SOUTH, CIRCLE, [*say(COURSE, {"place": "Astana"}), *say(TALKS, {"title.en": "Consultations"}, hold=AD_REFERENDUM)]
)
EPOCH: Final = k.epoch_of(SOUTH, CIRCLE, base=FIRST[0][0].id)
BODY: Final = segment.write_body([*JOINT, *say(COURSE, {"place": None})])
AFTER: Final = k.segment_of(SOUTH, CIRCLE, BODY, epoch=1, prev=EPOCH.id, seen={NORTH.id: FEED[-1][0].id}), BODY
EVIDENCE: Final = Evidence(CIRCLE, Held([*NORTH.cards, *SOUTH.cards], [NORTH.id, SOUTH.id]))
EVIDENCE.add_epoch(EPOCH)
for _header, _body in (*FEED, *FIRST, AFTER):
    EVIDENCE.add_segment(_header, _body)
STANDING: Final = EVIDENCE.standing(schema())
CONTENT: Final = edition.require(edition.freeze(STANDING, PLAN, ["en"]))
NAMING: Final = edition.Naming(CIRCLE.id, PLAN, NAMING_NUMBER)
OFFER: Final = k.offer_of(NORTH, CIRCLE, EVIDENCE.heads(), scope=PLAN, root=edition.root_of(CONTENT, NAMING, k.SEED))
ACCEPT: Final = k.accept_of(SOUTH, CIRCLE, OFFER.id)
RECEIPT: Final = k.receipt_of(NORTH, CIRCLE, OFFER.id, [ACCEPT.id])
SECOND: Final = k.offer_of(NORTH, CIRCLE, scope=PLAN, edition=seal.EditionNumber(0, 2))
WITHDRAW: Final = k.withdraw_of(NORTH, CIRCLE, SECOND.id)
SEALS: Final = (OFFER, ACCEPT, RECEIPT)
CARDS: Final = (*NORTH.cards, *SOUTH.cards)
EDITION: Final = edition.write(proof.Proof(CARDS, CIRCLE, SEALS), CONTENT, k.SEED)


def manifest() -> Signed[bundle.Manifest]:
    """The manifest of the plain bundle."""
    parts = [bundle.Part(id=digest(data), kind=kind, size=len(data)) for kind, data in carried()]
    plain = bundle.Manifest(
        at=k.AT,
        card=NORTH.card.id,
        circle=CIRCLE.id,
        sender=NORTH.id,
        parts=parts,
        seen={SOUTH.id: AFTER[0].id},
        to=SOUTH.id,
        v=1,
    )
    return sign(bundle.KIND, plain, NORTH.officer("carry"))


def carried() -> list[tuple[bundle.Kind, bytes]]:
    """All seven kinds of part."""
    segments = b"".join(header.line + body for header, body in (*FEED, *FIRST, AFTER))
    lines: list[tuple[bundle.Kind, bytes]] = [("card", b"".join(one.line for one in CARDS)), ("charter", CIRCLE.line)]
    lines += [("seed", k.SEED), ("epoch", EPOCH.line), ("segment", segments)]
    return [*lines, ("seal", b"".join(one.line for one in (*SEALS, SECOND, WITHDRAW))), ("file", BYTES)]


def plain() -> bytes:
    """A plain bundle."""
    return manifest().line + b"".join(data for _, data in carried())


def pem(key: Any) -> bytes:
    """A secret key as a node and a root signer keep it."""
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def unsigned(one: Signed[Any]) -> Signed[Any]:
    """A record as a node asks the root keys to sign it."""
    return replace(one, signatures={})


def public(alg: str, now: str, following: str) -> bytes:
    """A root signer's public file."""
    return (json.dumps({"alg": alg, "next": following, "root": now}, indent=1) + "\n").encode()


def recorded_file() -> bytes:
    """What NORTH recorded of SOUTH before it had a node."""
    said = [
        recorded._Position(COURSE, "host", "NORTH", "1", "Joint course"),
        recorded._Position(COURSE, "place", None, "1"),
    ]
    letter = recorded._LetterOf("12/7", "2012-10-01", said, "letter.pdf", digest(BYTES))
    return tomli_w.dumps(
        to_builtins(recorded._Written(1, "SOUTH", "NORTH", [letter], CIRCLE.id)), multiline_strings=True
    ).encode()


def derived() -> bytes:
    """What follows from the seed and from keys: salts, tops, roots, the digits of a party, a commitment."""
    salts = tree.salts(k.SEED, tree.Naming(CIRCLE.id, NAMING_NUMBER, PLAN), CONTENT)
    found = {
        "commitment": card.commitment(NORTH.root_keys(3), 1),
        "content": CONTENT,
        "root": tree.edition_root(CONTENT, salts),
        "salts": [[item, field, salt.hex()] for (item, field), salt in salts.items()],
        "tops": {str(n): tree.top_of([bytes([leaf]) * 32 for leaf in range(n)]).hex() for n in range(1, 18)},
    }
    return (json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def forks() -> dict[str, bytes]:
    """A proof of each sort."""
    rivals = [k.segment_of(NORTH, CIRCLE, body) for body in (BODY, b"")]
    stray = k.segment_of(NORTH, CIRCLE, BODY, seq=2, prev=k.NOWHERE)
    twins = [k.epoch_of(SOUTH, CIRCLE, base=one) for one in (CIRCLE.id, FIRST[0][0].id)]
    other = k.offer_of(NORTH, CIRCLE, scope=PLAN, edition=seal.EditionNumber(0, 3))
    accept = k.accept_of(SOUTH, CIRCLE, other.id)
    both = [*SEALS, other, accept, k.receipt_of(NORTH, CIRCLE, other.id, [accept.id])]
    two = [SOUTH.renew(recipients=[k.AGE[n][1]]).card for n in (1, 3)]
    return {
        "fork-cards": fork.write([*SOUTH.cards, *two], None, []),
        "fork-place": fork.write(CARDS, CIRCLE, rivals),
        "fork-before": fork.write(CARDS, CIRCLE, [rivals[0], stray]),
        "fork-records": fork.write(CARDS, CIRCLE, twins),
        "fork-conclusions": fork.write(CARDS, CIRCLE, both),
    }


def written() -> dict[str, bytes]:
    """Every file that can be made again to the byte, by name."""
    shown = disclosure.cut(EDITION, ["0"], [f"{COURSE}:title.en"])
    first = profile.encode(WIDE)
    ed, nxt = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (64, 68))
    wide = ec.derive_private_key(SCALAR, ec.SECP256R1())
    files = {
        "card-0.record": NORTH.cards[0].line,
        "card-renewed.record": NORTH.cards[1].line,
        "card-rotated.record": NORTH.cards[2].line,
        "charter.record": CIRCLE.line,
        "segment.record": FEED[0][0].line,
        "segment.body": FEED[0][1],
        "p256.body": BODY,
        "acknowledgement.record": FEED[2][0].line,
        "epoch.record": EPOCH.line,
        "offer.record": OFFER.line,
        "accept.record": ACCEPT.line,
        "receipt.record": RECEIPT.line,
        "withdraw.record": WITHDRAW.line,
        "manifest.record": manifest().line,
        "plain.bundle": plain(),
        "north.cards": b"".join(one.line for one in NORTH.cards),
        "south.cards": b"".join(one.line for one in SOUTH.cards),
        "officer.public": first,
        "officer.pem": pem(wide),
        "roots.public": public(ED25519, k.signer(64).key, k.signer(68).key),
        "root.pem": pem(ed),
        "next.pem": pem(nxt),
        "token.pkcs11": b"pkcs11:token=NORTH;object=state\n",
        "identity.age": f"{k.AGE[2][0]}\n".encode(),
        "plan.edition": EDITION,
        "part.disclosure": shown,
        "letters.recorded": recorded_file(),
        "plan.toml": planfile.write(STANDING, [PLAN, COURSE, FILE, TALKS]),
        "derived.json": derived(),
    }
    for name, one in (("card", NORTH.cards[0]), ("charter", CIRCLE), ("epoch", EPOCH)):
        files[f"{name}.request"] = ceremony.write_request(unsigned(one))
        files[f"{name}.answer"] = ceremony.write_request(one)
    return files | {f"{name}.proof": data for name, data in forks().items()}


def drawn() -> dict[str, bytes]:
    """Every file that holds chance, or depends on the version of zstd, by name."""
    packed = bundle.framed(plain())
    wide = P256Signer(SCALAR)
    header = k.segment_of(SOUTH, CIRCLE, BODY).value
    return {
        "packed.bundle": packed,
        "encrypted.bundle": bundle.encrypt(packed, SOUTH.card.value.recipients),
        "segment-p256.record": sign(segment.KIND, header, wide).line,
    }
