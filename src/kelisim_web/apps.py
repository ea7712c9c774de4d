"""The one Django app of a node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.migrations import Migration


class NodeConfig(AppConfig):
    """The node."""

    name = "kelisim_web"

    def ready(self) -> None:
        """Have the derived rows made anew whenever a database has been brought into the form of today."""
        post_migrate.connect(_rebuild, sender=self)


def _rebuild(plan: Sequence[tuple[Migration, bool]], **_: Any) -> None:
    from kelisim_web import node, store  # noqa: PLC0415  (rows load after the apps)

    if (plan and plan[-1][0].name != node.LATEST) or any(back for _, back in plan):
        return
    store.rebuild()
