"""Restored copies, forks with their proofs, repairs, a party that leaves: what officers see and type."""

from __future__ import annotations

import shutil

import pytest

from tests.site.conftest import Desks, found
from tests.site.test_exchange import say


def back_up(desks, desk):
    desks.copy(desk, f"{desk}-copy")


def restore(desks, desk):
    """Put the copy in the place of the node."""
    shutil.rmtree(desks.home / desk)
    desks.copy(f"{desk}-copy", desk)


def new_epoch(desks, desk, words="--reason restore", number=None):
    """Ask for an epoch, have it signed, take it; where the signer knows a higher number, ask again."""
    asked = [*desks.json(desk, f"epoch request {words}" + (f" --number {number}" if number else ""))]
    request = next(one["request"] for one in asked if "request" in one)
    answer = desks.run("--json", "root", "sign", request, "--roots", f"roots/{desk}")
    if answer.status:
        import json

        return new_epoch(desks, desk, words, json.loads(answer.err)["params"]["highest"] + 1)
    desks.well(desk, f"epoch take {request}.signed")
    return asked


def whole(desks, sender, recipient):
    return desks.well(recipient, f"bundle read {desks.write(sender, recipient, '--whole')}")


def value(desks, desk, item, code="KAZ"):
    return desks.field(desk, item, "period")["values"][code]


# A restored copy


def test_a_restored_node_takes_its_own_feed_back_and_goes_on_in_a_new_epoch(agreed):
    desks, _, course = agreed
    back_up(desks, "kaz")
    say(desks, "kaz", course, "period", "2013-06")
    desks.cross("kaz", "usa")
    restore(desks, "kaz")
    desks.well("kaz", f"draft {course} host USA")
    assert "neither speaks nor seals" in desks.well("kaz", "restore begin").out
    assert desks.at("kaz", "--json dispatch").refused == "restored"
    assert "neither speaks nor seals here" in desks.well("kaz", "standing --peek").out
    assert "Take our feed back" in desks.at("kaz", "restore status").out
    whole(desks, "usa", "kaz")
    assert value(desks, "kaz", course) == "2013-06"
    assert desks.at("kaz", "--json dispatch").refused == "restored"
    new_epoch(desks, "kaz")
    assert desks.at("kaz", "restore status").status == 0
    desks.well("kaz", "dispatch")  # the draft that the copy had
    desks.cross("kaz", "usa")
    assert value(desks, "usa", course) == "2013-06"
    assert desks.field("usa", course, "host")["values"]["KAZ"] == "USA"
    assert all("feed" not in one for one in desks.json("usa", "standing --peek"))


def test_a_node_notices_by_itself_that_others_hold_more_of_its_feed(agreed):
    desks, _, course = agreed
    back_up(desks, "kaz")
    say(desks, "kaz", course, "period", "2013-06")
    desks.cross("kaz", "usa")
    restore(desks, "kaz")
    told = desks.cross("usa", "kaz").out  # carries none of ours, and names our head
    assert "it may be a restored copy" in told
    assert desks.at("kaz", "--json dispatch --acknowledge").refused == "restored"
    (status,) = desks.at("kaz", "--json restore status").objects
    assert status["lacking"] == ["USA"]
    assert "USA" in desks.at("kaz", "restore status").out
    assert "may be a restored copy" not in whole(desks, "usa", "kaz").out  # said once
    (status,) = desks.at("kaz", "--json restore status").objects
    assert status["lacking"] == []
    assert status["epoch"] == 0


def test_words_that_reached_nobody_are_left_behind_with_no_accusation(agreed):
    desks, _, course = agreed
    back_up(desks, "kaz")
    say(desks, "kaz", course, "period", "2013-06")  # and the machine breaks before anything is sent
    lost = desks.write("kaz", "usa")
    restore(desks, "kaz")
    desks.well("kaz", "restore begin")
    whole(desks, "usa", "kaz")
    new_epoch(desks, "kaz")
    say(desks, "kaz", course, "period", "2013-07")
    desks.cross("kaz", "usa")
    desks.well("usa", f"bundle read {lost}")  # found in the post weeks later
    assert value(desks, "usa", course) == "2013-07"
    assert all("feed" not in one for one in desks.json("usa", "standing --peek"))


