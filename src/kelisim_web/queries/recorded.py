"""What parties without a node wrote, beside what we say: on our node alone, and counted nowhere as agreed.

The supposed standing is what a plan would be if our drafts were dispatched and the letters recorded here were
statements. Where a party has spoken itself, its word takes the place of every letter.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from kelisim.plan import schema
from kelisim.plan.values import by_number
from kelisim.position import Standing, Status, Voice, Word
from kelisim_web import store
from kelisim_web.models.drafts import Draft
from kelisim_web.models.recorded import Recorded
from kelisim_web.paper import is_paper
from kelisim_web.queries.overview import item_status, shown, title_of
from kelisim_web.queries.standing import standing_of
from kelisim_web.us import our_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kelisim_web.access import Seat


class _Unseen:
    """Nobody had seen anything: letters and drafts say nothing of it."""

    def __getitem__(self, place: int) -> Mapping[str, int]:
        return {}


def _latest(circle: str) -> dict[tuple[str, str, str], Recorded]:
    """The last letter of each party on each field: by party, item, field."""
    rows = Recorded.objects.filter(letter__circle=circle).select_related("letter")
    in_order = rows.order_by("letter__date", "letter__pk")
    return {(row.letter.party, row.item, row.field): row for row in in_order}


def supposed(seat: Seat, circle: str) -> Standing:
    """What the plan would be if our drafts were dispatched, and what we recorded of others were said."""
    standing = standing_of(seat, circle)
    words = {code: {item: dict(said) for item, said in voice.words.items()} for code, voice in standing.voices.items()}
    ours = words[our_code(circle)]
    for draft in Draft.objects.filter(circle=circle):
        ours.setdefault(draft.item, {})[draft.field] = Word(draft.value, not draft.hold, 0)
    for (code, item, field), row in _latest(circle).items():
        words[code].setdefault(item, {}).setdefault(field, Word(row.value, firm=True, segment=0))
    voices = {
        code: Voice(words[code], _Unseen(), voice.contested, voice.disputed) for code, voice in standing.voices.items()
    }
    return Standing(schema(), voices)


def standing_shown(seat: Seat, circle: str, first: Iterable[str] = ()) -> Standing:
    """All positions of a plan; of one on paper, what it would be. Some items are read at once."""
    return supposed(seat, circle) if is_paper(store.charter(circle)) else standing_of(seat, circle, first)


class Spoken(NamedTuple):
    """One party's word on a field, and where it stands.

    Attributes:
        code: whose.
        value: what; None where it is taken back.
        text: the same as people read it.
        how: `said` in its feed; our `draft`; `recorded` by us; recorded and since `confirmed` by its own statement;
            recorded while it now says `otherwise`.
        letter, date, file, digest: of what is recorded; else empty.
    """

    code: str
    value: str | None
    text: str
    how: str
    letter: str = ""
    date: str = ""
    file: str = ""
    digest: str = ""


class Beside(NamedTuple):
    """A field on which something is recorded or drafted.

    Attributes:
        scope, item, number, title: of the item, as they would be.
        field: its name.
        status: how it would stand.
        spoken: the words of all parties, ours first.
    """

    scope: str
    item: str
    number: str
    title: str
    field: str
    status: Status
    spoken: list[Spoken]

    @property
    def settled(self) -> bool:
        """Is everything recorded here confirmed?"""
        return all(one.how in ("said", "confirmed") for one in self.spoken)


def beside(seat: Seat, circle: str, language: str, *, item: str = "", drafts: bool = False) -> list[Beside]:
    """The fields on which something is recorded, and what each party says there.

    Args:
        seat: whose node.
        circle: the plan.
        language: the reader's.
        item: only this one.
        drafts: the fields on which we have only drafted too, as in a plan on paper.
    """
    table = _Table(seat, circle, language)
    places = {(place, field) for _, place, field in table.recorded} | (set(table.drafted) if drafts else set())
    found = [table.beside(place, field) for place, field in places if item in ("", place)]
    return sorted(found, key=lambda one: (by_number(one.number), one.item, one.field))


class _Table:
    """Everything that is said, drafted and recorded in a plan."""

    def __init__(self, seat: Seat, circle: str, language: str) -> None:
        self.said, self.would = standing_of(seat, circle), supposed(seat, circle)
        self.ours, self.language = our_code(circle), language
        self.recorded = _latest(circle)
        self.drafted = {(row.item, row.field): row for row in Draft.objects.filter(circle=circle)}

    def beside(self, item: str, field: str) -> Beside:
        """One field."""
        others = [code for code in self.said.parties if code != self.ours]
        spoken = [one for code in (self.ours, *others) for one in self._spoken(code, item, field)]
        standing = self.would.field(item, field)
        return Beside(
            scope=self.would.home(item) or "",
            item=item,
            number=self.would.said(item, "number") or "",
            title=title_of(self.would, item, self.language),
            field=field,
            status=standing.status if standing else Status.WITHDRAWN,
            spoken=spoken,
        )

    def _spoken(self, code: str, item: str, field: str) -> Iterator[Spoken]:
        draft = self.drafted.get((item, field)) if code == self.ours else None
        word, row = self.said.voices[code].word(item, field), self.recorded.get((code, item, field))
        if draft:
            yield Spoken(code, draft.value, self._text(field, draft.value), "draft")
        elif word:
            yield Spoken(code, word.value, self._text(field, word.value), "said")
        if row:
            letter = row.letter
            papers = (letter.number, letter.date, letter.file, letter.digest)
            yield Spoken(code, row.value, self._text(field, row.value), how(self.said, row), *papers)

    def _text(self, field: str, value: str | None) -> str:
        return "" if value is None else shown(self.would, field, value, self.language)


def how(standing: Standing, row: Recorded) -> str:
    """How a letter's word stands beside its party's own: `recorded`, `confirmed` or `otherwise`."""
    word = standing.voices[row.letter.party].word(row.item, row.field)
    return "recorded" if word is None else "confirmed" if word.value == row.value else "otherwise"


class Called(NamedTuple):
    """What an item that nobody has spoken of would be called."""

    kind: str
    number: str
    title: str


def called(seat: Seat, circle: str, item: str, language: str) -> Called:
    """What an item would be called by our drafts and by letters."""
    would = supposed(seat, circle)
    return Called(would.kind(item) or "", would.said(item, "number") or "", title_of(would, item, language))


class SupposedScope(NamedTuple):
    """How far a scope would be: its name, and how many items would stand at each status."""

    scope: str
    number: str
    title: str
    items: Counter[Status]


def on_paper(seat: Seat, circle: str, language: str) -> list[SupposedScope]:
    """How far each scope of a plan on paper would be."""
    would = supposed(seat, circle)
    homes: dict[str, Counter[Status]] = {}
    for item in would.items():
        if next(would.fields(item), None):
            homes.setdefault(would.home(item) or "", Counter())[item_status(would, item)] += 1
    scopes = [
        SupposedScope(
            scope, would.said(scope, "number") or "", title_of(would, scope, language) if scope else "", items
        )
        for scope, items in homes.items()
    ]
    return sorted(scopes, key=lambda one: (by_number(one.number), one.scope))


class RecordedRow(NamedTuple):
    """A position in a letter, as it is listed."""

    party: str
    letter: str
    date: str
    file: str
    digest: str
    item: str
    number: str
    title: str
    field: str
    value: str | None
    how: str
    officer: str
    at: str


def recorded_of(seat: Seat, circle: str, language: str, code: str = "") -> list[RecordedRow]:
    """All positions recorded, by letter in order of date; those that a later letter replaced too, as `replaced`."""
    said, would, last = standing_of(seat, circle), supposed(seat, circle), _latest(circle)
    rows = Recorded.objects.filter(letter__circle=circle).select_related("letter")
    return [
        RecordedRow(
            party=row.letter.party,
            letter=row.letter.number,
            date=row.letter.date,
            file=row.letter.file,
            digest=row.letter.digest,
            item=row.item,
            number=would.said(row.item, "number") or "",
            title=title_of(would, row.item, language),
            field=row.field,
            value=row.value,
            how=how(said, row) if last[row.letter.party, row.item, row.field] == row else "replaced",
            officer=row.officer,
            at=row.at,
        )
        for row in rows.order_by("letter__date", "letter__pk", "item", "field")
        if code in ("", row.letter.party)
    ]
