from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flexmeasures.domain.assets import Quantity, Sensor
from flexmeasures.domain.beliefs import BeliefFilter, SourceType
from flexmeasures.testing.clock import NOON, FixedClock
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.accuracy import accuracy_of
from flexmeasures.usecases.bands import bands
from flexmeasures.usecases.fleet_forecasts import Fleets, forecast_together
from flexmeasures.usecases.forecasts import make_forecast, make_forecast_ahead
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.wished_answers import answered
from flexmeasures.usecases.wished_forecasts import queue_wished
from flexmeasures.worker.kinds import KINDS
from flexmeasures.worker.run import Runner

pytestmark = pytest.mark.services

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
DAYS = 40


def heated_building(platform: Platform) -> Sensor:
    """Return the power of a building that is heated when it is cold, with weather forecast two days ahead."""
    factory = Factory(platform.store)
    hours = np.arange(24 * (DAYS + 3))
    days = np.random.default_rng(0).normal(0, 2, hours.size // 24).repeat(24)
    cold = 5 + 4 * np.sin(2 * np.pi * hours / 24) + days
    weather = factory.sensor(
        factory.asset("weather station", place=(52.0, 5.0)), Quantity.TEMPERATURE, step=HOUR
    )
    told = block(weather, factory.source("weather service"), NOON - DAYS * DAY, cold.tolist())
    early = told.belief_time - np.timedelta64(49 * HOUR)
    sensor = factory.sensor(factory.asset("building", place=(52.0, 5.1)), step=HOUR)
    measured = block(
        sensor, factory.source(SourceType.GATEWAY), NOON - DAYS * DAY, (20 - cold[: 24 * DAYS]).tolist()
    )
    with platform.transaction():
        platform.store.beliefs.add([replace(told, belief_time=early)])
        platform.store.beliefs.add([measured])
    return sensor


def test_a_building_is_forecast_from_its_weather_and_the_forecasts_are_scored(
    platform: Platform, clock: FixedClock
) -> None:
    sensor = heated_building(platform)
    with platform.transaction():
        rolled = make_forecast(sensor.id, NOON - DAY, NOON, 6 * HOUR, platform)
        ahead = make_forecast_ahead(sensor.id, platform)
    assert (rolled.count, ahead.count) == (24, 48)
    assert rolled.model == ahead.model == "linear-blend"
    with platform.transaction():
        (six, day) = accuracy_of(sensor, NOON - DAY, NOON, [6 * HOUR, DAY], platform)
    assert six.scores is not None
    assert six.scores.count == 24
    assert six.scores.accuracy > 0.97
    assert day.scores is None


def test_what_was_known_when_can_be_seen_later(platform: Platform, clock: FixedClock) -> None:
    sensor = heated_building(platform)
    with platform.transaction():
        make_forecast_ahead(sensor.id, platform)
    clock.advance(HOUR)
    with platform.transaction():
        make_forecast_ahead(sensor.id, platform)
        forecast = BeliefFilter(source_types=frozenset({SourceType.FORECASTER}), prior=NOON)
        (then,) = platform.store.beliefs.latest([sensor.id], NOON, NOON + 3 * DAY, forecast)[sensor.id]
        (now,) = platform.store.beliefs.latest(
            [sensor.id], NOON, NOON + 3 * DAY, BeliefFilter(source_types=forecast.source_types)
        )[sensor.id]
    assert (then.value.size, now.value.size) == (48, 49)
    assert_allclose(then.belief_time.astype("datetime64[s]").astype(int), NOON.timestamp())


def test_a_wish_is_answered_with_its_quantiles(platform: Platform, clock: FixedClock) -> None:
    sensor = heated_building(platform)
    message = {"start": NOON.isoformat(), "duration": "PT12H", "quantiles": [0.25], "probabilistic": True}
    with platform.transaction():
        job = queue_wished(sensor, message, platform)
    Runner(platform, KINDS).run(job.id)
    with platform.transaction():
        done = platform.store.jobs.job(job.id)
        assert done is not None
        assert done.error is None
        found = answered(done, platform)
    assert sorted(found.levels) == [0.1, 0.25, 0.5, 0.9]
    levels = np.stack([found.levels[level] for level in sorted(found.levels)])
    assert levels.shape == (4, 12)
    assert (np.diff(levels, axis=0) >= 0).all()


def test_sensors_are_forecast_together(platform: Platform, clock: FixedClock) -> None:
    factory = Factory(platform.store)
    sensors = [factory.sensor(step=HOUR) for _ in range(2)]
    wave = (3 + np.sin(2 * np.pi * np.arange(24 * 90) / 24)).tolist()
    source = factory.source(SourceType.GATEWAY)
    with platform.transaction():
        platform.store.beliefs.add([block(sensor, source, NOON - 90 * DAY, wave) for sensor in sensors])
    with platform.transaction():
        told = forecast_together([sensor.id for sensor in sensors], Fleets(), platform)
        found = bands([sensor.id for sensor in sensors], NOON, NOON + 2 * DAY, platform)
    assert told["count"] == 2 * 48 * 3
    for sensor in sensors:
        assert_allclose(found[sensor.id].median, wave[:48], atol=0.1)
