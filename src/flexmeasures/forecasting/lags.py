"""What measured values of the past say about a step.

Every feature takes values at least ``leads`` steps before its row, so that none can know the future.
Shapes: N steps of the frame, M rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.forecasting.frame import Cadence, Frame, Rows

Features = dict[str, Array]
DAYS_BACK = 28
"""Days among which those of the same kind are looked for."""
FADING = 0.7
"""How much the next earlier day of the same kind counts, relative to the later one."""


@dataclass(frozen=True, slots=True)
class Trail:
    """Series of the past that are the same for every lead, computed once per frame.

    Attributes:
        values: (N,) measured values, gaps filled.
        means: (N,) trailing means by hours.
        profile: (N,) mean of the same hour of the last four weeks, or of four days where there are no weeks.
        error: (N,) value minus profile.
        error_day: (N,) trailing mean of the error over a day.
        spread: (N,) trailing mean of the size of the error over a week.
        cadence: Steps of a day and a week.
        weekly: Whether the series keeps the week of people.
        kind: (N,) workday, Saturday or day of rest.
    """

    values: Array
    means: dict[int, Array]
    profile: Array
    error: Array
    error_day: Array
    spread: Array
    cadence: Cadence
    weekly: bool
    kind: Array

    @staticmethod
    def of(frame: Frame) -> Trail:
        """Compute the trail of a frame."""
        values, cadence = frame.filled, frame.cadence
        period = cadence.week if values.size > 3 * cadence.week else cadence.day
        rows = np.arange(values.size)
        profile = mean_of([at(values, rows - period * k) for k in (1, 2, 3, 4)])
        error = values - profile
        hours = [h for h in ((3, 24, 168) if frame.weekly else (3, 24, 168, 672)) if cadence.steps(h) > 1]
        means = {h: trailing_mean(values, cadence.steps(h)) for h in hours}
        day, week = cadence.steps(24), cadence.steps(168)
        error_day, spread = trailing_mean(error, day), trailing_mean(np.abs(error), week)
        kind = frame.calendar.kind.astype(float)
        return Trail(values, means, profile, error, error_day, spread, cadence, frame.weekly, kind)


def lagged(trail: Trail, rows: Rows, leads: Rows) -> Features:
    """Return features of the measured past.

    Args:
        trail: Of the frame.
        rows: (M,) indices of the steps to forecast.
        leads: (M,) steps from the last value that may be used until each row.
    """
    origin = rows - leads
    values, cadence = trail.values, trail.cadence
    recent = (0, 1, 2, 3, 5) if trail.weekly else (0, 1, 2, 3, 4, 5, 7, 11, 23)
    features = {f"last_{k}": at(values, origin - k) for k in recent}
    for hours, mean in trail.means.items():
        features[f"mean_{hours}"] = at(mean, origin)
    features["error"] = at(trail.error, origin)
    features["error_day"] = at(trail.error_day, origin)
    for name, period in (("day", cadence.day), ("week", cadence.week)):
        if 1 < period < values.size // 2 and (name == "day" or trail.weekly):
            features |= _aligned(values, rows, leads, period, name)
    if trail.weekly and cadence.day > 1 and "week_0" in features:
        features |= _alike(trail, rows, leads)
    if "day_0" in features:
        features["change_day"] = features["last_0"] - at(values, origin - cadence.day)
    if "week_0" in features:
        features["change_week"] = features["last_0"] - at(values, origin - cadence.week)
    return features


def _aligned(values: Array, rows: Rows, leads: Rows, period: int, name: str) -> Features:
    """Return values a whole number of days or weeks before, with their neighbours and means."""
    first = -(-leads // period) * period
    lags = [at(values, rows - first - period * k) for k in range(7 if name == "day" else 4)]
    features = {f"{name}_{k}": lags[k] for k in range(3)}
    before = np.where(first - 1 >= leads, first - 1, first + period - 1)
    features[f"{name}_after"] = at(values, rows - before)
    features[f"{name}_before"] = at(values, rows - first - 1)
    features[f"{name}_mean"] = mean_of(lags)
    return features


def _alike(trail: Trail, rows: Rows, leads: Rows) -> Features:
    """Return values of the same hour on days of the same kind: the latest, two, those of four weeks.

    The last mean is once plain, and once of weights that fall from day to day.
    """
    day = trail.cadence.day
    earlier = rows - -(-leads // day) * day - day * np.arange(DAYS_BACK)[:, None]
    values = at(trail.values, earlier)
    same = np.isfinite(values) & (at(trail.kind, earlier) == trail.kind[rows])
    rank = np.cumsum(same, axis=0)
    known = np.where(same, values, np.nan)
    return {
        "alike_0": mean_of(np.where(rank == 1, known, np.nan)),
        "alike_1": mean_of(np.where(rank <= 2, known, np.nan)),
        "alike_mean": mean_of(known),
        "alike_near": mean_of(known, FADING**rank),
    }


def at(series: Array, index: Rows) -> Array:
    """Return a series at an index, NaN where the index lies before its start or behind its end."""
    inside = (index >= 0) & (index < series.size)
    return np.where(inside, series[np.clip(index, 0, series.size - 1)], np.nan)


def mean_of(parts: Sequence[Array] | Array, weights: Array | None = None) -> Array:
    """Return the mean of the known values of K arrays of one shape, NaN where none is known.

    Args:
        parts: K arrays of shape (M,).
        weights: (K, M) how much each counts, above zero; None for all the same.
    """
    stack = np.asarray(parts)
    known = np.isfinite(stack)
    weight = known if weights is None else np.where(known, weights, 0.0)
    count = weight.sum(axis=0)
    total = (weight * np.where(known, stack, 0.0)).sum(axis=0)
    return np.where(count > 0, total / np.where(count > 0, count, 1), np.nan)


def trailing_mean(values: Array, size: int) -> Array:
    """Return the mean of the last ``size`` values, NaN where less than half of them are known."""
    known = np.isfinite(values)
    total = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))])
    count = np.concatenate([[0], np.cumsum(known)])
    ends = np.arange(1, values.size + 1)
    begins = np.maximum(ends - size, 0)
    number = count[ends] - count[begins]
    mean = (total[ends] - total[begins]) / np.maximum(number, 1)
    return np.where(number >= max(1, size // 2), mean, np.nan)
