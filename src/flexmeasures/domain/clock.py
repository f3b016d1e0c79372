"""The clock of demonstrations: it shows today's weekday and time, in another year.

Times are moved by whole weeks, so that a Monday stays a Monday. Of the whole weeks between two years those
are taken that bring their middles closest together: the season is right to within five days all year round,
leap years or not, and the clock never jumps within a year. Weeks are counted in UTC, so around the last
Sundays of March and October local time may be an hour off for some days: summer time does not begin and end
on the same dates every year.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

WEEK = timedelta(weeks=1)


def weeks_between(year: int, other_year: int) -> int:
    """Return the whole weeks that bring one year closest to another.

    >>> weeks_between(2026, 2015)
    -574
    """
    return round((_middle(other_year) - _middle(year)) / WEEK)


@dataclass(frozen=True, slots=True)
class DemoClock:
    """A clock that runs in another year.

    Attributes:
        year: In which it runs.
        wall: The true clock.
    """

    year: int
    wall: Callable[[], datetime]

    def __call__(self) -> datetime:
        """Return the time that it shows."""
        now = self.wall()
        return now + self.shift(now)

    def shift(self, now: datetime) -> timedelta:
        """Return how far it is from the true time, a number of whole weeks.

        Args:
            now: The true time.
        """
        return weeks_between(now.astimezone(UTC).year, self.year) * WEEK


def _middle(year: int) -> datetime:
    """Return noon of the day in the middle of a year of 365 days."""
    return datetime(year, 7, 2, 12, tzinfo=UTC)
