from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from tests.unit.usecases.histories import AHEAD, REFUSED, remember

from flexmeasures.domain.assets import Quantity, Sensor
from flexmeasures.domain.beliefs import BeliefBlock, BeliefFilter, Beliefs, SourceType
from flexmeasures.domain.errors import InvalidHorizon, InvalidResolution, NotEnoughData
from flexmeasures.domain.jobs import JobState
from flexmeasures.domain.timing import instant
from flexmeasures.forecasting.task import Forecast, ForecastTask
from flexmeasures.testing.clock import NOON, FixedClock
from flexmeasures.testing.factories import Factory, block
from flexmeasures.testing.memory.queue import MemoryQueue
from flexmeasures.usecases.forecast_queue import News, queue_forecasts
from flexmeasures.usecases.forecast_rounds import begin_round
from flexmeasures.usecases.forecasts import default_horizons, make_forecast, make_forecast_ahead
from flexmeasures.usecases.ports.platform import Platform, Rules

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FORECASTS = BeliefFilter(source_types=frozenset({SourceType.FORECASTER}))


def metered(platform: Platform, days: int = 20, *, late: timedelta = timedelta(0)) -> Sensor:
    """Return an hourly power sensor that measured until noon, each value recorded so late after its end."""
    factory = Factory(platform.store)
    sensor = factory.sensor(step=HOUR)
    hours = np.arange(24 * days)
    values = 2 + np.sin(2 * np.pi * hours / 24) + np.random.default_rng(0).normal(0, 0.05, hours.size)
    told = block(sensor, factory.source(SourceType.GATEWAY), NOON - days * DAY, values.tolist())
    platform.store.beliefs.add([replace(told, belief_time=told.belief_time + np.timedelta64(late))])
    return sensor


def forecasts_of(sensor: Sensor, platform: Platform) -> Beliefs:
    """Return what was forecast of a sensor, by one model."""
    found = platform.store.beliefs.latest([sensor.id], NOON - 30 * DAY, NOON + 30 * DAY, FORECASTS)[sensor.id]
    assert len(found) == 1
    return found[0]


class Watched:
    """A forecaster that remembers its tasks and expects ones."""

    def __init__(self) -> None:
        self.tasks: list[ForecastTask] = []

    def __call__(self, task: ForecastTask) -> Forecast:
        self.tasks.append(task)
        return Forecast(np.ones(task.window.size), "ones", "1")


@pytest.mark.parametrize(
    ("step", "hours"),
    [
        (timedelta(minutes=5), [1, 6, 24]),
        (timedelta(minutes=10), [1, 6, 24]),
        (timedelta(minutes=15), [1, 6, 24, 48]),
        (HOUR, [1, 6, 24, 48]),
        (DAY, [24, 48]),
        (timedelta(days=7), [168]),
        (timedelta(hours=4), [24, 48]),
        (timedelta(hours=7), [7]),
        (timedelta(0), []),
    ],
)
def test_horizons_follow_the_resolution(step: timedelta, hours: list[int]) -> None:
    assert default_horizons(step) == tuple(h * HOUR for h in hours)


def test_each_horizon_gets_a_job_that_much_behind_the_data(memory_platform: Platform) -> None:
    sensor = metered(memory_platform, 1)
    jobs = queue_forecasts(
        [News(sensor, NOON - 3 * DAY, NOON - 3 * DAY + HOUR, timedelta(minutes=15))], memory_platform
    )
    start = NOON - 3 * DAY
    assert [job.arguments for job in jobs] == [
        {
            "sensor_id": sensor.id,
            "start": (start + h * HOUR).isoformat(),
            "end": (start + (h + 1) * HOUR).isoformat(),
            "horizon_minutes": 60 * h,
        }
        for h in (1, 6, 24, 48)
    ]


def test_prices_are_forecast_a_day_and_two_behind_their_last_day(memory_platform: Platform) -> None:
    market = Factory(memory_platform.store).market()
    jobs = queue_forecasts([News(market, NOON - 9 * DAY, NOON - 3 * DAY, HOUR)], memory_platform)
    starts = [job.arguments["start"] for job in jobs]
    assert starts == [(NOON - 3 * DAY).isoformat(), (NOON - 2 * DAY).isoformat()]


