"""A party without a node: plans on paper, letters recorded by us, and the one act by which that party confirms them."""

from __future__ import annotations

import hashlib
import io
import json
import shutil

import pytest

from kelisim import bundle
from tests.site.conftest import Desks, found
from tests.site.rows import copied
from tests.site.test_exchange import say

LETTER = "--by USA --letter 12-345 --date 2013-03-01"


def paper_plan(home):
    """A desk whose party alone has a node, and its plan on paper."""
    desks = Desks(home)
    for code in ("kaz", "usa"):
        desks.run("root", "new", f"roots/{code}")
        desks.run("init", code.upper(), "--node", code, "--example", "--root", f"roots/{code}", "--name", f"en={code}")
        desks.run("root", "sign", f"{code}/requests/card.request", "--roots", f"roots/{code}")
    desks.well("kaz", "card write --to kaz.card")
    return desks, desks.json("kaz", "plan paper USA --languages en,ru")[0]["plan"]


@pytest.fixture(scope="session")
def on_paper(tmp_path_factory):
    """Our node alone, a plan on paper, one activity drafted; copied for each test."""
    home = tmp_path_factory.mktemp("paper")
    desks, plan = paper_plan(home)
    framework = desks.item("kaz", "plan", "number=0", "plan_type=framework", "title.en=Joint plan")
    course = desks.item(
        "kaz", "activity", f"parent={framework}", "number=1", "title.en=Joint course", "period=2013-04", "host=KAZ"
    )
    return home, plan, course


@pytest.fixture
def paper(on_paper, tmp_path):
    """The desk, the plan on paper, the activity."""
    made, plan, course = on_paper
    copied(made, tmp_path / "home")
    return Desks(tmp_path / "home"), plan, course


def join(desks, plan):
    """The other party has its node, and the real plan is founded from the one on paper."""
    desks.well("usa", "card write --to usa.card")
    for desk, other in (("kaz", "usa"), ("usa", "kaz")):
        digits = json.loads(desks.run("--json", "verify", f"{other}.card").out)["digits"]
        desks.well(desk, f"party add {other}.card --as {other.upper()} --digits '{digits}'")
    desks.well("kaz", f"plan new USA --proposer KAZ --from {plan}")
    for desk, other in (("kaz", "usa"), ("usa", "kaz")):
        desks.well(desk, "plan sign")
        desks.run("root", "sign", f"{desk}/requests/charter.request", "--roots", f"roots/{desk}")
        desks.well(desk, f"plan sign {desk}/requests/charter.request.signed")
        desks.cross(desk, other)


def beside(desks, item, field, command="show"):
    """What each party says on a field where something is recorded."""
    rows = desks.json("kaz", f"{command} {item}")
    return next(one for one in rows if one.get("field") == field and "spoken" in one)


def spoken(desks, item, field):
    return [(one["code"], one["value"], one["how"]) for one in beside(desks, item, field)["spoken"]]


# On paper


def test_on_paper_our_drafts_stand_beside_what_they_wrote(paper):
    desks, _, course = paper
    desks.well("kaz", f"recorded add 1 period 2013-04 {LETTER}")
    desks.well("kaz", f"recorded add {course} host USA {LETTER}")
    assert spoken(desks, course, "period") == [("KAZ", "2013-04", "draft"), ("USA", "2013-04", "recorded")]
    assert beside(desks, course, "period")["would_be"] == "agreed"
    assert beside(desks, course, "host")["would_be"] == "open"
    told = desks.well("kaz", "standing").out
    assert "0 Joint plan\n  would be one-sided 1, open 1" in told
    assert (
        "Joint course · Period · would be agreed\n"
        "          KAZ (our draft): 2013-04\n"
        "          USA (recorded by us, letter 12-345 of 2013-03-01): 2013-04"
    ) in desks.well("kaz", "standing --all").out
    scope = desks.json("kaz", "standing 0")[0]
    assert (scope["title"], scope["would_be"]) == ("Joint plan", {"one-sided": 1, "open": 1})
    assert desks.well("kaz", "show 1").out.startswith("1 Joint course  (activity, ")


def test_a_plan_on_paper_is_listed_as_one(paper):
    desks, plan, _ = paper
    assert desks.well("kaz", "plan list").out == f"{plan}  KAZ, USA  (on paper)  Joint plan\n"


