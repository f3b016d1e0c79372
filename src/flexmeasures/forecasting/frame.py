"""Past and window of a task on one grid, ready for features.

Shapes: N steps of the common grid, M rows, T steps of the window.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.errors import InvalidResolution, NotEnoughData
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.calendar import Calendar
from flexmeasures.forecasting.rhythm import keeps_the_week
from flexmeasures.forecasting.sun import clear_sky
from flexmeasures.forecasting.task import ForecastTask

Rows = NDArray[np.int64]
DAY = timedelta(days=1)
OUTLYING = 20.0
"""How many times the width of the middle 98 % of all values a value may lie outside of them."""
FEW, FEW_SHARE = 3, 0.001
"""How many such values, or which share of all, are taken for faults at most."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """How many steps make a day and a week, and how many seconds a step has.

    Attributes:
        day: Steps of a day; 1 for steps of a day or more.
        week: Steps of a week; 1 for steps of a week or more.
        step: Length of a step. [s]
    """

    day: int
    week: int
    step: float

    @staticmethod
    def of(step: timedelta) -> Cadence:
        """Return the cadence of a grid."""
        return Cadence(max(1, round(DAY / step)), max(1, round(7 * DAY / step)), step.total_seconds())

    def steps(self, hours: float) -> int:
        """Return how many whole steps lie in some hours, at least one."""
        return max(1, round(hours * 3600 / self.step))


@dataclass(frozen=True, slots=True)
class Signal:
    """A regressor on the common grid.

    Attributes:
        name: Such as ``temperature``.
        values: (N,) as believed, NaN where unknown.
        ahead: Whether it is known for the step to forecast; observations are known until the issue only.
        revised: Whether what is said of the next step may be younger than the issue.
    """

    name: str
    values: Array
    ahead: bool
    revised: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything that features are made of.

    Attributes:
        grid: N steps, from the start of the history to the end of window or history, whichever is later.
        measured: (N,) values as they were measured, NaN where unknown.
        filled: (N,) the same with gaps filled from earlier values alone.
        rows: (T,) indices of the window.
        leads: (T,) steps from the last value that may be used until each step of the window, at least 1.
        trainable: (N,) whether models may be fitted on the value of this step.
        calendar: Local days and hours of the N steps.
        cadence: Steps of a day and a week.
        signals: Regressors.
        sun: (N,) clear-sky irradiance, None where there is no place. [W/m²]
        rolls: Whether each step has an issue time of its own.
        weekly: Whether the series keeps the week of people.
    """

    grid: TimeGrid
    measured: Array
    filled: Array
    rows: Rows
    leads: Rows
    trainable: NDArray[np.bool_]
    calendar: Calendar
    cadence: Cadence
    signals: tuple[Signal, ...]
    sun: Array | None
    rolls: bool
    weekly: bool

    def of_roots(self) -> Frame:
        """Return the same with the square roots of all values, which keep their signs."""
        return replace(self, measured=signed_root(self.measured), filled=signed_root(self.filled))


def signed_root(values: Array) -> Array:
    """Return square roots with the signs of the values.

    >>> signed_root(np.array([4.0, -9.0])).tolist()
    [2.0, -3.0]
    """
    return np.copysign(np.sqrt(np.abs(values)), values)


def signed_square(values: Array) -> Array:
    """Return squares with the signs of the values, from which ``signed_root`` leads back."""
    return values * np.abs(values)