def test_playing_forecasts_power_only(memory_platform: Platform) -> None:
    playing = replace(memory_platform, rules=Rules(mode="play"))
    market = Factory(memory_platform.store).market()
    assert queue_forecasts([News(market, NOON - DAY, NOON, HOUR)], playing) == []
    assert (
        len(queue_forecasts([News(metered(playing, 1), NOON - 9 * DAY, NOON - 8 * DAY, HOUR)], playing)) == 4
    )


def test_what_comes_next_is_forecast_once_however_many_posts_come(memory_platform: Platform) -> None:
    sensor = metered(memory_platform, 1)
    queue = memory_platform.queue
    assert isinstance(queue, MemoryQueue)
    for _ in range(3):
        queue_forecasts([News(sensor, NOON - HOUR, NOON, HOUR)], memory_platform)
    ahead = [job for job in queue.sent if job.kind == "forecast-ahead"]
    assert len(ahead) == 1
    memory_platform.store.jobs.start(ahead[0].id, NOON)
    memory_platform.store.jobs.end(ahead[0].id, JobState.FINISHED, NOON, {})
    queue_forecasts([News(sensor, NOON, NOON + HOUR, HOUR)], memory_platform)
    assert [job.kind for job in queue.sent].count("forecast-ahead") == 2


def test_instantaneous_events_are_not_forecast(memory_platform: Platform) -> None:
    sensor = Factory(memory_platform.store).sensor(step=timedelta(0))
    assert queue_forecasts([News(sensor, NOON - HOUR, NOON, HOUR)], memory_platform) == []
    with pytest.raises(InvalidResolution):
        make_forecast_ahead(sensor.id, memory_platform)


def test_a_rolling_forecast_is_recorded_a_horizon_before_each_end(memory_platform: Platform) -> None:
    sensor = metered(memory_platform)
    made = make_forecast(sensor.id, NOON - 4 * HOUR, NOON + 2 * HOUR, 6 * HOUR, memory_platform)
    found = forecasts_of(sensor, memory_platform)
    assert made.count == 6
    assert_array_equal(found.belief_time, found.event_start + np.timedelta64(HOUR) - np.timedelta64(6 * HOUR))
    assert_allclose(found.value, 2 + np.sin(2 * np.pi * (np.arange(-4, 2)) / 24), atol=0.4)


