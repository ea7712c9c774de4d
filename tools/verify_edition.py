"""Check an edition of Kelisim, or a disclosed part of one: `python verify_edition.py FILE`; exit status 0 or 1."""
# A second implementation of docs/format.md, which shares no code with Kelisim; laid out by hand for whoever reads it.
import json
import re
import sys
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.hashes import SHA256

# Forms of lines: JSON in which words stand for the patterns and forms before them. X*9 is 1 to 9 of X, with commas.
PATTERNS = r"""HEX "[0-9a-f]{64}"  SALT "[0-9a-f]{32}"  ITEM "[a-z2-7]{16}"  TAG "[a-z]{2,3}"  PLACE [1-9][0-9]{0,15}
COUNT (0|[1-9][0-9]{0,15})  TIME "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z"  AGE "age1[02-9ac-hj-np-z]{58}"
CODE "[A-Z][A-Z0-9]{1,11}"  ALG "(Ed25519|P-256)"  BASE "[A-Za-z0-9+/]+={0,2}"  MAY "(carry|seal|state)"
NAME "([^"\\]|\\u....|\\[^u]){1,200}"  TEXT "[^"\\]*(\\.[^"\\]*)*"  FIELD "(?=[\w.]{1,128}")\w+(\.\w+)*\""""
FORMS = """ROOT {"alg":ALG,"key":BASE}  OFFICER {"alg":ALG,"key":BASE,"may":[MAY*3]}  PAIR HEX:HEX  NAMED TAG:NAME
MEMBER {"card":HEX,"code":CODE,"party":HEX}  VALUE {"field":FIELD,"item":ITEM,"salt":SALT,"value":TEXT}
SALTED {"item":ITEM,"salt":SALT}  SHOWN {"field":FIELD,"leaf":COUNT,"salt":SALT,"value":TEXT}  HASHES [(HEX*)?]
TREE {"leaves":PLACE,"siblings":HASHES}  STEP "at":TIME,"card":HEX,"circle":HEX,"of":HEX,"party":HEX,"step":
PART {"fields":[SHOWN*],"item":ITEM,"leaf":COUNT,"leaves":PLACE,"salt":SALT,"siblings":HASHES}
CARD {"at":TIME,"keys":[(OFFICER*64)?],"names":{NAMED*20},"next":HEX,"number":COUNT(,"party":HEX)?(,"prev":HEX)?,
"recipients":[AGE*16],"roots":[ROOT*16],"seal_threshold":PLACE,"threshold":PLACE,"v":1}
CHARTER {"at":TIME,"languages":[TAG*20],"parties":[MEMBER*64](,"prev":HEX)?,"proposer":HEX,"salts":HEX,
"schema":PLACE,"v":1}
OFFER {"at":TIME,"card":HEX,"circle":HEX(,"corrects":1)?,"cut":{(PAIR*)?},"edition":{"epoch":COUNT,"number":PLACE},
"languages":[TAG*],"party":HEX(,"previous":HEX)?,"root":HEX,"schema":PLACE,"scope":ITEM,"step":"offer","v":1}
SEAL (OFFER|{STEP"(accept|withdraw)","v":1}|{"accepts":HASHES,STEP"receipt","v":1})"""
WORDS = dict(one.split(" ", 1) for one in re.split(r"  |\n", PATTERNS))
for _name, _form in (one.split(" ", 1) for one in re.split(r"  |\n(?=[A-Z])", FORMS)):
    _pattern = re.sub(r"[][{}]", r"\\\g<0>", _form.replace("\n", ""))
    _pattern = re.sub(r"([A-Z]{3,})\*(\d*)", lambda m: f"{m[1]}(,{m[1]}){{0,{m[2] and int(m[2]) - 1}}}", _pattern)
    WORDS[_name] = re.sub("[A-Z]{3,}", lambda m: f"({WORDS[m[0]]})", _pattern)
