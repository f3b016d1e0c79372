"""Record values of any sensor, and read them, in the unit and the signs of its users."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import (
    BeliefBlock,
    BeliefFilter,
    Beliefs,
    BeliefTiming,
    most_recent,
    recording_times,
)
from flexmeasures.domain.errors import InvalidFields, InvalidUnit
from flexmeasures.domain.quantities import step_conversion
from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.usecases.aligning import on_steps
from flexmeasures.usecases.flex.knowledge import sign_of
from flexmeasures.usecases.ports.beliefs import Written
from flexmeasures.usecases.ports.platform import Platform

LARGEST_ANSWER = 1_000_000
ANY = BeliefFilter()
FLOORS = "floor_datetimes_to_resolution"


@dataclass(frozen=True, slots=True)
class Posted:
    """Values of one sensor as they were posted.

    Attributes:
        start: Of the first value.
        duration: Of all of them.
        values: (N,) NaN for gaps.
        unit: Of them.
        timing: When they were recorded.
    """

    start: datetime
    duration: timedelta
    values: Array
    unit: str
    timing: BeliefTiming


@dataclass(frozen=True, slots=True)
class Asked:
    """Which values of a sensor are asked for.

    Attributes:
        start: Of the first value.
        duration: Of all of them.
        unit: Of them; empty for that of the sensor.
        resolution: Of the answer; None for that of the sensor.
        only: Which beliefs count.
    """

    start: datetime
    duration: timedelta
    unit: str = ""
    resolution: timedelta | None = None
    only: BeliefFilter = ANY


def record_values(caller: User, sensor: Sensor, posted: Posted, platform: Platform) -> Written:
    """Keep values of a sensor.

    Raises:
        InvalidFields: unit, resolution or number of values do not fit the sensor.
        InvalidHorizon: a recording time is out of the range of times.
        ConflictingBelief: another value is known for the same recording time.
    """
    length = posted.duration / posted.values.size
    factor = sign_of(sensor) * _factor(posted.unit, sensor.unit, length)
    series = _fitted(sensor, posted, length)
    source = platform.store.sources.of_user(caller)
    times = recording_times(series.grid, posted.timing, platform.now())
    block = BeliefBlock.of(Series(series.grid, series.values * factor), sensor.id, source.id, times)
    return platform.store.beliefs.add([block], replace=platform.rules.allow_overwrite)


def _factor(given: str, own: str, length: timedelta) -> float:
    """Return what values are multiplied with to be in the unit of a sensor; energy of a step is its power.

    Raises:
        InvalidFields: the units do not fit.
    """
    try:
        factor = step_conversion(given, own, length)
    except InvalidUnit as error:
        raise InvalidFields({"unit": [str(error)]}) from error
    if factor is None:
        text = f"Required unit for this sensor is {own}, got incompatible unit: {given}"
        raise InvalidFields({"_schema": [text]})
    return factor


def _fitted(sensor: Sensor, posted: Posted, length: timedelta) -> Series:
    """Return values in the steps of a sensor: repeated, or averaged; instantaneous ones as they are.

    Raises:
        InvalidFields: they do not fit.
    """
    count = posted.values.size
    if sensor.step == timedelta(0):
        if length == timedelta(0) and count > 1:
            raise InvalidFields({"duration": ["Several values need a duration."]})
        return Series(TimeGrid(posted.start, length or timedelta(minutes=1), count), posted.values)
    if length <= timedelta(0) or (length % sensor.step and sensor.step % length):
        text = (
            f"Resolution of {length} is incompatible with the sensor's required resolution of {sensor.step}."
        )
        raise InvalidFields({"_schema": [text]})
    start = posted.start
    if sensor.attributes.get(FLOORS, True) is not False:
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
        start -= (start - midnight) % min(sensor.step, timedelta(days=1))
    given = Series(TimeGrid(start, length, count), posted.values)
    if length >= sensor.step:
        return given.at_step(sensor.step)
    own = TimeGrid(start, sensor.step, max(1, -(-posted.duration // sensor.step)))
    starts = given.grid.starts()
    known = ~np.isnan(posted.values)
    told = Beliefs(starts[known], starts[known], posted.values[known], np.zeros(int(known.sum()), np.int32))
    return Series(own, on_steps(told, length, own))


def read_values(sensor: Sensor, asked: Asked, platform: Platform) -> Series:
    """Return what is known of a sensor: of each event what was recorded last.

    Raises:
        InvalidFields: the unit does not fit, or there are too many values.
    """
    step = asked.resolution or sensor.step or timedelta(minutes=15)
    factor = sign_of(sensor) * (_factor(sensor.unit, asked.unit, step) if asked.unit else 1.0)
    grid = TimeGrid(asked.start, step, max(1, -(-asked.duration // step)))
    if grid.size > LARGEST_ANSWER:
        raise InvalidFields({"duration": [f"{grid.size} values are too many: at most {LARGEST_ANSWER}."]})
    back = max(sensor.step - timedelta.resolution, timedelta(0))
    parts = platform.store.beliefs.latest([sensor.id], asked.start - back, grid.end, asked.only)
    known = most_recent(parts.get(sensor.id, []))
    values = known.on(grid).values if step == sensor.step else on_steps(known, sensor.step, grid)
    return Series(grid, values * factor)
