"""Freezing, offering, accepting, receipting, withdrawing; and the edition as a file that anybody can check."""

from __future__ import annotations

import msgspec
import pytest

from kelisim import Evidence, bundle, keyfile, open_bundle, verify_edition
from kelisim.ledger import record, seal
from tests.site.test_exchange import say


def offer(desks):
    """The United States freezes and offers; Kazakhstan receives the offer."""
    desks.well("usa", "freeze 0")
    desks.well("usa", "offer 0")
    desks.cross("usa", "kaz")


def conclude(desks):
    """Kazakhstan accepts, the United States receipts, and both hold both."""
    desks.well("kaz", "accept")
    desks.cross("kaz", "usa")
    desks.well("usa", "receipt")
    desks.cross("usa", "kaz")


@pytest.fixture
def offered(agreed):
    """The United States, the proposer, has frozen and offered; Kazakhstan holds the offer."""
    desks, _, _ = agreed
    offer(desks)
    return agreed


@pytest.fixture
def concluded(offered):
    """All have accepted and the receipt is held on both sides."""
    desks, _, _ = offered
    conclude(desks)
    return offered


def test_a_plan_is_concluded_and_both_hold_the_same_edition(concluded):
    desks, plan, course = concluded
    for desk in ("kaz", "usa"):
        assert "editions in force: 1" in desks.well(desk, "standing").out
        desks.well(desk, f"edition write 0 {desk}.edition")
        answer = desks.run("verify", f"{desk}.edition")
        assert "accepted by all, receipted: it is concluded" in answer.out
    ours, theirs = ((desks.home / f"{desk}.edition").read_bytes() for desk in ("kaz", "usa"))
    assert ours == theirs
    found = verify_edition(ours)
    assert found.content[course]["period"] == "2013-04"
    assert set(found.content) == {plan, course}


def test_a_changed_edition_file_is_refused(concluded):
    desks, _, _ = concluded
    desks.well("kaz", "edition write 0 plan.edition")
    data = (desks.home / "plan.edition").read_bytes()
    (desks.home / "changed.edition").write_bytes(data.replace(b"2013-04", b"2013-05"))
    assert desks.run("--json", "verify", "changed.edition").refused == "edition-root"
    (desks.home / "bundle").write_bytes((desks.home / desks.write("kaz", "usa")).read_bytes())
    assert desks.run("--json", "verify", "bundle").refused == "verify-encrypted"
    (desks.home / "letter").write_text("Dear colleagues", "utf-8")
    assert desks.run("--json", "verify", "letter").refused == "verify-unknown"


def test_what_is_open_keeps_the_scope_open_and_is_listed(agreed):
    desks, _, course = agreed
    say(desks, "usa", course, "period", "2013-05")
    desks.cross("usa", "kaz")
    answer = desks.at("kaz", "freeze 0")
    assert answer.status == 1
    assert "1 Joint course · Period: open" in answer.out
    assert desks.at("usa", "--json offer 0").refused == "not-frozen"


def test_an_item_that_only_one_wants_is_left_out_and_listed(agreed):
    desks, _, course = agreed
    for desk in ("kaz", "usa"):
        say(desks, desk, course, "line", course)  # something agreed meanwhile
        desks.cross(desk, "usa" if desk == "kaz" else "kaz")
    desks.well("usa", f"draft {course} present --withdraw")
    desks.well("usa", "dispatch")
    desks.well("kaz", f"draft {course} present --withdraw")
    desks.well("kaz", "dispatch")
    desks.cross("usa", "kaz")
    answer = desks.well("kaz", "freeze 0")
    assert "left out" in answer.out
    assert "Items: 1." in answer.out


def test_only_the_proposer_offers_and_receipts_and_all_others_accept(offered):
    desks, _, _ = offered
    assert desks.at("kaz", "--json offer 0").refused == "not-the-proposer"
    assert desks.at("kaz", "--json receipt").refused == "not-the-proposer"
    assert desks.at("usa", "--json accept").refused == "own-offer"
    assert desks.at("usa", "--json receipt").refused == "not-all-accepted"
    assert desks.at("usa", "--json offer 0").refused == "offer-stands"
    desks.well("kaz", "accept")
    assert desks.at("kaz", "--json accept").refused == "already-accepted"
    assert desks.at("kaz", "--json edition write 0 x").refused == "nothing-concluded"


def test_a_withdrawn_offer_is_neither_accepted_nor_receipted(offered):
    desks, _, _ = offered
    desks.well("kaz", "accept")
    desks.cross("kaz", "usa")
    desks.well("usa", "withdraw")
    assert desks.at("usa", "--json receipt").refused == "offer-unclear"
    desks.cross("usa", "kaz")
    assert desks.at("kaz", "--json accept").refused == "offer-unclear"
    offer(desks)
    desks.well("kaz", "accept")  # the first was withdrawn by its proposer


def test_an_acceptance_withdrawn_before_the_receipt_ends_the_offer(offered):
    desks, _, _ = offered
    desks.well("kaz", "accept")
    desks.well("kaz", "withdraw")
    desks.cross("kaz", "usa")
    assert desks.at("usa", "--json receipt").refused == "offer-unclear"


