"""What every model can do."""

from __future__ import annotations

from typing import Protocol

from flexmeasures.domain.series import Array
from flexmeasures.forecasting.features import FeatureMaker
from flexmeasures.forecasting.frame import Rows


class Fitted(Protocol):
    """A model that has learned."""

    def predict(self, maker: FeatureMaker, rows: Rows, leads: Rows) -> Array:
        """Return (M,) expected values, NaN where it has none.

        Args:
            maker: Of the frame's features.
            rows: (M,) indices of the steps to forecast.
            leads: (M,) steps from the last value that may be used until each row.
        """


class Model(Protocol):
    """A way to forecast.

    Attributes:
        name: Unique, as in tasks and sources.
        version: Changes whenever forecasts do.
        learns: Whether it needs training rows.
    """

    name: str
    version: str
    learns: bool

    def fit(self, maker: FeatureMaker, rows: Rows, lead: int) -> Fitted:
        """Learn from rows whose values are known.

        Args:
            maker: Of the frame's features.
            rows: (M,) indices of steps to learn from, in order of time.
            lead: Steps from the last value that may be used until each row.

        Raises:
            NotEnoughData: too few of the rows have what the model needs.
        """
