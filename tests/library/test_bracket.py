"""An open field the way diplomats show it: agreed words plain, differing ones in square brackets."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.bracket import Piece, bracketed, endorsed, mark, show
from kelisim.errors import NotNow, Unknown
from kelisim.plan.values import is_written


def text_of(pieces, code):
    """One party's text, from the pieces."""
    return "".join(piece.words[code] if piece.words else piece.shared for piece in pieces)


@pytest.mark.parametrize(
    ("kaz", "usa", "shown"),
    [
        ("begin in spring", "start in spring", "[KAZ: begin | USA: start] in spring"),
        ("to begin in spring", "to start in spring", "to [KAZ: begin | USA: start] in spring"),
        ("in spring", "in autumn", "in [KAZ: spring | USA: autumn]"),
        ("a joint survey", "a survey", "a [KAZ: joint | USA: –] survey"),
        ("a survey", "a survey of roads", "a survey [KAZ: – | USA: of roads]"),
        ("Пройдет в мае в Алматы", "Пройдет в июне в Алматы", "Пройдет в [KAZ: мае | USA: июне] в Алматы"),
        (
            "Мамыр айында Алматыда өтеді",
            "Маусым айында Алматыда өтеді",
            "[KAZ: Мамыр | USA: Маусым] айында Алматыда өтеді",
        ),
        ("one\ntwo\nthree", "one\nnew\nthree", "one [KAZ: two | USA: new]\nthree"),
        ("all of it", "nothing alike", "[KAZ: all of it | USA: nothing alike]"),
    ],
)
def test_differing_words_stand_in_brackets_with_whose_they_are(kaz, usa, shown):
    assert show({"KAZ": kaz, "USA": usa}, text=True) == shown


def test_of_three_parties_those_who_say_the_same_share_their_words():
    texts = {"KAZ": "in May in Almaty", "USA": "in June in Almaty", "UZB": "in June in Almaty"}
    assert show(texts, text=True) == "in [KAZ: May | USA, UZB: June] in Almaty"


def test_what_only_two_of_three_share_is_in_the_bracket():
    texts = {"KAZ": "a joint survey", "USA": "a joint survey", "UZB": "a survey"}
    assert show(texts, text=True) == "a [KAZ, USA: joint | UZB: –] survey"


def test_texts_of_three_are_aligned_to_the_first():
    pieces = bracketed({"KAZ": "one two three", "USA": "one 2 three", "UZB": "one two 3"})
    assert pieces == [Piece("one", {}), Piece("", {"KAZ": " two three", "USA": " 2 three", "UZB": " two 3"})]


def test_values_that_have_no_words_in_common_stand_whole():
    assert show({"KAZ": "2013-09-02", "USA": "2013-09-03"}, text=False) == "[KAZ: 2013-09-02 | USA: 2013-09-03]"
    assert show({"KAZ": "a b", "USA": "a c"}, text=False) == "[KAZ: a b | USA: a c]"


def test_equal_texts_have_no_brackets():
    assert bracketed({"KAZ": "a joint survey", "USA": "a joint survey"}) == [Piece("a joint survey", {})]
    assert bracketed({"KAZ": "", "USA": ""}) == []


def test_the_words_of_one_party_alone_are_in_a_bracket_of_its_own():
    assert show({"KAZ": "a joint survey"}, text=True) == "[KAZ: a joint survey]"


def test_a_party_that_says_nothing_there_is_named_with_a_dash():
    assert show({"KAZ": "", "USA": "a survey"}, text=True) == "[KAZ: – | USA: a survey]"


# Properties

words = st.sampled_from(["the", "survey", "съемка", "жоспар", "in", "May,", "5.", "(a)"])
blanks = st.sampled_from([" ", "  ", "\n", "\n\n", "\u00a0"])
sentences = st.lists(st.tuples(words, blanks), max_size=12).map(lambda parts: "".join(map("".join, parts)))
texts = sentences | st.text(max_size=20) | sentences.map(str.lstrip) | sentences.map(lambda text: f" {text}")
parties = st.lists(texts, min_size=1, max_size=4).map(
    lambda all_: dict(zip(("KAZ", "USA", "UZB", "FRA"), all_, strict=False))
)


@given(parties)
def test_joining_what_is_shared_with_one_partys_words_gives_back_that_partys_text(by_code):
    pieces = bracketed(by_code)
    for code, text in by_code.items():
        assert text_of(pieces, code) == text


@given(parties)
def test_a_piece_is_either_shared_or_everybodys_own_and_neighbours_differ_in_that(by_code):
    pieces = bracketed(by_code)
    for piece in pieces:
        assert bool(piece.shared) != bool(piece.words)
        if piece.words:
            assert list(piece.words) == list(by_code)
            assert any(piece.words.values())
    kinds = [bool(piece.words) for piece in pieces]
    assert all(one != two for one, two in pairwise(kinds))


@given(parties)
def test_a_bracket_means_that_somebody_differs(by_code):
    for piece in bracketed(by_code):
        if piece.words:
            assert len(set(piece.words.values())) > 1


