"""An earlier period beside a later one, each moment beside the one at which clocks showed the same time.

Shapes: T steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.timing import Instants, TimeGrid, instant
from flexmeasures.domain.wall_clock import clock_of


class Period(StrEnum):
    """How much earlier, on the calendar."""

    DAY = "P1D"
    WEEK = "P7D"
    YEAR = "P1Y"

    @property
    def words(self) -> str:
        """As people call what was so much earlier."""
        return {Period.DAY: "Day before", Period.WEEK: "Week before", Period.YEAR: "Year before"}[self]


@dataclass(frozen=True, slots=True)
class Comparison:
    """With what a window is compared.

    Attributes:
        period: How much earlier that is.
        zone: Whose clocks count, an IANA name.
    """

    period: Period
    zone: str

    def window(self, start: datetime, end: datetime) -> tuple[datetime, datetime]:
        """Return a window that holds the earlier period of another one; an hour more on either side."""
        days = {Period.DAY: 1, Period.WEEK: 7, Period.YEAR: 366}[self.period]
        latest = {Period.DAY: 1, Period.WEEK: 7, Period.YEAR: 365}[self.period]
        spare = timedelta(hours=1)
        return start - timedelta(days=days) - spare, end - timedelta(days=latest) + spare

    def points(self, points: Instants) -> Instants:
        """Return the (T,) earlier points at which clocks showed the same time of day.

        NaT where they never did, because clocks were put forward or there was no 29 February, and where
        clocks show a time for the second time: no earlier moment stands beside two later ones.
        """
        if not points.size:
            return points
        now = clock_of(self.zone, points[0], points[-1])
        walls = _before(now.show(points), self.period)
        known = walls[~np.isnat(walls)]
        if not known.size:
            return walls
        found = clock_of(self.zone, known.min(), known.max()).find(walls)
        found[now.is_second(points) | np.isnat(walls)] = np.datetime64("NaT")
        return found


def beside(earlier: Series, grid: TimeGrid, comparison: Comparison) -> Array:
    """Return the (T,) earlier value of each step, NaN where there is none.

    Args:
        earlier: Values of the window that the comparison names.
        grid: T steps.
        comparison: How they belong together.
    """
    points = comparison.points(grid.starts())
    known = ~np.isnat(points)
    place = np.full(grid.size, -1)
    behind = points[known] - instant(earlier.grid.start)
    place[known] = behind // np.timedelta64(earlier.grid.step)
    fits = (place >= 0) & (place < earlier.grid.size)
    values = np.full(grid.size, np.nan)
    values[fits] = earlier.values[place[fits]]
    return values


def _before(walls: Instants, period: Period) -> Instants:
    """Return the (T,) times on the wall so much earlier; NaT where the calendar has no such day."""
    if period is not Period.YEAR:
        return walls - np.timedelta64({Period.DAY: 1, Period.WEEK: 7}[period], "D")
    months = walls.astype("M8[M]")
    wanted = months - 12
    moved: Instants = wanted.astype("M8[us]") + (walls - months.astype("M8[us]"))
    return np.where(moved.astype("M8[M]") == wanted, moved, np.datetime64("NaT", "us"))
