"""A text that two of three parties prepare in a circle of their own, on the same nodes; the third learns nothing."""

from __future__ import annotations

import hashlib
import secrets
from itertools import permutations

import pytest
import zstandard

from kelisim import bundle
from tests.site.conftest import Desks
from tests.site.rows import copied

CANARY = "canary"
NAMES = ("kaz", "usa", "gbr")


def found_side(desks):
    """Kazakhstan and the United States found a plan of two beside the plan of three; its id."""
    before = {one["plan"] for one in desks.json("kaz", "plan list")}
    desks.well("kaz", "plan new USA --proposer KAZ --languages en,ru")
    (side,) = {one["plan"] for one in desks.json("kaz", "plan list")} - before
    sign(desks, "kaz", side)
    carry(desks, "kaz", "usa", side)
    sign(desks, "usa", side)
    carry(desks, "usa", "kaz", side)
    return side


def sign(desks, desk, plan):
    request = desks.json(desk, f"--plan {plan} plan sign")[0]["request"]
    assert desks.run("root", "sign", request, "--roots", f"roots/{desk}").status == 0
    desks.well(desk, f"plan sign {request}.signed")


def carry(desks, sender, recipient, plan):
    desks.well(recipient, f"bundle read {desks.write(sender, recipient, f'--plan {plan}')}")


@pytest.fixture
def aside(three):
    """Three desks with a plan in the plan of three, agreed; and a plan of two. Ids of both plans and of the item."""
    (wide,) = [one["plan"] for one in three.json("kaz", "plan list")]
    plan = three.item("kaz", "plan", "number=0", "plan_type=framework", "title.en=Joint plan")
    article = three.item(
        "kaz", "article", f"parent={plan}", "number=6", "title.en=Costs", "text.en=Each bears its costs."
    )
    three.meet("kaz", "usa", "gbr")
    for desk in ("usa", "gbr"):
        three.well(desk, "draft --all --theirs KAZ")
    three.meet("kaz", "usa", "gbr")
    assert three.field("gbr", article, "text.en")["status"] == "agreed"
    return three, wide, found_side(three), plan, article


def test_plans_are_told_apart_by_their_parties_and_what_they_are_about(aside):
    desks, wide, side, *_ = aside
    desks.well("kaz", f"item new plan number=9 'title.en=Notes for the talks' --plan {side}")
    desks.well("kaz", f"dispatch --plan {side}")
    assert desks.well("kaz", "plan list").out.splitlines() == [
        f"{wide}  GBR, KAZ, USA  Joint plan",
        f"{side}  KAZ, USA  Notes for the talks",
    ]
    assert desks.json("gbr", "plan list")[0]["plan"] == wide


def test_a_command_asks_which_plan_and_says_what_there_is(aside):
    desks, wide, side, *_ = aside
    answer = desks.at("kaz", "standing")
    assert answer.status == 3
    assert f"{wide} (GBR, KAZ, USA: Joint plan); {side} (KAZ, USA)" in answer.err
    desks.well("kaz", f"standing --plan {side[:4]}")
    assert desks.at("kaz", "--json standing --plan zzzz").refused == "plan-several"
    desks.well("gbr", "standing")


def test_a_request_for_the_second_charter_lies_beside_the_first(aside):
    desks, _, side, *_ = aside
    names = {path.name for path in (desks.home / "kaz/requests").glob("charter*.request")}
    assert names == {"charter.request", f"charter-{side}.request"}


def test_a_text_is_prepared_by_two_and_moved_to_the_plan_of_three(aside):
    """The article keeps its id on the way into the narrow circle, and so finds its place on the way back."""
    desks, wide, side, plan, article = aside
    desks.well("kaz", f"draft 6 --from-plan {wide} --plan {side}")
    desks.well("kaz", f"draft 6 text.en 'The host bears the costs.' --plan {side}")
    desks.well("kaz", f"dispatch --plan {side}")
    carry(desks, "kaz", "usa", side)
    desks.well("usa", f"draft --all --theirs KAZ --plan {side}")
    desks.well("usa", f"dispatch --plan {side}")
    shown = desks.json("usa", f"show {article} --plan {side}")
    assert {one["field"]: one["status"] for one in shown if "status" in one} == {
        "kind": "agreed",
        "number": "agreed",
        "present": "agreed",
        "text.en": "agreed",
        "title.en": "agreed",
    }
    told = desks.json("usa", f"draft 6 text.en --from-plan {side} --plan {wide} --ad-referendum")
    assert told[0]["item"] == article
    drafted = [(one["item"], one["field"], one["hold"]) for one in desks.json("usa", f"drafts --plan {wide}")]
    assert drafted == [(article, "text.en", True)]
    desks.well("usa", f"dispatch --plan {wide}")
    carry(desks, "usa", "gbr", wide)
    field = desks.field("gbr", article, "text.en")
    assert field["values"]["USA"] == "The host bears the costs."
    assert field["waits_for"] == ["GBR", "KAZ"]
    assert plan