@given(st.lists(st.text("абвabc", min_size=1), min_size=1, unique=True), st.integers(1, 9))
def test_a_word_put_in_leaves_all_words_around_it_shared(said, place):
    base, longer = " ".join(said), " ".join([*said[:place], "new", *said[place:]])
    shared = [word for piece in bracketed({"KAZ": base, "USA": longer}) for word in piece.shared.split()]
    assert shared == said


@given(parties)
def test_everybodys_words_can_be_read_in_the_line_that_is_shown(by_code):
    shown = show(by_code, text=True)
    for text in by_code.values():
        assert all(word in shown for word in text.split())


# Taking one bracket over

COUNTED = {"KAZ": "Joint course for medics", "USA": "Combined course for field medics"}


def test_brackets_are_counted_where_there_is_more_than_one():
    shown = "[1 KAZ: Joint | USA: Combined] course for [2 KAZ: – | USA: field] medics"
    assert show(COUNTED, text=True, numbered=True) == shown
    assert show({"KAZ": "in May", "USA": "in June"}, text=True, numbered=True) == "in [KAZ: May | USA: June]"
    assert "[1" not in show({"KAZ": "2013", "USA": "2014"}, text=False, numbered=True)


@pytest.mark.parametrize(
    ("ours", "theirs", "numbers", "text"),
    [
        ("KAZ", "USA", [1], "Combined course for medics"),
        ("KAZ", "USA", [2], "Joint course for field medics"),
        ("KAZ", "USA", [2, 1], "Combined course for field medics"),
        ("USA", "KAZ", [1], "Joint course for field medics"),
        ("USA", "KAZ", [2], "Combined course for medics"),
        ("KAZ", "KAZ", [1, 2], "Joint course for medics"),
    ],
)
def test_the_words_of_one_bracket_are_taken_over_and_the_rest_stays(ours, theirs, numbers, text):
    assert endorsed(COUNTED, ours, theirs, numbers) == text


def test_of_three_parties_the_bracket_is_among_the_words_of_all():
    texts = {"KAZ": "in May in Almaty", "USA": "in June in Almaty", "UZB": "in June in Astana"}
    assert endorsed(texts, "KAZ", "USA", [1]) == "in June in Almaty"
    assert endorsed(texts, "USA", "UZB", [2]) == "in June in Astana"
    assert endorsed(texts, "UZB", "KAZ", [1]) == "in May in Astana"


def test_a_bracket_that_is_not_there_is_refused():
    for number in (0, 3, -1):
        with pytest.raises(Unknown) as refused:
            endorsed(COUNTED, "KAZ", "USA", [number])
        assert refused.value.params == {"number": number, "count": 2}


def test_a_bracket_is_refused_when_anybodys_words_have_moved():
    shown = mark(COUNTED)
    assert endorsed(COUNTED, "KAZ", "USA", [1], shown) == "Combined course for medics"
    for code in COUNTED:
        with pytest.raises(NotNow) as refused:
            endorsed(COUNTED | {code: "Course"}, "KAZ", "USA", [1], shown)
        assert refused.value.code == "bracket-stale"
    with pytest.raises(NotNow):
        endorsed(COUNTED | {"UZB": "Joint course for medics"}, "KAZ", "USA", [1], shown)


written_texts = st.lists(
    st.sampled_from(["the", "survey", "жоспар", "in", "May,", "(a)"]), min_size=1, max_size=10
).map(" ".join)
several = st.lists(written_texts, min_size=2, max_size=4).map(
    lambda all_: dict(zip(("KAZ", "USA", "UZB", "FRA"), all_, strict=False))
)


@given(several, st.data())
def test_nothing_outside_the_bracket_changes(by_code, data):
    pieces = bracketed(by_code)
    brackets = [place for place, piece in enumerate(pieces) if piece.words]
    ours, theirs = (data.draw(st.sampled_from(sorted(by_code))) for _ in range(2))
    for number, place in enumerate(brackets, 1):
        text = endorsed(by_code, ours, theirs, [number])
        before, after = (text_of(part, ours) for part in (pieces[:place], pieces[place + 1 :]))
        assert text == before + pieces[place].words[theirs] + after
        if text:
            assert is_written("text", text)


@given(several, st.data())
def test_all_brackets_in_one_act_give_exactly_their_text(by_code, data):
    ours, theirs = (data.draw(st.sampled_from(sorted(by_code))) for _ in range(2))
    count = sum(1 for piece in bracketed(by_code) if piece.words)
    assert endorsed(by_code, ours, theirs, range(1, count + 1)) == by_code[theirs]


@given(written_texts, written_texts, st.booleans())
def test_one_bracket_after_the_other_comes_to_exactly_their_text(kaz, usa, first):
    """Shown again after each, as officers do; the other side stays with its words."""
    texts = {"KAZ": kaz, "USA": usa}
    ours, theirs = ("KAZ", "USA") if first else ("USA", "KAZ")
    for _ in range(len(kaz.split()) + len(usa.split())):
        if texts[ours] != texts[theirs]:
            texts[ours] = endorsed(texts, ours, theirs, [1])
    assert texts[ours] == texts[theirs]


@given(several)
def test_texts_have_one_mark_whoever_is_named_first_and_other_texts_another(by_code):
    assert mark(by_code) == mark(dict(reversed(by_code.items())))
    for code, text in by_code.items():
        assert mark(by_code | {code: f"{text} more"}) != mark(by_code)
