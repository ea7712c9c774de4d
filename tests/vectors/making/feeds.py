"""Feeds: forks in every order, gaps, epochs, restores, and what a thief can still sign."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any, Final

from kelisim.ledger import epoch
from kelisim.ledger.digest import digest
from kelisim.ledger.record import sign
from tests.library import keysmith as k
from tests.vectors.making.workshop import (
    COURSE,
    KAZ,
    SAID,
    THREE,
    TWO,
    USA,
    UZB,
    Feed,
    Vector,
    body,
    case,
    founding,
    parts,
    plain,
    raw,
    said,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

Piece = dict[str, Any]


def in_every_order(name: str, says: str, attack: str, pieces: Sequence[Piece], before: Piece, **points: Any) -> None:
    """A case for every order in which pieces can come, each in a bundle of its own: the end is the same."""
    for order in permutations(range(len(pieces))):
        shown = "-".join(str(one + 1) for one in order)

        @case(
            f"{name}-as-{shown}", f"{says} The pieces come in the order {shown}; the end is the same in each.", attack
        )
        def _(v: Vector, order: tuple[int, ...] = order) -> None:
            v.founded(**before)
            for number in order:
                v.more(**pieces[number])
            v.expect(**points)


def base(number: int, after: str, party: k.Party = KAZ, **changes: Any) -> Any:
    """Kazakhstan's record of an epoch."""
    return k.epoch_of(party, TWO, number=number, base=after, **changes)


@case("words-of-one-party", "A first bundle founds the circle and brings a word; the next goes on.")
def _(v: Vector) -> None:
    feed = Feed(KAZ)
    v.founded(segments=[feed.say("KAZ")])
    v.more(segments=[feed.say("USA")])
    v.expect(kaz_line=2, kaz_words={COURSE: {"host": {"value": "USA"}}})


@case("relayed-by-a-third-party", "What Kazakhstan said comes to Uzbekistan in a bundle of the United States.")
def _(v: Vector) -> None:
    v.three(us=UZB)
    v.more(USA, UZB, THREE, segments=[Feed(KAZ, THREE).say("KAZ"), Feed(USA, THREE).say("KAZ")])
    v.expect(kaz_line=1, usa_line=1, uzb_line=0)


@case(
    "told-two-things-to-two-parties",
    "Kazakhstan tells the United States one thing and Uzbekistan another; one bundle between these two proves it.",
    "fork",
)
def _(v: Vector) -> None:
    feed = Feed(KAZ, THREE)
    twin = feed.copy()
    v.three(segments=[feed.say("KAZ")])
    v.more(UZB, USA, THREE, segments=[twin.say("UZB")])
    v.expect(kaz_line=0, kaz_contested=True, kaz_disputed=2)


# Forks and gaps

START = Feed(KAZ)
FIRST: Final = START.say("KAZ")
TWIN = START.copy()
SECOND: Final = START.say("USA")
RIVAL: Final = TWIN.say("KAZ")
THIRD: Final = START.say("KAZ")
FOURTH: Final = START.say("USA")
NAMES: Final = {
    name: digest(line[0].partition(b"\t")[0])
    for name, line in (("first", FIRST), ("second", SECOND), ("rival", RIVAL), ("third", THIRD))
}

in_every_order(
    "fork",
    "Two segments follow the first, and one goes on from one of them.",
    "fork",
    [{"segments": [one]} for one in (SECOND, RIVAL, THIRD)],
    {"segments": [FIRST]},
    kaz_line=1,
    kaz_contested=True,
    kaz_disputed=3,
    kaz_waiting=False,
)


@case("fork-at-the-first-place", "Two segments follow the charter: nothing of the feed counts.", "fork")
def _(v: Vector) -> None:
    feed = Feed(KAZ)
    twin = feed.copy()
    v.founded(segments=[feed.say("KAZ"), twin.say("USA"), feed.say("USA")])
    v.expect(kaz_line=0, kaz_contested=True, kaz_disputed=3)


@case("fork-by-a-minute", "Two segments say the same and differ in the minute they were written.", "fork")
def _(v: Vector) -> None:
    feed = Feed(KAZ)
    twin = feed.copy()
    v.founded(segments=[feed.say("KAZ"), twin.say("KAZ", at="2012-11-05T09:31Z")])
    v.expect(kaz_line=0, kaz_contested=True)


@case(
    "estranged-segment",
    "A segment follows none that is held at the place before: what stood there last is disputed too.",
    "fork",
)
def _(v: Vector) -> None:
    v.founded(segments=[FIRST, SECOND])
    v.more(segments=[Feed(KAZ).say("KAZ", seq=3, prev=k.NOWHERE)])
    v.expect(kaz_line=1, kaz_contested=True, kaz_disputed=2)


