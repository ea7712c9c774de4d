"""Bundles: what goes to another party, and what comes from one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from kelisim import bundle
from kelisim.errors import Unknown, Unproven
from kelisim.ledger import card as cards
from kelisim.ledger import charter as charters
from kelisim.ledger import epoch, seal, segment
from kelisim.ledger.record import Signed, parse
from kelisim_web import derive, officers, restored, store
from kelisim_web import files as bytes_of
from kelisim_web.models.desk import DroppedFile, Exchange
from kelisim_web.us import our_party

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from kelisim.ledger.judge import Held
    from kelisim_web.access import Progress, Seat


class Written(NamedTuple):
    """A bundle that is ready to leave.

    Attributes:
        data: the encrypted file.
        segments: how many segments it carries.
        files: the bytes of how many files it carries.
        left_out: how many files there was no room for.
        names: of the segments.
    """

    data: bytes
    segments: int
    files: int
    left_out: int
    names: list[str]


def write_bundle(seat: Seat, circle: str, to: str, *, whole: bool = False) -> Written:
    """Write a bundle for another party.

    It has all cards, epochs and seals, and of every feed what lies after the head that the recipient last named; of
    the recipient's own feed only what is off its line, unless the whole is wanted (for a restored node). With the
    segments go the bytes of the files that they name, as far as we have them; those that the recipient has named
    itself only in the whole.

    Args:
        seat: whose node.
        circle: the plan.
        to: the code of the party it is for.
        whole: everything, whatever the recipient has named.

    Raises:
        Unknown: no such party in the plan.
        NotNow: the plan is only on paper.
    """
    with transaction.atomic():
        held = store.cards_held()
        charter = store.signable(circle)
        codes = {code: party for party, code in charter.value.codes().items()}
        if to not in codes or codes[to] == our_party():
            raise Unknown(
                "party-unknown", code=to, choices=", ".join(code for code in codes if codes[code] != our_party())
            )
        bytes_of.publish(seat.node, circle, derive.files_of(circle, our_party()))
        names = _segments(charter, codes[to], whole=whole)
        wanted = derive.files_in(circle, set(names)) - (set() if whole else derive.files_of(circle, codes[to]))
        files = _files(seat, circle, wanted)
        load = bundle.with_files(_records(charter, names), files)
        us = our_party()
        head = held.newest(us).id
        envelope = bundle.Envelope(seat.node.now(), head, circle, us, codes[to], store.heads(charter, us))
        packed = bundle.pack(envelope, load, officers.signer(seat.node, held.newest(us).value, "carry"))
        data = bundle.encrypt(packed, held.newest(codes[to]).value.recipients)
    return Written(data, len(names), len(load.files), len(files) - len(load.files), names)


def _segments(charter: Signed[charters.Charter], to: str, *, whole: bool) -> list[str]:
    """The segments that a bundle carries."""
    circle = charter.id
    named: Mapping[str, str] = {} if whole else {to: _head(circle, to), **_named(circle, to)}
    return [name for party in charter.value.codes() for name in store.after(circle, party, named.get(party))]


def _records(charter: Signed[charters.Charter], names: Iterable[str]) -> bundle.Load:
    """What a bundle carries besides files."""
    circle, parties = charter.id, charter.value.codes()
    segments = (store.segment_of(name) for name in names)
    return bundle.Load(
        cards=[card.line for card in store.all_cards() if cards.party_of(card) in parties],
        charters=[charter.line] if charter.signatures else [],
        seed=store.seed(circle),
        epochs=[one.line for one in store.records(epoch.KIND, epoch.Epoch, circle)],
        segments=[(header.line, body) for header, body in segments],
        seals=[one.line for one in store.all_seals(circle)],
    )


def _files(seat: Seat, circle: str, names: Iterable[str]) -> list[tuple[bundle.Part, Path]]:
    """Where the bytes of files lie, of those that are here and whole."""
    places = [path for path in (bytes_of.held(seat.node, circle, name) for name in sorted(names)) if path.is_file()]
    return [(part, path) for part, path in ((bundle.file_part(path), path) for path in places) if part.id == path.name]


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
        files: the bytes of how many files were new.
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
    files: int
    delivered: tuple[int, int]
    again: bool
    restored: bool
    back: list[tuple[str, int, int]]


def open_bundle(seat: Seat, source: bytes | BinaryIO) -> bundle.Opened:
    """Open a bundle and check its sizes and digests; nothing of it is judged, and nothing kept.

    Raises:
        Malformed, Unproven: it does not open here, is not whole, or is for another party.
    """
    opened = bundle.open_bundle(source, seat.node.identities())
    if opened.manifest.value.to != our_party():
        raise Unproven("bundle-not-to-us")
    return opened


def read_bundle(seat: Seat, source: bytes | BinaryIO) -> Received:
    """Read a bundle: one transaction, idempotent, in any order, any number of times.

    Args:
        seat: whose node.
        source: the encrypted file or its bytes; a file takes less memory.

    Raises:
        Malformed, Unproven: it does not hold; the node is as it was.
        Unknown: it is not for a plan or a party known here.
    """
    opened, us = open_bundle(seat, source), our_party()
    manifest = opened.manifest.value
    with transaction.atomic():
        held, was = store.cards_held(), restored.before(manifest.circle, us)
        _take_cards(opened, held)
        charter = _take_charter(opened, held, us)
        card = held.named(manifest.card, manifest.sender)
        if card is None or card.id not in held.chain(manifest.sender).ids:
            raise Unproven("bundle-card-missing")
        bundle.check(opened.manifest, card, charter.value)
        if seed := opened.seed():
            store.append_seed(charter, seed)
        missing = charters.missing(charter, held.cards)
        segments = seals = 0
        if not missing:
            segments, seals = _take_words(opened, charter, held, seat.progress)
        copy = not missing and restored.notice(charter.id, was, _named_of(us, opened, charter), seat.node.now())
        restored.hear(charter.id, manifest.sender, manifest.seen[us], held)
        back = _gone_back(opened, charter)
        again = not _log(opened)
        delivered = store.length(charter.id, us, manifest.seen[us]), derive.count(charter.id, us)
        files = _take_files(seat, opened, charter.id)  # last, so that nothing else can refuse after it
    code = charter.value.codes()[manifest.sender]
    return Received(charter.id, code, segments, seals, missing, files, delivered, again, copy, back)


def _named_of(us: str, opened: bundle.Opened, charter: Signed[charters.Charter]) -> set[str]:
    """The heads of our feed that the sender names, and the others in their last segments, as far as we must hold them.

    What was named before our present epoch was heard of may be a piece that it left behind, and never came here.
    """
    named, line = opened.manifest.value.seen[us], derive.known(charter.id, us)
    if line and line.epoch:
        records = (parse(one, epoch.KIND, epoch.Epoch).value for one in opened.lines(epoch.KIND))
        return {named} if any(one.party == us and one.number >= line.epoch for one in records) else set()
    lasts = (derive.last_seen(charter.id, party) for party in charter.value.others(us))
    return {named, *(seen[us] for seen in lasts if seen)}


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


def _take_charter(opened: bundle.Opened, held: Held, us: str) -> Signed[charters.Charter]:
    circle = opened.manifest.value.circle
    for line in opened.lines(charters.KIND):
        charter = parse(line, charters.KIND, charters.Charter)
        if charter.id != circle or us not in charter.value.codes():
            raise Unproven("bundle-of-another-plan")
        store.append_charter(charter, held)
    return store.signable(circle)


def _take_words(
    opened: bundle.Opened, charter: Signed[charters.Charter], held: Held, progress: Progress
) -> tuple[int, int]:
    """Epochs, segments and seals; how many segments and seals were new."""
    for line in opened.lines(epoch.KIND):
        store.append_epoch(parse(line, epoch.KIND, epoch.Epoch), charter, held)
    segments = store.append_segments(_told(opened, progress), charter, held)
    new = [store.append_seal(seal.read(line), charter, held) for line in opened.lines(seal.KIND)]
    return segments, sum(new)


def _take_files(seat: Seat, opened: bundle.Opened, circle: str) -> int:
    """Keep the bytes of files that somebody has named in the circle and that we have not dropped; how many were new."""
    came: list[Path] = []
    try:
        for name, reader in opened.files():
            path = bytes_of.held(seat.node, circle, name)
            unwanted = path.is_file() or DroppedFile.objects.filter(circle=circle, sha256=name).exists()
            if not unwanted and derive.is_file(circle, name):
                bytes_of.keep(reader, path)
                came.append(path)
    except BaseException:
        for path in came:
            path.unlink()
        raise
    return len(came)


def _told(opened: bundle.Opened, progress: Progress) -> Iterator[tuple[Signed[segment.Segment], bytes]]:
    """The segments of a bundle, telling how many of their bytes have passed."""
    total = sum(part.size for part in opened.manifest.value.parts if part.kind == segment.KIND)
    passed = 0
    for header, body in opened.segments():
        yield header, body
        passed += len(header.line) + len(body)
        progress(passed, total)


def _log(opened: bundle.Opened) -> bool:
    """Note a bundle that came, and what its sender had seen; say whether it is the first time."""
    manifest = opened.manifest.value
    row = {"circle": manifest.circle, "party": manifest.sender, "seen": manifest.seen, "at": manifest.at}
    _, new = Exchange.objects.get_or_create(manifest=opened.manifest.id, defaults=row)
    return new
