"""`disclose`: a part of a concluded edition, for whoever may see no more than that.

With `--edition` it needs no node, and no Django: whoever has an edition file can publish any part of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kelisim.cli import Shell, Usage, Verb, read_file, write_file
from kelisim_web.commands.desk import at_desk, the_item, the_plan

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command(cls=Verb)
@click.argument("words", nargs=-1, metavar="[SCOPE] FILE")
@click.option("--item", "items", multiple=True, metavar="ITEM", help="An item, whole, by its number or id.")
@click.option("--field", "fields", multiple=True, metavar="ITEM:FIELD", help="A field of an item, alone.")
@click.option("--number", default="", metavar="0.1", help="An earlier edition of the SCOPE. [default: the last]")
@click.option("--edition", default="", metavar="EDITION", help="Take it from this edition file; no SCOPE, no node.")
@click.pass_obj
def disclose(
    shell: Shell, words: tuple[str, ...], items: Sequence[str], fields: Sequence[str], number: str, edition: str
) -> None:
    """Write chosen items and fields of a SCOPE's edition in force to a FILE that anybody can `kelisim verify`.

    Nothing else of the edition can be read or guessed from it. --item and --field can be given several times.
    """
    from kelisim import disclosure

    if len(words) != (1 if edition else 2) or (edition and number):
        raise Usage("disclose-from")
    whole = read_file(Path(edition)) if edition else _at_node(shell, words[0], number)
    part = disclosure.cut(whole, items, fields)
    write_file(Path(words[-1]), part)
    found = disclosure.verify(part)
    shown = {"items": len(found.part.items), "fields": sum(map(len, found.content.values()))}
    shell.tell("disclose.did", file=words[-1], number=str(found.offer.edition), **shown)


def _at_node(shell: Shell, scope: str, number: str) -> bytes:
    with at_desk(shell) as seat:
        from kelisim_web.actions import editions

        circle = the_plan(shell)
        return editions.edition_file(seat, circle, the_item(seat, circle, scope), number)


VERBS = (disclose,)
