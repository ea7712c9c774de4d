"""Finding items by words of their titles in any language, by number, id, or number in another system.

Every word must be found in an item, in whatever party's words, drafts of ours included. Letters are compared without
case and as people type them without the Kazakh layout, so that `озара` finds `өзара`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from kelisim.language import fold
from kelisim.plan.values import by_number
from kelisim_web.models.drafts import Draft
from kelisim_web.queries.overview import title_of
from kelisim_web.queries.standing import standing_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kelisim.position import Standing
    from kelisim_web.access import Seat

SEARCHED = ("title.*", "number", "identifiers")
ID_FROM = 4


class Found(NamedTuple):
    """An item that was found.

    Attributes:
        item, kind, number, title: of the item; the title in the reader's language where there is one.
        where: the fields in which words were found, with what stands there; empty where the id alone was meant.
    """

    item: str
    kind: str
    number: str
    title: str
    where: dict[str, list[str]]


def find_items(seat: Seat, circle: str, words: Sequence[str], language: str) -> list[Found]:
    """The items in which every word is found, in the order of the plan's numbers."""
    standing = standing_of(seat, circle)
    sought = [fold(word) for word in words]
    drafted: dict[str, dict[str, str]] = defaultdict(dict)
    for row in Draft.objects.filter(circle=circle, value__isnull=False):
        drafted[row.item][row.field] = row.value or ""
    found = []
    for item in sorted({*standing.items(), *drafted}):
        ours = drafted.get(item, {})
        texts = list(_texts(standing, item, ours))
        if all(_begins(item, word) or any(_is_in(word, *text) for text in texts) for word in sought):
            found.append(
                _found(standing, item, ours, language, [t for t in texts if any(_is_in(w, *t) for w in sought)])
            )
    return sorted(found, key=lambda one: (by_number(one.number), one.item))


def _texts(standing: Standing, item: str, drafted: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What is searched of an item: field and value, of every party and of our drafts."""
    for name, field in standing.fields(item):
        if _is_searched(standing, name):
            yield from ((name, value) for value in dict.fromkeys(field.values.values()))
    yield from ((name, value) for name, value in drafted.items() if _is_searched(standing, name))


def _is_searched(standing: Standing, name: str) -> bool:
    known = standing.schema.type_of(name)
    return known is not None and known.stem in SEARCHED


def _begins(item: str, word: str) -> bool:
    """Is this the beginning of an id? Fewer letters would find items by chance."""
    return len(word) >= ID_FROM and item.startswith(word)


def _is_in(word: str, name: str, value: str) -> bool:
    """Is a word in this value? A number is found by its beginning: `4` finds `4.1` and not `14`."""
    if name == "number":
        return value == word or value.startswith(f"{word}.")
    return word in fold(value)


def _found(
    standing: Standing, item: str, drafted: dict[str, str], language: str, texts: list[tuple[str, str]]
) -> Found:
    where: dict[str, list[str]] = defaultdict(list)
    for name, value in texts:
        if value not in where[name]:
            where[name].append(value)
    title = title_of(standing, item, language)
    if title == item:
        title = next((value for name, value in drafted.items() if name.startswith("title.")), item)
    return Found(
        item=item,
        kind=standing.kind(item) or drafted.get("kind", ""),
        number=standing.said(item, "number") or drafted.get("number", ""),
        title=title,
        where=dict(where),
    )
