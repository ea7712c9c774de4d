"""`freeze`, `offer`, `accept`, `receipt`, `withdraw`, `edition`: closing a scope."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kelisim.cli import FINDINGS, Shell, Verb, Verbs, write_file
from kelisim_web.commands.desk import at_desk, the_item, the_plan

if TYPE_CHECKING:
    from kelisim.edition import Freeze
    from kelisim.messages import Told
    from kelisim.position import Standing
    from kelisim_web.actions.editions import Sealed

KEY = click.option("--key", default="", metavar="NAME", help="Which key signs: its name on the node, or its file.")


@click.command(cls=Verb)
@click.argument("scope")
@click.option("--languages", default="", metavar="en,kk,ru", help="The languages of the edition. [default: all]")
@click.option("--lift", is_flag=True, help="Open the scope again.")
@click.pass_obj
def freeze(shell: Shell, scope: str, languages: str, *, lift: bool) -> int:
    """Close a SCOPE for its edition, or list what keeps it open."""
    with at_desk(shell) as seat:
        from kelisim_web.actions import editions
        from kelisim_web.queries.standing import standing_of

        circle = the_plan(shell)
        name = the_item(seat, circle, scope)
        if lift:
            editions.lift(seat, circle, name)
            shell.tell("did.lift")
            return 0
        standing = standing_of(seat, circle)  # read before the act: once it has happened nothing may refuse
        found = editions.freeze(seat, circle, name, [one for one in languages.split(",") if one])
        for line in _obstacles(shell, standing, found):
            shell.tell(line.key, **line.params)
        if found.obstacles:
            shell.tell("did.freeze-not", count=len(found.obstacles))
            return FINDINGS
        shell.tell("did.freeze", items=len(found.content))
    return 0


def _obstacles(shell: Shell, standing: Standing, found: Freeze) -> list[Told]:
    """What keeps a scope open, and what is left out, in the order of the plan's numbers."""
    from kelisim.messages import Told
    from kelisim.plan.values import by_number
    from kelisim_web.queries.overview import title_of

    def called(item: str) -> dict[str, str | int]:
        title = title_of(standing, item, shell.language)
        return {"item": item, "number": standing.said(item, "number") or "", "title": title}

    told = []
    for item, field, reason in found.obstacles:
        name = standing.schema.name(field, shell.language) if field else "–"
        why = {"field": name, "reason": shell.word(f"status.{reason}")}
        told.append(Told("freeze.obstacle", {**called(item), **why}))
    told += [Told("freeze.left-out", called(item)) for item in found.left_out]
    return sorted(told, key=lambda one: (by_number(str(one.params["number"])), str(one.params["item"])))


@click.command(cls=Verb)
@click.argument("scope")
@click.option("--corrects", is_flag=True, help="A corrigendum: it counts from the start of the edition in force.")
@KEY
@click.pass_obj
def offer(shell: Shell, scope: str, key: str, *, corrects: bool) -> None:
    """Offer the edition of a SCOPE that we have frozen."""
    with at_desk(shell) as seat:
        from kelisim_web.actions import editions

        circle = the_plan(shell)
        made = editions.offer(seat, circle, the_item(seat, circle, scope), key, corrects=corrects)
        if _waits(shell, made, "offer"):
            return
        what = made.record.value
        shell.tell("did.offer", offer=made.record.id[:12], number=str(what.edition), root=what.root)
        if corrects:
            shell.tell("edition.corrects")


def _waits(shell: Shell, made: Sealed, verb: str) -> bool:
    """Say so where a seal needs the keys of more officers."""
    if not made.counts:
        shell.tell("keys.seal-waits", seal=made.record.id[:12], signed=made.signed, needed=made.needed, verb=verb)
    return not made.counts


def _over_offer(name: str, doc: str) -> click.Command:
    """A verb over an offer: the one that stands, or the one named by the beginning of its id."""

    def act(shell: Shell, offer: str, key: str) -> None:
        with at_desk(shell) as seat:
            from kelisim_web.actions import editions

            circle = the_plan(shell)
            meant = editions.the_offer(seat, circle, offer)
            if not _waits(shell, getattr(editions, name)(seat, circle, meant, key), name):
                shell.tell(f"did.{name}", offer=meant[:12])

    act.__doc__ = doc
    return click.command(name, cls=Verb)(click.argument("offer", default="")(KEY(click.pass_obj(act))))


accept = _over_offer("accept", "Accept the OFFER that stands, after computing it again from what we hold.")
receipt = _over_offer("receipt", "Put the OFFER in force that all have accepted.")
withdraw = _over_offer("withdraw", "Withdraw our OFFER, or our acceptance of it, for good.")


@click.group(cls=Verbs)
def edition() -> None:
    """Concluded editions."""


@edition.command("list")
@click.argument("scope", required=False)
@click.pass_obj
def edition_list(shell: Shell, scope: str | None) -> None:
    """The concluded editions of a SCOPE, or of all: number, date, what corrects what, which is in force."""
    with at_desk(shell) as seat:
        from kelisim_web.queries.editions import editions_of

        circle = the_plan(shell)
        found = editions_of(seat, circle, shell.language, the_item(seat, circle, scope) if scope else "")
        for row in found:
            if shell.as_json:
                shell.give(row._asdict())
                continue
            states = {"corrects": row.corrects, "in-force": row.in_force, "contested": row.contested}
            state = "; ".join(shell.word(f"edition.{name}") for name, holds in states.items() if holds)
            shell.show(f"{row.edition:6} {row.at}  {row.number} {row.title}" + (f"  ({state})" if state else ""))
        shell.talk("edition.count", count=len(found))


@edition.command("write")
@click.argument("scope")
@click.argument("file")
@click.option("--number", default="", metavar="0.2", help="An earlier edition. [default: the one in force]")
@click.pass_obj
def edition_write(shell: Shell, scope: str, file: str, number: str) -> None:
    """Write the edition of a SCOPE that is in force to a FILE that anybody can `kelisim verify`."""
    with at_desk(shell) as seat:
        from kelisim_web.actions import editions

        circle = the_plan(shell)
        write_file(Path(file), editions.edition_file(seat, circle, the_item(seat, circle, scope), number))
        shell.tell("did.edition-write", file=file)


VERBS = (freeze, offer, accept, receipt, withdraw, edition)
