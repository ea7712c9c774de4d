"""The second factor before an act that binds: a code or a passkey, given a moment ago or now."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from allauth.account.authentication import get_authentication_records
from allauth.mfa.base.forms import ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.mfa.utils import decrypt

from kelisim.errors import Forbidden

if TYPE_CHECKING:
    from kelisim_web.views.gate import Asked

FRESH: Final = 300
ASKED: Final = "asked"


def is_fresh(request: Asked) -> bool:
    """Was a second factor given less than five minutes ago?"""
    records = get_authentication_records(request, request.user)
    return any(one["method"] == "mfa" and time.time() - one["at"] < FRESH for one in records)


def has_one(request: Asked) -> bool:
    """Has this officer a second factor at all?"""
    return bool(Authenticator.objects.filter(user=request.user).exists())


def has_passkey(request: Asked) -> bool:
    """Is one of them a passkey? It is given on a page of its own, and serves for the next minutes."""
    return bool(Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN).exists())


def is_given_for(request: Asked) -> bool:
    """Was a second factor given since this very page asked for one? A passkey is given on a page of its own."""
    asked = request.session.get(ASKED, {})
    if asked.get("path") != request.path:
        return False
    records = get_authentication_records(request, request.user)
    return any(one["method"] == "mfa" and asked["at"] <= one["at"] <= time.time() for one in records)


def asked(request: Asked, *, afresh: bool = False) -> dict[str, Any]:
    """What a form needs that asks for a second factor; afresh, it is remembered when and where it asked."""
    given = is_given_for(request) if afresh else is_fresh(request)
    if afresh and not given:
        request.session[ASKED] = {"path": request.path, "at": time.time()}
    return {
        "fresh": given,
        "has_factor": has_one(request),
        "has_passkey": has_passkey(request),
        "example_code": example_code(request),
    }


def require(request: Asked, *, afresh: bool = False) -> None:
    """Let an act pass.

    Args:
        request: with the form's `code`, where a fresh one is needed.
        afresh: one given before this page asked does not serve, and one serves once, as for a seal.

    Raises:
        Forbidden: there is none, it is not right, or too many were wrong.
    """
    if is_given_for(request) if afresh else is_fresh(request):
        request.session.pop(ASKED, None)
        return
    if not has_one(request):
        raise Forbidden("factor-none")
    form = ReauthenticateForm(data={"code": request.POST.get("code", "")}, user=request.user)
    if not form.is_valid():
        raise Forbidden("factor-wrong")
    form.save()


def example_code(request: Asked) -> str:
    """The code that the device of an example's officer shows now; empty at any other node."""
    if not (request.seat.node.is_example() and request.officer.example):
        return ""
    return code_of(request.user.get_username())


def code_of(login: str) -> str:
    """What an officer's device shows now; empty where there is none."""
    found = Authenticator.objects.filter(user__username=login, type=Authenticator.Type.TOTP).first()
    counters = [*auth.yield_hotp_counters_from_time()]
    now = counters[len(counters) // 2]  # the others are those before and after, where clocks may differ
    return auth.format_hotp_value(auth.hotp_value(decrypt(found.data["secret"]), now)) if found else ""
