"""Cards after the first, and epochs: what the officers ask of the root keys, and what they take back.

A key is ended by a card without it and by an epoch that names that card, in every plan. The number of an epoch is the
ceremony's: a node asks for one more than it knows of, and asks again when a signer has signed a higher one.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import transaction
from msgspec import ValidationError, convert, structs

from kelisim import ceremony, disk, keyfile
from kelisim.errors import BadValue, Malformed, NotNow, Unknown, Unproven
from kelisim.ledger import card as cards
from kelisim.ledger import charter as charters
from kelisim.ledger import epoch as epochs
from kelisim.ledger.keys import ED25519, enrol, key_id
from kelisim.ledger.record import Signed, unsigned
from kelisim_web import derive, restored, store
from kelisim_web.access import Act, check
from kelisim_web.node import KEYS
from kelisim_web.officers import on_node
from kelisim_web.queries.ceremonies import known_epochs, left_behind, our_newest
from kelisim_web.us import our_party

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kelisim_web.access import Seat

POWERS: Final = ("carry", "seal", "state")
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class NewKey(NamedTuple):
    """A key just made: its id, and the public file by which a card is asked to name it."""

    id: str
    public: Path


def new_key(
    seat: Seat, name: str, may: Sequence[str], directory: Path | None = None, alg: str = ED25519, uri: str = ""
) -> NewKey:
    """Make an officer's key.

    Args:
        seat: whose node.
        name: what it is called here.
        may: what the next card shall let it do.
        directory: where it is kept, if not on the node: the medium of an officer who signs there and then.
        alg: of a key that is made.
        uri: of a key that is on a token already.

    Raises:
        BadValue: not a name, or not powers.
        NotNow: there is a key of that name.
    """
    check(seat, Act.ADMINISTER)
    if not NAME.fullmatch(name):
        raise BadValue("key-name", name=name)
    if not may or not set(may) <= set(POWERS):
        raise BadValue("key-power", may=",".join(may), choices=", ".join(POWERS))
    home = directory or seat.node.directory / KEYS
    home.mkdir(parents=True, exist_ok=True)
    place, public = home / f"{name}.pem", home / f"{name}.json"
    unfinished = name not in POWERS and place.exists() and not public.exists()  # the power went between the two
    made = keyfile.read_key(place) if unfinished else keyfile.write_new_key(place, alg, uri)
    told = {"alg": made.alg, "key": made.key, "may": sorted(set(may))}
    disk.write(public, (json.dumps(told, indent=1) + "\n").encode(), over=True, mode=disk.PRIVATE)
    return NewKey(key_id(made.key), public)


def officer_key(seat: Seat, name: str) -> cards.OfficerKey:
    """A key as a card names it, from its public file: that of a key on the node, or any.

    Raises:
        Unknown, Malformed, Unproven: there is no such file, or it is not one.
    """
    ours = seat.node.directory / KEYS / f"{name}.json"
    path = ours if ours.is_file() else Path(name)
    try:
        found = convert(json.loads(path.read_text("utf-8")), cards.OfficerKey)
    except OSError as error:
        raise Unknown("file-missing", path=str(path)) from error
    except (ValueError, ValidationError) as error:
        raise Malformed("key-file", path=str(path)) from error
    enrol(found.alg, found.key)
    return found


class Change(NamedTuple):
    """How the next card differs from our newest.

    Attributes:
        add: keys that it names too; one that is named already gets these powers.
        end: ids, or beginnings of ids, of keys that it names no longer.
        names: names of the party, by language, in place of what it is called now.
        recipient: whether it has a new address for bundles.
        seal_threshold: how many keys must sign a seal; as it is where 0.
        rotation: the roots that it takes, where it does.
    """

    add: Sequence[str] = ()
    end: Sequence[str] = ()
    names: Mapping[str, str] = {}
    recipient: bool = False
    seal_threshold: int = 0
    rotation: Rotation | None = None


class Rotation(NamedTuple):
    """The roots that a card takes, and those that it commits to.

    Attributes:
        signers: the next and after-next public keys of each signer who stays.
        join: public keys of signers who come with the rotation after this one.
        leave: the next public keys of signers who go with the rotation after this one.
        threshold: how many must sign after that; as many as now where 0.
    """

    signers: Sequence[tuple[cards.RootKey, cards.RootKey]]
    join: Sequence[cards.RootKey] = ()
    leave: Sequence[cards.RootKey] = ()
    threshold: int = 0


def request_card(seat: Seat, change: Change) -> Path:
    """Write the request for our next card.

    Raises:
        BadValue: a threshold that the keys cannot reach.
        Unknown: a key that is ended is not on our card.
        NotNow: nobody would be left with a power that somebody has now.
        Unproven: the roots are not those that our card commits to.
    """
    check(seat, Act.ADMINISTER)
    newest = our_newest(seat)
    card = structs.replace(
        newest.value,
        at=seat.node.now(),
        keys=_changed_keys(seat, newest.value, change),
        names={**newest.value.names, **change.names},
        number=newest.value.number + 1,
        party=cards.party_of(newest),
        prev=newest.id,
        seal_threshold=change.seal_threshold or newest.value.seal_threshold,
    )
    able = len(card.may("seal"))
    if not 1 <= card.seal_threshold <= max(1, able):
        raise BadValue("threshold", threshold=card.seal_threshold, count=able)
    if change.rotation:
        card = _rotated(card, newest.value, change.rotation)
    if change.recipient:
        card = structs.replace(card, recipients=[seat.node.new_identity(f"carry-{card.number}")])
    path = seat.node.request(f"card-{card.number}.request")
    disk.write(path, ceremony.write_request(unsigned(cards.KIND, card)), over=True)
    return path


def _changed_keys(seat: Seat, card: cards.Card, change: Change) -> list[cards.OfficerKey]:
    named = {key_id(one.key): one for one in card.keys}
    for beginning in change.end:
        del named[_the_key(beginning, named)]
    named |= {key_id(one.key): one for one in (officer_key(seat, name) for name in change.add)}
    left = {power for one in named.values() for power in one.may}
    for power in POWERS:
        if card.may(power) and power not in left:
            raise NotNow("key-last", power=power)
    return cards.in_order(named.values())


def _the_key(beginning: str, named: Iterable[str]) -> str:
    found = [name for name in named if name.startswith(beginning)]
    if len(found) != 1:
        raise Unknown("key-unknown", key=beginning, choices=", ".join(name[:12] for name in named))
    return found[0]


def _rotated(card: cards.Card, before: cards.Card, rotation: Rotation) -> cards.Card:
    taken = cards.in_order([*(now for now, _ in rotation.signers), *rotation.leave])
    counts = range(1, len(taken) + 1)
    threshold = next((count for count in counts if cards.commitment(taken, count) == before.next), 0)
    if not threshold:
        raise Unproven("card-other-next", count=len(taken))
    following = [*(after for _, after in rotation.signers), *rotation.join]
    needed = rotation.threshold or min(threshold, len(following))
    if not 1 <= needed <= len(following):
        raise BadValue("threshold", threshold=needed, count=len(following))
    return structs.replace(card, roots=taken, threshold=threshold, next=cards.commitment(following, needed))


class Asked(NamedTuple):
    """A request for an epoch.

    Attributes:
        circle: the plan.
        number: the epoch's.
        base: the id after which we go on.
        left: the segments of our line that it would leave behind.
        request: the file.
    """

    circle: str
    number: int
    base: str
    left: list[str]
    request: Path


def our_plans(seat: Seat) -> list[str]:
    """The plans that are founded and that we are in."""
    del seat
    held, us = store.cards_held(), our_party()
    found = [store.charter(circle) for circle in store.circles()]
    return [one.id for one in found if us in one.value.codes() and not charters.missing(one, held.cards)]


def request_epoch(seat: Seat, circle: str, reason: str, *, base: str = "", before: str = "", number: int = 0) -> Asked:
    """Write the request for an epoch of our feed, under our newest card.

    Args:
        seat: whose node.
        circle: the plan.
        reason: restore, repair, compromise or rotation.
        base: the id, or its beginning, after which we go on; our head where nothing is named.
        before: the segment, or the beginning of its id, before which we go on.
        number: the epoch's; one more than any that is known here where 0.

    Raises:
        Unknown: the base is not of our feed.
        NotNow: the plan is not founded.
    """
    check(seat, Act.ADMINISTER, circle)
    party, newest = our_party(), our_newest(seat)
    store.founded(circle, store.cards_held())
    line = derive.known(circle, party)
    after = line.head if line else circle
    if base:
        after = _of_our_feed(circle, party, base)
    if before:
        after = store.segment_of(_of_our_feed(circle, party, before))[0].value.prev
    value = convert(
        {
            "at": seat.node.now(),
            "base": after,
            "card": newest.id,
            "circle": circle,
            "number": number or max([0, *known_epochs(seat, circle)]) + 1,
            "party": party,
            "reason": reason,
            "v": 1,
        },
        epochs.Epoch,
    )
    path = seat.node.request(f"epoch-{circle[:12]}-{value.number}.request")
    disk.write(path, ceremony.write_request(unsigned(epochs.KIND, value)), over=True)
    return Asked(circle, value.number, after, left_behind(seat, circle, after), path)


def _of_our_feed(circle: str, party: str, beginning: str) -> str:
    """The id that begins so: of a segment or an epoch record of ours, or the charter's."""
    known = {circle, *(one.id for one in store.places(circle, party)), *(one.id for one in store.bases(circle, party))}
    found = [name for name in known if name.startswith(beginning)]
    if len(found) != 1:
        raise Unknown("epoch-base", base=beginning)
    return found[0]


