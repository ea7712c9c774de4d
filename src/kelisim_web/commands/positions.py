"""`draft`, `confirm`, `drafts`, `dispatch`: what we mean to say, and saying it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kelisim.cli import FINDINGS, Shell, Usage, Verb, read_file
from kelisim_web.commands.desk import at_desk, the_item, the_plan

if TYPE_CHECKING:
    from kelisim_web.access import Seat
    from kelisim_web.actions.positions import Say


@click.command(cls=Verb)
@click.argument("name", metavar="[ITEM]", required=False)
@click.argument("field", required=False)
@click.argument("value", required=False)
@click.option("--theirs", metavar="CODE", help="Take this party's words over, of the field, the item or --all.")
@click.option("--all", "everything", is_flag=True, help="With --theirs: every field on which we differ.")
@click.option("--under", metavar="ITEM", help="With --all: only in this plan or yearly plan.")
@click.option("--bracket", "brackets", type=int, multiple=True, metavar="N", help="With --theirs: this bracket alone.")
@click.option("--at", default="", metavar="MARK", help="With --bracket: refuse if anybody's words have moved since.")
@click.option("--from-plan", "source", metavar="PLAN", help="What we say of the ITEM in another of our plans.")
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
    brackets: tuple[int, ...],
    at: str,
    source: str | None,
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
            count = positions.draft(seat, circle, read_positions(Path(file), hold=hold, note=note))
        elif source:
            count = _move(shell, seat, source, positions.Say(name or "", field or "", value, hold, note))
        elif brackets or at:
            say = positions.Say(name or "", field or "", value, hold, note)
            count = _endorse_brackets(shell, seat, theirs, say, brackets, at)
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


def _endorse_brackets(shell: Shell, seat: Seat, code: str | None, say: Say, brackets: tuple[int, ...], at: str) -> int:
    from kelisim_web.actions import positions

    if not code or not say.item or not say.field or say.value is not None or not brackets:
        raise Usage("usage-bracket")
    circle = the_plan(shell)
    named = say._replace(item=the_item(seat, circle, say.item))
    return positions.endorse_brackets(seat, circle, named, code, brackets, at)


def _move(shell: Shell, seat: Seat, source: str, say: Say) -> int:
    from kelisim_web.actions import items

    if not say.item or say.value is not None:
        raise Usage("usage-draft")
    circle, there = the_plan(shell), the_plan(shell, source)
    moved = items.move(seat, circle, there, say._replace(item=the_item(seat, there, say.item)))
    shell.tell("agreement.moved", item=moved.item)
    return moved.fields


def read_positions(path: Path, *, hold: bool = False, note: str = "") -> list[Say]:
    """The positions of a TOML file, one table an item.

    Raises:
        Malformed: it is not such a file.
        BadValue: a value is not text.
    """
    from kelisim.errors import Malformed
    from kelisim.planfile import flatten, tables
    from kelisim_web.actions.positions import Say

    says = []
    for name, fields in tables(read_file(path), str(path)).items():
        if not isinstance(fields, dict):
            raise Malformed("file-not-toml", path=str(path), detail="[item]")
        for field, value in flatten(fields):
            if not isinstance(value, str):
                raise value
            says.append(Say(name, field, value, hold, note))
    return says


@click.command(cls=Verb)
@click.argument("name", metavar="[ITEM]", required=False)
@click.argument("field", required=False)
@click.option("--all", "everything", is_flag=True, help="Everything of ours that waits for the capital.")
@click.option("--under", metavar="ITEM", help="With --all: only in this plan or yearly plan.")
@click.pass_obj
def confirm(shell: Shell, *, name: str | None, field: str | None, everything: bool, under: str | None) -> None:
    """Confirm what we have said ad referendum: draft the same words of an ITEM, or a FIELD of it, now firm."""
    with at_desk(shell) as seat:
        from kelisim.plan import schema
        from kelisim_web.actions import positions
        from kelisim_web.queries.standing import standing_of

        if bool(name) == everything or (under and not everything):
            raise Usage("usage-confirm")
        circle = the_plan(shell)
        meant = the_item(seat, circle, name) if name else ""
        scope = the_item(seat, circle, under) if under else ""
        said = positions.confirm(seat, circle, meant, field or "", scope)
        standing = standing_of(seat, circle)
        for say in said:
            told = {"item": say.item, "number": standing.said(say.item, "number") or say.item, "value": say.value or ""}
            shell.tell("agreement.confirmed", **told, field=schema().name(say.field, shell.language))
        shell.tell("did.draft", count=len(said))


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


VERBS = (draft, confirm, drafts, dispatch)
