"""What may have happened to a bundle on its way, or at the hands of its author: a change at every level of the format.

Bytes of the whole, bytes of a part that the manifest then names, a manifest that says something else, lines in other
places, and records whose JSON or signatures are others: most of them signed again by the keys that signed before,
since a signature that does not hold hides all that is wrong beside it.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Final

from kelisim import bundle
from kelisim.ledger import keys
from kelisim.ledger.card import party_of
from kelisim.ledger.digest import digest
from kelisim.ledger.segment import LARGEST_VALUE
from tests.library import keysmith as k
from tests.vectors.chance import ALL_CARDS, CIRCLES, FAMILIES, SIGNERS, Draft, signed, signers, way

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

RECORDS: Final = ("card", "charter", "epoch", "segment", "seal")
OTHER_TYPES: Final = (-1, 1.0, 1.5, True, None, "", [], {}, [[]], 2**53, 2**64, "x" * 201, "é\x01\n")
NUMBERS: Final = (0, 1, 2, 3, 5, 70, 100_001, 2**24 + 1, 2**53 - 1)
TIMES: Final = ("2013-02-29T00:00Z", "2012-02-29T24:00Z", "0000-01-01T00:00Z", "2013-04-31T12:60Z", "2012-12-31T23:59Z")
IDS: Final = (*ALL_CARDS, *(one.id for one in CIRCLES), k.NOWHERE)
WORDS: Final = (
    "en",
    "kk",
    "uz",
    "e",
    "offer",
    "accept",
    "withdraw",
    "receipt",
    "sign",
    "state",
    "seal",
    "P-256",
    "RSA",
)
KEYS: Final = tuple(one.key for one in SIGNERS.values())
KEY: Final = {"alg": keys.ED25519, "key": k.signer(1).key}
NO_KEYS: Final = (
    {"alg": "RSA"},
    {"alg": "ed25519"},
    {"alg": keys.P256},
    {"key": keys.write_key(keys.ED25519, bytes([1]) + bytes(31))},
    {"key": KEY["key"][:-1] + "A"},
    {"alg": keys.P256, "key": keys.write_key(keys.P256, b"\1" * 64)},
)
CHARACTERS: Final = (
    " ",
    " " * 70_000,
    "\n",
    "\r",
    "\t",
    "\\u0041",
    "\\ud800",
    "\\/",
    "0",
    "-0",
    "1e0",
    ".0",
    "e1",
    '"',
    "{",
    "]",
    "\ufeff",
    "é",
    "\x00",
)


def split(line: bytes) -> tuple[bytes, bytes]:
    """The JSON of a record's line, and its signatures."""
    json_bytes, _, tail = line.rstrip(b"\n").partition(b"\t")
    return json_bytes, tail


def again(kind: str, json_bytes: bytes, tail: bytes) -> bytes:
    """The line of a record that the keys sign which signed another."""
    by = [SIGNERS[name] for one in tail.split(b" ") if (name := one[:32].decode("ascii", "replace")) in SIGNERS]
    return signed(kind, json_bytes, by or [k.signer(64)]).line


def canonical(value: Any) -> bytes:
    """A value in the one form of the profile."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def written(chance: Random, value: Any) -> bytes:
    """A value in the one form of the profile; sometimes in another."""
    form = chance.choice(("one",) * 8 + ("blanks", "order", "escapes", "twice"))
    if form == "blanks":
        return json.dumps(value, sort_keys=True, ensure_ascii=False).encode()
    if form == "escapes":
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    if form == "order" and isinstance(value, dict):
        value = dict(chance.sample(list(value.items()), len(value)))
    text = json.dumps(value, sort_keys=form != "order", separators=(",", ":"), ensure_ascii=False)
    if form == "twice" and isinstance(value, dict) and value:
        text = "{" + json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)[1:-1] + "," + text[1:]
    return text.encode()


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container within a value, with each of its keys."""
    inner = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [(value, key) for key, _ in inner] + [place for _, one in inner for place in places(one)]


