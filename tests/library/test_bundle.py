"""A bundle can be lost, repeated, reordered or tampered with; the worst is that it is refused with a reason."""

from __future__ import annotations

import random
import shutil
import tracemalloc
from dataclasses import replace

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from kelisim import bundle
from kelisim.bundle import ORDER, PADDED, Envelope, Load, Manifest, Opened, Part, pack
from kelisim.errors import Malformed, Refusal, Unproven
from kelisim.ledger.digest import digest
from kelisim.ledger.record import sign
from tests.histories import Scenario
from tests.library import keysmith as k
from tests.library.keysmith import NORTH, SOUTH, WEST

HISTORY = """
    all propose plan as plan
    all say plan title.en Plan
    all meet
    KAZ freezes plan in en
    KAZ offers plan
"""
PARTIES = Scenario(HISTORY)
KAZ, USA = PARTIES["KAZ"], PARTIES["USA"]
PACKED = KAZ.bundle_for("USA", whole=True)
SEALED = KAZ.bundle_for("USA", whole=True, encrypted=True)
OURS, THEIRS = k.AGE[USA.keys.drawer][0], k.AGE[KAZ.keys.drawer][0]
CIRCLE = k.circle(NORTH, SOUTH)
ENVELOPE = Envelope(k.AT, NORTH.card.id, CIRCLE.id, NORTH.id, SOUTH.id, {SOUTH.id: CIRCLE.id})
CARRIER = NORTH.officer("carry")
MEGABYTE = 1024**2


def told(opened):
    """Everything that a bundle brings."""
    lines = [opened.lines(kind) for kind in ("card", "charter", "epoch", "seal")]
    return opened.manifest, opened.seed(), list(opened.segments()), lines


TOLD = told(Opened(PACKED))


def refused(act, *given):
    with pytest.raises((Malformed, Unproven)) as refusal:
        act(*given)
    return refusal.value.code


def changes_nothing_or_is_refused(packed):
    """Whether changed bytes are refused; if not, they must say what the bundle said."""
    try:
        opened = Opened(packed)
    except Refusal:
        return True
    assert told(opened) == TOLD
    return False


def flipped(data, place, bits=1):
    changed = bytearray(data)
    changed[place] ^= bits
    return bytes(changed)


def manifest_of(*parts, **changes):
    """A manifest over parts (kind, bytes), or over whatever else is said of them."""
    listed = [Part(id=digest(data), kind=kind, size=len(data)) for kind, data in parts]
    at, card, circle, sender, to, seen = ENVELOPE
    plain = {"at": at, "card": card, "circle": circle, "sender": sender, "to": to, "seen": seen, "v": 1}
    return Manifest(**{**plain, "parts": listed, **changes})


def framed(plain, **options):
    frame = zstandard.ZstdCompressor(write_checksum=True, **options).compress(plain)
    return frame + bytes(-len(frame) % PADDED)


def made(manifest, *data):
    """A bundle of a manifest and whatever follows it, whether they fit or not."""
    return framed(sign(bundle.KIND, manifest, CARRIER).line + b"".join(data))


def part(kind, size, identity=None):
    return Part(id=identity or digest(bytes(size)), kind=kind, size=size)


# What goes in comes out


def test_a_bundle_brings_what_was_put_in_to_its_recipient_alone():
    opened = bundle.open_bundle(SEALED, [OURS])
    assert told(opened) == TOLD
    assert refused(bundle.decrypt, SEALED, [THEIRS]) == "bundle-not-for-us"
    assert refused(bundle.decrypt, SEALED, []) == "bundle-not-for-us"


def test_a_bundle_says_from_whom_to_whom_and_what_its_sender_had_seen():
    value = Opened(PACKED).manifest.value
    assert (value.sender, value.to, value.circle) == (KAZ.id, USA.id, KAZ.circle.id)
    assert value.seen == {USA.id: KAZ.evidence.line(USA.id).head}
    assert [one.kind for one in value.parts] == ["card", "charter", "seed", "segment", "seal"]


def test_the_same_evidence_gives_the_same_plain_bytes():
    assert KAZ.bundle_for("USA", whole=True) == PACKED
    assert Scenario(HISTORY)["KAZ"].bundle_for("USA", whole=True) == PACKED


