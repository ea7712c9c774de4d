"""How far an edition is from being in force: what is in the way, who has sealed, what is next and whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import UNSET

from kelisim import edition
from kelisim.ledger import duty, seal
from kelisim.plan.values import by_number
from kelisim_web import store
from kelisim_web.models.desk import Frozen
from kelisim_web.queries.consents import persons_needed
from kelisim_web.queries.deeds import Possible, possible
from kelisim_web.queries.editions import editions_of
from kelisim_web.queries.hindrances import Group, Hindrance, hindrance, hindrances, unwritten
from kelisim_web.queries.index import index_of
from kelisim_web.queries.overview import notice_of, title_of
from kelisim_web.queries.standing import standing_of
from kelisim_web.us import our_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kelisim.ledger.charter import Charter
    from kelisim.ledger.judge import Held
    from kelisim.ledger.record import Signed
    from kelisim_web.access import Seat
    from kelisim_web.queries.editions import EditionRow


ORDER: Final = ("offer", "accept", "receipt")


class Step(NamedTuple):
    """A seal over an offer, or the place of one that is missing.

    Attributes:
        code: the party.
        step: offer, accept or receipt.
        at: when it was signed; empty where it has not been.
        keys: of which keys there is a signature.
        lacks: how many signatures are missing before it counts.
    """

    code: str
    step: str
    at: str
    keys: tuple[str, ...]
    lacks: int


@dataclass(frozen=True)
class OfferView:
    """An offer over a scope that nobody has ended, or that not enough keys have signed yet.

    Attributes:
        offer: its id.
        number, languages, root, corrects: what it says of itself.
        steps: the seals over it, and the places of those that are missing.
    """

    offer: str
    number: str
    languages: Sequence[str]
    root: str
    corrects: bool
    steps: list[Step]


@dataclass(frozen=True)
class ScopeRow:
    """A scope in the list: how far it is.

    Attributes:
        scope, number, title, notice: of the plan item.
        unsettled, items: how many of its items are not agreed, of how many.
        frozen, offered: we have closed it; an offer over it stands.
        editions: those concluded, newest first.
    """

    scope: str
    number: str
    title: str
    notice: str
    unsettled: int
    items: int
    frozen: bool
    offered: bool
    editions: list[EditionRow]


@dataclass(frozen=True)
class Signature:
    """A scope on its way to an edition.

    Attributes:
        row: the scope.
        ours, proposer: codes.
        spoken, languages: the languages of the plan, and those of the edition looked at.
        groups: what is in the way.
        count: how many things that are.
        left_out: items that not all want, and so are not in it.
        unwritten: texts of it that nobody has written in one of its languages.
        frozen: how we have closed it; None where we have not.
        offers: those that stand, and one that was begun.
        possible: what we could seal.
        persons: how many must consent at the site.
        next: what is needed now, and from which parties.
    """

    row: ScopeRow
    ours: str
    proposer: str
    spoken: Sequence[str]
    languages: Sequence[str]
    groups: list[Group]
    count: int
    left_out: list[Hindrance]
    unwritten: Group
    frozen: Frozen | None
    offers: list[OfferView]
    possible: list[Possible]
    persons: int
    next: tuple[str, tuple[str, ...]]


def scopes_of(seat: Seat, circle: str, language: str) -> list[ScopeRow]:
    """The scopes of a plan and their editions, in the order of their numbers."""
    standing, entries = standing_of(seat, circle), index_of(seat, circle).entries.values()
    closed, editions = store.closed(store.charter(circle)), editions_of(seat, circle, language)
    scopes = sorted({entry.scope for entry in entries if entry.scope})
    rows = [
        ScopeRow(
            scope=scope,
            number=standing.said(scope, "number") or "",
            title=title_of(standing, scope, language),
            notice=notice_of(standing, scope, language),
            unsettled=sum(1 for entry in entries if entry.scope == scope and entry.unsettled),
            items=sum(1 for entry in entries if entry.scope == scope),
            frozen=scope in closed.frozen,
            offered=scope in closed.offered,
            editions=[one for one in reversed(editions) if one.scope == scope],
        )
        for scope in scopes
    ]
    return sorted(rows, key=lambda row: (by_number(row.number), row.scope))


def signature(seat: Seat, circle: str, row: ScopeRow, language: str, languages: Sequence[str] = ()) -> Signature:
    """A scope on its way to an edition.

    Args:
        seat: whose node.
        circle: the plan.
        row: the scope, as `scopes_of` has it.
        language: of the reader.
        languages: of the edition looked at; where empty, those that it was closed in, or else all.
    """
    standing, charter, held = standing_of(seat, circle), store.charter(circle).value, store.cards_held()
    frozen = Frozen.objects.filter(circle=circle, scope=row.scope).first()
    tongues = languages or (frozen.languages if frozen else charter.languages)
    found = edition.freeze(standing, row.scope, tongues)
    groups = hindrances(standing, found.obstacles, language)
    offers = _offers(circle, charter, held, row.scope)
    return Signature(
        row=row,
        ours=our_code(circle),
        proposer=charter.codes()[charter.proposer],
        spoken=charter.languages,
        languages=tongues,
        groups=groups,
        count=sum(group.total for group in groups),
        left_out=[hindrance(standing, item, language) for item in found.left_out],
        unwritten=unwritten(standing, found.content, tongues, language),
        frozen=frozen,
        offers=offers,
        possible=possible(seat, circle, row.scope, language),
        persons=persons_needed(seat),
        next=_next(charter, row, offers, blocked=bool(found.obstacles)),
    )


def _offers(circle: str, charter: Charter, held: Held, scope: str) -> list[OfferView]:
    """The offers over a scope that stand, and one that was begun since."""
    seals, written = store.values(store.seals(circle, held)), store.all_seals(circle)
    last = max((one.edition.number for one in seals.values() if isinstance(one, seal.Offer)), default=0)
    standing = duty.standing_offers(seals, scope)
    return [
        _offer(one.id, one.value, written, charter, held)
        for one in written
        if isinstance(one.value, seal.Offer)
        and one.value.scope == scope
        and (one.id in standing or (one.id not in seals and one.value.edition.number > last))
    ]


def _offer(
    name: str, said: seal.Offer, written: Sequence[Signed[seal.Seal]], charter: Charter, held: Held
) -> OfferView:
    over = [one for one in written if name in (one.id, getattr(one.value, "of", "")) and one.value.step in ORDER]
    steps = [_step(one, charter, held) for one in over]
    have, codes = {(one.code, one.step) for one in steps}, charter.codes()
    places = [(codes[party], "accept") for party in charter.others(charter.proposer)]
    places.append((codes[charter.proposer], "receipt"))
    steps += [Step(code, step, "", (), 1) for code, step in places if (code, step) not in have]
    steps.sort(key=lambda one: (ORDER.index(one.step), [*codes.values()].index(one.code)))
    return OfferView(name, str(said.edition), said.languages, said.root, said.corrects is not UNSET, steps)


def _step(one: Signed[seal.Seal], charter: Charter, held: Held) -> Step:
    card = held.cards[one.value.card].value
    keys = tuple(sorted(key[:12] for key in one.signatures))
    lacks = max(card.seal_threshold - len(keys), 0)
    return Step(charter.codes()[one.value.party], one.value.step, one.value.at, keys, lacks)


def _next(
    charter: Charter, row: ScopeRow, offers: Sequence[OfferView], *, blocked: bool
) -> tuple[str, tuple[str, ...]]:
    """What is needed now, and from whom."""
    proposer = (charter.codes()[charter.proposer],)
    if not offers:
        unfrozen = "settle" if blocked else "again" if row.editions else "freeze"
        return ("offer", proposer) if row.frozen else (unfrozen, ())
    if offers[0].steps[0].lacks:
        return "sign", proposer
    accepts = tuple(one.code for one in offers[0].steps if one.lacks and one.step == "accept")
    return ("accept", accepts) if accepts else ("receipt", proposer)
