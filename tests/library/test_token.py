"""Keys on tokens: the secret stays there, and whatever is wrong with a token is said in words."""

from __future__ import annotations

import base64
import getpass
import hashlib
import warnings

import pkcs11
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pkcs11 import Attribute, KeyType, ObjectClass
from pkcs11 import exceptions as errors

from kelisim import keyfile, token
from kelisim.errors import Refusal
from kelisim.ledger import keys
from kelisim.token import KeyUri, TokenSigner, make_key, read_uri
from tests.softhsm import PIN


def refused(act, *given):
    with pytest.raises(Refusal) as refusal:
        act(*given)
    return refusal.value.code


@pytest.fixture(scope="session")
def made(softhsm):
    """A key of each algorithm on a token, by its URI."""
    uris = {alg: read_uri(softhsm.uri(f"made {alg}")) for alg in keys.ALGORITHMS}
    for alg, uri in uris.items():
        make_key(uri, alg)
    return uris


def session(softhsm):
    return pkcs11.lib(softhsm.module).get_token(token_label="desk").open(rw=True, user_pin=PIN)


# Names


def test_a_key_is_named_by_token_and_label_and_its_pin_by_a_file():
    uri = read_uri("pkcs11:token=NORTH;object=state?module-path=/usr/lib/x.so&pin-source=file:/etc/pin")
    assert uri == KeyUri("NORTH", "", "state", b"", "/usr/lib/x.so", "/etc/pin")
    assert str(uri) == "pkcs11:token=NORTH;object=state?module-path=/usr/lib/x.so&pin-source=/etc/pin"


@pytest.mark.parametrize("source", ["file:/etc/pin", "file:///etc/pin", "/etc/pin"])
def test_the_file_of_a_pin_may_be_a_uri_or_a_path(source):
    assert read_uri(f"pkcs11:object=a?pin-source={source}").pin_source == "/etc/pin"


@given(st.builds(KeyUri, st.text(), st.text(), st.text(), st.binary(), st.text(), st.just("/etc/a pin")))
def test_every_name_comes_back_from_its_uri(uri):
    if any((uri.token, uri.serial, uri.object, uri.id)):
        assert read_uri(str(uri)) == uri


@pytest.mark.parametrize(
    "text",
    ["", "state", "pkcs11:", "pkcs11:object", "https://object=a", "pkcs11:object=a;object=b", "pkcs11:object=a?b"],
)
def test_what_is_no_uri_of_a_key_is_refused(text):
    assert refused(read_uri, text) == "token-uri"


@pytest.mark.parametrize("text", ["pkcs11:object=a?pin-value=1234", "pkcs11:object=a;colour=red"])
def test_a_pin_or_something_unknown_in_a_uri_is_refused(text):
    assert refused(read_uri, text) == "token-uri-attribute"


# Signing


@pytest.mark.parametrize("alg", keys.ALGORITHMS)
def test_a_key_on_a_token_signs_as_one_in_a_file_does(made, alg):
    signer = TokenSigner(made[alg])
    assert signer.alg == alg
    keys.enrol(signer.alg, signer.key)
    for message in (b"", b"word", bytes(100_000)):
        keys.verify(signer.key, signer.sign(message), message)


@pytest.mark.parametrize("alg", keys.ALGORITHMS)
def test_the_secret_cannot_be_had_from_the_token(made, softhsm, alg):
    with session(softhsm) as opened:
        private = opened.get_key(ObjectClass.PRIVATE_KEY, label=made[alg].object)
        assert not private[Attribute.EXTRACTABLE]
        with pytest.raises(errors.AttributeSensitive):
            private[Attribute.VALUE]


