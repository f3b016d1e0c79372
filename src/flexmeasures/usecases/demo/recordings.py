"""Recordings of other years, moved into the demo year by whole weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from flexmeasures.domain.clock import WEEK, weeks_between
from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.timing import TimeGrid


@dataclass(frozen=True, slots=True)
class Recording:
    """A series that really was recorded, by others.

    Attributes:
        name: By which the portfolio refers to it.
        origin: Who published it.
        unit: Of its values.
        licence: Under which it may be passed on.
        note: What was done to it, in a sentence.
        series: Its values, unknown ones as NaN.
    """

    name: str
    origin: str
    unit: str
    licence: str
    note: str
    series: Series


@dataclass(frozen=True, slots=True)
class Part:
    """What one move of a recording contributes to a window.

    Attributes:
        weeks: By how many it was moved; zero for what stayed in place.
        series: On the grid of the window, NaN wherever another move counts.
    """

    weeks: int
    series: Series

    @property
    def label(self) -> str:
        """How its source tells of the move."""
        if not self.weeks:
            return "in its own year"
        plural = "s" if abs(self.weeks) > 1 else ""
        return f"moved by {self.weeks:+d} week{plural}".replace("-", "−")


def moved(series: Series, window: TimeGrid, year: int) -> list[Part]:
    """Return what is known of a window when a recording is told in the demo year.

    One move serves as much as it can. Where it leaves a gap, such as in the year before a recording of one
    year, the next best ones step in.

    Args:
        series: The recording.
        window: What is asked for, in the steps of the recording.
        year: The demo year.

    Returns:
        Parts that say something, the main one first. Their values never overlap.
    """
    values = np.full(window.size, np.nan)
    parts = []
    for weeks in _moves(series.grid, year):
        if not np.isnan(values).any():
            break
        told = np.where(np.isnan(values), _shifted(series, weeks, window), np.nan)
        known = ~np.isnan(told)
        if known.any():
            values[known] = told[known]
            parts.append(Part(weeks, Series(window, told)))
    return parts


def _moves(grid: TimeGrid, year: int) -> list[int]:
    """Return the whole weeks to move by: what covers most of the demo year and the one before comes first."""
    wanted = datetime(year - 1, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 8, tzinfo=UTC)
    first, last = grid.start.year - 1, grid.end.year + 1
    whole_years = sorted(
        (weeks_between(other, year) for other in range(first, last + 1)),
        key=lambda weeks: (-_covered(grid, weeks, *wanted), abs(weeks)),
    )
    return whole_years + [weeks + by for by in (-1, 1) for weeks in whole_years]


def _covered(grid: TimeGrid, weeks: int, start: datetime, end: datetime) -> timedelta:
    """Return how much of a period a move covers."""
    return max(timedelta(0), min(grid.end + weeks * WEEK, end) - max(grid.start + weeks * WEEK, start))


def _shifted(series: Series, weeks: int, window: TimeGrid) -> Array:
    """Return the (T,) values of a moved series on a window, NaN outside of it."""
    offset = (window.start - series.grid.start - weeks * WEEK) // series.grid.step
    index = offset + np.arange(window.size)
    inside = (index >= 0) & (index < series.grid.size)
    return np.where(inside, series.values[np.where(inside, index, 0)], np.nan)
