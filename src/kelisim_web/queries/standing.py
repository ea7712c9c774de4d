"""The standing of a plan, as the node has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelisim.errors import Unknown
from kelisim.plan import schema
from kelisim.position import Standing, Voice, speak
from kelisim_web import derive, store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kelisim.position import Word
    from kelisim_web.access import Seat


def standing_of(seat: Seat, circle: str, first: Iterable[str] = ()) -> Standing:
    """All positions of a plan, at the heads held; some items are read at once, the others when first asked for."""
    del seat
    return derive.standing(circle, store.charter(circle).value.codes(), store.length, first)


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
