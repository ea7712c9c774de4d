"""The first page: the plans of this node, and what in them waits for this officer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelisim_web.pages import language, page
from kelisim_web.queries.week import week
from kelisim_web.views.gate import Asked, at

if TYPE_CHECKING:
    from django.http import HttpResponse


def show(request: Asked) -> HttpResponse:
    """My week."""
    return page(request, "week.html", week=week(request.seat, language()))


PLACES = (at("", show, "week", reads=None),)
