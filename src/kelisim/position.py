"""Feeds in, standing out: all positions at given heads, and what they make of the plan.

A register is (party, item, field); only that party writes it, and its latest word there is its position. Nothing here
depends on the order of parties or of arrival. A joint field is the first of these that holds:

contested (a party's word lies in a contested stretch, or its line is contested and it has no earlier word), open (two
parties' words differ), withdrawn (a party took its word back while another's stands), one-sided (a party has not
spoken), ad referendum (equal, not all firm), agreed. What the schema does not understand never counts as agreed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

import msgspec
from msgspec import UNSET

from kelisim.plan import Rule, Schema

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from kelisim.ledger.segment import Statement


class Status(StrEnum):
    """How a field stands; from the least settled to the most."""

    CONTESTED = "contested"
    OPEN = "open"
    WITHDRAWN = "withdrawn"
    ONE_SIDED = "one-sided"
    NOT_UNDERSTOOD = "not-understood"
    AD_REFERENDUM = "ad-referendum"
    AGREED = "agreed"
    ACCOUNT = "account"


PRESENT: Final = "present"
ORDER = {status: place for place, status in enumerate(Status)}


class Word(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A party's latest word in a register. There are many: it takes little room, and is written as an array.

    Attributes:
        value: what it says; None once taken back.
        firm: whether it waits for no capital.
        segment: which segment of the party's line said so, from 0.
    """

    value: str | None
    firm: bool
    segment: int


class Saw(Protocol):
    """For each segment of a feed, by its place, how many segments of each other party its author's node held."""

    def __getitem__(self, place: int, /) -> Mapping[str, int]: ...


@dataclass(frozen=True)
class Voice:
    """What one party's feed says.

    Attributes:
        words: its word by field by item.
        saw: what its author had seen of the others when it spoke.
        contested: its line is contested.
        disputed: the registers spoken in the contested stretch.
    """

    words: Mapping[str, Mapping[str, Word]] = field(default_factory=dict)
    saw: Saw = field(default_factory=list)
    contested: bool = False
    disputed: frozenset[tuple[str, str]] = frozenset()

    def word(self, item: str, name: str) -> Word | None:
        """The party's word, if it ever spoke."""
        return self.words.get(item, {}).get(name)


def speak(words: dict[str, dict[str, Word]], segment: int, statements: Iterable[Statement]) -> None:
    """Add a segment's statements to a party's words, of the last segment first: a word that is there already is later.

    A long history says everything many times; this way what was said again is not even looked at.
    """
    for one in statements:
        said = words.get(one.item)
        if said is None:
            said = words[one.item] = {}
        if one.field not in said:
            said[one.field] = Word(None if one.value is UNSET else one.value, one.hold is UNSET, segment)


def status_of(words: Collection[Word | None], *, contested: bool) -> Status | None:
    """How a joint field stands by the words of all parties; None when nobody's word stands."""
    values = {word.value for word in words if word and word.value is not None}
    if contested:
        return Status.CONTESTED
    if not values:
        return None
    if len(values) > 1:
        return Status.OPEN
    if any(word and word.value is None for word in words):
        return Status.WITHDRAWN
    if None in words:
        return Status.ONE_SIDED
    return Status.AGREED if all(word and word.firm for word in words) else Status.AD_REFERENDUM


@dataclass(frozen=True)
class FieldStanding:
    """How one field stands.

    Attributes:
        status: as the module says; ACCOUNT where every party speaks for itself.
        words: the word of each party that has spoken, by its code, in the charter's order.
        waits_for: the parties whose turn it is: those that have not answered another's differing word.
    """

    status: Status
    words: Mapping[str, Word]
    waits_for: tuple[str, ...] = ()

    @property
    def value(self) -> str | None:
        """The agreed value, firm or ad referendum; None where there is none."""
        if self.status not in (Status.AGREED, Status.AD_REFERENDUM):
            return None
        return next(word.value for word in self.words.values())

    @property
    def values(self) -> dict[str, str]:
        """The value of each party whose word stands."""
        return {code: word.value for code, word in self.words.items() if word.value is not None}


