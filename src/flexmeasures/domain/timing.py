"""Times, durations and grids of equal steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import isodate
import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.errors import InvalidPeriod, InvalidTimezone

Instants = NDArray[np.datetime64]
"""Points in time, in UTC, with microseconds."""

YEAR_MIN, YEAR_MAX = 1900, 2199
"""No event lies outside these years: other dates are mistakes, and would not fit everywhere."""


@dataclass(frozen=True, slots=True)
class TimeGrid:
    """Equal steps, one after the other.

    Attributes:
        start: Start of the first step, with its offset.
        step: Length of each step, more than zero.
        size: Number of steps, T.
    """

    start: datetime
    step: timedelta
    size: int

    @property
    def end(self) -> datetime:
        """End of the last step."""
        return self.start + self.size * self.step

    @property
    def duration(self) -> timedelta:
        """Length of all steps together."""
        return self.size * self.step

    def starts(self) -> Instants:
        """Return the (T,) starts of the steps."""
        return instant(self.start) + np.arange(self.size) * np.timedelta64(self.step)

    @staticmethod
    def between(start: datetime, end: datetime, step: timedelta) -> TimeGrid:
        """Return the grid of all whole steps from ``start`` until ``end``."""
        return TimeGrid(start, step, max(0, (end - start) // step))


def instant(time: datetime) -> np.datetime64:
    """Return a time with offset as a point in UTC.

    >>> instant(datetime.fromisoformat("2015-01-01T01:00+01:00"))
    np.datetime64('2015-01-01T00:00:00.000000')
    """
    return np.datetime64(time.astimezone(UTC).replace(tzinfo=None), "us")


def from_instant(point: np.datetime64) -> datetime:
    """Return a point in UTC as a time with offset."""
    moment: datetime = point.astype("datetime64[us]").item()
    return moment.replace(tzinfo=UTC)


def parse_datetime(text: str) -> datetime:
    """Read an ISO 8601 date and time that states its offset.

    Raises:
        InvalidPeriod: ``text`` is no ISO 8601 date and time, or one that no event can lie at.
        InvalidTimezone: ``text`` states no offset.
    """
    try:
        time: datetime = isodate.parse_datetime(text)
        offset = time.utcoffset()  # one of more than a day is found here
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise InvalidPeriod(f"{text!r} is no ISO 8601 date and time.") from error
    if offset is None:
        raise InvalidTimezone(f"{text!r} should state its offset from UTC.")
    if not YEAR_MIN <= time.year <= YEAR_MAX:
        raise InvalidPeriod(f"{text!r} lies outside the years {YEAR_MIN} to {YEAR_MAX}.")
    return time


def parse_duration(text: str, start: datetime | None = None) -> timedelta:
    """Read an ISO 8601 duration.

    Args:
        text: Such as ``PT15M``; may be negative.
        start: From where months and years are counted, if there are any.

    Raises:
        InvalidPeriod: ``text`` is no duration, or has months or years and there is no ``start``.
    """
    try:
        duration = isodate.parse_duration(text)
        if isinstance(duration, isodate.Duration):
            duration = duration.totimedelta(start=start)
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise InvalidPeriod(f"{text!r} is no ISO 8601 duration.") from error
    return timedelta(seconds=duration.total_seconds())


def write_duration(duration: timedelta) -> str:
    """Write an ISO 8601 duration.

    >>> write_duration(timedelta(minutes=75))
    'PT1H15M'
    """
    return str(isodate.duration_isoformat(duration))