def test_only_what_the_recipient_has_not_named_is_sent_again():
    parties = Scenario(HISTORY + "\nKAZ sends to USA")
    assert list(Opened(parties["USA"].bundle_for("KAZ")).segments()) == []
    assert len(list(Opened(parties["USA"].bundle_for("KAZ", whole=True)).segments())) == 2


def test_an_empty_bundle_is_a_manifest_alone():
    packed = pack(ENVELOPE, Load(), CARRIER)
    opened = Opened(packed)
    assert opened.manifest.value.parts == []
    assert (opened.lines("card"), opened.seed(), list(opened.segments())) == ([], b"", [])
    assert len(packed) == PADDED


@pytest.mark.parametrize("size", [0, 1, 3000, 4000, 4096, 5000, 100_000])
def test_the_length_of_a_bundle_tells_little(size):
    packed = pack(ENVELOPE, Load(seals=[random.Random(0).randbytes(size).hex().encode() + b"\n"]), CARRIER)
    assert len(packed) % PADDED == 0


def test_a_bundle_of_many_megabytes_comes_out_as_it_went_in():
    body = random.Random(2013).randbytes(9 * MEGABYTE)
    header = k.segment_of(NORTH, CIRCLE, body)
    opened = Opened(pack(ENVELOPE, Load(segments=[(header.line, body)] * 2), CARRIER))
    assert list(opened.segments()) == [(header, body)] * 2


lines = st.binary(max_size=40).map(lambda data: data.replace(b"\n", b"").replace(b"\r", b"") + b"\n")
loads = st.builds(
    Load,
    cards=st.lists(lines, max_size=4),
    charters=st.lists(lines, max_size=1),
    seed=st.sampled_from([b"", k.SEED]),
    epochs=st.lists(lines, max_size=3),
    seals=st.lists(lines, max_size=3),
)


@given(loads)
def test_every_record_comes_out_as_it_went_in(load):
    opened = Opened(pack(ENVELOPE, load, CARRIER))
    found = [opened.lines(kind) for kind in ("card", "charter", "epoch", "seal")]
    assert found == [list(all_) for all_ in (load.cards, load.charters, load.epochs, load.seals)]
    assert opened.seed() == load.seed


def test_files_travel_after_the_records():
    files = [b"one", b"two"]
    opened = Opened(made(manifest_of(("seed", k.SEED), *(("file", data) for data in files)), k.SEED, *files))
    assert opened.seed() == k.SEED
    assert [one.size for one in opened.manifest.value.parts] == [32, 3, 3]


def test_files_come_out_as_they_went_in_whether_or_not_all_is_read(tmp_path):
    data = [b"one", random.Random(1).randbytes(200_000), b"three"]
    for number, content in enumerate(data):
        (tmp_path / str(number)).write_bytes(content)
    files = [(bundle.file_part(tmp_path / str(number)), tmp_path / str(number)) for number in range(3)]
    opened = Opened(pack(ENVELOPE, Load(seed=k.SEED, seals=[b"x\n"], files=files), CARRIER))
    assert [(name, reader.read()) for name, reader in opened.files()] == [(digest(one), one) for one in data]
    assert [name for name, _ in opened.files()] == [digest(one) for one in data]
    assert [reader.read(2) for _, reader in opened.files()] == [one[:2] for one in data]
    assert opened.seed() == k.SEED
    assert list(Opened(pack(ENVELOPE, Load(seals=[b"x\n"]), CARRIER)).files()) == []


def test_a_large_file_is_neither_packed_nor_read_in_one_piece(tmp_path):
    size = 80 * MEGABYTE
    with (tmp_path / "large").open("wb") as file:
        file.truncate(size)
    tracemalloc.start()
    try:
        files = [(bundle.file_part(tmp_path / "large"), tmp_path / "large")]
        packed = pack(ENVELOPE, Load(files=files), CARRIER)
        with (tmp_path / "read").open("wb") as target:
            for _, reader in Opened(packed).files():
                shutil.copyfileobj(reader, target, MEGABYTE)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (tmp_path / "read").stat().st_size == size
    assert most < size / 2


