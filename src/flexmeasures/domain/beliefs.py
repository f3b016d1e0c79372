"""Beliefs: what was believed about an event, by whom, and since when.

A belief is the value of one event of one sensor, by one source, recorded at one time. Nothing recorded is
overwritten: a later belief about the same event stands beside the earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.errors import InvalidHorizon
from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.timing import Instants, TimeGrid, instant

MEDIAN = 0.5
LONGEST_HORIZON = timedelta(days=36525)
_DAY, _CLOCK_CHANGE = timedelta(days=1), timedelta(hours=1)
_FIRST = np.datetime64("0001-01-01", "us")


class SourceType(StrEnum):
    """What kind of origin data has."""

    USER = "user"
    FORECASTER = "forecaster"
    SCHEDULER = "scheduler"
    REPORTER = "reporter"
    MARKET = "market"
    GATEWAY = "gateway"
    DEMO = "demo script"
    SCRIPT = "script"


@dataclass(frozen=True, slots=True)
class Source:
    """Who or what recorded a belief."""

    id: int
    name: str
    type: str
    model: str | None = None
    version: str | None = None
    user_id: int | None = None
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class BeliefBlock:
    """Beliefs of one source about events of one sensor.

    Attributes:
        sensor_id: Whose events.
        source_id: Who recorded them.
        event_start: (N,) start of each event.
        belief_time: (N,) when each was recorded.
        value: (N,) in the unit of the sensor.
        probability: (N,) cumulative probability of each value, the median by default.
    """

    sensor_id: int
    source_id: int
    event_start: Instants
    belief_time: Instants
    value: Array
    probability: Array = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        if self.probability.size == 0:
            object.__setattr__(self, "probability", np.full(self.value.size, MEDIAN))
        if not self.event_start.shape == self.belief_time.shape == self.value.shape == self.probability.shape:
            raise ValueError("Event starts, belief times, values and probabilities differ in number.")

    @staticmethod
    def of(
        series: Series, sensor_id: int, source_id: int, belief_time: Instants | np.datetime64
    ) -> BeliefBlock:
        """Return the known values of a series as beliefs, recorded at one time or at one time each."""
        known = ~np.isnan(series.values)
        times = np.broadcast_to(belief_time, known.shape)
        return BeliefBlock(
            sensor_id, source_id, series.grid.starts()[known], times[known], series.values[known]
        )


@dataclass(frozen=True, slots=True)
class BeliefFilter:
    """Which beliefs count.

    Attributes:
        source_ids: Only of these sources; None means of any.
        source_types: Only of sources of these types; None means of any.
        prior: Only what was recorded at or before this time.
        horizon_min: Only what was recorded at least this long before the end of the event.
        horizon_max: Only what was recorded at most this long before it; zero for measurements.
        probability: Only quantiles of exactly this cumulative probability; None means, of several quantiles
            of one belief, the one nearest the median.
    """

    source_ids: tuple[int, ...] | None = None
    source_types: frozenset[str] | None = None
    prior: datetime | None = None
    horizon_min: timedelta | None = None
    horizon_max: timedelta | None = None
    probability: float | None = None


MEASURED = BeliefFilter(horizon_max=timedelta(0))
"""What was recorded when the event was over."""


@dataclass(frozen=True, slots=True)
class Beliefs:
    """The most recent belief about each event, in order of time.

    Attributes:
        event_start: (N,) start of each event, strictly increasing.
        belief_time: (N,) when each was recorded.
        value: (N,) in the unit of the sensor.
        source_id: (N,) who recorded each.
    """

    event_start: Instants
    belief_time: Instants
    value: Array
    source_id: NDArray[np.int32]

    @staticmethod
    def none() -> Beliefs:
        """Return no beliefs at all."""
        times = np.empty(0, "datetime64[us]")
        return Beliefs(times, times, np.empty(0), np.empty(0, np.int32))

    def on(self, grid: TimeGrid) -> Series:
        """Return the values on a grid of the sensor's own steps, NaN where nothing is known.

        Events of whole days begin at local midnight, an hour earlier or later in summer: they count for the
        step that they begin with up to an hour beside.
        """
        values = np.full(grid.size, np.nan)
        step = np.timedelta64(grid.step)
        most = np.timedelta64(_CLOCK_CHANGE if grid.step >= _DAY else timedelta(0))
        offset = self.event_start - instant(grid.start) + most
        index = offset // step
        fits = (offset % step <= 2 * most) & (index >= 0) & (index < grid.size)
        values[index[fits].astype(np.int64)] = self.value[fits]
        return Series(grid, values)


def most_recent(parts: list[Beliefs], preferred: tuple[int, ...] = ()) -> Beliefs:
    """Merge beliefs of several sources: per event the most recent one counts.

    Args:
        parts: Of one sensor, each in order of time.
        preferred: Source ids, most preferred first; they decide between beliefs recorded at the same time.
    """
    if len(parts) <= 1:
        return parts[0] if parts else Beliefs.none()
    start, recorded, value, source = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("event_start", "belief_time", "value", "source_id")
    )
    rank = np.full(source.size, -len(preferred))
    for place, source_id in enumerate(preferred):
        rank[source == source_id] = -place
    order = np.lexsort((rank, recorded, start))
    last = np.append(start[order][1:] != start[order][:-1], True)
    chosen = order[last]
    return Beliefs(start[chosen], recorded[chosen], value[chosen], source[chosen])


@dataclass(frozen=True, slots=True)
class BeliefTiming:
    """What a message says about when its values were recorded.

    Attributes:
        horizon: Time from recording until the end of the event; negative after it.
        rolling: Whether the horizon counts for each event, or for the end of the whole series.
        prior: Latest time of recording.
    """

    horizon: timedelta | None
    rolling: bool = True
    prior: datetime | None = None


def recording_times(grid: TimeGrid, timing: BeliefTiming, arrival: datetime) -> Instants:
    """Return when each value of a grid was recorded.

    The earliest of what horizon and prior say; never later than the arrival; the arrival if neither is given.

    Args:
        grid: T events.
        timing: What the message says.
        arrival: When the message came in.

    Returns:
        (T,) recording times.

    Raises:
        InvalidHorizon: a recording time is out of the range of times.
    """
    recorded = np.full(grid.size, instant(arrival))
    if timing.prior is not None:
        recorded = np.minimum(recorded, instant(timing.prior))
    if timing.horizon is not None:
        if abs(timing.horizon) > LONGEST_HORIZON:
            raise InvalidHorizon(
                f"A horizon of {timing.horizon.days} days is too long; at most a century is."
            )
        ends = (
            grid.starts() + np.timedelta64(grid.step)
            if timing.rolling
            else np.full(grid.size, instant(grid.end))
        )
        recorded = np.minimum(recorded, ends - np.timedelta64(timing.horizon))
    if grid.size and recorded.min() < _FIRST:
        raise InvalidHorizon("Values cannot have been recorded before the year 1.")
    return recorded
