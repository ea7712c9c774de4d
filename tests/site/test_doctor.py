"""What the doctor finds, each thing tampered with by hand; and that it finds nothing where nothing is wrong."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from tests.site.conftest import Desks
from tests.site.rows import rows_of
from tests.site.test_exchange import say

LETTER = "--by USA --letter 12-345 --date 2013-03-01"


@pytest.fixture(autouse=True)
def _by_the_clock(monkeypatch):
    monkeypatch.delenv("KELISIM_NOW")


def findings(desks, desk="kaz"):
    """The findings of a doctor who has some."""
    answer = desks.at(desk, "--json doctor")
    assert answer.status == 1, answer
    return {(one["check"], one["finding"]) for one in answer.objects if "finding" in one}


def spoil(desks, *statements, desk="kaz"):
    """Change rows past every trigger, which stand again afterwards."""
    desks.spoil(desk, *statements)


@pytest.fixture
def signed(agreed):
    """The small plan with an edition in force, so that there is evidence of every kind but an epoch."""
    desks, plan, course = agreed
    say(desks, "kaz", course, "held", "yes")
    for desk in ("kaz", "usa"):
        desks.well(desk, f"freeze {plan}")
    desks.well("usa", f"offer {plan}")
    desks.cross("usa", "kaz")
    desks.well("kaz", "accept")
    desks.cross("kaz", "usa")
    desks.well("usa", "receipt")
    desks.cross("usa", "kaz")
    return desks, plan, course


def test_a_node_that_works_is_sound_and_stays_as_it_is(signed):
    desks, _, _ = signed
    for desk in ("kaz", "usa"):
        before = desks.dump(desk)
        answer = desks.well(desk, "doctor")
        assert answer.out.splitlines()[-1] == "This node is sound."
        assert "finding" not in answer.out
        assert desks.dump(desk) == before
    told = desks.json("kaz", "doctor")
    assert [one["said"] for one in told] == ["doctor.well"] * 9 + ["doctor.sound"]


def test_a_node_without_a_card_is_sound(tmp_path):
    desks = Desks(tmp_path)
    desks.run("root", "new", "roots")
    desks.run("init", "KAZ", "--node", "kaz", "--root", "roots", "--name", "en=Kazakhstan")
    desks.well("kaz", "doctor")


def test_a_finding_says_what_why_and_what_next(agreed):
    desks, _, _ = agreed
    (desks.home / "kaz/keys/state.pem").chmod(0o644)
    answer = desks.at("kaz", "doctor")
    assert answer.status == 1
    first, why, following = answer.out.splitlines()[:3]
    assert first.startswith("finding: officers' keys: kaz/keys/state.pem can be read by others.")
    assert why == "  Its mode is 644. Whoever reads the keys of a node can speak for the party."
    assert following.startswith("  → Take the rights away: chmod go= kaz/keys/state.pem.")
    assert answer.out.splitlines()[-1] == "Findings: 1."
    for language, word in (("ru", "замечание"), ("kk", "ескерту")):
        assert desks.at("kaz", f"--language {language} doctor").out.startswith(word)


# Keys and disk


def test_keys_that_are_open_gone_foreign_or_no_keys_are_found(agreed):
    desks, _, _ = agreed
    keys = desks.home / "kaz/keys"
    kept = desks.home / "kept"
    shutil.copytree(keys, kept)

    def again():
        shutil.rmtree(keys)
        shutil.copytree(kept, keys)

    (desks.home / "kaz").chmod(0o750)
    assert findings(desks) == {("keys", "others-can-read")}
    (desks.home / "kaz").chmod(0o700)
    (keys / "seal.pem").unlink()
    assert findings(desks) == {("keys", "file-missing")}
    again()
    (keys / "carry.pem").write_text("no key")
    assert findings(desks) == {("keys", "key-file")}
    again()
    shutil.copy(desks.home / "usa/keys/state.pem", keys / "state.pem")
    assert findings(desks) == {("keys", "key-not-on-card")}
    again()
    shutil.copy(desks.home / "usa/keys/carry.age", keys / "carry.age")
    assert findings(desks) == {("keys", "identity-not-on-card")}
    (keys / "carry.age").write_text("no identity")
    assert findings(desks) == {("keys", "key-file")}
    (keys / "carry.age").unlink()
    assert findings(desks) == {("keys", "file-missing")}
    again()
    desks.well("kaz", "doctor")


def test_a_full_disk_and_a_directory_that_cannot_be_written_are_found(agreed, monkeypatch):
    from kelisim_web.queries import doctor

    desks, _, _ = agreed
    monkeypatch.setattr(doctor, "LEAST_FREE", 1 << 62)
    assert findings(desks) == {("disk", "disk-low")}
    monkeypatch.setattr(doctor, "LEAST_FREE", 0)

    def refuse(**_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", refuse)
    assert findings(desks) == {("disk", "file-not-written")}


# The database


@pytest.mark.on("sqlite")
def test_a_damaged_database_is_found(agreed):
    desks, _, _ = agreed
    with contextlib.closing(sqlite3.connect(desks.home / "kaz/node.sqlite3")) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'segments_of_a_feed'")  # its pages are orphans now
        connection.commit()
    assert findings(desks) == {("database", "database-damaged")}


def test_a_check_that_cannot_be_made_is_a_finding(agreed):
    desks, _, _ = agreed
    spoil(desks, "DROP TABLE kelisim_web_recorded", "DROP TABLE kelisim_web_letter")
    assert findings(desks) == {("letters", "database-damaged")}


@pytest.mark.parametrize("table", ["record", "signature", "segment", "seed"])
@pytest.mark.parametrize("act", ["update", "delete"])
def test_a_trigger_that_was_dropped_or_weakened_is_found(agreed, table, act):
    desks, _, _ = agreed
    with rows_of(desks.home / "kaz") as rows:
        rows.weaken(table, act)
    assert findings(desks) == {("database", "trigger-missing")}


def test_a_database_of_another_version_is_found(agreed):
    desks, _, _ = agreed
    spoil(
        desks, "INSERT INTO django_migrations (app, name, applied) VALUES ('kelisim_web', '9999_later', '2030-01-01')"
    )
    assert findings(desks) == {("database", "migrations-differ")}


# Evidence


SIGNATURE = (
    "UPDATE kelisim_web_signature SET value = zeroblob(64) "
    "WHERE record_id = (SELECT min(id) FROM kelisim_web_record WHERE kind = '{}')"
)
CHANGED = {
    "a byte of a card": (
        "UPDATE kelisim_web_record SET json = CAST(replace(json, 'T', 'S') AS BLOB) WHERE kind = 'card'",
    ),
    "a byte of a charter": (
        "UPDATE kelisim_web_record SET json = CAST(replace(json, 'T', 'S') AS BLOB) WHERE kind = 'charter'",
    ),
    "a byte of a seal": (
        "UPDATE kelisim_web_record SET json = CAST(replace(json, 'T', 'S') AS BLOB) WHERE kind = 'seal'",
    ),
    "bytes into a text": ("UPDATE kelisim_web_record SET json = CAST(json AS TEXT)",),
    "a kind": ("UPDATE kelisim_web_record SET kind = 'scroll' WHERE kind = 'seal'",),
    "whose a record is": ("UPDATE kelisim_web_record SET party = 'x' WHERE kind = 'seal'",),
    "which plan a record is of": ("UPDATE kelisim_web_record SET circle = 'x' WHERE kind = 'seal'",),
    "a signature of a card": (SIGNATURE.format("card"),),
    "a signature of a seal": (SIGNATURE.format("seal"),),
    "a header": ("UPDATE kelisim_web_segment SET line = CAST(replace(line, 'T', 'S') AS BLOB)",),
    "a column": ("UPDATE kelisim_web_segment SET prev = 'x' || substr(prev, 2)",),
    "a body": ("UPDATE kelisim_web_segment SET body = zeroblob(40)",),
    "bodies, exchanged": (
        "UPDATE kelisim_web_segment SET body = (SELECT b.body FROM kelisim_web_segment b ORDER BY b.id LIMIT 1)",
    ),
    "the seed": ("UPDATE kelisim_web_seed SET value = zeroblob(32)",),
    "a card, gone": (
        "DELETE FROM kelisim_web_signature WHERE record_id IN (SELECT id FROM kelisim_web_record WHERE kind = 'card')",
        "DELETE FROM kelisim_web_record WHERE kind = 'card'",
    ),
}


@pytest.mark.parametrize(
    "what",
    [
        *sorted(CHANGED.keys() - {"bytes into a text"}),
        pytest.param("bytes into a text", marks=pytest.mark.on("sqlite")),
    ],
)
def test_evidence_that_was_changed_is_found(signed, what):
    desks, _, _ = signed
    spoil(desks, *CHANGED[what])
    found = findings(desks)
    assert "evidence" in {check for check, _ in found}
    assert ("derived", "derived-not-compared") in found


def test_a_flaw_names_its_piece_of_evidence(agreed):
    desks, _, _ = agreed
    spoil(
        desks, "UPDATE kelisim_web_segment SET body = zeroblob(40) WHERE id = (SELECT min(id) FROM kelisim_web_segment)"
    )
    name = desks.query("kaz", "SELECT min(id) FROM kelisim_web_segment")[0][0]
    told = next(one for one in desks.at("kaz", "--json doctor").objects if one.get("check") == "evidence")
    assert (told["finding"], told["kind"], told["id"]) == ("evidence-changed", "segment", name)
    assert f"(dispatch {name[:12]})" in desks.at("kaz", "doctor").out


def test_a_segment_that_is_gone_is_found_by_those_that_follow_it(agreed):
    desks, _, course = agreed
    say(desks, "kaz", course, "period", "2013-05")
    desks.well("kaz", "doctor")
    spoil(desks, "DELETE FROM kelisim_web_segment WHERE seq = 1")
    assert ("derived", "derived-differ") in findings(desks)


# Derived rows


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kelisim_web_item SET said = replace(said, '2013-04', '2013-05')",
        "UPDATE kelisim_web_item SET said = replace(said, 'agreed', 'open')",
        "DELETE FROM kelisim_web_item",
        "DELETE FROM kelisim_web_trace",
        "UPDATE kelisim_web_counted SET seen = '{}'",
        "UPDATE kelisim_web_feed SET head = 'f' || substr(head, 2)",
    ],
)
def test_a_derived_row_that_is_not_what_the_evidence_gives_is_found_and_rebuilt(agreed, statement):
    desks, _, _ = agreed
    spoil(desks, statement)
    before = desks.dump("kaz")
    told = desks.at("kaz", "--json doctor")
    found = [one["params"] for one in told.objects if one.get("finding") == "derived-differ"]
    assert statement.split("kelisim_web_")[1].split()[0] in {one["table"] for one in found}
    assert {one["code"] for one in found} <= {"KAZ", "USA", "KAZ, USA"}
    assert desks.dump("kaz") == before
    assert "kelisim rebuild" in told.out
    desks.well("kaz", "rebuild")
    desks.well("kaz", "doctor")


# Plans and feeds


def test_a_charter_that_is_not_whole_is_found(desks):
    desks.well("kaz", "plan new USA --proposer KAZ")
    assert findings(desks) == {("plans", "charter-not-whole")}


def test_a_contested_feed_is_found(agreed):
    desks, _, course = agreed
    desks.copy("kaz", "twin")
    say(desks, "kaz", course, "period", "2013-05")
    say(desks, "twin", course, "period", "2013-09")
    desks.cross("kaz", "usa")
    desks.cross("twin", "usa")
    assert ("plans", "feed-contested") in findings(desks, "usa")


def test_a_restored_backup_is_found_by_what_others_have_named(agreed):
    desks, _, course = agreed
    desks.copy("kaz", "backup")
    say(desks, "kaz", course, "period", "2013-05")
    desks.cross("kaz", "usa")
    desks.well("usa", "dispatch --acknowledge")
    desks.cross("usa", "kaz")
    desks.well("kaz", "doctor")
    desks.well("backup", f"bundle read {desks.write('usa', 'kaz')}")
    assert ("restored", "head-unknown") in findings(desks, "backup")


def test_dispatches_that_wait_are_found(agreed):
    desks, _, _ = agreed
    circle, party = desks.query("kaz", "SELECT circle, party FROM kelisim_web_feed LIMIT 1")[0]
    spoil(
        desks, f"INSERT INTO kelisim_web_parked VALUES ('{'0' * 64}', '{circle}', '{party}', zeroblob(1), zeroblob(1))"
    )
    spoil(desks, "UPDATE kelisim_web_feed SET waiting = true")
    assert {("plans", "segments-parked"), ("plans", "feed-waiting")} <= findings(desks)


# Letters and the clock


def test_the_file_of_a_letter_that_is_gone_or_changed_is_found(agreed):
    desks, _, _ = agreed
    (desks.home / "scan.pdf").write_text("a letter")
    desks.well("kaz", f"recorded add 1 place 'KAZ Astana' {LETTER} --file scan.pdf")
    desks.well("kaz", "doctor")
    (kept,) = (desks.home / "kaz/letters").iterdir()
    kept.write_text("another")
    assert findings(desks) == {("letters", "letter-file-changed")}
    kept.unlink()
    assert findings(desks) == {("letters", "letter-file-missing")}
    desks.well("kaz", f"recorded add 1 place 'KAZ Astana' {LETTER} --file scan.pdf")
    desks.well("kaz", "doctor")


def test_a_clock_that_is_behind_the_records_is_found(agreed, monkeypatch):
    """By more than a day: less is what two clocks may differ by."""
    desks, _, _ = agreed
    monkeypatch.setenv("KELISIM_NOW", "2020-01-01T00:00Z")
    assert findings(desks) == {("clock", "clock-behind")}
    told = next(one for one in desks.at("kaz", "--json doctor").objects if "finding" in one)
    newest = datetime.strptime(told["params"]["newest"], "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
    monkeypatch.setenv("KELISIM_NOW", (newest - timedelta(days=1)).strftime("%Y-%m-%dT%H:%MZ"))
    desks.well("kaz", "doctor")
    monkeypatch.setenv("KELISIM_NOW", (newest - timedelta(days=1, minutes=1)).strftime("%Y-%m-%dT%H:%MZ"))
    assert findings(desks) == {("clock", "clock-behind")}
