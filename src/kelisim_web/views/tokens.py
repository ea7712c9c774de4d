"""My keys: those with which an officer's own programs and calendar ask this node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect

from kelisim_web.actions import tokens
from kelisim_web.pages import address, page, translated
from kelisim_web.views.gate import ANYBODY, Asked, at, form

if TYPE_CHECKING:
    from django.http import HttpResponse


def show(request: Asked) -> HttpResponse:
    """The keys of this officer, and a form for one more."""
    return page(request, "tokens.html", tokens=tokens.of_officer(request.seat))


def make(request: Asked) -> HttpResponse:
    """Make a key, and show it once."""
    sort = request.POST.get("sort", "")
    name = request.POST.get("name", "")
    secret = tokens.make(request.seat, name, drafts=sort == "drafts", feed=sort == "feed")
    messages.success(request, translated("tokens.made", name=name.strip(), key=secret))
    return HttpResponseRedirect(address("tokens"), status=303)


def end(request: Asked, number: int) -> HttpResponse:
    """End a key."""
    messages.success(request, translated("tokens.ended", name=tokens.end(request.seat, number)))
    return HttpResponseRedirect(address("tokens"), status=303)


PLACES = (
    at("my/keys/", show, "tokens", reads=None),
    form("my/keys/make/", make, "token-make", writes=ANYBODY),
    form("my/keys/<int:number>/end/", end, "token-end", writes=ANYBODY),
)
