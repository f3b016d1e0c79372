"""Take in values that somebody has in a table, each with a time of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import MEDIAN, BeliefBlock, Source
from flexmeasures.domain.errors import InvalidResolution, InvalidUnit, NotEnoughData, UnknownEntity
from flexmeasures.domain.quantities import ENERGY, step_conversion, unit_of
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
        resample: Whether values that are longer or finer than the steps of the sensor are brought to them.
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
    order = np.argsort(table.starts[known], kind="stable")
    starts, values = table.starts[known][order], table.values[known][order]
    now = np.full(starts.size, instant(platform.now()))
    recorded = now if table.recorded is None else table.recorded[known][order]
    length = _length(table.starts, sensor)
    rows = _Rows(starts, values * sign_of(sensor) * _factor(reading.unit, sensor, length), recorded)
    if reading.resample:
        rows = _in_steps(rows, length, sensor)
    if reading.horizon is not None:
        ends = rows.starts + np.timedelta64(sensor.step)
        rows = replace(rows, recorded=ends - np.timedelta64(reading.horizon))
    _check_steps(rows, sensor)
    probabilities = np.full(rows.values.size, reading.probability)
    block = BeliefBlock(sensor.id, source.id, rows.starts, rows.recorded, rows.values, probabilities)
    return platform.store.beliefs.add([block], replace=reading.replaces or platform.rules.allow_overwrite)


@dataclass(frozen=True, slots=True)
class _Rows:
    """(N,) values in order of time, in the unit and signs that are kept."""

    starts: Instants
    values: Array
    recorded: Instants


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
    factor = step_conversion(unit, sensor.unit, length)
    if factor is None:
        raise InvalidUnit(
            f"Values in {unit} cannot be values of sensor {sensor.id} ({sensor.name}) in {sensor.unit}."
        )
    return sign * factor


def _in_steps(rows: _Rows, length: timedelta, sensor: Sensor) -> _Rows:
    """Return values in the steps of a sensor: longer ones repeated, finer ones together."""
    if sensor.step <= timedelta(0) or np.unique(rows.starts).size < rows.starts.size:
        return rows
    if length > sensor.step and length % sensor.step == timedelta(0):
        return _repeated(rows, length // sensor.step, sensor)
    if length < sensor.step:
        return _together(rows, sensor)
    return rows


def _repeated(rows: _Rows, times: int, sensor: Sensor) -> _Rows:
    """Return values that last several steps once for each; an amount of energy is shared among them."""
    shift = np.tile(np.arange(times) * np.timedelta64(sensor.step), rows.starts.size)
    values = np.repeat(rows.values, times) / (times if _is_amount(sensor) else 1)
    return _Rows(np.repeat(rows.starts, times) + shift, values, np.repeat(rows.recorded, times))


def _together(rows: _Rows, sensor: Sensor) -> _Rows:
    """Return one value for each step: the mean, or the sum of what is an amount of energy."""
    step = np.timedelta64(sensor.step, "us")
    since = (rows.starts - np.datetime64(0, "us")) // step
    first, place, count = np.unique(since, return_inverse=True, return_counts=True)
    total: Array = np.bincount(place, weights=rows.values, minlength=first.size).astype(np.float64)
    latest = np.full(first.size, np.iinfo(np.int64).min)
    np.maximum.at(latest, place, rows.recorded.astype("datetime64[us]").astype(np.int64))
    return _Rows(
        np.datetime64(0, "us") + first * step,
        total / (1 if _is_amount(sensor) else count),
        latest.astype("datetime64[us]"),
    )


def _is_amount(sensor: Sensor) -> bool:
    return unit_of(sensor.unit).powers == ENERGY.powers


def _check_steps(rows: _Rows, sensor: Sensor) -> None:
    """Check that each event is one of the sensor, and told once at a time.

    Raises:
        InvalidResolution: it is not.
    """
    if sensor.step <= timedelta(0):
        return
    apart = np.diff(np.unique(rows.starts))
    if (apart % np.timedelta64(sensor.step, "us")).any():
        raise InvalidResolution(
            f"The times of the table do not fit the steps of sensor {sensor.id}, each {sensor.step} long."
        )
    told = np.unique(np.stack([rows.starts.astype(np.int64), rows.recorded.astype(np.int64)]), axis=1)
    if told.shape[1] < rows.starts.size:
        raise InvalidResolution("The table has several values of one event that were recorded at one time.")
