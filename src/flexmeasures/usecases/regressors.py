"""What else was known: the weather near a sensor, as it was forecast at the time.

Observed weather never stands in for its forecast.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.assets import Asset, Quantity, Sensor, WeatherSensor
from flexmeasures.domain.beliefs import BeliefFilter, SourceType, most_recent
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.forecasting.task import Regressor
from flexmeasures.usecases.ports.platform import Platform

FORECASTER = "FlexMeasures"
"""Name of the source of the platform's own forecasts."""
FARTHEST = 100.0
"""Distance beyond which weather is that of another place. [km]"""
AHEAD = timedelta(hours=24)
"""How long before its end an event is looked at, to learn from weather forecasts of that age."""
EARTH_RADIUS = 6371.0
"""[km]"""
MATTERS = {
    "solar": (Quantity.IRRADIANCE, Quantity.TEMPERATURE),
    "wind": (Quantity.WIND_SPEED,),
}
"""Which weather matters for which type of asset; temperature for all others."""


@dataclass(frozen=True, slots=True)
class Span:
    """When regressors are wanted.

    Attributes:
        past: Steps of the history.
        window: Steps to forecast.
        issued: When the forecast is made.
        horizon: Of a rolling forecast, None where all steps are issued at once.
    """

    past: TimeGrid
    window: TimeGrid
    issued: datetime
    horizon: timedelta | None


def regressors_near(asset: Asset, sensor: Sensor, span: Span, platform: Platform) -> tuple[Regressor, ...]:
    """Return the forecasts of the nearest weather sensors, as they were known at the time of issue.

    Args:
        asset: Whose place and type count.
        sensor: To forecast; weather and prices have no regressors.
        span: When.
        platform: All that is needed.
    """
    if sensor.quantity is not Quantity.POWER or asset.latitude is None or asset.longitude is None:
        return ()
    found = (
        believed_regressor(weather.sensor, span, platform)
        for quantity in MATTERS.get(asset.type.name, (Quantity.TEMPERATURE,))
        for weather in _nearest(asset, quantity, platform)
    )
    return tuple(regressor for regressor in found if np.isfinite(regressor.future).any())


def distance(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Return the great-circle distance between two places. [km]

    Args:
        here: Degrees north and east.
        there: Degrees north and east.

    >>> round(distance((52.37, 4.90), (37.57, 126.98)))
    8556
    """
    (north, east), (other_north, other_east) = (map(math.radians, place) for place in (here, there))
    half = (
        math.sin((other_north - north) / 2) ** 2
        + math.cos(north) * math.cos(other_north) * math.sin((other_east - east) / 2) ** 2
    )
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(min(1.0, half)))


def _nearest(asset: Asset, quantity: Quantity, platform: Platform) -> list[WeatherSensor]:
    """Return the nearest sensor of a quantity that anything is known of, none where all are far."""
    here = (asset.latitude or 0.0, asset.longitude or 0.0)
    near = sorted(
        (distance(here, (weather.latitude, weather.longitude)), weather.sensor.id, weather)
        for weather in platform.store.assets.weather_sensors(quantity)
        if weather.sensor.step > timedelta(0)
    )
    for far, _, weather in near:
        if far <= FARTHEST and platform.store.beliefs.first_event(weather.sensor.id) is not None:
            return [weather]
    return []


def believed_regressor(sensor: Sensor, span: Span, platform: Platform) -> Regressor:
    """Return the forecasts of one sensor by others, as they were known at the time of issue."""
    coarser = max(sensor.step - span.window.step, timedelta(0))
    if span.horizon is not None:
        rolling = BeliefFilter(horizon_min=span.horizon + coarser, prior=span.window.end)
        future = _believed(sensor, span.window, rolling, platform)
        past = _believed(sensor, span.past, rolling, platform)
    else:
        future = _believed(sensor, span.window, BeliefFilter(prior=span.issued), platform)
        early = BeliefFilter(horizon_min=AHEAD, prior=span.issued)
        late = BeliefFilter(horizon_min=sensor.step, prior=span.issued)
        past = _believed(sensor, span.past, early, platform)
        past = np.where(np.isfinite(past), past, _believed(sensor, span.past, late, platform))
    return Regressor(sensor.quantity.value, past, future)


def _believed(sensor: Sensor, grid: TimeGrid, only: BeliefFilter, platform: Platform) -> Array:
    """Return (T,) what others than the platform's own forecaster believed, on a grid in other steps."""
    start, end = grid.start - sensor.step, grid.end + sensor.step
    parts = platform.store.beliefs.latest([sensor.id], start, end, only).get(sensor.id, [])
    ids = {int(source) for part in parts for source in part.source_id}
    own = {
        source.id
        for source in platform.store.sources.named(ids).values()
        if source.type == SourceType.FORECASTER and source.name == FORECASTER
    }
    beliefs = most_recent([part for part in parts if not own.intersection(part.source_id.tolist())])
    return _at_steps(beliefs.event_start, beliefs.value, sensor.step, grid)


def _at_steps(starts: np.ndarray, values: Array, step: timedelta, grid: TimeGrid) -> Array:
    """Return the mean over each step of a grid of values that hold for steps of another length."""
    if not values.size or not grid.size:
        return np.full(grid.size, np.nan)
    points = max(1, round(grid.step / step))
    inside = (np.arange(points) + 0.5) / points * grid.step.total_seconds() * 1e6
    times = instant(grid.start) + np.arange(grid.size)[:, None] * np.timedelta64(grid.step)
    times = times + inside.astype("timedelta64[us]")
    place = np.searchsorted(starts, times, side="right") - 1
    holds = (place >= 0) & (times < starts[np.maximum(place, 0)] + np.timedelta64(step))
    sampled = np.where(holds, values[np.maximum(place, 0)], np.nan)
    count = holds.sum(axis=1)
    total = np.where(holds, sampled, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