def test_a_token_takes_what_we_signed_and_refuses_what_we_refuse(softhsm):
    """Two libraries on P-256: OpenSSL here, the token there."""
    signer = keys.P256Signer(2013)
    with session(softhsm) as opened:
        spki = base64.b64decode(signer.key)
        public = opened.create_object(
            {
                Attribute.CLASS: ObjectClass.PUBLIC_KEY,
                Attribute.KEY_TYPE: KeyType.EC,
                Attribute.EC_PARAMS: bytes.fromhex("06082a8648ce3d030107"),
                Attribute.EC_POINT: b"\x04\x41" + spki[-65:],
                Attribute.TOKEN: False,
                Attribute.VERIFY: True,
            }
        )
        signature = signer.sign(b"word")
        order = keys._ORDER
        r, s = signature[:32], int.from_bytes(signature[32:], "big")
        other = r + (order - s).to_bytes(32, "big")
        for form, said, holds in [
            (signature, b"word", True),
            (other, b"word", True),
            (signature, b"ward", False),
            (r + bytes(32), b"word", False),
            (bytes(32) + signature[32:], b"word", False),
        ]:
            there = public.verify(hashlib.sha256(said).digest(), form, mechanism=pkcs11.Mechanism.ECDSA)
            assert there is holds
            if holds:
                keys.verify(signer.key, form, said)
            else:
                assert refused(keys.verify, signer.key, form, said) == "signature-bad"


def test_a_private_half_of_another_key_is_found_out(softhsm):
    """Both halves bear one name and one id, and are no pair."""
    one = read_uri(softhsm.uri("no pair"))
    make_key(one, keys.P256)
    make_key(read_uri(softhsm.uri("another")), keys.P256)
    with session(softhsm) as opened:
        public = opened.get_key(ObjectClass.PUBLIC_KEY, label="no pair")
        name = public.id
        opened.get_key(ObjectClass.PRIVATE_KEY, label="no pair").destroy()
        other = opened.get_key(ObjectClass.PRIVATE_KEY, label="another")
        other[Attribute.LABEL], other[Attribute.ID] = "no pair", name
    assert refused(TokenSigner(one).sign, b"word") == "signature-bad"


# What can be wrong


def test_a_library_that_is_not_there_or_no_library_is_refused(tmp_path, monkeypatch):
    (tmp_path / "text.so").write_text("text")
    for path in (tmp_path / "missing.so", tmp_path / "text.so"):
        assert refused(TokenSigner, KeyUri(object="a", module=str(path))) == "token-module-missing"
    monkeypatch.setattr(token, "KNOWN", ())
    monkeypatch.delenv(token.MODULE, raising=False)
    assert refused(TokenSigner, KeyUri(object="a")) == "token-module-missing"


def test_the_library_is_found_without_being_named(softhsm, made, monkeypatch):
    uri = KeyUri(token="desk", object=made[keys.P256].object)
    monkeypatch.setattr(token, "KNOWN", ("/nowhere.so", softhsm.module))
    monkeypatch.delenv(token.MODULE, raising=False)
    assert TokenSigner(uri).alg == keys.P256
    monkeypatch.setattr(token, "KNOWN", ())
    monkeypatch.setenv(token.MODULE, softhsm.module)
    assert TokenSigner(uri).alg == keys.P256


def test_a_token_that_is_not_there_or_not_alone_is_refused(softhsm):
    assert refused(TokenSigner, read_uri(softhsm.uri("a", "elsewhere"))) == "token-missing"
    assert refused(TokenSigner, read_uri(softhsm.uri("a", "twin"))) == "token-several"


def test_a_key_that_is_not_there_is_refused_with_those_that_are(softhsm, made):
    with pytest.raises(Refusal) as refusal:
        TokenSigner(read_uri(softhsm.uri("missing")))
    assert refusal.value.code == "token-key-missing"
    assert made[keys.P256].object in str(refusal.value.params["choices"])


def test_a_label_that_two_keys_bear_is_refused(softhsm):
    uri = read_uri(softhsm.uri("before"))
    make_key(uri, keys.P256)
    make_key(read_uri(softhsm.uri("after")), keys.P256)
    with session(softhsm) as opened:
        opened.get_key(ObjectClass.PUBLIC_KEY, label="after")[Attribute.LABEL] = "before"
    assert refused(TokenSigner, uri) == "token-several"


def test_a_key_of_another_kind_is_refused(softhsm):
    with session(softhsm) as opened:
        curve = {Attribute.EC_PARAMS: bytes.fromhex("06052b81040022")}  # P-384
        opened.create_domain_parameters(KeyType.EC, curve, local=True).generate_keypair(store=True, label="other curve")
        opened.generate_keypair(KeyType.RSA, 2048, store=True, label="rsa")
    for label in ("other curve", "rsa"):
        assert refused(TokenSigner, read_uri(softhsm.uri(label))) == "token-key-kind"


