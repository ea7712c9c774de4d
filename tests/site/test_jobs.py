"""What is done later: jobs that fail are tried again, those of a dead worker are done by another, mail is not lost."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from kelisim.errors import NotNow
from kelisim_web import jobs
from kelisim_web.models.desk import Clock
from kelisim_web.models.drafts import Comment
from kelisim_web.models.people import Officer
from kelisim_web.site.worker import work

DAY = timedelta(days=1)
KEPT = "django.core.mail.backends.locmem.EmailBackend"
MORNING = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


@pytest.fixture
def done(monkeypatch):
    """A job that notes what it is told, and fails as often as it is told to."""
    told = []

    def note(seat, word, fails=0):
        assert seat.officer == "worker"
        told.append(word)
        if len(told) <= fails:
            raise ConnectionError("nobody there")

    monkeypatch.setitem(jobs.JOBS, "note", "tests.site.test_jobs.note")
    monkeypatch.setattr("tests.site.test_jobs.note", note, raising=False)
    return told


def waiting():
    return DBTaskResult.objects.filter(status=TaskResultStatus.READY)


def at_once():
    """Let nothing wait for its time."""
    waiting().update(run_after=timezone.now())


def test_a_job_is_done_by_the_worker_and_not_before(web, done):
    with web.open("kaz"):
        jobs.later("note", word="now")
        assert done == []
        work(once=True)
        assert done == ["now"]
        work(once=True)
        assert done == ["now"]


def test_a_job_that_waits_already_is_not_asked_for_again(web, done):
    with web.open("kaz"):
        for word in ("one", "one", "other"):
            jobs.later("note", word=word)
        work(once=True)
    assert done == ["one", "other"]


def test_a_job_that_fails_is_tried_again_later_and_each_time_after_a_longer_pause(web, done):
    with web.open("kaz"):
        jobs.later("note", word="x", fails=3)
        pauses = []
        for _ in range(3):
            at_once()
            work(once=True)
            (row,) = waiting()
            pauses.append(row.run_after - row.enqueued_at)
        at_once()
        work(once=True)
        assert not waiting()
    assert done == ["x"] * 4
    assert [round(one / timedelta(minutes=1)) for one in pauses] == [1, 2, 4]


def test_a_job_that_fails_for_days_is_given_up_and_kept_as_failed(web, done):
    with web.open("kaz"):
        jobs.run.enqueue("note", {"word": "x", "fails": 100}, jobs.TRIES)
        work(once=True)
        (row,) = DBTaskResult.objects.all()
        assert (row.status, row.exception_class_path) == (TaskResultStatus.FAILED, "builtins.ConnectionError")
    assert done == ["x"]


def test_what_is_refused_is_not_tried_again(web, monkeypatch):
    def refused(_):
        raise NotNow("plan-none")

    monkeypatch.setitem(jobs.JOBS, "refused", "tests.site.test_jobs.refused")
    monkeypatch.setattr("tests.site.test_jobs.refused", refused, raising=False)
    with web.open("kaz"):
        jobs.later("refused")
        work(once=True)
        assert not waiting()
        assert DBTaskResult.objects.failed().count() == 1


def test_the_job_of_a_worker_that_died_is_done_by_another(web, done):
    with web.open("kaz"):
        jobs.later("note", word="saved")
        (row,) = waiting()
        row.claim("the dead one")
        jobs.beat("the dead one", timezone.now() - 2 * jobs.SILENCE)
        work(once=True)
    assert done == ["saved"]


def test_the_job_of_a_worker_that_lives_is_left_to_it(web, done):
    with web.open("kaz"):
        jobs.later("note", word="long")
        (row,) = waiting()
        row.claim("the other")
        jobs.beat("the other", timezone.now())
        work(once=True)
        assert not waiting()
    assert done == []


def test_a_daily_job_comes_round_once_a_day_after_the_hour_of_the_morning(web):
    with web.open("kaz"):
        asked = []
        for hours in (5, 6, 23.9, 24, 25, 47, 48):
            jobs.tick(MORNING + timedelta(hours=hours))
            asked.append(DBTaskResult.objects.count())
            DBTaskResult.objects.all().delete()
    assert asked == [0, 0, 0, 2, 0, 0, 2]


def test_the_worker_leaves_signals_as_they_were(web):
    before = signal.getsignal(signal.SIGTERM)
    with web.open("kaz"):
        work(once=True)
        assert Clock.objects.filter(name__startswith=jobs.WORKER).count() == 1
    assert signal.getsignal(signal.SIGTERM) is before


def test_jobs_long_done_are_forgotten(web, done):
    with web.open("kaz"):
        jobs.later("note", word="x")
        work(once=True)
        DBTaskResult.objects.update(finished_at=timezone.now() - 15 * DAY)
        jobs.later("tidy")
        work(once=True)
        assert [one.args_kwargs["args"][0] for one in DBTaskResult.objects.all()] == ["tidy"]
    assert done == ["x"]


@pytest.fixture
def post(monkeypatch):
    """Mail that is kept, and not sent."""
    monkeypatch.setattr(settings, "EMAIL_BACKEND", KEPT)
    mail.outbox = []
    return mail.outbox


@pytest.fixture
def plan(web):
    """A plan that waits for Kazakhstan on one date, and for the lawyer's clearance of one draft."""
    desks = web.desks
    plan = desks.item("kaz", "plan", "number=0", "plan_type=framework", "title.en=words-of-the-plan")
    course = desks.item("kaz", "activity", f"parent={plan}", "number=1", "period=2012-11-09", "title.en=Course")
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    desks.well("usa", "draft --all --theirs KAZ")
    desks.well("usa", f"draft {course} period 2013-05-06/2013-05-10")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    with web.open("kaz") as here:
        Officer.objects.filter(login__in=["desk", "lawyer"]).update(digest=True, mail="officer@example.org")
        Officer.objects.filter(login="lawyer").update(language="ru", mail="lawyer@example.org")
        Officer.objects.filter(login="auditor").update(mail="auditor@example.org")
        from kelisim_web import store
        from kelisim_web.access import Seat
        from kelisim_web.actions.clearances import set_rules
        from kelisim_web.clearance import Rules

        (circle,) = store.plans()
        set_rules(Seat(here, "test"), circle, Rules((("legal", frozenset(), frozenset()),)))
        Comment.objects.create(
            circle=circle, item=course, text="a-comment", mentions=["lawyer"], author="desk", at=here.now()
        )
    desks.well("kaz", f"draft {course} title.en 'words-of-a-draft'")
    return circle


