"""Editions: what is in the way of one, closing a scope, the seals, the reading copy, the file, two of them compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect

from kelisim.errors import Unknown
from kelisim_web.access import Act
from kelisim_web.actions import consents, editions
from kelisim_web.pages import address, language, page, translated
from kelisim_web.queries.consents import Deed, consents_to, persons_needed
from kelisim_web.queries.copy import reading_copy
from kelisim_web.queries.editions import offer_of, the_edition
from kelisim_web.queries.signature import scopes_of, signature
from kelisim_web.queries.versions import versions
from kelisim_web.views import factor
from kelisim_web.views.gate import SHORT, Asked, at, form

if TYPE_CHECKING:
    from kelisim.ledger.seal import Offer, Seal
    from kelisim_web.queries.signature import ScopeRow


def show(request: Asked, circle: str) -> HttpResponse:
    """The scopes of a plan, and the editions of each."""
    rows = scopes_of(request.seat, circle, language())
    return page(request, "editions/list.html", plan=circle[:SHORT], circle=circle, rows=rows)


def scope(request: Asked, circle: str, scope: str) -> HttpResponse:
    """A scope on its way to an edition."""
    row = _row(request, circle, scope)
    found = signature(request.seat, circle, row, language(), request.GET.getlist("language"))
    return page(request, "editions/scope.html", plan=circle[:SHORT], circle=circle, found=found)


def _row(request: Asked, circle: str, scope: str) -> ScopeRow:
    found = [row for row in scopes_of(request.seat, circle, language()) if row.scope == scope]
    if not found:
        raise Unknown("item-missing", name=scope, choices="")
    return found[0]


def freeze(request: Asked, circle: str, scope: str) -> HttpResponse:
    """Close a scope for its edition."""
    found = editions.freeze(request.seat, circle, scope, request.POST.getlist("language"))
    if found.obstacles:
        messages.error(request, translated("editions.freeze-not", count=len(found.obstacles)))
    else:
        messages.success(request, translated("editions.frozen", count=len(found.content)))
    return _to_scope(circle, scope)


def lift(request: Asked, circle: str, scope: str) -> HttpResponse:
    """Open a scope again."""
    editions.lift(request.seat, circle, scope)
    messages.success(request, translated("editions.lifted"))
    return _to_scope(circle, scope)


def _to_scope(circle: str, scope: str) -> HttpResponse:
    return HttpResponseRedirect(address("signature", circle=circle[:SHORT], scope=scope), status=303)


class _Meant(NamedTuple):
    """A seal that an address names, and the scope that it is over; its offer, where there is one already."""

    deed: Deed
    subject: str
    scope: str
    offer: Offer | None


def _meant(request: Asked, circle: str, deed: str, subject: str) -> _Meant:
    if deed not in {*Deed}:
        raise Unknown("deed-unknown", deed=deed, choices=", ".join(Deed))
    if Deed(deed) in (Deed.OFFER, Deed.CORRECT):
        return _Meant(Deed(deed), subject, subject, None)
    offer = offer_of(request.seat, circle, subject)
    return _Meant(Deed(deed), subject, offer.scope, offer)


def seal(request: Asked, circle: str, deed: str, subject: str) -> HttpResponse:
    """What is sealed, and the consent to it, with a second factor given for it alone."""
    meant = _meant(request, circle, deed, subject)
    value = editions.prepared(request.seat, circle, meant.deed, subject)
    if request.method == "POST":
        factor.require(request, afresh=True)
        _tell(request, meant, consents.consent(request.seat, circle, meant.deed, subject))
        return _to_scope(circle, meant.scope)
    return _asked(request, circle, meant, meant.offer or value)


def _asked(request: Asked, circle: str, meant: _Meant, text: Seal) -> HttpResponse:
    """What is about to be sealed, and the question for a second factor."""
    return page(
        request,
        "editions/seal.html",
        plan=circle[:SHORT],
        meant=meant,
        text=text,
        row=_row(request, circle, meant.scope),
        given=consents_to(request.seat, circle, meant.deed, meant.subject),
        needed=persons_needed(request.seat),
        **factor.asked(request, afresh=True),
    )


def _tell(request: Asked, meant: _Meant, done: consents.Consented) -> None:
    """Say what a consent has led to."""
    if done.sealed is None:
        messages.success(request, translated("editions.consented", given=done.given, needed=done.needed))
    elif done.sealed.counts:
        messages.success(request, translated(f"editions.sealed-{meant.deed}"))
    else:
        told = {"signed": done.sealed.signed, "needed": done.sealed.needed}
        messages.warning(request, translated("editions.sealed-in-part", **told))


def take_back(request: Asked, circle: str, deed: str, subject: str) -> HttpResponse:
    """Take one's consent back."""
    meant = _meant(request, circle, deed, subject)
    consents.take_back(request.seat, circle, meant.deed, subject)
    messages.success(request, translated("editions.taken-back"))
    return _to_scope(circle, meant.scope)


def file(request: Asked, circle: str, scope: str, number: str) -> HttpResponse:
    """An edition as a file that anybody can check."""
    answer = HttpResponse(editions.edition_file(request.seat, circle, scope, number), content_type="text/plain")
    answer["Content-Disposition"] = f'attachment; filename="edition-{number}.kelisim"'
    return answer


def copy(request: Asked, circle: str, scope: str) -> HttpResponse:
    """The reading copy."""
    number, offer = request.GET.get("edition", ""), request.GET.get("offer", "")
    offer = the_edition(request.seat, circle, scope, number) if number else offer
    found = reading_copy(request.seat, circle, scope, language(), request.GET.getlist("language"), offer)
    return page(request, "editions/copy.html", plan=circle[:SHORT], scope=scope, offer=offer, found=found)


def compare(request: Asked, circle: str, scope: str) -> HttpResponse:
    """Two editions, or an edition and what is said since."""
    row, number = _row(request, circle, scope), request.GET.get("page", "1")
    sides = request.GET.get("left", ""), request.GET.get("right", "")
    chosen = int(number) if number.isdecimal() and len(number) < len("100000") else 1
    found = versions(request.seat, circle, row.editions, sides, language(), max(chosen, 1))
    return page(request, "editions/compare.html", plan=circle[:SHORT], row=row, found=found, page=chosen)


PLACES = (
    at("plan/<str:circle>/editions/", show, "editions"),
    at("plan/<str:circle>/editions/<str:scope>/", scope, "signature"),
    form("plan/<str:circle>/editions/<str:scope>/freeze/", freeze, "freeze", writes=Act.FREEZE),
    form("plan/<str:circle>/editions/<str:scope>/lift/", lift, "lift", writes=Act.FREEZE),
    at("plan/<str:circle>/editions/<str:scope>/copy/", copy, "copy"),
    at("plan/<str:circle>/editions/<str:scope>/compare/", compare, "compare"),
    at("plan/<str:circle>/editions/<str:scope>/<str:number>/file/", file, "edition-file"),
    at("plan/<str:circle>/seal/<str:deed>/<str:subject>/", seal, "seal", reads=Act.SEAL, writes=Act.SEAL),
    form("plan/<str:circle>/seal/<str:deed>/<str:subject>/back/", take_back, "take-back", writes=Act.SEAL),
)
