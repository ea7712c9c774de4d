"""Accidents: a refused bundle, a contested feed with both signed pieces, a node that is a restored copy."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect

from kelisim_web.access import Act
from kelisim_web.actions import accidents
from kelisim_web.pages import address, language, page, translated
from kelisim_web.queries.accidents import forks_of, the_fork
from kelisim_web.queries.recovery import forks_shown, left_behind, refused, way_back
from kelisim_web.views.gate import SHORT, Asked, at, form


def show(request: Asked, circle: str) -> HttpResponse:
    """What is wrong with a plan, and what to do."""
    return page(
        request,
        "accidents/plan.html",
        plan=circle[:SHORT],
        circle=circle,
        forks=forks_shown(request.seat, circle, language()),
        way=way_back(request.seat, circle),
        behind=left_behind(request.seat, circle),
    )


def proof(request: Asked, circle: str, piece: str) -> HttpResponse:
    """The proof of a fork as a file that anybody can check."""
    found = the_fork(forks_of(request.seat, circle), piece)
    answer = HttpResponse(found.proof, content_type="text/plain")
    answer["Content-Disposition"] = f'attachment; filename="fork-{found.code}-{piece[:SHORT]}.kelisim"'
    return answer


def bundle(request: Asked, number: int) -> HttpResponse:
    """A refused bundle: what, why, and what next."""
    return page(request, "accidents/refused.html", found=refused(request.seat, number, language()))


def begin(request: Asked, circle: str) -> HttpResponse:
    """Say that this node is a restored copy."""
    plans = accidents.begin_restore(request.seat)
    messages.success(request, translated("accidents.begun", count=len(plans)))
    return _back(circle)


def lift(request: Asked, circle: str) -> HttpResponse:
    """Say that it is none."""
    accidents.lift_restore(request.seat, circle)
    messages.success(request, translated("accidents.lifted"))
    return _back(circle)


def restate(request: Asked, circle: str) -> HttpResponse:
    """Draft anew what was left behind."""
    done = accidents.restate_orphans(request.seat, circle)
    messages.success(request, translated("accidents.restated", count=done.drafted))
    return HttpResponseRedirect(address("drafts", circle=circle[:SHORT]), status=303)


def _back(circle: str) -> HttpResponse:
    return HttpResponseRedirect(address("accidents", circle=circle[:SHORT]), status=303)


PLACES = (
    at("plan/<str:circle>/accidents/", show, "accidents"),
    form("plan/<str:circle>/accidents/begin/", begin, "restore-begin", writes=Act.EXCHANGE),
    form("plan/<str:circle>/accidents/lift/", lift, "restore-lift", writes=Act.ADMINISTER),
    form("plan/<str:circle>/accidents/restate/", restate, "restate", writes=Act.DRAFT),
    at("plan/<str:circle>/accidents/<str:piece>/proof/", proof, "fork-proof"),
    at("exchange/refused/<int:number>/", bundle, "refused", reads=None),
)
