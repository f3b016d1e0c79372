"""Machine code is made before any test, and no test fails for a busy machine."""

from __future__ import annotations

import pytest
from hypothesis import settings

from flexmeasures.scheduling.schedule import schedule
from flexmeasures.testing.problems import battery, problem, site

settings.register_profile("busy machine", deadline=None)
settings.load_profile("busy machine")


@pytest.fixture(scope="session", autouse=True)
def machine_code() -> None:
    """Have the loops compiled: it takes some seconds on a new machine."""
    schedule(problem(site([1, 2]), battery(2)))
