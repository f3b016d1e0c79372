from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.accuracy import accuracy_by_type, accuracy_of
from flexmeasures.usecases.ports.platform import Platform

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def forecast_sensor(platform: Platform, kind: str, measured: float, said: dict[int, float]) -> Sensor:
    """Return a sensor that measured one value for a day, and what was said of it some hours before."""
    factory = Factory(platform.store)
    sensor = factory.sensor(factory.asset(kind), step=HOUR)
    truth = block(sensor, factory.source(SourceType.GATEWAY), NOON - DAY, [measured] * 24)
    forecaster = factory.source()
    told = block(sensor, forecaster, NOON - DAY, [0.0] * 24)
    early = [
        replace(told, value=np.full(24, value), belief_time=told.belief_time - np.timedelta64(hours * HOUR))
        for hours, value in said.items()
    ]
    platform.store.beliefs.add([truth, *early])
    return sensor


def test_what_was_said_in_time_counts(memory_platform: Platform) -> None:
    sensor = forecast_sensor(memory_platform, "solar", 2.0, {1: 2.0, 6: 1.5, 24: 3.0})
    found = accuracy_of(sensor, NOON - DAY, NOON, [h * HOUR for h in (1, 3, 6, 24, 48)], memory_platform)
    assert [part.scores and round(part.scores.accuracy, 6) for part in found] == [1.0, 0.75, 0.75, 0.5, None]


def test_steps_without_a_forecast_do_not_count(memory_platform: Platform) -> None:
    sensor = forecast_sensor(memory_platform, "solar", 2.0, {6: 1.0})
    (found,) = accuracy_of(sensor, NOON - 3 * DAY, NOON, [HOUR], memory_platform)
    assert found.scores is not None
    assert found.scores.count == 24


def test_types_weigh_each_step_the_same(memory_platform: Platform) -> None:
    sensors = [
        forecast_sensor(memory_platform, "solar", 3.0, {6: 3.0}),
        forecast_sensor(memory_platform, "solar", 1.0, {6: 2.0}),
        forecast_sensor(memory_platform, "wind", 1.0, {6: 1.0}),
        forecast_sensor(memory_platform, "building", 1.0, {}),
    ]
    parts = [part for s in sensors for part in accuracy_of(s, NOON - DAY, NOON, [6 * HOUR], memory_platform)]
    solar, wind = accuracy_by_type(parts)
    assert (solar.type, solar.sensors, solar.scores.count) == ("solar", 2, 48)
    assert solar.scores.wape == pytest.approx(1 / 4)
    assert (wind.type, wind.scores.accuracy) == ("wind", 1.0)


def test_less_than_a_step_has_no_accuracy(memory_platform: Platform) -> None:
    sensor = forecast_sensor(memory_platform, "solar", 2.0, {6: 2.0})
    momentary = Factory(memory_platform.store).sensor(step=timedelta(0))
    assert accuracy_of(sensor, NOON - HOUR / 2, NOON, [HOUR], memory_platform) == []
    assert accuracy_of(momentary, NOON - DAY, NOON, [HOUR], memory_platform) == []


def test_a_period_need_not_begin_with_an_event(memory_platform: Platform) -> None:
    sensor = forecast_sensor(memory_platform, "solar", 2.0, {6: 1.0})
    start, end = NOON - 2 * DAY + timedelta(minutes=7, seconds=3), NOON + timedelta(minutes=7, seconds=3)
    (found,) = accuracy_of(sensor, start, end, [HOUR], memory_platform)
    assert found.scores is not None
    assert found.scores.count == 24


def test_where_nothing_was_measured_nothing_is_told(memory_platform: Platform) -> None:
    sensor = forecast_sensor(memory_platform, "solar", 2.0, {6: 1.0})
    (found,) = accuracy_of(sensor, NOON - 9 * DAY, NOON - 8 * DAY, [HOUR], memory_platform)
    assert found.scores is None
