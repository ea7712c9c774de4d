"""Drafting and dispatching: what we mean to say, and the act of saying it."""

from __future__ import annotations

import contextlib
import secrets
from base64 import b32encode
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from msgspec import UNSET

from kelisim import bracket
from kelisim.errors import BadValue, NotNow, Unknown
from kelisim.ledger import record, segment
from kelisim.ledger.digest import digest
from kelisim.plan import Rule, schema
from kelisim.plan.values import is_written
from kelisim.position import PRESENT, Standing, Status
from kelisim_web import derive, files, officers, restored, store
from kelisim_web.access import Act, check
from kelisim_web.models.drafts import Draft
from kelisim_web.queries.held import kinds_drafted, said_by_others, sorted_out
from kelisim_web.queries.lines import Lines
from kelisim_web.queries.standing import standing_of
from kelisim_web.us import our_code, our_party

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable

    from kelisim.ledger.charter import Charter
    from kelisim.plan import FieldType
    from kelisim.position import FieldStanding, Voice, Word
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


def draft(
    seat: Seat, circle: str, says: Iterable[Say], standing: Standing | None = None, *, even_unsaid: bool = False
) -> int:
    """Draft positions; a later draft on a field takes the place of an earlier one.

    Our own bad values are refused here, at the door; nothing is drafted when one is.

    Args:
        seat: whose node.
        circle: the plan.
        says: the positions.
        standing: all positions, where the caller has them already.
        even_unsaid: words may be taken back that we never said here, so that a plan read from a file stands as it did.

    Returns:
        How many fields now have a draft.
    """
    found = standing or standing_of(seat, circle)
    charter, ours, now = store.charter(circle).value, our_code(circle), seat.node.now()
    said = {(say.item, say.field): say for say in says}
    _check_seat(seat, circle, found, said.values())
    kinds = kinds_drafted(seat, circle, said.values())
    rows = []
    for say in said.values():
        value = written(found, say, kinds.get(say.item) or found.kind(say.item), charter, ours)
        if value is None and not even_unsaid and found.voices[ours].word(say.item, say.field) is None:
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


def _check_seat(seat: Seat, circle: str, standing: Standing, says: Collection[Say]) -> None:
    """May this seat draft these positions?"""
    lines = Lines(standing, circle, {(say.item, say.field): say.value for say in says})
    for say in says:
        check(seat, _act(say.field), circle, [lines.of(say.item)])


def _act(field: str) -> Act:
    """What drafting a field is: texts may be a translator's too."""
    known = schema().type_of(field)
    return Act.TRANSLATE if known and known.per == "language" else Act.DRAFT


def check_items(seat: Seat, circle: str, items: Iterable[str], act: Act = Act.DRAFT) -> None:
    """May this seat draft on these items?

    Raises:
        Forbidden: it may not, on one of them at least.
    """
    if not seat.may(act, circle, ""):  # not on every line
        lines = Lines(standing_of(seat, circle), circle)
        check(seat, act, circle, [lines.of(item) for item in items])


def draft_changes(seat: Seat, circle: str, says: Iterable[Say]) -> int:
    """Draft those of some positions that are more than what we say already; how many fields now have a draft.

    Where one of them is what we say, firmly, and another word of ours is drafted there, that draft is dropped.
    """
    standing, ours = standing_of(seat, circle), our_code(circle)
    kinds, charter = kinds_drafted(seat, circle, ()), store.charter(circle).value
    news = []
    for say in says:
        value = written(standing, say, kinds.get(say.item) or standing.kind(say.item), charter, ours)
        word = standing.voices[ours].word(say.item, say.field)
        if word is None or word.value != value or word.firm == say.hold:
            news.append(say._replace(value=value))
        else:
            Draft.objects.filter(circle=circle, item=say.item, field=say.field).delete()
    return draft(seat, circle, news, standing)


def written(standing: Standing, say: Say, kind: str | None, charter: Charter, ours: str) -> str | None:
    """What a draft of ours says, in its written form; None where it takes our word back.

    Raises:
        BadValue: it is not ours to say, or not in its form.
    """
    value = in_form(standing, say, kind)
    check_suffix(standing.schema.type_of(say.field), say.field, charter, ours)
    return value


def in_form(standing: Standing, say: Say, kind: str | None) -> str | None:
    """What a position says, in its written form; None where it takes a word back."""
    if not is_written("reference", say.item):
        raise BadValue("item-not-an-id", name=say.item)
    return None if say.value is None else standing.schema.written(say.field, say.value, kind)


