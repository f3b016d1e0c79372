"""Which forecasts are kept."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.forecasting.task import Forecast, ForecastTask
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory
from flexmeasures.usecases.forecast_recording import Made, record
from flexmeasures.usecases.ports.platform import Platform

HOUR = timedelta(hours=1)


def made(values: list[float], hours_later: int, platform: Platform) -> Made:
    """Keep forecasts of the hours from noon on, recorded some hours after noon."""
    sensor, window = Factory(platform.store).sensor(step=HOUR), TimeGrid(NOON, HOUR, len(values))
    history = Series(TimeGrid(NOON - HOUR, HOUR, 1), np.array([1.0]))
    forecast = Forecast(np.array(values), "seasonal", "1", fallback="too young")
    recorded = np.full(len(values), instant(NOON + hours_later * HOUR))
    return record(sensor, ForecastTask(history, window, NOON), forecast, recorded, platform)


def test_only_what_was_said_before_the_end_of_an_event_is_kept(memory_platform: Platform) -> None:
    assert made([1.0, np.nan, 3.0], 0, memory_platform).count == 2
    assert made([1.0, 2.0, 3.0], 1, memory_platform).count == 2


def test_where_nothing_is_kept_the_reason_is(memory_platform: Platform) -> None:
    for values, later in (([np.nan, np.nan], 0), ([1.0, 2.0], 2)):
        assert made(values, later, memory_platform) == Made(0, fallback="too young")
