"""Whether the rows are what they should be: evidence judged once more from its bytes, derived rows made once more.

It reads evidence and changes nothing: what it makes anew is rolled back. What stands in columns beside the bytes is
believed only where the bytes say the same.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import zstandard
from django.db import transaction
from django.db.models import AutoField, ForeignKey

from kelisim.errors import Refusal, Unknown, Unproven
from kelisim.ledger import card as cards
from kelisim.ledger import charter as charters
from kelisim.ledger import epoch as epochs
from kelisim.ledger import judge, profile, seal, segment
from kelisim.ledger.digest import digest
from kelisim.ledger.record import Signed, parse
from kelisim_web import store
from kelisim_web.models.derived import DERIVED
from kelisim_web.models.desk import Confirmed, Trail
from kelisim_web.models.evidence import EVIDENCE, Record, Seed, Segment

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model
    from django.db.models.options import Options

    from kelisim_web.access import Progress
    from kelisim_web.database import Database

_TYPES: Final[dict[str, Callable[[bytes], Any]]] = {
    cards.KIND: lambda _: cards.Card,
    charters.KIND: lambda _: charters.Charter,
    epochs.KIND: lambda _: epochs.Epoch,
    seal.KIND: seal.kind_of,
}
ORDER: Final = tuple(_TYPES)
HEADER: Final = ("circle", "party", "epoch", "seq", "prev", "card")


class Flaw(NamedTuple):
    """A piece of evidence that does not hold: its kind, its id as it is kept, and why."""

    kind: str
    name: str
    why: Refusal


class Reading:
    """All evidence of a node, read and judged once more from its bytes.

    Attributes:
        flaws: what does not hold.
        newest: the latest time that anything claims.
        held: the ids of all records and segments.
        named: the heads of each party as others have named them, by circle and party.
    """

    def __init__(self) -> None:
        self.flaws: list[Flaw] = []
        self.newest = ""
        self.held: set[str] = set()
        self.named: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._cards = judge.Held((), Confirmed.objects.values_list("party", flat=True))
        self._circles: dict[str, Signed[charters.Charter]] = {}

    def read(self, progress: Progress) -> Reading:
        """Judge everything, in the order in which one thing rests on another."""
        total = Record.objects.count() + Segment.objects.count()
        rows = Record.objects.prefetch_related("signatures").order_by("pk")
        records = [signed for row in rows if (signed := self._guard(row.kind, row.pk, self._record, row))]
        records.sort(key=lambda one: (ORDER.index(one.kind), getattr(one.value, "number", 0)))
        done = 0
        for done, record in enumerate(records, 1):
            self._guard(record.kind, record.id, self._judge, record)
            progress(done, total)
        for seed in Seed.objects.all():
            self._guard("seed", seed.pk, self._seed, seed)
        for number, row in enumerate(Segment.objects.order_by("pk").iterator(200), done + 1):
            self._guard(segment.KIND, row.pk, self._segment, row)
            progress(number, total)
        return self

    def _guard(self, kind: str, name: str, act: Callable[[Any], Any], what: Any) -> Any:
        try:
            return act(what)
        except Refusal as refusal:
            self.flaws.append(Flaw(kind, name, refusal))
        except (TypeError, ValueError):  # not even bytes
            self.flaws.append(Flaw(kind, name, Unproven("evidence-changed", kind=kind)))
        return None

    def _note(self, name: str, at: str) -> None:
        self.held.add(name)
        self.newest = max(self.newest, at)

    def _record(self, row: Record) -> Signed[Any]:
        data = bytes(row.json)
        if digest(data) != row.pk or row.kind not in _TYPES:
            raise Unproven("evidence-changed", kind=row.kind)
        value = profile.decode(data, _TYPES[row.kind](data), row.kind)
        signed = Signed(row.kind, data, value, {one.key: bytes(one.value) for one in row.signatures.all()})
        if (row.circle, row.party) != _belongs(signed):
            raise Unproven("evidence-changed", kind=row.kind)
        return signed

    def _judge(self, record: Signed[Any]) -> None:
        self._note(record.id, record.value.at)
        if record.kind == cards.KIND:
            self._cards.add(record)
        elif record.kind == charters.KIND:
            judge.charter(record, self._cards)
            self._circles[record.id] = record
        else:
            rule = judge.epoch if record.kind == epochs.KIND else judge.seal
            rule(record, self._circle(record.value.circle), self._cards)

    def _circle(self, name: str) -> Signed[charters.Charter]:
        if name not in self._circles:
            raise Unknown("circle-missing", circle=name[:12])
        return self._circles[name]

    def _seed(self, row: Seed) -> None:
        if digest(bytes(row.value)) != self._circle(row.pk).value.salts:
            raise Unproven("seed-changed")

    def _segment(self, row: Segment) -> None:
        header = parse(bytes(row.line), segment.KIND, segment.Segment)
        value = header.value
        if header.id != row.pk or any(getattr(value, name) != getattr(row, name) for name in HEADER):
            raise Unproven("evidence-changed", kind=segment.KIND)
        try:
            body = zstandard.decompress(bytes(row.body))
        except zstandard.ZstdError as error:
            raise Unproven("evidence-changed", kind=segment.KIND) from error
        self._note(row.pk, value.at)
        if judge.segment(header, body, self._circle(value.circle), self._cards) is None:
            raise Unproven("evidence-changed", kind=cards.KIND)
        for party, head in value.seen.items():
            self.named[value.circle, party].add(head)


def _belongs(record: Signed[Any]) -> tuple[str, str]:
    """The circle and the party that a record is kept under."""
    if record.kind == cards.KIND:
        return "", cards.party_of(record)
    return (record.id, "") if record.kind == charters.KIND else (record.value.circle, record.value.party)


def _form(model: type[Model]) -> Options[Any]:
    return model._meta  # noqa: SLF001  (Django's own name for it)


def open_to_change(rows: Database) -> list[str]:
    """The tables of evidence, and the audit trail, if a database does not refuse changes in them."""
    guarded = rows.guarded()
    return [table for model in (*EVIDENCE, Trail) if (table := _form(model).db_table) not in guarded]


class Differs(NamedTuple):
    """Where derived rows are not what the evidence gives: the table, the circle, the party."""

    table: str
    circle: str
    party: str


def derived_differences(progress: Progress) -> list[Differs]:
    """Make all derived rows anew, compare, and leave them as they were."""
    with transaction.atomic():
        before = _sums()
        store.rebuild(progress)
        after = _sums()
        transaction.set_rollback(True)
    return sorted(Differs(*where) for where in before.keys() | after.keys() if before[where] != after[where])


def _sums() -> Counter[tuple[str, str, str]]:
    """For each table and feed the sum of the digests of its rows, without the numbers that only count rows.

    A table that is of no circle, or of all parties of one, is summed up under an empty name.
    """
    sums: Counter[tuple[str, str, str]] = Counter()
    for model in DERIVED:
        columns = [column for column in _form(model).concrete_fields if not isinstance(column, AutoField)]
        way = next((f"{column.name}__" for column in columns if isinstance(column, ForeignKey)), "")
        said = [column.name for column in columns if not isinstance(column, ForeignKey)]
        place = [f"{way}{name}" for name in ("circle", "party") if way or name in said]
        for row in model.objects.order_by().values_list(*place, *said).iterator():
            circle, party = (*row[: len(place)], "", "")[:2]
            data = json.dumps(row[len(place) :], sort_keys=True, default=str).encode()
            sums[model.__name__.lower(), circle, party] += int.from_bytes(sha256(data).digest())
    return sums
