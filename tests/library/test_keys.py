"""Signatures hold under one rule that all libraries share, because odd keys are never enrolled."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from nacl import bindings

from kelisim.errors import Unproven
from kelisim.ledger import keys
from tests.library import keysmith as k

SPKI = bytes.fromhex("302a300506032b6570032100")
ORDER = 2**252 + 27742317777372353535851937790883648493

# RFC 8032, section 7.1: secret, public, message, signature.
VECTORS = {
    "TEST 1": (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    "TEST 2": (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    "TEST 3": (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
    "TEST SHA(abc)": (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        hashlib.sha512(b"abc").hexdigest(),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
            "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        ),
    ),
}

EIGHTH = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"

# The eight points of small order as they are written, then every other way to write one of them.
SMALL = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    EIGHTH,
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]


def written(point, prefix=SPKI):
    return base64.b64encode(prefix + point).decode()


def refuses(act, *given):
    with pytest.raises(Unproven) as refusal:
        act(*given)
    return refusal.value.code


def holds(key, signature, message):
    try:
        keys.verify(key, signature, message)
    except Unproven:
        return False
    return True


def holds_elsewhere(key, signature, message):
    """What OpenSSL says of the same."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[len(SPKI) :]).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_the_vectors_of_rfc_8032_hold(vector):
    secret, public, message, signature = map(bytes.fromhex, vector)
    signer = keys.Ed25519Signer(secret)
    assert signer.key == written(public)
    assert signer.sign(message) == signature
    keys.enrol(signer.alg, signer.key)
    keys.verify(signer.key, signature, message)


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_any_flipped_bit_of_a_signature_refuses_it(vector):
    _, public, message, signature = map(bytes.fromhex, vector)
    for bit in range(8 * len(signature)):
        flipped = int.from_bytes(signature, "little") ^ 1 << bit
        assert refuses(keys.verify, written(public), flipped.to_bytes(64, "little"), message) == "signature-bad"


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_what_is_signed_here_holds_in_openssl_and_the_other_way_round(secret, message):
    ours, theirs = keys.Ed25519Signer(secret), Ed25519PrivateKey.from_private_bytes(secret)
    assert ours.sign(message) == theirs.sign(message)
    assert holds(ours.key, theirs.sign(message), message)
    assert holds_elsewhere(ours.key, ours.sign(message), message)


@given(st.integers(0, 255), st.binary(max_size=40), st.binary(min_size=64, max_size=64), st.integers(0, 511))
def test_openssl_agrees_on_what_does_not_hold(number, message, anything, bit):
    signer = k.signer(number)
    flipped = (int.from_bytes(signer.sign(message), "little") ^ 1 << bit).to_bytes(64, "little")
    for signature, said in [(flipped, message), (anything, message), (signer.sign(message), message + b"!")]:
        assert not holds(signer.key, signature, said)
        assert not holds_elsewhere(signer.key, signature, said)


def test_a_signature_has_one_form_only():
    signature = k.signer(1).sign(b"word")
    scalar = int.from_bytes(signature[32:], "little") + ORDER
    again = signature[:32] + scalar.to_bytes(32, "little")
    assert refuses(keys.verify, k.signer(1).key, again, b"word") == "signature-bad"


@pytest.mark.parametrize("size", [0, 32, 63, 65, 128])
def test_a_signature_of_another_length_is_refused(size):
    signature = (k.signer(1).sign(b"word") * 2)[:size]
    assert refuses(keys.verify, k.signer(1).key, signature, b"word") == "signature-bad"


def test_a_signature_does_not_borrow_from_the_message():
    signature = k.signer(1).sign(b"word")
    assert refuses(keys.verify, k.signer(1).key, signature + b"w", b"ord") == "signature-bad"
    assert refuses(keys.verify, k.signer(1).key, signature[:-1], signature[-1:] + b"word") == "signature-bad"


def test_a_signature_by_another_key_is_refused():
    assert refuses(keys.verify, k.signer(2).key, k.signer(1).sign(b"word"), b"word") == "signature-bad"


@pytest.mark.parametrize("point", SMALL)
def test_a_point_of_small_order_is_not_enrolled(point):
    assert refuses(keys.enrol, keys.ED25519, written(bytes.fromhex(point))) == "key-not-a-point"


@pytest.mark.parametrize("beyond", range(19))
@pytest.mark.parametrize("sign", [0, 1])
def test_a_point_that_is_not_reduced_is_not_enrolled(beyond, sign):
    point = (2**255 - 19 + beyond | sign << 255).to_bytes(32, "little")
    assert refuses(keys.enrol, keys.ED25519, written(point)) == "key-not-a-point"


def test_a_point_of_mixed_order_is_not_enrolled():
    point = base64.b64decode(k.signer(1).key)[len(SPKI) :]
    mixed = bindings.crypto_core_ed25519_add(point, bytes.fromhex(EIGHTH))
    assert refuses(keys.enrol, keys.ED25519, written(mixed)) == "key-not-a-point"


def test_a_point_off_the_curve_is_not_enrolled():
    assert refuses(keys.enrol, keys.ED25519, written(b"\x02" + bytes(31))) == "key-not-a-point"


KEY = k.signer(1).key
POINT = base64.b64decode(KEY)[len(SPKI) :]
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(KEY[:-1], id="no padding"),
        pytest.param(KEY + "=", id="too much padding"),
        pytest.param(KEY[:-2] + ALPHABET[ALPHABET.index(KEY[-2]) + 1] + "=", id="bits left over"),
        pytest.param(KEY[:8] + " " + KEY[8:], id="a blank"),
        pytest.param(KEY + "\n", id="a line feed"),
        pytest.param(written(POINT, SPKI.replace(b"\x2b\x65\x70", b"\x2b\x65\x6e")), id="a key for X25519"),
        pytest.param(written(POINT[:-1]), id="a byte too few"),
        pytest.param(written(POINT + b"\0"), id="a byte too many"),
        pytest.param(written(POINT, b""), id="no algorithm"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_key_that_is_not_in_its_one_form_is_not_enrolled(key):
    assert refuses(keys.enrol, keys.ED25519, key) == "key-not-a-point"


def test_what_is_not_base64_has_no_name():
    assert refuses(keys.key_id, KEY[:8] + " " + KEY[8:]) == "key-not-a-point"


@pytest.mark.parametrize("alg", ["P-384", "ed25519", "", "Ed448"])
def test_an_algorithm_that_is_not_known_is_not_enrolled(alg):
    assert refuses(keys.enrol, alg, k.signer(1).key) == "key-algorithm-unknown"


@given(st.binary(min_size=32, max_size=32))
def test_every_key_that_is_made_by_the_book_is_enrolled(secret):
    keys.enrol(keys.ED25519, keys.Ed25519Signer(secret).key)


def test_a_key_is_named_after_its_public_key_info():
    public = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32).public_key()
    info = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert keys.key_id(k.signer(1).key) == hashlib.sha256(info).hexdigest()[:32]
    assert keys.by_id([k.signer(1).key]) == {hashlib.sha256(info).hexdigest()[:32]: k.signer(1).key}


def test_what_is_signed_says_what_it_is_and_how_long():
    assert keys.pae("card", b'{"v":1}') == b'DSSEv1 36 application/vnd.kelisim.card.v1+json 7 {"v":1}'
