"""Taking a plan from a file: its words become our drafts, or nothing does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kelisim import intake, planfile
from kelisim.errors import BadValue
from kelisim.planfile import Problem
from kelisim_web import store
from kelisim_web.access import Act, check
from kelisim_web.actions.positions import Say, draft, new_item, written
from kelisim_web.models.drafts import Draft
from kelisim_web.queries.held import kinds_drafted
from kelisim_web.queries.standing import standing_of
from kelisim_web.us import our_code

if TYPE_CHECKING:
    from kelisim.position import Standing
    from kelisim_web.access import Seat


class Imported(NamedTuple):
    """What came of a file.

    Attributes:
        problems: what cannot be taken; nothing was drafted where there is any.
        drafts: how many fields now have a draft.
        items: how many items the file has.
        new: how many of these it does not name by an id.
        twins: new items that are likely another one again.
    """

    problems: list[Problem]
    drafts: int = 0
    items: int = 0
    new: int = 0
    twins: list[intake.Twin] = []  # noqa: RUF012  (never changed)


def import_plan(seat: Seat, circle: str, data: bytes, path: str) -> Imported:
    """Draft our positions of a plan file, as far as they differ from what we say now.

    Raises:
        Malformed: it is not such a file.
    """
    check(seat, Act.DRAFT, circle)
    standing, ours = standing_of(seat, circle), our_code(circle)
    sections, problems = planfile.read(data, path, standing.parties)
    drafted = Draft.objects.filter(circle=circle, value__isnull=False).values_list("item", "field", "value")
    taken = intake.take(sections, ours, standing, new_item, [(item, name, str(said)) for item, name, said in drafted])
    labels = {item: section.label for section, item in zip(sections, taken.items, strict=True)}
    news, bad = _news(seat, circle, standing, taken)
    problems += [*taken.problems, *(Problem(labels[item], field, refusal) for item, field, refusal in bad)]
    if problems:
        return Imported(problems)
    drafts = draft(seat, circle, news, standing, even_unsaid=True)
    new = [section for section, item in zip(sections, taken.items, strict=True) if section.name != item]
    return Imported([], drafts, len(sections), len(new), intake.twins(sections, taken.items, standing))


def _news(
    seat: Seat, circle: str, standing: Standing, taken: intake.Taken
) -> tuple[list[Say], list[tuple[str, str, BadValue]]]:
    """What of a file is another word than the one that we have there, and what of that is a bad value."""
    charter, ours = store.charter(circle).value, our_code(circle)
    says = [Say(item, field, said.value, said.hold) for (item, field), said in taken.said.items()]
    kinds = kinds_drafted(seat, circle, says)
    news, bad = [], []
    for say in says:
        word = standing.voices[ours].word(say.item, say.field)
        known = (word.value, not word.firm) if word else None
        if known == (say.value, say.hold):
            continue
        try:
            value = written(standing, say, kinds.get(say.item) or standing.kind(say.item), charter, ours)
        except BadValue as refusal:
            bad.append((say.item, say.field, refusal))
        else:
            news += [] if known == (value, say.hold) else [say]
    return news, bad
