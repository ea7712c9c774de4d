"""Brackets: an open field the way diplomats show it, agreed words plain, differing ones in square brackets.

Texts of several parties are aligned, word by word, to that of the first party of the charter. Alignment is display,
never signed. Dates, numbers, choices and lists have no words in common to show: their bracket holds whole values.

Brackets are counted from 1. What a number means hangs on every party's words, so it is named together with their mark:
when anybody's words have moved since, the mark is another, and nothing is taken over.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from hashlib import sha256
from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.errors import NotNow, Unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

MARK: Final = 12

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
    """Where each word of the base stands in another text; the end of one stands at the end of the other.

    What the two begin with alike is aligned so, whatever follows: a bracket that is taken over stays closed.
    """
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(base, other, strict=False)))
    places: list[int | None] = [*range(alike), *[None] * (len(base) - alike)]
    for start, there, size in SequenceMatcher(None, base[alike:], other[alike:], autojunk=False).get_matching_blocks():
        places[alike + start : alike + start + size] = range(alike + there, alike + there + size)
    return [*places, len(other)]


def mark(texts: Mapping[str, str]) -> str:
    """What names the words of all parties as they are now, to be named with the number of a bracket."""
    told = b"".join(f"{code} {len(text.encode())} {text}".encode() for code, text in sorted(texts.items()))
    return sha256(told).hexdigest()[:MARK]


def endorsed(texts: Mapping[str, str], ours: str, theirs: str, numbers: Collection[int], at: str = "") -> str:
    """Our text with the words of some brackets taken over from another party; the rest of it stays as it is.

    Args:
        texts: each party's text by code, as for `bracketed`.
        ours: our code.
        theirs: whose words.
        numbers: which brackets, from 1.
        at: the mark that was shown with them; empty where it does not matter.

    Raises:
        NotNow: somebody's words have moved since.
        Unknown: there is no bracket of that number.
    """
    if at and at != mark(texts):
        raise NotNow("bracket-stale", at=at, now=mark(texts))
    pieces = bracketed(texts)
    count = sum(1 for piece in pieces if piece.words)
    for number in sorted(numbers):
        if not 1 <= number <= count:
            raise Unknown("bracket-missing", number=number, count=count)
    said, number = [], 0
    for piece in pieces:
        number += bool(piece.words)
        said.append(piece.words[theirs if number in numbers else ours] if piece.words else piece.shared)
    return "".join(said)


def show(values: Mapping[str, str], *, text: bool, numbered: bool = False) -> str:
    """An open field in one line of plain text: `to [KAZ: begin | USA: start] in spring`.

    Args:
        values: each party's value by code.
        text: whether it has words to align.
        numbered: whether brackets are counted, where there is more than one: `[1 KAZ: begin | USA: start]`.
    """
    pieces = bracketed(values) if text and len(values) > 1 else [Piece("", values)]
    several = sum(1 for piece in pieces if piece.words) > 1
    shown, number = [], 0
    for piece in pieces:
        number += bool(piece.words)
        label = f"{number} " if numbered and several else ""
        shown.append(_bracket(piece.words, label) if piece.words else piece.shared)
    return "".join(shown).strip()


def _bracket(words: Mapping[str, str], label: str) -> str:
    said: dict[str, list[str]] = {}
    for code, own in words.items():
        said.setdefault(own.strip() or "–", []).append(code)
    return f" [{label}" + " | ".join(f"{', '.join(codes)}: {own}" for own, codes in said.items()) + "]"
