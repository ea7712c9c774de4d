"""`plan begin`, `compare`, `amendment`: a plan year after year, and edition after edition."""

from __future__ import annotations

import shutil
from itertools import zip_longest
from pathlib import Path
from textwrap import shorten, wrap
from typing import TYPE_CHECKING

import click

from kelisim.cli import Shell, Verb, read_file
from kelisim_web.commands.desk import at_desk, the_item, the_plan
from kelisim_web.commands.founding import plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kelisim.bracket import Piece
    from kelisim_web.queries.amendment import Amendment, DraftField
    from kelisim_web.queries.comparison import Comparison, FieldRow, ItemRow

NARROWEST, WIDEST, MARGIN = 24, 60, 4
WORDS = 400


@plan.command("begin")
@click.argument("number")
@click.option("--from", "scope", required=True, metavar="SCOPE", help="Last year's plan.")
@click.option("--items", default="", metavar="2014.1,2014.3", help="The items of it that go on.")
@click.option("--undone", is_flag=True, help="What no party accounts as held, and is not cancelled, goes on too.")
@click.option("--all", "everything", is_flag=True, help="Every item goes on.")
@click.option("--shift", default="", metavar="1y", help="How far periods move. [default: as the numbers of the plans]")
@click.option("--reason.en", "reason_en", metavar="TEXT", help="Why the items go on, in English.")
@click.option("--reason.ru", "reason_ru", metavar="TEXT", help="Why the items go on, in Russian.")
@click.option("--reason.kk", "reason_kk", metavar="TEXT", help="Why the items go on, in Kazakh.")
@click.pass_obj
def plan_begin(
    shell: Shell,
    *,
    number: str,
    scope: str,
    items: str,
    undone: bool,
    everything: bool,
    shift: str,
    reason_en: str | None,
    reason_ru: str | None,
    reason_kk: str | None,
) -> None:
    """Draft the yearly plan NUMBER from last year's: the plan itself, and the items that go on."""
    with at_desk(shell) as seat:
        from kelisim_web.actions import scopes

        circle = the_plan(shell)
        reasons = {"en": reason_en, "ru": reason_ru, "kk": reason_kk}
        how = scopes.Beginning(
            number=number,
            items=[the_item(seat, circle, one) for one in items.split(",") if one],
            undone=undone,
            everything=everything,
            shift=shift,
            reasons={language: text for language, text in reasons.items() if text},
        )
        done = scopes.begin(seat, circle, the_item(seat, circle, scope), how)
        counts = {"items": done.items, "carried": done.carried, "drafts": done.drafts}
        shell.tell("begin.did", plan=done.plan, number=number, **counts)


@click.command(cls=Verb)
@click.argument("left")
@click.argument("right")
@click.pass_obj
def compare(shell: Shell, left: str, right: str) -> None:
    """What differs from LEFT to RIGHT: items that came, went and moved, and fields word by word.

    A side is a plan as it stands (2013), everything as it stands (now), an edition (2013@0.1, or its file), or what
    stood at a dispatch (KAZ:0.17, or 2013@KAZ:0.17,USA:0.4), the others being as its author had seen them.
    """
    with at_desk(shell) as seat:
        from kelisim_web.queries.comparison import compared

        found = compared(seat, the_plan(shell), _side(left), _side(right), shell.language)
        if shell.as_json:
            _give_comparison(shell, found)
            return
        shell.show(f"{left} → {right}")
        for row in found.items:
            _show_item(shell, row)
        shell.show()
        shell.tell("compare.counts", **_counts(found))


def _counts(found: Comparison) -> dict[str, str | int]:
    return {name: found.counts[name] for name in ("added", "deleted", "moved", "changed", "fields")}


def _side(name: str) -> str | bytes:
    """A side as it is named; the bytes of the file where it is an edition's."""
    from kelisim.edition import MAGIC

    path = Path(name)
    data = read_file(path) if path.is_file() else b""
    return data if data.startswith(MAGIC) else name


def _show_item(shell: Shell, row: ItemRow) -> None:
    sorts = ", ".join(shell.word(f"compare.{sort}") for sort in row.sorts)
    shell.show(f"\n{sorts}: {row.number} {row.title}  ({_kind(shell, row)})")
    for field in _in_language(shell, row) if row.left and row.right else ():
        shell.show(f"  {_name(shell, field)}: {shorten(_line(field.pieces), WORDS, placeholder=' …')}")


