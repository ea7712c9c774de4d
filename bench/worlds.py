"""Plans of the size that the site is measured with: activities of 25 fields each, spoken by two parties.

Of 25 fields twelve are shown on the table beside number and title, a text in three languages as one. A line of
cooperation has fifty activities. Those of the first line are all in negotiation, of the others one in five: there a
fifth of the twelve is open, three times in four in other words, else one-sided. All else is agreed. What the parties
said before on the same fields makes a history of any length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

import parties
from kelisim.ledger.segment import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from random import Random

EACH = 1000  # statements a segment
ONE_IN, A_LINE = 5, 50
TEXTS = ("title", "site", "participants", "topics")
LANGUAGES = ("en", "kk", "ru")
CITIES = ("KAZ Almaty", "KAZ Astana", "KAZ Aktau", "USA Tampa", "USA Phoenix", "USA Honolulu")
CHOSEN = {
    "type": ("course", "exercise", "seminar", "visit", "conference"),
    "duration": ("P3D", "P5D", "P1W", "P2W"),
    "place": CITIES,
    "host": parties.CODES,
    "level": ("experts", "experts officers", "nco", "officers", "senior"),
    "working_languages": ("en kk", "en kk ru", "en ru"),
    "interpreter": parties.CODES,
}
HEADS = ("kind", "line", "number", "parent", "present")
SHOWN = ("line", "period", *CHOSEN, *TEXTS[1:])  # the twelve


class Plan(NamedTuple):
    """A plan at the second party's node.

    Attributes:
        circle: its id.
        items: its activities.
        open: of these, the ones in negotiation: an item and the stem of a field where the first party says something
            else.
    """

    circle: str
    items: list[str]
    open: list[tuple[str, str]]


def made(directory: Path, activities: int, statements: int = 0) -> Plan:
    """Found a plan at two nodes that know each other, and have the second read what both say of it.

    Args:
        directory: of the nodes.
        activities: how many.
        statements: at least so many in all; where the plan needs fewer, fields have been spoken on before.
    """
    circle = parties.begin(directory)
    authors = [parties.Author.of(directory, circle, code) for code in parties.CODES]
    lots = authors[0].lots
    last, opened = said(activities, lots)
    before = (statements - sum(map(len, last))) // len(authors)
    segments = [
        author.say(words[start : start + EACH])
        for author, final in zip(authors, last, strict=True)
        for words in (*earlier(final, before, lots), [*parties.frame(-(-activities // A_LINE)), *final])
        for start in range(0, len(words), EACH)
    ]
    read(directory, circle, authors[0].bundle(segments))
    return Plan(circle, [parties.item(number) for number in range(activities)], opened)


def read(directory: Path, circle: str, data: bytes) -> None:
    """Have the second party's node read a bundle with both feeds of a plan."""
    with parties.at(directory / parties.CODES[1]) as seat:
        from kelisim_web import restored  # noqa: PLC0415  (rows load after Django is set up)
        from kelisim_web.actions import exchange  # noqa: PLC0415

        exchange.read_bundle(seat, data)
        restored.end(circle)  # it has our own feed, which makes a node think it is a copy


def said(activities: int, lots: Random) -> tuple[list[list[Statement]], list[tuple[str, str]]]:
    """What each of the two parties says last, and on which fields the second can take over the words of the first."""
    first: list[Statement] = []
    second: list[Statement] = []
    opened = []
    for number in range(activities):
        item, fields = parties.item(number), activity(number, lots)
        other = dict(fields)
        for stem in lots.sample(SHOWN, len(SHOWN) // ONE_IN) if number < A_LINE or number % ONE_IN == 0 else ():
            silent = not lots.randrange(4)
            for name in [name for name in fields if stem_of(name) == stem]:
                other[name] = "" if silent else differing(name, fields[name], lots)
            opened.append((item, f"{stem}.*" if stem in TEXTS else stem))
        for words, values in ((first, fields), (second, other)):
            words += [Statement(field=name, item=item, value=value) for name, value in sorted(values.items()) if value]
    return [first, second], opened


def activity(number: int, lots: Random) -> dict[str, str]:
    """An activity: its 25 fields."""
    return {
        "kind": "activity",
        "line": line(number // A_LINE),
        "number": f"{1 + number // A_LINE}.{1 + number % A_LINE}",
        "parent": parties.item(parties.ITEMS),
        "present": "yes",
        **{name: drawn(name, lots) for name in ("period", *CHOSEN)},
        **{f"{text}.{language}": drawn(text, lots) for text in TEXTS for language in LANGUAGES},
    }


def line(place: int) -> str:
    """A line of cooperation, by its place from 0."""
    return parties.item(parties.ITEMS + 1 + place)


def drawn(name: str, lots: Random) -> str:
    """A value of a field."""
    if name in CHOSEN:
        return lots.choice(CHOSEN[name])
    if name == "line":
        return line(lots.randrange(4))
    if name == "period":
        month, day = lots.randrange(1, 13), lots.randrange(1, 20)
        return f"{lots.randrange(2026, 2031)}-{month:02}-{day:02}/{lots.randrange(2031, 2036)}-{month:02}-{day + 5:02}"
    return " ".join(lots.choices(parties.WORDS, k=lots.choice((4, 8, 12, 25))))


def stem_of(name: str) -> str:
    """A field without its language."""
    return name.partition(".")[0]


def differing(name: str, value: str, lots: Random) -> str:
    """Another value of a field: of a text, one with two words changed."""
    if stem_of(name) not in TEXTS:
        return next(other for other in iter(lambda: drawn(name, lots), None) if other != value)
    words = value.split()
    for place in lots.sample(range(len(words)), 2):
        words[place] = lots.choice([word for word in parties.WORDS if word != words[place]])
    return " ".join(words)


def earlier(last: Sequence[Statement], count: int, lots: Random) -> Iterator[list[Statement]]:
    """So many statements on the same fields, with words that hold no more: rounds in which none is spoken on twice."""
    while count > 0:
        words = lots.sample(last, min(count, len(last)))
        yield [
            one if one.field in HEADS else msgspec.structs.replace(one, value=drawn(stem_of(one.field), lots))
            for one in words
        ]
        count -= len(words)
