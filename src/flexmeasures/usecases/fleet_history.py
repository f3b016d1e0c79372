"""Read what was measured of many sensors of one step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefFilter, Beliefs, most_recent
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.fleet_features import History
from flexmeasures.forecasting.scales import LARGEST
from flexmeasures.usecases.forecast_tasks import only_told
from flexmeasures.usecases.ports.platform import Platform

LEARNED = timedelta(days=365)
"""History to learn from."""
LATEST = timedelta(days=35)
"""History to issue from."""
LEAST = timedelta(days=84)
"""History that a sensor needs to be learned of."""
LOOK_AHEAD = timedelta(hours=48)
AT_ONCE = 50
"""Sensors whose history is read by one query."""
EPOCH = datetime.fromisoformat("1970-01-01T00:00+00:00")


def last_step(now: datetime, step: timedelta) -> datetime:
    """Return the end of the last step that is over."""
    return now - (now - EPOCH) % step


def history_of(sensors: Sequence[Sensor], length: timedelta, now: datetime, platform: Platform) -> History:
    """Return what was measured of sensors of one step; gaps, and what no meter measures, as NaN.

    Args:
        sensors: Of one step and time zone.
        length: How far back.
        now: End of the last step.
        platform: All that is needed.
    """
    step = sensors[0].step
    grid = TimeGrid(now - length // step * step, step, length // step)
    values = np.full((len(sensors), grid.size), np.nan)
    for first in range(0, len(sensors), AT_ONCE):
        some = sensors[first : first + AT_ONCE]
        parts = _told(some, grid, platform)
        values[first : first + AT_ONCE] = [most_recent(parts[one.id]).on(grid).values for one in some]
    values[np.abs(values) > LARGEST] = np.nan
    return History(values, grid, sensors[0].timezone)


def _told(sensors: Sequence[Sensor], grid: TimeGrid, platform: Platform) -> dict[int, list[Beliefs]]:
    """Return what was told about some sensors, those of one filter in one query."""
    groups: dict[BeliefFilter, list[int]] = {}
    for sensor in sensors:
        groups.setdefault(only_told(sensor, platform.now()), []).append(sensor.id)
    parts: dict[int, list[Beliefs]] = {}
    for only, ids in groups.items():
        parts |= platform.store.beliefs.latest(ids, grid.start, grid.end, only)
    return parts
