"""Many sensors at once: one set of features for all leads, and all sensors solved in one batch.

What is forecast is how far values are off their weekly profile. The features of an issue are the same for all
leads, so that one Gram matrix of a sensor serves them all.
Shapes: S sensors, N steps of history, M issues, P features, H leads, Q quantiles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.beliefs import MEDIAN
from flexmeasures.domain.series import Array
from flexmeasures.forecasting.calendar import Calendar
from flexmeasures.forecasting.fleet_features import (
    WEEKS,
    History,
    Slim,
    features_at,
    mean_of_known,
    phases_of,
    residuals_of,
    targets_of,
)
from flexmeasures.forecasting.frame import Cadence, Rows, fill_from_the_past

HELD_OUT_DAYS = 28
"""Latest days on which errors are found."""
PENALTY = 0.02
"""Of squared weights, as a share of the number of issues."""
NEAR = 1
"""Errors count for a time of day when they were made at most so many hours from it."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """What was learned of all sensors.

    Attributes:
        weights: (S, P, H) of each feature for each lead.
        scale: (S,) mean size of residuals, by which the calendar is scaled, in the units of the sensors.
        around: (24, Q, S, H) quantiles of held-out errors by the hour of the issue, as values.
        probabilities: Q cumulative probabilities of these, in rising order.
    """

    weights: Slim
    scale: Array
    around: Slim
    probabilities: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class FleetForecast:
    """What is expected after the last step of a history.

    Attributes:
        values: (S, H) in the units of the sensors.
        quantiles: (Q, S, H) in the units of the sensors, the expected values among them.
        residuals: (S, H) how far values are expected off their weekly profile, in the units of the sensors.
        still: (S, H) whether nothing ever happened at this time of day and week.
    """

    values: Array
    quantiles: Array
    residuals: Array
    still: NDArray[np.bool_]


def learn(history: History, leads: int, probabilities: tuple[float, ...]) -> Fleet:
    """Learn of all sensors from their history.

    Args:
        history: Twelve weeks at least.
        leads: H steps to forecast, a week at most.
        probabilities: Q cumulative probabilities of the quantiles to forecast.

    Raises:
        ValueError: the history is too short.
    """
    cadence = Cadence.of(history.grid.step)
    parts = _issues(history, leads, cadence)
    phases, values = phases_of(history), _filled(history.values, cadence)
    scale = np.array([np.abs(residuals_of(row, cadence)[history.first :]).mean() for row in values]) + 1e-9
    sums = [_sums(row, size * phases, parts, leads, cadence) for row, size in zip(values, scale, strict=True)]
    early_gram, early_moment, gram, moment = (np.stack(part) for part in zip(*sums, strict=True))
    early, late = parts
    weights = _solve(early_gram, early_moment, early.size)
    hours = Calendar.of(history.grid, history.timezone).hour[late]
    around = np.empty((24, len(probabilities), *weights.shape[::2]), np.float32)
    for place, (row, size, own) in enumerate(zip(values, scale, weights, strict=True)):
        known = features_at(row, size * phases, late, cadence) @ own
        around[:, :, place] = _around(targets_of(row, late, leads, cadence) - known, hours, probabilities)
    return Fleet(_solve(gram, moment, early.size + late.size), scale, around, probabilities)


def _issues(history: History, leads: int, cadence: Cadence) -> tuple[Rows, Rows]:
    """Return the issues to learn from, two an hour at most: early ones, and the latest, which are held out.

    Raises:
        ValueError: there are too few.
    """
    stride = cadence.steps(0.5)
    issues = np.arange(history.first, history.grid.size - leads, stride)
    cut = issues.size - HELD_OUT_DAYS * cadence.day // stride
    if cut < WEEKS * cadence.week // stride:
        raise ValueError(f"{history.grid.size} steps are too few to learn from.")
    return issues[:cut], issues[cut:]


def _around(errors: Slim, hours: Array, probabilities: tuple[float, ...]) -> Slim:
    """Return (24, Q, H) quantiles of (M, H) errors that were made near each hour, none on the wrong side."""
    level = np.array(probabilities)[:, None]
    found = np.empty((24, len(probabilities), errors.shape[1]), np.float32)
    for hour in range(24):
        apart = np.abs(hours - hour - 0.5)
        near = errors[np.minimum(apart, 24 - apart) <= NEAR]
        around = np.quantile(near, probabilities, axis=0)
        found[hour] = np.where(level < MEDIAN, np.minimum(around, 0), np.maximum(around, 0))
    return found


def expect(fleet: Fleet, history: History) -> FleetForecast:
    """Return what is expected after the last step of a history.

    Where nothing ever happened at a time of day and week, as of the sun at night, nothing is expected.

    Args:
        fleet: What was learned of the same sensors.
        history: Until now: the latest weeks are enough.
    """
    cadence, last = Cadence.of(history.grid.step), np.array([history.grid.size - 1])
    phases, known = phases_of(history), _filled(history.values, cadence)
    features = np.stack(
        [
            features_at(row, size * phases, last, cadence)[0]
            for row, size in zip(known, fleet.scale, strict=True)
        ]
    )
    leads = fleet.weights.shape[2]
    residual = np.einsum("sp,sph->sh", features, fleet.weights)
    profile, still = _ahead(known, leads, cadence)
    values = np.where(still, 0.0, profile + residual)
    hour = int(Calendar.of(history.grid, history.timezone).hour[-1])
    quantiles = np.where(still, 0.0, values + fleet.around[hour])
    return FleetForecast(values, quantiles, residual, still)


def _filled(values: Array, cadence: Cadence) -> Array:
    """Return (S, N) values whose gaps are filled from what came before."""
    return np.stack([fill_from_the_past(row, cadence) for row in values])


def _sums(
    values: Array, phases: Slim, parts: tuple[Rows, Rows], leads: int, cadence: Cadence
) -> tuple[Slim, Slim, Slim, Slim]:
    """Return Gram matrix and moments of the early issues of one sensor, and of all."""
    sums = []
    for issues in parts:
        features = features_at(values, phases, issues, cadence)
        sums.append((features.T @ features, features.T @ targets_of(values, issues, leads, cadence)))
    (early_gram, early_moment), (late_gram, late_moment) = sums
    return early_gram, early_moment, early_gram + late_gram, early_moment + late_moment


def _solve(gram: Slim, moment: Slim, count: int) -> Slim:
    """Return (S, P, H) weights of all sensors, penalised by the mean variance of their features."""
    variance = np.trace(gram, axis1=1, axis2=2) / gram.shape[1]
    penalty = np.maximum(PENALTY * variance, 1e-9 * count)
    eye = np.eye(gram.shape[1], dtype=np.float32)
    return np.linalg.solve(gram + penalty[:, None, None].astype(np.float32) * eye, moment)


def _ahead(values: Array, leads: int, cadence: Cadence) -> tuple[Array, NDArray[np.bool_]]:
    """Return (S, H) the profile of the steps to come, and whether nothing ever happened at them."""
    ends = values.shape[1] - np.arange(1, WEEKS + 1) * cadence.week
    before = np.stack([values[:, end : end + leads] for end in ends])
    still = np.isfinite(before).any(axis=0) & (np.nan_to_num(np.abs(before)).max(axis=0) == 0)
    return mean_of_known(before, axis=0), still
