"""Keep forecasts: the median of each event with its quantiles, as beliefs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import MEDIAN, BeliefBlock, BeliefFilter, SourceType
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import Instants, from_instant, instant
from flexmeasures.forecasting.task import Forecast, ForecastTask
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.regressors import FORECASTER


@dataclass(frozen=True, slots=True)
class Made:
    """What a forecast job found.

    Attributes:
        count: How many values were recorded.
        model: Which model said most of them; empty where there are none.
        fallback: Why a simpler model than the best was used; empty if it was not.
        notes: What was chosen for which horizon, and why.
        source_id: Under which the values are recorded.
    """

    count: int
    model: str = ""
    fallback: str = ""
    notes: tuple[str, ...] = ()
    source_id: int | None = None


def record(
    sensor: Sensor, task: ForecastTask, forecast: Forecast, recorded: Instants, platform: Platform
) -> Made:
    """Keep what was forecast, unless it is kept already for the same event and time of recording.

    Args:
        sensor: Whose events.
        task: That was asked, with T events and Q quantiles.
        forecast: What was answered.
        recorded: (T,) when each value counts as recorded; what is recorded at the end of its event or
            later is no forecast and left out.
        platform: All that is needed.
    """
    source = platform.store.sources.of_model(
        FORECASTER, SourceType.FORECASTER, forecast.model, forecast.version
    )
    window = task.window
    starts = window.starts()
    wanted = np.isfinite(forecast.values) & (recorded < starts + np.timedelta64(window.step))
    if not wanted.any():
        return Made(0, fallback=forecast.fallback)
    only = replace(_until(recorded, starts + np.timedelta64(window.step)), source_ids=(source.id,))
    for kept in platform.store.beliefs.latest([sensor.id], window.start, window.end, only).get(sensor.id, []):
        place = (kept.event_start - instant(window.start)) // np.timedelta64(window.step)
        same = kept.belief_time == recorded[place.astype(np.int64)]
        wanted[place[same].astype(np.int64)] = False
    platform.store.beliefs.add(
        [
            BeliefBlock(
                sensor.id, source.id, starts[wanted], recorded[wanted], values[wanted], np.full(count, level)
            )
            for level, values in _levels(task, forecast)
            if (count := int(wanted.sum()))
        ]
    )
    return Made(int(wanted.sum()), forecast.model, forecast.fallback, forecast.notes, source.id)


def _until(recorded: Instants, ends: Instants) -> BeliefFilter:
    """Return which beliefs were recorded by the (T,) times of recording: one time or one horizon for all."""
    horizons = ends - recorded
    if (horizons == horizons[0]).all():
        return BeliefFilter(horizon_min=timedelta(microseconds=int(horizons[0].astype("m8[us]").astype(int))))
    return BeliefFilter(prior=from_instant(recorded.max()))


def _levels(task: ForecastTask, forecast: Forecast) -> list[tuple[float, Array]]:
    """Return the (T,) values of each quantile by its cumulative probability, the median among them."""
    levels = [(MEDIAN, forecast.values)]
    if forecast.quantiles is not None:
        pairs = zip(task.quantiles, forecast.quantiles, strict=True)
        levels += [(level, values) for level, values in pairs if level != MEDIAN]
    return levels


def together(made: list[Made]) -> Made:
    """Return the sum of what the parts of a window found, as the last one found it."""
    told = [part for part in made if part.model]
    last = told[-1] if told else Made(0)
    reasons = [part.fallback for part in made if part.fallback]
    fallback = reasons[-1] if reasons else ""
    return Made(sum(part.count for part in made), last.model, fallback, last.notes, last.source_id)
