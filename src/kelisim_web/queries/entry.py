"""A field as a form asks for it: one box, or one a language, with what we say or have drafted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kelisim.errors import BadValue
from kelisim.language import NAMES
from kelisim_web import store
from kelisim_web.models.drafts import Draft
from kelisim_web.queries.fields import field_name, said_as, sides_of
from kelisim_web.queries.overview import title_of
from kelisim_web.queries.recorded import supposed
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
        language: of the text; empty for other values.
        value: what stands in it: our draft, or what we say.
        theirs: what the others say there, as people read it, by code.
        raw: the same in its written form.
        choices: the codes that it may hold, with their names; empty where it is free.
        many: several of them.
    """

    name: str
    label: str
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
        type: of its values.
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
    type: str
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
        type=known.type,
        boxes=tuple(_box(standing, known, ours, item, name, language) for name in names),
        sides=sides_of(standing.parties, ours),
        hold=bool(first and first.hold),
        note=first.note if first else "",
    )


def _box(standing: Standing, known: FieldType, ours: str, item: str, name: str, language: str) -> Box:
    words = {code: voice.word(item, name) for code, voice in standing.voices.items()}
    said = {code: word.value for code, word in words.items() if word and word.value is not None}
    tongue = (known.suffix(name) or "") if known.per == "language" else ""
    listed = standing.schema.codes_of(known) if known.type in ("choice", "codes") else None
    return Box(
        name=name,
        label=NAMES.get(tongue, tongue),
        language=tongue,
        value=said.get(ours, ""),
        theirs={code: said_as(standing, name, value, language) for code, value in said.items() if code != ours},
        raw={code: value for code, value in said.items() if code != ours},
        choices=tuple((code, told.get(language, code)) for code, told in (listed or {}).items()),
        many=known.type == "codes",
    )
