"""What stands before every page: who has signed in, their seat, the plan that is meant, and what the seat may do.

Whatever changes something is a POST, and is written into the trail, done or refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Final, Literal

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from kelisim.errors import Refusal, Unknown
from kelisim_web import access, node, store, trail
from kelisim_web.access import Act, Seat
from kelisim_web.models.people import Officer
from kelisim_web.queries.recovery import alarms

if TYPE_CHECKING:
    from collections.abc import Callable

    from kelisim_web.queries.recovery import Alarm

    View = Callable[..., HttpResponse]

SHORT: Final = 12
ANYBODY: Final = "anybody"


class Asked(HttpRequest):
    """A request that has passed the gate."""

    seat: Seat
    officer: Officer
    alarms: Callable[[], list[Alarm]]


@dataclass(frozen=True)
class Gate:
    """A page behind the gate.

    Attributes:
        reads: what a seat must be allowed to do to see it; None for anybody who has a seat.
        writes: what it must be allowed to do to send its form, `ANYBODY` where a seat is enough; None where it has
            none.
        shows: it is a page to look at; else only a form is sent here, and opening the address does nothing.
    """

    reads: Act | None
    writes: Act | Literal["anybody"] | None
    shows: bool = True


def behind(view: View, gate: Gate) -> View:
    """A view behind the gate; `view.gate` tells which."""
    methods = [*(["GET", "HEAD"] if gate.shows else []), *(["POST"] if gate.writes else [])]

    @wraps(view)
    def entered(request: Asked, **captured: Any) -> HttpResponse:
        request.seat = access.sit(node.at_hand(), request.user.get_username())
        request.officer = Officer.objects.get(login=request.seat.officer)
        if "circle" in captured:
            captured["circle"] = plan_named(captured["circle"])
            request.alarms = partial(alarms, request.seat, captured["circle"])
        if request.method == "POST":
            return _written(request, view, gate, captured)
        _check(request, gate, captured)
        return view(request, **captured)

    guarded: View = require_http_methods(methods)(login_required(entered))
    guarded.gate = gate  # type: ignore[attr-defined]
    return guarded


def _check(request: Asked, gate: Gate, captured: dict[str, Any]) -> None:
    """Refuse who may not read the plan, see the page, or send the form."""
    circle = captured.get("circle", "")
    wanted = [Act.READ if circle else None, gate.reads, gate.writes if request.method == "POST" else None]
    for act in wanted:
        if isinstance(act, Act):
            access.check(request.seat, act, circle)


def _written(request: Asked, view: View, gate: Gate, captured: dict[str, Any]) -> HttpResponse:
    """Do what a form asks, and write it into the trail."""
    act, circle = str(request.resolver_match and request.resolver_match.url_name), captured.get("circle", "")
    try:
        _check(request, gate, captured)
        answer = view(request, **captured)
    except Refusal as refusal:
        trail.leave(request.seat, act, circle, _told(request, captured), refused=refusal.code)
        raise
    trail.leave(request.seat, act, circle, _told(request, captured))
    return answer


_NAMED: Final = (
    *("act", "where", "item", "field", "scope", "party", "login", "number"),
    *("seat", "preset", "clearance", "kind", "stem", "address"),
)


def _told(request: HttpRequest, captured: dict[str, Any]) -> dict[str, str]:
    """On what an act was done; neither codes and passwords nor the plan's words."""
    sent = {name: " ".join(request.POST.getlist(name))[:2000] for name in _NAMED if name in request.POST}
    return sent | {name: str(value) for name, value in captured.items() if name != "circle"}


def plan_named(name: str) -> str:
    """The plan whose id begins so.

    Raises:
        Unknown: there is none, or there are several.
    """
    found = [circle for circle in store.plans() if circle.startswith(name)]
    if len(found) != 1:
        raise Unknown("page-plan-unknown", name=name)
    return found[0]


def at(
    route: str,
    view: View,
    name: str,
    *,
    reads: Act | None = Act.READ,
    writes: Act | Literal["anybody"] | None = None,
) -> URLPattern:
    """A page behind the gate at an address, by a name that links use."""
    return path(route, behind(view, Gate(reads, writes)), name=name)


def form(route: str, view: View, name: str, *, writes: Act | Literal["anybody"]) -> URLPattern:
    """Where a form is sent that stands on another page. It is no page: a link that leads here does nothing."""
    return path(route, behind(view, Gate(None, writes, shows=False)), name=name)
