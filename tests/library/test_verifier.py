"""The verifier that stands alone gives the verdict of the library on every file, good or bad, and shares none of it."""

from __future__ import annotations

import ast
import base64
import hashlib
import importlib.util
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from nacl import bindings

from kelisim import disclosure, edition
from kelisim.errors import Refusal
from kelisim.ledger import keys, seal
from kelisim.ledger.card import OfficerKey, RootKey, in_order
from kelisim.ledger.record import Signed, sign
from kelisim.proof import Proof
from tests.library import keysmith as k

TOOL = Path(__file__).parents[2] / "tools/verify_edition.py"
PLAN, COURSE, VISIT = "planaaaaaaaaaaaa", "courseaaaaaaaaaa", "visitaaaaaaaaaaa"
CONTENT = {
    PLAN: {"kind": "plan", "present": "yes", "title.en": "Plan “2013”"},
    COURSE: {"kind": "activity", "number": "1", "present": "yes", "title.en": 'Курс\n\t\\"курс" \x7f\U0001f600'},
    VISIT: {"kind": "activity", "number": "2", "period": "2013-05", "present": "yes"},
}


def load():
    spec = importlib.util.spec_from_file_location("verify_edition", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.is_point = cache(module.is_point)  # a thousand files here have the same keys
    return module


ALONE = load()


def stands_alone(data):
    """The verdict of the verifier; nothing else may be raised than what it says."""
    try:
        ALONE.check(data)
    except ALONE.REFUSAL:
        return False
    return True


def stands(data):
    """The verdict of the library."""
    try:
        (disclosure if data.startswith(disclosure.MAGIC) else edition).verify(data)
    except Refusal:
        return False
    return True


def verdict(data):
    """The verdict of both."""
    ours, theirs = stands(data), stands_alone(data)
    assert ours == theirs, data.decode("utf-8", "replace")
    return ours


def parties(**changes):
    """Two parties: one has renewed its keys and rotated its roots, two of three of which must sign."""
    north = k.Party("NORTH", 1, roots=3, threshold=2).found(**changes).renew(names={"ru": "Север"}).rotate()
    return north, k.Party("SOUTH", 2).found()


def file_of(*who, content=CONTENT, more=(), **changes):
    """An edition file made by hand, with the records changed that are named: charter, offer, accept, receipt."""
    north, south = who or parties()
    circle = k.circle(north, south, **changes.get("charter", {}))

    def sealed(step, one, party):
        return sign("seal", k.structs.replace(one.value, **changes.get(step, {})), party.officer("seal"))

    naming = edition.Naming(circle.id, PLAN, seal.EditionNumber(0, 1))
    root = edition.root_of(content, naming, k.SEED)
    offered = sealed("offer", k.offer_of(north, circle, root=root, scope=PLAN), north)
    accepted = sealed("accept", k.accept_of(south, circle, offered.id), south)
    receipted = sealed("receipt", k.receipt_of(north, circle, offered.id, [accepted.id]), north)
    cards = tuple(card for party in (north, south) for card in party.cards)
    return edition.write(Proof(cards, circle, (offered, accepted, receipted)), content, k.SEED) + b"".join(more)


WHOLE = file_of()
PART = disclosure.cut(WHOLE, ["1"], ["2:period", f"{PLAN}:kind"])
ONE = disclosure.cut(WHOLE, [], ["2:period"])
FILES = {"edition": WHOLE, "part": PART, "one": ONE}
both = pytest.mark.parametrize("data", FILES.values(), ids=FILES)


def lines(data):
    return data.splitlines(keepends=True)


def first_of_each(data):
    """The first line of each word, and every seal, with its place."""
    found = {}
    for place, line in enumerate(lines(data)):
        word = line.split(b" ")[0] if not line.startswith(b"seal") else line
        found.setdefault(word, (place, line))
    return list(found.values())


# What holds


@both
def test_a_good_file_holds_for_both(data):
    assert verdict(data)


def test_the_verifier_shows_what_the_library_shows():
    for data in FILES.values():
        _, codes, parts, _ = ALONE.check(data)
        content = {part["item"]: {one["field"]: one["value"] for one in part["fields"]} for part in parts}
        found = (disclosure if data.startswith(disclosure.MAGIC) else edition).verify(data)
        assert (content, codes) == (found.content, found.charter.codes())


@settings(max_examples=25)
@given(st.dictionaries(st.sampled_from(["kind", "title.en", "x_1"]), st.text(), min_size=1), st.data())
def test_both_agree_on_every_text(fields, data):
    whole = file_of(content={PLAN: {"kind": "plan"}, COURSE: fields})
    assert verdict(whole)
    chosen = data.draw(st.sets(st.sampled_from(sorted(fields)), min_size=1))
    assert verdict(disclosure.cut(whole, [], [f"{COURSE}:{field}" for field in chosen]))


def test_it_is_run_with_a_file_and_says_what_is_proven(tmp_path):
    (tmp_path / "part").write_bytes(PART)
    (tmp_path / "changed").write_bytes(PART.replace(b"2013-05", b"2013-06"))

    def run(*words):
        return subprocess.run(
            [sys.executable, "-I", TOOL, *words], cwd=tmp_path, capture_output=True, text=True, check=False
        )

    done = run("part")
    assert (done.returncode, done.stderr) == (0, "")
    assert "edition 0.1 of plan planaaaaaaaaaaaa" in done.stdout
    assert 'period: "2013-05"' in done.stdout
    assert k.digest(k.SEED) not in done.stdout
    for words in (["changed"], ["absent"], [], ["."]):
        done = run(*words)
        assert (done.returncode, done.stdout[:11], done.stderr) == (1, "NOT PROVEN:", "")


# What it is made of


def test_it_needs_nothing_but_the_standard_library_and_cryptography():
    tree = ast.parse(TOOL.read_text("utf-8"))
    named = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    named |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in named} - sys.stdlib_module_names == {"cryptography"}


