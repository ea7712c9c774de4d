"""Answers to the protocol of `README.md` by our library; with `--node` by a node and its database.

    python kelisim_protocol.py [--node] < requests

Both hold the same after the same bundles, and refuse the same with the same reason; the vectors are run through both.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from msgspec import UNSET

from kelisim import bundle, disclosure, edition, fork
from kelisim.errors import Refusal
from kelisim.evidence import Evidence
from kelisim.ledger import judge, seal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kelisim.ledger.feed import Line
    from kelisim.ledger.segment import Statement

Answer = dict[str, Any]
ACCEPTED: Final = {"verdict": "accepted"}
NOTHING: Final = {"circle": ""}
FORK: Final = fork.MAGIC


class Reader(Protocol):
    """What reads bundles, and what it then holds."""

    def read(self, plain: bytes) -> None:
        """Take a plain bundle, or refuse it."""

    def state(self) -> Answer:
        """What is held."""


class Library:
    """A circle in memory.

    Args:
        us: the id of the party that reads.
        confirmed: the ids of the parties whose digits were compared.
    """

    def __init__(self, us: str, confirmed: Iterable[str]) -> None:
        self._us, self._confirmed = us, list(confirmed)
        self._evidence: Evidence | None = None

    def read(self, plain: bytes) -> None:
        """Take a plain bundle, or refuse it."""
        opened = bundle.Opened(bundle.framed(plain))
        if self._evidence:
            self._evidence.take(opened, self._us)
        else:
            self._evidence = Evidence.of(opened, self._confirmed, self._us)

    def state(self) -> Answer:
        """What is held."""
        held = self._evidence
        if held is None:
            return NOTHING
        return {
            "circle": held.circle.id,
            "whole": judge.charter(held.circle, held.held),
            "parties": {party: self._party(held, party) for party in held.charter.codes()},
            "seals": sorted(name for name, one in held.signed_seals.items() if judge.seal(one, held.circle, held.held)),
            "concluded": sorted(seal.concluded(held.seals(), held.charter)),
        }

    def _party(self, held: Evidence, party: str) -> Answer:
        line = held.line(party)
        parked = {header.id for header, _ in held.parked.values() if header.value.party == party}
        said = (one for name in line.ids for one in held.segments[name][1])
        return _party(held.held, party, line, {"parked": sorted(parked), "words": _latest(said)})


class Desk:
    """A node of the party that reads, in a directory of its own.

    Args:
        us: the id of the party that reads.
        confirmed: the ids of the parties whose digits were compared.
        empty: a node that belongs to nobody yet; it is copied.
        at: where the copy goes.
    """

    def __init__(self, us: str, confirmed: Iterable[str], empty: Path, at: Path) -> None:
        from kelisim_web import node
        from kelisim_web.access import Seat
        from kelisim_web.models.desk import Confirmed, Us

        shutil.copytree(empty, at)
        self._open = ExitStack()
        self._seat = Seat(self._open.enter_context(node.opened(at)), "officer")
        self._recipient = node.recipient(self._seat.node.identity())
        Us.objects.create(code="US", party=us, example=True)
        for number, party in enumerate(confirmed):
            Confirmed.objects.create(party=party, code=f"P{number}", at="2012-11-05T09:30Z")

    def close(self) -> None:
        """Leave the node."""
        self._open.close()

    def read(self, plain: bytes) -> None:
        """Take a bundle as it travels, or refuse it."""
        from kelisim_web.actions.exchange import read_bundle

        read_bundle(self._seat, bundle.encrypt(bundle.framed(plain), [self._recipient]))

    def state(self) -> Answer:
        """What is held, as far as there are derived rows by these."""
        from kelisim_web import store

        circles = store.circles()
        if not circles:
            return NOTHING
        (circle,) = circles
        held, charter = store.cards_held(), store.charter(circle)
        signed = store.all_seals(circle)
        counted = store.values(store.seals(circle, held))
        return {
            "circle": circle,
            "whole": judge.charter(charter, held),
            "parties": {party: self._party(circle, party, code) for party, code in charter.value.codes().items()},
            "seals": sorted(one.id for one in signed if judge.seal(one, charter, held)),
            "concluded": sorted(seal.concluded(counted, charter.value)),
        }

    def _party(self, circle: str, party: str, code: str) -> Answer:
        from kelisim.ledger import feed, segment
        from kelisim.ledger.record import parse
        from kelisim_web import derive, store
        from kelisim_web.items import Items
        from kelisim_web.models.desk import Parked

        held, charter = store.cards_held(), store.charter(circle)
        chain = held.chain(party)
        start = feed.Start(circle, chain.numbers.get(charter.value.founding_card(party), 0))
        found = feed.line(store.places(circle, party), store.bases(circle, party), start, chain.numbers)
        known = derive.known(circle, party) or feed.Line((), circle, 0, 0, start.card)
        line = known._replace(ids=tuple(derive.ids(circle, party)), disputed=found.disputed)
        parked = (parse(bytes(row.line), segment.KIND, segment.Segment) for row in Parked.objects.filter(party=party))
        words = {
            item: {name: _word(one.value, firm=one.firm) for name, one in fields.items()}
            for item, fields in Items(circle).words(code).items()
        }
        return _party(held, party, line, {"parked": sorted({one.id for one in parked}), "words": words})


def _party(held: judge.Held, party: str, line: Line, more: Mapping[str, Any]) -> Answer:
    chain = held.chain(party)
    return {
        "cards": list(chain.ids),
        "cards_contested": chain.contested,
        "head": line.head,
        "line": list(line.ids),
        "contested": line.contested,
        "waiting": line.waiting,
        "disputed": sorted(line.disputed),
        **more,
    }


def _latest(said: Iterable[Statement]) -> dict[str, dict[str, Answer]]:
    words: dict[str, dict[str, Answer]] = defaultdict(dict)
    for one in said:
        value = None if one.value is UNSET else one.value
        words[one.item][one.field] = _word(value, firm=one.hold is UNSET)
    return words


def _word(value: str | None, *, firm: bool) -> Answer:
    return ({} if value is None else {"value": value}) | ({} if firm else {"hold": "ad referendum"})


class Program:
    """Requests in, answers out.

    Args:
        with_node: read bundles at a node instead of in memory.
    """

    def __init__(self, *, with_node: bool) -> None:
        self._with_node = with_node
        self._room = Path(tempfile.mkdtemp(prefix="kelisim-vectors-"))
        self._empty = self._room / "empty"
        self._count = 0
        self._reader: Reader | None = None
        if with_node:
            from kelisim_web import node

            with node.created(self._empty):
                pass

    def close(self) -> None:
        """Leave nothing behind."""
        self._leave()
        shutil.rmtree(self._room)

    def answer(self, request: Mapping[str, Any]) -> Answer:
        """Answer a request."""
        try:
            answer: Answer = getattr(self, f"_{request['do']}")(request)
        except Refusal as refusal:
            return {"verdict": "refused", "reason": refusal.code}
        return answer

    def _leave(self) -> None:
        if isinstance(self._reader, Desk):
            self._reader.close()
            shutil.rmtree(self._room / str(self._count))
        self._reader = None

    def _begin(self, request: Mapping[str, Any]) -> Answer:
        self._leave()
        us, confirmed = request["us"], request["confirmed"]
        self._count += 1
        if self._with_node:
            self._reader = Desk(us, confirmed, self._empty, self._room / str(self._count))
        else:
            self._reader = Library(us, confirmed)
        return ACCEPTED

    def _import(self, request: Mapping[str, Any]) -> Answer:
        assert self._reader
        self._reader.read(Path(request["file"]).read_bytes())
        return ACCEPTED

    def _state(self, request: Mapping[str, Any]) -> Answer:
        del request
        return self._reader.state() if self._reader else NOTHING

    def _prove(self, request: Mapping[str, Any]) -> Answer:
        fields = [f"{item}:{field}" for item, names in request["show"].items() for field in names]
        part = disclosure.cut(Path(request["file"]).read_bytes(), [], fields)
        Path(request["to"]).write_bytes(part)
        return ACCEPTED

    def _verify(self, request: Mapping[str, Any]) -> Answer:
        data = Path(request["file"]).read_bytes()
        if data.startswith(FORK):
            proof = fork.verify(data)
            return {**ACCEPTED, "kind": "fork", "ground": proof.sort, "party": proof.party}
        if data.startswith(disclosure.MAGIC):
            shown = disclosure.verify(data)
            told = {"kind": "disclosure", "shown": shown.content, "items": shown.part.tree.leaves}
            return {**ACCEPTED, **told, "root": shown.offer.root, "offer": shown.id}
        whole = edition.verify(data)
        told = {"kind": "edition", "shown": whole.content, "items": len(whole.content)}
        return {**ACCEPTED, **told, "root": whole.offer.root, "offer": whole.id}

    def _open(self, request: Mapping[str, Any]) -> Answer:
        data = Path(request["file"]).read_bytes()
        bundle.Opened(bundle.decrypt(data, [request["identity"]]) if request["identity"] else data)
        return ACCEPTED


def main() -> None:
    """Answer requests until there are no more."""
    program = Program(with_node="--node" in sys.argv[1:])
    try:
        for line in sys.stdin:
            print(json.dumps(program.answer(json.loads(line))), flush=True)
    finally:
        program.close()


if __name__ == "__main__":
    main()
