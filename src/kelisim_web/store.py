"""The only door to evidence: reading it, and appending what the accept rules let in, in the caller's transaction.

What is judged here: a record's bytes, keys, place and limits; never what its values mean. Whatever is appended is
followed by the derived rows it changes, in the same transaction. Appending twice changes nothing.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import zstandard
from django.db import connection, transaction
from django.db.models import Count, Sum
from django.db.models.functions import Length
from msgspec import UNSET

from kelisim.errors import Malformed, NotNow, Unknown, Unproven
from kelisim.ledger import card as cards
from kelisim.ledger import charter as charters
from kelisim.ledger import epoch as epochs
from kelisim.ledger import feed, judge, profile, seal, segment
from kelisim.ledger.digest import digest
from kelisim.ledger.judge import Held
from kelisim.ledger.record import Signed, parse
from kelisim_web import derive, paper
from kelisim_web.access import silent
from kelisim_web.models.desk import Confirmed, Frozen, PaperPlan, Parked
from kelisim_web.models.evidence import Record, Seed, Segment, Signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kelisim_web.access import Progress

T = TypeVar("T", bound=profile.Written)

_BATCH: Final = 500  # segments a query
_LARGEST_BATCH: Final = 1 << 18  # bytes of bodies
_NAMES_A_FILE: Final = b'"field":"%b"' % segment.FILE.encode()
_KEEP: Final = (  # a row of the ORM costs several times the insertion itself
    "INSERT INTO kelisim_web_segment (id, circle, party, epoch, seq, prev, card, line, body) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


def cards_held() -> Held:
    """The cards that this node holds, and the parties that it has confirmed: read once for one act."""
    return Held(all_cards(), Confirmed.objects.values_list("party", flat=True))


def records(kind: str, value: type[T], circle: str = "") -> list[Signed[T]]:
    """The records of one kind, by id."""
    rows = Record.objects.filter(kind=kind, circle=circle).prefetch_related("signatures").order_by("id")
    return [_signed(row, value) for row in rows]


def _signed(row: Record, value: type[T]) -> Signed[T]:
    json = bytes(row.json)
    signatures = {one.key: bytes(one.value) for one in row.signatures.all()}
    return Signed(row.kind, json, profile.decode(json, value, row.kind), signatures)


def all_cards() -> list[Signed[cards.Card]]:
    """All cards, each after the one before it."""
    return sorted(records(cards.KIND, cards.Card), key=lambda card: card.value.number)


def card_ids() -> tuple[str, ...]:
    """The ids of all cards."""
    return tuple(Record.objects.filter(kind=cards.KIND).order_by("pk").values_list("pk", flat=True))


def circles() -> list[str]:
    """The circles that this node has a charter of, whole or not, in the order they came."""
    return list(Record.objects.filter(kind=charters.KIND).order_by("pk").values_list("pk", flat=True))


def plans() -> list[str]:
    """The plans that this node works on: its circles, then those that are only on paper, as they were begun."""
    return [*circles(), *PaperPlan.objects.order_by("text").values_list("pk", flat=True)]


def charter(circle: str) -> Signed[charters.Charter]:
    """A plan's charter, whole or not; of a plan on paper, what stands in its place. See `signable`.

    Raises:
        Unknown: it is not held.
    """
    row = Record.objects.filter(pk=circle, kind=charters.KIND).first()
    if row:
        return _signed(row, charters.Charter)
    plan = PaperPlan.objects.filter(pk=circle).first()
    if plan is None:
        raise Unknown("circle-missing", circle=circle)
    return paper.stand_in(plan.text.encode())


def terms(circle: str) -> charters.Charter:
    """What a plan's charter says, which never changes: whoever wants no signatures asks for it here.

    Raises:
        Unknown: it is not held.
    """
    return _known(str(connection.settings_dict["NAME"]), circle)[0]


def on_paper(circle: str) -> bool:
    """Is a plan only on paper?"""
    return _known(str(connection.settings_dict["NAME"]), circle)[1]


@lru_cache(maxsize=256)
def _known(database: str, circle: str) -> tuple[charters.Charter, bool]:
    del database  # in one process several nodes may be open after each other
    found = charter(circle)
    return found.value, paper.is_paper(found)


def signable(circle: str) -> Signed[charters.Charter]:
    """A circle's charter as evidence, whole or not: it can be signed, carried and joined.

    Raises:
        Unknown: it is not held.
        NotNow: the plan is only on paper.
    """
    found = charter(circle)
    if paper.is_paper(found):
        raise NotNow("plan-on-paper", plan=circle[:12])
    return found


def founded(circle: str, held: Held) -> Signed[charters.Charter]:
    """A circle's charter, once all have signed it.

    Raises:
        NotNow: somebody has not, or the plan is only on paper.
    """
    found = signable(circle)
    missing = charters.missing(found, held.cards)
    if missing:
        raise NotNow("charter-not-whole", missing=", ".join(missing))
    return found


def successors(circle: str) -> list[str]:
    """The founded circles that go on from this one."""
    held = cards_held()
    found = [one for one in map(charter, circles()) if one.value.prev == circle]
    return [one.id for one in found if not charters.missing(one, held.cards)]


def seed(circle: str) -> bytes:
    """A circle's secret seed.

    Raises:
        Unknown: no bundle has brought it yet.
    """
    row = Seed.objects.filter(pk=circle).first()
    if row is None:
        raise Unknown("seed-missing")
    return bytes(row.value)


def _append(record: Signed[Any], circle: str = "", party: str = "") -> bool:
    """Keep a judged record and the signatures it brings; say whether the record was new."""
    row, new = Record.objects.get_or_create(
        id=record.id, defaults={"kind": record.kind, "circle": circle, "party": party, "json": record.json}
    )
    held = set(Signature.objects.filter(record=row).values_list("key", flat=True))
    brought = {key: value for key, value in record.signatures.items() if key not in held}
    Signature.objects.bulk_create(Signature(record=row, key=key, value=value) for key, value in brought.items())
    return new


def append_card(card: Signed[cards.Card], held: Held) -> bool:
    """Judge and keep a card.

    Raises:
        Malformed, Unproven: it does not hold, or its party's digits have not been confirmed here.
    """
    held.add(card)
    party = cards.party_of(card)
    new = _append(card, party=party)
    if new:
        _unpark(held)
        for whole in map(charter, circles()):
            if party in whole.value.codes():
                _derive(whole, party, held)
    return new


def append_charter(record: Signed[charters.Charter], held: Held) -> bool:
    """Judge and keep a charter, or join the signatures it brings."""
    judge.charter(record, held)
    new = _append(record, record.id)
    if new:
        for party in record.value.codes():
            _derive(record, party, held)
    return new


def append_seed(circle: Signed[charters.Charter], value: bytes) -> None:
    """Keep a circle's seed, if it is the one that the charter names.

    Raises:
        Unproven: it is another.
    """
    if digest(value) != circle.value.salts:
        raise Unproven("seed-changed")
    Seed.objects.get_or_create(circle=circle.id, defaults={"value": value})


def append_epoch(record: Signed[epochs.Epoch], circle: Signed[charters.Charter], held: Held) -> bool:
    """Judge and keep an epoch record."""
    judge.epoch(record, circle, held)
    new = _append(record, circle.id, record.value.party)
    if new:
        _derive(circle, record.value.party, held)
    return new


def append_seal(record: Signed[seal.Seal], circle: Signed[charters.Charter], held: Held) -> bool:
    """Judge and keep a seal; one that lacks signatures is kept and counts for nothing yet."""
    judge.seal(record, circle, held)
    return _append(record, circle.id, record.value.party)


def append_segments(
    arriving: Iterable[tuple[Signed[segment.Segment], bytes]], circle: Signed[charters.Charter], held: Held
) -> int:
    """Judge and keep segments, in any order; those whose card is not held yet are parked.

    Returns:
        How many were new.
    """
    growing: dict[str, _Growing] = {}
    pack, new = zstandard.ZstdCompressor(), 0
    for batch in _batches(arriving):
        taken = list(_new(batch, circle, held))
        for one, _ in taken:
            party = one.header.value.party
            if party not in growing:
                growing[party] = _Growing(circle, party, held)
            growing[party].add(one)
        with connection.cursor() as cursor:
            cursor.executemany(_KEEP, [_row(one.header, body, pack) for one, body in taken])
        derive.name_files([one for one, body in taken if _NAMES_A_FILE in body])
        new += len(taken)
    derive.say(circle, {party: feed_of.settled() for party, feed_of in growing.items()})
    for feed_of in growing.values():
        feed_of.end()
    return new


def _new(
    batch: Sequence[tuple[Signed[segment.Segment], bytes]], circle: Signed[charters.Charter], held: Held
) -> Iterator[tuple[derive.New, bytes]]:
    """Judge segments; those that are new, with their bodies. Those whose card has not come are parked."""
    known = dict(Segment.objects.filter(pk__in=[header.id for header, _ in batch]).values_list("pk", "line"))
    parked = set()
    for header, body in batch:
        was = known.get(header.id)
        if was == header.line and digest(body) == header.value.body:
            continue
        statements = judge.segment(header, body, circle, held)  # a copy, too, that is not the very same bytes
        if statements is None:
            _park(header, body)
            parked.add(header.value.party)
        elif was is None:
            known[header.id] = header.line
            yield derive.New(header, statements), body
    _check_parked(circle.id, parked)


class _Growing:
    """A feed that segments come to, and what they tell as long as each follows the head."""

    def __init__(self, circle: Signed[charters.Charter], party: str, held: Held) -> None:
        self._circle, self._party, self._held = circle, party, held
        self._line = derive.known(circle.id, party)
        self._follows = self._line is not None
        self._heard = derive.Heard(derive.count(circle.id, party))

    def add(self, new: derive.New) -> None:
        """Take the next segment, whose evidence is being kept."""
        if self._line and self._follows:
            line = feed.grow(self._line, [new.place], self._held.chain(self._party).numbers)
            if line is None:
                self._follows = False
                return
            self._line = line._replace(ids=())
            self._heard.add(new)
            if self._heard.is_long():  # a long history does not fit into memory
                derive.grown(self._circle, self._party, self._line, self._heard)

    def settled(self) -> derive.Heard:
        """Bring the rows of the feed up to the last segment that followed; what these tell is still to be said."""
        if self._line:
            derive.grown(self._circle, self._party, self._line, self._heard)
        return self._heard

    def end(self) -> None:
        """Where a segment did not follow, bring the derived rows up to date with all the evidence."""
        if not self._follows:
            _derive(self._circle, self._party, self._held)


def _batches(
    arriving: Iterable[tuple[Signed[segment.Segment], bytes]],
) -> Iterator[list[tuple[Signed[segment.Segment], bytes]]]:
    batch, size = [], 0
    for one in arriving:
        batch.append(one)
        size += len(one[1])
        if len(batch) == _BATCH or size > _LARGEST_BATCH:
            yield batch
            batch, size = [], 0
    yield batch


def _park(header: Signed[segment.Segment], body: bytes) -> None:
    """Keep a segment whose card has not come; copies differ, and none is believed yet."""
    row = {"circle": header.value.circle, "party": header.value.party, "line": header.line, "body": body}
    Parked.objects.get_or_create(id=digest(header.line + body), defaults=row)


def _check_parked(circle: str, parties: Iterable[str]) -> None:
    """Refuse what is parked of a feed beyond the limit; once a batch, since it means to read all of it."""
    for party in parties:
        waiting = Parked.objects.filter(circle=circle, party=party)
        judge.may_park(**waiting.aggregate(count=Count("id"), size=Sum(Length("body"))))


def _row(header: Signed[segment.Segment], body: bytes, pack: zstandard.ZstdCompressor) -> tuple[str | int | bytes, ...]:
    """As `_KEEP` takes it."""
    one = header.value
    place = (header.id, one.circle, one.party, one.epoch, one.seq, one.prev, one.card)
    return (*place, header.line, pack.compress(body))


def _unpark(held: Held) -> None:
    """Judge parked segments again, now that a card has come; what does not hold, or names another's, is dropped."""
    for row in list(Parked.objects.all()):
        header = parse(bytes(row.line), segment.KIND, segment.Segment)
        if header.value.card in held.cards:
            row.delete()
            try:
                with transaction.atomic():
                    append_segments([(header, bytes(row.body))], founded(row.circle, held), held)
            except (Malformed, Unproven):
                continue


