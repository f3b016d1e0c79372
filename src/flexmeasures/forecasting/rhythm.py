"""Whether a series keeps the week of people, or knows nothing of it, as sun, wind and weather do.

Shapes: N steps.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.series import Array
from flexmeasures.forecasting.calendar import Calendar

LEAST_WEEKS = 5
"""Weeks that must be known before a series is found to keep none."""
SAME = 1.15
"""Largest ratio of the change into and out of days of rest to that between workdays, for it to be chance."""
FARTHER = 1.05
"""Least ratio of the change over a week to that over a day, for the week to be no rhythm."""
MONDAY, SATURDAY = 0, 5


def keeps_the_week(values: Array, trainable: NDArray[np.bool_], calendar: Calendar, day: int) -> bool:
    """Return whether days of work and rest differ, or days of a week are more alike than neighbours.

    Args:
        values: (N,) as measured, NaN where unknown.
        trainable: (N,) whether a value may be looked at.
        calendar: Of the N steps.
        day: Steps of a day.
    """
    known = np.where(trainable, values, np.nan)
    week = 7 * day
    if np.isfinite(known).sum() < LEAST_WEEKS * week or day < 2:
        return True
    over_day, over_week = np.abs(known[day:] - known[:-day]), np.abs(known[week:] - known[:-week])
    weekday = calendar.weekday[day:]
    turn = _mean(over_day[(weekday == SATURDAY) | (weekday == MONDAY)])
    same = _mean(over_day[(weekday > MONDAY) & (weekday < SATURDAY)])
    return bool(turn > SAME * same or _mean(over_week) <= FARTHER * _mean(over_day))


def _mean(values: Array) -> float:
    """Return the mean of the known values, zero where none is known."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else 0.0
