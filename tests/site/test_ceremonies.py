"""Keys that come and go, roots that change, seals of several officers: the verbs as officers and signers type them."""

from __future__ import annotations

import pytest

from tests.site.conftest import Desks
from tests.site.test_exchange import say


def sign(desks, *requests, roots="roots/kaz", extra=()):
    """Have requests signed; the names of the answers."""
    answer = desks.run("root", "sign", *requests, "--roots", roots, *extra)
    assert answer.status == 0, answer
    return [f"{request}.signed" for request in requests]


def requests(desks, desk, beginning):
    """The requests of a node that begin so, the answers left out."""
    found_ = sorted((desks.home / desk / "requests").glob(f"{beginning}*.request"))
    return [str(path.relative_to(desks.home)) for path in found_]


def take_card(desks, number=1, **how):
    (answer,) = sign(desks, f"kaz/requests/card-{number}.request", **how)
    desks.well("kaz", f"card take {answer}")


def take_epochs(desks, **how):
    """Sign whatever epochs Kazakhstan's node has asked for and not taken yet."""
    wanted = [one for one in requests(desks, "kaz", "epoch-") if not (desks.home / f"{one}.signed").exists()]
    desks.well("kaz", f"epoch take {' '.join(sign(desks, *wanted, **how))}")


def key_of(desks, desk, name):
    return next(row["id"] for row in desks.json(desk, "key list") if row["name"] == name)


# Officers' keys


def test_a_new_key_counts_once_a_card_names_it(agreed):
    desks, _, course = agreed
    desks.well("kaz", "key new deputy --may state")
    assert {row["name"]: row["may"] for row in desks.json("kaz", "key list")}["deputy"] == []
    desks.well("kaz", "card request --add deputy")
    take_card(desks)
    assert {row["name"]: row["may"] for row in desks.json("kaz", "key list")}["deputy"] == ["state"]
    (desks.home / "kaz/keys/state.pem").rename(desks.home / "away.pem")
    say(desks, "kaz", course, "period", "2013-06")
    desks.cross("kaz", "usa")
    assert desks.field("usa", course, "period")["values"]["KAZ"] == "2013-06"


def test_keys_are_listed_for_people_with_what_they_may_do(agreed):
    desks, _, _ = agreed
    desks.well("kaz", "key new deputy --may state,carry")
    (desks.home / "kaz/keys/seal.pem").unlink()
    said = desks.well("kaz", "key list").out
    assert "deputy: not on our newest card" in said
    assert "not on this node: sealing editions" in said
    assert "state: stating positions" in said


def test_a_node_whose_keys_are_all_elsewhere_says_so(agreed):
    desks, _, course = agreed
    (desks.home / "kaz/keys/state.pem").unlink()
    desks.well("kaz", f"draft {course} period 2013-06")
    answer = desks.at("kaz", "--json dispatch")
    assert answer.refused == "key-none-here"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("key new Deputy --may state", "key-name"),
        ("key new deputy --may sing", "key-power"),
        ("key new deputy --may ,", "key-power"),
        ("key new state --may state", "file-exists"),
        ("card request --add nobody", "file-missing"),
        ("card request --add kaz/keys/carry.age", "key-file"),
        ("card request --end 0000", "key-unknown"),
        ("card request --seal-threshold 2", "threshold"),
        ("card request --name Kazakhstan", "usage-name"),
        ("card request --rotate", "usage-form"),
        ("card request --threshold 2", "usage-form"),
        ("card request --rotate --root roots/kaz", "card-other-next"),
        ("key end 0000", "key-unknown"),
        ("key end state --stolen", "key-last"),
        ("epoch request --reason boredom", "usage-bad"),
        ("epoch request --reason repair --base x --before y", "usage-form"),
        ("epoch request --reason repair --base 00000000", "epoch-base"),
        ("epoch take nothing", "file-missing"),
        ("card take kaz/requests/charter.request.signed", "ceremony-other-kind"),
    ],
)
def test_what_is_typed_wrong_is_refused_with_its_reason(desks, command, reason):
    before = desks.dump("kaz")
    assert desks.at("kaz", f"--json {command}").refused == reason
    assert desks.dump("kaz") == before


