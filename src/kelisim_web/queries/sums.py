"""Money that a plan names: who bears how much, of which fiscal year. Sums of different currencies are never added."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from kelisim.position import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kelisim.position import Standing

SETTLED = frozenset((Status.AGREED, Status.ACCOUNT))


class Sum(NamedTuple):
    """An amount that somebody bears.

    Attributes:
        payer: the party; empty where the parties differ, or nobody says.
        named: the amounts that are named, in their written form; more than one where the parties differ.
        settled: amount and payer are agreed.
        year: the fiscal year that it is charged to, 0 where nobody says.
    """

    payer: str
    named: tuple[str, ...]
    settled: bool
    year: int


def sums_of(standing: Standing, item: str, joint: Mapping[str, Mapping[str, Status]]) -> tuple[Sum, ...]:
    """The money that an item names. A cost without a payer is told by the parties' shares, where there are any."""
    found = [_sum(standing, item, name, joint) for name in sorted(joint) if name.endswith(".amount")]
    shared = any(name.startswith("pays.") for name in joint)
    return tuple(one for one in found if one.named and (one.payer or not shared))


def _sum(standing: Standing, item: str, name: str, joint: Mapping[str, Mapping[str, Status]]) -> Sum:
    stem, _, _ = name.rpartition(".")
    share = stem.startswith("pays.")
    payers = {stem.removeprefix("pays.")} if share else _said(standing, item, f"{stem}.payer")
    settled = SETTLED.issuperset(joint[name].values())
    if not share:
        settled = settled and SETTLED.issuperset(joint.get(f"{stem}.payer", {"": Status.OPEN}).values())
    years = _said(standing, item, f"{stem}.fiscal_year")
    return Sum(
        payer=payers.pop() if len(payers) == 1 else "",
        named=tuple(sorted(_said(standing, item, name))),
        settled=settled,
        year=int(years.pop().removeprefix("FY")) if len(years) == 1 else 0,
    )


def _said(standing: Standing, item: str, name: str) -> set[str]:
    words = (voice.word(item, name) for voice in standing.voices.values())
    return {word.value for word in words if word and word.value}


class Money(NamedTuple):
    """What a party bears in a currency.

    Attributes:
        payer: its code; empty where it is not settled who pays.
        currency: the currency.
        agreed: the sum of what is agreed.
        named: the sum of what is named and not agreed yet, where all who name it name the same.
        differing: how many amounts the parties word otherwise.
    """

    payer: str
    currency: str
    agreed: Decimal
    named: Decimal
    differing: int


def added(sums: Iterable[Sum]) -> list[Money]:
    """Sums by payer and currency."""
    agreed: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    named: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    differing: Counter[tuple[str, str]] = Counter()
    for one in sums:
        if len(one.named) > 1:
            differing.update({(one.payer, amount.partition(" ")[2]) for amount in one.named})
            continue
        amount, _, currency = one.named[0].partition(" ")
        (agreed if one.settled else named)[one.payer, currency] += Decimal(amount)
    return list(_rows(agreed, named, differing))


def _rows(
    agreed: Mapping[tuple[str, str], Decimal],
    named: Mapping[tuple[str, str], Decimal],
    differing: Mapping[tuple[str, str], int],
) -> Iterator[Money]:
    nothing = Decimal(0)
    for where in sorted({*agreed, *named, *differing}):
        yield Money(*where, agreed.get(where, nothing), named.get(where, nothing), differing.get(where, 0))
