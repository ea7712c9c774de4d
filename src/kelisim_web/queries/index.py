"""The items of a plan as lists need them: where each belongs, how it stands, whose turn it is, when it is.

It is a function of the feeds alone, and is kept in memory for the heads held.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.language import fold
from kelisim.plan.values import by_number, days
from kelisim.position import PRESENT, Status
from kelisim_web import store
from kelisim_web.queries.kept import Kept, Key, grown, held
from kelisim_web.queries.overview import item_status, merged
from kelisim_web.queries.recorded import supposed
from kelisim_web.queries.standing import standing_of
from kelisim_web.queries.sums import Sum, sums_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kelisim.position import Standing
    from kelisim_web.access import Seat

PLANS: Final = 64  # that are kept at once
SEARCHED: Final = ("title.", "text.", "number", "identifiers")
SETTLED: Final = frozenset((Status.AGREED, Status.ACCOUNT))


class Group(NamedTuple):
    """What many items have in common, so that they are counted and filtered together; the attributes are an entry's."""

    scope: str
    line: str
    kind: str
    status: Status
    waits_for: frozenset[str]
    is_untranslated: bool


class Entry(NamedTuple):
    """An item in lists.

    Attributes:
        item, kind, number, scope, line: of the item, as somebody calls it; the line's item, or empty.
        type: of an activity, meeting or plan.
        titles: by language; a file's name under "".
        status: as its least settled joint field.
        proposed_by: the parties that want it in the plan, where the others have not spoken to that; else nobody.
        unsettled: its fields that are not agreed, a text in all its languages as one.
        untranslated: its texts that some languages of the plan lack, each with these.
        waits_for: the parties whose turn it is on any of them.
        when: its period or due date in its written form; empty where nobody says.
        first, last: the days between which it can lie; None where nobody says.
        spoken, since: the place in each party's line of its last word here, and of its oldest on what is unsettled.
        notices: of a plan, by language: what is said wherever it is shown.
        sums: the money that it names.
        words: what a search looks at, folded.
    """

    item: str
    kind: str
    type: str
    number: str
    scope: str
    line: str
    titles: Mapping[str, str]
    status: Status
    proposed_by: tuple[str, ...]
    unsettled: tuple[str, ...]
    untranslated: tuple[tuple[str, tuple[str, ...]], ...]
    waits_for: frozenset[str]
    when: str
    first: date | None
    last: date | None
    spoken: Mapping[str, int]
    since: Mapping[str, int]
    notices: Mapping[str, str]
    sums: tuple[Sum, ...]
    words: tuple[str, ...]

    @property
    def group(self) -> Group:
        """The group that it is in."""
        untranslated = bool(self.untranslated)
        return Group(self.scope, self.line, self.kind, self.status, self.waits_for, untranslated)

    def title(self, language: str) -> str:
        """What it is called: in this language, or else in any that somebody gave."""
        return next((self.titles[one] for one in (language, "en", "ru", "kk", "") if one in self.titles), self.item)


class Index(NamedTuple):
    """All items of a plan that are not struck out: by item, in the order of their scopes and numbers.

    Attributes:
        key: what it hangs on, see `kept.held`.
        entries: the items.
        groups: the same in groups, each with its place in the order.
        years: in which something lies.
    """

    key: Key
    entries: dict[str, Entry]
    groups: dict[Group, list[tuple[int, Entry]]]
    years: tuple[int, ...]

    def of(self, kind: str) -> list[Entry]:
        """The items of a kind."""
        return [entry for entry in self.entries.values() if entry.kind == kind]

    def title(self, item: str, language: str) -> str:
        """What an item is called; its id where it is not in the plan."""
        return self.entries[item].title(language) if item in self.entries else item


_kept: Kept[Index] = Kept(PLANS)


def index_of(seat: Seat, circle: str, *, said_only: bool = False) -> Index:
    """The items of a plan, at the heads held; of one on paper, as it would be, unless only what is said counts."""
    charter = store.terms(circle)
    key = held(seat, circle, charter.codes())
    if store.on_paper(circle) and not said_only:  # our own drafts and records make it, which no head tells of
        return _made(key, supposed(seat, circle), charter.languages)
    return _kept.of(
        key, lambda: _renewed(seat, circle, key) or _made(key, standing_of(seat, circle), charter.languages)
    )


def _renewed(seat: Seat, circle: str, key: Key) -> Index | None:
    """The index made of an earlier one; None where there is none, or where items came, left, or moved to another scope.

    Found again is what is spoken of since, and all that is open: whose turn it is hangs on what others have seen.
    """
    old, charter = _kept.before(key), store.terms(circle)
    touched = grown(seat, circle, charter.codes(), old.key, key) if old else None
    if old is None or touched is None or not touched <= old.entries.keys():
        return None
    touched |= {item for item, entry in old.entries.items() if entry.unsettled}
    standing = standing_of(seat, circle, touched)
    found = {item: entry_of(standing, item, charter.languages) for item in touched if _is_there(standing, item)}
    if len(found) < len(touched) or any(entry.scope != old.entries[item].scope for item, entry in found.items()):
        return None
    return _of(key, standing, [*{**old.entries, **found}.values()])