def test_it_is_short_enough_to_be_read():
    assert len(TOOL.read_text("utf-8").splitlines()) <= 200


# Changed bytes and lines


@pytest.mark.parametrize("stride", [13, pytest.param(1, marks=pytest.mark.soak)])
@pytest.mark.parametrize("data", [WHOLE, ONE], ids=["edition", "one"])
def test_both_agree_whichever_byte_is_changed(data, stride):
    """In the first line of every kind, and in every seal."""
    every = lines(data)
    for place, line in first_of_each(data):
        for n in range(0, len(line), stride):
            changed = line[:n] + bytes([line[n] ^ 1]) + line[n + 1 :]
            verdict(b"".join([*every[:place], changed, *every[place + 1 :]]))


@both
def test_both_agree_wherever_a_file_is_cut(data):
    ends = {len(data) - n for n in range(3)} | {len(b"".join(lines(data)[:n])) for n in range(len(lines(data)))}
    assert not any(verdict(data[:end]) for end in ends - {len(data)})


@both
def test_both_agree_when_lines_are_dropped_doubled_or_swapped(data):
    every = lines(data)
    for n, line in enumerate(every):
        verdict(b"".join(every[:n] + every[n + 1 :]))
        verdict(b"".join([*every[:n], line, *every[n:]]))
        for other in {0, n // 2, n - 1} - {n, -1}:
            swapped = list(every)
            swapped[n], swapped[other] = swapped[other], line
            verdict(b"".join(swapped))


def test_both_agree_on_lines_of_another_file():
    every, other = lines(WHOLE), lines(file_of(content=CONTENT | {VISIT: {"kind": "activity"}}))
    for n, line in enumerate(every):
        for strange in [one for one in other if one.split(b" ")[0] == line.split(b" ")[0]][:4]:
            verdict(b"".join([*every[:n], strange, *every[n + 1 :]]))


def rewritten(line, change):
    """A line with its JSON written otherwise; signatures stay."""
    word, _, rest = line.rstrip(b"\n").partition(b" ")
    text, tab, tail = rest.partition(b"\t")
    return word + b" " + change(text) + tab + tail + b"\n"


WRITINGS = {
    "blanks": lambda text: text.replace(b",", b", ", 1),
    "a blank before": lambda text: b" " + text,
    "keys in another order": lambda text: json.dumps(dict(reversed(json.loads(text).items()))).encode(),
    "a key twice": lambda text: b"{" + text[1 : text.index(b",", 1)] + b"," + text[1:],
    "escaped": lambda text: text.replace(b'":"', b'":"\\u0061', 1),
    "an escaped key": lambda text: re.sub(rb'"([a-z])', lambda m: b'"\\u%04x' % m[1][0], text, count=1),
    "a fraction": lambda text: re.sub(rb":([0-9]+)", rb":\1.0", text, count=1),
    "an exponent": lambda text: re.sub(rb":([0-9]+)", rb":\1e0", text, count=1),
    "a zero before": lambda text: re.sub(rb":([0-9]+)", rb":0\1", text, count=1),
    "a minus": lambda text: re.sub(rb":([0-9]+)", rb":-\1", text, count=1),
    "true": lambda text: re.sub(rb":([0-9]+)", b":true", text, count=1),
    "null": lambda text: re.sub(rb':"[^"]*"', b":null", text, count=1),
    "a huge number": lambda text: re.sub(rb":([0-9]+)", b":" + b"9" * 5000, text, count=1),
    "too large a number": lambda text: re.sub(rb":([0-9]+)", b":9007199254740992", text, count=1),
    "a number as a string": lambda text: re.sub(rb":([0-9]+)", rb':"\1"', text, count=1),
    "upper case": lambda text: re.sub(rb'"[0-9a-f]{32,}"', lambda m: m[0].upper(), text, count=1),
    "an unknown key": lambda text: text[:-1] + b',"z":1}',
    "a key less": lambda text: re.sub(rb',"[a-z]+":("[^"]*"|[0-9]+)', b"", text, count=1),
    "a lone surrogate": lambda text: text.replace(b'":"', b'":"\\ud800', 1),
    "no UTF-8": lambda text: text.replace(b'":"', b'":"\xff', 1),
    "overlong UTF-8": lambda text: text.replace(b'":"', b'":"\xc0\x80', 1),
    "a control character": lambda text: text.replace(b'":"', b'":"\x01', 1),
    "a byte order mark": lambda text: b"\xef\xbb\xbf" + text,
    "UTF-16": lambda text: text.decode().encode("utf-16"),
    "nested": lambda text: b"[" * 5000 + text + b"]" * 5000,
    "an array": lambda text: b"[" + text + b"]",
    "nothing": lambda text: text[:0],
    "carriage return": lambda text: text + b"\r",
}


@pytest.mark.parametrize("writing", WRITINGS.values(), ids=WRITINGS)
def test_both_refuse_every_other_writing(writing):
    for data in (WHOLE, PART):
        every = lines(data)
        for place, line in first_of_each(data)[1:]:
            changed = rewritten(line, writing)
            if changed != line:
                assert not verdict(b"".join([*every[:place], changed, *every[place + 1 :]])), changed


SIGNATURES = {
    "no padding": lambda tail: tail.replace(b"==", b""),
    "more padding": lambda tail: tail.replace(b"==", b"===", 1),
    "other spare bits": lambda tail: re.sub(rb"[AQgw]==", lambda m: bytes([m[0][0] + 1]) + b"==", tail, count=1),
    "another alphabet": lambda tail: tail.translate(bytes.maketrans(b"+/", b"-_")),
    "a blank more": lambda tail: tail + b" ",
    "a signature more": lambda tail: tail + b" " + tail.split(b" ")[-1],
    "the order turned": lambda tail: b" ".join(tail.split(b" ")[::-1]),
    "one alone": lambda tail: tail.split(b" ")[0],
    "none": lambda tail: tail[:0],
    "upper case": lambda tail: tail[:32].upper() + tail[32:],
    "a byte short": lambda tail: tail[:33] + base64.b64encode(base64.b64decode(tail[33:121])[:63]) + tail[121:],
    "of another key": lambda tail: b"0" * 32 + tail[32:],
}


@pytest.mark.parametrize("change", SIGNATURES.values(), ids=SIGNATURES)
def test_both_agree_on_every_writing_of_signatures(change):
    every = lines(ONE)
    for place, line in enumerate(every):
        text, tab, tail = line.rstrip(b"\n").partition(b"\t")
        if tab:
            verdict(b"".join([*every[:place], text + tab + change(tail) + b"\n", *every[place + 1 :]]))


@both
def test_both_agree_on_the_frame_of_a_file(data):
    head, _, rest = data.partition(b"\n")
    for changed in (
        head.replace(b"1", b"2") + b"\n" + rest,
        head.upper() + b"\n" + rest,
        head + b"\r\n" + rest,
        data.replace(b"\n", b"\r\n"),
        head + b"\n\n" + rest,
        data + b"\n",
        data[:-1],
        data + b"seal\n",
        data + b"epoch {}\n",
        head + b"\n",
        b"\n" + data,
        data.replace(b"\ncard ", b"\ncard  ", 1),
        b"kelisim edition 1\n" + rest,
        b"kelisim disclosure 1\n" + rest,
    ):
        assert verdict(changed) == (changed == data)


@given(st.sampled_from(list(FILES.values())), st.integers(0, 1 << 20), st.binary(max_size=3), st.integers(0, 3))
def test_both_agree_on_bytes_put_in_or_taken_out(data, place, put_in, taken):
    place %= len(data)
    verdict(data[:place] + put_in + data[place + taken :])


@given(st.data())
def test_both_agree_on_digits_and_hashes_of_a_part(data):
    """Where every number and hash is of its form, and only what they say is another."""
    item = lines(PART)[-1 if data.draw(st.booleans()) else -2]
    found = data.draw(st.sampled_from(list(re.finditer(rb"(?<=:)[0-9]+|[0-9a-f]{32,64}", item))))
    put = data.draw(st.sampled_from([b"0", b"1", b"2", b"3", b"4", b"5", found[0][::-1], found[0]]))
    changed = item[: found.start()] + put + item[found.end() :]
    verdict(PART.replace(item, changed))


# Files that those sign who hold the keys


def keyed(point):
    """A card's officer key with these bytes for its point."""
    return base64.b64encode(bytes.fromhex("302a300506032b6570032100") + point).decode()


ORDER_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
POINTS = {
    "neutral": (1).to_bytes(32, "little"),
    "neutral, not canonical": (2**255 - 18).to_bytes(32, "little"),
    "neutral, other sign": (1 + 2**255).to_bytes(32, "little"),
    "of order 2": (2**255 - 20).to_bytes(32, "little"),
    "of order 4": bytes(32),
    "of order 8": ORDER_8,
    "with a part of order 8": bindings.crypto_core_ed25519_add(base64.b64decode(k.signer(9).key)[12:], ORDER_8),
    "not on the curve": (2).to_bytes(32, "little"),
    "not reduced": (2**255 - 1).to_bytes(32, "little"),
    "short": bytes(31),
    "long": base64.b64decode(k.signer(9).key)[12:] + b"\0",
}


@pytest.mark.parametrize("point", POINTS.values(), ids=POINTS)
def test_both_refuse_a_point_on_which_libraries_disagree(point):
    officers = in_order([*k.NORTH.officers(), OfficerKey("Ed25519", keyed(point), ["carry"])])
    assert not verdict(file_of(k.Party("NORTH", 1).found(keys=officers), k.SOUTH))


def test_both_agree_on_any_point():
    """Small numbers, which are on the curve or not, in the main subgroup or not, as it happens."""
    for n in range(60):
        point = n.to_bytes(32, "little")
        assert ALONE.is_point(point) == bindings.crypto_core_ed25519_is_valid_point(point)
        point = bindings.crypto_core_ed25519_from_uniform(hashlib.sha256(point).digest())
        assert ALONE.is_point(point)


def test_both_refuse_a_signature_that_openssl_alone_would_take():
    """Who holds the key can sign with a neutral first half: OpenSSL takes it, libsodium does not."""
    circle = k.circle(*parties())
    accept = k.accept_of(parties()[1], circle, k.NOWHERE)
    secret = bytes([64 * 2 + 32 + k.POWERS.index("seal")]) * 32
    hashed = bytearray(hashlib.sha512(secret).digest()[:32])
    scalar = int.from_bytes(hashed, "little") & ((1 << 254) - 8) | (1 << 254)
    neutral, order = (1).to_bytes(32, "little"), 2**252 + 27742317777372353535851937790883648493
    made = next(line for line in lines(WHOLE) if b'"step":"accept"' in line)
    text, _, tail = made.rstrip(b"\n").partition(b"\t")
    name, key = tail[:32], parties()[1].officer("seal").key
    point, message = base64.b64decode(key)[12:], keys.pae("seal", text[5:])
    challenge = int.from_bytes(hashlib.sha512(neutral + point + message).digest(), "little")
    signature = neutral + (challenge * scalar % order).to_bytes(32, "little")
    ALONE.ed25519.Ed25519PublicKey.from_public_bytes(point).verify(signature, message)
    changed = text + b"\t" + name + b":" + base64.b64encode(signature) + b"\n"
    assert accept.value.party in changed.decode()
    assert not verdict(WHOLE.replace(made, changed))


KEY = k.signer(9).key
CARDS = {
    "no officers": {"keys": []},
    "65 officers": {"keys": in_order(OfficerKey("Ed25519", k.signer(n).key, ["carry"]) for n in range(190, 255))},
    "64 officers": {
        "keys": in_order(OfficerKey("Ed25519", k.signer(n).key, ["carry", "seal"]) for n in range(191, 255))
    },
    "officers out of order": {"keys": k.NORTH.officers()[::-1]},
    "an officer twice": {"keys": [k.NORTH.officers()[0], *k.NORTH.officers()]},
    "an officer that is a root": {"keys": [OfficerKey("Ed25519", k.NORTH.root_keys()[0].key, ["carry"])]},
    "an unknown algorithm": {"keys": [OfficerKey("RSA", KEY, ["carry"])]},
    "a key of another algorithm": {"keys": [OfficerKey("P-256", KEY, ["carry"])]},
    "a long name of an algorithm": {"keys": [OfficerKey("E" * 21, KEY, ["carry"])]},
    "a key in another form": {"keys": [OfficerKey("Ed25519", KEY.rstrip("="), ["carry"])]},
    "a key that is no base64": {"keys": [OfficerKey("Ed25519", "A", ["carry"])]},
    "powers out of order": {"keys": [OfficerKey("Ed25519", KEY, ["seal", "carry"])]},
    "a power twice": {"keys": [OfficerKey("Ed25519", KEY, ["carry", "carry"])]},
    "no power": {"keys": [OfficerKey("Ed25519", KEY, [])]},
    "an unknown power": {"keys": [OfficerKey("Ed25519", KEY, ["rule"])]},
    "no name": {"names": {}},
    "an empty name": {"names": {"en": ""}},
    "200 characters": {"names": {"en": '\U0001f600\n"\x01' * 50}},
    "201 characters": {"names": {"en": "ы" * 201}},
    "201 control characters": {"names": {"en": "\x01" * 201}},
    "21 names": {"names": {f"a{chr(97 + n)}": "x" for n in range(21)}},
    "another tag": {"names": {"EN": "x"}},
    "a recipient twice": {"recipients": [k.AGE[1][1]] * 2},
    "another recipient": {"recipients": ["age1"]},
    "17 recipients": {"recipients": [k.AGE[1][1][:-2] + a + b for a in "qpzry" for b in "qpzr"][:17]},
    "no roots": {"roots": []},
    "a threshold too high": {"threshold": 4},
    "a threshold of 0": {"threshold": 0},
    "more sealers than there are": {"seal_threshold": 2},
    "a time that the calendar lacks": {"at": "2013-02-29T09:30Z"},
    "a time of year 0": {"at": "0000-01-01T00:00Z"},
    "a time with seconds": {"at": "2013-02-28T09:30:00Z"},
    "number 1": {"number": 1},
    "a party": {"party": k.NOWHERE},
    "a predecessor": {"prev": k.NOWHERE},
    "a number too large": {"number": 2**53},
    "version 2": {"v": 2},
    "next in upper case": {"next": "A" * 64},
}


@pytest.mark.parametrize("changes", CARDS.values(), ids=CARDS)
def test_both_agree_on_cards_that_break_a_rule(changes):
    north = k.Party("NORTH", 1)
    for party in (north.found(**changes), north.found().take(k.NORTH.renew(**changes).card)):
        verdict(file_of(party, k.SOUTH))
        verdict(file_of(more=[b"card " + one.line for one in party.cards]))


def test_a_card_that_goes_to_the_limit_is_good():
    for name in ("64 officers", "200 characters"):
        party = k.Party("SOUTH", 2).found(**{**CARDS[name], "keys": k.SOUTH.officers()})
        assert verdict(file_of(k.NORTH, party))


def test_both_agree_on_successions():
    north = parties()[0]
    other = k.Party("OTHER", 3).found()
    for card in (
        north.renew(roots=[RootKey("Ed25519", KEY)]).card,
        north.renew(next=k.NOWHERE).card,
        north.renew(number=7).card,
        north.renew(party=other.id).card,
        north.renew(party=UNSET).card,
        north.renew(prev=other.id).card,
        north.renew(threshold=1).card,
        north.renew().card,
        north.rotate().card,
        north.renew().renew().card,
        other.card,
        other.renew().card,
        sign("card", north.next_card(), north.root_signers()[0]),
        sign("card", north.rotated_card(), *north.root_signers(north.generation + 1)),
        sign("card", north.next_card(), *north.root_signers(), k.signer(9)),
        Signed("card", north.renew().card.json, None, other.renew().card.signatures),
    ):
        verdict(WHOLE + b"card " + card.line)
        verdict(PART + b"card " + card.line)


CHARTERS = {
    "parties out of order": {"parties": k.charter_of(*parties()).parties[::-1]},
    "one party": {"parties": k.charter_of(*parties()).parties[:1]},
    "a party twice": {"parties": k.charter_of(*parties()).parties[:1] * 2},
    "a card of another": {
        "parties": [k.structs.replace(one, card=parties()[1].card.id) for one in k.charter_of(*parties()).parties]
    },
    "another proposer": {"proposer": k.NOWHERE},
    "the other proposer": {"proposer": parties()[1].id},
    "languages out of order": {"languages": ["ru", "en"]},
    "a language twice": {"languages": ["en", "en"]},
    "no language": {"languages": []},
    "schema 0": {"schema": 0},
    "a predecessor": {"prev": k.NOWHERE},
    "no time": {"at": "2013-13-01T00:00Z"},
}


@pytest.mark.parametrize("changes", CHARTERS.values(), ids=CHARTERS)
def test_both_agree_on_charters_that_break_a_rule(changes):
    assert verdict(file_of(charter=changes)) == ("prev" in changes)


SEALS = {
    "a cut without a party": ("offer", {"cut": {}}, False),
    "a cut with a stranger": (
        "offer",
        {"cut": dict.fromkeys([*k.charter_of(*parties()).codes(), k.NOWHERE], "0" * 64)},
        False,
    ),
    "another language": ("offer", {"languages": ["de"]}, False),
    "languages out of order": ("offer", {"languages": ["ru", "en"]}, False),
    "all languages": ("offer", {"languages": ["en", "kk", "ru"]}, True),
    "a correction": ("offer", {"corrects": 1}, True),
    "a correction of two": ("offer", {"corrects": 2}, False),
    "what came before": ("offer", {"previous": k.NOWHERE}, True),
    "another number": ("offer", {"edition": seal.EditionNumber(0, 0)}, False),
    "another root": ("offer", {"root": k.NOWHERE}, False),
    "another scope": ("offer", {"scope": "scopeaaaaaaaaaaa"}, False),
    "an offer by another": ("offer", {"party": parties()[1].id, "card": parties()[1].card.id}, False),
    "an acceptance of something else": ("accept", {"of": k.NOWHERE}, False),
    "an acceptance for another": ("accept", {"party": parties()[0].id}, False),
    "a withdrawal instead": ("accept", {"step": "withdraw"}, False),
    "another circle": ("accept", {"circle": k.NOWHERE}, False),
    "another card": ("accept", {"card": parties()[0].card.id}, False),
    "acceptances out of order": ("receipt", {"accepts": ["1" * 64, "0" * 64]}, False),
    "other acceptances": ("receipt", {"accepts": []}, True),
    "a receipt of something else": ("receipt", {"of": k.NOWHERE}, False),
    "an unknown step": ("receipt", {"step": "refuse"}, False),
}


@pytest.mark.parametrize(("record", "changes", "holds"), SEALS.values(), ids=SEALS)
def test_both_agree_on_seals_that_break_a_rule(record, changes, holds):
    assert verdict(file_of(**{record: changes})) == holds


def test_both_agree_on_more_seals_than_are_needed():
    north, south = parties()
    circle = k.circle(north, south)
    offered = next(line for line in lines(WHOLE) if b'"step":"offer"' in line)
    name = hashlib.sha256(offered[5:].partition(b"\t")[0]).hexdigest()
    for more, holds in (
        (k.withdraw_of(south, circle, name), True),
        (k.withdraw_of(north, circle, name), True),
        (k.accept_of(north, circle, name), False),
        (k.receipt_of(south, circle, name), False),
        (k.accept_of(south, circle, k.NOWHERE), True),
        (k.offer_of(north, circle), False),
        (k.accept_of(k.Party("WEST", 3).found(), circle, name), False),
    ):
        assert verdict(WHOLE + b"seal " + more.line) == holds


CONTENTS = {
    "the plan alone": {PLAN: {"kind": "plan"}},
    "no plan": {COURSE: {"kind": "activity"}},
    "a long name": {PLAN: {"a" * 128: ""}},
    "too long a name": {PLAN: {"a" * 129: ""}},
    "a name with a point too many": {PLAN: {"a..b": ""}},
    "a name in another script": {PLAN: {"й": ""}},
    "an empty name": {PLAN: {"": ""}},
    "an id too short": {PLAN: {"kind": "plan"}, "short": {"kind": "plan"}},
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_both_agree_on_what_an_edition_holds(content):
    assert verdict(file_of(content=content)) == (content in (CONTENTS["the plan alone"], CONTENTS["a long name"]))


def test_both_agree_on_p256_keys():
    """Signed by a token's key, by it with the other s, with a changed s, and by a key that is not on the curve."""
    token = keys.P256Signer(7)
    officers = in_order([OfficerKey(token.alg, token.key, ["seal"]), *k.SOUTH.officers()[:0]])
    south = k.Party("SOUTH", 2).found(keys=officers)
    north = parties()[0]
    circle = k.circle(north, south)
    naming = edition.Naming(circle.id, PLAN, seal.EditionNumber(0, 1))
    offered = k.offer_of(north, circle, root=edition.root_of(CONTENT, naming, k.SEED), scope=PLAN)
    accepted = sign("seal", k.accept_of(south, circle, offered.id).value, token)
    (raw,) = accepted.signatures.values()
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    mirrored = raw[:32] + (order - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    for signature, holds in (
        (raw, True),
        (mirrored, True),
        (raw[:63] + b"\0", False),
        (bytes(64), False),
        (raw[:63], False),
    ):
        again = Signed("seal", accepted.json, accepted.value, {keys.key_id(token.key): signature})
        seals = (offered, again, k.receipt_of(north, circle, offered.id))
        cards = tuple(card for party in (north, south) for card in party.cards)
        assert verdict(edition.write(Proof(cards, circle, seals), CONTENT, k.SEED)) == holds
    der = base64.b64decode(token.key)
    for bad in (der[:-1] + bytes([der[-1] ^ 1]), der[:-64] + bytes(64), der + b"\0", der[:26] + b"\2" + der[27:59]):
        officers = in_order([OfficerKey("P-256", base64.b64encode(bad).decode(), ["carry"]), *k.SOUTH.officers()])
        assert not verdict(file_of(k.NORTH, k.Party("SOUTH", 2).found(keys=officers)))