def test_what_was_named_before_our_epoch_does_not_silence_us_again(agreed):
    """Nobody was asked for our feed; the United States names a piece that the epoch has left behind unseen."""
    desks, _, course = agreed
    back_up(desks, "kaz")
    say(desks, "kaz", course, "period", "2013-06")
    desks.cross("kaz", "usa")
    restore(desks, "kaz")
    desks.well("kaz", "restore begin")
    new_epoch(desks, "kaz")
    assert "may be a restored copy" not in desks.cross("usa", "kaz").out
    say(desks, "kaz", course, "period", "2013-07")
    back_up_again = desks.home / "kaz-copy"
    shutil.rmtree(back_up_again)
    back_up(desks, "kaz")
    say(desks, "kaz", course, "period", "2013-08")
    desks.cross("kaz", "usa")
    restore(desks, "kaz")  # once more, and now a piece of our present epoch is missing
    assert "may be a restored copy" in desks.cross("usa", "kaz").out


def test_a_piece_that_was_left_behind_is_not_a_word_since_the_restore(agreed):
    """The restored node proposes: a bundle that names what it never had back does not count as having heard."""
    desks, plan, course = agreed
    back_up(desks, "usa")
    say(desks, "usa", course, "period", "2013-06")
    desks.cross("usa", "kaz")
    restore(desks, "usa")
    desks.well("usa", "restore begin")
    new_epoch(desks, "usa")
    desks.cross("kaz", "usa")
    assert desks.at("usa", f"--json offer {plan}").refused == "restored-owes"
    desks.cross("usa", "kaz")
    desks.cross("kaz", "usa")
    assert desks.at("usa", f"--json offer {plan}").refused == "not-frozen"


def test_a_node_that_was_taken_for_a_copy_by_mistake_speaks_again(agreed):
    desks, _, course = agreed
    desks.well("kaz", "restore begin")
    desks.well("kaz", "restore lift")
    assert desks.at("kaz", "--json restore lift").refused == "not-restored"
    say(desks, "kaz", course, "period", "2013-06")
    assert "not taken for a restored copy" in desks.at("kaz", "restore status").err


def concluded_but_for_the_receipt(desks, plan):
    """The United States offers, Kazakhstan accepts; the offerer's node is copied in between."""
    desks.well("usa", f"freeze {plan}")
    desks.well("usa", f"offer {plan}")
    back_up(desks, "usa")
    desks.cross("usa", "kaz")
    desks.well("kaz", "accept")
    desks.cross("kaz", "usa")


def test_a_restored_proposer_hears_everybody_then_receipts_what_all_accepted(agreed):
    desks, plan, course = agreed
    desks.cross("usa", "kaz")
    concluded_but_for_the_receipt(desks, plan)
    desks.well("usa", "receipt")
    lost = desks.write("usa", "kaz")
    restore(desks, "usa")
    desks.well("usa", "restore begin")
    whole(desks, "kaz", "usa")
    assert desks.at("usa", "--json receipt").refused == "restored"
    new_epoch(desks, "usa")
    say(desks, "usa", course, "contact.USA", "Desk")  # it speaks, and does not seal yet
    for verb in ("receipt", "withdraw", f"offer {plan}"):
        assert desks.at("usa", f"--json {verb}").refused == "restored-owes"
    assert "KAZ" in desks.at("usa", "restore status").out
    assert "does not seal here yet" in desks.well("usa", "standing --peek").out
    before = desks.write("kaz", "usa")
    desks.well("usa", f"bundle read {before}")  # written before Kazakhstan had heard of the epoch
    assert desks.at("usa", "--json receipt").refused == "restored-owes"
    desks.cross("usa", "kaz")
    desks.cross("kaz", "usa")
    assert desks.at("usa", "--json withdraw").refused == "restored-owes"
    told = desks.at("usa", "restore status").out
    assert "All have accepted offer" in told
    desks.well("usa", "receipt")
    assert desks.at("usa", "restore status").status == 0
    desks.cross("usa", "kaz")
    desks.well("kaz", f"bundle read {lost}")
    desks.well("kaz", f"edition write {plan} edition.txt")


