"""How good forecasts were.

Shapes: T steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from flexmeasures.domain.series import Array

LEAST_COVERAGE = 0.05
"""Where a smaller share of measured steps has a forecast, their errors say nothing about the rest."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """How good forecasts were; NaN where nothing can be said.

    Attributes:
        realised: Sum (of energy) or mean of what was measured.
        expected: The same of what was forecast, over the steps that were measured.
        mae: Mean absolute error of a step.
        wape: Weighted absolute percentage error, as a share.
        coverage: Share of the measured steps that have a forecast.
        count: How many steps were measured and forecast.
    """

    realised: float
    expected: float
    mae: float
    wape: float
    coverage: float
    count: int = 0

    @property
    def is_telling(self) -> bool:
        """Whether enough steps have a forecast for errors to mean anything."""
        return self.coverage >= LEAST_COVERAGE


def measure(true: Array, forecast: Array, total: Callable[[Array], float]) -> Metrics:
    """Return how good a forecast was.

    Args:
        true: (T,) measured, NaN where unknown.
        forecast: (T,) forecast, NaN where unknown.
        total: Sum or mean over known values.
    """
    known = ~np.isnan(true)
    both = known & ~np.isnan(forecast)
    realised = float(total(true[known])) if known.any() else np.nan
    if not both.any():
        return Metrics(realised, np.nan, np.nan, np.nan, 0.0)
    error = np.abs(true[both] - forecast[both])
    size = abs(float(true[both].sum()))
    return Metrics(
        realised,
        float(total(forecast[both])),
        float(error.mean()),
        float(error.sum()) / size if size > 0 else np.nan,
        float(both.sum() / known.sum()),
        int(both.sum()),
    )
