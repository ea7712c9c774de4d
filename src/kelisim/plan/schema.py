"""The schema: which fields an item has, of which type, and who decides them. It is data, in `schema.toml`.

How a field is decided is part of the field: `joint` when all parties' positions are equal, `own` by the party it
belongs to, `each` by every party for itself, side by side. The rule hangs on the field's stem, not on its suffix:
`attend.KAZ` is joint, `available.KAZ` is Kazakhstan's own.

What a node's schema does not know (field, kind, value) is kept, shown as not understood, and never counts as agreed.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from kelisim.errors import BadValue
from kelisim.plan import values

if TYPE_CHECKING:
    from collections.abc import Mapping

YEAR: Final = re.compile(r"(?!0000)[0-9]{4}")


class Rule(StrEnum):
    """Who decides a field."""

    JOINT = "joint"
    OWN = "own"
    EACH = "each"


@dataclass(frozen=True)
class FieldType:
    """What the schema says of a field, or of a family of fields.

    Attributes:
        stem: its name, with `*` where a suffix stands: `title.*`, `cost.*.payer`.
        type: the type of its values.
        rule: who decides it.
        per: what the suffix is: `language`, `party`, `year`, or a code list; empty where there is none.
        codes: the code list of a choice or list; empty where tokens are free.
        kinds: the kinds of item that have it; empty for all.
        names: its name by language.
        helps: one sentence on what it is for, by language.
    """

    stem: str
    type: str
    rule: Rule
    per: str
    codes: str
    kinds: frozenset[str]
    names: Mapping[str, str]
    helps: Mapping[str, str]

    def suffix(self, field: str) -> str | None:
        """What stands at the `*` of this field's name: "" where there is no `*`, None where the name is another's."""
        before, star, after = self.stem.partition("*")
        if not star:
            return "" if field == self.stem else None
        inner = field[len(before) : len(field) - len(after)]
        return inner if field == before + inner + after and inner and "." not in inner else None


@dataclass(frozen=True, eq=False)
class Schema:
    """All fields, kinds and code lists of one number of the schema."""

    number: int
    fields: tuple[FieldType, ...]
    kinds: Mapping[str, Mapping[str, str]]
    codes: Mapping[str, Mapping[str, Mapping[str, str]]]

    def type_of(self, field: str) -> FieldType | None:
        """What the schema says of a field; None for one it does not know."""
        return self._known(field)

    @cache  # noqa: B019  (a schema lives as long as the program; statements name few fields)
    def _known(self, field: str) -> FieldType | None:
        for known in self.fields:
            suffix = known.suffix(field)
            if suffix is None:
                continue
            return known if self._has_suffix(known, suffix) else None
        return None

    def _has_suffix(self, known: FieldType, suffix: str) -> bool:
        listed = self.codes.get(known.per)
        return bool(YEAR.fullmatch(suffix)) if known.per == "year" else listed is None or suffix in listed

    def codes_of(self, known: FieldType) -> Mapping[str, Mapping[str, str]] | None:
        """The codes that a field's values may hold; None where they are free."""
        return self.kinds if known.codes == "kind" else self.codes.get(known.codes)

    def understands(self, field: str, value: str, kind: str | None) -> bool:
        """Does this schema know the field, for this kind of item, and the form of the value?"""
        known = self.type_of(field)
        return (
            known is not None
            and (kind is None or not known.kinds or kind in known.kinds)
            and values.is_written(known.type, value, self.codes_of(known))
        )

    def written(self, field: str, value: str, kind: str | None) -> str:
        """Bring one of our own values into its written form.

        Raises:
            BadValue: the schema does not know the field, this kind of item has none such, or the value is not in
                its form.
        """
        known = self.type_of(field)
        if known is None:
            raise BadValue("field-unknown", field=field, choices=", ".join(one.stem for one in self.fields))
        if kind is not None and known.kinds and kind not in known.kinds:
            raise BadValue("field-not-of-kind", field=field, kind=kind, choices=", ".join(self.fields_of(kind)))
        return values.written(known.type, value, self.codes_of(known), field)

    def fields_of(self, kind: str) -> list[str]:
        """The stems of the fields that a kind of item has, in the schema's order."""
        return [known.stem for known in self.fields if not known.kinds or kind in known.kinds]

    def order(self, field: str) -> tuple[int, str]:
        """The key by which fields stand in the schema's order; those it does not know come last."""
        known = self.type_of(field)
        return (self.fields.index(known) if known else len(self.fields)), field

    def rule(self, field: str) -> Rule:
        """Who decides a field; joint for one it does not know, so that it can never be agreed by one side."""
        known = self.type_of(field)
        return known.rule if known else Rule.JOINT

    def name(self, field: str, language: str) -> str:
        """A field as people call it: `Title (ru)`."""
        known = self.type_of(field)
        if known is None:
            return field
        suffix = known.suffix(field)
        label = self.codes.get(known.per, {}).get(suffix or "", {}).get(language, suffix)
        return f"{known.names[language]} ({label})" if suffix else known.names[language]

    def shown(self, field: str, value: str, language: str) -> str:
        """A value as people read it: codes by their names, everything else as written."""
        known = self.type_of(field)
        listed = self.codes_of(known) if known else None
        if listed is None:
            return value
        if known and known.type == "quantity":
            number, _, unit = value.partition(" ")
            return f"{number} ({listed.get(unit, {}).get(language, unit)})"
        return ", ".join(listed.get(code, {}).get(language, code) for code in value.split(" "))


@cache
def schema() -> Schema:
    """The schema this version of Kelisim speaks."""
    table: dict[str, Any] = tomllib.loads(files(__package__).joinpath("schema.toml").read_text("utf-8"))
    fields = tuple(
        FieldType(
            stem=stem,
            type=entry["type"],
            rule=Rule(entry["rule"]),
            per=entry.get("per", ""),
            codes=entry.get("codes", ""),
            kinds=frozenset(entry.get("kinds", ())),
            names=entry["name"],
            helps=entry["help"],
        )
        for stem, entry in table["field"].items()
    )
    return Schema(table["schema"], fields, table["kind"], table["code"])
