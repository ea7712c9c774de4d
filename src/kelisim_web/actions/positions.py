"""Drafting and dispatching: what we mean to say, and the act of saying it."""

from __future__ import annotations

import secrets
from base64 import b32encode
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from msgspec import UNSET

from kelisim.errors import BadValue, NotNow, Unknown
from kelisim.ledger import record, segment
from kelisim.ledger.digest import digest
from kelisim.plan import Rule
from kelisim.plan.values import is_written
from kelisim.position import Standing, Status
from kelisim_web import derive, officers, restored, store
from kelisim_web.models.desk import Frozen
from kelisim_web.models.drafts import Draft
from kelisim_web.queries.standing import standing_of
from kelisim_web.us import our_code, our_party

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kelisim.ledger.charter import Charter
    from kelisim.plan import FieldType
    from kelisim.position import Word
    from kelisim_web.access import Seat


class Say(NamedTuple):
    """A position as an officer words it.

    Attributes:
        item, field: where.
        value: what; None takes our word back.
        hold: whether it waits for the capital.
        note: why, for our own desk alone.
    """

    item: str
    field: str
    value: str | None
    hold: bool = False
    note: str = ""


def new_item() -> str:
    """The id of a new item: 16 characters of base32, 80 random bits."""
    return b32encode(secrets.token_bytes(10)).decode().lower()


def draft(seat: Seat, circle: str, says: Iterable[Say], standing: Standing | None = None) -> int:
    """Draft positions; a later draft on a field takes the place of an earlier one.

    Our own bad values are refused here, at the door; nothing is drafted when one is.

    Returns:
        How many fields now have a draft.
    """
    found = standing or standing_of(seat, circle)
    charter, ours, now = store.charter(circle).value, our_code(circle), seat.node.now()
    said = {(say.item, say.field): say for say in says}
    kinds = dict(Draft.objects.filter(circle=circle, field="kind").values_list("item", "value"))
    kinds |= {say.item: say.value for say in said.values() if say.field == "kind"}
    rows = []
    for say in said.values():
        value = _value(found, say, kinds.get(say.item) or found.kind(say.item))
        _check_suffix(found.schema.type_of(say.field), say.field, charter, ours)
        if value is None and found.voices[ours].word(say.item, say.field) is None:
            raise NotNow("nothing-to-withdraw", field=say.field)
        rows.append(
            Draft(
                circle=circle,
                item=say.item,
                field=say.field,
                value=value,
                hold=say.hold,
                base=said_by_others(found, ours, say.item, say.field),
                note=say.note,
                author=seat.officer,
                at=now,
            )
        )
    Draft.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["circle", "item", "field"],
        update_fields=["value", "hold", "base", "note", "author", "at"],
    )
    return len(rows)


def _value(standing: Standing, say: Say, kind: str | None) -> str | None:
    """What a draft says, in its written form; None where it takes our word back."""
    if not is_written("reference", say.item):
        raise BadValue("item-not-an-id", name=say.item)
    return None if say.value is None else standing.schema.written(say.field, say.value, kind)


def _check_suffix(known: FieldType | None, field: str, charter: Charter, ours: str) -> None:
    """Refuse a field of ours that ends in a party or language that it cannot have here."""
    suffix = known.suffix(field) if known else None
    codes = sorted(charter.codes().values())
    if known and known.rule is Rule.OWN and suffix != ours:
        raise BadValue("field-of-another", field=field, code=ours)
    if known and known.per == "party" and suffix not in codes:
        raise BadValue("field-no-such-party", field=field, choices=", ".join(codes))
    if known and known.per == "language" and suffix not in charter.languages:
        raise BadValue("field-no-such-language", field=field, choices=", ".join(charter.languages))


def said_by_others(standing: Standing, ours: str, item: str, field: str) -> dict[str, list[str | bool | None]]:
    """What the other parties say on a field: what a draft on it answers."""
    words = {code: voice.word(item, field) for code, voice in standing.voices.items() if code != ours}
    return {code: [word.value, word.firm] for code, word in words.items() if word}


def endorse(
    seat: Seat, circle: str, code: str, where: Iterable[tuple[str, str]], *, hold: bool = False, note: str = ""
) -> int:
    """Draft another party's words as ours.

    Args:
        seat: whose node.
        circle: the plan.
        code: whose words.
        where: items and fields; a field may be empty for all joint fields of the item.
        hold: ad referendum.
        note: why, for our own desk alone.

    Returns:
        How many fields now have a draft that takes them over.

    Raises:
        Unknown: that party says nothing on a field that was named.
    """
    standing = standing_of(seat, circle)
    if code not in standing.voices:
        raise Unknown("party-unknown", code=code, choices=", ".join(standing.parties))
    ours = standing.voices[our_code(circle)]
    says = []
    for item, field in where:
        theirs = standing.voices[code].words.get(item, {})
        if field and (field not in theirs or theirs[field].value is None):
            raise Unknown("nothing-to-endorse", code=code, field=field)
        says += [
            Say(item, name, word.value, hold, note)
            for name, word in theirs.items()
            if name == (field or name)
            and word.value is not None
            and _can_be_ours(standing, item, name, word.value)
            and _is_news(ours.word(item, name), word.value)
        ]
    return draft(seat, circle, says, standing)


