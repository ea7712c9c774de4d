"""`recorded`: what a party without a node wrote, on our node alone; and confirming it at that party's node."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kelisim.cli import Shell, Usage, Verbs, read_file, write_file
from kelisim.position import ORDER
from kelisim_web.commands.desk import at_desk, the_item, the_plan
from kelisim_web.commands.positions import read_positions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from kelisim_web.access import Seat
    from kelisim_web.actions.recorded import Paper
    from kelisim_web.queries.recorded import Beside, Spoken, SupposedScope


@click.group(cls=Verbs)
def recorded() -> None:
    """Recorded by us: what a party without a node wrote. It is on our node alone and never counts as said."""


def _of_letter(verb: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which letter is meant, and its file."""
    for option in (
        click.option("--file", "scan", metavar="FILE", help="The letter itself; a copy is kept on our node."),
        click.option("--date", required=True, metavar="DATE", help="The day that stands on the letter."),
        click.option("--letter", required=True, metavar="NUMBER", help="The number that stands on the letter."),
        click.option("--by", "code", required=True, metavar="CODE", help="The party that wrote it."),
    ):
        verb = option(verb)
    return verb


def _paper(code: str, letter: str, date: str, scan: str | None) -> Paper:
    from kelisim_web.actions.recorded import Paper

    if scan is None:
        return Paper(code, letter, date)
    return Paper(code, letter, date, Path(scan).name, read_file(Path(scan)))


@recorded.command("add")
@click.argument("name", metavar="[ITEM]", required=False)
@click.argument("field", required=False)
@click.argument("value", required=False)
@_of_letter
@click.option("--positions", metavar="FILE", help="All positions of the letter, in a file as for `draft --file`.")
@click.option("--withdraw", is_flag=True, help="The letter takes their word back.")
@click.pass_obj
def recorded_add(
    shell: Shell,
    *,
    name: str | None,
    field: str | None,
    value: str | None,
    code: str,
    letter: str,
    date: str,
    scan: str | None,
    positions: str | None,
    withdraw: bool,
) -> None:
    """Record what a letter says on a FIELD of an ITEM: a VALUE, or that it takes a word back."""
    one = bool(name and field) and (value is None) == withdraw
    if one == bool(positions) or (positions and (name or withdraw)):
        raise Usage("usage-recorded")
    with at_desk(shell) as seat:
        from kelisim_web.actions.positions import Say
        from kelisim_web.actions.recorded import record

        circle = the_plan(shell)
        if positions:
            says = read_positions(Path(positions))
        else:
            says = [Say(the_item(seat, circle, name or ""), field or "", value)]
        count = record(seat, circle, _paper(code, letter, date, scan), says)
        shell.tell("recorded.added", count=count, letter=letter, code=code)


@recorded.command("new")
@click.argument("kind")
@click.argument("fields", nargs=-1)
@_of_letter
@click.option("--parent", metavar="ITEM", help="The item that it belongs under.")
@click.pass_obj
def recorded_new(
    shell: Shell,
    *,
    kind: str,
    fields: tuple[str, ...],
    parent: str | None,
    code: str,
    letter: str,
    date: str,
    scan: str | None,
) -> None:
    """Record a new item that a letter proposes, with its FIELDS as for `item new`; print its id."""
    with at_desk(shell) as seat:
        from kelisim_web.actions.positions import Say, new_item
        from kelisim_web.actions.recorded import record
        from kelisim_web.commands.items import given_fields

        circle = the_plan(shell)
        name = new_item()
        given = given_fields(seat, circle, kind, fields, parent)
        paper = _paper(code, letter, date, scan)
        record(seat, circle, paper, [Say(name, field, value) for field, value in given.items()])
        shell.tell("did.item-new", item=name, kind=kind)


@recorded.command("list")
@click.option("--by", "code", default="", metavar="CODE", help="Only of this party.")
@click.pass_obj
def recorded_list(shell: Shell, code: str) -> None:
    """Everything recorded, letter by letter."""
    with at_desk(shell) as seat:
        from kelisim_web.queries.recorded import recorded_of

        found = recorded_of(seat, the_plan(shell), shell.language, code)
        before = None
        for row in found:
            if shell.as_json:
                shell.give(row._asdict())
                continue
            if before != (row.party, row.letter):
                before = row.party, row.letter
                file = f" · {row.file}" if row.file else ""
                shell.show(f"\n{shell.word('recorded.letter', code=row.party, letter=row.letter, date=row.date)}{file}")
            said = shell.word("word.withdrawn") if row.value is None else row.value
            state = "" if row.how == "recorded" else f"  ({shell.word(f'recorded.{row.how}')})"
            shell.show(f"  {row.number:6} {row.title} · {row.field}: {said}{state}")
        shell.talk("recorded.listed", count=len(found))


@recorded.command("drop")
@click.argument("name", metavar="[ITEM]", required=False)
@click.argument("field", required=False)
@click.option("--by", "code", required=True, metavar="CODE", help="The party that wrote the letter.")
@click.option("--letter", required=True, metavar="NUMBER", help="The letter's number.")
@click.pass_obj
def recorded_drop(shell: Shell, name: str | None, field: str | None, code: str, letter: str) -> None:
    """Drop what is recorded of a letter: all of it, or only on an ITEM or its FIELD."""
    with at_desk(shell) as seat:
        from kelisim_web.actions.recorded import drop

        circle = the_plan(shell)
        item = the_item(seat, circle, name) if name else ""
        shell.tell("recorded.dropped", count=drop(seat, circle, code, letter, item, field or ""), letter=letter)


