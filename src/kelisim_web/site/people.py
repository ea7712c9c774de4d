"""The accounts with which officers sign in. Those of an example are known to everybody, and are made for it alone."""

from __future__ import annotations

import tomllib
from base64 import b32encode
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

from kelisim_web import store
from kelisim_web.access import Place
from kelisim_web.actions.people import add_officer, kind_of
from kelisim_web.models.people import Officer
from kelisim_web.queries.overview import look
from kelisim_web.views.invitations import account

if TYPE_CHECKING:
    from pathlib import Path

    from kelisim_web.access import Seat

SECRET = 20  # bytes of a second factor's secret


def seat_example(seat: Seat, file: Path) -> int:
    """Seat the officers of an example, each with an account and a second factor; they have looked at all there is.

    Args:
        seat: whose node; it must be an example.
        file: a TOML file with a table a party, in it `officers`: login, name, seats.

    Returns:
        How many.
    """
    from kelisim_web.us import us  # noqa: PLC0415  (rows load after Django has begun)

    people: list[dict[str, Any]] = tomllib.loads(file.read_text("utf-8")).get(us().code, {}).get("officers", [])
    for one in people:
        places = [Place(kind_of(name)) for name in one["seats"]]
        add_officer(seat, Officer(login=one["login"], name=one["name"], example=True), places)
        user = account(one["login"])
        if not Authenticator.objects.filter(user=user).exists():
            TOTP.activate(user, b32encode(sha256(one["login"].encode()).digest()[:SECRET]).decode())
        for circle in store.plans():
            look(replace(seat, officer=one["login"]), circle)
    return len(people)
