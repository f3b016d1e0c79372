"""Histories to forecast."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.task import ForecastTask

START = datetime(2020, 1, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)

MakeTask = Callable[..., ForecastTask]


def daily_load(days: float, seed: int = 0) -> Array:
    """Return a noisy load with a daily and weekly rhythm, in hours."""
    hours = np.arange(round(days * 24))
    noise = np.random.default_rng(seed).normal(0, 0.2, hours.size)
    weekend = np.where(hours // 24 % 7 >= 5, -2.0, 0.0)
    wave: Array = 10 + 3 * np.sin(2 * np.pi * hours / 24) + weekend + noise
    return wave


@pytest.fixture
def next_two_days() -> MakeTask:
    """A task to forecast the 48 steps behind a history."""

    def make(values: Array, step: timedelta = HOUR, size: int = 48, **more: object) -> ForecastTask:
        grid = TimeGrid(START, step, values.size)
        window = TimeGrid(grid.end, step, size)
        return ForecastTask(Series(grid, values), window, grid.end, **more)  # type: ignore[arg-type]  # any field

    return make


@pytest.fixture
def last_day_rolling() -> MakeTask:
    """A task to forecast the last 24 hours of a history, each some hours before its end."""

    def make(values: Array, horizon: timedelta, **more: object) -> ForecastTask:
        grid = TimeGrid(START, HOUR, values.size)
        window = TimeGrid(grid.end - 24 * HOUR, HOUR, 24)
        return ForecastTask(
            Series(grid, values),
            window,
            window.start + HOUR - horizon,
            horizon=horizon,
            **more,  # type: ignore[arg-type]  # any field
        )

    return make