def _is_news(ours: Word | None, value: str) -> bool:
    """Is this more than what we say already, firmly?"""
    return ours is None or ours.value != value or not ours.firm


def _can_be_ours(standing: Standing, item: str, name: str, value: str) -> bool:
    """Is this a joint field whose value we understand, and so can say ourselves?"""
    joint = standing.schema.rule(name) is Rule.JOINT
    return joint and standing.schema.understands(name, value, standing.kind(item))


class Dispatched(NamedTuple):
    """What a dispatch did.

    Attributes:
        segment: the id of the segment it signed; empty when there was nothing to say.
        said: how many statements it made.
        held_back: drafts that stay: (item, field, why), why being `stale` or `frozen`.
    """

    segment: str
    said: int
    held_back: list[tuple[str, str, str]]


def dispatch(seat: Seat, circle: str, *, acknowledge: bool = False) -> Dispatched:
    """Turn our drafts into statements: sign one segment of our feed.

    A draft made against words that have changed since, or in a scope that we have frozen, is held back.

    Args:
        seat: whose node.
        circle: the plan.
        acknowledge: sign a segment even with nothing to say, to tell the others what we have received.

    Raises:
        NotNow: nothing to say, the plan is not founded, or our own feed is contested or waiting.
    """
    party = our_party()
    with transaction.atomic():
        held = store.cards_held()
        charter = store.founded(circle, held)
        line = derive.known(circle, party)
        if line is None or line.contested or line.waiting:
            raise NotNow("feed-not-whole")
        restored.check_speaking(circle)
        going, held_back = _sort_drafts(seat, circle)
        if not going and not acknowledge:
            raise NotNow("nothing-to-dispatch", held_back=len(held_back))
        card = held.newest(party)
        body = segment.write_body(
            segment.Statement(
                field=row.field,
                hold=segment.AD_REFERENDUM if row.hold and row.value is not None else UNSET,
                item=row.item,
                value=UNSET if row.value is None else row.value,
            )
            for row in going
        )
        header = segment.Segment(
            at=seat.node.now(),
            body=digest(body),
            card=card.id,
            circle=circle,
            count=len(going),
            epoch=line.epoch,
            party=party,
            prev=line.head,
            seen=store.heads(charter, party),
            seq=line.seq + 1,
            size=len(body),
            v=1,
        )
        signed = record.sign(segment.KIND, header, officers.signer(seat.node, card.value, "state"))
        store.append_segments([(signed, body)], charter, held)
        Draft.objects.filter(pk__in=[row.pk for row in going]).delete()
    return Dispatched(signed.id, len(going), held_back)


def _sort_drafts(seat: Seat, circle: str) -> tuple[list[Draft], list[tuple[str, str, str]]]:
    """The drafts that can be dispatched, and those that are held back."""
    standing = standing_of(seat, circle)
    ours = our_code(circle)
    frozen = set(Frozen.objects.filter(circle=circle).values_list("scope", flat=True))
    going, held_back = [], []
    for row in Draft.objects.filter(circle=circle).order_by("item", "field"):
        if standing.home(row.item) in frozen and standing.schema.rule(row.field) is Rule.JOINT:
            held_back.append((row.item, row.field, "frozen"))
        elif row.base != said_by_others(standing, ours, row.item, row.field):
            held_back.append((row.item, row.field, "stale"))
        else:
            going.append(row)
    return going, held_back


def discard(seat: Seat, circle: str, item: str, field: str) -> None:
    """Drop a draft.

    Raises:
        Unknown: there is none.
    """
    del seat
    count, _ = Draft.objects.filter(circle=circle, item=item, field=field).delete()
    if not count:
        raise Unknown("draft-missing", field=field)


def open_fields(standing: Standing, code: str, under: str = "") -> list[tuple[str, str]]:
    """Where another party's words stand and ours differ or are missing: what can be endorsed in one act.

    Args:
        standing: all positions.
        code: whose words.
        under: only items shown under this scope; all when empty.
    """
    unsettled = (Status.OPEN, Status.ONE_SIDED)
    return [
        (item, name)
        for item in standing.items()
        if not under or standing.home(item) == under
        for name, field in standing.fields(item)
        if field.status in unsettled and code in field.values
    ]


def flatten(fields: Mapping[str, object], before: str = "") -> dict[str, str]:
    """Fields of a positions file: dotted keys of TOML as one name, `title.ru`.

    Raises:
        BadValue: a value is not text.
    """
    flat: dict[str, str] = {}
    for key, value in fields.items():
        if isinstance(value, dict):
            flat |= flatten(value, f"{before}{key}.")
        elif isinstance(value, str):
            flat[before + key] = value
        else:
            raise BadValue("file-not-text", field=before + key)
    return flat
