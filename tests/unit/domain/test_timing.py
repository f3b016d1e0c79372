"""Times, durations and grids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexmeasures.domain.errors import InvalidPeriod, InvalidTimezone
from flexmeasures.domain.timing import (
    TimeGrid,
    from_instant,
    instant,
    parse_datetime,
    parse_duration,
    write_duration,
)

START = datetime(2015, 3, 29, 0, tzinfo=UTC)


def test_a_grid_ends_where_its_last_step_ends() -> None:
    grid = TimeGrid(START, timedelta(minutes=15), 96)
    assert grid.end == START + timedelta(days=1)
    assert grid.duration == timedelta(days=1)


def test_starts_are_equally_spaced_through_a_change_of_clocks() -> None:
    local = datetime.fromisoformat("2015-03-29T00:00+01:00")
    starts = TimeGrid(local, timedelta(hours=1), 4).starts()
    assert starts[0] == np.datetime64("2015-03-28T23:00")
    assert (np.diff(starts) == np.timedelta64(1, "h")).all()


def test_a_grid_between_two_times_leaves_out_a_last_part_of_a_step() -> None:
    grid = TimeGrid.between(START, START + timedelta(minutes=50), timedelta(minutes=15))
    assert grid.size == 3


def test_a_grid_between_times_in_the_wrong_order_is_empty() -> None:
    assert TimeGrid.between(START, START - timedelta(hours=1), timedelta(minutes=15)).size == 0


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 hypothesis takes naive limits
def test_a_point_in_time_comes_back_as_it_was(time: datetime) -> None:
    assert from_instant(instant(time)) == time


@pytest.mark.parametrize("text", ["", "tomorrow", "2015-01-01", "2015-13-01T00:00+00:00", "15:00"])
def test_what_is_no_date_and_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidPeriod, match="no ISO 8601 date and time"):
        parse_datetime(text)


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(InvalidTimezone, match="offset"):
        parse_datetime("2015-01-01T00:00:00")


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("PT15M", timedelta(minutes=15)),
        ("-PT1H", timedelta(hours=-1)),
        ("P1DT6H", timedelta(hours=30)),
        ("PT0S", timedelta(0)),
    ],
)
def test_durations_are_read(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


def test_a_month_is_counted_from_the_start() -> None:
    assert parse_duration("P1M", START.replace(month=1, day=1)) == timedelta(days=31)


@pytest.mark.parametrize("text", ["", "15 minutes", "P", "P1M"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(InvalidPeriod, match="no ISO 8601 duration"):
        parse_duration(text)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400)))
def test_a_written_duration_is_read_back(duration: timedelta) -> None:
    whole = timedelta(seconds=int(duration.total_seconds()))
    assert parse_duration(write_duration(whole)) == whole
