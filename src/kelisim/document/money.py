"""Sums as people write them in lists, brought into the written form of money."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import TYPE_CHECKING, Final

from kelisim.document.finding import Reading, any_of, table
from kelisim.language import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

_AMOUNT: Final = re.compile(r"\d+(?:[ .,']\d+)*")
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:([ .,'])\d{3})(?:\1\d{3})*(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?")
_CENT: Final = Decimal("0.01")


def money(cell: str, header: str = "") -> Reading:
    """The sum that a cell of a list tells.

    Args:
        cell: its text.
        header: of its column, where a unit may stand for all, such as `тыс. тенге`.
    """
    text = " ".join(fold(cell).split())
    if not re.search(r"\w", text):
        return Reading()
    if _open().search(text):
        return Reading(trouble="cost-open")
    amounts = _AMOUNT.findall(text)
    if len(amounts) != 1 or not _THOUSANDS.fullmatch(amounts[0]):
        return Reading(trouble="cost-not-understood")
    unit = text.replace(amounts[0], " ")
    if not _said("currency", unit):
        unit = f"{unit} {fold(header)}"  # a cell with a currency of its own is not in the unit of its column
    currencies = _said("currency", unit)
    if len(currencies) != 1:
        return Reading(trouble="cost-not-understood" if currencies else "cost-no-currency")
    times = int((_said("times", unit) or ["1"])[0])
    total = (_number(amounts[0]) * times).quantize(_CENT, ROUND_HALF_UP)
    return Reading(f"{total} {currencies[0]}")


def _said(group: str, text: str) -> list[str]:
    return [name for name, pattern in _units(group).items() if pattern.search(text)]


@cache
def _units(group: str) -> Mapping[str, re.Pattern[str]]:
    return {name: any_of(map(fold, words)) for name, words in table("money")[group].items()}


@cache
def _open() -> re.Pattern[str]:
    return any_of(table("money")["open"])


def _number(text: str) -> Decimal:
    """An amount; what stands before its last one or two figures divides off decimals, everything else thousands."""
    whole, point, rest = re.fullmatch(r"(.*?)(?:([.,])(\d{1,2}))?", text).groups()  # type: ignore[union-attr]
    return Decimal(re.sub(r"\D", "", whole) + (f".{rest}" if point else ""))
