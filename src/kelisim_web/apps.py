"""The one Django app of a node."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class NodeConfig(AppConfig):
    """The node."""

    name = "kelisim_web"

    def ready(self) -> None:
        """Have the derived rows made anew whenever a database has been brought into the form of today."""
        post_migrate.connect(_rebuild, sender=self)


def _rebuild(**_: Any) -> None:
    from kelisim_web import store  # noqa: PLC0415  (rows load after the apps)

    store.rebuild()