def test_a_party_changes_its_name_and_its_address(agreed):
    desks, _, course = agreed
    late = desks.write("usa", "kaz")
    desks.well("kaz", "card request --name 'ru=Казахстан' --recipient new")
    take_card(desks)
    desks.cross("kaz", "usa")
    say(desks, "usa", course, "period", "2013-07")
    desks.cross("usa", "kaz")
    assert desks.field("kaz", course, "period")["values"]["USA"] == "2013-07"
    desks.well("kaz", f"bundle read {late}")  # written to the address of before, and opened all the same
    desks.well("kaz", "card write --to new.card")
    assert "Казахстан" in desks.run("--language", "ru", "verify", "new.card").out


def test_a_signer_reads_which_keys_a_later_card_names(agreed):
    desks, _, _ = agreed
    desks.well("kaz", "key new deputy --may state")
    desks.well("kaz", "card request --add deputy")
    said = desks.run("root", "sign", "kaz/requests/card-1.request", "--roots", "roots/kaz").out
    assert f"Officer's key {key_of(desks, 'kaz', 'deputy')}, which may: state" in said
    assert "Root key" in said


# The end of a key


def test_a_key_is_ended_step_by_step_until_nothing_remains(agreed):
    desks, _, course = agreed
    old = key_of(desks, "kaz", "state")
    desks.well("kaz", "key new state-2 --may state")
    assert "card take" in desks.well("kaz", "key end state --stolen --add state-2").out
    take_card(desks)
    assert "epoch take" in desks.well("kaz", f"key end {old} --stolen").out
    take_epochs(desks)
    assert "is ended" in desks.well("kaz", f"key end {old} --stolen").out
    say(desks, "kaz", course, "period", "2013-06")
    desks.cross("kaz", "usa")
    assert desks.field("usa", course, "period")["values"]["KAZ"] == "2013-06"


def test_what_a_thief_signed_is_left_behind_and_what_he_signs_later_changes_nothing(agreed):
    """The thief has a copy of the node; the base is chosen before the first thing that he signed."""

    desks, _, course = agreed
    desks.copy("kaz", "thief")
    say(desks, "thief", course, "period", "2013-12")
    desks.cross("thief", "usa")
    assert desks.field("usa", course, "period")["values"]["KAZ"] == "2013-12"
    told = desks.well("kaz", f"bundle read {desks.write('usa', 'kaz', '--whole')}").out
    assert "somebody else speaks with our keys" in told
    stolen = desks.query("kaz", "SELECT id FROM kelisim_web_segment ORDER BY seq DESC LIMIT 1")[0][0]
    desks.well("kaz", "key new state-2 --may state")
    old = key_of(desks, "kaz", "state")
    desks.well("kaz", "key end state --stolen --add state-2")
    take_card(desks)
    said = desks.well("kaz", f"key end {old} --stolen --before {stolen[:12]}").out
    assert f"left behind: {stolen[:12]}" in said
    take_epochs(desks)
    assert desks.field("kaz", course, "period")["values"]["KAZ"] == "2013-04"
    say(desks, "kaz", course, "period", "2013-06")
    desks.cross("kaz", "usa")
    say(desks, "thief", course, "period", "2014-12")
    desks.cross("thief", "usa")
    assert desks.field("usa", course, "period")["values"]["KAZ"] == "2013-06"
    assert "contested" not in desks.well("usa", "standing --peek").out
    desks.cross("usa", "kaz")
    say(desks, "kaz", course, "period", "2013-07")  # and our own node is not silenced by the thief


def test_a_signer_refuses_a_number_again_and_the_node_asks_with_a_higher_one(agreed):
    desks, _, _ = agreed
    desks.well("kaz", "epoch request --reason repair")
    (first,) = requests(desks, "kaz", "epoch-")
    sign(desks, first)
    (desks.home / f"{first}.signed").unlink()
    answer = desks.run("--json", "root", "sign", first, "--roots", "roots/kaz")
    assert answer.refused == "ceremony-number"
    desks.well("kaz", "epoch request --reason repair --number 2")
    take_epochs_of = sign(desks, requests(desks, "kaz", "epoch-")[1])
    assert "Epoch 2" in desks.well("kaz", f"epoch take {take_epochs_of[0]}").out


