"""A small plan on two desks, for tests in a browser: made once for a run, and copied for each test.

Both parties have said the same of most of it. Open are two places in the text of an article and the dates of a course;
the United States alone have proposed a visit.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.site.conftest import Desks, found

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY: Final = "2013-11-14T10:00Z"
OFFICERS: Final = Path(__file__).parents[2] / "examples" / "kaz-usa-2013-2017" / "officers.toml"
PLAN, LINE, ARTICLE, COURSE, VISIT = (
    "framework2222222",
    "education2222222",
    "article222222222",
    "course2222222222",
    "visit22222222222",
)

KAZ: Final = f"""
[{PLAN}]
kind = "plan"
present = "yes"
number = "0"
plan_type = "framework"
period = "2013/2017"
title.en = "Plan of Military Cooperation for 2013-2017"
title.ru = "План военного сотрудничества на 2013-2017 годы"

[{LINE}]
kind = "line"
present = "yes"
parent = "{PLAN}"
number = "1"
title.en = "Military education"
title.ru = "Военное образование"

[{ARTICLE}]
kind = "article"
present = "yes"
parent = "{PLAN}"
number = "2"
title.en = "Working group"
title.ru = "Рабочая группа"
text.en = "The working group meets twice a year and reports to both Parties in writing."
text.ru = "Рабочая группа проводит заседания два раза в год и докладывает обеим Сторонам письменно."

[{COURSE}]
kind = "activity"
present = "yes"
parent = "{PLAN}"
number = "3"
line = "{LINE}"
type = "course"
title.en = "Joint course for sergeants"
title.ru = "Совместный курс для сержантов"
period = "2014-04-07/2014-04-11"
host = "KAZ"
"""
USA: Final = f"""
[{ARTICLE}]
text.en = "The working group meets once a year and reports to both Parties by letter."

[{COURSE}]
period = "2014-05-12/2014-05-16"

[{VISIT}]
kind = "activity"
present = "yes"
parent = "{PLAN}"
number = "4"
line = "{LINE}"
title.en = "Visit to the sergeants' school"
title.ru = "Посещение школы сержантов"
period = "2014-Q3"
"""


def speak(desks: Desks, desk: str, said: str) -> None:
    """Draft positions and dispatch them."""
    file = desks.home / f"{desk}.toml"
    file.write_text(said, "utf-8")
    desks.well(desk, f"draft --file {file.name}")
    desks.well(desk, "dispatch")


def made(home: Path) -> None:
    """Make the two nodes with what they have said, and seat their officers."""
    home.mkdir()
    desks = Desks(home)
    found(desks, "KAZ", "USA", languages="en,ru")
    speak(desks, "kaz", KAZ)
    desks.cross("kaz", "usa")
    desks.well("usa", "draft --all --theirs KAZ")
    speak(desks, "usa", USA)
    desks.cross("usa", "kaz")
    for desk in ("kaz", "usa"):
        desks.well(desk, f"officer example {OFFICERS}")


@contextmanager
def standing_on(day: str) -> Iterator[None]:
    """Have every clock of an example stand, and every command speak English."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KELISIM_NOW", day)
        patch.setenv("KELISIM_LANGUAGE", "en")
        yield


def small_world(run: Path) -> Path:
    """The home of the two nodes; whichever process of a run of tests comes first makes it for all.

    Args:
        run: a directory that all processes of the run share.
    """
    home = run / "small-world"
    with (run / "small-world.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            with standing_on("2013-11-13T09:30Z"):
                made(run / "small-world.new")
            os.rename(run / "small-world.new", home)  # noqa: PTH104
    return home
