"""Bundles between nodes: lost, repeated, reordered, tampered with; the worst is a refusal with its reason."""

from __future__ import annotations

import random

import pytest

from kelisim import bundle
from kelisim.errors import Refusal
from kelisim.evidence import Evidence
from tests.site.conftest import Desks, found


def say(desks, desk, item, field, value):
    desks.well(desk, f"draft {item} {field} '{value}'")
    desks.well(desk, "dispatch")


def test_reading_a_bundle_again_changes_nothing(agreed):
    desks, _, course = agreed
    say(desks, "kaz", course, "host", "USA")
    name = desks.write("kaz", "usa")
    desks.well("usa", f"bundle read {name}")
    before = desks.dump("usa")
    assert "new segments: 0" in desks.well("usa", f"bundle read {name}").out
    assert desks.dump("usa") == before


def test_a_lost_bundle_is_healed_by_the_next(agreed):
    desks, _, course = agreed
    say(desks, "kaz", course, "host", "USA")
    desks.write("kaz", "usa")  # lost on its way
    say(desks, "kaz", course, "period", "2013-06")
    assert "new segments: 2" in desks.cross("kaz", "usa").out
    assert desks.field("usa", course, "host")["values"]["KAZ"] == "USA"


def test_bundles_may_come_in_any_order(agreed):
    desks, _, course = agreed
    names = []
    for month in ("2013-05", "2013-06", "2013-07"):
        say(desks, "kaz", course, "period", month)
        names.append(desks.write("kaz", "usa"))
    desks.well("usa", f"bundle read {' '.join(reversed(names))}")
    assert desks.field("usa", course, "period")["values"]["KAZ"] == "2013-07"


def test_a_bundle_carries_only_what_the_recipient_has_not_named(agreed):
    desks, _, course = agreed
    desks.cross("usa", "kaz")
    assert "segments: 0" in desks.well("kaz", "bundle write nothing.bundle --to USA").out
    say(desks, "kaz", course, "host", "USA")
    assert "segments: 1" in desks.well("kaz", "bundle write one.bundle --to USA").out
    assert "segments: 3" in desks.well("kaz", "bundle write whole.bundle --to USA --whole").out


@pytest.mark.parametrize("cut", ["changed", "short", "longer", "plain", "empty"])
def test_a_damaged_bundle_is_refused_and_the_node_is_as_before(agreed, cut):
    desks, _, course = agreed
    say(desks, "kaz", course, "host", "USA")
    name = desks.write("kaz", "usa")
    whole = (desks.home / name).read_bytes()
    at = len(whole) // 2
    damaged = {
        "changed": whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
        "short": whole[:-1],
        "longer": whole + b"\x00",
        "plain": b"Dear colleagues, please find attached",
        "empty": b"",
    }[cut]
    (desks.home / name).write_bytes(damaged)
    before = desks.dump("usa")
    answer = desks.at("usa", f"--json bundle read {name}")
    assert answer.status == 3
    assert answer.refused in {"bundle-not-for-us", "bundle-not-age"}
    assert desks.dump("usa") == before
    desks.cross("kaz", "usa")  # and the next one is read


def test_every_reason_of_a_hostile_insider_is_named_and_changes_nothing(agreed):
    """What an officer with a real carrying key can forge inside a bundle: each thing has its own reason."""
    desks, _, course = agreed
    say(desks, "kaz", course, "host", "USA")
    name = desks.write("kaz", "usa")
    identity = (desks.home / "usa/keys/carry.age").read_text().strip()
    packed = bundle.decrypt((desks.home / name).read_bytes(), [identity])
    plain = b"".join(iter(lambda: reader.read(65536), b"")) if (reader := _plain(packed)) else b""
    recipient = bundle.Opened(packed)
    before, reasons, dice = desks.dump("usa"), set(), random.Random(7)
    key = _identity_recipient(identity)
    for _ in range(150):
        place = dice.randrange(len(plain))
        changed = plain[:place] + bytes([plain[place] ^ (1 << dice.randrange(8))]) + plain[place + 1 :]
        (desks.home / "forged").write_bytes(bundle.encrypt(_pack(changed), [key]))
        answer = desks.at("usa", "--json bundle read forged")
        assert answer.status == 3, place
        reasons.add(answer.refused)
    assert desks.dump("usa") == before
    assert len(reasons) >= 4, reasons
    assert recipient.manifest.value.sender


def _plain(packed):
    import io

    return io.BufferedReader(bundle._Frame(packed))


def _pack(plain):
    import zstandard

    frame = zstandard.compress(plain)
    return frame + bytes(-len(frame) % bundle.PADDED)


def _identity_recipient(identity):
    from kelisim_web.node import recipient

    return recipient(identity)


def test_a_bundle_for_another_node_is_refused(agreed):
    desks, _, _ = agreed
    name = desks.write("kaz", "usa")
    assert desks.at("kaz", f"--json bundle read {name}").refused == "bundle-not-for-us"


def test_a_bundle_is_opened_for_others_to_verify_and_not_taken(agreed):
    desks, _, course = agreed
    say(desks, "kaz", course, "host", "USA")
    name = desks.write("kaz", "usa", "--whole")
    before = desks.dump("usa")
    answer = desks.well("usa", f"bundle open {name} --to plain")
    assert "has taken nothing" in answer.out
    assert "seed" in answer.err
    assert desks.dump("usa") == before
    plain = desks.home / "plain"
    identity = (desks.home / "usa/keys/carry.age").read_text().strip()
    assert plain.read_bytes() == _plain(bundle.decrypt((desks.home / name).read_bytes(), [identity])).read()
    assert plain.stat().st_mode & 0o777 == 0o600
    opened = bundle.Opened(bundle.framed(plain.read_bytes()))
    evidence = Evidence.of(opened, opened.manifest.value.seen | {opened.manifest.value.sender: ""})
    assert len(evidence.line(opened.manifest.value.sender).ids) == 2


