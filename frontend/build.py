"""Makes the site's scripts, style sheet and fonts, if they are older than what they are made of.

`make assets` runs it, and so does the building of a wheel. It needs Node and npm.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent
OUT = FRONTEND.parent / "src/kelisim_web/static/kelisim"
LOCK = FRONTEND / "package-lock.json"
INSTALLED = FRONTEND / "node_modules/.package-lock.json"
MADE = OUT / "LEGAL.txt"
SOURCES = ("*.json", "*.mjs", "css/*.css", "ts/**/*.ts")


def older(made: Path, *sources: Path) -> bool:
    """Whether a file is missing, or one that it is made of has changed since."""
    return not made.exists() or any(source.stat().st_mtime > made.stat().st_mtime for source in sources)


def main() -> None:
    """Install what the build stands on, then build; each only if it must."""
    sources = [path for pattern in SOURCES for path in FRONTEND.glob(pattern)]
    if not older(MADE, *sources):
        return
    if not shutil.which("npm"):
        raise SystemExit("The site's scripts and styles are made by Node.js 20 or newer with npm: install them first.")
    if older(INSTALLED, LOCK):
        subprocess.run(["npm", "ci", "--silent"], cwd=FRONTEND, check=True)
        INSTALLED.touch()
    subprocess.run(["node", "build.mjs", str(OUT)], cwd=FRONTEND, check=True)
    MADE.touch()


if __name__ == "__main__":
    main()
