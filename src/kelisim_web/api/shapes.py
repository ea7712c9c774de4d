"""What programs are told, and what they say: the shapes of the interface, as its description names them."""

from datetime import date
from typing import Any

from ninja import Schema
from pydantic import Field


class Problem(Schema):
    """A refusal; nothing was changed."""

    code: str = Field(description="The stable name of the reason.")
    what: str = Field(description="What happened, in the language of the request.")
    why: str
    next: str = Field(description="What to do.")
    params: dict[str, str | int]


class Plan(Schema):
    """A plan that the officer reads."""

    id: str
    parties: list[str]
    ours: str = Field(description="The code of the party whose node this is.")
    scopes: list[str] = Field(description="The titles of the framework and the yearly plans.")


class Line(Schema):
    """How far a line of cooperation is."""

    number: str
    title: str
    items: dict[str, int] = Field(description="How many items stand at each status.")


class Scope(Schema):
    """How far a framework or yearly plan is."""

    scope: str
    number: str
    title: str
    notice: str
    items: dict[str, int]
    lines: list[Line]
    unsettled: int = Field(description="How many fields are not agreed; a text in all its languages is one.")
    editions: int
    frozen: bool
    offered: bool


class Standing(Schema):
    """How far a plan is."""

    plan: str
    ours: str
    parties: list[str]
    scopes: list[Scope]
    waits: dict[str, int] = Field(description="How many fields wait for each party.")
    new: int = Field(description="On how many fields others have spoken since the officer last looked.")
    troubled: dict[str, str] = Field(description="Feeds that are contested, or wait for a piece, by party.")


class Item(Schema):
    """An item as lists show it."""

    item: str
    kind: str
    number: str
    title: str
    scope: str
    line: str
    status: str
    unsettled: list[str]
    waits_for: list[str]
    first: date | None = Field(description="The first day on which it can lie; none where nobody says.")
    last: date | None
    new: bool
    drafts: list[str] = Field(description="The fields of which we have a draft.")


class Items(Schema):
    """A page of a plan's items."""

    found: int
    page: int
    pages: int
    items: list[Item]


class Filters(Schema):
    """Which items are wanted."""

    scope: str = Field("", description="Only of this framework or yearly plan.")
    line: str = Field("", description="Only of this line of cooperation.")
    kind: str = ""
    state: str = Field("", description="waiting-ours, waiting-theirs, open, new, or a status.")
    year: int = Field(0, ge=0, le=9999, description="Only what lies in this year.")
    fiscal: bool = Field(default=False, description="The year is the United States' fiscal year.")
    words: str = Field("", description="Each word is the beginning of one in the item.")
    page: int = Field(1, ge=1, le=100_000)


class Word(Schema):
    """What a party says on a field: a value in its written form, or none where it took its word back."""

    value: str | None
    firm: bool = Field(description="It waits for no capital.")


class Register(Schema):
    """A field of an item, a text in one language."""

    name: str
    label: str
    status: str
    said: dict[str, Word] = Field(description="By party.")
    shown: str = Field(description="As people read it: words that differ in brackets.")
    waits_for: list[str]


class Said(Schema):
    """A statement in an item's history."""

    at: str
    party: str
    field: str
    value: str | None
    hold: bool


class Draft(Schema):
    """What we mean to say."""

    item: str
    field: str
    value: str | None = Field(description="None where it takes our word back.")
    hold: bool = Field(description="Ad referendum.")
    note: str
    author: str
    at: str


class WaitingDraft(Draft):
    """A draft, with what still stands before its dispatch."""

    number: str
    title: str
    label: str
    needs: dict[str, str] = Field(description="The clearances that it needs; each with who gave it, or empty.")
    held: str = Field(description="Why it would not be dispatched now; empty for nothing.")


class NewDraft(Schema):
    """What is to be drafted."""

    value: str | None = Field(description="In its written form; none takes our word back.")
    hold: bool = Field(default=False, description="Ad referendum.")
    note: str = Field("", max_length=10_000, description="Why, for our own desk alone.")


class WholeItem(Schema):
    """An item with all that is said of it."""

    item: str
    kind: str
    number: str
    title: str
    notice: str
    struck_out: bool
    registers: list[Register]
    history: list[Said] = Field(description="Oldest first.")
    drafts: list[Draft]


class Edition(Schema):
    """A concluded edition."""

    scope: str
    number: str
    title: str
    edition: str
    offer: str
    at: str
    corrects: bool
    in_force: bool
    contested: bool


def draft_of(row: Any) -> Draft:
    """A draft, of its row."""
    return Draft.model_validate(row, from_attributes=True)
