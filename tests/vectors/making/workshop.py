"""How vectors are made: parties with keys from small numbers, bundles down to the byte, cases with what is expected.

A case is a function that is given a `Vector` and adds steps to it. What it expects it states: the verdict, the reason,
and the point of the state. The whole state is then written from our own implementation, after the point has been found
to hold in it.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from kelisim import bundle
from kelisim.bundle import Manifest, Part
from kelisim.ledger import keys, segment
from kelisim.ledger.digest import digest
from kelisim.ledger.record import Signed, sign
from kelisim.ledger.segment import AD_REFERENDUM, Statement
from tests.library import keysmith as k
from tests.vectors.kelisim_protocol import Program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kelisim.ledger.charter import Charter

KAZ: Final = k.Party("KAZ", 1).found()
USA: Final = k.Party("USA", 2).found()
UZB: Final = k.Party("UZB", 3).found()
TWO: Final = k.circle(KAZ, USA)
THREE: Final = k.circle(KAZ, USA, UZB)
PLAN, COURSE = "planaaaaaaaaaaaa", "courseaaaaaaaaaa"

Parts = list[tuple[str, bytes]]


def raw(kind: str, json_bytes: bytes, *signers: keys.Signer) -> bytes:
    """The line of a record whose JSON may be anything, properly signed."""
    return Signed(kind, json_bytes, None, _signatures(kind, json_bytes, signers)).line


def _signatures(kind: str, json_bytes: bytes, signers: Iterable[keys.Signer]) -> dict[str, bytes]:
    message = keys.pae(kind, json_bytes)
    return {keys.key_id(one.key): one.sign(message) for one in signers}


def said(item: str, name: str, value: str | None = None, *, hold: bool = False) -> Statement:
    """A statement; without a value a word that is taken back."""
    more: dict[str, Any] = {} if value is None else {"value": value}
    return Statement(field=name, item=item, **more, **({"hold": AD_REFERENDUM} if hold else {}))


def body(*statements: Statement) -> bytes:
    """The body of a segment."""
    return segment.write_body(statements)


SAID: Final = body(said(COURSE, "host", "KAZ"))


class Feed:
    """A party's feed, to be gone on with; each segment says one word.

    Args:
        party: whose.
        circle: where.
    """

    def __init__(self, party: k.Party, circle: Signed[Charter] = TWO) -> None:
        self.party, self.circle = party, circle
        self.epoch, self.seq, self.prev = 0, 0, circle.id

    def copy(self) -> Feed:
        """The same feed at the same place, as a thief or a copy of the node would go on with it."""
        twin = Feed(self.party, self.circle)
        twin.epoch, twin.seq, twin.prev = self.epoch, self.seq, self.prev
        return twin

    def say(self, value: str | bytes = "", **changes: Any) -> tuple[bytes, bytes]:
        """The next segment, header and body: a word on who hosts the course, or the body given."""
        said_now = value if isinstance(value, bytes) else body(said(COURSE, "host", value)) if value else b""
        self.seq += 1
        place = {"epoch": self.epoch, "seq": self.seq, "prev": self.prev}
        header = k.segment_of(self.party, self.circle, said_now, **(place | changes))
        self.prev = header.id
        return header.line, said_now

    def enter(self, number: int, record: str, party: k.Party | None = None) -> None:
        """Go on in an epoch."""
        self.party = party or self.party
        self.epoch, self.seq, self.prev = number, 0, record


def parts(**held: Any) -> Parts:
    """The parts of a bundle from lists of lines; segments as header and body; files as bytes."""
    joined: Parts = []
    for kind in bundle.ORDER:
        given = held.get(f"{kind}s", ())
        if kind == "file":
            joined += [(kind, one) for one in given]
        elif kind == "segment":
            joined.append((kind, b"".join(header + said_there for header, said_there in given)))
        else:
            joined.append((kind, b"".join(one if isinstance(one, bytes) else one.line for one in given)))
    return [(kind, data) for kind, data in joined if data]


def founding(*parties: k.Party, circle: Signed[Charter]) -> dict[str, Any]:
    """What a first bundle carries: all cards, the charter, the seed."""
    return {"cards": [card for party in parties for card in party.cards], "charters": [circle], "seeds": [k.SEED]}


def manifest(sender: k.Party, to: k.Party, circle: Signed[Charter], carried: Parts, **changes: Any) -> Manifest:
    """What a bundle's manifest says, unless told otherwise."""
    plain = Manifest(
        at=k.AT,
        card=sender.card.id,
        circle=circle.id,
        sender=sender.id,
        parts=[Part(id=digest(data), kind=kind, size=len(data)) for kind, data in carried],
        seen=dict.fromkeys(circle.value.others(sender.id), circle.id) if circle.value else {},
        to=to.id,
        v=1,
    )
    return structs.replace(plain, **changes)


