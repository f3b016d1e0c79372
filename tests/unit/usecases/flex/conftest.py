"""An office to plan."""

from __future__ import annotations

import pytest
from tests.unit.usecases.flex.office import Scene

from flexmeasures.testing.factories import Factory
from flexmeasures.usecases.ports.platform import Platform


@pytest.fixture
def scene(memory_platform: Platform) -> Scene:
    """An office with a meter, of which nothing is told."""
    return Scene(memory_platform, Factory(memory_platform.store).asset("building", name="office"))
