"""The `kelisim` command: its frame, and the verbs that need no node.

The verbs of a node come from the entry points of the group `kelisim.verbs` and load what they need when they run, so
that help costs nothing. Results go to standard output, talk and refusals to standard error. `--node`, `--plan`,
`--json` and `--language` are taken before and after the verb.

Exit status: 0 well; 1 there are findings; 2 the words of the command are off; 3 refused, nothing changed; 4 a fault of
Kelisim itself.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import click

from kelisim import disk
from kelisim.errors import NotNow, Refusal, Unknown
from kelisim.language import LANGUAGES, Language, language_of
from kelisim.messages import explain, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WELL, FINDINGS, USAGE, REFUSED, FAULT = range(5)
DEBUG: Final = "KELISIM_DEBUG"
PROGRAM: Final = "kelisim"
COMPLETE: Final = f"_{PROGRAM.upper()}_COMPLETE"  # set by a shell that asks what could come next; click reads it


class Usage(Refusal):
    """The words of the command are off."""


class Fault(Refusal):
    """Kelisim itself has failed."""


@dataclass
class Shell:
    """What the shared options say, and how a verb speaks.

    Attributes:
        node: the directory of the node.
        plan: the plan that is meant, by the beginning of its id; needed only where a node has several.
        as_json: results as one JSON object a line.
        language: of everything said.
    """

    node: Path = field(default_factory=lambda: Path(os.environ.get("KELISIM_NODE", ".")))
    plan: str = ""
    as_json: bool = False
    language: Language = field(
        default_factory=lambda: language_of(os.environ.get("KELISIM_LANGUAGE") or os.environ.get("LANG") or "")
    )

    def word(self, key: str, /, **params: str | int) -> str:
        """A word or sentence in the reader's language."""
        return say(key, self.language, **params)

    def tell(self, key: str, /, **params: str | int) -> None:
        """Say what a verb did: as a sentence, or as an object with the same parameters."""
        if self.as_json:
            self.give({"said": key, **params})
        else:
            click.echo(self.word(key, **params))

    def give(self, value: dict[str, Any]) -> None:
        """Print one object as JSON."""
        click.echo(json.dumps(value, ensure_ascii=False))

    def show(self, text: str = "") -> None:
        """Print a line for people; nothing where results are JSON."""
        if not self.as_json:
            click.echo(text)

    def talk(self, key: str, /, **params: str | int) -> None:
        """Say something beside the result."""
        if not self.as_json:
            click.echo(self.word(key, **params), err=True)

    def refuse(self, refusal: Refusal) -> int:
        """Say what was refused, why, and what to do next; return the exit status."""
        message = explain(refusal, self.language)
        if self.as_json:
            told = {"refused": refusal.code, "params": refusal.params, **message._asdict()}
            click.echo(json.dumps(told, ensure_ascii=False), err=True)
        else:
            click.echo(f"{message.what}\n  {message.why}\n  → {message.next}", err=True)
        return {Usage: USAGE, Fault: FAULT}.get(type(refusal), REFUSED)


