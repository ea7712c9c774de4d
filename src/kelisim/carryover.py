"""A yearly plan from last year's: which items go on, and what the new ones say.

Nothing is moved. A new plan has new items, and each names the one that it goes on from (`continues`), so that last
year's plan stays as it was agreed and the two can be compared. Taken over is what is agreed, or else what we say
ourselves, and only joint fields: what a party says for itself alone belongs to the year it was said of. Periods move
by whole years, and so does a year of the old plan that a title names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.plan import Rule
from kelisim.plan.values import by_number, days, shifted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kelisim.position import Standing

HELD: Final = frozenset({"activity", "meeting"})
ANEW: Final = frozenset({"kind", "present", "parent", "number", "status", "continues", "reason.*"})
_YEAR: Final = re.compile(r"(?<!\d)\d{4}(?!\d)")


class New(NamedTuple):
    """What a new yearly plan is to be.

    Attributes:
        number: of the plan.
        years: by how many its periods move.
        ids: the id of each new item by that of the item it goes on from; the plan itself is one of them.
    """

    number: str
    years: int
    ids: Mapping[str, str]


def members(standing: Standing, scope: str) -> list[str]:
    """The items that somebody wants in a scope, but for files, which belong to their year; by number."""
    found = [
        item
        for item in standing.items()
        if item != scope and standing.home(item) == scope and standing.presence(item) and standing.kind(item) != "file"
    ]
    return sorted(found, key=lambda item: _place(standing, item))


def undone(standing: Standing, scope: str) -> list[str]:
    """The activities and meetings of a scope that no party accounts as held and that are not cancelled.

    A project runs as long as its own period says, and is not undone because the year is over.
    """
    return [item for item in members(standing, scope) if standing.kind(item) in HELD and _is_undone(standing, item)]


def _is_undone(standing: Standing, item: str) -> bool:
    held, status = standing.field(item, "held"), standing.field(item, "status")
    return "yes" not in (held.values.values() if held else ()) and (status is None or status.value != "cancelled")


def begun(standing: Standing, ours: str, scope: str, new: New) -> dict[str, dict[str, str]]:
    """What a party drafts for a new yearly plan.

    Args:
        standing: all positions.
        ours: the code of the party.
        scope: last year's plan.
        new: what the new one is to be.

    Returns:
        Value by field by new item.

    Raises:
        BadValue: a period cannot be moved so far.
    """
    numbers = _numbers(standing, scope, new)
    span = days(standing.said(scope, "period") or "?")
    years = range(span[0].year, span[1].year + 1)
    drafted = {}
    for old, item in new.ids.items():
        fields = dict(_taken_over(standing, ours, old, new, years))
        fields |= {"kind": standing.kind(old) or "", "present": "yes", "continues": old}
        parent = standing.said(scope, "parent") if old == scope else new.ids[_above(standing, old, new)]
        fields |= {"parent": parent} if parent else {}
        fields |= {"number": numbers[old]} if old in numbers else {}
        drafted[item] = fields
    return drafted


def _taken_over(standing: Standing, ours: str, item: str, new: New, years: range) -> Iterator[tuple[str, str]]:
    """The joint fields of an item as they go on: what is agreed, or else our own words."""
    for name, field in standing.fields(item):
        known = standing.schema.type_of(name)
        word = standing.voices[ours].word(item, name)
        value = field.value or (word.value if word else None)
        if known is None or known.rule is not Rule.JOINT or known.stem in ANEW or value is None:
            continue
        if not standing.schema.understands(name, value, standing.kind(item)):
            continue
        if known.type == "period":
            yield name, shifted(value, new.years)
        elif known.stem == "title.*":
            yield name, _YEAR.sub(lambda found: _moved(found[0], years, new.years), value)
        else:
            yield name, new.ids.get(value, value) if known.type == "reference" else value


def _moved(year: str, years: range, by: int) -> str:
    return str(int(year) + by) if int(year) in years else year


def _above(standing: Standing, item: str, new: New) -> str:
    """The nearest item above one that goes on too; the way up leads to the plan, since that is its home."""
    above = standing.said(item, "parent")
    while above not in new.ids:
        above = standing.said(str(above), "parent")
    return str(above)


def _numbers(standing: Standing, scope: str, new: New) -> dict[str, str]:
    """The numbers of the new items, without gaps, in the order of the old ones; what had none gets none."""
    below: dict[str, list[str]] = {}
    for item in sorted(new.ids, key=lambda item: _place(standing, item)):
        if item != scope and standing.said(item, "number"):
            below.setdefault(_above(standing, item, new), []).append(item)
    numbers, reached = {scope: new.number}, [scope]
    for above in reached:
        for n, item in enumerate(below.get(above, ()), 1):
            numbers[item] = f"{numbers[above]}.{n}"
            reached.append(item)
    return numbers


def _place(standing: Standing, item: str) -> tuple[tuple[int, ...], str]:
    return by_number(standing.said(item, "number") or ""), item