ON_PAPER = (
    "dispatch",
    "dispatch --acknowledge",
    "bundle write x --to USA",
    "freeze 0",
    "offer 0",
    "plan sign",
)


@pytest.mark.parametrize("verb", ON_PAPER)
def test_on_paper_nothing_is_said_sent_or_concluded(paper, verb):
    desks, plan, _ = paper
    desks.well("kaz", f"recorded add 1 period 2013-04 {LETTER}")
    before = desks.dump("kaz")
    answer = desks.at("kaz", f"--json {verb}")
    assert (answer.status, answer.refused) == (3, "plan-on-paper")
    assert f"--from {plan}" in json.loads(answer.err)["next"]
    assert desks.dump("kaz") == before


def test_what_stands_in_a_charters_place_is_no_charter(paper):
    """Not its bytes, not its kind, not its cards: a reader refuses it, and the door to evidence does."""
    from kelisim.errors import Malformed, Unproven
    from kelisim.ledger import charter as charters
    from kelisim.ledger import record
    from kelisim_web import store
    from kelisim_web.node import opened
    from kelisim_web.paper import is_paper

    desks, _, _ = paper
    with opened(desks.home / "kaz") as node:
        found = store.charter(store.plans()[0])
        assert is_paper(found)
        signed = record.countersign(found, node.signer("state"))
        with pytest.raises(Malformed, match="profile-not-of-kind"):
            record.parse(signed.line, charters.KIND, charters.Charter)
        with pytest.raises(Unproven, match="charter-card-missing"):
            store.append_charter(found, store.cards_held())
        assert store.circles() == []
        store.rebuild()
    assert desks.query("kaz", "SELECT count(*) FROM kelisim_web_feed") == [(0,)]
    assert desks.query("kaz", "SELECT kind FROM kelisim_web_record") == [("card",)]


def test_a_bundle_that_names_a_plan_on_paper_is_refused(agreed):
    """Even from a party that we know, for a plan of which it guessed the id."""
    desks, _, _ = agreed
    plan = desks.json("kaz", "plan paper USA")[0]["plan"]
    circle = desks.query("kaz", "SELECT circle FROM kelisim_web_paperplan")[0][0]
    assert circle.startswith(plan)
    from kelisim_web import store
    from kelisim_web.node import opened

    with opened(desks.home / "usa") as node:
        card = store.all_cards()[1]
        parties = {one.value.names["en"]: one for one in store.all_cards()}
        usa, kaz = parties["State of USA"], parties["State of KAZ"]
        envelope = bundle.Envelope("2012-11-05T09:30Z", usa.id, circle, usa.id, kaz.id, {kaz.id: circle})
        load = bundle.Load(cards=[card.line], charters=[], seed=b"", epochs=[], segments=[], seals=[])
        packed = bundle.pack(envelope, load, node.signer("carry"))
    (desks.home / "guess.bundle").write_bytes(bundle.encrypt(packed, kaz.value.recipients))
    assert desks.at("kaz", "--json bundle read guess.bundle").refused == "plan-on-paper"


def test_wrong_parties_and_languages_found_nothing_from_paper(paper):
    desks, plan, _ = paper
    assert desks.at("kaz", "--json plan paper KAZ").refused == "plan-needs-parties"
    assert desks.at("kaz", "--json plan paper usa").refused == "value-party"
    assert desks.at("kaz", "--json plan paper USA --languages English").refused == "language-tag"
    desks.well("usa", "card write --to usa.card")
    digits = json.loads(desks.run("--json", "verify", "usa.card").out)["digits"]
    desks.well("kaz", f"party add usa.card --as US --digits '{digits}'")
    before = desks.dump("kaz")
    assert desks.at("kaz", f"--json plan new US --proposer KAZ --from {plan}").refused == "paper-other-parties"
    assert desks.at("kaz", f"--json plan new USA --proposer KAZ --from {plan}").refused == "party-unknown"
    refused = desks.at("kaz", f"--json plan new USA --proposer KAZ --languages en --from {plan}").refused
    assert refused == "paper-other-languages"
    assert desks.at("kaz", "--json plan new USA --proposer KAZ --from ffff").refused == "plan-several"
    assert desks.dump("kaz") == before


