"""Linear regression on standardised features, by least squares or least absolute deviations.

Shapes: M rows, P features.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.series import Array

PENALTIES = (1e-4, 1e-3, 1e-2, 0.03, 0.1, 0.3)
"""Ridge penalties to choose from, as a share of the variance of a feature."""
HELD_OUT = 0.15
"""Share of the rows, the latest, on which the penalty is chosen."""
ROUNDS = 8
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


def fit_squares(features: Array, target: Array, penalty: float | None = None) -> Line:
    """Fit by ridge regression.

    Args:
        features: (M, P) without gaps, in order of time.
        target: (M,) without gaps.
        penalty: Of the squared weights; None chooses one on the latest rows.
    """
    line, standard, mean = _standardised(features, target)
    chosen = choose_penalty(standard, target - mean) if penalty is None else penalty
    return _with_weights(line, _solve(standard, target - mean, chosen), mean)


def fit_deviations(features: Array, target: Array) -> Line:
    """Fit by least absolute deviations, with iteratively reweighted least squares [1].

    Args:
        features: (M, P) without gaps, in order of time.
        target: (M,) without gaps.

    References:
        [1] E. J. Schlossmacher, "An iterative technique for absolute deviations curve fitting",
            J. Am. Stat. Assoc. 68, 1973.
    """
    line, standard, level = _standardised(features, target)
    penalty = choose_penalty(standard, target - level)
    weights = _solve(standard, target - level, penalty)
    floor = 0.02 * np.abs(target - level).mean() + 1e-9
    for _ in range(ROUNDS):
        trust = 1 / np.maximum(np.abs(target - level - standard @ weights), floor)
        trust /= trust.mean()
        level = float(((target - standard @ weights) * trust).sum() / trust.sum())
        weights = _solve(standard, target - level, penalty, trust)
    return _with_weights(line, weights, level)


def choose_penalty(standard: Array, target: Array) -> float:
    """Return the penalty that does best on the latest rows when fitted on those before."""
    cut = int(target.size * (1 - HELD_OUT))
    if cut < 2 or cut == target.size:
        return PENALTIES[2]
    early = standard[:cut]
    values, vectors = np.linalg.eigh(early.T @ early)
    turned = vectors.T @ (early.T @ target[:cut])
    solutions = vectors @ (turned[:, None] / (np.maximum(values, 0)[:, None] + np.array(PENALTIES) * cut))
    errors = np.abs(target[cut:, None] - standard[cut:] @ solutions).mean(axis=0)
    return PENALTIES[int(errors.argmin())]


def _standardised(features: Array, target: Array) -> tuple[Line, Array, float]:
    """Return an empty line, the standardised features and the mean of the target."""
    centre, scale = features.mean(axis=0), features.std(axis=0)
    scale = np.where(scale > 1e-9 * (1 + np.abs(centre)), scale, np.inf)
    nothing = np.zeros(centre.size)
    line = Line(centre, scale, nothing, 0.0, features.min(axis=0), features.max(axis=0))
    return line, (features - centre) / scale, float(target.mean())


def _with_weights(line: Line, weights: Array, level: float) -> Line:
    """Return a line with its weights."""
    return Line(line.centre, line.scale, weights, level, line.lowest, line.highest)


def _solve(standard: Array, target: Array, penalty: float, trust: NDArray[np.float64] | None = None) -> Array:
    """Solve the normal equations, each row weighted by how far it is trusted."""
    weighted = standard if trust is None else standard * trust[:, None]
    gram = weighted.T @ standard
    gram[np.diag_indices_from(gram)] += penalty * target.size
    return np.linalg.solve(gram, weighted.T @ target).astype(np.float64)
