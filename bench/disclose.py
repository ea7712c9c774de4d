"""Publishing part of a concluded edition of 20,000 fields (2,000 items of 10), and checking what was published.

Measured: CPU milliseconds of cutting a part and leading it to the root, least of the turns, given the leaves of the
edition; and the bytes of its proof, the `tree` and `item` lines. Beside it, in turns: a plain Merkle tree over all
fields, which hides neither how many fields an item has nor where, writes nothing and checks no order: the hashing that
is left when everything else is. For information: the whole file, with the records of two parties, and the time from the
edition file itself, which is checked first.

SD-JWT with every field disclosable, measured once on another machine, took 126 kB and 124 ms for the one field, and
490 kB and 356 ms for the 200 items: its signed part has a digest for each of the 22,000 disclosures.
"""

from __future__ import annotations

import hashlib
import random
from functools import partial
from typing import TYPE_CHECKING

import measure
import parties
from kelisim import disclosure, edition
from kelisim.ledger import disclose, profile, record, seal, tree
from kelisim.proof import Proof
from measure import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

ITEMS, SOME = 2000, 200
TURNS = 15
REPEATS = 5
MILLI, KILO = 1000, 1000
Chosen = dict[str, set[str]]


def concluded(directory: Path) -> bytes:
    """The file of an edition that two parties have concluded, whatever is agreed in their feeds."""
    circle = parties.found(directory)
    from kelisim_web import store  # noqa: PLC0415

    author = parties.Author.of(directory, circle)
    said = {parties.item(n): {field: author.words(field) for field in parties.FIELDS} for n in range(ITEMS)}
    scope, number = parties.item(0), seal.EditionNumber(0, 1)
    signers = {}
    for code in parties.CODES:
        with parties.at(directory / code) as seat:
            signers[code] = seat.node.signer("seal")
            held, charter, seed = store.cards_held(), store.charter(circle), store.seed(circle)
            cards = tuple(store.all_cards())
    by = {code: party for party, code in charter.value.codes().items()}
    first, second = (
        {"at": parties.AT, "card": held.newest(by[code]).id, "circle": circle, "party": by[code], "v": 1}
        for code in parties.CODES
    )
    root = edition.root_of(said, edition.Naming(circle, scope, number), seed)
    cut = dict.fromkeys(by.values(), circle)
    told = {"cut": cut, "edition": number, "languages": ["en"], "root": root, "schema": 1, "scope": scope}
    offer = record.sign(seal.KIND, seal.Offer(**first, **told, step="offer"), signers[parties.CODES[0]])
    accept = record.sign(seal.KIND, seal.Accept(**second, of=offer.id, step="accept"), signers[parties.CODES[1]])
    receipt = record.sign(
        seal.KIND, seal.Receipt(**first, accepts=[accept.id], of=offer.id, step="receipt"), signers[parties.CODES[0]]
    )
    return edition.write(Proof(cards, charter, (offer, accept, receipt)), said, seed)


