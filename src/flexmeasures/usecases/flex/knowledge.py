"""What is known, at the time of planning, of everything that sensors say; brought to the steps of a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.assets import Asset, Quantity, Sensor
from flexmeasures.domain.beliefs import BeliefFilter, Beliefs, most_recent
from flexmeasures.domain.errors import InvalidUnit, UnknownEntity
from flexmeasures.domain.quantities import Dimension, factor_between
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import Instants, TimeGrid, instant
from flexmeasures.usecases.aligning import on_steps
from flexmeasures.usecases.flex.values import Fixed, Recorded, Segments, Value
from flexmeasures.usecases.ports.platform import Platform

LOOK_BACK = timedelta(days=1)
"""So much earlier beliefs are read, for events that began before the plan and for states at its start."""

Overlap = Callable[[Array, float], Array]


def last_one(old: Array, new: float) -> Array:
    """Return the value that was told last: it counts where segments overlap."""
    return np.full(old.size, new)


def smaller(old: Array, new: float) -> Array:
    """Return the smaller values: they count where limits from above overlap."""
    return np.fmin(old, new)


def larger(old: Array, new: float) -> Array:
    """Return the larger values: they count where limits from below overlap."""
    return np.fmax(old, new)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known for the steps of a plan.

    Attributes:
        grid: T steps.
        owners: The sensors that are referred to, with their assets, by id.
        beliefs: What is believed, by what refers to it.
    """

    grid: TimeGrid
    owners: Mapping[int, tuple[Sensor, Asset]]
    beliefs: Mapping[Recorded, Beliefs]

    def on_steps(self, value: Value, overlap: Overlap = last_one) -> Array:
        """Return the (T,) value in each step, NaN where none is known."""
        if isinstance(value, Fixed):
            return np.full(self.grid.size, value.value)
        if isinstance(value, Segments):
            return self._segments_on_steps(value, overlap)
        sensor = self.owners[value.sensor_id][0]
        found = on_steps(self.beliefs[value], sensor.step, self.grid) * self._factor(value)
        return self._filled(found, value)

    def on_ticks(self, value: Value, overlap: Overlap = last_one) -> Array:
        """Return the (T,) value at the end of each step, NaN where none is known.

        Values that lie between two ends count at both.
        """
        found = np.full(self.grid.size, np.nan)
        if isinstance(value, Fixed):
            return np.full(self.grid.size, value.value)
        if isinstance(value, Segments):
            for part in value.parts:
                _put(found, self._ticks(part.start, part.end), part.value, overlap)
            return found
        sensor, beliefs = self.owners[value.sensor_id][0], self.beliefs[value]
        ends = beliefs.event_start + np.timedelta64(sensor.step)
        factor = self._factor(value)
        for start, end, told in zip(
            self._places(beliefs.event_start), self._places(ends), beliefs.value, strict=True
        ):
            _put(found, _between(start, end, self.grid.size), float(told) * factor, overlap)
        return self._filled(found, value)

    def latest(self, value: Value, within: timedelta) -> float | None:
        """Return the value nearest to the start of the plan, not further from it than this."""
        if isinstance(value, Fixed):
            return value.value
        start, far = self.grid.start, within
        if isinstance(value, Segments):
            near = [part for part in value.parts if part.start - far <= start <= part.end + far]
            return min(near, key=lambda part: abs(part.end - start)).value if near else None
        beliefs = self.beliefs[value]
        if not beliefs.value.size:
            return None
        distance = np.abs(beliefs.event_start - instant(start))
        nearest = int(distance.argmin())
        known = distance[nearest] <= np.timedelta64(far)
        return float(beliefs.value[nearest]) * self._factor(value) if known else None

    def dimension(self, value: Value) -> Dimension:
        """Return what a value is a value of: as it was told, or as its sensor measures."""
        if not isinstance(value, Recorded):
            return value.dimension
        return _fitting(self.owners[value.sensor_id][0], value.dimensions)[0]

    def _factor(self, value: Recorded) -> float:
        return factor_of(self.owners[value.sensor_id][0], value.dimensions)

    def _filled(self, found: Array, value: Recorded) -> Array:
        return found if value.default is None else np.where(np.isnan(found), value.default.value, found)

    def _segments_on_steps(self, value: Segments, overlap: Overlap) -> Array:
        found = np.full(self.grid.size, np.nan)
        whole = overlap is not last_one
        for part in value.parts:
            first, last = ((time - self.grid.start) / self.grid.step for time in (part.start, part.end))
            begin = (
                int(np.floor(first + 1e-9)) if whole or part.start == part.end else int(np.ceil(first - 1e-9))
            )
            end = max(int(np.ceil(last - 1e-9)), begin + (part.start == part.end))
            _put(found, slice(max(begin, 0), max(end, 0)), part.value, overlap)
        return found

    def _ticks(self, start: datetime, end: datetime) -> slice:
        return _between(
            (start - self.grid.start) / self.grid.step,
            (end - self.grid.start) / self.grid.step,
            self.grid.size,
        )

    def _places(self, times: Instants) -> Array:
        offset: Array = (times - instant(self.grid.start)) / np.timedelta64(self.grid.step)
        return offset


