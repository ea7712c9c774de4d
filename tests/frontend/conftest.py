"""The page that shows every component, in a browser. It is no page of the site: no node answers here."""

from __future__ import annotations

import _thread
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


class Untraced(ThreadingHTTPServer):
    """Answers in threads that no coverage is measured of: to begin to measure in several at once can fail."""

    def process_request(self, request, client_address):
        _thread.start_new_thread(self.process_request_thread, (request, client_address))


@pytest.fixture(scope="session")
def sample_at():
    """Where the page is."""
    server = Untraced(("127.0.0.1", 0), partial(Quiet, directory=ROOT))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{SAMPLE}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def sample(page, sample_at):
    page.goto(sample_at)
    return page
