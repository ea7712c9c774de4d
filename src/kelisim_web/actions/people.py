"""Who works at this desk: officers, and the seats that they have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kelisim.errors import BadValue, NotNow, Unknown
from kelisim.language import LANGUAGES
from kelisim_web.access import Act, Kind, Place, check
from kelisim_web.models.people import Officer
from kelisim_web.models.people import Place as PlaceRow

if TYPE_CHECKING:
    from collections.abc import Collection

    from kelisim_web.access import Seat


def add_officer(seat: Seat, officer: Officer, places: Collection[Place]) -> None:
    """Give a person a place at this desk.

    Args:
        seat: whose.
        officer: the person; not saved yet.
        places: the seats that they get.

    Raises:
        BadValue: the login is taken, or the language is none of ours.
        NotNow: an example's officer at an ordinary node.
        Forbidden: not from this seat.
    """
    check(seat, Act.ADMINISTER)
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
        Unknown: nobody of that name works here.
        Forbidden: not from this seat.
    """
    check(seat, Act.ADMINISTER)
    officer = Officer.objects.filter(login=login).first()
    if officer is None:
        raise Unknown("officer-missing", login=login)
    rows = [PlaceRow(officer=officer, seat=one.kind, circle=one.circle, line=one.line) for one in sorted(set(places))]
    with transaction.atomic():
        officer.places.all().delete()
        PlaceRow.objects.bulk_create(rows)


def kind_of(name: str) -> Kind:
    """A kind of seat by its name.

    Raises:
        BadValue: there is none.
    """
    if name not in {*Kind}:
        raise BadValue("seat-unknown", seat=name, choices=", ".join(Kind))
    return Kind(name)
