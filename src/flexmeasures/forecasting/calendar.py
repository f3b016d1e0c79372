"""Local days, hours and kinds of days."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid, from_instant

WORKDAY, SATURDAY, REST = 0, 1, 2
"""Kinds of days: holidays count as Sundays."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the local calendar says about each step.

    Attributes:
        hour: (N,) local time of the middle of each step. [h]
        weekday: (N,) 0 for Monday … 6 for Sunday and holidays.
        kind: (N,) workday, Saturday or day of rest.
        season: (N,) angle of the year. [rad]
    """

    hour: Array
    weekday: NDArray[np.int64]
    kind: NDArray[np.int64]
    season: Array

    @staticmethod
    def of(grid: TimeGrid, timezone: str) -> Calendar:
        """Return the calendar of a grid.

        Args:
            grid: N steps.
            timezone: IANA name.
        """
        local = grid.starts() + _offsets(grid, ZoneInfo(timezone)) + np.timedelta64(grid.step) // 2
        days = local.astype("datetime64[D]")
        hour = (local - days) / np.timedelta64(1, "h")
        # the first day of the Unix epoch was a Thursday
        weekday = (days.astype(np.int64) + 3) % 7
        kind = np.where(weekday == 6, REST, np.where(weekday == 5, SATURDAY, WORKDAY))
        season = 2 * np.pi * ((local - local.astype("datetime64[Y]")) / np.timedelta64(1, "D")) / 365.25
        return Calendar(hour, weekday, kind, season)


def _offsets(grid: TimeGrid, zone: ZoneInfo) -> NDArray[np.timedelta64]:
    """Return (N,) the offset from UTC at the start of each step.

    It is looked up once an hour: no zone changes its clock within one.
    """
    starts = grid.starts()
    hours, place = np.unique(starts.astype("datetime64[h]"), return_inverse=True)
    offsets = [from_instant(hour).astimezone(zone).utcoffset() for hour in hours]
    return np.array(offsets, "timedelta64[us]")[place]
