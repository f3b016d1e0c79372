"""One direct model per lead, and a few models for many leads.

A rolling task has one lead. A task that is issued once has as many leads as steps: models are then fitted at
a few of them (the knots), and between two knots both are asked and weighted by how near they are.
"""

from __future__ import annotations

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.forecasting.features import FeatureMaker
from flexmeasures.forecasting.frame import Cadence, Rows
from flexmeasures.forecasting.models.model import Model

KNOTS = (1, 2, 3, 6, 12, 24)
"""Leads at which models are fitted within the first day. [h]"""


def predict(model: Model, maker: FeatureMaker, training: Rows, rows: Rows, leads: Rows) -> Array:
    """Fit a model at the knots that the leads need and return what it expects.

    Args:
        model: To fit.
        maker: Of the frame's features.
        training: Indices of steps to learn from, in order of time.
        rows: (M,) indices of the steps to forecast.
        leads: (M,) steps from the last value that may be used until each row.

    Returns:
        (M,) expected values, NaN where the model has none.

    Raises:
        NotEnoughData: too little is known to fit the model.
    """
    distinct = np.unique(leads)
    knots = distinct if distinct.size == 1 or not model.learns else knots_of(distinct, maker.frame.cadence)
    if not model.learns:
        return model.fit(maker, training, int(knots[0])).predict(maker, rows, leads)
    weights = np.array([np.interp(leads, knots, unit) for unit in np.eye(knots.size)])
    expected = np.zeros(rows.size)
    for knot, weight in zip(knots, weights, strict=True):
        asked = weight > 0
        if asked.any():
            fitted = model.fit(maker, training, int(knot))
            expected[asked] += weight[asked] * fitted.predict(maker, rows[asked], leads[asked])
    return expected


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
