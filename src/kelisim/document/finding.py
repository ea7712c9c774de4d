"""What reading a table brings: a value in its written form, or why there is none; and findings, to be worded."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Reading(NamedTuple):
    """A value in its written form, and what there is to say of it; one of the two may be empty."""

    value: str = ""
    trouble: str = ""


class Finding(NamedTuple):
    """One thing that was noticed: its code, the row of the spreadsheet, and what the sentence needs."""

    code: str
    row: int
    params: Mapping[str, str | int]


@cache
def table(name: str) -> Mapping[str, Any]:
    """A table of words that readers of spreadsheets know."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Finds any of these words or phrases; a star stands for any ending, and a sign such as № for itself."""
    forms = (re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\W+") for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(forms, key=len, reverse=True))})(?!\w)")
