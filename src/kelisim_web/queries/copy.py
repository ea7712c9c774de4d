"""The reading copy: the text of an edition as a document to read and print, in some of its languages side by side.

Where the names of the parties stand in a row, ours comes first: each party's own copy does so (the alternat).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim import edition
from kelisim.errors import Unknown
from kelisim.plan.values import by_number
from kelisim_web import store
from kelisim_web.models.desk import Frozen
from kelisim_web.queries.editions import content_of, editions_of, offer_of
from kelisim_web.queries.fields import field_name, said_as
from kelisim_web.queries.hindrances import hindrances
from kelisim_web.queries.overview import notice_of
from kelisim_web.queries.standing import standing_at, standing_of
from kelisim_web.us import our_party

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kelisim.edition import Content
    from kelisim.position import Standing
    from kelisim_web.access import Seat

PLACED: Final = frozenset(("kind", "parent", "number", "present", "continues", "schema"))  # what the layout says
DEEPEST: Final = 4


class Passage(NamedTuple):
    """A text of an item: its name, empty where it is the item's text itself, and its words by language."""

    label: str
    said: Mapping[str, str]


class Part(NamedTuple):
    """An item as a part of the document.

    Attributes:
        item, number: of the item.
        level: how deep it lies; the plan itself is 1.
        title: by language.
        texts: its texts.
        facts: its other fields: what each is called, and what it says.
    """

    item: str
    number: str
    level: int
    title: Mapping[str, str]
    texts: list[Passage]
    facts: list[tuple[str, str]]


@dataclass(frozen=True)
class Copy:
    """A reading copy.

    Attributes:
        state: `concluded`, `offered`, `frozen`, or `draft` where the plan is open: what is agreed so far.
        number: of the edition, where it has one.
        at: when it was offered or closed; empty for a draft.
        open: how many things are in the way of a draft.
        notice: what is said wherever the plan is shown.
        spoken, languages: those of the text, and of these the ones shown.
        parties: the code of each party and its name by language, ours first.
        parts: the items, in order.
    """

    state: str
    number: str
    at: str
    open: int
    notice: str
    spoken: Sequence[str]
    languages: Sequence[str]
    parties: list[tuple[str, Mapping[str, str]]]
    parts: list[Part]


class _Text(NamedTuple):
    state: str
    number: str
    at: str
    languages: Sequence[str]
    standing: Standing
    content: Content
    open: int = 0


def reading_copy(
    seat: Seat, circle: str, scope: str, language: str, languages: Sequence[str] = (), offer: str = ""
) -> Copy:
    """The text of a scope: of an offer, or else as we have closed it, or else as it is agreed so far.

    Args:
        seat: whose node.
        circle: the plan.
        scope: the plan item.
        language: of the reader, for all that is no text.
        languages: in which texts are shown; all of them where empty.
        offer: the id of an offer, concluded or not.

    Raises:
        Unknown: there is no such offer over this scope.
    """
    text = _of_offer(seat, circle, scope, language, offer) if offer else _of_present(seat, circle, scope, language)
    chosen = [one for one in text.languages if one in languages] or list(text.languages)
    items = sorted(
        text.content, key=lambda item: (item != scope, by_number(text.content[item].get("number", "")), item)
    )
    return Copy(
        state=text.state,
        number=text.number,
        at=text.at,
        open=text.open,
        notice=notice_of(text.standing, scope, language),
        spoken=text.languages,
        languages=chosen,
        parties=_parties(circle),
        parts=[_part(text, item, language) for item in items],
    )


def _of_offer(seat: Seat, circle: str, scope: str, language: str, name: str) -> _Text:
    said = offer_of(seat, circle, name)
    if said.scope != scope:
        raise Unknown("offer-unclear", count=0, choices="")
    concluded = {one.offer for one in editions_of(seat, circle, language, scope)}
    state, standing = "concluded" if name in concluded else "offered", standing_at(seat, circle, said.cut)
    content = content_of(seat, circle, said)
    return _Text(state, str(said.edition), said.at, said.languages, standing, content)


def _of_present(seat: Seat, circle: str, scope: str, language: str) -> _Text:
    frozen = Frozen.objects.filter(circle=circle, scope=scope).first()
    if frozen:
        standing = standing_at(seat, circle, frozen.cut)
        found = edition.freeze(standing, scope, frozen.languages)
        return _Text("frozen", "", frozen.at, frozen.languages, standing, found.content)
    standing, languages = standing_of(seat, circle), store.charter(circle).value.languages
    found = edition.freeze(standing, scope, languages)
    blocked = sum(group.total for group in hindrances(standing, found.obstacles, language))
    return _Text("draft", "", "", languages, standing, found.content, blocked)


def _parties(circle: str) -> list[tuple[str, Mapping[str, str]]]:
    held, us, codes = store.cards_held(), our_party(), store.charter(circle).value.codes()
    ordered = sorted(codes, key=lambda party: party != us)
    return [(codes[party], held.newest(party).value.names) for party in ordered]


def _part(text: _Text, item: str, language: str) -> Part:
    fields, schema = text.content[item], text.standing.schema
    texts: dict[str, dict[str, str]] = {}
    facts = []
    for name in sorted(fields, key=schema.order):
        known = schema.type_of(name)
        if known and known.per == "language":
            texts.setdefault(known.stem, {})[str(known.suffix(name))] = fields[name]
        elif name not in PLACED:
            facts.append((schema.name(name, language), said_as(text.standing, name, fields[name], language)))
    title = texts.pop("title.*", {})
    labels = {stem: "" if stem == "text.*" else field_name(schema, stem, language) for stem in texts}
    passages = [Passage(labels[stem], said) for stem, said in texts.items() if stem != "notice.*"]
    return Part(item, fields.get("number", ""), _level(text.content, item), title, passages, facts)


def _level(content: Content, item: str) -> int:
    """How deep an item lies, as far as a document shows it."""
    level = 1
    while (item := content.get(item, {}).get("parent", "")) in content and level < DEEPEST:
        level += 1
    return level