def judged(ids: Iterable[str]) -> Iterator[derive.New]:
    """Segments that are held, in the order asked for.

    Raises:
        Unknown: one is not held.
    """
    asked = iter(ids)
    while page := list(islice(asked, _BATCH)):
        rows = {row[0]: row[1:] for row in Segment.objects.filter(pk__in=page).values_list("pk", "line", "body")}
        for name in page:
            if name not in rows:
                raise Unknown("segment-missing", segment=name)
            line, body = rows[name]
            header = parse(bytes(line), segment.KIND, segment.Segment)
            yield derive.New(header, segment.read_kept(header.value, zstandard.decompress(bytes(body))))


def segment_of(name: str) -> tuple[Signed[segment.Segment], bytes]:
    """A segment's header and body.

    Raises:
        Unknown: it is not held.
    """
    row = Segment.objects.filter(pk=name).first()
    if row is None:
        raise Unknown("segment-missing", segment=name)
    return parse(bytes(row.line), segment.KIND, segment.Segment), zstandard.decompress(bytes(row.body))


def after(circle: str, party: str, head: str | None) -> list[str]:
    """The segments held of a feed that do not lead to a head, on every branch; all of them where there is no head."""
    led: set[str] = set()
    if head:
        count = derive.length(circle, party, head)
        led = set(derive.ids(circle, party)[:count] if count is not None else way(circle, party, head) or ())
    rows = Segment.objects.filter(circle=circle, party=party).order_by("epoch", "seq", "id")
    return [name for name in rows.values_list("id", flat=True) if name not in led]


