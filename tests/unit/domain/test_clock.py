from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexmeasures.domain.clock import WEEK, DemoClock, weeks_between

YEARS = st.integers(1990, 2060)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive in hypothesis


def shown(moment: datetime, year: int) -> datetime:
    return DemoClock(year, lambda: moment)()


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-21T23:15+00:00", "2015-11-21T23:15+00:00"),
        ("2024-02-29T12:00+00:00", "2015-02-26T12:00+00:00"),
        ("2027-01-01T00:00+00:00", "2015-01-02T00:00+00:00"),
        ("2015-06-01T08:00+00:00", "2015-06-01T08:00+00:00"),
    ],
)
def test_a_moment_is_moved_to_the_same_weekday_of_the_demo_year(moment: str, expected: str) -> None:
    assert shown(datetime.fromisoformat(moment), 2015) == datetime.fromisoformat(expected)


@given(MOMENTS, YEARS)
def test_weekday_and_time_of_day_stay(moment: datetime, year: int) -> None:
    moved = shown(moment, year)
    assert (moved.weekday(), moved.timetz()) == (moment.weekday(), moment.timetz())


@given(MOMENTS, YEARS)
def test_the_season_is_right_within_five_days(moment: datetime, year: int) -> None:
    day = min(moment.timetuple().tm_yday, 365)
    same_day = datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=day - 1)
    assert abs(
        shown(moment, year).replace(hour=0, minute=0, second=0, microsecond=0) - same_day
    ) <= timedelta(5)


@given(YEARS, YEARS, st.integers(0, 364 * 24 * 3600))
def test_it_runs_evenly_within_a_year(now_year: int, year: int, seconds: int) -> None:
    new_year = datetime(now_year, 1, 1, tzinfo=UTC)
    later = new_year + timedelta(seconds=seconds)
    assert shown(later, year) - shown(new_year, year) == timedelta(seconds=seconds)


@given(YEARS, YEARS)
def test_weeks_there_and_back_cancel(year: int, other_year: int) -> None:
    assert weeks_between(year, other_year) == -weeks_between(other_year, year)
    assert abs(
        weeks_between(year, other_year) * WEEK - timedelta(days=365.2425 * (other_year - year))
    ) < timedelta(6)
