"""P-256: one encoding of a key, one form of a signature, and two opinions that never differ."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from kelisim.errors import Unproven
from kelisim.ledger import keys
from tests.library import p256
from tests.library.keysmith import signer as ed25519

SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")

# RFC 6979, A.2.5: the private key, and what SHA-256 gives of two messages.
SECRET = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
PUBLIC = (
    0x60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6,
    0x7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299,
)
VECTORS = {
    b"sample": (
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
    ),
    b"test": (
        "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
        "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083"
    ),
}
SIGNER = keys.P256Signer(SECRET)
SIGNATURE = SIGNER.sign(b"sample")
R, S = SIGNATURE[:32], SIGNATURE[32:]


def written(form, spki=SPKI):
    return base64.b64encode(spki + form).decode()


def whole(x, y):
    return b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")


def number(value):
    return value.to_bytes(32, "big")


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


@pytest.mark.parametrize("message", VECTORS)
def test_the_vectors_of_rfc_6979_come_out(message):
    assert SIGNER.key == written(whole(*PUBLIC))
    assert SIGNER.sign(message).hex() == VECTORS[message]
    keys.verify(SIGNER.key, bytes.fromhex(VECTORS[message]), message)
    assert p256.holds(PUBLIC, bytes.fromhex(VECTORS[message]), message)


def test_a_key_is_written_as_every_library_writes_it():
    public = ec.derive_private_key(SECRET, ec.SECP256R1()).public_key()
    info = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert base64.b64decode(SIGNER.key) == info
    assert keys.alg_of(SIGNER.key) == keys.P256
    keys.enrol(keys.P256, SIGNER.key)


# Keys


X, Y = PUBLIC
HALF_WAY = next(x for x in range(1, 99) if pow(x**3 + p256.A * x + p256.B, (p256.P - 1) // 2, p256.P) != 1)
NO_Y = next(y for y in range(1, 99) if not p256.on_curve(X, y))


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(bytes([2 + Y % 2]) + number(X), id="compressed"),
        pytest.param(bytes([6 + Y % 2]) + number(X) + number(Y), id="hybrid"),
        pytest.param(b"\x00", id="infinity"),
        pytest.param(b"\x00" + bytes(64), id="infinity, made longer"),
        pytest.param(whole(0, 0), id="zeros"),
        pytest.param(whole(HALF_WAY, 1), id="no such point"),
        pytest.param(whole(X, NO_Y), id="off the curve"),
        pytest.param(whole(Y, X), id="the other way round"),
        pytest.param(whole(p256.P, pow(p256.B, (p256.P + 1) // 4, p256.P)), id="x is not reduced"),
        pytest.param(whole(2**256 - 1, 2**256 - 1), id="all ones"),
        pytest.param(whole(X, Y)[:-1], id="a byte too few"),
        pytest.param(whole(X, Y) + b"\0", id="a byte too many"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_a_point_that_is_not_one_or_not_in_its_one_form_is_not_enrolled(form):
    assert refuses(keys.enrol, keys.P256, written(form)) == "key-not-a-point"


def test_the_other_point_of_one_x_is_a_key_too():
    keys.enrol(keys.P256, written(whole(X, p256.P - Y)))


@pytest.mark.parametrize(
    "spki",
    [
        pytest.param(SPKI.replace(b"\x01\x07", b"\x01\x01"), id="another curve of the same length"),
        pytest.param(bytes.fromhex("3056301006072a8648ce3d020106052b8104000a034200"), id="secp256k1"),
        pytest.param(SPKI.replace(b"\x02\x01", b"\x02\x02", 1), id="another use of keys"),
        pytest.param(b"", id="the point alone"),
    ],
)
def test_a_key_of_another_curve_is_not_enrolled(spki):
    assert refuses(keys.enrol, keys.P256, written(whole(X, Y), spki)) == "key-not-a-point"


def test_a_key_of_a_larger_curve_is_not_enrolled():
    public = ec.derive_private_key(SECRET, ec.SECP384R1()).public_key()
    info = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert refuses(keys.enrol, keys.P256, base64.b64encode(info).decode()) == "key-not-a-point"


def test_a_key_is_enrolled_under_its_own_algorithm_only():
    assert refuses(keys.enrol, keys.ED25519, SIGNER.key) == "key-not-a-point"
    assert refuses(keys.enrol, keys.P256, ed25519(1).key) == "key-not-a-point"


def enrolled(x, y):
    try:
        keys.enrol(keys.P256, written(whole(x, y)))
    except Unproven:
        return False
    return True


@settings(max_examples=30)
@given(st.integers(1, p256.N - 1), st.integers(0, 255))
def test_a_point_is_enrolled_where_the_book_says_it_is_one(secret, bit):
    x, y = p256.times(secret, p256.G)
    assert enrolled(x, y)
    assert enrolled(x ^ 1 << bit, y) == p256.on_curve(x ^ 1 << bit, y)


# Signatures


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param(bytes(64), id="zeros"),
        pytest.param(bytes(32) + S, id="r is 0"),
        pytest.param(R + bytes(32), id="s is 0"),
        pytest.param(number(p256.N) + S, id="r is the order"),
        pytest.param(R + number(p256.N), id="s is the order"),
        pytest.param(number(p256.N + 1) + S, id="r is above the order"),
        pytest.param(number(int.from_bytes(R, "big") + 1) + S, id="another r"),
        pytest.param(R + number(int.from_bytes(S, "big") - 1), id="another s"),
        pytest.param(number(p256.N - int.from_bytes(R, "big")) + S, id="r turned over"),
        pytest.param(S + R, id="the halves changed over"),
        pytest.param(R[::-1] + S[::-1], id="the other end first"),
        pytest.param(number(1) + number(1), id="ones"),
        pytest.param(b"\xff" * 64, id="all ones"),
        pytest.param(SIGNATURE[:-1], id="a byte too few"),
        pytest.param(SIGNATURE + b"\0", id="a byte too many"),
        pytest.param(b"\0" + SIGNATURE[:-1], id="pushed along"),
        pytest.param(b"", id="nothing"),
        pytest.param(
            ec.derive_private_key(SECRET, ec.SECP256R1()).sign(b"sample", ec.ECDSA(keys.SHA256())), id="in DER"
        ),
    ],
)
def test_what_is_no_signature_does_not_hold_in_either_opinion(signature):
    assert refuses(keys.verify, SIGNER.key, signature, b"sample") == "signature-bad"
    assert not p256.holds(PUBLIC, signature, b"sample")


def test_a_signature_holds_with_either_s():
    other = R + number(p256.N - int.from_bytes(S, "big"))
    keys.verify(SIGNER.key, other, b"sample")
    assert p256.holds(PUBLIC, other, b"sample")


def test_a_signature_of_another_algorithm_does_not_hold():
    assert refuses(keys.verify, SIGNER.key, ed25519(1).sign(b"sample"), b"sample") == "signature-bad"
    assert refuses(keys.verify, ed25519(1).key, SIGNATURE, b"sample") == "signature-bad"


@settings(max_examples=30)
@given(st.integers(1, p256.N - 1), st.binary(max_size=60), st.integers(0, 511))
def test_both_opinions_agree_on_what_holds(secret, message, bit):
    signer = keys.P256Signer(secret)
    form = base64.b64decode(signer.key)[len(SPKI) + 1 :]
    point = int.from_bytes(form[:32], "big"), int.from_bytes(form[32:], "big")
    assert point == p256.times(secret, p256.G)
    signature = signer.sign(message)
    flipped = (int.from_bytes(signature, "big") ^ 1 << bit).to_bytes(64, "big")
    for one, said in [(signature, message), (flipped, message), (signature, message + b"!")]:
        assert holds(signer.key, one, said) == p256.holds(point, one, said)
    assert holds(signer.key, signature, message)


def test_the_same_is_signed_the_same_each_time():
    assert SIGNER.sign(b"sample") == SIGNATURE