# What the DER of a key begins with (RFC 8410, RFC 5480); prime, order and constant of Ed25519 (RFC 8032).
SPKI = {"Ed25519": "302a300506032b6570032100", "P-256": "3059301306072a8648ce3d020106082a8648ce3d03010703420004"}
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
REFUSAL = (ValueError, LookupError, RecursionError, OSError, InvalidSignature)
D, p256 = -121665 * pow(121666, -1, P) % P, ec.EllipticCurvePublicKey.from_encoded_point
written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
def need(holds, why):
    if not holds:
        raise ValueError(why)
def rising(*lists):
    need(all(values == sorted(set(values)) for values in lists), "something is out of order, or there twice")
def read(line, form):
    """Read JSON of a form, written in its one way, with no number of 2^53 or more."""
    need(re.fullmatch(WORDS[form], line.decode(), re.DOTALL | re.ASCII), f"a line is not of the form {form}")
    value = json.loads(line, parse_int=lambda digits: int(digits) % 2**53)
    need(written(value).encode() == line, f"a line of the form {form} is not in its one writing")
    return value
def record(line, kind):
    """Read a signed line: its id, what it says, its signatures by keyid, not checked yet, and what they cover."""
    text, _, tail = line.partition(b"\t")
    says, name = read(text, kind.upper()), f"application/vnd.kelisim.{kind}.v1+json".encode()
    found = {key.decode(): b64decode(one, validate=True) for key, one in (one.split(b":") for one in tail.split(b" "))}
    again = " ".join(f"{key}:{b64encode(found[key]).decode()}" for key in sorted(found))
    need(line == text + b"\t" + again.encode() and len(line) < 1 << 16, "signatures out of order, or too long a record")
    datetime.strptime(says["at"], "%Y-%m-%dT%H:%MZ")  # noqa: DTZ007  (the Z is part of the form)
    return sha256(text).hexdigest(), says, found, b"DSSEv1 %d %b %d %b" % (len(name), name, len(text), text)
def is_point(raw):
    """Is it canonical, on the curve, in the main subgroup, and not neutral? The sign of x does not matter to that."""
    def add(one, two):  # in extended coordinates (RFC 8032, 5.1.4)
        (x1, y1, z1, t1), (x2, y2, z2, t2) = one, two
        a, b, c, d = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2), 2 * D * t1 * t2, 2 * z1 * z2
        return [(b - a) * (d - c) % P, (d + c) * (b + a) % P, (d - c) * (d + c) % P, (b - a) * (b + a) % P]
    y, n, total = int.from_bytes(raw, "little") % 2**255, L, [0, 1, 1, 0]
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    point = [x, y, 1, x * y % P]
    while n:
        total, point, n = add(total, point) if n % 2 else total, add(point, point), n // 2
    return len(raw) == 32 and 1 < y < P and x * x % P == square and total[0] == 0 and total[1] == total[2]
def enrolled(keys):
    """The keys of a card by keyid, in DER: in order, each in its one form, with a point on which libraries agree."""
    found = {sha256(der).hexdigest()[:32]: der for der in (b64decode(one["key"], validate=True) for one in keys)}
    need(list(found) == sorted(found) and len(found) == len(keys), "keys are out of order, or there twice")
    for one, der in zip(keys, found.values(), strict=True):
        need(der.hex().startswith(SPKI[one["alg"]]) and b64encode(der).decode() == one["key"], "a key not in its form")
        need(is_point(der[12:]) if one["alg"] == "Ed25519" else p256(ec.SECP256R1(), der[26:]), "not a point to enrol")
    return found