def frame_of(task: ForecastTask) -> Frame:
    """Lay a task out on one grid.

    Raises:
        NotEnoughData: no value is known at all.
        InvalidResolution: the window does not lie on the steps of the history.
    """
    history, window = task.history, task.window
    if not np.isfinite(history.values).any():
        raise NotEnoughData("No data available at all. Forecasting impossible.")
    offset = _offset(task)
    grid = TimeGrid(history.grid.start, window.step, max(history.grid.size, offset + window.size))
    measured = np.full(grid.size, np.nan)
    measured[: history.grid.size] = np.where(np.isfinite(history.values), history.values, np.nan)
    rows = np.arange(offset, offset + window.size)
    cadence = Cadence.of(grid.step)
    place = task.latitude is not None and task.longitude is not None and cadence.day > 1
    calendar = Calendar.of(grid, task.timezone)
    measured = _plausible(measured, _trainable(task, measured))
    trainable = _trainable(task, measured)
    return Frame(
        grid=grid,
        measured=measured,
        filled=fill_from_the_past(measured, cadence),
        rows=rows,
        leads=_leads(task, measured, rows),
        trainable=trainable,
        calendar=calendar,
        cadence=cadence,
        signals=tuple(_signals(task, grid.size, offset)),
        sun=clear_sky(grid, task.latitude or 0.0, task.longitude or 0.0) if place else None,
        rolls=task.horizon is not None,
        weekly=keeps_the_week(measured, trainable, calendar, cadence.day),
    )


def _offset(task: ForecastTask) -> int:
    """Return the index of the first step of the window on the grid of the history."""
    gap = task.window.start - task.history.grid.start
    if task.window.step != task.history.grid.step or gap % task.window.step or gap < timedelta(0):
        raise InvalidResolution(
            "The window to forecast should lie on the steps of the history, behind its start."
        )
    return gap // task.window.step


def _leads(task: ForecastTask, measured: Array, rows: Rows) -> Rows:
    """Return (T,) how many steps before each row the last value lies that may be used."""
    if task.horizon is None:
        last = int(np.flatnonzero(np.isfinite(measured))[-1])
        return np.maximum(rows - last, 1)
    lead = -(-(task.horizon + task.delay) // task.window.step)
    return np.full(rows.size, max(1, lead), np.int64)


def _trainable(task: ForecastTask, measured: Array) -> NDArray[np.bool_]:
    """Return (N,) whether a value was known when the first forecast was issued."""
    known = np.isfinite(measured)
    if task.horizon is None:
        return known
    ended = (task.issued - task.delay - task.history.grid.start) // task.window.step
    return known & (np.arange(measured.size) < ended)


def _plausible(measured: Array, trainable: NDArray[np.bool_]) -> Array:
    """Return (N,) values without the few that no meter of this series can have meant.

    Where there are more of them, they are something that is done seldom.
    """
    known = measured[trainable]
    low, high = np.quantile(known, (0.01, 0.99)) if known.size else (0.0, 0.0)
    width = OUTLYING * (high - low)
    if not 0 < width < np.inf:
        return measured
    outlying = (measured < low - width) | (measured > high + width)
    if outlying[trainable].sum() > max(FEW, FEW_SHARE * known.size):
        return measured
    return np.where(outlying, np.nan, measured)


def _signals(task: ForecastTask, size: int, offset: int) -> list[Signal]:
    """Return the regressors of which anything is known, on the common grid."""
    signals = []
    for regressor in task.regressors:
        values = np.full(size, np.nan)
        past = regressor.past[:size]
        values[: past.size] = past
        ahead = bool(np.isfinite(regressor.future).any())
        if ahead:
            values[offset : offset + regressor.future.size] = regressor.future
        if np.isfinite(values[:offset]).any() or np.isfinite(past).any():
            signals.append(Signal(regressor.name, values, ahead, regressor.revised))
    return signals


def fill_from_the_past(values: Array, cadence: Cadence) -> Array:
    """Return values with gaps filled by what came before, so that no filled value knows its future.

    Gaps of at most three hours repeat the last value, longer ones take that of a day, else of a week before.

    Args:
        values: (N,) with NaN in the gaps.
        cadence: Steps of a day and a week.
    """
    known = np.isfinite(values)
    index = np.arange(values.size)
    last = np.maximum.accumulate(np.where(known, index, -1))
    near = (last >= 0) & (index - last <= cadence.steps(3))
    filled = np.where(near, values[np.maximum(last, 0)], np.nan)
    for period in (cadence.day, cadence.week):
        for multiple in (1, 2, 3):
            lag = period * multiple
            if lag >= values.size:
                continue
            before = np.full(values.size, np.nan)
            before[lag:] = np.where(known, values, np.nan)[:-lag]
            filled = np.where(np.isnan(filled), before, filled)
    return filled
