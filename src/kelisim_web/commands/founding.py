"""`init`, `card`, `party`, `plan`: beginning."""

from __future__ import annotations

from pathlib import Path

import click

from kelisim.cli import Shell, Verb, Verbs, keys_on_tokens, known_algorithm, read_file, write_file
from kelisim_web.commands.desk import at_desk, names_by_language, officer, the_plan


@click.command(cls=Verb)
@click.argument("code")
@click.option("--root", "roots", multiple=True, required=True, metavar="FILE", help="A root signer's public file.")
@click.option("--threshold", type=int, default=1, help="How many root signers must sign.", show_default=True)
@click.option("--name", "names", multiple=True, required=True, metavar="en=NAME", help="The party's name, by language.")
@click.option("--alg", default="Ed25519", metavar="ALG", help="Of our officers' keys, or P-256.", show_default=True)
@click.option("--key", "keys", multiple=True, metavar="NAME=URI", help="Where state, seal or carry is on a token.")
@click.option("--example", is_flag=True, help="An example node, which may be told the time.")
@click.pass_obj
def init(
    shell: Shell,
    code: str,
    *,
    roots: tuple[str, ...],
    threshold: int,
    names: tuple[str, ...],
    alg: str,
    keys: tuple[str, ...],
    example: bool,
) -> None:
    """Make the node of the party CODE, and the request for its first card."""
    from kelisim.errors import BadValue
    from kelisim.keyfile import read_public_roots
    from kelisim.plan import written
    from kelisim_web import node
    from kelisim_web.access import Seat

    by_language = names_by_language(names)
    if not 1 <= threshold <= len(roots):
        raise BadValue("threshold", threshold=threshold, count=len(roots))
    written("party", code, field="CODE")
    public = [read_public_roots(Path(path)) for path in roots]
    uris = keys_on_tokens(keys, node.POWERS)
    with node.created(shell.node, known_algorithm(alg), uris) as made:
        from kelisim_web.actions.founding import begin

        request = begin(Seat(made, officer()), code, by_language, public, threshold, example=example)
    shell.tell("did.init", code=code, node=str(shell.node), request=str(request))


@click.group(cls=Verbs)
def card() -> None:
    """Our card: our keys and officers, signed by our root keys."""


@card.command("write")
@click.argument("answer", required=False)
@click.option("--to", metavar="FILE", help="Where the public file goes. [default: the party's code with .card]")
@click.pass_obj
def card_write(shell: Shell, answer: str | None, to: str | None) -> None:
    """Write our card as a public file for the other parties; first take the root keys' ANSWER, if there is one."""
    with at_desk(shell) as seat:
        from kelisim.ledger.digest import digits_of
        from kelisim_web.actions import founding
        from kelisim_web.us import our_party, us

        signed = Path(answer) if answer else seat.node.request(f"{founding.CARD_REQUEST}.signed")
        if answer or (not us().party and signed.exists()):
            founding.take_card(seat, signed)
        path = Path(to or f"{us().code.lower()}.card")
        write_file(path, founding.our_cards(seat))
        shell.tell("did.card-write", path=str(path), digits=digits_of(our_party()))


@click.group(cls=Verbs)
def party() -> None:
    """The other parties."""


@party.command("add")
@click.argument("file")
@click.option("--as", "code", required=True, metavar="CODE", help="What this party is called, such as USA.")
@click.option("--digits", metavar="DIGITS", help="The thirty digits, as their officer read them to you.")
@click.pass_obj
def party_add(shell: Shell, file: str, code: str, digits: str | None) -> None:
    """Add the party whose public card is in FILE, once two people have read its thirty digits to each other."""
    with at_desk(shell) as seat:
        from kelisim.ledger.card import party_of, read_cards
        from kelisim.ledger.digest import digits_of
        from kelisim_web.actions import founding

        found = read_cards(read_file(Path(file)))
        expected = digits_of(party_of(found[0]))
        names = found[-1].value.names
        name = names.get(shell.language) or next(iter(names.values()))
        if digits is None:
            shell.tell("did.party-digits", name=name, digits=expected, file=file, code=code)
            return
        founding.add_party(seat, found, digits, code)
        shell.tell("did.party-add", name=name, code=code)


