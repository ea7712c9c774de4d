"""What other parties' letters say, as the desk records it: by letter, and what a form for more can choose from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from kelisim.errors import Unknown
from kelisim.plan import Rule
from kelisim.plan.values import by_number
from kelisim_web import store
from kelisim_web.models.recorded import Letter
from kelisim_web.paper import is_paper
from kelisim_web.queries.fields import said_as
from kelisim_web.queries.overview import title_of
from kelisim_web.queries.recorded import RecordedRow, recorded_of, supposed
from kelisim_web.us import our_code

if TYPE_CHECKING:
    from kelisim_web.access import Seat


class LetterView(NamedTuple):
    """A letter: whose, its number and day, its file, and each position in it with the words as people read them."""

    party: str
    number: str
    date: str
    file: str
    digest: str
    rows: list[tuple[RecordedRow, str, str]]


@dataclass(frozen=True)
class Letters:
    """The letters of a plan.

    Attributes:
        on_paper: nobody can sign the plan yet.
        others: the parties that can have written.
        letters: by day.
        items: id, number and title of each item, ours drafted or recorded ones too.
        fields: name and label of every field on which a letter can speak.
    """

    on_paper: bool
    others: list[str]
    letters: list[LetterView]
    items: list[tuple[str, str]]
    fields: list[tuple[str, str]]


def desk_of_letters(seat: Seat, circle: str, language: str) -> Letters:
    """The letters of a plan."""
    charter, ours, would = store.charter(circle), our_code(circle), supposed(seat, circle)
    schema, codes = would.schema, charter.value.codes().values()
    rows = recorded_of(seat, circle, language)
    letters = []
    for key, group in groupby(rows, lambda row: (row.party, row.letter, row.date, row.file, row.digest)):
        told = [
            (row, schema.name(row.field, language), said_as(would, row.field, row.value, language) if row.value else "")
            for row in group
        ]
        letters.append(LetterView(*key, told))
    numbered = sorted((by_number(would.said(item, "number") or ""), item) for item in would.items())
    suffixes = {"language": charter.value.languages, "party": [*codes]}
    names = [
        known.stem.replace("*", suffix)
        for known in schema.fields
        if known.rule is not Rule.OWN and not (known.per and known.per not in suffixes)
        for suffix in (suffixes[known.per] if known.per else ("",))
    ]
    return Letters(
        on_paper=is_paper(charter),
        others=[code for code in codes if code != ours],
        letters=letters,
        items=[(item, f"{would.said(item, 'number') or ''} {title_of(would, item, language)}") for _, item in numbered],
        fields=[(name, schema.name(name, language)) for name in names],
    )


def file_of(seat: Seat, circle: str, digest: str) -> tuple[str, bytes]:
    """The name and the bytes of a letter's file.

    Raises:
        Unknown: no letter of the plan came as it.
    """
    letter = Letter.objects.filter(circle=circle, digest=digest).exclude(digest="").first()
    if letter is None:
        raise Unknown("letter-missing", letter=digest[:12], code="–")
    return PurePath(letter.file).name, seat.node.letter(digest).read_bytes()
