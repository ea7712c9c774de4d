"""`doctor`: is this node sound?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kelisim.cli import FINDINGS, Shell, Verb
from kelisim_web.commands.desk import at_desk

if TYPE_CHECKING:
    from kelisim_web.queries.doctor import Finding


@click.command(cls=Verb)
@click.pass_obj
def doctor(shell: Shell) -> int:
    """Check that this node is sound, and say of each finding what to do. Nothing is changed."""
    count = 0
    with at_desk(shell) as seat:
        from kelisim_web.queries.doctor import examine

        for check in examine(seat):
            count += len(check.findings)
            if not check.findings:
                shell.tell("doctor.well", check=shell.word(f"doctor.{check.name}"))
            for found in check.findings:
                _tell(shell, check.name, found)
    shell.tell("doctor.findings" if count else "doctor.sound", count=count)
    return FINDINGS if count else 0


def _tell(shell: Shell, check: str, found: Finding) -> None:
    from kelisim.messages import explain

    said = explain(found.what, shell.language)
    if shell.as_json:
        told = {"check": check, "finding": found.what.code, "params": found.what.params, **said._asdict()}
        shell.give({**told, "kind": found.kind, "id": found.name})
        return
    about = f" ({shell.word(f'kind.{found.kind}')} {found.name[:12]})" if found.kind else ""
    name = shell.word(f"doctor.{check}")
    shell.show(f"{shell.word('doctor.finding', check=name)}{about}: {said.what}\n  {said.why}\n  → {said.next}")


VERBS = (doctor,)