def places(circle: str, party: str) -> list[feed.Place]:
    """All judged segments of a feed, as far as their places matter."""
    rows = Segment.objects.filter(circle=circle, party=party)
    return [feed.Place(*row) for row in rows.values_list("id", "epoch", "seq", "prev", "card")]


def bases(circle: str, party: str) -> list[feed.Base]:
    """All epoch records of a feed, as far as their ranks matter."""
    return [
        feed.Base(one.id, one.value.number, one.value.base, one.value.card)
        for one in records(epochs.KIND, epochs.Epoch, circle)
        if one.value.party == party
    ]


def way(circle: str, party: str, head: str) -> tuple[str, ...] | None:
    """The segments of a feed that led to a head, oldest first; None while a piece is missing."""
    held = {place.id: place for place in places(circle, party)}
    return feed.way(head, held, {base.id: base for base in bases(circle, party)}, circle)


def epoch_of(circle: str, head: str) -> int:
    """The number of the epoch that a head lies in: of a segment, of a record, or 0 for the charter.

    Raises:
        Unknown: it is not held.
    """
    if head == circle:
        return 0
    numbers = {one.id: one.value.number for one in records(epochs.KIND, epochs.Epoch, circle)}
    return numbers[head] if head in numbers else segment_of(head)[0].value.epoch


