"""Two parties with their nodes, for measuring: founded by the actions of the node, as two officers would.

The author of the statements is the key of the first party's node in memory, so that a history of any length is written
quickly; the bytes are those that its node would write.
"""

from __future__ import annotations

import os
import random
from base64 import b32encode, b64decode
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from kelisim import bundle, ceremony, keyfile
from kelisim.ledger import record, segment
from kelisim.ledger.digest import digest, digits_of
from kelisim_web import database, node

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from kelisim.ledger.keys import Signer
    from kelisim_web.access import Seat

AT = "2026-11-05T09:30Z"
REGISTERS = 20_000
ITEMS = 2_000
LINES = 19
CODES = ("KAZ", "USA")
FIELDS = ("host", "kind", "line", "number", "parent", "period", "present", "title.en", "title.kk", "title.ru")
TEXT = (
    "joint working group shall prepare and submit annual report on rail corridor energy water training exchange of "
    "experts investment forum pilot project study first second quarter within framework monitoring digital border "
    "crossing point modernisation standards жоба бойынша бірлескен комиссия отырысы ведомство обмен опытом подготовки "
    "личного состава в рамках плана семинар по вопросам"
)
WORDS = TEXT.split()

Said = tuple[bytes, bytes]  # a segment: the header's line, the body


@contextmanager
def at(directory: Path) -> Iterator[Seat]:
    """Sit down at a node."""
    with node.opened(directory) as opened:
        from kelisim_web.access import Seat  # noqa: PLC0415

        yield Seat(opened, "desk")


def found(directory: Path) -> str:
    """Make the nodes of two parties and found a plan between them; return the plan's id."""
    settle(directory)
    return begin(directory)


def settle(directory: Path, address: str = "") -> None:
    """Make the nodes of two parties that know each other.

    Args:
        directory: where.
        address: of the database in which the second party's rows lie; empty for a file.
    """
    node.set_up()
    from kelisim_web.access import Seat  # noqa: PLC0415  (rows load after Django is set up)
    from kelisim_web.actions import founding  # noqa: PLC0415

    cards = {}
    for code in CODES:
        roots = directory / f"roots-{code}"
        keyfile.write_new_roots(roots)
        with _database(address if code == CODES[1] else ""), node.created(directory / code) as made:
            seat = Seat(made, "desk")
            request = founding.begin(seat, code, {"en": code}, [keyfile.read_public_roots(roots)], 1, example=True)
            founding.take_card(seat, _signed(request, roots))
            cards[code] = founding.our_cards(seat)
    for code, other in (CODES, CODES[::-1]):
        theirs = ceremony.card.read_cards(cards[other])
        with at(directory / code) as seat:
            founding.add_party(seat, theirs, digits_of(theirs[0].id), other)


@contextmanager
def _database(address: str) -> Iterator[None]:
    """Nodes that are made meanwhile keep their rows there."""
    if address:
        os.environ[database.SETTING] = address
    try:
        yield
    finally:
        os.environ.pop(database.SETTING, None)


def begin(directory: Path) -> str:
    """Found a plan between two parties that know each other; return its id."""
    from kelisim_web.actions import exchange, founding  # noqa: PLC0415  (rows load after Django is set up)

    first, second = (directory / code for code in CODES)
    with at(first) as seat:
        circle = founding.new_plan(seat, [CODES[1]], CODES[0], ["en", "kk", "ru"]).id
        founding.take_charter(seat, _signed(founding.request_charter(seat, circle), directory / f"roots-{CODES[0]}"))
        going = exchange.write_bundle(seat, circle, CODES[1]).data
    with at(second) as seat:
        exchange.read_bundle(seat, going)
        founding.take_charter(seat, _signed(founding.request_charter(seat, circle), directory / f"roots-{CODES[1]}"))
        going = exchange.write_bundle(seat, circle, CODES[0]).data
    with at(first) as seat:
        exchange.read_bundle(seat, going)
    return circle


def _signed(request: Path, roots: Path) -> Path:
    answer = request.with_name(f"{request.name}.signed")
    answer.write_bytes(ceremony.write_request(ceremony.sign(ceremony.read_request(request.read_bytes()), roots)))
    return answer


