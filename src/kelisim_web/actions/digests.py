"""The morning's mail: for officers who want it, in their language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation

from kelisim_web import jobs
from kelisim_web.access import sit
from kelisim_web.models.people import Officer
from kelisim_web.pages import address, language, translated
from kelisim_web.queries.digest import PlanNews, news
from kelisim_web.texts import day
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
    with translation.override(officer.language):
        found = news(sit(seat.node, login), language())
        if found:
            subject = translated("digest.subject", code=us().code, day=day(seat.node.today(), language()))
            EmailMessage(subject, text(found), to=[officer.mail]).send()


def text(found: list[PlanNews]) -> str:
    """What waits, with where to look; numbers and addresses, and no word of a plan."""
    parts = [translated("digest.greeting")]
    for one in found:
        lines = [translated("digest.plan", plan=one.circle[:SHORT], codes=", ".join(one.codes))]
        for key, count, there in _told(one):
            lines += [f"  {translated(f'digest.{key}', count=count)}", f"    {settings.ORIGIN}{there}"] if count else []
        parts.append("\n".join(lines))
    return "\n\n".join([*parts, translated("digest.why")]) + "\n"


def _told(one: PlanNews) -> tuple[tuple[str, int, str], ...]:
    """What waits in a plan: the word for it, how much, and the page where it is."""
    table, drafts = (address(page, circle=one.circle[:SHORT]) for page in ("table", "drafts"))
    return (
        ("ours", one.ours, f"{table}?state=waiting-ours"),
        ("clearances", one.clearances, drafts),
        ("mentions", one.mentions, address("week")),
        ("came", one.came, f"{table}?state=new"),
        ("ending", one.ending, table),
    )
