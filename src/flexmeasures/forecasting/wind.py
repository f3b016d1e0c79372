"""What a wind farm makes of the wind.

Shapes: N steps of the frame, M rows.
"""

from __future__ import annotations

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.forecasting.frame import Frame, Rows, Signal
from flexmeasures.forecasting.lags import Features, at, trailing_mean

WIND_SPEED = "wind speed"
"""Name of the regressor that a power curve can be made of."""
LEAST = 500
"""Steps that must be known to draw a power curve."""
FOLLOWS = 0.5
"""Least correlation of values and wind speed for there to be a power curve."""
PLACES = 40
"""Points of a power curve."""


def power_of_wind(frame: Frame, signal: Signal, rows: Rows, leads: Rows) -> Features:
    """Return what the power curve makes of the wind, and how far it was off until the issue.

    Nothing where values do not follow the wind.

    Args:
        frame: Holds the values.
        signal: Wind speed as believed.
        rows: (M,) indices of the steps to forecast.
        leads: (M,) steps from the last value that may be used until each row.
    """
    known = frame.trainable & np.isfinite(signal.values)
    speed, power = signal.values[known], frame.measured[known]
    if speed.size < LEAST or min(speed.std(), power.std()) < 1e-9:
        return {}
    if np.corrcoef(speed, power)[0, 1] < FOLLOWS:
        return {}
    expected = _curve(speed, power, signal.values)
    missed, origin = frame.filled - expected, rows - leads
    steps = frame.cadence.steps
    return {
        "curve": at(expected, rows),
        "curve_before": at(expected, rows - 1),
        "curve_issue": at(expected, origin),
        "curve_missed": at(missed, origin),
        "curve_missed_6": at(trailing_mean(missed, steps(6)), origin),
        "curve_missed_24": at(trailing_mean(missed, steps(24)), origin),
    }


def _curve(speed: Array, power: Array, wanted: Array) -> Array:
    """Return (N,) the mean power at some speeds, from (K,) known speeds and powers; NaN at unknown speeds."""
    edges = np.unique(np.quantile(speed, np.linspace(0, 1, PLACES + 1)))
    place = np.clip(np.searchsorted(edges, speed, side="right") - 1, 0, edges.size - 1)
    count = np.bincount(place)
    some = count > 0
    middles, means = (np.bincount(place, numbers)[some] / count[some] for numbers in (speed, power))
    return np.where(np.isfinite(wanted), np.interp(np.nan_to_num(wanted), middles, means), np.nan)
