"""Boosted trees: for what bends, steps and depends on each other.

They are fitted to least absolute deviations, either directly or on what a linear model leaves over; the
latter follows a level that drifts.
"""

from __future__ import annotations

from dataclasses import dataclass

import lightgbm
import numpy as np

from flexmeasures.domain.errors import NotEnoughData
from flexmeasures.domain.series import Array
from flexmeasures.forecasting.features import FeatureMaker
from flexmeasures.forecasting.frame import Rows
from flexmeasures.forecasting.models.lines import LONGEST, RIDGE
from flexmeasures.forecasting.models.model import Errors, Fitted

ROUNDS = 200
"""Trees of a model."""
SETTINGS = {
    "objective": "l1",
    "learning_rate": 0.06,
    "num_leaves": 31,
    "min_data_in_leaf": 30,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "feature_fraction": 0.6,
    "lambda_l2": 1.0,
    "num_threads": 1,
    "seed": 1,
    "deterministic": True,
    "verbose": -1,
}
"""One thread: workers run beside each other, and threads that wait for each other are slower than one."""
KNOWN = 0.7
"""Share of the features that must be known in a row to learn from it."""
LEAST = 500
"""Rows below which trees learn noise."""


@dataclass(frozen=True, slots=True)
class FittedTrees:
    """Trees, and the line that they stand on."""

    booster: lightgbm.Booster
    line: Fitted | None
    errors: Errors | None = None

    def predict(self, maker: FeatureMaker, rows: Rows, leads: Rows) -> Array:
        """Return (M,) expected values."""
        features = maker.at("trees", rows, leads).values
        above = np.asarray(self.booster.predict(features), np.float64)
        above[np.isfinite(features).mean(axis=1) < 0.5] = np.nan
        return above if self.line is None else above + self.line.predict(maker, rows, leads)


class Trees:
    """Boosted trees on lags, calendar and weather."""

    version = "1"
    learns = True

    def __init__(self, name: str, *, on_a_line: bool) -> None:
        self.name = name
        self._on_a_line = on_a_line

    def fit(self, maker: FeatureMaker, rows: Rows, lead: int) -> Fitted:
        """Learn from rows of which most features are known.

        Raises:
            NotEnoughData: there are too few of them.
        """
        latest = rows[-LONGEST:]
        line = RIDGE.fit(maker, latest, lead) if self._on_a_line else None
        target = maker.frame.measured[latest]
        if line is not None:
            target = target - line.predict(maker, latest, np.full(latest.size, lead))
        features = maker.table("trees", lead).values[latest]
        usable = (np.isfinite(features).mean(axis=1) >= KNOWN) & np.isfinite(target)
        if usable.sum() < LEAST:
            raise NotEnoughData(
                f"Only {int(usable.sum())} steps can be learned from; {self.name} needs {LEAST}."
            )
        data = lightgbm.Dataset(features[usable], target[usable], params={"verbose": -1})
        return FittedTrees(lightgbm.train(SETTINGS, data, ROUNDS), line)


TREES = Trees("trees", on_a_line=False)
"""Best where the response is far from linear: solar power with weather, charging at work, small loads."""
TREES_ON_RIDGE = Trees("trees-on-ridge", on_a_line=True)
"""Best where the level drifts."""
