"""The one gate: every action and query is behind a seat, and a seat may do what its table says.

The table `MAY` is the whole of it: which kind of seat may do which act, and whether anywhere in its plan or on its own
line of cooperation alone. A place gives a seat in one plan or in all, for one line or for all. At a terminal whoever
holds the node's directory holds all its powers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.errors import Forbidden

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from kelisim_web.node import Node

    Progress = Callable[[int, int], None]


class Kind(StrEnum):
    """The kinds of seat at a party's desk."""

    DESK_OFFICER = "desk-officer"
    LINE_OWNER = "line-owner"
    TRANSLATOR = "translator"
    LEGAL = "legal"
    FINANCE = "finance"
    SECURITY = "security"
    PRESS = "press"
    RELEASER = "releaser"
    SIGNATORY = "signatory"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Act(StrEnum):
    """What can be done at a desk, as far as it matters who may."""

    READ = "read"
    COMMENT = "comment"
    DRAFT = "draft"
    TRANSLATE = "translate"
    CLEAR_LEGAL = "clear-legal"
    CLEAR_FINANCE = "clear-finance"
    CLEAR_SECURITY = "clear-security"
    CLEAR_PRESS = "clear-press"
    DISPATCH = "dispatch"
    EXCHANGE = "exchange"
    RECORD = "record"
    FREEZE = "freeze"
    SEAL = "seal"
    AUDIT = "audit"
    ADMINISTER = "administer"


class Reach(StrEnum):
    """How far an act reaches."""

    PLAN = "plan"
    LINE = "line"


_P, _L = Reach.PLAN, Reach.LINE
_READER: Final = {Act.READ: _P, Act.COMMENT: _P}
MAY: Final[dict[Kind, dict[Act, Reach]]] = {
    Kind.DESK_OFFICER: {**_READER, Act.DRAFT: _P, Act.TRANSLATE: _P, Act.EXCHANGE: _P, Act.RECORD: _P, Act.FREEZE: _P},
    Kind.LINE_OWNER: {Act.READ: _P, Act.COMMENT: _L, Act.DRAFT: _L, Act.TRANSLATE: _L},
    Kind.TRANSLATOR: {**_READER, Act.TRANSLATE: _P},
    Kind.LEGAL: {**_READER, Act.CLEAR_LEGAL: _P},
    Kind.FINANCE: {**_READER, Act.CLEAR_FINANCE: _P},
    Kind.SECURITY: {**_READER, Act.CLEAR_SECURITY: _P},
    Kind.PRESS: {**_READER, Act.CLEAR_PRESS: _P},
    Kind.RELEASER: {**_READER, Act.DISPATCH: _P, Act.EXCHANGE: _P},
    Kind.SIGNATORY: {**_READER, Act.FREEZE: _P, Act.SEAL: _P},
    Kind.AUDITOR: {Act.READ: _P, Act.AUDIT: _P},
    Kind.ADMINISTRATOR: {Act.READ: _P, Act.ADMINISTER: _P, Act.EXCHANGE: _P, Act.AUDIT: _P},
}


class Place(NamedTuple):
    """A seat that somebody has, in one plan or (empty) in all, for one line or for all."""

    kind: Kind
    circle: str = ""
    line: str = ""

    def may(self, act: Act, circle: str, line: str | None) -> bool:
        """Does this place allow an act in a plan, on an item of a line (empty: none; None: some line at least)?"""
        reach = MAY[self.kind].get(act)
        if reach is None or self.circle not in ("", circle):
            return False
        return reach is Reach.PLAN or line is None or self.line in ("", line)


def silent(done: int, total: int) -> None:
    """Tell nobody how far long work is."""


@dataclass(frozen=True)
class Seat:
    """An officer's place at a party's desk.

    Attributes:
        node: the party's node.
        officer: who sits there, as drafts name their author.
        progress: told now and then how far long work is: how much is done, of how much.
        places: the seats that the officer has; None at a terminal, which has all powers.
    """

    node: Node
    officer: str
    progress: Progress = silent
    places: tuple[Place, ...] | None = None

    def may(self, act: Act, circle: str = "", line: str | None = None) -> bool:
        """Is an act allowed here?

        Args:
            act: what.
            circle: in which plan; empty for what belongs to the node, which a seat in all plans alone may do.
            line: on an item of which line of cooperation; empty where it is of none, None for some line at least.
        """
        return self.places is None or any(place.may(act, circle, line) for place in self.places)

    def reads(self, circle: str) -> bool:
        """May this seat read a plan?"""
        return self.may(Act.READ, circle)


def check(seat: Seat, act: Act, circle: str = "", lines: Collection[str | None] = (None,)) -> None:
    """Refuse what a seat may not do.

    Raises:
        Forbidden: it may not.
    """
    if not all(seat.may(act, circle, line) for line in lines):
        raise Forbidden("seat-may-not", act=act, officer=seat.officer)


def sit(node: Node, login: str) -> Seat:
    """The seat of an officer who has signed in.

    Raises:
        Forbidden: nobody of that name has a seat here, or only on an example node.
    """
    from kelisim_web.models.people import Officer  # noqa: PLC0415  (a terminal imports this before Django has begun)

    officer = Officer.objects.filter(login=login).prefetch_related("places").first()
    places = tuple(Place(Kind(row.seat), row.circle, row.line) for row in officer.places.all()) if officer else ()
    if officer is None or not places or (officer.example and not node.is_example()):
        raise Forbidden("officer-unknown", login=login)
    return Seat(node, login, places=places)


class Machine(Seat):
    """The node's own seat, at which nobody sits: bundles come in and go out from it, and it does nothing else."""

    def may(self, act: Act, circle: str = "", line: str | None = None) -> bool:
        """It exchanges, in every plan."""
        del circle, line
        return act is Act.EXCHANGE


class Pass(NamedTuple):
    """What a program shows in the place of a person who signs in.

    Attributes:
        seat: of the officer for whom it acts.
        drafts: it may draft, and not only read.
    """

    seat: Seat
    drafts: bool


def enter(node: Node, secret: str, *, feed: bool = False) -> Pass | None:
    """Whose key a secret is, of which the node keeps the SHA-256 alone; None where it is nobody's.

    Args:
        node: where.
        secret: what the program shows.
        feed: it is to open the calendar feed, and nothing else.
    """
    from kelisim_web.models.people import Token  # noqa: PLC0415  (a terminal imports this before Django has begun)

    token = Token.objects.filter(digest=sha256(secret.encode()).hexdigest(), feed=feed).first()
    if token is None:
        return None
    try:
        return Pass(sit(node, token.officer_id), token.drafts)
    except Forbidden:  # an example's officer, at a node that is none
        return None
