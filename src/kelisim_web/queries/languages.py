"""The languages of the plans, and the code lists of the schema: what values may be, in three languages side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kelisim.plan import schema
from kelisim_web import store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kelisim.plan.schema import Schema
    from kelisim_web.access import Seat


class CodeList(NamedTuple):
    """A list of codes.

    Attributes:
        name: as the schema calls it.
        fields: the names of the fields whose values or suffixes are of it.
        codes: each with its names by language.
    """

    name: str
    fields: list[str]
    codes: Mapping[str, Mapping[str, str]]


def code_lists(language: str) -> list[CodeList]:
    """The kinds of item, then the code lists, in the schema's order."""
    known = schema()
    lists = {"kind": known.kinds, **known.codes}
    return [CodeList(name, _used_by(known, name, language), codes) for name, codes in lists.items()]


def _used_by(known: Schema, name: str, language: str) -> list[str]:
    used = [field.names[language] for field in known.fields if name in (field.codes, field.per)]
    return list(dict.fromkeys(used))


def languages_of_plans(seat: Seat) -> dict[str, list[str]]:
    """The languages of the texts of each plan that this seat reads."""
    return {circle: [*store.charter(circle).value.languages] for circle in store.plans() if seat.reads(circle)}
