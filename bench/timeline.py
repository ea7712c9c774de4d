"""The timeline of 10,000 rows, scrolled in Chromium: CPU a frame, beside a page that scrolls as far and draws nothing.

The browser scrolls by half a window a frame, from the first row to the last, and draws as often as the screen would be
refreshed. Told is the CPU time of the process that runs the page, its main thread and all others, divided by the frames
that it drew; and apart from it that of all processes of the browser, which here paint without a graphics card.
"""

from __future__ import annotations

import json
import random
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

import measure
from measure import Row

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / "src/kelisim_web/static/kelisim"
CHROMIUM = "/usr/bin/chromium"
ROWS, FRAMES, TURNS = 10_000, 400, 3
MILLI = 1000
TARGET = 16
PAGE = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="desk.css">
<main>{body}</main>"""
DRAWN = '<script defer src="timeline.js"></script><kelisim-timeline src="rows.json" label="Rows"></kelisim-timeline>'
FLOOR = '<div class="window" style="height:600px;overflow:auto"><div style="height:{height}px"></div></div>'
SCROLL = """async (frames) => {
  const window_ = document.querySelector(".window");
  const step = (window_.scrollHeight - window_.clientHeight) / frames;
  for (let frame = 0; frame < frames; frame++) {
    window_.scrollTop = frame * step;
    await new Promise(requestAnimationFrame);
  }
  return window_.scrollHeight;
}"""


def rows() -> list[Row]:
    with measure.scratch() as directory:
        for name in ("timeline.js", "desk.css"):
            (directory / name).write_bytes((BUILT / name).read_bytes())
        (directory / "rows.json").write_text(json.dumps(plan()), "utf-8")
        (directory / "drawn.html").write_text(PAGE.format(body=DRAWN), "utf-8")
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            try:
                return told(browser, directory)
            finally:
                browser.close()


def plan() -> dict[str, Any]:
    """What the timeline is told: the answer of the example, with so many activities."""
    lots = random.Random(1)  # noqa: S311  (dates, not secrets)
    answer: dict[str, Any] = json.loads((ROOT / "frontend/sample.json").read_text("utf-8"))
    known = answer["bars"]
    answer["bars"] = [{**lots.choice(known), "number": f"{1 + row // 100}.{row % 100}"} for row in range(ROWS)]
    return answer


def told(browser: Browser, directory: Path) -> list[Row]:
    """Scroll both pages in turns."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(directory)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        height = scrolled(browser, f"{origin}/drawn.html")[2]
        (directory / "floor.html").write_text(PAGE.format(body=FLOOR.format(height=int(height))), "utf-8")
        works = {name: partial(scrolled, browser, f"{origin}/{name}.html") for name in ("drawn", "floor")}
        taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in works}
        for _ in range(TURNS):
            for name, work in works.items():
                taken[name].append(work())
    finally:
        server.shutdown()
    (page, every, _), (bare, bare_every, _) = (min(taken[name]) for name in works)
    return [
        Row(f"a frame of {ROWS:,} rows", page, "ms", f"scrolling alone: {bare:.2f} ms", page / bare, TARGET),
        Row("the same, all processes", every, "ms", f"scrolling alone: {bare_every:.2f} ms", every / bare_every),
    ]


def scrolled(browser: Browser, address: str) -> tuple[float, float, float]:
    """Scroll a page through: CPU milliseconds a frame of its process, of all, and how high its content is."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    page.wait_for_selector(".window")
    page.wait_for_timeout(500)
    session = browser.new_browser_cdp_session()
    before = cpu(session)
    height = page.evaluate(SCROLL, FRAMES)
    after = cpu(session)
    page.close()
    used = {pid: seconds - before.get(pid, ("", 0.0))[1] for pid, (_, seconds) in after.items()}
    pages = max(used[pid] for pid, (kind, _) in after.items() if kind == "renderer")
    return pages * MILLI / FRAMES, sum(used.values()) * MILLI / FRAMES, height


def cpu(session: CDPSession) -> dict[int, tuple[str, float]]:
    """CPU seconds of the processes of the browser so far, with what they are for."""
    told = session.send("SystemInfo.getProcessInfo")["processInfo"]
    return {one["id"]: (one["type"], one["cpuTime"]) for one in told}


if __name__ == "__main__":
    measure.write("timeline", rows())
