"""How each golden file is read, and what it reads to: plain values that JSON can hold.

A reader takes nothing but golden files: it works when the code that once wrote them has long been replaced.
"""

from __future__ import annotations

import io
import json
import tomllib
from pathlib import Path
from typing import Any, Final

from msgspec import convert, to_builtins

from kelisim import bundle, ceremony, disclosure, edition, fork, keyfile, planfile, token
from kelisim.evidence import Evidence
from kelisim.ledger import card, charter, epoch, judge, profile, seal, segment, tree
from kelisim.ledger.digest import digest, digits_of
from kelisim.ledger.judge import Held
from kelisim.ledger.record import Signed, parse
from kelisim.plan import schema
from kelisim_web.actions import recorded

HERE: Final = Path(__file__).parent / "format-1"


def data(name: str) -> bytes:
    """The bytes of a golden file."""
    return (HERE / name).read_bytes()


def held() -> Held:
    """The cards of both parties, judged."""
    found = [card.read_cards(data(f"{code}.cards")) for code in ("north", "south")]
    made = Held(confirmed=[card.party_of(cards[0]) for cards in map(list, found)])
    for one in [
        one for cards in (card.read_cards(data(f"{code}.cards")) for code in ("north", "south")) for one in cards
    ]:
        made.add(one)
    return made


def circle() -> Signed[charter.Charter]:
    """The charter, judged; all have signed it."""
    found = parse(data("charter.record"), charter.KIND, charter.Charter)
    assert judge.charter(found, held())
    return found


def told(one: Signed[Any]) -> dict[str, Any]:
    """A record that holds."""
    return {"id": one.id, "keys": sorted(one.signatures), "says": to_builtins(one.value)}


def read_record(name: str) -> dict[str, Any]:
    """A record, judged by the cards and the charter."""
    line = data(name)
    if "segment" in name or "acknowledgement" in name:
        one = parse(line, segment.KIND, segment.Segment)
        body = b"" if "acknowledgement" in name else data("segment.body" if name == "segment.record" else "p256.body")
        statements = judge.segment(one, body, circle(), held())
        assert statements is not None
        return told(one) | {"statements": to_builtins(statements)}
    if name.startswith("card"):
        one = parse(line, card.KIND, card.Card)
        return told(held().cards[one.id])
    if name == "charter.record":
        return told(circle())
    if name == "epoch.record":
        one = parse(line, epoch.KIND, epoch.Epoch)
        judge.epoch(one, circle(), held())
        return told(one)
    if name == "manifest.record":
        one = parse(line, bundle.KIND, bundle.Manifest, bundle.LONGEST_MANIFEST)
        bundle.check(one, held().cards[one.value.card], circle().value)
        return told(one)
    one = seal.read(line)
    assert judge.seal(one, circle(), held())
    return told(one)


def read_body(name: str) -> list[Any]:
    """The statements of a body."""
    owner = "segment.record" if name == "segment.body" else "segment-p256.record"
    return to_builtins(segment.read_body(parse(data(owner), segment.KIND, segment.Segment).value, data(name)))


def read_bundle(name: str) -> dict[str, Any]:
    """What a bundle brings to somebody who holds nothing yet, and how the plan stands by it."""
    packed = data(name) if name != "plain.bundle" else bundle.framed(data(name))
    if name == "encrypted.bundle":
        packed = bundle.decrypt(packed, [data("identity.age").decode().strip()])
    opened = bundle.Opened(packed)
    plain = io.BytesIO()
    opened.write_plain(plain)
    found = Evidence.of(opened, held().confirmed, opened.manifest.value.to)
    standing = found.standing(schema())
    fields = {item: {name: str(field.status) for name, field in standing.fields(item)} for item in standing.items()}
    return {
        "concluded": sorted(seal.concluded(found.seals(), found.charter)),
        "files": {one: reader.read().decode() for one, reader in opened.files()},
        "heads": found.heads(),
        "plain": digest(plain.getvalue()),
        "standing": fields,
    }


def read_cards(name: str) -> list[Any]:
    """A party's cards, and its digits."""
    return [[digits_of(card.party_of(one)), told(one)] for one in card.read_cards(data(name))]


def read_ceremony(name: str) -> dict[str, Any]:
    """What the root keys are asked, or have signed."""
    one = ceremony.read_request(data(name))
    return told(one) | {"lines": [[line.key, dict(line.params)] for line in ceremony.describe(one)]}


def read_pem(name: str) -> list[str]:
    """The public half of a key."""
    signer = keyfile.read_key(HERE / name)
    return [signer.alg, signer.key]


def read_edition(name: str) -> dict[str, Any]:
    """An edition file, verified."""
    found = edition.verify(data(name))
    return {"content": found.content, "id": found.id, "names": found.names, "root": found.offer.root}


def read_disclosure(name: str) -> dict[str, Any]:
    """A disclosure, verified."""
    found = disclosure.verify(data(name))
    return {"content": found.content, "id": found.id, "names": found.names, "root": found.offer.root}


def read_fork(name: str) -> dict[str, Any]:
    """A proof of a fork, verified."""
    found = fork.verify(data(name))
    return {"sort": found.sort, "party": found.party, "records": [one.id for one in found.records]}


def read_plan(name: str) -> list[Any]:
    """A plan file."""
    sections, problems = planfile.read(data(name), name, ["NORTH", "SOUTH"])
    assert problems == []
    return to_builtins(sections, str_keys=True)


def read_derived(name: str) -> dict[str, Any]:
    """Salts, tops and roots, each computed again."""
    found = json.loads(data(name))
    offer = seal.read(data("offer.record")).value
    salts = tree.salts(bytes(range(32)), tree.Naming(circle().id, offer.edition, offer.scope), found["content"])
    assert [[item, field, salt.hex()] for (item, field), salt in salts.items()] == found["salts"]
    assert tree.edition_root(found["content"], salts) == found["root"] == offer.root
    for size, top in found["tops"].items():
        assert tree.top_of([bytes([leaf]) * 32 for leaf in range(int(size))]).hex() == top
    return found


READERS: Final = {
    ".record": read_record,
    ".body": read_body,
    ".bundle": read_bundle,
    ".cards": read_cards,
    ".request": read_ceremony,
    ".answer": read_ceremony,
    ".pem": read_pem,
    ".edition": read_edition,
    ".disclosure": read_disclosure,
    ".proof": read_fork,
    ".toml": read_plan,
    ".json": read_derived,
    ".recorded": lambda name: to_builtins(convert(tomllib.loads(data(name).decode()), recorded._Written)),
    ".pkcs11": lambda name: str(token.read_uri(data(name).decode())),
}
NAMED: Final = {
    "officer.public": lambda name: to_builtins(profile.decode(data(name), card.OfficerKey, "card")),
    "roots.public": lambda name: to_builtins(keyfile.read_public_roots(HERE / name)),
    "identity.age": lambda name: bundle_recipient(data(name)),
}


def bundle_recipient(secret: bytes) -> str:
    """The public key of an age identity."""
    from kelisim_web.node import recipient

    return recipient(secret.decode().strip())


def read(name: str) -> Any:
    """What a golden file reads to, as JSON has it."""
    found = (NAMED.get(name) or READERS[Path(name).suffix])(name)
    return json.loads(json.dumps(found, ensure_ascii=False))