def test_nothing_concluded_is_undone_by_later_words(concluded):
    desks, _, course = concluded
    say(desks, "usa", course, "period", "2013-09")
    desks.cross("usa", "kaz")
    assert "editions in force: 1" in desks.well("kaz", "standing").out
    desks.well("kaz", "edition write 0 kept.edition")
    assert verify_edition((desks.home / "kept.edition").read_bytes()).content[course]["period"] == "2013-04"
    assert desks.field("kaz", course, "period")["status"] == "open"
    assert desks.at("kaz", "--json withdraw").refused == "offer-unclear"


def test_a_frozen_scope_holds_our_drafts_back_until_it_is_lifted(agreed):
    desks, _, course = agreed
    desks.well("kaz", "freeze 0")
    assert "closed for its edition" in desks.well("kaz", "standing").out
    desks.well("kaz", f"draft {course} host USA")
    assert desks.at("kaz", "--json dispatch").refused == "nothing-to-dispatch"
    desks.well("kaz", "freeze 0 --lift")
    desks.well("kaz", "dispatch")
    assert desks.at("kaz", "--json freeze 0 --lift").refused == "not-frozen"


def test_a_second_edition_follows_the_first(concluded):
    desks, _, course = concluded
    say(desks, "usa", course, "period", "2013-09")
    desks.cross("usa", "kaz")
    desks.well("kaz", f"draft {course} period --theirs USA")
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    offer(desks)
    conclude(desks)
    assert "editions in force: 2" in desks.well("kaz", "standing").out
    desks.well("kaz", "edition write 0 second.edition")
    assert verify_edition((desks.home / "second.edition").read_bytes()).content[course]["period"] == "2013-09"


@pytest.fixture
def proposer(agreed):
    """The United States' keys in hand: whatever its signatory could seal, and the bundle to carry it."""
    desks, _, _ = agreed
    desks.well("usa", "freeze 0")
    desks.well("usa", "offer 0")
    identity = (desks.home / "kaz/keys/carry.age").read_text().strip()
    opened = open_bundle((desks.home / desks.write("usa", "kaz", "--whole")).read_bytes(), [identity])
    confirmed = [party for (party,) in desks.query("kaz", "SELECT party FROM kelisim_web_confirmed")]
    evidence = Evidence.of(opened, confirmed)
    (honest,) = evidence.seals().values()
    keys = {name: keyfile.read_key(desks.home / f"usa/keys/{name}.pem") for name in ("seal", "carry")}

    def send(**change):
        """Carry a changed offer to Kazakhstan; what it says when it is to accept."""
        forged = record.sign(seal.KIND, msgspec.structs.replace(honest, **change), keys["seal"])
        us, them = honest.party, next(party for party in honest.cut if party != honest.party)
        envelope = bundle.Envelope(honest.at, honest.card, honest.circle, us, them, evidence.heads(us))
        packed = bundle.pack(envelope, bundle.Load(seals=[forged.line]), keys["carry"])
        recipients = evidence.held.newest(them).value.recipients
        (desks.home / "offered").write_bytes(bundle.encrypt(packed, recipients))
        answer = desks.at("kaz", "--json bundle read offered")
        return answer.refused or desks.at("kaz", f"--json accept {forged.id[:16]}").refused

    return send, honest, evidence


def test_an_offer_of_something_else_than_was_agreed_is_not_accepted(proposer):
    send, _, _ = proposer
    assert send(root="0" * 64) == "edition-root"


def test_an_offer_that_rests_on_words_not_held_here_waits(proposer):
    send, honest, _ = proposer
    assert send(cut=dict.fromkeys(honest.cut, "0" * 64)) == "cut-missing"


def test_an_offer_at_heads_where_not_all_was_agreed_is_not_accepted(proposer):
    send, honest, evidence = proposer
    assert send(cut=dict.fromkeys(honest.cut, evidence.circle.id)) == "freeze-blocked"


def test_an_offer_of_a_schema_or_an_epoch_that_does_not_fit_is_not_accepted(proposer):
    send, honest, _ = proposer
    assert send(schema=2) == "offer-newer-schema"
    number = msgspec.structs.replace(honest.edition, epoch=1)
    assert send(edition=number) == "seal-epoch"


def test_an_offer_that_contradicts_itself_or_the_charter_is_refused(proposer):
    send, honest, _ = proposer
    assert send(cut={honest.party: honest.cut[honest.party]}) == "seal-cut"
    assert send(languages=["de"]) == "seal-languages"
    assert send(previous="0" * 64) == "offer-other-previous"
    assert send() == ""  # and the honest one is accepted


def test_a_scope_with_an_offer_over_it_is_not_opened(offered):
    desks, _, _ = offered
    assert desks.at("usa", "--json freeze 0 --lift").refused == "offer-stands"


def test_a_scope_is_closed_in_some_of_the_languages(agreed):
    desks, _, course = agreed
    say(desks, "kaz", course, "title.ru", "Совместный курс")
    assert desks.at("kaz", "freeze 0").status == 1
    assert desks.at("kaz", "freeze 0 --languages en,kk").status == 0
