"""What has gone wrong, for pages: what every page of a plan says, why a bundle was refused, how far a restore is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.errors import Unknown
from kelisim.language import language_of
from kelisim.messages import reason, refusals
from kelisim_web import derive, store
from kelisim_web.models.desk import Exchange, JournalEntry, Restored
from kelisim_web.queries.accidents import forks_of, restores
from kelisim_web.queries.fields import said_as
from kelisim_web.queries.overview import title_of
from kelisim_web.queries.standing import standing_of
from kelisim_web.us import our_party

if TYPE_CHECKING:
    from kelisim.messages import Message
    from kelisim.position import Standing
    from kelisim_web.access import Seat
    from kelisim_web.queries.accidents import ForkView, Piece, RestoreView

DONE: Final = "done"
NOW: Final = "now"
LATER: Final = "later"


class Alarm(NamedTuple):
    """What every page of a plan says.

    Attributes:
        code: the party whose feed is `contested` or `waiting` for a piece; empty where it is about this node.
        state: those, or `silent` or `unsealing` where this node is a restored copy.
    """

    code: str
    state: str


def alarms(seat: Seat, circle: str) -> list[Alarm]:
    """What is wrong with a plan now; it costs a row a party."""
    del seat
    found = []
    row = Restored.objects.filter(circle=circle).first()
    if row:
        found.append(Alarm("", "unsealing" if row.epoch else "silent"))
    for party, code in store.charter(circle).value.codes().items():
        line = derive.known(circle, party)
        if line and (line.contested or line.waiting):
            found.append(Alarm(code, "contested" if line.contested else "waiting"))
    return found


class Refused(NamedTuple):
    """A bundle that was refused: its row in the journal, and why; None where this version knows the reason no more."""

    entry: JournalEntry
    told: Message | None


def refused(seat: Seat, number: int, language: str) -> Refused:
    """Why a bundle was refused, in the reader's language.

    Raises:
        Unknown: no refused bundle has this place in the journal.
    """
    del seat
    entry = JournalEntry.objects.filter(pk=number, direction="refused").first()
    if entry is None:
        raise Unknown("journal-missing", number=number)
    code, speaks = entry.told["code"], language_of(language)
    return Refused(entry, reason(code, entry.told["params"], speaks) if code in refusals(speaks) else None)


class Said(NamedTuple):
    """A statement of one piece that the other does not make; `text` is None where it takes a word back."""

    item: str
    number: str
    title: str
    label: str
    text: str | None


class ForkShown(NamedTuple):
    """A fork, and for each of its pieces what it says, as people read it."""

    fork: ForkView
    ours: bool
    pieces: list[tuple[Piece, list[Said]]]


def forks_shown(seat: Seat, circle: str, language: str) -> list[ForkShown]:
    """Every fork of a plan, both signed pieces side by side."""
    standing = standing_of(seat, circle)
    ours = store.charter(circle).value.codes()[our_party()]
    return [
        ForkShown(
            fork,
            fork.code == ours,
            [(piece, [_said(standing, *one, language) for one in piece.says]) for piece in fork.pieces],
        )
        for fork in forks_of(seat, circle)
    ]


def _said(standing: Standing, item: str, field: str, value: str | None, language: str) -> Said:
    text = None if value is None else said_as(standing, field, value, language)
    number, title = standing.said(item, "number") or "", title_of(standing, item, language)
    return Said(item, number, title, standing.schema.name(field, language), text)


class Way(NamedTuple):
    """The way of a restore in a plan.

    Attributes:
        view: how far it is.
        ours: what we are called in the plan.
        steps: each with its state: `done`, `now` or `later`.
        heard: the other parties, and whether a bundle that they wrote since the restore has been read.
    """

    view: RestoreView
    ours: str
    steps: list[tuple[str, str]]
    heard: list[tuple[str, bool]]


def way_back(seat: Seat, circle: str) -> Way | None:
    """How far the restore of a plan is; None where this node is not taken for a copy."""
    view = next((one for one in restores(seat) if one.circle == circle), None)
    if view is None:
        return None
    charter, us = store.charter(circle).value, our_party()
    heard = [(code, _heard(circle, party, view.at)) for party, code in charter.codes().items() if party != us]
    found = [("begin", True), ("take-back", bool(view.epoch) or (all(one for _, one in heard) and not view.lacking))]
    found.append(("epoch", bool(view.epoch)))
    if charter.proposer == us:
        found += [("hear", bool(view.epoch) and not view.owed), ("receipt", False)]
    first = next((place for place, (_, done) in enumerate(found) if not done), len(found))
    steps = [(key, DONE if done else NOW if place == first else LATER) for place, (key, done) in enumerate(found)]
    return Way(view, charter.codes()[us], steps, heard)


def _heard(circle: str, party: str, since: str) -> bool:
    return Exchange.objects.filter(circle=circle, party=party, at__gt=since).exists()


def left_behind(seat: Seat, circle: str) -> int:
    """How many segments of ours are held that do not count: an epoch has left them behind, or a fork contests them."""
    del seat
    party = our_party()
    counted = {*derive.ids(circle, party)}
    return sum(1 for place in store.places(circle, party) if place.id not in counted)
