"""Templates: Jinja2, in which a name that nobody has given is an error and every text is escaped."""

from __future__ import annotations

from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from jinja2 import Environment, StrictUndefined

from kelisim.errors import Forbidden
from kelisim.language import DEFAULT, LANGUAGES, NAMES, language_of
from kelisim.messages import explain
from kelisim.plan import schema
from kelisim_web import node, texts, us
from kelisim_web.access import sit
from kelisim_web.models.people import Officer

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from kelisim.errors import Refusal
    from kelisim.messages import Message
    from kelisim_web.access import Seat

PLAIN: Final = "!$&'()*+,;=~:@"  # what stands in a part of a path as it is
_STATIC = Path(__file__).parent / "static"


def environment(**options: Any) -> Environment:
    """What templates know wherever they are used."""
    made = Environment(**{**options, "autoescape": True, "undefined": StrictUndefined})  # noqa: S701  (it is on)
    made.trim_blocks = made.lstrip_blocks = True
    made.globals |= {"t": translated, "url": address, "static": static, "LANGUAGES": [*LANGUAGES], "NAMES": NAMES}
    made.filters |= {
        "day": _spoken(texts.day),
        "period": _spoken(texts.period),
        "short_day": _spoken(texts.short_day),
        "number": _spoken(texts.number),
        "money": _spoken(texts.money),
    }
    made.filters["field_label"] = lambda name: schema().name(name, language())
    made.filters["query"] = partial(urlencode, doseq=True)
    return made


def language() -> str:
    """The reader's language."""
    return get_language() or DEFAULT


def translated(key: str, /, **params: str | int) -> str:
    """A word of the pages in the reader's language."""
    return texts.word(key, language(), **params)


def _spoken(form: Any) -> Any:
    return lambda value: form(value, language())


def address(name: str, /, **parts: str | int) -> str:
    """Where a page is; an item's or plan's id may be its beginning."""
    form = _form(name, *parts)
    return form.format_map({part: quote(str(value), safe=PLAIN) for part, value in parts.items()})


@cache
def _form(name: str, *parts: str) -> str:
    """The address of a page with its parts still open: a page has hundreds of addresses of a few forms."""
    numbers = {part: 900_000_000 + place for place, part in enumerate(parts)}  # which every part can be
    found = reverse(name, kwargs=numbers)
    for part, number in numbers.items():
        found = found.replace(str(number), f"{{{part}}}")
    return found


@cache
def static(name: str) -> str:
    """Where a file of the front end is; the address changes with its bytes."""
    mark = sha256((_STATIC / name).read_bytes()).hexdigest()[:10] if (_STATIC / name).is_file() else ""
    return f"/static/{name}?{mark}"


def around(request: HttpRequest) -> dict[str, Any]:
    """What stands around every page: whose node, who sits there, which day it is."""
    spoken = language()
    return {"language": spoken, "t": partial(_said, spoken), "desk": partial(_desk, request)}


def _said(spoken: str, key: str, /, **params: str | int) -> str:
    return texts.word(key, spoken, **params)


class _Desk:
    """The desk that a page belongs to."""

    def __init__(self, request: HttpRequest) -> None:
        here = node.at_hand()
        self.name = us.name(language())
        self.example = here.is_example()
        self.day: date = here.today()
        self.seat: Seat | None = getattr(request, "seat", None) or _seat_of(request)
        self.officer: Officer | None = getattr(request, "officer", None) or _signed_in(request)


def _signed_in(request: HttpRequest) -> Officer | None:
    """Who has signed in, on a page that is not behind the gate, such as that of the second factors."""
    login = request.user.get_username() if request.user.is_authenticated else ""
    return Officer.objects.filter(login=login).first() if login else None


def _seat_of(request: HttpRequest) -> Seat | None:
    """Their seat there; None for a person who has none any more."""
    try:
        return sit(node.at_hand(), request.user.get_username())
    except Forbidden:
        return None


def _desk(request: HttpRequest) -> _Desk:
    found: _Desk | None = getattr(request, "_desk", None)
    if found is None:
        found = request._desk = _Desk(request)  # type: ignore[attr-defined]  # noqa: SLF001  (made once a request)
    return found


def refusal_of(refusal: Refusal) -> Message:
    """A refusal in the reader's language, to stand beside what was refused."""
    return explain(refusal, language_of(language()))


def page(request: HttpRequest, template: str, /, status: int = 200, **values: Any) -> HttpResponse:
    """A page, or a fragment of one, made of a template and what it shows."""
    return render(request, template, values, status=status)