def test_signing_stops_before_a_number_is_used_up_where_the_answer_would_not_fit(agreed):
    desks, _, _ = agreed
    desks.well("kaz", "epoch request --reason repair")
    (asked,) = requests(desks, "kaz", "epoch-")
    (desks.home / f"{asked}.signed").write_text("something else")
    assert desks.run("--json", "root", "sign", asked, "--roots", "roots/kaz").refused == "file-exists"
    assert not (desks.home / "roots/kaz/epochs.json").exists()
    both = desks.run("--json", "root", "sign", asked, asked, "--roots", "roots/kaz", "--to", "x")
    assert both.refused == "usage-form"


def test_an_epoch_of_another_party_is_not_taken(agreed):
    desks, _, _ = agreed
    desks.well("usa", "epoch request --reason repair")
    (answer,) = sign(desks, *requests(desks, "usa", "epoch-"), roots="roots/usa")
    assert desks.at("kaz", f"--json epoch take {answer}").refused == "epoch-not-ours"


# Rotation of the roots


def renewed(desks, *signers):
    for one in signers:
        assert desks.run("root", "renew", one).status == 0
    return " ".join(f"--root {one}/renewed.json" for one in signers)


def test_the_roots_are_rotated_and_again(agreed):
    desks, _, course = agreed
    for number in (1, 2):
        desks.well("kaz", f"card request --rotate {renewed(desks, 'roots/kaz')}")
        take_card(desks, number)
        assert desks.run("root", "turn", "roots/kaz").status == 0
        desks.well("kaz", "epoch request --reason rotation --all-plans")
        take_epochs(desks)
    say(desks, "kaz", course, "period", "2013-06")
    desks.cross("kaz", "usa")
    assert desks.field("usa", course, "period")["values"]["KAZ"] == "2013-06"
    assert len(list((desks.home / "roots/kaz").glob("root-*.pem"))) == 2
    assert sorted(path.name for path in (desks.home / "roots/kaz").glob("*.json")) == ["epochs.json", "public.json"]


def test_a_next_key_that_lies_elsewhere_signs_from_there(agreed):
    desks, _, _ = agreed
    (desks.home / "safe").mkdir()
    (desks.home / "roots/kaz/next.pem").rename(desks.home / "safe/next.pem")
    assert desks.run("root", "renew", "roots/kaz", "--next", "safe/next.pem").status == 0
    desks.well("kaz", "card request --rotate --root roots/kaz/renewed.json")
    request = "kaz/requests/card-1.request"
    (half,) = sign(desks, request)
    assert desks.at("kaz", f"--json card take {half}").refused == "card-too-few-roots"
    (desks.home / half).unlink()
    take_card(desks, extra=("--next", "safe/next.pem"))
    assert desks.run("root", "turn", "roots/kaz", "--next", "safe/next.pem").status == 0
    desks.well("kaz", "epoch request --reason rotation")
    take_epochs(desks)


def test_a_key_that_a_card_does_not_take_does_not_sign_it(agreed):
    desks, _, _ = agreed
    desks.well("kaz", f"card request --rotate {renewed(desks, 'roots/kaz')}")
    request = "kaz/requests/card-1.request"
    answer = desks.run("--json", "root", "sign", request, "--roots", "roots/kaz", "--next", "roots/usa/next.pem")
    assert answer.refused == "ceremony-not-a-root"


def test_a_turn_needs_the_key_after_next(desks):
    assert desks.run("--json", "root", "turn", "roots/kaz").refused == "file-missing"
    desks.run("root", "renew", "roots/kaz")
    assert desks.run("--json", "root", "renew", "roots/kaz").refused == "file-exists"