class Standing:
    """All positions of a circle at given heads.

    Args:
        schema: what fields mean here.
        voices: what each party's feed says, by code, in the charter's order.
        kept: what `statuses` gave for an item and these voices, where somebody has kept it; empty where not.
    """

    def __init__(
        self, schema: Schema, voices: Mapping[str, Voice], kept: Callable[[str], Mapping[str, Status]] = lambda _: {}
    ) -> None:
        self.schema = schema
        self.voices = voices
        self.parties = tuple(voices)
        self._kept = kept
        self._said: dict[str, dict[str, Mapping[str, Word]]] = {}
        self._found: dict[str, Mapping[str, Status]] = {}
        self._disputed: dict[str, dict[str, set[str]]] = {}  # by item and field: whose word
        for code, voice in voices.items():
            for item, name in voice.disputed:
                self._disputed.setdefault(item, {}).setdefault(name, set()).add(code)
        self._kinds: dict[str, str | None] = {}
        self._scopes: dict[str, str | None] = {}
        self._homes: dict[str, str | None] = {}

    def items(self) -> list[str]:
        """Every item that anybody spoke of, by id."""
        return sorted({item for voice in self.voices.values() for item in voice.words})

    def statuses(self, item: str) -> Mapping[str, Status]:
        """How the fields of an item stand on which somebody's word stands, or is disputed, by name."""
        found = self._found.get(item)
        if found is None:
            found = self._found[item] = self._kept(item) or self.found(item, {})
        return found

    def found(self, item: str, known: Mapping[str, Status]) -> dict[str, Status]:
        """As `statuses`, where it is known already how some of the fields stand; the others are found now."""
        names = {*self._disputed.get(item, ())}.union(*self._spoken(item).values())
        found = {name: status for name, status in known.items() if name in names}
        for name in names - found.keys():
            status = self._judge(item, name, self._words(item, name))
            if status:
                found[name] = status
        return dict(sorted(found.items()))

    def status(self, item: str, name: str) -> Status | None:
        """How one field stands; None when nobody's word stands on it. A contested party may have spoken on any."""
        return self.statuses(item).get(name) or self._judge(item, name, self._words(item, name))

    def _words(self, item: str, name: str) -> dict[str, Word | None]:
        """What each party says on a field, by its code."""
        return {code: words.get(name) for code, words in self._spoken(item).items()}

    def _spoken(self, item: str) -> dict[str, Mapping[str, Word]]:
        """What each party says on an item, by its code and the field."""
        found = self._said.get(item)
        if found is None:
            found = self._said[item] = {code: voice.words.get(item, {}) for code, voice in self.voices.items()}
        return found

    def _judge(self, item: str, name: str, words: Mapping[str, Word | None]) -> Status | None:
        disputed = self._disputed.get(item, {}).get(name, ())
        if self.schema.rule(name) is not Rule.JOINT:
            said = self._speakers(name, words)
            if not said.keys().isdisjoint(disputed):
                return Status.CONTESTED
            return Status.ACCOUNT if any(word and word.value is not None for word in said.values()) else None
        unsure = any(word is None and self.voices[code].contested for code, word in words.items())
        status = status_of(words.values(), contested=bool(disputed) or unsure)
        if status is Status.AGREED or status is Status.AD_REFERENDUM:
            value = next(word.value for word in words.values() if word)
            kind = None if name == "kind" else self.kind(item)
            if value is None or not self.schema.understands(name, value, kind):
                return Status.NOT_UNDERSTOOD
        return status

    def _speakers(self, name: str, words: Mapping[str, Word | None]) -> Mapping[str, Word | None]:
        """Whose words count: on an `own` field that of the party it belongs to alone, else all, each or jointly."""
        if self.schema.rule(name) is not Rule.OWN:
            return words
        known = self.schema.type_of(name)
        owner = known.suffix(name) if known else None
        return {code: word for code, word in words.items() if code == owner}

    def fields(self, item: str) -> Iterator[tuple[str, FieldStanding]]:
        """The fields of an item on which somebody's word stands, or is disputed, by name."""
        for name, status in self.statuses(item).items():
            yield name, self._standing(item, name, status)

    def field(self, item: str, name: str) -> FieldStanding | None:
        """How one field stands; None when nobody's word stands on it."""
        status = self.status(item, name)
        return None if status is None else self._standing(item, name, status)

    def _standing(self, item: str, name: str, status: Status) -> FieldStanding:
        said = self._speakers(name, self._words(item, name))
        words = {code: word for code, word in said.items() if word}
        if status is Status.ACCOUNT:
            words = {code: word for code, word in words.items() if word.value is not None}
        return FieldStanding(status, words, self._waits(name, status, self._words(item, name)))

    def waits(self, item: str, names: Iterable[str]) -> tuple[str, ...]:
        """Whose turn it is on any of some fields of an item, in the charter's order."""
        statuses = self.statuses(item)
        found = [self._waits(name, statuses.get(name), self._words(item, name)) for name in names]
        if len(found) == 1:
            return found[0]
        return tuple([code for code in self.parties if any(code in codes for codes in found)])

    def _waits(self, name: str, status: Status | None, words: Mapping[str, Word | None]) -> tuple[str, ...]:
        if status is Status.OPEN:
            return tuple([code for code, word in words.items() if word is None or self._is_behind(code, word, words)])
        if status is Status.ONE_SIDED:
            return tuple([code for code, word in words.items() if word is None])
        if status is Status.WITHDRAWN and name == PRESENT:  # its only value is yes: to take it back is to say no
            return tuple([code for code, word in words.items() if word and self._is_behind(code, word, words)])
        if status is Status.WITHDRAWN:
            return tuple([code for code, word in words.items() if word and word.value is None])
        if status is Status.AD_REFERENDUM:
            return tuple([code for code, word in words.items() if word and not word.firm])
        return ()

    def _is_behind(self, code: str, word: Word, words: Mapping[str, Word | None]) -> bool:
        """Was this word said without knowing of another that differs?"""
        saw, value = self.voices[code].saw[word.segment], word.value
        for rival, other in words.items():
            if other is not None and other.value != value and saw.get(rival, 0) <= other.segment:
                return True
        return False

    def kind(self, item: str) -> str | None:
        """The kind of an item: as agreed, or else the first in the alphabet that any party names."""
        if item not in self._kinds:
            words = self._words(item, "kind")
            self._kinds[item] = min([word.value for word in words.values() if word and word.value], default=None)
        return self._kinds[item]

    def agreed(self, item: str, name: str) -> str | None:
        """The value of a field that is agreed and firm; None otherwise."""
        if self.status(item, name) is not Status.AGREED:
            return None
        return next(word.value for word in self._words(item, name).values() if word)

    def presence(self, item: str) -> Status | None:
        """How it stands with the item being in the plan at all; None when nobody says so."""
        return self.status(item, PRESENT)

    def is_struck_out(self, item: str) -> bool:
        """Has everybody who wanted an item taken that back?"""
        words = self._words(item, PRESENT).values()
        return self.presence(item) is None and any(word and word.value is None for word in words)

    def scope(self, item: str) -> str | None:
        """The nearest plan above an item through agreed `kind` and `parent`; a plan is its own; a cycle is in none."""
        if item not in self._scopes:
            self._scopes[item] = self._above(item)
        return self._scopes[item]

    def _above(self, item: str) -> str | None:
        """The first plan on the way up, which ends where a kind is not settled."""
        passed: set[str] = set()
        above: str | None = item
        while above and above not in passed:
            passed.add(above)
            kind = self.agreed(above, "kind")
            if kind == "plan":
                return above
            above = self.agreed(above, "parent") if kind else None
        return None

    def parents(self, item: str) -> set[str]:
        """Every item that any party names as the parent."""
        found = self.field(item, "parent")
        return set(found.values.values()) if found else set()

    def said(self, item: str, name: str) -> str | None:
        """Some party's word on a field, agreed or not: for showing where an item belongs, never for deciding."""
        if "." in name and self.schema.rule(name) is Rule.OWN:  # whose it is stands behind the dot
            words = self._speakers(name, self._words(item, name)).values()
            return next((word.value for word in words if word and word.value is not None), None)
        for own in (self._said.get(item) or self._spoken(item)).values():
            word = own.get(name)
            if word and word.value is not None:
                return word.value
        return None

    def home(self, item: str) -> str | None:
        """The scope an item is shown under: as `scope`, but through anybody's word."""
        passed: list[str] = []
        above = item
        while above not in self._homes and above not in passed:
            passed.append(above)
            if self.said(above, "kind") == "plan":
                self._homes[above] = above
            elif parent := self.said(above, "parent"):
                above = parent
        found = self._homes.get(above)
        self._homes |= dict.fromkeys(passed, found)
        return found
