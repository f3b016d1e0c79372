"""What weather and sky say about a step.

Shapes: N steps of the frame, M rows.
"""

from __future__ import annotations

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.forecasting.frame import Frame, Rows, Signal
from flexmeasures.forecasting.lags import Features, at, mean_of, trailing_mean
from flexmeasures.forecasting.wind import WIND_SPEED, power_of_wind

DARK = 1.0
"""Clear-sky irradiance below which it is night. [W/m²]"""
BRIGHT = 30.0
"""Clear-sky irradiance below which its ratio to anything is noise. [W/m²]"""
LATEST_DAYS = 60
"""Days on which it is counted how much is certain."""
MOST_CERTAIN = 0.9
"""Share of steps that is taken for certain at most."""
KNOTS = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Quantiles of a regressor at which its effect may bend."""


def weather(frame: Frame, rows: Rows, leads: Rows) -> Features:
    """Return features of all regressors."""
    features: Features = {}
    for signal in frame.signals:
        if signal.ahead:
            features |= _believed(frame, signal, rows, leads)
            if signal.name == WIND_SPEED:
                features |= power_of_wind(frame, signal, rows, leads)
        else:
            features |= _observed(frame, signal, rows, leads)
    return features


def _believed(frame: Frame, signal: Signal, rows: Rows, leads: Rows) -> Features:
    """Return what is believed of the step and its neighbours, and what was believed of the issue."""
    name, values = signal.name, signal.values
    now = at(values, rows)
    features = {name: now, f"{name}_before": at(values, rows - 1), f"{name}_issue": at(values, rows - leads)}
    if not signal.revised:
        features[f"{name}_after"] = at(values, rows + 1)
    learned = values[frame.trainable & np.isfinite(values)]
    if learned.size and not np.isin(learned, (0.0, 1.0)).all():
        for place, knot in enumerate(_rounded(np.quantile(learned, KNOTS))):
            features[f"{name}_above_{place}"] = np.maximum(now - knot, 0.0)
    return features


def _rounded(knots: Array) -> Array:
    """Return knots to two digits of the largest, so that they stay where they are from day to day."""
    size = np.abs(knots).max()
    digit = 10.0 ** (np.floor(np.log10(size)) - 1) if size > 0 else 1.0
    return np.round(knots / digit) * digit


def _observed(frame: Frame, signal: Signal, rows: Rows, leads: Rows) -> Features:
    """Return the last observation and that of the same hour before."""
    day = frame.cadence.day
    aligned = rows - -(-leads // day) * day
    return {
        f"{signal.name}_last": at(signal.values, rows - leads),
        f"{signal.name}_day": at(signal.values, aligned),
    }


def sunshine(frame: Frame, rows: Rows, leads: Rows) -> Features:
    """Return features of the clear sky, none where there is no place.

    Output relative to the clear sky (or to the irradiance forecast), recently and at the same hour of the
    last days, times the clear sky (or irradiance) of the step.
    """
    if frame.sun is None:
        return {}
    if not follows_the_sun(frame):
        return {} if frame.weekly else {"light": at(frame.sun, rows)}
    features = {"sun": at(frame.sun, rows)} | _ratios("sun", frame.filled, frame.sun, frame, (rows, leads))
    for signal in frame.signals:
        if signal.ahead and "irradi" not in signal.name:
            features[f"sun_{signal.name}"] = at(frame.sun, rows) * at(signal.values, rows)
        elif signal.ahead:
            features |= _ratios(signal.name, frame.filled, signal.values, frame, (rows, leads))
            index = _ratio(signal.values, frame.sun)
            features[f"{signal.name}_index"] = np.nan_to_num(at(index, rows))
    return features


def _ratios(name: str, output: Array, light: Array, frame: Frame, where: tuple[Rows, Rows]) -> Features:
    """Return recent and same-hour ratios of output to light, times the light of the step."""
    rows, leads = where
    cadence = frame.cadence
    ratio = _ratio(output, light)
    learned = ratio[frame.trainable & np.isfinite(ratio)]
    ceiling = np.quantile(learned, 0.99) if learned.size else 1.0
    ratio = np.clip(ratio, 0, ceiling)
    here = at(light, rows)
    recent = {hours: _carried(trailing_mean(ratio, cadence.steps(hours))) for hours in (3, 24)}
    first = -(-leads // cadence.day) * cadence.day
    same_hour = mean_of([at(ratio, rows - first - cadence.day * k) for k in range(14)])
    return {
        **{f"{name}_ratio_{hours}": at(mean, rows - leads) * here for hours, mean in recent.items()},
        f"{name}_ratio_hour": np.nan_to_num(same_hour) * here,
    }


def _ratio(output: Array, light: Array) -> Array:
    """Return output over light where there is enough of it, NaN elsewhere."""
    return np.where(np.nan_to_num(light) > BRIGHT, output / np.maximum(light, BRIGHT), np.nan)


def _carried(values: Array) -> Array:
    """Return values with each gap filled by the last value before it."""
    known = np.isfinite(values)
    last = np.maximum.accumulate(np.where(known, np.arange(values.size), 0))
    return values[last]


def follows_the_sun(frame: Frame) -> bool:
    """Return whether most of what was measured comes and goes with the sun."""
    if frame.sun is None:
        return False
    known = frame.trainable
    values, sun = frame.measured[known], frame.sun[known]
    if values.size < frame.cadence.day or values.std() < 1e-12 or sun.std() < 1e-12:
        return False
    return bool(np.corrcoef(values, sun)[0, 1] > 0.6)


def is_dark(frame: Frame) -> np.ndarray:
    """Return (N,) whether it is night at a step and it was always still at night.

    Steps next to daylight count as day: meters and clocks are not that exact.
    """
    if frame.sun is None or not follows_the_sun(frame):
        return np.zeros(frame.grid.size, bool)
    near = np.maximum.reduce([frame.sun, np.roll(frame.sun, 1), np.roll(frame.sun, -1)])
    night = near < DARK
    known = frame.trainable & night
    scale = np.abs(frame.measured[frame.trainable]).max()
    still = known.sum() >= 4 and np.quantile(np.abs(frame.measured[known]), 0.99) <= 1e-3 * scale
    return night if still else np.zeros(frame.grid.size, bool)


def certain_share(frame: Frame) -> float:
    """Return the share of the latest steps that were certain, as nights are to a solar plant.

    Never all: what was always still can still move.
    """
    latest = np.flatnonzero(frame.trainable)[-LATEST_DAYS * frame.cadence.day :]
    return min(float(is_dark(frame)[latest].mean()), MOST_CERTAIN) if latest.size else 0.0
