"""A plan as a file: what is written and taken by each party stands as it stood; what is wrong in a file is all told."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from kelisim import intake, planfile
from kelisim.errors import Malformed
from kelisim.plan import schema
from kelisim.position import Standing, Voice, Word
from tests.parties import item

SCHEMA = schema()
PLAN, YEAR, COURSE, TALKS = (item(name) for name in ("plan", "2014", "course", "talks"))
CODES = ("KAZ", "USA", "UZB")


def says(**fields):
    """What a party says of items, by name; firm, but for what ends in `ad ref`, and None is taken back."""
    words = {}
    for name, all_ in fields.items():
        of = words.setdefault(item(name), {})
        for field, value in all_.items():
            hold = bool(value) and value.endswith(" ad ref")
            of[field] = Word(value.removesuffix(" ad ref") if value else None, firm=not hold, segment=0)
    return Voice(words, [{}])


def standing_of(*voices):
    return Standing(SCHEMA, dict(zip(CODES, voices, strict=False)))


def told(standing):
    """Every field with its status and words, as far as a file can carry them: not in which dispatch they were said."""
    return {
        (one, name): (field.status, {code: (word.value, word.firm) for code, word in field.words.items()})
        for one in standing.items()
        for name, field in standing.fields(one)
    }


def taken_by_each(data, parties):
    """The standing once each party has taken a file into an empty plan."""
    empty = Standing(SCHEMA, {code: Voice() for code in parties})
    voices = {}
    for code in parties:
        sections, problems = planfile.read(data, "plan.toml", parties)
        taken = intake.take(sections, code, empty, pytest.fail)
        assert problems + taken.problems == []
        words = {}
        for (one, name), said in taken.said.items():
            words.setdefault(one, {})[name] = Word(said.value, firm=not said.hold, segment=0)
        voices[code] = Voice(words, [{}])
    return Standing(SCHEMA, voices)


# Written and taken

VALUES = {
    "kind": ["activity", "plan"],
    "parent": [PLAN, YEAR],
    "number": ["1", "2.10", "2.9"],
    "present": ["yes"],
    "title.en": ["Course", 'A "quoted" word', "Two\nlines"],
    "title.ru": ["Курс"],
    "period": ["2013-04", "?"],
    "cost.travel.payer": ["KAZ"],
    "held": ["yes", "no"],
    "contact.KAZ": ["Desk"],
    "package": ["north"],
    "title": ["a field of tomorrow", "with\r\nold lines"],
    "title.en.short": ["a field of tomorrow, too"],
    "words_of.KAZ": ["\x00\\"],
}
words = st.sampled_from(sorted(VALUES)).flatmap(
    lambda name: st.tuples(
        st.just(name), st.builds(Word, st.sampled_from([None, *VALUES[name]]), st.booleans(), st.just(0))
    )
)
books = st.dictionaries(st.sampled_from([PLAN, YEAR, COURSE, TALKS]), st.lists(words, max_size=8).map(dict))
voices = books.map(lambda book: Voice(book, [{}]))


def honest(voice):
    """A word that is taken back waits for nothing."""
    return Voice(
        {
            one: {name: word if word.value else structs.replace(word, firm=True) for name, word in of.items()}
            for one, of in voice.words.items()
        },
        [{}],
    )


@settings(max_examples=50)
@given(st.lists(voices.map(honest), min_size=2, max_size=3))
def test_a_plan_that_each_party_takes_from_a_file_stands_as_it_stood(said):
    standing = standing_of(*said)
    data = planfile.write(standing, standing.items())
    again = taken_by_each(data, standing.parties)
    assert told(again) == told(standing)
    assert planfile.write(again, again.items()) == data


def test_what_all_agree_stands_plainly_and_other_words_under_each_party():
    kaz = says(course={"kind": "activity", "title.en": "Course", "period": "2013-04", "host": "KAZ", "place": None})
    usa = says(course={"kind": "activity", "title.en": "Course", "period": "2013-05", "host": "KAZ ad ref"})
    usa.words[COURSE]["place"] = Word("USA", firm=True, segment=0)
    standing = standing_of(kaz, usa)
    assert tomllib.loads(planfile.write(standing, standing.items()).decode())[COURSE] == {
        "kind": "activity",
        "title": {"en": "Course"},
        "words-of": {"KAZ": {"period": "2013-04", "host": "KAZ"}, "USA": {"period": "2013-05", "place": "USA"}},
        "ad-referendum": {"USA": {"host": "KAZ"}},
        "taken-back": {"KAZ": ["place"]},
    }


def test_what_a_party_says_for_itself_alone_stands_under_its_code_even_where_nothing_else_can_be_said():
    both = says(course={"contact.KAZ": "Desk", "held": "yes"})
    table = tomllib.loads(planfile.write(standing_of(both, both), [COURSE]).decode())[COURSE]
    assert table == {"held": "yes", "words-of": {"KAZ": {"contact": {"KAZ": "Desk"}}}}


def test_items_stand_in_the_order_of_their_numbers():
    voice = says(talks={"number": "2.10"}, course={"number": "2.9"}, plan={"number": "0"}, survey={"kind": "file"})
    standing = standing_of(voice, voice)
    assert list(tomllib.loads(planfile.write(standing, standing.items()).decode())) == [
        PLAN,
        COURSE,
        TALKS,
        item("survey"),
    ]


# Taken by hand


def take(text, *voices, ours="KAZ"):
    """What a party takes of a file, new items being `new1new1…`, `new2new2…`; and the sections."""
    standing = standing_of(*(voices or (Voice(), Voice())))
    sections, problems = planfile.read(text.encode(), "plan.toml", standing.parties)
    names = iter("234567")
    taken = intake.take(sections, ours, standing, lambda: f"new{next(names)}" * 4)
    taken.problems[:0] = problems
    return taken, sections, standing


def wrong(text, *voices):
    return [(one.item, one.field, one.refusal.code) for one in take(text, *voices)[0].problems]


NEW = """
[[item]]
kind = "plan"
number = "2014"
title.en = "Contacts"
[[item]]
kind = "activity"
parent = "2014"
[[item]]
kind = "activity"
parent = "Contacts"
[talks]
kind = "activity"
parent = "0"
[after]
kind = "activity"
continues = "talks 0"
"""


def test_new_items_get_ids_and_name_each_other_by_section_number_or_title():
    taken, _, _ = take(NEW, says(plan={"number": "0"}), Voice())
    talks, after, year, one, two = taken.items
    assert taken.said[one, "parent"].value == year
    assert taken.said[two, "parent"].value == year
    assert taken.said[talks, "parent"].value == PLAN
    assert taken.said[after, "continues"].value == " ".join(sorted([talks, PLAN]))
    assert taken.said[one, "present"].value == "yes"


def test_an_item_that_is_named_is_found_in_the_file_before_the_plan():
    voice = says(plan={"number": "2014", "title.en": "Contacts"})
    taken, _, _ = take(NEW.replace('"talks 0"', '"talks"').replace('parent = "0"', 'parent = "2014"'), voice, voice)
    assert PLAN not in {said.value for said in taken.said.values()}


BAD = f"""
[{COURSE}]
period = 2013-04-07
number = 4
title.en = "One"
parent = "9.9"
[{COURSE}.words-of.KAZ]
title.en = "Two"
host = true
[{COURSE}.words-of.FRA]
host = "FRA"
[{COURSE}.words-of]
USA = "yes"
[{COURSE}.taken-back]
KAZ = ["place"]
USA = "place"
[{TALKS}]
ad-referendum = 3
[[item]]
number = "5"
"""


def test_everything_that_is_wrong_is_told_with_item_and_field():
    assert sorted(wrong(BAD)) == sorted(
        [
            (COURSE, "period", "file-not-text"),
            (COURSE, "number", "file-not-text"),
            (COURSE, "parent", "item-missing"),
            (COURSE, "title.en", "file-field-twice"),
            (COURSE, "host", "file-not-text"),
            (COURSE, "words-of.FRA", "file-no-such-party"),
            (COURSE, "words-of.USA", "file-not-by-party"),
            (COURSE, "taken-back.USA", "file-not-by-party"),
            (TALKS, "ad-referendum", "file-not-by-party"),
            ("5", "kind", "file-no-kind"),
        ]
    )


def test_a_name_that_is_several_items_is_told():
    twice = '[[item]]\nkind = "line"\nnumber = "1"\n' * 2 + f'[{COURSE}]\nline = "1"\n'
    assert wrong(twice) == [(COURSE, "line", "item-several")]


def test_a_field_in_one_piece_and_in_tables_is_one_field():
    assert wrong(f'[{COURSE}]\n"title.en" = "A"\ntitle.en = "B"\n') == [(COURSE, "title.en", "file-field-twice")]


@pytest.mark.parametrize("text", ["kind = 1", "not toml", "item = [1]", "x = " + "[" * 5000, "\udcff"])
def test_what_is_not_such_a_file_is_refused(text):
    with pytest.raises(Malformed) as refused:
        planfile.read(text.encode("utf-8", "surrogateescape"), "plan.toml", CODES)
    assert refused.value.code == "file-not-toml"


# Twins


def twins(text, *voices):
    taken, sections, standing = take(text, *voices)
    return [(one.label, one.item) for one in intake.twins(sections, taken.items, standing)]


def a_course(period="2013-04", **more):
    return says(
        course={"present": "yes", "kind": "activity", "title.en": "Joint course for medics", **more} | period_of(period)
    )


def period_of(period):
    return {"period": period} if period else {}


SAME = '[[item]]\nkind = "activity"\nnumber = "7"\ntitle.en = "Joint courses for medics"\n'


@pytest.mark.parametrize(
    ("extra", "likely"),
    [
        ('period = "2013-04-09"', True),
        ('period = "2013-Q2"', True),
        ('period = "?"', True),
        ("", True),
        ('period = "2013-05"', False),
        ('period = "2014"', False),
    ],
)
def test_a_new_item_of_one_kind_time_and_name_is_likely_a_twin(extra, likely):
    voice = a_course()
    assert twins(SAME + extra, voice, voice) == ([("7", COURSE)] if likely else [])


def test_items_of_another_kind_or_name_or_that_the_file_names_are_no_twins():
    voice = a_course()
    assert twins(SAME.replace("activity", "project"), voice, voice) == []
    assert twins(SAME.replace("Joint courses for", "Visit of the"), voice, voice) == []
    assert twins(SAME.replace("title.en", "title.ru"), voice, voice) == []
    assert twins(f'[{COURSE}]\ntitle.en = "Joint course for medics"', voice, voice) == []
    assert twins(SAME, a_course(present=None), a_course(present=None)) == []


def test_the_same_item_twice_in_one_file_is_a_twin():
    assert twins(SAME * 2) == [("7", "new2" * 4)]
