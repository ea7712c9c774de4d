"""`item`, `draft`, `drafts`, `dispatch`: what we mean to say, and saying it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kelisim.cli import FINDINGS, Shell, Usage, Verb, Verbs, read_file
from kelisim_web.commands.desk import at_desk, the_item, the_plan

if TYPE_CHECKING:
    from kelisim_web.access import Seat
    from kelisim_web.actions.positions import Say


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


@click.command(cls=Verb)
@click.argument("name", metavar="[ITEM]", required=False)
@click.argument("field", required=False)
@click.argument("value", required=False)
@click.option("--theirs", metavar="CODE", help="Take this party's words over, of the field, the item or --all.")
@click.option("--all", "everything", is_flag=True, help="With --theirs: every field on which we differ.")
@click.option("--under", metavar="ITEM", help="With --all: only in this plan or yearly plan.")
@click.option("--file", metavar="FILE", help="Draft the positions of a TOML file, one table an item.")
@click.option("--withdraw", is_flag=True, help="Take our word back.")
@click.option("--discard", is_flag=True, help="Drop our draft.")
@click.option("--ad-referendum", "hold", is_flag=True, help="Waits for the capital.")
@click.option("--note", default="", help="Why; stays on our node for ever.")
@click.pass_obj
def draft(
    shell: Shell,
    *,
    name: str | None,
    field: str | None,
    value: str | None,
    theirs: str | None,
    everything: bool,
    under: str | None,
    file: str | None,
    withdraw: bool,
    discard: bool,
    hold: bool,
    note: str,
) -> None:
    """Draft our position on a FIELD of an ITEM: a VALUE, or another party's words, or taking ours back."""
    with at_desk(shell) as seat:
        from kelisim_web.actions import positions

        circle = the_plan(shell)
        if file:
            count = positions.draft(seat, circle, _read_positions(Path(file), hold=hold, note=note))
        elif theirs:
            count = _endorse(shell, seat, theirs, (name, field, under), everything=everything, hold=hold, note=note)
        elif not name or not field or (value is None) == (not withdraw and not discard):
            raise Usage("usage-draft")
        elif discard:
            positions.discard(seat, circle, the_item(seat, circle, name), field)
            shell.tell("did.discard", field=field)
            return
        else:
            found = the_item(seat, circle, name)
            count = positions.draft(seat, circle, [positions.Say(found, field, value, hold, note)])
        shell.tell("did.draft", count=count)


def _endorse(
    shell: Shell,
    seat: Seat,
    code: str,
    where: tuple[str | None, str | None, str | None],
    *,
    everything: bool,
    hold: bool,
    note: str,
) -> int:
    from kelisim_web.actions import positions
    from kelisim_web.queries.standing import standing_of

    circle = the_plan(shell)
    name, field, under = where
    if bool(name) == everything:
        raise Usage("usage-draft")
    if name:
        return positions.endorse(
            seat, circle, code, [(the_item(seat, circle, name), field or "")], hold=hold, note=note
        )
    scope = the_item(seat, circle, under) if under else ""
    fields = positions.open_fields(standing_of(seat, circle), code, scope)
    return positions.endorse(seat, circle, code, fields, hold=hold, note=note)


def _read_positions(path: Path, *, hold: bool, note: str) -> list[Say]:
    import tomllib

    from kelisim.errors import Malformed
    from kelisim_web.actions.positions import Say, flatten

    try:
        table = tomllib.loads(read_file(path).decode())
    except ValueError as error:
        raise Malformed("file-not-toml", path=str(path), detail=str(error)[:200]) from error
    if not all(isinstance(fields, dict) for fields in table.values()):
        raise Malformed("file-not-toml", path=str(path), detail="[item]")
    return [
        Say(name, field, value, hold, note)
        for name, fields in table.items()
        for field, value in flatten(fields).items()
    ]


@click.command(cls=Verb)
@click.pass_obj
def drafts(shell: Shell) -> None:
    """What we have drafted and not yet said. It is on our node alone."""
    with at_desk(shell) as seat:
        from kelisim_web.queries.drafts import drafts_of

        found = drafts_of(seat, the_plan(shell), shell.language)
        for row in found:
            if shell.as_json:
                shell.give(row._asdict())
                continue
            said = shell.word("word.withdrawn") if row.value is None else row.value
            hold = f" ({shell.word('status.ad-referendum')})" if row.hold else ""
            note = f"\n      {shell.word('word.note')}: {row.note}" if row.note else ""
            shell.show(f"  {row.number:6} {row.title} · {row.field}: {said}{hold}{note}")
        shell.talk("did.drafts", count=len(found))


@click.command(cls=Verb)
@click.option("--acknowledge", is_flag=True, help="Also with nothing to say: tell what we have received.")
@click.pass_obj
def dispatch(shell: Shell, *, acknowledge: bool) -> int:
    """Say what we have drafted: sign one segment of our feed."""
    with at_desk(shell) as seat:
        from kelisim_web import store
        from kelisim_web.actions import positions

        for later in store.successors(the_plan(shell)):
            shell.talk("restored.succeeded", plan=the_plan(shell)[:12], later=later[:12])
        done = positions.dispatch(seat, the_plan(shell), acknowledge=acknowledge)
        shell.tell("did.dispatch", count=done.said, segment=done.segment[:12])
        for name, field, why in done.held_back:
            shell.tell(f"did.held-back-{why}", item=name, field=field)
    return FINDINGS if done.held_back else 0


VERBS = (item, draft, drafts, dispatch)
