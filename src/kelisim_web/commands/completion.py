"""`completion`: what the shell offers when somebody presses the tabulator.

A parameter is completed by what its help calls it, such as ITEM or CODE, so a verb need not know of completion. The
values are put in place only in a process that a shell has started to complete; whatever fails there says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click
from click.shell_completion import CompletionItem, ShellComplete, get_completion_class

from kelisim.cli import COMPLETE, PROGRAM, SHARED, Shell, Usage, Verb
from kelisim.language import LANGUAGES
from kelisim_web.commands.desk import at_desk, the_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kelisim_web.access import Seat

    Values = Callable[[Shell, Seat], Iterable[str | tuple[str, str]]]

SHELLS: Final = ("bash", "fish", "zsh")


@click.command(cls=Verb)
@click.argument("name", metavar="SHELL")
@click.pass_context
def completion(context: click.Context, name: str) -> None:
    """Print the script by which a SHELL (bash, fish or zsh) completes this command."""
    found = get_completion_class(name) if name in SHELLS else None
    if found is None:
        raise Usage("usage-shell", value=name, choices=", ".join(SHELLS))
    # past the version of bash that click would start a process to find
    click.echo(ShellComplete.source(found(context.find_root().command, {}, PROGRAM, COMPLETE)))


def _items(shell: Shell, seat: Seat) -> Iterable[tuple[str, str]]:
    from kelisim_web.queries import named

    return named.items(seat, the_plan(shell), shell.language)


def _scopes(shell: Shell, seat: Seat) -> Iterable[tuple[str, str]]:
    from kelisim_web.queries import named

    return named.items(seat, the_plan(shell), shell.language, "plan")


def _fields(shell: Shell, seat: Seat) -> Iterable[str]:
    from kelisim_web.queries import named

    return named.fields(seat, the_plan(shell))


def _parties(shell: Shell, seat: Seat) -> Iterable[str]:
    from kelisim_web.queries import named

    del shell
    return named.parties(seat)


def _plans(shell: Shell, seat: Seat) -> Iterable[tuple[str, str]]:
    from kelisim_web.queries import named

    del shell
    return named.plans(seat)


def _kinds() -> Iterable[str]:
    from kelisim.plan import schema

    return schema().kinds


AT_DESK: Final[dict[str, Values]] = {
    "ITEM": _items,
    "SCOPE": _scopes,
    "FIELD": _fields,
    "CODE": _parties,
    "OTHERS": _parties,
    "ID": _plans,
}
FIXED: Final[dict[str, Callable[[], Iterable[str]]]] = {
    "KIND": _kinds,
    "SHELL": lambda: SHELLS,
    "en|ru|kk": lambda: LANGUAGES,
}
PATHS: Final = {"DIRECTORY": "dir"} | dict.fromkeys(("FILE", "FILES", "REQUEST", "ANSWER"), "file")


class Offered(click.ParamType[Any]):
    """What can stand for a parameter that is called so."""

    name = "offered"

    def __init__(self, word: str) -> None:
        self.word = word

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
        """What begins with what has been typed."""
        del param
        if self.word in PATHS:
            return [CompletionItem(incomplete, PATHS[self.word])]
        return [
            CompletionItem(value, help=told or None)
            for value, told in self._values(ctx)
            if value.startswith(incomplete)
        ]

    def _values(self, ctx: click.Context) -> Iterator[tuple[str, str]]:
        if self.word in FIXED:
            found: Iterable[str | tuple[str, str]] = FIXED[self.word]()
        else:
            shell = ctx.find_root().ensure_object(Shell)
            with at_desk(shell) as seat:
                found = list(AT_DESK[self.word](shell, seat))
        yield from ((one, "") if isinstance(one, str) else one for one in found)


def attach(verbs: click.Group) -> None:
    """Let every parameter below a group offer what its name stands for."""
    for param in (*SHARED, *_params(verbs)):
        word = (param.metavar or str(param.name).upper()).strip("[]")
        if word in AT_DESK or word in FIXED or word in PATHS:
            param.type = Offered(word)


def _params(command: click.Command) -> Iterator[click.Parameter]:
    yield from command.params
    if isinstance(command, click.Group):
        for one in command.commands.values():
            yield from _params(one)


VERBS = (completion,)
