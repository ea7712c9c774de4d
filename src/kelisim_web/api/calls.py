"""What programs can ask for. Each call is one query or action, behind the same gate as the pages."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Query, Router, Status

from kelisim.errors import Forbidden, Unknown
from kelisim.language import DEFAULT
from kelisim_web import access, trail
from kelisim_web.access import Act, Pass, Seat
from kelisim_web.actions import positions
from kelisim_web.api import shapes
from kelisim_web.models.drafts import Draft
from kelisim_web.queries.editions import editions_of
from kelisim_web.queries.item import find, item_view
from kelisim_web.queries.outbox import outbox
from kelisim_web.queries.overview import overview
from kelisim_web.queries.plans import plans
from kelisim_web.queries.recorded import supposed
from kelisim_web.queries.standing import standing_of
from kelisim_web.queries.table import Wanted, table
from kelisim_web.us import our_code

REFUSED = {401: shapes.Problem, 403: shapes.Problem, 404: shapes.Problem, 422: shapes.Problem, 429: shapes.Problem}
CHANGED = {**REFUSED, 409: shapes.Problem}
router = Router()


class Asked(HttpRequest):
    """A request with a key that the node knows."""

    auth: Pass


def _language() -> str:
    return get_language() or DEFAULT


def _plan(seat: Seat, name: str) -> str:
    """The plan whose id begins so, of those that the seat reads; there are no others, for it.

    Raises:
        Unknown: there is none, or there are several.
    """
    found = [one.circle for one in plans(seat, _language()) if one.circle.startswith(name) and _is_open(seat, one)]
    if len(found) != 1:
        raise Unknown("page-plan-unknown", name=name)
    return found[0]


def _is_open(seat: Seat, plan: Any) -> bool:
    return not plan.on_paper and seat.reads(plan.circle)


def _item(seat: Seat, circle: str, name: str) -> str:
    try:
        return find(standing_of(seat, circle), name)
    except Unknown:
        return find(supposed(seat, circle), name)


@router.get("/plans", response={200: list[shapes.Plan], **REFUSED}, operation_id="plans")
def plans_read(request: Asked) -> list[shapes.Plan]:
    """The plans that the officer reads."""
    seat = request.auth.seat
    return [
        shapes.Plan(id=one.circle, parties=[*one.codes], ours=our_code(one.circle), scopes=[*one.scopes])
        for one in plans(seat, _language())
        if _is_open(seat, one)
    ]


@router.get("/plans/{plan}", response={200: shapes.Standing, **REFUSED}, operation_id="standing")
def standing(request: Asked, plan: str) -> shapes.Standing:
    """How far a plan is: per scope and line, and for whom how much waits."""
    seat = request.auth.seat
    circle = _plan(seat, plan)
    found = overview(seat, circle, _language())
    return shapes.Standing(
        plan=circle,
        ours=found.ours,
        parties=[*found.parties],
        scopes=[_scope(one) for one in found.scopes],
        waits={code: len(found.waiting(code)) for code in found.parties},
        new=len(found.new),
        troubled=dict(found.troubled),
    )


def _scope(one: Any) -> shapes.Scope:
    lines = [shapes.Line(number=line.number, title=line.title, items=_counted(line.items)) for line in one.lines]
    return shapes.Scope(
        scope=one.scope,
        number=one.number,
        title=one.title,
        notice=one.notice,
        items=_counted(one.items),
        lines=lines,
        unsettled=len(one.unsettled),
        editions=one.editions,
        frozen=one.frozen,
        offered=one.offered,
    )


def _counted(items: Any) -> dict[str, int]:
    return {str(status): count for status, count in items.items()}


@router.get("/plans/{plan}/items", response={200: shapes.Items, **REFUSED}, operation_id="items")
def items(request: Asked, plan: str, wanted: Query[shapes.Filters]) -> shapes.Items:
    """A page of a plan's items; the filters are those of the negotiating table."""
    seat = request.auth.seat
    found = table(seat, _plan(seat, plan), _language(), Wanted(**wanted.model_dump()))
    listed = [
        shapes.Item(
            **{name: getattr(row.entry, name) for name in ("item", "kind", "number", "scope", "line", "first", "last")},
            title=row.title,
            status=str(row.entry.status),
            unsettled=[*row.entry.unsettled],
            waits_for=sorted(row.entry.waits_for),
            new=row.new,
            drafts=sorted(row.drafts),
        )
        for row in found.rows
    ]
    return shapes.Items(found=found.found, page=wanted.page, pages=found.pages, items=listed)


