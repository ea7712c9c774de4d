"""What becomes of an item follows from positions, editions, dates and accounts; nobody keeps a status up to date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.plan import schema
from kelisim.position import Standing, Status, Voice, Word
from kelisim.progress import IATI, Dates, Progress, Review, State
from tests.parties import item

SCHEMA = schema()
COURSE, PLAN, NEXT = item("course"), item("2013"), item("2014")
DAY = date(2013, 4, 10)
WANTED = {"kind": "activity", "present": "yes", "parent": PLAN, "period": "2013-04-08/2013-04-12"}
PLANS = {name: {"kind": "plan", "present": "yes"} for name in ("2013", "2014")}


def word(value):
    """A word; `~` before it waits for the capital, `-` has been taken back."""
    if value == "-":
        return Word(None, firm=True, segment=0)
    return Word(value.removeprefix("~"), firm=not value.startswith("~"), segment=0)


def voice(items):
    return Voice({item(name): {f: word(v) for f, v in fields.items()} for name, fields in items.items()}, [{}])


def plan(kaz, usa, **both):
    """Two plans, and what both say of other items and each of the course."""
    return Standing(
        SCHEMA,
        {"KAZ": voice({**PLANS, **both, "course": kaz}), "USA": voice({**PLANS, **both, "course": usa})},
    )


def agreed(**fields):
    """The course as both want it, with more that both say."""
    return plan(WANTED | fields, WANTED | fields)


def told(kaz=None, usa=None, **fields):
    """The course as both want it, with the account of each."""
    return plan(WANTED | fields | (kaz or {}), WANTED | fields | (usa or {}))


def review(standing, today=DAY, *, in_force=False, of=COURSE) -> Progress:
    words = standing.voices["KAZ"].words[of]
    content = {name: one.value for name, one in words.items() if name in {"period", "due", "holder"}}
    found = Review(standing, {of: content} if in_force else {}, today).of(of)
    assert found
    return found


# Before it is agreed


@pytest.mark.parametrize(
    ("standing", "state"),
    [
        (plan(WANTED, {}), State.PROPOSED),
        (plan({"kind": "activity"}, {}), State.PROPOSED),
        (plan(WANTED, WANTED | {"present": "-"}), State.DECLINED),
        (plan(WANTED | {"present": "-"}, {}), State.DECLINED),
        (plan(WANTED, WANTED | {"period": "2013-05"}), State.TABLED),
        (plan(WANTED, {"kind": "activity", "present": "yes"}), State.TABLED),
        (agreed(period="next spring"), State.TABLED),
        (plan(WANTED, WANTED | {"period": "~2013-04-08/2013-04-12"}), State.IN_PRINCIPLE),
        (plan(WANTED, WANTED | {"present": "~yes"}), State.IN_PRINCIPLE),
        (agreed(), State.AGREED),
    ],
)
def test_a_proposal_goes_through_the_steps_of_a_negotiation(standing, state):
    assert review(standing, date(2013, 1, 1)).state is state


def test_what_one_party_wants_alone_is_never_late():
    assert review(plan(WANTED, {}), date(2014, 1, 1)).state is State.PROPOSED


# Once it is agreed


@pytest.mark.parametrize(
    ("period", "today", "state"),
    [
        ("2013-04-08/2013-04-12", date(2013, 4, 7), State.IN_PREPARATION),
        ("2013-04-08/2013-04-12", date(2013, 4, 8), State.UNDER_WAY),
        ("2013-04-08/2013-04-12", date(2013, 4, 12), State.UNDER_WAY),
        ("2013-04-08/2013-04-12", date(2013, 4, 13), State.UNREPORTED),
        ("2013-Q2", date(2013, 6, 29), State.IN_PREPARATION),
        ("2013-Q2", date(2013, 7, 1), State.UNREPORTED),
        ("2013-04/2013-06", date(2013, 4, 29), State.IN_PREPARATION),
        ("2013-04/2013-06", date(2013, 4, 30), State.UNDER_WAY),
        ("2013-04-08/?", date(2099, 1, 1), State.UNDER_WAY),
        ("?/2013-04-12", date(2013, 4, 12), State.IN_PREPARATION),
        ("?/2013-04-12", date(2013, 4, 13), State.UNREPORTED),
        ("?", date(2099, 1, 1), State.IN_PREPARATION),
    ],
)
def test_what_is_in_force_moves_with_its_dates(period, today, state):
    found = review(agreed(period=period), today, in_force=True)
    assert found.state is state
    assert found.overdue == (state is State.UNREPORTED)
    assert found.missing == (("KAZ", "USA") if found.overdue else ())


def test_what_is_agreed_and_not_yet_sealed_is_late_all_the_same_since_plans_are_signed_late():
    assert review(agreed()).state is State.UNDER_WAY
    assert review(agreed(), date(2013, 5, 1)).overdue


def test_a_new_date_under_negotiation_leaves_the_edition_in_force():
    standing = plan(WANTED, WANTED | {"period": "2013-05-20/2013-05-24"})
    found = review(standing, date(2013, 4, 30), in_force=True)
    assert found.dates.ends == date(2013, 4, 12)
    assert found.overdue


def test_a_new_date_that_both_agree_to_counts_before_it_is_sealed():
    standing = agreed(period="2013-05-20/2013-05-24")
    old = {COURSE: {"period": "2013-04-08/2013-04-12"}}
    assert Review(standing, old, date(2013, 4, 30)).of(COURSE).state is State.IN_PREPARATION


def test_while_the_parties_differ_on_the_date_the_latest_that_anybody_names_counts():
    standing = plan(WANTED, WANTED | {"period": "2013-05"})
    assert review(standing).dates == Dates(date(2013, 4, 8), date(2013, 5, 31), date(2013, 5, 31))


# Accounts


@pytest.mark.parametrize(
    ("kaz", "usa", "state", "missing"),
    [
        ({"held": "yes"}, {}, State.HELD, ("USA",)),
        ({}, {"held": "partly"}, State.HELD, ("KAZ",)),
        ({"held": "yes"}, {"held": "yes"}, State.REPORTED, ()),
        ({"held": "yes"}, {"held": "no"}, State.DIFFERING, ()),
        ({"held": "yes"}, {"held": "partly"}, State.DIFFERING, ()),
        ({"held": "no"}, {"held": "no"}, State.NOT_HELD, ()),
        ({"held": "no"}, {}, State.NOT_HELD, ("USA",)),
        ({"held": "yes", "account.en": "Ten came."}, {"held": "yes"}, State.REPORTED, ()),
        ({"held": "yes", "account.en": "Ten came."}, {"held": "yes", "account.ru": "Десять."}, State.CLOSED, ()),
    ],
)
def test_whether_it_took_place_is_what_the_parties_tell(kaz, usa, state, missing):
    found = review(told(kaz, usa), date(2013, 5, 1), in_force=True)
    assert (found.state, found.missing) == (state, missing)
    assert found.accounts == {code: said["held"] for code, said in (("KAZ", kaz), ("USA", usa)) if "held" in said}


def test_what_was_held_before_it_was_agreed_was_held():
    assert review(plan(WANTED | {"held": "yes"}, {})).state is State.HELD


@pytest.mark.parametrize("field", ["cost.travel.payer", "pays.USA.amount"])
def test_it_is_closed_when_those_who_pay_have_said_what_they_spent(field):
    money = {field: "USA" if field.endswith("payer") else "10.00 USD"}
    all_told = {"held": "yes", "account.en": "Ten came."}
    assert review(told(all_told, all_told, **money)).state is State.REPORTED
    assert review(told(all_told | {"spent.KAZ": "9.00 USD"}, all_told, **money)).state is State.REPORTED
    assert review(told(all_told, all_told | {"spent.USA": "9.00 USD"}, **money)).state is State.CLOSED


def test_a_contested_account_counts_for_nobody():
    voices = told({"held": "yes"}).voices
    kaz = Voice(voices["KAZ"].words, [{}], contested=True, disputed=frozenset({(COURSE, "held")}))
    assert review(Standing(SCHEMA, {**voices, "KAZ": kaz}), date(2013, 5, 1), in_force=True).overdue


@pytest.mark.parametrize(
    ("kaz", "usa", "state"),
    [
        ("idea", "idea", State.IN_PREPARATION),
        ("memorandum", "", State.UNDER_WAY),
        ("venture", "production", State.UNDER_WAY),
        ("halted", "standby", State.SUSPENDED),
        ("production", "halted", State.DIFFERING),
        ("completed", "", State.HELD),
        ("completed", "completed", State.REPORTED),
    ],
)
def test_a_project_is_where_the_parties_say_it_stands(kaz, usa, state):
    stages = [{"stage": stage} if stage else {} for stage in (kaz, usa)]
    standing = told(*stages, kind="project", period="2013/2017")
    assert review(standing, in_force=True).state is state


def test_a_project_that_was_carried_out_is_so_whatever_stage_was_told_before():
    standing = told({"stage": "production", "held": "yes"}, {"held": "yes"}, kind="project")
    assert review(standing).state is State.REPORTED


def test_an_action_waits_for_its_holder_alone():
    action = {"kind": "action", "present": "yes", "parent": PLAN, "holder": "KAZ", "due": "2013-04"}
    assert review(plan(action, action)).state is State.UNDER_WAY
    late = review(plan(action, action), date(2013, 5, 1))
    assert (late.state, late.missing) == (State.UNREPORTED, ("KAZ",))
    assert review(plan(action | {"done": "yes"}, action)).state is State.REPORTED
    assert review(plan(action, action | {"done": "yes"})).state is State.HELD


# Leaving


@pytest.mark.parametrize("status", ["postponed", "cancelled"])
def test_what_all_postpone_or_cancel_is_so_and_is_not_late(status):
    found = review(agreed(status=status), date(2014, 1, 1), in_force=True)
    assert (found.state, found.overdue) == (State(status), False)


def test_what_one_party_cancels_is_not_cancelled():
    standing = plan(WANTED | {"status": "cancelled"}, WANTED)
    assert review(standing, in_force=True).state is State.UNDER_WAY
    assert review(standing).state is State.TABLED


def goes_on(before, parent=PLAN):
    return {"kind": "activity", "present": "yes", "parent": parent, "continues": " ".join(sorted(before))}


def test_two_that_go_on_from_one_have_split_it():
    standing = plan(WANTED, WANTED, a=goes_on([COURSE]), b=goes_on([COURSE]))
    found = review(standing)
    assert (found.state, set(found.after)) == (State.SPLIT, {item("a"), item("b")})


def test_one_that_goes_on_from_two_has_merged_them():
    assert review(plan(WANTED, WANTED, a=goes_on([COURSE, item("visit")]))).state is State.MERGED


@pytest.mark.parametrize(
    ("mine", "parent", "state"),
    [
        ({}, NEXT, State.CARRIED_OVER),
        ({"status": "postponed"}, PLAN, State.CARRIED_OVER),
        ({"present": "-"}, PLAN, State.CARRIED_OVER),
        ({}, PLAN, State.UNDER_WAY),
    ],
)
def test_one_that_goes_on_elsewhere_or_in_its_place_has_carried_it_over(mine, parent, state):
    fields = WANTED | mine
    assert review(plan(fields, fields, a=goes_on([COURSE], parent))).state is state


def test_what_was_held_stays_held_though_another_goes_on_from_it():
    held = WANTED | {"held": "yes"}
    assert review(plan(held, held, a=goes_on([COURSE], NEXT))).state is State.REPORTED


def test_what_not_all_want_carries_nothing_over():
    standing = plan(WANTED, WANTED, a=goes_on([COURSE], NEXT) | {"present": "~yes"})
    assert review(standing).state is State.UNDER_WAY


# What it is asked of, and how others call it


@pytest.mark.parametrize("kind", sorted(set(SCHEMA.kinds) - {"activity", "project", "meeting", "action"}))
def test_nothing_happens_to_what_is_only_said(kind):
    assert Review(agreed(kind=kind), {}, DAY).of(COURSE) is None


def test_every_state_has_a_code_of_iati():
    assert set(IATI) == set(State)
    assert set(IATI.values()) == set("123456")


# Properties

accounts = st.sampled_from([{}, *({"held": said} for said in ("yes", "partly", "no"))])
days = st.dates(date(2013, 1, 1), date(2014, 1, 1))


@given(accounts, accounts, st.booleans(), days)
def test_who_says_which_does_not_matter_and_late_means_that_nobody_told(kaz, usa, in_force, today):
    one = review(told(kaz, usa), today, in_force=in_force)
    other = review(told(usa, kaz), today, in_force=in_force)
    assert one.state is other.state
    assert one.overdue == (not kaz and not usa and today > date(2013, 4, 12))
    assert (one.state is State.DIFFERING) == (bool(kaz) and bool(usa) and kaz != usa)


@given(days, st.integers(0, 200))
def test_what_nobody_reports_only_ever_grows_later(today, more):
    before = review(agreed(), today, in_force=True)
    after = review(agreed(), today + timedelta(more), in_force=True)
    assert list(State).index(before.state) <= list(State).index(after.state)


@given(st.sampled_from(["", "~yes", "yes"]), st.sampled_from(["", "~yes", "yes", "-"]))
def test_only_what_all_want_firmly_is_agreed(kaz, usa):
    fields = [{name: value for name, value in (WANTED | {"present": said}).items() if value} for said in (kaz, usa)]
    standing = plan(*fields)
    found = review(standing, date(2013, 1, 1)).state
    assert (found is State.AGREED) == (standing.presence(COURSE) is Status.AGREED)