def test_a_load_takes_as_many_files_as_there_is_room_for(monkeypatch):
    def fit(*sizes, **load):
        parts = [(Part(k.NOWHERE, "file", size), None) for size in sizes]
        return [part.size for part, _ in bundle.with_files(Load(**load), parts).files]

    assert fit(0, 1, bundle.LARGEST_FILE, bundle.LARGEST_FILE + 1) == [1, bundle.LARGEST_FILE]
    assert fit(*[bundle.LARGEST_FILE] * 11, 5) == [*[bundle.LARGEST_FILE] * 10, 5]
    assert len(fit(*[1] * 1001)) == 1000
    assert len(fit(*[1] * 1001, seed=k.SEED, seals=[b"x\n"])) == 998
    monkeypatch.setattr(bundle, "LARGEST", bundle.LONGEST_MANIFEST + 40)
    assert fit(9, 8, 1, seed=k.SEED) == [8]


# Changed bytes


def test_an_encrypted_bundle_with_any_byte_changed_is_refused():
    first_line = SEALED.index(b"\n") + 1
    for place in range(len(SEALED)):
        code = "bundle-not-age" if place < first_line else "bundle-not-for-us"
        assert refused(bundle.decrypt, flipped(SEALED, place), [OURS]) == code


def test_an_encrypted_bundle_cut_short_anywhere_or_made_longer_is_refused():
    for end in range(len(SEALED)):
        assert refused(bundle.decrypt, SEALED[:end], [OURS]) in ("bundle-not-for-us", "bundle-not-age")
    assert refused(bundle.decrypt, SEALED + b"\x00", [OURS]) == "bundle-not-for-us"
    assert refused(bundle.decrypt, SEALED + SEALED, [OURS]) == "bundle-not-for-us"


def test_a_long_encrypted_bundle_cut_at_the_end_of_a_chunk_is_refused():
    chunk, tag = 64 * 1024, 16
    sealed = bundle.encrypt(bytes(3 * chunk + 5), [k.AGE[1][1]])
    tail = 5 + tag
    for chunks in (0, 1, 2):
        assert refused(bundle.decrypt, sealed[: len(sealed) - tail - chunks * (chunk + tag)], [THEIRS])


@pytest.mark.parametrize("bits", [1, 16, *(pytest.param(1 << n, marks=pytest.mark.soak) for n in (1, 2, 3, 5, 6, 7))])
def test_a_plain_bundle_with_any_byte_changed_is_refused_or_says_the_same(bits):
    refusals = sum(changes_nothing_or_is_refused(flipped(PACKED, place, bits)) for place in range(len(PACKED)))
    assert refusals > len(PACKED) - 20


def test_a_plain_bundle_cut_short_anywhere_is_refused():
    for end in range(len(PACKED)):
        assert refused(Opened, PACKED[:end])
    frame = PACKED.rstrip(b"\x00")
    for end in range(1, len(frame) - 3):
        assert refused(Opened, frame[:end] + bytes(-end % PADDED))


@given(st.integers(0, len(PACKED)), st.binary(max_size=3), st.integers(0, 3))
def test_bytes_put_in_or_taken_out_are_refused_or_change_nothing(place, put_in, taken):
    changes_nothing_or_is_refused(PACKED[:place] + put_in + PACKED[place + taken :])


@given(st.binary(max_size=200))
def test_noise_is_refused(noise):
    assert refused(Opened, noise)
    assert refused(Opened, noise + bytes(-len(noise) % PADDED))
    assert refused(bundle.decrypt, noise, [OURS]) in ("bundle-not-age", "bundle-not-for-us")
    assert refused(bundle.decrypt, b"age-encryption.org/v1\n" + noise, [OURS]) == "bundle-not-for-us"


# Framing


def test_what_is_compressed_otherwise_but_framed_rightly_says_the_same():
    plain = zstandard.ZstdDecompressor().decompress(PACKED.rstrip(b"\x00") + bytes(4), max_output_size=MEGABYTE)
    assert told(Opened(framed(plain, level=19))) == TOLD
    assert told(Opened(framed(plain, write_content_size=False))) == TOLD