def test_signers_come_and_go_over_two_rotations(tmp_path):
    """Two of Anna, Boris and Dana; Dana goes, Emil comes: the first rotation commits to it, the second does it."""
    desks = Desks(tmp_path)
    team = ["anna", "boris", "dana"]
    for one in [*team, "emil"]:
        desks.run("root", "new", one)
    roots = " ".join(f"--root {one}" for one in team)
    desks.well("kaz", f"init KAZ --example {roots} --threshold 2 --name en=North")
    for request, one in (("card.request", "anna"), ("card.request.signed", "boris")):
        sign(desks, f"kaz/requests/{request}", roots=one)
    desks.well("kaz", "card write kaz/requests/card.request.signed.signed --to north.card")

    def rotate(number, signers, staying, more):
        desks.well("kaz", f"card request --rotate {more} {renewed(desks, *staying)}")
        answer = f"kaz/requests/card-{number}.request"
        for one in signers:
            (answer,) = sign(desks, answer, roots=one)
        desks.well("kaz", f"card take {answer}")
        for one in staying:
            assert desks.run("root", "turn", one).status == 0

    rotate(1, team, ["anna", "boris"], "--join emil --leave dana")
    assert desks.at("kaz", "--json card request --rotate --root anna --leave boris").refused == "card-other-next"
    rotate(2, ["anna", "boris", "emil"], ["anna", "boris"], "--root emil --threshold 3")
    wide = "card request --rotate --leave emil --threshold 3"
    files = renewed(desks, "anna", "boris")
    assert desks.at("kaz", f"--json {wide} {files}").refused == "threshold"
    cards = desks.query("kaz", "SELECT count(*) FROM kelisim_web_record WHERE kind = 'card'")
    assert cards == [(3,)]


# Seals of several officers


def two_seals(desks):
    """Kazakhstan's card asks for two keys to a seal, the other of which the chief carries on a stick."""
    desks.well("usa", "key new chief --may seal --to stick")
    desks.well("usa", "card request --add stick/chief.json --seal-threshold 2")
    (answer,) = sign(desks, "usa/requests/card-1.request", roots="roots/usa")
    desks.well("usa", f"card take {answer}")
    desks.well("usa", "epoch request --reason rotation")
    (answer,) = sign(desks, *requests(desks, "usa", "epoch-"), roots="roots/usa")
    desks.well("usa", f"epoch take {answer}")


def test_a_seal_of_two_officers_counts_once_both_have_signed(agreed):
    desks, plan, _ = agreed
    two_seals(desks)
    desks.cross("usa", "kaz")
    desks.cross("kaz", "usa")
    desks.well("usa", f"freeze {plan}")
    assert "1 of 2" in desks.well("usa", f"offer {plan}").out
    assert "offer is stands" not in desks.well("usa", "standing --peek").out
    desks.cross("usa", "kaz")
    assert desks.at("kaz", "--json accept").refused == "offer-unclear"
    assert desks.at("usa", f"--json offer {plan}").refused == "key-none-here"  # the same officer, once more
    assert "is signed" in desks.well("usa", f"offer {plan} --key stick/chief.pem").out
    desks.cross("usa", "kaz")
    desks.well("kaz", "accept")
    desks.cross("kaz", "usa")
    assert "1 of 2" in desks.well("usa", "receipt --key stick/chief.pem").out
    assert "in force" in desks.well("usa", "receipt").out
    desks.cross("usa", "kaz")
    desks.well("kaz", f"edition write {plan} edition.txt")
    assert desks.run("verify", "edition.txt").status == 0


def test_a_withdrawal_of_two_officers_leaves_the_freeze_until_both_have_signed(agreed):
    desks, plan, _ = agreed
    two_seals(desks)
    desks.well("usa", f"freeze {plan}")
    desks.well("usa", f"offer {plan}")
    desks.well("usa", f"offer {plan} --key stick/chief.pem")
    assert "1 of 2" in desks.well("usa", "withdraw").out
    assert desks.at("usa", f"--json freeze {plan} --lift").refused == "offer-stands"
    assert "for good" in desks.well("usa", "withdraw --key stick/chief.pem").out


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_the_way_is_told_in_the_readers_language(agreed, language):
    desks, _, _ = agreed
    said = desks.well("kaz", f"--language {language} epoch request --reason repair --before {_last(desks)}").out
    assert "left behind" not in said
    assert _last(desks)[:12] in said


