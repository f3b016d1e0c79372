"""What was known for a forecast."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.assets import Quantity
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.domain.errors import NotEnoughData
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.forecast_tasks import limits, rolling_task
from flexmeasures.usecases.ports.platform import Platform

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_what_was_recorded_days_late_counts_for_no_rolling_forecast(memory_platform: Platform) -> None:
    make = Factory(memory_platform.store)
    sensor = make.sensor(step=HOUR)
    late = block(sensor, make.source(SourceType.GATEWAY), NOON - 8 * DAY, [1.0] * 24, recorded=NOON - 2 * DAY)
    memory_platform.store.beliefs.add([late])
    window = TimeGrid(NOON - 4 * DAY, HOUR, 4 * 24)
    with pytest.raises(NotEnoughData):
        rolling_task(sensor, window, HOUR, memory_platform)


def test_wind_never_blows_less_than_not_at_all(memory_platform: Platform) -> None:
    sensor = Factory(memory_platform.store).sensor(quantity=Quantity.WIND_SPEED)
    assert limits(sensor, memory_platform) == (0.0, np.inf)


def test_the_capacity_limits_only_the_power_of_the_connection(memory_platform: Platform) -> None:
    make = Factory(memory_platform.store)
    asset = make.asset(attributes={"capacity_in_mw": 2.0})
    connected, part = make.sensor(asset), make.sensor(asset)
    assert limits(connected, memory_platform) == (-2.0, 2.0)
    assert limits(part, memory_platform) == (-np.inf, np.inf)
