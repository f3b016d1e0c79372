"""Make the forecasts that somebody wishes for, now or by a job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.errors import InvalidPeriod, InvalidResolution, NotEnoughData
from flexmeasures.domain.jobs import FORECASTING, Job
from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.forecasting.task import Forecast, ForecastTask
from flexmeasures.usecases.forecast_fields import read_wish
from flexmeasures.usecases.forecast_recording import Made, record, together
from flexmeasures.usecases.forecast_tasks import ahead_task, last_known
from flexmeasures.usecases.forecast_wishes import Recipe, Snap, Wish
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.wished_regressors import with_regressors

WISHED = "forecast-wished"
"""Kind of jobs that make the forecasts that somebody wishes for."""
MOST_ISSUES = 500
MOST_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class Issue:
    """Forecasts that are issued at one time.

    Attributes:
        at: When: what was recorded by then counts.
        window: Events.
    """

    at: datetime
    window: TimeGrid


def queue_wished(sensor: Sensor, message: Mapping[str, object], platform: Platform) -> Job:
    """Queue a job that makes the forecasts that a message wishes for.

    Args:
        sensor: Whose events.
        message: As ``read_wish`` takes it, plain JSON values.
        platform: All that is needed.

    Raises:
        InvalidParts: some fields of the message are unknown or wrong.
        InvalidPeriod: it wishes for nothing, or for too much.
        InvalidResolution: sensors do not fit.
        UnknownEntity: a sensor is not there.
    """
    wish = read_wish(sensor.id, message)
    target_of(wish, platform)
    _issues(wish, sensor, platform)
    arguments = {"sensor_id": sensor.id, "wish": dict(message)}
    return platform.queue.put(FORECASTING, WISHED, arguments, asset_id=sensor.asset_id)


def make_wished(wish: Wish, platform: Platform) -> Mapping[str, object]:
    """Make the forecasts that somebody wishes for, and record them.

    A window that has begun is forecast as it could have been: at its start and then again and again, each
    time from what was recorded by then. What comes is forecast from all that is known.

    Returns:
        What became of it, as plain JSON values.

    Raises:
        UnknownEntity: there is no such sensor or model.
        InvalidPeriod: nothing is wished for, or too much.
        InvalidResolution: sensors do not fit.
        NotEnoughData: nothing was known, or too little.
    """
    target = target_of(wish, platform)
    sensor = platform.store.assets.sensor(wish.sensor_id)
    made: list[Made] = []
    reason: NotEnoughData | None = None
    issues = _issues(wish, sensor, platform)
    for issue in issues:
        try:
            made.append(_make(wish, sensor, target, issue, platform))
        except NotEnoughData as error:
            reason = error
    if reason is not None and not made:
        raise reason
    found = together(made)
    return {
        **asdict(found),
        "target_id": target.id,
        "start": issues[0].window.start.isoformat(),
        "end": issues[-1].window.end.isoformat(),
        "recorded": issues[-1].at.isoformat(),
    }


def target_of(wish: Wish, platform: Platform) -> Sensor:
    """Return the sensor that the forecasts are recorded of.

    Raises:
        UnknownEntity: it or the one that is forecast is not there.
        InvalidResolution: their events differ in length or have none.
    """
    sensor = platform.store.assets.sensor(wish.sensor_id)
    if sensor.step <= timedelta(0):
        raise InvalidResolution(f"Sensor {sensor.id} has instantaneous events, which cannot be forecast.")
    if wish.target_id is None:
        return sensor
    target = platform.store.assets.sensor(wish.target_id)
    if target.step != sensor.step or target.unit != sensor.unit:
        raise InvalidResolution(
            f"Forecasts of sensor {sensor.id} ({sensor.unit}, every {sensor.step}) cannot be kept as sensor "
            f"{target.id} ({target.unit}, every {target.step})."
        )
    return target


def _start(wish: Wish, sensor: Sensor, platform: Platform) -> datetime:
    """Return the start of the first event: on the steps of what is known, the current one by default."""
    wanted = wish.start or min(wish.prior or platform.now(), platform.now())
    try:
        known = last_known(sensor, platform)
    except NotEnoughData:
        known = wanted
    return wanted - (wanted - known) % sensor.step


def _issues(wish: Wish, sensor: Sensor, platform: Platform) -> list[Issue]:
    """Return the issues with their windows, in order of time.

    Raises:
        InvalidPeriod: nothing is wished for, or too much.
    """
    start = _start(wish, sensor, platform)
    issues = []
    for at, end in _spans(wish, start, platform):
        first = max(start, at - (at - start) % sensor.step)
        window = TimeGrid(first, sensor.step, -(-(end - first) // sensor.step))
        if window.size > MOST_STEPS:
            raise InvalidPeriod(f"{window.size} events cannot be forecast at once: at most {MOST_STEPS} can.")
        issues.append(Issue(at, window))
    return issues


def _spans(wish: Wish, start: datetime, platform: Platform) -> list[tuple[datetime, datetime]]:
    """Return when forecasts are issued, each with the end of its window.

    Raises:
        InvalidPeriod: nothing is wished for, or too much.
    """
    prior = min(wish.prior or platform.now(), platform.now())
    usual = platform.rules.planning_horizon
    end = wish.end or start + (wish.length or usual)
    if end <= start:
        raise InvalidPeriod(f"Nothing lies from {start.isoformat()} until {end.isoformat()}.")
    every = wish.every or wish.recipe.retrain or wish.look_ahead or usual
    number = max(0, -(-(min(prior, end) - start) // every))
    if number > MOST_ISSUES:
        raise InvalidPeriod(
            f"{number} forecasts are too many for one wish: at most {MOST_ISSUES} are issued."
        )
    times = [start + place * every for place in range(number)]
    if prior < end:
        times.append(prior)
    ahead = [wish.look_ahead or max(usual, every)] * len(times)
    if wish.look_ahead is None:
        ahead[-1] = max(ahead[-1], end - times[-1])
    spans = [(at, min(max(at, start) + length, end)) for at, length in zip(times, ahead, strict=True)]
    return [(at, until) for at, until in spans if until > max(at, start)]


def _make(wish: Wish, sensor: Sensor, target: Sensor, issue: Issue, platform: Platform) -> Made:
    """Make and record the forecasts of one issue.

    Raises:
        NotEnoughData: nothing was known, or too little.
    """
    task = _task(wish, sensor, issue, platform)
    forecast = _snapped(platform.forecaster(task), wish.recipe.snaps)
    recorded = np.full(issue.window.size, instant(issue.at))
    return record(target, task, forecast, recorded, platform)


def _task(wish: Wish, sensor: Sensor, issue: Issue, platform: Platform) -> ForecastTask:
    """Return the task of one issue, by the recipe.

    Raises:
        NotEnoughData: nothing was known, or too little.
    """
    task, recipe = ahead_task(sensor, issue.window, issue.at, platform), wish.recipe
    task = _from(_training_start(recipe, issue), with_regressors(task, recipe, platform))
    missing = float(np.isnan(task.history.values).mean())
    if missing > recipe.most_missing:
        raise NotEnoughData(
            f"{missing:.0%} of the history of sensor {sensor.id} is missing; "
            f"at most {recipe.most_missing:.0%} may be."
        )
    return replace(
        task,
        model=recipe.model or task.model,
        lower=max(task.lower, recipe.lower),
        upper=min(task.upper, recipe.upper),
        quantiles=tuple(sorted({*task.quantiles, *wish.quantiles})),
        subject=task.subject if recipe == Recipe() else f"{task.subject} {recipe}",
    )


def _training_start(recipe: Recipe, issue: Issue) -> datetime | None:
    said = [recipe.train_start] if recipe.train_start else []
    if recipe.train_period is not None:
        said.append(issue.at - recipe.train_period)
    return max(said) if said else None


def _from(start: datetime | None, task: ForecastTask) -> ForecastTask:
    """Return a task that knows nothing from before a time.

    Raises:
        NotEnoughData: nothing is left.
    """
    history = task.history
    if start is None or start <= history.grid.start:
        return task
    cut = -(-(start - history.grid.start) // history.grid.step)
    left = history.values[cut:]
    if not np.isfinite(left).any():
        raise NotEnoughData(f"Nothing was measured from {start.isoformat()} until {task.issued.isoformat()}.")
    grid = TimeGrid(history.grid.start + cut * history.grid.step, history.grid.step, left.size)
    regressors = tuple(replace(one, past=one.past[cut:]) for one in task.regressors)
    return replace(task, history=Series(grid, left), regressors=regressors)


def _snapped(forecast: Forecast, snaps: tuple[Snap, ...]) -> Forecast:
    """Return a forecast whose values inside of an interval are its target."""
    if not snaps:
        return forecast
    quantiles = None if forecast.quantiles is None else _snap(forecast.quantiles, snaps)
    return replace(forecast, values=_snap(forecast.values, snaps), quantiles=quantiles)


def _snap(values: Array, snaps: tuple[Snap, ...]) -> Array:
    snapped = values.copy()
    for snap in snaps:
        snapped[(values >= snap.low) & (values <= snap.high)] = snap.target
    return snapped
