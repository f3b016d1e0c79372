"""Many sensors at once: one set of features for all leads, and all sensors solved in one batch.

What is forecast is how far values are off their weekly profile. The features of an issue are the same for all
leads, so that one Gram matrix of a sensor serves them all.
Shapes: S sensors, N steps of history, M issues, P features, H leads, Q quantiles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.calendar import Calendar
from flexmeasures.forecasting.frame import Cadence, Rows, fill_from_the_past

Slim = NDArray[np.float32]

WEEKS = 4
"""Weeks that make a profile."""
HELD_OUT_DAYS = 28
"""Latest days on which errors are found."""
PENALTY = 0.02
"""Of squared weights, as a share of the number of issues."""
HOURS = 24
"""Latest hours whose means are features."""
NEAR = 1
"""Errors count for a time of day when they were made at most so many hours from it."""


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


@dataclass(frozen=True, slots=True)
class Fleet:
    """What was learned of all sensors.

    Attributes:
        weights: (S, P, H) of each feature for each lead.
        scale: (S,) mean size of residuals, by which the calendar is scaled, in the units of the sensors.
        errors: (S, M, H) measured less expected values at held-out issues, in the units of the sensors.
        hours: (M,) time of day of these issues. [h]
    """

    weights: Slim
    scale: Array
    errors: Slim
    hours: Array


@dataclass(frozen=True, slots=True)
class FleetForecast:
    """What is expected after the last step of a history.

    Attributes:
        values: (S, H) in the units of the sensors.
        quantiles: (Q, S, H) in the units of the sensors, the expected values among them.
    """

    values: Array
    quantiles: Array


def learn(history: History, leads: int) -> Fleet:
    """Learn of all sensors from their history.

    Args:
        history: Twelve weeks at least.
        leads: H steps to forecast, a week at most.

    Raises:
        ValueError: the history is too short.
    """
    cadence = Cadence.of(history.grid.step)
    issues = np.arange(history.first, history.grid.size - leads)
    cut = issues.size - HELD_OUT_DAYS * cadence.day
    if cut < WEEKS * cadence.week:
        raise ValueError(f"{history.grid.size} steps are too few to learn from.")
    phases, values = _phases(history), _filled(history.values, cadence)
    scale = np.array([np.abs(_residuals(row, cadence)[history.first :]).mean() for row in values]) + 1e-9
    sums = [
        _sums(row, size * phases, (issues[:cut], issues[cut:]), leads, cadence)
        for row, size in zip(values, scale, strict=True)
    ]
    early_gram, early_moment, gram, moment = (np.stack(parts) for parts in zip(*sums, strict=True))
    early, weights = _solve(early_gram, early_moment, cut), _solve(gram, moment, issues.size)
    late = issues[cut:]
    errors = [
        _targets(row, late, leads, cadence) - _features(row, size * phases, late, cadence) @ own
        for row, size, own in zip(values, scale, early, strict=True)
    ]
    hours = Calendar.of(history.grid, history.timezone).hour[late]
    return Fleet(weights, scale, np.stack(errors), hours)


def expect(fleet: Fleet, history: History, probabilities: tuple[float, ...]) -> FleetForecast:
    """Return what is expected after the last step of a history.

    Where nothing ever happened at a time of day and week, as of the sun at night, nothing is expected.

    Args:
        fleet: What was learned of the same sensors.
        history: Until now: the latest weeks are enough.
        probabilities: Q cumulative probabilities.
    """
    cadence, last = Cadence.of(history.grid.step), np.array([history.grid.size - 1])
    phases, known = _phases(history), _filled(history.values, cadence)
    features = np.stack(
        [
            _features(row, size * phases, last, cadence)[0]
            for row, size in zip(known, fleet.scale, strict=True)
        ]
    )
    leads = fleet.weights.shape[2]
    residual = np.einsum("sp,sph->sh", features, fleet.weights)
    profile, still = _ahead(known, leads, cadence)
    values = np.where(still, 0.0, profile + residual)
    hour = Calendar.of(history.grid, history.timezone).hour[-1]
    apart = np.abs(fleet.hours - hour)
    near = fleet.errors[:, np.minimum(apart, 24 - apart) <= NEAR]
    around = np.quantile(near, probabilities, axis=1)
    level = np.array(probabilities)[:, None, None]
    around = np.where(level < 0.5, np.minimum(around, 0), np.maximum(around, 0))
    return FleetForecast(values, np.where(still, 0.0, values + around))


def _filled(values: Array, cadence: Cadence) -> Array:
    """Return (S, N) values whose gaps are filled from what came before."""
    return np.stack([fill_from_the_past(row, cadence) for row in values])


def _phases(history: History) -> Slim:
    """Return (N, P') what the calendar says of each step: two waves of the day, and its weekday."""
    calendar = Calendar.of(history.grid, history.timezone)
    turn = 2 * np.pi * calendar.hour / 24
    waves = [wave(k * turn) for k in (1, 2) for wave in (np.sin, np.cos)]
    days = [calendar.weekday == day for day in range(7)]
    return np.column_stack([*waves, *days]).astype(np.float32)


def _sums(
    values: Array, phases: Slim, parts: tuple[Rows, Rows], leads: int, cadence: Cadence
) -> tuple[Slim, Slim, Slim, Slim]:
    """Return Gram matrix and moments of the early issues of one sensor, and of all."""
    sums = []
    for issues in parts:
        features = _features(values, phases, issues, cadence)
        sums.append((features.T @ features, features.T @ _targets(values, issues, leads, cadence)))
    (early_gram, early_moment), (late_gram, late_moment) = sums
    return early_gram, early_moment, early_gram + late_gram, early_moment + late_moment


def _solve(gram: Slim, moment: Slim, count: int) -> Slim:
    """Return (S, P, H) weights of all sensors, penalised by the mean variance of their features."""
    variance = np.trace(gram, axis1=1, axis2=2) / gram.shape[1]
    penalty = np.maximum(PENALTY * variance, 1e-9 * count)
    eye = np.eye(gram.shape[1], dtype=np.float32)
    return np.linalg.solve(gram + penalty[:, None, None].astype(np.float32) * eye, moment)


def _profile(values: Array, cadence: Cadence) -> Array:
    """Return (N,) the mean of the same step of the last four weeks, zero where nothing is known."""
    rows = np.full((WEEKS, values.size), np.nan)
    for week in range(1, WEEKS + 1):
        rows[week - 1, week * cadence.week :] = values[: -week * cadence.week]
    return _mean_of_known(rows, axis=0)


def _ahead(values: Array, leads: int, cadence: Cadence) -> tuple[Array, NDArray[np.bool_]]:
    """Return (S, H) the profile of the steps to come, and whether nothing ever happened at them."""
    ends = values.shape[1] - np.arange(1, WEEKS + 1) * cadence.week
    before = np.stack([values[:, end : end + leads] for end in ends])
    still = np.isfinite(before).any(axis=0) & (np.nan_to_num(np.abs(before)).max(axis=0) == 0)
    return _mean_of_known(before, axis=0), still


def _mean_of_known(values: Array, axis: int) -> Array:
    known = np.isfinite(values)
    total = np.where(known, values, 0.0).sum(axis=axis)
    mean: Array = total / np.maximum(known.sum(axis=axis), 1)
    return mean


def _residuals(values: Array, cadence: Cadence) -> Slim:
    """Return (N,) how far values are off their profile; nothing where they are unknown."""
    return np.nan_to_num(values - _profile(values, cadence)).astype(np.float32)


def _features(values: Array, phases: Slim, issues: Rows, cadence: Cadence) -> Slim:
    """Return (M, P) hourly means of the residuals of a day, longer means, the last one, and the calendar."""
    residuals, hour = _residuals(values, cadence), cadence.steps(1)
    total = np.concatenate([[0.0], np.cumsum(residuals, dtype=np.float64)])

    def mean(ends: Rows, size: int) -> Array:
        found: Array = (total[ends + 1] - total[ends + 1 - size]) / size
        return found

    hourly = [mean(issues - hour * place, hour) for place in range(HOURS)]
    longer = [mean(issues, size * hour) for size in (24, 72, 168)]
    return np.column_stack([*hourly, *longer, residuals[issues], phases[issues]]).astype(np.float32)


def _targets(values: Array, issues: Rows, leads: int, cadence: Cadence) -> Slim:
    """Return (M, H) residuals of the steps that follow each issue."""
    windows = sliding_window_view(_residuals(values, cadence), leads)
    chosen: Slim = windows[issues + 1]
    return chosen
