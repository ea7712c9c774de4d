"""Administration: officers and their seats, and the table of what each seat may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect

from kelisim_web.access import Act, Kind, Place
from kelisim_web.actions import people as acts
from kelisim_web.models.people import Officer
from kelisim_web.pages import address, language, page, translated
from kelisim_web.queries import administration
from kelisim_web.views.gate import Asked, at, form
from kelisim_web.views.invitations import invitation, shut

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict


def show(request: Asked) -> HttpResponse:
    """Where administration begins."""
    return page(request, "administration/start.html", rooms=administration.rooms(request.seat, language()))


def officers(request: Asked) -> HttpResponse:
    """Who works here, and a form for one more."""
    found = administration.people(request.seat, language())
    rooms = administration.rooms(request.seat, language())
    return page(request, "administration/officers.html", people=found, rooms=rooms, kinds=[*Kind])


def add(request: Asked) -> HttpResponse:
    """Add an officer, and show the address at which they choose a password."""
    sent = request.POST
    login = sent.get("login", "").strip()
    named = Officer(login=login, name=sent.get("name", "").strip(), post=sent.get("post", "").strip())
    named.language, named.mail = sent.get("language", ""), sent.get("mail", "").strip()
    acts.add_officer(request.seat, named, places(sent))
    messages.success(request, translated("administration.invited", name=named.name, address=invitation(login)))
    return HttpResponseRedirect(address("officer", login=login), status=303)


def officer(request: Asked, login: str) -> HttpResponse:
    """One officer: the seats that they have, and forms to change them."""
    found = administration.person(request.seat, language(), login)
    rooms = administration.rooms(request.seat, language())
    return page(request, "administration/officer.html", person=found, rooms=rooms, kinds=[*Kind])


def seats(request: Asked, login: str) -> HttpResponse:
    """Give an officer these seats and no others."""
    acts.set_places(request.seat, login, places(request.POST))
    messages.success(request, translated("administration.seated", login=login))
    return HttpResponseRedirect(address("officer", login=login), status=303)


def invite(request: Asked, login: str) -> HttpResponse:
    """Let an officer choose a password anew."""
    found = administration.person(request.seat, language(), login)
    told = translated("administration.invited", name=found.officer.name, address=invitation(login))
    messages.success(request, told)
    return HttpResponseRedirect(address("officer", login=login), status=303)


def leave(request: Asked, login: str) -> HttpResponse:
    """Take all seats from an officer who leaves."""
    acts.leave(request.seat, login)
    shut(login)
    messages.success(request, translated("administration.has-left", login=login))
    return HttpResponseRedirect(address("officers"), status=303)


def powers(request: Asked) -> HttpResponse:
    """Who may do what."""
    return page(request, "administration/seats.html", powers=administration.powers(), kinds=[*Kind])


def places(sent: QueryDict) -> list[Place]:
    """The seats that a form gives: each row has a kind, and a plan and line."""
    rows = zip(sent.getlist("seat"), sent.getlist("where"), strict=False)
    return [Place(acts.kind_of(kind), *_where(where)) for kind, where in rows if kind]


def _where(where: str) -> tuple[str, str]:
    circle, _, line = where.partition(":")
    return circle, line


PLACES = (
    at("administration/", show, "administration", reads=Act.AUDIT),
    at("administration/officers/", officers, "officers", reads=Act.AUDIT),
    form("administration/officers/add/", add, "officer-add", writes=Act.ADMINISTER),
    at("administration/officer/<str:login>/", officer, "officer", reads=Act.AUDIT),
    form("administration/officer/<str:login>/seats/", seats, "officer-seats", writes=Act.ADMINISTER),
    form("administration/officer/<str:login>/invite/", invite, "officer-invite", writes=Act.ADMINISTER),
    form("administration/officer/<str:login>/leave/", leave, "officer-leave", writes=Act.ADMINISTER),
    at("administration/seats/", powers, "seats", reads=Act.AUDIT),
)
