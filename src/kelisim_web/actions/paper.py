"""A plan on paper: beginning one while another party has no keys, and founding the real one from it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kelisim.errors import BadValue, NotNow, Unknown
from kelisim.ledger import profile
from kelisim.ledger.digest import digest
from kelisim.plan import schema, written
from kelisim_web import store
from kelisim_web.access import Act, check
from kelisim_web.actions import founding
from kelisim_web.models.desk import PaperPlan
from kelisim_web.models.drafts import Draft
from kelisim_web.models.recorded import Letter
from kelisim_web.paper import Paper, is_paper
from kelisim_web.us import our_party, us

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kelisim.ledger.record import Signed
    from kelisim_web.access import Seat


def begin_paper(seat: Seat, others: Sequence[str], languages: Sequence[str]) -> str:
    """Begin a plan on our node alone, with parties that have no keys yet.

    Args:
        seat: whose node.
        others: what the other parties are called.
        languages: the languages of the plan's texts.

    Returns:
        Its id.

    Raises:
        BadValue: a code or a language is not one, or no other party is named.
    """
    check(seat, Act.RECORD)
    ours = us().code
    for code in others:
        written("party", code, field="OTHERS")
    founding.check_languages(languages)
    codes = sorted({ours, *others})
    if codes == [ours]:
        raise BadValue("plan-needs-parties", choices="")
    plan = Paper(
        at=seat.node.now(),
        languages=sorted(set(languages)),
        nonce=secrets.token_hex(32),
        paper=1,
        parties=codes,
        schema=schema().number,
        us=(ours, our_party()),
    )
    text = profile.encode(plan)
    return PaperPlan.objects.create(circle=digest(text), text=text.decode()).circle


def found_from(seat: Seat, paper: str, others: Sequence[str], proposer: str, languages: Sequence[str]) -> Signed[Any]:
    """Write the charter of a plan that was on paper; its drafts and letters move over.

    Args:
        seat: whose node.
        paper: the plan on paper.
        others: as for `founding.new_plan`.
        proposer: likewise.
        languages: likewise; those of the plan on paper where empty.

    Raises:
        Unknown: no plan on paper is called so.
        NotNow: the parties are others, or a language is missing.
    """
    check(seat, Act.RECORD, paper)
    with transaction.atomic():
        before = store.charter(paper)
        if not is_paper(before):
            raise Unknown("paper-missing", plan=paper[:12])
        codes = sorted(before.value.codes().values())
        if sorted({us().code, *others}) != codes:
            raise NotNow("paper-other-parties", codes=", ".join(codes))
        tongues = languages or before.value.languages
        if not set(before.value.languages) <= set(tongues):
            raise NotNow("paper-other-languages", languages=", ".join(before.value.languages))
        charter = founding.new_plan(seat, others, proposer, tongues)
        Draft.objects.filter(circle=paper).update(circle=charter.id)
        Letter.objects.filter(circle=paper).update(circle=charter.id)
        PaperPlan.objects.filter(pk=paper).delete()
    return charter
