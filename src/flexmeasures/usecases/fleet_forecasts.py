"""Forecast many sensors at once: learned together once a day, issued together every hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import MEDIAN, BeliefBlock, SourceType
from flexmeasures.domain.errors import InvalidResolution, NotEnoughData, UnknownEntity
from flexmeasures.domain.jobs import FORECASTING, Job, JobState
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.forecasting.corrections import corrected
from flexmeasures.forecasting.fleet import Fleet, FleetForecast, expect, learn
from flexmeasures.usecases.fleet_corrections import TREES, Corrections
from flexmeasures.usecases.fleet_history import LATEST, LEARNED, LEAST, LOOK_AHEAD, history_of, last_step
from flexmeasures.usecases.forecast_queue import queue_forecasts_ahead
from flexmeasures.usecases.forecast_tasks import BAND, FLEET, limits_of
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.regressors import FORECASTER

TOGETHER = "forecast-fleet"
"""Kind of jobs that forecast many sensors at once."""
VERSION = "2"
LASTS = timedelta(days=1)
SIZE = 200
"""Sensors of one job at most."""


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
    """What was learned in this process.

    Attributes:
        learned: Fleets by the ids of the sensors asked for.
        corrections: Of single sensors.
    """

    learned: dict[tuple[int, ...], Learned] = field(default_factory=dict)
    corrections: Corrections = field(default_factory=Corrections)

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
    history = history_of(sensors, LEARNED, now, platform)
    early = history.grid.size - LEAST // history.grid.step + 1
    old = np.flatnonzero(np.isfinite(history.values[:, :early]).any(axis=1))
    if not old.size:
        raise NotEnoughData(f"None of these sensors is known for {LEAST.days} days.")
    fleet = learn(replace(history, values=history.values[old]), LOOK_AHEAD // history.grid.step, BAND)
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
    now = last_step(platform.now(), sensors[0].step)
    try:
        learned = fleets.of(sensors, now, platform)
    except NotEnoughData:
        return {"count": 0, "model": FLEET, "sensors": 0, "alone": _one_by_one(sensors, platform)}
    known = [sensor for sensor in sensors if sensor.id in learned.sensors]
    history = history_of(known, LATEST, now, platform)
    corrections = fleets.corrections.of(learned.sensors, platform)
    found = corrected(expect(learned.fleet, history), history, corrections)
    count = _record(known, found, frozenset(corrections), platform)
    young = [sensor for sensor in sensors if sensor.id not in learned.sensors]
    alone = _one_by_one(young, platform)
    trees = len(corrections)
    return {"count": count, "model": FLEET, "sensors": len(known), "with_trees": trees, "alone": alone}


def _one_by_one(sensors: Sequence[Sensor], platform: Platform) -> int:
    """Queue jobs that forecast some sensors alone; return of how many."""
    queue_forecasts_ahead(sensors, platform)
    return len(sensors)


def _record(sensors: Sequence[Sensor], found: FleetForecast, with_trees: Set[int], platform: Platform) -> int:
    """Keep median and band of all sensors, within the limits of each, as known now."""
    now, step = platform.now(), sensors[0].step
    lines, trees = (
        platform.store.sources.of_model(FORECASTER, SourceType.FORECASTER, model, VERSION)
        for model in (FLEET, TREES)
    )
    grid = TimeGrid(last_step(now, step), step, found.values.shape[1])
    starts, recorded = grid.starts(), np.full(grid.size, instant(now))
    levels = {level: np.full(grid.size, level) for level in (MEDIAN, *BAND)}
    bounds = limits_of(sensors, platform)
    blocks = [
        BeliefBlock(
            sensor.id,
            (trees if place in with_trees else lines).id,
            *(starts, recorded, np.clip(values, *bounds[sensor.id]), levels[level]),
        )
        for place, sensor in enumerate(sensors)
        for level, values in zip(levels, (found.values[place], *found.quantiles[:, place]), strict=True)
    ]
    return platform.store.beliefs.add(blocks).new
