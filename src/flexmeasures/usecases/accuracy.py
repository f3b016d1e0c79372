"""Tell how good the stored forecasts were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.domain.beliefs import MEDIAN, Beliefs, most_recent
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid, from_instant
from flexmeasures.forecasting.evaluation import (
    Calibration,
    Scores,
    calibrated_together,
    calibration,
    scores,
    together,
)
from flexmeasures.usecases.bands import FORECASTS, bands
from flexmeasures.usecases.forecast_tasks import BAND, only_told
from flexmeasures.usecases.ports.platform import Platform


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How good the forecasts of a sensor were at one horizon.

    Attributes:
        sensor: Whose forecasts.
        asset: Of the sensor.
        horizon: Each event was forecast at least so long before its end.
        scores: Errors, None where nothing can be compared.
        calibration: Of median and 80 % band, None where there is no band to compare.
    """

    sensor: Sensor
    asset: Asset
    horizon: timedelta
    scores: Scores | None
    calibration: Calibration | None = None


@dataclass(frozen=True, slots=True)
class TypeAccuracy:
    """How good the forecasts of all sensors on assets of one type were at one horizon.

    Attributes:
        type: Name of the asset type.
        unit: Of the sensors; sensors in different units are told apart.
        horizon: Each event was forecast at least so long before its end.
        sensors: How many sensors count.
        scores: Errors over all their steps.
        calibration: Over all their steps that had a band, None where none had.
    """

    type: str
    unit: str
    horizon: timedelta
    sensors: int
    scores: Scores
    calibration: Calibration | None = None


def accuracy_of(
    sensor: Sensor, start: datetime, end: datetime, horizons: Sequence[timedelta], platform: Platform
) -> list[Accuracy]:
    """Return how good the forecasts of a sensor were, at each horizon.

    For each event, the most recent forecast counts that was recorded at least the horizon before its end, by
    the platform's or anybody's forecaster.

    Args:
        sensor: Whose forecasts.
        start: Start of the first event that counts.
        end: End of the last one.
        horizons: How long before the end of an event its forecast was recorded at least.
        platform: All that is needed.

    Raises:
        UnknownEntity: the asset of the sensor is not there.
    """
    asset = platform.store.assets.asset(sensor.asset_id)
    if sensor.step <= timedelta(0) or end - start < sensor.step:
        return []
    told = only_told(sensor, platform.now())
    known = most_recent(platform.store.beliefs.latest([sensor.id], start, end, told).get(sensor.id, []))
    grid = _steps(sensor, start, end, known)
    realised = known.on(grid).values
    return [_accuracy(sensor, asset, realised, _forecasts(sensor, grid, h, platform), h) for h in horizons]


def _steps(sensor: Sensor, start: datetime, end: datetime, known: Beliefs) -> TimeGrid:
    """Return the steps in a period, in line with the events that are known."""
    if known.event_start.size:
        start += (from_instant(known.event_start[0]) - start) % sensor.step
    return TimeGrid(start, sensor.step, max(0, (end - start) // sensor.step))


def _forecasts(sensor: Sensor, grid: TimeGrid, horizon: timedelta, platform: Platform) -> Array:
    """Return (3, T) median, lower and upper quantile of each step, known a horizon before its end."""
    only = replace(FORECASTS, horizon_min=horizon)
    found = bands([sensor.id], grid.start, grid.end, platform, only=only, between=BAND)[sensor.id]
    levels = (found.median, found.lower, found.upper)
    return np.stack(
        [
            Beliefs(found.event_start, found.belief_time, level, found.source_id).on(grid).values
            for level in levels
        ]
    )


def _accuracy(sensor: Sensor, asset: Asset, realised: Array, said: Array, horizon: timedelta) -> Accuracy:
    """Compare (3, T) median, lower and upper quantile with (T,) what was realised."""
    median, lower, upper = said
    levels = np.stack([lower, median, upper])
    fit = calibration(realised, levels, (BAND[0], MEDIAN, BAND[1]))
    return Accuracy(sensor, asset, horizon, scores(realised, median), fit)


def accuracy_by_type(parts: Sequence[Accuracy]) -> list[TypeAccuracy]:
    """Return how good the forecasts of all sensors were by asset type, unit and horizon."""
    groups: dict[tuple[str, str, timedelta], list[Accuracy]] = {}
    for part in parts:
        if part.scores is not None:
            key = (part.asset.type.name, part.sensor.unit, part.horizon)
            groups.setdefault(key, []).append(part)
    return [
        TypeAccuracy(
            *key,
            sensors=len(group),
            scores=together([part.scores for part in group if part.scores]),
            calibration=calibrated_together([part.calibration for part in group if part.calibration]),
        )
        for key, group in sorted(groups.items())
    ]