@case("estranged-first-segment", "The first segment of a feed names another thing than the charter.", "fork")
def _(v: Vector) -> None:
    v.founded(segments=[Feed(KAZ).say("KAZ", prev=k.NOWHERE)])
    v.expect(kaz_line=0, kaz_contested=True, kaz_disputed=1)


@case(
    "fork-beyond-a-gap",
    "Two segments of the third place, and the second has not come: shown, and contests nothing.",
    "fork",
)
def _(v: Vector) -> None:
    rival = Feed(KAZ).say("UZB", seq=3, prev=NAMES["second"])
    v.founded(segments=[FIRST])
    v.more(segments=[THIRD, rival])
    v.expect(kaz_line=1, kaz_contested=False, kaz_waiting=True)


@case(
    "gap-in-a-feed",
    "The second segment of a feed has not come: what lies beyond counts for nothing, and waits.",
    "drop",
)
def _(v: Vector) -> None:
    v.founded()
    v.more(segments=[FIRST, THIRD])
    v.expect(kaz_line=1, kaz_waiting=True, kaz_contested=False)


in_every_order(
    "three-segments",
    "Three segments follow one another.",
    "reorder",
    [{"segments": [one]} for one in (FIRST, SECOND, THIRD)],
    {},
    kaz_line=3,
    kaz_waiting=False,
    kaz_contested=False,
)


@case(
    "segments-within-a-bundle-in-any-order",
    "A bundle has the segments of a feed from the last to the first.",
    "reorder",
)
def _(v: Vector) -> None:
    v.founded(segments=[FOURTH, THIRD, SECOND, FIRST])
    v.expect(kaz_line=4, kaz_waiting=False)


@case(
    "our-own-feed-comes-back",
    "A bundle brings the reader's own segments, which a restored copy of the node lacked.",
    "restore",
)
def _(v: Vector) -> None:
    v.founded(segments=[Feed(USA).say("KAZ")])
    v.expect(usa_line=1)


# Epochs


def refused(name: str, attack: str, reason: str, says: str, line: bytes) -> None:
    """A case in which an epoch record comes after the founding and a word."""

    @case(name, says, attack, reason)
    def _(v: Vector) -> None:
        v.founded(segments=[FIRST])
        v.more(epochs=[line])


RECORD: Final = base(1, NAMES["first"])
PAIR: Final = k.Party("KAZ", 1, roots=2, threshold=2).found()

refused(
    "epoch-signed-by-an-officer",
    "key",
    "signature-key-unknown",
    "An officer signs an epoch record.",
    sign(epoch.KIND, RECORD.value, KAZ.officer("state")).line,
)
refused(
    "epoch-signed-by-the-next-roots",
    "key",
    "signature-key-unknown",
    "The next roots sign before a card has taken them.",
    sign(epoch.KIND, RECORD.value, *KAZ.root_signers(1)).line,
)
refused(
    "epoch-altered-after-it-was-signed",
    "alter",
    "signature-bad",
    "The base of an epoch was changed.",
    RECORD.line.replace(NAMES["first"].encode(), NAMES["second"].encode()),
)
refused(
    "epoch-under-a-card-that-is-not-held",
    "drop",
    "epoch-card-missing",
    "An epoch record names a card that has not come.",
    base(1, TWO.id, card=k.NOWHERE).line,
)
refused(
    "epoch-of-another-circle",
    "replay",
    "epoch-card-missing",
    "An epoch record of another circle is put into this one.",
    base(1, TWO.id, circle=THREE.id).line,
)
refused(
    "epoch-under-another-partys-card",
    "forge",
    "card-of-another",
    "An epoch of Kazakhstan names the United States' card.",
    sign(epoch.KIND, base(1, TWO.id, card=USA.id).value, *USA.root_signers()).line,
)
refused(
    "epoch-0", "profile", "profile-not-of-kind", "Epochs that have a record are counted from 1.", base(0, TWO.id).line
)
refused(
    "epoch-for-no-reason",
    "profile",
    "profile-not-of-kind",
    "The reason of an epoch is none that there is.",
    raw(epoch.KIND, RECORD.json.replace(b'"restore"', b'"politics"'), *KAZ.root_signers()),
)
refused(
    "epoch-at-no-such-time",
    "profile",
    "profile-no-such-time",
    "An epoch record was written at 9:60.",
    base(1, TWO.id, at="2012-11-05T09:60Z").line,
)


