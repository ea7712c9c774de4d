"""Ids, and the digits that two people read to each other."""

from __future__ import annotations

import re

from hypothesis import given

from kelisim.ledger.digest import digest, digits_of
from tests.library.strategies import digests


def test_an_id_is_sha_256_in_lower_case_hex():
    # FIPS 180-2, appendix B.1
    assert digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_the_digits_are_six_groups_of_five():
    assert digits_of("00" * 32) == "00000 00000 00000 00000 00000 00000"
    assert digits_of("ff" * 32) == "27775 27775 27775 27775 27775 27775"  # 256 to the 5th, less one, is 1099511627775
    assert digits_of("0000000001" + "00000186a0" + "00" * 22) == "00001 00000 00000 00000 00000 00000"


@given(digests)
def test_every_id_has_digits_of_one_form(party):
    assert re.fullmatch(r"[0-9]{5}( [0-9]{5}){5}", digits_of(party))


def test_each_group_speaks_for_five_bytes_of_its_own():
    plain = digits_of("00" * 32).split()
    for place in range(30):
        changed = bytes(place) + b"\x01" + bytes(31 - place)
        groups = digits_of(changed.hex()).split()
        assert [n for n in range(6) if groups[n] != plain[n]] == [place // 5]
