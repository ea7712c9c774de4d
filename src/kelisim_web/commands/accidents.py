"""`restore`, `forks`, `restate`: what an officer types after an accident."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kelisim.cli import FINDINGS, Shell, Verb, Verbs, write_file
from kelisim_web.commands.desk import at_desk, the_plan

if TYPE_CHECKING:
    from kelisim_web.queries.accidents import ForkView, RestoreView


@click.group(cls=Verbs)
def restore() -> None:
    """A node that is a restored copy: it stays silent until the root keys have signed an epoch."""


@restore.command("begin")
@click.pass_obj
def restore_begin(shell: Shell) -> None:
    """Say that this node is a restored copy."""
    with at_desk(shell) as seat:
        from kelisim_web.actions.accidents import begin_restore

        for circle in begin_restore(seat):
            shell.tell("restored.begun", plan=circle[:12])


@restore.command("status")
@click.pass_obj
def restore_status(shell: Shell) -> int:
    """What is still to be done until this node speaks and seals again."""
    with at_desk(shell) as seat:
        from kelisim_web.queries.accidents import restores

        found = restores(seat)
        for view in found:
            if shell.as_json:
                shell.give(view._asdict())
            else:
                _show_restore(shell, view)
        if not found:
            shell.talk("restored.not")
    return FINDINGS if found else 0


def _show_restore(shell: Shell, view: RestoreView) -> None:
    plan = view.circle[:12]
    shell.tell("restored.is", plan=plan, at=view.at, held=view.held)
    if not view.epoch:
        if view.lacking:
            shell.tell("restored.lacking", codes=", ".join(view.lacking))
        shell.tell("restored.take-back")
        shell.tell("restored.ask", plan=plan)
    if view.owed:
        shell.tell("restored.owed", number=view.epoch, codes=", ".join(view.owed))
    for offer in view.receipts:
        shell.tell("restored.receipt", offer=offer[:12], plan=plan)


@restore.command("lift")
@click.pass_obj
def restore_lift(shell: Shell) -> None:
    """Say that this node is no copy, and holds all that it has ever said in the plan."""
    with at_desk(shell) as seat:
        from kelisim_web.actions.accidents import lift_restore

        circle = the_plan(shell)
        lift_restore(seat, circle)
        shell.tell("restored.lifted", plan=circle[:12])


@click.command(cls=Verb)
@click.argument("code", required=False)
@click.option("--write", "file", metavar="FILE", help="Write the proof to a file that anybody can verify.")
@click.option("--of", "piece", default="", metavar="ID", help="With --write: the proof in which this record is.")
@click.pass_obj
def forks(shell: Shell, code: str | None, file: str | None, piece: str) -> int:
    """Where a party's keys signed two things that cannot both stand: each with both signed pieces."""
    with at_desk(shell) as seat:
        from kelisim_web.queries.accidents import forks_of, the_fork

        found = forks_of(seat, the_plan(shell), code or "")
        if file:
            write_file(Path(file), the_fork(found, piece).proof)
            shell.tell("forks.written", file=file)
            return 0
        for view in found:
            _show_fork(shell, view)
        if not found:
            shell.talk("forks.none")
    return FINDINGS if found else 0


def _show_fork(shell: Shell, view: ForkView) -> None:
    if shell.as_json:
        pieces = [piece._asdict() for piece in view.pieces]
        shell.give({"party": view.code, "fork": view.sort, "contests": view.contests, "pieces": pieces})
        return
    state = shell.word("forks.contests" if view.contests else "forks.shown")
    shell.show(f"{view.code}: {shell.word(f'fork.{view.sort}')} – {state}")
    for piece in view.pieces:
        told = {"kind": piece.kind, "id": piece.id[:12], "place": piece.place or "–"}
        shell.tell("forks.piece", **told, at=piece.at, keys=piece.keys)
        for item, field, value in piece.says:
            shell.show(f"      {item} {field}: {shell.word('word.withdrawn') if value is None else value}")


@click.command(cls=Verb)
@click.argument("segments", nargs=-1, metavar="[SEGMENT]…")
@click.option("--from", "source", metavar="PLAN", help="Our words of another plan, under their ids.")
@click.pass_obj
def restate(shell: Shell, segments: tuple[str, ...], source: str | None) -> int:
    """Draft again what an epoch of ours left behind, or what we said in a plan that this one succeeds."""
    with at_desk(shell) as seat:
        from kelisim_web.actions.accidents import restate_orphans, restate_plan

        circle = the_plan(shell)
        if source:
            done = restate_plan(seat, circle, the_plan(shell, source))
        else:
            done = restate_orphans(seat, circle, segments)
        for item, field in done.passed_over:
            shell.tell("restored.passed-over", item=item, field=field)
        shell.tell("restored.restated", count=done.drafted)
    return FINDINGS if done.passed_over else 0


VERBS = (restore, forks, restate)
