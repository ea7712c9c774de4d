"""`key`, `card request`, `card take`, `epoch`: officers' keys, and what the root keys are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kelisim.cli import Shell, Usage, Verbs, known_algorithm
from kelisim_web.commands.desk import at_desk, names_by_language, the_plan
from kelisim_web.commands.founding import card

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kelisim_web.access import Seat
    from kelisim_web.actions.ceremonies import Asked, Rotation

REASONS = ("compromise", "repair", "restore", "rotation")


@click.group(cls=Verbs)
def key() -> None:
    """The officers' keys: which there are, a new one, the end of one."""


@key.command("new")
@click.argument("name")
@click.option("--may", required=True, metavar="state,seal,carry", help="What the card shall let it do.")
@click.option("--to", metavar="DIRECTORY", help="Where it is kept. [default: on the node]")
@click.option("--alg", default="Ed25519", metavar="ALG", help="Ed25519 or P-256.", show_default=True)
@click.option("--key", "uri", default="", metavar="URI", help="Where on a token the key is, if it is there already.")
@click.pass_obj
def key_new(shell: Shell, name: str, may: str, to: str | None, alg: str, uri: str) -> None:
    """Make an officer's key called NAME."""
    with at_desk(shell) as seat:
        from kelisim_web.actions.ceremonies import new_key

        powers = [one for one in may.split(",") if one]
        made = new_key(seat, name, powers, Path(to) if to else None, known_algorithm(alg), uri)
        shell.tell("keys.new", key=made.id[:12], add=str(made.public) if to else name)


@key.command("list")
@click.pass_obj
def key_list(shell: Shell) -> None:
    """The keys on our newest card and on this node."""
    with at_desk(shell) as seat:
        from kelisim_web.queries.ceremonies import keys_of

        for row in keys_of(seat):
            if shell.as_json:
                shell.give(row._asdict())
                continue
            may = ", ".join(shell.word(f"power.{power}") for power in row.may) or shell.word("keys.not-on-card")
            shell.show(f"{row.id[:12]}  {row.name or shell.word('keys.not-here')}: {may}")


@key.command("end")
@click.argument("name", metavar="KEY")
@click.option("--stolen", is_flag=True, help="It may be in other hands.")
@click.option("--add", multiple=True, metavar="KEY", help="A key that takes its place: a name, or a public file.")
@click.option("--before", default="", metavar="SEGMENT", help="Go on before this segment, which a thief signed.")
@click.pass_obj
def key_end(shell: Shell, name: str, add: tuple[str, ...], before: str, *, stolen: bool) -> None:
    """End a KEY, one request after another: say this again until nothing remains to be done."""
    with at_desk(shell) as seat:
        from kelisim_web.actions.ceremonies import end_key

        found = end_key(seat, name, "compromise" if stolen else "rotation", add, before=before)
        if found.card:
            shell.tell("keys.end-card", key=found.key[:12], request=str(found.card))
        elif found.epochs:
            _show_asked(shell, seat, found.epochs)
            shell.tell("keys.end-epochs", key=found.key[:12])
        else:
            shell.tell("keys.ended", key=found.key[:12])


@card.command("request")
@click.option("--add", multiple=True, metavar="KEY", help="Name this key too: a name on the node, or a public file.")
@click.option("--end", multiple=True, metavar="KEYID", help="Name this key no longer.")
@click.option("--name", "names", multiple=True, metavar="en=NAME", help="The party's name, by language.")
@click.option("--recipient", type=click.Choice(["new"]), help="A new address for bundles.")
@click.option("--seal-threshold", default=0, metavar="N", help="How many keys must sign a seal.")
@click.option("--rotate", is_flag=True, help="Take the next root keys.")
@click.option("--root", "roots", multiple=True, metavar="FILE", help="With --rotate: a signer's renewed public file.")
@click.option("--join", multiple=True, metavar="FILE", help="With --rotate: a signer who comes with the next rotation.")
@click.option("--leave", multiple=True, metavar="FILE", help="With --rotate: a signer who goes with the next.")
@click.option("--threshold", default=0, metavar="N", help="With --rotate: how many must sign after the next.")
@click.pass_obj
def card_request(
    shell: Shell,
    *,
    add: tuple[str, ...],
    end: tuple[str, ...],
    names: tuple[str, ...],
    recipient: str | None,
    seal_threshold: int,
    rotate: bool,
    roots: tuple[str, ...],
    join: tuple[str, ...],
    leave: tuple[str, ...],
    threshold: int,
) -> None:
    """Write the request for our next card."""
    if bool(roots) != rotate or ((join or leave or threshold) and not rotate):
        raise Usage("usage-form", verb="kelisim card request")
    with at_desk(shell) as seat:
        from kelisim_web.actions.ceremonies import Change, request_card

        rotation = _rotation(roots, join, leave, threshold) if rotate else None
        change = Change(add, end, names_by_language(names), bool(recipient), seal_threshold, rotation)
        request = request_card(seat, change)
        shell.tell("keys.card-rotates" if rotate else "keys.card-request", request=str(request))


