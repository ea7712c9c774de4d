"""Internal words on an item: comments, instructions, fallback positions, the line for the minister. They stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kelisim.errors import BadValue
from kelisim_web.access import Act, check
from kelisim_web.models.drafts import Comment
from kelisim_web.models.people import Officer
from kelisim_web.queries.lines import Lines
from kelisim_web.queries.standing import standing_of

if TYPE_CHECKING:
    from kelisim_web.access import Seat

SORTS: Final = ("comment", "instruction", "fallback", "line")
_MENTION: Final = re.compile(r"@([\w.+-]+)")


def write(seat: Seat, circle: str, item: str, sort: str, text: str) -> list[str]:
    """Put an internal word to an item.

    Args:
        seat: whose.
        circle: the plan.
        item: on what.
        sort: one of `SORTS`.
        text: what; `@login` mentions an officer.

    Returns:
        The officers that are mentioned.

    Raises:
        BadValue: nothing is said, or there is no such sort.
        Forbidden: not from this seat.
    """
    if sort not in SORTS:
        raise BadValue("comment-sort", sort=sort, choices=", ".join(SORTS))
    if not text.strip():
        raise BadValue("comment-empty")
    check(seat, Act.COMMENT, circle, [Lines(standing_of(seat, circle), circle).of(item)])
    named = {name.rstrip(".") for name in _MENTION.findall(text)}
    mentions = sorted(Officer.objects.filter(login__in=named).values_list("login", flat=True))
    Comment.objects.create(
        circle=circle,
        item=item,
        sort=sort,
        text=text.strip(),
        mentions=mentions,
        author=seat.officer,
        at=seat.node.now(),
    )
    return mentions
