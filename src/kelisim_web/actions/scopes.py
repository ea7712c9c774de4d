"""Beginning a yearly plan from last year's. Everything is drafted, so it can be looked through before it is said."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim import carryover
from kelisim.errors import BadValue, NotNow
from kelisim.language import LANGUAGES
from kelisim.messages import say
from kelisim_web import store
from kelisim_web.access import Act, check
from kelisim_web.actions.positions import Say, draft, new_item
from kelisim_web.models.drafts import Draft
from kelisim_web.queries.standing import standing_of
from kelisim_web.us import our_code

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kelisim.position import Standing
    from kelisim_web.access import Seat

_YEARS: Final = re.compile(r"(-?[0-9]{1,3})y")
_YEAR: Final = re.compile(r"[0-9]{4}")


@dataclass(frozen=True)
class Beginning:
    """How a yearly plan is begun.

    Attributes:
        number: of the new plan.
        items: those of last year's that go on, by id.
        undone: what was not held goes on too.
        everything: every item goes on.
        shift: by how much periods move, such as `1y`; "" for what the numbers of the plans say, or else one year.
        reasons: why the items go on, by language.
    """

    number: str
    items: Sequence[str] = ()
    undone: bool = False
    everything: bool = False
    shift: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)


class Begun(NamedTuple):
    """What was drafted.

    Attributes:
        plan: the id of the new plan.
        items: how many items go on in it.
        carried: how many of these because they were not held.
        drafts: how many fields now have a draft.
    """

    plan: str
    items: int
    carried: int
    drafts: int


def begin(seat: Seat, circle: str, scope: str, how: Beginning) -> Begun:
    """Draft a new yearly plan from last year's.

    Raises:
        NotNow: the scope is no yearly plan, or its number is taken.
        BadValue: an item is of another plan, or the periods cannot move so.
    """
    check(seat, Act.DRAFT, circle)
    standing = standing_of(seat, circle)
    _check(standing, circle, scope, how.number)
    undone = carryover.undone(standing, scope) if how.undone else []
    chosen = _chosen(standing, scope, how, undone)
    ids = {old: new_item() for old in (scope, *chosen)}
    new = carryover.New(how.number, _years(how, standing.said(scope, "number") or ""), ids)
    drafted = carryover.begun(standing, our_code(circle), scope, new)
    for old in chosen:
        why = how.reasons if old in undone or not undone else {}
        reasons = why or (_not_held(standing, circle, scope) if old in undone else {})
        drafted[ids[old]] |= {f"reason.{language}": text for language, text in reasons.items()}
    says = [Say(item, name, value) for item, fields in drafted.items() for name, value in fields.items()]
    carried = len(set(chosen) & set(undone))
    return Begun(ids[scope], len(chosen), carried, draft(seat, circle, says, standing))


def _check(standing: Standing, circle: str, scope: str, number: str) -> None:
    if standing.kind(scope) != "plan" or standing.said(scope, "plan_type") == "framework":
        raise NotNow("begin-not-from-a-year", name=standing.said(scope, "number") or scope)
    numbers = {standing.said(item, "number") for item in standing.items() if standing.presence(item)}
    drafted = Draft.objects.filter(circle=circle, field="number", value=number)
    if number in numbers or drafted.exists():
        raise NotNow("begin-number-taken", number=number)


def _chosen(standing: Standing, scope: str, how: Beginning, undone: Sequence[str]) -> list[str]:
    members = carryover.members(standing, scope)
    for item in how.items:
        if item not in members:
            raise BadValue("begin-item-elsewhere", item=item, number=standing.said(item, "number") or "")
    wanted = {*how.items, *undone, *(members if how.everything else ())}
    return [item for item in members if item in wanted]


def _years(how: Beginning, old: str) -> int:
    if not how.shift:
        both = _YEAR.fullmatch(old) and _YEAR.fullmatch(how.number)
        return int(how.number) - int(old) if both else 1
    found = _YEARS.fullmatch(how.shift)
    if not found:
        raise BadValue("begin-shift", value=how.shift)
    return int(found[1])


def _not_held(standing: Standing, circle: str, scope: str) -> dict[str, str]:
    """Why what was not held goes on, in the languages of the plan that are ours to word."""
    number = standing.said(scope, "number") or ""
    tongues = store.charter(circle).value.languages
    return {tongue: say("begin.not-held", tongue, number=number) for tongue in LANGUAGES if tongue in tongues}