def _last(desks):
    rows = desks.query("kaz", "SELECT segment FROM kelisim_web_counted ORDER BY place")
    parties = desks.query("kaz", "SELECT id, party FROM kelisim_web_segment")
    (ours,) = desks.query("kaz", "SELECT party FROM kelisim_web_us")[0]
    return next(name for (name,) in rows if (name, ours) in parties)


def test_a_plan_that_is_not_founded_needs_no_epoch(agreed):
    desks, _, _ = agreed
    desks.well("kaz", "plan new USA --proposer USA")
    desks.well("kaz", "epoch request --reason rotation --all-plans")
    assert len(requests(desks, "kaz", "epoch-")) == 1


def test_a_signer_who_has_not_turned_yet_is_told_so_before_signing_an_epoch(agreed):
    desks, _, _ = agreed
    desks.run("root", "renew", "roots/kaz")
    desks.well("kaz", "epoch request --reason rotation")
    answer = desks.run("root", "sign", *requests(desks, "kaz", "epoch-"), "--roots", "roots/kaz")
    assert "turn first" in answer.err


def test_a_party_goes_on_with_keys_of_another_algorithm(agreed):
    desks, _, course = agreed
    desks.well("kaz", "key new state-2 --may state --alg P-256")
    desks.well("kaz", "key end state --add state-2")
    take_card(desks)
    desks.well("kaz", "key end state")
    take_epochs(desks)
    say(desks, "kaz", course, "period", "2013-06")
    desks.cross("kaz", "usa")
    assert desks.field("usa", course, "period")["values"]["KAZ"] == "2013-06"


# When the power goes between two files


def test_a_key_that_was_half_made_is_made_whole(agreed):
    desks, _, _ = agreed
    desks.well("kaz", "key new deputy --may state")
    made = key_of(desks, "kaz", "deputy")
    assert "well: officers' keys" in desks.at("kaz", "doctor").out  # which does not mind the public file
    (desks.home / "kaz/keys/deputy.json").unlink()
    desks.well("kaz", "key new deputy --may state")
    assert key_of(desks, "kaz", "deputy") == made
    assert desks.at("kaz", "--json key new deputy --may state").refused == "file-exists"
    assert desks.at("kaz", "--json key new state --may state").refused == "file-exists"


def test_a_card_with_a_new_address_is_asked_for_again(agreed):
    desks, _, _ = agreed
    desks.well("kaz", "card request --recipient new")
    request = desks.home / "kaz/requests/card-1.request"
    asked = request.read_bytes()
    request.unlink()
    desks.well("kaz", "card request --recipient new")
    assert request.read_bytes() == asked


def test_a_node_that_was_half_made_is_made_anew(tmp_path):
    """Killed before its request was told of, it is no node, and the directory can be used."""
    from kelisim_web import node
    from tests.site.conftest import Desks

    class PowerGone(BaseException):
        pass

    def gone(*_, **__):
        raise PowerGone

    desks = Desks(tmp_path)
    desks.run("root", "new", "roots")
    init = ("init", "KAZ", "--node", "kaz", "--example", "--root", "roots", "--name", "en=State")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(node.shutil, "rmtree", gone)  # nothing is cleared away either
        patch.setattr(node.keyfile, "write_secret", gone)
        with pytest.raises(PowerGone):
            desks.run(*init)
    assert (tmp_path / "kaz/keys").is_dir()
    assert desks.at("kaz", "--json drafts").refused == "node-missing"
    assert desks.run(*init).status == 0
    assert sorted(path.name for path in (tmp_path / "kaz").iterdir() if path.name[0] != "n") == ["keys", "requests"]
    desks.run("root", "sign", "kaz/requests/card.request", "--roots", "roots")
    desks.well("kaz", "card write --to kaz.card")