@recorded.command("write")
@click.argument("file")
@click.option("--by", "code", required=True, metavar="CODE", help="The party whose words these are.")
@click.pass_obj
def recorded_write(shell: Shell, file: str, code: str) -> None:
    """Write what we recorded of a party to FILE, for it to read and, once it has a node, confirm."""
    with at_desk(shell) as seat:
        from kelisim_web.actions.recorded import write_recorded

        heading = shell.word("recorded.heading", code=code)
        write_file(Path(file), write_recorded(seat, the_plan(shell), code, shell.language, heading))
        shell.tell("recorded.written", file=file, code=code)


@recorded.command("confirm")
@click.argument("file")
@click.option("--yes", is_flag=True, help="Say it: draft and dispatch all of it, in one act.")
@click.pass_obj
def recorded_confirm(shell: Shell, file: str, *, yes: bool) -> None:
    """Show what another party recorded of us in FILE, and with --yes say all of it ourselves."""
    with at_desk(shell) as seat:
        from kelisim_web.actions.recorded import confirm, to_confirm

        circle = the_plan(shell)
        found = to_confirm(seat, circle, file, read_file(Path(file)))
        for one in found.says:
            shell.tell("recorded.would-say", **one._asdict())
        for item, field in found.stays:
            shell.tell("recorded.stays", item=item, field=field)
        if not yes:
            shell.talk("recorded.not-yet", count=len(found.says), file=file)
            return
        done = confirm(seat, circle, found)
        shell.tell("did.dispatch", count=done.said, segment=done.segment[:12])


# What other verbs show of it


def show_beside(shell: Shell, fields: Sequence[Beside], heading: str, most: int = 10**9) -> None:
    """What each party says on fields where something is recorded: so many of them as lines, or all as objects."""
    if shell.as_json:
        for one in fields:
            told = {"scope": one.scope, "item": one.item, "number": one.number, "title": one.title, "field": one.field}
            shell.give({**told, "would_be": str(one.status), "spoken": [word._asdict() for word in one.spoken]})
        return
    if fields:
        shell.show(f"\n{shell.word(heading)}: {len(fields)}")
    for one in fields[:most]:
        status = shell.word(f"status.{one.status}")
        state = "" if one.settled else f" · {shell.word('recorded.would-be', status=status)}"
        shell.show(f"  {one.number:7} {one.title} · {_named(shell, one.field)}{state}")
        for word in one.spoken:
            said = shell.word("word.withdrawn") if word.value is None else word.text
            shell.show(f"          {_who(shell, word)}: {said}")
    if len(fields) > most:
        shell.show(f"  {shell.word('standing.more', count=len(fields) - most)}")


def _named(shell: Shell, field: str) -> str:
    from kelisim.plan import schema

    return schema().name(field, shell.language)


def _who(shell: Shell, word: Spoken) -> str:
    if word.how == "said":
        return word.code
    if word.how == "draft":
        return shell.word("recorded.our-draft", code=word.code)
    mark = "" if word.how == "recorded" else f"; {shell.word(f'recorded.{word.how}')}"
    return shell.word("recorded.mark", code=word.code, letter=word.letter, date=word.date, mark=mark)


def show_unconfirmed(shell: Shell, seat: Seat, circle: str, scope: str, most: int) -> None:
    """What is recorded and not confirmed, of a plan or of one of its scopes."""
    from kelisim_web.queries.recorded import beside

    fields = [one for one in beside(seat, circle, shell.language) if not one.settled and scope in ("", one.scope)]
    show_beside(shell, _least_settled_first(fields), "recorded.fields", most)


def _least_settled_first(fields: Iterable[Beside]) -> list[Beside]:
    return sorted(fields, key=lambda one: ORDER[one.status])


def show_on_paper(shell: Shell, seat: Seat, circle: str, name: str, most: int) -> bool:
    """How a plan on paper, or a scope of it, would stand; say whether the plan is one."""
    from kelisim_web import store
    from kelisim_web.paper import is_paper
    from kelisim_web.queries.recorded import beside, on_paper

    if not is_paper(store.charter(circle)):
        return False
    only = the_item(seat, circle, name) if name else ""
    shell.talk("paper.is", plan=circle[:12])
    for scope in on_paper(seat, circle, shell.language):
        if only in ("", scope.scope):
            _show_supposed(shell, scope)
    fields = beside(seat, circle, shell.language, drafts=True)
    fields = _least_settled_first(one for one in fields if only in ("", one.scope))
    show_beside(shell, fields, "paper.fields", most)
    return True


def _show_supposed(shell: Shell, scope: SupposedScope) -> None:
    items = {str(status): count for status, count in sorted(scope.items.items())}
    if shell.as_json:
        shell.give({"scope": scope.scope, "number": scope.number, "title": scope.title, "would_be": items})
    counts = ", ".join(f"{shell.word(f'status.{status}')} {count}" for status, count in items.items())
    title = scope.title or shell.word("standing.nowhere")
    shell.show(f"\n{scope.number} {title}\n  {shell.word('recorded.would-be', status=counts)}")


VERBS = (recorded,)
