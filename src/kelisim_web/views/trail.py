"""The audit trail: what was done at this desk and what was refused, for the auditor, who changes nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.http import HttpResponse

from kelisim_web.pages import language, page
from kelisim_web.queries.administration import rooms
from kelisim_web.queries.trail import Sought, trail, trail_file
from kelisim_web.texts import catalogue
from kelisim_web.views.gate import Asked, at

if TYPE_CHECKING:
    from django.http import QueryDict


def show(request: Asked) -> HttpResponse:
    """A page of it."""
    sought = sought_in(request.GET)
    found, plans = trail(request.seat, sought), rooms(request.seat, language())
    asked = request.GET.copy()
    asked.pop("page", None)
    return page(request, "administration/trail.html", found=found, sought=sought, plans=plans, asked=asked, done=done)


def download(request: Asked) -> HttpResponse:
    """All of it that is looked for, as a table."""
    answer = HttpResponse(trail_file(request.seat, sought_in(request.GET)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="trail.csv"'
    return answer


def done(act: str) -> str:
    """An act of the trail in words; one that this version has no word for, by its name."""
    return str(catalogue(language()).get(f"trail.{act}", act))


def sought_in(query: QueryDict) -> Sought:
    """What the address of a page asks for; what is no day or number is left out."""
    number = query.get("page", "")
    return Sought(
        officer=query.get("officer", ""),
        act=query.get("act", ""),
        plan=query.get("plan", ""),
        since=_day(query.get("since", "")),
        until=_day(query.get("until", "")),
        refused="refused" in query,
        page=max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < len("1000000") else 1,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


PLACES = (
    at("administration/trail/", show, "trail", reads=None),
    at("administration/trail.csv", download, "trail-file", reads=None),
)
