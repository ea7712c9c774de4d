"""A plan as a file that people read and edit: TOML, one section an item, in the order of the plan's numbers.

What all parties say firmly stands plainly. Where they differ, or not all have spoken, or somebody waits for the
capital, each party's words stand under its code in a table of the item:

    [mfrggzdfmztwq2lk]
    kind = "activity"
    period = "2013-04"
    [mfrggzdfmztwq2lk.title]
    en = "Joint course"
    [mfrggzdfmztwq2lk.words-of.KAZ]
    host = "KAZ"
    [mfrggzdfmztwq2lk.ad-referendum.USA]
    host = "USA"
    [mfrggzdfmztwq2lk.taken-back]
    KAZ = ["place"]

No field can have the name of such a table, since names of fields have no hyphens. A field that only its party speaks
on stands under that party's words. A party that reads the file takes what all say and what its own code says.

A section that is not named by an id, and a table of the list `[[item]]`, is a new item.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import tomli_w

from kelisim.errors import BadValue, Malformed, Refusal
from kelisim.plan import Rule
from kelisim.plan.values import by_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kelisim.position import FieldStanding, Standing

WORDS: Final = "words-of"
HELD: Final = "ad-referendum"
TAKEN_BACK: Final = "taken-back"
BY_PARTY: Final = (WORDS, HELD, TAKEN_BACK)
LIST: Final = "item"
LONGEST_NAME: Final = 128  # of a field, by format 1

Table = dict[str, Any]


class Spoken(NamedTuple):
    """A word as a file has it.

    Attributes:
        value: what is said; None where a word is taken back.
        hold: whether it waits for the capital.
    """

    value: str | None
    hold: bool = False


class Problem(NamedTuple):
    """Something in a file that cannot be taken.

    Attributes:
        item: its section as it is named there, or the number of a new item.
        field: where; empty where the section as a whole is meant.
        refusal: what is wrong with it.
    """

    item: str
    field: str
    refusal: Refusal


class Section(NamedTuple):
    """An item of a file.

    Attributes:
        name: as it is named there; "" in the list of new items.
        plain: what all say, by field.
        words: what a single party says, by field by code.
    """

    name: str
    plain: dict[str, Spoken]
    words: dict[str, dict[str, Spoken]]

    def ours(self, code: str) -> dict[str, Spoken]:
        """What a party says of the item: what all say, and what its own code says."""
        return {**self.plain, **self.words.get(code, {})}

    def said(self, field: str) -> str:
        """Somebody's word on a field; "" where there is none."""
        of = (self.plain, *self.words.values())
        return next((one[field].value or "" for one in of if field in one), "")

    @property
    def titles(self) -> dict[str, str]:
        """Somebody's title in each language, by field."""
        names = {name for of in (self.plain, *self.words.values()) for name in of if name.startswith("title.")}
        return {name: said for name in sorted(names) if (said := self.said(name))}

    @property
    def label(self) -> str:
        """What to call it when something is wrong with it."""
        return self.name or self.said("number") or f"[[{LIST}]]"


# Writing


def write(standing: Standing, items: Iterable[str]) -> bytes:
    """Write items as a file, in the order of their numbers; items on which nobody's word stands are left out."""
    file: Table = {}
    for item in sorted(items, key=lambda one: (by_number(standing.said(one, "number") or ""), one)):
        fields = sorted(standing.fields(item), key=lambda entry: standing.schema.order(entry[0]))
        if fields:
            file[item] = _section(standing, fields)
    text = tomli_w.dumps(file, multiline_strings=True)
    if tomllib.loads(text) != file:  # a carriage return, which no value of ours has, is lost in text of several lines
        text = tomli_w.dumps(file)
    return text.encode()


def _section(standing: Standing, fields: Sequence[tuple[str, FieldStanding]]) -> Table:
    plain: Table = {}
    spoken: dict[tuple[str, str], Table] = {}
    taken_back: dict[str, list[str]] = {}
    for name, field in fields:
        if _is_plain(standing, name, field):
            plain[name] = next(iter(field.words.values())).value
            continue
        for code, word in field.words.items():
            if word.value is None:
                taken_back.setdefault(code, []).append(name)
            else:
                spoken.setdefault((WORDS if word.firm else HELD, code), {})[name] = word.value
    section = _nested(plain)
    for table in (WORDS, HELD):
        by_party = {code: _nested(spoken[table, code]) for code in standing.parties if (table, code) in spoken}
        section |= {table: by_party} if by_party else {}
    return section | ({TAKEN_BACK: taken_back} if taken_back else {})


