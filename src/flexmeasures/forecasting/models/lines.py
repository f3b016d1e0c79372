"""Linear models: one direct regression per lead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flexmeasures.domain.series import Array
from flexmeasures.forecasting.features import FeatureMaker
from flexmeasures.forecasting.frame import Rows
from flexmeasures.forecasting.linear import Design, Line
from flexmeasures.forecasting.models.model import DAY, Errors, Fitted
from flexmeasures.forecasting.models.rooted import Rooted


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

    version = "2"
    learns = True
    lasts = DAY

    def __init__(self, name: str, fit: Callable[[Design], Line], kind: str) -> None:
        self.name = name
        self._fit = fit
        self._kind = kind

    def fit(self, maker: FeatureMaker, rows: Rows, lead: int) -> Fitted:
        """Learn from complete rows.

        Raises:
            NotEnoughData: fewer than two days, or two weeks of daily values, are complete.
        """
        lesson = maker.lesson(self._kind, maker.recent(rows), lead)
        return FittedLine(self._fit(lesson.design), lesson.chosen, self._kind)


OLS = Lines("linear-OLS", lambda design: design.squares(penalty=1e-6), "few")
"""The documented autoregression with external variables."""
RIDGE = Lines("ridge", Design.squares, "lines")
"""Least squares on about a hundred features: best for buildings and solar power."""
LAD = Lines("lad", lambda design: design.deviations, "lines")
"""Least absolute deviations on the same: best for charging, wind and prices, with their outliers."""
ROOT_LAD = Rooted("root-lad", LAD)
"""Least absolute deviations on square roots: the best line where errors grow with the value."""