def test_a_bundle_that_is_not_for_us_is_not_opened_either(agreed):
    desks, _, _ = agreed
    name = desks.write("kaz", "usa")
    assert desks.at("kaz", f"--json bundle open {name} --to plain").refused == "bundle-not-for-us"
    identity = (desks.home / "usa/keys/carry.age").read_text().strip()
    packed = bundle.decrypt((desks.home / name).read_bytes(), [identity])
    ours = _identity_recipient((desks.home / "kaz/keys/carry.age").read_text().strip())
    (desks.home / "copied").write_bytes(bundle.encrypt(packed, [ours]))
    assert desks.at("kaz", "--json bundle open copied --to plain").refused == "bundle-not-to-us"
    assert not (desks.home / "plain").exists()


def test_opening_a_bundle_overwrites_nothing_and_leaves_nothing_half_written(agreed):
    desks, _, _ = agreed
    name = desks.write("kaz", "usa")
    assert desks.at("usa", f"--json bundle open {name} --to {name}").refused == "file-exists"
    assert desks.at("usa", f"--json bundle open {name} --to no/such/plain").refused == "file-not-written"


def test_a_bundle_of_a_party_that_was_not_confirmed_is_refused(desks):
    other = Desks(desks.home / "elsewhere")
    other.home.mkdir()
    found(other, "KAZ", "USA")
    name = other.write("kaz", "usa")
    identity = (other.home / "usa/keys/carry.age").read_text().strip()
    packed = bundle.decrypt((other.home / name).read_bytes(), [identity])
    ours = _identity_recipient((desks.home / "usa/keys/carry.age").read_text().strip())
    (desks.home / "strange").write_bytes(bundle.encrypt(packed, [ours]))
    assert desks.at("usa", "--json bundle read strange").refused == "bundle-not-to-us"


def test_no_draft_comment_or_internal_field_is_ever_in_a_bundle(agreed):
    """A canary in everything that is internal; the bytes are searched before encryption."""
    desks, _, course = agreed
    canaries = ["canaryvalue", "canarynote", "canaryheld"]
    say(desks, "kaz", course, "host", "USA")
    desks.well("kaz", f"draft {course} title.en canaryvalue --note canarynote")
    desks.well("kaz", f"draft {course} title.ru canaryheld --ad-referendum")
    name = desks.write("kaz", "usa", "--whole")
    identity = (desks.home / "usa/keys/carry.age").read_text().strip()
    plain = _plain(bundle.decrypt((desks.home / name).read_bytes(), [identity])).read()
    assert b'"value":"USA"' in plain
    assert any("canarynote" in line for line in desks.dump("kaz"))
    for canary in canaries:
        assert canary.encode() not in plain
    secrets = [path.read_bytes().strip() for path in (desks.home / "kaz/keys").iterdir()]
    assert not any(secret in plain for secret in secrets)


def test_three_parties_relay_and_the_standing_is_the_same_everywhere(tmp_path):
    desks = Desks(tmp_path)
    found(desks, "KAZ", "USA", "UZB", languages="en")
    plan = desks.item("kaz", "plan", "number=0", "title.en=Joint plan")
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    desks.cross("usa", "uzb")  # Kazakhstan's words come to Uzbekistan through the United States
    assert desks.field("uzb", plan, "title.en")["status"] == "one-sided"
    assert desks.field("uzb", plan, "title.en")["waits_for"] == ["USA", "UZB"]
    for desk in ("usa", "uzb"):
        desks.well(desk, "draft --all --theirs KAZ")
        desks.well(desk, "dispatch")
    desks.cross("usa", "kaz")
    desks.cross("uzb", "kaz")
    desks.cross("kaz", "usa")
    desks.cross("kaz", "uzb")
    views = [desks.json(desk, "standing --peek --all") for desk in ("kaz", "usa", "uzb")]
    assert views[0][0]["items"] == {"agreed": 1}
    assert views[0] == views[1] == views[2]


def test_a_forked_feed_is_shown_as_contested(agreed):
    """A party that tells two stories: proven once both are held, and only what follows the fork is contested."""

    desks, _, course = agreed
    desks.copy("kaz", "twin")
    say(desks, "kaz", course, "period", "2013-05")
    say(desks, "twin", course, "period", "2013-09")
    desks.cross("kaz", "usa")
    assert desks.field("usa", course, "period")["status"] == "open"
    desks.cross("twin", "usa")
    assert desks.field("usa", course, "period")["status"] == "contested"
    assert desks.field("usa", course, "host")["status"] == "agreed"
    desks.cross("twin", "usa")
    answer = desks.at("kaz", f"bundle read {desks.write('usa', 'kaz')}")
    assert answer.status == 0  # the United States sends both pieces back
    assert desks.at("kaz", "--json dispatch --acknowledge").refused == "feed-not-whole"


def test_refusals_are_refusals_all_the_way(agreed):
    desks, _, _ = agreed
    with pytest.raises(Refusal):
        bundle.open_bundle(b"", [])
    assert desks.at("usa", "--json bundle read missing").refused == "file-missing"
    assert desks.at("usa", "--json bundle write x --to USA").refused == "party-unknown"
    assert desks.at("usa", "--json bundle write x --to FRA").refused == "party-unknown"
