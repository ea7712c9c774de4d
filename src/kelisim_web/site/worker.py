"""The worker beside the server: it does what was put off, and asks for what comes round."""

from __future__ import annotations

import signal
import time
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.models import DBTaskResult

from kelisim_web import jobs

if TYPE_CHECKING:
    from collections.abc import Iterator

PAUSE: Final = 1.0  # seconds between two looks at what waits
BEAT: Final = 30.0  # seconds between two signs of life
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)


def work(*, once: bool = False) -> None:
    """Do what waits, until somebody stops us.

    Args:
        once: what waits now, and no more.
    """
    connections.settings["default"]["CONN_MAX_AGE"] = None  # each thread keeps its connection
    name, looked = get_random_string(32), float("-inf")
    with _beating(name), _signals_as_before():
        while True:
            if time.monotonic() - looked > BEAT:
                looked = time.monotonic()
                jobs.reap(timezone.now())
                jobs.tick(timezone.now())
            if DBTaskResult.objects.ready().exists():
                call_command("db_worker", batch=True, startup_delay=False, worker_id=name, verbosity=0)
            if once:
                return
            time.sleep(PAUSE)


@contextmanager
def _beating(name: str) -> Iterator[None]:
    """Give signs of life, also while a job takes long."""
    stop = Event()

    def beats() -> None:
        while not stop.wait(BEAT):
            jobs.beat(name, timezone.now())
        connection.close()

    jobs.beat(name, timezone.now())
    thread = Thread(target=beats, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def _signals_as_before() -> Iterator[None]:
    """The loop of django-tasks takes signals for itself, and leaves them so."""
    before = {one: signal.getsignal(one) for one in SIGNALS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