@party.command("address")
@click.argument("code")
@click.argument("url", required=False, default="")
@click.pass_obj
def party_address(shell: Shell, code: str, url: str) -> None:
    """Say that the party CODE takes bundles at the inbox URL; without one, that it has none."""
    with at_desk(shell) as seat:
        from kelisim_web.actions.parties import set_address

        shell.tell("did.party-address", code=code, address=set_address(seat, code, url) or "–")


@click.group(cls=Verbs)
def plan() -> None:
    """Plans: founding one, and those that this node has."""


@plan.command("new")
@click.argument("others", nargs=-1, required=True)
@click.option("--proposer", required=True, metavar="CODE", help="The party that offers editions.")
@click.option("--languages", metavar="en,kk,ru", help="The languages of the texts. [default: en, or those on paper]")
@click.option("--from", "paper", metavar="ID", help="Move the drafts and letters of this plan on paper over.")
@click.option("--succeeds", metavar="PLAN", help="The plan that it goes on from, without those who leave.")
@click.pass_obj
def plan_new(
    shell: Shell,
    others: tuple[str, ...],
    *,
    proposer: str,
    languages: str | None,
    paper: str | None,
    succeeds: str | None,
) -> None:
    """Write the charter of a plan with the parties OTHERS, and the request that our root keys sign it."""
    with at_desk(shell) as seat:
        from kelisim_web.actions import founding
        from kelisim_web.actions.paper import found_from

        tongues = languages.split(",") if languages else []
        if paper:
            charter = found_from(seat, the_plan(shell, paper), others, proposer, tongues)
        else:
            old = the_plan(shell, succeeds) if succeeds else ""
            charter = founding.new_plan(seat, others, proposer, tongues or ["en"], old)
        request = founding.charter_request(seat, charter)
        shell.tell("did.plan-new", plan=charter.id[:12], request=str(request))


@plan.command("paper")
@click.argument("others", nargs=-1, required=True)
@click.option("--languages", default="en", metavar="en,kk,ru", help="The languages of the texts.", show_default=True)
@click.pass_obj
def plan_paper(shell: Shell, others: tuple[str, ...], languages: str) -> None:
    """Begin a plan with parties OTHERS that have no node yet: drafts and letters, on our node alone."""
    with at_desk(shell) as seat:
        from kelisim_web.actions.paper import begin_paper

        circle = begin_paper(seat, others, languages.split(","))
        shell.tell("paper.begun", plan=circle[:12], codes=", ".join(others))


@plan.command("sign")
@click.argument("answer", required=False)
@click.pass_obj
def plan_sign(shell: Shell, answer: str | None) -> None:
    """Write the request that our root keys sign a plan's charter, or take their ANSWER."""
    with at_desk(shell) as seat:
        from kelisim_web.actions import founding

        if answer is None:
            request = founding.request_charter(seat, the_plan(shell))
            shell.tell("did.plan-request", request=str(request))
            return
        charter, missing = founding.take_charter(seat, Path(answer))
        if missing:
            shell.tell("did.plan-waits", plan=charter.id[:12], missing=", ".join(missing))
        else:
            shell.tell("did.plan-founded", plan=charter.id[:12])


@plan.command("list")
@click.pass_obj
def plan_list(shell: Shell) -> None:
    """The plans of this node: those that it has a charter of, and those on paper."""
    with at_desk(shell) as seat:
        from kelisim_web import store
        from kelisim_web.queries.plans import SHORT, plans

        for view in plans(seat, shell.language):
            key = "paper.plan-is" if view.on_paper else "did.plan-is"
            scopes = "; ".join(view.scopes) or "–"
            shell.tell(key, plan=view.circle[:SHORT], codes=", ".join(view.codes), scopes=scopes)
            for later in store.successors(view.circle):
                shell.tell("restored.succeeded", plan=view.circle[:SHORT], later=later[:SHORT])


VERBS = (init, card, party, plan)