def plain(
    carried: Parts,
    sender: k.Party = KAZ,
    to: k.Party = USA,
    circle: Signed[Charter] = TWO,
    signer: keys.Signer | None = None,
    **changes: Any,
) -> bytes:
    """A plain bundle, its manifest signed by the sender's carrying key unless told otherwise."""
    line = sign(bundle.KIND, manifest(sender, to, circle, carried, **changes), signer or sender.officer("carry")).line
    return line + b"".join(data for _, data in carried)


SHARED: Final = "founded"  # the directory of bundles with which many cases begin


def shared() -> dict[str, bytes]:
    """The bundles with which many cases begin."""
    return {
        "two.bundle": plain(parts(**founding(KAZ, USA, circle=TWO))),
        "three.bundle": plain(parts(**founding(KAZ, USA, UZB, circle=THREE)), KAZ, USA, THREE),
    }


@dataclass
class Vector:
    """A case that is being made.

    Attributes:
        name, says, attack: as `case.json` has them.
        reason: of the refusal of the last step; empty where it is accepted.
        steps, files: what it consists of.
        points: what must hold of the state at the end.
    """

    name: str
    says: str
    attack: str
    reason: str = ""
    steps: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    points: list[tuple[str, Any]] = field(default_factory=list)

    def begin(self, us: k.Party = USA, *confirmed: k.Party) -> None:
        """A party begins to read, having confirmed these parties."""
        ids = [party.id for party in (confirmed or (KAZ, USA))]
        self.steps.append({"do": "begin", "us": us.id, "confirmed": ids})

    def read(self, data: bytes, **ends: str) -> None:
        """A bundle is read; how it ends is said where it is not the last step and refused."""
        self.steps.append({"do": "import", "file": self.file(data, "bundle"), **ends})

    def file(self, data: bytes, ending: str) -> str:
        """A file of the case, or one that many share; its name."""
        there = self.files | {f"../{SHARED}/{name}": one for name, one in _SHARED.items()}
        for name, one in there.items():
            if one == data and name.endswith(ending):
                return name
        name = f"{len(self.files) + 1}.{ending}"
        self.files[name] = data
        return name

    def founded(self, **more: Any) -> None:
        """The United States read a first bundle from Kazakhstan, perhaps with more in it."""
        self.begin()
        self.read(plain(parts(**founding(KAZ, USA, circle=TWO), **more)))

    def three(self, us: k.Party = USA, **more: Any) -> None:
        """The same among three."""
        self.begin(us, KAZ, USA, UZB)
        self.read(plain(parts(**founding(KAZ, USA, UZB, circle=THREE), **more), KAZ, us, THREE))

    def then(self, *carried: tuple[str, bytes], **changes: Any) -> None:
        """They read one more, of these parts."""
        self.read(plain(list(carried), **changes))

    def more(self, sender: k.Party = KAZ, to: k.Party = USA, circle: Signed[Charter] = TWO, **held: Any) -> None:
        """They read one more, that carries this."""
        self.read(plain(parts(**held), sender, to, circle))

    def verify(self, data: bytes, ending: str, **answer: Any) -> None:
        """A file is verified, and this is found in it."""
        step: dict[str, Any] = {"do": "verify", "file": self.file(data, ending)}
        self.steps.append(step | ({"answer": answer} if answer else {}))

    def expect(self, **points: Any) -> None:
        """What must hold at the end, each of a party: `kaz_line=2`; or of all: `seals=1`."""
        self.points += points.items()


