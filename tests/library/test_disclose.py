"""Part of an edition leads to the root that was sealed, shows what was chosen, and nothing can take its place."""

from __future__ import annotations

import hashlib
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from kelisim.errors import Malformed, Refusal, Unproven
from kelisim.ledger import disclose, profile, tree
from kelisim.ledger.disclose import FieldPart, ItemPart, Part, TreePart, Trees
from kelisim.ledger.seal import EditionNumber
from tests.library.keysmith import NOWHERE, SEED, SURVEY
from tests.library.strategies import fields, items, texts
from tests.library.test_tree import HashedLeaves

NAMING = tree.Naming(circle=NOWHERE, edition=EditionNumber(0, 1), scope=SURVEY)
COURSE, VISIT, TERM = "courseaaaaaaaaaa", "visitaaaaaaaaaaa", "termaaaaaaaaaaaa"
CONTENT = {
    COURSE: {"host": "KAZ", "kind": "activity", "number": "1", "period": "2013-04", "title.en": "Joint course"},
    VISIT: {"kind": "activity", "period": "2013-05", "title.en": "Visit"},
    SURVEY: {"kind": "plan", "present": "yes"},
    TERM: {"kind": "term"},
}

contents = st.dictionaries(items, st.dictionaries(fields, texts, min_size=1, max_size=9), min_size=1, max_size=9)


@st.composite
def choices(draw):
    """An edition, and what somebody chooses of it."""
    content = draw(contents)
    names = [(item, field) for item, said in content.items() for field in said]
    chosen = {}
    for item, field in draw(st.lists(st.sampled_from(names), min_size=1, max_size=12)):
        chosen.setdefault(item, set()).add(field)
    return content, chosen


def trees(content=CONTENT, seed=SEED, naming=NAMING):
    return Trees(content, tree.salts(seed, naming, content))


def root(content=CONTENT, seed=SEED, naming=NAMING):
    return tree.edition_root(content, tree.salts(seed, naming, content))


def cut(chosen, content=CONTENT):
    return trees(content).part(chosen)


def one(part, **changes):
    """A part with its first item changed."""
    return part._replace(items=[structs.replace(part.items[0], **changes), *part.items[1:]])


def field(part, **changes):
    """A part with the first field of its first item changed."""
    first, *rest = part.items[0].fields
    return one(part, fields=[structs.replace(first, **changes), *rest])


def holds(part, sealed=None):
    """Does a part lead to the root? If it does not, it is refused or leads elsewhere."""
    try:
        return disclose.root_of(part) == (sealed or root())
    except (Malformed, Unproven):
        return False


def refused(part):
    with pytest.raises(Refusal) as refusal:
        disclose.root_of(part)
    return refusal.value.code


PRESS = cut({COURSE: {"title.en", "period"}, VISIT: {"title.en"}})


# What holds


@given(choices())
def test_whatever_is_chosen_leads_to_the_root_and_shows_just_that(choice):
    content, chosen = choice
    part = cut(chosen, content)
    assert disclose.root_of(part) == root(content)
    assert part.content() == {item: {name: content[item][name] for name in names} for item, names in chosen.items()}


@given(choices())
def test_a_part_is_the_same_after_it_was_written(choice):
    content, chosen = choice
    part = cut(chosen, content)
    lines = [profile.encode(line) for line in (part.tree, *part.items)]
    read = Part(
        profile.decode(lines[0], TreePart, "tree"), [profile.decode(line, ItemPart, "item") for line in lines[1:]]
    )
    assert read == part


def test_of_everything_no_sibling_is_left():
    part = cut({item: set(said) for item, said in CONTENT.items()})
    assert part.content() == CONTENT
    assert part.tree.siblings == []
    assert all(item.whole and item.siblings == [] for item in part.items)


def test_a_part_of_an_item_is_not_whole():
    assert [item.whole for item in PRESS.items] == [False, False]
    assert [item.whole for item in cut({TERM: {"kind"}}).items] == [True]


@pytest.mark.parametrize("size", range(1, 34))
def test_the_way_of_a_single_leaf_is_that_of_another_implementation(size):
    """One inclusion proof of pymerkle has the same hashes as the siblings of one leaf."""
    hashes = [hashlib.sha256(bytes([n])).digest() for n in range(size)]
    other = HashedLeaves.init_from_entries(hashes)
    for place in range(size):
        siblings = disclose._siblings(tree.levels(hashes), [place])
        path = [step.hex() for step in other.prove_inclusion(place + 1).path if step != hashes[place]]
        assert sorted(siblings) == sorted(path)
        within = TreePart(leaves=size, siblings=siblings)
        assert disclose._climb({place: hashes[place]}, within) == other.get_root()


