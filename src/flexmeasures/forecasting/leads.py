"""One direct model per lead, and a few models for many leads.

A rolling task has one lead. A task that is issued once has as many leads as steps: models are then fitted at
a few of them (the knots), and between two knots both are asked and weighted by how near they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from flexmeasures.domain.beliefs import MEDIAN
from flexmeasures.domain.series import Array
from flexmeasures.forecasting.conformal import SHIFT, WIDER, of_uncertain, offsets, rolling_offsets
from flexmeasures.forecasting.features import FeatureMaker
from flexmeasures.forecasting.frame import Cadence, Rows
from flexmeasures.forecasting.kept import Fitter
from flexmeasures.forecasting.models.model import Errors, Model
from flexmeasures.forecasting.surroundings import certain_share

KNOTS = (1, 2, 3, 6, 12, 24)
"""Leads at which models are fitted within the first day. [h]"""


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps to forecast.

    Attributes:
        rows: (M,) indices on the grid of the frame.
        leads: (M,) steps from the last value that may be used until each row.
    """

    rows: Rows
    leads: Rows

    def where(self, chosen: np.ndarray) -> Steps:
        """Return some of the steps."""
        return Steps(self.rows[chosen], self.leads[chosen])


@dataclass(frozen=True, slots=True)
class Expected:
    """What a model expects.

    Attributes:
        values: (M,) in the unit of the sensor, NaN where it has none.
        offsets: (Q, M) quantiles less values.
        notes: What was chosen for which lead, and why.
    """

    values: Array
    offsets: Array
    notes: tuple[str, ...] = ()


def expect(model: Model, fitter: Fitter, steps: Steps, probabilities: tuple[float, ...]) -> Expected:
    """Return what a model expects, fitted at the knots that the leads need.

    Args:
        model: To ask.
        fitter: Fits it.
        steps: M steps to forecast.
        probabilities: Q of the quantiles wanted.

    Raises:
        NotEnoughData: too little is known to fit the model.
    """
    maker = fitter.maker
    certain = certain_share(maker.frame)
    probabilities, width = of_uncertain(probabilities, certain), 1.0 if certain else WIDER
    expected = Expected(np.zeros(steps.rows.size), np.zeros((len(probabilities), steps.rows.size)))
    notes = []
    for knot, weight in _weighted_knots(model, maker.frame.cadence, steps):
        asked = weight > 0
        some, share = steps.where(asked), weight[asked]
        fit = fitter.fit(model, knot)
        said = fit.fitted.predict(maker, some.rows, some.leads)
        if fit.errors is not None:
            spread = maker.spread(some.rows, some.leads)
            around = spread * _around(fit.errors, maker, some, said, (MEDIAN, *probabilities))
            middle = around[0]
            shift = SHIFT * middle if fit.fitted.errors is not None else np.zeros(said.size)
            said = said + shift
            expected.offsets[:, asked] += share * (middle + width * (around[1:] - middle) - shift)
        expected.values[asked] += share * said
        if fit.fitted.evidence:
            notes.append(f"{knot * maker.frame.cadence.step / 3600:g} h: {fit.fitted.evidence}")
    return replace(expected, notes=tuple(notes))


def _around(
    errors: Errors, maker: FeatureMaker, steps: Steps, said: Array, probabilities: tuple[float, ...]
) -> Array:
    """Return (Q, M) how many times the spread to add to what was said to get quantiles."""
    frame = maker.frame
    if not frame.rolls or np.diff(steps.rows).max(initial=1) > 1:
        return offsets(errors, frame.calendar.hour[steps.rows], probabilities)
    made = Errors.of(maker, steps.rows, steps.leads, said)
    return rolling_offsets(errors, made, int(steps.leads[0]), frame.cadence.day, probabilities)


def _weighted_knots(model: Model, cadence: Cadence, steps: Steps) -> list[tuple[int, Array]]:
    """Return each knot with (M,) how much it counts for each step."""
    distinct = np.unique(steps.leads)
    if not model.learns:
        return [(int(np.median(distinct)), np.ones(steps.leads.size))]
    knots = distinct if distinct.size == 1 else knots_of(distinct, cadence)
    weights = [np.interp(steps.leads, knots, unit) for unit in np.eye(knots.size)]
    return [(int(knot), weight) for knot, weight in zip(knots, weights, strict=True) if weight.any()]


def knots_of(leads: Rows, cadence: Cadence) -> Rows:
    """Return the leads to fit models at: some hours, and both sides of each day's end.

    A whole number of days before a step is known one day longer on this side of a day's end than on the
    other, so that models there differ.

    >>> knots_of(np.arange(1, 49), Cadence(24, 168, 3600.0)).tolist()
    [1, 2, 3, 6, 12, 24, 25, 36, 48]
    """
    first, last = int(leads.min()), int(leads.max())
    knots = {first, last, *(cadence.steps(hours) for hours in KNOTS)}
    for day in range(cadence.day, last + 1, cadence.day):
        knots |= {day, day + 1, day + cadence.day // 2}
    return np.array(sorted(knot for knot in knots if first <= knot <= last), np.int64)