def test_an_item_that_only_the_narrow_circle_has_gets_a_new_id_in_the_wide_one(aside):
    desks, wide, side, *_ = aside
    desks.well("kaz", f"item new plan number=9 'title.en=Notes' --plan {side}")
    told = desks.json("kaz", f"item new activity number=9.1 title.en=Seminar --parent 9 --plan {side}")
    desks.well("kaz", f"draft 9.1 place 'KAZ Almaty' --ad-referendum --plan {side}")
    desks.well("kaz", f"dispatch --plan {side}")
    made = desks.json("kaz", f"draft 9.1 --from-plan {side} --plan {wide} --note 'agreed with USA'")[0]["item"]
    assert made != told[0]["item"]
    drafted = {one["field"]: one for one in desks.json("kaz", f"drafts --plan {wide}")}
    assert set(drafted) == {"kind", "present", "number", "title.en", "place"}  # no parent: it has none here
    assert drafted["place"]["hold"]
    assert {one["note"] for one in drafted.values()} == {"agreed with USA"}


def test_what_the_narrow_circle_has_not_stays_behind(aside):
    desks, wide, side, *_ = aside
    fields = "number=2 title.en=Visit title.kk=Сапар attend.GBR=4 attend.KAZ=6"
    visit = desks.json("kaz", f"item new activity {fields} --plan {wide}")
    desks.well("kaz", f"dispatch --plan {wide}")
    desks.well("kaz", f"draft 2 --from-plan {wide} --plan {side}")
    assert {one["field"] for one in desks.json("kaz", f"drafts --plan {side}")} == {
        "kind",
        "present",
        "number",
        "title.en",
        "attend.KAZ",
    }
    assert desks.json("kaz", f"drafts --plan {side}")[0]["item"] == visit[0]["item"]


def test_what_cannot_be_moved_is_refused(aside):
    desks, wide, side, _, article = aside
    cases = {
        f"draft 6 --from-plan {wide} --plan {wide}": "same-plan",
        f"draft 6 --from-plan zz --plan {side}": "plan-several",
        f"draft 6 text.en --from-plan {wide} --plan {side}": "moved-item-missing",
        f"draft 6 --from-plan {side} --plan {wide}": "item-missing",
        f"draft --from-plan {side} --plan {wide}": "usage-draft",
        f"draft 6 text.en words --from-plan {side} --plan {wide}": "usage-draft",
    }
    for command, code in cases.items():
        assert desks.at("kaz", f"--json {command}").refused == code, command
    desks.well("kaz", f"draft 6 --from-plan {wide} --plan {side}")
    desks.well("kaz", f"dispatch --plan {side}")
    assert desks.at("kaz", f"--json draft {article} --from-plan {side} --plan {wide}").refused == "nothing-to-move"
    assert desks.at("kaz", f"--json draft 6 parent --from-plan {wide} --plan {side}").refused == "nothing-to-move"


# Secrecy


class Fixed(Desks):
    """Desks at which chance hangs on the command alone, so that two runs differ only by what is typed."""

    def run(self, *words):
        label = "\0".join(words).encode()

        def token_bytes(count=32):
            return hashlib.shake_256(label).digest(count)

        kept, secrets.token_bytes = secrets.token_bytes, token_bytes
        try:
            return super().run(*words)
        finally:
            secrets.token_bytes = kept


def plain(desks, name, desk="gbr"):
    """What is in a bundle, once opened and unpacked."""
    identity = (desks.home / f"{desk}/keys/carry.age").read_text().strip()
    packed = bundle.decrypt((desks.home / name).read_bytes(), [identity])
    return packed, zstandard.ZstdDecompressor().decompressobj().decompress(packed)


