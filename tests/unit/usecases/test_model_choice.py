from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.assets import Quantity, Sensor
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.domain.errors import NotEnoughData
from flexmeasures.domain.jobs import FORECASTING, JobState
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.task import Forecast, ForecastTask
from flexmeasures.testing.clock import NOON, FixedClock
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.backtest import Trial
from flexmeasures.usecases.forecast_rounds import begin_round
from flexmeasures.usecases.forecast_tasks import CHOICE, ahead_task
from flexmeasures.usecases.forecasts import make_forecast_ahead
from flexmeasures.usecases.model_choice import cheapest, choose_model, queue_choice
from flexmeasures.usecases.ports.platform import Platform, Rules

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def metered(platform: Platform, days: int) -> Sensor:
    """Return an hourly sensor that measured ones until noon."""
    factory = Factory(platform.store)
    sensor = factory.sensor(step=HOUR)
    told = block(sensor, factory.source(SourceType.GATEWAY), NOON - days * DAY, [1.0] * (24 * days))
    platform.store.beliefs.add([told])
    return sensor


def off_by(errors: dict[str, float], platform: Platform) -> Platform:
    """Return a platform whose models are off by so much."""

    def forecaster(task: ForecastTask) -> Forecast:
        return Forecast(np.full(task.window.size, 1 + errors.get(task.model, 9.0)), task.model, "1")

    return replace(platform, forecaster=forecaster)


@pytest.mark.parametrize(
    ("blend", "chosen"), [(0.05, "blend"), (0.0999, "linear-blend"), (0.2, "linear-blend")]
)
def test_the_cheapest_model_that_is_about_as_good_is_chosen(
    memory_platform: Platform, blend: float, chosen: str
) -> None:
    sensor = metered(memory_platform, 60)
    platform = off_by({"linear-blend": 0.1, "blend": blend}, memory_platform)
    told = choose_model(sensor.id, platform)
    assert (told["model"], told["horizon"]) == (chosen, "P1D")
    assert told["accuracy"] == {
        "seasonal-naive": -8.0,
        "linear-OLS": -8.0,
        "linear-blend": 0.9,
        "blend": pytest.approx(1 - blend, abs=1e-3),
    }
    kept = platform.store.assets.sensor(sensor.id)
    assert kept.attributes[CHOICE] == told
    task = ahead_task(kept, TimeGrid(NOON, HOUR, 1), NOON, platform)
    assert task.model == chosen


def test_what_a_sensor_asks_for_counts_more_than_what_was_chosen(memory_platform: Platform) -> None:
    sensor = metered(memory_platform, 60)
    attributes = {CHOICE: {"model": "blend"}, "forecasting_model": "naive"}
    memory_platform.store.assets.set_sensor_attributes(sensor.id, attributes)
    assert make_forecast_ahead(sensor.id, memory_platform).model == "naive"


def test_too_little_to_try_models_on_is_said(memory_platform: Platform) -> None:
    sensor = metered(memory_platform, 40)
    with pytest.raises(NotEnoughData, match="known for 56 days"):
        choose_model(sensor.id, memory_platform)


def kinds(platform: Platform) -> list[str]:
    """Return the kinds of jobs that wait."""
    return [job.kind for job in platform.store.jobs.jobs(queue=FORECASTING, states=[JobState.QUEUED])]


def test_live_sensors_are_forecast_every_hour(memory_platform: Platform, clock: FixedClock) -> None:
    metered(memory_platform, 1)
    begin_round(memory_platform)
    assert kinds(memory_platform).count("forecast-ahead") == 1
    assert begin_round(memory_platform) == 0
    for job in memory_platform.store.jobs.jobs(queue=FORECASTING):
        memory_platform.store.jobs.end(job.id, JobState.FINISHED, NOON, {})
    clock.advance(HOUR)
    begin_round(memory_platform)
    assert kinds(memory_platform).count("forecast-ahead") == 1


def test_models_are_chosen_once_a_week(memory_platform: Platform, clock: FixedClock) -> None:
    sensor = metered(memory_platform, 1)
    chosen = 0
    for _ in range(24 * 7):
        told = block(sensor, Factory(memory_platform.store).source("gateway", "meter"), clock() - HOUR, [1.0])
        memory_platform.store.beliefs.add([told])
        begin_round(memory_platform)
        chosen += kinds(memory_platform).count("forecast-choose")
        for job in memory_platform.store.jobs.jobs(queue=FORECASTING, states=[JobState.QUEUED]):
            memory_platform.store.jobs.end(job.id, JobState.FINISHED, clock(), {})
        clock.advance(HOUR)
    assert chosen == 1


def test_sensors_that_are_silent_are_left_alone(memory_platform: Platform, clock: FixedClock) -> None:
    metered(memory_platform, 1)
    clock.advance(3 * DAY)
    assert begin_round(memory_platform) == 0


def test_no_model_is_chosen_where_none_could_be_compared() -> None:
    nothing = np.empty(0)
    trial = Trial("seasonal", DAY, nothing, nothing, None, None, "")
    with pytest.raises(NotEnoughData, match="No model had a forecast"):
        cheapest([trial], DAY)


def test_a_choice_waits_once(memory_platform: Platform) -> None:
    sensor = metered(memory_platform, 1)
    (job,) = queue_choice(sensor, memory_platform)
    assert queue_choice(sensor, memory_platform) == []
    memory_platform.store.jobs.end(job.id, JobState.FINISHED, NOON, {})
    assert len(queue_choice(sensor, memory_platform)) == 1


def test_a_platform_to_play_with_forecasts_only_power(memory_platform: Platform) -> None:
    sensor = metered(memory_platform, 1)
    make = Factory(memory_platform.store)
    wind = make.sensor(quantity=Quantity.WIND_SPEED, step=HOUR)
    told = block(wind, make.source(SourceType.GATEWAY), NOON - DAY, [1.0] * 24)
    memory_platform.store.beliefs.add([told])
    begin_round(replace(memory_platform, rules=Rules(mode="play")))
    forecast = {job.arguments["sensor_id"] for job in memory_platform.store.jobs.jobs(queue=FORECASTING)}
    assert forecast == {sensor.id}
