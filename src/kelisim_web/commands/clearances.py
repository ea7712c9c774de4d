"""`clear`: an internal yes to what we have drafted."""

from __future__ import annotations

import click

from kelisim.cli import Shell, Verb
from kelisim_web.commands.desk import at_desk, the_item, the_plan


@click.command(cls=Verb)
@click.argument("kind", metavar="legal|finance|security|press")
@click.argument("name", metavar="ITEM")
@click.argument("field", required=False)
@click.pass_obj
def clear(shell: Shell, kind: str, name: str, field: str | None) -> None:
    """Clear our draft on a FIELD of an ITEM, or all our drafts on it. When a draft changes, its clearance falls."""
    with at_desk(shell) as seat:
        from kelisim_web.actions.clearances import clear as cleared
        from kelisim_web.models.drafts import Draft

        circle = the_plan(shell)
        item = the_item(seat, circle, name)
        fields = [field] if field else Draft.objects.filter(circle=circle, item=item).values_list("field", flat=True)
        count = cleared(seat, circle, kind, [(item, one) for one in fields])
        shell.tell("clear.did", count=count, kind=shell.word(f"clear.{kind}"))


VERBS = (clear,)
