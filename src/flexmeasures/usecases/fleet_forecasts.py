"""Forecast many sensors at once: learned together once a day, issued together every hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import MEDIAN, BeliefBlock, BeliefFilter, Beliefs, SourceType, most_recent
from flexmeasures.domain.errors import InvalidResolution, NotEnoughData, UnknownEntity
from flexmeasures.domain.jobs import FORECASTING, Job, JobState
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.forecasting.fleet import Fleet, FleetForecast, History, expect, learn
from flexmeasures.usecases.forecast_tasks import BAND, FLEET, limits_of, only_told
from flexmeasures.usecases.forecasts import queue_forecast_ahead
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
AT_ONCE = 50
"""Sensors whose history is read by one query."""
SIZE = 200
"""Sensors of one job at most."""
EPOCH = datetime.fromisoformat("1970-01-01T00:00+00:00")


@dataclass(frozen=True, slots=True)
class Learned:
    """A fleet that was learned, and when.

    Attributes:
        fleet: Of S sensors.
        sensors: Ids of these, in order.
        at: When.
    """

    fleet: Fleet
    sensors: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Fleets:
    """Fleets that were learned in this process, by the ids of the sensors asked for."""

    learned: dict[tuple[int, ...], Learned] = field(default_factory=dict)

    def of(self, sensors: Sequence[Sensor], now: datetime, platform: Platform) -> Learned:
        """Return the fleet of those sensors that are known for long enough, learned at most a day ago.

        Raises:
            NotEnoughData: none is.
        """
        key = tuple(sensor.id for sensor in sensors)
        kept = self.learned.get(key)
        if kept is None or not timedelta(0) <= now - kept.at < LASTS:
            kept = _learned(sensors, now, platform)
            self.learned[key] = kept
        return kept


def _learned(sensors: Sequence[Sensor], now: datetime, platform: Platform) -> Learned:
    """Learn of all sensors that are known for long enough.

    Raises:
        NotEnoughData: none is.
    """
    history = _history(sensors, LEARNED, now, platform)
    early = history.grid.size - LEAST // history.grid.step + 1
    old = np.flatnonzero(np.isfinite(history.values[:, :early]).any(axis=1))
    if not old.size:
        raise NotEnoughData(f"None of these sensors is known for {LEAST.days} days.")
    fleet = learn(replace(history, values=history.values[old]), LOOK_AHEAD // history.grid.step)
    return Learned(fleet, tuple(sensors[place].id for place in old.tolist()), now)


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

    Those that are not known for twelve weeks are forecast one by one, by jobs of their own.

    Args:
        sensor_ids: Of one step, of an hour at most, and one time zone.
        fleets: Where what was learned is kept.
        platform: All that is needed.

    Returns:
        How many values were recorded, as plain JSON values.

    Raises:
        UnknownEntity: none of the sensors is there any more.
        InvalidResolution: the sensors differ in step or time zone, or their steps are too long.
    """
    owners = platform.store.assets.owners(sensor_ids)
    sensors = [owners[sensor_id][0] for sensor_id in sensor_ids if sensor_id in owners]
    if not sensors:
        raise UnknownEntity(f"There is none of the sensors {', '.join(map(str, sensor_ids))}.")
    if len({(one.step, one.timezone) for one in sensors}) != 1 or sensors[0].step > timedelta(hours=1):
        raise InvalidResolution("Sensors that are forecast together have the same step of an hour at most.")
    now = _floor(platform.now(), sensors[0].step)
    try:
        learned = fleets.of(sensors, now, platform)
    except NotEnoughData:
        return {"count": 0, "model": FLEET, "sensors": 0, "alone": _one_by_one(sensors, platform)}
    known = [sensor for sensor in sensors if sensor.id in learned.sensors]
    found = expect(learned.fleet, _history(known, LATEST, now, platform), BAND)
    count = _record(known, found, now, platform)
    young = [sensor for sensor in sensors if sensor.id not in learned.sensors]
    alone = _one_by_one(young, platform)
    return {"count": count, "model": FLEET, "sensors": len(known), "alone": alone}


def _one_by_one(sensors: Sequence[Sensor], platform: Platform) -> int:
    """Queue jobs that forecast some sensors alone; return of how many."""
    for sensor in sensors:
        queue_forecast_ahead(sensor, platform)
    return len(sensors)


def _floor(now: datetime, step: timedelta) -> datetime:
    return now - (now - EPOCH) % step


def _history(sensors: Sequence[Sensor], length: timedelta, now: datetime, platform: Platform) -> History:
    """Return what was measured of sensors of one step until now, gaps as NaN."""
    step = sensors[0].step
    grid = TimeGrid(now - length // step * step, step, length // step)
    values = np.full((len(sensors), grid.size), np.nan)
    for first in range(0, len(sensors), AT_ONCE):
        some = sensors[first : first + AT_ONCE]
        parts = _told(some, grid, platform)
        values[first : first + AT_ONCE] = [most_recent(parts[one.id]).on(grid).values for one in some]
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


def _record(sensors: Sequence[Sensor], found: FleetForecast, now: datetime, platform: Platform) -> int:
    """Keep median and band of all sensors, within the limits of each."""
    source = platform.store.sources.of_model(FORECASTER, SourceType.FORECASTER, FLEET, VERSION)
    grid = TimeGrid(now, sensors[0].step, found.values.shape[1])
    starts, recorded = grid.starts(), np.full(grid.size, instant(platform.now()))
    levels = {level: np.full(grid.size, level) for level in (MEDIAN, *BAND)}
    bounds = limits_of(sensors, platform)
    blocks = [
        BeliefBlock(
            sensor.id, source.id, starts, recorded, np.clip(values, *bounds[sensor.id]), levels[level]
        )
        for place, sensor in enumerate(sensors)
        for level, values in zip(levels, (found.values[place], *found.quantiles[:, place]), strict=True)
    ]
    return platform.store.beliefs.add(blocks).new
