"""A plan on a page for the minister."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kelisim_web.pages import language, page
from kelisim_web.queries.minister import Wish, minister
from kelisim_web.views.gate import SHORT, Asked, at
from kelisim_web.views.table import wanted

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict

HANDED = "hand-over"


def show(request: Asked, circle: str) -> HttpResponse:
    """The page, for our own minister or to be handed over."""
    wish = _wish(request.GET)
    found = minister(request.seat, circle, language(), wish)
    return page(request, "minister.html", plan=circle[:SHORT], found=found, wish=wish)


def _wish(query: QueryDict) -> Wish:
    asked = wanted(query)
    return Wish(asked.scope, _day(query.get("since", "")), asked.year, query.get("copy") == HANDED)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


PLACES = (at("plan/<str:circle>/minister/", show, "minister"),)
