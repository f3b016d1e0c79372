"""Models that learn nothing: what was will be.

They are what a sensor gets in its first days, and what every other model falls back to.
"""

from __future__ import annotations

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.forecasting.features import FeatureMaker
from flexmeasures.forecasting.frame import Rows
from flexmeasures.forecasting.lags import at, mean_of
from flexmeasures.forecasting.models.model import DAY, Fitted


class Naive:
    """The last value."""

    name = "naive"
    version = "1"
    learns = False
    lasts = DAY
    errors = None
    evidence = ""

    def fit(self, maker: FeatureMaker, rows: Rows, lead: int) -> Fitted:  # noqa: ARG002  # nothing to learn
        """Return itself."""
        return self

    def predict(self, maker: FeatureMaker, rows: Rows, leads: Rows) -> Array:
        """Return the last value known before each row."""
        values = maker.frame.measured
        known = np.isfinite(values)
        last = np.maximum.accumulate(np.where(known, np.arange(values.size), -1))
        origin = at(last.astype(float), rows - leads)
        return at(values, np.nan_to_num(origin, nan=-1.0).astype(np.int64))


class SeasonalNaive:
    """The mean of the same hour on the same weekday of four weeks, else of the last seven days.

    It takes whole periods only; a row of which no earlier period is known gets none.
    """

    name = "seasonal-naive"
    version = "1"
    learns = False
    lasts = DAY
    errors = None
    evidence = ""

    def fit(self, maker: FeatureMaker, rows: Rows, lead: int) -> Fitted:  # noqa: ARG002  # nothing to learn
        """Return itself."""
        return self

    def predict(self, maker: FeatureMaker, rows: Rows, leads: Rows) -> Array:
        """Return what was usual at this time."""
        weekly, daily = _usual_by_period(maker, rows, leads)
        return np.where(np.isfinite(weekly), weekly, daily)


class Usual:
    """The mean of what was usual at this time by the last seven days and by the last four weeks."""

    name = "usual"
    version = "1"
    learns = False
    lasts = DAY
    errors = None
    evidence = ""

    def fit(self, maker: FeatureMaker, rows: Rows, lead: int) -> Fitted:  # noqa: ARG002  # nothing to learn
        """Return itself."""
        return self

    def predict(self, maker: FeatureMaker, rows: Rows, leads: Rows) -> Array:
        """Return what was usual at this time."""
        weekly, daily = _usual_by_period(maker, rows, leads)
        return mean_of([weekly, daily])


class SameHour:
    """The same hour of the last day, or of the last week, whichever was nearer to the truth."""

    name = "same-hour"
    version = "1"
    learns = False
    lasts = DAY
    errors = None
    evidence = ""

    def fit(self, maker: FeatureMaker, rows: Rows, lead: int) -> Fitted:  # noqa: ARG002  # nothing to learn
        """Return itself."""
        return self

    def predict(self, maker: FeatureMaker, rows: Rows, leads: Rows) -> Array:
        """Return the same hour before."""
        frame = maker.frame
        daily = _mean_of_periods(frame.filled, rows, leads, (frame.cadence.day, 1))
        weekly = _mean_of_periods(frame.filled, rows, leads, (frame.cadence.week, 1))
        missed = {
            period: _error_of_lag(frame.measured, frame.trainable, period)
            for period in (frame.cadence.day, frame.cadence.week)
        }
        first, second = (
            (daily, weekly) if missed[frame.cadence.day] <= missed[frame.cadence.week] else (weekly, daily)
        )
        return np.where(np.isfinite(first), first, second)


def _usual_by_period(maker: FeatureMaker, rows: Rows, leads: Rows) -> tuple[Array, Array]:
    """Return (M,) means at the same time of the last four weeks, and (M,) of the last seven days."""
    values, cadence = maker.frame.filled, maker.frame.cadence
    weekly = _mean_of_periods(values, rows, leads, (cadence.week, 4))
    return weekly, _mean_of_periods(values, rows, leads, (cadence.day, 7))


def _mean_of_periods(values: Array, rows: Rows, leads: Rows, periods: tuple[int, int]) -> Array:
    """Return the mean over some whole periods before each row."""
    period, count = periods
    first = -(-leads // period) * period
    return mean_of([at(values, rows - first - period * k) for k in range(count)])


def _error_of_lag(values: Array, trainable: np.ndarray, lag: int) -> float:
    """Return the mean absolute difference of values so many steps apart, infinite where there are none."""
    rows = np.flatnonzero(trainable)
    difference = np.abs(values[rows] - at(values, rows - lag))
    known = np.isfinite(difference)
    return float(difference[known].mean()) if known.any() else np.inf


NAIVE = Naive()
SAME_HOUR = SameHour()
SEASONAL = SeasonalNaive()
USUAL = Usual()
