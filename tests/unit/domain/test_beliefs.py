"""Beliefs: recording times, and which belief counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from flexmeasures.domain.beliefs import (
    MEDIAN,
    BeliefBlock,
    Beliefs,
    BeliefTiming,
    most_recent,
    recording_times,
)
from flexmeasures.domain.errors import InvalidHorizon
from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid, from_instant, instant

START = datetime(2015, 4, 3, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
GRID = TimeGrid(START, QUARTER, 3)
MUCH_LATER = START + timedelta(days=3)


def beliefs(rows: list[tuple[int, int, float, int]]) -> Beliefs:
    """Return beliefs from (event, recording, value, source), in minutes after the start."""
    rows = sorted(rows)
    origin = instant(START)
    event, recorded, value, source = (np.array(column) for column in zip(*rows, strict=True))
    minutes = np.timedelta64(1, "m")
    return Beliefs(
        origin + event * minutes, origin + recorded * minutes, value.astype(float), source.astype(np.int32)
    )


def test_a_rolling_horizon_counts_for_each_event() -> None:
    times = recording_times(GRID, BeliefTiming(timedelta(hours=6)), MUCH_LATER)
    assert from_instant(times[0]) == START + QUARTER - timedelta(hours=6)
    assert (np.diff(times) == np.timedelta64(QUARTER)).all()


def test_a_horizon_that_does_not_roll_counts_from_the_end_of_the_series() -> None:
    times = recording_times(GRID, BeliefTiming(timedelta(hours=6), rolling=False), MUCH_LATER)
    assert set(times.tolist()) == {instant(GRID.end - timedelta(hours=6)).item()}


def test_a_prior_of_six_hours_before_is_six_hours_and_a_quarter_before_the_first_event_ends() -> None:
    prior = datetime(2015, 4, 2, 18, tzinfo=UTC)
    times = recording_times(GRID, BeliefTiming(None, prior=prior), MUCH_LATER)
    assert START + QUARTER - from_instant(times[0]) == timedelta(hours=6, minutes=15)


def test_of_horizon_and_prior_the_earlier_recording_counts() -> None:
    timing = BeliefTiming(timedelta(hours=1), prior=START - timedelta(hours=2))
    times = recording_times(GRID, timing, MUCH_LATER)
    assert from_instant(times.max()) == START - timedelta(hours=2)


def test_nothing_is_recorded_after_it_arrived() -> None:
    times = recording_times(GRID, BeliefTiming(timedelta(days=-30)), START)
    assert (times == instant(START)).all()


def test_without_horizon_and_prior_the_arrival_counts() -> None:
    assert (recording_times(GRID, BeliefTiming(None), MUCH_LATER) == instant(MUCH_LATER)).all()


def test_a_horizon_beyond_all_times_is_refused() -> None:
    with pytest.raises(InvalidHorizon, match="too long"):
        recording_times(GRID, BeliefTiming(timedelta.max), MUCH_LATER)


def test_a_recording_before_the_first_year_is_refused() -> None:
    first_day = TimeGrid(datetime(1, 1, 1, tzinfo=UTC), QUARTER, 3)
    with pytest.raises(InvalidHorizon, match="year 1"):
        recording_times(first_day, BeliefTiming(timedelta(days=2)), MUCH_LATER)


def test_unknown_values_are_no_beliefs() -> None:
    series = Series(GRID, np.array([1.0, np.nan, 3.0]))
    block = BeliefBlock.of(series, 1, 2, instant(MUCH_LATER))
    assert_array_equal(block.value, [1.0, 3.0])
    assert_array_equal(block.event_start, GRID.starts()[[0, 2]])
    assert (block.probability == MEDIAN).all()


def test_arrays_of_different_lengths_are_a_mistake_of_the_programmer() -> None:
    times = GRID.starts()
    with pytest.raises(ValueError, match="differ in number"):
        BeliefBlock(1, 2, times, times[:2], np.zeros(3))


def test_the_most_recent_belief_counts() -> None:
    merged = most_recent([beliefs([(0, 5, 1.0, 1), (15, 9, 2.0, 1)]), beliefs([(0, 7, 3.0, 2)])])
    assert_array_equal(merged.value, [3.0, 2.0])
    assert_array_equal(merged.source_id, [2, 1])


def test_among_beliefs_of_the_same_time_the_preferred_source_counts() -> None:
    parts = [beliefs([(0, 5, 1.0, 1)]), beliefs([(0, 5, 2.0, 2)]), beliefs([(0, 5, 3.0, 3)])]
    assert most_recent(parts, preferred=(2, 3)).value == [2.0]


def test_no_beliefs_merge_into_none() -> None:
    assert most_recent([]).value.size == 0


ROWS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.floats(-9, 9), st.integers(1, 3)),
    min_size=1,
    unique_by=lambda row: (row[0], row[3]),
)


@given(ROWS)
def test_merging_agrees_with_a_plain_search(rows: list[tuple[int, int, float, int]]) -> None:
    parts = [
        beliefs([row for row in rows if row[3] == source]) for source in sorted({row[3] for row in rows})
    ]
    merged = most_recent(parts, preferred=(1, 2, 3))
    events = sorted({row[0] for row in rows})
    expected = [max((r for r in rows if r[0] == e), key=lambda r: (r[1], -r[3]))[2] for e in events]
    assert_allclose(merged.value, expected)
    assert (np.diff(merged.event_start) > np.timedelta64(0)).all()


def test_beliefs_off_the_grid_are_left_out() -> None:
    series = beliefs([(0, 0, 1.0, 1), (7, 0, 2.0, 1), (30, 0, 3.0, 1), (45, 0, 4.0, 1)]).on(GRID)
    assert_allclose(series.values, [1.0, np.nan, 3.0])


def test_beliefs_before_the_grid_are_left_out() -> None:
    later = TimeGrid(START + timedelta(minutes=30), QUARTER, 2)
    assert_allclose(beliefs([(0, 0, 1.0, 1), (30, 0, 3.0, 1)]).on(later).values, [3.0, np.nan])