@dataclass
class Author:
    """A party's feed, as it is being written for the second party; a bundle may carry both feeds, after a restore.

    Attributes:
        circle, us, them: ids of the plan and of the two parties.
        card: the id of our card.
        state, carry: our keys.
        recipients, identity: the age keys of the second party's node, public and secret.
        load: what every bundle carries besides segments.
        head, seq: where the feed is.
        seen: the head of the other feed, as its author has it.
        lots: where the words come from.
    """

    circle: str
    us: str
    them: str
    card: str
    state: Signer
    carry: Signer
    recipients: Sequence[str]
    identity: str
    load: bundle.Load
    head: str
    seen: str
    seq: int = 0
    lots: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311  (words, not secrets)

    @classmethod
    def of(cls, directory: Path, circle: str, code: str = CODES[0]) -> Author:
        """The author whose node lies in a directory that `found` has filled."""
        with at(directory / CODES[1]) as seat:
            identity = seat.node.identity()
        with at(directory / code) as seat:
            from kelisim_web import store  # noqa: PLC0415

            held, charter = store.cards_held(), store.charter(circle)
            us, them = sorted(charter.value.codes(), key=lambda party: charter.value.codes()[party] != code)
            reader = next(party for party, known in charter.value.codes().items() if known == CODES[1])
            load = bundle.Load([card.line for card in store.all_cards()], [charter.line], store.seed(circle))
            card, recipients = held.newest(us), held.newest(reader).value.recipients
            signers = seat.node.signer("state"), seat.node.signer("carry")
        return cls(circle, us, them, card.id, *signers, recipients, identity, load, circle, circle)

    @property
    def key(self) -> bytes:
        """The 32 bytes of the public key that our segments are signed with."""
        return b64decode(self.state.key)[-32:]

    def say(self, statements: Sequence[segment.Statement]) -> Said:
        """Write and sign the next segment."""
        body = segment.write_body(statements)
        header = segment.Segment(
            at=AT,
            body=digest(body),
            card=self.card,
            circle=self.circle,
            count=len(statements),
            epoch=0,
            party=self.us,
            prev=self.head,
            seen={self.them: self.seen},
            seq=self.seq + 1,
            size=len(body),
            v=1,
        )
        signed = record.sign(segment.KIND, header, self.state)
        self.head, self.seq = signed.id, self.seq + 1
        return signed.line, body

    def speak(self, count: int) -> Said:
        """Write the next segment, of this many statements on registers drawn by lot."""
        return self.say(self.positions(count))

    def everything(self) -> list[segment.Statement]:
        """A statement on every register."""
        return [
            segment.Statement(field=name, item=item(number), value=self.words(name))
            for number in range(ITEMS)
            for name in FIELDS
        ]

    def positions(self, count: int) -> list[segment.Statement]:
        """Statements on registers drawn by lot."""
        places = (divmod(one, len(FIELDS)) for one in self.lots.sample(range(REGISTERS), count))
        return [
            segment.Statement(field=FIELDS[name], item=item(number), value=self.words(FIELDS[name]))
            for number, name in places
        ]

    def words(self, name: str) -> str:
        """A value for a field: its written form for the short ones, 3 to 25 words for texts."""
        lots = self.lots
        year, begins, ends = lots.randrange(2026, 2036), lots.randrange(1, 7), lots.randrange(7, 13)
        short: dict[str, Any] = {
            "host": "KAZ",
            "kind": "activity",
            "number": f"{lots.randrange(1, 30)}.{lots.randrange(1, 30)}",
            "line": item(ITEMS + lots.randrange(1, LINES + 1)),
            "parent": item(ITEMS),
            "period": f"{year}-{begins:02}-09/{year}-{ends:02}-13",
            "present": "yes",
        }
        return short.get(name) or " ".join(lots.choices(WORDS, k=lots.choice((3, 4, 5, 6, 8, 12, 25))))

    def bundle(self, segments: Sequence[Said]) -> bytes:
        """A bundle that carries these segments to the second party."""
        envelope = bundle.Envelope(AT, self.card, self.circle, self.us, self.them, {self.them: self.seen})
        packed = bundle.pack(envelope, self.load._replace(segments=segments), self.carry)
        return bundle.encrypt(packed, self.recipients)


def history(authors: Sequence[Author], statements: int, each: int) -> list[Said]:
    """So many statements of both parties, in segments of so many.

    The last of them are on every register. The second party takes over what the first says on four items of five. The
    fifth is in negotiation: of four fields it takes one over, says something else in two, and says nothing on one. Of a
    hundred fields 85 are then agreed. Both have seen each other's feed.
    """
    first, second = authors
    lots, last = first.lots, first.everything()
    disputed = set(lots.sample(sorted({one.item for one in last}), ITEMS // 5))
    replies = []
    for one in last:
        drawn = lots.randrange(4) if one.item in disputed else 0
        if drawn in (1, 2):
            replies.append(msgspec.structs.replace(one, value=f"{one.value} 1"))
        elif not drawn:
            replies.append(one)
    before = (statements - len(last) - len(replies)) // each // 2
    said = [author.speak(each) for author in authors for _ in range(before)]
    for author, words in ((first, [*frame(), *last]), (second, [*frame(), *replies])):
        said += [author.say(words[start : start + each]) for start in range(0, len(words), each)]
    first.seen, second.seen = second.head, first.head
    return said


def frame(lines: int = LINES) -> list[segment.Statement]:
    """The plan that the items belong under, and its lines of cooperation."""
    said = {item(ITEMS): {"kind": "plan", "number": "0", "title.en": "Plan"}}
    for number in range(1, lines + 1):
        line = {"kind": "line", "number": f"{number}", "parent": item(ITEMS), "title.en": f"Line {number}"}
        said[item(ITEMS + number)] = line
    return [
        segment.Statement(field=field, item=name, value=value)
        for name, fields in said.items()
        for field, value in {**fields, "present": "yes"}.items()
    ]


def item(number: int) -> str:
    """The id of the item of a number."""
    return b32encode(bytes.fromhex(digest(b"item %d" % number))[:10]).decode().lower()
