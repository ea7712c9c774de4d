"""When the node was last backed up, and when that was tried. Both are done at a terminal: a backup holds the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelisim_web.access import Act
from kelisim_web.pages import page
from kelisim_web.queries.backup import backups
from kelisim_web.views.gate import Asked, at

if TYPE_CHECKING:
    from django.http import HttpResponse


def show(request: Asked) -> HttpResponse:
    """What was made and tried, and the commands."""
    return page(request, "administration/backup.html", backups=backups(request.seat))


PLACES = (at("administration/backup/", show, "backup", reads=Act.AUDIT),)
