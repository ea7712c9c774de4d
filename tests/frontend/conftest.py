"""The page that shows every component, in a browser. It is no page of the site: no node answers here."""

from __future__ import annotations

import os
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = "/frontend/sample.html"

# Playwright keeps a loop in this thread until the session ends; Django would take every later test for asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


class Quiet(SimpleHTTPRequestHandler):
    """Gives files under the policy of the site: everything from the node, nothing inline."""

    def end_headers(self):
        self.send_header("Content-Security-Policy", "default-src 'self'")
        super().end_headers()

    def log_message(self, *_said):
        """Says nothing."""


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": shutil.which("chromium"), "args": ["--no-sandbox", "--disable-gpu"]}


@pytest.fixture(scope="session")
def base_url():
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=ROOT))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def sample(page):
    page.goto(SAMPLE)
    return page