def _shared(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    shell = context.find_root().ensure_object(Shell)
    if value is None:
        return
    if parameter.name == "node":
        shell.node = Path(value)
    elif parameter.name == "plan":
        shell.plan = value
    elif parameter.name == "json":
        shell.as_json = shell.as_json or value
    elif value not in LANGUAGES:
        raise Usage("usage-language", value=value, choices=", ".join(LANGUAGES))
    else:
        shell.language = Language(value)


_TAKEN: Final[dict[str, Any]] = {"expose_value": False, "callback": _shared, "is_eager": True}
SHARED: Final = [
    click.Option(["--node"], metavar="DIRECTORY", help="The node. [default: here, or KELISIM_NODE]", **_TAKEN),
    click.Option(["--plan"], metavar="ID", help="Which plan, where the node has several.", **_TAKEN),
    click.Option(["--json"], is_flag=True, default=None, help="One JSON object a line.", **_TAKEN),
    click.Option(["--language"], metavar="en|ru|kk", help="The language to speak.", **_TAKEN),
]


class Verb(click.Command):
    """A verb, which takes the shared options too."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its own parameters, then the shared ones."""
        return [*super().get_params(ctx), *SHARED]


class Verbs(click.Group):
    """A group of verbs, which takes the shared options too."""

    command_class = Verb
    group_class = type

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its own parameters, then the shared ones."""
        return [*super().get_params(ctx), *SHARED]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb.

        Raises:
            Usage: there is none of that name.
        """
        name = args[0]
        if self.get_command(ctx, name) is None:
            names = self.list_commands(ctx)
            raise Usage("usage-no-such-verb", name=name, choices=", ".join(get_close_matches(name, names) or names))
        return super().resolve_command(ctx, args)


@click.group(cls=Verbs, no_args_is_help=False, invoke_without_command=True)
@click.version_option(version("kelisim"), message="kelisim %(version)s, format 1")
@click.pass_context
def kelisim(context: click.Context) -> None:
    """Prepare, agree, sign and account for a plan of cooperation between parties.

    Nobody edits the plan: each party states its positions, and the plan is where they coincide.
    """
    context.ensure_object(Shell)
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@kelisim.group(cls=Verbs)
def token() -> None:
    """Tokens and the keys on them, named by URIs such as `pkcs11:token=NORTH;object=state`."""


@token.command("list")
@click.option("--module", default="", metavar="FILE", help="The token's library. [default: KELISIM_TOKENS]")
@click.pass_obj
def token_list(shell: Shell, module: str) -> None:
    """Show the tokens that are there, and their keys."""
    from kelisim.ledger.keys import key_id
    from kelisim.token import list_keys

    for where, keys in list_keys(module):
        shell.tell("token.there", token=where.token, serial=where.serial, keys=len(keys))
        for one in keys:
            if one.key:
                shell.tell("token.key", uri=str(one.uri), alg=one.alg, keyid=key_id(one.key))
            else:
                shell.tell("token.key-unknown", uri=str(one.uri))


@token.command("new")
@click.argument("uri")
@click.option("--alg", default="P-256", metavar="ALG", help="P-256 or Ed25519.", show_default=True)
@click.pass_obj
def token_new(shell: Shell, uri: str, alg: str) -> None:
    """Make a new key on a token; URI says which token, and what to call the key."""
    from kelisim.ledger.keys import key_id
    from kelisim.token import make_key, read_uri

    made = make_key(read_uri(uri), known_algorithm(alg))
    shell.tell("token.new", alg=made.alg, keyid=key_id(made.key))


@kelisim.group(cls=Verbs)
def root() -> None:
    """The root keys, which speak for the party itself and are never on a node."""


@root.command("new")
@click.argument("directory")
@click.option("--alg", default="Ed25519", metavar="ALG", help="Ed25519 or P-256.", show_default=True)
@click.option("--key", "keys", multiple=True, metavar="NAME=URI", help="Where root or next is on a token.")
@click.pass_obj
def root_new(shell: Shell, directory: str, alg: str, keys: tuple[str, ...]) -> None:
    """Make a root signer's keys in a new DIRECTORY, outside every node."""
    from kelisim.keyfile import PUBLIC, write_new_roots

    write_new_roots(Path(directory), known_algorithm(alg), keys_on_tokens(keys, ("root", "next")))
    shell.tell("did.root-new", directory=directory, public=str(Path(directory) / PUBLIC))


@root.command("sign")
@click.argument("requests", nargs=-1, required=True, metavar="REQUEST…")
@click.option("--roots", required=True, metavar="DIRECTORY", help="The signer's directory.")
@click.option("--next", "following", metavar="FILE", help="The signer's next key, where it is kept elsewhere.")
@click.option("--to", metavar="FILE", help="Where the answer goes. [default: REQUEST with .signed]")
@click.pass_obj
def root_sign(shell: Shell, requests: tuple[str, ...], roots: str, following: str | None, to: str | None) -> None:
    """Sign each REQUEST of a node with a root key, after reading what it asks."""
    from kelisim import ceremony
    from kelisim.keyfile import place_of
    from kelisim.roots import AFTER

    if to and len(requests) > 1:
        raise Usage("usage-form", verb="kelisim root sign")
    for request in requests:
        asked = ceremony.read_request(read_file(Path(request)))
        for line in ceremony.describe(asked):
            shell.tell(line.key, **line.params)
        target = Path(to or f"{request}.signed")
        if target.exists():  # an epoch's number is used up by signing
            raise NotNow("file-exists", path=str(target))
        if asked.kind == "epoch" and place_of(Path(roots) / AFTER).exists():
            shell.talk("keys.turn-first", directory=roots)
        signed = ceremony.sign(asked, Path(roots), Path(following) if following else None)
        write_file(target, ceremony.write_request(signed))
        shell.tell("did.root-sign", answer=str(target))


@root.command("renew")
@click.argument("directory")
@click.option("--next", "following", metavar="FILE", help="The signer's next key, where it is kept elsewhere.")
@click.option("--key", "uri", default="", metavar="URI", help="Where on a token the key after next is.")
@click.pass_obj
def root_renew(shell: Shell, directory: str, following: str | None, uri: str) -> None:
    """Make the key after next in a root signer's DIRECTORY, so that a card can take the next one."""
    from kelisim import roots

    public = roots.renew(Path(directory), Path(following) if following else None, uri)
    shell.tell("keys.root-renew", directory=directory, public=str(public))


@root.command("turn")
@click.argument("directory")
@click.option("--next", "following", metavar="FILE", help="The signer's next key, where it is kept elsewhere.")
@click.pass_obj
def root_turn(shell: Shell, directory: str, following: str | None) -> None:
    """Let the next key in a root signer's DIRECTORY take the place of today's, once a card has taken it."""
    from kelisim import roots

    past = roots.turn(Path(directory), Path(following) if following else None)
    shell.tell("keys.root-turn", directory=directory, past=str(past))


@kelisim.command()
@click.argument("file")
@click.pass_obj
def verify(shell: Shell, file: str) -> None:
    """Check an edition FILE, or a public card, with nothing else at hand: no node, no network."""
    from kelisim import verify as check

    for line in check.report(read_file(Path(file)), shell.language):
        shell.tell(line.key, **line.params)


def known_algorithm(alg: str) -> str:
    """An algorithm that keys can be made of.

    Raises:
        Usage: there is none of that name.
    """
    from kelisim.ledger.keys import ALGORITHMS

    if alg not in ALGORITHMS:
        raise Usage("usage-algorithm", value=alg, choices=", ".join(ALGORITHMS))
    return alg


def keys_on_tokens(given: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """What `--key NAME=URI` says: for each name where on a token that key is.

    Raises:
        Usage: not in that form, or a name that no key has here.
    """
    uris = {name: uri for name, _, uri in (one.partition("=") for one in given)}
    for name, uri in uris.items():
        if name not in names or not uri:
            raise Usage("usage-key", value=name, choices=", ".join(names))
    return uris


def read_file(path: Path) -> bytes:
    """A file's bytes.

    Raises:
        Unknown: it is not there, or cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unknown("file-missing", path=str(path)) from error


@contextmanager
def open_file(path: Path) -> Iterator[BinaryIO]:
    """A file to be read a little at a time.

    Raises:
        Unknown: it is not there, or cannot be read.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise Unknown("file-missing", path=str(path)) from error
    with file:
        yield file


def write_file(path: Path, data: bytes) -> None:
    """Write a new file, whole or not at all.

    Raises:
        NotNow: there is a file of that name, or it cannot be written.
    """
    with _told_of(path):
        disk.write(path, data)


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """A new file that only its owner may read, to be written bit by bit; whole or not at all.

    Raises:
        NotNow: there is a file of that name, or it cannot be written.
    """
    with _told_of(path), disk.writing(path, mode=disk.PRIVATE) as file:
        yield file


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    """Say what hinders a new file as a refusal."""
    try:
        yield
    except FileExistsError as error:
        raise NotNow("file-exists", path=str(path)) from error
    except OSError as error:
        raise NotNow("file-not-written", path=str(path), detail=error.strerror or "") from error


def _usage(error: click.UsageError) -> Usage:
    verb = error.ctx.command_path if error.ctx else "kelisim"
    if isinstance(error, click.NoSuchOption):
        close = ", ".join(error.possibilities or ()) or "--help"
        return Usage("usage-no-such-option", option=error.option_name, verb=verb, choices=close)
    if isinstance(error, click.MissingParameter) and error.param:
        name = error.param.make_metavar(error.ctx) if error.ctx else str(error.param.name)
        option = error.param.opts[0] if isinstance(error.param, click.Option) else name
        return Usage("usage-missing", name=option, verb=verb)
    if isinstance(error, click.BadParameter) and error.param:
        return Usage("usage-bad", name=error.param.opts[0], verb=verb)
    return Usage("usage-form", verb=verb)


def main(words: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        words: what follows `kelisim`; the program's own arguments where absent.

    Returns:
        The exit status.
    """
    _load_verbs()
    shell = Shell()
    try:
        given = None if words is None else list(words)
        result = kelisim.main(args=given, prog_name=PROGRAM, obj=shell, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "", err=True)
        return USAGE
    except SystemExit:  # click's way to end when whoever reads our output has gone away
        return WELL
    except Exception as error:
        if os.environ.get(COMPLETE):  # nobody asked anything; what cannot be completed is left as it is
            return WELL
        if not isinstance(error, Refusal | click.ClickException | click.Abort) and os.environ.get(DEBUG):
            raise
        return shell.refuse(_refusal(error))
    return result if isinstance(result, int) else WELL


def _refusal(error: Exception) -> Refusal:
    """What a person is told of an error; the last door, so that nobody reads a traceback."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, click.UsageError):
        return _usage(error)
    if isinstance(error, click.Abort):
        return NotNow("stopped")
    if isinstance(error, OSError):
        return NotNow("file-not-written", path=str(error.filename or ""), detail=error.strerror or str(error))
    return Fault("fault", detail=f"{type(error).__name__}: {error}"[:200])


@cache
def _load_verbs() -> None:
    for plugin in entry_points(group="kelisim.verbs"):
        plugin.load()(kelisim)


def run() -> None:
    """The program."""
    sys.exit(main())
