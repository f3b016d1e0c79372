"""Try models on the past of a sensor: what each would have forecast, and how good that would have been."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import most_recent
from flexmeasures.domain.errors import InvalidPeriod
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.evaluation import Calibration, Scores, calibration, scores
from flexmeasures.forecasting.task import ForecastTask
from flexmeasures.usecases.forecast_tasks import BAND, hindsight_task, only_told
from flexmeasures.usecases.ports.platform import Platform


@dataclass(frozen=True, slots=True)
class Trial:
    """What a model would have forecast at one horizon.

    Attributes:
        model: As it was asked for.
        horizon: Time from each issue until the end of the event.
        expected: (T,) forecast values, NaN where nothing was known in time.
        band: (2, T) values with a probability of 10 and 90 %.
        scores: Errors, None where nothing can be compared.
        calibration: Of the band, None where nothing can be compared.
        fallback: Why a simpler model was used for some of it; empty if none was.
    """

    model: str
    horizon: timedelta
    expected: Array
    band: Array
    scores: Scores | None
    calibration: Calibration | None
    fallback: str


@dataclass(frozen=True, slots=True)
class Range:
    """What to try.

    Attributes:
        start: Start of the first event.
        end: End of the last one.
        horizons: At which to forecast.
        models: By name.
        refit: How often models are fitted anew.
    """

    start: datetime
    end: datetime
    horizons: Sequence[timedelta]
    models: Sequence[str]
    refit: timedelta = timedelta(days=30)


def window_of(sensor: Sensor, wanted: Range) -> TimeGrid:
    """Return the T events of a range.

    Raises:
        InvalidPeriod: there are none.
    """
    if sensor.step <= timedelta(0) or wanted.end - wanted.start < sensor.step:
        raise InvalidPeriod(
            f"There is no event of sensor {sensor.id} from {wanted.start.isoformat()} "
            f"until {wanted.end.isoformat()}."
        )
    return TimeGrid.between(wanted.start, wanted.end, sensor.step)


def measured(sensor: Sensor, window: TimeGrid, platform: Platform) -> Array:
    """Return (T,) what was measured, NaN where nothing was."""
    told = only_told(sensor, platform.now())
    parts = platform.store.beliefs.latest([sensor.id], window.start, window.end, told).get(sensor.id, [])
    return most_recent(parts).on(window).values


def backtest(sensor: Sensor, wanted: Range, platform: Platform) -> Iterator[Trial]:
    """Try each model at each horizon, one trial after the other; nothing is recorded.

    Each event is forecast from the values whose events were over the horizon before its end, and from weather
    forecasts that were recorded by then. When values were uploaded does not matter.

    Args:
        sensor: Whose past.
        wanted: Events, horizons and models.
        platform: All that is needed.

    Raises:
        InvalidPeriod: there are no events.
        UnknownEntity: there is no such model.
        NotEnoughData: nothing is known of the sensor.
    """
    window = window_of(sensor, wanted)
    truth = measured(sensor, window, platform)
    for horizon in wanted.horizons:
        tasks = [
            replace(hindsight_task(sensor, part, horizon, platform), quantiles=BAND, subject="")
            for part in _parts(window, wanted.refit)
        ]
        for model in wanted.models:
            yield _trial(model, horizon, tasks, truth, platform)


def _parts(window: TimeGrid, refit: timedelta) -> list[TimeGrid]:
    """Cut a window into parts that share a fitted model."""
    size = max(1, refit // window.step)
    return [
        TimeGrid(window.start + first * window.step, window.step, min(size, window.size - first))
        for first in range(0, window.size, size)
    ]


def _trial(
    model: str, horizon: timedelta, tasks: list[ForecastTask], truth: Array, platform: Platform
) -> Trial:
    """Try one model at one horizon."""
    found = [platform.forecaster(replace(task, model=model)) for task in tasks]
    expected = np.concatenate([one.values for one in found])
    bands = [
        np.full((2, one.values.size), np.nan) if one.quantiles is None else one.quantiles for one in found
    ]
    band = np.concatenate(bands, axis=1)
    return Trial(
        model=model,
        horizon=horizon,
        expected=expected,
        band=band,
        scores=scores(truth, expected),
        calibration=calibration(truth, band, BAND),
        fallback=" ".join(dict.fromkeys(one.fallback for one in found if one.fallback)),
    )
