"""Wall times of many points at once agree with the standard library, whatever the zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from flexmeasures.domain.timing import TimeGrid, from_instant
from flexmeasures.domain.wall_clock import clock_of

ZONES = ("Europe/Amsterdam", "Asia/Seoul", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu", "UTC")


@given(
    zone=st.sampled_from(ZONES),
    days=st.integers(0, 17_000),
    minutes=st.sampled_from([5, 15, 60]),
)
def test_clocks_show_what_the_library_says_and_lead_back(zone: str, days: int, minutes: int) -> None:
    grid = TimeGrid(datetime(1990, 1, 1, tzinfo=UTC) + timedelta(days=days), timedelta(minutes=minutes), 400)
    points = grid.starts()
    clock = clock_of(zone, points[0], points[-1])
    walls = clock.show(points)
    local = [from_instant(point).astimezone(ZoneInfo(zone)).replace(tzinfo=None) for point in points]
    assert walls.tolist() == local
    found = clock.find(walls)
    second = clock.is_second(points)
    assert (found[~second] == points[~second]).all()
    assert (found[second] < points[second]).all()
    folds = [from_instant(point).astimezone(ZoneInfo(zone)).fold for point in points]
    assert second.tolist() == [bool(fold) for fold in folds]


def test_skipped_times_are_never_shown() -> None:
    walls = np.datetime64("2026-03-29T01:45", "us") + np.array([0, 15, 60, 75]) * np.timedelta64(1, "m")
    found = clock_of("Europe/Amsterdam", walls[0], walls[-1]).find(walls)
    assert np.isnat(found).tolist() == [False, True, True, False]
    assert found[3] - found[0] == np.timedelta64(15, "m")


def test_repeated_times_lead_to_the_first() -> None:
    walls = np.array(["2026-10-25T02:30"], "M8[us]")
    found = clock_of("Europe/Amsterdam", walls[0], walls[0]).find(walls)
    assert found[0] == np.datetime64("2026-10-25T00:30")
