"""The start page of an example: who you can be on each side. It has an address of its own, and nobody signs in."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import path
from django.views.i18n import set_language

from kelisim_web.pages import language, page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def show(request: HttpRequest) -> HttpResponse:
    """Both desks, and who sits there."""
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
    return page(request, "start.html", sides=sides)


urlpatterns = [
    path("", show, name="start"),
    path("language/", set_language, name="set_language"),
]
