"""A party whose keys are on tokens: everything that it signs is signed there."""

from __future__ import annotations

import json

import pytest

from tests.site.conftest import Desks, found


@pytest.fixture(scope="session")
def keyed(softhsm, tmp_path_factory):
    """The keys of a party on two tokens, made as its officers would."""
    desks = Desks(tmp_path_factory.mktemp("keys"))
    for token, labels in {"desk": ("state", "seal", "carry"), "roots": ("root", "next")}.items():
        for label in labels:
            answer = desks.run("token", "new", softhsm.uri(label, token))
            assert answer.status == 0, answer
    return softhsm


def key(softhsm, token, *labels):
    return [word for label in labels for word in ("--key", f"{label}={softhsm.uri(label, token)}")]


@pytest.fixture
def desks(keyed, tmp_path, monkeypatch):
    """Kazakhstan, whose keys are on tokens, and the United States, whose keys are in files of the other algorithm."""
    desks = Desks(tmp_path)
    plain = desks.run

    def run(*words):
        """The two acts of founding that say where keys are."""
        if words[:2] == ("root", "new") and words[2].endswith("kaz"):
            return plain(*words, *key(keyed, "roots", "root", "next"))
        if words[:2] == ("init", "KAZ"):
            return plain(*words, *key(keyed, "desk", "state", "seal", "carry"))
        if words[:2] == ("root", "new") or words[0] == "init":
            return plain(*words, "--alg", "P-256")
        return plain(*words)

    monkeypatch.setattr(desks, "run", run)
    found(desks, "KAZ", "USA", languages="en")
    return desks


def test_a_party_founds_speaks_seals_and_carries_with_keys_on_tokens(desks):
    names = sorted(path.name for path in (desks.home / "kaz/keys").iterdir())
    assert names == ["carry.age", "carry.pkcs11", "seal.pkcs11", "state.pkcs11"]
    assert sorted(path.name for path in (desks.home / "roots/kaz").iterdir()) == [
        "next.pkcs11",
        "public.json",
        "root.pkcs11",
    ]
    plan = desks.item("kaz", "plan", "number=0", "plan_type=framework", "period=2013/2017", "title.en=Joint plan")
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    desks.well("usa", "draft --all --theirs KAZ")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    assert desks.field("kaz", plan, "title.en")["status"] == "agreed"
    for desk, act in [("usa", "freeze 0"), ("usa", "offer 0")]:
        desks.well(desk, act)
    desks.cross("usa", "kaz")
    desks.well("kaz", "accept")
    desks.cross("kaz", "usa")
    desks.well("usa", "receipt")
    desks.cross("usa", "kaz")
    desks.well("kaz", "edition write 0 plan.edition")
    assert desks.run("verify", "plan.edition").status == 0


def test_cards_name_the_algorithm_of_every_key(desks):
    for desk in ("kaz", "usa"):
        card = json.loads((desks.home / f"{desk}.card").read_bytes().partition(b"\t")[0])
        assert {one["alg"] for one in [*card["keys"], *card["roots"]]} == {"P-256"}


def test_with_a_wrong_pin_nothing_is_said(desks, keyed):
    named = desks.home / "kaz/keys/state.pkcs11"
    named.write_text(named.read_text().replace(str(keyed.pin), str(keyed.wrong)))
    desks.item("kaz", "plan", "number=0", "title.en=Joint plan")
    before = desks.dump("kaz")
    assert desks.at("kaz", "--json dispatch").refused == "token-pin-wrong"
    assert desks.dump("kaz") == before


def test_a_node_whose_key_is_on_no_token_is_not_made(keyed, tmp_path):
    desks = Desks(tmp_path)
    desks.run("root", "new", "roots")
    words = ["init", "KAZ", "--node", "kaz", "--root", "roots", "--name", "en=KAZ", "--json"]
    assert desks.run(*words, "--key", f"state={keyed.uri('missing')}").refused == "token-key-missing"
    assert not (desks.home / "kaz").exists()


def test_what_is_on_tokens_is_listed_as_it_is_named(keyed, tmp_path):
    desks = Desks(tmp_path)
    answer = desks.run("--json", "token", "list", "--module", keyed.module)
    assert answer.status == 0
    tokens = [one["token"] for one in answer.objects if one["said"] == "token.there"]
    assert sorted(tokens) == ["desk", "roots", "twin", "twin"]
    uri = next(one["uri"] for one in answer.objects if "object=state" in one.get("uri", ""))
    assert desks.run("root", "new", "roots", "--key", f"root={uri}").status == 0
    plain = desks.run("token", "list", "--module", keyed.module)
    assert uri in plain.out


def test_a_key_that_cannot_be_used_is_listed_too(keyed, tmp_path):
    import pkcs11
    from pkcs11 import KeyType

    from tests.softhsm import PIN

    with pkcs11.lib(keyed.module).get_token(token_label="roots").open(rw=True, user_pin=PIN) as session:
        session.generate_keypair(KeyType.RSA, 2048, store=True, label="old")
    answer = Desks(tmp_path).run("token", "list", "--module", keyed.module)
    assert "object=old" in answer.out
    assert "Kelisim does not use" in answer.out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["root", "new", "roots", "--alg", "RSA"], "usage-algorithm"),
        (["root", "new", "roots", "--key", "state=pkcs11:object=a"], "usage-key"),
        (["root", "new", "roots", "--key", "root"], "usage-key"),
        (["root", "new", "roots", "--key", "root=there"], "token-uri"),
        (["token", "new", "pkcs11:object=a", "--alg", "RSA"], "usage-algorithm"),
        (["token", "list", "--module", "nothing.so"], "token-module-missing"),
    ],
)
def test_what_is_typed_wrong_is_refused_with_its_reason(tmp_path, words, code):
    assert Desks(tmp_path).run("--json", *words).refused == code
    assert not (tmp_path / "roots").exists()