def test_a_restored_proposer_with_nothing_accepted_seals_again_once_all_are_heard(agreed):
    desks, plan, _ = agreed
    back_up(desks, "usa")
    restore(desks, "usa")
    desks.well("usa", f"freeze {plan}")
    desks.well("usa", "restore begin")
    new_epoch(desks, "usa")
    desks.cross("usa", "kaz")
    desks.cross("kaz", "usa")
    assert desks.at("usa", "restore status").status == 0
    assert desks.at("usa", f"--json offer {plan}").refused == "not-frozen"  # what the copy had closed is closed anew
    desks.well("usa", f"freeze {plan}")
    desks.well("usa", f"offer {plan}")


def test_a_bundle_that_names_less_than_the_one_before_warns_and_is_read(agreed, monkeypatch):
    desks, _, course = agreed
    back_up(desks, "usa")
    say(desks, "kaz", course, "period", "2013-06")
    desks.cross("kaz", "usa")
    desks.cross("usa", "kaz")
    restore(desks, "usa")
    monkeypatch.setenv("KELISIM_NOW", "2012-11-06T09:30Z")
    told = desks.cross("usa", "kaz").out
    assert "USA had received 2 segments of KAZ before, and now names 1" in told
    desks.cross("kaz", "usa")
    assert "now names" not in desks.cross("usa", "kaz").out


# A fork


@pytest.fixture
def forked(agreed):
    """Kazakhstan's node and a twin of it have both spoken; the United States holds both."""
    desks, plan, course = agreed
    desks.copy("kaz", "twin")
    say(desks, "kaz", course, "period", "2013-05")
    say(desks, "twin", course, "period", "2013-09")
    desks.cross("kaz", "usa")
    desks.cross("twin", "usa")
    return desks, plan, course


def test_both_signed_pieces_of_a_fork_are_shown(forked):
    desks, _, course = forked
    answer = desks.at("usa", "forks")
    assert answer.status == 1
    assert "KAZ: two segments of one place – contested" in answer.out
    assert f"{course} period: 2013-05" in answer.out
    assert f"{course} period: 2013-09" in answer.out
    (view,) = desks.at("usa", "--json forks KAZ").objects
    assert view["contests"] is True
    assert {piece["place"] for piece in view["pieces"]} == {"0/2"}
    assert desks.at("usa", "--json forks FRA").refused == "party-unknown"
    assert desks.at("usa", "forks USA").status == 0


def test_anybody_can_check_the_proof_of_a_fork(forked):
    desks, _, course = forked
    desks.well("usa", "forks KAZ --write proof.txt")
    answer = desks.run("verify", "proof.txt")
    assert answer.status == 0
    assert "two segments of one place" in answer.out
    assert "State of KAZ" in answer.out
    proof = (desks.home / "proof.txt").read_bytes()
    assert course.encode() not in proof  # a proof tells no position
    (desks.home / "half.txt").write_bytes(b"".join(proof.splitlines(keepends=True)[:-1]))
    assert desks.run("--json", "verify", "half.txt").refused == "fork-not-proven"
    assert desks.at("kaz", "--json forks --write other.txt").refused == "fork-unclear"


