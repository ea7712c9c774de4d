"""Brackets: an open field the way diplomats show it, agreed words plain, differing ones in square brackets.

Texts of several parties are aligned, word by word, to that of the first party of the charter. Alignment is display,
never signed. Dates, numbers, choices and lists have no words in common to show: their bracket holds whole values.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WORD = re.compile(r"\s*\S+|\s+\Z")


class Piece(NamedTuple):
    """A stretch of a bracketed text: words all parties share, or each party's own.

    Attributes:
        shared: the words in common; empty in a bracket.
        words: in a bracket, each party's words by code; "" where it has none there.
    """

    shared: str
    words: Mapping[str, str]


def bracketed(texts: Mapping[str, str]) -> list[Piece]:
    """Align the texts of several parties.

    Args:
        texts: each party's text by code; the first is the one the others are aligned to.

    Returns:
        Pieces in order; joining `shared` with one party's words gives back that party's text.
    """
    base, *others = (_WORD.findall(text) for text in texts.values())
    places = [_places(base, other) for other in others]
    pieces: list[Piece] = []
    last = [-1] * (1 + len(others))  # the last shared word of each party
    shared: list[str] = []
    for n in range(len(base) + 1):
        here = [n, *(place[n] for place in places)]
        if None in here:
            continue
        now = [place for place in here if place is not None]
        if any(place > before + 1 for place, before in zip(now, last, strict=True)):
            if shared:
                pieces.append(Piece("".join(shared), {}))
                shared = []
            runs = zip((base, *others), last, now, strict=True)
            own = ["".join(words[before + 1 : place]) for words, before, place in runs]
            pieces.append(Piece("", dict(zip(texts, own, strict=True))))
        shared += base[n : n + 1]
        last = now
    if shared:
        pieces.append(Piece("".join(shared), {}))
    return pieces


def _places(base: Sequence[str], other: Sequence[str]) -> list[int | None]:
    """Where each word of the base stands in another text; the end of one stands at the end of the other."""
    places: list[int | None] = [None] * len(base)
    for start, there, size in SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks():
        places[start : start + size] = range(there, there + size)
    return [*places, len(other)]


def show(values: Mapping[str, str], *, text: bool) -> str:
    """An open field in one line of plain text: `to [KAZ: begin | USA: start] in spring`.

    Args:
        values: each party's value by code.
        text: whether it has words to align.
    """
    pieces = bracketed(values) if text and len(values) > 1 else [Piece("", values)]
    return "".join(_bracket(piece.words) if piece.words else piece.shared for piece in pieces).strip()


def _bracket(words: Mapping[str, str]) -> str:
    said: dict[str, list[str]] = {}
    for code, own in words.items():
        said.setdefault(own.strip() or "–", []).append(code)
    return " [" + " | ".join(f"{', '.join(codes)}: {own}" for own, codes in said.items()) + "]"
