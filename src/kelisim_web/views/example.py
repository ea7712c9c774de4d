"""Sitting down at a desk of an example, where everybody may be anybody. No other node has these pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import Http404, HttpResponseRedirect
from django.urls import path
from django.views.decorators.http import require_http_methods

from kelisim_web import node
from kelisim_web.models.people import Officer
from kelisim_web.pages import address, page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_http_methods(["GET", "HEAD", "POST"])
def sit_down(request: HttpRequest) -> HttpResponse:
    """Choose who to be."""
    if not node.at_hand().is_example():
        raise Http404
    people = Officer.objects.filter(example=True).prefetch_related("places").order_by("pk")
    if request.method == "POST":
        chosen = people.filter(login=request.POST.get("login", "")).first()
        if chosen is None:
            raise Http404
        login(request, User.objects.get(username=chosen.login), backend=BACKEND)
        return HttpResponseRedirect(address("week"), status=303)
    return page(request, "example.html", people=people)


PLACES = (path("example/", sit_down, name="example"),)