def signed(one, cards, keys, threshold):
    """Refuse unless each signature is by a key of these cards and holds, and of each card enough keys have signed."""
    allowed = {name: der for card in cards for name, der in card[keys].items()}
    for name, signature in one[2].items():
        need(name in allowed and len(signature) == 64, "a signature by a key that does not count")
        der, r, s = allowed[name], int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        if len(der) == 44:  # Ed25519
            need(r != 1 << 248, "the neutral point in a signature, which OpenSSL takes and libsodium does not")
            ed25519.Ed25519PublicKey.from_public_bytes(der[12:]).verify(signature, one[3])
        else:
            p256(ec.SECP256R1(), der[26:]).verify(utils.encode_dss_signature(r, s), one[3], ec.ECDSA(SHA256()))
    need(all(len(card[keys].keys() & one[2].keys()) >= card[threshold] for card in cards), "too few have signed")
def take_card(line, held):
    """Judge a card by the one before it, and hold it."""
    name, says, *_ = one = record(line, "card")
    roots, officers, before = enrolled(says["roots"]), enrolled(says["keys"]), held.get(says.get("prev"))
    sealers = {key: officers[key] for key, told in zip(officers, says["keys"], strict=True) if "seal" in told["may"]}
    rising(sorted(says["recipients"]), sorted([*roots, *officers]), *(told["may"] for told in says["keys"]))
    need(says["threshold"] <= len(roots) and says["seal_threshold"] <= max(1, len(sealers)), "a threshold too high")
    card = {**says, "party": says.get("party", name), "by": roots, "sealers": sealers}
    place = (before["number"] + 1, before["party"], True) if before else (0, name, False)
    need((says["number"], card["party"], "prev" in says) == place, "a card that does not follow the one before it")
    now = sha256(written({"roots": says["roots"], "threshold": says["threshold"]}).encode()).hexdigest()
    kept = before and all(says[key] == before[key] for key in ("roots", "threshold", "next"))
    need(not before or kept or now == before["next"], "roots that the card before does not commit to")
    signed(one, [card, before] if before else [card], "by", "threshold")
    held[name] = card
def concluded(lines, held):
    """The codes of the parties, and the one offer, which all others have accepted and the proposer has receipted."""
    circle, charter, *_ = one = record(lines["charter"][0], "charter")
    codes, proposer, seals = {told["party"]: told["code"] for told in charter["parties"]}, charter["proposer"], {}
    cards = [held.get(told["card"], {}) for told in charter["parties"]]
    need(proposer in codes and [card.get("party") for card in cards] == list(codes), "a party, or its card, is missing")
    rising(list(codes.values()), charter["languages"])
    signed(one, cards, "by", "threshold")
    for line in lines["seal"]:
        name, says, *_ = one = record(line, "seal")
        card, party, step, tongues = held.get(says["card"], {}), says["party"], says["step"], says.get("languages", [])
        need((card.get("party"), says["circle"], party in codes) == (party, circle, True), "a seal of another circle")
        need(step == "withdraw" or (party == proposer) == (step != "accept"), "a step that is another party's")
        need(says.get("cut", codes).keys() == codes.keys() and {*charter["languages"]} >= {*tongues}, "an odd offer")
        rising(tongues, says.get("accepts", []))
        signed(one, [card], "sealers", "seal_threshold")
        seals[name] = {**says, "age": card["number"]}
    (offer,) = (name for name, says in seals.items() if says["step"] == "offer")
    steps = {(one["party"], one["step"]) for one in seals.values() if one.get("of") == offer
             and (one["step"] != "receipt" or one["age"] >= seals[offer]["age"])}  # under no older card than the offer
    need({(one, "receipt" if one == proposer else "accept") for one in codes} <= steps, "it is not concluded")
    return codes, seals[offer]
def bound(known, tree):
    """What stands over leaves with their places, and, where none is known, the next of the siblings (RFC 9162, 2.1)."""
    def over(known, size):
        if not known or size == 1:
            return known[0][1] if known else bytes.fromhex(next(rest, ""))
        half = 1 << (size - 1).bit_length() - 1
        left, right = [one for one in known if one[0] < half], [(n - half, leaf) for n, leaf in known if n >= half]
        return sha256(b"\1" + over(left, half) + over(right, size - half)).digest()
    rising([place for place, _ in known])
    rest = iter(tree["siblings"])
    top = over(known, tree["leaves"])
    need(known[-1][0] < tree["leaves"] and next(rest, None) is None, "a place beyond the tree, or a hash too many")
    return tree["leaves"].to_bytes(8, "big") + top
