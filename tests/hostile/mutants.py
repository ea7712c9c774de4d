"""Kinds of changed bundles: what somebody on the way, a carrier, or a party's own people could make of a true one.

Each kind gives the mutant of any number: the same each time, and the first as many as there are places are all
different. What may come of it is one of three:

    SAME     it is refused, or the reader holds just what the true bundle brings
    LESS     it is refused, or the reader holds a part of that: whoever signs a bundle may leave out what he will
    NEVER    it is refused, or nothing of it counts
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import zstandard
from msgspec import structs

from kelisim import bundle
from kelisim.ledger import profile
from kelisim.ledger import segment as segments
from kelisim.ledger.digest import digest
from kelisim.ledger.keys import key_id, pae
from kelisim.ledger.record import Signed, sign
from tests.hostile.worlds import CIRCLE, KAZ, PACKED, PLAIN, SEALED, TRUE, USA, Pieces, framed
from tests.library import keysmith as k

if TYPE_CHECKING:
    from collections.abc import Callable

SAME, LESS, NEVER = "same", "less", "never"
RECORDS: Final = ("card", "charter", "epoch", "segment", "seal")
STRANGE: Final = (0, 2**53 - 1, -1, "", "x", "0" * 64, [], {}, "2012-13-05T09:30Z", ["en"], {"0" * 64: "0" * 64})
CARRIER = KAZ.keys.officer("carry")


class Kind(NamedTuple):
    """A kind of mutant.

    Attributes:
        may: what may come of it.
        make: the mutant of a number, as packed bytes or as it travels.
    """

    may: str
    make: Callable[[int], bytes]


def place(number: int, size: int) -> int:
    """All places below a size in some order that is spread over them, again and again."""
    step = max(1, int(size * 0.618)) | 1
    while _divides(step, size):
        step += 2
    return number * step % size


def _divides(one: int, other: int) -> bool:
    while other:
        one, other = other, one % other
    return one > 1


def flipped(data: bytes, number: int) -> bytes:
    """One bit changed."""
    at = place(number, len(data))
    return data[:at] + bytes([data[at] ^ 1 << number // len(data) % 8]) + data[at + 1 :]


def cut(data: bytes, number: int) -> bytes:
    """The beginning, of any length."""
    return data[: place(number, len(data))]


def grown(data: bytes, number: int) -> bytes:
    """Something behind, in front or in the middle."""
    more = (b"\0", b"\n", bytes(4096), b"\x28\xb5\x2f\xfd", data[: 1 + number % 64], PACKED)[number % 6]
    at = (len(data), 0, place(number, len(data)))[number % 3]
    return data[:at] + more + data[at:]


def _unit(number: int, kinds: tuple[str, ...] = RECORDS) -> tuple[str, int, int]:
    """A unit of the true bundle, and how often all have been gone through before."""
    all_of = [(kind, n) for kind in kinds for n in range(len(TRUE.units[kind]))]
    kind, at = all_of[number % len(all_of)]
    return kind, at, number // len(all_of)


def _with(kind: str, at: int, *units: bytes) -> Pieces:
    """The true pieces with others in place of one."""
    there = TRUE.units[kind]
    return TRUE.having(kind, *there[:at], *units, *there[at + 1 :])


def _sealed_again(pieces: Pieces, **changes: Any) -> bytes:
    return framed(pieces.plain(CARRIER, **changes))


def _left_out(number: int) -> bytes:
    """Any choice of the units."""
    pieces = TRUE
    for kind in bundle.ORDER:
        kept = [unit for unit in TRUE.units[kind] if (number := number * 1103515245 + 12345 & 0x7FFFFFFF) >> 16 & 3]
        pieces = pieces.having(kind, *kept)
    return _sealed_again(pieces)


def _repeated(number: int) -> bytes:
    kind, at, times = _unit(number)
    there = TRUE.units[kind]
    return _sealed_again(TRUE.having(kind, *there, *[there[at]] * (1 + times % 7)))


def _swapped(number: int) -> bytes:
    kind, at, other = _unit(number)
    there = [*TRUE.units[kind]]
    there[at], there[other % len(there)] = there[other % len(there)], there[at]
    return _sealed_again(TRUE.having(kind, *there))


def _unit_flipped(number: int) -> bytes:
    """A bit of one record changed, and the hashes made to fit."""
    kind, at, times = _unit(number)
    return _sealed_again(_with(kind, at, flipped(TRUE.units[kind][at], times)))


def _unit_cut(number: int) -> bytes:
    kind, at, times = _unit(number)
    return _sealed_again(_with(kind, at, cut(TRUE.units[kind][at], times)))


def _spliced(number: int) -> bytes:
    """The JSON, the signatures or the body of one with the rest of another."""
    every = [unit for kind in RECORDS for unit in TRUE.units[kind]]
    kind, at, times = _unit(number)
    one, other = TRUE.units[kind][at], every[times % len(every)]
    mark = (b"\t", b"\n", b":")[times // len(every) % 3]
    head, found, _ = one.partition(mark)
    return _sealed_again(_with(kind, at, head + found + other.partition(mark)[2]))


def _moved(number: int) -> bytes:
    """A unit in the part of another kind."""
    kind, at, times = _unit(number, bundle.ORDER)
    to = bundle.ORDER[times % len(bundle.ORDER)]
    pieces = _with(kind, at)
    there = pieces.units[to]
    return _sealed_again(pieces.having(to, *there[: times % 3], TRUE.units[kind][at], *there[times % 3 :]))


def _foreign(number: int) -> bytes:
    """Records of another circle of the same parties, put before, behind or in place of the true ones."""
    kind, unit = FOREIGN[number % len(FOREIGN)]
    turn = number // len(FOREIGN)
    there = TRUE.units[kind]
    at = turn % (len(there) + 1)
    pieces = TRUE.having(kind, *there[:at], unit, *there[at + turn // 7 % 2 :])
    return _sealed_again(pieces, at=_minute(turn))


def _minute(number: int) -> str:
    return f"2012-11-{1 + number // 1440 % 28:02}T{number // 60 % 24:02}:{number % 60:02}Z"


def _other_circle() -> list[tuple[str, bytes]]:
    circle = k.circle(KAZ.keys, USA.keys, at="2012-11-06T09:30Z")
    body = TRUE.units["segment"][0].partition(b"\n")[2]
    offer = k.offer_of(KAZ.keys, circle)
    return [
        ("charter", circle.line),
        ("charter", k.circle(KAZ.keys, k.WEST).line),
        ("segment", k.segment_of(KAZ.keys, circle, body).line + body),
        ("segment", k.segment_of(USA.keys, circle).line),
        ("epoch", k.epoch_of(KAZ.keys, circle).line),
        ("seal", offer.line),
        ("seal", k.accept_of(USA.keys, circle, offer.id).line),
        ("card", k.WEST.card.line),
    ]


def _wrong_signers(kind: str) -> list[Any]:
    """Keys that are somebody's, and may not sign this."""
    powers = {"segment": "state", "seal": "seal", "manifest": "carry"}
    officers = [KAZ.keys.officer(power) for power in k.POWERS if power != powers.get(kind)]
    strangers = [USA.keys.officer(power) for power in k.POWERS] + [KAZ.keys.officer(power, 1) for power in k.POWERS]
    roots = [*USA.keys.root_signers(), *k.WEST.root_signers(), *KAZ.keys.root_signers(3)]
    return officers + strangers + roots + ([] if kind in ("card", "epoch") else KAZ.keys.root_signers())


