"""Two desks of a small plan, and a browser for whoever sits at them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.desks import Officers, Sites, Watch
from tests.browser.world import small_world
from tests.site.rows import copied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext

expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the small plan, one for all processes of a run."""
    own = tmp_path_factory.getbasetemp()
    return small_world(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture
def sites(prepared: Path, tmp_path: Path) -> Iterator[Sites]:
    """Both desks of the small plan, served for one test."""
    copied(prepared, tmp_path / "home")
    served = Sites(tmp_path / "home")
    try:
        served.open()
        yield served
    finally:
        served.close()


@pytest.fixture
def officers(sites: Sites, new_context: Callable[..., BrowserContext]) -> Iterator[Officers]:
    """Who sits there; at the end no browser has anything to complain of."""
    watch = Watch(sites)
    yield Officers(sites, new_context, watch)
    assert watch.found == []
