"""A history of an open circle, with a hidden one beside it or without, on the same nodes.

A history is drawn from a number: acts in the open and acts in the hidden circle, in a random order. It is played at the
level of a node's actions, twice from copies of one template, so that keys and clocks are the same; the second time the
hidden acts are left out. What differs then is what the hidden circle tells.

Chance is seeded by purpose: who draws, in which circle, and for which act. With one stream for everything, a hidden act
would shift all ids that are drawn after it. That is how random numbers are, and nobody can tell such ids apart; so the
test keeps the streams apart rather than count it as a leak.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
import sqlite3
from collections import Counter
from contextlib import closing, contextmanager
from itertools import permutations
from random import Random
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kelisim import bundle, disclosure
from kelisim.errors import Refusal
from kelisim_web.access import Seat
from kelisim_web.actions import editions, exchange, files, items, packages, positions
from kelisim_web.actions.positions import Say
from kelisim_web.node import opened
from kelisim_web.queries import drafts as drafted
from kelisim_web.queries import editions as concluded
from kelisim_web.queries import files as listed
from kelisim_web.queries import find, named, overview, planfile, progress
from kelisim_web.queries import packages as tied
from kelisim_web.queries.standing import standing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

OPEN: Final = ("KAZ", "USA", "GBR")
HIDDEN: Final = ("KAZ", "USA", "UZB")
WORDS: Final = ("course", "exercise", "staff talks", "сборы", "оқу-жаттығу")
PLAN: Final = "planplanplanplan"  # one id in both circles: nothing of it may cross
SMALL: Final = "aplantobeagreedo"  # a plan without items, so that nothing keeps it open
NAMED: Final = {"kind": "plan", "present": "yes", "number": "0", "plan_type": "framework", "title.en": "Plan"}


class Act(NamedTuple):
    """Something that a party does in a circle: which, at whose desk, and what its chance begins from."""

    hidden: bool
    code: str
    name: str
    seed: str


def draw(number: int) -> list[Act]:
    """The acts of a history, in their order."""
    chance = Random(f"history {number}")
    acts = [_act(chance, number, n, hidden=False) for n in range(chance.randint(3, 5))]
    acts.append(
        Act(hidden=False, code="USA", name="conclude" if number % 40 == 0 else "circulate", seed=f"{number} end")
    )
    for n in range(chance.randint(3, 5)):
        acts.insert(chance.randint(0, len(acts)), _act(chance, number, 100 + n, hidden=True))
    return acts


def _act(chance: Random, number: int, n: int, *, hidden: bool) -> Act:
    code = chance.choice(HIDDEN if hidden else OPEN)
    return Act(hidden, code, chance.choice([*(HIDDEN_ACTS if hidden else ACTS)]), f"{number} {n}")


class History:
    """A history as it is played.

    Attributes:
        told: what others see of the open circle, in order: bundles in plain, refusals, files, what queries answer.
        counts: how much of each sort was told.
        whispers: how many acts of the hidden circle went well.
    """

    def __init__(self, home: Path, circle: str, side: str = "") -> None:
        self.home, self.circle, self.side = home, circle, side
        self.told: list[tuple[Any, ...]] = []
        self.counts: Counter[str] = Counter()
        self.whispers = 0
        self._purpose, self._drawn = "", 0

    def play(self, acts: list[Act], number: int) -> None:
        """Play the acts, the hidden ones only where there is a hidden circle; then look at everything."""
        kept, secrets.token_bytes = secrets.token_bytes, self._token_bytes
        try:
            for act in acts:
                if self.side or not act.hidden:
                    self._play(act)
            self._look(number)
        finally:
            secrets.token_bytes = kept

    def tell(self, sort: str, *what: Any) -> None:
        """Something is seen of the open circle."""
        self.told.append((sort, *what))
        self.counts[sort] += 1

    def _token_bytes(self, count: int = 32) -> bytes:
        self._drawn += 1
        return hashlib.shake_256(f"{self._purpose} {self._drawn}".encode()).digest(count)

    def _play(self, act: Act) -> None:
        self._purpose, self._drawn = f"{act.hidden} {act.code} {act.seed}", 0
        scene = Scene(self, act)
        try:
            (HIDDEN_ACTS if act.hidden else ACTS | ENDINGS)[act.name](scene)
            self.whispers += act.hidden
        except Refusal as refusal:
            if not act.hidden:
                self.tell("refusal", act.name, refusal.code, sorted(refusal.params.items()))

    @contextmanager
    def desk(self, code: str) -> Iterator[Seat]:
        """The seat of a party."""
        with opened(self.home / code.lower()) as node:
            yield Seat(node, "officer")

    def carry(self, circle: str, sender: str, recipient: str) -> None:
        """A bundle goes over; in the open circle what is in it is told."""
        with self.desk(sender) as seat:
            data = exchange.write_bundle(seat, circle, recipient).data
        with self.desk(recipient) as seat:
            if circle == self.circle:
                self.tell("bundle", sender, recipient, bundle.decrypt(data, seat.node.identities()))
            exchange.read_bundle(seat, data)

    def _look(self, number: int) -> None:
        """What a node of both circles answers about the open one, some of it each time; all rows of the third party."""
        chance = Random(f"look {number}")
        with self.desk(chance.choice(("KAZ", "USA"))) as seat:
            for name in chance.sample(sorted(QUERIES), 4):
                self.tell("answer", name, _plainly(QUERIES[name](seat, self.circle)))
        self.tell("rows", "GBR", rows(self.home / "gbr"))


QUERIES: Final[dict[str, Callable[[Seat, str], Any]]] = {
    "find": lambda seat, circle: find.find_items(seat, circle, ["course"], "en"),
    "completion of items": lambda seat, circle: named.items(seat, circle, "en"),
    "completion of fields": named.fields,
    "standing": lambda seat, circle: overview.overview(seat, circle, "kk"),
    "waiting": lambda seat, circle: overview.overview(seat, circle, "en").waiting("USA"),
    "progress": lambda seat, circle: progress.progress_of(seat, circle, "en"),
    "export": planfile.plan_file,
    "drafts": lambda seat, circle: drafted.drafts_of(seat, circle, "en"),
    "files": lambda seat, circle: listed.files_of(seat, circle, "en"),
    "packages": lambda seat, circle: tied.packages_of(seat, circle, "en"),
    "editions": lambda seat, circle: concluded.editions_of(seat, circle, "en"),
    "fields": lambda seat, circle: [
        [item, *standing.fields(item)] for standing in [standing_of(seat, circle)] for item in standing.items()
    ],
}


def _plainly(answer: Any) -> str:
    """An answer as text, without places in memory."""
    return re.sub(r" at 0x[0-9a-f]+", "", repr(answer))


def rows(directory: Path) -> list[str]:
    """All rows of a node, and the names and bytes of all its files but the database."""
    with closing(sqlite3.connect(directory / "node.sqlite3")) as connection:
        found = list(connection.iterdump())
    others = sorted(path for path in directory.rglob("*") if path.is_file() and "sqlite3" not in path.name)
    return found + [f"{path.relative_to(directory)} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in others]


class Scene:
    """An act as it is played: the desk, the circle, chance."""

    def __init__(self, history: History, act: Act) -> None:
        self.history, self.act = history, act
        self.circle = history.side if act.hidden else history.circle
        self.chance = Random(act.seed + str(act.hidden))
        self.parties = HIDDEN if act.hidden else OPEN

    def other(self) -> str:
        """Another party of the circle."""
        return self.chance.choice([code for code in self.parties if code != self.act.code])

    def items_of(self, seat: Seat, circle: str = "") -> list[str]:
        """The items of a circle, drafts too."""
        return [item for item, _ in named.items(seat, circle or self.circle, "en")]

    def item(self, seat: Seat, circle: str = "") -> str:
        """An item of a circle."""
        return self.chance.choice(self.items_of(seat, circle) or [PLAN])

    def new(self) -> None:
        """A new activity."""
        with self.history.desk(self.act.code) as seat:
            item, title = positions.new_item(), self.chance.choice(WORDS)
            fields = {"kind": "activity", "present": "yes", "parent": PLAN, "title.en": title}
            fields |= {"number": str(self.chance.randint(1, 9)), "period": f"2013-0{self.chance.randint(1, 9)}"}
            positions.draft(seat, self.circle, [Say(item, *one) for one in fields.items()])

    def plan(self) -> None:
        """The plan itself."""
        with self.history.desk(self.act.code) as seat:
            positions.draft(seat, self.circle, [Say(PLAN, *one) for one in NAMED.items()])

    def change(self) -> None:
        """Another word on an item, perhaps ad referendum, with a note."""
        with self.history.desk(self.act.code) as seat:
            value = f"{self.chance.choice(WORDS)} {self.chance.randint(1, 99)}"
            note, hold = self.chance.choice(("", "a note of ours")), self.chance.random() < 1 / 2
            positions.draft(seat, self.circle, [Say(self.item(seat), "title.en", value, hold=hold, note=note)])

    def endorse(self) -> None:
        """All open words of another party."""
        with self.history.desk(self.act.code) as seat:
            code = self.other()
            where = positions.open_fields(standing_of(seat, self.circle), code)
            positions.endorse(seat, self.circle, code, where)

    def file(self) -> None:
        """A file, of which both circles have the same few."""
        path = self.history.home / "enclosure.txt"
        path.write_bytes(b"enclosure %d" % self.chance.randint(1, 2))
        with self.history.desk(self.act.code) as seat:
            files.add(seat, self.circle, self.item(seat), path, {})

    def probe(self) -> None:
        """The digest of a file whose bytes are not at hand: perhaps another has them."""
        with self.history.desk(self.act.code) as seat:
            name = hashlib.sha256(b"enclosure %d" % self.chance.randint(1, 2)).hexdigest()
            fields = {"kind": "file", "present": "yes", "parent": PLAN, "sha256": name}
            item = positions.new_item()
            positions.draft(seat, self.circle, [Say(item, *one) for one in fields.items()])

    def tie(self) -> None:
        """A package."""
        with self.history.desk(self.act.code) as seat:
            packages.tie(seat, self.circle, "together", {self.item(seat), self.item(seat)})

    def strike(self) -> None:
        """An item is to go."""
        with self.history.desk(self.act.code) as seat:
            items.strike(seat, self.circle, self.item(seat))

    def dispatch(self) -> None:
        """All that is drafted is said."""
        with self.history.desk(self.act.code) as seat:
            positions.dispatch(seat, self.circle, acknowledge=True)

    def look(self) -> None:
        """Somebody looks at the standing."""
        with self.history.desk(self.act.code) as seat:
            overview.look(seat, self.circle)

    def send(self) -> None:
        """What is drafted is said, and goes to another party."""
        self.dispatch()
        self.history.carry(self.circle, self.act.code, self.other())

    def move(self) -> None:
        """From the open circle to the hidden one."""
        with self.history.desk(self.act.code) as seat:
            item = self.item(seat, self.history.circle)
            items.move(seat, self.circle, self.history.circle, Say(item, "", None))

    def circulate(self) -> None:
        """The two that have another circle speak, and write to the third."""
        for code in self.parties[:2]:
            with self.history.desk(code) as seat:
                positions.dispatch(seat, self.circle, acknowledge=True)
            self.history.carry(self.circle, code, self.parties[2])

    def meet(self) -> None:
        """Everybody speaks, then writes to everybody."""
        for code in self.parties:
            with self.history.desk(code) as seat:
                positions.dispatch(seat, self.circle, acknowledge=True)
        for code, other in permutations(self.parties, 2):
            self.history.carry(self.circle, code, other)

    def conclude(self) -> None:
        """A small plan is agreed, offered, accepted, in force; its edition is written, and a part of it."""
        proposer = "USA"
        for code in self.parties:
            with self.history.desk(code) as seat:
                positions.draft(seat, self.circle, [Say(SMALL, *one) for one in (NAMED | {"number": "77"}).items()])
        self.meet()
        with self.history.desk(proposer) as seat:
            editions.freeze(seat, self.circle, SMALL, ["en"])
            editions.offer(seat, self.circle, SMALL)
        self.meet()
        for code in self.parties:
            if code != proposer:
                with self.history.desk(code) as seat:
                    editions.accept(seat, self.circle, editions.the_offer(seat, self.circle))
        self.meet()
        with self.history.desk(proposer) as seat:
            editions.receipt(seat, self.circle, editions.the_offer(seat, self.circle))
        self.meet()
        for code in self.parties:
            with self.history.desk(code) as seat:
                data = editions.edition_file(seat, self.circle, SMALL)
            self.history.tell("edition", code, data)
            self.history.tell("disclosure", code, disclosure.cut(data, [SMALL], []))


ACTS: Final[dict[str, Callable[[Scene], None]]] = {
    name: getattr(Scene, name)
    for name in ("new", "change", "endorse", "file", "probe", "tie", "strike", "dispatch", "look", "send", "plan")
}
HIDDEN_ACTS: Final = ACTS | {"move": Scene.move, "circulate": Scene.circulate}
ENDINGS: Final = {"circulate": Scene.circulate, "conclude": Scene.conclude}


def play(home: Path, template: Path, circle: str, side: str, number: int) -> History:
    """Play a history on a copy of the nodes."""
    for code in {*OPEN, *HIDDEN} if side else OPEN:
        shutil.copytree(template / code.lower(), home / code.lower())
    history = History(home, circle, side)
    history.play(draw(number), number)
    return history
