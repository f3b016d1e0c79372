"""Make forecasts of a sensor."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.errors import InvalidHorizon, InvalidResolution, NotEnoughData
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.usecases.forecast_recording import Made, record, together
from flexmeasures.usecases.forecast_tasks import ahead_task, last_known, rolling_task
from flexmeasures.usecases.ports.platform import Platform

ROLLING = "forecast"
"""Kind of jobs that forecast each event a horizon before its end."""
AHEAD = "forecast-ahead"
"""Kind of jobs that forecast all that comes next, now."""
LOOK_AHEAD = timedelta(hours=48)
"""How far the forecast that is issued now looks ahead."""
REFIT = timedelta(days=7)
"""How often models are fitted anew in a long window."""
MOST_REFITS = 12
"""How often at most."""

_HOUR = timedelta(hours=1)
_HORIZONS = {
    timedelta(minutes=5): (1, 6, 24),
    timedelta(minutes=10): (1, 6, 24),
    timedelta(minutes=15): (1, 6, 24, 48),
    timedelta(hours=1): (1, 6, 24, 48),
    timedelta(hours=24): (24, 48),
    timedelta(days=7): (168,),
}


def default_horizons(step: timedelta) -> tuple[timedelta, ...]:
    """Return the horizons at which events of this length are forecast by default.

    Lengths that the documents do not name take the hours of their neighbours that are whole steps; an event
    that is longer than two days is forecast one step ahead.

    >>> [str(horizon) for horizon in default_horizons(timedelta(minutes=30))]
    ['1:00:00', '6:00:00', '1 day, 0:00:00', '2 days, 0:00:00']
    """
    if step in _HORIZONS:
        return tuple(hours * _HOUR for hours in _HORIZONS[step])
    if step <= timedelta(0):
        return ()
    whole = tuple(h * _HOUR for h in (1, 6, 24, 48) if h * _HOUR >= step and h * _HOUR % step == timedelta(0))
    return whole or (step,)


def make_forecast(
    sensor_id: int, start: datetime, end: datetime, horizon: timedelta, platform: Platform
) -> Made:
    """Forecast each event of ``[start, end)`` as it could be forecast a horizon before its end.

    A belief about an event is recorded at the end of the event less the horizon. It rests on measured values
    and weather forecasts that were recorded by then, and on a model fitted on nothing younger. Events for
    which that time has not come yet are forecast now. An event of which nothing was known in time gets no
    forecast.

    Args:
        sensor_id: Whose events.
        start: Start of the first event.
        end: End of the last one.
        horizon: More than zero.
        platform: All that is needed.

    Raises:
        UnknownEntity: there is no such sensor.
        InvalidHorizon: the horizon is not longer than zero.
        InvalidResolution: the sensor's events have no length.
        NotEnoughData: nothing is known of the sensor, or nothing was known in time.
    """
    sensor = _forecastable(sensor_id, platform)
    if horizon <= timedelta(0):
        raise InvalidHorizon(f"A forecast needs a horizon of more than zero, not {horizon}.")
    rolled = TimeGrid.between(start, min(end, platform.now() + horizon), sensor.step)
    rest = TimeGrid.between(rolled.end, end, sensor.step)
    made = [_roll(sensor, window, horizon, platform) for window in _blocks(rolled)]
    if rest.size:
        made.append(_issue(sensor, rest, platform))
    if not any(part.model for part in made):
        raise NotEnoughData(
            f"Nothing was known of sensor {sensor.id} {horizon} before the events from "
            f"{start.isoformat()} until {end.isoformat()}."
        )
    return together(made)


def make_forecast_ahead(sensor_id: int, platform: Platform) -> Made:
    """Forecast now all events from the last measured one until two days from now.

    The beliefs are recorded now. Events that are over already get none. Nothing is forecast of a sensor of
    which all is known until then, as of a tariff.

    Args:
        sensor_id: Whose events.
        platform: All that is needed.

    Raises:
        UnknownEntity: there is no such sensor.
        InvalidResolution: the sensor's events have no length.
        NotEnoughData: nothing is known of the sensor.
    """
    sensor, now = _forecastable(sensor_id, platform), platform.now()
    last = last_known(sensor, platform)
    behind = max(timedelta(0), (now - last) // sensor.step * sensor.step)
    start = last + behind
    look_ahead = max(LOOK_AHEAD, platform.rules.planning_horizon, sensor.step)
    if last >= now + look_ahead:
        return Made(0, notes=(f"All is known until {last.isoformat()}.",))
    return _issue(sensor, TimeGrid(start, sensor.step, -(-look_ahead // sensor.step)), platform)


def _forecastable(sensor_id: int, platform: Platform) -> Sensor:
    """Return a sensor whose events have a length.

    Raises:
        UnknownEntity: there is no such sensor.
        InvalidResolution: its events have no length.
    """
    sensor = platform.store.assets.sensor(sensor_id)
    if sensor.step <= timedelta(0):
        raise InvalidResolution(f"Sensor {sensor.id} has instantaneous events, which cannot be forecast.")
    return sensor


def _blocks(grid: TimeGrid) -> list[TimeGrid]:
    """Cut a window into parts that share a fitted model."""
    size = max(1, REFIT // grid.step, -(-grid.size // MOST_REFITS))
    return [
        TimeGrid(grid.start + first * grid.step, grid.step, min(size, grid.size - first))
        for first in range(0, grid.size, size)
    ]


def _roll(sensor: Sensor, window: TimeGrid, horizon: timedelta, platform: Platform) -> Made:
    """Forecast each step of a window a horizon before its end, and record it as of then."""
    try:
        task = rolling_task(sensor, window, horizon, platform)
        forecast = platform.forecaster(task)
    except NotEnoughData:
        return Made(0)
    ends = window.starts() + np.timedelta64(window.step)
    return record(sensor, task, forecast, ends - np.timedelta64(horizon), platform)


def _issue(sensor: Sensor, window: TimeGrid, platform: Platform) -> Made:
    """Forecast all steps of a window now.

    Raises:
        NotEnoughData: nothing is known of the sensor.
    """
    now = platform.now()
    task = ahead_task(sensor, window, now, platform)
    return record(sensor, task, platform.forecaster(task), np.full(window.size, instant(now)), platform)
