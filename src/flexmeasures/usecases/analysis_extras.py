"""What stands around the lines of an analysis: uncertainty of forecasts, and an earlier period.

Shapes: T steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefFilter, Beliefs
from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.usecases.aligning import on_steps
from flexmeasures.usecases.bands import Band
from flexmeasures.usecases.chart_bands import bands_of
from flexmeasures.usecases.charting import ChartQuery, known_of
from flexmeasures.usecases.earlier import Comparison, beside
from flexmeasures.usecases.lines import Known
from flexmeasures.usecases.ports.platform import Platform


@dataclass(frozen=True, slots=True)
class Extras:
    """What stands around the lines, by sensor.

    Attributes:
        bands: Around forecasts.
        earlier: What is known of the earlier period.
        comparison: Which period that is.
        own: Steps of the earlier period.
    """

    bands: Mapping[int, Band]
    earlier: Mapping[int, Known]
    comparison: Comparison | None
    own: TimeGrid

    def band(self, sensor_id: int, step: timedelta, grid: TimeGrid, values: Array) -> tuple[Array, Array]:
        """Return the (T,) ends of the band around forecasts of a sensor; empty if there is none.

        Args:
            sensor_id: Of the sensor.
            step: Length of its events.
            grid: T steps.
            values: (T,) the forecasts: only those that are the medians of the band have its ends.
        """
        found = self.bands.get(sensor_id)
        if found is None:
            return np.empty(0), np.empty(0)
        low, median, high = (
            on_steps(Beliefs(found.event_start, found.belief_time, level, found.source_id), step, grid)
            for level in (found.lower, found.median, found.upper)
        )
        own = np.isclose(values, median)
        if np.isnan(low[own]).all():
            return np.empty(0), np.empty(0)
        return np.where(own, low, np.nan), np.where(own, high, np.nan)

    def before(self, grid: TimeGrid, measure: Callable[[Mapping[int, Known], TimeGrid], Array]) -> Array:
        """Return the (T,) values of the earlier period beside those of a grid; empty without comparison.

        Args:
            grid: T steps.
            measure: Returns the values of some steps from what is known of them.
        """
        if self.comparison is None:
            return np.empty(0)
        values = measure(self.earlier, self.own)
        if not values.size or np.isnan(values).all():
            return np.empty(0)
        found = beside(Series(self.own, values), grid, self.comparison)
        return np.empty(0) if np.isnan(found).all() else found


def extras(
    sensors: Sequence[Sensor],
    banded: Sequence[Known],
    query: ChartQuery,
    grid: TimeGrid,
    platform: Platform,
) -> Extras:
    """Read what stands around the lines of an analysis.

    Args:
        sensors: Of the lines.
        banded: What is known of those whose forecasts are shown with a band.
        query: Window, horizon and comparison.
        grid: T steps of the window.
        platform: Where all is kept.
    """
    only = BeliefFilter(prior=query.known, horizon_min=query.horizon)
    around = bands_of(banded, query.start, query.end, only, platform)
    if query.compare is None:
        return Extras(around, {}, None, grid)
    start, end = query.compare.window(grid.start, grid.end)
    behind = timedelta(seconds=start.timestamp() % grid.step.total_seconds())
    own = TimeGrid(start - behind, grid.step, -(-(end - start + behind) // grid.step))
    known = known_of(sensors, replace(query, start=own.start, end=own.end, compare=None), platform)
    return Extras(around, known, query.compare, own)
