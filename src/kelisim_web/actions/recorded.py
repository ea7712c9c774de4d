"""Recording what a party without a node wrote; and, at that party's node once it has joined, confirming it in one act.

What is recorded is checked as our own values are, since it is we who put a letter's words into their written form.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Annotated, Final, Literal, NamedTuple

import tomli_w
from django.db import transaction
from msgspec import Meta, Struct, ValidationError, convert, to_builtins

from kelisim.errors import BadValue, Malformed, NotNow, Unknown
from kelisim.ledger.digest import digest
from kelisim.plan import Rule, written
from kelisim_web import store
from kelisim_web.access import Act, check
from kelisim_web.actions import positions
from kelisim_web.actions.positions import Say
from kelisim_web.models.drafts import Draft
from kelisim_web.models.recorded import Letter, Recorded
from kelisim_web.paper import is_paper
from kelisim_web.queries.recorded import recorded_of, supposed
from kelisim_web.queries.standing import standing_of
from kelisim_web.us import our_code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kelisim.ledger.charter import Charter
    from kelisim.position import Standing
    from kelisim_web.access import Seat

DAY: Final = len("2013-03-01")


class Paper(NamedTuple):
    """A letter as an officer has it at hand.

    Attributes:
        party: the code of who wrote it.
        number, date: as they stand on it.
        file: the name of the file that it came as; empty where there is none.
        data: the file's bytes.
    """

    party: str
    number: str
    date: str
    file: str = ""
    data: bytes = b""


def record(seat: Seat, circle: str, paper: Paper, says: Iterable[Say]) -> int:
    """Keep what a letter says. Saying it again of the same letter corrects it; the latest letter on a field counts.

    Args:
        seat: whose node.
        circle: the plan, which may be on paper.
        paper: the letter.
        says: its positions.

    Returns:
        How many positions the letter has now.

    Raises:
        BadValue: a value, the number or the day is not in its form; nothing is recorded.
        Unknown: no such party besides us.
        NotNow: the letter is recorded with another day or file.
    """
    check(seat, Act.RECORD, circle)
    charter = store.charter(circle).value
    check_writer(charter, our_code(circle), paper.party)
    number = written("text", paper.number, field="--letter")
    if len(paper.date) != DAY:
        raise BadValue("letter-date", value=paper.date)
    date = written("period", paper.date, field="--date")
    said = {(say.item, say.field): say for say in says}
    values = _values(supposed(seat, circle), charter, paper.party, said.values())
    with transaction.atomic():
        letter = _letter(seat, circle, paper._replace(number=number, date=date))
        rows = [
            Recorded(letter=letter, item=item, field=field, value=value, officer=seat.officer, at=seat.node.now())
            for (item, field), value in values.items()
        ]
        Recorded.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["letter", "item", "field"],
            update_fields=["value", "officer", "at"],
        )
        return letter.positions.count()


def check_writer(charter: Charter, ours: str, code: str) -> None:
    """Refuse whoever is not another party of the plan."""
    others = [one for one in charter.codes().values() if one != ours]
    if code not in others:
        raise Unknown("party-unknown", code=code, choices=", ".join(others))


def _values(would: Standing, charter: Charter, code: str, says: Iterable[Say]) -> dict[tuple[str, str], str | None]:
    """What a letter says, each value in its written form."""
    says = list(says)
    kinds = {say.item: say.value for say in says if say.field == "kind"}
    values = {}
    for say in says:
        known = would.schema.type_of(say.field)
        if known and known.rule is Rule.OWN and known.suffix(say.field) != code:
            raise BadValue("recorded-field-of-another", field=say.field, code=code)
        value = positions.in_form(would, say, kinds.get(say.item) or would.kind(say.item))
        positions.check_suffix(known, say.field, charter, code)
        values[say.item, say.field] = value
    return values


def _letter(seat: Seat, circle: str, paper: Paper) -> Letter:
    """The row of a letter, and the copy of its file."""
    name = digest(paper.data) if paper.file else ""
    found = {"circle": circle, "party": paper.party, "number": paper.number}
    letter, _ = Letter.objects.get_or_create(**found, defaults={"date": paper.date})
    if letter.date != paper.date or (name and letter.digest not in ("", name)):
        raise NotNow("letter-differs", letter=letter.number, date=letter.date, file=letter.file or "–")
    if name:
        letter.file, letter.digest = paper.file, name
        letter.save()
        seat.node.keep_letter(name, paper.data)
    return letter


def drop(seat: Seat, circle: str, code: str, number: str, item: str = "", field: str = "") -> int:
    """Drop what was recorded of a letter: all of it, of an item, or one field. A letter of which nothing is left goes.

    Returns:
        How many positions were dropped.

    Raises:
        Unknown: nothing of the kind is recorded.
    """
    check(seat, Act.RECORD, circle)
    letter = Letter.objects.filter(circle=circle, party=code, number=number).first()
    if letter is None:
        raise Unknown("letter-missing", letter=number, code=code)
    with transaction.atomic():
        rows = letter.positions.all()
        rows = rows.filter(item=item) if item else rows
        count, _ = (rows.filter(field=field) if field else rows).delete()
        if not count:
            raise Unknown("letter-missing", letter=number, code=code)
        if not letter.positions.exists():
            letter.delete()
    if not Letter.objects.filter(digest=letter.digest).exists():
        seat.node.letter(letter.digest).unlink(missing_ok=True)
    return count


# The file that goes to the party, once it has a node


_Plain = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]  # it is shown before anything of it is believed


class _Position(Struct, omit_defaults=True):
    """A position; without a value the letter takes a word back. Number and title are for whoever reads the file."""

    item: _Plain
    field: _Plain
    value: str | None = None
    number: _Plain = ""
    title: _Plain = ""


class _LetterOf(Struct, omit_defaults=True):
    number: _Plain
    date: _Plain
    position: Annotated[list[_Position], Meta(min_length=1)]
    file: _Plain = ""
    sha256: _Plain = ""


class _Written(Struct, omit_defaults=True):
    """The file: `by` is the party whose words these are, `recorded_by` whoever kept them."""

    kelisim_recorded: Literal[1]
    by: _Plain
    recorded_by: _Plain
    letter: list[_LetterOf]
    plan: _Plain = ""


def write_recorded(seat: Seat, circle: str, code: str, language: str, heading: str) -> bytes:
    """What is recorded of a party, letter by letter, as a file for it to read and confirm.

    Args:
        seat: whose node.
        circle: the plan.
        code: the party.
        language: in which items are named for whoever reads the file.
        heading: a sentence at its top.

    Raises:
        Unknown: nothing is recorded of it.
    """
    check(seat, Act.READ, circle)
    charter = store.charter(circle)
    check_writer(charter.value, our_code(circle), code)
    rows = recorded_of(seat, circle, language, code)
    if not rows:
        raise Unknown("recorded-none", code=code)
    letters: dict[str, _LetterOf] = {}
    for row in rows:
        letter = letters.setdefault(row.letter, _LetterOf(row.letter, row.date, [], row.file, row.digest))
        letter.position.append(_Position(row.item, row.field, row.value, row.number, " ".join(row.title.split())))
    plan = "" if is_paper(charter) else circle
    table = to_builtins(_Written(1, code, our_code(circle), list(letters.values()), plan))
    top = "".join(f"# {line}\n" for line in heading.splitlines())
    return f"{top}{tomli_w.dumps(table, multiline_strings=True)}".encode()


class Sentence(NamedTuple):
    """What we would say on a field, and the number and day of the letter that it stands in."""

    item: str
    number: str
    title: str
    field: str
    value: str
    letter: str
    date: str


class Confirmable(NamedTuple):
    """What confirming a file would do.

    Attributes:
        says: what we would say.
        stays: the fields on which we have spoken ourselves; they stay as they are.
        by: who recorded it.
    """

    says: list[Sentence]
    stays: list[tuple[str, str]]
    by: str


def to_confirm(seat: Seat, circle: str, path: str, data: bytes) -> Confirmable:
    """What another party has recorded of us, as we would say it: the last word of the letters on each field.

    Raises:
        Malformed: it is not such a file.
        BadValue: it is of another party, or holds a value that we could not say.
        Unknown: it is for another plan.
    """
    try:
        found = convert(tomllib.loads(data.decode()), _Written)
    except (ValueError, RecursionError, ValidationError) as error:
        raise Malformed("recorded-file", path=path, detail=str(error)[:200]) from error
    ours = our_code(circle)
    if found.by != ours:
        raise BadValue("recorded-of-another", code=found.by, ours=ours)
    if found.plan not in ("", circle):
        raise Unknown("recorded-other-plan", plan=found.plan[:12], ours=circle[:12])
    words = {(one.item, one.field): (one, letter) for letter in found.letter for one in letter.position}
    standing = standing_of(seat, circle)
    kinds = {item: one.value for (item, field), (one, _) in words.items() if field == "kind"}
    says, stays = [], []
    for (item, field), (one, letter) in words.items():
        if standing.voices[ours].word(item, field):
            stays.append((item, field))
            continue
        value = positions.in_form(standing, Say(item, field, one.value), kinds.get(item) or standing.kind(item))
        if value is not None:
            says.append(Sentence(item, one.number, one.title, field, value, letter.number, letter.date))
    return Confirmable(says, stays, found.recorded_by)


def confirm(seat: Seat, circle: str, found: Confirmable) -> positions.Dispatched:
    """Say all that was recorded of us: draft and dispatch it, whole or not at all.

    Raises:
        BadValue: a field is not one that we could speak on.
        NotNow: we have drafts of our own there, its scope is frozen, there is nothing to say, or nothing can be said.
    """
    says = [Say(one.item, one.field, one.value, note=f"{one.letter}, {one.date}") for one in found.says]
    if not says:
        raise NotNow("confirm-nothing")
    where = {(say.item, say.field) for say in says}
    with transaction.atomic():
        for row in Draft.objects.filter(circle=circle):
            if (row.item, row.field) in where:
                raise NotNow("confirm-drafted", item=row.item, field=row.field)
        positions.draft(seat, circle, says)
        done = positions.dispatch(seat, circle, acknowledge=True, only=where)  # so that what is held back is told
        if done.held_back:
            raise NotNow("confirm-held-back", count=len(done.held_back))
    return done
