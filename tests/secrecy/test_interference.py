"""Non-interference: whether some parties have a circle of their own changes nothing that others ever see.

The same history is played with the hidden circle and without. All bundles of the open circle, once opened, are the same
to the byte; so are editions and disclosures, refusals, what every query answers about the open circle at every desk,
and every row and file of the party that is not in the hidden circle.
"""

from __future__ import annotations

import shutil
from collections import Counter

import pytest
from django.db import connection

from kelisim import bundle
from kelisim.ledger.digest import digest
from kelisim_web import files
from kelisim_web.models.drafts import Draft
from kelisim_web.models.evidence import Record
from tests.secrecy.histories import draw, play

FAST, SOAK, PARTS = 200, 10_000, 4


@pytest.fixture
def _no_disk(monkeypatch):
    """These runs are not about power cuts."""
    monkeypatch.setitem(
        connection.settings_dict["OPTIONS"],
        "init_command",
        "PRAGMA journal_mode=MEMORY;PRAGMA synchronous=OFF;PRAGMA temp_store=MEMORY;",
    )


def told_of(tmp_path, circles, number):
    """What a history tells with the hidden circle, and what it tells without; and how much was whispered."""
    histories = []
    for template, side in ((circles.hidden, circles.side), (circles.bare, "")):
        home = tmp_path / "home"
        home.mkdir()
        histories.append(play(home, template, circles.open, side, number))
        shutil.rmtree(home)
    with_it, without = histories
    assert not without.whispers
    return with_it, without


def difference(one, other):
    """The first thing in which two tellings differ; nothing where they are one."""
    pairs = [*zip(one, other, strict=False)]
    found = next((pair for pair in pairs if pair[0] != pair[1]), None)
    return found or (None if len(one) == len(other) else (len(one), len(other)))


def interfere(tmp_path, circles, numbers):
    """Play these histories with and without; what was compared."""
    seen = Counter()
    for number in numbers:
        with_it, without = told_of(tmp_path, circles, number)
        assert difference(with_it.told, without.told) is None, (number, draw(number))
        seen += Counter(plans=1, told=len(with_it.told), whispers=with_it.whispers, **with_it.counts)
    print(dict(seen))  # noqa: T201  (the count that the promise is made with)
    return seen


@pytest.mark.usefixtures("_no_disk")
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("count", [FAST, pytest.param(SOAK, marks=pytest.mark.soak)])
def test_a_hidden_circle_changes_nothing_that_the_others_see(count, part, circles, tmp_path):
    numbers = range(part, count, PARTS)  # in parts, so that two cores share them
    seen = interfere(tmp_path, circles, numbers)
    assert seen["plans"] == count // PARTS
    assert seen["bundle"] >= 2 * count // PARTS
    assert seen["whispers"] >= 2 * count // PARTS


@pytest.mark.usefixtures("_no_disk")
def test_editions_and_disclosures_are_the_same_too(circles, tmp_path):
    seen = interfere(tmp_path, circles, [0, 40])
    assert seen["edition"] == seen["disclosure"] == 6


@pytest.mark.usefixtures("_no_disk")
@pytest.mark.parametrize("leak", ["drafts", "plans", "files"])
def test_a_leak_would_be_seen(leak, circles, tmp_path, monkeypatch):
    """The test can fail: nodes that mix up circles in one place are found out."""
    if leak == "drafts":
        kept = Draft.objects.filter
        monkeypatch.setattr(Draft.objects, "filter", lambda *which, **how: kept(*which, **_without_circle(how)))
    elif leak == "plans":
        kept_pack = bundle.pack
        monkeypatch.setattr(
            bundle,
            "pack",
            lambda envelope, load, signer: kept_pack(envelope, load._replace(seed=_mixed(load.seed)), signer),
        )
    else:
        monkeypatch.setattr(files, "held", lambda node, _, sha256: node.directory / "files" / sha256)
    with pytest.raises(AssertionError):
        interfere(tmp_path, circles, range(60))


def _without_circle(how):
    return {name: value for name, value in how.items() if name != "circle"}


def _mixed(seed):
    return digest(seed + bytes([Record.objects.filter(kind="charter").count()])).encode()[:32]
