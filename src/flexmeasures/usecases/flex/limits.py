"""Limits of power in each step, and series that are completed where nothing is known."""

from __future__ import annotations

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.usecases.flex.knowledge import Knowledge, smaller
from flexmeasures.usecases.flex.told import Told
from flexmeasures.usecases.flex.values import Fixed


def limit(told: Told, name: str, knowledge: Knowledge) -> Array:
    """Return the (T,) limit that a field sets, infinite where it sets none. [MW]"""
    value = told.values.get(name)
    if value is None:
        return np.full(knowledge.grid.size, np.inf)
    found = knowledge.on_steps(value, smaller)
    return np.where(np.isnan(found), np.inf, np.maximum(found, 0.0))


def completed(series: Array, otherwise: float = 0.0) -> Array:
    """Return a (T,) series with the nearest known values where it is not known; one value where none is.

    >>> completed(np.array([np.nan, 2.0, np.nan])).tolist()
    [2.0, 2.0, 2.0]
    """
    known = np.flatnonzero(~np.isnan(series))
    if not known.size:
        return np.full(series.size, otherwise)
    filled: Array = np.interp(np.arange(series.size), known, series[known])
    return filled


def amount(told: Told, name: str) -> float:
    """Return the value of a field that does not change in time, zero where nothing is told."""
    value = told.values.get(name)
    return value.value if isinstance(value, Fixed) else 0.0
