"""Keys in files: readable by their owner alone, never overwritten, and refused when they are something else."""

from __future__ import annotations

import json
import stat

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kelisim import keyfile
from kelisim.errors import Refusal
from kelisim.ledger.keys import ALGORITHMS, verify


def refused(act, *given):
    with pytest.raises(Refusal) as refusal:
        act(*given)
    return refusal.value.code


def pem(key, encryption=None):
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(*form, encryption or serialization.NoEncryption())


@pytest.fixture
def roots(tmp_path):
    keyfile.write_new_roots(tmp_path / "roots")
    return tmp_path / "roots"


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_new_key_can_be_read_again_and_signs_alike(tmp_path, alg):
    made = keyfile.write_new_key(tmp_path / "key.pem", alg)
    read = keyfile.read_key(tmp_path / "key.pem")
    assert (read.alg, read.key) == (alg, made.key)
    verify(read.key, made.sign(b"word"), b"word")


def test_two_new_keys_differ(tmp_path):
    assert keyfile.write_new_key(tmp_path / "a").key != keyfile.write_new_key(tmp_path / "b").key


def test_a_secret_can_be_read_by_its_owner_alone(tmp_path):
    keyfile.write_secret(tmp_path / "secret", b"secret")
    assert (tmp_path / "secret").read_bytes() == b"secret"
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_secret_is_never_overwritten(tmp_path):
    keyfile.write_secret(tmp_path / "secret", b"first")
    assert refused(keyfile.write_secret, tmp_path / "secret", b"second") == "file-exists"
    assert (tmp_path / "secret").read_bytes() == b"first"


def test_a_key_that_is_not_there_is_missing(tmp_path):
    assert refused(keyfile.read_key, tmp_path / "key.pem") == "file-missing"
    assert refused(keyfile.read_key, tmp_path) == "file-missing"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no key",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        pem(ec.generate_private_key(ec.SECP384R1())),
        pem(Ed25519PrivateKey.from_private_bytes(bytes(32)), serialization.BestAvailableEncryption(b"password")),
    ],
    ids=["empty", "words", "garbage", "another algorithm", "behind a password"],
)
def test_a_file_without_a_key_that_can_be_used_is_refused(tmp_path, data):
    (tmp_path / "key.pem").write_bytes(data)
    assert refused(keyfile.read_key, tmp_path / "key.pem") == "key-file"


def test_a_root_signer_has_todays_key_and_the_next_and_shows_both(roots):
    now, following = keyfile.read_public_roots(roots)
    assert now.key == keyfile.read_key(roots / keyfile.CURRENT).key
    assert following.key == keyfile.read_key(roots / keyfile.NEXT).key
    assert keyfile.read_public_roots(roots / keyfile.PUBLIC) == (now, following)


def test_the_public_file_tells_no_secret(roots):
    assert set(json.loads((roots / keyfile.PUBLIC).read_text("utf-8"))) == {"alg", "root", "next"}


def test_root_keys_are_never_overwritten(roots):
    before = (roots / keyfile.CURRENT).read_bytes()
    assert refused(keyfile.write_new_roots, roots) == "file-exists"
    assert (roots / keyfile.CURRENT).read_bytes() == before


def test_a_public_file_that_is_not_there_is_missing(tmp_path):
    assert refused(keyfile.read_public_roots, tmp_path) == "file-missing"
    assert refused(keyfile.read_public_roots, tmp_path / "public.json") == "file-missing"


@pytest.mark.parametrize(
    "changes",
    [{"root": 5}, {"root": "é"}, {"root": None}, {"next": ""}, {"alg": 5}, {"alg": ["Ed25519"]}, {"alg": "x" * 99}],
)
def test_a_public_file_with_something_else_in_it_is_refused(roots, changes):
    public = json.loads((roots / keyfile.PUBLIC).read_text("utf-8"))
    (roots / keyfile.PUBLIC).write_text(json.dumps({**public, **changes}), "utf-8")
    assert refused(keyfile.read_public_roots, roots) == "key-file"


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"5", b"\xff", b'{"alg": "Ed25519", "root": "AAAA"}'])
def test_what_is_no_public_file_is_refused(roots, data):
    (roots / keyfile.PUBLIC).write_bytes(data)
    assert refused(keyfile.read_public_roots, roots) == "key-file"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"alg": "RSA"}, "key-algorithm-unknown"),
        ({"root": "AAAA"}, "key-not-a-point"),
        ({"next": "AAA"}, "key-not-a-point"),
    ],
)
def test_public_keys_are_checked_before_a_card_names_them(roots, changes, code):
    public = json.loads((roots / keyfile.PUBLIC).read_text("utf-8"))
    (roots / keyfile.PUBLIC).write_text(json.dumps({**public, **changes}), "utf-8")
    assert refused(keyfile.read_public_roots, roots) == code
