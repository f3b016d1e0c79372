"""Lines of a chart: what is known of a sensor, sorted by what it stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

from flexmeasures.domain.assets import Quantity, Sensor
from flexmeasures.domain.beliefs import Beliefs, Source, SourceType, most_recent
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import Instants, TimeGrid, from_instant, instant
from flexmeasures.usecases.bucketing import bucket

INSTANTANEOUS_STEPS = (timedelta(minutes=15), timedelta(minutes=5), timedelta(minutes=1))
"""Values without a length are kept in steps of the first of these that parts them, or of the last one."""

MADE = frozenset({SourceType.FORECASTER, SourceType.SCHEDULER})
"""Sources of these types measure nothing, whenever they tell."""

_NO_TIMES: Instants = np.empty(0, "datetime64[us]")
_NO_VALUES: Array = np.empty(0)

Parts = list[tuple["Role", str, list[Beliefs]]]


class Role(StrEnum):
    """What a line stands for; decides how it is drawn."""

    MEASURED = "measured"
    FORECAST = "forecast"
    SCHEDULE = "schedule"
    PRICE = "price"
    EARLIER = "earlier"


@dataclass(frozen=True, slots=True)
class Line:
    """Values of one role, by one author or by the most recent of several sources.

    Attributes:
        role: What it stands for.
        name: For the legend.
        values: (T,) in the unit of the sensor, NaN where nothing is known.
        recorded: (T,) when each was recorded; empty where values stand for several steps.
        low: (T,) lower end of a band around the values; empty where there is none.
        high: (T,) upper end of it.
        band: What the band means.
        moments: (T,) when in its step each value holds; empty where values hold over their steps.
    """

    role: Role
    name: str
    values: Array
    recorded: Instants = field(default_factory=lambda: _NO_TIMES)
    low: Array = field(default_factory=lambda: _NO_VALUES)
    high: Array = field(default_factory=lambda: _NO_VALUES)
    band: str = ""
    moments: Instants = field(default_factory=lambda: _NO_TIMES)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a sensor.

    Attributes:
        sensor: Which.
        measured: What was recorded when the events were over, for each source.
        ahead: What was recorded before that, for each source.
        sources: By id.
    """

    sensor: Sensor
    measured: Sequence[Beliefs]
    ahead: Sequence[Beliefs]
    sources: Mapping[int, Source]

    @property
    def step(self) -> timedelta:
        """In which the sensor is shown."""
        if self.sensor.step:
            return self.sensor.step
        gaps = [np.diff(block.event_start) for block in (*self.measured, *self.ahead)]
        least = min((gap.min() for gap in gaps if gap.size), default=np.timedelta64(INSTANTANEOUS_STEPS[0]))
        return next((step for step in INSTANTANEOUS_STEPS if step <= least), INSTANTANEOUS_STEPS[-1])

    def source(self, block: Beliefs) -> Source:
        """Return who recorded some beliefs."""
        return self.sources[int(block.source_id[0])]


def grid_of(known: Known, start: datetime, end: datetime) -> TimeGrid:
    """Return steps that cover a window, in phase with the events that are known."""
    events = [block.event_start[0] for block in (*known.measured, *known.ahead)]
    origin = events[0] if events and known.sensor.step else np.datetime64(0, "us")
    behind = (instant(start) - origin) % np.timedelta64(known.step, "us")
    first = from_instant(instant(start) - behind)
    return TimeGrid(first, known.step, -(-(end - first) // known.step))


def lines_of(known: Known, grid: TimeGrid) -> list[Line]:
    """Return the lines of which anything is known: each role by its sources, never summed."""
    make = _line if known.sensor.step else _points
    lines = [make(role, name, parts, grid) for role, name, parts in parts_of(known)]
    return [line for line in lines if not np.isnan(line.values).all()]


def parts_of(known: Known) -> Parts:
    """Return what is known of a sensor by role, each with a name for it and its beliefs by source."""
    return _prices(known) if known.sensor.quantity is Quantity.PRICE else _others(known)


def bucketed(line: Line, steps: int) -> Line:
    """Return a line of which each value is the mean over several steps; its band, or one of their range."""
    found = bucket(line.values, steps)
    if line.low.size:
        low, high = bucket(line.low, steps).mean, bucket(line.high, steps).mean
        return Line(line.role, line.name, found.mean, _NO_TIMES, low, high, line.band)
    return Line(line.role, line.name, found.mean, _NO_TIMES, found.least, found.largest, "least to largest")


def flipped(line: Line) -> Line:
    """Return a line with the other sign."""
    return replace(line, values=-line.values, low=-line.high, high=-line.low)


def _prices(known: Known) -> Parts:
    """Sort prices: what is not forecast is known, also ahead of time."""
    ahead = [block for block in known.ahead if known.source(block).type != SourceType.FORECASTER]
    forecasts = [block for block in known.ahead if known.source(block).type == SourceType.FORECASTER]
    return [(Role.PRICE, "Price", [*known.measured, *ahead]), *_by_author(known, forecasts)]


def _others(known: Known) -> Parts:
    """Sort anything else: measurements, forecasts for each author, schedules."""
    measured = [block for block in known.measured if known.source(block).type not in MADE]
    schedules: list[Beliefs] = []
    forecasts: list[Beliefs] = []
    for block in known.ahead:
        (schedules if known.source(block).type == SourceType.SCHEDULER else forecasts).append(block)
    return [
        (Role.MEASURED, "Measured", measured),
        *_by_author(known, forecasts),
        (Role.SCHEDULE, "Schedule", schedules),
    ]


def _by_author(known: Known, forecasts: list[Beliefs]) -> Parts:
    """Sort forecasts by who made them: of one author's models, the most recent forecast counts."""
    if len(forecasts) == 1:
        return [(Role.FORECAST, "Forecast", forecasts)]
    authors: dict[str, list[Beliefs]] = {}
    for block in forecasts:
        authors.setdefault(known.source(block).name, []).append(block)
    if len(authors) == 1:
        return [(Role.FORECAST, "Forecast", parts) for parts in authors.values()]
    return [(Role.FORECAST, f"Forecast by {author}", parts) for author, parts in authors.items()]


def _line(role: Role, name: str, parts: list[Beliefs], grid: TimeGrid) -> Line:
    beliefs = most_recent(parts)
    recorded = np.full(grid.size, np.datetime64("NaT", "us"))
    index = (beliefs.event_start - instant(grid.start)) // np.timedelta64(grid.step, "us")
    fits = (index >= 0) & (index < grid.size)
    recorded[index[fits].astype(np.int64)] = beliefs.belief_time[fits]
    return Line(role, name, beliefs.on(grid).values, recorded)


def _points(role: Role, name: str, parts: list[Beliefs], grid: TimeGrid) -> Line:
    """Return a line of values without a length: of several in a step, the last one counts."""
    beliefs = most_recent(parts)
    place = ((beliefs.event_start - instant(grid.start)) // np.timedelta64(grid.step, "us")).astype(np.int64)
    fits = (place >= 0) & (place < grid.size)
    values = np.full(grid.size, np.nan)
    recorded, moments = (np.full(grid.size, np.datetime64("NaT", "us")) for _ in range(2))
    values[place[fits]] = beliefs.value[fits]
    recorded[place[fits]] = beliefs.belief_time[fits]
    moments[place[fits]] = beliefs.event_start[fits]
    return Line(role, name, values, recorded, moments=moments)