def test_only_a_plan_on_paper_moves(agreed):
    desks, _, _ = agreed
    plan = desks.json("kaz", "plan list")[0]["plan"]
    assert desks.at("kaz", f"--json plan new USA --proposer KAZ --from {plan}").refused == "paper-missing"


# Letters


def test_the_later_letter_counts_and_the_earlier_stays(paper):
    desks, _, course = paper
    desks.well("kaz", f"recorded add 1 period 2013-06 {LETTER}")
    desks.well("kaz", "recorded add 1 period --withdraw --by USA --letter 12-400 --date 2013-05-01")
    desks.well("kaz", "recorded add 1 host USA --by USA --letter 12-300 --date 2013-02-01")
    listed = [(one["letter"], one["field"], one["value"], one["how"]) for one in desks.json("kaz", "recorded list")]
    assert listed == [
        ("12-300", "host", "USA", "recorded"),
        ("12-345", "period", "2013-06", "replaced"),
        ("12-400", "period", None, "recorded"),
    ]
    assert beside(desks, course, "period")["would_be"] == "withdrawn"
    told = desks.well("kaz", "recorded list").out
    assert "USA, letter 12-345 of 2013-03-01\n" in told
    assert "period: 2013-06  (a later letter says otherwise)" in told
    assert "period: (taken back)" in told
    desks.well("kaz", "recorded drop --by USA --letter 12-400")
    assert spoken(desks, course, "period")[1] == ("USA", "2013-06", "recorded")


def test_a_whole_letter_is_recorded_from_a_file_or_not_at_all(paper):
    desks, _, course = paper
    (desks.home / "good.toml").write_text(f'[{course}]\nperiod = "2013-05"\nhost = "USA"\n', "utf-8")
    (desks.home / "bad.toml").write_text(f'[{course}]\nperiod = "2013-05"\nhost = "us"\n', "utf-8")
    assert desks.at("kaz", f"--json recorded add {LETTER} --positions bad.toml").refused == "value-party"
    assert desks.json("kaz", "recorded list") == []
    assert desks.json("kaz", f"recorded add {LETTER} --positions good.toml")[0]["count"] == 2


def test_the_letter_itself_is_kept_with_its_digest_and_goes_with_it(paper):
    desks, _, _ = paper
    (desks.home / "scan.pdf").write_bytes(b"%PDF of a letter")
    desks.well("kaz", f"recorded add 1 period 2013-04 {LETTER} --file scan.pdf")
    desks.well("kaz", f"recorded add 1 host USA {LETTER} --file scan.pdf")
    name = hashlib.sha256(b"%PDF of a letter").hexdigest()
    kept = desks.home / "kaz/letters" / name
    assert kept.read_bytes() == b"%PDF of a letter"
    assert kept.stat().st_mode & 0o777 == 0o600
    row = desks.json("kaz", "recorded list")[0]
    assert (row["file"], row["digest"]) == ("scan.pdf", name)
    desks.well("kaz", "recorded drop 1 host --by USA --letter 12-345")
    assert kept.exists()
    desks.well("kaz", "recorded drop 1 --by USA --letter 12-345")
    assert not kept.exists()
    assert desks.json("kaz", "recorded list") == []


def test_what_a_letter_proposes_anew_is_an_item(paper):
    desks, _, _ = paper
    words = "recorded new activity number=2 'title.en=Their course' --parent 0 --by USA --letter 5 --date 2013-03-02"
    item = desks.json("kaz", words)[0]["item"]
    told = desks.well("kaz", "show 2").out
    assert told.startswith(f"2 Their course  (activity, {item})")
    assert "USA (recorded by us, letter 5 of 2013-03-02): 0 Joint plan" in told
    desks.well("kaz", "draft 2 period 2013-09")
    assert desks.json("kaz", "drafts")[-1]["number"] == "2"


