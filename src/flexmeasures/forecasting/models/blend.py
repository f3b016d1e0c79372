"""A weighted mean of models, the weights chosen on the latest weeks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from flexmeasures.domain.errors import NotEnoughData
from flexmeasures.domain.series import Array
from flexmeasures.forecasting.features import HELD_OUT_DAYS, FeatureMaker
from flexmeasures.forecasting.frame import Rows
from flexmeasures.forecasting.models.model import Errors, Fitted, Model

HELD_OUT_SHARE = 0.25
"""Share of the history that is held out at most."""
STEPS = 4
"""Weights are multiples of one over this."""
SHARPNESS = 100.0
"""Weights whose error is one per cent larger count this many per cent less, in the logarithm."""
NEGLIGIBLE = 0.02
"""A model with a smaller weight is not worth being fitted."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What models said of steps that they had not learned from.

    Attributes:
        said: (K, M) what each of K models expected, NaN where it had nothing to say.
        truth: (M,) what was measured, NaN where unknown.
    """

    said: Array
    truth: Array

    def with_later(self, said: Array, truth: Array) -> Trial:
        """Return as many steps as before, the latest of which are these."""
        size = self.truth.size
        both = np.concatenate([self.said, said], axis=1), np.concatenate([self.truth, truth])
        return Trial(both[0][:, -size:], both[1][-size:])


@dataclass(frozen=True, slots=True)
class FittedBlend:
    """Fitted models and their weights."""

    parts: tuple[Fitted, ...]
    weights: Array
    trial: Trial
    errors: Errors | None
    evidence: str

    def predict(self, maker: FeatureMaker, rows: Rows, leads: Rows) -> Array:
        """Return (M,) expected values: the weighted mean of the models that have one.

        Where forecasts roll, weights are renewed every week by what the models turned out to have missed,
        none of which was known later than the first forecast of the week was issued.
        """
        expected = np.stack([part.predict(maker, rows, leads) for part in self.parts])
        week, rolls = maker.frame.cadence.week, maker.frame.rolls and (np.diff(rows) == 1).all()
        if not rolls or rows.size <= week:
            return weighted_mean(expected, self.weights)
        truth = maker.frame.measured[rows]
        weeks = []
        for first in range(0, rows.size, week):
            known = max(0, first - int(leads[first]) + 1)
            trial = self.trial.with_later(expected[:, :known], truth[:known])
            weights = choose_weights(trial.said, trial.truth) if known else self.weights
            weeks.append(weighted_mean(expected[:, first : first + week], weights))
        return np.concatenate(weeks)


class Blend:
    """A weighted mean of models."""

    version = "2"
    learns = True

    def __init__(self, name: str, models: tuple[Model, ...]) -> None:
        self.name = name
        self._models = models
        self.lasts = max(model.lasts for model in models)

    def fit(self, maker: FeatureMaker, rows: Rows, lead: int) -> Fitted:
        """Choose weights on the latest weeks from fits on what came before; then fit on all.

        Raises:
            NotEnoughData: none of the models can be fitted.
        """
        early, late = hold_out(rows, maker.frame.cadence.day)
        leads = np.full(late.size, lead)
        truth = maker.frame.measured[late]
        models, said = [], []
        for model in self._models:
            try:
                said.append(model.fit(maker, early, lead).predict(maker, late, leads))
            except NotEnoughData:
                continue
            models.append(model)
        if not models:
            raise NotEnoughData(f"None of the models of {self.name} can be fitted to {rows.size} steps.")
        weights = choose_weights(np.stack(said), truth)
        used = np.flatnonzero(weights > 0)
        errors = Errors.of(maker, late, leads, weighted_mean(np.stack(said), weights))
        parts = tuple(models[k].fit(maker, rows, lead) for k in used)
        trial = Trial(np.stack(said)[used], truth)
        return FittedBlend(
            parts, weights[used], trial, errors, _evidence(models, weights, np.stack(said), truth)
        )


def _evidence(models: list[Model], weights: Array, said: Array, truth: Array) -> str:
    """Return how much each model counts, and how far it was off on the held-out steps."""
    missed = np.abs(truth - said)
    known = np.isfinite(missed)
    errors = np.where(known, missed, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    parts = zip(models, weights, errors, strict=True)
    return ", ".join(f"{model.name} {weight:.0%} (MAE {error:.3g})" for model, weight, error in parts)


def hold_out(rows: Rows, day: int) -> tuple[Rows, Rows]:
    """Split rows in order of time into those to learn from and the latest, to be judged by.

    Args:
        rows: (M,) indices of steps.
        day: Steps of a day.
    """
    held = max(1, min(HELD_OUT_DAYS * day, int(rows.size * HELD_OUT_SHARE)))
    return rows[:-held], rows[-held:]


def choose_weights(said: Array, truth: Array) -> Array:
    """Return the weights of models whose mean would have been near to the truth.

    All weights of a grid count, those with a larger error less and less: what was best lately is best in part
    by chance.

    Args:
        said: (K, M) what each of K models expected, NaN where it had nothing to say.
        truth: (M,) what was measured, NaN where unknown.

    Returns:
        (K,) weights with a sum of one.
    """
    known = np.isfinite(said).all(axis=0) & np.isfinite(truth)
    if not known.any():
        return np.full(said.shape[0], 1 / said.shape[0])
    grid = np.array([w for w in product(range(STEPS + 1), repeat=said.shape[0]) if sum(w) == STEPS]) / STEPS
    missed = np.array([np.abs(truth[known] - weights @ said[:, known]).mean() for weights in grid])
    worse = missed / max(missed.min(), 1e-12) - 1
    counts = np.exp(-SHARPNESS * worse)
    weights: Array = counts @ grid / counts.sum()
    weights[weights < NEGLIGIBLE] = 0.0
    shares: Array = weights / weights.sum()
    return shares


def weighted_mean(values: Array, weights: Array) -> Array:
    """Return (M,) the weighted mean of the known values of (K, M), NaN where none is known."""
    known = np.isfinite(values)
    weight = np.where(known, weights[:, None], 0.0)
    total = weight.sum(axis=0)
    mean = (weight * np.where(known, values, 0.0)).sum(axis=0) / np.maximum(total, 1e-12)
    return np.where(total > 0, mean, np.nan)
