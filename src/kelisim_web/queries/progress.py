"""What has become of the activities, projects, meetings and actions of a plan, as of today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kelisim import edition
from kelisim.errors import Unknown
from kelisim.ledger import duty, seal
from kelisim.plan.values import by_number
from kelisim.position import Status
from kelisim.progress import Review
from kelisim_web import store
from kelisim_web.queries.overview import notice_of, shown, title_of
from kelisim_web.queries.standing import standing_at, standing_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelisim.edition import Content
    from kelisim.position import Standing
    from kelisim.progress import Progress
    from kelisim_web.access import Seat


@dataclass(frozen=True)
class ProgressRow:
    """An item, and what has become of it.

    Attributes:
        scope, item, kind, number, title: of the item.
        when: its date as agreed or, while it is not, of each party that names one.
        progress: what has become of it.
        told: by party, what it reports, as people read it.
    """

    scope: str
    item: str
    kind: str
    number: str
    title: str
    when: str
    progress: Progress
    told: dict[str, str]


@dataclass(frozen=True)
class ScopeProgress:
    """What has become of the items of a scope.

    Attributes:
        scope, number, title, notice: of the plan item; empty for items that belong to no plan yet.
        rows: in the order of the plan's numbers.
    """

    scope: str
    number: str
    title: str
    notice: str
    rows: list[ProgressRow]


def today(seat: Seat) -> date:
    """The day at this desk."""
    return date.fromisoformat(seat.node.now()[:10])


def in_force(seat: Seat, circle: str) -> Content:
    """What the editions in force say, over all scopes: value by field by item."""
    seals = store.values(store.seals(circle, store.cards_held()))
    charter = store.charter(circle).value
    content: Content = {}
    for scope in sorted({one.scope for one in seals.values() if isinstance(one, seal.Offer)}):
        name = duty.last(seals, charter, scope)
        if name:
            content |= _content(seat, circle, seal.offer(seals, name))
    return content


def _content(seat: Seat, circle: str, offer: seal.Offer) -> Content:
    try:
        return edition.freeze(standing_at(seat, circle, offer.cut), offer.scope, offer.languages).content
    except Unknown:
        return {}  # the seals came before the segments that they close: here nothing of it is in force yet


def review(seat: Seat, circle: str, standing: Standing) -> Review:
    """A plan looked at today."""
    return Review(standing, in_force(seat, circle), today(seat))


def progress_of(seat: Seat, circle: str, language: str, scope: str = "") -> list[ScopeProgress]:
    """What has become of the items of a plan, or of one scope of it, by scope."""
    standing = standing_of(seat, circle)
    looked = review(seat, circle, standing)
    rows: dict[str, list[ProgressRow]] = {}
    for row in _rows(standing, looked, language):
        if row.scope == (scope or row.scope):
            rows.setdefault(row.scope, []).append(row)
    found = [
        ScopeProgress(
            scope=name,
            number=standing.said(name, "number") or "",
            title=title_of(standing, name, language) if name else "",
            notice=notice_of(standing, name, language),
            rows=sorted(of, key=lambda row: (by_number(row.number), row.item)),
        )
        for name, of in rows.items()
    ]
    return sorted(found, key=lambda one: (by_number(one.number), one.scope))


def _rows(standing: Standing, looked: Review, language: str) -> Iterator[ProgressRow]:
    for item in standing.items():
        progress = looked.of(item)
        if progress:
            yield ProgressRow(
                scope=standing.home(item) or "",
                item=item,
                kind=standing.kind(item) or "",
                number=standing.said(item, "number") or "",
                title=title_of(standing, item, language),
                when=_when(standing, item),
                progress=progress,
                told={code: _told(standing, item, code, language) for code in progress.accounts},
            )


def _when(standing: Standing, item: str) -> str:
    name = "due" if standing.kind(item) == "action" else "period"
    field = standing.field(item, name)
    if field is None:
        return ""
    if field.status in (Status.AGREED, Status.AD_REFERENDUM):
        return field.value or ""
    return "; ".join(f"{code}: {value}" for code, value in field.values.items())


def _told(standing: Standing, item: str, code: str, language: str) -> str:
    """What a party reports: whether it took place or else the stage, and how many were delivered."""
    said = {name: (field.values if (field := standing.field(item, name)) else {}) for name in REPORTED}
    first = next(name for name in REPORTED if code in said[name])
    names = [first, *(name for name in ("delivered",) if code in said[name] and name != first)]
    return ", ".join(shown(standing, name, said[name][code], language) for name in names)


REPORTED = ("held", "done", "stage", "delivered")