WRONG = {
    "recorded add 1 period 2013-13 {letter}": "value-period",
    "recorded add 1 colour red {letter}": "field-unknown",
    "recorded add 0 host KAZ {letter}": "field-not-of-kind",
    "recorded add 1 available.KAZ 2013-05 {letter}": "recorded-field-of-another",
    "recorded add 1 title.kk Курс {letter}": "field-no-such-language",
    "recorded add 1 attend.UZB 4 {letter}": "field-no-such-party",
    "recorded add 77 host KAZ {letter}": "item-missing",
    "recorded add 1 host KAZ --by KAZ --letter 1 --date 2013-03-01": "party-unknown",
    "recorded add 1 host KAZ --by UZB --letter 1 --date 2013-03-01": "party-unknown",
    "recorded add 1 host KAZ --by USA --letter '' --date 2013-03-01": "value-text",
    "recorded add 1 host KAZ --by USA --letter 1 --date 2013-03": "letter-date",
    "recorded add 1 host KAZ --by USA --letter 1 --date 2013-02-30": "value-period",
    "recorded add 1 host KAZ {letter} --file nothing.pdf": "file-missing",
    "recorded add 1 host {letter}": "usage-recorded",
    "recorded add 1 host KAZ {letter} --withdraw": "usage-recorded",
    "recorded add 1 host KAZ {letter} --positions x": "usage-recorded",
    "recorded add {letter}": "usage-recorded",
    "recorded add 1 host KAZ --by USA --date 2013-03-01": "usage-missing",
    "recorded new activity number {letter}": "usage-field",
    "recorded drop --by USA --letter 1": "letter-missing",
    "recorded write x.toml --by USA": "recorded-none",
    "recorded write x.toml --by UZB": "party-unknown",
    "recorded confirm nothing.toml": "file-missing",
}


@pytest.mark.parametrize("words", WRONG)
def test_a_bad_letter_is_refused_and_nothing_is_kept(paper, words):
    desks, _, _ = paper
    before = desks.dump("kaz")
    answer = desks.at("kaz", f"--json {words.replace('{letter}', LETTER)}")
    assert answer.refused == WRONG[words]
    assert answer.status == (2 if WRONG[words].startswith("usage") else 3)
    assert desks.dump("kaz") == before


def test_one_number_is_one_letter(paper):
    desks, _, _ = paper
    for name in ("one", "two"):
        (desks.home / name).write_text(name)
    desks.well("kaz", f"recorded add 1 host USA {LETTER} --file one")
    assert desks.at("kaz", f"--json recorded add 1 host USA {LETTER} --file two").refused == "letter-differs"
    other = "--by USA --letter 12-345 --date 2013-03-02"
    assert desks.at("kaz", f"--json recorded add 1 host USA {other}").refused == "letter-differs"
    assert desks.at("kaz", "--json recorded drop 1 period --by USA --letter 12-345").refused == "letter-missing"
    assert len(list((desks.home / "kaz/letters").iterdir())) == 1


def test_two_letters_may_share_one_file(paper):
    desks, _, _ = paper
    (desks.home / "scan").write_text("both")
    desks.well("kaz", f"recorded add 1 host USA {LETTER} --file scan")
    desks.well("kaz", "recorded add 1 host USA --by USA --letter 2 --date 2013-03-01 --file scan")
    desks.well("kaz", "recorded drop --by USA --letter 2")
    assert len(list((desks.home / "kaz/letters").iterdir())) == 1


# In a plan that is founded


def test_however_much_is_recorded_nothing_is_agreed_and_nothing_can_be_frozen(desks):
    plan = desks.item("kaz", "plan", "number=0", "plan_type=framework", "title.en=Joint plan")
    desks.well("kaz", "dispatch")
    said = {one["field"]: one["value"] for one in desks.json("kaz", f"show {plan}") if "party" in one}
    for field, value in said.items():
        desks.well("kaz", f"recorded add {plan} {field} '{value}' {LETTER}")
        assert beside(desks, plan, field)["would_be"] == "agreed"
    rows = desks.json("kaz", "standing")
    assert [one["items"] for one in rows if "items" in one] == [{"one-sided": 1}]
    assert {one["status"] for one in rows if "status" in one} == {"one-sided"}
    frozen = desks.at("kaz", f"freeze {plan}")
    assert frozen.status == 1
    assert "The scope stays open." in frozen.out
    assert desks.at("kaz", f"--json offer {plan}").refused == "not-the-proposer"
    assert desks.at("kaz", "--json dispatch").refused == "nothing-to-dispatch"
    desks.cross("kaz", "usa")
    assert desks.field("usa", plan, "number")["status"] == "one-sided"


