"""Least absolute deviations on standardised features, by iteratively reweighted least squares [1].

Shapes: M rows, P features.

References:
    [1] E. J. Schlossmacher, "An iterative technique for absolute deviations curve fitting",
        J. Am. Stat. Assoc. 68, 1973.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.series import Array

PENALTIES = (0.1, 0.01, 1e-3, 1e-4)
"""Penalties of squared weights to choose from, as a share of the variance of a feature; strictest first."""
FOLDS = ((0.55, 0.7), (0.7, 0.85), (0.85, 1.0))
"""Shares of the rows, in order of time, before which is learned, and until which is judged."""
FEW = 20
"""Rows below which no penalty can be chosen."""
APART = 5
"""Only every so manieth row counts where a rough answer will do: neighbours say much the same. It has no
divisor in common with the hours of a day."""
ROUGH, FINE = 3, 2
"""Reweightings on some of the rows, then on all."""
SMALLEST = 0.02
"""Deviations below this share of the mean size of the target count as if they had it."""

Slim = NDArray[np.float32]
"""Single precision is enough: the next reweighting corrects what it rounds."""


@dataclass(frozen=True, slots=True)
class Plane:
    """A linear function of standardised features.

    Attributes:
        level: Where all features are at their centre.
        weights: (P,) effect of each.
    """

    level: float
    weights: Array


def least_deviations(standard: Array, target: Array, penalty: float) -> Plane:
    """Return the plane with the least absolute deviations from a target.

    Args:
        standard: (M, P) standardised features.
        target: (M,) values.
        penalty: Of squared weights, as a share of the variance of a feature.
    """
    some, few = standard[::APART].astype(np.float32), target[::APART]
    rough = _reweighted(some, few, penalty, _least_squares(some, few, penalty), ROUGH)
    return _reweighted(standard.astype(np.float32), target, penalty, rough, FINE)


def best_penalty(standard: Array, target: Array) -> float:
    """Return the penalty whose planes deviate least from later rows, when fitted to those before.

    Args:
        standard: (M, P) standardised features, in order of time.
        target: (M,) values.
    """
    some, few = standard[::APART].astype(np.float32), target[::APART]
    if few.size < FEW:
        return PENALTIES[0]
    missed = np.zeros(len(PENALTIES))
    for begin, end in FOLDS:
        cut, stop = int(few.size * begin), int(few.size * end)
        plane = _least_squares(some[:cut], few[:cut], PENALTIES[0])
        for place, penalty in enumerate(PENALTIES):
            plane = _reweighted(some[:cut], few[:cut], penalty, plane, FINE)
            missed[place] += np.abs(few[cut:stop] - plane.level - some[cut:stop] @ plane.weights).sum()
    return PENALTIES[int(missed.argmin())]


def _least_squares(rows: Slim, target: Array, penalty: float) -> Plane:
    """Return the plane of a ridge regression."""
    return Plane(0.0, solve(*_sums(rows, target), penalty * target.size))


def _reweighted(rows: Slim, target: Array, penalty: float, plane: Plane, rounds: int) -> Plane:
    """Return a plane fitted by least squares, some times, to rows that count less the more they deviate."""
    floor = SMALLEST * np.abs(target).mean() + 1e-9
    for _ in range(rounds):
        above = target - rows @ plane.weights.astype(np.float32)
        trust = 1 / np.maximum(np.abs(above - plane.level), floor)
        trust /= trust.mean()
        level = float((above * trust).mean())
        root = np.sqrt(trust)
        gram, moment = _sums(rows * root.astype(np.float32)[:, None], (target - level) * root)
        plane = Plane(level, solve(gram, moment, penalty * target.size))
    return plane


def _sums(rows: Slim, target: Array) -> tuple[Array, Array]:
    """Return (P, P) Gram matrix and (P,) moments."""
    gram, moment = rows.T @ rows, rows.T @ target.astype(np.float32)
    return gram.astype(np.float64), moment.astype(np.float64)


def solve(gram: Array, moment: Array, penalty: float) -> Array:
    """Return (P,) weights that solve penalised normal equations.

    Args:
        gram: (P, P) products of features.
        moment: (P,) products of features and target.
        penalty: Of squared weights.
    """
    penalised = gram.copy()
    penalised[np.diag_indices_from(penalised)] += penalty
    return np.linalg.solve(penalised, moment).astype(np.float64)
