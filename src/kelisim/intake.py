"""What a party takes of a plan's file: its words as they are to be drafted, and new items that are there already.

A reference in a file may name an item by its id, by the name of its section, by its number or by its title; what the
file itself holds comes before what the plan holds. A new item is meant to be in the plan. It is the twin of another
where both are of one kind, can be at one time, and have the same or nearly the same title in some language: that is
for a person to judge.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.errors import BadValue, Unknown
from kelisim.plan.values import days, is_written
from kelisim.planfile import Problem, Section, Spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kelisim.plan import Schema
    from kelisim.position import Standing

NEAR: Final = 0.85


class Taken(NamedTuple):
    """What a party takes of a file.

    Attributes:
        items: the id of each section, in the order of the file.
        said: our words, by item and field, references as ids.
        problems: references that name no item, or several.
    """

    items: list[str]
    said: dict[tuple[str, str], Spoken]
    problems: list[Problem]


def take(sections: Sequence[Section], ours: str, standing: Standing, ids: Callable[[], str]) -> Taken:
    """What a party says by a file.

    Args:
        sections: the file.
        ours: the code of the party.
        standing: the plan that the file comes to.
        ids: gives the id of a new item.
    """
    items = [section.name if is_written("reference", section.name) else ids() for section in sections]
    names = _Names(sections, items, standing)
    taken = Taken(items, {}, [])
    for section, item in zip(sections, items, strict=True):
        for field, said in section.ours(ours).items():
            try:
                taken.said[item, field] = said._replace(value=names.resolved(standing.schema, field, said.value))
            except Unknown as refusal:
                taken.problems.append(Problem(section.label, field, refusal))
        if item != section.name:
            if not section.said("kind"):
                taken.problems.append(Problem(section.label, "kind", BadValue("file-no-kind")))
            taken.said.setdefault((item, "present"), Spoken("yes"))
    return taken


class _Names:
    """The items that a file can name, and how: those of the file before those of the plan."""

    def __init__(self, sections: Sequence[Section], items: Sequence[str], standing: Standing) -> None:
        self.places: tuple[dict[str, set[str]], ...] = ({}, {}, {}, {}, {})
        by_section, numbers, old_numbers, titles, old_titles = self.places
        for section, item in zip(sections, items, strict=True):
            by_section.setdefault(section.name, set()).add(item)
            numbers.setdefault(section.said("number"), set()).add(item)
            for title in section.titles.values():
                titles.setdefault(title, set()).add(item)
        for item in standing.items():
            for name, field in standing.fields(item):
                for value in field.values.values():
                    if name == "number":
                        old_numbers.setdefault(value, set()).add(item)
                    elif name.startswith("title."):
                        old_titles.setdefault(value, set()).add(item)

    def resolved(self, schema: Schema, field: str, value: str | None) -> str | None:
        """A value, with what it names of items as ids.

        Raises:
            Unknown: a name is no item's, or several items'.
        """
        known = schema.type_of(field)
        if value is None or known is None or known.type not in ("reference", "references"):
            return value
        if known.type == "reference":
            return self.item(value)
        return " ".join(sorted({self.item(name) for name in value.split(" ")}))

    def item(self, name: str) -> str:
        """The item of this name."""
        if is_written("reference", name):
            return name
        found = next((place[name] for place in self.places if name and name in place), set())
        if len(found) != 1:
            choices = ", ".join(sorted(found)[:8])
            raise Unknown("item-several" if found else "item-missing", name=name, choices=choices)
        return next(iter(found))


class Twin(NamedTuple):
    """A new item of a file that is likely another one again.

    Attributes:
        label: the new item, as the file calls it.
        item: the other.
    """

    label: str
    item: str


def twins(sections: Sequence[Section], items: Sequence[str], standing: Standing) -> list[Twin]:
    """New items of a file that are likely the same as another: of one kind, at one time, called nearly the same."""
    faces = {item: _face_in_plan(standing, item) for item in standing.items() if standing.presence(item)}
    found = []
    for section, item in zip(sections, items, strict=True):
        face = _Face(section.said("kind"), section.said("period"), list(section.titles.items()))
        if not is_written("reference", section.name):
            found += [Twin(section.label, other) for other, known in faces.items() if face.is_like(known)]
        faces[item] = face
    return found


def _face_in_plan(standing: Standing, item: str) -> _Face:
    fields = dict(standing.fields(item))
    titles = [(n, value) for n, field in fields.items() if n.startswith("title.") for value in field.values.values()]
    return _Face(standing.kind(item) or "", standing.said(item, "period") or "", titles)


class _Face(NamedTuple):
    """What people know an item by."""

    kind: str
    period: str
    titles: list[tuple[str, str]]

    def is_like(self, other: _Face) -> bool:
        """Could it be the same?"""
        if self.kind != other.kind or not _overlap(self.period, other.period):
            return False
        return any(one == two and _near(said, known) for one, said in self.titles for two, known in other.titles)


def _overlap(one: str, two: str) -> bool:
    """Can two periods have a day in common? One that is not known can."""
    if not (is_written("period", one) and is_written("period", two)):
        return True
    (begins, ends), (other_begins, other_ends) = days(one), days(two)
    return begins <= other_ends and other_begins <= ends


def _near(one: str, two: str) -> bool:
    """Are two titles the same, or nearly?"""
    match = SequenceMatcher(None, one.casefold(), two.casefold(), autojunk=False)
    return match.real_quick_ratio() >= NEAR and match.quick_ratio() >= NEAR and match.ratio() >= NEAR
