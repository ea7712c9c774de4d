"""`standing`, `show`, `rebuild`: how things are."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from textwrap import shorten
from typing import TYPE_CHECKING

import click

from kelisim.cli import Shell, Verb
from kelisim.position import ORDER, Status
from kelisim_web.commands.desk import at_desk, the_item, the_plan
from kelisim_web.commands.recorded import show_beside, show_on_paper, show_unconfirmed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kelisim_web.access import Seat
    from kelisim_web.queries.item import ItemView
    from kelisim_web.queries.overview import LineCount, Overview, Row, ScopeView

FEW = 12
MANY = 3
TITLE = 72
WORDS = 220


@click.command(cls=Verb)
@click.argument("name", metavar="[SCOPE]", required=False)
@click.option("--all", "everything", is_flag=True, help="Every unsettled field, not only the first few.")
@click.option("--peek", is_flag=True, help="Do not remember that we have looked.")
@click.pass_obj
def standing(shell: Shell, name: str | None, *, everything: bool, peek: bool) -> None:
    """How far the plan is: by line of cooperation, what waits for us and for them, what is new."""
    with at_desk(shell) as seat:
        from kelisim_web.queries.overview import look, overview

        circle, most = the_plan(shell), 10**9 if everything else FEW
        if show_on_paper(shell, seat, circle, name or "", most):
            return
        found = overview(seat, circle, shell.language)
        only = the_item(seat, circle, name) if name else ""
        if only:
            found = found.only(only)
        _show_overview(shell, found, most)
        _show_silence(shell, seat, circle)
        show_unconfirmed(shell, seat, circle, only, most)
        if not peek:
            look(seat, circle)


def _show_overview(shell: Shell, found: Overview, most: int) -> None:
    for view in found.scopes:
        _show_scope(shell, view)
    for code in (found.ours, *(code for code in found.parties if code != found.ours)):
        key = "standing.waits-for-us" if code == found.ours else "standing.waits-for-them"
        _show_rows(shell, shell.word(key, code=code), found.waiting(code), most)
    if stuck := found.stuck():
        _show_rows(shell, shell.word("standing.nobody"), stuck, most)
    _show_rows(shell, shell.word("standing.new"), found.new, most)
    for code, trouble in found.troubled:
        shell.show(f"\n{shell.word(f'standing.feed-{trouble}', code=code)}")
    if shell.as_json:
        _give(shell, found)


def _show_silence(shell: Shell, seat: Seat, circle: str) -> None:
    """Say so where this node is, or may be, a restored copy."""
    from kelisim_web.queries.accidents import restores

    for restore in restores(seat):
        if restore.circle == circle:
            shell.show(f"\n{shell.word('restored.unsealing' if restore.epoch else 'restored.silent')}")


def _show_scope(shell: Shell, view: ScopeView) -> None:
    state = [shell.word("standing.editions", count=view.editions)] if view.editions else []
    state += [shell.word("edition.corrects")] if view.corrected else []
    state += [shell.word("standing.offered")] if view.offered else []
    state += [shell.word("standing.frozen")] if view.frozen else []
    title = view.title or shell.word("standing.nowhere")
    shell.show(f"\n{view.number} {title}" + (f"  ({'; '.join(state)})" if state else ""))
    if view.notice:
        shell.show(f"  {view.notice}")
    width = max((len(_line_name(line)) for line in view.lines), default=0)
    for line in view.lines:
        counts = ", ".join(f"{shell.word(f'status.{status}')} {count}" for status, count in sorted(line.items.items()))
        shell.show(f"  {_line_name(line):{width}}  {counts}")


def _line_name(line: LineCount) -> str:
    return f"{line.number} {line.title}".strip()


def _show_rows(shell: Shell, heading: str, rows: Sequence[Row], most: int) -> None:
    """A list of fields; many fields of one item that stand alike are one line."""
    from kelisim.plan.values import by_number

    rows = sorted(rows, key=lambda row: (by_number(row.number), row.item, ORDER[row.status]))
    shell.show(f"\n{heading}: {len(rows)}")
    groups = [[*group] for _, group in groupby(rows, lambda row: (row.item, row.status))]
    lines = [line for group in groups for line in ([group] if len(group) >= MANY else [[row] for row in group])]
    for line in lines[:most]:
        _show_line(shell, line)
    if len(lines) > most:
        shell.show(f"  {shell.word('standing.more', count=len(lines) - most)}")


def _show_line(shell: Shell, rows: Sequence[Row]) -> None:
    row = rows[0]
    title = f"  {row.number:7} {shorten(row.title, TITLE, placeholder=' …')}"
    state = shell.word(f"status.{row.status}")
    if len(rows) > 1:
        shell.show(f"{title} · {shell.word('standing.fields', status=state, count=len(rows))}")
        return
    words = shorten(row.words, WORDS, placeholder=" …")
    shell.show(f"{title} · {_name(shell, row.field)} · {state}\n          {words}")


def _name(shell: Shell, field: str) -> str:
    from kelisim.plan import schema

    found = schema()
    known = next((one for one in found.fields if one.stem == field), None)
    return known.names[shell.language] if known else found.name(field, shell.language)


def _give(shell: Shell, found: Overview) -> None:
    for view in found.scopes:
        items = {str(status): count for status, count in view.items.items()}
        told = {"scope": view.scope, "number": view.number, "title": view.title, "notice": view.notice, "items": items}
        state = {"editions": view.editions, "corrected": view.corrected}
        shell.give({**told, **state, "offered": view.offered, "frozen": view.frozen})
    unsettled = [row for view in found.scopes for row in view.unsettled]
    new, known = ({(row.item, row.field) for row in rows} for rows in (found.new, unsettled))
    for row in [*unsettled, *(row for row in found.new if (row.item, row.field) not in known)]:
        told = {"scope": row.scope, "item": row.item, "number": row.number, "title": row.title, "field": row.field}
        told |= {"name": _name(shell, row.field), "status": str(row.status), "waits_for": list(row.waits_for)}
        shell.give({**told, "words": row.words, "new": (row.item, row.field) in new})
    for code, trouble in found.troubled:
        shell.give({"party": code, "feed": trouble})


@click.command(cls=Verb)
@click.argument("name", metavar="ITEM")
@click.pass_obj
def show(shell: Shell, name: str) -> None:
    """One ITEM: its fields with their brackets, who said what and when, and what we have drafted."""
    with at_desk(shell) as seat:
        from kelisim_web.queries.item import item_view
        from kelisim_web.queries.recorded import beside, called

        circle = the_plan(shell)
        view = item_view(seat, circle, the_item(seat, circle, name), shell.language)
        if not view.kind:  # nobody has spoken of it
            view = replace(view, **called(seat, circle, view.item, shell.language)._asdict())
        if shell.as_json:
            _give_item(shell, view)
        else:
            _show_item(shell, view)
        fields = beside(seat, circle, shell.language, item=view.item)
        show_beside(shell, fields, "recorded.fields")


def _show_item(shell: Shell, view: ItemView) -> None:
    from kelisim.plan import schema

    known = schema()
    kind = known.kinds.get(view.kind, {}).get(shell.language, view.kind)
    shell.show(f"{view.number} {view.title}  ({kind}, {view.item})")
    if view.progress:
        shell.show(f"  {shell.word(f'progress.{view.progress.state}')}")
    if view.notice:
        shell.show(f"  {view.notice}")
    if view.struck_out:
        shell.show(f"  {shell.word('agreement.is-struck-out')}")
    _show_fields(shell, view)
    if view.drafts:
        shell.show(f"\n{shell.word('show.drafts')}")
        for row in view.drafts:
            said = shell.word("word.withdrawn") if row.value is None else row.value
            shell.show(f"  {known.name(row.field, shell.language)}: {said}")
    shell.show(f"\n{shell.word('show.history')}")
    for one in view.history:
        said = shell.word("word.withdrawn") if one.value is None else known.shown(one.field, one.value, shell.language)
        hold = f" ({shell.word('status.ad-referendum')})" if one.hold else ""
        shell.show(f"  {one.at} {one.party}  {known.name(one.field, shell.language)}: {said}{hold}")


def _show_fields(shell: Shell, view: ItemView) -> None:
    from kelisim.plan import schema

    known = schema()
    for name, field, words in view.fields:
        state = shell.word(f"status.{field.status}")
        waits = f" · {shell.word('standing.waits', codes=', '.join(field.waits_for))}" if field.waits_for else ""
        shell.show(f"\n  {known.name(name, shell.language)} · {state}{waits}")
        accounts = [f"{code}: {known.shown(name, said, shell.language)}" for code, said in field.values.items()]
        for line in accounts if field.status is Status.ACCOUNT else words.split("\n"):
            shell.show(f"    {line}")
        if name in view.marks:
            told = {"item": view.number or view.item, "field": name, "mark": view.marks[name]}
            shell.show(f"    {shell.word('agreement.bracket', **told)}")


def _give_item(shell: Shell, view: ItemView) -> None:
    state = {"state": str(view.progress.state)} if view.progress else {}
    named = {name: getattr(view, name) for name in ("item", "kind", "number", "title", "notice", "struck_out")}
    shell.give({**named, **state})
    for name, field, words in view.fields:
        told = {"field": name, "status": str(field.status), "values": field.values, "words": words}
        shell.give({**told, "waits_for": list(field.waits_for), "at": view.marks.get(name, "")})
    for one in view.history:
        shell.give({"at": one.at, "party": one.party, "field": one.field, "value": one.value, "hold": one.hold})


@click.command(cls=Verb)
@click.pass_obj
def rebuild(shell: Shell) -> None:
    """Make every derived row anew from the evidence."""
    with at_desk(shell) as seat:
        from kelisim_web import store

        store.rebuild(seat.progress)
        shell.tell("did.rebuild")


VERBS = (standing, show, rebuild)
