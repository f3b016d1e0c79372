"""What is known at an issue of the sensors of a fleet: the same features for all leads.

Shapes: S sensors, N steps of history, M issues, P features, H leads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.calendar import Calendar
from flexmeasures.forecasting.frame import Cadence, Rows

Slim = NDArray[np.float32]

WEEKS = 4
"""Weeks that make a profile."""
HOURS = 24
"""Latest hours whose means are features."""


@dataclass(frozen=True, slots=True)
class History:
    """What was measured of all sensors until now.

    Attributes:
        values: (S, N) measured values, NaN where unknown.
        grid: N steps, four weeks and two days at least.
        timezone: IANA name, for local days and hours.
    """

    values: Array
    grid: TimeGrid
    timezone: str

    @property
    def first(self) -> int:
        """Index of the first step at whose end a forecast can be issued."""
        cadence = Cadence.of(self.grid.step)
        return WEEKS * cadence.week + (HOURS + 1) * cadence.steps(1)


def phases_of(history: History) -> Slim:
    """Return (N, P') what the calendar says of each step: two waves of the day, and its weekday."""
    calendar = Calendar.of(history.grid, history.timezone)
    turn = 2 * np.pi * calendar.hour / 24
    waves = [wave(k * turn) for k in (1, 2) for wave in (np.sin, np.cos)]
    days = [calendar.weekday == day for day in range(7)]
    return np.column_stack([*waves, *days]).astype(np.float32)


def profile_of(values: Array, cadence: Cadence) -> Array:
    """Return (N,) the mean of the same step of the last four weeks, zero where nothing is known."""
    rows = np.full((WEEKS, values.size), np.nan)
    for week in range(1, WEEKS + 1):
        rows[week - 1, week * cadence.week :] = values[: -week * cadence.week]
    return mean_of_known(rows, axis=0)


def mean_of_known(values: Array, axis: int) -> Array:
    """Return the mean of the known values along an axis, zero where none is known."""
    known = np.isfinite(values)
    total = np.where(known, values, 0.0).sum(axis=axis)
    mean: Array = total / np.maximum(known.sum(axis=axis), 1)
    return mean


def residuals_of(values: Array, cadence: Cadence) -> Slim:
    """Return (N,) how far values are off their profile; nothing where they are unknown."""
    return np.nan_to_num(values - profile_of(values, cadence)).astype(np.float32)


def features_at(values: Array, phases: Slim, issues: Rows, cadence: Cadence) -> Slim:
    """Return (M, P) hourly means of the residuals of a day, longer means, the last one, and the calendar."""
    residuals, hour = residuals_of(values, cadence), cadence.steps(1)
    total = np.concatenate([[0.0], np.cumsum(residuals, dtype=np.float64)])

    def mean(ends: Rows, size: int) -> Array:
        found: Array = (total[ends + 1] - total[ends + 1 - size]) / size
        return found

    hourly = [mean(issues - hour * place, hour) for place in range(HOURS)]
    longer = [mean(issues, size * hour) for size in (24, 72, 168)]
    return np.column_stack([*hourly, *longer, residuals[issues], phases[issues]]).astype(np.float32)


def targets_of(values: Array, issues: Rows, leads: int, cadence: Cadence) -> Slim:
    """Return (M, H) residuals of the steps that follow each issue."""
    windows = sliding_window_view(residuals_of(values, cadence), leads)
    chosen: Slim = windows[issues + 1]
    return chosen