def leaf_of(part):
    """The leaf of an item, over those of its fields."""
    says = [written({"field": one["field"], "item": part["item"], "value": one["value"]}) for one in part["fields"]]
    salted = (bytes.fromhex(one["salt"]) + said.encode() for one, said in zip(part["fields"], says, strict=True))
    leaves = [(one["leaf"], sha256(b"\0" + leaf).digest()) for one, leaf in zip(part["fields"], salted, strict=True)]
    rising([one["field"] for one in part["fields"]])
    return sha256(b"\2" + bytes.fromhex(part["salt"]) + bound(leaves, part)).digest()
def whole(lines):
    """An edition as a disclosure of everything would show it."""
    items, fields = [read(line, "SALTED") for line in lines["item"]], [read(line, "VALUE") for line in lines["field"]]
    parts = {one["item"]: {**one, "fields": [], "leaves": 0, "siblings": []} for one in items}
    for one in sorted(fields, key=lambda one: one["field"]):
        parts[one["item"]]["fields"].append({**one, "leaf": parts[one["item"]]["leaves"]})
        parts[one["item"]]["leaves"] += 1
    need(len(parts) == len(items) and all(part["fields"] for part in parts.values()), "an item twice, or empty")
    return [{**part, "leaf": leaf} for leaf, part in enumerate(sorted(parts.values(), key=leaf_of))]
def check(data):
    """Check a file: the offer that was concluded, the codes of its parties, what is shown, how many items there are."""
    kind, _, rest = data.partition(b" 1\n")
    last = {b"kelisim edition": "field", b"kelisim disclosure": "tree"}[kind]
    lines, held = {word: [] for word in ("card", "charter", "seal", "item", last)}, {}
    for word, _, said in (line.partition(b" ") for line in rest[:-1].split(b"\n")):
        lines[word.decode()].append(said)
    complete = rest.endswith(b"\n") and all(lines.values()) and len(lines["charter"]) == 1
    need(complete and (last == "field" or len(data) <= 1 << 26), "lines are missing, or too many")
    for line in lines["card"]:
        take_card(line, held)
    codes, offer = concluded(lines, held)
    if last == "field":
        parts, tree = whole(lines), {"leaves": len(lines["item"]), "siblings": []}
        need(offer["scope"] in [part["item"] for part in parts], "the plan itself is missing")
    else:
        (tree,), parts = (read(line, "TREE") for line in lines[last]), [read(line, "PART") for line in lines["item"]]
        rising([part["item"] for part in parts])
    leaves = sorted((part["leaf"], leaf_of(part)) for part in parts)
    rising([leaf for _, leaf in leaves])
    need(sha256(b"\3" + bound(leaves, tree)).hexdigest() == offer["root"], "it is not what the parties sealed")
    return offer, codes, parts, tree["leaves"]
def main(words):
    try:
        offer, codes, parts, size = check(Path(*words).read_bytes())
    except REFUSAL as error:
        print("NOT PROVEN:", str(error) or type(error).__name__)
        return 1
    print("Concluded at {at}: edition {edition[epoch]}.{edition[number]} of plan {scope}".format(**offer))
    for party, code in codes.items():
        print(code, *(f"{int.from_bytes(bytes.fromhex(party)[n : n + 5], 'big') % 100000:05}" for n in range(0, 30, 5)))
    print(f"Items shown: {len(parts)}; in the edition: {size}")
    for part in parts:
        fields = (f"  {one['field']}: {written(one['value'])}" for one in part["fields"])
        print(f"{part['item']}: fields shown: {len(part['fields'])} of {part['leaves']}", *fields, sep="\n")
    return 0
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
