"""Models that learn from square roots: a transform of the kind of Box and Cox [1] that zeros survive.

Errors that grow with the value weigh the same everywhere, and what multiplies comes nearer to what adds. The
median of a square is the square of the median: what is fitted to least absolute deviations stays a median.

References:
    [1] G. E. P. Box, D. R. Cox, "An analysis of transformations", J. R. Stat. Soc. B 26, 1964.
"""

from __future__ import annotations

from dataclasses import dataclass

from flexmeasures.domain.series import Array
from flexmeasures.forecasting.features import FeatureMaker
from flexmeasures.forecasting.frame import Rows, signed_square
from flexmeasures.forecasting.models.model import Errors, Fitted, Model


@dataclass(frozen=True, slots=True)
class FittedRooted:
    """What was learned from square roots."""

    fitted: Fitted
    errors: Errors | None = None
    evidence: str = ""

    def predict(self, maker: FeatureMaker, rows: Rows, leads: Rows) -> Array:
        """Return (M,) expected values."""
        return signed_square(self.fitted.predict(maker.of_roots, rows, leads))


class Rooted:
    """A model that is shown the square roots of all values, with their signs."""

    learns = True

    def __init__(self, name: str, model: Model) -> None:
        self.name = name
        self.version = model.version
        self.lasts = model.lasts
        self._model = model

    def fit(self, maker: FeatureMaker, rows: Rows, lead: int) -> Fitted:
        """Learn from square roots.

        Raises:
            NotEnoughData: too few of the rows have what the model needs.
        """
        return FittedRooted(self._model.fit(maker.of_roots, rows, lead))
