"""A field as a form asks for it: one box, or one a language, with what we say or have drafted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kelisim.errors import BadValue
from kelisim.language import NAMES
from kelisim_web import store
from kelisim_web.models.drafts import Draft
from kelisim_web.queries.fields import field_name, said_as, sides_of
from kelisim_web.queries.index import Index, index_of
from kelisim_web.queries.overview import title_of
from kelisim_web.queries.recorded import supposed
from kelisim_web.queries.standing import standing_of
from kelisim_web.us import our_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kelisim.plan import FieldType
    from kelisim.position import Standing
    from kelisim_web.access import Seat


@dataclass(frozen=True)
class Box:
    """Where one value is written.

    Attributes:
        name: the register.
        label: of the box, where there are several.
        type: of its values.
        language: of the text; empty for other values.
        value: what stands in it: our draft, or what we say.
        theirs: what the others say there, as people read it, by code.
        raw: the same in its written form.
        choices: the codes that it may hold, with their names; empty where it is free.
        many: several of them.
    """

    name: str
    label: str
    type: str
    language: str
    value: str
    theirs: dict[str, str]
    raw: dict[str, str]
    choices: tuple[tuple[str, str], ...]
    many: bool


@dataclass(frozen=True)
class Form:
    """A field to be written.

    Attributes:
        item, number, title: of what.
        stem, label, help: the field.
        boxes: where they are written.
        sides: which colour each party has.
        hold: our draft waits for the capital.
        note: why, as noted with the draft.
    """

    item: str
    number: str
    title: str
    stem: str
    label: str
    help: str
    boxes: tuple[Box, ...]
    sides: dict[str, str]
    hold: bool
    note: str

    def with_values(self, said: Mapping[str, str]) -> Form:
        """The same, with what somebody has just written in it."""
        return replace(self, boxes=tuple(replace(box, value=said[box.name]) for box in self.boxes))


def form_of(seat: Seat, circle: str, item: str, stem: str, language: str) -> Form:
    """The form of a field.

    Raises:
        BadValue: there is no such field.
    """
    standing, ours = supposed(seat, circle), our_code(circle)
    schema = standing.schema
    known = next((one for one in schema.fields if one.stem == stem), None) or schema.type_of(stem)
    if known is None:
        raise BadValue("field-unknown", field=stem, choices=", ".join(one.stem for one in schema.fields))
    spoken = store.charter(circle).value.languages
    names = [f"{stem[:-1]}{one}" for one in spoken] if known.per == "language" and stem.endswith("*") else [stem]
    drafts = {row.field: row for row in Draft.objects.filter(circle=circle, item=item, field__in=names)}
    first = next(iter(drafts.values()), None)
    return Form(
        item=item,
        number=standing.said(item, "number") or "",
        title=title_of(standing, item, language),
        stem=stem,
        label=field_name(schema, stem, language),
        help=known.helps[language],
        boxes=tuple(_box(standing, known, ours, item, name, language) for name in names),
        sides=sides_of(standing.parties, ours),
        hold=bool(first and first.hold),
        note=first.note if first else "",
    )


@dataclass(frozen=True)
class NewForm:
    """A new item to be written: the kinds that there are, and the boxes for one of them."""

    kinds: tuple[tuple[str, str], ...]
    boxes: tuple[Box, ...]

    def with_values(self, said: Mapping[str, str]) -> NewForm:
        """The same, with what somebody has just written in it."""
        return replace(self, boxes=tuple(replace(box, value=said[box.name]) for box in self.boxes))


ASKED: Final = ("parent", "number", "title.*", "text.*", "period", "due", "type", "line", "place", "host")


def new_item_form(seat: Seat, circle: str, kind: str, language: str) -> NewForm:
    """What is asked of a new item first; the rest is said on its page.

    Raises:
        BadValue: there is no such kind.
    """
    standing, index = standing_of(seat, circle), index_of(seat, circle)
    schema = standing.schema
    if kind not in schema.kinds:
        raise BadValue("kind-unknown", kind=kind, choices=", ".join(schema.kinds))
    spoken = store.charter(circle).value.languages
    names = [
        f"{stem[:-1]}{one}" if stem.endswith("*") else stem
        for stem in ASKED
        if stem in schema.fields_of(kind)
        for one in (spoken if stem.endswith("*") else ("",))
    ]
    boxes = [_box(standing, known, "", "", name, language) for name in names if (known := schema.type_of(name))]
    choices = {
        "parent": _choices(standing, index, language, "plan", "article", "project", "meeting"),
        "line": _choices(standing, index, language, "line"),
    }
    return NewForm(
        kinds=tuple((one, told.get(language, one)) for one, told in schema.kinds.items() if one != "file"),
        boxes=tuple(
            replace(box, label=schema.name(box.name, language), choices=choices.get(box.name, box.choices))
            for box in boxes
        ),
    )


def _choices(standing: Standing, index: Index, language: str, *kinds: str) -> tuple[tuple[str, str], ...]:
    """Items that another can belong to: id, number and title."""
    found = [entry for entry in index.entries.values() if entry.kind in kinds]
    return tuple((one.item, f"{one.number} {title_of(standing, one.item, language)}".strip()) for one in found)


def _box(standing: Standing, known: FieldType, ours: str, item: str, name: str, language: str) -> Box:
    words = {code: voice.word(item, name) for code, voice in standing.voices.items()}
    said = {code: word.value for code, word in words.items() if word and word.value is not None}
    tongue = (known.suffix(name) or "") if known.per == "language" else ""
    listed = standing.schema.codes_of(known) if known.type in ("choice", "codes") else None
    return Box(
        name=name,
        label=NAMES.get(tongue, tongue),
        type=known.type,
        language=tongue,
        value=said.get(ours, ""),
        theirs={code: said_as(standing, name, value, language) for code, value in said.items() if code != ours},
        raw={code: value for code, value in said.items() if code != ours},
        choices=tuple((code, told.get(language, code)) for code, told in (listed or {}).items()),
        many=known.type == "codes",
    )