def _kind(shell: Shell, row: ItemRow) -> str:
    from kelisim.plan import schema

    return schema().kinds.get(row.kind, {}).get(shell.language, row.kind)


def _name(shell: Shell, field: FieldRow) -> str:
    from kelisim.plan import schema

    return schema().name(field.field, shell.language)


def _in_language(shell: Shell, row: ItemRow) -> list[FieldRow]:
    from kelisim_web.queries.comparison import in_language

    return in_language(row.fields, shell.language)


def _line(pieces: Sequence[Piece]) -> str:
    """A change in one line: `old → new`, or where words stayed those that did not as `[old → new]`."""
    parts = []
    for piece in pieces:
        turn = " → ".join(piece.words[side].strip() or "–" for side in ("old", "new")) if piece.words else ""
        parts.append(piece.shared or (f" [{turn}]" if len(pieces) > 1 else turn))
    return "".join(parts).strip()


def _give_comparison(shell: Shell, found: Comparison) -> None:
    for row in found.items:
        shell.give(_told(row))
        for field in row.fields:
            shell.give({"item": row.right or row.left, "field": field.field, "old": field.old, "new": field.new})
    shell.tell("compare.counts", **_counts(found))


def _told(row: ItemRow) -> dict[str, object]:
    told = {"left": row.left, "right": row.right, "kind": row.kind, "number": row.number, "title": row.title}
    return {"sorts": list(row.sorts), **told}


@click.command(cls=Verb)
@click.argument("scope")
@click.option("--all", "everything", is_flag=True, help="What is the same too.")
@click.pass_obj
def amendment(shell: Shell, scope: str, *, everything: bool) -> None:
    """The edition of a SCOPE that is in force beside the draft of what amends it, and what of it could be frozen."""
    with at_desk(shell) as seat:
        from kelisim_web.queries.amendment import amendment as amendment_of

        circle = the_plan(shell)
        found = amendment_of(seat, circle, the_item(seat, circle, scope), shell.language, everything=everything)
        if shell.as_json:
            _give_amendment(shell, found)
        else:
            _show_amendment(shell, found)
        if found.obstacles:
            shell.tell("amendment.blocked", count=found.obstacles, scope=scope)
        else:
            shell.tell("amendment.ready" if any(row.sorts for row, _ in found.items) else "amendment.nothing")


def _show_amendment(shell: Shell, found: Amendment) -> None:
    width = max(NARROWEST, min(WIDEST, (shutil.get_terminal_size((100, 24)).columns - MARGIN - 3) // 2))
    heads = shell.word("amendment.in-force", number=found.edition, at=found.at), shell.word("amendment.draft")
    for line in _columns(*heads, width):
        shell.show(line)
    for row, fields in found.items:
        sorts = ", ".join(shell.word(f"compare.{sort}") for sort in row.sorts) or shell.word("amendment.same")
        shell.show(f"\n{row.number} {row.title} · {sorts}")
        shown = {field.field for field in _in_language(shell, row)}
        for field in fields:
            if field.row.field in shown:
                shell.show(f"  {_name(shell, field.row)}{_fate(shell, field)}")
                for line in _columns(field.row.old or "–", field.row.new or "–", width):
                    shell.show(line)
    shell.show()


def _fate(shell: Shell, field: DraftField) -> str:
    if field.same:
        return ""
    status = f" · {shell.word(f'status.{field.status}')}" if field.status else ""
    return f"{status} · {shell.word(f'amendment.{field.fate}')}"


def _columns(left: str, right: str, width: int) -> Iterator[str]:
    """Two texts side by side, each broken into lines of its column."""
    for one, two in zip_longest(wrap(left, width), wrap(right, width), fillvalue=""):
        yield f"{'':{MARGIN}}{one:{width}} │ {two}".rstrip()


def _give_amendment(shell: Shell, found: Amendment) -> None:
    shell.give({"edition": found.edition, "at": found.at, "obstacles": found.obstacles})
    for row, fields in found.items:
        shell.give(_told(row))
        for field in fields:
            told = {"item": row.right or row.left, "field": field.row.field, "old": field.row.old, "new": field.row.new}
            shell.give({**told, "status": str(field.status or ""), "fate": field.fate, "same": field.same})


VERBS = (compare, amendment)
