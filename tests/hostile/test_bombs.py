"""What is small to send and large to read is refused, or read, in little memory and time.

Each bomb goes off in a child process, and what is limited is that child's: its address space, at 200 MB above what it
had with the bomb in hand, and its time on the processor, so that what would not end is ended. That none takes longer
than a second is measured by `bench/bombs.py`.
"""

from __future__ import annotations

import json
import os
import resource
import time
from base64 import b64encode
from pathlib import Path

import pytest
import zstandard
from msgspec import structs

from kelisim import bundle, disclosure, edition, fork, planfile
from kelisim.bundle import Opened
from kelisim.errors import Refusal
from kelisim.ledger import card as cards
from kelisim.ledger import feed, segment
from kelisim.ledger.digest import digest
from kelisim.ledger.feed import Place, Start
from kelisim.ledger.record import sign
from tests.hostile.mutants import CARRIER, canonical, signed_raw
from tests.hostile.worlds import BEFORE, CIRCLE, KAZ, OURS, PACKED, PLAIN, SEALED, TRUE, atoms, framed, read
from tests.library import keysmith as k

MEGABYTE = 1024**2
BYTES = 200 * MEGABYTE


def set_off(act, made):
    """What became of it in a child: the code of a refusal, or `taken`; and the seconds of the processor it took."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        _limit()
        os.write(writer, json.dumps(_outcome(act, made)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as said:
        told = said.read()
    _, status = os.waitpid(child, 0)
    return json.loads(told) if told else (f"died of {status}", 0.0)


def _limit():
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    used = int(time.process_time())
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + BYTES,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (used + 10,) * 2)  # only to end what would not end


def _outcome(act, made):
    start = time.process_time()
    try:
        act(made)
        said = "taken"
    except Refusal as refusal:
        said = refusal.code
    except BaseException as error:  # noqa: BLE001  (a child tells everything)
        said = repr(error)[:300]
    return said, time.process_time() - start


def taken(packed):
    atoms(read(BEFORE, packed))


def opened(sealed):
    Opened(bundle.decrypt(sealed, [OURS]))


# Bombs in bundles


def a_manifest(raw):
    """A bundle whose manifest has this JSON."""
    return framed(signed_raw("manifest", raw, CARRIER) + PLAIN.partition(b"\n")[2])


def of_fields(**changes):
    return a_manifest(canonical({**json.loads(PLAIN.partition(b"\t")[0]), **changes}))


def of_part(kind, data):
    """The true bundle with these bytes as one of its parts."""
    return framed(TRUE.having(kind, data).plain(CARRIER))


def zeros(size, **how):
    packer = zstandard.ZstdCompressor(compression_params=zstandard.ZstdCompressionParameters(**how)).compressobj()
    chunk = bytes(MEGABYTE)
    frame = b"".join(packer.compress(chunk) for _ in range(size // MEGABYTE)) + packer.flush()
    return frame + bytes(-len(frame) % 4096)


def many_parts(number):
    one = {"id": digest(b"x"), "kind": "file", "size": 1}
    plain = {**json.loads(PLAIN.partition(b"\t")[0]), "parts": [one] * number}
    return framed(signed_raw("manifest", canonical(plain), CARRIER) + b"x" * number)


def a_header(**changes):
    return structs.replace(k.segment_of(KAZ.keys, CIRCLE).value, **changes)


def parked(number, **of):
    """That many segments under a card that nobody has."""
    headers = [a_header(card=k.NOWHERE, seq=n + 1, **of) for n in range(number)]
    return of_part("segment", b"".join(by_state(one) for one in headers))


def by_state(header):
    return sign(segment.KIND, header, KAZ.keys.officer("state")).line


def a_body(lines):
    return of_part("segment", k.segment_of(KAZ.keys, CIRCLE, lines).line + lines)


def statements(number):
    body = segment.write_body(segment.Statement(field=f"x{n:06}", item="a" * 16, value="v") for n in range(number))
    return a_body(body)


BUNDLES = {
    "a gigabyte of zeros": (lambda: zeros(1024 * MEGABYTE, window_log=20), "record-too-long"),
    "a window of 128 MiB": (lambda: zeros(256 * MEGABYTE, window_log=27), "bundle-not-a-frame"),
    "frames behind the frame": (lambda: PACKED + framed(b"") * 20_000, "bundle-padding"),
    "a megabyte without an end": (lambda: framed(b"[" * 4 * MEGABYTE), "record-too-long"),
    "nesting": (lambda: a_manifest(b"[" * 500_000 + b"]" * 500_000), "profile-not-of-kind"),
    "nesting in a field": (lambda: a_manifest(b'{"at":' * 100_000), "profile-not-of-kind"),
    "a number of 900,000 digits": (lambda: a_manifest(b'{"v":' + b"9" * 900_000 + b"}"), "profile-not-of-kind"),
    "a fraction of 900,000 digits": (lambda: a_manifest(b'{"v":0.' + b"9" * 900_000 + b"}"), "profile-not-of-kind"),
    "an exponent": (lambda: a_manifest(b'{"v":1e999999999}'), "profile-not-of-kind"),
    "parts, 1,000": (lambda: many_parts(1000), "bundle-card-missing"),
    "parts, 10,000": (lambda: many_parts(10_000), "profile-not-of-kind"),
    "parties without number": (lambda: of_fields(seen={f"{n:064x}": k.NOWHERE for n in range(7000)}), "segment-seen"),
    "a path as a kind": (
        lambda: of_fields(parts=[{"id": k.NOWHERE, "kind": "../../x", "size": 1}]),
        "profile-not-of-kind",
    ),
    "a large size": (
        lambda: of_part("segment", sign(segment.KIND, a_header(size=2**53 - 1), KAZ.keys.officer("state")).line),
        "segment-too-large",
    ),
    "a large count": (
        lambda: of_part("segment", sign(segment.KIND, a_header(count=2**53 - 1), KAZ.keys.officer("state")).line),
        "segment-too-large",
    ),
    "a body that ends early": (
        lambda: of_part("segment", sign(segment.KIND, a_header(size=2**24), KAZ.keys.officer("state")).line),
        "bundle-body-short",
    ),
    "empty lines for statements": (lambda: a_body(b"\n" * 100_000), "profile-not-canonical"),
    "statements, 100,000": (lambda: statements(100_000), "taken"),
    "empty lines for seals": (lambda: of_part("seal", b"\n" * (16 * MEGABYTE)), "profile-not-of-kind"),
    "empty lines for cards": (lambda: of_part("card", b"\n" * (16 * MEGABYTE)), "record-not-a-line"),
    "one line for seals": (lambda: of_part("seal", b"x" * (16 * MEGABYTE)), "record-too-long"),
    "signatures without number": (
        lambda: of_part(
            "seal",
            signed_raw("seal", b"{}").strip()
            + b" ".join(b"%032x:" % n + b64encode(bytes(64)) for n in range(130_000))
            + b"\n",
        ),
        "record-too-long",
    ),
    "parked, 10,000": (lambda: parked(10_000), "taken"),
    "parked, 20,000": (lambda: parked(20_000), "parked-too-many"),
    "parked for a stranger": (lambda: parked(10, party=k.WEST.id), "segment-not-a-party"),
    "a file of 100 MiB of zeros": (lambda: of_part("file", bytes(100 * MEGABYTE)), "taken"),
}


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bomb_in_a_bundle_does_no_harm(name):
    make, expected = BUNDLES[name]
    holds(taken, make(), expected)


def holds(act, made, expected):
    assert set_off(act, made)[0] == expected


# Bombs in age files


def stanzas(number):
    lines = b"-> X25519 " + b64encode(bytes(32)).rstrip(b"=") + b"\n" + b64encode(bytes(32)).rstrip(b"=") + b"\n"
    return b"age-encryption.org/v1\n" + lines * number + b"--- " + b64encode(bytes(32)).rstrip(b"=") + b"\n" + bytes(64)


def scrypt(factor):
    salt = b64encode(bytes(16)).rstrip(b"=")
    body = b64encode(bytes(32)).rstrip(b"=")
    head = b"age-encryption.org/v1\n-> scrypt " + salt + b" %d\n" % factor + body + b"\n--- " + body + b"\n"
    return head + bytes(64)


AGE = {
    "a header of a megabyte": (lambda: stanzas(10_000), "bundle-not-age"),
    "as many stanzas as may be": (lambda: stanzas(150), "bundle-not-for-us"),
    "an argument of 10 MB": (
        lambda: b"age-encryption.org/v1\n-> X25519 " + b"a" * 10_000_000 + b"\n",
        "bundle-not-age",
    ),
    "a work factor of 30": (lambda: scrypt(30), "bundle-not-for-us"),
    "a work factor beyond all": (lambda: scrypt(10**40), "bundle-not-for-us"),
    "no end": (lambda: SEALED[:100], "bundle-not-for-us"),
}


@pytest.mark.parametrize("name", AGE)
def test_a_bomb_in_an_age_file_does_no_harm(name):
    make, expected = AGE[name]
    holds(opened, make(), expected)


# Bombs in other files


def chain_of(number):
    """A party's cards, each after the one before."""
    party = k.NORTH
    for _ in range(number - 1):
        party = party.renew()
    return party.cards