def _out_of_scope(number: int) -> bytes:
    """A new record that is right but for the key that signs it."""
    kind, record, body = FRESH[number % len(FRESH)]
    turn = number // len(FRESH)
    signers = _wrong_signers(kind)
    changed = _dated(record, turn // len(signers))
    line = sign(kind, changed, signers[turn % len(signers)]).line
    return _sealed_again(TRUE.having(kind, *TRUE.units[kind], line + body))


def _dated(record: Any, number: int) -> Any:
    return structs.replace(record, at=_minute(number))


def _fresh() -> list[tuple[str, Any, bytes]]:
    """Records of KAZ that its proper keys have never signed."""
    seals = {one.value.step: one.value for one in KAZ.evidence.signed_seals.values()}
    line = KAZ.evidence.line(KAZ.id)
    place_ = {"epoch": line.epoch, "seq": line.seq + 1, "prev": line.head}
    body = segments.write_body([segments.Statement(field="title.en", item="aaaaaaaaaaaaaaaa", value="Forged")])
    return [
        ("card", KAZ.keys.next_card(), b""),
        ("card", KAZ.keys.rotated_card(), b""),
        ("epoch", k.epoch_of(KAZ.keys, CIRCLE, number=9).value, b""),
        ("segment", k.segment_of(KAZ.keys, CIRCLE, body, **place_).value, body),
        ("seal", seals["offer"], b""),
        ("seal", seals["receipt"], b""),
        ("seal", k.withdraw_of(KAZ.keys, CIRCLE, "0" * 64).value, b""),
    ]


def _carried_by(number: int) -> bytes:
    """The whole bundle signed by a key that may not carry."""
    signers = _wrong_signers("manifest")
    turn, which = divmod(number, len(signers))
    return framed(TRUE.plain(signers[which], at=_minute(turn)))


def _resigned(number: int) -> bytes:
    """A record whose own key has signed what contradicts its body, its place, the charter or the form."""
    kind, signer, value, body = CONTRADICTIONS[number % len(CONTRADICTIONS)]
    turn = number // len(CONTRADICTIONS)
    raw = canonical({**value, "at": _minute(turn)})
    line = signed_raw(kind, raw, signer) + body
    there = TRUE.units[kind]
    at = turn % (len(there) + 1)
    return _sealed_again(TRUE.having(kind, *there[:at], line, *there[at:]))


def canonical(value: Any) -> bytes:
    """JSON in its one form, whatever it says."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def signed_raw(kind: str, raw: bytes, *signers: Any) -> bytes:
    """The line of a record that is signed, whatever its bytes."""
    made = {key_id(one.key): one.sign(pae(kind, raw)) for one in signers}
    return Signed(kind, raw, None, made).line


def _contradictions() -> list[tuple[str, Any, dict[str, Any], bytes]]:
    state, seal = KAZ.keys.officer("state"), KAZ.keys.officer("seal")
    root = KAZ.keys.root_signers()[0]
    _, _, _, (_, header, body), (_, offer, _), (_, receipt, _), _ = FRESH
    segment, offered, receipted = (json.loads(profile.encode(one)) for one in (header, offer, receipt))
    epoch = json.loads(profile.encode(FRESH[2][1]))
    card = json.loads(profile.encode(FRESH[0][1]))
    lines = body + body
    wrong = {"size": len(lines), "body": digest(lines), "count": 2}
    said = [
        ("segment", state, {**segment, **change}, with_)
        for change, with_ in (
            ({"count": 2}, body),
            ({"count": 100_001}, body),
            ({"size": 2**40}, body),
            ({"size": len(body) - 1}, body),
            ({"body": "0" * 64}, body),
            ({"seen": {}}, body),
            ({"seen": {KAZ.id: CIRCLE.id, USA.id: CIRCLE.id}}, body),
            ({"party": USA.id}, body),
            ({"circle": "0" * 64}, body),
            ({"seq": 0}, body),
            ({"v": 2}, body),
            ({"more": 1}, body),
            (wrong, lines),
            ({"count": 0, "size": 1, "body": digest(b"\n")}, b"\n"),
            ({"count": 1, "size": 3, "body": digest(b"{}\n")}, b"{}\n"),
        )
    ]
    said += [("seal", seal, {**offered, **change}, b"") for change in ({"cut": {}}, {"languages": []}, {"schema": 0})]
    said += [("seal", seal, {**offered, **change}, b"") for change in ({"step": "accept"}, {"languages": ["xx"]})]
    said += [("seal", seal, {**receipted, **change}, b"") for change in ({"accepts": ["b" * 64, "a" * 64]}, {"of": ""})]
    said += [
        ("epoch", root, {**epoch, **change}, b"") for change in ({"number": 0}, {"reason": "so"}, {"card": "0" * 64})
    ]
    said += [
        ("card", root, {**card, **change}, b"")
        for change in (
            {"number": 7},
            {"prev": "0" * 64},
            {"party": USA.id},
            {"threshold": 2},
            {"seal_threshold": 2},
            {"keys": card["keys"] * 2},
            {"keys": card["keys"][::-1]},
            {"next": "0" * 64},
            {"recipients": card["recipients"] * 2},
            {"roots": json.loads(profile.encode(k.WEST.card.value))["roots"]},
        )
    ]
    return said


def _strange_field(number: int) -> bytes:
    """A field of a record with a value of any type, not signed again."""
    kind, at, times = _unit(number)
    raw, tab, tail = TRUE.units[kind][at].partition(b"\t")
    value = json.loads(raw)
    names = [*sorted(value), "more"]
    name, (strange, leave) = names[times % len(names)], _strange(times // len(names))
    changed = {key: one for key, one in value.items() if not (leave and key == name)}
    return _sealed_again(_with(kind, at, canonical(changed if leave else {**value, name: strange}) + tab + tail))


def _strange(number: int) -> tuple[Any, bool]:
    number %= len(STRANGE) + 1
    return (STRANGE[number], False) if number < len(STRANGE) else (None, True)


def _manifest_field(number: int) -> bytes:
    """A field of the manifest with a value of any type, signed again by the carrier."""
    value = json.loads(PLAIN.partition(b"\t")[0])
    names = [*sorted(value), "more"]
    times, which = divmod(number, len(names))
    strange, leave = _strange(times)
    changed = (
        {**value, names[which]: strange, "at": _minute(times)} if names[which] != "at" else {**value, "at": strange}
    )
    if leave:
        del changed[names[which]]
    return framed(signed_raw("manifest", canonical(changed), CARRIER) + _rest())


def _rest() -> bytes:
    return PLAIN.partition(b"\n")[2]


def _parts_listed(number: int) -> bytes:
    """A list of parts that does not fit what follows: sizes, kinds, digests, order; signed by the carrier."""
    value = json.loads(PLAIN.partition(b"\t")[0])
    parts = [dict(one) for one in value["parts"]]
    which, change = number % len(parts), number // len(parts)
    one = parts[which]
    turn, act = divmod(change, 8)
    acts: list[Callable[[], Any]] = [
        lambda: one.update(size=one["size"] + 1 + turn),
        lambda: one.update(size=max(0, one["size"] - 1 - turn)),
        lambda: one.update(size=(0, 2**53 - 1, 2**30 + 1, 2**31, 1)[turn % 5]),
        lambda: one.update(kind=bundle.ORDER[turn % 7] if bundle.ORDER[turn % 7] != one["kind"] else "../../x"),
        lambda: one.update(id=flipped(bytes.fromhex(one["id"]), turn).hex()),
        lambda: parts.insert(turn % (len(parts) + 1), dict(one)),
        lambda: parts.remove(one),
        lambda: parts.reverse() if turn % 2 else parts.sort(key=lambda part: part["id"]),
    ]
    acts[act]()
    return framed(signed_raw("manifest", canonical({**value, "parts": parts}), CARRIER) + _rest())


def _signatures(number: int) -> bytes:
    """Signatures twice, none, out of order, of somebody more, or written otherwise."""
    kind, at, times = _unit(number)
    line, feed, body = TRUE.units[kind][at].partition(b"\n")
    raw, _, tail = line.partition(b"\t")
    turn, act = divmod(times, 8)
    other = signed_raw(kind, raw, k.signer(turn % 256)).partition(b"\t")[2].strip()
    tails = (
        tail + b" " + tail,
        b"",
        b" ".join(sorted([tail, other])),
        b" ".join(sorted([tail, other], reverse=True)),
        tail.replace(b"=", b""),
        tail.upper(),
        flipped(tail, turn),
        tail[:33] + bytes([tail[33 + turn % 40]]) + tail[34:],
    )
    return _sealed_again(_with(kind, at, raw + b"\t" + tails[act] + feed + body))


def _framed_otherwise(number: int) -> bytes:
    """The same bytes in another frame, in several frames, with other padding, or none."""
    turn, act = divmod(number, 6)
    packed = zstandard.ZstdCompressor(level=1 + turn % 19, write_checksum=bool(turn % 2)).compress(PLAIN)
    half = place(turn, len(PLAIN))
    two = framed(PLAIN[:half])[:-4] + framed(PLAIN[half:])
    acts = (
        packed + bytes(-len(packed) % 4096),
        packed,
        packed + bytes(-len(packed) % 4096 + 4096),
        two + bytes(-len(two) % 4096),
        packed + bytes(-len(packed) % 4096 - 1) + b"x",
        bytes(-len(packed) % 4096) + packed,
    )
    return acts[act]


def _resealed(number: int) -> bytes:
    """Encrypted to us and to others, to others alone, twice, or not at all."""
    to_us, to_kaz = k.AGE[USA.keys.drawer][1], k.AGE[KAZ.keys.drawer][1]
    return (
        lambda: bundle.encrypt(PACKED, [to_kaz, to_us]),
        lambda: bundle.encrypt(PACKED, [to_kaz]),
        lambda: bundle.encrypt(SEALED, [to_us]),
        lambda: bundle.encrypt(flipped(PACKED, number), [to_us]),
        lambda: bundle.encrypt(cut(PACKED, number), [to_us]),
    )[number % 5]()


FOREIGN = _other_circle()
FRESH = _fresh()
CONTRADICTIONS = _contradictions()
KINDS: Final[dict[str, Kind]] = {
    "a bit of the age file": Kind(SAME, lambda n: flipped(SEALED, n)),
    "a bit of the frame": Kind(SAME, lambda n: flipped(PACKED, n)),
    "a bit of the plain bytes": Kind(SAME, lambda n: framed(flipped(PLAIN, n))),
    "the beginning of the age file": Kind(SAME, lambda n: cut(SEALED, n)),
    "the beginning of the frame": Kind(SAME, lambda n: cut(PACKED, n)),
    "the beginning of the plain bytes": Kind(SAME, lambda n: framed(cut(PLAIN, n))),
    "more in the age file": Kind(SAME, lambda n: grown(SEALED, n)),
    "more in the frame": Kind(SAME, lambda n: grown(PACKED, n)),
    "more in the plain bytes": Kind(SAME, lambda n: framed(grown(PLAIN, n))),
    "framed otherwise": Kind(SAME, _framed_otherwise),
    "encrypted otherwise": Kind(SAME, _resealed),
    "units left out": Kind(LESS, _left_out),
    "a unit repeated": Kind(SAME, _repeated),
    "units swapped": Kind(LESS, _swapped),
    "a bit of a unit": Kind(LESS, _unit_flipped),
    "the beginning of a unit": Kind(LESS, _unit_cut),
    "a unit spliced": Kind(LESS, _spliced),
    "a unit in another part": Kind(LESS, _moved),
    "a strange field": Kind(LESS, _strange_field),
    "other signatures": Kind(LESS, _signatures),
    "a manifest of other fields": Kind(LESS, _manifest_field),
    "a manifest of other parts": Kind(LESS, _parts_listed),
    "records of another circle": Kind(NEVER, _foreign),
    "a key out of scope": Kind(NEVER, _out_of_scope),
    "a bundle by a key out of scope": Kind(NEVER, _carried_by),
    "a contradiction by the right key": Kind(NEVER, _resigned),
}
