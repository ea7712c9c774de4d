"""Fields as a page shows them: a text in all its languages is one, agreed words are plain, open ones in brackets."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.bracket import bracketed, mark
from kelisim.plan import Rule
from kelisim.position import ORDER, Status
from kelisim_web import texts
from kelisim_web.queries.overview import merged, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kelisim.plan import FieldType, Schema
    from kelisim.position import FieldStanding, Standing

SIDES: Final = ("ours", "theirs", "third", "fourth", "fifth")
TITLE: Final = "title.*"
TEXTS_KEPT: Final = 20_000
SETTLED: Final = frozenset((Status.AGREED, Status.ACCOUNT, Status.AD_REFERENDUM))


class Word(NamedTuple):
    """What parties say in a bracket: their codes, the side that colours the first of them, the words (may be empty)."""

    codes: tuple[str, ...]
    side: str
    text: str


class Piece(NamedTuple):
    """A stretch of a field: words that all share, or a bracket with each party's own."""

    shared: str
    words: tuple[Word, ...]


class Wording(NamedTuple):
    """A field in one language, or the whole of one that has none: its register, and what is said there.

    `pieces` is empty where nobody has written this language yet: it waits for translation. `mark` names the words of
    all parties as they are, where there are several brackets that can be taken over one by one; else it is empty.
    """

    name: str
    language: str
    pieces: tuple[Piece, ...]
    mark: str = ""

    @property
    def plain(self) -> str:
        """Its words where it has no brackets; else empty."""
        return self.pieces[0].shared if len(self.pieces) == 1 else ""


class FieldRow(NamedTuple):
    """A field of an item.

    Attributes:
        item, stem: where; the stem of a text has no language.
        label: what people call it.
        status: how its least settled language stands.
        wordings: in the languages shown, or one.
        waits_for: whose turn it is.
        endorsable: the parties whose differing words can be taken over.
        ours: we say something here.
        firm: what we say waits for no capital.
        text: whether it is words of the plan.
        joint: whether all decide it together.
        untranslated: the languages of the plan in which nobody has written it yet.
    """

    item: str
    stem: str
    label: str
    status: Status
    wordings: tuple[Wording, ...]
    waits_for: tuple[str, ...]
    endorsable: tuple[str, ...]
    ours: bool
    firm: bool
    text: bool
    joint: bool
    untranslated: tuple[str, ...]


@lru_cache(maxsize=TEXTS_KEPT)
def _aligned(said: tuple[tuple[str, str], ...]) -> tuple[Piece, ...]:
    """The texts of several parties, word by word; differences are found once for the same words."""
    return tuple(Piece(piece.shared, _words(piece.words)) for piece in bracketed(dict(said)))


def _words(said: Mapping[str, str]) -> tuple[Word, ...]:
    together: dict[str, list[str]] = {}
    for code, text in said.items():
        together.setdefault(text.strip(), []).append(code)
    return tuple(Word(tuple(codes), "", text) for text, codes in together.items())