def test_a_key_is_not_made_over_another_and_not_without_a_name(softhsm, made):
    assert refused(make_key, made[keys.P256], keys.P256) == "token-key-exists"
    assert refused(make_key, KeyUri(token="desk", module=softhsm.module), keys.P256) == "token-uri"


def named(softhsm, made, source):
    plain = made[keys.P256]
    return TokenSigner(KeyUri(plain.token, "", plain.object, b"", softhsm.module, source))


def test_a_wrong_pin_is_refused_and_the_right_one_is_taken_after_it(softhsm, made):
    assert refused(named(softhsm, made, str(softhsm.wrong)).sign, b"word") == "token-pin-wrong"
    assert named(softhsm, made, str(softhsm.pin)).sign(b"word")


def test_the_file_of_a_pin_that_is_not_there_is_refused(softhsm, made):
    assert refused(named(softhsm, made, "/nowhere/pin").sign, b"word") == "file-missing"


def test_a_pin_is_asked_at_the_terminal(softhsm, made, monkeypatch):
    asked = []
    monkeypatch.setattr(getpass, "getpass", lambda prompt: asked.append(prompt) or PIN)
    assert named(softhsm, made, "").sign(b"word")
    assert asked == ["PIN (desk): "]


@pytest.mark.parametrize("ends", ["warning", "end"])
def test_without_a_terminal_no_pin_is_read(softhsm, made, monkeypatch, ends):
    def nobody(_prompt):
        if ends == "end":
            raise EOFError
        warnings.warn("Can not control echo on the terminal.", getpass.GetPassWarning, stacklevel=1)
        return PIN

    monkeypatch.setattr(getpass, "getpass", nobody)
    assert refused(named(softhsm, made, "").sign, b"word") == "token-pin-missing"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.PinLocked(), "token-pin-locked"),
        (errors.PinLenRange(), "token-pin-wrong"),
        (errors.DeviceRemoved(), "token-failed"),
        (errors.GeneralError("smoke"), "token-failed"),
    ],
)
def test_whatever_a_token_answers_is_said_in_words(softhsm, made, monkeypatch, error, code):
    def answers(*_args, **_options):
        raise error

    signer = named(softhsm, made, str(softhsm.pin))
    monkeypatch.setattr(token, "_one", answers)
    assert refused(signer.sign, b"word") == code


# In place of a file


def test_a_key_on_a_token_lies_where_a_key_file_would(tmp_path, made):
    signer = keyfile.write_new_key(tmp_path / "state.pem", uri=str(made[keys.P256]))
    assert [path.name for path in tmp_path.iterdir()] == ["state.pkcs11"]
    assert PIN not in (tmp_path / "state.pkcs11").read_text()
    assert keyfile.read_key(tmp_path / "state.pem").key == signer.key


def test_a_key_that_is_in_a_file_and_on_a_token_is_refused(tmp_path, made):
    keyfile.write_new_key(tmp_path / "state.pem", uri=str(made[keys.P256]))
    keyfile.write_new_key(tmp_path / "state.pem")
    assert refused(keyfile.read_key, tmp_path / "state.pem") == "key-twice"


def test_root_keys_may_be_on_tokens_and_of_two_algorithms(tmp_path, made):
    keyfile.write_new_roots(tmp_path / "roots", uris={"root": str(made[keys.P256])})
    now, following = keyfile.read_public_roots(tmp_path / "roots")
    assert (now.alg, following.alg) == (keys.P256, keys.ED25519)
    assert now.key == keyfile.read_key(tmp_path / "roots" / keyfile.CURRENT).key


def test_no_directory_of_root_keys_is_left_half_made(tmp_path, softhsm):
    uris = {"next": softhsm.uri("missing")}
    with pytest.raises(Refusal):
        keyfile.write_new_roots(tmp_path / "roots", uris=uris)
    assert not (tmp_path / "roots").exists()
    keyfile.write_new_roots(tmp_path / "roots")
    with pytest.raises(Refusal):
        keyfile.write_new_roots(tmp_path / "roots", uris=uris)
    assert (tmp_path / "roots" / keyfile.CURRENT).exists()
