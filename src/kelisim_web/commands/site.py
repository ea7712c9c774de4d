"""`serve`, `work`, `officer`: the site of a node, the worker beside it, and who works there."""

from __future__ import annotations

from pathlib import Path

import click

from kelisim.cli import Shell, Verb, Verbs
from kelisim_web.commands.desk import at_desk


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
@click.option("--seat", "seats", multiple=True, required=True, metavar="SEAT[:PLAN]", help="In all plans, or in one.")
@click.option("--speaks", default="en", metavar="en|ru|kk", help="Their language.", show_default=True)
@click.pass_obj
def officer_add(shell: Shell, login: str, name: str, seats: tuple[str, ...], speaks: str) -> None:
    """Add an officer, and say the address at which they choose their password."""
    from kelisim_web.site import server

    server.prepare(shell.node, "")
    with at_desk(shell) as seat:
        server.make_tables()
        from kelisim_web.access import Place
        from kelisim_web.actions.people import add_officer, kind_of
        from kelisim_web.commands.desk import the_plan
        from kelisim_web.models.people import Officer
        from kelisim_web.site.people import account, invitation

        named = [one.partition(":") for one in seats]
        places = [Place(kind_of(kind), the_plan(shell, plan) if plan else "") for kind, _, plan in named]
        add_officer(seat, Officer(login=login, name=name, language=speaks), places)
        shell.tell("site.officer", login=login, address=invitation(account(login)))


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
