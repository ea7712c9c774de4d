"""What is made of the feeds, kept in memory for the heads held: made anew when they change, not when somebody reads."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from kelisim_web import derive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kelisim_web.access import Seat

PLAN: Final = 2  # the parts of a key that name node and plan
T = TypeVar("T")
Key = tuple[str, ...]


class Kept(Generic[T]):
    """The last few of something, each by what it hangs on.

    Args:
        most: how many.
    """

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._made: OrderedDict[Key, T] = OrderedDict()

    def of(self, key: Key, make: Callable[[], T]) -> T:
        """What hangs on this; made where it is not kept."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        made = make()
        with self._lock:
            self._made[key] = made
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        return made

    def before(self, key: Key) -> T | None:
        """The newest that is kept of the same plan at the same node."""
        with self._lock:
            return next((made for other, made in reversed(self._made.items()) if other[:PLAN] == key[:PLAN]), None)


def grown(seat: Seat, circle: str, parties: Iterable[str], before: Key, key: Key) -> set[str] | None:
    """The items that are spoken of between two times; None where feeds did not simply grow from one to the other."""
    del seat
    items: set[str] = set()
    for party, was, now in zip(parties, before[PLAN:], key[PLAN:], strict=False):
        head, *_ = was.split()
        first = derive.length(circle, party, head)
        if first is None or len(before) != len(key) or str(True) in (was.split()[1], now.split()[1]):
            return None
        items |= derive.spoken_since(circle, party, first)
    return items


def held(seat: Seat, circle: str, parties: Iterable[str]) -> Key:
    """What everything hangs on that is a function of a plan's feeds: whose node, which plan, the heads."""
    lines = [derive.known(circle, party) for party in parties]
    return (str(seat.node.directory), circle, *(f"{one.head} {one.contested} {one.waiting}" for one in lines if one))
