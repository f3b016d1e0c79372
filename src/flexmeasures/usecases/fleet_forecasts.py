"""Forecast many sensors at once: learned together once a day, issued together every hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import MEDIAN, BeliefBlock, SourceType, most_recent
from flexmeasures.domain.errors import InvalidResolution, NotEnoughData
from flexmeasures.domain.jobs import FORECASTING, Job, JobState
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.forecasting.fleet import Fleet, FleetForecast, History, expect, learn
from flexmeasures.usecases.forecast_tasks import BAND, FLEET, limits, only_told
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.regressors import FORECASTER

TOGETHER = "forecast-fleet"
"""Kind of jobs that forecast many sensors at once."""
VERSION = "1"
LEARNED = timedelta(days=365)
"""History to learn from."""
LATEST = timedelta(days=35)
"""History to issue from."""
LEAST = timedelta(days=84)
"""History that a sensor needs to be learned of."""
LASTS = timedelta(days=1)
LOOK_AHEAD = timedelta(hours=48)
SIZE = 200
"""Sensors of one job at most."""
EPOCH = datetime.fromisoformat("1970-01-01T00:00+00:00")


@dataclass(frozen=True, slots=True)
class Learned:
    """A fleet that was learned, and when."""

    fleet: Fleet
    at: datetime


@dataclass(frozen=True, slots=True)
class Fleets:
    """Fleets that were learned in this process, by the ids of their sensors."""

    learned: dict[tuple[int, ...], Learned] = field(default_factory=dict)

    def of(self, sensors: Sequence[Sensor], now: datetime, platform: Platform) -> Fleet:
        """Return the fleet of some sensors, learned at most a day ago."""
        key = tuple(sensor.id for sensor in sensors)
        kept = self.learned.get(key)
        if kept is None or not timedelta(0) <= now - kept.at < LASTS:
            history = _history(sensors, LEARNED, now, platform)
            leads = LOOK_AHEAD // sensors[0].step
            kept = Learned(learn(history, leads), now)
            self.learned[key] = kept
        return kept.fleet


def queue_together(sensors: Sequence[Sensor], platform: Platform) -> list[Job]:
    """Queue jobs that forecast sensors together, those of one step and time zone at once."""
    groups: dict[tuple[timedelta, str], list[int]] = {}
    for sensor in sensors:
        groups.setdefault((sensor.step, sensor.timezone), []).append(sensor.id)
    jobs = []
    for ids in groups.values():
        for first in range(0, len(ids), SIZE):
            some = sorted(ids)[first : first + SIZE]
            key = f"{TOGETHER}:{some[0]}"
            waiting = platform.store.jobs.by_key(key)
            if waiting is None or waiting.state is not JobState.QUEUED:
                jobs.append(platform.queue.put(FORECASTING, TOGETHER, {"sensor_ids": some}, key=key))
    return jobs


def forecast_together(sensor_ids: Sequence[int], fleets: Fleets, platform: Platform) -> Mapping[str, object]:
    """Forecast the next two days of some sensors, and record that as known now.

    Args:
        sensor_ids: Of one step, of an hour at most, and one time zone.
        fleets: Where what was learned is kept.
        platform: All that is needed.

    Returns:
        How many values were recorded, as plain JSON values.

    Raises:
        UnknownEntity: a sensor is not there.
        InvalidResolution: the sensors differ in step or time zone, or their steps are too long.
        NotEnoughData: none is known for twelve weeks.
    """
    sensors = [platform.store.assets.sensor(sensor_id) for sensor_id in sensor_ids]
    if len({(one.step, one.timezone) for one in sensors}) != 1 or sensors[0].step > timedelta(hours=1):
        raise InvalidResolution("Sensors that are forecast together have the same step of an hour at most.")
    now = _floor(platform.now(), sensors[0].step)
    known = [sensor for sensor in sensors if _is_old(sensor, now, platform)]
    if not known:
        raise NotEnoughData(f"None of these sensors is known for {LEAST.days} days.")
    fleet = fleets.of(known, now, platform)
    found = expect(fleet, _history(known, LATEST, now, platform), BAND)
    count = _record(known, found, now, platform)
    return {"count": count, "model": FLEET, "sensors": len(known)}


def _is_old(sensor: Sensor, now: datetime, platform: Platform) -> bool:
    first = platform.store.beliefs.first_event(sensor.id)
    return first is not None and now - first >= LEAST


def _floor(now: datetime, step: timedelta) -> datetime:
    return now - (now - EPOCH) % step


def _history(sensors: Sequence[Sensor], length: timedelta, now: datetime, platform: Platform) -> History:
    """Return what was measured of sensors of one step until now, gaps as NaN."""
    step = sensors[0].step
    grid = TimeGrid(now - length // step * step, step, length // step)
    rows = []
    for sensor in sensors:
        told = only_told(sensor, platform.now())
        parts = platform.store.beliefs.latest([sensor.id], grid.start, grid.end, told)[sensor.id]
        rows.append(most_recent(parts).on(grid).values)
    return History(np.stack(rows), grid, sensors[0].timezone)


def _record(sensors: Sequence[Sensor], found: FleetForecast, now: datetime, platform: Platform) -> int:
    """Keep median and band of all sensors, within the limits of each."""
    source = platform.store.sources.of_model(FORECASTER, SourceType.FORECASTER, FLEET, VERSION)
    grid = TimeGrid(now, sensors[0].step, found.values.shape[1])
    recorded = np.full(grid.size, instant(platform.now()))
    blocks = []
    for place, sensor in enumerate(sensors):
        lower, upper = limits(sensor, platform)
        levels = [(MEDIAN, found.values[place]), *zip(BAND, found.quantiles[:, place], strict=True)]
        for level, values in levels:
            kept = np.clip(values, lower, upper)
            blocks.append(
                BeliefBlock(sensor.id, source.id, grid.starts(), recorded, kept, np.full(grid.size, level))
            )
    return platform.store.beliefs.add(blocks).new