class Plain:
    """One tree over all fields, in the order of their names."""

    def __init__(self, said: edition.Content, salts: Mapping[tuple[str, str], bytes]) -> None:
        self.lines = [
            salts[item, field] + profile.encode(tree.Leaf(field=field, item=item, value=said[item][field]))
            for item in sorted(said)
            for field in sorted(said[item])
        ]
        self.place = {
            name: place
            for place, name in enumerate((item, field) for item in sorted(said) for field in sorted(said[item]))
        }
        self.levels = tree.levels([hashlib.sha256(b"\0" + line).digest() for line in self.lines])

    def prove(self, places: list[int]) -> list[bytes]:
        """What a reader cannot compute, level by level."""
        found: list[bytes] = []
        for level in self.levels[:-1]:
            held = set(places)
            found += [level[one ^ 1] for one in places if one ^ 1 not in held and one ^ 1 < len(level)]
            places = sorted({one // 2 for one in places})
        return found

    def check(self, places: list[int], proof: list[bytes]) -> bytes:
        """The root over the fields of these places."""
        rest, size = iter(proof), len(self.lines)
        known = {one: hashlib.sha256(b"\0" + self.lines[one]).digest() for one in places}
        while size > 1:
            above: dict[int, bytes] = {}
            for one in sorted(known):
                if one // 2 not in above:
                    if one ^ 1 >= size:
                        above[one // 2] = known[one]
                    else:
                        pair = known[one], known.get(one ^ 1) or next(rest)
                        above[one // 2] = tree.node(*(pair[::-1] if one % 2 else pair))
            known, size = above, (size + 1) // 2
        return known[0]


def part_of(trees: disclose.Trees, chosen: Chosen) -> bytes:
    """The lines of a part."""
    part = trees.part(chosen)
    return b"".join(profile.encode(line) + b"\n" for line in (part.tree, *part.items))


def publish(trees: disclose.Trees, chosen: Chosen, root: str) -> None:
    """Cut a part, write it, read it, and lead it to the root."""
    first, *rest = part_of(trees, chosen).splitlines()
    items = [profile.decode(line, disclose.ItemPart, "item") for line in rest]
    found = disclose.root_of(disclose.Part(profile.decode(first, disclose.TreePart, "tree"), items))
    if found != root:
        raise ValueError(found)


def publish_plain(plain: Plain, chosen: Chosen) -> None:
    """The same in one plain tree."""
    places = sorted(plain.place[item, field] for item, fields in chosen.items() for field in fields)
    if plain.check(places, plain.prove(places)) != plain.levels[-1][0]:
        raise ValueError


def milliseconds(work: Callable[[], object]) -> float:
    """The CPU time that a work takes."""
    with measure.watch() as taken:
        work()
    return taken[1] * MILLI


def rows() -> list[Row]:
    with measure.scratch() as directory:
        data = concluded(directory)
    whole = edition.read(data)
    said, count = whole.proven.content, f"{ITEMS * len(parties.FIELDS):,}"
    trees, plain = disclose.Trees(said, whole.salts), Plain(said, whole.salts)
    lots = random.Random(3)  # noqa: S311  (a choice, not a secret)
    cases: list[tuple[str, Chosen, float, float]] = [
        ("one field", {parties.item(1234): {"title.en"}}, 2, 5),
        (f"{SOME} whole items", {item: set(said[item]) for item in lots.sample(sorted(said), SOME)}, 350, 50),
    ]
    told = []
    for name, chosen, most, longest in cases:
        works = {
            "ours": partial(publish, trees, chosen, whole.proven.offer.root),
            "plain": partial(publish_plain, plain, chosen),
        }
        taken = measure.in_turns({one: partial(milliseconds, work) for one, work in works.items()}, TURNS)
        ours, bare = min(taken["ours"]), min(taken["plain"])
        size = len(part_of(trees, chosen)) / KILO
        told += [
            Row(
                f"publish and check {name} of {count} fields",
                ours,
                "ms CPU",
                f"plain: {bare:.2f} ms",
                ours / bare,
                longest,
            ),
            Row(f"proof of {name}", size, "kB", target=most),
            *filed(data, name, chosen),
        ]
    again = min(milliseconds(partial(disclose.Trees, said, whole.salts)) for _ in range(REPEATS))
    return [*told, Row(f"all leaves of an edition of {count} fields", again, "ms CPU")]


def filed(data: bytes, name: str, chosen: Chosen) -> list[Row]:
    """The same as a file, from an edition file, with the records that prove it."""
    fields = [f"{item}:{field}" for item, said in chosen.items() for field in said]
    cut = min(milliseconds(partial(disclosure.cut, data, [], fields)) for _ in range(REPEATS))
    part = disclosure.cut(data, [], fields)
    check = min(milliseconds(partial(disclosure.verify, part)) for _ in range(REPEATS))
    return [
        Row(f"cut {name} from an edition file of {len(data) / KILO:,.0f} kB", cut, "ms CPU"),
        Row(f"verify the file of {name}", check, "ms CPU"),
        Row(f"the file of {name}, with its records", len(part) / KILO, "kB"),
    ]


if __name__ == "__main__":
    measure.write("disclose", rows())
