"""Linear models: one direct regression per lead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from flexmeasures.domain.errors import NotEnoughData
from flexmeasures.domain.series import Array
from flexmeasures.forecasting.features import FeatureMaker
from flexmeasures.forecasting.frame import Rows
from flexmeasures.forecasting.linear import Line, fit_deviations, fit_squares
from flexmeasures.forecasting.models.model import Errors, Fitted

OFTEN_KNOWN = 0.7
"""Share of the rows in which a feature must be known to be used."""


@dataclass(frozen=True, slots=True)
class FittedLine:
    """A line and the features that it looks at."""

    line: Line
    chosen: Rows
    kind: str
    errors: Errors | None = None
    evidence: str = ""

    def predict(self, maker: FeatureMaker, rows: Rows, leads: Rows) -> Array:
        """Return (M,) expected values."""
        return self.line.predict(maker.at(self.kind, rows, leads).values[:, self.chosen])


class Lines:
    """A regression on one kind of feature table."""

    version = "1"
    learns = True

    def __init__(self, name: str, fit: Callable[[Array, Array], Line], kind: str) -> None:
        self.name = name
        self._fit = fit
        self._kind = kind

    def fit(self, maker: FeatureMaker, rows: Rows, lead: int) -> Fitted:
        """Learn from complete rows.

        Raises:
            NotEnoughData: fewer than two days, or two weeks of daily values, are complete.
        """
        recent = maker.recent(rows)
        features = maker.past(self._kind, recent, lead).values
        target = maker.frame.measured[recent]
        chosen = np.flatnonzero(np.isfinite(features).mean(axis=0) >= OFTEN_KNOWN)
        complete = np.isfinite(features[:, chosen]).all(axis=1) & np.isfinite(target)
        needed = max(2 * maker.frame.cadence.day, 14)
        if complete.sum() < needed or chosen.size == 0:
            raise NotEnoughData(
                f"Only {int(complete.sum())} steps of the history are complete; "
                f"{needed} are needed to fit {self.name}."
            )
        return FittedLine(self._fit(features[complete][:, chosen], target[complete]), chosen, self._kind)


OLS = Lines("linear-OLS", partial(fit_squares, penalty=1e-6), "few")
"""The documented autoregression with external variables."""
RIDGE = Lines("ridge", fit_squares, "lines")
"""Least squares on about a hundred features: best for buildings and solar power."""
LAD = Lines("lad", fit_deviations, "lines")
"""Least absolute deviations on the same: best for charging, wind and prices, with their outliers."""
