"""`serve`, `work`, `officer`: the site of a node, the worker beside it, and who works there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kelisim.cli import Shell, Verb, Verbs
from kelisim_web.commands.desk import at_desk, the_item, the_plan

if TYPE_CHECKING:
    from kelisim_web.access import Place, Seat

SEAT = "In all plans, in one, or on one line of cooperation of it."


@click.command(cls=Verb)
@click.option("--bind", default="127.0.0.1:8000", metavar="HOST:PORT", help="Where it listens.", show_default=True)
@click.option("--origin", default="", metavar="URL", help="How people reach it. [default: http://localhost:PORT]")
@click.option("--start", default="", metavar="FILE", help="On an example: a start page with the officers of FILE.")
@click.pass_obj
def serve(shell: Shell, bind: str, origin: str, start: str) -> None:
    """Serve the site of the node, until it is stopped."""
    from kelisim_web.site import server

    server.prepare(shell.node, origin or f"http://localhost:{bind.rpartition(':')[2]}", start)
    with at_desk(shell):
        server.make_tables()
    shell.tell("site.serves", origin=server.origin())
    server.Server(shell.node, bind).run()


@click.command(cls=Verb)
@click.option("--origin", default="", metavar="URL", help="How people reach the site: for links in mail.")
@click.option("--once", is_flag=True, help="Do what waits now, and stop.")
@click.pass_obj
def work(shell: Shell, origin: str, *, once: bool) -> None:
    """Do what the site puts off, until it is stopped: mail, bundles to the inboxes of other nodes."""
    from kelisim_web.site import server

    server.prepare(shell.node, origin)
    with at_desk(shell):
        server.make_tables()
        from kelisim_web.site.worker import work

        work(once=once)


@click.group(cls=Verbs)
def officer() -> None:
    """The officers of the desk, who work on its site."""


@officer.command("add")
@click.argument("login")
@click.option("--name", required=True, help="As people call them.")
@click.option("--seat", "seats", multiple=True, required=True, metavar="SEAT[:PLAN[:LINE]]", help=SEAT)
@click.option("--speaks", default="en", metavar="en|ru|kk", help="Their language.", show_default=True)
@click.pass_obj
def officer_add(shell: Shell, login: str, name: str, seats: tuple[str, ...], speaks: str) -> None:
    """Add an officer, and say the address at which they choose their password."""
    from kelisim_web.site import server

    server.prepare(shell.node, "")
    with at_desk(shell) as seat:
        server.make_tables()
        from kelisim_web.actions.people import add_officer
        from kelisim_web.models.people import Officer
        from kelisim_web.views.invitations import invitation

        add_officer(seat, Officer(login=login, name=name, language=speaks), places(shell, seat, seats))
        shell.tell("site.officer", login=login, address=invitation(login))


def places(shell: Shell, seat: Seat, named: tuple[str, ...]) -> list[Place]:
    """The seats that are meant by such words as `line-owner:PLAN:LINE`."""
    from kelisim_web.access import Place
    from kelisim_web.actions.people import kind_of

    found = []
    for kind, plan, line in ((*one.split(":", 2), "", "")[:3] for one in named):
        circle = the_plan(shell, plan) if plan else ""
        found.append(Place(kind_of(kind), circle, the_item(seat, circle, line) if line and circle else ""))
    return found


@officer.command("list")
@click.pass_obj
def officer_list(shell: Shell) -> None:
    """Who works here, and from which seats."""
    with at_desk(shell) as seat:
        from kelisim_web.queries.administration import people

        for one in people(seat, shell.language):
            seats = [":".join(filter(None, [sitting.kind, sitting.where])) for sitting in one.seats]
            if shell.as_json:
                shell.give({"login": one.officer.login, "name": one.officer.name, "seats": seats})
            else:
                shell.show(f"{one.officer.login}  {one.officer.name}: {', '.join(seats) or shell.word('site.left')}")


@officer.command("seat")
@click.argument("login")
@click.argument("seats", nargs=-1, required=True, metavar="SEAT[:PLAN[:LINE]]…")
@click.pass_obj
def officer_seat(shell: Shell, login: str, seats: tuple[str, ...]) -> None:
    """Give an officer these seats, and no others: in all plans, in one PLAN, or on one LINE of it."""
    with at_desk(shell) as seat:
        from kelisim_web.actions.people import set_places

        found = places(shell, seat, seats)
        set_places(seat, login, found)
        shell.tell("site.seated", login=login, count=len(found))


@officer.command("leave")
@click.argument("login")
@click.pass_obj
def officer_leave(shell: Shell, login: str) -> None:
    """Take all seats from an officer who leaves, and shut their account. What they wrote stays."""
    from kelisim_web.site import server

    server.prepare(shell.node, "")
    with at_desk(shell) as seat:
        server.make_tables()
        from kelisim_web.actions.people import leave
        from kelisim_web.views.invitations import shut

        leave(seat, login)
        shut(login)
        shell.tell("site.has-left", login=login)


@officer.command("example")
@click.argument("file")
@click.pass_obj
def officer_example(shell: Shell, file: str) -> None:
    """Seat the officers of an example FILE; on an example node only."""
    from kelisim_web.site import server

    server.prepare(shell.node, "")
    with at_desk(shell) as seat:
        server.make_tables()
        from kelisim_web.site.people import seat_example

        shell.tell("site.officers", count=seat_example(seat, Path(file)))


VERBS = (serve, work, officer)
