"""`backup`: a backup of the node, its trial, and a node made of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from kelisim.cli import FINDINGS, Shell, Verbs
from kelisim_web.commands.desk import at_desk

KEY = click.option("--key", required=True, metavar="FILE", help="The file with the key that opens the backup.")


@click.group(cls=Verbs)
def backup() -> None:
    """Backups of the node: encrypted, and tried."""


@backup.command("key")
@click.argument("file")
@click.pass_obj
def backup_key(shell: Shell, file: str) -> None:
    """Make a key that opens backups, in a new FILE, to be kept away from the node."""
    from kelisim_web.node import set_up

    set_up()
    from kelisim_web.actions.backup import new_key

    shell.tell("backup.key", file=file, recipient=new_key(Path(file)))


@backup.command("write")
@click.argument("file")
@click.option("--to", multiple=True, required=True, metavar="AGE-KEY", help="The public key of who can open it.")
@click.pass_obj
def backup_write(shell: Shell, file: str, to: tuple[str, ...]) -> None:
    """Write a backup of the node to a new FILE, encrypted: it holds the officers' keys and all that is internal."""
    with at_desk(shell) as seat:
        from kelisim_web.actions.backup import write

        shell.tell("backup.written", file=file, size=write(seat, Path(file), to), node=str(shell.node))


@backup.command("try")
@click.argument("file")
@KEY
@click.pass_obj
def backup_try(shell: Shell, file: str, key: str) -> int:
    """Try the backup in FILE: restore it, let the doctor look at it, and take it away again."""
    with at_desk(shell) as seat:
        from kelisim.messages import explain
        from kelisim_web.actions.backup import attempt

        tried = attempt(seat, Path(file), Path(key))
        for check, found in tried.findings:
            said = explain(found.what, shell.language)
            name = shell.word(f"doctor.{check}")
            shell.show(f"{shell.word('doctor.finding', check=name)}: {said.what}\n  {said.why}\n  → {said.next}")
        count = len(tried.findings)
        shell.tell("backup.findings" if count else "backup.sound", file=file, count=count, checks=tried.checks)
        return FINDINGS if count else 0


@backup.command("restore")
@click.argument("file")
@click.argument("directory")
@KEY
@click.pass_obj
def backup_restore(shell: Shell, file: str, directory: str, key: str) -> None:
    """Make a node of the backup in FILE, in a new DIRECTORY. It does not speak until the root keys have signed."""
    from kelisim_web.node import set_up

    set_up()
    from kelisim_web.actions.backup import unpack

    unpack(Path(file), Path(key), Path(directory))
    with at_desk(replace(shell, node=Path(directory))) as seat:
        from kelisim_web.actions.accidents import begin_restore

        shell.tell("backup.restored", node=directory, plans=len(begin_restore(seat)))


VERBS = (backup,)
