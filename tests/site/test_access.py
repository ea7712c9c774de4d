"""Who may do what at the site: every address, every kind of seat, opened and sent to.

The tables are the law, and are written for people who never read the code. A number is what the server answers: 200 a
page, 302 sign in first, 303 done, 403 not from this seat, 404 no such thing, 409 not now, 422 not like this. An address
that is in one table alone answers 405 to the other way. An address of ours that is in neither fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from django.core.cache import cache
from django.test import Client

from kelisim.errors import Forbidden, NotNow, Refusal
from kelisim_web.access import MAY, Act, Kind, Place, Reach, sit
from tests.site.conftest import Desks
from tests.site.web import HOST, Web

if TYPE_CHECKING:
    from kelisim_web.access import Seat

# Seats in all plans, one kind each; but `elsewhere` is a desk officer of another plan, and `nobody` has not signed in.
WHO = ("nobody", "elsewhere", *(kind.value for kind in Kind))

# address          nobody elsewhere | desk line trans | legal fin sec press | rel sign | aud adm
OPENED = """
week               302 200   200 200 200   200 200 200 200   200 200   200 200
overview           302 403   200 200 200   200 200 200 200   200 200   200 200
table              302 403   200 200 200   200 200 200 200   200 200   200 200
timeline           302 403   200 200 200   200 200 200 200   200 200   200 200
timeline-drawn     302 403   200 200 200   200 200 200 200   200 200   200 200
minister           302 403   200 200 200   200 200 200 200   200 200   200 200
translations       302 403   200 200 200   200 200 200 200   200 200   200 200
new                302 403   200 200 200   200 200 200 200   200 200   200 200
item               302 403   200 200 200   200 200 200 200   200 200   200 200
history            302 403   200 200 200   200 200 200 200   200 200   200 200
edit               302 403   200 200 200   200 200 200 200   200 200   200 200
drafts             302 403   200 200 200   200 200 200 200   200 200   200 200
dispatch           302 403   403 403 403   403 403 403 403   200 403   403 403
editions           302 403   200 200 200   200 200 200 200   200 200   200 200
signature          302 403   404 404 404   404 404 404 404   404 404   404 404
copy               302 403   200 200 200   200 200 200 200   200 200   200 200
compare            302 403   404 404 404   404 404 404 404   404 404   404 404
edition-file       302 403   404 404 404   404 404 404 404   404 404   404 404
seal               302 403   403 403 403   403 403 403 403   403 409   403 403
accidents          302 403   200 200 200   200 200 200 200   200 200   200 200
fork-proof         302 403   404 404 404   404 404 404 404   404 404   404 404
refused            302 404   404 404 404   404 404 404 404   404 404   404 404
exchange           302 200   200 200 200   200 200 200 200   200 200   200 200
delivery           302 404   404 404 404   404 404 404 404   404 404   404 404
cover              302 404   404 404 404   404 404 404 404   404 404   404 404
bundle             302 403   404 403 403   403 403 403 403   404 403   403 404
letters            302 403   200 200 200   200 200 200 200   200 200   200 200
letter-file        302 403   404 404 404   404 404 404 404   404 404   404 404
administration     302 403   403 403 403   403 403 403 403   403 403   200 200
officers           302 403   403 403 403   403 403 403 403   403 403   200 200
officer            302 403   403 403 403   403 403 403 403   403 403   404 404
seats              302 403   403 403 403   403 403 403 403   403 403   200 200
rules              302 403   200 200 200   200 200 200 200   200 200   200 200
parties            302 403   403 403 403   403 403 403 403   403 403   200 200
languages          302 200   200 200 200   200 200 200 200   200 200   200 200
backup             302 403   403 403 403   403 403 403 403   403 403   200 200
trail              302 403   403 403 403   403 403 403 403   403 403   200 200
trail-file         302 403   403 403 403   403 403 403 403   403 403   200 200
tokens             302 200   200 200 200   200 200 200 200   200 200   200 200
example            200 200   200 200 200   200 200 200 200   200 200   200 200
"""

# What is sent says little: 404, 409 and 422 are of what stands in the form, and mean that this seat may send it.
SENT = """
looked             302 403   303 303 303   303 303 303 303   303 303   303 303
translations       302 403   303 303 303   403 403 403 403   403 403   403 403
act                302 403   422 422 422   403 403 403 403   403 403   403 403
undo               302 403   409 409 409   403 403 403 403   403 403   403 403
new                302 403   303 303 403   403 403 403 403   403 403   403 403
comment            302 403   422 422 422   422 422 422 422   422 422   403 403
edit               302 403   303 303 303   403 403 403 403   403 403   403 403
discard            302 403   303 303 303   403 403 403 403   403 403   403 403
clear              302 403   403 403 403   422 403 403 403   403 403   403 403
dispatch           302 403   403 403 403   403 403 403 403   409 403   403 403
freeze             302 403   303 403 403   403 403 403 403   403 303   403 403
lift               302 403   409 403 403   403 403 403 403   403 409   403 403
seal               302 403   403 403 403   403 403 403 403   403 409   403 403
take-back          302 403   403 403 403   403 403 403 403   403 409   403 403
restore-begin      302 403   303 403 403   403 403 403 403   303 403   403 303
restore-lift       302 403   403 403 403   403 403 403 403   403 403   403 409
restate            302 403   409 409 403   403 403 403 403   403 403   403 403
send               302 403   404 403 403   403 403 403 403   404 403   403 404
deliver            302 403   404 403 403   403 403 403 403   404 403   403 404
receive            302 403   422 403 403   403 403 403 403   422 403   403 422
letters            302 403   404 403 403   403 403 403 403   403 403   403 403
drop-letter        302 403   404 403 403   403 403 403 403   403 403   403 403
begin-paper        302 403   422 403 403   403 403 403 403   403 403   403 403
officer-add        302 403   403 403 403   403 403 403 403   403 403   403 303
officer-seats      302 403   403 403 403   403 403 403 403   403 403   403 404
officer-invite     302 403   403 403 403   403 403 403 403   403 403   403 404
officer-leave      302 403   403 403 403   403 403 403 403   403 403   403 404
rules-save         302 403   403 403 403   403 403 403 403   403 403   403 303
party-address      302 403   403 403 403   403 403 403 403   403 403   403 404
token-make         302 422   422 422 422   422 422 422 422   422 422   422 422
token-end          302 404   404 404 404   404 404 404 404   404 404   404 404
example            404 404   404 404 404   404 404 404 404   404 404   404 404
"""

CLOSED = [405] * len(WHO)
FORMS = {
    "officer-add": {"login": "desk", "name": "X", "seat": "legal", "where": "", "language": "en"},
    "officer-seats": {"seat": "legal", "where": ""},
    "party-address": {"party": "GBR", "address": ""},
    "example": {"login": "nobody"},
    "token-make": {"name": ""},
    "rules-save": {"clearance": "moral"},
    "clear": {"kind": "legal", "where": "aaaaaaaaaaaaaaaa:title.en"},
}


class World(NamedTuple):
    """A desk with an officer of every kind, and what addresses name there."""

    web: Web
    circle: str
    other: str
    lines: dict[str, str]
    items: dict[str, str]

    def parts(self, name: str) -> dict[str, str]:
        """What stands in the address of this name."""
        from kelisim_web.site import urls

        (place,) = [one for module in urls.MODULES for one in module.PLACES if one.name == name]
        known = {
            "circle": self.circle,
            "item": self.items["first"],
            "stem": "period",
            "login": "ghost",
            "number": "999",
            "entry": "999",
            "name": "no.bundle",
            "digest": "0" * 64,
            "scope": self.items["first"],
            "deed": "offer",
            "subject": self.items["first"],
            "piece": "0" * 64,
        }
        return {part: known[part] for part in place.pattern.converters}

    def ask(self, who: str, name: str, sent: dict[str, str] | None = None) -> int:
        """Open an address, or send a form there: what the server answers."""
        from django.contrib.auth.models import User
        from django.db import transaction
        from django.urls import reverse

        address, client = reverse(name, kwargs=self.parts(name)), Client(SERVER_NAME=HOST)
        with self.web.open("kaz"):
            if who != "nobody":
                client.force_login(User.objects.get(username=who))
            if sent is None:
                return client.get(address).status_code
            if name == "dispatch":  # it asks for a second factor, and has nothing to say
                from kelisim_web.views.factor import code_of

                sent = {"code": code_of(who)}
            with transaction.atomic():
                status = client.post(address, sent).status_code
                transaction.set_rollback(name == "restore-begin")  # the others would find a node that is a copy
            return status


def rows(table: str) -> dict[str, list[int]]:
    lines = [line.split() for line in table.splitlines() if line.strip()]
    return {name: [int(one) for one in statuses] for name, *statuses in lines}


def names() -> list[str]:
    from kelisim_web.site import urls

    return [place.name for module in urls.MODULES for place in module.PLACES]


@pytest.fixture(scope="module")
def world(founded, tmp_path_factory) -> World:
    """A plan with two lines and an activity on each, agreed; an officer of every kind, and owners of either line."""
    from allauth.mfa.totp.internal.auth import TOTP

    from tests.site.rows import copied

    cache.clear()
    home = tmp_path_factory.mktemp("access") / "home"
    copied(founded, home)
    desks = Desks(home)
    lines = {
        name: desks.item("kaz", "line", f"number={n}", f"title.en={name}") for n, name in enumerate(("first", "second"))
    }
    items = {
        name: desks.item("kaz", "activity", f"line={line}", f"number={n}", f"title.en=On the {name}", "period=2013-04")
        for n, (name, line) in enumerate(lines.items(), start=5)
    }
    desks.well("kaz", "dispatch")
    desks.well("kaz", "plan paper UZB --languages en")
    web = Web(desks)
    with web.open("kaz") as node:
        from kelisim_web import store
        from kelisim_web.access import Seat
        from kelisim_web.actions.people import add_officer
        from kelisim_web.models.people import Officer
        from kelisim_web.site.server import make_tables
        from kelisim_web.views.invitations import account

        make_tables()
        circle, other = store.plans()
        places = {
            **{kind.value: Place(kind) for kind in Kind},
            "elsewhere": Place(Kind.DESK_OFFICER, other),
            "first-owner": Place(Kind.LINE_OWNER, circle, lines["first"]),
            "second-owner": Place(Kind.LINE_OWNER, circle, lines["second"]),
            "here": Place(Kind.DESK_OFFICER, circle),
        }
        for login, place in places.items():
            add_officer(Seat(node, "setting up"), Officer(login=login, name=login), [place])
            TOTP.activate(account(login), "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U")
    (home / "scan.pdf").write_bytes(b"a scan")
    return World(web, circle, other, lines, items)


def test_every_address_of_ours_is_in_a_table_and_no_other_is():
    assert rows(OPENED).keys() | rows(SENT).keys() == {*names()}


@pytest.mark.parametrize("name", names())
def test_what_each_seat_gets_where_it_opens_an_address(world, name):
    got = [world.ask(who, name) for who in WHO]
    assert dict(zip(WHO, got, strict=True)) == dict(zip(WHO, rows(OPENED).get(name, CLOSED), strict=True))


@pytest.mark.parametrize("name", names())
def test_what_each_seat_gets_where_it_sends_a_form(world, name):
    got = [world.ask(who, name, FORMS.get(name, {})) for who in WHO]
    assert dict(zip(WHO, got, strict=True)) == dict(zip(WHO, rows(SENT).get(name, CLOSED), strict=True))


# Own line and other line, own plan and other plan: `+` may, `-` may not. The item is on the first line of the plan.
WRITERS = (
    "desk-officer here elsewhere first-owner second-owner line-owner translator legal releaser auditor administrator"
)
ACTS = """
#                   desk here elsewhere | owner of first, second, all lines | transl legal | releaser auditor admin
draft-a-date          +  +  -             +  -  +                             -  -           -  -  -
draft-a-text          +  +  -             +  -  +                             +  -           -  -  -
withdraw-everything   +  +  -             +  -  +                             -  -           -  -  -
strike-out            +  +  -             +  -  +                             -  -           -  -  -
move-to-other-line    +  +  -             +  -  +                             -  -           -  -  -
discard-a-date        +  +  -             +  -  +                             -  -           -  -  -
discard-a-text        +  +  -             +  -  +                             +  -           -  -  -
add-a-file            +  +  -             +  -  +                             -  -           -  -  -
propose-on-the-line   +  +  -             +  -  +                             -  -           -  -  -
propose-on-no-line    +  +  -             -  -  +                             -  -           -  -  -
propose-elsewhere     +  -  +             -  -  +                             -  -           -  -  -
comment               +  +  -             +  -  +                             +  +           +  -  -
clear-for-law         -  -  -             -  -  -                             -  +           -  -  -
clear-for-money       -  -  -             -  -  -                             -  -           -  -  -
close-the-plan        +  +  -             -  -  -                             -  -           -  -  -
record-a-letter       +  +  -             -  -  -                             -  -           -  -  -
begin-on-paper        +  -  -             -  -  -                             -  -           -  -  -
say-this-is-a-copy    +  -  -             -  -  -                             -  -           +  -  +
say-it-is-no-copy     -  -  -             -  -  -                             -  -           -  -  +
ask-for-a-card        -  -  -             -  -  -                             -  -           -  -  +
set-the-rules         -  -  -             -  -  -                             -  -           -  -  +
"""


def act(world: World, name: str, seat: Seat) -> None:
    """Do it, or be refused."""
    from kelisim_web.actions import (
        accidents,
        ceremonies,
        clearances,
        comments,
        desk,
        editions,
        files,
        items,
        paper,
        recorded,
    )
    from kelisim_web.actions.positions import Say, discard, draft, new_item
    from kelisim_web.clearance import Rules

    circle, item, new = world.circle, world.items["first"], new_item()
    proposed = [Say(new, "kind", "activity"), Say(new, "present", "yes")]
    letter = recorded.Paper("USA", "1", "2012-01-01")
    done = {
        "draft-a-date": lambda: draft(seat, circle, [Say(item, "period", "2013-05")]),
        "draft-a-text": lambda: draft(seat, circle, [Say(item, "title.ru", "На первом")]),
        "withdraw-everything": lambda: desk.act(seat, circle, desk.Deed("withdraw", "", ((item, ""),))),
        "strike-out": lambda: items.strike(seat, circle, item),
        "move-to-other-line": lambda: draft(seat, circle, [Say(item, "line", world.lines["second"])]),
        "discard-a-date": lambda: discard(seat, circle, item, "period"),
        "discard-a-text": lambda: discard(seat, circle, item, "title.ru"),
        "add-a-file": lambda: files.add(seat, circle, item, world.web.desks.home / "scan.pdf", {}),
        "propose-on-the-line": lambda: draft(seat, circle, [*proposed, Say(new, "line", world.lines["first"])]),
        "propose-on-no-line": lambda: draft(seat, circle, proposed),
        "propose-elsewhere": lambda: draft(seat, world.other, proposed),
        "comment": lambda: comments.write(seat, circle, item, "comment", "Ask the hospital."),
        "clear-for-law": lambda: clearances.clear(seat, circle, "legal", [(item, "period")]),
        "clear-for-money": lambda: clearances.clear(seat, circle, "finance", [(item, "period")]),
        "close-the-plan": lambda: editions.freeze(seat, circle, item, []),
        "record-a-letter": lambda: recorded.record(seat, circle, letter, [Say(item, "period", "2013")]),
        "begin-on-paper": lambda: paper.begin_paper(seat, ["GBR"], ["en"]),
        "say-this-is-a-copy": lambda: accidents.begin_restore(seat),
        "say-it-is-no-copy": lambda: accidents.lift_restore(seat, circle),
        "ask-for-a-card": lambda: ceremonies.request_card(seat, ceremonies.Change()),
        "set-the-rules": lambda: clearances.set_rules(seat, circle, Rules()),
    }
    done[name]()


def may(world: World, name: str, who: str) -> str:
    """Is it allowed? Whatever it did is taken back. Another refusal comes after that of the seat."""
    from django.db import transaction

    with world.web.open("kaz") as node, transaction.atomic():
        try:
            act(world, name, sit(node, who))
        except Forbidden:
            return "-"
        except Refusal:
            return "+"
        finally:
            transaction.set_rollback(True)
    return "+"


@pytest.mark.parametrize("row", [line for line in ACTS.splitlines() if line and not line.startswith("#")])
def test_who_may_do_it_on_the_first_line_of_the_plan(world, row):
    name, *expected = row.split()
    got = [may(world, name, who) for who in WRITERS.split()]
    assert dict(zip(WRITERS.split(), got, strict=True)) == dict(zip(WRITERS.split(), expected, strict=True))


def test_the_table_of_seats_gives_each_clearance_to_one_seat_and_everybody_reading():
    for act_ in Act:
        holders = {kind for kind in Kind if act_ in MAY[kind]}
        assert holders, act_
        if act_.startswith("clear-"):
            assert holders == {Kind(act_.removeprefix("clear-"))}
    assert all(MAY[kind][Act.READ] is Reach.PLAN for kind in Kind)
    assert set(MAY[Kind.AUDITOR]) == {Act.READ, Act.AUDIT}


def test_an_officer_of_an_example_is_refused_at_an_ordinary_node(web):
    web.desks.change("kaz", "UPDATE kelisim_web_officer SET example = true WHERE login = 'desk'")
    officer = web.at("kaz", "desk")
    assert officer.get("/").status == 200
    web.desks.change("kaz", "UPDATE kelisim_web_us SET example = false")
    refused = officer.get("/")
    assert refused.status == 403
    assert "officers of an example have one on example nodes alone" in refused.text
    assert officer.get("/example/").status == 404
    with web.open("kaz") as node:
        from kelisim_web.actions.people import add_officer
        from kelisim_web.models.people import Officer

        with pytest.raises(NotNow, match="officer-of-an-example"):
            add_officer(sit(node, "admin"), Officer(login="new", name="New", example=True), [Place(Kind.LEGAL)])


def test_a_person_without_a_seat_reads_nothing(web):
    web.desks.well("kaz", "officer leave auditor")
    auditor = web.at("kaz", "auditor")
    assert auditor.get("/").status == 403
    assert auditor.get(f"/plan/{web.plan()}/table/").status == 403
