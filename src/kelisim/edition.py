"""An edition: the joint fields, agreed and firm, of the items present in a scope, under one Merkle root.

At a freeze an item is left out, and listed, only if its `present` is one-sided or nobody's. These block:

- `present` that is open, withdrawn, ad referendum or contested, and any joint field of a present item that is not
  agreed, or that the schema does not understand;
- an item that any party's `parent` puts in the scope while its `kind` or `parent` is not agreed;
- a package (items that a party tied under one name, or the whole scope when the word stands on the plan item) that is
  not wholly agreed.

`own` and `each` fields never enter, nor does a text in a language that the edition is not in.

An edition file is the concluded edition with everything that proves it, for whoever has no node: the lines of
`kelisim.proof`, and `item` (an item's salt) and `field` (a field, its value, its salt).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim import proof as proofs
from kelisim.errors import Malformed, NotNow, Unproven
from kelisim.ledger import profile, seal, tree
from kelisim.ledger.profile import Field, Item, Salt, Written
from kelisim.package import packages
from kelisim.plan import Rule
from kelisim.position import Standing, Status
from kelisim.proof import Concluded, Proof

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kelisim.package import Package

MAGIC: Final = proofs.heading("edition")

Content = dict[str, dict[str, str]]


class Obstacle(NamedTuple):
    """Something that keeps a scope from being frozen.

    Attributes:
        item, field: where; the field is empty where the item as a whole is meant.
        reason: a word of `messages`, group `obstacle`: a status, `package`, `elsewhere`.
    """

    item: str
    field: str
    reason: str


@dataclass(frozen=True)
class Freeze:
    """What freezing a scope gives.

    Attributes:
        content: value by field by item.
        left_out: items that not all parties want, and so are not in it.
        obstacles: what keeps it from being frozen; empty when nothing does.
    """

    content: Content
    left_out: tuple[str, ...]
    obstacles: tuple[Obstacle, ...]


def freeze(standing: Standing, scope: str, languages: Iterable[str]) -> Freeze:
    """Freeze a scope, or list what keeps it from being frozen.

    Args:
        standing: all positions, at the heads to freeze.
        scope: the plan item.
        languages: the languages the edition is in.
    """
    content: Content = {}
    left_out: list[str] = []
    obstacles: list[Obstacle] = []
    tongues = frozenset(languages)
    for item in standing.items():
        found = _obstacles(standing, item, tongues)
        if standing.scope(item) != scope:
            obstacles += [Obstacle(item, "", "elsewhere")] if _claimed(standing, item, scope) else []
            continue
        presence = standing.presence(item)
        if presence in (None, Status.ONE_SIDED):
            left_out.append(item)
        elif presence is not Status.AGREED:
            obstacles.append(Obstacle(item, "present", str(presence)))
        else:
            obstacles += found
            content[item] = {
                name: field.value
                for name, field in standing.fields(item)
                if field.status is Status.AGREED and field.value is not None and _enters(standing, name, tongues)
            }
    if scope not in content:
        obstacles.append(Obstacle(scope, "present", "elsewhere"))
    obstacles += _packages(standing, scope, tongues)
    return Freeze(content, tuple(left_out), tuple(dict.fromkeys(obstacles)))


def _enters(standing: Standing, name: str, languages: frozenset[str]) -> bool:
    """Does a field belong in an edition in these languages?"""
    known = standing.schema.type_of(name)
    if known and known.per == "language" and known.suffix(name) not in languages:
        return False
    return standing.schema.rule(name) is Rule.JOINT


def _obstacles(standing: Standing, item: str, languages: frozenset[str]) -> list[Obstacle]:
    """The joint fields of an item that are not agreed."""
    return [
        Obstacle(item, name, str(field.status))
        for name, field in standing.fields(item)
        if field.status is not Status.AGREED and _enters(standing, name, languages)
    ]


def _claimed(standing: Standing, item: str, scope: str) -> bool:
    """Does some party's `parent` put it in the scope, while where it belongs is not agreed?"""
    settled = standing.agreed(item, "kind") and standing.agreed(item, "parent")
    if settled or standing.presence(item) is None:
        return False
    return any(parent == scope or standing.scope(parent) == scope for parent in standing.parents(item))


def _packages(standing: Standing, scope: str, languages: frozenset[str]) -> list[Obstacle]:
    """The items of every package that touches this scope and is not wholly agreed."""
    touching = (one for one in packages(standing) if any(standing.scope(item) == scope for item in one.items))
    return [Obstacle(item, "", "package") for one in touching for item in unagreed(standing, one, languages)]