@given(st.integers(1, 70), st.data())
def test_the_siblings_of_several_leaves_are_never_more_than_their_ways_apart(size, data):
    hashes = [hashlib.sha256(bytes([n])).digest() for n in range(size)]
    shown = data.draw(st.sets(st.integers(0, size - 1), min_size=1))
    levels = tree.levels(hashes)
    together = disclose._siblings(levels, shown)
    apart = [hash_ for place in shown for hash_ in disclose._siblings(levels, [place])]
    assert set(together) <= set(apart)
    assert len(together) == len(set(together))
    known = {place: hashes[place] for place in shown}
    assert disclose._climb(known, TreePart(leaves=size, siblings=together)) == levels[-1][0]


# What is hidden


def test_a_part_tells_no_value_name_or_id_that_was_not_chosen():
    lines = b"\n".join(profile.encode(line) for line in (PRESS.tree, *PRESS.items)).decode()
    for secret in ("KAZ", "activity", "2013-05", "host", "kind", "number", TERM, SURVEY):
        assert secret not in lines


def test_a_part_tells_the_salts_of_what_it_shows_and_no_other():
    salt = tree.salts(SEED, NAMING, CONTENT)
    lines = b"\n".join(profile.encode(line) for line in (PRESS.tree, *PRESS.items)).decode()
    told = {name for name, one in salt.items() if one.hex() in lines}
    assert told == {(COURSE, ""), (COURSE, "title.en"), (COURSE, "period"), (VISIT, ""), (VISIT, "title.en")}
    assert SEED.hex() not in lines


def test_who_guesses_a_hidden_value_finds_no_hash_to_try_it_on():
    """The one sibling that is a hidden leaf stands over its salt; the salts that are told open nothing else."""
    part = cut({TERM: {"kind"}, SURVEY: {"kind"}})
    (survey,) = (item for item in part.items if item.item == SURVEY)
    salt = tree.salts(SEED, NAMING, CONTENT)
    hidden = tree.field_leaf(SURVEY, "present", "yes", salt[SURVEY, "present"])
    assert survey.siblings == [hidden.hex()]
    told = [bytes.fromhex(text) for item in part.items for text in (item.salt, *(one.salt for one in item.fields))]
    tried = {tree.field_leaf(SURVEY, "present", "yes", one).hex() for one in (*told, bytes(16), b"")}
    assert hidden.hex() not in tried


# Attacks


def test_a_changed_value_name_or_salt_is_refused():
    assert holds(PRESS)
    assert not holds(field(PRESS, value="2013-04."))
    assert not holds(field(PRESS, field="number"))
    assert not holds(field(PRESS, salt="0" * 32))
    assert not holds(one(PRESS, salt="0" * 32))


def test_a_changed_sibling_is_refused():
    for n in range(len(PRESS.items[0].siblings)):
        siblings = list(PRESS.items[0].siblings)
        siblings[n] = "0" * 64
        assert not holds(one(PRESS, siblings=siblings))
    for n in range(len(PRESS.tree.siblings)):
        siblings = list(PRESS.tree.siblings)
        siblings[n] = "0" * 64
        assert not holds(PRESS._replace(tree=structs.replace(PRESS.tree, siblings=siblings)))


def test_siblings_that_are_missing_left_over_or_in_another_order_are_refused():
    told = PRESS.items[0].siblings
    assert len(told) > 1
    assert refused(one(PRESS, siblings=told[:-1])) == "disclosure-siblings"
    assert refused(one(PRESS, siblings=[*told, NOWHERE])) == "disclosure-siblings"
    assert not holds(one(PRESS, siblings=told[::-1]))
    above = PRESS.tree.siblings
    assert refused(PRESS._replace(tree=structs.replace(PRESS.tree, siblings=above[:-1]))) == "disclosure-siblings"
    whole = cut({item: set(said) for item, said in CONTENT.items()})
    more = structs.replace(whole.tree, siblings=[NOWHERE])
    assert refused(whole._replace(tree=more)) == "disclosure-siblings"


def test_a_field_of_another_item_is_refused():
    """What is true of the visit is not true of the course, though both stand under one root."""
    other = cut({VISIT: {"period"}}).items[0].fields[0]
    assert not holds(one(PRESS, fields=[structs.replace(other, leaf=3), PRESS.items[0].fields[1]]))
    assert not holds(one(cut({VISIT: {"period"}}), item=COURSE))


def test_a_node_passed_off_as_a_leaf_is_refused():
    """The bytes under a node are made up to look like a field, and the tree one level lower."""
    salt = tree.salts(SEED, NAMING, CONTENT)
    leaves = tree.field_leaves(SURVEY, CONTENT[SURVEY], salt)
    assert tree.top_of(leaves) == tree.node(*leaves)
    honest = cut({SURVEY: {"kind"}})
    for text in ((leaves[0] + leaves[1]).decode("latin-1"), leaves[0].hex() + leaves[1].hex()):
        forged = FieldPart(field="kind", leaf=0, salt=salt[SURVEY, "kind"].hex(), value=text)
        assert not holds(one(honest, fields=[forged], leaves=1, siblings=[]))