class History:
    """A history of three parties up to an edition; two of them have a hidden plan beside it, or have not.

    Attributes:
        to_third: all bundles to the third, plain, in order.
        editions: the edition as each party writes it.
        side: the id of the hidden plan.
    """

    def __init__(self, home, *, hidden):
        self.desks = Fixed(home)
        (self.wide,) = [one["plan"] for one in self.desks.json("kaz", "plan list")]
        self.side = found_side(self.desks) if hidden else ""
        self.to_third = []
        self.play()
        self.editions = [(home / f"{desk}.edition").read_bytes() for desk in NAMES]

    def say(self, desk, command):
        self.desks.well(desk, f"{command} --plan {self.wide}")

    def whisper(self, ours, theirs="drafts"):
        """A round in the hidden plan: a command of Kazakhstan's, and one of the United States'."""
        for desk, other, command in (("kaz", "usa", ours), ("usa", "kaz", theirs)) if self.side else ():
            self.desks.well(desk, f"{command} --plan {self.side}")
            self.desks.well(desk, f"dispatch --acknowledge --plan {self.side}")
            name = f"side-{len(list(self.desks.home.glob('side-*')))}"
            self.desks.well(desk, f"bundle write {name} --to {other.upper()} --plan {self.side}")
            self.desks.well(other, f"bundle read {name}")

    def meet(self):
        for desk in NAMES:
            self.say(desk, "dispatch --acknowledge")
        for number, (sender, recipient) in enumerate(permutations(NAMES, 2), len(list(self.desks.home.glob("b-*")))):
            name = f"b-{number}-{recipient}"
            self.say(sender, f"bundle write {name} --to {recipient.upper()}")
            self.desks.well(recipient, f"bundle read {name}")
            if recipient == "gbr":
                self.to_third.append(plain(self.desks, name))

    def play(self):
        self.whisper(f"item new plan number=9 'title.en={CANARY} notes'")
        self.say("kaz", "item new plan number=0 plan_type=framework 'title.en=Joint plan'")
        self.say("kaz", "item new activity number=1 title.en=Course period=2013-04 --parent 0")
        self.meet()
        self.whisper("draft 9 title.ru 'канарейка'", f"draft 9 title.en '{CANARY} notes' --note {CANARY}")
        for desk in ("usa", "gbr"):
            self.say(desk, "draft --all --theirs KAZ")
        self.meet()
        self.whisper(f"draft 1 --from-plan {self.wide}", f"draft 1 title.en 'Course {CANARY}'")
        self.say("usa", "freeze 0 --languages en")
        self.say("usa", "offer 0")
        self.whisper("draft 9 period 2013")
        self.meet()
        for desk in ("kaz", "gbr"):
            self.say(desk, "accept")
        self.meet()
        self.say("usa", "receipt")
        self.meet()
        for desk in NAMES:
            self.say(desk, f"edition write 0 {desk}.edition")


@pytest.fixture(scope="module")
def played(founded_three, tmp_path_factory):
    """The history with the hidden plan, and without."""
    runs = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KELISIM_LANGUAGE", "en")
        patch.setenv("KELISIM_NOW", "2012-11-05T09:30Z")
        for hidden in (True, False):
            home = tmp_path_factory.mktemp("history") / "home"
            copied(founded_three, home)
            runs.append(History(home, hidden=hidden))
    return runs


def test_whether_two_parties_have_a_plan_of_their_own_changes_no_byte_for_the_third(played):
    """Non-interference: the same history of three, with and without a hidden plan of two beside it."""
    hidden, bare = played
    assert hidden.side
    assert not bare.side
    assert len(hidden.to_third) == len(bare.to_third) > 8
    assert hidden.to_third == bare.to_third
    assert hidden.editions == bare.editions
    assert len(set(hidden.editions)) == 1


def test_nothing_said_in_the_hidden_plan_reaches_the_third(played):
    hidden, _ = played
    desks = hidden.desks
    secret = [CANARY.encode(), "канарейка".encode(), hidden.side.encode()]
    held = [unpacked for _, unpacked in hidden.to_third] + hidden.editions
    held += [path.read_bytes() for path in (desks.home / "gbr").rglob("*") if path.is_file()]
    held += ["\n".join(desks.dump("gbr")).encode()]
    for one in held:
        assert not [word for word in secret if word in one]
    theirs = [path.read_bytes() for path in (desks.home / "usa").rglob("*") if path.is_file()]
    theirs += ["\n".join(desks.dump("usa")).encode()]
    assert any(CANARY.encode() in one for one in theirs)
    name = desks.write("kaz", "usa", f"--plan {hidden.side} --whole")
    assert CANARY.encode() in plain(desks, name, "usa")[1]
