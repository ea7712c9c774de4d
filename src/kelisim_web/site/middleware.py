"""What every request passes through: who was idle for too long, and refusals as pages."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.contrib.auth import logout

from kelisim.errors import Refusal
from kelisim_web.pages import page, refusal_of
from kelisim_web.refused import STATUS

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    Answering = Callable[[HttpRequest], HttpResponse]

ACTIVE: Final = "active"
MINUTE: Final = 60


def start(answer: Answering) -> Answering:
    """Show the start page of an example under the bare name of the machine; each desk has a name of its own."""

    def answered(request: HttpRequest) -> HttpResponse:
        if settings.START and request.get_host().partition(":")[0] == "localhost":
            request.urlconf = "kelisim_web.site.start"
        return answer(request)

    return answered


def idle(answer: Answering) -> Answering:
    """Sign out whoever has not asked for anything for so long; the session is written once a minute at most."""

    def answered(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now, last = int(time.time()), request.session.get(ACTIVE)
            if last is not None and now - last > settings.IDLE_SECONDS:
                logout(request)
            elif last is None or now - last > MINUTE:
                request.session[ACTIVE] = now
        return answer(request)

    return answered


class refusals:  # noqa: N801  (it stands beside `idle`, and is a class for Django's sake alone)
    """Show a refusal as a page: what was refused, why, and what to do next."""

    def __init__(self, answer: Answering) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as usual."""
        return self._answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal as a page; anything else is a fault, and Django's."""
        if not isinstance(error, Refusal):
            return None
        return page(request, "refused.html", status=STATUS[type(error)], told=refusal_of(error), code=error.code)
