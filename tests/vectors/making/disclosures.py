"""Disclosures: parts of an edition, spoilt in every place from which a root could be reached."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from kelisim import disclosure, edition
from kelisim.ledger.record import sign
from tests.library import keysmith as k
from tests.vectors.making.papers import (
    ACCEPT,
    CONTENT,
    DRILL,
    FIELD_LINES,
    FILE,
    OFFER,
    PAPER3,
    RECEIPT,
    concluded,
    paper,
    rejected,
    root,
    verified,
    with_records,
    word,
)
from tests.vectors.making.workshop import COURSE, KAZ, PLAN, TWO, USA, Vector, case

if TYPE_CHECKING:
    from collections.abc import Callable


SHOW: Final = {COURSE: ["host", "title.en"], DRILL: ["host"]}
FIELDS: Final = [f"{item}:{name}" for item, names in SHOW.items() for name in names]
PART: Final = disclosure.cut(FILE, [], FIELDS)
PART_LINES: Final = PART.splitlines(keepends=True)
SHOWN: Final = {item: {name: CONTENT[item][name] for name in names} for item, names in SHOW.items()}
TOLD: Final = {"kind": "disclosure", "items": len(CONTENT), "root": OFFER.value.root, "offer": OFFER.id}

verified("disclosure", "Three fields of two items.", PART, "disclosure", shown=SHOWN, **TOLD)
verified(
    "disclosure-of-an-item",
    "An item whole, and nothing else.",
    disclosure.cut(FILE, [COURSE], []),
    "disclosure",
    shown={COURSE: CONTENT[COURSE]},
    **TOLD,
)
verified(
    "disclosure-of-everything",
    "All items whole: no sibling is left.",
    disclosure.cut(FILE, list(CONTENT), []),
    "disclosure",
    shown=CONTENT,
    **TOLD,
)
verified(
    "disclosure-of-three-parties",
    "A part of an edition that three parties agreed on.",
    disclosure.cut(edition.write(PAPER3, CONTENT, k.SEED), [], FIELDS),
    "disclosure",
    shown=SHOWN,
)
verified(
    "disclosure-in-another-order",
    "The records follow the items; a reader asks for no order between words.",
    PART_LINES[0]
    + b"".join(
        [
            *(line for line in PART_LINES[1:] if word(line) in (b"tree", b"item")),
            *(line for line in PART_LINES[1:] if word(line) not in (b"tree", b"item")),
        ]
    ),
    "disclosure",
    shown=SHOWN,
    **TOLD,
)


def canonical(value: Any) -> bytes:
    """JSON in the form of the profile."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def spoilt(change: Callable[[dict[str, Any], list[dict[str, Any]]], Any], part: bytes = PART) -> bytes:
    """A disclosure after its tree and its items were changed."""
    lines = part.splitlines(keepends=True)
    loose = [line for line in lines if word(line) not in (b"tree", b"item")]
    tree, *items = (json.loads(line.partition(b" ")[2]) for line in lines if word(line) in (b"tree", b"item"))
    change(tree, items)
    return (
        b"".join(loose)
        + b"tree "
        + canonical(tree)
        + b"\n"
        + b"".join(b"item " + canonical(one) + b"\n" for one in items)
    )


def wrong(name: str, attack: str, reason: str, says: str, change: Callable[[Any, Any], Any]) -> None:
    """A case in which tree or items of a disclosure were changed."""
    rejected(f"disclosure-with-{name}", attack, reason, says, spoilt(change), "disclosure")


def wrong_alone(name: str, says: str, change: Callable[[Any, Any], Any]) -> None:
    """A case in which one field is shown, and the way from it leads to another root after a change."""
    rejected(f"disclosure-with-{name}", "alter", "edition-root", says, spoilt(change, FIELD), "disclosure")


FIELD: Final = disclosure.cut(FILE, [], [f"{COURSE}:host"])


