"""Bundles: what goes to another party, and what comes from one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from kelisim import bundle
from kelisim.errors import Unknown, Unproven
from kelisim.ledger import card as cards
from kelisim.ledger import charter as charters
from kelisim.ledger import epoch, seal
from kelisim.ledger.record import Signed, parse
from kelisim_web import derive, officers, restored, store
from kelisim_web.models.desk import Exchange
from kelisim_web.us import our_party

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kelisim.ledger.judge import Held
    from kelisim_web.access import Seat


class Written(NamedTuple):
    """A bundle that is ready to leave.

    Attributes:
        data: the encrypted file.
        segments: how many segments it carries.
    """

    data: bytes
    segments: int


def write_bundle(seat: Seat, circle: str, to: str, *, whole: bool = False) -> Written:
    """Write a bundle for another party.

    It has all cards, epochs and seals, and of every feed what lies after the head that the recipient last named; of
    the recipient's own feed only what is off its line, unless the whole is wanted (for a restored node).

    Args:
        seat: whose node.
        circle: the plan.
        to: the code of the party it is for.
        whole: everything, whatever the recipient has named.

    Raises:
        Unknown: no such party in the plan.
    """
    with transaction.atomic():
        held = store.cards_held()
        charter = store.charter(circle)
        codes = {code: party for party, code in charter.value.codes().items()}
        if to not in codes or codes[to] == our_party():
            raise Unknown(
                "party-unknown", code=to, choices=", ".join(code for code in codes if codes[code] != our_party())
            )
        packed, count = _pack(seat, charter, held, codes[to], whole=whole)
        data = bundle.encrypt(packed, held.newest(codes[to]).value.recipients)
    return Written(data, count)


def _pack(seat: Seat, charter: Signed[charters.Charter], held: Held, to: str, *, whole: bool) -> tuple[bytes, int]:
    """The plain bytes of a bundle, and how many segments they carry."""
    circle, us = charter.id, our_party()
    parties = charter.value.codes()
    named: Mapping[str, str] = {} if whole else {to: _head(circle, to), **_named(circle, to)}
    segments = []
    for party in parties:
        for name in store.after(circle, party, named.get(party)):
            header, body = store.segment_of(name)
            segments.append((header.line, body))
    load = bundle.Load(
        cards=[card.line for card in store.all_cards() if cards.party_of(card) in parties],
        charters=[charter.line] if charter.signatures else [],
        seed=store.seed(circle),
        epochs=[one.line for one in store.records(epoch.KIND, epoch.Epoch, circle)],
        segments=segments,
        seals=[one.line for one in store.all_seals(circle)],
    )
    envelope = bundle.Envelope(seat.node.now(), held.newest(us).id, circle, us, to, store.heads(charter, us))
    return bundle.pack(envelope, load, officers.signer(seat.node, held.newest(us).value, "carry")), len(segments)


def _head(circle: str, party: str) -> str:
    line = derive.known(circle, party)
    return line.head if line else circle


def _named(circle: str, party: str) -> Mapping[str, str]:
    """The heads that a party last named, in a bundle or else in the last of its segments."""
    came = Exchange.objects.filter(circle=circle, party=party).order_by("-pk").first()
    if came:
        return dict(came.seen)
    ids = derive.ids(circle, party)
    return store.segment_of(ids[-1])[0].value.seen if ids else {}


class Received(NamedTuple):
    """What reading a bundle brought.

    Attributes:
        circle: the plan.
        sender: the code of the party that wrote it.
        segments: how many segments were new.
        seals: how many seals were new.
        missing: the codes of the parties whose root keys have not signed the charter yet.
        delivered: how many of our segments that party's node held when it wrote, of how many.
        again: it had been read before.
        restored: it shows that this node may be a restored copy, which was not known before.
        back: the parties of whose feeds its sender had named more before: a code, how many segments then, and now.
    """

    circle: str
    sender: str
    segments: int
    seals: int
    missing: list[str]
    delivered: tuple[int, int]
    again: bool
    restored: bool
    back: list[tuple[str, int, int]]


def read_bundle(seat: Seat, data: bytes) -> Received:
    """Read a bundle: one transaction, idempotent, in any order, any number of times.

    Raises:
        Malformed, Unproven: it does not hold; the node is as it was.
        Unknown: it is not for a plan or a party known here.
    """
    opened = bundle.open_bundle(data, seat.node.identities())
    manifest = opened.manifest.value
    us = our_party()
    if manifest.to != us:
        raise Unproven("bundle-not-to-us")
    with transaction.atomic():
        held, was = store.cards_held(), restored.before(manifest.circle)
        _take_cards(opened, held)
        charter = _take_charter(opened, held)
        card = held.named(manifest.card, manifest.sender)
        if card is None or card.id not in held.chain(manifest.sender).ids:
            raise Unproven("bundle-card-missing")
        bundle.check(opened.manifest, card, charter.value)
        if seed := opened.seed():
            store.append_seed(charter.id, seed)
        missing = charters.missing(charter, held.cards)
        segments = seals = 0
        if not missing:
            segments, seals = _take_words(opened, charter, held)
        copy = not missing and restored.notice(charter.id, was, _named_of(us, opened, charter), seat.node.now())
        restored.hear(charter.id, manifest.sender, manifest.seen[us], held)
        back = _gone_back(opened, charter)
        again = not _log(opened)
        delivered = store.length(charter.id, us, manifest.seen[us]), derive.count(charter.id, us)
    sender = charter.value.codes()[manifest.sender]
    return Received(charter.id, sender, segments, seals, missing, delivered, again, copy, back)


def _named_of(us: str, opened: bundle.Opened, charter: Signed[charters.Charter]) -> list[str]:
    """The heads of our feed that the sender names, and the others in their last segments, as far as we must hold them.

    What was named before our present epoch was heard of may be a piece that it left behind, and never came here.
    """
    named, line = opened.manifest.value.seen[us], derive.known(charter.id, us)
    if line and line.epoch:
        records = (parse(one, epoch.KIND, epoch.Epoch).value for one in opened.lines(epoch.KIND))
        return [named] if any(one.party == us and one.number >= line.epoch for one in records) else []
    lasts = (derive.last_seen(charter.id, party) for party in charter.value.others(us))
    return [named, *(seen[us] for seen in lasts if seen)]


def _gone_back(opened: bundle.Opened, charter: Signed[charters.Charter]) -> list[tuple[str, int, int]]:
    """Where the sender names less than in an earlier bundle: it may have been restored. A warning, never a refusal."""
    manifest = opened.manifest.value
    earlier = Exchange.objects.filter(circle=charter.id, party=manifest.sender, at__lt=manifest.at).order_by(
        "-at", "-pk"
    )
    came = earlier.first()
    codes, found = charter.value.codes(), []
    for party, head in manifest.seen.items() if came else ():
        then = came.seen[party] if came else head
        if store.is_held(charter.id, head) and store.is_held(charter.id, then):
            counts = store.length(charter.id, party, then), store.length(charter.id, party, head)
            found += [(codes[party], *counts)] if counts[1] < counts[0] else []
    return found


def _take_cards(opened: bundle.Opened, held: Held) -> None:
    for line in opened.lines(cards.KIND):
        card = parse(line, cards.KIND, cards.Card)
        if held.cards.get(card.id) != card:
            store.append_card(card, held)


def _take_charter(opened: bundle.Opened, held: Held) -> Signed[charters.Charter]:
    circle = opened.manifest.value.circle
    for line in opened.lines(charters.KIND):
        charter = parse(line, charters.KIND, charters.Charter)
        if charter.id != circle or our_party() not in charter.value.codes():
            raise Unproven("bundle-of-another-plan")
        store.append_charter(charter, held)
    return store.charter(circle)


def _take_words(opened: bundle.Opened, charter: Signed[charters.Charter], held: Held) -> tuple[int, int]:
    """Epochs, segments and seals; how many segments and seals were new."""
    for line in opened.lines(epoch.KIND):
        store.append_epoch(parse(line, epoch.KIND, epoch.Epoch), charter, held)
    segments = store.append_segments(opened.segments(), charter, held)
    new = [store.append_seal(seal.read(line), charter, held) for line in opened.lines(seal.KIND)]
    return segments, sum(new)


def _log(opened: bundle.Opened) -> bool:
    """Note a bundle that came, and what its sender had seen; say whether it is the first time."""
    manifest = opened.manifest.value
    row = {"circle": manifest.circle, "party": manifest.sender, "seen": manifest.seen, "at": manifest.at}
    _, new = Exchange.objects.get_or_create(manifest=opened.manifest.id, defaults=row)
    return new