def is_held(circle: str, name: str) -> bool:
    """Is this the id of the charter, or of a segment or an epoch record that is held?"""
    return name == circle or Segment.objects.filter(pk=name).exists() or Record.objects.filter(pk=name).exists()


def length(circle: str, party: str, head: str) -> int:
    """How many segments of a feed's line a head stands for: be it one of them, a record, or one left behind."""
    known = derive.length(circle, party, head)
    if known is not None:
        return known
    counted = {name: place for place, name in enumerate(derive.ids(circle, party), 1)}
    return next((counted[name] for name in reversed(way(circle, party, head) or ()) if name in counted), 0)


def heads(circle: Signed[charters.Charter], but: str = "") -> dict[str, str]:
    """The head of every party's feed as this node holds it, perhaps without one party's."""
    lines = {party: derive.known(circle.id, party) for party in circle.value.codes() if party != but}
    return {party: line.head if line else circle.id for party, line in lines.items()}


def seals(circle: str, held: Held) -> dict[str, Signed[seal.Seal]]:
    """The seals of a circle that enough keys have signed and that count, by id."""
    return judge.complete_seals(all_seals(circle), charter(circle), held)


def all_seals(circle: str) -> list[Signed[seal.Seal]]:
    """The seals of a circle, those too that lack signatures, by id."""
    rows = Record.objects.filter(kind=seal.KIND, circle=circle).prefetch_related("signatures").order_by("id")
    return [_signed(row, seal.kind_of(bytes(row.json))) for row in rows]


