"""Feeds: forks in every order, gaps, epochs, restores; segments that are forged, spliced, replayed."""

from __future__ import annotations

from itertools import permutations

from tests.vectors.making.workshop import COURSE, KAZ, THREE, USA, UZB, Feed, Vector, case


def _fork(v: Vector, order: tuple[int, ...]) -> None:
    """Two segments follow the first, and one goes on from one of them: three pieces in this order."""
    feed = Feed(KAZ)
    first = feed.say("KAZ")
    twin = feed.copy()
    pieces = [feed.say("USA"), twin.say("KAZ"), feed.say("KAZ")]
    v.founded(segments=[first])
    for number in order:
        v.more(segments=[pieces[number]])
    v.expect(kaz_line=1, kaz_contested=True, kaz_disputed=3, kaz_waiting=False)


def _orders() -> None:
    for order in permutations(range(3)):
        shown = "-".join(str(one + 1) for one in order)

        @case(
            f"fork-arriving-as-{shown}",
            f"A feed is forked at its second place, and its three segments from there on come in the order {shown}: "
            "the end is the same in every order.",
            "fork",
        )
        def _(v: Vector, order: tuple[int, ...] = order) -> None:
            _fork(v, order)


_orders()


@case("words-of-one-party", "A first bundle founds the circle and brings a word; the next goes on.")
def _(v: Vector) -> None:
    feed = Feed(KAZ)
    v.founded(segments=[feed.say("KAZ")])
    v.more(segments=[feed.say("USA")])
    v.expect(kaz_line=2, kaz_words={COURSE: {"host": {"value": "USA"}}})


@case(
    "gap-in-a-feed",
    "The second segment of a feed has not come: what lies beyond counts for nothing, and waits.",
    "drop",
)
def _(v: Vector) -> None:
    feed = Feed(KAZ)
    one, _, three = feed.say("KAZ"), feed.say("USA"), feed.say("KAZ")
    v.founded()
    v.more(segments=[one, three])
    v.expect(kaz_line=1, kaz_waiting=True, kaz_contested=False)


@case("gap-is-healed", "The segment that was missing comes last.", "reorder")
def _(v: Vector) -> None:
    feed = Feed(KAZ)
    one, two, three = feed.say("KAZ"), feed.say("USA"), feed.say("KAZ")
    v.founded()
    v.more(segments=[three])
    v.more(segments=[one])
    v.more(segments=[two])
    v.expect(kaz_line=3, kaz_waiting=False, kaz_contested=False)


@case("relayed-by-a-third-party", "What Kazakhstan said comes to Uzbekistan in a bundle of the United States.")
def _(v: Vector) -> None:
    v.three(us=UZB)
    v.more(USA, UZB, THREE, segments=[Feed(KAZ, THREE).say("KAZ"), Feed(USA, THREE).say("KAZ")])
    v.expect(kaz_line=1, usa_line=1, uzb_line=0)
