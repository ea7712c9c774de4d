"""A node whose rows lie in PostgreSQL: how it is told, what it refuses, what another party's bytes cannot do to it."""

from __future__ import annotations

import psycopg
import pytest

from kelisim_web import database
from kelisim_web.database import postgresql as on_server
from tests.site.rows import BROKEN, address_of, by_setting, rows_of

pytestmark = pytest.mark.on("postgresql")


@pytest.fixture(autouse=True)
def _by_the_clock(monkeypatch):
    monkeypatch.delenv("KELISIM_NOW")


@pytest.fixture
def setting(monkeypatch):
    """The one setting, which the other tests have made for them."""
    monkeypatch.setattr(database, "wanted", by_setting)
    return lambda address: monkeypatch.setenv(database.SETTING, address)


def init(desks, name="new"):
    assert (desks.home / "roots/kaz").exists()
    return desks.run("--json", "init", "KAZ", "--node", name, "--root", "roots/kaz", "--name", "en=Kazakhstan")


def test_one_setting_when_a_node_is_made_is_enough(desks, postgresql, setting, monkeypatch):
    address = postgresql.new()
    setting(address)
    assert init(desks).status == 0
    monkeypatch.delenv(database.SETTING)
    desks.well("new", "doctor")
    assert not (desks.home / "new/node.sqlite3").exists()
    assert (desks.home / "new/database").stat().st_mode & 0o777 == 0o600
    assert address_of(desks.home / "new") == address
    assert desks.query("new", "SELECT code FROM kelisim_web_us") == [("KAZ",)]


@pytest.mark.parametrize(
    "address", ["kaz", "sqlite:///kaz", "postgresql://", "postgresql://a b", "postgresql:///kaz?x=y"]
)
def test_what_is_no_address_is_refused_and_no_node_is_made(desks, setting, address):
    setting(address)
    assert init(desks).refused == "database-address"
    assert not (desks.home / "new").exists()


def test_a_server_that_is_not_there_is_said_and_no_node_is_made(desks, setting):
    setting("postgresql://kaz@/kaz?host=/nowhere")
    assert init(desks).refused == "database"
    assert not (desks.home / "new").exists()


def test_a_database_that_has_a_node_is_left_alone(desks, setting):
    before = desks.dump("kaz")
    setting(address_of(desks.home / "kaz"))
    assert init(desks).refused == "database-in-use"
    assert not (desks.home / "new").exists()
    assert desks.dump("kaz") == before