def test_nothing_recorded_leaves_the_node(desks, monkeypatch):
    """A canary in everything that is recorded; whatever leaves is searched before it is encrypted."""
    plan = desks.item("kaz", "plan", "number=0", "title.en=Joint plan")
    desks.well("kaz", "dispatch")
    (desks.home / "canaryfile.pdf").write_text("canarybytes")
    words = "--by USA --letter canaryletter --date 2013-03-01 --file canaryfile.pdf"
    desks.well("kaz", f"recorded add {plan} title.en canaryvalue {words}")
    desks.well("kaz", f"recorded add {plan} title.ru --withdraw {words}")
    paper = desks.json("kaz", "plan paper FRA --languages en")[0]["plan"]
    real = next(one["plan"] for one in desks.json("kaz", "plan list") if one["plan"] != paper)
    left = []
    monkeypatch.setattr(bundle, "encrypt", lambda packed, _: left.append(packed) or b"sealed")
    desks.well("kaz", f"bundle write out.bundle --to USA --whole --plan {real}")
    desks.well("kaz", f"--plan {real} dispatch --acknowledge")
    desks.well("kaz", f"bundle write again.bundle --to USA --plan {real}")
    assert any("canaryvalue" in line for line in desks.dump("kaz"))
    opened, carried = [bundle.Opened(packed) for packed in left], io.BytesIO()
    for one in opened:
        one.write_plain(carried)
    plain = carried.getvalue()
    assert b"Joint plan" in plain
    for word in ("canary", paper, "12-345", hashlib.sha256(b"canarybytes").hexdigest()):
        assert word.encode() not in plain


def test_drafts_and_letters_move_to_the_real_plan(paper):
    desks, plan, course = paper
    desks.well("kaz", f"recorded add 1 period 2013-04 {LETTER}")
    drafts = desks.json("kaz", "drafts")
    join(desks, plan)
    assert desks.json("kaz", "drafts") == drafts
    assert "on paper" not in desks.well("kaz", "plan list").out
    assert spoken(desks, course, "period") == [("KAZ", "2013-04", "draft"), ("USA", "2013-04", "recorded")]
    desks.well("kaz", "dispatch")
    assert spoken(desks, course, "period") == [("KAZ", "2013-04", "said"), ("USA", "2013-04", "recorded")]


def test_a_party_that_joins_confirms_everything_in_one_act(paper):
    desks, plan, course = paper
    desks.well("kaz", f"recorded add 1 period 2013-04 {LETTER}")
    desks.well("kaz", f"recorded add 1 host USA {LETTER}")
    desks.well("kaz", "recorded add 1 host KAZ --by USA --letter 12-346 --date 2013-04-01")
    desks.well("kaz", "recorded add 1 place 'KAZ Astana' --by USA --letter 12-347 --date 2013-04-02")
    desks.well("kaz", "recorded add 1 place --withdraw --by USA --letter 12-348 --date 2013-04-03")
    desks.well("kaz", "recorded write early.toml --by USA")
    join(desks, plan)
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    desks.well("kaz", "recorded write letters.toml --by USA")
    shown = desks.well("usa", "recorded confirm letters.toml")
    assert shown.out.splitlines() == [
        "1 Joint course · host: KAZ  (letter 12-346 of 2013-04-01)",
        "1 Joint course · period: 2013-04  (letter 12-345 of 2013-03-01)",
    ]
    assert "kelisim recorded confirm letters.toml --yes" in shown.err
    assert desks.json("usa", "recorded confirm early.toml") == desks.json("usa", "recorded confirm letters.toml")
    assert desks.json("usa", "drafts") == []
    assert "Positions dispatched: 2" in desks.well("usa", "recorded confirm letters.toml --yes").out
    assert desks.json("usa", "drafts") == []
    desks.cross("usa", "kaz")
    assert desks.field("kaz", course, "period")["status"] == "agreed"
    assert spoken(desks, course, "host")[1:] == [("USA", "KAZ", "said"), ("USA", "KAZ", "confirmed")]
    left = [one["field"] for one in desks.json("kaz", "standing") if "spoken" in one]
    assert left == ["place"]  # what a letter took back was never said, and cannot be confirmed
    assert "; confirmed): 2013-04" in desks.well("kaz", "show 1").out
    again = desks.at("usa", "--json recorded confirm letters.toml --yes")
    assert again.refused == "confirm-nothing"