def _rotation(roots: Sequence[str], join: Sequence[str], leave: Sequence[str], threshold: int) -> Rotation:
    from kelisim.keyfile import read_public_roots
    from kelisim_web.actions.ceremonies import Rotation

    signers = [read_public_roots(Path(file)) for file in roots]
    joining = [read_public_roots(Path(file))[0] for file in join]
    leaving = [read_public_roots(Path(file))[1] for file in leave]
    return Rotation(signers, joining, leaving, threshold)


@card.command("take")
@click.argument("answer")
@click.pass_obj
def card_take(shell: Shell, answer: str) -> None:
    """Take our next card back from the root keys: the ANSWER to a request."""
    with at_desk(shell) as seat:
        from kelisim_web.actions.founding import take_card

        taken = take_card(seat, Path(answer))
        shell.tell("keys.card-taken", number=taken.value.number)


@click.group(cls=Verbs)
def epoch() -> None:
    """Epochs: the root keys' word on where our feed goes on."""


@epoch.command("request")
@click.option("--reason", required=True, type=click.Choice(REASONS), help="Why; for display.")
@click.option("--base", default="", metavar="ID", help="Go on after this one of ours. [default: our head]")
@click.option("--before", default="", metavar="SEGMENT", help="Go on before this segment of ours.")
@click.option("--number", default=0, metavar="N", help="The epoch's number, where a signer has signed a higher one.")
@click.option("--all-plans", is_flag=True, help="One request for each plan.")
@click.pass_obj
def epoch_request(shell: Shell, *, reason: str, base: str, before: str, number: int, all_plans: bool) -> None:
    """Write the request for an epoch of our feed, under our newest card."""
    if (base and before) or (all_plans and (base or before)):
        raise Usage("usage-form", verb="kelisim epoch request")
    with at_desk(shell) as seat:
        from kelisim_web.actions import ceremonies

        plans = ceremonies.our_plans(seat) if all_plans else [the_plan(shell)]
        asked = [
            ceremonies.request_epoch(seat, plan, reason, base=base, before=before, number=number) for plan in plans
        ]
        _show_asked(shell, seat, asked)
        shell.tell("keys.epoch-next")


def _show_asked(shell: Shell, seat: Seat, asked: Sequence[Asked]) -> None:
    from kelisim_web.queries.accidents import segment_of

    for one in asked:
        told: dict[str, str | int] = {
            "number": one.number,
            "plan": one.circle[:12],
            "base": one.base[:12],
            "request": str(one.request),
        }
        shell.tell("keys.epoch-request", **told, left=len(one.left))
        for name in one.left:
            shell.tell("keys.epoch-leaves", **segment_of(seat, name)._asdict())


@epoch.command("take")
@click.argument("answers", nargs=-1, required=True, metavar="ANSWER…")
@click.pass_obj
def epoch_take(shell: Shell, answers: tuple[str, ...]) -> None:
    """Take epochs back from the root keys: the ANSWERS to requests."""
    with at_desk(shell) as seat:
        from kelisim_web.actions.ceremonies import take_epochs

        for taken in take_epochs(seat, [Path(answer) for answer in answers]):
            shell.tell("keys.epoch-taken", number=taken.value.number, plan=taken.value.circle[:12])


VERBS = (key, epoch)
