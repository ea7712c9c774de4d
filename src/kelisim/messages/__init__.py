"""What users read, in three languages: refusals (`refusals.*.toml`) and words (`words.*.toml`).

A refusal is three sentences: what happened, why, and what to do next. Parameters are named, never by place, and no
sentence depends on a plural. Catalogues are TOML, since the library must speak without Django and without compiling.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kelisim.errors import Refusal
    from kelisim.language import Language


class Told(NamedTuple):
    """A sentence to be worded: a key of `words`, and its parameters."""

    key: str
    params: dict[str, str | int]


class Message(NamedTuple):
    """A refusal as a person reads it."""

    what: str
    why: str
    next: str


@cache
def refusals(language: str) -> Mapping[str, Mapping[str, str]]:
    """All refusals of one language: code, then `what`, `why`, `next`."""
    return tomllib.loads(files(__package__).joinpath(f"refusals.{language}.toml").read_text("utf-8"))


@cache
def words(language: str) -> Mapping[str, str]:
    """All words and sentences of one language that are not refusals, by key."""
    table = tomllib.loads(files(__package__).joinpath(f"words.{language}.toml").read_text("utf-8"))
    return {f"{group}.{key}": text for group, entries in table.items() for key, text in entries.items()}


def explain(refusal: Refusal, language: Language) -> Message:
    """Word a refusal for its reader."""
    return reason(refusal.code, refusal.params, language)


def reason(code: str, params: Mapping[str, str | int], language: Language) -> Message:
    """Word a refusal of which the code and the parameters have been kept."""
    parts, told = refusals(language)[code], _worded(params, language)
    return Message(*(parts[name].format_map(told) for name in Message._fields))


def say(key: str, language: Language, /, **params: str | int) -> str:
    """One word or sentence, such as `standing.open`, in the reader's language."""
    return words(language)[key].format_map(_worded(params, language))


def _worded(params: Mapping[str, str | int], language: str) -> dict[str, str | int]:
    """Parameters, with the codes that have a word of their own in its place: `kind`, `reason` and their like."""
    groups = {"kind": "kind", "expected": "kind", "reason": "reason", "power": "power", "sort": "fork"}
    known = words(language)
    return {name: known.get(f"{groups.get(name)}.{value}", value) for name, value in params.items()}
