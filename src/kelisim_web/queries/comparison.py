"""Two plans side by side, for a reader: two years, two editions, two moments, an edition and the present.

A side is named by what it is: a scope as it stands (`2013`), everything as it stands (`now`), an edition (`2013@0.1`,
or the bytes of an edition file), or what stood at a head (`KAZ:0.17`, `2013@KAZ:0.17,USA:0.4`). A party that is not
named stands then as the authors of the named segments had seen it: the furthest that one of them had.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim import difference, edition
from kelisim.difference import Change, Side
from kelisim.errors import NotNow, Unknown
from kelisim.plan import schema
from kelisim_web import derive, store
from kelisim_web.queries.editions import content_of, offer_of, the_edition
from kelisim_web.queries.item import find
from kelisim_web.queries.overview import shown
from kelisim_web.queries.standing import standing_at, standing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kelisim.bracket import Piece
    from kelisim.difference import Compared
    from kelisim.position import Standing
    from kelisim_web.access import Seat

    Say = Callable[[Standing, str, str, str], str]

NOW: Final = "now"
_EDITION: Final = re.compile(r"[0-9]+\.[0-9]+")
_HEAD: Final = re.compile(r"([A-Z][A-Z0-9]{1,11}):([0-9]+)\.([0-9]+)")


class FieldRow(NamedTuple):
    """A field that differs.

    Attributes:
        field, stem: its name, and what texts in all languages have in common.
        old, new: how each side words it, as people read it; "" where it is not said.
        pieces: the two aligned, a text word by word.
    """

    field: str
    stem: str
    old: str
    new: str
    pieces: Sequence[Piece]


class ItemRow(NamedTuple):
    """An item and what has become of it.

    Attributes:
        sorts: one or two of `added`, `deleted`, `moved`, `changed`.
        left, right: its id on either side.
        kind, number, title: on the right side, or on the left where it is there alone.
        fields: those that differ.
    """

    sorts: tuple[str, ...]
    left: str
    right: str
    kind: str
    number: str
    title: str
    fields: list[FieldRow]


class Comparison(NamedTuple):
    """What differs between two sides, and how many items and fields that makes."""

    items: list[ItemRow]
    counts: Counter[str]


class _Meant(NamedTuple):
    """What a side is: a scope, or "" for all; and when: an edition's content, heads, or None for now."""

    scope: str
    content: edition.Content | None = None
    languages: Sequence[str] = ()
    cut: Mapping[str, str] | None = None


def compared(
    seat: Seat, circle: str, left: str | bytes, right: str | bytes, language: str, say: Say = shown
) -> Comparison:
    """Compare two sides.

    Args:
        seat: whose node.
        circle: the plan.
        left: the one side.
        right: the other.
        language: of the reader.
        say: how a value is written for the reader.

    Raises:
        Unknown: a side names what is not held here.
        NotNow: a side names something else than a plan.
        Malformed, Unproven: an edition file does not hold.
    """
    now = standing_of(seat, circle)
    one, two = _meant(seat, circle, now, left), _meant(seat, circle, now, right)
    scope = one.scope or two.scope
    sides = [_side(seat, circle, now, meant, meant.scope or scope) for meant in (one, two)]
    languages = [set(meant.languages) for meant in (one, two) if meant.languages]
    was, is_ = (side.only(set.intersection(*languages), schema()) if languages else side for side in sides)
    pairs = difference.same_items(was, is_, origins(now, was, is_))
    rows = [item_row(now, was, is_, one, language, say) for one in difference.compare(was, is_, pairs, schema())]
    counts = Counter(sort for row in rows for sort in row.sorts)
    counts["fields"] = sum(len({field.stem for field in row.fields}) for row in rows if row.left and row.right)
    return Comparison(rows, counts)


def _meant(seat: Seat, circle: str, now: Standing, name: str | bytes) -> _Meant:
    if isinstance(name, bytes):
        found = edition.verify(name)
        return _Meant(found.offer.scope, found.content, found.offer.languages)
    if name == NOW:
        return _Meant("")
    scope, at, when = name.partition("@")
    if not at and _HEAD.match(name):
        scope, when = "", name
    item = _the_plan(now, scope) if scope else ""
    if not when:
        return _Meant(item)
    if _EDITION.fullmatch(when):
        offer = offer_of(seat, circle, the_edition(seat, circle, item, when))
        return _Meant(item, content_of(seat, circle, offer), offer.languages)
    return _Meant(item, cut=heads_at(seat, circle, when))


