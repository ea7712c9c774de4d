"""A yearly plan from last year's: what goes on, and as what."""

from __future__ import annotations

from kelisim import carryover
from kelisim.carryover import New
from tests.library.test_planfile import says, standing_of
from tests.parties import item

FRAMEWORK, OLD, NEW = item("0"), item("2013"), item("2014")
YEAR = {"2013": {"kind": "plan", "present": "yes", "period": "2013", "number": "2013", "parent": FRAMEWORK}}


def an_activity(parent="2013", **fields):
    return {"kind": "activity", "present": "yes", "parent": item(parent), **fields}


def begun(chosen, *voices, years=1):
    """What Kazakhstan drafts, by the name of the old item."""
    ids = {OLD: NEW, **{item(name): item(f"new {name}") for name in chosen}}
    drafted = carryover.begun(standing_of(*voices), "KAZ", OLD, New("2014", years, ids))
    return {name: drafted[ids[item(name)]] for name in ("2013", *chosen)}


def undone(*voices):
    return carryover.undone(standing_of(*voices), OLD)


def test_undone_is_what_nobody_accounts_as_held_and_nobody_has_cancelled_with_all():
    both = says(
        **YEAR,
        held=an_activity(held="no"),
        partly=an_activity(held="partly"),
        silent=an_activity(),
        cancelled=an_activity(status="cancelled"),
        postponed=an_activity(status="postponed"),
        factory={**an_activity(), "kind": "project"},
        elsewhere=an_activity(parent="0"),
    )
    usa = says(**YEAR, held={"held": "yes"}, cancelled={"status": "cancelled"})
    for name, of in both.words.items():
        usa.words.setdefault(name, dict(of)).update({**of, **usa.words.get(name, {})})
    assert set(undone(both, usa)) == {item(name) for name in ("partly", "silent", "postponed")}


def test_only_what_is_agreed_or_ours_and_joint_goes_on():
    kaz = says(
        **YEAR, visit=an_activity(period="2013-04", host="KAZ", held="no", status="postponed", **{"contact.KAZ": "D"})
    )
    usa = says(**YEAR, visit=an_activity(period="2013-05", host="KAZ", place="USA", status="postponed"))
    visit = begun(["visit"], kaz, usa)["visit"]
    assert visit == {
        "kind": "activity",
        "present": "yes",
        "parent": NEW,
        "continues": item("visit"),
        "period": "2014-04",
        "host": "KAZ",
    }


def test_numbers_have_no_gaps_and_items_keep_what_they_hang_on():
    voice = says(
        **YEAR,
        first=an_activity(number="2013.1"),
        line=an_activity(number="2013.2"),
        tenth=an_activity(parent="line", number="2013.2.10"),
        ninth=an_activity(parent="line", number="2013.2.9"),
        under=an_activity(parent="first", number="2013.1.1"),
        plain=an_activity(parent="line", line=item("line")),
    )
    made = begun(["line", "tenth", "ninth", "under", "plain"], voice, voice)
    numbers = {name: fields.get("number") for name, fields in made.items()}
    assert numbers == {
        "2013": "2014",
        "under": "2014.1",
        "line": "2014.2",
        "ninth": "2014.2.1",
        "tenth": "2014.2.2",
        "plain": None,
    }
    assert made["under"]["parent"] == NEW
    assert made["ninth"]["parent"] == made["plain"]["parent"] == made["plain"]["line"] == item("new line")
    assert made["2013"]["parent"] == FRAMEWORK


def test_a_year_of_the_old_plan_moves_in_titles_and_no_other_number_does():
    titles = {"title.en": "Steppe 2013, after that of 2012; unit 20130", "title.kk": "2013 жылғы оқу-жаттығу"}
    made = begun(["exercise"], *[says(**YEAR, exercise=an_activity(**titles))] * 2, years=2)["exercise"]
    assert made["title.en"] == "Steppe 2015, after that of 2012; unit 20130"
    assert made["title.kk"] == "2015 жылғы оқу-жаттығу"


def test_files_belong_to_their_year():
    voice = says(**YEAR, paper={**an_activity(), "kind": "file"}, visit=an_activity())
    assert carryover.members(standing_of(voice, voice), OLD) == [item("visit")]


def test_what_is_not_understood_here_does_not_go_on():
    voice = says(**YEAR, visit=an_activity(period="in spring", mood="good", line_code="exercises"))
    assert set(begun(["visit"], voice, voice)["visit"]) == {"kind", "present", "parent", "continues"}
