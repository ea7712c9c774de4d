"""Files: adding one to the plan, writing one out, dropping our copy of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from kelisim import bundle
from kelisim.errors import BadValue, Unknown, Unproven
from kelisim.ledger.segment import FILE
from kelisim_web import files
from kelisim_web.access import Act, check
from kelisim_web.actions.positions import Say, check_items, draft, new_item
from kelisim_web.models.desk import DroppedFile
from kelisim_web.models.drafts import Draft
from kelisim_web.queries.files import the_file
from kelisim_web.queries.standing import standing_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kelisim_web.access import Seat


class Added(NamedTuple):
    """A file that is drafted: its item, name and bytes."""

    item: str
    name: str
    size: int


def add(seat: Seat, circle: str, under: str, path: Path, fields: Mapping[str, str]) -> Added:
    """Draft a file under an item, and keep its bytes; or draft new bytes of a file.

    Args:
        seat: whose node.
        circle: the plan.
        under: the item; where it is a file itself, its bytes are what is drafted.
        path: the file.
        fields: more to say of it.

    Raises:
        BadValue: it is empty or too large, or a field is not in its form.
        Unknown: it cannot be read.
    """
    check_items(seat, circle, [under])
    try:
        part = bundle.file_part(path)
    except OSError as error:
        raise Unknown("file-missing", path=str(path)) from error
    if not 0 < part.size <= bundle.LARGEST_FILE:
        raise BadValue("file-size", path=str(path), size=part.size, limit=bundle.LARGEST_FILE)
    said = {"name": path.name, **fields, "size": str(part.size), FILE: part.id}
    with transaction.atomic():
        kinds = [standing_of(seat, circle).kind(under)]
        kinds += Draft.objects.filter(circle=circle, item=under, field="kind").values_list("value", flat=True)
        item = under if "file" in kinds else new_item()
        if item != under:
            said |= {"kind": "file", "parent": under, "present": "yes"}
        draft(seat, circle, [Say(item, field, value) for field, value in said.items()])
        DroppedFile.objects.filter(circle=circle, sha256=part.id).delete()
        if not files.here(seat.node, circle, part.id):
            with path.open("rb") as source:
                files.keep(source, files.drafted(seat.node, circle, part.id))
    return Added(item, said["name"], part.size)


def write(seat: Seat, circle: str, item: str, target: Path, code: str = "") -> str:
    """Write the bytes of a file to a new file.

    Args:
        seat: whose node.
        circle: the plan.
        item: the item.
        target: where they go.
        code: whose bytes, where parties name different ones.

    Returns:
        What the file is called.

    Raises:
        Unknown: it is no file, it is unclear which bytes are meant, or they are not here.
        NotNow, Unproven: there is a file at the target; our copy is damaged.
    """
    check(seat, Act.READ, circle)
    name, sha256 = the_file(seat, circle, item, code)
    path = files.here(seat.node, circle, sha256)
    if path is None:
        raise Unknown("file-not-here", name=name, item=item)
    if not files.write(path, target):
        raise Unproven("file-damaged", name=name, item=item)
    return name


def drop(seat: Seat, circle: str, item: str, code: str = "") -> str:
    """Drop our copy of the bytes of a file, and take them from no bundle again; what was said of it stays.

    Returns:
        What the file is called.

    Raises:
        Unknown: it is no file, or it is unclear which bytes are meant.
    """
    check_items(seat, circle, [item])
    name, sha256 = the_file(seat, circle, item, code)
    with transaction.atomic():
        row, new = DroppedFile.objects.get_or_create(circle=circle, sha256=sha256, defaults={"at": seat.node.now()})
    try:  # not before it is kept for good that we want them no more
        while path := files.here(seat.node, circle, sha256):
            path.unlink()
    except OSError:
        if new:  # an earlier drop stands
            row.delete()
        raise
    return name


def lift(seat: Seat, circle: str, item: str, code: str = "") -> str:
    """Take the bytes of a file again when a bundle brings them.

    Returns:
        What the file is called.

    Raises:
        Unknown: it is no file, or it is unclear which bytes are meant.
    """
    check_items(seat, circle, [item])
    name, sha256 = the_file(seat, circle, item, code)
    DroppedFile.objects.filter(circle=circle, sha256=sha256).delete()
    return name