class Fields:
    """The fields of a plan's items, for a reader of some languages.

    Args:
        standing: all positions.
        ours: our code.
        language: the reader's.
        languages: those in which texts are shown, of those of the plan.
        spoken: the plan's.
    """

    def __init__(
        self, standing: Standing, ours: str, language: str, languages: Sequence[str], spoken: Sequence[str]
    ) -> None:
        self.standing, self.ours, self.language = standing, ours, language
        self.languages, self.spoken = languages, spoken
        self.sides = sides_of(standing.parties, ours)

    def of(self, item: str) -> list[FieldRow]:
        """The joint fields of an item on which somebody's word stands, in the schema's order."""
        schema = self.standing.schema
        found = merged(self.standing, item)
        return [self._row(item, stem, found[stem]) for stem in sorted(found, key=lambda one: _place(schema, one))]

    def one(self, item: str, stem: str) -> FieldRow | None:
        """One joint field; None where nobody's word stands on it."""
        found = merged(self.standing, item).get(stem)
        return self._row(item, stem, found) if found else None

    def agreed(self, item: str, stem: str, values: Mapping[str, str]) -> FieldRow:
        """A field that is agreed.

        Args:
            item: of which.
            stem: which field.
            values: what is agreed, by the name of the field; of a text in each language.
        """
        known = type_of(self.standing.schema, stem)
        if known and known.per == "language":
            names = [(f"{stem[:-1]}{one}", one) for one in self.languages]
            lacking = tuple(one for one in self.spoken if f"{stem[:-1]}{one}" not in values)
        else:
            names, lacking = [(name, "") for name in values], ()
        wordings = tuple(
            Wording(name, one, (Piece(said_as(self.standing, name, values[name], self.language), ()),))
            if name in values
            else Wording(name, one, ())
            for name, one in names
        )
        return FieldRow(
            item=item,
            stem=stem,
            label=field_name(self.standing.schema, stem, self.language),
            status=Status.AGREED,
            wordings=wordings,
            waits_for=(),
            endorsable=(),
            ours=True,
            firm=True,
            text=bool(known and known.type == "text"),
            joint=True,
            untranslated=lacking,
        )

    def _row(self, item: str, stem: str, parts: Mapping[str, Status]) -> FieldRow:
        names = list(parts)
        if all(status is Status.AGREED for status in parts.values()):  # as nearly always
            return self.agreed(item, stem, {name: self.standing.agreed(item, name) or "" for name in names})
        known = self.standing.schema.type_of(names[0])
        per_language = bool(known and known.per == "language")
        fields = {name: self.standing.field(item, name) for name in names}
        standing = {name: field for name, field in fields.items() if field}
        status = min(parts.values(), key=ORDER.__getitem__)
        open_names = [name for name, one in parts.items() if one not in SETTLED]
        return FieldRow(
            item=item,
            stem=stem,
            label=field_name(self.standing.schema, stem, self.language),
            status=status,
            wordings=tuple(self._wordings(stem, standing, per_language=per_language)),
            waits_for=self.standing.waits(item, names) if status is not Status.AGREED else (),
            endorsable=self._endorsable(open_names, standing),
            ours=any(self.ours in field.values for field in standing.values()),
            firm=all(field.words[self.ours].firm for field in standing.values() if self.ours in field.words),
            text=bool(known and known.type == "text"),
            joint=self.standing.schema.rule(names[0]) is Rule.JOINT,
            untranslated=tuple(one for one in self.spoken if f"{stem[:-1]}{one}" not in parts) if per_language else (),
        )

    def _endorsable(self, names: Iterable[str], standing: Mapping[str, FieldStanding]) -> tuple[str, ...]:
        found = []
        for name in names:
            field = standing.get(name)
            mine = field.values.get(self.ours) if field else None
            found += [code for code, value in (field.values if field else {}).items() if value != mine]
        return tuple(dict.fromkeys(code for code in found if code != self.ours))

    def _wordings(self, stem: str, standing: Mapping[str, FieldStanding], *, per_language: bool) -> Iterable[Wording]:
        if not per_language:
            for name, field in standing.items():
                yield Wording(name, "", self._pieces(name, field))
            return
        for language in self.languages:
            name = f"{stem[:-1]}{language}"
            pieces = self._pieces(name, standing[name]) if name in standing else ()
            several = sum(1 for piece in pieces if piece.words) > 1
            yield Wording(name, language, pieces, mark(standing[name].values) if several else "")

    def _pieces(self, name: str, field: FieldStanding) -> tuple[Piece, ...]:
        known = self.standing.schema.type_of(name)
        is_text = bool(known and known.type == "text")
        said = {code: said_as(self.standing, name, value, self.language) for code, value in field.values.items()}
        if field.status in SETTLED and len({*said.values()}) == 1:
            return (Piece(next(iter(said.values())), ()),)
        if field.status is Status.WITHDRAWN:  # whoever took its word back has none there
            said = {code: said.get(code, "") for code in field.words}
        aligned = is_text and len(said) > 1
        found = _aligned(tuple(said.items())) if aligned else (Piece("", _words(said)),)
        return tuple(Piece(one.shared, tuple(map(self._coloured, one.words))) for one in found)

    def _coloured(self, word: Word) -> Word:
        return word._replace(side=self.sides[word.codes[0]])


@cache
def _place(schema: Schema, stem: str) -> tuple[int, str]:
    return schema.order(stem.replace("*", "en"))


def sides_of(parties: Iterable[str], ours: str) -> dict[str, str]:
    """Which colour each party has: ours always the first, the others in the charter's order."""
    others = [code for code in parties if code != ours]
    return dict(zip((ours, *others), SIDES, strict=False))


@cache
def type_of(schema: Schema, stem: str) -> FieldType | None:
    """What the schema says of a field by its stem; None for one that it does not know."""
    return next((one for one in schema.fields if one.stem == stem), None) or schema.type_of(stem)


@cache
def field_name(schema: Schema, stem: str, language: str) -> str:
    """What a field is called, a text without its language."""
    known = type_of(schema, stem)
    return known.names[language] if known else schema.name(stem, language)


def said_as(standing: Standing, name: str, value: str, language: str) -> str:
    """A value as people read it: dates and money as the language has them, codes by name, items by number and title."""
    known = standing.schema.type_of(name)
    kind = known.type if known else ""
    if kind == "period":
        return texts.period(value, language)
    if kind == "periods":
        return "; ".join(texts.period(one, language) for one in value.split(" "))
    if kind == "money":
        return texts.money(value, language)
    return shown(standing, name, value, language)