def toml(path):
    planfile.read(path, "plan.toml", ["KAZ", "USA"])


def with_word(what, word, number):
    return b"kelisim %b 1\n" % what.encode() + (word + b"\n") * number


FILE_BOMBS = {
    "an edition of nothing": (edition.verify, lambda: with_word("edition", b"", 16 * MEGABYTE), "edition-not-a-file"),
    "a disclosure of nothing": (
        disclosure.verify,
        lambda: with_word("disclosure", b"", 60 * MEGABYTE),
        "disclosure-not-a-file",
    ),
    "a disclosure too large": (disclosure.verify, lambda: bytes(65 * MEGABYTE), "disclosure-too-large"),
    "a fork of nothing": (fork.verify, lambda: b"kelisim fork 1\n" + b"\n" * 16 * MEGABYTE, "fork-not-a-file"),
    "cards, 500": (cards.read_cards, lambda: b"".join(one.line for one in chain_of(500)), "taken"),
    "a field of 5,000 names": (toml, lambda: b"[x]\n" + b".".join([b"a"] * 5000) + b' = "1"\n', "taken"),
    "a list in a list": (toml, lambda: b"[x]\na = " + b"[" * 100_000, "file-not-toml"),
    "a table in a table": (toml, lambda: b"[x]\na = " + b"{a=" * 100_000, "file-not-toml"),
    "a number of 100,000 digits": (toml, lambda: b"[x]\na = " + b"9" * 100_000, "file-not-toml"),
}


