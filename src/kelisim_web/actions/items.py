"""Items as positions: striking out, restoring, splitting, merging, and moving to another of our plans.

Nothing here changes an item: each act drafts words of ours, and the others take them over or do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kelisim.errors import BadValue, NotNow, Unknown
from kelisim.plan import Rule
from kelisim.position import PRESENT
from kelisim_web import store
from kelisim_web.access import Act, check
from kelisim_web.actions.positions import Say, check_items, check_suffix, draft, is_news, new_item
from kelisim_web.models.drafts import Draft
from kelisim_web.queries.standing import standing_of
from kelisim_web.us import our_code

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from kelisim.position import Standing, Word
    from kelisim_web.access import Seat

NUMBER, CONTINUES = "number", "continues"


def propose(seat: Seat, circle: str, kind: str, fields: Mapping[str, str]) -> str:
    """Draft a new item.

    Args:
        seat: whose node.
        circle: the plan.
        kind: of the item.
        fields: what else we say of it; what is empty is not said.

    Returns:
        Its id.

    Raises:
        BadValue: a value is not in its form; nothing is drafted.
        Forbidden: not from this seat.
    """
    name = new_item()
    given = {"kind": kind, "present": "yes", **{field: value for field, value in fields.items() if value.strip()}}
    draft(seat, circle, [Say(name, field, value) for field, value in given.items()])
    return name


def strike(seat: Seat, circle: str, item: str) -> int:
    """Draft taking back that an item is in the plan; an item that nobody has spoken of yet is dropped instead.

    Returns:
        How many drafts were dropped; 0 where the strike-out was drafted.

    Raises:
        NotNow: we do not say that it is in the plan.
    """
    standing = standing_of(seat, circle)
    check_items(seat, circle, [item])
    if item not in standing.items():
        dropped, _ = Draft.objects.filter(circle=circle, item=item).delete()
        return dropped
    draft(seat, circle, [_struck(standing, our_code(circle), item)], standing)
    return 0


def _struck(standing: Standing, ours: str, item: str) -> Say:
    word = standing.voices[ours].word(item, PRESENT)
    if word is None or word.value is None:
        raise NotNow("present-not-said", item=item)
    return Say(item, PRESENT, None)


def restore(seat: Seat, circle: str, item: str) -> None:
    """Draft that an item which we have struck out is in the plan again, or drop the draft that strikes it out.

    Raises:
        NotNow: we have not struck it out.
    """
    standing = standing_of(seat, circle)
    check_items(seat, circle, [item])
    dropped, _ = Draft.objects.filter(circle=circle, item=item, field=PRESENT, value=None).delete()
    word = standing.voices[our_code(circle)].word(item, PRESENT)
    if word and word.value is None:
        draft(seat, circle, [Say(item, PRESENT, "yes")], standing)
    elif not dropped:
        raise NotNow("not-struck-out", item=item)


def split(seat: Seat, circle: str, item: str, numbers: Sequence[str]) -> list[str]:
    """Draft new items that take over our words of one and continue it, and strike that one out.

    Args:
        seat: whose node.
        circle: the plan.
        item: what is split.
        numbers: of the new items, each of which has one of its own.

    Returns:
        The ids of the new items.

    Raises:
        BadValue: a number is in use.
        NotNow: we do not say that the item is in the plan.
    """
    standing, ours = standing_of(seat, circle), our_code(circle)
    _check_free(standing, circle, numbers)
    says = [_struck(standing, ours, item)]
    made = [new_item() for _ in numbers]
    for name, number in zip(made, numbers, strict=True):
        says += _continuing(name, _words(standing, ours, item), number, item)
    draft(seat, circle, says, standing)
    return made


def merge(seat: Seat, circle: str, items: Sequence[str], number: str) -> str:
    """Draft one new item that continues several and takes over our words of them, and strike them out.

    Args:
        seat: whose node.
        circle: the plan.
        items: what is merged; where our words of them differ, those of the item named first are taken.
        number: of the new item.

    Returns:
        The id of the new item.

    Raises:
        BadValue: the number is in use, or the items are not of one kind.
        NotNow: we do not say that all of them are in the plan.
    """
    standing, ours = standing_of(seat, circle), our_code(circle)
    if len({standing.kind(item) for item in items}) > 1:
        raise BadValue("merge-kinds", kinds=", ".join(sorted({standing.kind(item) or "" for item in items})))
    _check_free(standing, circle, [number])
    says = [_struck(standing, ours, item) for item in items]
    words: dict[str, Word] = {}
    for item in reversed(items):
        words |= _words(standing, ours, item)
    name = new_item()
    draft(seat, circle, says + _continuing(name, words, number, " ".join(sorted(items))), standing)
    return name


def _words(standing: Standing, ours: str, item: str) -> dict[str, Word]:
    """Our words of an item that another takes over: not the accounts that we give of it."""
    said = standing.voices[ours].words.get(item, {})
    return {
        name: word
        for name, word in said.items()
        if word.value is not None and standing.schema.rule(name) is not Rule.EACH
    }


def _continuing(item: str, words: dict[str, Word], number: str, before: str) -> list[Say]:
    taken = {name: Say(item, name, word.value, not word.firm) for name, word in words.items()}
    own = {NUMBER: Say(item, NUMBER, number), CONTINUES: Say(item, CONTINUES, before)}
    return list((taken | own).values())


def _check_free(standing: Standing, circle: str, numbers: Collection[str]) -> None:
    """Refuse the number of an item that is not struck out, or of one that we have drafted."""
    used = set(Draft.objects.filter(circle=circle, field=NUMBER).values_list("value", flat=True))
    for item in standing.items():
        field = None if standing.is_struck_out(item) else standing.field(item, NUMBER)
        used |= set(field.values.values()) if field else set()
    for number in numbers:
        if number in used:
            raise BadValue("number-in-use", number=number)


class Moved(NamedTuple):
    """What moving a position to another plan did.

    Attributes:
        item: the item here: the same, or a new one.
        fields: how many fields now have a draft.
    """

    item: str
    fields: int


def move(seat: Seat, circle: str, source: str, say: Say) -> Moved:
    """Draft in one of our plans what we say of an item in another.

    It is a new statement, without a link to the other plan. An item keeps its id only where the id has been: if it is
    in this plan already, or if all readers of this plan are readers of the other; otherwise a new one is drawn.

    Args:
        seat: whose node.
        circle: the plan to draft in.
        source: the plan to read from.
        say: which item and field (all where it is empty), whether it waits for the capital, and why.

    Raises:
        BadValue: both are one plan, or the field cannot be said here.
        NotNow: we say nothing there that we could say here and do not.
        Unknown: a field was named of an item that is not in this plan.
    """
    if source == circle:
        raise BadValue("same-plan")
    check(seat, Act.READ, source)
    here, ours = standing_of(seat, circle), our_code(circle)
    known = set(here.items()) | set(Draft.objects.filter(circle=circle).values_list("item", flat=True))
    kept = say.item in known or _members(circle) <= _members(source)
    if say.field and say.item not in known:
        raise Unknown("moved-item-missing", item=say.item)
    name = say.item if kept else new_item()
    words = _words(standing_of(seat, source), our_code(source), say.item)
    says = [
        Say(name, field, word.value, say.hold or not word.firm, say.note)
        for field, word in words.items()
        if field == (say.field or field)
        and is_news(here.voices[ours].word(name, field), str(word.value))
        and _refers_here(here, field, str(word.value), known)
        and (say.field or _has_suffix(here, circle, field))
    ]
    if not says:
        raise NotNow("nothing-to-move", item=say.item)
    return Moved(name, draft(seat, circle, says, here))


def _members(circle: str) -> set[str]:
    return set(store.charter(circle).value.codes())


def _refers_here(here: Standing, field: str, value: str, known: Collection[str]) -> bool:
    """Does it name only items of this plan? The id of another would be a link to the plan that it came from."""
    type_ = here.schema.type_of(field)
    return type_ is None or type_.type not in ("reference", "references") or set(value.split()) <= set(known)


def _has_suffix(here: Standing, circle: str, field: str) -> bool:
    """Has this plan the party or the language that the field ends in?"""
    try:
        check_suffix(here.schema.type_of(field), field, store.charter(circle).value, our_code(circle))
    except BadValue:
        return False
    return True
