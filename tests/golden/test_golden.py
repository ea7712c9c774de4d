"""Golden files: what format 1 once wrote is read for ever, and reads to the same."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest

from kelisim import bundle
from kelisim.errors import Refusal
from tests.golden import making
from tests.golden.reading import HERE, READERS, read
from tests.golden.write import LIST, READS, listed

EXPECTED = json.loads((HERE / READS).read_text("utf-8"))
WRITTEN = making.written()


def test_no_golden_file_has_changed_come_or_gone():
    assert (HERE / LIST).read_text("utf-8") == listed()
    assert {path.name for path in HERE.iterdir()} == {*EXPECTED, READS, LIST}
    assert len(EXPECTED) >= 40


@pytest.mark.parametrize("name", EXPECTED)
def test_a_golden_file_reads_to_what_it_always_has(name):
    assert read(name) == EXPECTED[name]


@pytest.mark.parametrize("name", WRITTEN)
def test_the_same_history_is_written_to_the_same_bytes(name):
    assert WRITTEN[name] == (HERE / name).read_bytes()


def test_a_node_packs_these_parts_into_the_plain_bundle(tmp_path):
    (tmp_path / "file").write_bytes(making.BYTES)
    said, held = making.manifest().value, dict(making.carried())
    segments = [(header.line, body) for header, body in (*making.FEED, *making.FIRST, making.AFTER)]
    load = bundle.Load(
        cards=[held["card"]],
        charters=[held["charter"]],
        seed=held["seed"],
        epochs=[held["epoch"]],
        segments=segments,
        seals=[held["seal"]],
        files=[(bundle.file_part(tmp_path / "file"), tmp_path / "file")],
    )
    envelope = bundle.Envelope(said.at, said.card, said.circle, said.sender, said.to, said.seen)
    plain = io.BytesIO()
    bundle.Opened(bundle.pack(envelope, load, making.NORTH.officer("carry"))).write_plain(plain)
    assert plain.getvalue() == (HERE / "plain.bundle").read_bytes()


def test_every_file_is_either_written_again_or_holds_chance():
    assert {*EXPECTED} == {*WRITTEN, *making.drawn()}


def test_every_kind_of_bundle_part_seal_and_record_is_among_them():
    manifest = EXPECTED["manifest.record"]["says"]
    assert [part["kind"] for part in manifest["parts"]] == [
        "card",
        "charter",
        "seed",
        "epoch",
        "segment",
        "seal",
        "file",
    ]
    assert {EXPECTED[f"{name}.record"]["says"]["step"] for name in ("offer", "accept", "receipt", "withdraw")} == {
        "offer",
        "accept",
        "receipt",
        "withdraw",
    }
    assert {EXPECTED[name]["sort"] for name in EXPECTED if name.endswith(".proof")} == {
        "cards",
        "place",
        "before",
        "records",
        "conclusions",
    }
    endings = {"." + name.rsplit(".")[-1] for name in EXPECTED}
    assert endings == {*READERS, ".public", ".age"}


def test_the_three_forms_of_a_bundle_bring_the_same():
    one, *others = (EXPECTED[f"{form}.bundle"] for form in ("plain", "packed", "encrypted"))
    assert all(one == other for other in others)
    assert one["concluded"]


@pytest.mark.parametrize("name", [name for name in EXPECTED if name.endswith(".record") or name == "plan.edition"])
def test_a_golden_file_of_which_a_byte_has_changed_is_not_read_as_before(name, monkeypatch):
    """The test above can fail."""
    from tests.golden import reading

    real = (HERE / name).read_bytes()
    place = real.index(b'"v":1') + 4 if b'"v":1' in real else len(real) // 2
    changed = real[:place] + bytes([real[place] ^ 1]) + real[place + 1 :]
    kept = reading.data
    monkeypatch.setattr(reading, "data", lambda one: changed if one == name else kept(one))
    with pytest.raises((Refusal, AssertionError)):
        assert read(name) == EXPECTED[name]


def test_the_writer_refuses_to_write_them_again():
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KELISIM_", "DJANGO_"))}
    write = [sys.executable, "-m", "tests.golden.write"]
    tried = subprocess.run(write, capture_output=True, text=True, check=False, env=clean)
    assert tried.returncode
    assert "never written again" in tried.stderr
    assert (HERE / LIST).read_text("utf-8") == listed()