@case("epoch-signed-by-too-few-roots", "One of two roots signs an epoch record.", "key", "epoch-too-few-roots")
def _(v: Vector) -> None:
    circle = k.circle(PAIR, USA)
    record = k.epoch_of(PAIR, circle)
    v.begin(USA, PAIR, USA)
    v.read(plain(parts(**founding(PAIR, USA, circle=circle)), PAIR, USA, circle))
    v.read(plain(parts(epochs=[sign(epoch.KIND, record.value, PAIR.root_signers()[0])]), PAIR, USA, circle))


@case(
    "epoch-of-a-party-that-is-not-in-the-charter",
    "Uzbekistan's roots sign an epoch in a circle of two.",
    "forge",
    "segment-not-a-party",
)
def _(v: Vector) -> None:
    v.begin(USA, KAZ, USA, UZB)
    v.read(plain(parts(**founding(KAZ, USA, circle=TWO))))
    v.more(cards=[UZB.card], epochs=[k.epoch_of(UZB, TWO)])


RESTORED = Feed(KAZ)
RESTORED.enter(1, RECORD.id)
AFTER: Final = RESTORED.say("UZB")

in_every_order(
    "epoch-settles-a-fork",
    "A feed is forked; the roots say after which segment it goes on, and it does.",
    "fork",
    [{"segments": [SECOND, RIVAL]}, {"epochs": [RECORD]}, {"segments": [AFTER]}],
    {"segments": [FIRST]},
    kaz_line=2,
    kaz_contested=False,
    kaz_waiting=False,
)
in_every_order(
    "epoch-waits-for-its-base",
    "The segment after which an epoch goes on comes with the others.",
    "reorder",
    [{"segments": [FIRST]}, {"epochs": [RECORD]}, {"segments": [AFTER]}],
    {},
    kaz_line=2,
    kaz_contested=False,
    kaz_waiting=False,
)


@case("epoch-whose-base-has-not-come", "Until it does, the feed stands as if there were no record, and waits.", "drop")
def _(v: Vector) -> None:
    v.founded(segments=[FIRST])
    v.more(epochs=[base(1, NAMES["second"])])
    v.expect(kaz_line=1, kaz_waiting=True, kaz_contested=False)


@case(
    "segment-of-an-epoch-whose-record-has-not-come",
    "A segment of epoch 1 comes without the record: the feed waits.",
    "drop",
)
def _(v: Vector) -> None:
    v.founded(segments=[FIRST])
    v.more(segments=[AFTER])
    v.expect(kaz_line=1, kaz_waiting=True)


@case(
    "restored-backup",
    "A node restored from a backup has lost a segment; the roots go on from what it held, and nobody is accused.",
    "restore",
)
def _(v: Vector) -> None:
    v.founded(segments=[FIRST, SECOND])
    v.more(epochs=[RECORD], segments=[AFTER])
    v.expect(kaz_line=2, kaz_contested=False, kaz_disputed=0)


@case(
    "epoch-from-the-charter", "An epoch goes on after the charter: all that was said before is left behind.", "restore"
)
def _(v: Vector) -> None:
    record = base(1, TWO.id)
    v.founded(segments=[FIRST, SECOND])
    v.more(epochs=[record])
    v.expect(kaz_line=0, kaz_head=record.id, kaz_words={})


@case("epoch-after-an-epoch", "An epoch goes on after the record of the one before.", "restore")
def _(v: Vector) -> None:
    later = base(2, RECORD.id)
    feed = Feed(KAZ)
    feed.enter(2, later.id)
    v.founded(segments=[FIRST])
    v.more(epochs=[RECORD], segments=[AFTER])
    v.more(epochs=[later], segments=[feed.say("USA")])
    v.expect(kaz_line=2, kaz_contested=False)


@case(
    "thief-goes-on-in-the-epoch-that-was-left", "What a thief signs for an epoch that was left changes nothing.", "key"
)
def _(v: Vector) -> None:
    v.founded(segments=[FIRST])
    v.more(epochs=[RECORD], segments=[AFTER])
    v.more(segments=[SECOND, RIVAL, THIRD])
    v.expect(kaz_line=2, kaz_contested=False, kaz_waiting=False)


@case(
    "thief-goes-on-in-the-new-epoch-under-the-old-card",
    "A card ends a stolen key, and the epoch names the card; the thief signs for the new epoch under the old one.",
    "key",
)
def _(v: Vector) -> None:
    newer = KAZ.renew(keys=KAZ.officers(desk=1))
    record = base(1, NAMES["first"], newer, reason="compromise")
    thief = Feed(KAZ)
    thief.enter(1, record.id)
    v.founded(segments=[FIRST])
    v.more(cards=[newer.card], epochs=[record])
    v.more(segments=[thief.say("USA"), thief.say("UZB")])
    v.expect(kaz_line=1, kaz_head=record.id, kaz_contested=False, kaz_waiting=False)


