"""The page that shows every component, in a browser. It is no page of the site: no node answers here."""

from __future__ import annotations

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = "/frontend/sample.html"


class Quiet(SimpleHTTPRequestHandler):
    """Gives files under the policy of the site: everything from the node, nothing inline."""

    def end_headers(self):
        self.send_header("Content-Security-Policy", "default-src 'self'")
        super().end_headers()

    def log_message(self, *_said):
        """Says nothing."""


@pytest.fixture(scope="session")
def sample_at():
    """Where the page is."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=ROOT))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{SAMPLE}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def sample(page, sample_at):
    page.goto(sample_at)
    return page
