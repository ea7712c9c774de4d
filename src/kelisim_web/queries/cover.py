"""The cover letter of a bundle that went out: what it carries, in numbers, and how to know the file again."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from kelisim.errors import Unknown
from kelisim.plan import schema
from kelisim_web import store
from kelisim_web.models.people import Officer
from kelisim_web.queries.mail import entry_of
from kelisim_web.queries.standing import standing_of
from kelisim_web.us import our_code, our_party

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kelisim_web.access import Seat

SHORT = 12


class Cover(NamedTuple):
    """A cover letter; the words of the plan are in the bundle alone.

    Attributes:
        entry: of the journal.
        sender, to: the names of the parties.
        number, day: under which it goes out, and when.
        plan: the beginning of the plan's id; `parties` the names of its parties.
        positions: how many positions of ours it carries, by the name of the kind of item.
        file, size, digest: of the bundle: its name, its bytes, its SHA-256.
        officer, post: who sends it.
    """

    entry: int
    sender: str
    to: str
    number: str
    day: date
    plan: str
    parties: tuple[str, ...]
    positions: tuple[tuple[str, int], ...]
    file: str
    size: int
    digest: str
    officer: str
    post: str


def positions_in(seat: Seat, circle: str, segments: Iterable[str]) -> dict[str, int]:
    """How many positions some segments of ours have, by kind of item."""
    standing, us, found = standing_of(seat, circle), our_party(), Counter[str]()
    for new in store.judged(segments):
        if new.header.value.party == us:
            found.update(standing.kind(one.item) or "" for one in new.statements)
    return dict(found)


def cover_of(seat: Seat, entry: int, language: str) -> Cover:
    """The letter of a bundle that went out.

    Raises:
        Unknown: there is no such bundle that this seat may read of.
    """
    row = entry_of(seat, entry)
    if row.direction != "out" or not row.file:
        raise Unknown("entry-missing", entry=entry)
    names, ours = _names(row.circle, language), our_code(row.circle)
    officer = Officer.objects.filter(login=row.officer).first()
    return Cover(
        entry=row.pk,
        sender=names[ours],
        to=names.get(row.party, row.party),
        number=row.number,
        day=date.fromisoformat(row.at[:10]),
        plan=row.circle[:SHORT],
        parties=tuple(names.values()),
        positions=_named(row.told.get("positions", {}), language),
        file=row.file,
        size=row.told["size"],
        digest=row.digest,
        officer=officer.name if officer else row.officer,
        post=officer.post if officer else "",
    )


def _names(circle: str, language: str) -> dict[str, str]:
    """The names of the parties of a plan in a language, by code."""
    held = store.cards_held()
    found = {}
    for party, code in store.charter(circle).value.codes().items():
        names = held.newest(party).value.names
        found[code] = names.get(language) or next(iter(names.values()), code)
    return found


def _named(counts: Mapping[str, int], language: str) -> tuple[tuple[str, int], ...]:
    """Counts by kind, in the order of the schema, each kind by its name."""
    kinds = schema().kinds
    ordered = [*(kind for kind in kinds if kind in counts), *sorted(counts.keys() - kinds.keys())]
    return tuple((kinds.get(kind, {}).get(language, kind or "–"), counts[kind]) for kind in ordered)
