"""A disclosure: chosen items and fields of a concluded edition, in a file that proves itself and hides the rest.

It is cut from an edition file, which has the salts of its edition and no seed; so no secret is at hand where one is
made, and whoever has the edition can publish any part of it: a party, an auditor, a press office. Lines of the kinds
`tree` and `item` stand beside those of `kelisim.proof`.

Nothing is shown that was not chosen, neither a title nor a number: what an item is called may be what is to be hidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kelisim import edition
from kelisim import proof as proofs
from kelisim.errors import BadValue, Malformed, NotNow, Unknown, Unproven
from kelisim.ledger import disclose, profile
from kelisim.ledger.disclose import ItemPart, Part, TreePart
from kelisim.plan.values import by_number
from kelisim.proof import Concluded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kelisim.edition import Content
    from kelisim.proof import Proof

MAGIC: Final = proofs.heading("disclosure")
LONGEST: Final = 64 * 1024 * 1024

Chosen = dict[str, set[str]]


@dataclass(frozen=True)
class Disclosed(Concluded):
    """What a disclosure proves.

    Attributes:
        part: what is shown, and how much is not.
    """

    part: Part

    @property
    def content(self) -> Content:
        """Value by field by item, as far as shown."""
        return self.part.content()


def cut(data: bytes, items: Iterable[str], fields: Iterable[str]) -> bytes:
    """Cut a disclosure from an edition file.

    Args:
        data: the edition file; checked before anything is taken from it.
        items: items to be shown whole, each by its id, the beginning of its id, or its number.
        fields: single fields, each as `ITEM:FIELD`.

    Raises:
        BadValue: nothing is chosen, or not in that form.
        Unknown: something chosen is not in the edition.
        Malformed, Unproven: the edition file does not hold.
    """
    proof, salts, proven = edition.read(data)
    chosen = choose(proven.content, items, fields)
    return write(proof, disclose.Trees(proven.content, salts).part(chosen))


def choose(content: Content, items: Iterable[str], fields: Iterable[str]) -> Chosen:
    """What a person means: field names by item.

    Raises:
        BadValue: nothing is chosen, or not in that form.
        Unknown: something chosen is not in the content.
    """
    chosen = {item: set(content[item]) for item in (find(content, name) for name in items)}
    for one in fields:
        name, colon, field = one.rpartition(":")
        if not colon:
            raise BadValue("disclose-field-form", field=one)
        item = find(content, name)
        if field not in content[item]:
            raise Unknown("disclose-field-missing", item=name, field=field, choices=", ".join(sorted(content[item])))
        chosen.setdefault(item, set()).add(field)
    if not chosen:
        raise BadValue("disclose-nothing")
    return chosen


def find(content: Content, name: str) -> str:
    """The item of an edition that a person means by its id, the beginning of its id, or its number.

    Raises:
        Unknown: none is, or several are.
    """
    if name in content:
        return name
    numbered = [item for item, fields in content.items() if fields.get("number") == name]
    found = numbered or [item for item in sorted(content) if name and item.startswith(name)]
    if len(found) > 1:
        raise Unknown("item-several", name=name, choices=", ".join(found[:8]))
    if not found:
        there = sorted((fields.get("number") or item for item, fields in content.items()), key=by_number)
        raise Unknown("disclose-item-missing", name=name, count=len(there), choices=", ".join(there[:24]))
    return found[0]


def write(proof: Proof, part: Part) -> bytes:
    """A disclosure file.

    Raises:
        NotNow: it would be longer than a reader takes.
    """
    lines = [b"tree " + profile.encode(part.tree), *(b"item " + profile.encode(one) for one in part.items)]
    data = MAGIC + b"".join(proof.lines) + b"".join(line + b"\n" for line in lines)
    if len(data) > LONGEST:
        raise NotNow("disclosure-too-large", limit=LONGEST)
    return data


def verify(data: bytes) -> Disclosed:
    """Check a disclosure with nothing else at hand.

    Raises:
        Malformed: not a disclosure.
        Unproven: something in it does not hold.
    """
    if len(data) > LONGEST:
        raise Malformed("disclosure-too-large", limit=LONGEST)
    lines = proofs.split(data, "disclosure", ("tree", "item"))
    if len(lines["tree"]) != 1:
        raise Malformed("disclosure-not-a-file")
    proven = proofs.conclude(proofs.read(lines))
    tree = profile.decode(lines["tree"][0], TreePart, "tree")
    part = Part(tree, [profile.decode(line, ItemPart, "item") for line in lines["item"]])
    if disclose.root_of(part) != proven.offer.root:
        raise Unproven("edition-root")
    return Disclosed(proven.id, proven.offer, proven.charter, proven.names, part)