def test_padding_is_zeros_to_the_next_four_kibibytes_and_no_more():
    frame = framed(sign(bundle.KIND, manifest_of(), CARRIER).line).rstrip(b"\x00")
    padded = frame + bytes(-len(frame) % PADDED)
    assert Opened(padded)
    assert refused(Opened, frame) == "bundle-padding"
    assert refused(Opened, padded + bytes(PADDED)) == "bundle-padding"
    assert refused(Opened, padded[:-1] + b"\x01") == "bundle-padding"
    assert refused(Opened, padded[:-1]) == "bundle-padding"


def test_a_frame_that_lacks_its_last_bytes_is_refused_even_where_all_parts_are_there():
    noise = random.Random(11).randbytes(2 * PADDED)
    plain = (
        sign(bundle.KIND, manifest_of(("file", noise[:size])), CARRIER).line + noise[:size]
        for size in range(4000, 9000)
    )
    frames = (zstandard.ZstdCompressor(write_checksum=True).compress(one) for one in plain)
    frame = next(one for one in frames if len(one) % PADDED == 4)
    assert refused(Opened, frame[:-4]) == "bundle-not-a-frame"
    assert Opened(frame + bytes(-len(frame) % PADDED))


def test_a_second_frame_is_refused():
    frame = framed(sign(bundle.KIND, manifest_of(), CARRIER).line).rstrip(b"\x00")
    assert refused(Opened, frame + frame + bytes(-2 * len(frame) % PADDED)) == "bundle-padding"


def test_a_frame_that_can_be_skipped_is_no_bundle():
    skipped = b"\x50\x2a\x4d\x18" + (PADDED - 8).to_bytes(4, "little") + bytes(PADDED - 8)
    assert refused(Opened, skipped)
    assert refused(Opened, skipped + PACKED)


def test_bytes_after_the_last_part_are_refused():
    assert refused(Opened, made(manifest_of(), b"\n")) == "bundle-trailing"
    assert refused(Opened, made(manifest_of(("seed", k.SEED)), k.SEED, b"more")) == "bundle-trailing"


def test_a_part_that_is_missing_or_short_is_refused():
    assert refused(Opened, made(manifest_of(("seed", k.SEED)))) == "bundle-part-missing"
    assert refused(Opened, made(manifest_of(("seed", k.SEED)), k.SEED[:-1])) == "bundle-part-missing"


def test_a_part_that_is_not_what_the_manifest_says_is_refused():
    assert refused(Opened, made(manifest_of(("seed", k.SEED)), bytes(32))) == "bundle-part-changed"
    assert refused(Opened, made(manifest_of(("file", b"ab"), ("file", b"cd")), b"cd", b"ab")) == "bundle-part-changed"


@pytest.mark.parametrize("kinds", [("charter", "card"), ("file", "seal"), ("seal", "segment"), ("file", "card")])
def test_parts_in_another_order_are_refused(kinds):
    assert refused(Opened, made(manifest_of(*((kind, b"x") for kind in kinds)), b"xx")) == "bundle-parts"


@pytest.mark.parametrize("kind", [kind for kind in ORDER if kind not in ("file", "seed")])
def test_a_kind_that_stands_twice_is_refused(kind):
    assert refused(Opened, made(manifest_of((kind, b"x"), (kind, b"x")), b"xx")) == "bundle-parts"


@pytest.mark.parametrize(
    "part",
    [
        *(part(kind, 0) for kind in ORDER),
        *(part("seed", size) for size in (31, 33)),
        *(part(kind, bundle.LARGEST_RECORDS + 1, k.NOWHERE) for kind in ("card", "charter", "epoch", "seal")),
        part("segment", bundle.LARGEST + 1, k.NOWHERE),
        part("file", bundle.LARGEST_FILE + 1, k.NOWHERE),
    ],
    ids=lambda one: f"{one.kind} {one.size}",
)
def test_a_part_of_a_size_that_cannot_be_is_refused_before_it_is_read(part):
    assert refused(Opened, made(manifest_of(parts=[part]))) == "bundle-part-size"


