"""Keep values within what single precision can square: some models compute in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from flexmeasures.domain.series import Series
from flexmeasures.forecasting.task import Forecast, ForecastTask

LARGEST = 1e15
"""Values up to this are left as they are."""


def size_of(task: ForecastTask) -> float:
    """Return by what the values of a task are to be divided: one unless some are beyond all meters."""
    known = task.history.values[np.isfinite(task.history.values)]
    largest = float(np.abs(known).max(initial=0.0))
    return largest if largest > LARGEST else 1.0


def divided(task: ForecastTask, size: float) -> ForecastTask:
    """Return a task in another unit."""
    history = Series(task.history.grid, task.history.values / size)
    return replace(task, history=history, lower=task.lower / size, upper=task.upper / size, subject="")


def multiplied(found: Forecast, size: float) -> Forecast:
    """Return a forecast in the unit of the task that was divided."""
    quantiles = None if found.quantiles is None else found.quantiles * size
    return replace(found, values=found.values * size, quantiles=quantiles)
