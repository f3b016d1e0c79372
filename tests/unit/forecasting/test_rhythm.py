import numpy as np
import pytest
from tests.unit.forecasting.conftest import HOUR, START, daily_load

from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.calendar import Calendar
from flexmeasures.forecasting.rhythm import keeps_the_week
from flexmeasures.forecasting.sun import clear_sky


def keeps(values: Array) -> bool:
    """Return whether hourly values keep the week."""
    calendar = Calendar.of(TimeGrid(START, HOUR, values.size), "UTC")
    return keeps_the_week(values, np.isfinite(values), calendar, 24)


def test_a_load_with_weekends_keeps_the_week() -> None:
    assert keeps(daily_load(90))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_sun_behind_clouds_does_not(seed: int) -> None:
    sun = clear_sky(TimeGrid(START, HOUR, 24 * 200), 50.0, 5.0)
    # clouds that last for about a day, so that a day is more like its neighbour than like one a week before
    steps = np.random.default_rng(seed).normal(0, 1, sun.size)
    clouds = np.convolve(steps, np.exp(-np.arange(120) / 24), "same")
    assert not keeps(sun * (1 + 0.1 * np.tanh(clouds)))


def test_too_short_a_history_counts_as_keeping_the_week() -> None:
    assert keeps(np.random.default_rng(0).normal(0, 1, 24 * 20))
