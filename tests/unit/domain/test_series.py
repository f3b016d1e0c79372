"""Series change their step without changing their energy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

from flexmeasures.domain.errors import InvalidResolution
from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.timing import TimeGrid

START = datetime(2015, 1, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
VALUES = arrays(np.float64, st.integers(1, 50), elements=st.floats(-1e6, 1e6))


def hourly(values: Array) -> Series:
    return Series(TimeGrid(START, timedelta(hours=1), values.size), values)


@given(VALUES, st.sampled_from([1, 2, 3, 4, 12]))
def test_a_series_in_finer_steps_and_back_is_as_it_was(values: Array, parts: int) -> None:
    series = hourly(values)
    back = series.at_step(timedelta(hours=1) / parts).at_step(timedelta(hours=1))
    assert back.grid == series.grid
    assert_allclose(back.values, values, rtol=1e-12)  # a mean of equal numbers rounds in the last digit


@given(VALUES)
def test_energy_is_kept_in_finer_steps(values: Array) -> None:
    fine = hourly(values).at_step(QUARTER)
    assert_allclose(fine.values.sum() * 0.25, values.sum(), rtol=1e-9, atol=1e-6)  # sums round


def test_a_coarse_step_is_the_mean_of_what_is_known_in_it() -> None:
    series = Series(TimeGrid(START, QUARTER, 8), np.array([1, np.nan, 3, np.nan] + [np.nan] * 4))
    assert_allclose(series.at_step(timedelta(hours=1)).values, [2, np.nan])


@pytest.mark.parametrize("step", [timedelta(minutes=7), timedelta(minutes=45)])
def test_steps_that_do_not_fit_are_refused(step: timedelta) -> None:
    with pytest.raises(InvalidResolution, match="do not fit"):
        hourly(np.arange(5.0)).at_step(step)


def test_a_coarse_step_that_would_be_cut_is_refused() -> None:
    with pytest.raises(InvalidResolution, match="do not fit"):
        Series(TimeGrid(START, QUARTER, 6), np.arange(6.0)).at_step(timedelta(hours=1))


def test_values_that_do_not_fit_the_grid_are_a_mistake_of_the_programmer() -> None:
    with pytest.raises(ValueError, match="do not fit 3 steps"):
        Series(TimeGrid(START, QUARTER, 3), np.arange(4.0))
