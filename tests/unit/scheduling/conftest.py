"""Machine code is made before any test, and no test fails for a busy machine."""

from __future__ import annotations

import pytest
from hypothesis import settings

from flexmeasures.scheduling.schedule import get_ready

settings.register_profile("busy machine", deadline=None)
settings.load_profile("busy machine")


@pytest.fixture(scope="session", autouse=True)
def machine_code() -> None:
    """Have the loops compiled: it takes some seconds on a new machine."""
    get_ready()
