"""`item`: what the plan is made of; each verb drafts words of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kelisim.cli import Shell, Usage, Verbs
from kelisim_web.commands.desk import at_desk, the_item, the_plan

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.group(cls=Verbs)
def item() -> None:
    """Items of the plan."""


@item.command("new")
@click.argument("kind")
@click.argument("fields", nargs=-1)
@click.option("--parent", metavar="ITEM", help="The item that it belongs under.")
@click.pass_obj
def item_new(shell: Shell, kind: str, fields: tuple[str, ...], parent: str | None) -> None:
    """Draft a new item of a KIND, with FIELDS such as `number=4.1` and `title.en="Joint course"`; print its id."""
    with at_desk(shell) as seat:
        from kelisim_web.actions.positions import Say, draft, new_item

        circle = the_plan(shell)
        name = new_item()
        given = {"kind": kind, "present": "yes"}
        if parent:
            given["parent"] = the_item(seat, circle, parent)
        for entry in fields:
            field, equals, value = entry.partition("=")
            if not equals:
                raise Usage("usage-field", value=entry)
            given[field] = value
        draft(seat, circle, [Say(name, field, value) for field, value in given.items()])
        shell.tell("did.item-new", item=name, kind=kind)


@item.command("strike")
@click.argument("name", metavar="ITEM")
@click.pass_obj
def item_strike(shell: Shell, name: str) -> None:
    """Draft that an ITEM is to be struck out; it is when all have taken back that it is in the plan."""
    with at_desk(shell) as seat:
        from kelisim_web.actions import items

        circle = the_plan(shell)
        meant = the_item(seat, circle, name)
        dropped = items.strike(seat, circle, meant)
        if dropped:
            shell.tell("agreement.dropped", item=meant, count=dropped)
        else:
            shell.tell("agreement.struck", item=meant)


@item.command("restore")
@click.argument("name", metavar="ITEM")
@click.pass_obj
def item_restore(shell: Shell, name: str) -> None:
    """Draft that an ITEM which we have struck out is in the plan again."""
    with at_desk(shell) as seat:
        from kelisim_web.actions import items

        circle = the_plan(shell)
        meant = the_item(seat, circle, name)
        items.restore(seat, circle, meant)
        shell.tell("agreement.restored", item=meant)


@item.command("split")
@click.argument("name", metavar="ITEM")
@click.argument("numbers", nargs=-1, required=True)
@click.pass_obj
def item_split(shell: Shell, name: str, numbers: tuple[str, ...]) -> None:
    """Draft new items with these NUMBERS that take over our words of an ITEM and continue it, and strike it out."""
    with at_desk(shell) as seat:
        from kelisim_web.actions import items

        _check_several(numbers)
        circle = the_plan(shell)
        meant = the_item(seat, circle, name)
        for made, number in zip(items.split(seat, circle, meant, numbers), numbers, strict=True):
            shell.tell("agreement.made", item=made, number=number)
        shell.tell("agreement.struck", item=meant)


@item.command("merge")
@click.argument("names", metavar="ITEM...", nargs=-1, required=True)
@click.option("--number", required=True, metavar="N", help="The number of the new item.")
@click.pass_obj
def item_merge(shell: Shell, names: tuple[str, ...], number: str) -> None:
    """Draft one new item that takes over our words of several and continues them, and strike them out.

    Where our words of them differ, those of the ITEM named first are taken.
    """
    with at_desk(shell) as seat:
        from kelisim_web.actions import items

        circle = the_plan(shell)
        meant = [the_item(seat, circle, name) for name in names]
        _check_several(meant)
        made = items.merge(seat, circle, meant, number)
        shell.tell("agreement.made", item=made, number=number)
        for one in meant:
            shell.tell("agreement.struck", item=one)


def _check_several(named: Sequence[str]) -> None:
    if len(set(named)) != len(named) or len(named) == 1:
        raise Usage("usage-several", named=", ".join(named))


VERBS = (item,)
