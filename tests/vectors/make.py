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
ENDINGS: Final = {".bundle", ".disclosure", ".edition", ".fork", ".json"}
ABOUT: Final = ("founding", "cards", "segments", "feeds", "seals", "papers", "disclosures", "forks", "opened")


def made() -> dict[str, dict[str, bytes]]:
    """The files of every case, by its name."""
    for name in ABOUT:
        import_module(f"tests.vectors.making.{name}")
    return workshop.made()


def held() -> dict[str, dict[str, bytes]]:
    """The files that lie here now, by the name of the case."""
    found: dict[str, dict[str, bytes]] = {}
    for file in HERE.glob("*/*"):
        if file.suffix in ENDINGS:
            found.setdefault(file.parent.name, {})[file.name] = file.read_bytes()
    return found


def main() -> None:
    """Write them, and take away those that there are no longer."""
    found = made()
    for old in held():
        shutil.rmtree(HERE / old)
    for name, files in found.items():
        (HERE / name).mkdir()
        for file, data in files.items():
            (HERE / name / file).write_bytes(data)
    refused = sum(b'\n "verdict": "refused"' in files.get("case.json", b"") for files in found.values())
    size = sum(len(data) for files in found.values() for data in files.values())
    print(f"{len(found) - 1} cases, {refused} refused, {size:,} bytes")


if __name__ == "__main__":
    main()
