"""A root signer's directory over the years."""

from __future__ import annotations

import stat

import pytest

from kelisim import keyfile, roots
from kelisim.errors import Refusal


@pytest.fixture
def signer(tmp_path):
    keyfile.write_new_roots(tmp_path / "anna")
    return tmp_path / "anna"


def key(path):
    return keyfile.read_key(path).key


def test_the_renewed_public_file_is_that_of_the_time_after_the_turn(signer):
    now, following = keyfile.read_public_roots(signer)
    renewed = keyfile.read_public_roots(roots.renew(signer))
    assert renewed[0] == following
    assert key(signer / roots.AFTER) == renewed[1].key
    past = roots.turn(signer)
    assert keyfile.read_public_roots(signer) == renewed
    assert key(past) == now.key
    assert [key(signer / name) for name in (keyfile.CURRENT, keyfile.NEXT)] == [one.key for one in renewed]
    assert not (signer / roots.AFTER).exists()
    assert not (signer / roots.RENEWED).exists()


def test_every_secret_stays_readable_by_its_owner_alone(signer):
    roots.renew(signer)
    roots.turn(signer)
    assert {stat.S_IMODE(path.stat().st_mode) for path in signer.glob("*.pem")} == {0o600}


def test_a_next_key_that_is_kept_elsewhere_is_copied_from_there(signer, tmp_path):
    elsewhere = tmp_path / "safe.pem"
    (signer / keyfile.NEXT).rename(elsewhere)
    with pytest.raises(Refusal):
        roots.renew(signer)
    roots.renew(signer, elsewhere)
    after = key(signer / roots.AFTER)
    roots.turn(signer, elsewhere)
    assert key(signer / keyfile.CURRENT) == key(elsewhere)
    assert key(signer / keyfile.NEXT) == after


def test_nothing_is_turned_before_the_key_after_next_is_made(signer):
    before = {path.name: path.read_bytes() for path in signer.iterdir()}
    with pytest.raises(Refusal) as refusal:
        roots.turn(signer)
    assert refusal.value.code == "file-missing"
    assert {path.name: path.read_bytes() for path in signer.iterdir()} == before
