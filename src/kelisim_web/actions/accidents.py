"""After an accident: a node that is a restored copy, words that an epoch left behind, a plan that a party has left."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from msgspec import UNSET

from kelisim.errors import BadValue, NotNow, Unknown
from kelisim.ledger.segment import AD_REFERENDUM
from kelisim_web import derive, restored, store
from kelisim_web.access import Act, check
from kelisim_web.actions.positions import Say, draft
from kelisim_web.queries.standing import standing_of
from kelisim_web.us import our_code, our_party

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kelisim.position import Standing
    from kelisim_web.access import Seat


def begin_restore(seat: Seat) -> list[str]:
    """Say that this node is a restored copy: it neither speaks nor seals in any of its plans until further notice.

    Returns:
        The plans.

    Raises:
        Forbidden: not from this seat.
    """
    check(seat, Act.EXCHANGE)
    circles = [one for one in store.circles() if our_party() in store.charter(one).value.codes()]
    with transaction.atomic():
        for circle in circles:
            restored.begin(circle, seat.node.now())
    return circles


def lift_restore(seat: Seat, circle: str) -> None:
    """Say that this node is no copy after all, and holds all that it has ever said.

    Raises:
        NotNow: it is not taken for one.
        Forbidden: not from this seat.
    """
    check(seat, Act.ADMINISTER, circle)
    if not restored.end(circle):
        raise NotNow("not-restored")


class Restated(NamedTuple):
    """What was drafted again.

    Attributes:
        drafted: how many fields.
        passed_over: words that this plan, or this version, does not take: item and field.
    """

    drafted: int
    passed_over: list[tuple[str, str]]


def restate_orphans(seat: Seat, circle: str, only: Sequence[str] = ()) -> Restated:
    """Draft the words that an epoch of ours left behind and that our line lacks, for an officer to look at.

    Args:
        seat: whose node.
        circle: the plan.
        only: segments, by the beginning of their ids; all that were left behind when empty.

    Raises:
        Unknown: one that is named was not left behind.
        NotNow: there is nothing to draft.
    """
    check(seat, Act.DRAFT, circle)
    party = our_party()
    counted = set(derive.ids(circle, party))
    places = sorted(store.places(circle, party), key=attrgetter("epoch", "seq", "id"))
    orphans = [place.id for place in places if place.id not in counted]
    for beginning in only:
        if not any(name.startswith(beginning) for name in orphans):
            raise Unknown("segment-missing", segment=beginning)
    says = {}
    for header, statements in store.judged(name for name in orphans if not only or name.startswith(tuple(only))):
        for one in statements:
            value = None if one.value is UNSET else one.value
            hold, note = one.hold == AD_REFERENDUM, f"segment {header.id[:12]}"
            says[one.item, one.field] = Say(one.item, one.field, value, hold, note)
    return _draft_what_is_lacking(seat, circle, says.values())


def restate_plan(seat: Seat, circle: str, source: str) -> Restated:
    """Draft our words of another plan in this one, under the ids that they have there.

    Args:
        seat: whose node.
        circle: the plan to speak in.
        source: the plan that it succeeds.

    Raises:
        NotNow: there is nothing to draft.
    """
    check(seat, Act.DRAFT, circle)
    check(seat, Act.READ, source)
    says = [
        Say(item, field, word.value, not word.firm, f"plan {source[:12]}")
        for item, words in standing_of(seat, source).voices[our_code(source)].words.items()
        for field, word in words.items()
        if word.value is not None
    ]
    return _draft_what_is_lacking(seat, circle, says)


def _draft_what_is_lacking(seat: Seat, circle: str, says: Iterable[Say]) -> Restated:
    standing, ours = standing_of(seat, circle), our_code(circle)
    wanted = [say for say in says if _is_lacking(standing, ours, say)]
    passed_over = []
    with transaction.atomic():
        for say in sorted(wanted, key=lambda say: say.field != "kind"):  # what a field takes hangs on the kind
            try:
                draft(seat, circle, [say], standing)
            except BadValue:
                passed_over.append((say.item, say.field))
    if not wanted:
        raise NotNow("nothing-to-restate")
    return Restated(len(wanted) - len(passed_over), passed_over)


def _is_lacking(standing: Standing, ours: str, say: Say) -> bool:
    word = standing.voices[ours].word(say.item, say.field)
    return (word.value, not word.firm) != (say.value, say.hold) if word else say.value is not None
