from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting import holidays
from flexmeasures.forecasting.calendar import REST, SATURDAY, WORKDAY, Calendar
from flexmeasures.forecasting.holidays import are_holidays

HOUR = timedelta(hours=1)


def hours(start: datetime, days: int) -> TimeGrid:
    return TimeGrid(start, HOUR, 24 * days)


def test_local_hours_follow_the_clock_when_it_changes() -> None:
    grid = hours(datetime(2021, 3, 27, tzinfo=UTC), 3)
    expected = [
        (grid.start + k * HOUR).astimezone(ZoneInfo("Europe/Amsterdam")).hour + 0.5 for k in range(grid.size)
    ]
    assert_allclose(Calendar.of(grid, "Europe/Amsterdam").hour, expected)


def test_holidays_count_as_sundays() -> None:
    week = Calendar.of(hours(datetime(2021, 4, 26, tzinfo=UTC), 7), "UTC")
    dutch = Calendar.of(hours(datetime(2021, 4, 25, 22, tzinfo=UTC), 7), "Europe/Amsterdam")
    assert week.kind[::24].tolist() == [WORKDAY] * 5 + [SATURDAY, REST]
    assert dutch.kind[::24].tolist() == [WORKDAY, REST, WORKDAY, WORKDAY, WORKDAY, SATURDAY, REST]
    assert dutch.weekday[24] == 6


def test_a_zone_without_a_country_has_no_holidays() -> None:
    days = np.arange("2021-01-01", "2022-01-01", dtype="datetime64[D]")
    assert not are_holidays(days, "Etc/GMT-1").any()


def test_a_country_of_which_no_holidays_are_known_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holidays, "_countries", lambda: {"Antarctica/Nowhere": "XX"})
    days = np.arange("2021-01-01", "2022-01-01", dtype="datetime64[D]")
    assert not are_holidays(days, "Antarctica/Nowhere").any()


def test_no_steps_have_an_empty_calendar() -> None:
    nothing = Calendar.of(hours(datetime(2021, 4, 26, tzinfo=UTC), 0), "Europe/Amsterdam")
    assert [nothing.hour.size, nothing.kind.size, nothing.year_end.size] == [0, 0, 0]


def test_the_year_ends_with_nine_quiet_days() -> None:
    calendar = Calendar.of(hours(datetime(2021, 12, 20, tzinfo=UTC), 20), "UTC")
    assert_array_equal(np.flatnonzero(calendar.year_end[::24]), np.arange(4, 13))