_SHARED: Final = shared()
CASES: Final[list[tuple[Callable[[Vector], None], tuple[str, str, str, str]]]] = []


def case(name: str, says: str, attack: str = "none", reason: str = "") -> Callable[[Callable[[Vector], None]], None]:
    """Register a case."""

    def register(build: Callable[[Vector], None]) -> None:
        CASES.append((build, (name, says, attack, reason)))

    return register


def made() -> dict[str, dict[str, bytes]]:
    """The files of every case, by its name: nothing is drawn, so they are the same each time."""
    found: dict[str, dict[str, bytes]] = {SHARED: _SHARED}
    program = Program(with_node=False)
    try:
        for build, (name, says, attack, reason) in CASES:
            vector = Vector(name, says, attack, reason)
            build(vector)
            if name in found:
                raise AssertionError(f"{name}: twice")
            found[name] = {**vector.files, "case.json": _written(vector, program)}
    finally:
        program.close()
    return found


def _written(vector: Vector, program: Program) -> bytes:
    verdict = {"verdict": "refused", "reason": vector.reason} if vector.reason else {"verdict": "accepted"}
    case_json = {"says": vector.says, "attack": vector.attack, **verdict, "steps": vector.steps}
    with tempfile.TemporaryDirectory() as directory:
        room, beside = Path(directory, "case"), Path(directory, SHARED)
        for place, files in ((room, vector.files), (beside, _SHARED)):
            place.mkdir()
            for name, data in files.items():
                (place / name).write_bytes(data)
        for step in vector.steps:
            before = program.answer({"do": "state"})
            _check(vector, program, step, room)
    if any(step["do"] == "import" for step in vector.steps):
        state = program.answer({"do": "state"})
        if vector.reason and state != before:
            raise AssertionError(f"{vector.name}: was refused, and changed what is held")
        for point, expected in vector.points:
            holds = _point(state, point)
            if holds != expected:
                raise AssertionError(f"{vector.name}: {point} is {holds}, not {expected}")
        case_json["state"] = state
    return json.dumps(case_json, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _check(vector: Vector, program: Program, step: Mapping[str, Any], room: Path) -> None:
    """A step ends as the case says."""
    last = step is vector.steps[-1]
    reason = vector.reason if last else step.get("reason", "")
    expected = {"verdict": "refused", "reason": reason} if reason else {"verdict": "accepted", **step.get("answer", {})}
    asked = {key: str(room / value) if key in ("file", "to") else value for key, value in step.items()}
    answer = program.answer(asked)
    if {key: answer.get(key) for key in expected} != expected or (not reason and "reason" in answer):
        raise AssertionError(f"{vector.name}: {step['do']} gives {answer}, not {expected}")


def _point(state: Mapping[str, Any], point: str) -> Any:
    """What is found of a point: `usa_waiting`, or `concluded`."""
    ids = {"kaz": KAZ.id, "usa": USA.id, "uzb": UZB.id}
    code, _, key = point.partition("_")
    value = state["parties"][ids[code]][key] if code in ids and key else state[point]
    return len(value) if isinstance(value, list) else value


def lines_of(*records: Signed[Any]) -> bytes:
    """Records as a part has them."""
    return b"".join(one.line for one in records)


def segments_of(*made_segments: Sequence[bytes]) -> bytes:
    """Segments as a part has them."""
    return b"".join(header + there for header, there in made_segments)