def test_an_item_passed_off_as_a_field_and_a_field_as_an_item_are_refused():
    """Item leaves, field leaves and nodes begin with bytes of their own, whatever follows."""
    salt, inner = bytes(16), bytes(32)
    assert tree.item_leaf(inner, 2, salt) == hashlib.sha256(b"\x02" + salt + bytes(7) + b"\x02" + inner).digest()
    assert tree.node(salt, inner) == hashlib.sha256(b"\x01" + salt + inner).digest()
    assert tree.root(inner, 2) == hashlib.sha256(b"\x03" + bytes(7) + b"\x02" + inner).hexdigest()


def test_an_item_shown_twice_is_refused():
    twice = PRESS._replace(items=[PRESS.items[0], *PRESS.items])
    assert refused(twice) == "disclosure-order"
    assert refused(PRESS._replace(items=PRESS.items[::-1])) == "disclosure-order"


def test_two_items_at_one_place_are_refused():
    assert refused(one(PRESS, leaf=PRESS.items[1].leaf)) == "disclosure-order"


def test_a_field_shown_twice_or_out_of_order_is_refused():
    first, second = PRESS.items[0].fields
    assert refused(one(PRESS, fields=[first, first, second])) == "disclosure-order"
    assert refused(one(PRESS, fields=[second, first])) == "disclosure-order"
    assert refused(one(PRESS, fields=[first, structs.replace(second, leaf=first.leaf)])) == "disclosure-order"


def test_a_place_beyond_the_tree_is_refused():
    assert refused(field(cut({TERM: {"kind"}}), leaf=1)) == "disclosure-order"
    assert refused(one(cut({TERM: {"kind"}}), leaf=len(CONTENT))) == "disclosure-order"
    assert refused(one(PRESS, leaf=profile.LARGEST)) == "disclosure-order"


def test_items_moved_to_other_places_are_refused():
    """Even where the way up would be the same, item leaves rise with their places."""
    both = cut({item: set(said) for item, said in CONTENT.items()})
    for places in ([1, 0, 2, 3], [3, 2, 1, 0], [0, 1, 3, 2]):
        order = sorted(both.items, key=lambda item: item.leaf)
        moved = [structs.replace(item, leaf=place) for item, place in zip(order, places, strict=True)]
        assert refused(both._replace(items=sorted(moved, key=lambda item: item.item))) == "disclosure-order"


def test_a_part_of_another_edition_is_refused():
    other = tree.Naming(circle=NOWHERE, edition=EditionNumber(0, 2), scope=SURVEY)
    part = trees(naming=other).part({COURSE: {"period"}})
    assert holds(part, root(naming=other))
    assert not holds(part)


def test_sizes_and_places_that_lie_are_refused():
    """The root binds the sizes: how much is hidden is proven like what is shown."""
    part = cut({COURSE: {"period"}})
    lies = [
        one(part, leaves=size, leaf=leaf)._replace(tree=structs.replace(part.tree, leaves=above))
        for size, leaf, above in product(range(1, 12), range(4), range(1, 9))
    ]
    assert [lie for lie in lies if holds(lie)] == [part]


def test_an_item_that_is_not_whole_is_never_passed_off_as_whole():
    """Whatever fields are left away and whatever places and sizes are claimed instead."""
    said = CONTENT[COURSE]
    honest = cut({COURSE: set(said)})
    assert honest.items[0].whole
    for left in said:
        fields = [one_field for one_field in honest.items[0].fields if one_field.field != left]
        moved = [structs.replace(one_field, leaf=place) for place, one_field in enumerate(fields)]
        shorter = one(honest, fields=moved, leaves=len(moved))
        assert shorter.items[0].whole
        assert not holds(shorter)


def test_a_huge_size_costs_no_more_than_a_few_hashes():
    part = one(PRESS, leaves=profile.LARGEST)
    assert refused(part) == "disclosure-siblings"


@given(choices(), st.data())
def test_whatever_is_changed_in_a_part_is_refused_or_shows_the_same(choice, data):
    """Bytes of its lines; where a changed line is still read, it leads elsewhere or shows just what it showed."""
    content, chosen = choice
    part, sealed = cut(chosen, content), root(content)
    lines = [profile.encode(line) for line in (part.tree, *part.items)]
    which = data.draw(st.integers(0, len(lines) - 1))
    place = data.draw(st.integers(0, len(lines[which]) - 1))
    put = data.draw(st.binary(max_size=2) | st.sampled_from([b"0", b"1", b"2", b"9", b"a", b"f", b","]))
    changed = lines[which][:place] + put + lines[which][place + 1 :]
    lines = [*lines[:which], changed, *lines[which + 1 :]]
    try:
        read = Part(
            profile.decode(lines[0], TreePart, "tree"), [profile.decode(line, ItemPart, "item") for line in lines[1:]]
        )
    except Malformed:
        return
    if holds(read, sealed):
        assert read.content() == part.content()
        assert [hash_ for item in read.items for hash_ in item.siblings] == [
            hash_ for item in part.items for hash_ in item.siblings
        ]