def test_a_node_that_cannot_be_made_leaves_an_empty_database(desks, postgresql, setting, monkeypatch):
    from kelisim_web import node

    setting(postgresql.new())
    with monkeypatch.context() as patch:
        patch.setattr(node, "rules", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            init(desks)
    assert not (desks.home / "new").exists()
    assert init(desks).status == 0


def test_a_database_without_the_rows_is_not_taken_for_a_new_node(desks):
    desks.change("kaz", "DROP SCHEMA kelisim CASCADE")
    answer = desks.at("kaz", "--json standing")
    assert (answer.status, answer.refused) == (3, "database-empty")
    assert desks.query("kaz", "SELECT count(*) FROM pg_tables WHERE schemaname NOT LIKE '%%pg%%'")[0][0] < 5


def test_a_missing_driver_is_named(desks, monkeypatch):
    monkeypatch.setattr(on_server, "find_spec", lambda _: None)
    assert desks.at("kaz", "--json standing").refused == "postgresql-driver"


@pytest.mark.parametrize("table", ["record", "signature", "segment", "seed"])
def test_evidence_cannot_be_truncated(agreed, table):
    desks, _, _ = agreed
    with rows_of(desks.home / "kaz") as rows, pytest.raises(BROKEN, match="append-only"):
        rows.change(f"TRUNCATE kelisim_web_{table} CASCADE")


def test_a_function_of_the_triggers_that_was_weakened_is_found(agreed):
    desks, _, _ = agreed
    desks.change(
        "kaz",
        "CREATE OR REPLACE FUNCTION refuse_to_change_evidence() RETURNS trigger LANGUAGE plpgsql "
        "AS $$BEGIN RETURN NULL; END$$",
    )
    answer = desks.at("kaz", "--json doctor")
    assert [one["finding"] for one in answer.objects if "finding" in one] == ["trigger-missing"] * 4


def test_every_text_is_in_the_order_of_its_bytes(desks):
    columns = "SELECT table_name, column_name, collation_name FROM information_schema.columns"
    texts = desks.query("kaz", f"{columns} WHERE table_schema = 'kelisim' AND data_type = 'text'")
    assert len(texts) > 50
    assert {order for _, _, order in texts} == {"C"}
    other = f"{columns} WHERE table_schema = 'kelisim' AND data_type IN ('jsonb', 'json', 'character varying')"
    assert desks.query("kaz", other) == []


HOSTILE = {
    "a zero": (r"a\u0000b", "a\0b"),
    "half of a megabyte of one letter": ("x" * 250_000, "x" * 250_000),
    "what an index could not hold": (
        "".join(map(chr, range(0x4E00, 0x8E00))),
        "".join(map(chr, range(0x4E00, 0x8E00))),
    ),
    "the last letter there is": ("\U0010ffff", "\U0010ffff"),
    "a backslash and quotes": (r"\\ ' \" $$ %s {}", "\\ ' \" $$ %s {}"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_value_that_our_own_door_refuses_is_kept_as_it_was_signed(agreed, monkeypatch, name):
    from kelisim.ledger import segment

    written, value = HOSTILE[name]
    desks, _, course = agreed
    wrong, write = "WRITTEN BY ANOTHER PROGRAM", segment.write_body
    desks.well("kaz", f"draft {course} title.en '{wrong}'")
    with monkeypatch.context() as patch:
        patch.setattr(segment, "write_body", lambda said: write(said).replace(wrong.encode(), written.encode()))
        desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    assert desks.field("usa", course, "title.en")["values"]["KAZ"] == value
    for command in ("standing --peek", "rebuild", "doctor", f"show {course}"):
        assert desks.at("usa", f"--json {command}").status in (0, 1), command
    assert desks.field("usa", course, "title.en")["values"]["KAZ"] == value
    answer = desks.at("usa", f"--json draft {course} title.en --theirs KAZ")
    assert answer.refused != "database", answer
    assert desks.at("usa", "--json dispatch").refused != "database"


def test_who_writes_waits_for_who_writes_and_who_reads_does_not(agreed, monkeypatch):
    from kelisim_web.database.backend.base import _WAIT

    desks, _, course = agreed
    monkeypatch.setattr(on_server, "OPTIONS", on_server.OPTIONS.replace("20000", "200"))
    desks.well("kaz", f"draft {course} host USA")
    with psycopg.connect(address_of(desks.home / "kaz")) as other:
        other.execute(_WAIT)
        answer = desks.at("kaz", "--json dispatch")
        assert (answer.status, answer.refused) == (3, "database")
        assert "lock timeout" in answer.err
        desks.well("kaz", "standing --peek")
    desks.well("kaz", "dispatch")


@pytest.mark.parametrize("setting_of_the_server", ["full_page_writes", "fsync"])
def test_a_server_that_may_forget_is_found(agreed, postgresql, setting_of_the_server):
    desks, _, _ = agreed
    postgresql.set(setting_of_the_server, "off")
    try:
        answer = desks.at("kaz", "--json doctor")
    finally:
        postgresql.set(setting_of_the_server, "on")
    assert [one["finding"] for one in answer.objects if "finding" in one] == ["database-not-durable"]
    assert f"{setting_of_the_server} = off" in answer.out


def test_a_commit_lasts_whatever_the_database_says(agreed, postgresql):
    desks, _, _ = agreed
    name = psycopg.conninfo.conninfo_to_dict(address_of(desks.home / "kaz"))["dbname"]
    postgresql.do(f"ALTER DATABASE {name} SET synchronous_commit = off")
    desks.well("kaz", "doctor")


def test_a_database_of_another_encoding_is_found(desks, postgresql, setting):
    postgresql.do("CREATE DATABASE nodes_in_bytes TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    setting(postgresql.address("nodes_in_bytes"))
    assert init(desks).status == 0
    assert "server_encoding" in desks.at("new", "doctor").out