def _the_plan(now: Standing, name: str) -> str:
    item = find(now, name)
    if now.kind(item) != "plan":
        raise NotNow("scope-not-a-plan", name=name)
    return item


def _side(seat: Seat, circle: str, now: Standing, meant: _Meant, scope: str) -> Side:
    if meant.content is not None:
        return difference.edition_side(meant.content, scope)
    standing = now if meant.cut is None else standing_at(seat, circle, meant.cut)
    return difference.standing_side(standing, scope)


def heads_at(seat: Seat, circle: str, name: str) -> dict[str, str]:
    """The heads of all parties that `KAZ:0.17,USA:0.4` means.

    Raises:
        Unknown: no party has this code, or no segment that counts stands at this place.
    """
    del seat
    charter = store.charter(circle).value
    named: dict[str, str] = {}
    for one in name.split(","):
        found = _HEAD.fullmatch(one)
        if not found:
            raise Unknown("compare-side", value=one)
        party = next((party for party, code in charter.codes().items() if code == found[1]), "")
        if not party:
            raise Unknown("party-unknown", code=found[1], choices=", ".join(charter.codes().values()))
        named[party] = _segment_at(circle, party, int(found[2]), int(found[3]), one)
    segments = [head for head in named.values() if head != circle]
    seen = [store.segment_of(head)[0].value.seen for head in segments]
    for party in charter.codes():
        heads = [circle, *(one[party] for one in seen if party in one)]
        named.setdefault(party, max(heads, key=lambda head: store.length(circle, party, head)))
    return named


def _segment_at(circle: str, party: str, epoch: int, seq: int, name: str) -> str:
    if (epoch, seq) == (0, 0):
        return circle
    counted = set(derive.ids(circle, party))
    for place in store.places(circle, party):
        if (place.epoch, place.seq) == (epoch, seq) and place.id in counted:
            return place.id
    raise Unknown("head-missing", name=name)


def origins(now: Standing, *sides: Side) -> dict[str, list[str]]:
    """The items that each item continues, as the plan says now and as the sides say."""
    found: dict[str, set[str]] = {}
    for item in now.items():
        field = now.field(item, "continues")
        for value in field.values.values() if field else ():
            found.setdefault(item, set()).update(value.split(" "))
    for side in sides:
        for item, fields in side.words.items():
            for value in fields.get("continues", {}).values():
                found.setdefault(item, set()).update(value.split(" "))
    return {item: sorted(old) for item, old in found.items()}


def item_row(now: Standing, left: Side, right: Side, one: Compared, language: str, say: Say = shown) -> ItemRow:
    """An item that differs, as people read it."""
    side, item = (right, one.right) if one.right else (left, one.left)
    return ItemRow(
        sorts=one.sorts,
        left=one.left,
        right=one.right,
        kind=side.said(item, "kind"),
        number=side.said(item, "number"),
        title=_title(side, item, language),
        fields=[_field_row(now, change, language, say) for change in one.fields],
    )


def _title(side: Side, item: str, language: str) -> str:
    titles = sorted(name for name in side.words[item] if name.startswith("title."))
    wanted = [f"title.{language}", *titles]
    return next((said for name in wanted if (said := side.said(item, name))), item)


def _field_row(now: Standing, change: Change, language: str, say: Say) -> FieldRow:
    known = now.schema.type_of(change.field)
    text = known is not None and known.type == "text"
    worded = Change(change.field, *(_worded(now, change.field, words, language, say) for words in change[1:]))
    old, new = (difference.as_text(words, text=text) for words in worded[1:])
    stem = known.stem if known and known.per == "language" else change.field
    return FieldRow(change.field, stem, old, new, difference.aligned(worded, now.schema))


def _worded(now: Standing, field: str, words: Mapping[str, str], language: str, say: Say) -> dict[str, str]:
    known = now.schema.type_of(field)
    if known and known.type == "references":
        named = {
            code: [shown(now, "parent", item, language) for item in value.split(" ")] for code, value in words.items()
        }
        return {code: ", ".join(items) for code, items in named.items()}
    return {code: say(now, field, value, language) for code, value in words.items()}


def in_language(fields: Iterable[FieldRow], language: str) -> list[FieldRow]:
    """One row a field: of a text in several languages that of the reader, or else the first that differs."""
    found: dict[str, FieldRow] = {}
    for row in fields:
        if row.stem not in found or row.field.endswith(f".{language}"):
            found[row.stem] = row
    return list(found.values())
