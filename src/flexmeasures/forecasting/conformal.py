"""Quantiles from how far forecasts were off lately, at the same time of day.

Split conformal prediction: the quantiles of the errors on held-out steps, added to the forecast. Errors are
measured by how volatile the series was in the week before, so that quiet times get narrow bands. Where
forecasts roll, the errors that they turn out to have take the place of the oldest day by day.
Shapes: M rows, Q quantiles.
"""

from __future__ import annotations

import numpy as np

from flexmeasures.domain.errors import NotEnoughData
from flexmeasures.domain.series import Array
from flexmeasures.forecasting.features import FeatureMaker
from flexmeasures.forecasting.frame import Rows
from flexmeasures.forecasting.models.blend import hold_out
from flexmeasures.forecasting.models.model import Errors, Fitted, Model

NEAR = 1.5
"""Errors count for a time of day when they were made at most so far from it. [h]"""
ENOUGH = 20
"""Errors that a time of day needs; with fewer, those of all times count."""
WIDER = 1.05
"""By how much bands are wider than past errors make them, where no step is certain: what is to come differs
from what was."""
SHIFT = 0.3
"""How much of the median error moves the forecast itself: all of it would follow chance."""


def errors_of(model: Model, fitted: Fitted, maker: FeatureMaker, training: Rows, lead: int) -> Errors:
    """Return how far a model was off on the latest steps, when it had learned from those before.

    Args:
        model: That was fitted.
        fitted: What came of it; asked first, since a blend knows its errors already.
        maker: Of the frame's features.
        training: Indices of the steps that it learned from.
        lead: Steps from the last value that may be used.
    """
    if fitted.errors is not None:
        return fitted.errors
    early, late = hold_out(training, maker.frame.cadence.day)
    try:
        tried = model.fit(maker, early, lead) if model.learns else fitted
    except NotEnoughData:
        tried = fitted
    leads = np.full(late.size, lead)
    return Errors.of(maker, late, leads, tried.predict(maker, late, leads))


def of_uncertain(probabilities: tuple[float, ...], certain: float) -> tuple[float, ...]:
    """Return the probabilities of the quantiles of steps that can be missed, where other steps are certain.

    A band is to cover its share of all steps. Those at night are always covered; the others would then be
    covered too rarely by half to be of use, so that half of the difference is made up for.

    Args:
        probabilities: Q cumulative probabilities.
        certain: Share of the steps whose value is certain, below one.

    >>> [round(p, 3) for p in of_uncertain((0.1, 0.5, 0.9), 0.5)]
    [0.15, 0.5, 0.85]
    """
    inside = 2 * np.abs(np.array(probabilities) - 0.5)
    narrow = (inside + np.maximum(inside - certain, 0.0) / (1 - certain)) / 2
    return tuple((0.5 + np.sign(np.array(probabilities) - 0.5) * narrow / 2).tolist())


def rolling_offsets(
    errors: Errors, made: Errors, lead: int, day: int, probabilities: tuple[float, ...]
) -> Array:
    """Return how many times the spread to add to rolling forecasts to get their quantiles.

    What counts is renewed every day: as many of the latest errors as were held out, none of which was known
    later than the first forecast of the day was issued.

    Args:
        errors: On held-out steps, all known at the first issue.
        made: (M,) errors of the forecasts themselves, of successive steps; NaN where the truth is unknown.
        lead: Steps from the last value that was used until each step.
        day: Steps of a day.
        probabilities: Q cumulative probabilities.

    Returns:
        (Q, M) in units of the spread.
    """
    parts = []
    for first in range(0, made.values.size, day):
        known = max(0, first - lead + 1)
        oldest = max(0, known - errors.values.size)
        latest = Errors(
            np.concatenate([errors.hours[known:], made.hours[oldest:known]]),
            np.concatenate([errors.values[known:], made.values[oldest:known]]),
        )
        parts.append(offsets(latest, made.hours[first : first + day], probabilities))
    return np.concatenate(parts, axis=1) if parts else np.empty((len(probabilities), 0))


def offsets(errors: Errors, wanted: Array, probabilities: tuple[float, ...]) -> Array:
    """Return how many times the spread to add to a forecast to get its quantiles.

    The quantile of n errors is taken at (n + 1) times the probability, which makes it valid for finite n [1].

    Args:
        errors: On held-out steps.
        wanted: (M,) local time of day of the steps to forecast. [h]
        probabilities: Q cumulative probabilities.

    Returns:
        (Q, M) in units of the spread.

    References:
        [1] G. Shafer, V. Vovk, "A tutorial on conformal prediction", J. Mach. Learn. Res. 9, 2008.
    """
    known = np.isfinite(errors.values)
    values, times = errors.values[known], errors.hours[known]
    result = np.zeros((len(probabilities), wanted.size))
    if not values.size:
        return result
    for time in np.unique(wanted):
        apart = np.abs(times - time)
        near = values[np.minimum(apart, 24 - apart) <= NEAR]
        counted = near if near.size >= ENOUGH else values
        level = np.clip(np.array(probabilities) * (counted.size + 1) / counted.size, 0, 1)
        lower = np.clip(np.array(probabilities) * (counted.size + 1) / counted.size - 1 / counted.size, 0, 1)
        level = np.where(np.array(probabilities) < 0.5, lower, level)
        result[:, wanted == time] = np.quantile(counted, level)[:, None]
    return result
