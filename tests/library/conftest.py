"""What the tests of the library share."""

from __future__ import annotations

import pytest

from tests.histories import Scenario


@pytest.fixture
def scenario(request) -> Scenario:
    """What the test's docstring comes to, played one act a line."""
    return Scenario(request.function.__doc__)
