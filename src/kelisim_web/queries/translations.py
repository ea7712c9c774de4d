"""The translator's list: texts that some language of the plan lacks, with what stands in the others beside them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kelisim_web.access import Act
from kelisim_web.models.drafts import Draft
from kelisim_web.queries.fields import field_name, sides_of
from kelisim_web.queries.outlook import Listed, Lists
from kelisim_web.queries.recorded import standing_shown
from kelisim_web.queries.table import PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kelisim.position import Standing
    from kelisim_web.access import Seat
    from kelisim_web.queries.index import Entry


class Given(NamedTuple):
    """A wording that stands: in which language, by whom (with the colour of the first of them), the words."""

    language: str
    codes: tuple[str, ...]
    side: str
    text: str


class Wanting(NamedTuple):
    """A language that is lacking: the register, and what we have drafted there; empty for nothing yet."""

    name: str
    language: str
    drafted: str


class Untranslated(NamedTuple):
    """A text of an item: what people call it, the wordings that stand, the languages that lack."""

    stem: str
    label: str
    given: list[Given]
    wanting: list[Wanting]


class TranslationRow(NamedTuple):
    """An item with texts that lack languages; `mine`: this seat may write them."""

    listed: Listed
    texts: list[Untranslated]
    mine: bool


@dataclass(frozen=True)
class TranslationsView:
    """A page of the translator's list.

    Attributes:
        title: of the plan.
        languages: how many texts each language of the plan lacks; each text is waiting for translation, not disagreed.
        texts: how many texts lack some language.
        rows: the page.
        found: how many items the list has; `pages` how many pages these are.
    """

    title: str
    languages: dict[str, int]
    texts: int
    rows: list[TranslationRow]
    found: int
    pages: int


def translations(seat: Seat, circle: str, language: str, to: str = "", page: int = 1) -> TranslationsView:
    """A page of the translator's list: of one language that is lacking, or of all."""
    lists = Lists(seat, circle, language)
    spoken = lists.charter.value.languages
    entries = lists.index.entries.values()
    counts = Counter(tongue for one in entries for _, lacking in one.untranslated for tongue in lacking)
    found = [one for one in entries if any(to in ("", *lacking) for _, lacking in one.untranslated)]
    shown = found[(page - 1) * PAGE : page * PAGE]
    standing = standing_shown(seat, circle, [one.item for one in shown])
    drafts = Draft.objects.filter(circle=circle, item__in=[one.item for one in shown])
    drafted = {(row.item, row.field): row.value or "" for row in drafts}
    return TranslationsView(
        title=next((one.title(language) for one in lists.index.of("plan")), ""),
        languages={one: counts[one] for one in spoken},
        texts=sum(1 for one in entries for _, lacking in one.untranslated if to in ("", *lacking)),
        rows=[
            TranslationRow(
                listed=lists.row(one),
                texts=[*_texts(standing, one, lists, to, drafted)],
                mine=seat.may(Act.TRANSLATE, circle, one.line),
            )
            for one in shown
        ],
        found=len(found),
        pages=max(1, -(-len(found) // PAGE)),
    )


def _texts(
    standing: Standing, entry: Entry, lists: Lists, to: str, drafted: dict[tuple[str, str], str]
) -> Iterator[Untranslated]:
    spoken = lists.charter.value.languages
    for stem, lacking in entry.untranslated:
        if to in ("", *lacking):
            names = {one: f"{stem[:-1]}{one}" for one in spoken}
            yield Untranslated(
                stem=stem,
                label=field_name(standing.schema, stem, lists.language),
                given=[given for one in spoken for given in _given(standing, entry.item, names[one], lists.ours)],
                wanting=[
                    Wanting(names[one], one, drafted.get((entry.item, names[one]), ""))
                    for one in lacking
                    if to in ("", one)
                ],
            )


def _given(standing: Standing, item: str, name: str, ours: str) -> Iterator[Given]:
    sides, field = sides_of(standing.parties, ours), standing.field(item, name)
    together: dict[str, list[str]] = {}
    for code, value in (field.values if field else {}).items():
        together.setdefault(value, []).append(code)
    for text, codes in together.items():
        yield Given(name.rpartition(".")[2], tuple(codes), sides[codes[0]], text)


def lacking(seat: Seat, circle: str, item: str) -> Sequence[str]:
    """The registers of an item's texts in which nobody has written yet."""
    entry = Lists(seat, circle, "en").index.entries.get(item)
    return [f"{stem[:-1]}{one}" for stem, without in (entry.untranslated if entry else ()) for one in without]
