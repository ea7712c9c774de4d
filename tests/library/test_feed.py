"""What counts of a feed, by example. All small worlds are tried in `test_worlds.py`."""

from __future__ import annotations

from kelisim.ledger import feed
from kelisim.ledger.feed import Base, Place

START = feed.Start("charter", 0)
NUMBERS = {"first": 0, "second": 1}

ONE = Place("one", 0, 1, "charter", "first")
TWO = Place("two", 0, 2, "one", "first")
THREE = Place("three", 0, 3, "two", "first")


def line(*evidence, start=START):
    places = [one for one in evidence if isinstance(one, Place)]
    return feed.line(places, [one for one in evidence if isinstance(one, Base)], start, NUMBERS)


def test_an_empty_feed_starts_at_the_charter():
    assert line() == feed.Line(ids=(), head="charter", epoch=0, seq=0, floor=0)


def test_segments_count_in_the_order_of_their_chain():
    found = line(THREE, ONE, TWO)
    assert found.ids == ("one", "two", "three")
    assert (found.head, found.epoch, found.seq) == ("three", 0, 3)


def test_a_gap_proves_nothing_and_waits():
    found = line(ONE, THREE)
    assert found.ids == ("one",)
    assert found.waiting
    assert not found.contested


def test_two_segments_at_one_place_contest_it_and_all_that_follows():
    found = line(ONE, TWO, THREE, TWO._replace(id="other"))
    assert found.ids == ("one",)
    assert found.contested
    assert found.disputed == {"two", "three", "other"}


def test_a_segment_after_something_else_contests_the_place_before_it():
    found = line(ONE, TWO, THREE._replace(prev="other"))
    assert found.ids == ("one",)
    assert (found.contested, found.disputed) == (True, {"two", "three"})


def test_a_fork_beyond_a_gap_contests_once_the_gap_closes():
    rival = THREE._replace(id="rival")
    assert not line(ONE, THREE, rival).contested
    assert line(ONE, TWO, THREE, rival).contested


def test_a_restored_author_goes_on_from_its_backup_and_leaves_the_rest_behind():
    record = Base("record", 1, "one", "first")
    after = Place("after", 1, 1, "record", "first")
    found = line(ONE, TWO, THREE, record, after)
    assert found.ids == ("one", "after")
    assert (found.contested, found.waiting) == (False, False)


def test_an_epoch_repairs_a_fork_before_which_it_is_based():
    rival = TWO._replace(id="rival")
    found = line(ONE, TWO, rival, Base("record", 1, "one", "first"))
    assert (found.ids, found.head, found.contested) == (("one",), "record", False)


def test_an_epoch_whose_base_has_not_come_waits_and_changes_nothing_else():
    found = line(ONE, TWO, Base("record", 1, "three", "first"))
    assert (found.ids, found.epoch, found.waiting) == (("one", "two"), 0, True)


def test_segments_of_an_epoch_that_has_not_come_wait():
    found = line(ONE, Place("after", 1, 1, "record", "first"))
    assert (found.ids, found.waiting) == (("one",), True)


def test_an_epoch_may_be_based_on_an_earlier_one():
    first, second = Base("first", 1, "one", "first"), Base("second", 2, "first", "first")
    assert line(ONE, TWO, first, second).ids == ("one",)


def test_of_two_records_of_one_rank_only_what_both_share_counts():
    records = [Base("a", 1, "three", "first"), Base("b", 1, "one", "first")]
    found = line(ONE, TWO, THREE, *records, Place("after", 1, 1, "a", "first"))
    assert found.ids == ("one",)
    assert (found.contested, found.disputed) == (True, {"after"})


def test_two_records_of_one_rank_share_nothing_that_is_known_while_one_way_is_missing():
    found = line(ONE, TWO, Base("a", 1, "two", "first"), Base("b", 1, "lost", "first"))
    assert (found.ids, found.contested, found.waiting) == ((), True, True)


def test_a_newer_card_outranks_a_higher_number():
    stolen, ours = Base("stolen", 9, "charter", "first"), Base("ours", 1, "two", "second")
    assert line(ONE, TWO, stolen, ours).ids == ("one", "two")


def test_a_segment_under_a_card_that_the_epoch_has_ended_is_nothing():
    record = Base("record", 1, "one", "second")
    forged = [Place("forged", 1, 1, "record", "first"), Place("far", 7, 1, "lost", "first")]
    assert line(ONE, record, *forged) == line(ONE, record)


def test_a_segment_under_an_older_card_than_the_one_before_it_is_nothing():
    renewed = TWO._replace(card="second")
    assert line(ONE, renewed, THREE) == line(ONE, renewed)
    assert line(ONE, renewed).floor == 1


def test_a_segment_under_an_older_card_than_the_charter_names_is_nothing():
    start = feed.Start("charter", 1)
    assert line(ONE, start=start) == line(start=start)


def test_a_segment_or_record_under_a_card_off_the_chain_is_nothing():
    strange = [THREE._replace(card="strange"), Base("record", 1, "charter", "strange")]
    assert line(ONE, TWO, *strange) == line(ONE, TWO)


def test_a_number_used_again_under_a_newer_card_disputes_no_word_that_was_settled():
    old, again = Base("old", 1, "charter", "first"), Base("again", 1, "kept", "second")
    kept = Place("kept", 1, 1, "old", "second")
    found = line(old, kept, again)
    assert found.ids == ("kept",)
    assert not found.disputed


def test_the_way_to_an_id_is_found_backwards_whatever_has_happened_since():
    held = {one.id: one for one in (ONE, TWO, THREE, Place("after", 1, 1, "record", "second"))}
    records = {"record": Base("record", 1, "two", "second")}
    assert feed.way("charter", held, records, "charter") == ()
    assert feed.way("three", held, records, "charter") == ("one", "two", "three")
    assert feed.way("after", held, records, "charter") == ("one", "two", "after")
    assert feed.way("after", held, {}, "charter") is None


def test_growing_goes_on_from_the_head():
    known = line(ONE)
    assert feed.grow(known, [TWO, THREE], NUMBERS) == line(ONE, TWO, THREE)


def test_growing_by_nothing_is_the_same_line():
    assert feed.grow(line(ONE), [], NUMBERS) == line(ONE)


def test_growing_does_not_need_the_segments_before():
    tail = feed.grow(line(ONE, TWO)._replace(ids=()), [THREE], NUMBERS)
    assert tail == line(ONE, TWO, THREE)._replace(ids=("three",))


def test_growing_tells_nothing_where_places_or_cards_do_not_follow():
    known = line(ONE, TWO._replace(card="second"))
    for odd in (
        THREE._replace(card="second", prev="other"),
        THREE._replace(card="second", seq=4),
        THREE._replace(card="second", epoch=1),
        THREE,
        THREE._replace(card="strange"),
    ):
        assert feed.grow(known, [odd], NUMBERS) is None


def test_growing_tells_nothing_of_a_line_that_is_contested_or_waits():
    assert feed.grow(line(ONE, TWO, TWO._replace(id="rival")), [TWO], NUMBERS) is None
    assert feed.grow(line(ONE, THREE), [TWO], NUMBERS) is None