def test_parts_that_are_too_large_together_are_refused_before_they_are_read():
    parts = [part("file", bundle.LARGEST_FILE, k.NOWHERE)] * 11
    assert refused(Opened, made(manifest_of(parts=parts))) == "bundle-too-large"
    just_fits = [*parts[:10], part("file", bundle.LARGEST - 10 * bundle.LARGEST_FILE, k.NOWHERE)]
    assert refused(Opened, made(manifest_of(parts=just_fits))) == "bundle-part-missing"


def test_the_limits_are_those_of_the_format():
    assert bundle.LARGEST == 1_073_741_824
    assert bundle.LARGEST_FILE == 104_857_600
    assert bundle.LARGEST_RECORDS == 16_777_216
    assert bundle.LARGEST_WINDOW == 8_388_608
    assert (PADDED, bundle.SEED) == (4_096, 32)


def test_a_manifest_names_at_most_a_thousand_parts():
    assert Opened(made(manifest_of(parts=[part("file", 1)] * 1000), bytes(1000)))
    assert refused(Opened, made(manifest_of(parts=[part("file", 1)] * 1001), bytes(1001))) == "profile-not-of-kind"


def test_a_manifest_at_a_time_that_does_not_exist_is_refused():
    assert refused(Opened, made(manifest_of(at="2013-02-30T09:30Z"))) == "profile-no-such-time"


def test_a_part_of_a_kind_that_is_not_known_is_refused():
    line = sign(bundle.KIND, manifest_of(("file", b"x")), CARRIER).line.replace(b'"file"', b'"film"')
    assert refused(Opened, framed(line + b"x")) == "profile-not-of-kind"


# Bombs


