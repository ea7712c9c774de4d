"""The server of a site: gunicorn, one process of several threads, on one node."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management import call_command
from django.db import connections
from gunicorn.app.base import BaseApplication

from kelisim_web import node

if TYPE_CHECKING:
    from collections.abc import Callable
SETTINGS = "kelisim_web.site.settings"
THREADS = 4


def prepare(directory: Path, origin: str, start: str = "") -> None:
    """Say which node the site is of, before Django begins.

    Args:
        directory: the node's.
        origin: how people reach it; where empty, as the environment says.
        start: a file with the officers of an example, for a page on which to choose among them.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    os.environ["KELISIM_NODE"] = str(directory.resolve())
    if origin:
        os.environ["KELISIM_ORIGIN"] = origin
    if start:
        os.environ["KELISIM_START"] = str(Path(start).resolve())


def origin() -> str:
    """How people reach the site."""
    from django.conf import settings  # noqa: PLC0415  (read once a node is known)

    return str(settings.ORIGIN)


def make_tables() -> None:
    """Make the tables of sessions and accounts, which a node has only once it has a site."""
    call_command("migrate", verbosity=0)


def application(directory: Path) -> Callable[..., Any]:
    """The site of a node, as a WSGI application; the node stays open as long as the process lives."""
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415  (settings are read now)

    _held.enter_context(node.opened(directory))
    connections.settings["default"]["CONN_MAX_AGE"] = None  # each thread keeps its connection
    return get_wsgi_application()


_held = ExitStack()


def let_go(arbiter: object, worker: object) -> None:
    """Close the node before the process ends."""
    del arbiter, worker
    _held.close()


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn, told what it serves."""

    def __init__(self, directory: Path, bind: str) -> None:
        self._directory, self._bind = directory, bind
        super().__init__()

    def load_config(self) -> None:
        """How it serves; one process, since who writes waits for who wrote before anyway."""
        for name, value in {
            "bind": self._bind,
            "worker_class": "gthread",
            "threads": THREADS,
            "loglevel": "warning",
            "control_socket_disable": True,
            "worker_exit": let_go,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        """The application, in the process that serves it."""
        return application(self._directory)
