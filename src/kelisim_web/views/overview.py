"""A plan at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect

from kelisim_web.access import Act
from kelisim_web.pages import address, language, page, translated
from kelisim_web.queries.outlook import outlook
from kelisim_web.queries.overview import look
from kelisim_web.views.gate import SHORT, Asked, at, form

if TYPE_CHECKING:
    from django.http import HttpResponse


def show(request: Asked, circle: str) -> HttpResponse:
    """The overview of a plan."""
    return page(request, "overview.html", plan=circle[:SHORT], found=outlook(request.seat, circle, language()))


def looked(request: Asked, circle: str) -> HttpResponse:
    """Remember that this officer has looked at the plan as it is now."""
    look(request.seat, circle)
    messages.success(request, translated("overview.remembered"))
    return HttpResponseRedirect(address("overview", circle=circle[:SHORT]), status=303)


PLACES = (
    at("plan/<str:circle>/", show, "overview"),
    form("plan/<str:circle>/looked/", looked, "looked", writes=Act.READ),
)