assert spoilt(lambda _, __: None) == PART
wrong(
    "a-value-changed",
    "alter",
    "edition-root",
    "A value that is shown was changed.",
    lambda _, items: items[0]["fields"][0].update(value="UZB"),
)
wrong_alone(
    "a-field-renamed",
    "A field is shown under another name.",
    lambda _, items: items[0]["fields"][0].update(field="donor"),
)
wrong_alone(
    "a-salt-changed", "The salt of a field was changed.", lambda _, items: items[0]["fields"][0].update(salt="0" * 32)
)
wrong_alone(
    "the-salt-of-an-item-changed", "The salt of an item was changed.", lambda _, items: items[0].update(salt="0" * 32)
)
wrong_alone(
    "an-item-under-another-id",
    "An item is shown under another id.",
    lambda _, items: items[0].update(item="zzzzzzzzzzzzzzzz"),
)
wrong_alone(
    "a-field-at-another-leaf",
    "A field is said to stand one place further.",
    lambda _, items: items[0]["fields"][0].update(leaf=1),
)
wrong_alone("siblings-exchanged", "Two siblings are exchanged.", lambda _, items: items[0]["siblings"].reverse())
wrong_alone(
    "a-sibling-of-another-edition",
    "A sibling was changed.",
    lambda _, items: items[0]["siblings"].__setitem__(0, "0" * 64),
)
wrong(
    "a-sibling-too-many",
    "splice",
    "disclosure-siblings",
    "One sibling more than the way to the root needs.",
    lambda _, items: items[0]["siblings"].append("0" * 64),
)
wrong(
    "a-sibling-too-few",
    "drop",
    "disclosure-siblings",
    "A sibling on the way to the root is missing.",
    lambda _, items: items[0]["siblings"].pop(),
)
wrong(
    "a-sibling-of-the-tree-too-many",
    "splice",
    "disclosure-siblings",
    "One sibling too many in the tree of items.",
    lambda tree, _: tree["siblings"].append("0" * 64),
)
wrong(
    "a-sibling-of-the-tree-too-few",
    "drop",
    "disclosure-siblings",
    "A sibling in the tree of items is missing.",
    lambda tree, _: tree["siblings"].pop(),
)
wrong(
    "a-leaf-beyond-its-tree",
    "alter",
    "disclosure-order",
    "A field's place is beyond the last of its item.",
    lambda _, items: items[0]["fields"][-1].update(leaf=items[0]["leaves"]),
)
wrong(
    "an-items-leaf-beyond-the-tree",
    "alter",
    "disclosure-order",
    "An item's place is beyond the last of the tree.",
    lambda tree, items: max(items, key=lambda one: one["leaf"]).update(leaf=tree["leaves"]),
)
wrong(
    "two-fields-at-one-leaf",
    "alter",
    "disclosure-order",
    "Two fields are said to stand at one place.",
    lambda _, items: items[0]["fields"][1].update(leaf=items[0]["fields"][0]["leaf"]),
)
wrong(
    "two-items-at-one-leaf",
    "alter",
    "disclosure-order",
    "Two items are said to stand at one place.",
    lambda _, items: items[1].update(leaf=items[0]["leaf"]),
)
wrong(
    "items-exchanged",
    "reorder",
    "disclosure-order",
    "Items are not in the order of their ids.",
    lambda _, items: items.reverse(),
)
wrong(
    "fields-exchanged",
    "reorder",
    "disclosure-order",
    "Fields are not in the order of their names.",
    lambda _, items: items[0]["fields"].reverse(),
)
wrong(
    "an-item-twice", "splice", "disclosure-order", "An item is shown twice.", lambda _, items: items.insert(0, items[0])
)
wrong(
    "more-fields-claimed",
    "alter",
    "disclosure-siblings",
    "An item is said to have 64 fields.",
    lambda _, items: items[0].update(leaves=64),
)
wrong_alone(
    "one-field-more-claimed",
    "An item of six fields is said to have seven; the way up is the same, and the size is bound into the leaf.",
    lambda _, items: items[0].update(leaves=7),
)
wrong_alone(
    "one-item-more-claimed",
    "An edition of five items is said to have six; the way up is the same, and the size is bound.",
    lambda tree, _: tree.update(leaves=6),
)
wrong(
    "more-items-claimed-than-there-are-atoms",
    "bomb",
    "disclosure-siblings",
    "An edition is said to have as many items as a number can say: the work stays small.",
    lambda tree, _: tree.update(leaves=2**53 - 1),
)
wrong(
    "no-fields-of-an-item",
    "alter",
    "profile-not-of-kind",
    "Nothing is shown of an item that has a line.",
    lambda _, items: items[0].update(fields=[]),
)
wrong(
    "an-unknown-key",
    "profile",
    "profile-not-of-kind",
    "The line of an item has a key that the format lacks.",
    lambda _, items: items[0].update(note="1"),
)
rejected(
    "disclosure-without-the-tree",
    "drop",
    "disclosure-not-a-file",
    "The line of the tree is missing.",
    b"".join(line for line in PART_LINES if word(line) != b"tree"),
    "disclosure",
)
rejected(
    "disclosure-with-two-trees",
    "splice",
    "disclosure-not-a-file",
    "A disclosure has two trees.",
    PART + next(line for line in PART_LINES if word(line) == b"tree"),
    "disclosure",
)
rejected(
    "disclosure-with-the-lines-of-an-edition",
    "splice",
    "disclosure-not-a-file",
    "A line of an edition stands in a disclosure.",
    PART + FIELD_LINES[0],
    "disclosure",
)
rejected(
    "edition-called-a-disclosure",
    "alter",
    "disclosure-not-a-file",
    "An edition file bears the first line of a disclosure.",
    FILE.replace(b"kelisim edition 1", b"kelisim disclosure 1"),
    "disclosure",
)
rejected(
    "disclosure-with-blanks",
    "profile",
    "profile-not-canonical",
    "A blank stands in the line of the tree.",
    PART.replace(b'tree {"leaves":', b'tree {"leaves": '),
    "disclosure",
)
rejected(
    "disclosure-that-nobody-receipted",
    "drop",
    "edition-not-concluded",
    "The receipt is missing.",
    with_records(paper(OFFER, ACCEPT), PART_LINES),
    "disclosure",
)
rejected(
    "disclosure-with-two-offers",
    "splice",
    "edition-offers",
    "A disclosure has two offers.",
    with_records(paper(OFFER, ACCEPT, RECEIPT, k.offer_of(KAZ, TWO, scope=PLAN)), PART_LINES),
    "disclosure",
)
rejected(
    "disclosure-whose-charter-is-not-whole",
    "drop",
    "charter-not-whole",
    "One party has not signed the charter.",
    with_records(paper(circle=sign("charter", TWO.value, *USA.root_signers())), PART_LINES),
    "disclosure",
)
rejected(
    "disclosure-under-the-seals-of-another-edition",
    "splice",
    "edition-root",
    "What is shown stands beside the seals of another edition of the same plan.",
    with_records(paper(*concluded(k.offer_of(KAZ, TWO, scope=PLAN, root=root({PLAN: CONTENT[PLAN]})))), PART_LINES),
    "disclosure",
)


def proving(name: str, says: str, show: dict[str, list[str]]) -> None:
    """A case in which a disclosure is cut, and then verified."""

    @case(name, says)
    def _(v: Vector) -> None:
        v.steps.append({"do": "prove", "file": v.file(FILE, "edition"), "show": show, "to": "part.disclosure"})
        shown = {item: {field: CONTENT[item][field] for field in names} for item, names in show.items()}
        v.steps.append({"do": "verify", "file": "part.disclosure", "answer": {**TOLD, "shown": shown}})


proving("prove-one-field", "One field is cut from an edition, and what was cut proves itself.", {COURSE: ["host"]})
proving("prove-some-fields", "Fields of three items.", {PLAN: ["title.en"], **SHOW})
proving("prove-everything", "All fields of all items.", {item: sorted(fields) for item, fields in CONTENT.items()})