@pytest.mark.parametrize("name", FILE_BOMBS)
def test_a_bomb_in_another_file_does_no_harm(name):
    act, make, expected = FILE_BOMBS[name]
    holds(act, make(), expected)


# What grows with the square of what came


def rivalled(number):
    """A chain at whose every card another one stands, and which rotates only at its end."""
    held, before = {}, k.NORTH.card.id
    said = k.NORTH.card.value
    held[before] = said
    for n in range(1, number + 1):
        last = n == number
        one = k.NORTH.rotated_card(number=n, prev=before) if last else k.NORTH.next_card(number=n, prev=before)
        held[f"{n:064x}"] = one
        if not last:
            held[f"r{n:063x}"] = k.NORTH.next_card(number=n, prev=before, at="2012-12-05T09:30Z")
        before = f"{n:064x}"
    return held


def test_rivals_at_every_card_of_a_long_chain_do_no_harm():
    holds(lambda held: cards.chain(held, k.NORTH.id), rivalled(3000), "taken")


def test_a_long_way_back_does_no_harm():
    places = [Place(str(n), 0, n, str(n - 1), "card") for n in range(1, 100_001)]
    holds(lambda held: feed.line(held, [], Start("0", 0), {"card": 0}), places, "taken")


def test_a_fork_at_every_place_does_no_harm():
    places = [Place(f"{n}.{m}", 0, n, f"{n - 1}.0", "card") for n in range(1, 20_001) for m in (0, 1)]
    holds(lambda held: feed.forks(held, [], Start("0.0", 0), {"card": 0}), places, "taken")