class Closed(NamedTuple):
    """How far the scopes of a circle are closed.

    Attributes:
        editions: how many are concluded, by scope.
        offered: scopes over which an offer stands.
        frozen: scopes that this node has closed.
        corrected: scopes whose last edition is a corrigendum.
    """

    editions: dict[str, int]
    offered: set[str]
    frozen: set[str]
    corrected: set[str]


def closed(circle: Signed[charters.Charter]) -> Closed:
    """How far the scopes of a circle are closed."""
    whole, written = circle.value, all_seals(circle.id)
    held = cards_held() if written else Held()
    found = {one.id: one.value for one in written if judge.seal(one, circle, held)}
    offers = {name: one for name, one in found.items() if isinstance(one, seal.Offer)}
    done = seal.concluded(found, whole)
    editions = Counter(one.scope for name, one in offers.items() if name in done)
    standing = {one.scope for name, one in offers.items() if not seal.is_ended(found, name)}
    frozen = set(Frozen.objects.filter(circle=circle.id).values_list("scope", flat=True))
    last = [name for scope in editions for name in seal.conclusions(found, whole, scope).standing[-1:]]
    corrected = {offers[name].scope for name in last if offers[name].corrects is not UNSET}
    return Closed(dict(editions), standing, frozen, corrected)


def values(signed: Mapping[str, Signed[seal.Seal]]) -> dict[str, seal.Seal]:
    """What seals say, by id."""
    return {name: one.value for name, one in signed.items()}


def rebuild(progress: Progress = silent) -> None:
    """Make all derived rows anew from the evidence."""
    with transaction.atomic():
        held = cards_held()
        derive.clear()
        derive.name_files(judged(Segment.objects.values_list("pk", flat=True)))
        feeds = [(whole, party) for whole in map(charter, circles()) for party in whole.value.codes()]
        for done, (whole, party) in enumerate(feeds, 1):
            _derive(whole, party, held)
            progress(done, len(feeds))


def _derive(circle: Signed[charters.Charter], party: str, held: Held) -> None:
    """Bring a feed's derived rows up to date with all the evidence."""
    chain = held.chain(party)
    start = feed.Start(circle.id, chain.numbers.get(circle.value.founding_card(party), 0))
    line = feed.line(places(circle.id, party), bases(circle.id, party), start, chain.numbers)
    if chain.contested:
        line = line._replace(contested=True)
    known, counted = derive.known(circle.id, party), derive.ids(circle.id, party)
    if known and not (known.contested or line.contested) and line.ids[: len(counted)] == (*counted,):
        heard = derive.Heard(len(counted))
        for new in judged(line.ids[len(counted) :]):
            heard.add(new)
        derive.grown(circle, party, line, heard)
        derive.say(circle, {party: heard})
    else:
        derive.replaced(circle, party, line, judged(line.ids), judged(sorted(line.disputed)))