def test_a_repair_goes_on_before_the_fork_and_what_fell_out_is_stated_anew(forked):
    desks, _, course = forked
    desks.cross("usa", "kaz")
    assert desks.at("kaz", "--json dispatch --acknowledge").refused == "feed-not-whole"
    asked = new_epoch(desks, "kaz", "--reason repair")
    assert asked[0]["left"] == 0  # the base is the last that nobody contests
    assert value(desks, "kaz", course) == "2013-04"
    mine = next(name for name, said in _pieces(desks) if said == "2013-05")
    desks.well("kaz", f"restate {mine[:12]}")
    drafts = desks.json("kaz", "drafts")
    assert [(row["field"], row["value"]) for row in drafts] == [("period", "2013-05")]
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    assert value(desks, "usa", course) == "2013-05"
    assert all("feed" not in one for one in desks.json("usa", "standing --peek"))
    (view,) = desks.at("usa", "--json forks").objects  # the proof stays shown
    assert view["contests"] is False
    assert "contests nothing now" in desks.at("usa", "forks").out
    assert desks.at("kaz", "--json restate 00000000").refused == "segment-missing"
    assert desks.at("kaz", f"--json restate {mine[:12]}").refused == "nothing-to-restate"


def _pieces(desks):
    (view,) = desks.at("kaz", "--json forks").objects
    return [(piece["id"], piece["says"][0][2]) for piece in view["pieces"]]


def test_what_was_left_behind_is_drafted_as_far_as_it_can_be_said_here(forked):
    """Both branches at once: the later word of a place wins, and an officer looks at the draft."""
    desks, _, course = forked
    desks.well("twin", f"draft {course} host USA")
    desks.well("twin", "dispatch")
    desks.cross("twin", "usa")
    desks.cross("usa", "kaz")
    new_epoch(desks, "kaz", "--reason repair")
    desks.well("kaz", "restate")
    assert {(row["field"]): row["value"] for row in desks.json("kaz", "drafts")}["host"] == "USA"


# A party leaves


def test_those_who_stay_go_on_under_a_successor_and_state_their_positions_anew(tmp_path):
    desks = Desks(tmp_path)
    found(desks, "KAZ", "USA", "UZB", languages="en")
    old = desks.json("kaz", "plan list")[0]["plan"]
    plan = desks.item("kaz", "plan", "number=0", "title.en=Joint plan")
    course = desks.item("kaz", "activity", f"parent={plan}", "title.en=Course", "attend.KAZ=12", "attend.UZB=3")
    desks.well("kaz", "dispatch")
    desks.well("kaz", f"plan new USA --proposer USA --succeeds {old}")
    new = next(one["plan"] for one in desks.json("kaz", "plan list") if one.get("plan") != old)
    assert desks.at("kaz", "--json restate --from 000").refused == "plan-several"
    for desk in ("kaz", "usa"):
        if desk == "usa":
            desks.well("usa", f"bundle read {desks.write('kaz', 'usa', f'--plan {new}')}")
        request = desks.json(desk, f"plan sign --plan {new}")[0]["request"]
        (desks.home / f"{request}.signed").unlink(missing_ok=True)
        assert desks.run("root", "sign", request, "--roots", f"roots/{desk}").status == 0
        desks.well(desk, f"plan sign {request}.signed")
    desks.well("kaz", f"bundle read {desks.write('usa', 'kaz', f'--plan {new}')}")
    answer = desks.at("kaz", f"restate --from {old} --plan {new}")
    assert answer.status == 1
    assert "attend.UZB" in answer.out  # the word on what Uzbekistan sends has no place in the new plan
    desks.well("kaz", f"dispatch --plan {new}")
    desks.well("usa", f"bundle read {desks.write('kaz', 'usa', f'--plan {new}')}")
    assert [one for one in desks.json("usa", f"show {course} --plan {new}") if one.get("field") == "title.en"]
    assert f"Plan {old} is succeeded by plan {new}" in desks.well("kaz", "plan list").out
    said = desks.well("kaz", f"dispatch --acknowledge --plan {old}")
    assert "is succeeded" in said.err
    desks.well("kaz", f"show {course} --plan {old}")
