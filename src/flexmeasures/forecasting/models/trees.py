"""Boosted trees: for what bends, steps and depends on each other.

They are fitted to least absolute deviations of what a simpler expectation leaves over. Trees cannot follow a
level out of what they have seen; the simpler expectation does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import lightgbm
import numpy as np

from flexmeasures.domain.errors import NotEnoughData
from flexmeasures.domain.series import Array
from flexmeasures.forecasting.features import FeatureMaker, Table
from flexmeasures.forecasting.frame import Rows
from flexmeasures.forecasting.lags import mean_of
from flexmeasures.forecasting.models.lines import LAD
from flexmeasures.forecasting.models.model import WEEK, Errors, Fitted, Model
from flexmeasures.forecasting.models.naive import USUAL
from flexmeasures.forecasting.models.rooted import Rooted

LONGEST = 15_000
"""Rows to learn from at most, the latest."""
KNOWN = 0.7
"""Share of the features that must be known in a row to learn from it."""
LEAST = 500
"""Rows below which trees learn noise."""
BINS = 63
"""Values of each feature that trees tell apart: a quarter of the usual number, as good and twice as fast."""
LEVELS = ("last_", "mean_", "day_", "week_")
"""Features that rise and fall with the level of the series."""

View = Callable[[Table], Array]
"""Turns (M, P) features into what trees are shown."""


@dataclass(frozen=True, slots=True)
class Growth:
    """How trees are grown.

    Attributes:
        rounds: Number of trees.
        leaves: Of each tree at most.
        rate: How much of what is left over each tree takes.
        least: Rows in each leaf at least.
        random_cuts: Whether each cut is the best of a few random ones: steadier where there is much noise.
    """

    rounds: int
    leaves: int
    rate: float
    least: int
    random_cuts: bool = False

    def train(self, features: Array, target: Array) -> lightgbm.Booster:
        """Grow trees on (M, P) features and (M,) targets, in one thread and the same each time."""
        settings = {
            "objective": "l1",
            "learning_rate": self.rate,
            "num_leaves": self.leaves,
            "min_data_in_leaf": self.least,
            "bagging_fraction": 0.8,
            "bagging_freq": 1,
            "feature_fraction": 0.4,
            "extra_trees": self.random_cuts,
            "max_bin": BINS,
            "force_row_wise": True,
            "lambda_l2": 1.0,
            "num_threads": 1,
            "seed": 1,
            "deterministic": True,
            "verbose": -1,
        }
        data = lightgbm.Dataset(features, target, params={"verbose": -1, "max_bin": BINS})
        return lightgbm.train(settings, data, self.rounds)


@dataclass(frozen=True, slots=True)
class FittedTrees:
    """Trees, and what they stand on."""

    booster: lightgbm.Booster
    view: View
    ground: Fitted | None
    errors: Errors | None = None
    evidence: str = ""

    def predict(self, maker: FeatureMaker, rows: Rows, leads: Rows) -> Array:
        """Return (M,) expected values, NaN where more than half of the features are missing."""
        features = self.view(maker.at("trees", rows, leads))
        above = np.asarray(self.booster.predict(features), np.float64)
        above[np.isfinite(features).mean(axis=1) < 0.5] = np.nan
        return above if self.ground is None else above + self.ground.predict(maker, rows, leads)


class Trees:
    """Boosted trees on lags, calendar and weather."""

    version = "2"
    learns = True
    lasts = WEEK

    def __init__(self, name: str, growth: Growth, view: View, ground: Model | None) -> None:
        self.name = name
        self._growth = growth
        self._view = view
        self._ground = ground

    def fit(self, maker: FeatureMaker, rows: Rows, lead: int) -> Fitted:
        """Learn from rows of which most features are known.

        Raises:
            NotEnoughData: there are too few of them.
        """
        latest = maker.recent(rows)[-LONGEST:]
        ground = self._ground.fit(maker, rows, lead) if self._ground else None
        target = maker.frame.measured[latest]
        if ground is not None:
            target = target - ground.predict(maker, latest, np.full(latest.size, lead))
        features = self._view(maker.past("trees", latest, lead))
        usable = (np.isfinite(features).mean(axis=1) >= KNOWN) & np.isfinite(target)
        if usable.sum() < LEAST:
            raise NotEnoughData(
                f"Only {int(usable.sum())} steps can be learned from; {self.name} needs {LEAST}."
            )
        return FittedTrees(self._growth.train(features[usable], target[usable]), self._view, ground)


def as_they_are(table: Table) -> Array:
    """Return (M, P) features unchanged."""
    return table.values


def floating(table: Table) -> Array:
    """Return (M, P) features, those that follow the level relative to what is usual at the hour."""
    names = [name for name in ("day_mean", "week_mean") if name in table.names]
    means = [table.values[:, table.names.index(name)] for name in names]
    usual = mean_of(means) if means else table.values[:, table.names.index("last_0")]
    levels = np.array([name.startswith(LEVELS) for name in table.names])
    features = table.values.copy()
    features[:, levels] -= usual[:, None]
    return features


_FULL = Growth(rounds=100, leaves=31, rate=0.1, least=30)
_QUICK = Growth(rounds=100, leaves=15, rate=0.1, least=60)
_SLOW = Growth(rounds=100, leaves=15, rate=0.06, least=60)
_RANDOM = Growth(rounds=100, leaves=31, rate=0.08, least=40, random_cuts=True)

TREES = Trees("trees", _FULL, as_they_are, None)
"""Best where the response is far from linear: solar power with weather, charging at work."""
FLOATING_TREES = Trees("floating-trees", _QUICK, floating, USUAL)
"""Best where the level drifts: loads that grow, charging that comes into use."""
TREES_ON_LAD = Trees("trees-on-lad", _SLOW, floating, LAD)
"""Best where a line is nearly right, as for prices."""
ROOT_TREES = Rooted("root-trees", TREES)
"""Trees on square roots: best where errors grow with the value."""
TREES_ON_ROOT_LAD = Rooted("trees-on-root-lad", Trees("random-trees-on-lad", _RANDOM, floating, LAD))
"""Best on average: what a line of square roots leaves over."""
