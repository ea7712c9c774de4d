"""A node's site as `kelisim serve` serves it, that also tells what each answer took: `served.py NODE PORT USERS`.

Each answer carries `Server-Timing: cpu;dur=MILLISECONDS`: the CPU time of the thread that made it, from the first line
of Django to its last byte. That many officers are seated and signed in first; their cookies are printed, one a line.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kelisim_web import node
from kelisim_web.site import server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MILLI = 1000
SEATS = ("desk-officer", "releaser")


class Timed(server.Server):
    """The server, with a clock in it."""

    def load(self) -> Callable[..., Any]:
        """The application, in the process that serves it."""
        return timed(super().load())


def timed(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """The same application, telling what each answer took."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        began, head = time.thread_time(), []
        told = application(environ, lambda *words: head.append(words))
        body = b"".join(told)
        if hasattr(told, "close"):
            told.close()
        status, headers, *rest = head[0]
        start(status, [*headers, ("Server-Timing", f"cpu;dur={(time.thread_time() - began) * MILLI:.3f}")], *rest)
        return [body]

    return answer


def signed_in(directory: Path, count: int) -> list[str]:
    """The cookies of so many officers."""
    with node.opened(directory) as opened:
        server.make_tables()
        from django.test import Client  # noqa: PLC0415  (after Django is set up)

        from kelisim_web.access import Place, Seat  # noqa: PLC0415
        from kelisim_web.actions.people import add_officer, kind_of  # noqa: PLC0415
        from kelisim_web.models.people import Officer  # noqa: PLC0415
        from kelisim_web.site.people import account  # noqa: PLC0415

        cookies = []
        for number in range(count):
            row, places = (
                Officer(login=f"officer{number}", name=f"Officer {number}"),
                [Place(kind_of(one)) for one in SEATS],
            )
            if not Officer.objects.filter(login=row.login).exists():
                add_officer(Seat(opened, "setting up"), row, places)
            client = Client()
            client.force_login(account(row.login))
            cookies.append(client.cookies["kelisim"].value)
    return cookies


def main(directory: str, port: str, users: str) -> None:
    """Serve until stopped."""
    server.prepare(Path(directory), f"http://localhost:{port}")
    node.set_up()
    print(*signed_in(Path(directory), int(users)), sep="\n", flush=True)
    Timed(Path(directory), f"127.0.0.1:{port}").run()


if __name__ == "__main__":
    main(*sys.argv[1:])