@case(
    "epoch-by-a-stolen-old-root-ranks-below",
    "A thief of the old root signs a high epoch under the old card; the rotated card's counts.",
    "key",
)
def _(v: Vector) -> None:
    rotated = KAZ.rotate()
    v.founded(segments=[FIRST, SECOND])
    v.more(cards=[rotated.card], epochs=[base(1, NAMES["second"], rotated, reason="rotation")])
    v.more(epochs=[base(1000, TWO.id, reason="compromise")])
    v.expect(kaz_line=2, kaz_contested=False)


@case(
    "two-records-of-one-epoch",
    "The roots told two stories of one epoch: what both share counts, the rest is contested.",
    "fork",
)
def _(v: Vector) -> None:
    v.founded(segments=[FIRST, SECOND, THIRD])
    v.more(epochs=[base(1, NAMES["second"])])
    v.more(epochs=[base(1, NAMES["third"])])
    v.expect(kaz_line=2, kaz_contested=True)


@case(
    "two-records-of-one-epoch-one-without-its-base", "One of the two ways has a piece missing: nothing counts.", "fork"
)
def _(v: Vector) -> None:
    v.founded(segments=[FIRST, SECOND])
    v.more(epochs=[base(1, NAMES["second"]), base(1, NAMES["third"])])
    v.expect(kaz_line=0, kaz_contested=True, kaz_waiting=True)


@case("two-records-of-one-epoch-settled-by-the-next", "A later epoch settles it.", "fork")
def _(v: Vector) -> None:
    v.founded(segments=[FIRST, SECOND, THIRD])
    v.more(epochs=[base(1, NAMES["second"]), base(1, NAMES["third"]), base(2, NAMES["third"])])
    v.expect(kaz_line=3, kaz_contested=False)


@case(
    "fork-in-an-epoch", "A copy of the node speaks in the new epoch too: contested from there on, not before.", "fork"
)
def _(v: Vector) -> None:
    twin = Feed(KAZ)
    twin.enter(1, RECORD.id)
    v.founded(segments=[FIRST])
    v.more(epochs=[RECORD], segments=[AFTER, twin.say("USA")])
    v.expect(kaz_line=1, kaz_contested=True, kaz_disputed=2)


@case(
    "fork-by-an-older-card-is-no-fork",
    "Of two segments of one place, one names a card older than the floor: left aside.",
    "key",
)
def _(v: Vector) -> None:
    newer = KAZ.renew()
    second = k.segment_of(newer, TWO, SAID, seq=2, prev=NAMES["first"])
    third = k.segment_of(newer, TWO, SAID, seq=3, prev=second.id)
    late = k.segment_of(KAZ, TWO, b"", seq=3, prev=second.id)
    v.founded(segments=[FIRST])
    v.more(cards=[newer.card], segments=[(second.line, SAID), (third.line, SAID), (late.line, b"")])
    v.expect(kaz_line=3, kaz_contested=False)


@case("many-words-of-three-parties", "Three parties speak of several items, and each takes something back.")
def _(v: Vector) -> None:
    feeds = [Feed(party, THREE) for party in (KAZ, USA, UZB)]
    spoken = [
        said(item, "title.en", f"Title {n}") for n, item in enumerate(("aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", COURSE))
    ]
    v.three(segments=[feed.say(body(*spoken)) for feed in feeds])
    v.more(KAZ, USA, THREE, segments=[feed.say(body(said(COURSE, "title.en"))) for feed in feeds])
    v.expect(kaz_line=2, usa_line=2, uzb_line=2)


@case("segment-twice-in-a-bundle", "A bundle carries one segment twice: it is one segment.", "replay")
def _(v: Vector) -> None:
    v.founded(segments=[FIRST, FIRST, SECOND])
    v.expect(kaz_line=2, kaz_contested=False)


@case(
    "epoch-under-a-card-off-the-chain",
    "An epoch record names the card that lost against a rotation: held, and left aside.",
    "key",
)
def _(v: Vector) -> None:
    thief = KAZ.renew(recipients=[k.AGE[3][1]])
    v.founded(segments=[FIRST, SECOND])
    v.more(cards=[thief.card], epochs=[base(1, TWO.id, thief, reason="compromise")])
    v.more(cards=[KAZ.rotate().card])
    v.expect(kaz_line=2, kaz_contested=False, kaz_waiting=False)


@case("epochs-whose-ways-have-not-come", "An epoch goes on after another, whose base is not held: both wait.", "drop")
def _(v: Vector) -> None:
    v.founded(segments=[FIRST])
    v.more(epochs=[base(2, k.NOWHERE), base(1, base(2, k.NOWHERE).id)])
    v.expect(kaz_line=1, kaz_waiting=True)