def unagreed(standing: Standing, package: Package, languages: Iterable[str]) -> list[str]:
    """The items that keep a package from being wholly agreed, by id.

    Args:
        standing: all positions.
        package: the items tied together.
        languages: the languages of the edition it would enter.
    """
    tongues = frozenset(languages)
    return sorted(item for item in package.items if not _wholly_agreed(standing, item, tongues))


def _wholly_agreed(standing: Standing, item: str, languages: frozenset[str]) -> bool:
    return standing.presence(item) is Status.AGREED and not _obstacles(standing, item, languages)


class Naming(NamedTuple):
    """What an edition is called: the circle, the scope, and its number among the proposer's offers."""

    circle: str
    scope: str
    number: seal.EditionNumber


def root_of(content: Mapping[str, Mapping[str, str]], naming: Naming, seed: bytes) -> str:
    """The Merkle root of an edition, in hex: what the seals name."""
    return tree.edition_root(content, _salts(content, naming, seed))


def _salts(content: Mapping[str, Mapping[str, str]], naming: Naming, seed: bytes) -> dict[tuple[str, str], bytes]:
    named = tree.Naming(circle=naming.circle, edition=naming.number, scope=naming.scope)
    return tree.salts(seed, named, content)


class ItemLine(Written, frozen=True):
    """An item of an edition file."""

    item: Item
    salt: Salt


class FieldLine(Written, frozen=True):
    """A field of an edition file."""

    field: Field
    item: Item
    salt: Salt
    value: str


def write(proof: Proof, content: Mapping[str, Mapping[str, str]], seed: bytes) -> bytes:
    """An edition file: readable, and checkable by anybody with nothing else at hand."""
    offer = proof.offer
    salt = _salts(content, Naming(proof.charter.id, offer.scope, offer.edition), seed)
    lines = list(proof.lines)
    for item in sorted(content):
        lines.append(b"item " + profile.encode(ItemLine(item=item, salt=salt[item, ""].hex())) + b"\n")
        for name, value in sorted(content[item].items()):
            line = FieldLine(field=name, item=item, salt=salt[item, name].hex(), value=value)
            lines.append(b"field " + profile.encode(line) + b"\n")
    return MAGIC + b"".join(lines)


@dataclass(frozen=True)
class Verified(Concluded):
    """What an edition file proves.

    Attributes:
        content: value by field by item.
    """

    content: Content


class Whole(NamedTuple):
    """An edition file that holds, with all that a part of it can be cut from.

    Attributes:
        proof: its records.
        salts: of every item, at (item, ""), and of every field, at (item, field).
        proven: what it proves.
    """

    proof: Proof
    salts: Mapping[tuple[str, str], bytes]
    proven: Verified


def verify(data: bytes) -> Verified:
    """Check an edition file with nothing else at hand.

    What it cannot tell is whether the parties are who they say: compare their digits with a card you trust.

    Raises:
        Malformed: not an edition file.
        Unproven: something in it does not hold.
    """
    return read(data).proven


def read(data: bytes) -> Whole:
    """Check an edition file and keep what else is in it; refused as `verify` does."""
    lines = proofs.split(data, "edition", ("item", "field"))
    proof = proofs.read(lines)
    proven = proofs.conclude(proof)
    content, salts = _read_content(lines["item"], lines["field"])
    if proven.offer.scope not in content:
        raise Malformed("edition-not-a-file")
    if tree.edition_root(content, salts) != proven.offer.root:
        raise Unproven("edition-root")
    return Whole(proof, salts, Verified(proven.id, proven.offer, proven.charter, proven.names, content))


def _read_content(items: Iterable[bytes], fields: Iterable[bytes]) -> tuple[Content, dict[tuple[str, str], bytes]]:
    content: Content = {}
    salt = {}
    for line in items:
        one = profile.decode(line, ItemLine, "item")
        if one.item in content:
            raise Malformed("edition-not-a-file")
        content[one.item] = {}
        salt[one.item, ""] = bytes.fromhex(one.salt)
    for line in fields:
        entry = profile.decode(line, FieldLine, "field")
        if entry.item not in content or entry.field in content[entry.item]:
            raise Malformed("edition-not-a-file")
        content[entry.item][entry.field] = entry.value
        salt[entry.item, entry.field] = bytes.fromhex(entry.salt)
    if not all(content.values()):
        raise Malformed("edition-not-a-file")
    return content, salt


def require(frozen: Freeze) -> Content:
    """The content of a freeze that nothing blocks.

    Raises:
        NotNow: something does.
    """
    if frozen.obstacles:
        raise NotNow("freeze-blocked", count=len(frozen.obstacles))
    return frozen.content
