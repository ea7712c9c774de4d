"""What is done later, by the worker beside the server: an action by its name, tried again until it goes well.

Jobs lie in the node's own database, so that what asks for one and the job itself are kept together or not at all. A
job may be done twice, where a worker died in the middle of it; so every action named here can bear that.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from kelisim.errors import Refusal
from kelisim_web import node
from kelisim_web.access import Machine
from kelisim_web.models.desk import Clock

JOBS: Final = {
    "deliver": "kelisim_web.actions.delivery.hand_in",
    "digests": "kelisim_web.actions.digests.send_all",
    "digest": "kelisim_web.actions.digests.send",
    "tidy": "kelisim_web.jobs.tidy",
}
DAILY: Final = ("digests", "tidy")
OFFICER: Final = "worker"
SOON, LATEST, TRIES = timedelta(minutes=1), timedelta(hours=6), 40  # the last try is after some nine days
SILENCE: Final = timedelta(minutes=2)  # of a worker that has died
WORKER: Final = "worker "
log = logging.getLogger(__name__)


@task()
def run(name: str, told: dict[str, Any], tries: int = 0) -> None:
    """Do a job; where it fails it is put off, each time for longer. What is refused is not tried again."""
    try:
        import_string(JOBS[name])(Machine(node.at_hand(), OFFICER), **told)
    except Refusal as refusal:
        log.warning("%s: refused: %s", name, refusal)
        raise
    except Exception as error:
        if tries >= TRIES:
            log.exception("%s: given up after %d tries", name, tries)
            raise
        wait = min(SOON * 2**tries, LATEST)
        log.warning("%s: %s; again in %s", name, error, wait)
        run.using(run_after=timezone.now() + wait).enqueue(name, told, tries + 1)


def later(name: str, **told: str | int) -> None:
    """Have a job done as soon as the worker comes to it; once, where it waits already."""
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    if [name, told] not in [one.args_kwargs["args"][:2] for one in waiting]:
        run.enqueue(name, told)


def tick(now: datetime) -> None:
    """Ask for the jobs that come round every day, each once after the hour of the morning."""
    morning = now.replace(hour=settings.MORNING, minute=0, second=0, microsecond=0)
    due = morning if morning <= now else morning - timedelta(days=1)
    for name in DAILY:
        with transaction.atomic():
            row, _ = Clock.objects.select_for_update().get_or_create(name=name, defaults={"at": now})
            if row.at < due:
                Clock.objects.filter(name=name).update(at=now)
                later(name)


def beat(worker: str, now: datetime) -> None:
    """A worker says that it lives."""
    Clock.objects.update_or_create(name=WORKER + worker, defaults={"at": now})


def reap(now: datetime) -> int:
    """Give the jobs of workers that have died to those that live; how many there were."""
    living = Clock.objects.filter(name__startswith=WORKER, at__gte=now - SILENCE).values_list("name", flat=True)
    lost = [one.pk for one in DBTaskResult.objects.running() if WORKER + one.worker_ids[-1] not in set(living)]
    Clock.objects.filter(name__startswith=WORKER, at__lt=now - SILENCE).delete()
    running = DBTaskResult.objects.filter(pk__in=lost, status=TaskResultStatus.RUNNING)
    return running.update(status=TaskResultStatus.READY)


def tidy(seat: Machine) -> None:
    """Forget jobs that were done two weeks ago; those that failed are kept for three months."""
    del seat
    call_command("prune_db_task_results", min_age_days=14, failed_min_age_days=90, verbosity=0)
