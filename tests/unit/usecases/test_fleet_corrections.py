from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefFilter, SourceType
from flexmeasures.domain.errors import NotEnoughData
from flexmeasures.domain.jobs import FORECASTING
from flexmeasures.testing.clock import NOON, FixedClock
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.fleet_corrections import TREES, Corrections
from flexmeasures.usecases.fleet_forecasts import TOGETHER, Fleets, forecast_together
from flexmeasures.usecases.forecast_rounds import begin_round
from flexmeasures.usecases.model_choice import CHOOSE, choose_model
from flexmeasures.usecases.ports.platform import Platform

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
DAYS = 150


def machine(platform: Platform, days: int = DAYS, noise: float = 0.1, *, runs: float = 10.0) -> Sensor:
    """Return a sensor of a fleet: something that runs for six hours after each random start."""
    factory, rng = Factory(platform.store), np.random.default_rng(0)
    sensor = factory.sensor(step=HOUR, attributes={"forecasting_model": "fleet"})
    power, hour = np.zeros(days * 24), 0
    while hour < power.size:
        power[hour : hour + 6] = runs
        hour += 6 + int(rng.integers(3, 12))
    values = power + rng.normal(0, noise, power.size)
    told = block(sensor, factory.source(SourceType.GATEWAY), NOON - days * DAY, values.tolist())
    platform.store.beliefs.add([told])
    return sensor


def models(platform: Platform, sensor: Sensor) -> set[str | None]:
    """Return the models of all forecasts that are kept."""
    only = BeliefFilter(source_types=frozenset({SourceType.FORECASTER}))
    parts = platform.store.beliefs.latest([sensor.id], NOON, NOON + 40 * DAY, only)[sensor.id]
    named = platform.store.sources.named({int(part.source_id[0]) for part in parts})
    return {source.model for source in named.values()}


def test_trees_that_help_are_kept_for_all_workers(memory_platform: Platform, clock: FixedClock) -> None:
    sensor = machine(memory_platform)
    told = choose_model(sensor.id, memory_platform)
    assert told["model"] == TREES
    assert memory_platform.store.assets.sensor(sensor.id).attributes["forecasting_choice"] == told
    made = forecast_together([sensor.id], Fleets(), memory_platform)
    assert (made["count"], made["with_trees"]) == (3 * 48, 1)
    assert models(memory_platform, sensor) == {TREES}


def test_trees_that_do_not_help_do_not_count(memory_platform: Platform) -> None:
    still = machine(memory_platform, noise=0.0, runs=0.0)
    assert choose_model(still.id, memory_platform)["model"] == "fleet"
    assert forecast_together([still.id], Fleets(), memory_platform)["with_trees"] == 0
    assert models(memory_platform, still) == {"fleet"}


def test_trees_are_looked_for_again_and_grow_old(memory_platform: Platform, clock: FixedClock) -> None:
    sensor, corrections = machine(memory_platform), Corrections()
    assert corrections.of((sensor.id,), memory_platform) == {}
    clock.advance(HOUR)
    choose_model(sensor.id, memory_platform)
    (first,) = corrections.of((sensor.id,), memory_platform).values()
    assert list(corrections.of((sensor.id,), memory_platform).values()) == [first]
    clock.advance(7 * DAY)
    assert list(corrections.of((sensor.id,), memory_platform).values()) == [first]
    choose_model(sensor.id, memory_platform)
    (second,) = corrections.of((sensor.id,), memory_platform).values()
    assert second is not first
    clock.advance(15 * DAY)
    assert corrections.of((sensor.id,), memory_platform) == {}


def test_trees_need_twelve_weeks(memory_platform: Platform) -> None:
    young = machine(memory_platform, 40)
    with pytest.raises(NotEnoughData, match="84 days"):
        choose_model(young.id, memory_platform)


def test_each_sensor_of_a_fleet_has_its_hour_of_the_week(
    memory_platform: Platform, clock: FixedClock
) -> None:
    sensor = machine(memory_platform, 1)
    hours = int((NOON - NOON.fromtimestamp(0, NOON.tzinfo)) / HOUR)
    clock.advance(((sensor.id - hours) % 168) * HOUR)
    told = block(sensor, Factory(memory_platform.store).source(SourceType.GATEWAY), clock() - HOUR, [1.0])
    memory_platform.store.beliefs.add([told])
    assert begin_round(memory_platform) == 2
    kinds = {job.kind for job in memory_platform.store.jobs.jobs(queue=FORECASTING)}
    assert kinds == {TOGETHER, CHOOSE}
