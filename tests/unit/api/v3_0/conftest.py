"""A battery with prices."""

from __future__ import annotations

import pytest
from tests.unit.api.v3_0.cellar import HOUR, Scene

from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.testing.web import Web


@pytest.fixture
def scene(memory_web: Web) -> Scene:
    """A battery of one user, prices, and the sensor of another user."""
    make = Factory(memory_web.platform.store)
    owner, stranger = make.user(), make.user()
    battery = make.asset(owner=owner)
    power, prices = make.sensor(battery, step=HOUR), make.market()
    foreign = make.sensor(make.asset(owner=stranger), step=HOUR)
    source = make.source()
    memory_web.platform.store.beliefs.add(
        [block(prices, source, NOON, [10.0, 50.0, 20.0, 90.0], recorded=NOON)]
    )
    return Scene(memory_web, make, owner, memory_web.as_user(owner), battery, power, prices, foreign)