def _made(key: Key, standing: Standing, languages: Sequence[str]) -> Index:
    there = [item for item in standing.items() if _is_there(standing, item)]
    return _of(key, standing, [entry_of(standing, item, languages) for item in there])


def _is_there(standing: Standing, item: str) -> bool:
    statuses = standing.statuses(item)
    return bool(statuses) and (PRESENT in statuses or not standing.is_struck_out(item))


def _of(key: Key, standing: Standing, entries: list[Entry]) -> Index:
    numbers = {entry.scope: by_number(standing.said(entry.scope, "number") or "") for entry in entries}
    entries.sort(key=lambda one: (numbers[one.scope], one.scope, by_number(one.number), one.item))
    groups: dict[Group, list[tuple[int, Entry]]] = {}
    for place, entry in enumerate(entries):
        groups.setdefault(entry.group, []).append((place, entry))
    return Index(key, {entry.item: entry for entry in entries}, groups, tuple(sorted(_years(entries))))


def _years(entries: Iterable[Entry]) -> set[int]:
    ends = {(one.first, one.last) for one in entries if one.first and one.last}
    spans = {(first.year, last.year) for first, last in ends if first > date.min and last < date.max}
    return {year for first, last in spans for year in range(first, last + 1)}


def entry_of(standing: Standing, item: str, languages: Sequence[str]) -> Entry:
    """An item as lists need it."""
    kind = standing.kind(item) or ""
    joint = merged(standing, item)
    unsettled = {stem: parts for stem, parts in joint.items() if not SETTLED.issuperset(parts.values())}
    open_names = [name for parts in unsettled.values() for name in parts]
    when = standing.said(item, "due" if kind in ("action", "objective") else "period") or ""
    first, last = days(when) if when not in ("", "?") else (None, None)
    return Entry(
        item=item,
        kind=kind,
        type=standing.said(item, "plan_type" if kind == "plan" else "type") or "",
        number=standing.said(item, "number") or "",
        scope=standing.home(item) or "",
        line=item if kind == "line" else standing.said(item, "line") or "",
        titles=_said(standing, item, "title", languages) | _named(standing, item),
        status=item_status(standing, item),
        proposed_by=_proposers(standing, item),
        unsettled=tuple(unsettled),
        untranslated=tuple(_untranslated(standing, joint, languages)),
        waits_for=frozenset(standing.waits(item, open_names) if unsettled else ()),
        when=when,
        first=first,
        last=last,
        spoken=_places(standing, item, None, max),
        since=_places(standing, item, open_names, min) if unsettled else {},
        notices=_said(standing, item, "notice", languages) if kind == "plan" else {},
        sums=sums_of(standing, item, joint),
        words=tuple(_searched(standing, item)),
    )


def _said(standing: Standing, item: str, text: str, languages: Sequence[str]) -> dict[str, str]:
    return {one: said for one in languages if (said := standing.said(item, f"{text}.{one}"))}


def _named(standing: Standing, item: str) -> dict[str, str]:
    name = standing.said(item, "name")
    return {"": name} if name else {}


def _untranslated(
    standing: Standing, joint: Mapping[str, Mapping[str, Status]], languages: Sequence[str]
) -> Iterable[tuple[str, tuple[str, ...]]]:
    """The texts that nobody has written in some languages of the plan, each with these."""
    for stem, parts in joint.items():
        known = standing.schema.type_of(next(iter(parts)))
        if known and known.per == "language" and len(parts) < len(languages):
            lacking = tuple(one for one in languages if f"{stem[:-1]}{one}" not in parts)
            if lacking:
                yield stem, lacking


def _places(standing: Standing, item: str, names: Sequence[str] | None, end: Callable[..., int]) -> dict[str, int]:
    """The first or last place in each party's line at which a word on some fields of an item stands."""
    found = {}
    for code, voice in standing.voices.items():
        words = voice.words.get(item, {})
        places = [words[name].segment for name in (words if names is None else names) if name in words]
        if places:
            found[code] = end(places)
    return found


def _searched(standing: Standing, item: str) -> dict[str, None]:
    said = [
        fold(word.value)
        for voice in standing.voices.values()
        for name, word in voice.words.get(item, {}).items()
        if word.value and name.startswith(SEARCHED)
    ]
    return dict.fromkeys(said)


def _proposers(standing: Standing, item: str) -> tuple[str, ...]:
    if standing.presence(item) is not Status.ONE_SIDED:
        return ()
    field = standing.field(item, PRESENT)
    return tuple(field.values) if field else ()
