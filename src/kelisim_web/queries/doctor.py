"""Is this node sound? Each check gives its findings as refusals: what is wrong, why, and what to do next."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import DatabaseError, connection

from kelisim.errors import NotNow, Refusal, Unknown, Unproven
from kelisim.ledger import card as cards
from kelisim.ledger import charter as charters
from kelisim.ledger.digest import digest
from kelisim.ledger.keys import key_id
from kelisim_web import audit, derive, node, store
from kelisim_web.models.desk import Exchange, Parked
from kelisim_web.models.recorded import Letter
from kelisim_web.us import us

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kelisim.ledger.card import Card
    from kelisim_web.access import Seat
    from kelisim_web.database import Database

LEAST_FREE: Final = 64 * 1024**2
OTHERS: Final = 0o077
SKEW: Final = timedelta(days=1)
POWERS: Final = ("state", "seal", "carry")
TIME: Final = "%Y-%m-%dT%H:%MZ"


class Finding(NamedTuple):
    """What a check has found.

    Attributes:
        what: why, and what to do next, as a refusal that nobody raised.
        kind, name: of the piece of evidence that it is about, where it is about one.
    """

    what: Refusal
    kind: str = ""
    name: str = ""


class Check(NamedTuple):
    """A check that was made, and its findings; none where all is well."""

    name: str
    findings: list[Finding]


def examine(seat: Seat) -> Iterator[Check]:
    """Make all checks, one after another. Nothing is changed."""
    reading, rows = audit.Reading(), seat.node.rows()
    checks: dict[str, Callable[[], Iterator[Finding]]] = {
        "keys": lambda: _keys(seat),
        "disk": lambda: _disk(seat, rows),
        "database": lambda: _database(rows),
        "evidence": lambda: _evidence(seat, reading),
        "derived": lambda: _derived(seat, reading),
        "plans": _plans,
        "restored": lambda: _restored(reading),
        "letters": lambda: _letters(seat),
        "clock": lambda: _clock(seat, reading),
    }
    for name, check in checks.items():
        yield Check(name, list(_held(check)))


def _held(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """The findings of a check; that it could not be made is one too."""
    try:
        yield from check()
    except Refusal as refusal:
        yield Finding(refusal)
    except DatabaseError as error:
        yield Finding(NotNow("database-damaged", detail=str(error)[:200]))
    except Exception as error:  # noqa: BLE001  (whatever a rotten row does to a check is what the doctor is here for)
        yield Finding(NotNow("check-not-made", detail=f"{type(error).__name__}: {error}"[:200]))


def _keys(seat: Seat) -> Iterator[Finding]:
    directory = seat.node.directory
    for path in (directory, *sorted((directory / node.KEYS).iterdir())):
        mode = path.stat().st_mode & 0o777
        if mode & OTHERS:
            yield Finding(NotNow("others-can-read", path=str(path), mode=f"{mode:o}"))
    card = _our_card()
    for power in POWERS:
        try:
            name = key_id(seat.node.signer(power).key)
        except Refusal as refusal:
            yield Finding(refusal)
            continue
        if card and name not in card.may(power):
            yield Finding(Unproven("key-not-on-card", power=power, number=card.number))
    try:
        recipient = node.recipient(seat.node.identity())
    except OSError:
        yield Finding(Unknown("file-missing", path=str(directory / node.KEYS / node.IDENTITY)))
        return
    if card and recipient not in card.recipients:
        yield Finding(Unproven("identity-not-on-card", number=card.number))


def _our_card() -> Card | None:
    """Our newest card; None before our root keys have signed one.

    Raises:
        Unproven: we had one, and it is gone.
    """
    party, held = us().party, store.cards_held()
    if not party:
        return None
    newest = held.chain(party).ids[-1]
    if newest not in held.cards:
        raise Unproven("evidence-changed", kind=cards.KIND)
    return held.cards[newest].value


def _disk(seat: Seat, rows: Database) -> Iterator[Finding]:
    directory = seat.node.directory
    needed = max(LEAST_FREE, 2 * rows.size())
    free = shutil.disk_usage(directory).free
    if free < needed:
        yield Finding(NotNow("disk-low", path=str(directory), free=free // 1024**2, needed=needed // 1024**2))
    try:
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        yield Finding(NotNow("file-not-written", path=str(directory), detail=error.strerror or ""))


def _database(rows: Database) -> Iterator[Finding]:
    if damage := rows.damage():
        yield Finding(NotNow("database-damaged", detail="; ".join(damage)[:200]))
    if settings := rows.not_durable():
        yield Finding(NotNow("database-not-durable", settings=", ".join(settings)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM django_migrations WHERE app = 'kelisim_web'")
        applied = {name for (name,) in cursor.fetchall()}
    if applied != node.KNOWN:
        names = ", ".join(sorted(applied ^ node.KNOWN))
        yield Finding(NotNow("migrations-differ", names=names))
    for table in audit.open_to_change(rows):
        yield Finding(Unproven("trigger-missing", table=table))


def _evidence(seat: Seat, reading: audit.Reading) -> Iterator[Finding]:
    for kind, name, why in reading.read(seat.progress).flaws:
        yield Finding(why, kind, name)


def _derived(seat: Seat, reading: audit.Reading) -> Iterator[Finding]:
    if reading.flaws:  # what cannot be read gives no rows to compare with
        yield Finding(NotNow("derived-not-compared"))
        return
    for table, circle, party in audit.derived_differences(seat.progress):
        yield Finding(Unproven("derived-differ", table=table, code=_code(circle, party), plan=circle[:12]))


def _code(circle: str, party: str) -> str:
    """A party as its plan calls it; all of them where a row is of none."""
    codes = store.charter(circle).value.codes() if circle in store.circles() else {}
    return codes.get(party, party[:12]) or ", ".join(codes.values()) or "–"


def _plans() -> Iterator[Finding]:
    held = store.cards_held()
    for circle in store.circles():
        charter = store.charter(circle)
        if missing := charters.missing(charter, held.cards):
            yield Finding(NotNow("charter-not-whole", missing=", ".join(missing)), charters.KIND, circle)
        for party, code in charter.value.codes().items():
            line = derive.known(circle, party)
            if line and line.contested:
                yield Finding(NotNow("feed-contested", code=code, plan=circle[:12]))
            if line and line.waiting:
                yield Finding(NotNow("feed-waiting", code=code, plan=circle[:12]))
            if parked := Parked.objects.filter(circle=circle, party=party).count():
                yield Finding(NotNow("segments-parked", code=code, plan=circle[:12], count=parked))


def _restored(reading: audit.Reading) -> Iterator[Finding]:
    """Heads of ours that others have named and we do not hold: we may have forgotten what we said."""
    party = us().party
    for circle in store.circles():
        named = reading.named[circle, party] | _named_in_bundles(circle, party)
        unknown = named - reading.held
        if unknown:
            yield Finding(NotNow("head-unknown", plan=circle[:12], head=min(unknown)[:12]))


def _named_in_bundles(circle: str, party: str) -> set[str]:
    seen = Exchange.objects.filter(circle=circle).values_list("seen", flat=True)
    return {heads[party] for heads in seen if party in heads}


def _letters(seat: Seat) -> Iterator[Finding]:
    for letter in Letter.objects.exclude(digest="").order_by("pk"):
        number, code, file = letter.number, letter.party, letter.file
        path: Path = seat.node.letter(letter.digest)
        try:
            data = path.read_bytes()
        except OSError:
            yield Finding(Unknown("letter-file-missing", letter=number, code=code, file=file))
            continue
        if digest(data) != letter.digest:
            yield Finding(Unproven("letter-file-changed", letter=number, code=code, file=file))


def _clock(seat: Seat, reading: audit.Reading) -> Iterator[Finding]:
    now = seat.node.now()
    latest = datetime.strptime(now, TIME).replace(tzinfo=UTC) + SKEW
    if reading.newest > latest.strftime(TIME):
        yield Finding(NotNow("clock-behind", now=now, newest=reading.newest))
