"""The translator's list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect

from kelisim_web.access import Act
from kelisim_web.actions import positions
from kelisim_web.pages import address, language, page, translated
from kelisim_web.queries.translations import lacking, translations
from kelisim_web.views.gate import SHORT, Asked, at
from kelisim_web.views.table import came_from, wanted

if TYPE_CHECKING:
    from django.http import HttpResponse


def show(request: Asked, circle: str) -> HttpResponse:
    """A page of the list; its forms draft what somebody writes."""
    if request.method == "POST":
        return _drafted(request, circle)
    to, number = request.GET.get("to", ""), wanted(request.GET).page
    found = translations(request.seat, circle, language(), to, number)
    return page(request, "translations.html", plan=circle[:SHORT], found=found, to=to, page=number)


def _drafted(request: Asked, circle: str) -> HttpResponse:
    item, sent = request.POST.get("item", ""), request.POST
    says = [
        positions.Say(item, name, text)
        for name in lacking(request.seat, circle, item)
        if (text := sent.get(name, "").strip())
    ]
    count = positions.draft_changes(request.seat, circle, says)
    messages.success(request, translated("table.drafted", count=count))
    there = came_from(request, address("translations", circle=circle[:SHORT]))
    return HttpResponseRedirect(f"{there}#item-{item}", status=303)


PLACES = (at("plan/<str:circle>/translations/", show, "translations", writes=Act.TRANSLATE),)
