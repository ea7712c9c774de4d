"""The ceremony of the root keys: a node writes a request, root signers sign it elsewhere, the node takes the answer.

A request is a small readable file: a line that names the kind, then the record's line with the signatures so far.
Every root signer keeps, for each circle, the highest epoch number it signed and refuses an equal or lower one: that is
the ceremony's number, and what makes a restored backup honest.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET

from kelisim import disk, keyfile
from kelisim.errors import Malformed, NotNow, Unknown, Unproven
from kelisim.ledger import card, charter, epoch
from kelisim.ledger import profile as profiles
from kelisim.ledger.digest import digits_of
from kelisim.ledger.keys import key_id
from kelisim.ledger.record import Signed, countersign, parse
from kelisim.messages import Told

if TYPE_CHECKING:
    from pathlib import Path

    from kelisim.ledger.keys import Signer
    from kelisim.ledger.profile import Written

MAGIC: Final = b"kelisim ceremony 1 "
KINDS: Final[dict[str, type[Any]]] = {card.KIND: card.Card, charter.KIND: charter.Charter, epoch.KIND: epoch.Epoch}
HIGHEST: Final = "epochs.json"


def write_request(record: Signed[Any]) -> bytes:
    """A request, or an answer: the same file with more signatures."""
    line = record.line if record.signatures else record.json + b"\n"
    return MAGIC + record.kind.encode() + b"\n" + line


def read_request(data: bytes) -> Signed[Any]:
    """The record of a request or an answer; its signatures are not judged here.

    Raises:
        Malformed: not such a file.
    """
    first, _, line = data.partition(b"\n")
    kind = first[len(MAGIC) :].decode("ascii", "replace")
    if not first.startswith(MAGIC) or kind not in KINDS:
        raise Malformed("ceremony-not-a-request")
    if b"\t" in line:
        return parse(line, kind, KINDS[kind])
    value: Written = profiles.decode(line.removesuffix(b"\n"), KINDS[kind], kind)
    return Signed(kind, line.removesuffix(b"\n"), value, {})


def read_answer(path: Path, kind: str) -> Signed[Any]:
    """The signed record that the ceremony gave.

    Raises:
        Unknown: no such file.
        Malformed: not an answer of this kind.
        Unproven: nobody has signed it.
    """
    try:
        record = read_request(path.read_bytes())
    except OSError as error:
        raise Unknown("file-missing", path=str(path)) from error
    if record.kind != kind:
        raise Malformed("ceremony-other-kind", kind=record.kind, expected=kind)
    if not record.signatures:
        raise Unproven("ceremony-not-signed", path=str(path))
    return record


def sign(request: Signed[Any], roots: Path, following: Path | None = None) -> Signed[Any]:
    """Sign a request with a root signer's key; a card that takes this signer's next key, with that key too.

    Args:
        request: what to sign.
        roots: the signer's directory, as `keyfile.write_new_roots` made it.
        following: where the signer's next key lies, if it is kept elsewhere.

    Raises:
        NotNow: this signer has signed an epoch of that number, or a higher one, for that circle.
        Unproven: the record is a first card and this key is not among its roots, or it does not take the next key.
    """
    signers: list[Signer] = [keyfile.read_key(roots / keyfile.CURRENT)]
    if isinstance(request.value, card.Card):
        signers += _taken(request.value, key_id(signers[0].key), following or roots / keyfile.NEXT, asked=following)
    if isinstance(request.value, epoch.Epoch):
        _count_epoch(request.value, roots / HIGHEST)
    return countersign(request, *signers)


def _taken(asked_for: card.Card, today: str, path: Path, *, asked: Path | None) -> list[Signer]:
    """The signer's next key where a card takes it; a card carries the roots before it and its own."""
    own = asked_for.root_keys()
    if today in own:
        return []
    if asked_for.number == 0:
        raise Unproven("ceremony-not-a-root")
    following = keyfile.read_key(path) if asked or keyfile.place_of(path).exists() else None
    if following and key_id(following.key) in own:
        return [following]
    if asked:
        raise Unproven("ceremony-not-a-root")
    return []  # a signer who leaves, or whose next key signs elsewhere


def _count_epoch(record: epoch.Epoch, path: Path) -> None:
    highest = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if record.number <= highest.get(record.circle, 0):
        raise NotNow("ceremony-number", number=record.number, highest=highest[record.circle])
    told = json.dumps({**highest, record.circle: record.number}, indent=1) + "\n"
    disk.write(path, told.encode(), over=True)


def describe(request: Signed[Any]) -> list[Told]:
    """What a signer must read before signing."""
    value = request.value
    if isinstance(value, card.Card):
        names = " / ".join(value.names.values())
        told: dict[str, str | int] = {
            "names": names,
            "number": value.number,
            "keys": len(value.keys),
            "threshold": value.threshold,
        }
        digits = digits_of(request.id if value.party is UNSET else str(value.party))
        said = [Told("ceremony.card", told), Told("ceremony.digits", {"digits": digits})]
        return said if value.number == 0 else said + _keys(value)
    if isinstance(value, charter.Charter):
        codes = value.codes()
        parties = [Told("ceremony.party", {"code": code, "digits": digits_of(party)}) for party, code in codes.items()]
        languages = ", ".join(value.languages)
        asked = Told("ceremony.charter", {"languages": languages, "proposer": codes[value.proposer]})
        return [asked, *parties]
    about: dict[str, str | int] = {
        "digits": digits_of(value.party),
        "circle": value.circle[:12],
        "base": value.base[:12],
    }
    return [Told("ceremony.epoch", {**about, "number": value.number, "reason": value.reason})]


def _keys(value: card.Card) -> list[Told]:
    """The keys of a later card: what a signer compares with what was asked for."""
    officers = [Told("keys.officer", {"key": key_id(one.key), "may": ", ".join(one.may)}) for one in value.keys]
    return officers + [Told("keys.root", {"key": key}) for key in value.root_keys()]