def test_events_whose_issue_time_is_to_come_are_forecast_now(memory_platform: Platform) -> None:
    sensor = metered(memory_platform)
    make_forecast(sensor.id, NOON, NOON + 5 * HOUR, 2 * HOUR, memory_platform)
    recorded = forecasts_of(sensor, memory_platform).belief_time
    assert_array_equal((recorded - instant(NOON)) // np.timedelta64(HOUR), [-1, 0, 0, 0, 0])


@pytest.mark.parametrize("hours", [(1, 6), (6, 1)])
def test_each_horizon_is_kept_whatever_came_first(memory_platform: Platform, hours: tuple[int, int]) -> None:
    sensor = metered(memory_platform)
    made = [make_forecast(sensor.id, NOON - DAY, NOON, h * HOUR, memory_platform).count for h in hours]
    again = [make_forecast(sensor.id, NOON - DAY, NOON, h * HOUR, memory_platform).count for h in hours]
    assert (made, again) == ([24, 24], [0, 0])


def test_doing_it_twice_changes_nothing(memory_platform: Platform) -> None:
    sensor = metered(memory_platform)
    first = make_forecast(sensor.id, NOON - 4 * HOUR, NOON, HOUR, memory_platform)
    again = make_forecast(sensor.id, NOON - 4 * HOUR, NOON, HOUR, memory_platform)
    assert (first.count, again.count) == (4, 0)


def test_a_value_counts_from_when_it_was_recorded(memory_platform: Platform) -> None:
    sensor = metered(memory_platform, late=timedelta(minutes=5))
    watched = Watched()
    make_forecast(sensor.id, NOON - 4 * HOUR, NOON, HOUR, replace(memory_platform, forecaster=watched))
    (task,) = watched.tasks
    assert task.delay == timedelta(minutes=5)
    assert task.issued == NOON - 4 * HOUR
    assert task.history.grid.end <= NOON - HOUR


def test_history_that_was_uploaded_later_makes_no_forecasts_of_the_past(memory_platform: Platform) -> None:
    factory = Factory(memory_platform.store)
    sensor = factory.sensor(step=HOUR)
    values = [1.0] * 240
    memory_platform.store.beliefs.add(
        [block(sensor, factory.source(SourceType.USER), NOON - 12 * DAY, values, recorded=NOON - HOUR)]
    )
    with pytest.raises(NotEnoughData):
        make_forecast(sensor.id, NOON - 5 * DAY, NOON - 4 * DAY, 6 * HOUR, memory_platform)
    assert make_forecast_ahead(sensor.id, memory_platform).count == 48


def test_what_comes_next_is_recorded_now(memory_platform: Platform, clock: FixedClock) -> None:
    sensor = metered(memory_platform)
    clock.advance(timedelta(minutes=10))
    made = make_forecast_ahead(sensor.id, memory_platform)
    found = forecasts_of(sensor, memory_platform)
    assert (made.count, made.fallback) == (48, "")
    assert_array_equal(found.belief_time, np.full(48, instant(clock.time)))
    assert found.event_start[0] == instant(NOON)


def test_a_meter_that_stopped_is_forecast_from_now_on(memory_platform: Platform, clock: FixedClock) -> None:
    sensor = metered(memory_platform)
    clock.advance(5 * HOUR)
    make_forecast_ahead(sensor.id, memory_platform)
    assert forecasts_of(sensor, memory_platform).event_start[0] == instant(NOON + 5 * HOUR)


def test_nothing_known_is_said(memory_platform: Platform) -> None:
    sensor = Factory(memory_platform.store).sensor()
    with pytest.raises(NotEnoughData, match="No data available at all"):
        make_forecast_ahead(sensor.id, memory_platform)


def test_a_horizon_of_nothing_is_refused(memory_platform: Platform) -> None:
    sensor = metered(memory_platform, 1)
    with pytest.raises(InvalidHorizon):
        make_forecast(sensor.id, NOON, NOON + HOUR, timedelta(0), memory_platform)


def test_own_forecasts_and_schedules_are_no_history(memory_platform: Platform) -> None:
    sensor = metered(memory_platform, 2)
    factory, watched = Factory(memory_platform.store), Watched()
    for kind in (SourceType.FORECASTER, SourceType.SCHEDULER):
        wrong = block(sensor, factory.source(kind), NOON - DAY, [99.0] * 24)
        memory_platform.store.beliefs.add([wrong])
    make_forecast_ahead(sensor.id, replace(memory_platform, forecaster=watched))
    assert np.nanmax(watched.tasks[0].history.values) < 4


def test_weather_counts_as_it_was_forecast_at_the_time(memory_platform: Platform) -> None:
    factory, watched = Factory(memory_platform.store), Watched()
    plant = factory.asset("wind", place=(52.0, 5.0))
    power = factory.sensor(plant, step=HOUR)
    memory_platform.store.beliefs.add(
        [block(power, factory.source(SourceType.GATEWAY), NOON - 3 * DAY, [1.0] * 72)]
    )
    near = factory.sensor(factory.asset("weather station", place=(52.1, 5.1)), Quantity.WIND_SPEED, step=HOUR)
    far = factory.sensor(factory.asset("weather station", place=(60.0, 5.1)), Quantity.WIND_SPEED, step=HOUR)
    service = factory.source("weather service")
    for sensor, value in ((near, 7.0), (far, 3.0)):
        forecast = block(sensor, service, NOON - 3 * DAY, [value] * 120)
        early = forecast.event_start - np.timedelta64(48 * HOUR)
        observed = replace(forecast, value=forecast.value * 10)
        memory_platform.store.beliefs.add([replace(forecast, belief_time=early), observed])
    platform = replace(memory_platform, forecaster=watched)
    make_forecast(power.id, NOON - 4 * HOUR, NOON, 6 * HOUR, platform)
    make_forecast_ahead(power.id, platform)
    for task in watched.tasks:
        (wind,) = task.regressors
        assert wind.name == "wind speed"
        assert set(wind.past[np.isfinite(wind.past)]) == {7.0}
        assert_array_equal(wind.future, np.full(task.window.size, 7.0))


def test_capacity_and_direction_are_limits(memory_platform: Platform) -> None:
    factory, watched = Factory(memory_platform.store), Watched()
    asset = factory.asset(attributes={"capacity_in_mw": 1.5})
    sensor = factory.sensor(asset, step=HOUR)
    memory_platform.store.beliefs.add(
        [block(sensor, factory.source(SourceType.GATEWAY), NOON - DAY, [1.0] * 24)]
    )
    make_forecast_ahead(sensor.id, replace(memory_platform, forecaster=watched))
    assert (watched.tasks[0].lower, watched.tasks[0].upper) == (-1.5, 1.5)


@pytest.mark.parametrize(("asked", "model"), [("blend", "blend"), (3, ""), ("", "")])
def test_a_sensor_can_name_its_model(memory_platform: Platform, asked: object, model: str) -> None:
    factory, watched = Factory(memory_platform.store), Watched()
    sensor = factory.sensor(step=HOUR, attributes={"forecasting_model": asked})
    memory_platform.store.beliefs.add(
        [block(sensor, factory.source(SourceType.GATEWAY), NOON - DAY, [1.0] * 24)]
    )
    make_forecast_ahead(sensor.id, replace(memory_platform, forecaster=watched))
    assert watched.tasks[0].model == model


def test_a_repeated_forecast_at_one_time_keeps_the_first(memory_platform: Platform) -> None:
    sensor = metered(memory_platform)
    make_forecast_ahead(sensor.id, memory_platform)
    before = forecasts_of(sensor, memory_platform).value
    source = Factory(memory_platform.store).source(SourceType.GATEWAY)
    corrected = BeliefBlock(
        sensor.id, source.id, np.array([instant(NOON - HOUR)]), np.array([instant(NOON)]), np.array([50.0])
    )
    memory_platform.store.beliefs.add([corrected])
    assert make_forecast_ahead(sensor.id, memory_platform).count == 0
    assert_array_equal(forecasts_of(sensor, memory_platform).value, before)


def test_prices_are_forecast_from_where_they_end(memory_platform: Platform) -> None:
    sensor = remember(AHEAD, Factory(memory_platform.store).asset("market"), memory_platform)
    assert make_forecast_ahead(sensor.id, memory_platform).count == 48
    assert forecasts_of(sensor, memory_platform).event_start[0] == instant(NOON + 36 * HOUR)


def test_what_is_known_for_two_days_is_not_forecast(memory_platform: Platform) -> None:
    known = replace(AHEAD, ends=49 * HOUR)
    sensor = remember(known, Factory(memory_platform.store).asset("market"), memory_platform)
    made = make_forecast_ahead(sensor.id, memory_platform)
    assert (made.count, made.notes) == (0, ("All is known until 2026-03-04T13:00:00+00:00.",))


@pytest.mark.parametrize(
    ("step", "attributes"), [(365 * DAY, {}), (HOUR, {"market_type": "tou_tariff"})], ids=["a year", "tariff"]
)
def test_what_is_agreed_on_beforehand_is_not_forecast_unasked(
    memory_platform: Platform, step: timedelta, attributes: dict[str, object]
) -> None:
    factory = Factory(memory_platform.store)
    tariff = factory.sensor(factory.asset("market"), Quantity.PRICE, step=step, attributes=attributes)
    told = block(tariff, factory.source(), NOON - step, [50.0, 50.0], recorded=NOON - 2 * step)
    memory_platform.store.beliefs.add([told])
    assert queue_forecasts([News(tariff, NOON - step, NOON, step)], memory_platform) == []
    assert begin_round(memory_platform) == 0


def test_a_history_that_ended_years_ago_is_said_to_have(memory_platform: Platform) -> None:
    past, reason = REFUSED["ended four years ago"]
    sensor = remember(past, Factory(memory_platform.store).asset(), memory_platform)
    with pytest.raises(NotEnoughData, match=reason):
        make_forecast_ahead(sensor.id, memory_platform)


def test_days_that_begin_at_local_midnight_are_all_known(
    memory_platform: Platform, clock: FixedClock
) -> None:
    factory, watched = Factory(memory_platform.store), Watched()
    sensor = factory.sensor(step=DAY)
    zone = ZoneInfo("Europe/Amsterdam")
    starts = [datetime(2025, 10, 1, tzinfo=zone) + day * DAY for day in range(150)]
    times = np.array([instant(start) for start in starts])
    ends = np.array([instant(start + DAY) for start in starts])
    source = factory.source(SourceType.GATEWAY)
    told = BeliefBlock(sensor.id, source.id, times, ends, np.arange(150.0))
    memory_platform.store.beliefs.add([told])
    clock.advance(DAY)
    make_forecast_ahead(sensor.id, replace(memory_platform, forecaster=watched))
    (task,) = watched.tasks
    assert_array_equal(task.history.values[-150:], np.arange(150.0))