def check_suffix(known: FieldType | None, field: str, charter: Charter, ours: str) -> None:
    """Refuse a field of ours that ends in a party or language that it cannot have here."""
    suffix = known.suffix(field) if known else None
    codes = sorted(charter.codes().values())
    if known and known.rule is Rule.OWN and suffix != ours:
        raise BadValue("field-of-another", field=field, code=ours)
    if known and known.per == "party" and suffix not in codes:
        raise BadValue("field-no-such-party", field=field, choices=", ".join(codes))
    if known and known.per == "language" and suffix not in charter.languages:
        raise BadValue("field-no-such-language", field=field, choices=", ".join(charter.languages))


def endorse(
    seat: Seat, circle: str, code: str, where: Iterable[tuple[str, str]], *, hold: bool = False, note: str = ""
) -> int:
    """Draft another party's words as ours.

    Where it has taken `present` back, ours is taken back too: the item is to be struck out. Of any other field only a
    word that was named is taken back after theirs, since a party that took its word back there has none for now.

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
    words, ours = _voice(standing, code).words, standing.voices[our_code(circle)]
    says = []
    for item, field in where:
        theirs = words.get(item, {})
        if field and field not in theirs:
            raise Unknown("nothing-to-endorse", code=code, field=field)
        taken = [
            Say(item, name, word.value, hold and word.value is not None, note)
            for name, word in theirs.items()
            if name == (field or name)
            and _can_be_ours(standing, item, name, word)
            and _is_news(ours.word(item, name), word, named=name in (field, PRESENT))
        ]
        if field and theirs[field].value is None and not taken:
            raise Unknown("nothing-to-endorse", code=code, field=field)
        says += taken
    return draft(seat, circle, says, standing)


def _voice(standing: Standing, code: str) -> Voice:
    if code not in standing.voices:
        raise Unknown("party-unknown", code=code, choices=", ".join(standing.parties))
    return standing.voices[code]


def _is_news(ours: Word | None, theirs: Word, *, named: bool) -> bool:
    """Would taking this word over change what we say? A word that was taken back is followed only where it is named."""
    if theirs.value is None:
        return named and ours is not None and ours.value is not None
    return is_news(ours, theirs.value)


def is_news(ours: Word | None, value: str) -> bool:
    """Is this more than what we say already, firmly?"""
    return ours is None or ours.value != value or not ours.firm


def _can_be_ours(standing: Standing, item: str, name: str, word: Word) -> bool:
    """Is this a joint field whose value we understand, and so can say ourselves?"""
    joint = standing.schema.rule(name) is Rule.JOINT
    return joint and (word.value is None or standing.schema.understands(name, word.value, standing.kind(item)))


def endorse_brackets(seat: Seat, circle: str, say: Say, code: str, numbers: Collection[int], at: str = "") -> int:
    """Draft our own text with the words of some of its brackets taken over from another party.

    Args:
        seat: whose node.
        circle: the plan.
        say: on which item and field, whether it waits for the capital, and why; its value is not looked at.
        code: whose words.
        numbers: the brackets, as `show` counts them.
        at: the mark that `show` gave with them; empty where it does not matter.

    Returns:
        How many fields now have a draft.

    Raises:
        BadValue: not a joint text.
        NotNow: we say nothing on it yet, have drafted something else, or somebody's words have moved since.
        Unknown: no such party, nothing that it says, no such bracket.
    """
    standing, ours = standing_of(seat, circle), our_code(circle)
    known = standing.schema.type_of(say.field)
    if known is None or known.type != "text" or known.rule is not Rule.JOINT:
        raise BadValue("bracket-not-a-text", field=say.field)
    _voice(standing, code)
    found = standing.field(say.item, say.field)
    texts = found.values if found else {}
    if code not in texts:
        raise Unknown("nothing-to-endorse", code=code, field=say.field)
    if ours not in texts:
        raise NotNow("bracket-not-ours", field=say.field, code=code)
    if Draft.objects.filter(circle=circle, item=say.item, field=say.field).exists():
        raise NotNow("draft-in-the-way", field=say.field)
    text = bracket.endorsed(texts, ours, code, numbers, at)
    return draft(seat, circle, [say._replace(value=text)], standing)


def confirm(seat: Seat, circle: str, item: str = "", field: str = "", under: str = "") -> list[Say]:
    """Draft our words that wait for the capital once more, now firm: the capital has said yes.

    A field on which we have drafted something is passed over, unless it is named.

    Args:
        seat: whose node.
        circle: the plan.
        item: only on this; on all where it is empty.
        field: only on this; on all where it is empty.
        under: only items shown under this scope.

    Returns:
        What was confirmed.

    Raises:
        NotNow: nothing there waits for our capital.
    """
    standing = standing_of(seat, circle)
    drafted = set(Draft.objects.filter(circle=circle).values_list("item", "field"))
    says = [
        Say(one, name, word.value)
        for one, words in sorted(standing.voices[our_code(circle)].words.items())
        if one == (item or one) and (not under or standing.home(one) == under)
        for name, word in sorted(words.items())
        if not word.firm and name == (field or name) and (field or (one, name) not in drafted)
    ]
    if not says:
        raise NotNow("nothing-to-confirm")
    draft(seat, circle, says, standing)
    return says


class Dispatched(NamedTuple):
    """What a dispatch did.

    Attributes:
        segment: the id of the segment it signed; empty when there was nothing to say.
        said: how many statements it made.
        held_back: drafts that stay: (item, field, why), why being `stale`, `frozen`, `uncleared` or `own`.
    """

    segment: str
    said: int
    held_back: list[tuple[str, str, str]]


def dispatch(
    seat: Seat, circle: str, *, acknowledge: bool = False, only: Container[tuple[str, str]] | None = None
) -> Dispatched:
    """Turn our drafts into statements: sign one segment of our feed.

    A draft made against words that have changed since, in a scope that we have frozen, that lacks a clearance, or that
    the rules of the plan let nobody release who has written it, is held back.

    Args:
        seat: whose node.
        circle: the plan.
        acknowledge: sign a segment even with nothing to say, to tell the others what we have received.
        only: the drafts on these items and fields; all of them where absent.

    Raises:
        NotNow: nothing to say, the plan is not founded, or our own feed is contested or waiting.
    """
    check(seat, Act.DISPATCH, circle)
    party = our_party()
    with transaction.atomic():
        held = store.cards_held()
        charter = store.founded(circle, held)
        line = derive.known(circle, party)
        if line is None or line.contested or line.waiting:
            raise NotNow("feed-not-whole")
        restored.check_speaking(circle)
        going, held_back = _sort_drafts(seat, circle, only)
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
        _tidy(seat, circle, party)
        Draft.objects.filter(pk__in=[row.pk for row in going]).delete()
        said = derive.files_of(circle, party)
    with contextlib.suppress(OSError):  # it is said: what cannot be moved now is moved before a bundle is written
        files.publish(seat.node, circle, said)
    return Dispatched(signed.id, len(going), held_back)


def _tidy(seat: Seat, circle: str, party: str) -> None:
    """Delete the bytes of drafts that were discarded, and of none that is drafted, or that we have spoken of."""
    drafted = Draft.objects.filter(circle=circle, field=segment.FILE).values_list("value", flat=True)
    files.forget(seat.node, circle, {*map(str, drafted), *derive.files_of(circle, party)})


def _sort_drafts(
    seat: Seat, circle: str, only: Container[tuple[str, str]] | None
) -> tuple[list[Draft], list[tuple[str, str, str]]]:
    """The drafts that can be dispatched, and those that are held back."""
    going, held_back = [], []
    for row, why in sorted_out(seat, circle):
        if only is not None and (row.item, row.field) not in only:
            continue
        if why:
            held_back.append((row.item, row.field, why))
        else:
            going.append(row)
    return going, held_back


def discard(seat: Seat, circle: str, item: str, field: str) -> None:
    """Drop a draft; with that of a file go its bytes, unless another draft names them.

    Raises:
        Unknown: there is none.
        Forbidden: not from this seat.
    """
    check_items(seat, circle, [item], _act(field))
    count, _ = Draft.objects.filter(circle=circle, item=item, field=field).delete()
    if not count:
        raise Unknown("draft-missing", field=field)
    if field == segment.FILE:
        _tidy(seat, circle, our_party())


def open_fields(standing: Standing, code: str, under: str = "") -> list[tuple[str, str]]:
    """Where another party's words differ from ours, and which items it strikes out: what can be endorsed in one act.

    Args:
        standing: all positions.
        code: whose words.
        under: only items shown under this scope; all when empty.
    """
    return [
        (item, name)
        for item in standing.items()
        if not under or standing.home(item) == under
        for name, field in standing.fields(item)
        if _can_be_endorsed(name, field, code)
    ]


def _can_be_endorsed(name: str, field: FieldStanding, code: str) -> bool:
    if name == PRESENT and field.status is Status.WITHDRAWN:
        return code in field.words and code not in field.values
    return field.status in (Status.OPEN, Status.ONE_SIDED) and code in field.values