def meant(chance: Random, kind: str, value: Any) -> Any:
    """A record that is in the profile and says something that a rule of its kind forbids, or may forbid."""
    strange, party = json.loads(chance.choice(list(ALL_CARDS.values())).json), chance.choice(list(FAMILIES))
    mine: list[Any] = value.get("keys") or [{"may": ["state"], **KEY}]
    changed: dict[str, list[dict[str, Any]]] = {
        "card": [
            {"keys": in_order([*mine, mine[-1]])},
            {"keys": in_order([*mine, {"may": ["seal"], **chance.choice(value.get("roots", [KEY]))}])},
            {"keys": mine[::-1]},
            {"keys": [mine[0] | {"may": ["state", "carry"]}, *mine[1:]]},
            {"keys": [mine[0] | chance.choice(NO_KEYS), *mine[1:]]},
            {"roots": strange["roots"]},
            {"roots": strange["roots"], "threshold": 1, "next": strange["next"]},
            {"recipients": [next(iter(value.get("recipients", ["age1"])))] * 2},
            {"threshold": chance.choice((2, 3, 16))},
            {"seal_threshold": chance.choice((1, 2, 3))},
            {"number": chance.choice((0, 1, 2))},
            {"prev": chance.choice(list(ALL_CARDS)), "party": party},
            {"next": k.NOWHERE},
        ],
        "charter": [
            {"parties": value.get("parties", [])[::-1]},
            {"parties": [one | {"code": "KAZ"} for one in value.get("parties", [])]},
            {"parties": [one | {"party": party} for one in value.get("parties", [])]},
            {"parties": [one | {"card": chance.choice(IDS)} for one in value.get("parties", [])]},
            {"languages": ["kk", "en"]},
            {"proposer": chance.choice((party, k.NOWHERE))},
        ],
        "epoch": [{"circle": chance.choice(IDS)}, {"number": chance.choice((1, 2, 3))}, {"base": chance.choice(IDS)}],
        "segment": [
            {"circle": chance.choice(IDS)},
            {"seen": dict(list(value.get("seen", {}).items())[1:])},
            {"seen": {party: k.NOWHERE}},
            {"seq": chance.choice((1, 2, 3))},
            {"prev": chance.choice(IDS)},
            {"epoch": chance.choice((0, 1, 2))},
            {"count": chance.choice((0, 1, 100_001))},
            {"size": chance.choice((0, 1, 2**24, 2**24 + 1))},
        ],
        "seal": [
            {"circle": chance.choice(IDS)},
            {"cut": {party: k.NOWHERE}},
            {"languages": chance.choice((["kk", "en"], ["en", "en"], ["uz"]))},
            {"accepts": [IDS[0], k.NOWHERE]},
        ],
    }
    able = [one for one in changed[kind] if set(one) <= set(value)]
    return value | chance.choice(able) | ({"at": chance.choice(TIMES)} if chance.random() < 0.05 else {})


def in_order(listed: list[Any]) -> list[Any]:
    """Keys of a card by their ids."""
    return sorted(listed, key=lambda one: keys.key_id(one["key"]))


def like(chance: Random, value: Any) -> Any:
    """Another value of the same type, as far as there is one."""
    if isinstance(value, int):
        return chance.choice((value + 1, abs(value - 1), *NUMBERS))
    if isinstance(value, list):
        return chance.choice((value[::-1], value + value[:1], value[1:], value[:-1], [], value * 40))
    if isinstance(value, dict):
        kept = dict(list(value.items())[1:])
        return chance.choice((kept, value | {chance.choice(IDS): k.NOWHERE}, value | {"zz": 1}, {}))
    pool = IDS if len(value) == 64 else TIMES if value.endswith("Z") else KEYS if len(value) > 58 else WORDS
    return chance.choice((*(chance.choice(pool) for _ in range(9)), value[:-1], value + "a", value.swapcase()))


def change(chance: Random, value: Any) -> Any:
    """A value of which one place was changed."""
    found = places(value)
    if not found:
        return chance.choice(OTHER_TYPES)
    top = [place for place in found if place[0] is value]
    holder, key = chance.choice(chance.choice((found, top)))
    act = chance.random()
    if act < 0.7:
        holder[key] = like(chance, holder[key])
    elif act < 0.83:
        holder[key] = chance.choice(OTHER_TYPES)
    elif act < 0.93:
        del holder[key]
    elif isinstance(holder, dict):
        holder[chance.choice(("prev", "party", "zz", "corrects", "value", "hold"))] = chance.choice((1, k.NOWHERE, "x"))
    return value