def take_epochs(seat: Seat, answers: Sequence[Path]) -> list[Signed[epochs.Epoch]]:
    """Take epochs of ours back from the ceremony: all of them or none.

    Raises:
        Unproven: one is not ours, or does not hold.
    """
    check(seat, Act.ADMINISTER)
    taken: list[Signed[Any]] = [ceremony.read_answer(path, epochs.KIND) for path in answers]
    with transaction.atomic():
        held, us = store.cards_held(), our_party()
        for one in taken:
            if one.value.party != us:
                raise Unproven("epoch-not-ours", number=one.value.number)
            store.append_epoch(one, store.founded(one.value.circle, held), held)
            restored.go_on(one.value.circle, one.value.number, held)
    return taken


class Ending(NamedTuple):
    """What remains to be done until a key counts nowhere.

    Attributes:
        key: its id.
        card: the request for a card without it, where it still stands on our newest.
        epochs: the requests for epochs under that card, where plans still lack one.
    """

    key: str
    card: Path | None
    epochs: list[Asked]


def end_key(seat: Seat, beginning: str, reason: str, add: Sequence[str], *, before: str = "") -> Ending:
    """Write the next request on the way to ending a key.

    Args:
        seat: whose node.
        beginning: of its id, or its name on this node.
        reason: compromise where it was stolen, otherwise rotation.
        add: keys that take its place.
        before: the segment before which the feed goes on that the segment is in; our head elsewhere.

    Raises:
        Unknown: no card of ours has named such a key.
    """
    check(seat, Act.ADMINISTER)
    party, held = our_party(), store.cards_held()
    chain = [held.cards[name] for name in held.chain(party).ids]
    named = {key_id(one.key): card.value.number for card in chain for one in card.value.keys}
    names = {name: key for key, name in on_node(seat.node).items()}
    key = _the_key(names.get(beginning, beginning), named)
    if named[key] == chain[-1].value.number:
        return Ending(key, request_card(seat, Change(add=add, end=[key])), [])
    without = {card.id for card in chain if card.value.number > named[key]}
    waiting = [circle for circle in our_plans(seat) if not without & _cards_of_epochs(circle, party)]
    asked = []
    for circle in waiting:
        here = before and any(one.id.startswith(before) for one in store.places(circle, party))
        asked.append(request_epoch(seat, circle, reason, before=before if here else ""))
    return Ending(key, None, asked)


def _cards_of_epochs(circle: str, party: str) -> set[str]:
    """The cards that a party's epochs in a plan name, and the one that it founded the plan with."""
    return {one.card for one in store.bases(circle, party)} | {store.charter(circle).value.founding_card(party)}