def bomb(first, size):
    """A frame that begins with some bytes and unpacks to as many zeros as asked for."""
    packer = zstandard.ZstdCompressor(level=1, write_checksum=True).compressobj()
    zeros = bytes(MEGABYTE)
    frame = packer.compress(first) + b"".join(packer.compress(zeros) for _ in range(size // MEGABYTE)) + packer.flush()
    return frame + bytes(-len(frame) % PADDED)


BOMBS = {
    "after the manifest": (sign(bundle.KIND, manifest_of(), CARRIER).line, "bundle-trailing"),
    "in place of the manifest": (b"", "record-too-long"),
    "in a part": (sign(bundle.KIND, manifest_of(("seed", k.SEED)), CARRIER).line + k.SEED, "bundle-trailing"),
}


@pytest.mark.parametrize("where", BOMBS)
def test_a_small_frame_that_unpacks_to_gigabytes_is_refused_before_it_fills_the_memory(where):
    first, code = BOMBS[where]
    packed = bomb(first, bundle.LARGEST + MEGABYTE)
    assert len(packed) < 100_000
    tracemalloc.start()
    try:
        assert refused(Opened, packed) == code
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 40 * MEGABYTE


def test_a_bundle_that_is_larger_than_allowed_is_refused_where_the_limit_is_passed(monkeypatch):
    monkeypatch.setattr(bundle, "LARGEST", MEGABYTE)
    line = sign(bundle.KIND, manifest_of(("segment", bytes(MEGABYTE - 4096))), CARRIER).line
    fits = bytes(MEGABYTE - len(line))
    assert Opened(made(manifest_of(("segment", fits)), fits))
    over = fits + b"\x00"
    assert refused(Opened, made(manifest_of(("segment", over)), over)) == "bundle-too-large"
    over = bytes(MEGABYTE)
    assert refused(Opened, made(manifest_of(("segment", over)), over)) == "bundle-too-large"


def test_a_frame_that_wants_a_large_window_is_refused():
    noise = random.Random(7).randbytes(9 * MEGABYTE)
    options = zstandard.ZstdCompressionParameters(window_log=25, write_checksum=True, write_content_size=False)
    plain = sign(bundle.KIND, manifest_of(("segment", noise)), CARRIER).line + noise
    frame = zstandard.ZstdCompressor(compression_params=options).compress(plain)
    assert refused(Opened, frame + bytes(-len(frame) % PADDED)) == "bundle-not-a-frame"


# Segments in their part


def segments_of(data):
    return list(Opened(made(manifest_of(("segment", data)), data)).segments())


def test_a_body_that_ends_too_early_is_refused():
    header = k.segment_of(NORTH, CIRCLE, b"body\n")
    assert segments_of(header.line + b"body\n") == [(header, b"body\n")]
    assert refused(segments_of, header.line + b"body") == "bundle-body-short"
    assert refused(segments_of, header.line) == "bundle-body-short"


def test_a_header_that_is_not_one_is_refused():
    header = k.segment_of(NORTH, CIRCLE, b"body\n")
    assert refused(segments_of, header.line + b"body\nmore") == "record-not-a-line"
    assert refused(segments_of, b"a" * 70_000) == "record-too-long"


def test_a_body_over_the_limit_is_refused_before_it_is_read():
    header = k.segment_of(NORTH, CIRCLE, size=bundle.LARGEST_BODY + 1)
    assert refused(segments_of, header.line) == "segment-too-large"


# Who signed it


def judged(manifest, *signers, card=NORTH.card):
    return bundle.check(sign(bundle.KIND, manifest, *signers), card, CIRCLE.value)


def test_a_manifest_by_an_officer_who_may_carry_holds():
    judged(manifest_of(), CARRIER)


@pytest.mark.parametrize("power", ["state", "seal"])
def test_a_manifest_by_an_officer_who_may_not_carry_is_refused(power):
    assert refused(judged, manifest_of(), NORTH.officer(power)) == "signature-key-unknown"


def test_a_manifest_by_a_key_that_is_on_no_card_is_refused():
    assert refused(judged, manifest_of(), NORTH.officer("carry", desk=1)) == "signature-key-unknown"
    assert refused(judged, manifest_of(), SOUTH.officer("carry")) == "signature-key-unknown"


def test_a_manifest_has_exactly_one_signature():
    both = [k.card.OfficerKey(k.ED25519, NORTH.officer("carry", desk).key, ["carry"]) for desk in (0, 1)]
    card = NORTH.renew(keys=k.card.in_order(both)).card
    signers = [NORTH.officer("carry", desk) for desk in (0, 1)]
    assert refused(lambda: judged(manifest_of(), *signers, card=card)) == "signature-one"


def test_a_changed_manifest_is_refused():
    signed = sign(bundle.KIND, manifest_of(), CARRIER)
    other = sign(bundle.KIND, manifest_of(at="2012-11-05T09:31Z"), CARRIER)
    changed = replace(signed, signatures=other.signatures)
    assert refused(bundle.check, changed, NORTH.card, CIRCLE.value) == "signature-bad"


@pytest.mark.parametrize("field", ["sender", "to"])
def test_a_bundle_from_or_to_somebody_outside_the_circle_is_refused(field):
    assert refused(judged, manifest_of(**{field: WEST.id}), CARRIER) == "bundle-not-a-party"


@pytest.mark.parametrize("seen", [{}, {NORTH.id: k.NOWHERE}, {SOUTH.id: k.NOWHERE, WEST.id: k.NOWHERE}])
def test_a_manifest_names_the_head_of_every_other_party_and_of_nobody_else(seen):
    assert refused(judged, manifest_of(seen=seen), CARRIER) == "segment-seen"


# Encryption


def test_a_recipient_that_is_no_age_key_is_refused():
    assert refused(bundle.encrypt, b"", ["age1nobody"]) == "card-recipient"


def test_a_bundle_can_be_opened_with_any_of_a_partys_keys():
    sealed = bundle.encrypt(PACKED, [k.AGE[1][1], k.AGE[3][1]])
    assert bundle.decrypt(sealed, [k.AGE[3][0]]) == PACKED
    assert bundle.decrypt(sealed, [k.AGE[2][0], k.AGE[1][0]]) == PACKED


def test_what_a_password_opens_is_not_for_a_node():
    stanza = b"-> scrypt " + b"A" * 22 + b" 30\n" + b"A" * 43
    data = b"age-encryption.org/v1\n" + stanza + b"\n--- " + b"A" * 43 + b"\n" + bytes(50)
    assert refused(bundle.decrypt, data, [OURS]) == "bundle-not-for-us"
