"""The parties that this node knows: keys, fingerprints, addresses; and the languages and code lists of the plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect

from kelisim_web.access import Act
from kelisim_web.actions.parties import set_address
from kelisim_web.pages import address, language, page, translated
from kelisim_web.queries import parties as known
from kelisim_web.queries.administration import rooms
from kelisim_web.queries.languages import code_lists, languages_of_plans
from kelisim_web.views.gate import Asked, at, form

if TYPE_CHECKING:
    from django.http import HttpResponse


def show(request: Asked) -> HttpResponse:
    """Our keys, theirs, and what waits for the root keys."""
    found, waiting = known.parties(request.seat, language()), known.waiting(request.seat)
    return page(request, "administration/parties.html", parties=found, waiting=waiting)


def locate(request: Asked) -> HttpResponse:
    """Say where a party's inbox is."""
    code = request.POST.get("party", "")
    set_address(request.seat, code, request.POST.get("address", "").strip())
    messages.success(request, translated("administration.address-saved", code=code))
    return HttpResponseRedirect(address("parties"), status=303)


def languages(request: Asked) -> HttpResponse:
    """The languages of the plans, and what the codes mean."""
    found, plans = languages_of_plans(request.seat), rooms(request.seat, language())
    return page(request, "administration/languages.html", plans=plans, spoken=found, lists=code_lists(language()))


PLACES = (
    at("administration/parties/", show, "parties", reads=Act.AUDIT),
    form("administration/parties/address/", locate, "party-address", writes=Act.ADMINISTER),
    at("administration/languages/", languages, "languages", reads=None),
)
