"""Linear regression on standardised features, by least squares or least absolute deviations.

Shapes: M rows, P features.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.forecasting.deviations import (
    FEW,
    FOLDS,
    best_penalty,
    least_deviations,
    solve,
)

PENALTIES = (1e-4, 1e-3, 1e-2, 0.03, 0.1, 0.3)
"""Ridge penalties to choose from, as a share of the variance of a feature."""
MIDDLING = 1e-2
"""Ridge penalty where there are too few rows to choose one."""
MISSING = 0.5
"""Share of features that may be missing in a row before it cannot be forecast."""


@dataclass(frozen=True, slots=True)
class Line:
    """A fitted linear model.

    Attributes:
        centre: (P,) mean of each feature.
        scale: (P,) its standard deviation, infinite for features that do not vary.
        weights: (P,) effect of each standardised feature.
        level: Prediction where all features are at their centre.
        lowest: (P,) least value of each feature when it was fitted.
        highest: (P,) largest value of each feature when it was fitted.
    """

    centre: Array
    scale: Array
    weights: Array
    level: float
    lowest: Array
    highest: Array

    def predict(self, features: Array) -> Array:
        """Return (M,) predictions; NaN where more than half of the features are missing.

        A missing feature counts as average. A feature counts at most as far outside of what was seen as the
        seen range is wide: a line says nothing about places where nobody has been.
        """
        known = np.isfinite(features)
        width = self.highest - self.lowest
        inside = np.clip(np.where(known, features, self.centre), self.lowest - width, self.highest + width)
        predicted = self.level + ((inside - self.centre) / self.scale) @ self.weights
        return np.where(known.mean(axis=1) >= 1 - MISSING, predicted, np.nan)


class Design:
    """Rows to learn from, standardised, with all that fits by different measures have in common."""

    def __init__(self, features: Array, target: Array, earlier: Design | None = None) -> None:
        """Standardise.

        Args:
            features: (M, P) without gaps, in order of time.
            target: (M,) without gaps.
            earlier: Of the first of these rows: its penalties serve again.
        """
        centre = features.mean(axis=0)
        standard = features - centre
        scale = np.sqrt(np.einsum("mp,mp->p", standard, standard) / target.size)
        scale = np.where(scale > 1e-9 * (1 + np.abs(centre)), scale, np.inf)
        standard /= scale
        lowest, highest = features.min(axis=0), features.max(axis=0)
        level = float(target.mean())
        self._line = Line(centre, scale, np.zeros(centre.size), level, lowest, highest)
        self._standard = standard
        self._target = target - level
        self._earlier = earlier

    @cached_property
    def penalty(self) -> float:
        """The penalty that does best on later rows when fitted on those before."""
        if self._earlier is not None:
            return self._earlier.penalty
        size = self._target.size
        if size < FEW:
            return MIDDLING
        missed, shares = np.zeros(len(PENALTIES)), np.array(PENALTIES)
        for (begin, end), (gram, moment) in zip(FOLDS, self._sums[:-1], strict=True):
            cut, stop = int(size * begin), int(size * end)
            values, vectors = np.linalg.eigh(gram)
            turned = (vectors.T @ moment)[:, None]
            weights = vectors @ (turned / (np.maximum(values, 0)[:, None] + shares * cut))
            missed += np.abs(self._target[cut:stop, None] - self._standard[cut:stop] @ weights).sum(axis=0)
        return PENALTIES[int(missed.argmin())]

    def squares(self, penalty: float | None = None) -> Line:
        """Fit by ridge regression.

        Args:
            penalty: Of the squared weights; None chooses one on later rows.
        """
        chosen = self.penalty if penalty is None else penalty
        return replace(self._line, weights=solve(*self._sums[-1], chosen * self._target.size))

    @cached_property
    def deviations(self) -> Line:
        """The fit by least absolute deviations."""
        plane = least_deviations(self._standard, self._target, self.penalty_of_deviations)
        return replace(self._line, weights=plane.weights, level=self._line.level + plane.level)

    @cached_property
    def penalty_of_deviations(self) -> float:
        """The penalty that does best for least absolute deviations: often far from that of a ridge."""
        if self._earlier is not None:
            return self._earlier.penalty_of_deviations
        return best_penalty(self._standard, self._target)

    @cached_property
    def _sums(self) -> list[tuple[Array, Array]]:
        """Gram matrix and moments of the rows that each fold learns from, then of all rows."""
        size = self._target.size
        edges = [0, *(int(size * begin) for begin, _ in FOLDS), size]
        sums = []
        gram, moment = np.zeros((self._standard.shape[1],) * 2), np.zeros(self._standard.shape[1])
        for first, last in pairwise(edges):
            rows = self._standard[first:last]
            gram, moment = gram + rows.T @ rows, moment + rows.T @ self._target[first:last]
            sums.append((gram, moment))
        return sums
