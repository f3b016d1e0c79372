"""Fewer values for the same picture."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from flexmeasures.domain.timing import TimeGrid
from flexmeasures.usecases.bucketing import CROWDED, bucket, steps_per_bucket

START = datetime(2026, 1, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
values_with_gaps = st.lists(st.one_of(st.floats(-1e6, 1e6), st.just(float("nan"))), min_size=1, max_size=60)


def test_few_values_stay_as_they_are() -> None:
    assert steps_per_bucket(TimeGrid(START, QUARTER, 4 * 500), pixels=500) == 1


def test_a_year_of_quarters_becomes_round_lengths() -> None:
    assert steps_per_bucket(TimeGrid(START, QUARTER, 35_040), pixels=1000) == 24
    assert steps_per_bucket(TimeGrid(START, timedelta(minutes=1), 525_600), pixels=1000) == 360


def test_odd_steps_are_put_together_as_well() -> None:
    steps = steps_per_bucket(TimeGrid(START, timedelta(minutes=7), 100_000), pixels=500)
    assert 100_000 / steps <= 2 * 500


@given(st.integers(1, 200_000), st.integers(10, 4000), st.sampled_from([1, 5, 7, 15, 60]))
def test_never_more_than_four_values_remain_per_pixel(size: int, pixels: int, minutes: int) -> None:
    steps = steps_per_bucket(TimeGrid(START, timedelta(minutes=minutes), size), pixels)
    assert size / steps <= CROWDED * pixels


@given(values_with_gaps, st.integers(1, 9))
def test_the_mean_lies_between_least_and_largest(numbers: list[float], steps: int) -> None:
    found = bucket(np.array(numbers), steps)
    some = ~np.isnan(found.mean)
    assert found.mean.size == -(-len(numbers) // steps)
    assert (found.least[some] <= found.mean[some] + 1e-6).all()
    assert (found.mean[some] <= found.largest[some] + 1e-6).all()


@given(values_with_gaps, st.integers(1, 9))
def test_nothing_is_lost_and_nothing_is_made_up(numbers: list[float], steps: int) -> None:
    found = bucket(np.array(numbers), steps)
    parts = [np.array(numbers[i : i + steps]) for i in range(0, len(numbers), steps)]
    expected = [np.nan if np.isnan(part).all() else np.nanmean(part) for part in parts]
    assert_allclose(found.mean, expected, rtol=1e-9, atol=1e-6)
    if not np.isnan(numbers).all():
        assert np.nanmin(found.least) == np.nanmin(numbers)
        assert np.nanmax(found.largest) == np.nanmax(numbers)