def _is_plain(standing: Standing, name: str, field: FieldStanding) -> bool:
    """Do all parties say the same, firmly?"""
    words = field.words.values()
    one = len(words) == len(standing.parties) and len({word.value for word in words}) == 1
    return one and all(word.firm for word in words) and standing.schema.rule(name) is not Rule.OWN


def _nested(fields: Mapping[str, str]) -> Table:
    """Fields as tables of tables, `title.en` under `title`; a name that begins with another's stays in one piece."""
    nested: Table = {}
    for name, value in fields.items():
        parts = name.split(".")
        if any(".".join(parts[:n]) in fields for n in range(1, len(parts))):
            nested[name] = value
            continue
        table = nested
        for part in parts[:-1]:
            table = table.setdefault(part, {})
        table[parts[-1]] = value
    return nested


# Reading


def tables(data: bytes, path: str) -> Table:
    """The sections of a file, as they stand in it.

    Args:
        data: the file.
        path: what to call it in a refusal.

    Raises:
        Malformed: it is not TOML, or something stands outside a section.
    """
    try:
        file = tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise Malformed("file-not-toml", path=path, detail=str(error)[:200]) from error
    if not all(isinstance(one, dict) or name == LIST for name, one in file.items()):
        raise Malformed("file-not-toml", path=path, detail="[item]")
    return file


def flatten(fields: Mapping[str, object], before: str = "") -> Iterator[tuple[str, str | BadValue]]:
    """The fields of a table, tables of tables as one name such as `title.ru`; what is not text is refused.

    So is a table whose name is longer than that of any field: tables of tables could be thousands deep.
    """
    for key, value in fields.items():
        name = before + key
        if isinstance(value, dict) and len(name) < LONGEST_NAME:
            yield from flatten(value, f"{name}.")
        else:
            yield name, value if isinstance(value, str) else BadValue("file-not-text", field=name)


def read(data: bytes, path: str, codes: Sequence[str]) -> tuple[list[Section], list[Problem]]:
    """Read the items of a file.

    Args:
        data: the file.
        path: what to call it in a refusal.
        codes: the codes of the parties.

    Returns:
        The items in the order of the file, and everything in them that is not as it should be.

    Raises:
        Malformed: as `tables`.
    """
    named = tables(data, path)
    unnamed = named.pop(LIST) if isinstance(named.get(LIST), list) else []
    if not all(isinstance(one, dict) for one in (*unnamed, *named.values())):
        raise Malformed("file-not-toml", path=path, detail=f"[[{LIST}]]")
    read = [_read_section(name, table, codes) for name, table in [*named.items(), *(("", one) for one in unnamed)]]
    return [section for section, _ in read], [problem for _, problems in read for problem in problems]


def _read_section(name: str, table: Table, codes: Sequence[str]) -> tuple[Section, list[Problem]]:
    section = Section(name, {}, {})
    refused: list[tuple[str, Refusal]] = []
    for code, field, said in _entries(table, codes):
        words = section.words.setdefault(code, {}) if code else section.plain
        if isinstance(said, Refusal):
            refused.append((field, said))
        elif field in section.plain or field in words:
            refused.append((field, BadValue("file-field-twice", field=field)))
        else:
            words[field] = said
    return section, [Problem(section.label, field, refusal) for field, refusal in refused]


def _entries(table: Table, codes: Sequence[str]) -> Iterator[tuple[str, str, Spoken | Refusal]]:
    """The words of a section, plain ones first: whose ("" for all), on which field, what."""
    plain = {name: value for name, value in table.items() if name not in BY_PARTY}
    yield from (("", field, said) for field, said in _said(plain, hold=False))
    for name in BY_PARTY:
        by_party = table.get(name, {})
        if not isinstance(by_party, dict):
            yield "", name, BadValue("file-not-by-party", table=name)
            continue
        for code, words in by_party.items():
            if code not in codes:
                yield "", f"{name}.{code}", BadValue("file-no-such-party", code=code, choices=", ".join(codes))
            elif not isinstance(words, list if name == TAKEN_BACK else dict):
                yield "", f"{name}.{code}", BadValue("file-not-by-party", table=name)
            elif isinstance(words, list):
                yield from ((code, str(field), Spoken(None)) for field in words)
            else:
                yield from ((code, field, said) for field, said in _said(words, hold=name == HELD))


def _said(fields: Table, *, hold: bool) -> Iterator[tuple[str, Spoken | Refusal]]:
    for field, value in flatten(fields):
        yield field, value if isinstance(value, Refusal) else Spoken(value, hold)
