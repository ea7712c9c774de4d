"""`export`, `import`: a whole plan as a file that people read and edit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kelisim.cli import FINDINGS, Shell, Verb, read_file, write_file
from kelisim_web.commands.desk import at_desk, the_item, the_plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kelisim.planfile import Problem


@click.command("export", cls=Verb)
@click.argument("file")
@click.option("--scope", metavar="SCOPE", help="Only this plan or yearly plan.")
@click.pass_obj
def export_(shell: Shell, file: str, scope: str | None) -> None:
    """Write a whole plan to a readable FILE: what all agree plainly, where they differ each party's words."""
    with at_desk(shell) as seat:
        from kelisim_web.queries.planfile import plan_file

        circle = the_plan(shell)
        data = plan_file(seat, circle, the_item(seat, circle, scope) if scope else "")
        write_file(Path(file), data)
        shell.tell("planfile.export", file=file, size=len(data))


@click.command("import", cls=Verb)
@click.argument("file")
@click.pass_obj
def import_(shell: Shell, file: str) -> int:
    """Draft our positions of a plan FILE: what all say there, and what our code says, where it is news."""
    with at_desk(shell) as seat:
        from kelisim_web.actions.planfile import import_plan
        from kelisim_web.queries.overview import title_of
        from kelisim_web.queries.standing import standing_of

        circle = the_plan(shell)
        done = import_plan(seat, circle, read_file(Path(file)), file)
        if done.problems:
            _refuse(shell, file, done.problems)
        shell.tell("planfile.import", count=done.drafts, items=done.items, new=done.new)
        standing = standing_of(seat, circle)
        for twin in done.twins:
            called = f"{standing.said(twin.item, 'number') or ''} {title_of(standing, twin.item, shell.language)}"
            shell.tell("planfile.twin", label=twin.label, item=twin.item, title=called.strip())
    return FINDINGS if done.twins else 0


def _refuse(shell: Shell, file: str, problems: Sequence[Problem]) -> None:
    """Tell everything that is wrong with a file, then refuse it.

    Raises:
        BadValue: always.
    """
    from kelisim.errors import BadValue
    from kelisim.messages import explain

    for one in problems:
        message = explain(one.refusal, shell.language)
        if shell.as_json:
            shell.give({"item": one.item, "field": one.field, "refused": one.refusal.code, **message._asdict()})
        else:
            shell.tell("planfile.problem", item=one.item, field=one.field, what=message.what, why=message.why)
    raise BadValue("file-refused", path=file, count=len(problems))


VERBS = (export_, import_)
