"""What an officer does at the table: one verb on a field, an item or a selection; it makes drafts and no more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.errors import BadValue, NotNow
from kelisim.plan.values import days
from kelisim.position import Status
from kelisim_web import store
from kelisim_web.actions import positions
from kelisim_web.actions.positions import Say
from kelisim_web.queries.overview import merged
from kelisim_web.queries.recorded import supposed
from kelisim_web.queries.standing import standing_of
from kelisim_web.us import our_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kelisim.position import Standing
    from kelisim_web.access import Seat

VERBS: Final = ("endorse", "endorse-hold", "restate", "confirm", "withdraw")
TAKEN: Final = (Status.OPEN, Status.ONE_SIDED, Status.WITHDRAWN, Status.AD_REFERENDUM)
DATED: Final = len("2013-05-06")


class Deed(NamedTuple):
    """What is to be done.

    Attributes:
        verb: one of `VERBS`.
        code: whose words are endorsed; empty for the other verbs.
        where: items, and the stems of fields there; an empty stem means all joint fields of the item.
        note: why, for our own desk alone.
    """

    verb: str
    code: str
    where: tuple[tuple[str, str], ...]
    note: str = ""


def act(seat: Seat, circle: str, deed: Deed) -> int:
    """Do it; how many fields now have a draft.

    Raises:
        BadValue: there is no such verb, or nothing is chosen.
        NotNow: there is nothing to do it to.
        Forbidden: not from this seat.
    """
    if deed.verb not in VERBS:
        raise BadValue("act-unknown", act=deed.verb, choices=", ".join(VERBS))
    if not deed.where:
        raise BadValue("act-on-nothing")
    on_paper = store.on_paper(circle)
    standing = supposed(seat, circle) if on_paper else standing_of(seat, circle)
    fields = list(_registers(standing, deed.where))
    if deed.verb.startswith("endorse"):
        wanted = [(item, name) for item, name in fields if _is_takeable(standing, deed.code, item, name)]
        if not wanted:
            raise NotNow("act-nothing-there", act=deed.verb)
        hold = deed.verb == "endorse-hold"
        if on_paper:
            written = standing.voices[deed.code].words
            says = [Say(item, name, written[item][name].value, hold, deed.note) for item, name in wanted]
            return positions.draft(seat, circle, says)
        return positions.endorse(seat, circle, deed.code, wanted, hold=hold, note=deed.note)
    says = list(_says(standing, our_code(circle), deed, fields))
    if not says:
        raise NotNow("act-nothing-there", act=deed.verb)
    return positions.draft(seat, circle, says, standing)


def _registers(standing: Standing, where: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The joint fields that are meant, each in all its languages."""
    for item, stem in where:
        for one, parts in merged(standing, item).items():
            if stem in ("", one):
                yield from ((item, name) for name in parts)


def _is_takeable(standing: Standing, code: str, item: str, name: str) -> bool:
    """Does this party say there what we do not?"""
    voice = standing.voices.get(code)
    word = voice.word(item, name) if voice else None
    return word is not None and standing.status(item, name) in TAKEN


def _says(standing: Standing, ours: str, deed: Deed, fields: Iterable[tuple[str, str]]) -> Iterator[Say]:
    """Our own words, said once more, made firm, or taken back."""
    for item, name in fields:
        word = standing.voices[ours].word(item, name)
        if word is None or word.value is None:
            continue
        if deed.verb == "withdraw":
            yield Say(item, name, None, note=deed.note)
        elif deed.verb == "confirm" and not word.firm:
            yield Say(item, name, word.value, note=deed.note)
        elif deed.verb == "restate" and standing.status(item, name) is Status.OPEN:
            yield Say(item, name, word.value, hold=not word.firm, note=deed.note)


def put(seat: Seat, circle: str, items: Iterable[str], field: str, value: str, note: str = "") -> int:
    """Draft one value for a field of several items; how many fields now have a draft."""
    return positions.draft(seat, circle, [Say(item, field, value, note=note) for item in items])


def shift(seat: Seat, circle: str, items: Iterable[str], by: int, note: str = "") -> int:
    """Draft the periods of several items moved by so many days, where they name days.

    Args:
        seat: whose node.
        circle: the plan.
        items: of which; ours is moved where we say one, else anybody's.
        by: how many days later; earlier where negative.
        note: why, for our own desk alone.

    Raises:
        NotNow: none of them names days.
    """
    standing = standing_of(seat, circle)
    ours = standing.voices[our_code(circle)]
    says = []
    for item in items:
        word = ours.word(item, "period")
        said = word.value if word and word.value else standing.said(item, "period")
        if said and all(len(end) == DATED for end in said.split("/")):
            first, last = (day + timedelta(days=by) for day in days(said))
            says.append(Say(item, "period", f"{first}/{last}" if "/" in said else str(first), note=note))
    if not says:
        raise NotNow("act-nothing-there", act="shift")
    return positions.draft(seat, circle, says, standing)
