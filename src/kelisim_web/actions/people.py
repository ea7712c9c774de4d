"""Who works at this desk: officers, and the seats that they have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.db import transaction

from kelisim.errors import BadValue, NotNow, Unknown
from kelisim.language import LANGUAGES
from kelisim_web import store
from kelisim_web.access import Act, Kind, Place, check
from kelisim_web.models.people import Officer, Token
from kelisim_web.models.people import Place as PlaceRow
from kelisim_web.queries.recorded import supposed

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from kelisim_web.access import Seat

LOGIN: Final = re.compile(r"[\w.+-]{1,100}")


def add_officer(seat: Seat, officer: Officer, places: Collection[Place]) -> None:
    """Give a person a place at this desk.

    Args:
        seat: whose.
        officer: the person; not saved yet.
        places: the seats that they get.

    Raises:
        BadValue: the login is taken or is none, the name or the seats are missing, or the language is none of ours.
        NotNow: an example's officer at an ordinary node.
        Forbidden: not from this seat.
    """
    check(seat, Act.ADMINISTER)
    if not LOGIN.fullmatch(officer.login):
        raise BadValue("officer-login", login=officer.login)
    if not officer.name.strip() or not places:
        raise BadValue("officer-unnamed" if not officer.name.strip() else "officer-unseated", login=officer.login)
    if Officer.objects.filter(login=officer.login).exists():
        raise BadValue("officer-exists", login=officer.login)
    if officer.language not in LANGUAGES:
        raise BadValue("officer-language", language=officer.language, choices=", ".join(LANGUAGES))
    if officer.example and not seat.node.is_example():
        raise NotNow("officer-of-an-example", login=officer.login)
    with transaction.atomic():
        officer.save(force_insert=True)
        set_places(seat, officer.login, places)


def set_places(seat: Seat, login: str, places: Collection[Place]) -> None:
    """Give an officer these seats, and no others.

    Raises:
        Unknown: nobody of that name works here, or there is no such plan or line.
        NotNow: nobody would be left who administers this node.
        Forbidden: not from this seat.
    """
    check(seat, Act.ADMINISTER)
    for one in places:
        _check_known(seat, one)
    officer = Officer.objects.filter(login=login).first()
    if officer is None:
        raise Unknown("officer-missing", login=login)
    rows = [PlaceRow(officer=officer, seat=one.kind, circle=one.circle, line=one.line) for one in sorted(set(places))]
    with transaction.atomic():
        had = _administrators().filter(officer=officer).exists()
        officer.places.all().delete()
        PlaceRow.objects.bulk_create(rows)
        if had and not _administrators().exists():
            raise NotNow("administrator-last", login=login)


def _check_known(seat: Seat, place: Place) -> None:
    """Refuse a seat in a plan, or for a line, that is not here; a mistaken one would be a seat nowhere."""
    if place.circle and place.circle not in store.plans():
        raise Unknown("page-plan-unknown", name=place.circle)
    if place.line and not (place.circle and supposed(seat, place.circle).kind(place.line) == "line"):
        raise Unknown("seat-line", line=place.line)


def _administrators() -> QuerySet[PlaceRow]:
    """The seats from which this node is administered: in all plans, not in one."""
    return PlaceRow.objects.filter(seat=Kind.ADMINISTRATOR, circle="")


def leave(seat: Seat, login: str) -> None:
    """Take all seats from an officer who leaves, and the keys of their programs.

    What they have drafted and written stays under their name, and nobody else gets their login.

    Raises:
        Unknown: nobody of that name works here.
        NotNow: nobody would be left who administers this node.
        Forbidden: not from this seat.
    """
    with transaction.atomic():
        set_places(seat, login, ())
        Token.objects.filter(officer=login).delete()


def kind_of(name: str) -> Kind:
    """A kind of seat by its name.

    Raises:
        BadValue: there is none.
    """
    if name not in {*Kind}:
        raise BadValue("seat-unknown", seat=name, choices=", ".join(Kind))
    return Kind(name)
