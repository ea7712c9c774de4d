"""A segment: what one dispatch signed. A header, which is a record, and a body of statements, one a line.

A statement says what a party's position on one field of one item is: `value`; no value means taken back;
`hold: "ad referendum"` waits for the capital. A body is judged by its bytes, order and limits, never by what its
values mean: otherwise an upgrade on one side would jam the other for ever.
"""

from __future__ import annotations

import re
from itertools import pairwise
from operator import attrgetter, ge
from typing import TYPE_CHECKING, Final, Literal

from msgspec import UNSET, UnsetType

from kelisim.errors import Malformed, Unproven
from kelisim.ledger import profile
from kelisim.ledger.digest import digest
from kelisim.ledger.profile import Count, Digest, Place, Time, Version, Written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kelisim.ledger.card import Card
    from kelisim.ledger.charter import Charter
    from kelisim.ledger.record import Signed

KIND: Final = "segment"
AD_REFERENDUM: Final = "ad referendum"
FILE: Final = "sha256"
MOST_STATEMENTS: Final = 100_000
LARGEST_BODY: Final = 16 * 1024 * 1024
LARGEST_VALUE: Final = 256 * 1024

_DIGEST = re.compile(r"[0-9a-f]{64}")
_item, _field = attrgetter("item"), attrgetter("field")


class Statement(Written, frozen=True, kw_only=True, gc=False):
    """One position, as recorded. A body names few items and fewer fields, so it is `read_body` that checks them."""

    field: str
    hold: Literal["ad referendum"] | UnsetType = UNSET
    item: str
    value: str | UnsetType = UNSET


class Segment(Written, frozen=True):
    """A segment's header.

    Attributes:
        at: when its author says it was written.
        body: SHA-256 of the lines.
        card: the author's card whose key signed.
        circle: the id of the charter.
        count: how many statements; 0 is an acknowledgement.
        epoch, seq: its place; seq from 1 in each epoch.
        party: whose feed it is.
        prev: the segment before; of seq 1 the epoch's record, in epoch 0 the charter.
        seen: every other party of the circle, with its head as the author's node held it.
        size: bytes of the body.
    """

    at: Time
    body: Digest
    card: Digest
    circle: Digest
    count: Count
    epoch: Count
    party: Digest
    prev: Digest
    seen: dict[Digest, Digest]
    seq: Place
    size: Count
    v: Version


def write_body(statements: Iterable[Statement]) -> bytes:
    """Statements in their order, one a line."""
    return profile.encode_lines(sorted(statements, key=lambda one: (one.item, one.field)))


def files_named(statements: Iterable[Statement]) -> set[str]:
    """The digests of the files that statements name: what a bundle that carries them carries the bytes of."""
    values = {one.value for one in statements if one.field == FILE}
    return {str(value) for value in values if value is not UNSET and _DIGEST.fullmatch(str(value))}


def check_header(header: Signed[Segment], card: Signed[Card], charter: Charter) -> None:
    """Judge a header by the card it names and the charter of its circle.

    Raises:
        Malformed: it contradicts itself or a limit.
        Unproven: its key, signature or list of parties does not hold.
    """
    value = header.value
    profile.check_time(value.at)
    if value.count > MOST_STATEMENTS or value.size > LARGEST_BODY:
        raise Malformed("segment-too-large", limit=MOST_STATEMENTS)
    if value.party not in charter.codes():
        raise Unproven("segment-not-a-party")
    if set(value.seen) != set(charter.others(value.party)):
        raise Unproven("segment-seen")
    if len(header.signatures) != 1:
        raise Unproven("signature-one", kind=KIND)
    header.check(card.value.may("state"))


def read_body(header: Segment, body: bytes) -> list[Statement]:
    """The statements of a segment.

    Raises:
        Unproven: not the bytes that the header names.
        Malformed: not statements in their one form and order, or over a limit.
    """
    if len(body) != header.size or digest(body) != header.body:
        raise Unproven("segment-body")
    statements = profile.decode_lines(body, Statement, "statement")
    if len(statements) != header.count:
        raise Unproven("segment-count")
    items, fields = list(map(_item, statements)), list(map(_field, statements))
    profile.check_items(items, "statement")
    profile.check_names(set(fields), profile.FIELD, "statement")
    places = list(zip(items, fields, strict=True))
    if any(map(ge, places, places[1:])):
        item, field = next(two for one, two in pairwise(places) if one >= two)
        raise Malformed("statement-order", item=item, field=field)
    for one in statements if b'"hold":' in body else ():
        if one.value is UNSET and one.hold is not UNSET:
            raise Malformed("statement-hold", item=one.item, field=one.field)
    if len(body) > LARGEST_VALUE:
        _check_values(statements)
    return statements


def read_kept(header: Segment, body: bytes) -> list[Statement]:
    """The statements of a segment that `read_body` has let in before: the same bytes need not be judged again.

    Raises:
        Unproven: not the bytes that the header names.
    """
    if digest(body) != header.body:
        raise Unproven("segment-body")
    return profile.peek_lines(body, Statement, "statement")


def _check_values(statements: Iterable[Statement]) -> None:
    for one in statements:
        if one.value is not UNSET and len(one.value.encode()) > LARGEST_VALUE:
            raise Malformed("statement-too-long", item=one.item, field=one.field)
