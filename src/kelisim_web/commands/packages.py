"""`package`, `packages`: what we agree to only together."""

from __future__ import annotations

import click

from kelisim.cli import Shell, Usage, Verb
from kelisim_web.commands.desk import at_desk, the_item, the_plan


@click.command(cls=Verb)
@click.argument("name")
@click.argument("items", metavar="ITEM...", nargs=-1)
@click.option("--whole", metavar="SCOPE", help="All of this plan: nothing is agreed until everything is.")
@click.option("--end", is_flag=True, help="We no longer agree to them only together.")
@click.pass_obj
def package(shell: Shell, name: str, items: tuple[str, ...], *, whole: str | None, end: bool) -> None:
    """Draft that we agree to some items only together, as the package NAME."""
    with at_desk(shell) as seat:
        from kelisim_web.actions import packages as ours

        if [bool(items), bool(whole), end].count(True) != 1:
            raise Usage("usage-package")
        circle = the_plan(shell)
        if end:
            shell.tell("agreement.untied", name=name, count=ours.untie(seat, circle, name))
            return
        meant = [the_item(seat, circle, one) for one in (items or (str(whole),))]
        shell.tell("agreement.tied", name=name, count=ours.tie(seat, circle, name, meant, whole=bool(whole)))


@click.command(cls=Verb)
@click.pass_obj
def packages(shell: Shell) -> None:
    """The packages of all parties, joined where they overlap, and what in them is not agreed yet."""
    with at_desk(shell) as seat:
        from kelisim_web.queries.packages import packages_of

        found = packages_of(seat, the_plan(shell), shell.language)
        for view in found:
            if shell.as_json:
                ties = [tie._asdict() for tie in view.ties]
                shell.give({"ties": ties, "items": [tied._asdict() for tied in view.items]})
                continue
            shell.show("; ".join(f"{tie.party}: {tie.name}" for tie in view.ties))
            for tied in view.items:
                waits = "" if tied.agreed else f" · {shell.word('agreement.waits')}"
                shell.show(f"  {tied.number:7} {tied.title}{waits}")
        shell.talk("agreement.packages", count=len(found))


VERBS = (package, packages)
