"""Where other nodes hand in bundles. There is no session and nobody signs in; strangers learn nothing of the node."""

from __future__ import annotations

from http import HTTPStatus

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kelisim_web import inboxes, node
from kelisim_web.access import Machine
from kelisim_web.actions import inbox

OFFICER = "inbox"


@csrf_exempt
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take a bundle: 204 where it is read; else a code, the same for whatever did not hold."""
    if request.content_type != inboxes.TYPE:
        return _refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "inbox-type")
    if not 0 < int(request.META.get("CONTENT_LENGTH") or 0) <= settings.INBOX_LARGEST:
        return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "inbox-size")
    if not ratelimit.consume(request, action="inbox"):
        return _refused(HTTPStatus.TOO_MANY_REQUESTS, "inbox-too-often")
    if not inbox.take(Machine(node.at_hand(), OFFICER), request.read()):
        return _refused(HTTPStatus.UNPROCESSABLE_ENTITY, "inbox-refused")
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _refused(status: HTTPStatus, code: str) -> HttpResponse:
    return JsonResponse({"code": code}, status=status)


PLACES = (path("inbox/", take, name="inbox"),)
