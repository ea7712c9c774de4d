"""What all tests share: drawn examples are the same on every machine, but in the long runs, which look for new ones."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any
from unittest import mock

import django
import pytest
from hypothesis import settings

from kelisim.errors import Refusal
from kelisim.language import LANGUAGES
from kelisim.messages import explain
from tests.postgresql import PostgreSQL
from tests.softhsm import SoftHSM

if TYPE_CHECKING:
    from collections.abc import Iterator

# The tests of pages need the site's settings, and a process has one; what a test starts has the terminal's.
os.environ["DJANGO_SETTINGS_MODULE"] = "kelisim_web.site.settings"
django.setup()
del os.environ["DJANGO_SETTINGS_MODULE"]
# A browser's driver keeps a loop going in the thread of the tests, which Django takes for one that it would block.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

settings.register_profile("same", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("soak", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("KELISIM_HYPOTHESIS", "same"))


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    """Whatever a test, or a verb that it types, sets in the environment is of that test alone."""
    with mock.patch.dict(os.environ):
        yield


@pytest.fixture(scope="session", autouse=True)
def every_refusal_can_be_told() -> Iterator[None]:
    """Whatever any test has refused is worded in all three languages, with a value for every name in the sentences."""
    made = Refusal.__init__

    def told(self: Refusal, code: str, /, **params: str | int) -> None:
        made(self, code, **params)
        assert None not in params.values(), self
        for language in LANGUAGES:
            explain(self, language)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Refusal, "__init__", told)
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's browser, in a machine without a screen."""
    return {"executable_path": shutil.which("chromium"), "args": ["--no-sandbox", "--disable-gpu"]}


@pytest.fixture(scope="session")
def base_url() -> str | None:
    """No address is meant unless a test says which; the plugin's fixture of this name warns."""
    return None


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> SoftHSM:
    """Tokens in software."""
    return SoftHSM(tmp_path_factory.mktemp("softhsm"))


def pytest_addoption(parser: pytest.Parser) -> None:
    choices = ("sqlite", "postgresql")
    parser.addoption("--database", choices=choices, default="sqlite", help="where the nodes of tests/site keep rows")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about the other database."""
    here = config.getoption("database")
    items[:] = [one for one in items if all(here in mark.args for mark in one.iter_markers("on"))]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A server of PostgreSQL, each process of the tests its own."""
    server = PostgreSQL()
    yield server
    server.stop()
