"""Evidence is append-only, derived rows are functions of it, and what is half done is not done."""

from __future__ import annotations

import sqlite3

import pytest

from kelisim import Evidence, open_bundle, schema
from tests.site.rows import BROKEN, rows_of
from tests.site.test_exchange import say

DERIVED = {
    "feeds": "SELECT circle, party, head, epoch, seq, floor, length, contested, waiting FROM kelisim_web_feed",
    "counted": "SELECT f.party, c.place, c.segment, c.at, c.seen FROM kelisim_web_counted c "
    "JOIN kelisim_web_feed f ON f.id = c.feed_id",
    "items": "SELECT circle, item, said FROM kelisim_web_item",
    "traces": "SELECT f.party, t.item, t.stretch, t.places FROM kelisim_web_trace t "
    "JOIN kelisim_web_feed f ON f.id = t.feed_id",
    "disputed": "SELECT f.party, d.item, d.field FROM kelisim_web_disputedregister d "
    "JOIN kelisim_web_feed f ON f.id = d.feed_id",
}


def derived(desks, desk):
    return {name: sorted(desks.query(desk, sql), key=repr) for name, sql in DERIVED.items()}


@pytest.mark.parametrize("table", ["record", "signature", "segment", "seed"])
@pytest.mark.parametrize("act", ["DELETE FROM kelisim_web_{}", "UPDATE kelisim_web_{} SET {} = {}"])
def test_the_database_itself_refuses_to_change_evidence(agreed, table, act):
    desks, _, _ = agreed
    with rows_of(desks.home / "kaz") as rows:
        before = rows.query(f"SELECT * FROM kelisim_web_{table}")
        column = "json" if table == "record" else "body" if table == "segment" else "value"
        with pytest.raises(BROKEN, match="append-only"):
            rows.change(act.format(table, column, column))
        assert before == rows.query(f"SELECT * FROM kelisim_web_{table}") != []


def test_rebuild_makes_every_derived_row_as_it_was(agreed):
    desks, _, course = agreed
    say(desks, "usa", course, "period", "2013-05")
    desks.cross("usa", "kaz")
    before = derived(desks, "kaz")
    assert all(before[name] for name in ("feeds", "counted", "items", "traces"))
    desks.well("kaz", "rebuild")
    assert derived(desks, "kaz") == before
    desks.change("kaz", "UPDATE kelisim_web_item SET said = '[{},{}]'", "DELETE FROM kelisim_web_trace")
    assert derived(desks, "kaz") != before
    desks.well("kaz", "rebuild")
    assert derived(desks, "kaz") == before


def test_rebuild_keeps_what_is_contested(agreed):

    desks, _, course = agreed
    desks.copy("kaz", "twin")
    say(desks, "kaz", course, "period", "2013-05")
    say(desks, "twin", course, "period", "2013-09")
    desks.cross("kaz", "usa")
    desks.cross("twin", "usa")
    before = derived(desks, "usa")
    assert before["disputed"]
    desks.well("usa", "rebuild")
    assert derived(desks, "usa") == before


def test_the_rows_say_what_the_evidence_says_in_memory(agreed):
    """The node's step-by-step rows and the library's function of the set give the same standing."""
    desks, _, course = agreed
    for desk, field, value in [
        ("kaz", "host", "USA"),
        ("usa", "period", "2013-05"),
        ("kaz", "place", "KAZ Astana"),
        ("usa", "title.en", "Joint course for medics"),
    ]:
        say(desks, desk, course, field, value)
        desks.cross(desk, "usa" if desk == "kaz" else "kaz")
    whole = desks.write("usa", "kaz", "--whole")
    identity = (desks.home / "kaz/keys/carry.age").read_text().strip()
    opened = open_bundle((desks.home / whole).read_bytes(), [identity])
    confirmed = [party for (party,) in desks.query("kaz", "SELECT party FROM kelisim_web_confirmed")]
    evidence = Evidence.of(opened, confirmed)
    standing = evidence.standing(schema())
    told = {one["field"]: one for one in desks.json("kaz", f"show {course}") if "status" in one}
    assert len(told) > 5
    for name, field in standing.fields(course):
        assert told[name]["status"] == str(field.status)
        assert told[name]["values"] == field.values
        assert told[name]["waits_for"] == list(field.waits_for)
    for party in evidence.charter.codes():
        row = desks.query("kaz", "SELECT head, length FROM kelisim_web_feed WHERE party = ?", party)[0]
        assert row == (evidence.line(party).head, len(evidence.line(party).ids))


def test_a_failure_in_the_middle_of_a_bundle_leaves_the_node_as_it_was(agreed, monkeypatch):
    from kelisim_web import derive

    desks, _, course = agreed
    say(desks, "kaz", course, "host", "USA")
    name = desks.write("kaz", "usa")
    before = desks.dump("usa")

    def fail(*_):
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(derive, "_count", fail)
    monkeypatch.delenv("KELISIM_DEBUG")
    assert desks.at("usa", f"bundle read {name}").status == 4
    monkeypatch.undo()
    assert desks.dump("usa") == before
    desks.well("usa", f"bundle read {name}")
    assert desks.field("usa", course, "host")["values"]["KAZ"] == "USA"


@pytest.mark.on("sqlite")
def test_a_database_that_cannot_be_written_is_said_so(agreed):
    desks, _, _ = agreed
    (desks.home / "usa/node.sqlite3").write_bytes(b"not a database at all" * 300)
    answer = desks.at("usa", "--json standing")
    assert (answer.status, answer.refused) == (3, "database")
