"""Kept rows are what the library finds in the evidence, whatever came and in whatever order."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kelisim.evidence import Evidence
from kelisim.ledger.judge import Held
from kelisim.ledger.segment import write_body
from tests.parties import SCHEMA, found
from tests.site.test_exchange import say
from tests.site.test_store import DERIVED, derived

if TYPE_CHECKING:
    from kelisim.ledger.record import Signed

CODES = ("KAZ", "USA")
ITEMS = ["plan", "survey", "4.1"]
FIELDS = ["kind", "parent", "number", "present", "period", "host", "available.USA", "held", "colour"]
VALUES = ["plan", "activity", "yes", "1", "2013", "KAZ", ""]
words = st.tuples(st.sampled_from(ITEMS), st.sampled_from(FIELDS), st.none() | st.sampled_from(VALUES), st.booleans())
dispatches = st.tuples(
    st.sampled_from(CODES),
    st.lists(words, min_size=1, max_size=4),
    st.sampled_from(["", "", "", "heard", "heard", "told twice", "restored"]),
)


def speak(party, said):
    for name, field, value, hold in said:
        if value is None:
            party.withdraw(name, field)
        else:
            party.say(name, field, value, hold=hold)
    return party.dispatch()


class History:
    """What two parties sign: segments and epochs, some told twice, some of them after a restore."""

    def __init__(self, acts):
        self.parties = found(*CODES)
        backups = {code: party.back_up() for code, party in self.parties.items()}
        self.records: dict[str, tuple[Signed, bytes]] = {}
        for code, said, then in acts:
            party = self.parties[code]
            twin = party.back_up()
            speak(party, said)
            if then == "told twice":
                speak(twin, [*said, ("plan", "number", "7", False)])
            if then == "heard":
                for other in self.parties.values():
                    for header, statements in party.evidence.segments.values():
                        other.evidence.add_segment(header, write_body(statements))
            for one in (party, twin):
                self.keep(one.evidence)
            if then == "restored":
                party.restore(backups[code])
                self.keep(party.evidence)
                backups[code] = party.back_up()

    def keep(self, evidence):
        self.records |= {name: (header, write_body(said)) for name, (header, said) in evidence.segments.items()}
        self.records |= {name: (one, b"") for name, one in evidence.epochs.items()}


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    from kelisim_web.node import created

    path = tmp_path_factory.mktemp("derived") / "node"
    with created(path):
        return path


def take(records, circle, held):
    from kelisim_web import store

    store.append_segments([(one, body) for one, body in records if one.kind == "segment"], circle, held)
    for one, _ in records:
        if one.kind == "epoch":
            store.append_epoch(one, circle, held)


def rows():
    from django.db import connection

    with connection.cursor() as cursor:
        return {name: sorted(cursor.execute(sql).fetchall(), key=repr) for name, sql in DERIVED.items()}


@given(
    st.lists(dispatches, min_size=1, max_size=7),
    st.integers(0, 1000),
    st.integers(1, 5),
    st.booleans(),
    st.sampled_from([1, 2, 4096]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_kept_rows_are_what_the_library_finds(directory, acts, seed, size, shuffled, stretch):
    """However often rows are written down while segments come in: a stretch of one is a long history at once."""
    from kelisim_web import derive

    with patch.object(derive, "_STRETCH", stretch):
        follow(directory, acts, seed, size, shuffled=shuffled)


def follow(directory, acts, seed, size, *, shuffled):
    """Let a node and the library take the same records, and compare after every few of them."""
    from django.db import transaction

    from kelisim_web import derive, node, store
    from kelisim_web.models.desk import Confirmed

    history = History(acts)
    evidence = history.parties["KAZ"].evidence
    circle, cards = evidence.circle, [*evidence.held.cards.values()]
    codes = circle.value.codes()
    observer = Evidence(circle, Held(cards, codes))
    records = [*history.records.values()]
    if shuffled:
        Random(seed).shuffle(records)
    with node.opened(directory), transaction.atomic():
        Confirmed.objects.bulk_create(Confirmed(party=party, code=code) for party, code in codes.items())
        held = store.cards_held()
        for card in cards:
            store.append_card(card, held)
        store.append_charter(circle, held)
        for start in range(0, len(records), size):
            some = records[start : start + size]
            take(some, circle, held)
            for one, body in some:
                observer.add_segment(one, body) if one.kind == "segment" else observer.add_epoch(one)
            kept, wanted = derive.standing(circle.id, codes, store.length), observer.standing(SCHEMA)
            assert kept.items() == wanted.items()
            for code in CODES:
                mine, theirs = (standing.voices[code].words for standing in (kept, wanted))
                assert (mine, len(mine)) == (theirs, len(theirs))
            for item in wanted.items():
                assert kept.statuses(item) == wanted.statuses(item)
                assert dict(kept.fields(item)) == dict(wanted.fields(item))
        before = rows()
        store.rebuild()
        assert rows() == before
        transaction.set_rollback(True)


def test_rows_that_another_version_made_are_made_anew(agreed):
    desks, _, course = agreed
    before = derived(desks, "kaz")
    desks.change("kaz", "UPDATE kelisim_web_made SET rules = 'of another schema'", "DELETE FROM kelisim_web_item")
    assert desks.field("kaz", course, "host")["status"] == "agreed"
    assert derived(desks, "kaz") == before


def test_a_database_of_an_older_form_is_brought_up_to_date(agreed):
    desks, _, course = agreed
    before = derived(desks, "kaz")
    from django.core.management import call_command

    from kelisim_web import node

    with node.opened(desks.home / "kaz"):
        call_command("migrate", "kelisim_web", "0002", verbosity=0)
    assert desks.query("kaz", "SELECT count(*) FROM kelisim_web_register") == [(0,)]
    assert desks.field("kaz", course, "host")["status"] == "agreed"
    assert derived(desks, "kaz") == before


def test_many_segments_on_one_item_are_all_in_its_history(agreed, monkeypatch):
    from kelisim_web import derive

    monkeypatch.setattr(derive, "_STRETCH", 2)
    desks, _, course = agreed
    for place in range(5):
        say(desks, "kaz", course, "place", f"KAZ Room {place}")
    said = [one["value"] for one in desks.json("kaz", f"show {course}") if one.get("at") and one["field"] == "place"]
    assert said == [f"KAZ Room {place}" for place in range(5)]
    assert len(desks.query("kaz", "SELECT 1 FROM kelisim_web_trace WHERE item = ?", course)) > 2
