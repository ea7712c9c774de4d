"""By when something has to be done for a plan, from its dates alone: no clock, and nothing that hangs on a weekday.

Each rule says where it comes from: a `law`, the `practice` of talks as it can be seen, or a `clause` that agreements
commonly have. A law binds the party whose it is; practice and clauses are reminders. Months are counted in the
calendar, so that four months before 30 June are 28 February where that month has no 30th day.

Source: law of Kazakhstan on international treaties, 30 May 2005, article 5 (proposals for signing: 14 days before it
for the Government, 30 for the Republic); dates of working groups and staff talks as ministries have reported them; the
joint commissions of environment and cooperation agreements (yearly; co-chairs named within 30 days).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Final, NamedTuple

FOR_GOVERNMENT, FOR_REPUBLIC, CO_CHAIRS = timedelta(days=14), timedelta(days=30), timedelta(days=30)
MONTHS: Final = 12
APRIL, OCTOBER = 4, 10
STEPS: Final = {
    "call": -12,
    "working-group": -10,
    "staff-talks": -8,
    "money-and-law": -6,
    "collation": -4,
    "signed": 0,
    "report": 12,
}
"""The steps of a plan for a year: how many months after its first day (before it, where negative)."""


class Deadline(NamedTuple):
    """A day by which something has to be done.

    Attributes:
        rule: what; a name for words.
        day: the last day on which it is in time.
        party: the code of the party whom it binds; empty for all.
        source: `law`, `practice` or `clause`.
    """

    rule: str
    day: date
    party: str
    source: str


def months_after(day: date, months: int) -> date:
    """The same day of another month, or the last of that month where it is shorter."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def before_signature(signing: date, party: str) -> list[Deadline]:
    """What a party has to have done before it signs.

    Args:
        signing: the day of the signature.
        party: its code; Kazakhstan's is the only law that names days.
    """
    if party != "KAZ":
        return []
    return [
        Deadline("proposal-republic", signing - FOR_REPUBLIC, party, "law"),
        Deadline("proposal-government", signing - FOR_GOVERNMENT, party, "law"),
    ]


def steps(begins: date) -> list[Deadline]:
    """The steps of a plan for a year by its first day; it is signed before that day."""
    days = {rule: months_after(begins, months) for rule, months in STEPS.items()}
    days["signed"] = begins - timedelta(days=1)
    return [Deadline(rule, day, "", "practice") for rule, day in days.items()]


def list_closes(today: date) -> tuple[int, Deadline]:
    """The next talks in April: for which fiscal year of the United States they close the list, and by when."""
    year = today.year + (today.month > APRIL)
    return year + 1, Deadline("list-closes", date(year, APRIL, monthrange(year, APRIL)[1]), "USA", "practice")


def fiscal_year(day: date) -> int:
    """The fiscal year of the United States in which a day lies, by the year in which it ends."""
    return day.year + (day.month >= OCTOBER)


def next_commission(last: date) -> Deadline:
    """By when a joint commission that met last on a day has to meet again: it does at least once a year."""
    return Deadline("commission", months_after(last, MONTHS), "", "clause")


def co_chairs(in_force: date) -> Deadline:
    """By when co-chairs are named, of an agreement in force since a day."""
    return Deadline("co-chairs", in_force + CO_CHAIRS, "", "clause")


def originals(parties: int, languages: int) -> int:
    """How many originals are signed: each party keeps one in every language."""
    return parties * languages
