"""The standing of a plan, as the node has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kelisim.errors import Unknown
from kelisim.plan import schema
from kelisim.position import Standing, Voice, Word, speak
from kelisim_web import derive, store
from kelisim_web.models.drafts import Draft
from kelisim_web.us import our_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kelisim_web.access import Seat


def standing_of(seat: Seat, circle: str, first: Iterable[str] = ()) -> Standing:
    """All positions of a plan, at the heads held; some items are read at once, the others when first asked for."""
    del seat
    return derive.standing(circle, store.terms(circle).codes(), store.length, first)


def standing_with_new(seat: Seat, circle: str, first: Iterable[str] = ()) -> tuple[Standing, list[str]]:
    """All positions of a plan, and in it the items of which only our own drafts speak, as these have them; which.

    Args:
        seat: whose node.
        circle: the plan.
        first: items that are read at once.
    """
    rows = Draft.objects.filter(circle=circle)
    begun = set(rows.filter(field="kind").values_list("item", flat=True))
    said = standing_of(seat, circle, begun.union(first))
    new: dict[str, dict[str, Word]] = {
        item: {} for item in sorted(begun) if not any(item in voice.words for voice in said.voices.values())
    }
    if not new:
        return said, []
    for row in rows.filter(item__in=new):
        new[row.item][row.field] = Word(row.value, not row.hold, 0)
    ours = our_code(circle)
    voice = said.voices[ours]
    words = _With(voice.words, new)
    voices = {**said.voices, ours: Voice(words, voice.saw, voice.contested, voice.disputed)}
    return Standing(said.schema, voices, lambda item: {} if item in new else said.statuses(item)), [*new]


class _With(Mapping[str, "Mapping[str, Word]"]):
    """A party's words by item, and those of items that it has drafted alone."""

    def __init__(self, said: Mapping[str, Mapping[str, Word]], new: Mapping[str, Mapping[str, Word]]) -> None:
        self._said, self._new = said, new

    def __getitem__(self, item: str) -> Mapping[str, Word]:
        return self._new[item] if item in self._new else self._said[item]

    def __iter__(self) -> Iterator[str]:
        yield from self._said
        yield from self._new

    def __len__(self) -> int:
        return len(self._said) + len(self._new)


def standing_at(seat: Seat, circle: str, cut: Mapping[str, str]) -> Standing:
    """All positions of a plan at given heads, found by walking back from their ids.

    Args:
        seat: whose node.
        circle: the plan.
        cut: a head of every party.

    Raises:
        Unknown: a piece of the way to a head is not held.
    """
    del seat
    voices = {}
    for party, code in store.charter(circle).value.codes().items():
        ids = store.way(circle, party, cut[party])
        if ids is None:
            raise Unknown("cut-missing", code=code)
        words: dict[str, dict[str, Word]] = {}
        for before, segment in enumerate(store.judged(reversed(ids)), 1):
            speak(words, len(ids) - before, segment.statements)
        voices[code] = Voice(words, [{} for _ in ids])
    return Standing(schema(), voices)