def test_a_party_that_now_says_otherwise_is_shown_to(agreed):
    desks, _, course = agreed
    say(desks, "usa", course, "period", "2013-09")
    desks.well("kaz", f"recorded add 1 period 2013-05 {LETTER}")
    desks.cross("usa", "kaz")
    assert spoken(desks, course, "period") == [
        ("KAZ", "2013-04", "said"),
        ("USA", "2013-09", "said"),
        ("USA", "2013-05", "otherwise"),
    ]
    told = desks.well("kaz", "standing").out
    assert "USA (recorded by us, letter 12-345 of 2013-03-01; they now say otherwise): 2013-05" in told
    desks.well("kaz", "recorded write letters.toml --by USA")
    shown = desks.well("usa", "recorded confirm letters.toml")
    assert shown.out == f"{course} · period: stays as we have said it ourselves\n"


def test_a_confirmation_is_whole_or_not_at_all(agreed):
    desks, _, course = agreed
    desks.well("kaz", f"recorded add 1 place 'KAZ Astana' {LETTER}")
    desks.well("kaz", f"recorded add 1 type course {LETTER}")
    desks.well("kaz", "recorded write letters.toml --by USA")
    desks.well("usa", f"draft {course} place 'USA Tampa'")
    before = desks.dump("usa")
    assert desks.at("usa", "--json recorded confirm letters.toml --yes").refused == "confirm-drafted"
    assert desks.dump("usa") == before
    desks.well("usa", f"draft {course} place --discard")
    desks.well("usa", f"draft {course} number 7")
    text = (desks.home / "letters.toml").read_text("utf-8")
    spoilt = {
        "value.toml": (text.replace('"KAZ Astana"', '"somewhere"'), "value-place"),
        "field.toml": (text.replace('"place"', '"attend.UZB"').replace('"KAZ Astana"', '"4"'), "field-no-such-party"),
        "party.toml": (text.replace('by = "USA"', 'by = "FRA"', 1), "recorded-of-another"),
        "plan.toml": (text.replace('plan = "', 'plan = "f'), "recorded-other-plan"),
        "shape.toml": (text.replace("kelisim_recorded = 1", "kelisim_recorded = 2"), "recorded-file"),
        "bell.toml": (text.replace('title = "Joint', 'title = "\\u0007Joint'), "recorded-file"),
        "toml.toml": ("[[[", "recorded-file"),
    }
    before = desks.dump("usa")
    for name, (spoiled, code) in spoilt.items():
        (desks.home / name).write_text(spoiled, "utf-8")
        assert desks.at("usa", f"--json recorded confirm {name} --yes").refused == code
    assert desks.dump("usa") == before
    desks.well("usa", "recorded confirm letters.toml --yes")
    assert [one["field"] for one in desks.json("usa", "drafts")] == ["number"]


def test_a_scope_that_is_closed_is_not_confirmed_into(agreed):
    desks, _, _ = agreed
    desks.well("kaz", f"recorded add 1 place 'KAZ Astana' {LETTER}")
    desks.well("kaz", "recorded write letters.toml --by USA")
    desks.well("usa", "freeze 0")
    before = desks.dump("usa")
    refused = desks.at("usa", "--json recorded confirm letters.toml --yes").refused
    assert refused == "confirm-held-back"
    assert desks.dump("usa") == before


def test_among_three_parties_two_equal_words_are_not_yet_agreed(tmp_path):
    desks = Desks(tmp_path)
    found(desks, "KAZ", "USA")
    shutil.rmtree(tmp_path / "usa")
    plan = desks.json("kaz", "plan paper USA UZB --languages en")[0]["plan"]
    item = desks.json("kaz", f"--plan {plan} item new activity period=2013-04")[0]["item"]
    desks.well("kaz", f"--plan {plan} recorded add {item} period 2013-04 {LETTER}")
    told = desks.json("kaz", f"--plan {plan} show {item}")
    assert [one["would_be"] for one in told if "spoken" in one] == ["one-sided"]
