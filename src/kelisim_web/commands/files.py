"""`file`: files of the plan, and their bytes."""

from __future__ import annotations

from pathlib import Path

import click

from kelisim.cli import Shell, Usage, Verbs
from kelisim_web.commands.desk import at_desk, the_item, the_plan


@click.group(cls=Verbs)
def file() -> None:
    """Files: items of the plan whose bytes travel in bundles."""


@file.command("add")
@click.argument("name", metavar="ITEM")
@click.argument("path")
@click.argument("fields", nargs=-1)
@click.pass_obj
def file_add(shell: Shell, name: str, path: str, fields: tuple[str, ...]) -> None:
    """Draft the file at PATH under an ITEM, with FIELDS such as `number=4.1`; or new bytes, where ITEM is a file."""
    with at_desk(shell) as seat:
        from kelisim_web.actions import files

        given = {}
        for entry in fields:
            field, equals, value = entry.partition("=")
            if not equals:
                raise Usage("usage-field", value=entry)
            given[field] = value
        circle = the_plan(shell)
        made = files.add(seat, circle, the_item(seat, circle, name), Path(path), given)
        shell.tell("file.add", item=made.item, name=made.name, size=made.size)


@file.command("list")
@click.pass_obj
def file_list(shell: Shell) -> None:
    """The files of the plan, and whether their bytes are here."""
    with at_desk(shell) as seat:
        from kelisim_web.queries.files import DRAFT, files_of
        from kelisim_web.us import our_code

        circle = the_plan(shell)
        found = files_of(seat, circle, shell.language)
        for row in found:
            if shell.as_json:
                shell.give(row._asdict())
                continue
            status = shell.word("file.draft") if row.status == DRAFT else shell.word(f"status.{row.status}")
            kept = shell.word(f"file.{row.kept}")
            told = {"number": row.number, "name": row.name, "size": row.size, "under": row.under}
            shell.show(shell.word("file.row", **told, status=status, kept=kept))
        missing = sum(row.kept == "missing" for row in found)
        if missing:
            shell.talk("file.ask", count=missing, code=our_code(circle))


@file.command("write")
@click.argument("name", metavar="ITEM")
@click.argument("path")
@click.option("--of", "code", default="", metavar="CODE", help="Whose, where the parties name different bytes.")
@click.pass_obj
def file_write(shell: Shell, name: str, path: str, code: str) -> None:
    """Write the bytes of a file ITEM to PATH, checked against the digest that was stated."""
    with at_desk(shell) as seat:
        from kelisim_web.actions import files

        circle = the_plan(shell)
        done = files.write(seat, circle, the_item(seat, circle, name), Path(path), code)
        shell.tell("file.write", name=done, path=path)


@file.command("drop")
@click.argument("name", metavar="ITEM")
@click.option("--of", "code", default="", metavar="CODE", help="Whose, where the parties name different bytes.")
@click.option("--lift", is_flag=True, help="Take them again when a bundle brings them.")
@click.pass_obj
def file_drop(shell: Shell, name: str, code: str, *, lift: bool) -> None:
    """Drop our copy of the bytes of a file ITEM; what was said of it stays."""
    with at_desk(shell) as seat:
        from kelisim_web.actions import files

        circle = the_plan(shell)
        item = the_item(seat, circle, name)
        if lift:
            shell.tell("file.lift", name=files.lift(seat, circle, item, code))
        else:
            shell.tell("file.drop", name=files.drop(seat, circle, item, code), item=name)


VERBS = (file,)
