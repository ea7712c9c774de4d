"""Write the golden files of a format, once: `python -m tests.golden.write`. It refuses where there are any."""

from __future__ import annotations

import hashlib
import json
import sys
from typing import Final

from tests.golden.reading import HERE, read

READS: Final = "reads.json"
LIST: Final = "SHA256SUMS"


def listed() -> str:
    """The digests of all files but the list itself, as `sha256sum` writes them."""
    names = sorted(path.name for path in HERE.iterdir() if path.name != LIST)
    return "".join(f"{hashlib.sha256((HERE / name).read_bytes()).hexdigest()}  {name}\n" for name in names)


def main() -> None:
    """Write everything into a new directory."""
    if HERE.exists():
        sys.exit(f"{HERE} is there, and golden files are never written again: see README.md")
    from tests.golden import making

    HERE.mkdir()
    files = making.written() | making.drawn()
    for name, data in files.items():
        (HERE / name).write_bytes(data)
    reads = {name: read(name) for name in sorted(files)}
    (HERE / READS).write_text(json.dumps(reads, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    (HERE / LIST).write_text(listed(), "utf-8")


if __name__ == "__main__":
    main()