def _put(found: Array, where: slice, value: float, overlap: Overlap) -> None:
    found[where] = overlap(found[where], value)


def _between(first: float, last: float, size: int) -> slice:
    """Return which ends of steps lie in a span of time, and next to where it begins and ends.

    Args:
        first: Begin of the span. [steps]
        last: Its end. [steps]
        size: Number of steps.
    """
    begin, end = int(np.floor(first + 1e-9)), int(np.ceil(last - 1e-9))
    return slice(min(max(begin - 1, 0), size), min(max(end, 0), size)) if end >= 1 else slice(0, 0)


def factor_of(sensor: Sensor, dimensions: Iterable[Dimension]) -> float:
    """Return what values of a sensor are multiplied with to be internal ones, with the sign of its users.

    Raises:
        InvalidUnit: its unit is of something else.
    """
    return sign_of(sensor) * _fitting(sensor, dimensions)[1]


def _fitting(sensor: Sensor, dimensions: Iterable[Dimension]) -> tuple[Dimension, float]:
    """Return the dimension that the unit of a sensor has, and the factor to its internal unit.

    Raises:
        InvalidUnit: it is of something else.
    """
    wanted = list(dimensions)
    for dimension in wanted:
        try:
            return dimension, factor_between(sensor.unit, dimension)
        except InvalidUnit:
            continue
    names = " or ".join(dimension.name for dimension in wanted)
    raise InvalidUnit(f"Sensor {sensor.id} measures '{sensor.unit}', which is no unit of {names}.")


def sign_of(sensor: Sensor) -> float:
    """Return −1 if users of a sensor see other signs than are kept: production as positive power."""
    return -1.0 if sensor.quantity == Quantity.POWER and not sensor.consumption_is_positive else 1.0


def consumption_sign(sensor: Sensor) -> float:
    """Return −1 if users of a sensor see production as positive power."""
    return 1.0 if sensor.consumption_is_positive else -1.0


def learn(
    values: Iterable[Recorded], grid: TimeGrid, prior: datetime | None, platform: Platform
) -> Knowledge:
    """Return what is known for the steps of a plan, of all that is referred to.

    Args:
        values: What is referred to.
        grid: Steps of the plan.
        prior: Only what was recorded until then counts; None for all.
        platform: What is known.

    Raises:
        UnknownEntity: a sensor is gone.
    """
    wanted = list(dict.fromkeys(values))
    owners = platform.store.assets.owners(sorted({value.sensor_id for value in wanted}))
    for value in wanted:
        if value.sensor_id not in owners:
            raise UnknownEntity(f"There is no sensor {value.sensor_id}.")
    return Knowledge(grid, owners, _beliefs(wanted, owners, grid, prior, platform))


def learn_again(earlier: Knowledge, grid: TimeGrid, prior: datetime, platform: Platform) -> Knowledge:
    """Return what was known by another time, of the same sensors, for other steps.

    Args:
        earlier: What is known of them otherwise.
        grid: Steps of the plan.
        prior: Only what was recorded until then counts.
        platform: What is known.
    """
    found = _beliefs(list(earlier.beliefs), earlier.owners, grid, prior, platform)
    return Knowledge(grid, earlier.owners, found)


def _beliefs(
    wanted: list[Recorded],
    owners: Mapping[int, tuple[Sensor, Asset]],
    grid: TimeGrid,
    prior: datetime | None,
    platform: Platform,
) -> dict[Recorded, Beliefs]:
    """Return what is believed, by as few queries as there are filters."""
    by_filter: dict[BeliefFilter, list[Recorded]] = {}
    for value in wanted:
        types = frozenset(value.source_types) or None
        by_filter.setdefault(BeliefFilter(value.sources or None, types, prior), []).append(value)
    found: dict[Recorded, Beliefs] = {}
    for only, group in by_filter.items():
        ids = sorted({value.sensor_id for value in group})
        back = max([LOOK_BACK, *(owners[sensor_id][0].step for sensor_id in ids)])
        known = platform.store.beliefs.latest(ids, grid.start - back, grid.end + grid.step, only)
        for value in group:
            found[value] = most_recent(_counting(known.get(value.sensor_id, []), value, platform))
    return found


def _counting(parts: list[Beliefs], value: Recorded, platform: Platform) -> list[Beliefs]:
    """Leave out what sources said that do not count."""
    if not value.excluded_types and value.source_account is None:
        return parts
    sources = platform.store.sources.named({int(part.source_id[0]) for part in parts if part.source_id.size})
    counting = {
        source.id
        for source in sources.values()
        if source.type not in value.excluded_types and value.source_account in {None, source.account_id}
    }
    return [part for part in parts if part.source_id.size and int(part.source_id[0]) in counting]
