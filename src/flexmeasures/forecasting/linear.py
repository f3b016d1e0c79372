"""Linear regression on standardised features, by least squares or least absolute deviations.

Shapes: M rows, P features.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.series import Array

PENALTIES = (1e-4, 1e-3, 1e-2, 0.03, 0.1, 0.3)
"""Ridge penalties to choose from, as a share of the variance of a feature."""
HELD_OUT = 0.15
"""Share of the rows, the latest, on which the penalty is chosen."""
ROUNDS = 6
"""Reweightings until least absolute deviations have settled."""
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

    def __init__(self, features: Array, target: Array) -> None:
        """Standardise.

        Args:
            features: (M, P) without gaps, in order of time.
            target: (M,) without gaps.
        """
        centre, scale = features.mean(axis=0), features.std(axis=0)
        scale = np.where(scale > 1e-9 * (1 + np.abs(centre)), scale, np.inf)
        lowest, highest = features.min(axis=0), features.max(axis=0)
        level = float(target.mean())
        self._line = Line(centre, scale, np.zeros(centre.size), level, lowest, highest)
        self._standard = (features - centre) / scale
        self._target = target - level

    @cached_property
    def penalty(self) -> float:
        """The penalty that does best on the latest rows when fitted on those before."""
        size = self._target.size
        cut = int(size * (1 - HELD_OUT))
        if cut < 2 or cut == size:
            return PENALTIES[2]
        gram, moment = self._early
        values, vectors = np.linalg.eigh(gram)
        turned = vectors.T @ moment
        solutions = vectors @ (turned[:, None] / (np.maximum(values, 0)[:, None] + np.array(PENALTIES) * cut))
        errors = np.abs(self._target[cut:, None] - self._standard[cut:] @ solutions).mean(axis=0)
        return PENALTIES[int(errors.argmin())]

    def squares(self, penalty: float | None = None) -> Line:
        """Fit by ridge regression.

        Args:
            penalty: Of the squared weights; None chooses one on the latest rows.
        """
        chosen = self.penalty if penalty is None else penalty
        return replace(self._line, weights=_solve(*self._sums, chosen * self._target.size))

    @cached_property
    def deviations(self) -> Line:
        """The fit by least absolute deviations, with iteratively reweighted least squares [1].

        References:
            [1] E. J. Schlossmacher, "An iterative technique for absolute deviations curve fitting",
                J. Am. Stat. Assoc. 68, 1973.
        """
        standard, target = self._standard, self._target
        slim = standard.astype(np.float32)
        level, weights = 0.0, self.squares().weights
        floor = 0.02 * np.abs(target).mean() + 1e-9
        for _ in range(ROUNDS):
            trust = 1 / np.maximum(np.abs(target - level - standard @ weights), floor)
            trust /= trust.mean()
            level = float(((target - standard @ weights) * trust).sum() / trust.sum())
            gram, moment = _weighted_sums(slim, target - level, trust)
            weights = _solve(gram, moment, self.penalty * target.size)
        return replace(self._line, weights=weights, level=self._line.level + level)

    @cached_property
    def _early(self) -> tuple[Array, Array]:
        """Gram matrix and moments of the rows that penalties are tried on."""
        cut = int(self._target.size * (1 - HELD_OUT))
        early = self._standard[:cut]
        return early.T @ early, early.T @ self._target[:cut]

    @cached_property
    def _sums(self) -> tuple[Array, Array]:
        """Gram matrix and moments of all rows."""
        gram, moment = self._early
        cut = int(self._target.size * (1 - HELD_OUT))
        late = self._standard[cut:]
        return gram + late.T @ late, moment + late.T @ self._target[cut:]


def _weighted_sums(standard: NDArray[np.float32], target: Array, trust: Array) -> tuple[Array, Array]:
    """Return Gram matrix and moments of rows that are trusted differently.

    Single precision is enough: the next reweighting corrects what it rounds.
    """
    weight = trust.astype(np.float32)
    gram = (standard * weight[:, None]).T @ standard
    moment = standard.T @ (weight * target.astype(np.float32))
    return gram.astype(np.float64), moment.astype(np.float64)


def _solve(gram: Array, moment: Array, penalty: float) -> Array:
    """Solve penalised normal equations."""
    penalised = gram.copy()
    penalised[np.diag_indices_from(penalised)] += penalty
    return np.linalg.solve(penalised, moment).astype(np.float64)
