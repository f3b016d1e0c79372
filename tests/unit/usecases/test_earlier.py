"""An earlier period stands beside a later one as clocks show both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.testing.factories import QUARTER, Factory, block
from flexmeasures.usecases.charting import ChartQuery, chart
from flexmeasures.usecases.earlier import Comparison, Period, beside
from flexmeasures.usecases.lines import Role
from flexmeasures.usecases.ports.platform import Platform

ZONE = "Europe/Amsterdam"
HOUR = timedelta(hours=1)


def hours_of(start: str, count: int) -> TimeGrid:
    return TimeGrid(datetime.fromisoformat(start), HOUR, count)


@pytest.mark.parametrize("period", list(Period))
def test_the_window_holds_all_earlier_points(period: Period) -> None:
    comparison = Comparison(period, ZONE)
    for start in ("2024-02-28T00:00Z", "2025-02-27T05:00Z", "2026-03-28T23:00Z", "2026-10-24T22:00Z"):
        grid = hours_of(start, 72)
        points = comparison.points(grid.starts())
        known = points[~np.isnat(points)]
        first, last = comparison.window(grid.start, grid.end)
        assert instant(first) <= known.min()
        assert known.max() + np.timedelta64(1, "h") <= instant(last)


def test_the_day_of_25_hours_shows_each_earlier_hour_once() -> None:
    grid = hours_of("2026-10-24T22:00Z", 25)
    points = Comparison(Period.DAY, ZONE).points(grid.starts())
    assert np.flatnonzero(np.isnat(points)).tolist() == [3]
    known = points[~np.isnat(points)]
    assert (np.diff(known) == np.timedelta64(1, "h")).all()
    assert known[0] == np.datetime64("2026-10-23T22:00")


def test_the_day_after_23_hours_lacks_the_hour_that_was_skipped() -> None:
    grid = hours_of("2026-03-29T22:00Z", 24)
    points = Comparison(Period.DAY, ZONE).points(grid.starts())
    assert np.flatnonzero(np.isnat(points)).tolist() == [2]


def test_a_leap_day_has_no_year_before() -> None:
    grid = hours_of("2024-02-28T23:00Z", 24)
    assert np.isnat(Comparison(Period.YEAR, ZONE).points(grid.starts())).all()
    after = hours_of("2024-02-29T23:00Z", 1)
    assert Comparison(Period.YEAR, ZONE).points(after.starts())[0] == np.datetime64("2023-02-28T23:00")


def test_values_of_coarser_steps_last_for_all_of_them() -> None:
    later = TimeGrid(datetime(2026, 5, 2, tzinfo=UTC), QUARTER, 8)
    earlier = Series(hours_of("2026-05-01T00:00Z", 2), np.array([1.0, 2.0]))
    assert_array_equal(beside(earlier, later, Comparison(Period.DAY, ZONE)), np.repeat([1.0, 2.0], 4))


def test_a_chart_has_the_earlier_period_as_a_line(memory_platform: Platform) -> None:
    make = Factory(memory_platform.store)
    owner = make.user()
    asset = make.asset(owner=owner)
    sensor = make.sensor(asset)
    start = datetime(2026, 3, 2, tzinfo=UTC)
    memory_platform.store.beliefs.add(
        [
            block(sensor, make.source("gateway"), start - timedelta(days=7), [1.0, 2.0]),
            block(sensor, make.source("gateway"), start, [5.0, 6.0]),
        ]
    )
    query = ChartQuery(start, start + 2 * QUARTER, compare=Comparison(Period.WEEK, ZONE))
    (panel,) = chart(owner, asset.id, query, memory_platform).panels
    (line,) = [line for line in panel.lines if line.role is Role.EARLIER]
    assert line.name == "Week before"
    assert_array_equal(line.values, [1.0, 2.0])


def test_no_points_have_no_earlier_ones() -> None:
    none = np.empty(0, "datetime64[us]")
    assert Comparison(Period.DAY, ZONE).points(none).size == 0