@router.get("/plans/{plan}/items/{item}", response={200: shapes.WholeItem, **REFUSED}, operation_id="item")
def item(request: Asked, plan: str, item: str) -> shapes.WholeItem:
    """One item, named by its id, the beginning of its id, or its number: its fields, history and drafts."""
    seat = request.auth.seat
    circle = _plan(seat, plan)
    view = item_view(seat, circle, find(standing_of(seat, circle), item), _language())
    schema = standing_of(seat, circle).schema
    return shapes.WholeItem(
        **{name: getattr(view, name) for name in ("item", "kind", "number", "title", "notice", "struck_out")},
        registers=[
            shapes.Register(
                name=name,
                label=schema.name(name, _language()),
                status=str(field.status),
                said={code: shapes.Word(value=word.value, firm=word.firm) for code, word in field.words.items()},
                shown=shown,
                waits_for=[*field.waits_for],
            )
            for name, field, shown in view.fields
        ],
        history=[shapes.Said.model_validate(one, from_attributes=True) for one in view.history],
        drafts=[shapes.draft_of(one) for one in view.drafts],
    )


@router.get("/plans/{plan}/editions", response={200: list[shapes.Edition], **REFUSED}, operation_id="editions")
def editions(request: Asked, plan: str) -> list[shapes.Edition]:
    """All concluded editions of a plan."""
    seat = request.auth.seat
    return [shapes.Edition(**one._asdict()) for one in editions_of(seat, _plan(seat, plan), _language())]


@router.get("/plans/{plan}/drafts", response={200: list[shapes.WaitingDraft], **REFUSED}, operation_id="drafts")
def drafts(request: Asked, plan: str) -> list[shapes.WaitingDraft]:
    """What we mean to say and have not said: it is on this node alone."""
    seat = request.auth.seat
    return [
        shapes.WaitingDraft(
            **shapes.draft_of(one.draft).model_dump(),
            number=one.number,
            title=one.title,
            label=one.label,
            needs=one.needs,
            held=one.held,
        )
        for one in outbox(seat, _plan(seat, plan), _language())
    ]


@router.put("/plans/{plan}/drafts/{item}/{field}", response={200: shapes.Draft, **CHANGED}, operation_id="draft")
def draft(request: Asked, plan: str, item: str, field: str, said: shapes.NewDraft) -> shapes.Draft:
    """Draft a value for a field; it takes the place of an earlier draft there."""
    seat, circle, item = _drafting(request, plan, item)
    positions.draft(seat, circle, [positions.Say(item, field, said.value, said.hold, said.note)])
    trail.leave(seat, "api-draft", circle, {"item": item, "field": field})
    return shapes.draft_of(Draft.objects.get(circle=circle, item=item, field=field))


@router.delete("/plans/{plan}/drafts/{item}/{field}", response={204: None, **CHANGED}, operation_id="discard")
def discard(request: Asked, plan: str, item: str, field: str) -> Status[None]:
    """Drop a draft."""
    seat, circle, item = _drafting(request, plan, item)
    positions.discard(seat, circle, item, field)
    trail.leave(seat, "api-discard", circle, {"item": item, "field": field})
    return Status(204, None)


def _drafting(request: Asked, plan: str, item: str) -> tuple[Seat, str, str]:
    """Who drafts, in which plan, on which item.

    Raises:
        Forbidden: the key reads only, or the officer may not draft there.
    """
    seat = request.auth.seat
    if not request.auth.drafts:
        raise Forbidden("token-reads-only")
    circle = _plan(seat, plan)
    access.check(seat, Act.TRANSLATE, circle)
    return seat, circle, _item(seat, circle, item)
