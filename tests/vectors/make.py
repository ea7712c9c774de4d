"""Write all vectors anew, byte for byte the same each time: `python -m tests.vectors.make`, from the project's root.

They change together with the format, and with nothing else.
"""

from __future__ import annotations

import shutil
from importlib import import_module
from pathlib import Path
from typing import Final

from tests.vectors.making import workshop

HERE: Final = Path(__file__).parent
ABOUT: Final = ("founding", "cards", "segments", "feeds")


def made() -> dict[str, dict[str, bytes]]:
    """The files of every case, by its name."""
    for name in ABOUT:
        import_module(f"tests.vectors.making.{name}")
    return workshop.made()


def main() -> None:
    """Write them, and take away those that there are no longer."""
    found = made()
    for old in HERE.glob("*/case.json"):
        shutil.rmtree(old.parent)
    for name, files in found.items():
        (HERE / name).mkdir()
        for file, data in files.items():
            (HERE / name / file).write_bytes(data)
    refused = sum(b'"verdict": "refused"' in files["case.json"] for files in found.values())
    size = sum(len(data) for files in found.values() for data in files.values())
    print(f"{len(found)} cases, {refused} refused, {size:,} bytes")


if __name__ == "__main__":
    main()
