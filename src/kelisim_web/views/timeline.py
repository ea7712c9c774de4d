"""A plan over its years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse

from kelisim_web.pages import language, page
from kelisim_web.queries.timeline import picture, timeline
from kelisim_web.views.gate import SHORT, Asked, at
from kelisim_web.views.table import wanted

if TYPE_CHECKING:
    from django.http import HttpResponse


def show(request: Asked, circle: str) -> HttpResponse:
    """What takes place, as a table with a picture beside it."""
    asked = wanted(request.GET)
    found = timeline(request.seat, circle, language(), asked)
    return page(request, "timeline.html", plan=circle[:SHORT], found=found, wanted=asked)


def drawn(request: Asked, circle: str) -> HttpResponse:
    """What the picture is made of."""
    return JsonResponse(picture(request.seat, circle, language(), wanted(request.GET)))


PLACES = (
    at("plan/<str:circle>/timeline/", show, "timeline"),
    at("plan/<str:circle>/timeline/timeline.json", drawn, "timeline-drawn"),
)
