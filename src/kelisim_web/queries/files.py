"""The files of a plan: what is said of them, and whether their bytes are here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from kelisim.errors import Unknown
from kelisim.ledger.segment import FILE
from kelisim.plan.values import by_number, is_written
from kelisim_web import files
from kelisim_web.models.desk import DroppedFile
from kelisim_web.models.drafts import Draft
from kelisim_web.queries.overview import item_status, title_of
from kelisim_web.queries.standing import standing_of

if TYPE_CHECKING:
    from kelisim.position import Standing
    from kelisim_web.access import Seat

DRAFT: Final = "draft"


class FileRow(NamedTuple):
    """A file that some party names, or that we have drafted.

    Attributes:
        item, number, name, size: of it.
        under: the item that it belongs under, as people call that.
        status: how the item stands; `draft` where only we know of it.
        sha256: the digest; an item has a row for each that parties name.
        kept: whether the bytes are `here`, `missing`, or `dropped` by us.
    """

    item: str
    number: str
    name: str
    size: str
    under: str
    status: str
    sha256: str
    kept: str


def files_of(seat: Seat, circle: str, language: str) -> list[FileRow]:
    """All files of a plan, in the order of their numbers."""
    standing = standing_of(seat, circle)
    drafted: dict[str, dict[str, str]] = {}
    for item, field, value in Draft.objects.filter(circle=circle).values_list("item", "field", "value"):
        drafted.setdefault(item, {})[field] = value or ""
    dropped = set(DroppedFile.objects.filter(circle=circle).values_list("sha256", flat=True))
    rows = []
    for item in {*standing.items(), *drafted}:
        ours = drafted.get(item, {})
        stated = set(digests_of(standing, item).values())
        for sha256 in stated | ({ours[FILE]} if ours.get(FILE) else set()):
            first, then = (ours, {}) if sha256 not in stated else ({}, ours)
            said = {
                name: first.get(name) or standing.said(item, name) or then.get(name, "")
                for name in ("number", "name", "size", "parent")
            }
            under = said.pop("parent")
            number = standing.said(under, "number") or drafted.get(under, {}).get("number", "")
            title = drafted.get(under, {}).get(f"title.{language}") or title_of(standing, under, language)
            status = str(item_status(standing, item)) if sha256 in stated else DRAFT
            kept = _kept(seat, circle, sha256, dropped)
            under = f"{number} {title}".strip()
            rows.append(FileRow(item=item, **said, under=under, status=status, sha256=sha256, kept=kept))
    return sorted(rows, key=lambda row: (by_number(row.number), row.item, row.sha256))


def _kept(seat: Seat, circle: str, sha256: str, dropped: set[str]) -> str:
    if files.here(seat.node, circle, sha256):
        return "here"
    return "dropped" if sha256 in dropped else "missing"


def digests_of(standing: Standing, item: str) -> dict[str, str]:
    """Which bytes each party means by an item; whatever is no digest is left out, and never becomes a path."""
    field = standing.field(item, FILE)
    values = field.values if field else {}
    return {code: value for code, value in values.items() if is_written("digest", value)}


def the_file(seat: Seat, circle: str, item: str, code: str = "") -> tuple[str, str]:
    """What a file is called, and its digest.

    Args:
        seat: whose node.
        circle: the plan.
        item: the item.
        code: the party whose bytes are meant, where several name different ones.

    Raises:
        Unknown: nobody has said which bytes it is, or parties name different ones.
    """
    standing = standing_of(seat, circle)
    stated = digests_of(standing, item)
    drafted = dict(Draft.objects.filter(circle=circle, item=item).values_list("field", "value"))
    name = standing.said(item, "name") or drafted.get("name") or item
    wanted = {stated[code]} & set(stated.values()) if code in stated else set(() if code else stated.values())
    if not stated and not code and drafted.get(FILE):
        wanted = {str(drafted[FILE])}
    if not wanted:
        raise Unknown("file-not-one", name=name)
    if len(wanted) > 1:
        raise Unknown("file-several", name=name, choices=", ".join(sorted(stated)))
    return name, wanted.pop()