def some_bytes(chance: Random, data: bytes) -> bytes:
    """Bytes with one place changed."""
    if not data:
        return b"x"
    at = chance.randrange(len(data))
    piece = data[at : at + chance.choice((1, 1, 8, 64))]
    put = chance.choice(
        (b"", b"\n", b"\r", b"\t", b" ", b"\xff", bytes([data[at] ^ 1 << chance.randrange(8)]), piece * 2)
    )
    return data[:at] + put + data[at + chance.choice((0, len(piece))) :]


def another_json(chance: Random, kind: str, line: bytes) -> bytes:
    """The record with one place of its JSON changed, signed again by the same keys."""
    json_bytes, tail = split(line)
    return again(kind, written(chance, change(chance, json.loads(json_bytes))), tail)


def another_meaning(chance: Random, kind: str, line: bytes) -> bytes:
    """The record with something else that it says, in the profile, signed again by the same keys."""
    if kind == bundle.KIND:
        return another_json(chance, kind, line)
    json_bytes, tail = split(line)
    return again(kind, canonical(meant(chance, kind, json.loads(json_bytes))), tail)


def another_text(chance: Random, kind: str, line: bytes) -> bytes:
    """The record with other characters in its JSON, signed again by the same keys."""
    json_bytes, tail = split(line)
    text = json_bytes.decode()
    ends = [at for at in range(len(text) + 1) if at == len(text) or text[at] in ',:"}]']
    at = chance.choice(ends)
    return again(kind, (text[:at] + chance.choice(CHARACTERS) + text[at:]).encode(), tail)


def other_keys(chance: Random, kind: str, line: bytes) -> bytes:
    """The record signed by keys that did not sign it: more, fewer, others, or for another kind of record."""
    json_bytes, tail = split(line)
    own = [SIGNERS[one[:32].decode()] for one in tail.split(b" ")]
    strange = chance.choice(list(SIGNERS.values()))
    officers = [SIGNERS[name] for card in ALL_CARDS.values() for name in card.value.may("state")]
    by = chance.choice(
        ([*own, strange], own[1:], own[:1], [strange], [chance.choice(officers)], [*own, chance.choice(officers)])
    )
    if chance.random() < 0.2:
        other = signed(chance.choice(RECORDS), json_bytes, own).line
        return again(kind, json_bytes, tail) if not by else other
    return signed(kind, json_bytes, by).line


