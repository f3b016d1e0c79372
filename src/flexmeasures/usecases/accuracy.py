"""Tell how good the stored forecasts were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.domain.beliefs import BeliefFilter, SourceType, most_recent
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.evaluation import Scores, scores, together
from flexmeasures.usecases.forecast_tasks import only_told
from flexmeasures.usecases.ports.platform import Platform


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How good the forecasts of a sensor were at one horizon.

    Attributes:
        sensor: Whose forecasts.
        asset: Of the sensor.
        horizon: Each event was forecast at least so long before its end.
        scores: Errors, None where nothing can be compared.
    """

    sensor: Sensor
    asset: Asset
    horizon: timedelta
    scores: Scores | None


@dataclass(frozen=True, slots=True)
class TypeAccuracy:
    """How good the forecasts of all sensors on assets of one type were at one horizon.

    Attributes:
        type: Name of the asset type.
        unit: Of the sensors; sensors in different units are told apart.
        horizon: Each event was forecast at least so long before its end.
        sensors: How many sensors count.
        scores: Errors over all their steps.
    """

    type: str
    unit: str
    horizon: timedelta
    sensors: int
    scores: Scores


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
    if sensor.step <= timedelta(0):
        return []
    grid = TimeGrid.between(start, end, sensor.step)
    realised = _series(sensor, grid, only_told(sensor, platform.now()), platform)
    found = []
    for horizon in horizons:
        only = BeliefFilter(source_types=frozenset({SourceType.FORECASTER}), horizon_min=horizon)
        found.append(
            Accuracy(sensor, asset, horizon, scores(realised, _series(sensor, grid, only, platform)))
        )
    return found


def accuracy_by_type(parts: Sequence[Accuracy]) -> list[TypeAccuracy]:
    """Return how good the forecasts of all sensors were by asset type, unit and horizon."""
    groups: dict[tuple[str, str, timedelta], list[Scores]] = {}
    for part in parts:
        if part.scores is not None:
            key = (part.asset.type.name, part.sensor.unit, part.horizon)
            groups.setdefault(key, []).append(part.scores)
    return [
        TypeAccuracy(name, unit, horizon, len(group), together(group))
        for (name, unit, horizon), group in sorted(groups.items())
    ]


def _series(sensor: Sensor, grid: TimeGrid, only: BeliefFilter, platform: Platform) -> Array:
    """Return (T,) what is believed of a sensor, on a grid of its own steps."""
    parts = platform.store.beliefs.latest([sensor.id], grid.start, grid.end, only).get(sensor.id, [])
    return most_recent(parts).on(grid).values
