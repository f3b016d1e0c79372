"""Collect what was known for a forecast: history, limits, place, weather."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.assets import Connection, Quantity, Sensor
from flexmeasures.domain.beliefs import BeliefFilter, Beliefs, SourceType, most_recent
from flexmeasures.domain.errors import NotEnoughData
from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid, from_instant, instant
from flexmeasures.forecasting.task import ForecastTask
from flexmeasures.usecases.annotated import noted_about
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.regressors import Span, regressors_near

MODEL = "forecasting_model"
"""Attribute of a sensor that names the model to forecast it by."""
FLEET = "fleet"
"""Model of sensors that are forecast together with many others, every hour."""
CHOICE = "forecasting_choice"
"""Attribute of a sensor that holds the model that was chosen for it, and why."""
LONGEST = timedelta(days=3 * 365)
"""History to look at, at most."""
ON_TIME = timedelta(days=1)
"""A value that was recorded later than this after its event did not come by the usual way."""
MOSTLY = 0.95
"""Share of the values on time that the usual delay covers."""

BAND = (0.1, 0.9)
"""Cumulative probabilities that are forecast beside the median."""

_TOLD = frozenset(kind for kind in SourceType if kind not in {SourceType.FORECASTER, SourceType.SCHEDULER})
_NEVER_NEGATIVE = frozenset({Quantity.IRRADIANCE, Quantity.WIND_SPEED})


def rolling_task(sensor: Sensor, window: TimeGrid, horizon: timedelta, platform: Platform) -> ForecastTask:
    """Return the task to forecast each step of a window a horizon before its end.

    A value counts from when it was recorded: at once if that was before the first issue time, and the usual
    delay after its event otherwise. Values that came later than that and after the first issue do not.

    Raises:
        NotEnoughData: nothing is known of the sensor.
    """
    last = _last_issue(window, horizon)
    beliefs = _measured(sensor, window.start - LONGEST, last, last, platform)
    return _rolling(sensor, beliefs, window, horizon, platform)


def hindsight_task(sensor: Sensor, window: TimeGrid, horizon: timedelta, platform: Platform) -> ForecastTask:
    """Return the same task as if each measured value had been known when its event was over.

    That is how models are tried on a history that was uploaded later. Weather counts as it was recorded.

    Raises:
        NotEnoughData: nothing is known of the sensor.
    """
    last = _last_issue(window, horizon)
    beliefs = _measured(sensor, window.start - LONGEST, last, platform.now(), platform)
    over = beliefs.event_start + np.timedelta64(sensor.step)
    return _rolling(sensor, replace(beliefs, belief_time=over), window, horizon, platform)


def _last_issue(window: TimeGrid, horizon: timedelta) -> datetime:
    """Return when the last step of a window is forecast, not before the first is."""
    return max(window.end - horizon, window.start + window.step - horizon)


def _rolling(
    sensor: Sensor, beliefs: Beliefs, window: TimeGrid, horizon: timedelta, platform: Platform
) -> ForecastTask:
    """Return the task to forecast each step of a window from beliefs that were recorded in time."""
    first = window.start + window.step - horizon
    step = np.timedelta64(sensor.step)
    delays = np.maximum(beliefs.belief_time - beliefs.event_start - step, np.timedelta64(0))
    delay = _usual(delays)
    counts = (beliefs.belief_time <= instant(first)) | (delays <= np.timedelta64(delay))
    history = _on_grid(_some(beliefs, counts), window)
    return _task(sensor, history, window, _span(history, window, first, horizon), delay, platform)


def ahead_task(sensor: Sensor, window: TimeGrid, now: datetime, platform: Platform) -> ForecastTask:
    """Return the task to forecast all steps of a window now.

    Raises:
        NotEnoughData: nothing is known of the sensor.
    """
    beliefs = _measured(sensor, window.start - LONGEST, window.start, now, platform)
    history = _on_grid(beliefs, window)
    return _task(sensor, history, window, _span(history, window, now, None), timedelta(0), platform)


def last_known(sensor: Sensor, platform: Platform) -> datetime:
    """Return the end of the last event that was measured, or published in advance as prices are.

    Raises:
        NotEnoughData: nothing is known of the sensor.
    """
    last = platform.store.beliefs.last([sensor.id], only_told(sensor, platform.now())).get(sensor.id)
    if last is None or not last.event_start.size:
        raise NotEnoughData(_NOTHING)
    return from_instant(last.event_start.max()) + sensor.step


def only_told(sensor: Sensor, prior: datetime) -> BeliefFilter:
    """Return which beliefs count as what happened: measurements, and prices also before they hold."""
    latest = None if sensor.quantity is Quantity.PRICE else timedelta(0)
    return BeliefFilter(source_types=_TOLD, prior=prior, horizon_max=latest)


_NOTHING = "No data available at all. Forecasting impossible."


def _measured(sensor: Sensor, start: datetime, end: datetime, prior: datetime, platform: Platform) -> Beliefs:
    """Return what was told about the events of a sensor, not forecast or scheduled by the platform.

    Raises:
        NotEnoughData: nothing is known.
    """
    only = only_told(sensor, prior)
    beliefs = most_recent(platform.store.beliefs.latest([sensor.id], start, end, only).get(sensor.id, []))
    if not beliefs.value.size:
        raise NotEnoughData(_nothing(sensor, start, end, platform))
    return beliefs


def _nothing(sensor: Sensor, start: datetime, end: datetime, platform: Platform) -> str:
    """Say that nothing is known, or when something was known last and that this does not count."""
    last = platform.store.beliefs.last([sensor.id], only_told(sensor, platform.now())).get(sensor.id)
    if last is None:
        return _NOTHING
    return (
        f"Of sensor {sensor.id}, nothing was known then of what it measured from {start.isoformat()} until "
        f"{end.isoformat()}, so that nothing can be forecast. The last event that is known began "
        f"{from_instant(last.event_start[-1]).isoformat()}."
    )


def _usual(delays: np.ndarray) -> timedelta:
    """Return how long after its event a value is mostly known, among those that came on time."""
    on_time = delays[delays <= np.timedelta64(ON_TIME)]
    if not on_time.size:
        return timedelta(0)
    microseconds = np.quantile(on_time.astype(np.int64), MOSTLY, method="higher")
    return timedelta(microseconds=int(microseconds))


def _some(beliefs: Beliefs, counts: np.ndarray) -> Beliefs:
    """Return the beliefs that count."""
    return Beliefs(
        beliefs.event_start[counts],
        beliefs.belief_time[counts],
        beliefs.value[counts],
        beliefs.source_id[counts],
    )


def _on_grid(beliefs: Beliefs, window: TimeGrid) -> Series:
    """Return beliefs from the first one on, in the steps of the window.

    Raises:
        NotEnoughData: there are none.
    """
    if not beliefs.event_start.size:
        raise NotEnoughData(_NOTHING)
    first = min(from_instant(beliefs.event_start[0]), window.start)
    end = from_instant(beliefs.event_start[-1]) + window.step
    start = window.start - -(-(window.start - first) // window.step) * window.step
    return beliefs.on(TimeGrid(start, window.step, max(1, -(-(end - start) // window.step))))


def _span(history: Series, window: TimeGrid, issued: datetime, horizon: timedelta | None) -> Span:
    """Return when regressors are wanted: from the start of the history to the end of the window."""
    past = TimeGrid.between(history.grid.start, window.start, window.step)
    return Span(past, window, issued, horizon)


def _task(
    sensor: Sensor, history: Series, window: TimeGrid, span: Span, delay: timedelta, platform: Platform
) -> ForecastTask:
    """Return a task with all that is known of the sensor's asset and its surroundings."""
    asset = platform.store.assets.asset(sensor.asset_id)
    lower, upper = limits(sensor, platform)
    return ForecastTask(
        history=history,
        window=window,
        issued=span.issued,
        regressors=(
            *regressors_near(asset, sensor, span, platform),
            *noted_about(asset, sensor, span, platform),
        ),
        timezone=sensor.timezone,
        lower=lower,
        upper=upper,
        latitude=asset.latitude,
        longitude=asset.longitude,
        model=model_of(sensor),
        quantiles=BAND,
        horizon=span.horizon,
        delay=delay,
        subject=f"{sensor.id} {'ahead' if span.horizon is None else span.horizon}",
    )


