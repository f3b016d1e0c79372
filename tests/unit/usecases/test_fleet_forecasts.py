from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.assets import Quantity, Sensor
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.domain.errors import InvalidResolution, UnknownEntity
from flexmeasures.domain.jobs import FORECASTING, JobState
from flexmeasures.testing.clock import NOON, FixedClock
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.bands import bands
from flexmeasures.usecases.fleet_forecasts import TOGETHER, Fleets, forecast_together, queue_together
from flexmeasures.usecases.forecast_queue import News, queue_forecasts
from flexmeasures.usecases.forecast_rounds import begin_round
from flexmeasures.usecases.forecasts import AHEAD
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.worker.kinds import KINDS
from flexmeasures.worker.run import Runner

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def metered(platform: Platform, days: int, *, step: timedelta = HOUR) -> Sensor:
    """Return a sensor of a fleet that measured until noon."""
    factory = Factory(platform.store)
    sensor = factory.sensor(step=step, attributes={"forecasting_model": "fleet"})
    hours = np.arange(days * DAY // step)
    values = 2 + np.sin(2 * np.pi * hours / 24) + np.random.default_rng(0).normal(0, 0.05, hours.size)
    told = block(sensor, factory.source(SourceType.GATEWAY), NOON - days * DAY, values.tolist())
    platform.store.beliefs.add([told])
    return sensor


def test_sensors_are_forecast_together_every_hour(memory_platform: Platform, clock: FixedClock) -> None:
    sensors = [metered(memory_platform, 100) for _ in range(2)]
    begin_round(memory_platform)
    (job,) = memory_platform.store.jobs.jobs(queue=FORECASTING)
    assert (job.kind, job.arguments["sensor_ids"]) == (TOGETHER, [sensor.id for sensor in sensors])
    Runner(memory_platform, KINDS).run(job.id)
    for sensor in sensors:
        band = bands([sensor.id], NOON, NOON + 2 * DAY, memory_platform)[sensor.id]
        assert np.abs(band.median - (2 + np.sin(2 * np.pi * np.arange(48) / 24))).max() < 0.3
        assert (band.lower <= band.median).all()
        assert (band.median <= band.upper).all()


def test_what_was_learned_lasts_a_day(memory_platform: Platform, clock: FixedClock) -> None:
    sensor, fleets = metered(memory_platform, 100), Fleets()
    forecast_together([sensor.id], fleets, memory_platform)
    (first,) = fleets.learned.values()
    clock.advance(HOUR)
    forecast_together([sensor.id], fleets, memory_platform)
    assert list(fleets.learned.values()) == [first]
    clock.advance(DAY)
    forecast_together([sensor.id], fleets, memory_platform)
    assert next(iter(fleets.learned.values())).at > first.at


def test_posts_leave_a_fleet_to_its_hour(memory_platform: Platform) -> None:
    sensor = metered(memory_platform, 1)
    assert queue_forecasts([News(sensor, NOON - HOUR, NOON, HOUR)], memory_platform) == []


def test_what_cannot_be_forecast_together_is_refused(memory_platform: Platform) -> None:
    young, daily = metered(memory_platform, 10), metered(memory_platform, 100, step=DAY)
    with pytest.raises(InvalidResolution):
        forecast_together([young.id, daily.id], Fleets(), memory_platform)
    with pytest.raises(UnknownEntity, match="98, 99"):
        forecast_together([98, 99], Fleets(), memory_platform)


def test_the_young_of_a_fleet_are_forecast_one_by_one(memory_platform: Platform) -> None:
    young, old = metered(memory_platform, 10), metered(memory_platform, 100)
    alone = forecast_together([young.id], Fleets(), memory_platform)
    assert (alone["count"], alone["alone"]) == (0, 1)
    (job,) = memory_platform.store.jobs.jobs(queue=FORECASTING)
    assert (job.kind, job.arguments) == (AHEAD, {"sensor_id": young.id})
    Runner(memory_platform, KINDS).run(job.id)
    assert memory_platform.store.jobs.jobs(states=[JobState.FINISHED])
    told = forecast_together([young.id, old.id], Fleets(), memory_platform)
    assert (told["count"], told["sensors"], told["alone"]) == (3 * 48, 1, 1)


def test_fleets_know_prices_before_they_hold(memory_platform: Platform) -> None:
    factory = Factory(memory_platform.store)
    market = factory.sensor(quantity=Quantity.PRICE, step=HOUR)
    told = block(
        market, factory.source(SourceType.MARKET), NOON - 100 * DAY, list(np.arange(100 * 24.0) % 24)
    )
    memory_platform.store.beliefs.add([replace(told, belief_time=told.belief_time - np.timedelta64(DAY))])
    power = metered(memory_platform, 100)
    assert forecast_together([market.id, power.id], Fleets(), memory_platform)["sensors"] == 2


@pytest.mark.parametrize("values", [1e300, -1e16, 0.0, 3.0])
def test_odd_members_of_a_fleet_are_forecast_and_harm_nobody(
    memory_platform: Platform, values: float
) -> None:
    odd, usual = metered(memory_platform, 0), metered(memory_platform, 100)
    told = np.where(np.arange(100 * 24) % 10 == 0, values, 3.0 if values else 0.0)
    source = Factory(memory_platform.store).source(SourceType.GATEWAY)
    memory_platform.store.beliefs.add([block(odd, source, NOON - 100 * DAY, told.tolist())])
    assert forecast_together([odd.id, usual.id], Fleets(), memory_platform)["sensors"] == 2
    strange, band = (bands([one.id], NOON, NOON + 2 * DAY, memory_platform)[one.id] for one in (odd, usual))
    assert np.isfinite(np.stack([strange.lower, strange.median, strange.upper])).all()
    assert np.abs(strange.median).max() < 10
    assert np.abs(band.median - (2 + np.sin(2 * np.pi * np.arange(48) / 24))).max() < 0.3


def test_a_fleet_waits_for_one_job_at_most(memory_platform: Platform) -> None:
    sensors = [metered(memory_platform, 1) for _ in range(2)]
    (job,) = queue_together(sensors, memory_platform)
    assert queue_together(sensors, memory_platform) == []
    memory_platform.store.jobs.end(job.id, JobState.FINISHED, NOON, {})
    assert len(queue_together(sensors, memory_platform)) == 1
