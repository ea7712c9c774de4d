"""What an officer can name at this node: items, plans, parties. For completion: it reads few rows and judges none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from kelisim.plan import schema
from kelisim.plan.values import by_number
from kelisim_web import store
from kelisim_web.items import Items
from kelisim_web.models.desk import Confirmed
from kelisim_web.models.drafts import Draft
from kelisim_web.models.recorded import Recorded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kelisim_web.access import Seat


def items(seat: Seat, circle: str, language: str, kind: str = "") -> list[tuple[str, str]]:
    """Items by number, or by id where nobody gave one, with a title.

    Args:
        seat: whose node.
        circle: the plan.
        language: of the titles; another where there is none in it.
        kind: only items that somebody calls so.
    """
    del seat
    told: dict[str, dict[str, str]] = {}
    for item, field, value in _said(circle):
        told.setdefault(item, {}).setdefault(field, value)

    def title(fields: dict[str, str]) -> str:
        titles = {field: value for field, value in fields.items() if field.startswith("title.")}
        return titles.get(f"title.{language}") or next(iter(titles.values()), "")

    found = [(fields.get("number", item), title(fields)) for item, fields in told.items() if _is(fields, kind)]
    return sorted(found, key=lambda one: (by_number(one[0]), one[0]))


def _is(fields: dict[str, str], kind: str) -> bool:
    return kind in ("", fields.get("kind"))


def _said(circle: str) -> Iterator[tuple[str, str, str]]:
    """Numbers, kinds and titles, whoever says, drafts or wrote them."""
    rows = Items(circle)
    for item in rows.all():
        for words in row.words.values() if (row := rows.row(item)) else ():
            yield from ((item, field, word.value) for field, word in words.items() if word.value and _names(field))
    named = Q(field__in=("number", "kind")) | Q(field__startswith="title.")
    for ours in (
        Draft.objects.filter(named, circle=circle).values_list("item", "field", "value"),
        Recorded.objects.filter(named, letter__circle=circle).values_list("item", "field", "value"),
    ):
        yield from ((item, field, value) for item, field, value in ours if value is not None)


def _names(field: str) -> bool:
    return field in ("number", "kind") or field.startswith("title.")


def plans(seat: Seat) -> list[tuple[str, str]]:
    """The plans by the beginning of their ids, with the codes of their parties."""
    del seat
    return [(circle[:12], ", ".join(store.charter(circle).value.codes().values())) for circle in store.plans()]


def parties(seat: Seat) -> list[str]:
    """The codes of all parties that are known here, with keys or on paper."""
    del seat
    on_plans = {code for circle in store.plans() for code in store.charter(circle).value.codes().values()}
    return sorted(on_plans | set(Confirmed.objects.values_list("code", flat=True)))


def fields(seat: Seat, circle: str) -> list[str]:
    """The names of all fields that a plan can have."""
    del seat
    charter = store.charter(circle).value
    suffixes: dict[str, Iterable[str]] = {"language": charter.languages, "party": charter.codes().values()}
    known = schema()
    return [
        one.stem.replace("*", suffix)
        for one in known.fields
        for suffix in (suffixes.get(one.per, known.codes.get(one.per, ())) if one.per else ("",))
    ]
