"""The tree of an edition: the shape of RFC 9162, salts of their own everywhere, positions that tell nothing."""

from __future__ import annotations

import hashlib
import struct
from itertools import combinations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from kelisim.ledger import tree
from kelisim.ledger.seal import EditionNumber
from tests.library.keysmith import NOWHERE, SEED, SURVEY
from tests.library.strategies import fields, items, texts

NAMING = tree.Naming(circle=NOWHERE, edition=EditionNumber(0, 1), scope=SURVEY)
CONTENT = {
    SURVEY: {"kind": "action", "title.en": "Joint survey", "title.ru": "Совместная съёмка"},
    "meetingaaaaaaaaa": {"kind": "meeting"},
    "termaaaaaaaaaaaa": {"kind": "term", "number": "1"},
}

contents = st.dictionaries(items, st.dictionaries(fields, texts, min_size=1, max_size=4), min_size=1, max_size=5)
leaves = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70)


def sha256(data):
    return hashlib.sha256(data).digest()


def root_of(content, naming=NAMING, seed=SEED):
    return tree.edition_root(content, tree.salts(seed, naming, content))


def tree_head(hashes):
    """MTH of RFC 9162, section 2.1.1, over leaves that are hashed already."""
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while 2 * split < len(hashes):
        split *= 2
    return sha256(b"\x01" + tree_head(hashes[:split]) + tree_head(hashes[split:]))


class HashedLeaves(InmemoryTree):
    """A tree whose entries are leaf hashes."""

    def hash_buff(self, data):
        return data


@pytest.mark.parametrize("size", range(1, 66))
def test_the_tree_has_the_shape_of_rfc_9162(size):
    hashes = [sha256(bytes([n])) for n in range(size)]
    assert tree.top_of(hashes) == tree_head(hashes)
    assert tree.top_of(hashes) == HashedLeaves.init_from_entries(hashes).get_root()


@given(leaves)
def test_two_other_ways_to_the_root_agree(hashes):
    assert tree.top_of(hashes) == tree_head(hashes) == HashedLeaves.init_from_entries(hashes).get_root()


@given(contents)
def test_the_root_is_that_of_the_definition(content):
    """Said once more in one breath, with another writer of canonical JSON."""
    names = [(item, field) for item in sorted(content) for field in ("", *sorted(content[item]))]
    naming = rfc8785.dumps({"circle": NOWHERE, "edition": {"epoch": 0, "number": 1}, "scope": SURVEY})
    stream = hashlib.shake_256(b"kelisim salts v1\0" + SEED + naming).digest(16 * len(names))
    salt = {name: stream[16 * n : 16 * n + 16] for n, name in enumerate(names)}
    standing = []
    for item, said in content.items():
        below = [
            sha256(b"\0" + salt[item, field] + rfc8785.dumps({"field": field, "item": item, "value": said[field]}))
            for field in sorted(said)
        ]
        standing.append(sha256(b"\x02" + salt[item, ""] + struct.pack(">Q", len(below)) + tree_head(below)))
    assert tree.salts(SEED, NAMING, content) == salt
    assert root_of(content) == sha256(b"\x03" + struct.pack(">Q", len(standing)) + tree_head(sorted(standing))).hex()


def test_every_item_and_every_field_has_a_salt_of_its_own():
    salt = tree.salts(SEED, NAMING, CONTENT)
    assert set(salt) == {(item, field) for item, said in CONTENT.items() for field in ("", *said)}
    assert all(len(one) == 16 for one in salt.values())
    assert len(set(salt.values())) == len(salt)


def test_salts_are_others_in_every_circle_edition_scope_and_for_every_seed():
    others = [
        (SEED, NAMING),
        (SEED, tree.Naming(circle="1" * 64, edition=EditionNumber(0, 1), scope=SURVEY)),
        (SEED, tree.Naming(circle=NOWHERE, edition=EditionNumber(1, 1), scope=SURVEY)),
        (SEED, tree.Naming(circle=NOWHERE, edition=EditionNumber(0, 2), scope=SURVEY)),
        (SEED, tree.Naming(circle=NOWHERE, edition=EditionNumber(0, 1), scope="meetingaaaaaaaaa")),
        (bytes(32), NAMING),
    ]
    drawn = [set(tree.salts(seed, naming, CONTENT).values()) for seed, naming in others]
    assert all(one.isdisjoint(two) for one, two in combinations(drawn, 2))


def test_the_order_in_which_an_edition_is_handed_over_does_not_matter():
    turned = {item: dict(reversed(said.items())) for item, said in reversed(CONTENT.items())}
    assert root_of(turned) == root_of(CONTENT)


def test_the_position_of_an_item_tells_nothing_about_it():
    """Whichever item comes first by its id, it stands first, second and last, as the seed has it."""

    def position(seed):
        salt = tree.salts(seed, NAMING, CONTENT)
        standing = {
            item: tree.item_leaf(
                tree.top_of([tree.field_leaf(item, field, said[field], salt[item, field]) for field in sorted(said)]),
                len(said),
                salt[item, ""],
            )
            for item, said in CONTENT.items()
        }
        assert tree.edition_root(CONTENT, salt) == tree.root(tree.top_of(sorted(standing.values())), len(standing))
        return sorted(standing.values()).index(standing[min(CONTENT)])

    found = [position(bytes([n]) * 32) for n in range(90)]
    assert all(found.count(place) > 15 for place in range(3))


@given(contents, st.data())
def test_whatever_changes_in_an_edition_changes_its_root(content, data):
    salt = tree.salts(SEED, NAMING, content)
    root = tree.edition_root(content, salt)
    item = data.draw(st.sampled_from(sorted(content)))
    field = data.draw(st.sampled_from(sorted(content[item])))
    said = content[item]
    reworded = content | {item: said | {field: said[field] + "."}}
    renamed = content | {item: {**{f: v for f, v in said.items() if f != field}, field + ".x": said[field]}}
    renamed_salt = salt | {(item, field + ".x"): salt[item, field]}
    resalted = [salt | {(item, one): bytes(16)} for one in ("", field)]
    assert tree.edition_root(reworded, salt) != root
    assert tree.edition_root(renamed, renamed_salt) != root
    assert all(tree.edition_root(content, other) != root for other in resalted)


def test_a_field_leaf_an_item_leaf_and_a_node_are_never_the_same_bytes():
    salt, inner = bytes(16), bytes(32)
    made = [tree.field_leaf(SURVEY, "kind", "", salt), tree.item_leaf(inner, 2, salt), tree.top_of([inner, inner])]
    assert made[1] == sha256(b"\x02" + salt + bytes(7) + b"\x02" + inner)
    assert made[2] == sha256(b"\x01" + inner + inner)
    assert len(set(made)) == 3
