"""How good forecasts were.

Shapes: N forecast values, Q quantiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flexmeasures.domain.series import Array


@dataclass(frozen=True, slots=True)
class Scores:
    """Errors of a forecast against what was realised, over the steps where both are known.

    Attributes:
        count: Number of these steps.
        realised: Mean of what was realised, in the unit of the sensor.
        expected: Mean of what was expected, in the unit of the sensor.
        mae: Mean absolute error, in the unit of the sensor.
        volume: Mean absolute realised value, in the unit of the sensor.
    """

    count: int
    realised: float
    expected: float
    mae: float
    volume: float

    @property
    def wape(self) -> float:
        """Sum of absolute errors over sum of absolute values; infinite where these are all zero. [-]"""
        if self.volume > 0:
            return self.mae / self.volume
        return 0.0 if self.mae == 0 else float("inf")

    @property
    def accuracy(self) -> float:
        """One minus WAPE: 1 where all values are correct, negative where zeros would have been better. [-]"""
        return 1.0 - self.wape


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well quantiles of a forecast fit what was realised.

    Attributes:
        pinball: Mean quantile loss over all quantiles, in the unit of the sensor.
        coverage: Share of the values between the lowest and the highest quantile. [-]
        nominal: Share that should be. [-]
        count: Number of steps where quantiles and realised value are known.
    """

    pinball: float
    coverage: float
    nominal: float
    count: int


def scores(realised: Array, expected: Array) -> Scores | None:
    """Return the errors of a forecast, None where nothing can be compared.

    Args:
        realised: (N,) measured values, NaN where unknown.
        expected: (N,) forecast values, NaN where there is none.

    >>> scores(np.array([2.0, 4.0, np.nan]), np.array([3.0, 4.0, 1.0]))
    Scores(count=2, realised=3.0, expected=3.5, mae=0.5, volume=3.0)
    """
    known = np.isfinite(realised) & np.isfinite(expected)
    if not known.any():
        return None
    truth, said = realised[known], expected[known]
    means = (truth.mean(), said.mean(), np.abs(truth - said).mean(), np.abs(truth).mean())
    return Scores(int(known.sum()), *(float(mean) for mean in means))


def together(parts: Sequence[Scores]) -> Scores:
    """Return the scores over several series or periods in one: every step counts the same.

    Args:
        parts: At least one.
    """
    counts = np.array([part.count for part in parts], float)
    means = np.array([(part.realised, part.expected, part.mae, part.volume) for part in parts])
    return Scores(int(counts.sum()), *(float(mean) for mean in counts @ means / counts.sum()))


def calibration(realised: Array, quantiles: Array, probabilities: tuple[float, ...]) -> Calibration | None:
    """Return how well quantiles fit, None where nothing can be compared.

    Args:
        realised: (N,) measured values, NaN where unknown.
        quantiles: (Q, N) values of the quantiles, NaN where there are none.
        probabilities: Q cumulative probabilities, in rising order.

    References:
        R. Koenker, G. Bassett, "Regression quantiles", Econometrica 46, 1978.
    """
    known = np.isfinite(realised) & np.isfinite(quantiles).all(axis=0)
    if not known.any():
        return None
    level = np.array(probabilities)[:, None]
    missed = realised[known] - quantiles[:, known]
    inside = (missed[0] >= 0) & (missed[-1] <= 0)
    return Calibration(
        pinball=float(np.maximum(level * missed, (level - 1) * missed).mean()),
        coverage=float(inside.mean()),
        nominal=probabilities[-1] - probabilities[0],
        count=int(known.sum()),
    )


def calibrated_together(parts: Sequence[Calibration]) -> Calibration | None:
    """Return the calibration over several series in one: every step counts the same.

    Args:
        parts: Of one nominal share; none give none.
    """
    if not parts:
        return None
    counts = np.array([part.count for part in parts], float)
    means = counts @ np.array([(part.pinball, part.coverage) for part in parts]) / counts.sum()
    return Calibration(float(means[0]), float(means[1]), parts[0].nominal, int(counts.sum()))
