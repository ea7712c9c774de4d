"""What all tests share: drawn examples are the same on every machine, but in the long runs, which look for new ones."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from tests.softhsm import SoftHSM

settings.register_profile("same", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("soak", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("KELISIM_HYPOTHESIS", "same"))


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> SoftHSM:
    """Tokens in software."""
    return SoftHSM(tmp_path_factory.mktemp("softhsm"))
