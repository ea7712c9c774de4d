"""What is in the way of an edition, a field a line: a text in all its languages is one.

A text that one party has written in a language in which the others have not, and that is agreed in another, waits for
translation and is listed apart; so is, though it blocks nothing, a text that nobody has written in one language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.plan.values import by_number
from kelisim.position import ORDER, Status
from kelisim_web.queries.fields import field_name
from kelisim_web.queries.overview import merged, title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kelisim.edition import Content, Obstacle
    from kelisim.position import Standing

TRANSLATION: Final = "translation"
REASONS: Final = (*(str(one) for one in Status), "package", "elsewhere", TRANSLATION)
SHOWN: Final = 100


class Hindrance(NamedTuple):
    """Something that is in the way of an edition.

    Attributes:
        item, number, title: on what.
        stem, label: which field of it; empty where the item as a whole is meant.
        languages: of a text, the languages in which it is.
    """

    item: str
    number: str
    title: str
    stem: str
    label: str
    languages: tuple[str, ...]


class Group(NamedTuple):
    """What is in the way for one reason: the first of them, and how many there are in all."""

    reason: str
    first: list[Hindrance]
    total: int


def hindrances(standing: Standing, obstacles: Iterable[Obstacle], language: str) -> list[Group]:
    """What keeps a scope from being frozen, by reason."""
    fields: dict[tuple[str, str], dict[str, str]] = {}
    for one in obstacles:
        fields.setdefault((one.item, _stem(standing, one.field)), {})[one.field] = one.reason
    found: dict[str, list[Hindrance]] = {}
    for (item, stem), parts in fields.items():
        tongues = [name.rpartition(".")[2] for name in parts] if stem.endswith("*") else ()
        row = hindrance(standing, item, language, stem, tongues)
        found.setdefault(_reason(standing, item, stem, parts), []).append(row)
    return [_group(reason, found[reason]) for reason in REASONS if reason in found]


def _stem(standing: Standing, field: str) -> str:
    known = standing.schema.type_of(field)
    return known.stem if known and known.per == "language" else field


def _reason(standing: Standing, item: str, stem: str, parts: Mapping[str, str]) -> str:
    """Why a field is in the way: the least settled of its languages says."""
    if {*parts.values()} == {Status.ONE_SIDED} and Status.AGREED in merged(standing, item).get(stem, {}).values():
        return TRANSLATION
    return min(parts.values(), key=lambda reason: ORDER[Status(reason)] if reason in ORDER else len(ORDER))


def hindrance(standing: Standing, item: str, language: str, stem: str = "", languages: Iterable[str] = ()) -> Hindrance:
    """An item, or a field of it, as it is called."""
    label = field_name(standing.schema, stem, language) if stem else ""
    number, title = standing.said(item, "number") or "", title_of(standing, item, language)
    return Hindrance(item, number, title, stem, label, tuple(sorted(languages)))


def unwritten(standing: Standing, content: Content, tongues: Sequence[str], language: str) -> Group:
    """The texts of an edition that nobody has written in one of its languages."""
    rows = []
    for item, fields in content.items():
        for stem in {_stem(standing, name) for name in fields}:
            if stem.endswith("*"):
                there = merged(standing, item)[stem]
                lacking = [one for one in tongues if f"{stem[:-1]}{one}" not in there]
                rows += [hindrance(standing, item, language, stem, lacking)] if lacking else []
    return _group("unwritten", rows)


def _group(reason: str, rows: list[Hindrance]) -> Group:
    rows.sort(key=lambda row: (by_number(row.number), row.item, row.stem))
    return Group(reason, rows[:SHOWN], len(rows))
