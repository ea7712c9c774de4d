"""The calendar feed, which an officer's own calendar reads: a key in the address opens it, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils import translation
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from kelisim_web import access, node
from kelisim_web.pages import address, language, translated
from kelisim_web.queries.calendar import Happening, happenings, spoken_by
from kelisim_web.views.gate import SHORT

if TYPE_CHECKING:
    from collections.abc import Iterable


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The activities and meetings of an officer's plans."""
    del request
    here = node.at_hand()
    found = access.enter(here, secret, feed=True)
    if found is None:
        raise Http404
    with translation.override(spoken_by(found.seat)):
        written = calendar(happenings(found.seat, language()), datetime.fromisoformat(here.now()))
    return HttpResponse(written, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private"})


def calendar(found: Iterable[Happening], now: datetime) -> bytes:
    """What happens, as an iCalendar file. Of the plan's words it has the titles alone."""
    made = Calendar()
    made.add("prodid", "-//Kelisim//desk//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", translated("calendar.name"))
    for one in found:
        event = Event()
        event.add("uid", f"{one.item}.{one.circle[:SHORT]}@kelisim")
        event.add("dtstamp", now)
        event.add("summary", f"{one.number} {one.title}".strip())
        event.add("dtstart", one.first)
        event.add("dtend", one.last + timedelta(days=1))  # the first day on which it is over
        event.add("status", "CONFIRMED" if one.firm else "TENTATIVE")
        event.add("transp", "TRANSPARENT")
        event.add("url", settings.ORIGIN + address("item", circle=one.circle[:SHORT], item=one.item))
        if not one.firm:
            event.add("description", translated("calendar.tentative"))
        made.add_component(event)
    return bytes(made.to_ical())


PLACES = (path("calendar/<str:secret>.ics", feed, name="calendar"),)