def other_signatures(chance: Random, _: str, line: bytes) -> bytes:
    """The record with its signatures written otherwise, or with others of the same length."""
    json_bytes, tail = split(line)
    first, *rest = tail.split(b" ")
    name, text = first.split(b":")
    raw = base64.b64decode(text)
    order = int.from_bytes(bytes.fromhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"))
    other_half = (order - int.from_bytes(raw[32:])) % 2**256
    forms = (
        raw[:-1],
        raw + b"\0",
        b"",
        raw[:32] + bytes(32),
        bytes(64),
        b"\1" + bytes(31) + raw[32:],
        raw[:32] + other_half.to_bytes(32),
        raw[32:] + raw[:32],
        bytes([raw[0] ^ 1]) + raw[1:],
    )
    texts = (text.rstrip(b"="), text + b"=", text[:-3] + b"B==", b"", b"-" + text[1:], text + b"\r")
    put = chance.choice((*map(base64.b64encode, forms), *texts))
    pieces = chance.choice(
        (
            [name + b":" + put, *rest],
            [name + b":" + put, *rest],
            [first, first, *rest],
            [*rest, first],
            [name.upper() + b":" + text],
        )
    )
    return json_bytes + b"\t" + b" ".join(pieces) + chance.choice((b"\n",) * 6 + (b"", b" \n", b"\r\n"))


def some_line(chance: Random, _: str, line: bytes) -> bytes:
    """The record's line with one place changed."""
    return some_bytes(chance, line)


OF_A_RECORD: Final[tuple[Callable[[Random, str, bytes], bytes], ...]] = (
    *(another_meaning,) * 8,
    another_json,
    another_text,
    other_keys,
    other_keys,
    other_signatures,
    some_line,
)


def change_record(chance: Random, draft: Draft) -> bytes:
    """One record of one part is another."""
    kind = chance.choice([kind for kind in RECORDS if draft.parts[kind]] or ["card"])
    part = draft.parts[kind]
    if not part:
        return change_manifest(chance, draft)
    at = chance.randrange(0, len(part), 2 if kind == "segment" else 1)
    part[at] = chance.choice(OF_A_RECORD)(chance, kind, part[at])
    founds = kind == "charter" and chance.random() < 0.9
    return draft.plain(**({"circle": digest(split(part[at])[0])} if founds else {}))


def change_author(chance: Random, draft: Draft) -> bytes:
    """A record, or the manifest, is by another party or under another card, which comes along or does not."""
    card = chance.choice(list(ALL_CARDS.values()))
    if chance.random() < 0.7:
        before = [ALL_CARDS[name].line for name in way(card.id)]
        draft.parts["card"] = list(dict.fromkeys([*draft.parts["card"], *before]))
    party = party_of(card) if chance.random() < 0.8 else chance.choice(list(FAMILIES))
    kind = chance.choice([kind for kind in ("epoch", "segment", "seal") if draft.parts[kind]] or [bundle.KIND])
    if kind == bundle.KIND or chance.random() < 0.25:
        changes: dict[str, Any] = {"card": card.id, "sender": party}
        return Draft(draft.parts, draft.manifest | changes, signers(card.value.may("carry"))[:1]).plain()
    part = draft.parts[kind]
    at = chance.randrange(0, len(part), 2 if kind == "segment" else 1)
    value = json.loads(split(part[at])[0]) | {"card": card.id, "party": party}
    able = {"epoch": card.value.root_keys(), "segment": card.value.may("state"), "seal": card.value.may("seal")}[kind]
    by = signers(able)[: 1 if kind == "segment" or chance.random() < 0.3 else None]
    part[at] = signed(kind, canonical(value), by).line
    return draft.plain()


def change_body(chance: Random, draft: Draft) -> bytes:
    """The statements of a segment are others, and the header says so and is signed again."""
    part = draft.parts["segment"]
    if not part:
        return change_record(chance, draft)
    at = chance.randrange(0, len(part), 2)
    body = chance.choice((_other_statements, _other_statements, some_bytes))(chance, part[at + 1])
    json_bytes, tail = split(part[at])
    header: dict[str, Any] = json.loads(json_bytes) | {
        "body": digest(body),
        "size": len(body),
        "count": body.count(b"\n"),
    }
    if chance.random() < 0.1:
        header |= chance.choice(
            ({"count": 0}, {"count": 100_001}, {"size": 2**24 + 1}, {"size": len(body) + 10**6}, {"body": k.NOWHERE})
        )
    part[at], part[at + 1] = again("segment", canonical(header), tail), body
    return draft.plain()


def _other_statements(chance: Random, body: bytes) -> bytes:
    lines = body.splitlines(keepends=True) or [b'{"field":"host","item":"surveyaaaaaaaaaa","value":"KAZ"}\n']
    at = chance.randrange(len(lines))
    said = json.loads(lines[at]) | {"v": 1}
    del said["v"]
    long = said | {"value": "é" * (LARGEST_VALUE // 2) + chance.choice(("", "x", "x"))}
    other = {
        "hold": {**{key: one for key, one in said.items() if key != "value"}, "hold": "ad referendum"},
        "name": said
        | chance.choice(
            ({"item": "x"}, {"field": "a..b"}, {"field": "a" * 129}, {"field": "a\n"}, {"item": "surveyaaaaaaaaaa\n"})
        ),
        "value": said | {"value": chance.choice(("", "\x7f", "\u2028", "𐍈", "\\", "a/b", 1, None))},
        "long": long,
        "place": change(chance, dict(said)),
    }[chance.choices(("hold", "name", "value", "long", "place"), (5, 4, 4, 4, 4))[0]]
    put = written(chance, other) + b"\n"
    return chance.choice(
        (
            b"".join([*lines[:at], put, *lines[at + 1 :]]),
            b"".join([*lines[:at], put, *lines[at + 1 :]]),
            b"".join(reversed([*lines, put])),
            b"".join([*lines, lines[at]]),
            body + chance.choice((b"\n", b"\r\n", b" ", b"\t\n", b"{}\n", b"\xef\xbb\xbf", b"[]", b"\x00\n")),
            body[:-1],
        )
    )


def change_lines(chance: Random, draft: Draft) -> bytes:
    """The lines of a part, or of two, stand otherwise; one is missing, one stands twice, or is of another kind."""
    kind, other = chance.choice((*RECORDS, "card", "charter")), chance.choice(RECORDS)
    part = draft.parts[kind]
    act = chance.randrange(5)
    if act == 0:
        draft.parts[kind] = chance.sample(part, len(part))
    elif act == 1:
        draft.parts[kind] = part[1:]
    elif act == 2:
        draft.parts[other] = draft.parts[other] + part[:1]
    elif act == 3:
        draft.parts[kind] = part + chance.choice(([CIRCLES[chance.randrange(len(CIRCLES))].line], part[:2]))
    else:
        draft.parts[kind] = [some_bytes(chance, b"".join(part))]
    return draft.plain()


def change_manifest(chance: Random, draft: Draft) -> bytes:
    """The manifest says something else, and is signed again."""
    plain = draft.plain()
    line, _, rest = plain.partition(b"\n")
    act = chance.randrange(7)
    if act == 0:
        return chance.choice(OF_A_RECORD)(chance, bundle.KIND, line + b"\n") + rest
    if act == 1:
        parts = {
            "card": ALL_CARDS,
            "circle": [one.id for one in CIRCLES],
            "to": IDS,
            "sender": list(ALL_CARDS)[:1] + list(IDS),
        }
        key = chance.choice(list(parts))
        return draft.plain(**{key: chance.choice(list(parts[key]))})
    if act == 3:
        seen = dict(draft.manifest["seen"])
        return draft.plain(seen=chance.choice(({}, seen | {k.NOWHERE: k.NOWHERE}, dict(list(seen.items())[1:]))))
    json_bytes, tail = split(line)
    value = json.loads(json_bytes)
    value["parts"] = _other_parts(chance, value["parts"])
    return again(bundle.KIND, canonical(value), tail) + rest


def _other_parts(chance: Random, parts: list[Any]) -> list[Any]:
    at = chance.randrange(len(parts)) if parts else 0
    one = parts[at] if parts else {"id": k.NOWHERE, "kind": "file", "size": 1}
    sizes = (0, one["size"] + 1, one["size"] - 1, 2**20, 16 * 2**20 + 1, 100 * 2**20 + 1, 2**30, 2**30 + 1)
    size = one | {"size": max(0, chance.choice(sizes))}
    kind = one | {"kind": chance.choice(bundle.ORDER)}
    huge = [{"id": k.NOWHERE, "kind": "file", "size": 100 * 2**20}] * 11
    return chance.choice(
        (
            [*parts[:at], size, *parts[at + 1 :]],
            [*parts[:at], size, *parts[at + 1 :]],
            [*parts[:at], kind, *parts[at + 1 :]],
            [*parts[:at], one | {"id": k.NOWHERE}, *parts[at + 1 :]],
            parts[::-1],
            parts[:-1],
            [*parts, one],
            [*parts, *huge],
            [*parts, {"id": digest(b""), "kind": "file", "size": 0}],
            parts * 300,
        )
    )


def change_seed(chance: Random, draft: Draft) -> bytes:
    """Another seed, or the seed of another length."""
    draft.parts["seed"] = [chance.choice((bytes(32), k.SEED[:31], k.SEED + b"x"))]
    return draft.plain()


def change_signer(chance: Random, draft: Draft) -> bytes:
    """The manifest is signed by others: an officer who may not, a thief, two at once."""
    own = list(draft.signers)
    strange: Sequence[keys.Signer] = chance.sample(list(SIGNERS.values()), 2)
    object.__setattr__(draft, "signers", chance.choice((strange, strange[:1], [*own, *strange[:1]])))
    return draft.plain()


def change_bytes(chance: Random, draft: Draft) -> bytes:
    """The bundle was changed on its way."""
    plain = draft.plain()
    at = chance.randrange(len(plain))
    return chance.choice((some_bytes(chance, plain), plain[:at], plain + b"\n", plain + plain[at:], plain[at:], b""))


WAYS: Final[dict[Callable[[Random, Draft], bytes], int]] = {
    change_record: 16,
    change_author: 5,
    change_body: 5,
    change_lines: 3,
    change_manifest: 5,
    change_bytes: 2,
    change_signer: 1,
    change_seed: 1,
}


def damaged(chance: Random, draft: Draft) -> bytes:
    """A plain bundle from a draft, with one thing or two wrong; what is wrong may be without effect."""
    act = chance.choices(list(WAYS), list(WAYS.values()))[0]
    return act(chance, draft)
