"""Two sides of a plan: what came, went, moved and is worded otherwise."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kelisim.difference import Change, Side, aligned, compare, edition_side, same_items, standing_side
from tests.library.test_planfile import SCHEMA, says, standing_of


def side(root="", **items):
    """What an edition says of items, by name."""
    return edition_side(items, root)


def differs(left, right, origins=None, **more):
    """Each item that differs: its names, what has become of it, the fields."""
    found = compare(left, right, same_items(left, right, origins or {}), SCHEMA, **more)
    return [(one.left, one.right, one.sorts, [change.field for change in one.fields]) for one in found]


def test_what_came_and_went_is_told_in_the_order_of_numbers():
    left = side(a={"number": "1", "present": "yes"}, b={"number": "10", "present": "yes"})
    right = side(b={"number": "10", "present": "yes"}, c={"number": "9", "present": "yes"})
    assert differs(left, right) == [
        ("a", "", ("deleted",), ["number", "present"]),
        ("", "c", ("added",), ["number", "present"]),
    ]


def test_an_item_that_moves_or_changes_is_told_so():
    left = side(a={"number": "1", "parent": "p", "host": "KAZ"}, b={"number": "2"}, c={"place": "KAZ"})
    right = side(a={"number": "3", "parent": "q", "host": "USA"}, b={"number": "4"}, c={"place": "USA"})
    assert {one: sorts for one, _, sorts, _ in differs(left, right)} == {
        "a": ("moved", "changed"),
        "b": ("moved",),
        "c": ("changed",),
    }


def test_years_are_paired_by_what_their_items_continue_at_any_distance():
    left = side("y13", y13={"number": "2013"}, visit={"number": "2013.1", "parent": "y13", "title.en": "Visit"})
    right = side("y15", y15={"number": "2015"}, again={"number": "2015.1", "parent": "y15", "title.en": "Visits"})
    origins = {"again": ["between"], "between": ["visit", "again"]}
    assert differs(left, right, origins) == [("visit", "again", ("changed",), ["title.en"])]
    assert [sorts for *_, sorts, _ in differs(left, right)] == [("deleted",), ("added",)]


def test_of_an_item_that_was_split_the_first_goes_on_and_the_others_are_new():
    left = side("y", y={}, visit={"number": "1"})
    right = side("z", z={}, second={"number": "3", "continues": "visit"}, first={"number": "1", "continues": "visit"})
    assert differs(left, right, {"first": ["visit"], "second": ["visit"]}) == [
        ("", "second", ("added",), ["number", "continues"])
    ]


def test_an_item_that_keeps_its_id_is_itself_whatever_continues_it():
    both = {"visit": {"number": "1"}}
    right = side(**both, next={"number": "2"})
    assert same_items(side(**both), right, {"next": ["visit"]}) == {"visit": "visit"}


def test_a_reference_to_an_item_that_goes_on_is_no_difference():
    left = side("y", y={}, line={}, visit={"parent": "y", "line": "line"})
    right = side("z", z={}, new_line={}, new={"parent": "z", "line": "new_line"})
    assert differs(left, right, {"new": ["visit"], "new_line": ["line"]}) == []


def test_what_is_the_same_is_told_when_everything_is_asked_for():
    left = side(a={"host": "KAZ", "place": "KAZ"})
    assert differs(left, left) == []
    ((_, _, sorts, fields),) = differs(left, left, everything=True)
    assert (sorts, fields) == ((), ["place", "host"])


# A standing as a side


def test_a_side_holds_the_joint_words_of_the_items_that_somebody_wants():
    kaz = says(course={"present": "yes", "period": "2013", "held": "yes", "host": "KAZ"}, gone={"period": "2013"})
    usa = says(course={"present": "yes", "period": "2014", "host": "KAZ"}, gone={"present": None})
    assert list(standing_side(standing_of(kaz, usa)).words.values()) == [
        {"present": {"": "yes"}, "period": {"KAZ": "2013", "USA": "2014"}, "host": {"": "KAZ"}}
    ]


def test_another_partys_agreement_is_a_change_but_no_move():
    kaz = says(course={"present": "yes", "number": "1"})
    before, after = standing_side(standing_of(kaz, says())), standing_side(standing_of(kaz, kaz))
    ((_, _, sorts, fields),) = differs(before, after)
    assert (sorts, fields) == (("changed",), ["number", "present"])


def test_texts_in_other_languages_are_left_away():
    whole = side(a={"title.en": "A", "title.ru": "А", "host": "KAZ", "title.new.en": "?"})
    assert set(whole.only(["en"], SCHEMA).words["a"]) == {"title.en", "host", "title.new.en"}


# Word by word


def told(field, old, new):
    return [(piece.shared, dict(piece.words)) for piece in aligned(Change(field, old, new), SCHEMA)]


def test_a_text_is_compared_word_by_word_and_anything_else_whole():
    assert told("title.en", {"": "Joint course"}, {"": "Joint seminar"}) == [
        ("Joint", {}),
        ("", {"old": " course", "new": " seminar"}),
    ]
    assert told("period", {"": "2013-04"}, {"": "2013-05"}) == [("", {"old": "2013-04", "new": "2013-05"})]
    assert told("title.en", {}, {"": "Joint seminar"}) == [("", {"old": "", "new": "Joint seminar"})]


def test_a_wording_on_which_the_parties_differ_is_shown_with_its_brackets():
    ((_, words),) = told("title.en", {"": "A course"}, {"KAZ": "A course", "USA": "A seminar"})
    assert words == {"old": "A course", "new": "A [KAZ: course | USA: seminar]"}


texts = st.dictionaries(st.sampled_from(["host", "period", "title.en", "number"]), st.sampled_from("123"), max_size=3)
sides = st.dictionaries(st.sampled_from("abcd"), texts, max_size=4).map(lambda items: edition_side(items, ""))


@given(sides, sides)
def test_the_differences_lead_from_one_side_to_the_other(left, right):
    made = {item: dict(fields) for item, fields in left.words.items()}
    for one in compare(left, right, same_items(left, right, {}), SCHEMA):
        if not one.right:
            del made[one.left]
            continue
        fields = made.setdefault(one.right, {})
        for change in one.fields:
            fields.pop(change.field, None)
            if change.new:
                fields[change.field] = change.new
    assert made == right.words


@given(sides)
def test_nothing_differs_from_itself(one):
    assert compare(one, one, same_items(one, one, {}), SCHEMA) == []
    assert Side({}).said("a", "host") == ""
