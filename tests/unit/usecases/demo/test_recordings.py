from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexmeasures.domain.clock import WEEK
from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.usecases.demo.recordings import Part, moved

HOUR = timedelta(hours=1)


def recording(start: str, end: str) -> Series:
    grid = TimeGrid.between(datetime.fromisoformat(start), datetime.fromisoformat(end), HOUR)
    return Series(grid, np.arange(grid.size, dtype=float))


def window(start: str, end: str) -> TimeGrid:
    return TimeGrid.between(datetime.fromisoformat(start), datetime.fromisoformat(end), HOUR)


PRICES = recording("2015-01-04T23:00Z", "2015-12-31T23:00Z")


def test_a_recording_of_the_demo_year_stays_in_place() -> None:
    (part,) = moved(PRICES, window("2015-11-14T00:00Z", "2015-11-23T00:00Z"), 2015)
    assert part.weeks == 0
    assert part.label == "in its own year"
    assert part.series.values[0] == (datetime(2015, 11, 14, tzinfo=UTC) - PRICES.grid.start) / HOUR


def test_a_year_without_recording_is_told_by_a_moved_copy_that_says_so() -> None:
    parts = moved(PRICES, window("2014-11-20T00:00Z", "2015-11-23T00:00Z"), 2015)
    assert [part.label for part in parts][:2] == ["in its own year", "moved by −52 weeks"]
    values = np.array([part.series.values for part in parts])
    assert ((~np.isnan(values)).sum(axis=0) == 1).all()


def test_a_recording_of_other_years_is_moved_as_a_whole() -> None:
    wind = recording("2017-12-31T23:00Z", "2019-12-31T00:00Z")
    (part,) = moved(wind, window("2014-11-20T00:00Z", "2015-11-23T00:00Z"), 2015)
    assert part.weeks == -209


@pytest.mark.parametrize("year", [2010, 2015, 2016, 2024, 2030])
@pytest.mark.parametrize(
    "span",
    [
        ("2015-01-04T23:00Z", "2015-12-31T23:00Z"),
        ("2018-03-01T00:00Z", "2020-02-01T00:00Z"),
        ("2015-01-01T00:00Z", "2018-01-01T00:00Z"),
    ],
)
def test_the_demo_year_and_the_year_before_are_told_without_gap(span: tuple[str, str], year: int) -> None:
    grid = TimeGrid.between(datetime(year - 1, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 7, tzinfo=UTC), HOUR)
    told = np.array([part.series.values for part in moved(recording(*span), grid, year)])
    assert ((~np.isnan(told)).sum(axis=0) == 1).all()


@given(st.integers(1, 8000), st.integers(1, 300), st.integers(2000, 2040))
def test_each_told_value_is_the_recorded_one_whole_weeks_away(offset: int, size: int, year: int) -> None:
    grid = TimeGrid(datetime(year, 1, 1, tzinfo=UTC) + offset * HOUR, HOUR, size)
    for part in moved(PRICES, grid, year):
        known = np.flatnonzero(~np.isnan(part.series.values))
        for index in known[[0, -1]]:
            original = grid.start + int(index) * HOUR - part.weeks * WEEK
            assert part.series.values[index] == (original - PRICES.grid.start) / HOUR


def test_a_move_backwards_is_written_with_a_minus_sign() -> None:
    assert Part(-104, PRICES).label == "moved by −104 weeks"
    assert Part(1, PRICES).label == "moved by +1 week"


def test_of_a_time_that_no_move_reaches_nothing_is_told() -> None:
    assert moved(PRICES, window("1900-01-01T00:00Z", "1900-01-02T00:00Z"), 2015) == []
