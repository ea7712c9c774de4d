"""The start page of an example: who you can be on each side, and a spreadsheet understood; nobody signs in there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import path
from django.views.i18n import set_language

from kelisim.document import listing
from kelisim.document.sheet import LARGEST
from kelisim.errors import BadValue
from kelisim_web.pages import language, page, refusal_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from kelisim.messages import Message


def show(request: HttpRequest) -> HttpResponse:
    """Both desks, and who sits there; or what was understood of a spreadsheet that came, of which nothing is kept."""
    file = request.FILES.get("sheet")
    if request.method != "POST" or file is None:
        return _desks(request)
    year = request.POST.get("year", "")
    try:
        lists = listing.read(file.read(LARGEST + 1), int(year) if re.fullmatch("[0-9]{4}", year) else None)
    except BadValue as refusal:
        return _desks(request, refused=refusal_of(refusal))
    return page(request, "understood.html", name=file.name, lists=lists)


def _desks(request: HttpRequest, refused: Message | None = None) -> HttpResponse:
    desks: dict[str, Any] = tomllib.loads(Path(settings.START).read_text("utf-8"))
    port = int(request.get_port())
    sides = [
        {
            **desk,
            "code": code,
            "name": desk["name"][language()],
            "at": f"http://{code.lower()}.localhost:{port + place}",
        }
        for place, (code, desk) in enumerate(desks.items())
    ]
    return page(request, "start.html", status=422 if refused else 200, sides=sides, refused=refused)


urlpatterns = [
    path("", show, name="start"),
    path("language/", set_language, name="set_language"),
]
