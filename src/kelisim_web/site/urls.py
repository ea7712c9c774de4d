"""Every address of the site. Each module of `views` has its own, and each of ours is behind the gate."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from kelisim_web.views import accidents, drafts, editions, example, exchange, items, letters, table, week

MODULES = (week, table, items, drafts, editions, exchange, letters, accidents, example)

urlpatterns = [
    path("account/", include("kelisim_web.site.sign_in")),
    path("language/", set_language, name="set_language"),
    *(place for module in MODULES for place in module.PLACES),
]
