"""Take in values that somebody has in a table, each with a time of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import MEDIAN, BeliefBlock, Source
from flexmeasures.domain.errors import InvalidResolution, InvalidUnit, NotEnoughData, UnknownEntity
from flexmeasures.domain.quantities import ENERGY, POWER, Unit, unit_of
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import Instants, instant
from flexmeasures.usecases.flex.knowledge import sign_of
from flexmeasures.usecases.ports.beliefs import Written
from flexmeasures.usecases.ports.platform import Platform

SCRIPT_TYPE = "CLI script"
"""Of sources that are made for a table."""


@dataclass(frozen=True, slots=True)
class Table:
    """Values by time.

    Attributes:
        starts: (N,) start of each event, in any order.
        values: (N,) NaN where nothing is said.
        recorded: (N,) when each was recorded; None if the table does not say.
    """

    starts: Instants
    values: Array
    recorded: Instants | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table is to be understood.

    Attributes:
        unit: Of its values, with a minus before it to turn their sign; empty for that of the sensor.
        horizon: How long before the end of its event each value was recorded.
        probability: Cumulative probability of the values.
        resample: Whether several values within a step of the sensor become one.
        replaces: Whether a value may take the place of another that was recorded at the same time.
    """

    unit: str = ""
    horizon: timedelta | None = None
    probability: float = MEDIAN
    resample: bool = True
    replaces: bool = False


def source_for(text: str, platform: Platform) -> Source:
    """Return the source of an id, or of a name, made when it is missing.

    Raises:
        UnknownEntity: there is no source of this id.
    """
    if not text.isdecimal():
        known = [source for source in platform.store.sources.all() if source.name == text]
        return known[0] if known else platform.store.sources.of_model(text, SCRIPT_TYPE)
    found = platform.store.sources.named([int(text)])
    if int(text) not in found:
        raise UnknownEntity(f"Failed to find source {text}.")
    return found[int(text)]


def add_beliefs(
    sensor: Sensor, source: Source, table: Table, reading: Reading, platform: Platform
) -> Written:
    """Keep the values of a table as beliefs about events of a sensor.

    Without a horizon and without times of recording, they are recorded now.

    Raises:
        NotEnoughData: the table has no values.
        InvalidUnit: its unit does not fit the sensor.
        InvalidResolution: a value does not begin with a step of the sensor, or several values have one.
        ConflictingBelief: another value is known for the same event, source and recording time.
    """
    known = ~np.isnan(table.values)
    if not known.any():
        raise NotEnoughData("There are no values in the table.")
    starts, values = table.starts[known], table.values[known]
    recorded = _recorded(table, known, sensor, reading, platform)
    order = np.argsort(starts, kind="stable")
    starts, values, recorded = starts[order], values[order], recorded[order]
    values = values * sign_of(sensor) * _factor(reading.unit, sensor, _length(starts, sensor))
    if reading.resample:
        starts, values, recorded = _in_steps(starts, values, recorded, sensor)
    _check_steps(starts, recorded, sensor)
    block = BeliefBlock(
        sensor.id, source.id, starts, recorded, values, np.full(values.size, reading.probability)
    )
    return platform.store.beliefs.add([block], replace=reading.replaces or platform.rules.allow_overwrite)


def _recorded(
    table: Table, known: NDArray[np.bool_], sensor: Sensor, reading: Reading, platform: Platform
) -> Instants:
    """Return (N,) when the values were recorded."""
    if reading.horizon is not None:
        ends = table.starts[known] + np.timedelta64(sensor.step)
        before: Instants = ends - np.timedelta64(reading.horizon)
        return before
    if table.recorded is not None:
        return table.recorded[known]
    return np.full(int(known.sum()), instant(platform.now()))


def _length(starts: Instants, sensor: Sensor) -> timedelta:
    """Return how long each value lasts: until the next one, as most of them do."""
    apart = np.diff(np.unique(starts))
    if not apart.size:
        return sensor.step
    return timedelta(microseconds=float(np.median(apart.astype("timedelta64[us]").astype(np.int64))))


def _factor(unit: str, sensor: Sensor, length: timedelta) -> float:
    """Return what values are multiplied with to be in the unit of a sensor; energy of a step is its power.

    Raises:
        InvalidUnit: the units do not fit.
    """
    sign = -1.0 if unit.startswith("-") else 1.0
    unit = unit.removeprefix("-").strip()
    if not unit or unit == sensor.unit:
        return sign
    given, own, hours = unit_of(unit), unit_of(sensor.unit), length / timedelta(hours=1)
    if _alike(given, own):
        return sign * given.factor / own.factor
    if given.powers == ENERGY.powers and own.powers == POWER.powers and hours:
        return sign * given.factor / own.factor / hours
    if given.powers == POWER.powers and own.powers == ENERGY.powers and hours:
        return sign * given.factor / own.factor * hours
    raise InvalidUnit(
        f"Values in {unit} cannot be values of sensor {sensor.id} ({sensor.name}) in {sensor.unit}."
    )


def _alike(one: Unit, other: Unit) -> bool:
    return (one.powers, one.currency) == (other.powers, other.currency)


def _in_steps(
    starts: Instants, values: Array, recorded: Instants, sensor: Sensor
) -> tuple[Instants, Array, Instants]:
    """Return one value for each step of a sensor: the mean, or the sum of what is an amount of energy."""
    if sensor.step <= timedelta(0) or np.unique(starts).size < starts.size:
        return starts, values, recorded
    step = np.timedelta64(sensor.step, "us")
    since = starts - np.datetime64(0, "us")
    if not (since % step).any():
        return starts, values, recorded
    first, place, count = np.unique(since // step, return_inverse=True, return_counts=True)
    total: Array = np.bincount(place, weights=values, minlength=first.size).astype(np.float64)
    is_amount = unit_of(sensor.unit).powers == ENERGY.powers
    latest = np.full(first.size, np.iinfo(np.int64).min)
    np.maximum.at(latest, place, recorded.astype("datetime64[us]").astype(np.int64))
    begins: Instants = np.datetime64(0, "us") + first * step
    means: Array = total / (1 if is_amount else count)
    last: Instants = latest.astype("datetime64[us]")
    return begins, means, last


def _check_steps(starts: Instants, recorded: Instants, sensor: Sensor) -> None:
    """Check that each event is one of the sensor, and told once at a time.

    Raises:
        InvalidResolution: it is not.
    """
    if sensor.step <= timedelta(0):
        return
    apart = np.diff(np.unique(starts))
    if (apart % np.timedelta64(sensor.step, "us")).any():
        raise InvalidResolution(
            f"The times of the table do not fit the steps of sensor {sensor.id}, each {sensor.step} long."
        )
    told = np.unique(np.stack([starts.astype(np.int64), recorded.astype(np.int64)]), axis=1)
    if told.shape[1] < starts.size:
        raise InvalidResolution("The table has several values of one event that were recorded at one time.")
