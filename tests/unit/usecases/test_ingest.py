"""Values that are posted fit the steps of their sensors."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.addresses import ConnectionAddress
from flexmeasures.domain.beliefs import BeliefTiming
from flexmeasures.domain.errors import InvalidResolution
from flexmeasures.domain.messages import Posted, Posting
from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import QUARTER, Factory
from flexmeasures.usecases.ingest import begins_with_a_step, record_power
from flexmeasures.usecases.ports.platform import Platform

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_sensors_of_different_steps_take_no_values_together(memory_platform: Platform) -> None:
    make = Factory(memory_platform.store)
    user = make.user()
    sensors = [make.sensor(make.asset(owner=user), step=step) for step in (QUARTER, HOUR)]
    series = Series(TimeGrid(NOON - HOUR, HOUR, 1), np.array([1.0]))
    postings = tuple(
        Posting(ConnectionAddress(sensor.asset_id), f"ea1.{sensor.asset_id}", series, "MW")
        for sensor in sensors
    )
    with pytest.raises(InvalidResolution, match="Cannot send data for both PT15M and PT1H"):
        record_power(user, Posted(postings, BeliefTiming(None)), memory_platform)


def test_steps_of_whole_days_begin_at_midnight(memory_platform: Platform) -> None:
    sensor = replace(Factory(memory_platform.store).sensor(step=7 * DAY), timezone="Asia/Seoul")
    assert begins_with_a_step(NOON.replace(hour=0), sensor)
    assert begins_with_a_step(NOON.replace(hour=15), sensor)
    assert not begins_with_a_step(NOON, sensor)
