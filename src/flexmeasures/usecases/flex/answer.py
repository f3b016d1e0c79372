"""Read a schedule back that was ordered, as its device is to follow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefFilter, SourceType, most_recent
from flexmeasures.domain.errors import InvalidField, InvalidUnit, UnknownSchedule
from flexmeasures.domain.jobs import Job, JobState
from flexmeasures.domain.quantities import is_power, unit_of
from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid, from_instant, parse_datetime
from flexmeasures.usecases.flex.knowledge import consumption_sign, sign_of
from flexmeasures.usecases.ports.platform import Platform

USUAL_DURATION = timedelta(hours=6)
_NOT_FOUND = (
    "A scheduling job has been processed with your job ID, but the schedule was not found in the database."
)


class Sign(StrEnum):
    """Which power is positive in an answer."""

    CONSUMPTION = "consumption-positive"
    PRODUCTION = "production-positive"
    AS_KEPT = "wysiwyg"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a schedule.

    Attributes:
        duration: How much of it, at most.
        unit: Of the values; empty for that of the sensor.
        sign: Which power is positive.
    """

    duration: timedelta = USUAL_DURATION
    unit: str = ""
    sign: Sign = Sign.CONSUMPTION


@dataclass(frozen=True, slots=True)
class Planned:
    """A schedule as it is answered.

    Attributes:
        info: What the scheduler says of it.
        unit: Of the values.
        series: Its values; None if the scheduler keeps none for this sensor.
    """

    info: Mapping[str, object]
    unit: str
    series: Series | None


def planned(job: Job, sensor: Sensor, wanted: Wanted, platform: Platform) -> Planned:
    """Return what a finished job planned for a sensor.

    Raises:
        UnknownSchedule: it planned nothing for it.
        InvalidUnit: the unit asked for does not fit the sensor.
        InvalidField: no schedule is as short as asked for.
    """
    if job.state is not JobState.FINISHED:
        raise UnknownSchedule("Scheduling job has not finished.")
    factor = factor_to(sensor, wanted.unit) * _sign(sensor, wanted.sign)
    if wanted.duration <= timedelta(0):
        raise InvalidField(f"A duration of {wanted.duration} is no length of time.")
    info = job.result.get("scheduler_info")
    told = info if isinstance(info, Mapping) else {}
    if not all(name in job.result for name in ("start", "end")):
        return Planned(told, wanted.unit or sensor.unit, None)
    start, end = (parse_datetime(str(job.result[name])) for name in ("start", "end"))
    series = _kept(job, sensor, start, min(end, start + wanted.duration), platform)
    return Planned(told, wanted.unit or sensor.unit, Series(series.grid, series.values * factor))


def factor_to(sensor: Sensor, unit: str) -> float:
    """Return what values of a sensor are multiplied with to be in a unit; an empty one is its own.

    Raises:
        InvalidUnit: the unit does not fit.
    """
    if not unit:
        return 1.0
    own, other = unit_of(sensor.unit), unit_of(unit)
    if (own.powers, own.currency) != (other.powers, other.currency):
        raise InvalidUnit(f"Incompatible unit {unit}: the sensor measures {sensor.unit}.")
    return own.factor / other.factor


def _sign(sensor: Sensor, sign: Sign) -> float:
    """Return the sign of values that are kept, in an answer."""
    as_users_see = sign_of(sensor)
    if sign is Sign.AS_KEPT or not is_power(sensor.unit):
        return as_users_see
    consumption = as_users_see * consumption_sign(sensor)
    return consumption if sign is Sign.CONSUMPTION else -consumption


def _kept(job: Job, sensor: Sensor, start: datetime, end: datetime, platform: Platform) -> Series:
    """Return what the job planned from its start on, as far as there are no gaps.

    Raises:
        UnknownSchedule: nothing is kept.
    """
    recorded = job.result.get("recorded")
    only = BeliefFilter(
        source_types=frozenset({SourceType.SCHEDULER}),
        prior=parse_datetime(str(recorded)) if recorded else None,
    )
    back = start - max(sensor.step - timedelta.resolution, timedelta(0))
    known = most_recent(platform.store.beliefs.latest([sensor.id], back, end, only).get(sensor.id, []))
    if not known.event_start.size:
        raise UnknownSchedule(_NOT_FOUND)
    first = from_instant(known.event_start[0]).astimezone(start.tzinfo)
    step = sensor.step or _step(job)
    series = known.on(TimeGrid.between(first, end, step) if first + step <= end else TimeGrid(first, step, 1))
    gaps = np.flatnonzero(np.isnan(series.values))
    size = int(gaps[0]) if gaps.size else series.grid.size
    return Series(TimeGrid(first, step, size), series.values[:size])


def _step(job: Job) -> timedelta:
    told = job.arguments.get("resolution")
    return timedelta(seconds=told) if isinstance(told, int) else timedelta(minutes=15)
