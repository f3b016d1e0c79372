from dataclasses import replace
from datetime import timedelta

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefFilter, Source, SourceType
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.bands import bands
from flexmeasures.usecases.forecasts import make_forecast, make_forecast_ahead
from flexmeasures.usecases.ports.platform import Platform

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def metered(platform: Platform) -> Sensor:
    """Return an hourly sensor that measured for twenty days until noon."""
    factory = Factory(platform.store)
    sensor = factory.sensor(step=HOUR)
    hours = np.arange(24 * 20)
    values = 2 + np.sin(2 * np.pi * hours / 24) + np.random.default_rng(0).normal(0, 0.05, hours.size)
    told = block(sensor, factory.source(SourceType.GATEWAY), NOON - 20 * DAY, values.tolist())
    platform.store.beliefs.add([told])
    return sensor


def say(sensor: Sensor, source: Source, levels: dict[float, float], hours: int, platform: Platform) -> None:
    """Record quantiles of the hour from noon, some hours before noon."""
    for level, value in levels.items():
        told = block(sensor, source, NOON, [value], recorded=NOON - hours * HOUR)
        platform.store.beliefs.add([replace(told, probability=np.array([level]))])


def test_forecasts_ahead_have_a_band(memory_platform: Platform) -> None:
    sensor = metered(memory_platform)
    make_forecast_ahead(sensor.id, memory_platform)
    band = bands([sensor.id], NOON, NOON + 2 * DAY, memory_platform)[sensor.id]
    assert band.median.size == 48
    assert (band.lower < band.median).all()
    assert (band.median < band.upper).all()
    assert (band.upper - band.lower).max() < 1


def test_rolling_forecasts_have_a_band(memory_platform: Platform) -> None:
    sensor = metered(memory_platform)
    made = make_forecast(sensor.id, NOON - DAY, NOON, 6 * HOUR, memory_platform)
    band = bands([sensor.id], NOON - DAY, NOON, memory_platform)[sensor.id]
    assert made.count == band.median.size == 24
    assert np.isfinite(band.upper - band.lower).all()


def test_forecasts_are_kept_once_with_their_band(memory_platform: Platform) -> None:
    sensor = metered(memory_platform)
    make_forecast(sensor.id, NOON - DAY, NOON, 6 * HOUR, memory_platform)
    count = memory_platform.store.beliefs.count([sensor.id])
    make_forecast(sensor.id, NOON - DAY, NOON, 6 * HOUR, memory_platform)
    assert memory_platform.store.beliefs.count([sensor.id]) == count


def test_a_band_belongs_to_the_most_recent_median(memory_platform: Platform) -> None:
    factory = Factory(memory_platform.store)
    sensor, one, other = factory.sensor(step=HOUR), factory.source(), factory.source(name="other")
    say(sensor, one, {0.1: 1.0, 0.5: 2.0, 0.9: 3.0}, 6, memory_platform)
    say(sensor, one, {0.5: 2.5}, 5, memory_platform)
    newest = bands([sensor.id], NOON, NOON + HOUR, memory_platform)[sensor.id]
    assert_array_equal([newest.lower, newest.median, newest.upper], [[np.nan], [2.5], [np.nan]])
    early = BeliefFilter(prior=NOON - 6 * HOUR)
    older = bands([sensor.id], NOON, NOON + HOUR, memory_platform, only=early)[sensor.id]
    assert_allclose([older.lower, older.median, older.upper], [[1.0], [2.0], [3.0]])
    say(sensor, other, {0.1: 4.0, 0.5: 5.0, 0.9: 6.0}, 4, memory_platform)
    others = bands([sensor.id], NOON, NOON + HOUR, memory_platform)[sensor.id]
    assert_allclose([others.lower, others.median, others.upper], [[4.0], [5.0], [6.0]])
    assert others.source_id.tolist() == [other.id]


def test_nothing_forecast_has_no_band(memory_platform: Platform) -> None:
    sensor = Factory(memory_platform.store).sensor(step=HOUR)
    band = bands([sensor.id], NOON, NOON + HOUR, memory_platform)[sensor.id]
    assert band.median.size == band.lower.size == band.upper.size == 0