def model_of(sensor: Sensor) -> str:
    """Return the model that a sensor asks for, else the one chosen for it; empty for the usual one."""
    asked = sensor.attributes.get(MODEL, "")
    if asked and isinstance(asked, str):
        return asked
    choice = sensor.attributes.get(CHOICE)
    chosen = choice.get("model", "") if isinstance(choice, Mapping) else ""
    return chosen if isinstance(chosen, str) else ""


def is_of_fleet(sensor: Sensor) -> bool:
    """Return whether a sensor is forecast together with others: it asks for that, and has short steps."""
    return model_of(sensor) == FLEET and timedelta(0) < sensor.step <= timedelta(hours=1)


def limits(sensor: Sensor, platform: Platform) -> tuple[float, float]:
    """Return the least and largest value that a sensor can have, in its unit."""
    return limits_of([sensor], platform)[sensor.id]


def limits_of(sensors: Sequence[Sensor], platform: Platform) -> dict[int, tuple[float, float]]:
    """Return the least and largest value of each of some sensors, in its unit, by their ids."""
    powers = [sensor.asset_id for sensor in sensors if sensor.quantity is Quantity.POWER]
    connections = platform.store.assets.connections(powers) if powers else []
    rated = {connection.sensor.id: _rated(connection) for connection in connections}
    return {sensor.id: rated.get(sensor.id, _natural(sensor)) for sensor in sensors}


def _rated(connection: Connection) -> tuple[float, float]:
    capacity = np.inf if connection.capacity is None else abs(connection.capacity)
    lower = 0.0 if connection.asset.is_pure_consumer else -capacity
    return lower, 0.0 if connection.asset.is_pure_producer else capacity


def _natural(sensor: Sensor) -> tuple[float, float]:
    return (0.0 if sensor.quantity in _NEVER_NEGATIVE else -np.inf), np.inf