def mornings(count=1):
    for day in range(count + 1):
        jobs.tick(MORNING + day * DAY)
    at_once()
    work(once=True)
    work(once=True)


def test_each_morning_officers_who_want_it_are_written_what_waits_in_their_language(web, plan, post):
    with web.open("kaz"):
        mornings()
    letters = {one.to[0]: one for one in post}
    assert {*letters} == {"officer@example.org", "lawyer@example.org"}
    ours = letters["officer@example.org"]
    assert ours.subject == "Kelisim, KAZ: what waits on 5 November 2012"
    assert "Items that wait for us: 1" in ours.body
    assert "Items that end within a week: 1" in ours.body
    assert f"http://localhost:8000/plan/{plan[:12]}/table/?state=waiting-ours" in ours.body
    assert "clearance" not in ours.body
    theirs = letters["lawyer@example.org"].body
    assert "Проекты, ожидающие вашего согласования: 1" in theirs
    assert "Комментарии с упоминанием вас со вчерашнего дня: 1" in theirs


def test_the_mail_has_no_words_of_the_plan_and_none_of_the_desk(web, plan, post):
    del plan
    with web.open("kaz"):
        mornings()
    assert post
    for letter in post:
        for secret in ("words-of-the-plan", "words-of-a-draft", "a-comment", "Course", "2013-05"):
            assert secret not in letter.subject + letter.body


def test_where_nothing_waits_nothing_is_written(web, post):
    with web.open("kaz"):
        Officer.objects.filter(login="desk").update(digest=True, mail="officer@example.org")
        mornings()
    assert post == []


def test_mail_that_the_server_did_not_take_is_sent_later_and_once(web, plan, post, monkeypatch):
    del plan
    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
    monkeypatch.setattr(settings, "EMAIL_HOST", "127.0.0.1")
    monkeypatch.setattr(settings, "EMAIL_PORT", 1)  # where nobody listens
    with web.open("kaz"):
        mornings(2)
        assert post == []
        assert waiting().count() == 2
        monkeypatch.setattr(settings, "EMAIL_BACKEND", KEPT)
        at_once()
        work(once=True)
    assert sorted(one.to[0] for one in post) == ["lawyer@example.org", "officer@example.org"]


def test_the_worker_is_a_verb_and_does_what_waits_for_its_node(web, plan):
    del plan
    with web.open("kaz"):
        jobs.later("tidy")
        jobs.later("digest", login="auditor")  # who has not asked for mail
    kelisim = str(Path(sys.executable).parent / "kelisim")
    words = (kelisim, "--node", str(web.desks.home / "kaz"), "work", "--once", "--origin", "https://plan.example.org")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with web.open("kaz"):
        assert DBTaskResult.objects.successful().count() == 2
