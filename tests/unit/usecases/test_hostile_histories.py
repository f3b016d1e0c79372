"""Whatever a history is like, there is a forecast within limits, or a reason why there is none."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from flexmeasures.domain.assets import Quantity, Sensor
from flexmeasures.domain.beliefs import BeliefBlock, SourceType
from flexmeasures.domain.errors import NotEnoughData
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.sun import clear_sky
from flexmeasures.testing.clock import FixedClock
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.bands import Band, bands
from flexmeasures.usecases.forecasts import make_forecast, make_forecast_ahead
from flexmeasures.usecases.ports.platform import Platform

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SPRING = datetime(2026, 3, 29, 12, tzinfo=UTC)
"""Noon of the day on which clocks go forward in Europe."""

Spoil = Callable[[Array], Array]


def wave(days: float, step: timedelta = HOUR) -> Array:
    """Return a daily rhythm with noise, around five."""
    hours = np.arange(round(days * DAY / step)) * (step / HOUR)
    noise = np.random.default_rng(0).normal(0, 0.1, hours.size)
    rhythm: Array = 5 + 2 * np.sin(2 * np.pi * hours / 24) + noise
    return rhythm


def gaps(values: Array) -> Array:
    values[100:160] = np.nan
    values[::9] = np.nan
    values[-30:] = np.nan
    return values


def outliers(values: Array) -> Array:
    values[50] = 1e9
    values[-200] = -1e9
    return values


def more_capacity(values: Array) -> Array:
    values[values.size // 2 :] *= 4
    return values


def constant(values: Array) -> Array:
    return np.full(values.size, 3.0)


def zeros(values: Array) -> Array:
    return np.zeros(values.size)


def negative(values: Array) -> Array:
    return values - 5


def almost_nothing(values: Array) -> Array:
    values[:-2] = np.nan
    return values


def measured(
    platform: Platform, values: Array, *, step: timedelta = HOUR, quantity: Quantity = Quantity.POWER
) -> Sensor:
    """Return a sensor that measured these values until now."""
    make = Factory(platform.store)
    sensor = make.sensor(quantity=quantity, step=step)
    start = platform.now() - values.size * step
    told = block(sensor, make.source(SourceType.GATEWAY), start, values.tolist())
    known = np.isfinite(told.value)
    columns = (told.event_start[known], told.belief_time[known], values[known])
    platform.store.beliefs.add([BeliefBlock(sensor.id, told.source_id, *columns)])
    return sensor


def ahead(sensor: Sensor, platform: Platform) -> Band:
    """Return the forecast of the next two days."""
    make_forecast_ahead(sensor.id, platform)
    start = platform.now()
    return bands([sensor.id], start, start + 2 * DAY, platform)[sensor.id]


@pytest.fixture
def spring(memory_platform: Platform, clock: FixedClock) -> Platform:
    clock.advance(SPRING - clock())
    return memory_platform


@pytest.mark.parametrize("spoil", [gaps, outliers, more_capacity, constant, zeros, negative, almost_nothing])
@pytest.mark.parametrize("days", [9, 15, 40])
def test_spoilt_histories_get_forecasts(spring: Platform, spoil: Spoil, days: int) -> None:
    values = spoil(wave(days))
    quantity = Quantity.PRICE if spoil is negative else Quantity.POWER
    band = ahead(measured(spring, values, quantity=quantity), spring)
    assert band.median.size >= 47
    assert np.isfinite([band.lower, band.median, band.upper]).all()
    assert (band.lower <= band.median).all()
    assert (band.median <= band.upper).all()


@pytest.mark.parametrize(
    "step", [timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30), 4 * HOUR, DAY]
)
def test_all_resolutions_get_forecasts(spring: Platform, step: timedelta) -> None:
    sensor = measured(spring, wave(20 if step < HOUR else 100, step), step=step)
    band = ahead(sensor, spring)
    assert band.median.size == 2 * DAY // step
    assert 1 < band.median.min() <= band.median.max() < 9
    made = make_forecast(sensor.id, spring.now() - 2 * DAY, spring.now(), DAY, spring)
    assert made.count == 2 * DAY // step


@pytest.mark.parametrize("hours", [0, 1, 24])
def test_the_first_day_gets_a_forecast_or_a_reason(spring: Platform, hours: int) -> None:
    sensor = measured(spring, wave(hours / 24))
    if not hours:
        with pytest.raises(NotEnoughData, match="No data available at all"):
            make_forecast_ahead(sensor.id, spring)
        return
    made = make_forecast_ahead(sensor.id, spring)
    assert made.count == 48
    assert "14 are needed to fit a model" in made.fallback


def test_nothing_is_produced_at_night_or_above_capacity(spring: Platform) -> None:
    grid = TimeGrid(spring.now() - 60 * DAY, HOUR, 60 * 24)
    sun = clear_sky(grid, 52.0, 5.0) / 900
    clouds = np.random.default_rng(1).uniform(0.2, 1, 60).repeat(24)
    make = Factory(spring.store)
    asset = make.asset("solar", place=(52.0, 5.0), attributes={"capacity_in_mw": 0.5})
    sensor = make.sensor(asset, step=HOUR)
    told = block(sensor, make.source(SourceType.GATEWAY), grid.start, (-sun * clouds).tolist())
    spring.store.beliefs.add([told])
    band = ahead(sensor, spring)
    night = clear_sky(TimeGrid(spring.now(), HOUR, 48), 52.0, 5.0) == 0
    dark = night & np.roll(night, 1) & np.roll(night, -1)
    assert dark.sum() > 12
    assert not band.median[dark].any()
    assert not band.upper[dark].any()
    assert not band.lower[dark].any()
    assert band.lower.min() >= -0.5
    assert band.median.min() < -0.05
