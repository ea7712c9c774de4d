"""Make the pictures of the main pages: both desks of the example are served, and a browser looks at them.

The pictures lie in `docs/pictures/`, and are made anew by `make docs`, so that they show the site as it is.
"""

# ruff: noqa: INP001, S603, T201  (the folder of the documentation is no package; it runs this program and says so)

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

HOME = Path(__file__).resolve().parent
PORT = "8700"
DESK = f"http://kaz.localhost:{PORT}"
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
TRIES = 120


def pages(plan: str) -> dict[str, str]:
    """The pages that are shown, by the name of their picture."""
    return {
        "week": "/",
        "table": f"/plan/{plan}/table/?state=waiting-ours",
        "drafts": f"/plan/{plan}/drafts/",
        "exchange": "/exchange/",
    }


def main() -> None:
    """Serve the desks, and take every picture."""
    (HOME / "pictures").mkdir(exist_ok=True)
    server = subprocess.Popen(
        [sys.executable, str(HOME.parent / "examples" / "desks.py")], env={**os.environ, "PORT": PORT}
    )
    try:
        _wait()
        with sync_playwright() as playing:
            browser = playing.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
            )
            for size, (width, height) in SIZES.items():
                page = browser.new_page(viewport={"width": width, "height": height})
                page.goto(f"{DESK}/example/")
                page.click("button[value=nurlanova]")
                plan = str(page.get_attribute("a[href*='/plan/']", "href")).split("/")[2]
                for name, path in pages(plan).items():
                    page.goto(DESK + path)
                    page.screenshot(path=HOME / "pictures" / f"{name}-{size}.png")
                    print(f"docs/pictures/{name}-{size}.png")
            browser.close()
    finally:
        server.terminate()
        server.wait()


def _wait() -> None:
    for _ in range(TRIES):
        try:
            urllib.request.urlopen(f"http://localhost:{PORT}/")
        except OSError:
            time.sleep(0.5)
        else:
            return
    sys.exit("The desks of the example did not begin to serve.")


if __name__ == "__main__":
    main()
