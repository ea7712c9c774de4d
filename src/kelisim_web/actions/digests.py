"""The morning's mail: for officers who want it, in their language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage

from kelisim_web import jobs
from kelisim_web.access import sit
from kelisim_web.models.people import Officer
from kelisim_web.pages import address
from kelisim_web.queries.digest import PlanNews, news
from kelisim_web.texts import day, word
from kelisim_web.us import us

if TYPE_CHECKING:
    from kelisim_web.access import Seat

SHORT = 12


def send_all(seat: Seat) -> None:
    """Ask for the mail of each officer who wants one; each goes on its own, so that none waits for another."""
    del seat
    for login in Officer.objects.filter(digest=True).exclude(mail="").values_list("login", flat=True):
        jobs.later("digest", login=login)


def send(seat: Seat, login: str) -> None:
    """Write to an officer what waits for them now; nothing where nothing does.

    Raises:
        Forbidden: they have no seat here any more.
        OSError: the mail server does not take it.
    """
    officer = Officer.objects.filter(login=login, digest=True).exclude(mail="").first()
    if officer is None:
        return
    language = officer.language
    found = news(sit(seat.node, login), language)
    if found:
        subject = word("digest.subject", language, code=us().code, day=day(seat.node.today(), language))
        EmailMessage(subject, text(found, language), to=[officer.mail]).send()


def text(found: list[PlanNews], language: str) -> str:
    """What waits, with where to look; numbers and addresses, and no word of a plan."""
    parts = [word("digest.greeting", language)]
    for one in found:
        table = settings.ORIGIN + address("table", circle=one.circle[:SHORT])
        drafts = settings.ORIGIN + address("drafts", circle=one.circle[:SHORT])
        told = (
            ("ours", one.ours, f"{table}?state=waiting-ours"),
            ("clearances", one.clearances, drafts),
            ("mentions", one.mentions, settings.ORIGIN + address("week")),
            ("came", one.came, f"{table}?state=new"),
            ("ending", one.ending, table),
        )
        lines = [word("digest.plan", language, plan=one.circle[:SHORT], codes=", ".join(one.codes))]
        for key, count, there in told:
            lines += [f"  {word(f'digest.{key}', language, count=count)}", f"    {there}"] if count else []
        parts.append("\n".join(lines))
    return "\n\n".join([*parts, word("digest.why", language)]) + "\n"
