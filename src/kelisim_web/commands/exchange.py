"""`bundle`: what goes to another party, and what comes from one."""

from __future__ import annotations

from pathlib import Path

import click

from kelisim.cli import Shell, Verbs, open_file, private_file, write_file
from kelisim_web.commands.desk import at_desk, the_plan


@click.group(cls=Verbs)
def bundle() -> None:
    """Bundles: encrypted files that carry dispatches, over any channel."""


@bundle.command("write")
@click.argument("file")
@click.option("--to", "code", required=True, metavar="CODE", help="The party that it is for.")
@click.option("--whole", is_flag=True, help="Everything, for a node that was restored.")
@click.pass_obj
def bundle_write(shell: Shell, file: str, code: str, *, whole: bool) -> None:
    """Write a bundle for another party to FILE."""
    with at_desk(shell) as seat:
        from kelisim_web.actions.exchange import write_bundle

        made = write_bundle(seat, the_plan(shell), code, whole=whole)
        write_file(Path(file), made.data)
        shell.tell("did.bundle-write", file=file, code=code, segments=made.segments, size=len(made.data))
        if made.files:
            shell.tell("file.carried", count=made.files)
        if made.left_out:
            shell.tell("file.left-out", count=made.left_out)


@bundle.command("read")
@click.argument("files", nargs=-1, required=True)
@click.pass_obj
def bundle_read(shell: Shell, files: tuple[str, ...]) -> None:
    """Read the bundles in FILES; reading one again changes nothing."""
    with at_desk(shell) as seat:
        from kelisim_web.actions.exchange import read_bundle

        for file in files:
            with open_file(Path(file)) as source:
                done = read_bundle(seat, source)
            shell.tell("did.bundle-read", file=file, code=done.sender, segments=done.segments, seals=done.seals)
            for code, then, now in done.back:
                shell.tell("restored.seen-back", sender=done.sender, code=code, then=then, now=now)
            if done.restored:
                shell.tell("restored.noticed", plan=done.circle[:12])
            if done.files:
                shell.tell("file.came", count=done.files)
            if done.missing:
                shell.tell("did.plan-waits", plan=done.circle[:12], missing=", ".join(done.missing))
            else:
                held, made = done.delivered
                shell.tell("did.delivered", code=done.sender, held=held, made=made)


@bundle.command("open")
@click.argument("file")
@click.option("--to", required=True, metavar="FILE", help="Where the plain bundle goes.")
@click.pass_obj
def bundle_open(shell: Shell, file: str, to: str) -> None:
    """Write what the bundle in FILE carries as it is, for verification by other means; the node takes nothing of it.

    Anybody can read the plain bundle, and the secret seed of the plan is in it.
    """
    with at_desk(shell) as seat:
        from kelisim_web.actions.exchange import open_bundle

        with open_file(Path(file)) as source:
            opened = open_bundle(seat, source)
        with private_file(Path(to)) as plain:
            opened.write_plain(plain)
        shell.tell("open.did", file=file, to=to)
        shell.talk("open.warning", to=to)


VERBS = (bundle,)
