"""Every address of the site. Each module of `views` has its own, and each of ours is behind the gate.

Three doors have no session: the interface for programs and the calendar feed want a key, the inbox a signed bundle.
"""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from kelisim_web.api.desk import api
from kelisim_web.views import (
    accidents,
    administration,
    backup,
    calendar,
    drafts,
    editions,
    example,
    exchange,
    inbox,
    items,
    letters,
    minister,
    overview,
    parties,
    rules,
    table,
    timeline,
    tokens,
    trail,
    translations,
    week,
)

MODULES = (
    week,
    overview,
    table,
    timeline,
    minister,
    translations,
    items,
    drafts,
    editions,
    exchange,
    accidents,
    letters,
    administration,
    rules,
    parties,
    backup,
    trail,
    tokens,
    example,
)
DOORS = (inbox, calendar)

urlpatterns = [
    path("account/", include("kelisim_web.site.sign_in")),
    path("language/", set_language, name="set_language"),
    path("api/", api.urls),
    *(place for module in (*MODULES, *DOORS) for place in module.PLACES),
]
