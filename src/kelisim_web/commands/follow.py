"""`find`, `progress`: finding items, and following what becomes of them."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING

import click

from kelisim.cli import FINDINGS, Shell, Verb
from kelisim.progress import IATI
from kelisim_web.commands.desk import at_desk, the_item, the_plan

if TYPE_CHECKING:
    from datetime import date

    from kelisim_web.queries.find import Found
    from kelisim_web.queries.progress import ProgressRow, ScopeProgress

TITLE = 72


@click.command(cls=Verb)
@click.argument("words", nargs=-1, required=True)
@click.pass_obj
def find(shell: Shell, words: tuple[str, ...]) -> None:
    """Find items by WORDS of their titles in any language, by number, or by their number in another system."""
    with at_desk(shell) as seat:
        from kelisim_web.queries.find import find_items

        found = find_items(seat, the_plan(shell), words, shell.language)
        for one in found:
            if shell.as_json:
                shell.give(one._asdict())
            else:
                _show_found(shell, one)
        if not found:
            shell.show(shell.word("find.nothing", words=" ".join(words)))


def _show_found(shell: Shell, one: Found) -> None:
    from kelisim.plan import schema

    kind = schema().kinds.get(one.kind, {}).get(shell.language, one.kind)
    shell.show(f"{one.number:7} {shorten(one.title, TITLE, placeholder=' …')}  ({kind}, {one.item})")
    hidden = ("number", "title.") if any(one.title in values for values in one.where.values()) else ("number",)
    for name, values in one.where.items():
        if not name.startswith(hidden):
            shell.show(f"          {schema().name(name, shell.language)}: {'; '.join(values)}")


@click.command(cls=Verb)
@click.argument("name", metavar="[SCOPE]", required=False)
@click.option("--overdue", is_flag=True, help="Only what is past its last day and nobody has reported.")
@click.pass_obj
def progress(shell: Shell, name: str | None, *, overdue: bool) -> int:
    """What has become of activities, projects, meetings and actions: state, dates, what each party reports."""
    with at_desk(shell) as seat:
        from kelisim_web.queries.progress import progress_of, today

        circle = the_plan(shell)
        scope = the_item(seat, circle, name) if name else ""
        day = today(seat)
        late = 0
        for view in progress_of(seat, circle, shell.language, scope):
            rows = [row for row in view.rows if row.progress.overdue or not overdue]
            late += sum(row.progress.overdue for row in rows)
            if shell.as_json:
                for row in rows:
                    _give(shell, row, day)
            elif rows:
                _show_scope(shell, view, rows, day)
        if overdue and not shell.as_json:
            shell.show(shell.word("progress.late" if late else "progress.none-late", count=late))
    return FINDINGS if overdue and late else 0


def _show_scope(shell: Shell, view: ScopeProgress, rows: list[ProgressRow], day: date) -> None:
    shell.show(f"{view.number} {view.title or shell.word('standing.nowhere')}".strip())
    if view.notice:
        shell.show(f"  {view.notice}")
    for row in rows:
        when = f" · {row.when}" if row.when else ""
        shell.show(f"  {row.number:7} {shorten(row.title, TITLE, placeholder=' …')}{when}")
        shell.show(f"          {_told(shell, row, day)}")
    shell.show()


def _told(shell: Shell, row: ProgressRow, day: date) -> str:
    """State, days since the end, accounts, and whose account is missing, in one line."""
    found = row.progress
    parts = [shell.word(f"progress.{found.state}")]
    if found.overdue and found.dates.ends:
        parts.append(shell.word("progress.days", count=(day - found.dates.ends).days))
    parts += [f"{code}: {said}" for code, said in row.told.items()]
    if found.missing:
        parts.append(shell.word("progress.missing", codes=", ".join(found.missing)))
    return " · ".join(parts)


def _give(shell: Shell, row: ProgressRow, day: date) -> None:
    found = row.progress
    told = {"scope": row.scope, "item": row.item, "kind": row.kind, "number": row.number, "title": row.title}
    told |= {"state": str(found.state), "iati": IATI[found.state], "when": row.when}
    ends = found.dates.ends
    told |= {name: str(at) for name, at in (("begins", found.dates.begins), ("ends", ends)) if at}
    late = {"days": (day - ends).days} if found.overdue and ends else {}
    accounts = {"accounts": dict(found.accounts), "missing": list(found.missing), "after": list(found.after)}
    shell.give({**told, **accounts, "overdue": found.overdue, **late})


VERBS = (find, progress)
