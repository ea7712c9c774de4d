"""A refusal as the web answers it: a status, and for programs the same sentences as JSON."""

from __future__ import annotations

from typing import Any, Final

from django.http import JsonResponse

from kelisim.errors import BadValue, Forbidden, Malformed, NotNow, Refusal, Unknown, Unproven
from kelisim_web.pages import refusal_of

STATUS: Final[dict[type[Refusal], int]] = {
    BadValue: 422,
    Malformed: 422,
    Unproven: 422,
    Unknown: 404,
    NotNow: 409,
    Forbidden: 403,
}
PROBLEM: Final = "application/problem+json"


def problem(refusal: Refusal, status: int = 0) -> JsonResponse:
    """A refusal for a program: its stable code and parameters, and what a person reads.

    Args:
        refusal: what was refused.
        status: of the answer; by the kind of refusal where none is given.
    """
    said: dict[str, Any] = {"code": refusal.code, **refusal_of(refusal)._asdict(), "params": refusal.params}
    status = status or STATUS[type(refusal)]
    return JsonResponse(said, status=status, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False})
