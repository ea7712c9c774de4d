"""A notation in which people can read what parties do: a test's docstring is a history, one act a line.

`scenario` plays it with real keys, and the test looks at the end:

    all propose 4.1 as activity of plan      kind, presence and parent in one line
    KAZ says 4.1 period 2013-08
    USA says 4.1 period 2013-09 ad referendum
    KAZ withdraws 4.1 period
    KAZ dispatches                           what it said so far becomes one segment of its feed
    KAZ sends to USA                         dispatches, writes a bundle, and USA reads it
    all meet                                 everybody sends to everybody
    KAZ freezes plan in en, ru
    KAZ offers plan
    USA accepts, KAZ receipts, USA backs out the offer that stands; each on a line of its own
    USA is backed up
    USA is restored                          to that copy, and its root keys sign an epoch

Parties are KAZ, USA and, where it is named, UZB; `KAZ and USA` act together, so do `all`. KAZ proposes editions. Items
have the names that people use, such as `plan` or `4.1`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tests.parties import Party, found

if TYPE_CHECKING:
    from collections.abc import Callable


class Scenario(dict[str, Party]):
    """The parties of a history, by code, and what it comes to."""

    def __init__(self, history: str) -> None:
        super().__init__(found("KAZ", "USA", *(["UZB"] if "UZB" in history else [])))
        self.backups: dict[str, Party] = {}
        self.play(history)

    def play(self, history: str) -> None:
        """Play one act a line."""
        for act in filter(None, map(str.strip, history.splitlines())):
            self._play(act)

    def _play(self, act: str) -> None:
        for form, do in FORMS.items():
            if told := re.fullmatch(rf"(\S+(?: and \S+)*) {form}", act):
                who, *words = told.groups()
                for code in self if who == "all" else who.split(" and "):
                    do(self, self[code], *filter(None, words))
                return
        raise ValueError(act)

    def propose(self, party: Party, name: str, kind: str, parent: str = "") -> None:
        party.say(name, "kind", kind)
        party.say(name, "present", "yes")
        if parent:
            party.say(name, "parent", parent)

    def send(self, party: Party, code: str) -> None:
        if party.pending:
            party.dispatch()
        self[code].read(party.bundle_for(code))

    def meet(self, party: Party) -> None:
        for other in self.values():
            if other.pending:
                other.dispatch()
        for code in party.others:
            self.send(party, code)

    def freeze(self, party: Party, name: str, languages: str = "en, kk, ru") -> None:
        party.freeze(name, *languages.split(", "))

    def back_up(self, party: Party) -> None:
        self.backups[party.code] = party.back_up()

    def restore(self, party: Party) -> None:
        party.restore(self.backups[party.code])


FORMS: Final[dict[str, Callable[..., object]]] = {
    r"says? (\S+) (\S+) (.+) ad referendum": lambda _, party, *words: party.hold(*words),
    r"says? (\S+) (\S+) (.+)": lambda _, party, *words: party.say(*words),
    r"withdraws? (\S+) (\S+)": lambda _, party, *words: party.withdraw(*words),
    r"proposes? (\S+) as (\S+)(?: of (\S+))?": Scenario.propose,
    r"dispatch(?:es)?": lambda _, party: party.dispatch(),
    r"sends? to (\S+)": Scenario.send,
    r"meet": Scenario.meet,
    r"freezes? (\S+)(?: in (.+))?": Scenario.freeze,
    r"offers? (\S+)": lambda _, party, name: party.offer(name),
    r"accepts?": lambda _, party: party.accept(),
    r"receipts?": lambda _, party: party.receipt(),
    r"backs? out": lambda _, party: party.back_out(),
    r"(?:is|are) backed up": Scenario.back_up,
    r"(?:is|are) restored": Scenario.restore,
}
