"""The interface as one: who may enter, how often, and how it refuses."""

from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, Throttled, ValidationError
from ninja.renderers import JSONRenderer
from ninja.security import HttpBearer
from ninja.throttling import SimpleRateThrottle

from kelisim.errors import BadValue, Forbidden, NotNow, Refusal
from kelisim_web import access, node
from kelisim_web.access import Pass
from kelisim_web.api.calls import Asked, router
from kelisim_web.refused import problem

RATE = "600/m"


class Key(HttpBearer):
    """A key of the interface, which an officer makes on the page of their keys."""

    def authenticate(self, request: HttpRequest, token: str) -> Pass | None:
        """Whose it is."""
        del request
        return access.enter(node.at_hand(), token)


class EachOfficer(SimpleRateThrottle):
    """So many calls an officer, whatever number of keys they have."""

    def get_cache_key(self, request: HttpRequest) -> str | None:
        """Under what calls are counted."""
        shown: Pass = request.auth  # type: ignore[attr-defined]  # ninja puts it there
        return f"api-{sha256(shown.seat.officer.encode()).hexdigest()}"


class Plain(JSONRenderer):
    """Texts in their own letters."""

    json_dumps_params = {"ensure_ascii": False}  # noqa: RUF012  (so declared where it comes from)


api = NinjaAPI(
    title="Kelisim",
    version="1",
    description="Reads and drafts of one party's node. Dispatch, freeze and seals are acts of persons, on the pages.",
    auth=Key(),
    renderer=Plain(),
    throttle=[EachOfficer(RATE)],
    docs_url=None,
    urls_namespace="api",
)
api.add_router("", router)


@api.exception_handler(Refusal)
def _refused(request: Asked, refusal: Any) -> HttpResponse:
    del request
    return problem(refusal)


@api.exception_handler(AuthenticationError)
def _unknown(request: Asked, error: Any) -> HttpResponse:
    del request, error
    answer = problem(Forbidden("token-unknown"), 401)
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(Throttled)
def _too_often(request: Asked, error: Any) -> HttpResponse:
    del request
    answer = problem(NotNow("api-too-often", rate=RATE), 429)
    if error.wait:
        answer["Retry-After"] = str(int(error.wait) + 1)
    return answer


@api.exception_handler(ValidationError)
def _misread(request: Asked, error: Any) -> HttpResponse:
    del request
    told = "; ".join(f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors)
    return problem(BadValue("api-request", detail=told[:500]))
